"""Two matters of one customer, and what tests of joining do with them."""

from okienko.conversations import operations
from okienko.conversations.models import Conversation, Joining, Message
from okienko.inboxes.channel import Party

ADAM = Party("email", "adam@klient.example", name="Adam")


def fresh(conversation: Conversation) -> Conversation:
    return Conversation.objects.get(pk=conversation.pk)


def join(pair, cast) -> Joining:
    return operations.join(*pair, agent=cast.anna)


def where(message: Message) -> int:
    return Message.objects.get(pk=message.pk).conversation_id


def answer_to(cast, message: Message, **more) -> Message:
    return cast.letter(in_reply_to=(message.external_id,), subject="Re: Jeszcze", **more)
