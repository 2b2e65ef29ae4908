"""Every address of the product × everybody who may come to the door × everything that may be hidden from them.

tests/matrix.txt says how each is answered. A new address fails here until it stands there.
"""

import re
from collections import deque

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from okienko.accounts.sessions import visitor_of_cookies
from okienko.conversations import operations, queues
from okienko.conversations.models import Conversation
from okienko.events.log import Actor
from okienko.events.tests.newest import newest_change
from tests.matrix import (
    OUTSIDE,
    PATTERNS,
    PEOPLE,
    SIGHT,
    form_of,
    is_of_conversation,
    leads_to_sign_in,
    path_of,
    subject_of,
    table,
)
from tests.matrix import world as made

pytestmark = pytest.mark.django_db
ROWS = table()
EVERYWHERE = [row for row in ROWS if is_of_conversation(row.name) and not row.where]
READ = [row for row in ROWS if row.method == "GET"]


@pytest.fixture
def world():
    cache.clear()  # limits of attempts
    return made()


def test_every_address_stands_in_the_table_and_no_other():
    listed = {(row.name, row.method) for row in ROWS if not row.where}
    assert listed == {(name, method) for name in PATTERNS for method in ("GET", "POST")}


def answered(world, row, where: str) -> dict[str, int]:
    """Who gets which answer; whatever is changed is undone before the next one comes."""
    found = {}
    for name in PEOPLE:
        with transaction.atomic():
            address, ask = path_of(world, row.name, where), getattr(world.browser(name), row.method.lower())
            response = ask(address, form_of(world, row.name, where) if row.method == "POST" else {})
            found[name] = response.status_code
            deque(response.streaming_content if response.streaming else (), maxlen=0)  # to its end
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("group", sorted({row.group for row in ROWS}))
def test_everybody_is_answered_as_the_table_says(world, group):
    rows = [row for row in ROWS if row.group == group]
    assert (
        different({row.id: (answered(world, row, row.where or "open"), row.by_person) for row in rows}) == {}
    )


@pytest.mark.parametrize("where", [where for where in SIGHT if where != "open"])
def test_what_is_out_of_sight_is_not_there(world, where):
    """To those who see it, it is as the open one, where the table has no row of its own for it."""
    hidden = {name: 302 if name in OUTSIDE else 404 for name in PEOPLE if name not in SIGHT[where]}
    own = {(row.name, row.method): row for row in ROWS if row.where == where}
    found = {}
    for row in EVERYWHERE:
        in_sight = own.get((row.name, row.method), row).by_person
        found[row.id] = answered(world, row, where), in_sight | hidden
    assert different(found) == {}


def different(found: dict[str, tuple[dict, dict]]) -> dict[str, dict[str, str]]:
    """Of each row the people who are answered otherwise than they should be: "200, not 404"."""
    wrong = {
        row: {name: f"{is_[name]}, not {ought[name]}" for name in PEOPLE if is_[name] != ought[name]}
        for row, (is_, ought) in found.items()
    }
    return {row: people for row, people in wrong.items() if people}


def test_nobody_outside_gets_further_than_the_entrance(world):
    """What the table calls 302 for them leads to the sign-in page, except where the way goes on by an address of its own."""
    inside = [row for row in READ if row.by_person["stranger"] == 302]
    elsewhere = {
        row.name
        for row in inside
        for name in OUTSIDE
        if not leads_to_sign_in(world.browser(name).get(path_of(world, row.name)))
    }
    assert elsewhere == {"home", "accounts:new_password", "accounts:invitation", "mfa_list_webauthn"}


def test_no_page_mentions_what_is_hidden(world):
    """Subjects, texts and numbers, on all pages and in all fragments that answer."""
    told = [
        (row.name, name, where)
        for row in READ
        for name, answer in row.by_person.items()
        for headers in ({}, {"HX-Request": "true"})
        if answer == 200
        for where in mentioned(world, world.browser(name).get(path_of(world, row.name), headers=headers))
        if name not in SIGHT[where]
    ]
    assert told == []


def mentioned(world, response) -> list[str]:
    said = b"".join(response.streaming_content) if response.streaming else response.content
    return [
        where
        for where, conversation in world.conversations.items()
        if re.search(rf"{subject_of(where)}|\b{conversation.number}\b", said.decode(errors="replace"))
    ]


def test_the_pages_mention_what_is_in_sight(world):
    """Otherwise the test above could not fail."""
    seen = {
        (name, where)
        for name in PEOPLE[:-2]
        for where in SIGHT
        if subject_of(where) in world.browser(name).get("/conversations/?queue=open").content.decode()
    }
    assert seen == {(name, where) for where, people in SIGHT.items() for name in people}


def test_the_rule_of_sight(world):
    seen = {
        where: {
            name
            for name, agent in world.people.items()
            if Conversation.objects.visible_to(agent).filter(pk=conversation.pk).exists()
        }
        for where, conversation in world.conversations.items()
    }
    assert seen == SIGHT


def test_the_stream_tells_of_nothing_hidden(world):
    told = {}
    for where, conversation in world.conversations.items():
        operations.tag(conversation, "zwrot", actor=Actor.agent(world.people["owner"]))
        change = newest_change()
        assert change.topic == f"conversation/{conversation.pk}"
        told[where] = {name for name, agent in world.people.items() if change.is_for(agent.pk)}
    # What everybody may know is told to whoever listens; who left does not listen.
    assert {where: names - {"gone"} for where, names in told.items()} == SIGHT


def test_only_who_is_signed_in_may_listen(world):
    named = settings.SESSION_COOKIE_NAME
    listening = {name for name in PEOPLE if visitor_of_cookies({named: world.sessions.get(name, "")})}
    assert listening == set(PEOPLE) - set(OUTSIDE)


def test_handing_on_is_told_to_who_saw_it_and_to_who_sees_it_now(world):
    conversation, people = world.conversations["own"], world.people
    operations.assign(conversation, people["lead"], actor=Actor.agent(people["owner"]))
    change = newest_change()
    told = {name for name, agent in people.items() if change.is_for(agent.pk)}
    assert told == SIGHT["own"] | {"lead"}
    assert world.browser("other").get(path_of(world, "conversations:show", "own")).status_code == 404


@pytest.mark.parametrize("words", ["sekret", *[subject_of(where) for where in SIGHT]])
def test_a_search_finds_nothing_hidden(world, words):
    found = {
        where: {
            name
            for name in PEOPLE[:-2]
            if conversation.pk in [row["key"] for row in search(world, name, words).context["page"].rows]
        }
        for where, conversation in world.conversations.items()
    }
    wanted = {
        where: people if words in {"sekret", subject_of(where)} else set() for where, people in SIGHT.items()
    }
    assert found == wanted


def search(world, name: str, words: str):
    return world.browser(name).get("/conversations/", {"q": words})


def test_a_number_leads_only_to_what_is_in_sight(world):
    leads = {
        where: {
            name for name in PEOPLE[:-2] if search(world, name, f"#{conversation.number}").status_code == 302
        }
        for where, conversation in world.conversations.items()
    }
    assert leads == SIGHT


def test_counts_count_nothing_hidden(world):
    counted = {name: queues.counts(agent) for name, agent in world.people.items()}
    wanted = {}
    for name in world.people:
        seen = {where for where, people in SIGHT.items() if name in people}
        mine = len(seen & {"own"}) if name == "other" else 0
        wanted[name] = {
            "mine": mine,
            "for-me": mine,
            "unassigned": len(seen - {"own"}),
            "mentions": 0,
            "open": len(seen),
        }
    assert counted == wanted


def test_files_are_linked_only_where_they_may_be_seen(world):
    """The signed address stands in no page: a lasting one leads to it, and asks each time."""
    led = {}
    for where in SIGHT:
        address = path_of(world, "conversations:file", where)
        led[where] = {
            name
            for name in PEOPLE
            if world.browser(name).get(address).headers.get("Location", "").startswith("/files/")
        }
    assert led == SIGHT
