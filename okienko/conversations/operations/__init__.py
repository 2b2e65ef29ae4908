"""What the desk can do to a conversation. Nothing else changes one.

Views, jobs, rules, the bot and the API all call these functions, so each of them checks,
writes, records and notifies in exactly one way.
"""

from okienko.conversations.operations.answered import AnsweredMeanwhile, CannotReply
from okienko.conversations.operations.assigning import (
    assign,
    assign_team,
    empty_team_batch,
    hand_on_batch,
    stop_following,
)
from okienko.conversations.operations.closing import reopen, resolve
from okienko.conversations.operations.joining import CannotJoin, CannotSeparate, join, separate
from okienko.conversations.operations.linking import dismiss, link, suggest
from okienko.conversations.operations.noting import note
from okienko.conversations.operations.reading import mark_read
from okienko.conversations.operations.receiving import receive
from okienko.conversations.operations.renaming import rename
from okienko.conversations.operations.replying import reply
from okienko.conversations.operations.sending import send, send_again
from okienko.conversations.operations.setting_aside import mark_spam, restore, trash
from okienko.conversations.operations.starting import CannotStart, start
from okienko.conversations.operations.tagging import tag, untag
from okienko.conversations.operations.talking import log_talk

__all__ = [
    "AnsweredMeanwhile",
    "CannotJoin",
    "CannotReply",
    "CannotSeparate",
    "CannotStart",
    "assign",
    "assign_team",
    "dismiss",
    "empty_team_batch",
    "hand_on_batch",
    "join",
    "link",
    "log_talk",
    "mark_read",
    "mark_spam",
    "note",
    "receive",
    "rename",
    "reopen",
    "reply",
    "resolve",
    "restore",
    "send",
    "send_again",
    "separate",
    "start",
    "stop_following",
    "suggest",
    "tag",
    "trash",
    "untag",
]
