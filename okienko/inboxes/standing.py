"""How a mailbox is doing, in one word and in a sentence: for the list, its page, the status page and the alert."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okienko.inboxes.models import Inbox, Mailbox
from okienko.inboxes.source import Trouble
from okienko.ui.templatetags.ui import since

REMEDIES = {
    Trouble.NAME: gettext_lazy("Look for a typing mistake in the name of the server."),
    Trouble.UNREACHABLE: gettext_lazy(
        "Mostly this passes by itself, and Okienko keeps trying. If it stays: is the server's name and port "
        "right, and does a firewall let Okienko out?"
    ),
    Trouble.SILENT: gettext_lazy(
        "The server takes the line and says nothing. Mostly this passes; if it stays, the port or the encryption "
        "may be wrong."
    ),
    Trouble.CERTIFICATE: gettext_lazy(
        "Enter the name for which the server's certificate was made; your provider tells it. Okienko never sends "
        "a password to a server that cannot prove who it is."
    ),
    Trouble.LOGIN: gettext_lazy(
        "Enter the user name and the password anew. Many providers want an app password, or want IMAP to be "
        "switched on in the mailbox first."
    ),
    Trouble.CONSENT: gettext_lazy("Sign in with the provider once more and allow reading and sending mail."),
    Trouble.FOLDER: gettext_lazy("A folder was deleted or renamed. Look at the folders below."),
    Trouble.REFUSED: gettext_lazy("The words above are the server's. Your provider can tell what they mean."),
    Trouble.BUSY: gettext_lazy(
        "Too many programs read this mailbox at once, or it is full. Okienko keeps trying; close other programs "
        "or make room."
    ),
}
LOOKS = {  # → variant of the chip, icon
    "runs": ("outline", "check"),
    "begins": ("waiting", "clock"),
    "catches_up": ("waiting", "download"),
    "tries_again": ("waiting", "refresh"),
    "stopped": ("overdue", "alert"),
    "paused": ("waiting", "pause"),
    "set_up": ("waiting", "edit"),
    "disconnected": ("done", "offline"),
    "local": ("outline", "home"),
}


@dataclass(frozen=True)
class Standing:
    """`name`: a key of LOOKS. `words`: a few. `reason`: why not, in a sentence; "" when all is well."""

    name: str
    words: str
    reason: str = ""

    @property
    def chip(self) -> str:
        return LOOKS[self.name][0]

    @property
    def icon(self) -> str:
        return LOOKS[self.name][1]


def mailbox_for(inbox: Inbox) -> Mailbox:
    """Its row; one that is not stored where nothing was ever fetched from."""
    return inbox.mailbox if hasattr(inbox, "mailbox") else Mailbox(inbox=inbox)


def standing_of(inbox: Inbox) -> Standing:
    mailbox = mailbox_for(inbox)
    name = _name(inbox, mailbox)
    reason = ""
    if name in {"stopped", "tries_again"}:
        reason = mailbox.error or _("No process of Okienko looks into it: does “okienko serve” run?")
    return Standing(name, _words(name, mailbox), reason)


def _name(inbox: Inbox, mailbox: Mailbox) -> str:
    if not mailbox.is_connected:
        return _at_rest(inbox, mailbox)
    if inbox.is_paused:
        return "paused"
    if mailbox.fetching_has_stopped:
        return "stopped"
    if mailbox.failing_since:
        return "tries_again"
    if mailbox.fetched_at is None:
        return "begins"
    return "catches_up" if mailbox.waiting else "runs"


def _at_rest(inbox: Inbox, mailbox: Mailbox) -> str:
    if is_fetchable(inbox):
        return "disconnected" if mailbox.connected_at else "set_up"
    return "paused" if inbox.is_paused else "local"


def is_fetchable(inbox: Inbox) -> bool:
    """Is there a server to fetch from? Otherwise letters come by local delivery alone."""
    return bool(inbox.config.get("imap_host"))


def _words(name: str, mailbox: Mailbox) -> str:
    match name:
        case "stopped":
            return _("not fetching for %(time)s") % {"time": _for(mailbox.fetched_at or mailbox.connected_at)}
        case "tries_again":
            return _("trying again")
        case "catches_up":
            return _("catching up")
        case "begins":
            return _("beginning to fetch")
    return {
        "runs": _("fetching"),
        "paused": _("paused"),
        "set_up": _("being set up"),
        "disconnected": _("disconnected"),
        "local": _("local delivery only (LMTP)"),
    }[name]


def sending_trouble(mailbox: Mailbox) -> Standing | None:
    """What is wrong with sending; None when nothing is known to be."""
    if mailbox.sending_failing_since is None or mailbox.inbox.is_paused:
        return None
    words = _("not sending for %(time)s") % {"time": _for(mailbox.sending_failing_since)}
    name = "stopped" if mailbox.sending_has_stopped else "tries_again"
    return Standing(name, words, mailbox.sending_error or _("The server does not say why."))


def remedy(mailbox: Mailbox) -> str:
    """What to do about fetching that fails; "" where nothing fails."""
    if not mailbox.failing_since or mailbox.trouble not in set(Trouble):
        return ""
    return str(REMEDIES[Trouble(mailbox.trouble)])


def _for(moment: datetime | None) -> str:
    """A duration after "for": never shorter than a minute, since "a moment" does not fit there in Polish."""
    now = timezone.now()
    return since(min(moment or now, now - timedelta(minutes=1)), now)


def alarms_of(mailbox: Mailbox) -> list[Standing]:
    """What the people who look after the product must know now: fetching or sending that has stopped."""
    fetching = standing_of(mailbox.inbox) if mailbox.fetching_has_stopped else None
    sending = sending_trouble(mailbox) if mailbox.sending_has_stopped else None
    return [standing for standing in (fetching, sending) if standing]
