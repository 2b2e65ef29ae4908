"""How changes of mailboxes and signatures read in the audit log."""

from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from okienko.accounts.audit import Line, Named
from okienko.inboxes.events import ImportChanged, MailboxChanged, SignatureChanged
from okienko.inboxes.models import Brand, Import, Inbox

CHANGES = {
    "set up": _("set up"),
    "connected": _("connected"),
    "paused": _("paused"),
    "resumed": _("runs again"),
    "replaced": _("another server or user name"),
    "disconnected": _("disconnected"),
    "changed": _("changed"),
    "permitted": _("the provider let us in"),
    "addresses": _("other addresses"),
}
SETTINGS = {
    "imap_host": _("server (IMAP)"),
    "imap_port": _("port (IMAP)"),
    "imap_security": _("encryption (IMAP)"),
    "imap_username": _("user name for receiving"),
    "username": _("user name"),
    "host": _("server (SMTP)"),
    "port": _("port (SMTP)"),
    "security": _("encryption (SMTP)"),
    "junk": _("junk folder"),
    "sent_copy": _("copy in the folder for sent mail"),
    "plus_addressing": _("replies by plus addresses"),
    "catch_all": _("replies by the whole domain"),
    "per_minute": _("letters per minute"),
    "per_hour": _("letters per hour"),
    "auth": _("way of signing in"),
    "password": _("password"),
    "name": _("name"),
    "brand_id": _("brand"),
    "team_id": _("team"),
    "is_closed": _("only for the team"),
    "addresses": _("addresses"),
}


def changed(data: dict) -> list[str]:
    """ "port (SMTP): 465 → 587"; of what must not be told only that it changed."""
    told = data.get("changed") or {}  # in an order of its own in some databases
    return [
        _said(name, told[name])
        for name in [*SETTINGS, *sorted(told.keys() - SETTINGS.keys())]
        if name in told
    ]


def _said(name: str, values: list) -> str:
    title = SETTINGS.get(name, name)
    if len(values) != len(("old", "new")):
        return gettext("%(setting)s: changed") % {"setting": title}
    old, new = (_worded(value) for value in values)
    return f"{title}: {old} → {new}"


def _worded(value) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return "–" if value in {None, ""} else str(value)


LINES = (
    Line(MailboxChanged, _("Mailbox {inbox_id}: {change}"), {"change": CHANGES}, details=changed),
    Line(ImportChanged, _("Old letters of {inbox_id}: {state}"), {"state": dict(Import.State.choices)}),
    Line(SignatureChanged, _("Own signature for {brand_id} changed")),
)


def inboxes(ids: Iterable[int]) -> dict[int, Named]:
    return {pk: Named(name) for pk, name in Inbox.objects.filter(pk__in=list(ids)).values_list("pk", "name")}


def inbox_called(words: str) -> int | None:
    """By its whole name or one of its addresses."""
    by_name = Inbox.objects.filter(name__iexact=words)
    known = by_name | Inbox.objects.filter(addresses__value=words.lower())
    return known.values_list("pk", flat=True).first()


def brands(ids: Iterable[int]) -> dict[int, Named]:
    return {pk: Named(name) for pk, name in Brand.objects.filter(pk__in=list(ids)).values_list("pk", "name")}
