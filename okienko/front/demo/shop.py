"""The shop „Ziarno i Glina", made through the operations that real life uses, act by act in the order of time."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from okienko.accounts.models import Agent
from okienko.accounts.operations import add_agent, add_team, roling, staffing
from okienko.accounts.roles import TEMPLATES
from okienko.conversations import operations
from okienko.conversations.models import Conversation, Delivery, Message, Sighting
from okienko.conversations.operations.replying import File
from okienko.events import worker
from okienko.events.log import Actor
from okienko.events.models import Job
from okienko.front.demo import crew, mail
from okienko.front.demo.backdating import Backdating, date_sending
from okienko.front.demo.crew import BRAND, CREW, DOMAIN, PASSWORD
from okienko.front.demo.enclosures import enclosed
from okienko.front.demo.everyday import everyday
from okienko.front.demo.stories import Step, Story, set_pieces
from okienko.inboxes.models import Brand, Inbox
from okienko.inboxes.operations import add_brand, add_inbox, take_in
from okienko.inboxes.operations.signatures import set_signature

FOUNDED = timedelta(days=410)  # so long ago the shop began to work with Okienko
SEEN = {"replies", "notes", "spams", "reads"}  # acts of somebody who has read to the end
AT_ONCE = 40  # letters sent between two looks at their times


def exists() -> bool:
    return Brand.objects.filter(name=BRAND).exists()


def logins() -> str:
    rows = [(CREW[key], f"{key}@{DOMAIN}") for key in crew.LOGINS]
    return "\n".join(
        f"{one.name:<16}{address:<34}{PASSWORD}   {Agent.Role(one.role).label}" for one, address in rows
    )


def fill(*, smtp_port: int, is_short: bool = False):
    """Everything, once: all of it or, when something ends it half-way, nothing but letters not yet sent.

    Answers are handed to the mail server on `smtp_port` of this machine. `is_short`: today's set pieces only.
    """
    unfinished = settings.DATA_DIR / "demo-unfinished"
    if not exists():
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        unfinished.touch()
        build(smtp_port=smtp_port, is_short=is_short)
    if unfinished.exists():
        send_all()
        unfinished.unlink()


@transaction.atomic
def build(*, smtp_port: int, is_short: bool):
    """The people and the stories, in one transaction: a filling that was killed leaves no half of a shop."""
    clock, now = Backdating(), timezone.localtime()
    stage = Stage(smtp_port, is_short=is_short)
    clock.date(now - FOUNDED)
    stories = set_pieces(now, is_short=is_short) + ([] if is_short else everyday(now))
    for at, story, step in acts(stories):
        conversation = stage.act(story, step) if step else stage.open(story)
        if Job.objects.filter(queue="default").exists():  # much quicker than to try
            worker.drain(queues=("default",))
        clock.date(at, conversation.pk)


def acts(stories: list[Story]) -> Iterator[tuple[datetime, Story, Step | None]]:
    """Everything that happens, in the order of time; None is a story's first letter."""
    told = [
        (at, number, place, story, step)
        for number, story in enumerate(stories)
        for place, (at, step) in enumerate([(story.begins, None), *((step.at, step) for step in story.steps)])
    ]
    for at, _, _, story, step in sorted(told, key=lambda act: act[:3]):
        yield at, story, step


def send_all():
    """Hand what was written to the mail server, outside the transaction as ever, and date it."""
    queued = Delivery.objects.filter(state__in=[Delivery.State.QUEUED, Delivery.State.SENDING])
    ids = set(queued.values_list("recipient__message", flat=True))
    while worker.drain(most=AT_ONCE):
        pass
    date_sending(Message.objects.filter(pk__in=ids).select_related("raw"))


class Stage:
    """The people, inboxes and teams, and where each story has got to."""

    def __init__(self, smtp_port: int, *, is_short: bool):
        self.people = {
            key: add_agent(email=f"{key}@{DOMAIN}", name=one.name, password=PASSWORD, role=built_in(one.role))
            for key, one in CREW.items()
        }
        self.teams = {
            name: add_team(
                name=name, is_closed=name in crew.CLOSED_TEAMS,
                members=[self.people[key] for key, one in CREW.items() if name in one.teams],
            )
            for name in crew.TEAMS
        }  # fmt: skip
        self.brand = add_brand(name=BRAND, sender_name=f"{BRAND} – obsługa klienta")
        shown = crew.IN_SHORT if is_short else crew.INBOXES
        self.inboxes = {key: self.inbox(key, smtp_port) for key in crew.INBOXES if key in shown}
        self.give_roles_and_signatures()
        self.conversations: dict[int, Conversation] = {}

    def inbox(self, key: str, smtp_port: int) -> Inbox:
        name, team, is_closed = crew.INBOXES[key]
        return add_inbox(
            brand=self.brand, name=name, kind="email", address=f"{key}@{DOMAIN}",
            config={"host": "127.0.0.1", "port": smtp_port, "plus_addressing": True},
            team=self.teams.get(team), is_closed=is_closed,
        )  # fmt: skip

    def give_roles_and_signatures(self):
        owner = self.people["celina"]
        words = next(each.words for each in TEMPLATES if each.name == "warehouse")
        warehouse = roling.make_role(crew.WAREHOUSE, words, by=owner)
        for key, one in CREW.items():
            if one.role == crew.WAREHOUSE:
                staffing.give_role(self.people[key], Agent.Role.AGENT, warehouse, by=owner)
            else:
                set_signature(self.people[key], self.brand, one.signature)

    def open(self, story: Story) -> Conversation:
        inbox = self.inboxes.get(story.inbox, self.inboxes["sklep"])
        first = mail.letter(
            story.customer, to=inbox.addresses.get().value, subject=story.subject, text=story.text,
            at=story.begins, files=story.files, html=story.html, automatic=story.automatic,
        )  # fmt: skip
        conversation = arrived(inbox, first)
        self.conversations[id(story)] = conversation
        if story.team:
            operations.assign_team(conversation, self.teams[story.team], actor=Actor.system())
        return conversation

    def act(self, story: Story, step: Step) -> Conversation:
        conversation = self.conversations[id(story)]
        if step.what == "writes":
            self.conversations[id(story)] = conversation = arrived(
                conversation.inbox, again(story, step, conversation)
            )
            return conversation
        agent = self.people[step.who]
        self.do(step, conversation, agent, Actor.agent(agent))
        if step.what in SEEN:
            newest = conversation.messages.order_by("-received_at", "-pk").first()
            operations.mark_read(conversation, agent, up_to=newest)
        return conversation

    def do(self, step: Step, conversation: Conversation, agent: Agent, actor: Actor):
        """One act of a colleague. KeyError for one nobody knows; "reads" is done by marking alone."""
        text = step.text
        deeds: dict[str, Callable[[], object]] = {
            "reads": lambda: None,
            "replies": lambda: operations.reply(conversation, text=text, agent=agent, files=files_of(step)),
            "notes": lambda: operations.note(conversation, text=text, agent=agent),
            "takes": lambda: operations.assign(conversation, agent, actor=actor),
            "gives": lambda: operations.assign(conversation, self.people[text], actor=actor),
            "teams": lambda: operations.assign_team(conversation, self.teams[text], actor=actor),
            "tags": lambda: operations.tag(conversation, text, actor=actor),
            "resolves": lambda: operations.resolve(conversation, actor=actor),
            "spams": lambda: operations.mark_spam(conversation, actor=actor),
        }
        deeds[step.what]()


def built_in(role: str) -> str:
    """The role somebody begins with; the shop's own roles are given by its owner."""
    return Agent.Role.AGENT if role == crew.WAREHOUSE else role


def files_of(step: Step) -> list[File]:
    return [File(each.name, each.content_type, each.data) for each in map(enclosed, step.files)]


def arrived(inbox: Inbox, letter: EmailMessage) -> Conversation:
    """Take a letter in as any other, read it, and say which conversation it came to. RuntimeError: unread."""
    arrival = take_in(inbox, letter.as_bytes(policy=SMTP), recipient=str(letter["To"]))
    worker.drain(queues=("default",))
    seen = Sighting.objects.select_related("message__conversation__inbox").filter(arrival=arrival).first()
    if seen is None:
        raise RuntimeError("a letter of the demonstration could not be read; the log says why")
    return seen.message.conversation


def again(story: Story, step: Step, conversation: Conversation) -> EmailMessage:
    """The customer writes once more: on our last letter when there is one."""
    ours = conversation.messages.filter(direction=Message.Direction.OUT).exclude(external_id="").last()
    quotes = ours is not None and len(step.text) % 3 != 0  # most programs quote, not all
    return mail.letter(
        story.customer, to=conversation.inbox.addresses.get().value, subject=f"Re: {story.subject}",
        text=step.text, at=step.at, files=step.files,
        answers=ours.external_id if ours else story_id(conversation), quoted=ours.text if quotes else "",
    )  # fmt: skip


def story_id(conversation: Conversation) -> str:
    return conversation.messages.values_list("external_id", flat=True).first() or ""
