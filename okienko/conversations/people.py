"""People somebody may want to write to or has talked with: those who are typed, and those who were chosen.

A key names one: "identity:12", an address or number of theirs, or "contact:5", the person. It says nothing of either, so
those whose role shows no addresses can choose by name.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from okienko.contacts.addresses import email, shown
from okienko.contacts.models import Contact, Identity
from okienko.contacts.operations.indexing import KIND
from okienko.inboxes.channel import Party
from okienko.lib import phones
from okienko.search import index
from okienko.ui.personal import WORD, personal

MAIL, TALK = "mail", "talk"  # what they are wanted for
OFFERED = 8
LOOKED_AT = 200  # contacts a search gives, before those are left out whom the agent may not know
KEY = re.compile(r"(identity|contact):(\d{1,18})")
REACHED_BY = {MAIL: [Identity.Kind.EMAIL], TALK: [Identity.Kind.PHONE, Identity.Kind.EMAIL]}
_PIECE = re.compile(r'(?:"[^"]*"|[^,;\n"])+|"')
_ANGLED = re.compile(r"(.*?)<([^<>]*)>\s*", re.DOTALL)


@dataclass(frozen=True)
class Person:
    """`reach`: the address or number as it is shown; "" to those who may not see it, or where none is known."""

    key: str
    name: str
    reach: str
    contact: Contact


def typed(words: str, agent, purpose: str) -> list[Person]:
    """Whom the agent may mean, newest first: by the beginnings of words in names, addresses and numbers."""
    hits = index.beginning(words, kinds=(KIND,)).values_list("ref_id", flat=True)[:LOOKED_AT]
    found = Contact.objects.visible_to(agent).filter(pk__in=list(hits)).order_by("-pk")
    if not agent.may(WORD):  # they must not guess addresses by searching
        wanted = index.beginnings(words)
        found = [contact for contact in found if begins(personal(contact.name, agent), wanted)]
    return people(list(found[:OFFERED]), agent, purpose)[:OFFERED]


def begins(name: str, wanted: list[str]) -> bool:
    own = index.beginnings(name)
    return all(any(word.startswith(part) for word in own) for part in wanted)


def people(contacts: list[Contact], agent, purpose: str) -> list[Person]:
    """Each with every address that serves the purpose; for a talk, those without a number as such."""
    ways: dict[int, list[Identity]] = {}
    theirs = Identity.objects.filter(contact__in=contacts, kind__in=REACHED_BY[purpose])
    for identity in theirs.order_by("-is_primary", "created_at", "pk"):
        ways.setdefault(identity.contact_id, []).append(identity)
    return [
        person
        for contact in contacts
        for person in of_contact(contact, ways.get(contact.pk, []), agent, purpose)
    ]


def of_contact(contact: Contact, ways: list[Identity], agent, purpose: str) -> list[Person]:
    numbers = [one for one in ways if purpose == MAIL or one.kind == Identity.Kind.PHONE]
    if not agent.may(WORD):
        numbers = numbers[:1] if contact.name else []
        if not contact.name:
            return []
    if not numbers and purpose == TALK:
        reach = shown(ways[0].kind, ways[0].value) if ways and agent.may(WORD) else ""
        return [Person(f"contact:{contact.pk}", named(contact, agent) or reach, reach, contact)]
    return [person_of(one, contact, agent) for one in numbers]


def person_of(identity: Identity, contact: Contact, agent) -> Person:
    reach = shown(identity.kind, identity.value) if agent.may(WORD) else ""
    return Person(f"identity:{identity.pk}", named(contact, agent) or reach or str(contact), reach, contact)


def named(contact: Contact, agent) -> str:
    return personal(contact.name, agent)


def chosen(keys: Iterable[str], agent, purpose: str) -> list[Person]:
    """The people behind keys, as far as the agent may know them; addresses that do not serve the purpose are left out."""
    wanted = [(found[1], int(found[2])) for key in keys if (found := KEY.fullmatch(key))]
    visible = Contact.objects.visible_to(agent)
    contacts = {
        one.pk: one for one in visible.filter(pk__in=[pk for kind, pk in wanted if kind == "contact"])
    }
    identities = Identity.objects.filter(
        pk__in=[pk for kind, pk in wanted if kind == "identity"],
        kind__in=REACHED_BY[purpose],
        contact__in=visible.values("pk"),
    )
    ways = {one.pk: one for one in identities.select_related("contact")}
    found = []
    for kind, pk in dict.fromkeys(wanted):
        if kind == "contact" and pk in contacts:
            found += people([contacts[pk]], agent, purpose)[:1]
        elif kind == "identity" and pk in ways:
            found.append(person_of(ways[pk], ways[pk].contact, agent))
    return found


def party_of(person: Person) -> Party | None:
    """The address or number that a chosen person stands for; None where only the person is known."""
    kind, _colon, pk = person.key.partition(":")
    identity = Identity.objects.filter(pk=pk).first() if kind == "identity" else None
    return Party(identity.kind, identity.value, written=identity.value) if identity else None


def written(text: str) -> tuple[list[Party], list[str]]:
    """Everybody named in what was typed – `zofia@klient.example, Jan Kos <jan@kos.example>` – and what is no address."""
    parties: list[Party] = []
    wrong: list[str] = []
    before = ""
    for piece in (match[0].strip() for match in _PIECE.finditer(text)):
        if not piece:
            continue
        party = party_in(before + piece)
        if party:
            parties.append(party)
        elif "@" not in piece and "<" not in piece and not before:
            before = f"{piece}, "  # "Kos, Jan <jan@kos.example>" without quotes
            continue
        else:
            wrong.append(before + piece)
        before = ""
    return parties, [*wrong, *([before.rstrip(", ")] if before else [])]


def party_in(piece: str) -> Party | None:
    angled = _ANGLED.fullmatch(piece)
    name, address = (angled[1], angled[2]) if angled else ("", piece)
    if not angled and len(address.split()) > 1:
        return None
    value = email(address)
    name = name.strip().strip('"').strip()
    return Party("email", value, name=name, written=address.strip()) if value else None


def met(typed: str, region: str) -> tuple[Party | None, str]:
    """The number or address in what was typed of somebody we talked with, and the name beside it.

    "Jan Kos, 501 502 503" → (the number, "Jan Kos"); None for the party where only a name was typed.
    """
    number, name = phones.parted(typed, region)
    if number:
        return Party(Identity.Kind.PHONE, number, name=name, written=typed[: phones.LONGEST]), name
    whole = party_in(typed)
    if whole:
        return whole, whole.name
    found = next((one for one in typed.split() if "@" in one and email(one)), "")
    name = " ".join(typed.replace(found, " ", 1).split()).strip(" ,;<>") if found else typed
    return (
        (Party(Identity.Kind.EMAIL, email(found), name=name, written=found), name) if found else (None, name)
    )
