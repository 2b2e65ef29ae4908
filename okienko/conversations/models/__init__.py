from okienko.conversations.models.conversation import (
    Conversation,
    Episode,
    Follow,
    Joining,
    Link,
    Participant,
    Read,
    Tag,
)
from okienko.conversations.models.message import (
    Attachment,
    Delivery,
    Mention,
    Message,
    Recipient,
    RemotePicture,
    Sighting,
    ThreadKey,
)

__all__ = [
    "Attachment",
    "Conversation",
    "Delivery",
    "Episode",
    "Follow",
    "Joining",
    "Link",
    "Mention",
    "Message",
    "Participant",
    "Read",
    "Recipient",
    "RemotePicture",
    "Sighting",
    "Tag",
    "ThreadKey",
]
