"""What the desk can do to a conversation. Nothing else changes one.

Views, jobs, rules, the bot and the API all call these functions, so each of them checks,
writes, records and notifies in exactly one way.
"""

from okienko.conversations.operations.assigning import (
    assign,
    assign_team,
    empty_team_batch,
    hand_on_batch,
    stop_following,
)
from okienko.conversations.operations.closing import reopen, resolve
from okienko.conversations.operations.linking import link, suggest
from okienko.conversations.operations.reading import mark_read
from okienko.conversations.operations.receiving import receive
from okienko.conversations.operations.replying import CannotReply, note, reply
from okienko.conversations.operations.sending import send, send_again
from okienko.conversations.operations.tagging import tag, untag

__all__ = [
    "CannotReply",
    "assign",
    "assign_team",
    "empty_team_batch",
    "hand_on_batch",
    "link",
    "mark_read",
    "note",
    "receive",
    "reopen",
    "reply",
    "resolve",
    "send",
    "send_again",
    "stop_following",
    "suggest",
    "tag",
    "untag",
]
