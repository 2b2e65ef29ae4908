"""E-mail as one channel among others: see okienko/inboxes/channel.py for what each method promises."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from okienko.channels.email import compose, parse, smtp
from okienko.inboxes.channel import Abilities, Inbound, Outbound, Sent


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
        """By SMTP; `config`: host port security username password timeout ehlo."""
        return smtp.send(config, payload, sender=sender, recipients=recipients)
