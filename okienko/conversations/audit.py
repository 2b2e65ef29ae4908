"""How what happens to conversations, and who looked at them, reads in the audit log."""

import re
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from okienko.accounts.audit import Line, Named
from okienko.conversations.events import (
    ConversationAssigned,
    ConversationJoined,
    ConversationMarkedSpam,
    ConversationMentioned,
    ConversationRead,
    ConversationRenamed,
    ConversationReopened,
    ConversationResolved,
    ConversationRestored,
    ConversationSeparated,
    ConversationTagged,
    ConversationTrashed,
    ConversationUntagged,
    FileSaved,
    NoteWritten,
    OriginalOpened,
    PicturesAllowed,
    PicturesForbidden,
    ReplyWritten,
    TalkLogged,
)
from okienko.conversations.models import Tag
from okienko.conversations.models.conversation import FIRST_NUMBER


def other(data: dict) -> list[str]:
    """The number of the other conversation."""
    return [f"#{FIRST_NUMBER + data.get('other_id', 0)}"]


LOOKED = (
    Line(ConversationRead, _("Read {conversation_id}")),
    Line(OriginalOpened, _("Saved the original of a letter of {conversation_id}")),
    Line(FileSaved, _("Saved a file from {conversation_id}")),
    Line(PicturesAllowed, _("Lets pictures load in letters of who wrote in {conversation_id}")),
    Line(PicturesForbidden, _("No longer lets pictures load in letters of who wrote in {conversation_id}")),
)
CHANGES = (
    Line(ReplyWritten, _("Answered {conversation_id}")),
    Line(TalkLogged, _("Wrote down a call or a visit in {conversation_id}")),
    Line(NoteWritten, _("Wrote a note in {conversation_id}")),
    Line(ConversationMentioned, _("Named colleagues in {conversation_id}, who see it now")),
    Line(ConversationRenamed, _("Changed the subject of {conversation_id}")),
    Line(ConversationAssigned, _("Handed over {conversation_id}: {agent_id}, team: {team_id}")),
    Line(ConversationResolved, _("Resolved {conversation_id}")),
    Line(ConversationReopened, _("Opened {conversation_id} again")),
    Line(ConversationMarkedSpam, _("Marked {conversation_id} as spam")),
    Line(ConversationTrashed, _("Moved {conversation_id} to the trash")),
    Line(ConversationRestored, _("Took {conversation_id} out of spam or trash")),
    Line(ConversationJoined, _("Joined another conversation to {conversation_id}"), details=other),
    Line(ConversationSeparated, _("Parted a conversation from {conversation_id} again"), details=other),
    Line(ConversationTagged, _("Put the tag “{tag_id}” on {conversation_id}")),
    Line(ConversationUntagged, _("Took the tag “{tag_id}” off {conversation_id}")),
)
_NUMBER = re.compile(r"#?(\d{5,18})")


def conversations(ids: Iterable[int]) -> dict[int, Named]:
    """By their numbers alone: what they are about is for those who may see them."""
    numbers = {pk: FIRST_NUMBER + pk for pk in ids}
    return {
        pk: Named(f"#{number}", reverse("conversations:show", args=[number]))
        for pk, number in numbers.items()
    }


def numbered(words: str) -> int | None:
    found = _NUMBER.fullmatch(words)
    return int(found[1]) - FIRST_NUMBER if found else None


def tags(ids: Iterable[int]) -> dict[int, Named]:
    return {pk: Named(name) for pk, name in Tag.objects.filter(pk__in=list(ids)).values_list("pk", "name")}
