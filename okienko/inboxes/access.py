"""Who may open the pages of mailboxes, and which mailbox a page is about."""

import json
from functools import wraps

from django.shortcuts import get_object_or_404

from okienko.inboxes.models import Inbox
from okienko.inboxes.oauth_views import of_those_who_connect


def mailboxes():
    """Every inbox of e-mail, with what its pages always need."""
    return Inbox.objects.filter(kind="email").select_related("brand", "team", "mailbox")


def of_mailbox(view):
    """Hand the view the inbox of this id, to those who may manage inboxes; 404 when it is none of e-mail."""

    @of_those_who_connect
    @wraps(view)
    def with_mailbox(request, inbox_id: int, **kwargs):
        return view(request, get_object_or_404(mailboxes(), pk=inbox_id), **kwargs)

    return with_mailbox


def holds_secrets(inbox: Inbox) -> bool:
    """Is a password or a permission of it stored?"""
    return bool(inbox.secrets and json.loads(inbox.secrets))
