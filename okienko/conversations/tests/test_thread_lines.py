"""How messages and happenings stand one below the other. Nothing is stored."""

from datetime import UTC, datetime, timedelta

import pytest

from okienko.contacts.models import Contact, Identity
from okienko.conversations.models import Message
from okienko.conversations.timeline import Place
from okienko.conversations.timeline.happenings import Happening
from okienko.conversations.timeline.lines import lines_of
from okienko.inboxes.models import Inbox

NOON = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)  # 12:00 in Warsaw
ZOFIA = Identity(pk=1, kind="email", value="zofia@klient.example", contact=Contact(pk=1, name="Zofia"))
SHOP = Inbox(pk=1, name="Sklep", kind="email")
ANNA, BARTEK = 1, 2


def message(pk: int, minute: float, words: str = "Halo", **more) -> Message:
    fields = {
        "direction": "in", "sender": ZOFIA, "inbox": SHOP, "thread_reason": "new", "language": "",
    } | more  # fmt: skip
    found = Message(pk=pk, received_at=NOON + timedelta(minutes=minute), **fields)
    found._prefetched_objects_cache = {"recipients": []}
    found.words = words
    return found


def ours(pk: int, minute: float, **more) -> Message:
    return message(pk, minute, **{"direction": "out", "sender": None, "agent_id": ANNA} | more)


def note(pk: int, minute: float, **more) -> Message:
    return ours(pk, minute, inbox=None, audience="internal", **more)


def happening(pk: int, minute: float, weight: int = 0) -> Happening:
    return Happening(pk, "tagged", NOON + timedelta(minutes=minute), "Anna", "agent", weight=weight)


def lines(messages=(), happenings=(), place=None, *, is_whole=True):
    return lines_of(messages, happenings, place or Place(opened=100, reader=ANNA), is_whole=is_whole)


def keys(found) -> list:
    return [line.message.pk if line.message else [each.id for each in line.happenings] for line in found]


def test_by_time_whatever_their_ids():
    assert keys(lines([message(9, 0), message(2, 10)], [happening(7, 5)])) == [9, [7], 2]


def test_a_day_is_told_once_and_by_our_clock():
    late, next_day = message(1, 11 * 60 + 59), message(2, 12 * 60)
    assert [line.new_day for line in lines([message(3, 0), late, next_day])] == [True, False, True]


@pytest.mark.parametrize(
    ("since", "is_whole", "begins"),
    [
        (2, True, [False, False, True, False]),
        (1, True, [False, True, False, False]),
        (4, True, [False] * 4),
        (0, True, [False] * 4),  # never read: everything is new, and it opens at its end
        (0, False, [False] * 4),
    ],
)
def test_what_is_new_begins_where_reading_ended(since, is_whole, begins):
    four = [message(pk, pk * 60) for pk in range(1, 5)]
    found = lines(four, place=Place(since, 4, ANNA), is_whole=is_whole)
    assert [line.begins_new for line in found] == begins


def test_what_one_wrote_oneself_is_not_new():
    found = lines([message(1, 0), ours(2, 1), note(3, 2), message(4, 9)], place=Place(1, 4, ANNA))
    assert [line.begins_new for line in found] == [False, False, False, True]
    found = lines([message(1, 0), ours(2, 1), message(4, 9)], place=Place(1, 4, BARTEK))
    assert [line.begins_new for line in found] == [False, True, False]


def test_when_all_that_is_shown_is_new_it_says_so_unless_it_is_all_there_is():
    two = [message(5, 0), message(6, 60)]
    assert lines(two, place=Place(3, 6, ANNA), is_whole=False)[0].begins_new
    assert not lines(two, place=Place(3, 6, ANNA), is_whole=True)[0].begins_new


def test_happenings_in_a_row_are_one_line_until_a_message_or_a_day_parts_them():
    told = [happening(pk, pk) for pk in (1, 2, 4)] + [happening(5, 24 * 60)]
    assert keys(lines([message(3, 3)], told)) == [[1, 2], 3, [4], [5]]


def test_of_several_the_heaviest_is_told_and_of_equals_the_last():
    (line,) = lines([], [happening(1, 1), happening(2, 2, 3), happening(3, 3, 3), happening(4, 4, 2)])
    assert (line.lead.id, [each.id for each in line.rest]) == (3, [1, 2, 4])


@pytest.mark.parametrize(
    ("second", "is_grouped"),
    [
        (message(2, 4.9), True),
        (message(2, 5), False),
        (message(2, 1, sender=Identity(pk=2, value="x", contact=Contact(pk=2))), False),
        (ours(2, 1), False),
        (message(2, 1, kind="call"), False),
    ],
)
def test_one_head_for_what_one_person_writes_within_five_minutes(second, is_grouped):
    assert [line.is_grouped for line in lines([message(1, 0), second])] == [False, is_grouped]


def test_what_stands_between_parts_a_group():
    assert [line.is_grouped for line in lines([message(1, 0), message(3, 2)], [happening(9, 1)])] == [
        False
    ] * 3
    new = lines([message(1, 0), message(3, 2)], place=Place(1, 3, ANNA))
    assert [line.is_grouped for line in new] == [False, False]


def test_every_note_says_that_it_is_one():
    assert [line.is_grouped for line in lines([note(1, 0), note(2, 1)])] == [False, False]


def test_another_channel_is_told_and_notes_are_none():
    way = [message(1, 0), note(2, 60), ours(3, 120, kind="call"), message(4, 180)]
    assert [line.channel for line in lines(way)] == ["", "", "call", "email"]


@pytest.mark.parametrize(
    ("words", "pk", "place", "is_long"),
    [
        ("x\n" * 25, 1, Place(3, 3), True),
        ("x" * 68 * 25, 1, Place(3, 3), True),
        ("x\n" * 18, 1, Place(3, 3), False),
        ("x\n" * 25, 3, Place(3, 3), False),  # the newest is never folded
        ("x\n" * 25, 2, Place(1, 3), False),  # nor is what nobody has read
        ("x\n" * 25, 1, Place(0, 3), True),  # never read at all: only the newest stands open
        ("x\n" * 25, 4, Place(3, 3), False),  # came while the page was open
    ],
)
def test_what_is_long_and_read_is_folded(words, pk, place, is_long):
    (line,) = lines([message(pk, 0, words)], place=place)
    assert line.is_long == is_long


def test_machines_that_must_not_be_answered_are_not_offered():
    found = lines(
        [
            message(1, 0),
            message(2, 60, automatic="bounce"),
            message(3, 120, automatic="generated"),
            ours(4, 180),
        ]
    )
    assert [line.can_be_answered for line in found] == [True, False, True, False]


def test_why_it_stands_here_is_told_where_one_might_wonder():
    reasons = ["new", "written", "our_address", "our_message", "known_thread", "number", "order", "continues"]
    found = lines([message(pk, pk * 60, thread_reason=reason) for pk, reason in enumerate(reasons, 1)])
    assert [bool(line.doubt) for line in found] == [False] * 5 + [True] * 3
