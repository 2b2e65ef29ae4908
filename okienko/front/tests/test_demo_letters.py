"""What the demonstration tells: two months of letters in good Polish, none like another, nobody real."""

import random
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from okienko.front.demo import days, stories, topics
from okienko.front.demo.customers import Customer
from okienko.front.demo.enclosures import PHOTOS, enclosed
from okienko.front.demo.everyday import REST, SPAN, everyday
from okienko.front.demo.papers import LAID_OUT, PAPERS
from okienko.front.demo.stories import set_pieces
from okienko.front.demo.texts import Colleague, Occasion, Unfilled, told

WARSAW = ZoneInfo("Europe/Warsaw")
SUNDAY_NOON = datetime(2026, 11, 22, 12, 5, tzinfo=WARSAW)
ZOFIA = Customer("Zofia Lis", "zofia@poczta.example", "f", "Zofio", "Zosia")
JAN = Customer("Jan Lis", "jan@poczta.example", "m", "Janie", "Janek")
ANNA, BARTEK = Colleague("Anna Nowicka", "f", "Anno"), Colleague("Bartek Zych", "m", "Bartku")


def said(story) -> list[str]:
    return [story.text, *(step.text for step in story.steps if step.what in {"writes", "replies", "notes"})]


@pytest.fixture(scope="module")
def plan():
    return set_pieces(SUNDAY_NOON) + everyday(SUNDAY_NOON)


def standing(story) -> str:
    """What becomes of a person's story: open, waiting, resolved or spam."""
    status = "open"
    for step in story.steps:
        words = {"replies": "waiting", "resolves": "resolved", "spams": "spam", "writes": "open"}
        status = words.get(step.what, status)
    return status


def test_two_months_of_a_shop(plan):
    counts = Counter(standing(story) for story in plan if story.automatic not in {"auto-replied", "list"})
    assert (counts["open"], counts["waiting"], counts["spam"]) == (26, 16, 5)
    assert 290 <= len(plan) <= 330
    assert counts["resolved"] > 240
    weeks = Counter((SUNDAY_NOON - story.begins).days // 7 for story in plan)
    assert set(weeks) >= set(range(9))
    assert min(weeks[week] for week in range(8)) >= 15
    weekdays = Counter(story.begins.weekday() for story in plan)
    assert weekdays[days.SUNDAY] + weekdays[days.SATURDAY] < weekdays[0] + weekdays[1]
    nights = sum(2 <= story.begins.hour < 5 for story in plan)
    assert nights < len(plan) / 20
    customers = Counter(story.customer.address for story in plan)
    assert sum(2 <= count <= 6 for count in customers.values()) >= 10
    longest = max(len(said(story)) for story in plan)
    assert 30 <= longest < 50


@pytest.mark.parametrize("hours", range(0, 24 * 7, 7))
def test_nothing_lies_in_the_future_whenever_it_begins(hours):
    now = datetime(2027, 1, 4, 0, 20, tzinfo=WARSAW) + timedelta(hours=hours)
    for story in set_pieces(now) + (everyday(now) if hours % 4 == 0 else []):
        assert story.ends <= now - timedelta(minutes=2), story.subject
        assert [step.at for step in story.steps] == sorted(step.at for step in story.steps) or (
            story.topic != "set"  # readers come when they like
        )
    for story in everyday(now) if hours % 28 == 0 else []:
        assert now - SPAN - timedelta(days=14) < story.begins
        assert story.ends <= now - REST


def test_no_place_is_left_unfilled_and_everybody_is_invented(plan):
    for story in plan:
        for text in [story.subject, *said(story)]:
            assert re.findall(r"[{}]|None", text) == [], text
        assert story.customer.address.endswith(".example")


def test_no_two_open_letters_are_alike_and_many_are_different(plan):
    opened = [text for story in plan if standing(story) == "open" for text in said(story)[:1]]
    assert len(opened) == len(set(opened))
    written = {re.sub(r"\d[\d ]*", "#", text) for story in plan for text in said(story)}
    assert len(written) > 400


def test_every_written_text_is_used_and_fits(plan):
    for topic in topics.topics():
        for number, opening in enumerate(topic.openings, start=1):
            fitting = [n for n in range(1, len(topic.answers) + 1) if opening.goes_with(n)]
            assert fitting or topic.fate, (topic.name, number)
            assert set(opening.files) <= set(PHOTOS) | set(PAPERS)
        assert topic.uses >= len(topic.openings)
        for exchange in topic.exchanges:
            assert any(exchange.goes_with(n) for n in range(1, len(topic.answers) + 1)), topic.name


def test_a_flag_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="x1"):
        topics.written("Dzień dobry", ["o1 x1"])


def test_answers_keep_to_law_and_manners(plan):
    ours = [s.text for story in plan for s in story.steps if s.what == "replies"]
    assert [text for text in ours if re.match("witam|drog[ia]", text, re.IGNORECASE)] == []
    assert [text for text in ours if re.search(r"\bPanie [A-ZŁŚŻ]\w+(ski|cki|ak)\b", text)] == []
    refusals = [text for text in ours if "nie możemy uznać reklamacji" in text]
    assert refusals != []
    assert [text for text in refusals if "rzecznik konsumentów" not in text] == []


# Words


@pytest.mark.parametrize(
    ("text", "customer", "agent", "expected"),
    [
        ("Zamówił{am|em} kubek", ZOFIA, None, "Zamówiłam kubek"),
        ("Zamówił{am|em} kubek", JAN, None, "Zamówiłem kubek"),
        ("{witaj} sprawdził{am/em} to dla {Pani|Pana}", JAN, ANNA, "Dzień dobry, Panie Janie, sprawdziłam to dla Pana"),
        ("{witaj} sprawdził{am/em} to dla {Pani|Pana}", ZOFIA, BARTEK, "Dzień dobry, Pani Zofio, sprawdziłem to dla Pani"),
        ("Pęknięty {kubek~talerz}", ZOFIA, None, "Pęknięty talerz"),
        ("od {gen-2}, będzie {w+2} albo na {acc+3}", ZOFIA, BARTEK, "od piątku, będzie we wtorek albo na środę"),
        ("{data-22}, {num+1}, {gen+9}", ZOFIA, BARTEK, "31 października, 23.11.2026, 1 grudnia"),
        ("{wr+1} i {genr+2}", ZOFIA, BARTEK, "w poniedziałek i wtorku"),
    ],
)  # fmt: skip
def test_places_are_filled_in_polish(text, customer, agent, expected):
    occasion = Occasion(customer, SUNDAY_NOON, agent=agent, is_ours=agent is not None, variant=1)
    assert told(text, occasion) == expected


def test_who_types_without_marks_does_so_throughout():
    occasion = Occasion(ZOFIA, SUNDAY_NOON)
    assert told("hej, bede {w+1}. {podpis}", occasion) == "hej, bede w poniedzialek. Pozdrawiam\nZofia Lis"
    bare = Customer("Józef Żuk", "j@poczta.example", "m", "Józefie", "Józek", voice="bare")
    assert told("Dzień dobry, gdzie paczka?\n{podpis}", Occasion(bare, SUNDAY_NOON)) == (
        "dzien dobry, gdzie paczka?\njozek"
    )


@pytest.mark.parametrize("text", ["{nic}", "{am/em}", "{data+x}"])
def test_an_unknown_place_is_a_fault(text):
    with pytest.raises(Unfilled):
        told(text, Occasion(ZOFIA, SUNDAY_NOON))


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 12, 4, tzinfo=UTC)),
        (datetime(2026, 11, 7, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)),
        (datetime(2026, 10, 28, tzinfo=UTC), datetime(2026, 11, 10, tzinfo=UTC)),
        (datetime(2026, 12, 10, tzinfo=UTC), datetime(2026, 12, 23, tzinfo=UTC)),
    ],
)
def test_the_safe_day_for_an_answer(received, expected):
    assert days.answer_by(received.date()) == expected.date()


def test_numbers_of_taxpayers_belong_to_nobody():
    chance = random.Random(5)
    for _ in range(200):
        digits = [int(each) for each in stories.nobodys_nip(chance) if each.isdigit()]
        weighed = sum(a * b for a, b in zip(digits, (6, 5, 7, 2, 3, 4, 5, 6, 7), strict=False)) % 11
        assert weighed != digits[9]


@pytest.mark.parametrize("name", [*PHOTOS, *PAPERS])
def test_enclosures_are_what_they_say(name):
    file = enclosed(name)
    begins = {
        "image/jpeg": b"\xff\xd8",
        "image/png": b"\x89PNG",
        "application/pdf": b"%PDF",
        "text/plain": b"",
    }
    assert file.data.startswith(begins[file.content_type])
    assert 30 < len(file.data) < 400_000


def test_a_laid_out_letter_names_a_picture_elsewhere():
    assert re.findall(r'src="(https://[^"]+)"', LAID_OUT["zamowienie-firmowe"]) != []
