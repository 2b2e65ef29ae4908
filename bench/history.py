"""A year of an office as rows: what bulkgen.py wrote becomes conversations with everything that hangs on them.

Left out: raw letters with their arrivals and sightings (no page opens them), and snoozes, notes and automatic mail.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from django.db import connection

from bench.office import Office
from bench.tables import Table
from okienko.contacts.models import Contact, Identity
from okienko.conversations import models as m
from okienko.events.models import Event
from okienko.files.models import Blob

CONTACTS, TAGS, BLOBS = 10_000, 20, 50
FIRST = [
    "Zofia",
    "Jan",
    "Maria",
    "Piotr",
    "Ewa",
    "Tomasz",
    "Hanna",
    "Adam",
    "Julia",
    "Karol",
    "Lena",
    "Marek",
    "Irena",
    "Paweł",
    "Ola",
    "Jakub",
]
LAST = [
    "Nowak",
    "Wójcik",
    "Mazur",
    "Krawczyk",
    "Lis",
    "Zając",
    "Król",
    "Wróbel",
    "Pawlak",
    "Wilk",
    "Sroka",
    "Dudek",
    "Gąska",
    "Kruk",
    "Bąk",
]
# Of each hundred conversations so many lie with each team; the first two are open to everybody.
SHARES = [0] * 35 + [1] * 30 + [2] * 15 + [3] * 12 + [4] * 8
INBOX_OF_TEAM = [0, 1, 0, 2, 1]


def tickets(folder: Path) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Each ticket of the corpus with its messages, in order."""
    with (folder / "tickets.tsv").open() as heads, (folder / "messages.tsv").open() as letters:
        split = (line.rstrip("\n").split("\t") for line in letters)
        for head, (ticket, own) in zip(heads, groupby(split, key=itemgetter(0)), strict=True):
            row = head.rstrip("\n").split("\t")
            assert row[0] == ticket, f"messages of {ticket} stand where those of {row[0]} belong"
            yield row, list(own)


def spread(number: int) -> int:
    """A number 0…9999 that belongs to `number`, as good as random and always the same."""
    return number * 2_654_435_761 % 4_294_967_296 * 10_000 // 4_294_967_296


class History:
    def __init__(self, office: Office):
        self.office = office
        self.at = str if connection.vendor == "postgresql" else lambda moment: moment[:19]
        self.contacts = Table(Contact, "id", "name")
        self.identities = Table(Identity, "id", "contact_id", "kind", "value", "is_verified")
        self.tags = Table(m.Tag, "id", "name")
        self.blobs = Table(Blob, "id", "sha256", "size", "content_type")
        self.conversations = Table(
            m.Conversation, "id", "contact_id", "brand_id", "inbox_id", "team_id", "assignee_id", "subject",
            "status", "priority", "language", "last_message_id", "created_at", "last_activity_at",
            "waiting_since", "first_reply_at", "resolved_at",
        )  # fmt: skip
        self.episodes = Table(m.Episode, "conversation_id", "opened_at", "first_reply_at", "resolved_at")
        self.participants = Table(m.Participant, "conversation_id", "identity_id", "role", "created_at")
        self.tagged = Table(m.Conversation.tags.through, "conversation_id", "tag_id")
        self.reads = Table(m.Read, "conversation_id", "agent_id", "up_to", "read_at")
        self.follows = Table(m.Follow, "conversation_id", "agent_id")
        self.messages = Table(
            m.Message, "id", "conversation_id", "inbox_id", "direction", "sender_id", "agent_id", "subject",
            "text", "visible_text", "external_id", "fingerprint", "answered_id", "thread_reason", "language",
            "sent_at", "received_at", "created_at",
        )  # fmt: skip
        self.recipients = Table(m.Recipient, "id", "message_id", "role", "identity_id", "address", "written")
        self.deliveries = Table(m.Delivery, "recipient_id", "state", "attempts", "sent_at", "provider_id")
        self.attachments = Table(m.Attachment, "message_id", "blob_id", "name", "content_type")
        self.keys = Table(m.ThreadKey, "conversation_id", "kind", "key")
        self.events = Table(
            Event, "type", "subject_type", "subject_id", "actor_type", "actor_id", "data", "happened_at"
        )
        self.tables = [value for value in vars(self).values() if isinstance(value, Table)]
        self.message = self.recipient = 0  # the last keys given
        self.brand = office.inboxes[0].brand_id
        self.people = [person.pk for person in office.owners]
        self.inboxes = [inbox.pk for inbox in office.inboxes]
        self.addresses = [inbox.addresses.get().value for inbox in office.inboxes]

    def begin(self):
        for number in range(1, CONTACTS + 1):
            name = f"{FIRST[number % len(FIRST)]} {LAST[number % len(LAST)]}"
            self.contacts.add(number, name)
            self.identities.add(number, number, "email", f"klient{number}@poczta.example", False)
        for number in range(1, TAGS + 1):
            self.tags.add(number, f"temat {number}")
        for number in range(1, BLOBS + 1):
            self.blobs.add(number, digest(f"blob {number}"), 40_000 + number, "image/png")

    def add(self, ticket: list[str], letters: list[list[str]]):
        """One conversation with all that belongs to it."""
        pk, chance = int(ticket[0]), spread(int(ticket[0]))
        team = SHARES[chance % 100]
        case = Case(
            pk=pk,
            chance=chance,
            customer=int(ticket[5]) + 1,
            team=self.office.teams[team].pk,
            # One in fifty has been handed to another team since it came in.
            inbox=INBOX_OF_TEAM[team] if chance % 50 else 1,
            assignee=self.assignee(int(ticket[4]), chance),
            subject=ticket[2],
            status=status(ticket[3], letters),
            priority=1 if ticket[6] == "5" else 0,
            letters=letters,
            times=[self.at(letter[4]) for letter in letters],
        )
        for letter, at in zip(letters, case.times, strict=True):
            self.letter(case, letter, at)
        self.conversation(case)
        self.marks(case)
        self.happened(case)

    def assignee(self, owner: int, chance: int) -> int | None:
        if owner < 0:
            return None
        return self.office.ours.pk if chance % 21 == 0 else self.people[owner]

    def conversation(self, case: "Case"):
        first, last = case.times[0], case.times[-1]
        replied = case.times[1] if len(case.times) > 1 else None
        waiting, resolved = (last if case.status == status else None for status in ("open", "resolved"))
        self.conversations.add(
            case.pk, case.customer, self.brand, self.inboxes[case.inbox], case.team, case.assignee,
            case.subject, case.status, case.priority, "pl", self.message, first, last,
            waiting, replied, resolved,
        )  # fmt: skip
        self.episodes.add(case.pk, first, replied, resolved)
        self.participants.add(case.pk, case.customer, "customer", first)

    def letter(self, case: "Case", letter: list[str], at: str):
        self.message += 1
        key, text, ours = self.message, letter[5].replace("\\n", "\n"), letter[2] == "1"
        mark = digest(str(key))
        external = f"{mark[:32]}.{case.pk}@ziarno.test" if ours else f"{mark[:24]}@poczta.example"
        answered = None if letter[1] == "0" else key - 1
        whole = text if ours or answered is None else f"{text}\n\n> {text[:60]}"
        self.messages.add(
            key, case.pk, self.inboxes[case.inbox], "out" if ours else "in",
            None if ours else case.customer, self.people[int(letter[3])] if ours else None,
            case.subject, whole, text, external, mark, answered,
            "written" if ours else "our_message" if answered else "new", "pl", at, at, at,
        )  # fmt: skip
        self.keys.add(case.pk, "ours" if ours else "theirs", external)
        self.named(case, ours=ours, at=at)
        if not ours and key % 20 == 0:
            self.attachments.add(key, key % BLOBS + 1, f"zdjęcie {key}.png", "image/png")

    def named(self, case: "Case", *, ours: bool, at: str):
        theirs, address = f"klient{case.customer}@poczta.example", self.addresses[case.inbox]
        self.recipient += 1
        if ours:
            self.recipients.add(self.recipient, self.message, "to", case.customer, theirs, "")
            self.deliveries.add(self.recipient, "sent", 1, at, f"250 {self.message}")
        else:
            self.recipients.add(self.recipient, self.message, "from", case.customer, theirs, theirs)
            self.recipient += 1
            self.recipients.add(self.recipient, self.message, "to", None, address, address)

    def marks(self, case: "Case"):
        """Tags on a fifth, read by our agent a third, by another one a half; a few followed."""
        pk, chance, last = case.pk, case.chance, case.times[-1]
        if chance % 5 == 0:
            self.tagged.add(pk, pk % TAGS + 1)
        if chance % 15 == 0:
            self.tagged.add(pk, (pk + 7) % TAGS + 1)
        if chance % 3 == 0:
            self.reads.add(pk, self.office.ours.pk, self.message, last)
        if chance % 2 == 0:
            self.reads.add(pk, self.people[chance % len(self.people)], self.message - 1, last)
        if chance % 500 == 0:
            self.follows.add(pk, self.office.ours.pk)

    def happened(self, case: "Case"):
        customer, agent = ("contact", case.customer), ("agent", case.assignee)
        self.event(case, "opened", customer, case.times[0])
        key = self.message - len(case.letters)
        for letter, at in zip(case.letters, case.times, strict=True):
            key += 1
            what, who = ("reply_written", agent) if letter[2] == "1" else ("message_received", customer)
            self.event(case, what, who, at, f', "message_id": {key}')
            if letter[1] == "0" and case.assignee:
                self.event(case, "assigned", agent, at, f', "agent_id": {case.assignee}')
        if case.status == "resolved":
            self.event(case, "resolved", agent, case.times[-1])

    def event(self, case: "Case", what: str, actor: tuple[str, int | None], at: str, more: str = ""):
        data = f'{{"conversation_id": {case.pk}{more}}}'
        self.events.add(f"conversation.{what}", "conversation", case.pk, *actor, data, at)


@dataclass(slots=True, kw_only=True)
class Case:
    """One ticket of the corpus, as much of it as several tables need."""

    pk: int
    chance: int
    customer: int
    team: int
    inbox: int  # which of the office's inboxes
    assignee: int | None
    subject: str
    status: str
    priority: int
    letters: list[list[str]]
    times: list[str]


def status(written: str, letters: list[list[str]]) -> str:
    """What the corpus calls new or open is ours to answer, unless the last word was ours."""
    if written == "resolved":
        return "resolved"
    return "waiting" if letters[-1][2] == "1" else "open"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
