from okienko.conversations.models.conversation import (
    Conversation,
    Episode,
    Follow,
    Link,
    Participant,
    Read,
    Tag,
)
from okienko.conversations.models.message import (
    Attachment,
    Delivery,
    Message,
    Recipient,
    Sighting,
    ThreadKey,
)

__all__ = [
    "Attachment",
    "Conversation",
    "Delivery",
    "Episode",
    "Follow",
    "Link",
    "Message",
    "Participant",
    "Read",
    "Recipient",
    "Sighting",
    "Tag",
    "ThreadKey",
]
