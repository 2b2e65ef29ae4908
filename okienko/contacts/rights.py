"""What an agent may do to a contact they see, and the words of a refusal."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

WORK, PERSONAL = "conversations.work", "personal.see"
REFUSALS = {
    WORK: _("Your role reads about customers and does not change anything."),
    PERSONAL: _("Your role does not show addresses and phone numbers, so it does not change them."),
}


def insist(agent, *words: str):
    """PermissionDenied, in words, unless the agent's role holds them all."""
    for word in words:
        if not agent.may(word):
            raise PermissionDenied(REFUSALS[word])
