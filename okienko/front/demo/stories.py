"""A story: one matter of one customer, from the first letter on, with the moment of everything that happens.

Set pieces stand whole in letters/pieces; the everyday ones are put together in everyday.py.
"""

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from okienko.front.demo import days
from okienko.front.demo.crew import CREW
from okienko.front.demo.customers import Customer
from okienko.front.demo.texts import Occasion, told

LETTERS = Path(__file__).parent / "letters"
TODAY = "dzis"  # the piece that the short shop has, and nothing else
JUST_NOW = timedelta(minutes=4)
LONG_AGO = timedelta(hours=40)  # older stories keep the hours of the desk
NEWEST_ORDER = 10_493  # of dzis.toml
ORDERS_A_DAY = 40


@dataclass(frozen=True)
class Step:
    """`who`: somebody of the crew, "" for the customer. `text`: what is said, the tag, who or which team gets it."""

    at: datetime
    who: str
    what: str
    text: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Story:
    """`html`: the name of a laid-out letter. `automatic`: how a machine declares itself, "" for a person."""

    customer: Customer
    subject: str
    text: str
    begins: datetime
    steps: tuple[Step, ...] = ()
    inbox: str = "sklep"
    team: str = ""
    html: str = ""
    files: tuple[str, ...] = ()
    automatic: str = ""
    topic: str = ""

    @property
    def ends(self) -> datetime:
        return max([self.begins, *(step.at for step in self.steps)])


@dataclass(frozen=True)
class Piece:
    """A set piece as its file has it; see letters/pieces/dzis.toml."""

    who: list[str]
    subject: str
    text: str
    ago: float
    steps: list[list] = field(default_factory=list)
    inbox: str = "sklep"
    team: str = ""
    html: str = ""
    files: list[str] = field(default_factory=list)
    automatic: str = ""
    style: str = ""


@cache
def loaded(path: str) -> dict:
    return tomllib.loads((LETTERS / path).read_text("utf-8"))


def pieces(*, is_short: bool) -> Iterator[Piece]:
    names = [TODAY] if is_short else sorted(path.stem for path in (LETTERS / "pieces").glob("*.toml"))
    for name in names:
        for raw in loaded(f"pieces/{name}.toml")["story"]:
            yield Piece(**raw)


def set_pieces(now: datetime, *, is_short: bool = False) -> list[Story]:
    """The stories that everybody shall find, as they stand at `now` (local time)."""
    return [_set(piece, now, number) for number, piece in enumerate(pieces(is_short=is_short))]


def customer_of(piece: Piece) -> Customer:
    name, address, gender, vocative = piece.who
    return Customer(name, address, gender, vocative, town="60-001 Poznań", street="ul. Polna 3")


def _set(piece: Piece, now: datetime, number: int) -> Story:
    begins = now - timedelta(hours=piece.ago)
    customer = customer_of(piece)
    facts = facts_at(begins, now, number, random.Random(piece.subject))  # noqa: S311 - the same ones each time
    occasion = Occasion(customer, begins, facts=facts)
    story = Story(
        customer, told(piece.subject, occasion), told(piece.text, occasion), begins, inbox=piece.inbox,
        team=piece.team, html=piece.html, files=tuple(piece.files), automatic=piece.automatic, topic="set",
    )  # fmt: skip
    return replace(story, steps=tuple(_steps(piece, occasion, now)))


def _steps(piece: Piece, occasion: Occasion, now: datetime) -> Iterator[Step]:
    at = occasion.at
    moments = _moments(piece, at, keeps_hours=now - at > LONG_AGO)
    if moments and moments[-1] > now - JUST_NOW:
        moments = _moments(piece, at, keeps_hours=False)
    for at, (who, what, _, *rest) in zip(moments, piece.steps, strict=True):
        text = (
            told(
                rest[0],
                replace(occasion, at=at, agent=CREW[who].colleague if who else None, is_ours=bool(who)),
            )
            if rest
            else ""
        )
        yield Step(at, who, what, text, tuple(rest[1:]))


def _moments(piece: Piece, at: datetime, *, keeps_hours: bool) -> list[datetime]:
    """When each step happens. `keeps_hours`: of the desk, as far as our own steps go."""
    chance, found = random.Random(piece.subject), []  # noqa: S311 - the same hours each time
    for who, _, minutes, *_rest in piece.steps:
        at += timedelta(minutes=minutes, seconds=chance.randint(1, 40))
        if keeps_hours and who and minutes:
            at = days.at_work(at, chance)
        found.append(at)
    return found


def facts_at(at: datetime, now: datetime, number: int, chance: random.Random) -> dict[str, str]:
    """Numbers of things that a letter of this moment would name. `number`: of the story, to tell complaints apart."""
    order = NEWEST_ORDER - int((now - at) / timedelta(days=1) * ORDERS_A_DAY) - chance.randint(60, 240)
    return {
        "zam": str(order),
        "zam2": str(order + chance.randint(1, 5)),
        "termin": days.in_words(days.answer_by(at.date())),
        "przyszlo": days.in_words(at.date()),
        "odeslac": days.in_words((at + timedelta(days=14)).date()),
        "nr2": f"6212 {chance.randint(1000, 9999)} {chance.randint(1000, 9999)}",
        "nr": f"{chance.choice([6201, 6198, 6207])} {chance.randint(1000, 9999)} {chance.randint(1000, 9999)}",
        "nadano": days.in_words((at - timedelta(days=5)).date()),
        "nadano_dawno": days.in_words((at - timedelta(days=14)).date()),
        "rekl": f"R/{at.year}/{120 + number}",
        "fv": f"FV/{at.year}/{at.month:02}/{100 + number}",
        "fv_obca": f"{chance.randint(11, 99)}/{at.month:02}/{at.year}",
        "nip": nobodys_nip(chance),
        "tel": f"501 502 5{chance.randint(10, 99)}",
        "automat": f"ul. {chance.choice(['Mostowej', 'Lipowej', 'Szkolnej', 'Kwiatowej', 'Polnej'])} {chance.randint(2, 90)}",
    }


def nobodys_nip(chance: random.Random) -> str:
    """A tax number whose last digit is not the one that checks it: it can belong to nobody."""
    digits = [5, 2, 5, 0, 0, 0, *(chance.randint(0, 9) for _ in range(3))]
    check = sum(a * b for a, b in zip(digits, (6, 5, 7, 2, 3, 4, 5, 6, 7), strict=True)) % 11
    text = "".join(map(str, [*digits, (check + 3) % 10]))
    return f"{text[:3]}-{text[3:6]}-{text[6:8]}-{text[8:]}"
