"""Changes to brands, inboxes, mailboxes and arrivals."""

from okienko.inboxes.operations.arriving import (
    PROCESS_ARRIVAL,
    mark_read,
    nudge_unread,
    take_in,
    take_in_fetched,
)
from okienko.inboxes.operations.checkups import CHECK_MAILBOX, start_checkup
from okienko.inboxes.operations.credentials import connecting_config, keep_tokens
from okienko.inboxes.operations.imports import import_from, set_import_state
from okienko.inboxes.operations.ledger import count_again
from okienko.inboxes.operations.mailboxes import (
    change_settings,
    connect,
    disconnect,
    mailbox_of,
    pause,
    resume,
    set_up,
)
from okienko.inboxes.operations.owning import add_address, add_brand, add_inbox, set_addresses
from okienko.inboxes.operations.talks import inbox_for_talks
from okienko.inboxes.operations.watching import sending_failed, sending_works, tell_what_has_stopped

__all__ = [
    "CHECK_MAILBOX", "PROCESS_ARRIVAL", "add_address", "add_brand", "add_inbox", "change_settings", "connect",
    "connecting_config", "count_again", "disconnect", "import_from", "inbox_for_talks", "keep_tokens", "mailbox_of",
    "mark_read", "nudge_unread", "pause", "resume", "sending_failed", "sending_works", "set_addresses", "set_import_state",
    "set_up", "start_checkup", "take_in", "take_in_fetched", "tell_what_has_stopped",
]  # fmt: skip
