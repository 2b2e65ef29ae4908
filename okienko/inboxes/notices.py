"""Letters of the product to the people who look after it. They are no conversation and are kept nowhere."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from okienko.accounts.models import Agent
from okienko.inboxes import oauth, registry
from okienko.inboxes.channel import ChannelError, Outbound, Party, Role
from okienko.inboxes.models import Address, Inbox
from okienko.inboxes.operations import credentials


def tell(agent: Agent, about: Inbox, direction: str, *, runs_again: bool, key: str):
    """Say to one person that a mailbox has stopped or runs again. ChannelError when no mailbox could send it."""
    subject, text = words(about, direction, runs_again=runs_again)
    write_to(agent, subject, text, avoid=about if not runs_again else None, key=key)


def words(about: Inbox, direction: str, *, runs_again: bool) -> tuple[str, str]:
    """Subject and text, in the language in force."""
    names = {"name": about.name, "shop": about.brand.name}
    link = f"{settings.PUBLIC_URL}{reverse('inboxes:mailbox', args=[about.pk])}"
    if runs_again:
        fetching = _("The mailbox „%(name)s” fetches letters again.")
        sending = _("The mailbox „%(name)s” sends letters again.")
        sentence = (fetching if direction == "fetching" else sending) % names
        return sentence, f"{sentence}\n\n{link}\n"
    if direction == "fetching":
        subject = _("The mailbox „%(name)s” does not fetch letters") % names
        reason = about.mailbox.error
        rest = _("Nothing is lost: the letters wait on the server and are fetched as soon as it is possible.")
    else:
        subject = _("The mailbox „%(name)s” does not send letters") % names
        reason = about.mailbox.sending_error
        rest = _("Nothing is lost: the answers wait with us and are sent as soon as it is possible.")
    what = _("What the server says: %s") % reason if reason else _("The server does not say why.")
    return subject, f"{subject} ({about.brand.name}).\n\n{what}\n\n{rest}\n\n{link}\n"


def write_to(agent: Agent, subject: str, text: str, *, key: str, avoid: Inbox | None = None):
    """To one of the people who work here. ChannelError when no mailbox could send it."""
    write(agent.email, subject, text, name=agent.name, key=key, avoid=avoid)


def write(
    address: str, subject: str, text: str, *, key: str, name: str = "", avoid: Inbox | None = None
):  # fmt: skip
    """By the first mailbox whose server takes it, `avoid` the last of all. ChannelError when none does.

    `key` makes the Message-ID, so that a second try is the same letter.
    """
    failure = ChannelError(_("There is no mailbox to send by."))
    at = timezone.now()
    for inbox, ours in senders(avoid):
        channel = registry.channel_for(inbox.kind)
        domain = ours.rpartition("@")[2]
        payload = channel.compose(
            Outbound(
                external_id=f"notice.{key}@{domain}",
                audience="staff",
                sender=Party("email", ours, name="Okienko"),
                recipients=(Party("email", address, name=name, role=Role.TO),),
                subject=subject,
                text=text,
                date=at,
                is_automatic=True,
            )
        )
        try:
            config = credentials.connecting_config(inbox)
            sent = channel.send(config, payload, sender=ours, recipients=[address])
        except ChannelError as error:
            failure = error
        except oauth.ConsentError as error:
            failure = ChannelError(error.reason)
        else:
            if not sent.refused:
                return
            failure = ChannelError(sent.refused[0].reason)
    raise failure


def senders(avoid: Inbox | None = None) -> Iterator[tuple[Inbox, str]]:
    """Mailboxes that may send, those in good health first."""
    primary = Address.objects.filter(is_primary=True, inbox__kind="email", inbox__is_paused=False)
    found = list(primary.select_related("inbox", "inbox__mailbox"))
    found.sort(key=lambda address: (address.inbox == avoid, is_failing(address.inbox), address.inbox_id))
    for address in found:
        if address.inbox.config.get("host"):
            yield address.inbox, address.value


def is_failing(inbox: Inbox) -> bool:
    return hasattr(inbox, "mailbox") and inbox.mailbox.sending_failing_since is not None
