"""Several conversations at once: each by its own operation, what could not be done is told."""

import json

import pytest

from okienko.accounts.models import Agent, Role
from okienko.conversations import bulk, operations
from okienko.conversations.models import Conversation
from okienko.events.log import Actor
from okienko.events.models import Event
from okienko.ui.tests.pages import page

BULK = "/conversations/bulk/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def actor(cast):
    return Actor.agent(cast.celina)


@pytest.fixture
def three(cast):
    return [cast.conversation(subject=f"nr {number}") for number in range(3)]


def numbers(conversations) -> list[int]:
    return [conversation.number for conversation in conversations]


def do(browser, act: str, conversations, *, where: str = "?queue=open", **more):
    form = {"act": act, "number": numbers(conversations), **more}
    return browser.post(BULK + where, form, headers=HTMX)


def toast(response) -> dict:
    return json.loads(response["HX-Trigger"])["ok:toast"]


def statuses(conversations) -> list[str]:
    return [Conversation.objects.get(pk=each.pk).status for each in conversations]


def lead(agent):
    Agent.objects.filter(pk=agent.pk).update(role=Agent.Role.LEAD)


DONE = {
    "resolve": ("resolved", "3 sprawy załatwione"),
    "spam": ("spam", "3 sprawy w spamie"),
    "trash": ("trashed", "3 sprawy w koszu"),
}


@pytest.mark.parametrize("act", DONE)
def test_done_to_all_and_taken_back(cast, anna, three, act):
    after, words = DONE[act]
    lead(cast.anna)
    response = do(anna, act, three)
    assert (response.status_code, statuses(three)) == (200, [after] * 3)
    said = toast(response)
    assert (said["text"], said["problem"], said["action"]) == (words, False, "Cofnij")
    back = anna.post(said["href"], headers=HTMX)
    assert (back.status_code, statuses(three), toast(back)["action"]) == (200, ["open"] * 3, "")


def test_the_answer_is_the_list_as_it_is_now(anna, three):
    response = do(anna, "resolve", three[:2], where="?queue=open&sort=oldest")
    regions = [each.attributes["id"] for each in page(response).every() if "data-region" in each.attributes]
    assert regions == ["queues", "list-head", "rows", "list-rest", "bulk-hands"]
    assert [each.words for each in page(response).every(cls="conversation-row__subject")] == ["nr 2"]
    assert (
        page(response)
        .one("a", id=f"open-{three[2].number}")
        .attributes["href"]
        .endswith("?queue=open&sort=oldest")
    )


def test_taking_back_leaves_alone_what_was_so_before(anna, three, actor):
    operations.resolve(three[0], actor=actor)
    said = toast(do(anna, "resolve", three))
    assert (said["text"], said["problem"]) == ("2 sprawy załatwione", False)
    anna.post(said["href"], headers=HTMX)
    assert statuses(three) == ["resolved", "open", "open"]


def test_nothing_left_to_do(anna, three, actor):
    for conversation in three:
        operations.resolve(conversation, actor=actor)
    said = toast(do(anna, "resolve", three))
    assert (said["text"], said["href"]) == ("Nic do zrobienia: tak już było.", "")


def test_taken_handed_over_and_given_to_a_team(cast, anna, three):
    held = []
    for act, to in (("take", ""), ("assign", f"agent:{cast.bartek.pk}"), ("assign", "")):
        lead(cast.anna)
        do(anna, act, three, to=to)
        held.append({each.assignee for each in Conversation.objects.all()})
    said = toast(do(anna, "assign", three, to=f"team:{cast.bookkeeping.pk}"))
    assert held == [{cast.anna}, {cast.bartek}, {None}]
    assert said["text"] == "3 sprawy przekazane"
    assert {each.team for each in Conversation.objects.all()} == {cast.bookkeeping}


def test_what_belongs_to_somebody_else_stays_and_is_named(cast, anna, three, actor):
    operations.assign(three[1], cast.bartek, actor=actor)
    said = toast(do(anna, "take", three))
    assert said["text"] == f"2 sprawy przekazane. Prowadzi je ktoś inny, więc zostają: #{three[1].number}"
    assert said["problem"] is True
    assert [Conversation.objects.get(pk=each.pk).assignee for each in three] == [
        cast.anna,
        cast.bartek,
        cast.anna,
    ]


def test_what_is_out_of_sight_is_not_touched(cast, anna, three):
    secret = cast.conversation(cast.books)
    before = Event.objects.filter(subject_id=secret.pk).count()
    said = toast(do(anna, "spam", [secret, three[0]]))
    assert said["text"] == f"1 sprawa w spamie. Nie ma ich albo już ich nie widzisz: #{secret.number}"
    assert (statuses([secret]), Event.objects.filter(subject_id=secret.pk).count()) == (["open"], before)


@pytest.mark.parametrize("act", ["take", "resolve", "reopen", "tag"])
def test_what_lies_in_spam_or_trash_is_put_back_first(anna, three, actor, act):
    operations.mark_spam(three[0], actor=actor)
    said = toast(do(anna, act, three[:1], name="zwrot"))
    assert said["text"] == f"Są w spamie albo w koszu, najpierw je przywróć: #{three[0].number}"
    assert statuses(three[:1]) == ["spam"]


def test_put_back(anna, three, actor):
    operations.mark_spam(three[0], actor=actor)
    operations.trash(three[1], actor=actor)
    assert toast(do(anna, "restore", three))["text"] == "2 sprawy przywrócone"
    assert statuses(three) == ["open"] * 3


def test_tagged(anna, three, actor):
    operations.tag(three[0], "Zwrot", actor=actor)
    assert toast(do(anna, "tag", three, name="zwrot"))["text"] == "2 sprawy oznaczone tagiem"
    assert [each.tags.get().name for each in three] == ["Zwrot"] * 3


def test_twice_the_same_number_is_once(anna, three):
    assert toast(do(anna, "resolve", [three[0], three[0]]))["text"] == "1 sprawa załatwiona"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"act": "resolve"}, "Najpierw zaznacz sprawy."),
        ({"act": "resolve", "number": ["x"]}, None),
        ({"act": "resolve", "number": ["9" * 19]}, None),
        ({"number": ["10001"]}, "Wybierz, co z nimi zrobić."),
        ({"act": "erase", "number": ["10001"]}, "Wybierz, co z nimi zrobić."),
        ({"act": "tag", "number": ["10001"], "name": " "}, "Jaki tag? Wpisz jego nazwę."),
        (
            {"act": "assign", "number": ["10001"], "to": "agent:999"},
            "Ta osoba nie prowadzi rozmów. Wybierz kogoś innego.",
        ),
        (
            {"act": "resolve", "number": [str(10_000 + n) for n in range(bulk.MOST + 1)]},
            "Naraz najwyżej 100 spraw. Zrób to w kilku krokach.",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(anna, three, form, words):
    response = anna.post(BULK, form, headers=HTMX)
    assert (response.status_code, statuses(three)) == (422, ["open"] * 3)
    assert words is None or toast(response)["text"] == words
    assert toast(response)["problem"] is True


def test_the_trash_is_for_those_who_may_delete(anna, three):
    assert do(anna, "trash", three).status_code == 403
    assert statuses(three) == ["open"] * 3
    assert page(anna.get("/conversations/")).one(id="bulk").every("button", value="trash") == []


def test_who_only_reads_changes_nothing(cast, anna, three):
    reader = Role.objects.create(name="Magazyn", words=["conversations.read"])
    Agent.objects.filter(pk=cast.anna.pk).update(custom_role=reader)
    assert do(anna, "resolve", three).status_code == 403
    assert statuses(three) == ["open"] * 3


def test_without_a_script_the_words_stand_above_the_list(anna, three):
    response = anna.post(f"{BULK}?queue=mine&sort=oldest", {"act": "resolve", "number": numbers(three)})
    assert (response.status_code, response["Location"]) == (303, "/conversations/?queue=mine&sort=oldest")
    assert page(anna.get(response["Location"])).one(cls="notices").words == "3 sprawy załatwione"


def test_looking_changes_nothing_and_strangers_neither(anna, client, three):
    assert anna.get(BULK).status_code == 405
    client.logout()
    assert do(client, "resolve", three).status_code == 302


def test_what_spam_and_trash_offer(anna, three, actor):
    operations.mark_spam(three[0], actor=actor)
    found = {}
    for queue in ("open", "resolved", "spam", "trash"):
        form = page(anna.get(f"/conversations/?queue={queue}")).one(id="bulk")
        found[queue] = [each.attributes["value"] for each in form.every("button", name="act")]
    assert found == {
        "open": ["tag", "take", "resolve", "spam", "assign", "tag"],
        "resolved": ["tag", "take", "reopen", "spam", "assign", "tag"],
        "spam": ["tag", "restore", "assign", "tag"],
        "trash": ["tag", "restore", "spam", "assign", "tag"],
    }
