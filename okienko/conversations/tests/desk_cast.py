"""The cast and their letters, for tests of pages: Anna and Bartek (agents of two teams), Celina (owner), Zofia (customer)."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from okienko.accounts.models import Agent, Team
from okienko.accounts.operations import add_agent, add_team
from okienko.conversations import operations
from okienko.conversations.models import Conversation, Message
from okienko.inboxes.channel import Inbound, InboundFile, Party, Role
from okienko.inboxes.models import Inbox
from okienko.inboxes.operations import add_brand, add_inbox

ZOFIA = Party("email", "zofia@klient.example", name="Zofia Gąsiorowska")


@dataclass
class Cast:
    anna: Agent
    bartek: Agent
    celina: Agent
    shop: Inbox
    books: Inbox
    bookkeeping: Team
    letters: int = 0

    def letter(
        self, inbox: Inbox | None = None, *, sender: Party = ZOFIA, minutes_ago: float = 5, **more
    ) -> Message:
        """A letter that has been received. `more`: fields of Inbound."""
        self.letters += 1
        to = Party("email", (inbox or self.shop).addresses.get(is_primary=True).value, role=Role.TO)
        fields = {
            "external_id": f"letter-{self.letters}@klient.example",
            "fingerprint": f"{self.letters:064x}",
            "sender": sender,
            "recipients": (to,),
            "subject": "Gdzie jest moja paczka?",
            "text": "Dzień dobry, zamówienie 10482 miało być wczoraj.",
            "received_at": timezone.now() - timedelta(minutes=minutes_ago),
        }
        return operations.receive(inbox or self.shop, Inbound(**fields | more))

    def conversation(self, inbox: Inbox | None = None, **more) -> Conversation:
        return self.letter(inbox, **more).conversation


def cast() -> Cast:
    """Two inboxes of one brand; „Księgowość" is closed: only Bartek belongs to it. Nobody has a password."""
    people = {
        name: add_agent(email=f"{name.lower()}@ziarno.example", name=name, password=None, role=role)
        for name, role in [
            ("Anna", Agent.Role.AGENT),
            ("Bartek", Agent.Role.AGENT),
            ("Celina", Agent.Role.OWNER),
        ]
    }
    brand = add_brand(name="Ziarno i Glina")
    bookkeeping = add_team(name="Księgowość", is_closed=True, members=[people["Bartek"]])
    shop = add_inbox(brand=brand, name="Sklep", kind="email", address="sklep@ziarno.example")
    books = add_inbox(
        brand=brand,
        name="Księgowość",
        kind="email",
        address="faktury@ziarno.example",
        team=bookkeeping,
        is_closed=True,
    )
    return Cast(people["Anna"], people["Bartek"], people["Celina"], shop, books, bookkeeping)


def picture(name: str = "ucho.png") -> InboundFile:
    return InboundFile(name, "image/png", b"\x89PNG\r\n\x1a\n" + b"0" * 50)
