"""One mail handed to the server that sends for us, once. What went wrong is told in words for the agent."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from okienko.channels.email import line_errors, smtp_line, smtp_login
from okienko.channels.email.outgoing_headers import address
from okienko.channels.email.smtp_answers import is_final, is_too_big, refusal, said, throttled
from okienko.channels.email.smtp_line import Line
from okienko.channels.email.smtp_pool import POOL
from okienko.channels.email.smtp_route import Route, route_of
from okienko.inboxes.channel import ChannelError, Refusal, Sent, ServerTrouble, Throttled, TooBig
from okienko.inboxes.source import Trouble
from okienko.lib.http import refuse_inside_transaction

ACCEPTED, FORWARDED, GO_ON, CLOSING, NOT_SIGNED_IN = 250, 251, 354, 421, 530
# Seconds. All together stays below the lease of a sending, or another worker would send the same letter again.
UPLOAD, WHOLE = 210.0, 270.0
AWAKE = 10.0  # a kept connection that has not answered by then is given up for a new one
CONFIRMING = 4  # times the timeout: servers look through a letter before they confirm it

MEGABYTE = 1_000_000


class Gone(Exception):
    """The line broke before the letter was begun: nothing was handed over. `trouble`: what to tell."""

    def __init__(self, trouble: ChannelError):
        super().__init__(trouble.reason)
        self.trouble = trouble


@dataclass(frozen=True)
class Letter:
    """`recipients`: as they were given, with the address to write on the envelope."""

    payload: bytes
    sender: str
    recipients: dict[str, str]
    begun: float  # time.monotonic()


def send(config: dict, payload: bytes, *, sender: str, recipients: Sequence[str]) -> Sent:
    """Sent when the server took the mail for at least one recipient; the others stand in `refused`.

    `config`: host, port, security ("none" "starttls" "tls"), username, auth ("password" "oauth"), password or
    access_token, timeout, ehlo, ca_file. ChannelError otherwise; permanent only when the server's answer was
    final. TooBig, Throttled: see there. RuntimeError inside a database transaction.
    """
    refuse_inside_transaction()
    if not recipients:
        raise ChannelError(_("The message names nobody to send it to."), permanent=True)
    letter = _addressed(payload, sender, recipients)
    route = route_of(config, sender=letter.sender)
    try:
        return _sent(route, letter)
    except ServerTrouble as trouble:
        if trouble.retry_after is None:
            raise
        raise Throttled(trouble.reason, retry_after=trouble.retry_after) from None


def verify(config: dict) -> dict[str, object]:
    """Connect, sign in and leave: {"size": bytes or None, "greeting": words, "extensions": names}. ServerTrouble."""
    line = opened(config)
    logged_in(line, config)
    found = {"size": line.size_limit, "greeting": line.greeting, "extensions": sorted(line.esmtp_features)}
    line.leave()
    return found


def opened(config: dict) -> Line:
    """The first steps alone: name, connection, TLS, greeting. To be left with `leave`. ServerTrouble, ChannelError."""
    return smtp_line.opened(route_of(config))


def logged_in(line: Line, config: dict):
    """The next step: sign in where there is a user name. ServerTrouble, and the line closed, otherwise."""
    smtp_login.logged_in(line, route_of(config))


def _addressed(payload: bytes, sender: str, recipients: Sequence[str]) -> Letter:
    try:
        return Letter(
            payload,
            address(sender) if sender else "",
            {one: address(one) for one in recipients},
            time.monotonic(),
        )
    except ValueError:
        raise ChannelError(
            _("An address of this message is not a valid e-mail address."), permanent=True
        ) from None


def _sent(route: Route, letter: Letter) -> Sent:
    line = POOL.take(route)
    try:
        return _through(line, letter)
    except Gone as gone:
        if not line.is_kept:
            raise gone.trouble from None
    # It slept too long. Nothing has left yet, so that another line may take the letter.
    try:
        return _through(POOL.take(route, fresh=True), letter)
    except Gone as gone:
        raise gone.trouble from None


def _through(line: Line, letter: Letter) -> Sent:
    """Hand over by a line of the pool, and bring it back."""
    trouble: Exception | None = None
    was_kept = line.is_kept
    try:
        return _handed_over(line, letter)
    except Gone as gone:
        trouble = None if was_kept else gone.trouble
        raise
    except ServerTrouble as error:
        trouble = error
        raise
    finally:
        is_silent = isinstance(trouble, ServerTrouble) and trouble.trouble == Trouble.SILENT
        POOL.give_back(line, trouble=trouble if is_silent else None)


def _handed_over(line: Line, letter: Letter) -> Sent:
    limit = line.size_limit
    if limit and len(letter.payload) > limit:
        raise TooBig(_("The mail server takes letters of at most %s.") % _size(limit), limit=limit)
    try:
        refused = _announced(line, letter)
    except OSError as error:
        raise Gone(
            _broken(line, error, _("The connection to the mail server broke while sending: %s"))
        ) from None
    code, words = _confirmed(line, letter)
    if code != ACCEPTED:
        raise refusal(_("The mail server refused the message: %s"), code, words, limit=limit)
    line.is_clean, line.letters = True, line.letters + 1
    return Sent(words=said(code, words), refused=refused)


def _announced(line: Line, letter: Letter) -> tuple[Refusal, ...]:
    """The envelope, up to where the server waits for the letter. Returns the recipients it does not take it for."""
    until, seconds = letter.begun + UPLOAD, line.route.timeout
    sender = " ".join([f"MAIL FROM:<{letter.sender}>", *_options(line, letter)])
    line.is_clean = False
    answers = line.asked(
        [sender, *(f"RCPT TO:<{one}>" for one in letter.recipients.values())],
        seconds=min(seconds, AWAKE) if line.is_kept else seconds,
        until=until,
    )
    code, words = next(answers)
    _still_there(code, words)
    if code != ACCEPTED:
        raise _sender_refused(line, code, words)
    refused = _refused(line, letter, answers)
    line.allow(seconds, until=until)
    code, words = line.docmd("DATA")
    _still_there(code, words)
    if code != GO_ON:  # whatever the code says, the message stayed here
        raise refusal(_("The mail server refused the message: %s"), code, words, limit=line.size_limit)
    return refused


def _refused(line: Line, letter: Letter, answers: Iterator[tuple[int, bytes]]) -> tuple[Refusal, ...]:
    """Those of the recipients that the server will not take; ChannelError when it takes none."""
    refused, rests, sizes = [], [], []
    for recipient, (code, words) in zip(letter.recipients, answers, strict=True):
        _still_there(code, words)
        if code in {ACCEPTED, FORWARDED}:
            continue
        rests.append(throttled(code, words))
        sizes.append(is_too_big(code, words))
        refused.append(Refusal(recipient, said(code, words), permanent=is_final(code) and not rests[-1]))
    if len(refused) < len(letter.recipients):
        return tuple(refused)
    sentence = _("The mail server refused every recipient: %s") % refused[0].reason
    if all(rests):
        raise Throttled(sentence, retry_after=max(rests))
    if all(sizes):
        raise TooBig(sentence, limit=line.size_limit)
    raise ChannelError(sentence, permanent=all(one.permanent for one in refused))


def _confirmed(line: Line, letter: Letter) -> tuple[int, bytes]:
    """The letter itself and what the server says to it. From here on nothing is tried a second time."""
    sentence = _("The connection to the mail server broke while sending: %s")
    try:
        line.hand_over(letter.payload, until=letter.begun + UPLOAD)
        sentence = _("The mail server did not confirm that it has taken the message: %s")
        line.allow(CONFIRMING * line.route.timeout, until=letter.begun + WHOLE)
        return line.getreply()
    except OSError as error:
        raise _broken(line, error, sentence) from None


def _still_there(code: int, words: bytes):
    if code == CLOSING:
        raise Gone(refusal(_("The mail server closes the connection: %s"), code, words))


def _sender_refused(line: Line, code: int, words: bytes) -> ChannelError:
    if code == NOT_SIGNED_IN:
        sentence = _("The mail server wants this inbox to sign in first: %s") % said(code, words)
        return ServerTrouble(Trouble.LOGIN, f"{sentence} {smtp_login.advice(sentence)}".rstrip())
    return refusal(_("The mail server does not let this inbox send: %s"), code, words, limit=line.size_limit)


def _options(line: Line, letter: Letter) -> list[str]:
    options = [f"SIZE={len(letter.payload)}"] if line.has_extn("size") else []
    if all(one.isascii() for one in (letter.sender, *letter.recipients.values())):
        plain = letter.payload.isascii() or not line.has_extn("8bitmime")
        return options if plain else [*options, "BODY=8BITMIME"]
    if not line.has_extn("smtputf8"):
        raise ChannelError(_("The mail server cannot send to addresses with such letters."), permanent=True)
    return [*options, "SMTPUTF8", "BODY=8BITMIME"]


def _broken(line: Line, error: OSError, sentence: str) -> ChannelError:
    """Silence is the server's trouble; one that hangs up may only have disliked this letter."""
    trouble, words = line_errors.explained(error, line.route.host, line.route.port)
    if trouble == Trouble.SILENT:
        return ServerTrouble(trouble, sentence % words)
    return ChannelError(sentence % words)


def _size(count: int) -> str:
    return f"{count // MEGABYTE} MB" if count >= MEGABYTE else f"{count} B"
