"""A copy of what we send, in the mailbox's own folder: for shops that also look there."""

from contextlib import closing

from okienko.inboxes import registry
from okienko.inboxes.models import Inbox
from okienko.inboxes.operations import credentials
from okienko.inboxes.source import Purpose, Source


def lay(inbox: Inbox, payload: bytes, external_id: str):
    """Append unless a letter with this Message-ID is there; a mailbox without a folder for sent ones gets no copy.

    SourceError when the mailbox cannot be used now.
    """
    if inbox.is_paused or not inbox.config.get("imap_host") or not inbox.secrets:
        return
    channel = registry.pollable_for(inbox.kind)
    with closing(channel.open(credentials.connecting_config(inbox))) as source:
        folder = inbox.config.get("sent_folder") or sent_folder(source)
        if folder:
            source.append(folder, payload, external_id=external_id)


def sent_folder(source: Source) -> str:
    """The check-up of the mailbox tells its owner when there is none: trying again would not make one."""
    return next((name.name for name in source.folders() if name.purpose == Purpose.SENT), "")
