"""What a channel is. Everything the rest of the house knows about any channel is in this file."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from okienko.inboxes.source import Trouble


class Automatic(StrEnum):
    """Who or what wrote a message: each word holds back some acts, none drops the message."""

    NO = ""  # a person, as far as we can tell
    REPLY = "reply"  # out-of-office, vacation, "we got your mail"
    BOUNCE = "bounce"  # a mail server on a mail of ours
    LIST = "list"  # newsletters and mailing lists
    GENERATED = "generated"  # shops, forms, couriers: a robot that tells something new


# Written by machines that must never open or reopen a conversation, nor be answered.
HOLDS_BACK = frozenset({Automatic.REPLY, Automatic.BOUNCE, Automatic.LIST})


class Role(StrEnum):
    FROM = "from"
    TO = "to"
    CC = "cc"
    BCC = "bcc"
    REPLY_TO = "reply-to"


@dataclass(frozen=True)
class Party:
    """Somebody named in a message: kind "email", value normalised (lower case), name and address as written."""

    kind: str
    value: str
    name: str = ""
    written: str = ""
    role: Role = Role.FROM


@dataclass(frozen=True)
class InboundFile:
    name: str
    content_type: str
    data: bytes
    content_id: str = ""  # without angle brackets
    inline: bool = False


@dataclass(frozen=True, kw_only=True)
class Inbound:
    """A message as it arrived, in our words. Whatever is missing is empty, never invented."""

    external_id: str  # Message-ID without angle brackets, provider's id, or ""
    fingerprint: str  # hex sha256 of From, Date, Subject and body without trace headers
    sender: Party
    recipients: tuple[Party, ...] = ()  # to, cc, bcc, reply-to as the message names them
    delivered_to: tuple[str, ...] = ()  # where transport says it came: Delivered-To, X-Original-To …
    subject: str = ""
    text: str = ""  # the whole plain text; made from the HTML where there is no other
    html: str = ""  # as it came, not cleaned
    files: tuple[InboundFile, ...] = ()
    sent_at: datetime | None = None  # their clock
    received_at: datetime | None = None  # the earliest trusted server's clock
    in_reply_to: tuple[str, ...] = ()  # ids without angle brackets
    references: tuple[str, ...] = ()  # ids without angle brackets, oldest first
    automatic: Automatic = Automatic.NO
    forwarded: bool = False  # the subject says that the writer passes on somebody else's letter
    notice: str = ""  # "unreadable" when the raw message is all that could be kept


@dataclass(frozen=True)
class OutboundFile:
    name: str
    content_type: str
    data: bytes
    content_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Outbound:
    """A message to be sent, in our words."""

    external_id: str  # Message-ID without angle brackets, made once, before the first try
    audience: str  # "customer", "partner" or "staff" (a notice to agents); anything else is refused
    sender: Party
    recipients: tuple[Party, ...]
    subject: str
    text: str
    date: datetime
    html: str = ""
    reply_to: str = ""  # signed address, or "" where the mailbox has no plus-addressing
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    files: tuple[OutboundFile, ...] = ()
    is_automatic: bool = False  # written by the product, not by a person: nobody's robot need answer


@dataclass(frozen=True)
class Refusal:
    """One recipient the server would not take. `reason`: the server's words."""

    recipient: str
    reason: str
    permanent: bool


@dataclass(frozen=True)
class Sent:
    """What became of one sending. Recipients not refused were accepted."""

    provider_id: str = ""
    words: str = ""  # the server's own words on accepting
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class Abilities:
    html: bool = False
    attachments: bool = False
    threads: bool = True  # False: SMS, messengers: the newest conversation of the person continues
    reply_window_hours: int | None = None
    reopen_days: int = 14
    max_bytes: int | None = None


class ChannelError(Exception):
    """A sending that failed for every recipient. The text is shown to the agent."""

    def __init__(self, reason: str, *, permanent: bool = False):
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


class ServerTrouble(ChannelError):
    """The server cannot be used now, for anybody; never permanent, since an administrator can mend it.

    `trouble`: which step failed. `retry_after`: set when the server has asked for rest.
    """

    def __init__(self, trouble: Trouble, reason: str, *, retry_after: timedelta | None = None):
        super().__init__(reason)
        self.trouble = trouble
        self.retry_after = retry_after


class TooBig(ChannelError):
    """The provider takes no message of this size. `limit`: the bytes it takes, None where it did not say."""

    def __init__(self, reason: str, *, limit: int | None = None):
        super().__init__(reason, permanent=True)
        self.limit = limit


class Throttled(ChannelError):
    """The provider takes nothing more from us for a while. `retry_after`: not before then."""

    def __init__(self, reason: str, *, retry_after: timedelta = timedelta(minutes=5)):
        super().__init__(reason)
        self.retry_after = retry_after


class Channel(Protocol):
    kind: str
    label: str
    abilities: Abilities

    def parse(self, payload: bytes) -> list[Inbound]:
        """Turn what the provider delivered into messages. Pure: no database, no network; never raises."""

    def compose(self, message: Outbound) -> bytes:
        """The exact bytes that will be sent, the same at every try. Pure. ValueError for an internal message."""

    def send(self, config: dict, payload: bytes, *, sender: str, recipients: Sequence[str]) -> Sent:
        """Hand `payload` to the provider once. ChannelError when no recipient was accepted.

        `config`: the inbox's settings and secrets in one dict.
        """


@dataclass(frozen=True)
class Listener:
    """A door that a channel keeps open in `okienko serve`, e.g. LMTP.

    `deliver(recipient, payload)` stores one arrival durably before it returns; KeyError: no such address.
    """

    name: str
    start: Callable[[Callable[[str, bytes], None]], Callable[[], None] | None]  # returns its own stop


@dataclass
class InstalledChannels:
    by_kind: dict[str, Channel] = field(default_factory=dict)

    def install(self, channels: Iterable[Channel]):
        self.by_kind.update({channel.kind: channel for channel in channels})
