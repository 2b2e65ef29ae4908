"""A written message → the letter as it goes out, fixed before the first try."""

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.template.defaultfilters import filesizeformat, linebreaks
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from okienko.conversations.addressing import signed_address, subject_token
from okienko.conversations.models import (
    Attachment,
    Conversation,
    Delivery,
    Message,
    Participant,
    Recipient,
)
from okienko.conversations.operations.replying import sending_address
from okienko.files import links, store
from okienko.inboxes import registry
from okienko.inboxes.channel import Outbound, OutboundFile, Party, Role, TooBig
from okienko.inboxes.models import Inbox

HEADERS = 16 * 1024  # bytes of a letter besides text and files, at most
AS_BASE64 = 1.37


def fixed_bytes(message: Message) -> bytes:
    """The letter exactly as it goes out, written to disk before the first try."""
    if message.raw is None:
        fix(message, as_outbound(message, most=message.inbox.config.get("max_bytes")))
    return message.raw.read()


def lighter_bytes(message: Message, error: TooBig) -> bytes:
    """The letter again with links instead of files, since the server took it for nobody: nobody has the other.

    Raises `error` when there is nothing left to take out.
    """
    lighter = as_outbound(message, most=error.limit or 0)
    if len(lighter.files) == message.attachments.count() or sent_to_anybody(message):
        raise error
    fix(message, lighter)
    return message.raw.read()


def sent_to_anybody(message: Message) -> bool:
    return Delivery.objects.filter(recipient__message=message).exclude(sent_at=None).exists()


def fix(message: Message, outbound: Outbound):
    channel = registry.channel_for(message.inbox.kind)
    payload = channel.compose(outbound)
    kept = store.keep(payload)
    (itself,) = channel.parse(payload)
    with transaction.atomic():
        (message.raw,) = store.saved([kept])
        # Our own letter may come back to one of our mailboxes: then it is known by this.
        message.fingerprint = itself.fingerprint
        message.save(update_fields=["raw", "fingerprint"])


def as_outbound(message: Message, *, most: int | None = None) -> Outbound:
    """`most`: bytes the server takes, None when it does not say. What is beyond goes as links."""
    conversation = message.conversation
    address = sending_address(message.inbox)
    people = [
        Party("email", one.address, role=Role(one.role), written=one.written)
        for one in message.recipients.exclude(role=Role.FROM)
    ]
    enclosed, linked = divided(message, most)
    offer, earlier = offered(linked), references(message)
    return Outbound(
        external_id=message.external_id,
        audience=message.audience,
        sender=Party("email", address, name=conversation.brand.sender_name or conversation.brand.name),
        recipients=tuple(people),
        subject=subject_line(conversation, about(message), is_first=not (earlier or message.answered)),
        text=f"{message.text}{offer}",
        html=f"{message.html}{linebreaks(offer)}" if message.html and offer else message.html,
        date=message.received_at,
        reply_to=reply_address(message.inbox, address, conversation),
        in_reply_to=message.answered.external_id if message.answered else "",
        references=tuple(earlier),
        files=tuple(
            OutboundFile(file.name, file.content_type, file.blob.read(), file.content_id) for file in enclosed
        ),
    )


def reply_address(inbox: Inbox, address: str, conversation: Conversation) -> str:
    """Where an answer finds its conversation by the address alone; "" where only headers can tell."""
    if inbox.config.get("plus_addressing"):
        return signed_address(address, conversation)
    if inbox.config.get("catch_all"):
        return signed_address(address, conversation, separator="-")
    return ""


def divided(message: Message, most: int | None) -> tuple[list[Attachment], list[Attachment]]:
    """Files that travel in the letter, and files too big for it: the largest are left out first."""
    files = list(message.attachments.select_related("blob").order_by("pk"))
    if most is None:
        return files, []
    room = most - len(message.text.encode()) - len(message.html.encode()) - HEADERS
    left_out: set[int] = set()
    for file in sorted(files, key=lambda file: -file.blob.size):
        if sum(one.blob.size for one in files if one.pk not in left_out) * AS_BASE64 <= room:
            break
        left_out.add(file.pk)
    return [one for one in files if one.pk not in left_out], [one for one in files if one.pk in left_out]


def offered(files: list[Attachment]) -> str:
    """A paragraph with a link for each file, in the language of the letter; "" without files."""
    if not files:
        return ""
    with translation.override(files[0].message.language or None):
        until = timezone.localdate() + links.SENT_VALID
        title = _("Files to download (until %s):") % formats.date_format(until, "SHORT_DATE_FORMAT")
    lines = [
        f"{file.name} ({filesizeformat(file.blob.size)})\n"
        f"{settings.PUBLIC_URL}{links.sent_address(file.blob, file.name)}"
        for file in files
    ]
    return "\n\n" + "\n".join([title, *lines]) + "\n"


def about(message: Message) -> str:
    """The conversation's subject; to somebody who is no part of it, that of their own letter: they know no other."""
    answered = message.answered
    if answered is None or answered.sender_id is None:
        return message.conversation.subject
    part = message.conversation.participants.filter(identity=answered.sender_id, role=Participant.Role.OTHER)
    return answered.subject if part.exists() else message.conversation.subject


def subject_line(conversation: Conversation, subject: str, *, is_first: bool) -> str:
    """The subject with the conversation's number; "Re:" before it unless it is the first letter there is."""
    token = subject_token(conversation)
    start = "" if is_first or subject.lower().startswith(("re:", "odp:")) else "Re: "
    return f"{start}{subject}" if token in subject else f"{start}{subject} {token}".replace("  ", " ")


def references(message: Message) -> list[str]:
    """Ids of what these recipients know of the thread, oldest first, ending in the message answered."""
    people = message.recipients.exclude(role=Role.FROM).values("address")
    theirs = Recipient.objects.filter(message=OuterRef("pk"), address__in=people)
    earlier = message.conversation.messages.filter(
        Exists(theirs), audience=message.audience, pk__lt=message.pk
    )
    ids = [pk for pk in earlier.values_list("external_id", flat=True) if pk]
    answered = message.answered.external_id if message.answered else ""
    return [*(one for one in ids if one != answered), *([answered] if answered else [])]
