"""Everything that can happen to a conversation."""

from dataclasses import dataclass

from okienko.events.log import Fact


@dataclass(frozen=True, kw_only=True)
class ConversationOpened(Fact):
    """A new matter exists."""

    type = "conversation.opened"
    conversation_id: int


@dataclass(frozen=True, kw_only=True)
class MessageReceived(Fact):
    """Somebody outside wrote to us. `automatic`: the kind of machine, "" for a person."""

    type = "conversation.message_received"
    conversation_id: int
    message_id: int
    automatic: str = ""
    is_first: bool = False


@dataclass(frozen=True, kw_only=True)
class ReplyWritten(Fact):
    """An agent answered; sending follows."""

    type = "conversation.reply_written"
    conversation_id: int
    message_id: int


@dataclass(frozen=True, kw_only=True)
class NoteWritten(Fact):
    """An agent wrote something that stays inside."""

    type = "conversation.note_written"
    conversation_id: int
    message_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationMentioned(Fact):
    """A note named colleagues: they see the conversation from now on, even where it is closed."""

    type = "conversation.mentioned"
    conversation_id: int
    message_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationRenamed(Fact):
    """It has another subject now."""

    type = "conversation.renamed"
    conversation_id: int


@dataclass(frozen=True, kw_only=True)
class TalkLogged(Fact):
    """An agent wrote down a call or a visit. `kind`: call or visit; `direction`: in, out."""

    type = "conversation.talk_logged"
    conversation_id: int
    message_id: int
    kind: str = ""
    direction: str = ""


@dataclass(frozen=True, kw_only=True)
class DeliveryChanged(Fact):
    """A message was sent, could not be sent, or waits for another try. `state`: of the delivery."""

    type = "conversation.delivery_changed"
    conversation_id: int
    message_id: int
    delivery_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class ConversationAssigned(Fact):
    """Another agent or team has it now; None: nobody."""

    type = "conversation.assigned"
    conversation_id: int
    agent_id: int | None = None
    team_id: int | None = None
    previous_agent_id: int | None = None
    previous_team_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ConversationResolved(Fact):
    """The matter is settled, for now."""

    type = "conversation.resolved"
    conversation_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationReopened(Fact):
    """It was not settled after all: a new episode begins."""

    type = "conversation.reopened"
    conversation_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationMarkedSpam(Fact):
    """Nobody needs to answer it; further letters do not bring it back."""

    type = "conversation.marked_spam"
    conversation_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationTrashed(Fact):
    """It lies in the trash, with everything in it; a further letter of a person brings it back."""

    type = "conversation.trashed"
    conversation_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationRestored(Fact):
    """It was taken out of where it lay (`left`: spam or trashed) and has the status `status` again."""

    type = "conversation.restored"
    conversation_id: int
    left: str = ""
    status: str = ""


@dataclass(frozen=True, kw_only=True)
class ConversationTagged(Fact):
    type = "conversation.tagged"
    conversation_id: int
    tag_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationUntagged(Fact):
    type = "conversation.untagged"
    conversation_id: int
    tag_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationsLinked(Fact):
    """Two conversations have to do with each other. `kind`: continues or may_belong."""

    type = "conversation.linked"
    conversation_id: int
    other_id: int
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class ConversationJoined(Fact):
    """Everything of the conversation `other_id` is here from now on."""

    type = "conversation.joined"
    conversation_id: int
    other_id: int = 0


@dataclass(frozen=True, kw_only=True)
class ConversationJoinedTo(Fact):
    """The other side of a join: everything of this one went to the conversation `other_id`."""

    type = "conversation.joined_to"
    conversation_id: int
    other_id: int = 0


@dataclass(frozen=True, kw_only=True)
class ConversationSeparated(Fact):
    """A join was undone: what had come from the conversation `other_id` went back."""

    type = "conversation.separated"
    conversation_id: int
    other_id: int = 0


@dataclass(frozen=True, kw_only=True)
class ConversationSeparatedFrom(Fact):
    """The other side of that: this one stands by itself again, apart from the conversation `other_id`."""

    type = "conversation.separated_from"
    conversation_id: int
    other_id: int = 0


@dataclass(frozen=True, kw_only=True)
class CustomerChanged(Fact):
    """An address was given to another contact, and this conversation, which it began, went along."""

    type = "conversation.customer_changed"
    conversation_id: int
    contact_id: int = 0
    previous_contact_id: int = 0


@dataclass(frozen=True, kw_only=True)
class ConversationRead(Fact):
    """An agent has read up to a message. Told to that agent's own screens only."""

    type = "agent.read_conversation"
    agent_id: int
    conversation_id: int
    message_id: int


@dataclass(frozen=True, kw_only=True)
class OriginalOpened(Fact):
    """An agent saved a letter exactly as it came. At most once an hour for each letter."""

    type = "agent.opened_original"
    agent_id: int
    conversation_id: int = 0
    message_id: int = 0


@dataclass(frozen=True, kw_only=True)
class FileSaved(Fact):
    """An agent opened or saved a file of a letter. At most once an hour for each file."""

    type = "agent.saved_file"
    agent_id: int
    conversation_id: int = 0
    message_id: int = 0
    attachment_id: int = 0


@dataclass(frozen=True, kw_only=True)
class PicturesAllowed(Fact):
    """From now on pictures from elsewhere load in the letters of a sender, whose letter this was."""

    type = "conversation.pictures_allowed"
    conversation_id: int
    message_id: int
    identity_id: int


@dataclass(frozen=True, kw_only=True)
class PicturesForbidden(Fact):
    """Pictures from elsewhere no longer load by themselves in the letters of a sender."""

    type = "conversation.pictures_forbidden"
    conversation_id: int
    message_id: int
    identity_id: int
