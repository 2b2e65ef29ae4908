"""E-mail as one channel among others: see okienko/inboxes/channel.py and source.py for what each method promises."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy

from okienko.channels.email import compose, detecting, examining, imap, parse, smtp
from okienko.inboxes.channel import Abilities, Inbound, Outbound, Sent
from okienko.inboxes.source import Guess, Source, Step


class EmailChannel:
    kind = "email"
    label = gettext_lazy("E-mail")
    abilities = Abilities(
        html=True, attachments=True, threads=True, reopen_days=14, max_bytes=25 * 1024 * 1024
    )

    def parse(self, payload: bytes) -> list[Inbound]:
        """Always exactly one: a mail that cannot be read still comes, with notice "unreadable"."""
        return [parse.parse(payload)]

    def compose(self, message: Outbound) -> bytes:
        """RFC 5322 bytes. ValueError for an internal message and for an address no mail can bear."""
        return compose.compose(message)

    def send(self, config: dict, payload: bytes, *, sender: str, recipients: Sequence[str]) -> Sent:
        """By SMTP; `config`: see smtp.send."""
        return smtp.send(config, payload, sender=sender, recipients=recipients)

    def open(self, config: dict) -> Source:
        """By IMAP; `config`: see imap.open_mailbox."""
        return imap.open_mailbox(config)

    def examine(self, config: dict, *, address: str, token: str) -> Iterator[Step]:
        """Both servers, a letter to itself and DNS, in three minutes; `config`: what `open` and `send` want."""
        return examining.examine(config, address=address, token=token)

    def guess(self, address: str) -> Guess:
        """By the table of providers and by DNS, in 8 seconds at most; never raises."""
        return detecting.guess(address)
