"""Which conversations hold the words somebody looks for."""

from dataclasses import dataclass

from okienko.conversations.models import Conversation, Message
from okienko.conversations.models.conversation import ConversationQuerySet
from okienko.search import index
from okienko.ui.personal import WORD, personal

MOST_FOUND = 2000  # letters
MOST_CHECKED = 300  # letters looked into for those who see no addresses


@dataclass(frozen=True)
class Found:
    """`is_cut`: the words stand in more letters than were looked at, the newest ones."""

    rows: ConversationQuerySet
    is_cut: bool = False


def found(words: str, agent) -> Found:
    """Conversations in which every word occurs, whatever their state."""
    visible = Conversation.objects.visible_to(agent)
    if not agent.may(WORD):
        return _found_in_what_is_shown(words, agent, visible)
    hits = index.found(words).exclude(conversation_id=None)
    keys = list(hits.values_list("conversation_id", flat=True)[: MOST_FOUND + 1])
    return Found(visible.filter(pk__in=set(keys[:MOST_FOUND])), len(keys) > MOST_FOUND)


def _found_in_what_is_shown(words: str, agent, visible: ConversationQuerySet) -> Found:
    """Who sees no addresses must not guess them by searching: only hits in texts as they are shown."""
    hits = index.found(words, kinds=("message",)).filter(conversation_id__in=visible.values("pk"))
    keys = list(hits.values_list("ref_id", flat=True)[: MOST_CHECKED + 1])
    messages = Message.objects.filter(pk__in=keys[:MOST_CHECKED])
    texts = messages.values_list("conversation_id", "subject", "sender__contact__name", "visible_text")
    shown = {pk for pk, *said in texts if index.holds(personal("\n".join(filter(None, said)), agent), words)}
    return Found(visible.filter(pk__in=shown), len(keys) > MOST_CHECKED)
