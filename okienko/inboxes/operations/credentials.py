"""Settings and secrets as a channel wants them, with permissions of providers kept fresh."""

import json
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from okienko.events.log import Actor, record
from okienko.inboxes import oauth
from okienko.inboxes.events import MailboxChanged
from okienko.inboxes.models import Inbox
from okienko.inboxes.operations.mailboxes import forget_trouble, mailbox_of

EARLY = timedelta(minutes=2)  # a permission is renewed this long before it ends


@transaction.atomic
def keep_tokens(inbox: Inbox, *, provider: str, tokens: oauth.Tokens, actor: Actor):
    """Somebody has signed in with the provider: from now on that is how we sign in to the mailbox."""
    locked = Inbox.objects.select_for_update().get(pk=inbox.pk)
    locked.config = {
        **locked.config,
        "auth": "oauth",
        "oauth": provider,
        "permitted_at": timezone.now().isoformat(),
    }
    locked.secrets = json.dumps(_as_secrets(tokens))
    locked.save(update_fields=["config", "secrets"])
    forget_trouble(mailbox_of(locked))
    record(MailboxChanged(inbox_id=inbox.pk, change="permitted"), actor=actor)
    inbox.config, inbox.secrets = locked.config, locked.secrets


def connecting_config(inbox: Inbox) -> dict:
    """Settings and secrets in one dict, with an access token that is still good.

    oauth.ConsentError when the provider will not renew it. Asks the provider: not inside a transaction.
    """
    config = inbox.sending_config()
    if config.get("auth") != "oauth" or not _ends_soon(config):
        return config
    old = config.get("refresh_token", "")
    try:
        tokens = oauth.refresh(oauth.provider(config["oauth"]), old)
    except oauth.ConsentError as error:
        # Somebody else renewed it at the same moment, or the provider is away while ours is still good.
        newer = Inbox.objects.get(pk=inbox.pk).sending_config()
        if newer.get("refresh_token", "") != old and _is_good(newer):
            return newer
        if not error.needs_consent and _is_good(config):
            return config
        raise
    return _kept(inbox, old, tokens)


@transaction.atomic
def _kept(inbox: Inbox, old: str, tokens: oauth.Tokens) -> dict:
    """The renewed permission, unless somebody has signed in anew or let go of the mailbox meanwhile."""
    locked = Inbox.objects.select_for_update().get(pk=inbox.pk)
    current = json.loads(locked.secrets) if locked.secrets else {}
    if current.get("refresh_token", "") == old:
        locked.secrets = json.dumps(_as_secrets(tokens))
        locked.save(update_fields=["secrets"])
    return locked.sending_config()


def _is_good(config: dict) -> bool:
    ends = config.get("expires_at", "")
    return bool(config.get("access_token") and ends) and datetime.fromisoformat(ends) > timezone.now()


def _ends_soon(config: dict) -> bool:
    ends = config.get("expires_at")
    return not ends or datetime.fromisoformat(ends) < timezone.now() + EARLY


def _as_secrets(tokens: oauth.Tokens) -> dict:
    return {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_at": tokens.expires_at.isoformat(),
    }
