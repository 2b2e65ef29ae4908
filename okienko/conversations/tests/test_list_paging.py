"""Pages of the list, in every order: nothing twice, nothing left out."""

from datetime import timedelta
from itertools import chain

import pytest
from django.utils import timezone

from okienko.conversations import operations
from okienko.conversations.models import Conversation, Mention
from okienko.conversations.queues import paging
from okienko.events.log import Actor
from okienko.ui.tests.pages import page

SORTS = ["newest", "oldest", "waiting"]


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr(paging, "PAGE", 2)
    monkeypatch.setattr(paging, "MOST", 4)
    paging._first_page.cache_clear()


@pytest.fixture
def same_moment(cast):
    """Five that differ in nothing but their number; two of them wait for nothing."""
    at = timezone.now() - timedelta(hours=1)
    made = [cast.conversation(subject=f"nr {number}", received_at=at) for number in range(5)]
    Conversation.objects.filter(pk__in=[made[1].pk, made[3].pk]).update(waiting_since=None)
    return made


def subjects(response) -> list[str]:
    return [each.words for each in page(response).every(cls="conversation-row__subject")]


def following(response) -> str:
    more = page(response).every(id="rows-more")
    return more[0].one("a").attributes["href"] if more else ""


def pages_of(browser, address: str) -> list[list[str]]:
    seen = []
    while address:
        response = browser.get(address)
        seen.append(subjects(response))
        address = following(response)
    return seen


@pytest.mark.parametrize(
    ("sort", "pages"),
    [
        ("newest", [["nr 4", "nr 3"], ["nr 2", "nr 1"], ["nr 0"]]),
        ("oldest", [["nr 0", "nr 1"], ["nr 2", "nr 3"], ["nr 4"]]),
        ("waiting", [["nr 0", "nr 2"], ["nr 4", "nr 1"], ["nr 3"]]),
    ],
)
def test_each_order_with_equal_times(same_moment, anna, sort, pages):
    assert pages_of(anna, f"/conversations/?queue=open&sort={sort}") == pages


def test_each_order_follows_its_own_time(cast, anna):
    for name, activity, waiting in [("a", 10, 30), ("b", 20, 20), ("c", 30, None), ("d", 5, 40)]:
        conversation = cast.conversation(subject=name)
        now = timezone.now()
        Conversation.objects.filter(pk=conversation.pk).update(
            last_activity_at=now - timedelta(minutes=activity),
            waiting_since=waiting and now - timedelta(minutes=waiting),
        )
    found = {sort: [*chain(*pages_of(anna, f"/conversations/?queue=open&sort={sort}"))] for sort in SORTS}
    assert found == {"newest": [*"dabc"], "oldest": [*"cbad"], "waiting": [*"dabc"]}


def test_mentions_stand_by_the_newest_mention(cast, anna):
    made = [cast.conversation(subject=name) for name in "abc"]
    for conversation in (made[1], made[0], made[2], made[1]):
        note = operations.note(conversation, text="@Anna", agent=cast.bartek)
        Mention.objects.get_or_create(conversation=conversation, message=note, agent=cast.anna)
    operations.note(made[0], text="nowsze, ale nie do mnie", agent=cast.bartek)
    assert pages_of(anna, "/conversations/?queue=mentions") == [["b", "c"], ["a"]]
    assert pages_of(anna, "/conversations/?queue=mentions&sort=newest") == [["a", "b"], ["c"]]


def test_what_moves_while_one_pages_is_on_the_first_page_and_nowhere_twice(cast, same_moment, anna):
    first = anna.get("/conversations/?queue=open")
    cast.letter(subject=f"Re: [#{same_moment[1].number}]", minutes_ago=-1)
    further = pages_of(anna, following(first))
    again = anna.get("/conversations/?queue=open")
    assert (subjects(first), further, subjects(again)) == (
        ["nr 4", "nr 3"],
        [["nr 2", "nr 0"]],
        ["nr 1", "nr 4"],
    )
    assert sorted({*subjects(first), *chain(*further), *subjects(again)}) == [f"nr {n}" for n in range(5)]


def test_what_leaves_while_one_pages_takes_nothing_with_it(cast, same_moment, anna):
    first = anna.get("/conversations/?queue=open")
    operations.resolve(same_moment[3], actor=Actor.agent(cast.anna))  # the one that the cursor names
    assert pages_of(anna, following(first)) == [["nr 2", "nr 1"], ["nr 0"]]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "newest.x",
        "newest.20261122000000000000-x",
        "newest.-",
        "-",
        "oldest.20000101000000000000-1",
        "newest.99-1",
    ],
)
def test_a_cursor_that_is_broken_or_of_another_order_begins_at_the_top(same_moment, anna, cursor):
    assert subjects(anna.get("/conversations/?queue=open", {"after": cursor})) == ["nr 4", "nr 3"]


def test_a_sort_that_makes_no_sense_is_the_usual_one(same_moment, anna, cast):
    for conversation in same_moment:
        operations.resolve(conversation, actor=Actor.agent(cast.anna))
    assert subjects(anna.get("/conversations/?queue=resolved&sort=waiting")) == ["nr 4", "nr 3"]
    assert subjects(anna.get("/conversations/?queue=resolved&sort=x")) == ["nr 4", "nr 3"]


def test_who_has_opened_further_pages_is_brought_all_of_them(same_moment, anna):
    asked = {
        shown: len(subjects(anna.get(f"/conversations/?queue=open&shown={shown}")))
        for shown in (1, 3, 4, 999, "x")
    }
    assert asked == {1: 2, 3: 3, 4: 4, 999: 4, "x": 2}
    assert following(anna.get("/conversations/?queue=open&shown=4")) != ""


def test_the_next_page_comes_as_rows_alone(same_moment, anna):
    response = anna.get("/conversations/?queue=open")
    link = page(response).one(id="rows-more").one("a").attributes
    answer = anna.get(link["hx-get"], headers={"HX-Request": "true"})
    pieces = [each.attributes["id"] for each in page(answer).pieces if not isinstance(each, str)]
    assert pieces == [f"row-{same_moment[2].number}", f"row-{same_moment[1].number}", "rows-more"]
    assert page(answer).one(id="rows-more").attributes["hx-swap-oob"] == "true"
    assert b"data-region" not in answer.content
    last = anna.get(page(answer).one("a", cls="button").attributes["hx-get"], headers={"HX-Request": "true"})
    assert page(last).one(id="rows-more").every("a") == []


def test_without_a_script_a_later_page_leads_back(same_moment, anna):
    later = anna.get(following(anna.get("/conversations/?queue=open")))
    assert page(later).one(cls="rows__begin").one("a").attributes["href"] == "/conversations/?queue=open"


def test_the_order_stays_with_what_one_opens(same_moment, anna):
    response = anna.get("/conversations/?queue=mine&status=resolved&sort=oldest")
    src = page(response).one("ok-refresh").attributes["src"]
    assert src == "/conversations/?queue=mine&status=resolved&sort=oldest"
    row = page(anna.get("/conversations/?queue=open&sort=waiting")).every("a", cls="conversation-row")[0]
    opened = anna.get(row.attributes["href"])
    assert page(opened).every("ok-refresh")[0].attributes["src"] == "/conversations/?queue=open&sort=waiting"
