"""Letters with places for what differs, and how the places are filled.

{zam}                 a word from below: order, parcel, invoice; who writes and who is written to
{data-3} {wr+1}       a day from the day of the letter on: see DAYS
{Pani|Pana}           by the customer: a woman | a man
{am/em}               by the agent: a woman / a man
{kubek~talerz~misa}   by the variant, the same one everywhere in a thread
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from okienko.front.demo import days
from okienko.front.demo.customers import BY_PHONE, Customer, folded

PLACE = re.compile(r"\{([^{}]*)\}")
DAY = re.compile(r"([a-z]+)([+-]\d+)?")
MARKS, FOREIGN = re.compile("[ąćęłńśźż]", re.IGNORECASE), re.compile("[а-яіěřůßüä]")
CASUAL = ("Hej", "Cześć")
FORMAL = ("Szanowni", "Na podstawie")


class Unfilled(ValueError):
    """A text asks for what nobody gave."""


@dataclass(frozen=True)
class Colleague:
    """Somebody of the office, as far as letters tell."""

    name: str
    gender: str
    vocative: str


@dataclass(frozen=True)
class Occasion:
    """Who writes to whom, when, and about what. `at`: local time."""

    customer: Customer
    at: datetime
    agent: Colleague | None = None
    is_ours: bool = False  # the agent writes, not the customer
    variant: int = 0
    facts: Mapping[str, str] = field(default_factory=dict)


def _after(today: date, count: int) -> date:
    return today + timedelta(days=count)


# The day → words. w: we wtorek; gen: (do) wtorku; acc: (na) wtorek; with r: counted in working days.
DAYS: dict[str, Callable[[date, int], str]] = {
    "data": lambda today, n: days.in_words(_after(today, n)),
    "num": lambda today, n: f"{_after(today, n):%d.%m.%Y}",
    "w": lambda today, n: days.named(_after(today, n), today, days.WITH_IN),
    "gen": lambda today, n: days.named(_after(today, n), today, days.GENITIVE),
    "acc": lambda today, n: days.named(_after(today, n), today, days.ACCUSATIVE),
    "wr": lambda today, n: days.named(days.working_day(today, n), today, days.WITH_IN),
    "genr": lambda today, n: days.named(days.working_day(today, n), today, days.GENITIVE),
    "datar": lambda today, n: days.in_words(days.working_day(today, n)),
    "rok": lambda today, n: str(today.year + n),
}


def told(text: str, occasion: Occasion) -> str:
    """The text with its places filled. Unfilled when one of them cannot be."""
    text = text.strip()
    if occasion.customer.voice == "formal" and (text[:1].islower() or text.startswith(CASUAL)):
        occasion = replace(occasion, customer=replace(occasion.customer, voice="friendly"))
    filled = PLACE.sub(lambda found: _filled(found[1], occasion), text)
    return filled if occasion.is_ours else typed(filled, text, occasion.customer)


def typed(filled: str, text: str, customer: Customer) -> str:
    """As this customer types: without Polish marks where the rest of the text has none, without capitals by habit."""
    is_plain = text[:1].islower() and not MARKS.search(text)
    if customer.voice == "bare" and not text.lstrip().startswith(FORMAL):
        return folded(filled).lower()
    if not is_plain or not MARKS.search(filled) or FOREIGN.search(filled):
        return filled
    letter, phone, rest = filled.partition(BY_PHONE)  # what the telephone adds keeps its marks
    return folded(letter) + phone + rest


def _filled(place: str, occasion: Occasion) -> str:
    if "~" in place:
        choices = place.split("~")
        return choices[occasion.variant % len(choices)]
    if "|" in place:
        return place.split("|")[occasion.customer.gender == "m"]
    if "/" in place:
        if occasion.agent is None:
            raise Unfilled(f"{{{place}}}: nobody of the office")
        return place.split("/")[occasion.agent.gender == "m"]
    return _fact(place, occasion)


def _fact(place: str, occasion: Occasion) -> str:
    given = _people(occasion) | dict(occasion.facts)
    if place in given:
        return given[place]
    found = DAY.fullmatch(place)
    if found and found[1] in DAYS:
        return DAYS[found[1]](occasion.at.date(), int(found[2] or 0))
    raise Unfilled(f"{{{place}}}")


def _people(occasion: Occasion) -> dict[str, str]:
    customer, agent = occasion.customer, occasion.agent
    greeted = customer.greeted
    known = {
        "witaj": f"Dzień dobry, {greeted}," if greeted else "Dzień dobry,",
        "wolacz": greeted or "Dzień dobry",
        "osoba": customer.name,
        "podpis": customer.signature,
        "ulica": customer.street,
        "miasto": customer.town,
        "firma": customer.name,
        "osoba_kontaktowa": customer.contact,
    }
    return known | ({"agent_wolacz": agent.vocative} if agent else {})
