"""Two months of everyday letters, put together from the topics: the same ones for the same moment of beginning.

All of them are over: answered and resolved. What is open stands in the set pieces.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from okienko.front.demo import customers, days
from okienko.front.demo.crew import ANSWERING, CREW, INBOXES
from okienko.front.demo.customers import Customer
from okienko.front.demo.stories import Step, Story, facts_at
from okienko.front.demo.texts import Occasion, told
from okienko.front.demo.topics import Topic, Written, pools, topics

SPAN = timedelta(days=60)
REST = timedelta(hours=20)  # everyday matters are over that long; nothing of them happens later
LINKED = timedelta(days=12)  # within the days in which a letter reopens what was resolved
REGULARS = 16
ASKS = re.compile(r"\?\s*$|[Pp]roszę (tylko )?napisać")  # an answer that wants one
THANKS = re.compile("zięk|Super|Jest, |Znalazła|Pomogło")  # nobody thanks twice
READERS = ("anna", "bartek", "celina")
NOTED, REMINDED, GONE_ON, THANKED, THANKED_BACK, BY_REGULAR = 0.28, 0.3, 0.5, 0.42, 0.3, 0.3  # of all


@dataclass
class Cast:
    """Those who write, each once; regulars again and again. The same people in every demonstration."""

    chance: random.Random = field(default_factory=lambda: random.Random("cast"))  # noqa: S311
    everybody: list[Customer] = field(init=False)
    regulars: list[Customer] = field(init=False)
    lists: dict[str, list[Customer]] = field(init=False)

    def __post_init__(self):
        known = customers.people(400, self.chance)
        self.regulars, self.everybody = known[:REGULARS], known[REGULARS:]
        self.lists = {
            "firma": customers.firms("firms", self.chance),
            "dostawca": customers.firms("suppliers", self.chance),
            "spamer": customers.firms("spammers", self.chance, greeted=False),
        }

    def all(self) -> list[Customer]:
        listed = [customer for customers_of_list in self.lists.values() for customer in customers_of_list]
        return [*self.regulars, *self.everybody, *listed]

    def one(self, who: str, gender: str, place: int) -> Customer:
        """`place`: of the use in its topic, so that a list is gone through in turn."""
        if who:
            return self.lists[who][place % len(self.lists[who])]
        fitting = self.regulars if self.chance.random() < BY_REGULAR else self.everybody
        found = self.chance.choice([each for each in fitting if gender in {"", each.gender}])
        if fitting is self.everybody:
            fitting.remove(found)
        return found


@dataclass(frozen=True)
class Use:
    """One conversation to be: a topic, which of its openings, and which time that one is used."""

    topic: Topic
    number: int  # of the opening in its topic, from 1
    place: int
    variant: int

    @property
    def opening(self) -> Written:
        return self.topic.openings[self.number - 1]


def everyday(now: datetime) -> list[Story]:
    """Stories of the last SPAN before `now` (local time), oldest first."""
    chance = random.Random("everyday")  # noqa: S311 - the same letters for everybody
    uses = in_turn(chance)
    begun = days.moments(now - SPAN, now - REST * 2, len(uses), chance)
    cast = Cast()
    return [
        told_story(use, at, number, now, cast)
        for number, (use, at) in enumerate(zip(uses, begun, strict=True))
    ]


def in_turn(chance: random.Random) -> list[Use]:
    """All uses in the order of time: those of one opening as far from each other as can be."""
    placed = []
    for topic in topics():
        count, turns = len(topic.openings), Counter[int]()
        offset = chance.random()
        for place in range(topic.uses):
            which = place % count
            turns[which] += 1
            moment = (place + offset) / topic.uses
            placed.append((moment, topic.name, Use(topic, which + 1, place, turns[which] - 1)))
    return [use for *_, use in sorted(placed, key=lambda each: each[:2])]


def told_story(use: Use, at: datetime, number: int, now: datetime, cast: Cast) -> Story:
    """The story that begins at `at`, or whole weeks earlier when it would not be over yet."""
    topic = use.topic
    customer = Customer(*topic.sender) if topic.sender else cast.one(topic.who, use.opening.gender, use.place)
    while True:
        story = told_from(use, customer, at, number, now)
        if story.ends <= now - REST:
            return story
        at -= timedelta(days=7)


def told_from(use: Use, customer: Customer, at: datetime, number: int, now: datetime) -> Story:
    topic = use.topic
    chance = random.Random(f"{number}{topic.name}")  # noqa: S311
    occasion = Occasion(customer, at, variant=use.variant, facts=facts_at(at, now, number, chance))
    return Story(
        customer, told(use.opening.subject, occasion), told(use.opening.text, occasion), at, inbox=topic.inbox,
        team=topic.team if topic.team != INBOXES[topic.inbox][1] else "", files=use.opening.files,
        automatic=topic.automatic, topic=topic.name, steps=tuple(Thread(use, occasion, chance, now).steps()),
    )  # fmt: skip


class Thread:
    """What happens after the first letter. `at` goes forward with each step."""

    def __init__(self, use: Use, occasion: Occasion, chance: random.Random, now: datetime):
        self.use, self.topic, self.first, self.chance = use, use.topic, occasion, chance
        self.at, self.is_recent = occasion.at, now - occasion.at < LINKED
        self.who = chance.choice(ANSWERING[self.topic.team])
        self.ends_with_theirs, self.is_thanked = True, False

    def steps(self) -> Iterator[Step]:
        match self.topic.fate:
            case "machine":
                return
            case "spam":
                yield self.by_us(200, "spams")
            case "robot":
                yield self.by_us(240, "tags", self.topic.tags[0])
                yield self.by_us(1, "resolves")
            case _:
                yield from self.dealt_with()
        yield from self.read_by_others()

    def dealt_with(self) -> Iterator[Step]:
        chance, topic = self.chance, self.topic
        fitting = [n for n in range(1, len(topic.answers) + 1) if self.use.opening.goes_with(n)]
        answer = fitting[self.use.variant % len(fitting)]
        if topic.reminders and self.use.opening.may_be_reminded and chance.random() < REMINDED:
            yield self.by_customer(chance.randint(400, 1500), chance.choice(topic.reminders))
        yield self.by_us(chance.lognormvariate(4.1, 0.9), "takes")
        for tag in topic.tags:
            yield self.by_us(0, "tags", tag)
        if topic.team and topic.team != INBOXES[topic.inbox][1]:
            yield self.by_us(0, "teams", topic.team)
        notes = [
            each.text for each in topic.notes if each.goes_with(answer) and each.is_about(self.use.number)
        ]
        if notes and chance.random() < NOTED:
            yield self.by_us(4, "notes", chance.choice(notes), who=self.noting())
        yield self.by_us(
            chance.randint(3, 14), "replies", topic.answers[answer - 1].text, topic.answers[answer - 1].files
        )
        yield from self.gone_on(answer)
        yield from self.ended()

    def noting(self) -> str:
        others = [who for who in ANSWERING[self.topic.team] if who != self.who] or [self.who]
        return self.chance.choice([*others, self.who])

    def gone_on(self, answer: int) -> Iterator[Step]:
        opening = self.use.opening
        fitting = [
            each
            for number, each in enumerate(self.topic.exchanges, start=1)
            if each.goes_with(answer) and (opening.exchanges is None or number in opening.exchanges)
        ]
        is_asked = ASKS.search(self.topic.answers[answer - 1].text[-120:])
        if not fitting or (not is_asked and self.chance.random() > GONE_ON):
            return
        chosen = fitting[self.use.variant % len(fitting)]
        yield self.by_customer(self.chance.lognormvariate(6, 1), chosen.text, chosen.files)
        yield self.by_us(self.chance.lognormvariate(4, 0.8), "replies", chosen.reply)

    def ended(self) -> Iterator[Step]:
        chance = self.chance
        if self.is_thanked or chance.random() > THANKED:
            yield self.by_us(chance.choice([1, 1, 1, 2600]), "resolves")
            return
        # A letter that comes after long rest would begin a new matter; so of old ones the thanks come first.
        if self.is_recent and chance.random() < THANKED:
            yield self.by_us(1, "resolves")
        fitting = [
            text
            for text, gender, tags in pools().thanks
            if gender in {"", self.first.customer.gender} and (not tags or self.topic.tags[0] in tags)
        ]
        yield self.by_customer(chance.lognormvariate(5, 1), chance.choice(fitting))
        if chance.random() < THANKED_BACK:
            yield self.by_us(chance.lognormvariate(3.6, 0.7), "replies", chance.choice(pools().welcome))
            yield self.by_us(1, "resolves")
        else:
            yield self.by_us(chance.lognormvariate(4, 0.8), "resolves")

    def read_by_others(self) -> Iterator[Step]:
        """Whoever may see it has looked at what came last, since; not all on the same day."""
        for reader in READERS if self.ends_with_theirs else ():
            hidden = INBOXES[self.topic.inbox][2] and self.topic.team not in CREW[reader].teams
            if reader != self.who and not (hidden and reader != "celina"):
                yield Step(self.at + timedelta(minutes=self.chance.randint(5, 900)), reader, "reads")

    def by_customer(self, minutes: float, text: str, files: tuple[str, ...] = ()) -> Step:
        later = timedelta(minutes=max(4, min(minutes, 4000)), seconds=self.chance.randint(0, 59))
        self.at = days.awake(self.at + later, self.chance)
        self.ends_with_theirs = True
        self.is_thanked |= bool(THANKS.search(text))
        agent = CREW[self.who].colleague
        words = told(text, replace(self.first, at=self.at, agent=agent))
        return Step(self.at, "", "writes", words, files)

    def by_us(
        self, minutes: float, what: str, text: str = "", files: tuple[str, ...] = (), *, who: str = ""
    ) -> Step:
        who = who or self.who
        self.at += timedelta(minutes=min(minutes, 3000), seconds=self.chance.randint(2, 50))
        self.ends_with_theirs &= what != "replies"
        if minutes:
            self.at = days.at_work(self.at, self.chance)
        occasion = replace(self.first, at=self.at, agent=CREW[who].colleague, is_ours=True)
        return Step(self.at, who, what, told(text, occasion) if text else "", files)
