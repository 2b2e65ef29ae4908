from okienko.conversations.models import Conversation
from okienko.lib import rows


def locked(pk: int) -> Conversation:
    """The row as it is now, held until the transaction ends: two people may act at once."""
    conversation = rows.get(Conversation, lock=True, pk=pk)
    if conversation is None:
        raise Conversation.DoesNotExist(pk)
    return conversation
