"""What an agent may do to a conversation they see, and the words of a refusal."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

READ, WORK, DELETE = "conversations.read", "conversations.work", "conversations.delete"
REFUSALS = {
    WORK: _("Your role reads conversations and does not change them."),
    DELETE: _("Your role does not move conversations to the trash. A team lead does."),
    "conversations.assign_others": _(
        "This conversation belongs to somebody else. They or a team lead can hand it on."
    ),
    "personal.see": _("Your role does not show personal data, and a letter in its own layout is full of it."),
    "files.see": _("Your role does not show attachments."),
    "raw.see": _("Your role does not show original letters."),
}


def insist(agent, word: str):
    """PermissionDenied, in words, unless the agent's role holds the word."""
    if not agent.may(word):
        raise PermissionDenied(REFUSALS[word])


def may_hand_on(agent, conversation) -> bool:
    """One's own and nobody's by everybody who works; what belongs to somebody else by those who redistribute."""
    is_free = conversation.assignee_id in {None, agent.pk}
    return agent.may(WORK) and (is_free or agent.may("conversations.assign_others"))
