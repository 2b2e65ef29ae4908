"""Everybody who may come to the door, everything that may be hidden from them, and every address of the product."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from okienko.accounts import roles
from okienko.accounts.models import Agent, Device, Role, Team
from okienko.accounts.operations import add_agent, add_team, inviting, tokens
from okienko.contacts.models import Contact
from okienko.contacts.operations import add_identity, identify
from okienko.conversations import operations
from okienko.conversations.models import Conversation, Follow, Message
from okienko.conversations.tests.desk_cast import ZOFIA, picture
from okienko.events.log import Actor
from okienko.files import store
from okienko.files.models import Rendition
from okienko.inboxes.channel import Inbound, Party
from okienko.inboxes.channel import Role as Part
from okienko.inboxes.models import Brand
from okienko.inboxes.operations import add_brand, add_inbox

TABLE = Path(__file__).with_name("matrix.txt")

# Anna is a member of the closed team, Bartek of another one. Olek from the warehouse reads, Hania reads nothing.
PEOPLE = ("member", "other", "lead", "manager", "owner", "store", "clerk", "gone", "stranger")
OUTSIDE = ("gone", "stranger")

# Which conversation lies where, and who sees it. "own" and "followed" lie in the closed team and concern "other".
SIGHT = {
    "open": {"member", "other", "lead", "manager", "owner", "store"},
    "team": {"member", "manager", "owner"},
    "inbox": {"member", "manager", "owner"},
    "own": {"member", "other", "manager", "owner"},
    "followed": {"member", "other", "manager", "owner"},
}


@dataclass
class World:
    people: dict[str, Agent]
    conversations: dict[str, Conversation]
    keys: dict[str, int | str]  # what stands in the <…> of an address
    sessions: dict[str, str]

    def browser(self, name: str) -> Client:
        """As it was at the beginning, whatever a test has done with it."""
        client = Client()
        if name in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[name]
        return client

    def letter(self, where: str) -> Message:
        return self.conversations[where].messages.get(direction="in")


def subject_of(where: str) -> str:
    """A word that stands nowhere but in this conversation."""
    return f"temat{where}tutaj"


def world() -> World:
    people = staff()
    closed = add_team(name="Księgowość", is_closed=True, members=[people["member"]])
    add_team(name="Sklep", members=[people["other"]])
    brand = add_brand(name="Ziarno i Glina")
    conversations = letters(brand, closed)
    actor = Actor.agent(people["owner"])
    for where in ("team", "own", "followed"):
        operations.assign_team(conversations[where], closed, actor=actor)
    operations.assign(conversations["own"], people["other"], actor=actor)
    Follow.objects.create(
        conversation=conversations["followed"], agent=people["other"], reason=Follow.Reason.MENTIONED
    )
    keys = keys_of(people, closed, conversations["open"])
    sessions = sessions_of(people)
    keys["accounts:device"] = Device.objects.get(agent=people["member"]).pk
    return World(people, conversations, keys, sessions)


def staff() -> dict[str, Agent]:
    built_in = {"member": "agent", "other": "agent", "lead": "lead", "manager": "manager", "owner": "owner", "gone": "owner"}  # fmt: skip
    own = {"store": roles.TEMPLATES[0].words, "clerk": {"inboxes.manage"}}
    people = {}
    for name in PEOPLE[:-1]:
        agent = add_agent(
            email=f"{name}@ziarno.example",
            name=f"Osoba {name}",
            password=None,
            role=built_in.get(name, "agent"),
        )
        if name in own:
            agent.custom_role = Role.objects.create(name=f"Rola {name}", words=sorted(own[name]))
            agent.save()
        people[name] = Agent.objects.get(pk=agent.pk)
    return people


def letters(brand: Brand, closed: Team) -> dict[str, Conversation]:
    shop = add_inbox(brand=brand, name="Sklep", kind="email", address="sklep@ziarno.example")
    books = add_inbox(
        brand=brand,
        name="Faktury",
        kind="email",
        address="faktury@ziarno.example",
        team=closed,
        is_closed=True,
    )
    made = {}
    for number, where in enumerate(SIGHT):
        inbox = books if where == "inbox" else shop
        letter = operations.receive(
            inbox,
            Inbound(
                external_id=f"{where}@klient.example", fingerprint=f"{number:064x}", sender=ZOFIA, files=(picture(),),
                recipients=(Party("email", inbox.addresses.get().value, role=Part.TO),), subject=subject_of(where),
                text=f"{subject_of(where)} jest tu sekret", html=f"<p>{subject_of(where)}</p>",
            ),
        )  # fmt: skip
        letter.raw = store.store(f"From: zofia@klient.example\r\n\r\n{where}".encode())
        letter.save(update_fields=["raw"])
        photo = letter.attachments.get().blob
        for kind in Rendition.Kind.values:  # so that no test waits until one is made
            Rendition.objects.get_or_create(original=photo, kind=kind, defaults={"blob": photo})
        made[where] = letter.conversation
    return made


def keys_of(people: dict[str, Agent], closed: Team, conversation: Conversation) -> dict[str, int | str]:
    """The key that each address of settings is tried with, by the name of the address."""
    invitation, _ = inviting.invite(by=people["owner"], email="nowa@ziarno.example", role="agent")
    token, _ = tokens.make_token(people["owner"], name="x", scopes=["conversations.read"])
    person, role = people["member"].pk, Role.objects.get(name="Rola store").pk
    return {
        "staff:revocation": invitation.pk, "accounts:token": token.pk, "inbox_id": conversation.inbox_id,
        **dict.fromkeys(["staff:person", "staff:leaving", "staff:return"], person),
        **dict.fromkeys(["staff:team", "staff:members", "staff:team_deletion"], closed.pk),
        **dict.fromkeys(["staff:role", "staff:role_deletion"], role),
        **keys_of_contacts(conversation.contact),
    }  # fmt: skip


def keys_of_contacts(contact: Contact) -> dict[str, int | str]:
    """Zofia, whom everybody may know who reads; an address of hers nobody wrote from, and one of somebody else's."""
    spare = add_identity(contact, kind="phone", value="+48501502503", actor=Actor.system())
    other = identify(kind="email", value="ktos@klient.example", name="Ktoś")
    names = [name for name in PATTERNS if name.startswith("contacts:")]
    return {
        **dict.fromkeys([*names, "customer_story"], contact.pk), "identity": spare.pk, "other_identity": other.pk
    }  # fmt: skip


def sessions_of(people: dict[str, Agent]) -> dict[str, str]:
    """Everybody is signed in; then one of them leaves, as if nothing had signed them out."""
    found = {}
    for name, agent in people.items():
        client = Client()
        client.force_login(agent)
        found[name] = client.session.session_key
        Device.objects.get_or_create(agent=agent, session_key=found[name])
    Agent.objects.filter(pk=people["gone"].pk).update(is_active=False)
    people["gone"] = Agent.objects.get(pk=people["gone"].pk)
    return found


@dataclass(frozen=True)
class Row:
    """How every person is answered by one address. `where`: which conversation, "" for all of them alike."""

    method: str
    name: str
    where: str
    answers: tuple[int, ...]

    @property
    def id(self) -> str:
        return " ".join(filter(None, [self.method, self.name, self.where]))

    @property
    def group(self) -> str:
        """The room the address belongs to."""
        return self.name.partition(":")[0] if ":" in self.name else "pages"

    @property
    def by_person(self) -> dict[str, int]:
        return dict(zip(PEOPLE, self.answers, strict=True))


def table() -> list[Row]:
    rows = []
    for line in TABLE.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            method, name, *answers = line.split()
            name, _, where = name.partition("@")
            rows.append(Row(method, name, where, tuple(int(answer) for answer in answers)))
    return rows


def addresses(resolver=None, space: str = "", before: str = "") -> Iterator[tuple[str, str]]:
    """(name, pattern) of every address of the product."""
    for each in (resolver or get_resolver()).url_patterns:
        pattern = f"{before}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from addresses(each, f"{space}{each.namespace}:" if each.namespace else space, pattern)
        else:
            yield f"{space}{each.name}", pattern


PATTERNS = dict(addresses())


def path_of(world: World, name: str, where: str = "open") -> str:
    """The address, with the keys of the conversation `where` or of the thing it is tried with."""
    letter = world.letter(where)

    def key(found: re.Match) -> str:
        word = found[1]
        if word == "number":
            return str(world.conversations[where].number)
        if name.startswith("conversations:"):
            return str({"pk": letter.pk, "file": letter.attachments.get().pk, "kind": "thumb"}[word])
        if word == "identity":
            return str(world.keys["other_identity" if name == "contacts:taking" else "identity"])
        return str(world.keys.get(name, world.keys.get(word, 1)))

    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", key, PATTERNS[name])


def is_of_conversation(name: str) -> bool:
    return name.startswith("conversations:") and "<" in PATTERNS[name]


# What a form holds, where an empty one would only be refused as such.
FORMS = {
    "conversations:replies": {"text": "Już jedzie."},
    "conversations:notes": {"text": "Pilne."},
    "conversations:subject": {"subject": "Paczka"},
    "conversations:tags": {"name": "zwrot"},
    "conversations:assignment": {"to": ""},
    "conversations:standing": {"state": "spam"},
    "conversations:bulk": {"act": "resolve", "number": ["10001"]},
    "conversations:presence": {"state": "viewing"},
    "contacts:name": {"name": "Zofia Nowa"},
    "contacts:language": {"language": "uk"},
    "contacts:tags": {"name": "hurt"},
    "contacts:identities": {"address": "+48 601 602 603"},
    "contacts:panel_notes": {"text": "Woli telefon."},
    "staff:invite": {"email": "zupelnie@nowa.example", "role": "agent"},
    "staff:person": {"name": "Nowa Nazwa", "role": "lead"},
    "staff:leaving": {"heir": "nobody:"},
    "staff:team_new": {"name": "Hurt"},
    "staff:team": {"name": "Nowa"},
    "staff:role_new": {"name": "Nowa"},
    "staff:role": {"name": "Nowa", "words": ["conversations.read"]},
    "accounts:language": {"language": "en"},
}


def form_of(world: World, name: str, where: str) -> dict:
    if name == "conversations:reading":
        return {"up_to": world.letter(where).pk}
    if name == "conversations:talk":
        return {
            "text": "Ustalone.",
            "at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
            "direction": "in",
            "outcome": "done",
        }
    if name == "staff:members":
        return {"agent": world.people["lead"].pk}
    if name == "staff:team_deletion":
        return {"heir": Team.objects.exclude(pk=world.keys[name]).first().pk}
    return FORMS.get(name, {})


def leads_to_sign_in(response) -> bool:
    return response.status_code == 302 and response["Location"].startswith("/account/sign-in/")
