"""Answers taken apart, as imaplib hands them on."""

import contextlib
import random

import pytest

from okienko.channels.email.imap_answers import (
    answers,
    body_in,
    in_sets,
    letters_told,
    numbers_found,
    taken_apart,
)
from okienko.channels.email.imap_folders import listed


@pytest.mark.parametrize(
    ("answer", "pieces"),
    [
        ([b"5 (FLAGS (\\Seen $x) UID 7)"], [b"5", [b"FLAGS", [b"\\Seen", b"$x"], b"UID", b"7"]]),
        ([b'() "/" "a \\"b\\" \\\\c"'], [[], b"/", b'a "b" \\c']),
        ([b'(x) NIL ""'], [[b"x"], None, b""]),
        ([b'(x) "NIL" nil'], [[b"x"], b"NIL", None]),
        ([(b"1 (BODY[] {5}", b"a) (b"), b" UID 3)"], [b"1", [b"BODY[]", b"a) (b", b"UID", b"3"]]),
        ([b"1 (BODY[HEADER.FIELDS (TO CC)]<0> NIL)"], [b"1", [b"BODY[HEADER.FIELDS (TO CC)]<0>", None]]),
        ([b"[Gmail]/Spam a[b"], [b"[Gmail]/Spam", b"a[b"]),
        ([b"1 (UID 4 (never closed"], [b"1", [b"UID", b"4", [b"never", b"closed"]]]),
        ([b") 1 )) 2"], [b"1", b"2"]),
        ([b'"never closed'], [b"never", b"closed"]),
        ([b""], []),
    ],
)
def test_pieces(answer, pieces):
    assert taken_apart(answer) == pieces


def test_an_answer_ends_with_a_part_that_has_no_literal():
    row = [b"1 (UID 3)", (b"2 (A {1}", b"x"), (b" B {1}", b"y"), b")", b"3 (UID 5)"]
    assert list(answers(row)) == [row[:1], row[1:4], row[4:]]


def test_items_in_any_order_and_in_several_answers():
    told = letters_told(
        [
            (b"1 (BODY[] {2}", b"aa"),
            b" UID 11 RFC822.SIZE 2)",
            b"2 (UID 12 RFC822.SIZE 9 FLAGS ())",
            (b"2 (UID 12 BODY[] {3}", b"UID"),
            b")",
            b"2 (FLAGS (\\Seen) uid 12)",
            b"3 (FLAGS (UID 13))",
            b"4 (UID 14 BODY[] NIL)",
            b'5 (UID 15 BODY[] "")',
            b'6 (UID none BODY[] "x")',
            b"7 (UID)",
            b"8",
            b"",
            (b"9 (UID 16 BODY[]<0> {1}", b"z"),
            b")",
            (b"10 (UID 17 RFC822 {1}", b"r"),
            b")",
        ]
    )
    assert {number: body_in(items) for number, items in told.items()} == {
        11: b"aa",
        12: b"UID",
        14: None,
        15: b"",
        16: b"z",
        17: b"r",
    }
    assert told[11][b"RFC822.SIZE"] == b"2"
    assert told[12][b"FLAGS"] == [b"\\Seen"]


@pytest.mark.parametrize(
    ("search", "extended", "numbers"),
    [
        ([b"1 5 3"], [], [1, 5, 3]),
        ([b"1 2", b"3"], [], [1, 2, 3]),
        ([b"4 5 (MODSEQ 917)"], [], [4, 5]),
        ([b""], [], []),
        ([], [b'(TAG "A5") UID ALL 2,4:6,9:8'], [2, 4, 5, 6, 8, 9]),
        ([], [b'(TAG "A5") UID'], []),
        ([], [b"UID COUNT 3 ALL 1:3 MIN 1"], [1, 2, 3]),
    ],
)
def test_numbers(search, extended, numbers):
    assert numbers_found(search, extended) == numbers


@pytest.mark.parametrize(
    ("search", "extended"),
    [
        ([b"1 2 x 3"], []),
        ([(b"1 {1}", b"x"), b""], []),
        ([b"1 (HIGHEST 3)"], []),
        ([], [b'(TAG "A5") UID ALL 1:3x']),
        ([], [b'(TAG "A5") UID AL 1:3']),
        ([], [b'(TAG "A5") UID ALL 1,,3']),
        ([], [b'(TAG "A5") UID ALL 1:*']),
        ([], [(b"ALL {3}", b"1:3"), b""]),
    ],
)
def test_no_number_is_passed_over(search, extended):
    with pytest.raises(ValueError, match=r"numbers were expected|invalid literal"):
        numbers_found(search, extended)


def test_a_server_cannot_fill_the_memory():
    with pytest.raises(ValueError, match="more numbers"):
        numbers_found([], [b'(TAG "A5") UID ALL 1:4294967295'])


def test_sets_as_short_as_they_can_be():
    assert list(in_sets([7, 1, 2, 3, 2, 9, 10])) == ["1:3,7,9:10"]
    assert list(in_sets([])) == []


def test_sets_in_lines_that_servers_take():
    chance = random.Random(3)
    numbers = chance.sample(range(1, 2**32), 3000)
    lines = list(in_sets(numbers))
    assert len(lines) > 5
    assert max(map(len, lines)) < 4100
    assert numbers_found([], [b"UID ALL " + line.encode() for line in lines]) == sorted(numbers)


def test_whatever_a_server_says():
    """Nothing but what is documented comes of it, and never a number that it did not say."""
    chance = random.Random(7)
    pieces = [
        b"(",
        b")",
        b'"',
        b"\\",
        b"[",
        b"]",
        b"{3}",
        b" ",
        b"UID",
        b"BODY[]",
        b"NIL",
        b"5",
        b":",
        b",",
        b"ALL",
        b"\xff",
    ]
    for _round in range(5000):
        text = b"".join(chance.choices(pieces, k=chance.randrange(12)))
        row = [(text, b"abc"), text] if chance.random() < 0.3 else [text]
        assert set(letters_told(row)) <= {5, 55, 555, 5555}
        listed(row)
        with contextlib.suppress(ValueError):
            assert all(set(str(number)) == {"5"} for number in numbers_found(row, []))
