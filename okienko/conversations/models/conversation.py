from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from okienko.accounts.models import Team
from okienko.inboxes.models import Inbox

# People read numbers aloud; five digits from the first day look like a shop that exists.
FIRST_NUMBER = 10_000


class ConversationQuerySet(models.QuerySet):
    def visible_to(self, agent):
        """Every read by an agent starts here: all but closed teams and inboxes they have no part in.

        Nothing for those whose role does not read conversations, and for those who left.
        """
        if not agent.may("conversations.read"):
            return self.none()
        if agent.may("conversations.see_closed"):
            return self
        closed_teams = Team.objects.filter(is_closed=True).exclude(membership__agent=agent.pk)
        hidden = Q(team__in=closed_teams.values("pk")) | Q(
            inbox__in=Inbox.objects.hidden_from(agent).values("pk")
        )
        follows = Follow.objects.filter(conversation=OuterRef("pk"), agent=agent.pk)
        return self.filter(~hidden | Q(assignee=agent.pk) | Exists(follows))

    def open(self):
        return self.filter(status=Conversation.Status.OPEN)

    def waiting(self):
        return self.filter(status=Conversation.Status.WAITING)

    def resolved(self):
        return self.filter(status=Conversation.Status.RESOLVED)

    def alive(self):
        """Without those that were joined to another one: everything of them is there."""
        return self.filter(merged_into=None)

    def unassigned(self):
        return self.filter(assignee=None)

    def of(self, agent):
        return self.filter(assignee=agent.pk)

    def numbered(self, number: int):
        return self.filter(pk=number - FIRST_NUMBER)


class Conversation(models.Model):
    """One matter with one contact, over any channels."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")  # we owe something
        WAITING = "waiting", _("Waiting for the customer")
        RESOLVED = "resolved", _("Resolved")
        SPAM = "spam", _("Spam")
        TRASHED = "trashed", _("Trash")

    class Priority(models.IntegerChoices):
        LOW = -1, _("Low")
        NORMAL = 0, _("Normal")
        HIGH = 1, _("High")
        URGENT = 2, _("Urgent")

    contact = models.ForeignKey("contacts.Contact", models.PROTECT, related_name="+")
    brand = models.ForeignKey("inboxes.Brand", models.PROTECT, related_name="+")
    # These three begin an index of a queue below, and need none of their own.
    inbox = models.ForeignKey(
        "inboxes.Inbox", models.PROTECT, related_name="+", db_index=False
    )  # where it began
    team = models.ForeignKey("accounts.Team", models.SET_NULL, null=True, related_name="+", db_index=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    subject = models.CharField(max_length=250, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    priority = models.SmallIntegerField(choices=Priority, default=Priority.NORMAL)
    reason = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=5, blank=True)
    tags = models.ManyToManyField("Tag", related_name="conversations")
    last_message = models.ForeignKey("Message", models.SET_NULL, null=True, related_name="+")
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    last_activity_at = models.DateTimeField(default=timezone.now)
    waiting_since = models.DateTimeField(null=True)
    first_reply_at = models.DateTimeField(null=True)  # of the current episode
    resolved_at = models.DateTimeField(null=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        # Who may see it stands last in each: queues are counted in the index, without a look at the rows.
        indexes = [
            models.Index(
                F("status"),
                F("last_activity_at").desc(),
                F("id").desc(),
                F("assignee"),
                F("team"),
                F("inbox"),
                name="conversation_queue",
            ),
            models.Index(
                F("assignee"),
                F("status"),
                F("last_activity_at").desc(),
                F("id").desc(),
                F("team"),
                F("inbox"),
                F("waiting_since"),
                name="conversation_mine",
            ),
            models.Index(
                F("status"),
                F("last_activity_at").desc(),
                F("id").desc(),
                F("team"),
                F("inbox"),
                name="conversation_unassigned",
                condition=Q(assignee=None),
            ),
            models.Index(
                F("team"),
                F("status"),
                F("last_activity_at").desc(),
                F("id").desc(),
                F("assignee"),
                F("inbox"),
                name="conversation_of_team",
            ),
            models.Index(
                F("inbox"),
                F("status"),
                F("last_activity_at").desc(),
                F("id").desc(),
                F("assignee"),
                F("team"),
                name="conversation_of_inbox",
            ),
            models.Index(
                fields=["status", "waiting_since", "id", "assignee", "team", "inbox"],
                name="conversation_waiting",
            ),
            models.Index(fields=["contact", "-last_activity_at"], name="conversation_of_contact"),
        ]

    def __str__(self):
        return f"#{self.number}"

    @property
    def number(self) -> int:
        """The number people use. Derived, so that it can never be given twice."""
        return FIRST_NUMBER + self.pk

    @property
    def is_resolved(self) -> bool:
        return self.status == self.Status.RESOLVED

    @property
    def is_set_aside(self) -> bool:
        """In spam or in the trash: to be taken out before anybody goes on with it."""
        return self.status in {self.Status.SPAM, self.Status.TRASHED}


class Episode(models.Model):
    """From opening, or reopening, to being resolved. All service times hang on it."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="episodes")
    opened_at = models.DateTimeField()
    first_reply_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["conversation", "-opened_at"])]

    def __str__(self):
        return f"{self.conversation} since {self.opened_at:%F}"


class Participant(models.Model):
    """Somebody outside our office who takes part."""

    class Role(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        COPIED = "copied", _("Copied")
        PARTNER = "partner", _("Partner")  # supplier, carrier
        OTHER = "other", _("Somebody else")  # answered us without having been part of it

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="participants")
    identity = models.ForeignKey("contacts.Identity", models.CASCADE, related_name="+")
    role = models.CharField(max_length=8, choices=Role)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "identity"], name="participant_once")]

    def __str__(self):
        return f"{self.identity} in {self.conversation}"


class Follow(models.Model):
    """An agent who wants, or was asked, to know: sees the conversation even where it is closed."""

    class Reason(models.TextChoices):
        FOLLOWING = "following"
        MENTIONED = "mentioned"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="follows")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    reason = models.CharField(max_length=9, choices=Reason, default=Reason.FOLLOWING)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "agent"], name="follow_once")]

    def __str__(self):
        return f"{self.agent} follows {self.conversation}"


class Read(models.Model):
    """How far an agent has read a conversation."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="reads")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    up_to = models.BigIntegerField()  # id of the last message seen
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "conversation"], name="read_once")]

    def __str__(self):
        return f"{self.agent} read {self.conversation}"


class Tag(models.Model):
    name = models.CharField(max_length=40, unique=True)

    def __str__(self):
        return self.name


class Link(models.Model):
    """Two conversations that have to do with each other."""

    class Kind(models.TextChoices):
        CONTINUES = "continues"  # answered after the window for reopening had closed
        MAY_BELONG = "may_belong"  # same person, other open matter: an agent decides

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="links")
    other = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "other", "kind"], name="link_once")]

    def __str__(self):
        return f"{self.conversation} {self.kind} {self.other}"


class Joining(models.Model):
    """Two conversations were one matter: everything of `source` went to `target`, and can go back.

    `moved`: what went, by table: {"message": [ids], "participant": [ids], …}.
    """

    source = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    target = models.ForeignKey(Conversation, models.CASCADE, related_name="joinings")
    moved = models.JSONField(default=dict)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    joined_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"{self.source} joined to {self.target}"
