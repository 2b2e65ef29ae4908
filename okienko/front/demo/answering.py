"""Customers who answer now and then, so that the desk of a demonstration moves.

They hear what the mail server of the demonstration is given, think for a while, and write back by LMTP, the door
that real mail takes. Some have something new to say. All in one thread; nothing here knows the database.
"""

import contextlib
import random
import re
import smtplib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from functools import cached_property

from okienko.front.demo import mail, stories
from okienko.front.demo.crew import CREW, DOMAIN
from okienko.front.demo.customers import Customer, person
from okienko.front.demo.everyday import Cast
from okienko.front.demo.stories import facts_at, loaded
from okienko.front.demo.texts import Colleague, Occasion, told
from okienko.front.demo.topics import pools

SHOP = f"sklep@{DOMAIN}"
SIGNED = re.compile(r"^-- ?$", re.MULTILINE)
# How customers of other countries thank, by the end of their address.
ABROAD = {
    "poshta.example": ("Дуже дякую!", "Дякую, чекаю на відповідь."),
    "briefkasten.example": ("Vielen Dank, das hilft mir weiter!", "Danke, dann bestelle ich so."),
    "postbox.example": ("Lovely, thank you!", "Thanks, I will order it tonight."),
    "schranka.example": ("Děkuji mockrát!", "Děkuji, takhle mi to vyhovuje."),
}
PHOTOS = ("ucho_telefon", "odprysk", "karton", "talerz")


@dataclass(frozen=True)
class Habits:
    """How lively it is. Times in seconds."""

    answers: float = 0.5  # the share of letters that are answered
    after: tuple[float, float] = (20, 240)
    at_most: int = 3  # answers on their way at once
    news_every: tuple[float, float] = (150, 420)
    first_news: float = 60
    patience: int = 6  # new letters without any answer of the desk; then nobody writes any more
    photos: float = 0.12


@dataclass(order=True)
class Waiting:
    due: float  # time.monotonic()
    letter: EmailMessage | None = field(compare=False)  # None: something new, written when it is time
    to: str = field(compare=False, default=SHOP)


class Customers:
    """`known`: address → customer, of those who may answer. `door`: host and port of LMTP."""

    def __init__(self, door: tuple[str, int], known: Mapping[str, Customer], *, habits: Habits | None = None):
        self.door, self.known, self.habits = door, dict(known), habits or Habits()
        self.chance = random.Random()  # noqa: S311 - what customers do is no secret
        self.bell = threading.Condition()
        self.waiting: list[Waiting] = []
        self.is_stopping = False
        self.unanswered = 0
        self.thread = threading.Thread(target=self._run, name="customers", daemon=True)

    @cached_property
    def news(self) -> list[list[str]]:
        letters = list(loaded("nowe.toml")["letters"])
        self.chance.shuffle(letters)
        return letters

    def start(self):
        self._later(Waiting(time.monotonic() + self.habits.first_news, None))
        self.thread.start()

    def stop(self):
        """What is not written yet stays unwritten."""
        with self.bell:
            self.is_stopping = True
            self.bell.notify_all()
        self.thread.join(10)

    def heard(self, recipients: list[str], letter: EmailMessage):
        """A letter of the shop has come to these addresses. Perhaps somebody answers."""
        self.unanswered = 0
        customer = next((self.known[one.lower()] for one in recipients if one.lower() in self.known), None)
        with self.bell:
            busy = sum(one.letter is not None for one in self.waiting)
        if customer is None or busy >= self.habits.at_most or self.chance.random() >= self.habits.answers:
            return
        due = time.monotonic() + self.chance.uniform(*self.habits.after)
        answer = self.answer(customer, letter)
        self._later(Waiting(due, answer, str(answer["To"])))

    def answer(self, customer: Customer, letter: EmailMessage) -> EmailMessage:
        """What this customer writes back, on the letter's own thread and to the address it asks for."""
        text, files = self._words(customer, letter)
        to = parseaddr(str(letter["Reply-To"] or letter["From"]))[1]
        subject = str(letter["Subject"] or "")
        return mail.letter(
            customer, to=to, subject=subject if subject.lower().startswith("re:") else f"Re: {subject}",
            text=text, at=datetime.now().astimezone(), files=files,
            answers=str(letter["Message-ID"] or "").strip("<> "), quoted=said(letter),
        )  # fmt: skip

    def _words(self, customer: Customer, letter: EmailMessage) -> tuple[str, tuple[str, ...]]:
        abroad = ABROAD.get(customer.address.partition("@")[2])
        if abroad:
            return self.chance.choice(abroad), ()
        live, files = pools().live, ()
        if self.chance.random() < self.habits.photos:
            choices, files = live["photo"], (self.chance.choice(PHOTOS),)
        else:
            choices = live["asked" if said(letter).rstrip().endswith("?") else "told"]
        return told(self.chance.choice(choices), self._occasion(customer, agent=who_wrote(letter))), files

    def _occasion(self, customer: Customer, agent: Colleague | None = None) -> Occasion:
        now = datetime.now().astimezone()
        somebody = agent or next(iter(CREW.values())).colleague
        return Occasion(customer, now, agent=somebody, facts=facts_at(now, now, 400, self.chance))

    def _new_letter(self) -> EmailMessage | None:
        """From somebody nobody has heard of; None when everything has been said, or nobody at the desk answers."""
        if not self.news or self.unanswered >= self.habits.patience:
            return None
        subject, text, *rest = self.news.pop()
        file, gender = [*rest, "", ""][:2]
        customer = person(self.chance, gender)
        self.known[customer.address] = customer
        self.unanswered += 1
        occasion = self._occasion(customer)
        return mail.letter(
            customer, to=SHOP, subject=told(subject, occasion), text=told(text, occasion), at=occasion.at,
            files=(file,) if file else (),
        )  # fmt: skip

    def _later(self, one: Waiting):
        with self.bell:
            self.waiting = sorted([*self.waiting, one])
            self.bell.notify_all()

    def _run(self):
        while (one := self._next()) is not None:
            letter = one.letter or self._new_letter()
            if letter is not None:
                self._hand_in(letter, one.to)
            if one.letter is None:
                self._later(Waiting(time.monotonic() + self.chance.uniform(*self.habits.news_every), None))

    def _next(self) -> Waiting | None:
        """The next one that is due, waited for; None when it is time to stop."""
        with self.bell:
            while not self.is_stopping:
                left = self.waiting[0].due - time.monotonic() if self.waiting else None
                if left is not None and left <= 0:
                    return self.waiting.pop(0)
                self.bell.wait(left)
        return None

    def _hand_in(self, letter: EmailMessage, to: str):
        """By the door for local mail. When it is shut, the shop is closing: the letter is not worth a fuss."""
        del letter["Received"], letter["Date"]
        now = datetime.now().astimezone()
        letter["Date"] = now
        with (
            contextlib.suppress(OSError, smtplib.SMTPException),
            smtplib.LMTP(*self.door, timeout=10) as door,
        ):
            door.sendmail(parseaddr(str(letter["From"]))[1], [to], letter.as_bytes(policy=SMTP))


def acquaintances() -> dict[str, Customer]:
    """Everybody of the demonstration who can write back, by address: no robots, nobody who sells spam."""
    cast = Cast()
    spammers = {one.address for one in cast.lists["spamer"]}
    told_of = [stories.customer_of(piece) for piece in stories.pieces(is_short=False)]
    return {one.address: one for one in [*cast.all(), *told_of] if one.gender and one.address not in spammers}


def said(letter: EmailMessage) -> str:
    """The words of a letter, without the signature."""
    body = letter.get_body(("plain",))
    text = body.get_content() if body else ""
    return SIGNED.split(text.replace("\r\n", "\n"))[0].strip()


def who_wrote(letter: EmailMessage) -> Colleague | None:
    """Whoever of the crew signed the letter."""
    body = letter.get_body(("plain",))
    text = body.get_content() if body else ""
    return next((one.colleague for one in CREW.values() if one.name in text), None)
