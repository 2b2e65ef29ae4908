"""Setting up, connecting, pausing, replacing and letting go of a mailbox. History stays in every case."""

import json

from django.db import transaction
from django.utils import timezone

from okienko.events.log import Actor, record
from okienko.inboxes.events import MailboxChanged
from okienko.inboxes.models import Brand, Inbox, Mailbox
from okienko.inboxes.operations.differing import differences
from okienko.inboxes.operations.owning import add_inbox

SERVER = ("imap_host", "imap_username", "username", "host")  # when one of these changes it is another mailbox


def mailbox_of(inbox: Inbox) -> Mailbox:
    """Its row, made when missing."""
    return Mailbox.objects.get_or_create(inbox=inbox)[0]


@transaction.atomic
def set_up(
    *, brand: Brand, name: str, address: str, config: dict, secrets: dict, actor: Actor, team=None,
    is_closed: bool = False,
) -> Mailbox:  # fmt: skip
    """A mailbox that is known and not yet fetched from. IntegrityError when the address is taken."""
    inbox = add_inbox(
        brand=brand,
        name=name,
        kind="email",
        address=address,
        config=config,
        secrets=secrets,
        team=team,
        is_closed=is_closed,
    )
    mailbox = mailbox_of(inbox)
    record(MailboxChanged(inbox_id=inbox.pk, change="set up"), actor=actor)
    return mailbox


@transaction.atomic
def change_settings(inbox: Inbox, *, config: dict, secrets: dict, actor: Actor):
    """New settings; secrets not given stay. Another server or user means: look at its folders afresh."""
    locked = Inbox.objects.select_for_update().get(pk=inbox.pk)
    is_another = any((locked.config.get(key) or "") != (config.get(key) or "") for key in SERVER)
    is_another |= (locked.config.get("auth") or "password") != (config.get("auth") or "password")
    old = json.loads(locked.secrets) if locked.secrets and not is_another else {}
    changed = differences(locked.config, config) | {key: [] for key in secrets}
    locked.config = config
    locked.secrets = json.dumps(old | secrets) if old | secrets else ""
    locked.save(update_fields=["config", "secrets"])
    mailbox = mailbox_of(locked)
    if is_another:
        mailbox.folders.update(validity="")
    forget_trouble(mailbox)
    word = "replaced" if is_another else "changed"
    record(MailboxChanged(inbox_id=inbox.pk, change=word, changed=changed), actor=actor)
    inbox.config, inbox.secrets = locked.config, locked.secrets


@transaction.atomic
def connect(inbox: Inbox, *, actor: Actor):
    """Fetch from now on. The first time: what comes from now on, and the last days quietly."""
    mailbox = mailbox_of(inbox)
    mailbox.is_connected = True
    mailbox.connected_at = timezone.now()
    mailbox.fetched_at = None
    mailbox.save(update_fields=["is_connected", "connected_at", "fetched_at"])
    forget_trouble(mailbox)
    _set_paused(inbox, paused=False)
    record(MailboxChanged(inbox_id=inbox.pk, change="connected"), actor=actor)


@transaction.atomic
def pause(inbox: Inbox, *, actor: Actor):
    """Neither fetch nor send until resumed; what is written meanwhile waits."""
    _set_paused(inbox, paused=True)
    record(MailboxChanged(inbox_id=inbox.pk, change="paused"), actor=actor)


@transaction.atomic
def resume(inbox: Inbox, *, actor: Actor):
    _set_paused(inbox, paused=False)
    mailbox = mailbox_of(inbox)
    # The pause was meant: time without fetching counts from now.
    mailbox.connected_at, mailbox.fetched_at = mailbox.connected_at and timezone.now(), None
    mailbox.save(update_fields=["connected_at", "fetched_at"])
    forget_trouble(mailbox)
    record(MailboxChanged(inbox_id=inbox.pk, change="resumed"), actor=actor)


@transaction.atomic
def disconnect(inbox: Inbox, *, actor: Actor):
    """Let go: passwords and permissions are forgotten, conversations and the ledger stay."""
    locked = Inbox.objects.select_for_update().get(pk=inbox.pk)
    locked.secrets = ""
    locked.save(update_fields=["secrets"])
    mailbox = mailbox_of(locked)
    mailbox.is_connected = False
    mailbox.save(update_fields=["is_connected"])
    forget_trouble(mailbox)
    record(MailboxChanged(inbox_id=inbox.pk, change="disconnected"), actor=actor)
    inbox.secrets = ""


def _set_paused(inbox: Inbox, *, paused: bool):
    inbox.is_paused = paused
    inbox.save(update_fields=["is_paused"])


def forget_trouble(mailbox: Mailbox):
    """A person has dealt with it: what follows is judged anew."""
    mailbox.failing_since, mailbox.trouble, mailbox.error = None, "", ""
    mailbox.sending_failing_since, mailbox.sending_error = None, ""
    mailbox.save(
        update_fields=["failing_since", "trouble", "error", "sending_failing_since", "sending_error"]
    )
