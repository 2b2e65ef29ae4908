"""The shop „Ziarno i Glina", made through the operations that real life uses."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from django.utils import timezone

from okienko.accounts.models import Agent
from okienko.accounts.operations import add_agent, add_team
from okienko.conversations import operations
from okienko.conversations.models import Conversation, Message
from okienko.events import worker
from okienko.events.log import Actor
from okienko.front.demo.stories import STORIES, Step, Story
from okienko.inboxes.models import Brand, Inbox
from okienko.inboxes.operations import add_brand, add_inbox, take_in

BRAND = "Ziarno i Glina"
DOMAIN = "ziarno-i-glina.example"
PASSWORD = "okienko-demo"  # noqa: S105 - everybody may know it, and the command refuses to run elsewhere
PEOPLE = {
    "anna": ("Anna Nowicka", Agent.Role.AGENT),
    "bartek": ("Bartek Zych", Agent.Role.AGENT),
    "celina": ("Celina Wójcik", Agent.Role.OWNER),
}


def exists() -> bool:
    return Brand.objects.filter(name=BRAND).exists()


def logins() -> str:
    lines = [
        f"{name:<16}{f'{key}@{DOMAIN}':<34}{PASSWORD}   {Agent.Role(role).label}"
        for key, (name, role) in PEOPLE.items()
    ]
    return "\n".join(lines)


def fill(*, smtp_port: int):
    """Everything, once. Answers are handed to the mail server on `smtp_port` of this machine."""
    people = {
        key: add_agent(email=f"{key}@{DOMAIN}", name=name, password=PASSWORD, role=role)
        for key, (name, role) in PEOPLE.items()
    }
    add_team(name="Obsługa klienta", members=[people["anna"], people["bartek"]])
    books = add_team(name="Księgowość", is_closed=True, members=[people["bartek"]])
    brand = add_brand(name=BRAND, sender_name=f"{BRAND} – obsługa klienta")
    config = {"host": "127.0.0.1", "port": smtp_port, "plus_addressing": True}
    inboxes = {
        "sklep": add_inbox(brand=brand, name="Sklep", kind="email", address=f"sklep@{DOMAIN}", config=config),
        "faktury": add_inbox(
            brand=brand, name="Księgowość", kind="email", address=f"faktury@{DOMAIN}", config=config,
            team=books, is_closed=True,
        ),
    }  # fmt: skip
    # What arrived first is told first, as it would have come in.
    for number, story in enumerate(sorted(STORIES, key=lambda each: -each.hours_ago)):
        tell(story, inboxes[story.inbox], people, number)


def tell(story: Story, inbox: Inbox, people: dict[str, Agent], number: int):
    """Let one story happen: its first letter when it says, everything else now."""
    begin = timezone.now() - timedelta(hours=story.hours_ago)
    first = letter(story, inbox, story.text, at=begin, key=f"{number}.0", is_first=True)
    conversation = arrived(inbox, first, f"{number}.0").conversation
    for count, step in enumerate(story.steps, start=1):
        act(step, story, conversation, people, f"{number}.{count}")
    worker.drain()


def act(step: Step, story: Story, conversation: Conversation, people: dict[str, Agent], key: str):
    agent = people.get(step.who)
    actor = Actor.agent(agent) if agent else Actor.system()
    match step.what:
        case "writes":
            again = letter(
                story, conversation.inbox, step.text, at=timezone.now(), key=key, answers=conversation
            )
            arrived(conversation.inbox, again, key)
        case "replies":
            operations.reply(conversation, text=step.text, agent=agent)
            worker.drain()
        case "notes":
            operations.note(conversation, text=step.text, agent=agent)
        case "takes":
            operations.assign(conversation, agent, actor=actor)
        case "gives":
            operations.assign(conversation, people[step.text], actor=actor)
        case "tags":
            operations.tag(conversation, step.text, actor=actor)
        case "resolves":
            operations.resolve(conversation, actor=actor)


def arrived(inbox: Inbox, mail: EmailMessage, key: str) -> Message:
    take_in(
        inbox, mail.as_bytes(policy=SMTP), recipient=inbox.addresses.get().value, delivery_key=f"demo/{key}"
    )
    worker.drain()
    return Message.objects.filter(external_id=mail["Message-ID"].strip("<>")).latest("pk")


def letter(
    story: Story, inbox: Inbox, text: str, *, at: datetime, key: str, answers: Conversation | None = None,
    is_first: bool = False,
) -> EmailMessage:  # fmt: skip
    mail = EmailMessage()
    name, address = story.customer
    if is_first:  # only a server's own line says when a letter came
        mail["Received"] = f"from {address.partition('@')[2]} by mx.{DOMAIN}; {format_datetime(at)}"
    mail["From"] = formataddr((name, address))
    mail["To"] = inbox.addresses.get().value
    mail["Subject"] = f"Re: {story.subject}" if answers else story.subject
    mail["Date"] = format_datetime(timezone.localtime(at))
    mail["Message-ID"] = f"<demo.{key}@{address.partition('@')[2]}>"
    last = answers and answers.messages.filter(direction="out").exclude(external_id="").last()
    if last:
        mail["In-Reply-To"] = mail["References"] = f"<{last.external_id}>"
    mail.set_content(text)
    if is_first and story.html:
        mail.add_alternative(story.html, subtype="html")
    for file in story.files if is_first else ():
        kind, _, subtype = file.content_type.partition("/")
        mail.add_attachment(file.data, maintype=kind, subtype=subtype, filename=file.name)
    return mail
