"""Brands and our addresses (inbox), what came (arrival), how fetching goes (mailbox)."""

from okienko.inboxes.models.arrival import Arrival
from okienko.inboxes.models.inbox import Address, Brand, Inbox
from okienko.inboxes.models.mailbox import Checkup, Folder, Import, Mailbox, Missed
from okienko.inboxes.models.signature import Signature

__all__ = [
    "Address",
    "Arrival",
    "Brand",
    "Checkup",
    "Folder",
    "Import",
    "Inbox",
    "Mailbox",
    "Missed",
    "Signature",
]
