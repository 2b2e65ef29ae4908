from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from okienko.conversations.models.conversation import Conversation
from okienko.inboxes.channel import HOLDS_BACK, Automatic, Role


class Message(models.Model):
    """Something that was said. What was sent is never edited or deleted.

    `sent_at`: the writer's clock. `received_at`: the earliest trusted server's; it orders the thread,
    starts waiting, service times and law. `created_at`: ours.
    """

    class Direction(models.TextChoices):
        IN = "in"
        OUT = "out"

    class Audience(models.TextChoices):
        CUSTOMER = "customer"
        PARTNER = "partner"
        INTERNAL = "internal"

    class Source(models.TextChoices):
        LIVE = "live"
        IMPORT = "import"

    class Kind(models.TextChoices):
        """What happened: words that came or went, or something that was only written down here."""

        WORDS = "words"
        CALL = "call", _("Phone call")
        VISIT = "visit", _("Visit to the shop")

    class Reason(models.TextChoices):
        """Why the message stands in this conversation, in the order the rules are asked."""

        WRITTEN = "written", _("Written here")
        OUR_ADDRESS = "our_address", _("Answers our signed address")
        OUR_MESSAGE = "our_message", _("Answers a message of ours")
        KNOWN_THREAD = "known_thread", _("Continues a thread the sender takes part in")
        NUMBER = "number", _("The subject names this conversation and the sender takes part")
        ORDER = "order", _("Same robot, same order")
        CHANNEL = "channel", _("Continues the last conversation on this channel")
        NEW = "new", _("Opened a conversation")
        CONTINUES = "continues", _("Answers a conversation closed too long ago")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    inbox = models.ForeignKey("inboxes.Inbox", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.WORDS)
    minutes = models.PositiveSmallIntegerField(null=True)  # how long a call or a visit took
    direction = models.CharField(max_length=3, choices=Direction)
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.CUSTOMER)
    source = models.CharField(max_length=6, choices=Source, default=Source.LIVE)
    automatic = models.CharField(
        max_length=9, choices=[(word.value, word.value) for word in Automatic], blank=True
    )
    sender = models.ForeignKey("contacts.Identity", models.PROTECT, null=True, related_name="+")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=250, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)  # as it came; cleaned whenever it is shown
    visible_text = models.TextField(blank=True)  # without quoted history
    external_id = models.CharField(max_length=500, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    raw = models.ForeignKey("files.Blob", models.PROTECT, null=True, related_name="+")
    answered = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    thread_reason = models.CharField(max_length=12, choices=Reason)
    notice = models.CharField(max_length=20, blank=True)
    once = models.UUIDField(null=True)  # of the form it was written in: the same form twice is one message
    language = models.CharField(max_length=5, blank=True)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["received_at", "pk"]
        indexes = [
            models.Index(fields=["conversation", "received_at", "id"], name="message_thread"),
            # Not partial: SQLite cannot prove the condition of a partial index from bound parameters.
            models.Index(fields=["external_id", "fingerprint"], name="message_identity"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["once"], condition=Q(once__isnull=False), name="each_form_once"),
            models.UniqueConstraint(
                fields=["external_id", "fingerprint"], condition=Q(direction="in"), name="each_message_once"
            ),
        ]

    def __str__(self):
        return f"message {self.pk}"

    @property
    def is_note(self) -> bool:
        return self.audience == self.Audience.INTERNAL

    @property
    def is_inbound(self) -> bool:
        return self.direction == self.Direction.IN

    @property
    def holds_back(self) -> bool:
        """Written by a machine that must never open, reopen or be answered."""
        return self.automatic in HOLDS_BACK


class Recipient(models.Model):
    """Somebody a message names: who it is from, to, in copy, where answers shall go."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="recipients")
    role = models.CharField(max_length=8, choices=[(role.value, role.value) for role in Role])
    identity = models.ForeignKey("contacts.Identity", models.PROTECT, null=True, related_name="+")
    address = models.CharField(max_length=320)  # normalised
    written = models.CharField(max_length=500, blank=True)  # as the message has it, with the name

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.role} {self.address}"


class Delivery(models.Model):
    """What became of a message on its way to one recipient.

    `claim` names the job that is sending; the same job may go on after a crash, another one only
    when `lease_until` has passed.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to be sent")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        READ = "read", _("Read")
        BOUNCED = "bounced", _("Returned")
        FAILED = "failed", _("Not sent")

    recipient = models.OneToOneField(Recipient, models.CASCADE, related_name="delivery")
    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    claim = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)  # why it failed or waits: the server's words
    provider_id = models.CharField(max_length=250, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="delivery_unsent",
                condition=Q(state__in=["queued", "sending"]),
            )
        ]

    def __str__(self):
        return f"{self.state} {self.recipient_id}"


class Attachment(models.Model):
    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    blob = models.ForeignKey("files.Blob", models.PROTECT, related_name="+")
    name = models.CharField(max_length=250)
    content_type = models.CharField(max_length=120, blank=True)  # what the sender claims
    content_id = models.CharField(max_length=250, blank=True)
    is_inline = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.name


class Sighting(models.Model):
    """One arrival of a message. The same mail in two of our mailboxes has two."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="sightings")
    arrival = models.OneToOneField("inboxes.Arrival", models.CASCADE, related_name="+")

    def __str__(self):
        return f"{self.message} as {self.arrival}"


class ThreadKey(models.Model):
    """How the outside world refers to a conversation: ids of our messages, ids of others', orders of robots.

    Unique per kind and conversation, not per inbox: a newsletter's id may stand in the answers of many people.
    """

    class Kind(models.TextChoices):
        OURS = "ours"  # Message-IDs made by us, unguessable: whoever quotes one answers us
        THEIRS = "theirs"  # every other Message-ID of the thread
        ORDER = "order"  # robot's address | order number

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="thread_keys")
    kind = models.CharField(max_length=6, choices=Kind)
    key = models.CharField(max_length=500)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "conversation"], name="thread_key_once"),
        ]

    def __str__(self):
        return f"{self.kind} {self.key}"


class Mention(models.Model):
    """A note named an agent. It waits for them until they have read the note."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="mentions")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="mentions")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "conversation", "message"], name="mention_once")
        ]

    def __str__(self):
        return f"{self.agent} in {self.message}"


class RemotePicture(models.Model):
    """A picture that letters name by its address elsewhere, as we fetched it; no blob: why it could not be had."""

    key = models.CharField(max_length=64, unique=True)  # sha256 of its address
    blob = models.ForeignKey("files.Blob", models.PROTECT, null=True, related_name="+")
    trouble = models.CharField(max_length=20, blank=True)
    fetched_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.key[:12]
