"""Who works in the shop, in which teams, and by which addresses customers reach it."""

from dataclasses import dataclass

from okienko.accounts.models import Agent
from okienko.front.demo.texts import Colleague

BRAND = "Ziarno i Glina"
DOMAIN = "ziarno-i-glina.example"
PASSWORD = "okienko-demo"  # noqa: S105 - everybody may know it, and the command refuses to run elsewhere
WAREHOUSE = "Magazyn"


@dataclass(frozen=True)
class Member:
    """`role`: a built-in one, or the name of the shop's own."""

    name: str
    gender: str
    vocative: str
    role: str
    teams: tuple[str, ...] = ()
    post: str = "Obsługa klienta"

    @property
    def colleague(self) -> Colleague:
        return Colleague(self.name, self.gender, self.vocative)

    @property
    def signature(self) -> str:
        return f"{self.name}\n{self.post}, {BRAND}\nul. Młyńska 4, 60-001 Poznań"


OFFICE, CLAIMS, RETURNS, TRADE, BOOKS = (
    "Obsługa klienta", "Reklamacje", "Zwroty", "Hurt i kawiarnie", "Księgowość"
)  # fmt: skip
CREW = {
    "anna": Member("Anna Nowicka", "f", "Anno", Agent.Role.AGENT, (OFFICE, CLAIMS, RETURNS)),
    "bartek": Member("Bartek Zych", "m", "Bartku", Agent.Role.AGENT, (OFFICE, TRADE, BOOKS)),
    "celina": Member("Celina Wójcik", "f", "Celino", Agent.Role.OWNER, post="Właścicielka"),
    "marta": Member("Marta Lisiecka", "f", "Marto", Agent.Role.LEAD, (OFFICE, CLAIMS), "Kierowniczka zmiany"),
    "kasia": Member("Kasia Wójtowicz", "f", "Kasiu", Agent.Role.AGENT, (CLAIMS,), "Reklamacje"),
    "piotr": Member("Piotr Sowa", "m", "Piotrze", Agent.Role.AGENT, (TRADE, RETURNS), "Hurt i kawiarnie"),
    "darek": Member("Darek Kłos", "m", "Darku", WAREHOUSE, (RETURNS,), "Magazyn"),
}
LOGINS = ("anna", "bartek", "celina")  # the ones that are told first
CLOSED_TEAMS = {BOOKS}
TEAMS = (OFFICE, CLAIMS, RETURNS, TRADE, BOOKS)

# key → (name, team, closed to others)
INBOXES = {
    "sklep": ("Sklep", "", False),
    "reklamacje": ("Reklamacje", CLAIMS, False),
    "hurt": ("Hurt", TRADE, False),
    "faktury": ("Księgowość", BOOKS, True),
}
IN_SHORT = {"sklep", "faktury"}  # of the short shop

# Who answers what, by team; the first ones more often.
ANSWERING = {
    "": ("anna", "bartek", "anna", "marta", "bartek"),
    CLAIMS: ("kasia", "anna", "kasia", "marta"),
    RETURNS: ("anna", "piotr"),
    TRADE: ("piotr", "bartek"),
    BOOKS: ("bartek",),
}
