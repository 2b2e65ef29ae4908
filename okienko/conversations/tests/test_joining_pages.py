"""The pages of joining and parting, the sections beside a conversation, and addresses that lead elsewhere."""

import pytest

from okienko.conversations import operations
from okienko.conversations.models import Conversation, Joining, Link, Message
from okienko.conversations.tests.desk_cast import picture
from okienko.events.log import Actor
from okienko.inboxes.channel import Party
from okienko.ui.tests.pages import page

ADAM = Party("email", "adam@klient.example", name="Adam Nowak")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def pair(cast):
    target = cast.conversation(subject="Paczka", minutes_ago=60)
    return cast.conversation(subject="Jeszcze o paczce", minutes_ago=5), target


def address(conversation: Conversation, last: str = "joining/") -> str:
    return f"/conversations/{conversation.number}/{last}"


def fresh(conversation: Conversation) -> Conversation:
    return Conversation.objects.get(pk=conversation.pk)


def test_one_chooses_among_those_of_the_same_person(cast, anna, pair):
    source, _ = pair
    resolved = cast.conversation(subject="Załatwiona", minutes_ago=1)
    operations.resolve(resolved, actor=Actor.agent(cast.anna))
    cast.conversation(sender=ADAM, subject="Faktura")
    cast.conversation(cast.books, subject="Tajne")
    found = anna.get(address(source)).context["found"]

    assert [one.subject for one in found] == ["Paczka", "Załatwiona"]
    searched = anna.get(address(source), {"q": "faktura"}).context["found"]
    assert [one.subject for one in searched] == ["Faktura"]
    assert list(anna.get(address(source), {"q": "tajne"}).context["found"]) == []


def test_both_are_shown_and_joined_by_a_post(cast, anna, pair):
    source, target = pair
    seen = anna.get(address(source), {"with": f"#{target.number}"})

    assert [side.conversation for side in seen.context["sides"]] == [source, target]
    assert seen.context["outlook"].answers == ["zofia@klient.example"]
    assert fresh(source).merged_into is None
    answer = anna.post(address(source), {"with": target.number})
    assert (answer.status_code, answer.headers["Location"]) == (303, address(target, ""))
    assert fresh(source).merged_into == target


def test_the_page_warns_of_another_person_and_of_closed_doors(cast, client):
    client.force_login(cast.bartek)
    own, other = cast.conversation(), cast.conversation(sender=ADAM)
    closed = cast.conversation(cast.books)
    operations.assign(own, cast.anna, actor=Actor.agent(cast.anna))

    def outlook(one, two):
        return client.get(address(one), {"with": two.number}).context["outlook"]

    plain, strange = outlook(own, closed), outlook(own, other)
    assert (plain.is_other_person, strange.is_other_person) == (False, True)
    assert (plain.is_wider, plain.is_narrower, plain.lost) == (False, True, ["Anna"])
    assert (outlook(closed, own).is_wider, outlook(closed, own).is_narrower) == (True, False)
    assert (strange.is_wider, strange.is_narrower, strange.lost) == (False, False, [])


def test_what_is_not_seen_is_not_there_to_join(cast, anna, pair):
    closed = cast.conversation(cast.books)

    for given in (closed.number, 99999, "9" * 30):
        answer = anna.post(address(pair[0]), {"with": given})
        assert (answer.status_code, fresh(pair[0]).merged_into) == (422, None)
    assert anna.get(address(closed)).status_code == 404


def test_a_refusal_is_said_in_words(cast, anna, pair):
    source, target = pair
    operations.mark_spam(target, actor=Actor.agent(cast.anna))

    for other in (source, target):
        looked = anna.get(address(source), {"with": other.number})
        refused = anna.post(address(source), {"with": other.number})
        assert (looked.status_code, refused.status_code) == (200, 422)
        assert page(looked).one(role="alert").words == page(refused).one(role="alert").words != ""
        assert page(looked).every("button", cls="button--primary") == []
    assert fresh(source).merged_into is None


def test_the_address_of_a_joined_one_leads_on(cast, anna, pair):
    source, target = pair
    operations.join(*pair, agent=cast.anna)

    searched = anna.get("/conversations/", {"q": f"#{source.number}"})
    assert searched.headers["Location"] == address(source, "")
    led = anna.get(address(source, ""))
    assert (led.status_code, led.headers["Location"]) == (303, address(target, ""))
    assert f"#{source.number}" in page(anna.get(led.headers["Location"])).one("p", cls="notice").words
    assert anna.get(address(source, ""), headers=HTMX).status_code == 404  # the page loads again, whole


def test_what_was_written_to_a_joined_one_is_not_sent_and_not_lost(cast, anna, pair):
    source, target = pair
    operations.join(*pair, agent=cast.anna)
    answer = anna.post(address(source, "replies/"), {"text": "Już jedzie.", "kind": "reply"}, headers=HTMX)

    assert answer.status_code == 422
    assert page(answer).one("a").attributes["href"] == address(target, "")
    assert Message.objects.filter(direction="out").count() == 0
    plain = anna.post(address(source, "resolution/"))
    assert (plain.status_code, plain.headers["Location"]) == (303, address(target, ""))
    assert fresh(target).status == "open"


def test_who_does_not_see_where_it_went_sees_nothing(cast, anna):
    source, closed = cast.conversation(), cast.conversation(cast.books)
    operations.join(source, closed, agent=cast.bartek)

    assert anna.get(address(source, "")).status_code == 404
    assert anna.post(address(source, "tags/"), {"name": "x"}).status_code == 404


def test_joined_ones_are_listed_with_a_way_back(cast, anna, pair):
    source, target = pair
    assert anna.get(address(target, "panels/parts/"), headers=HTMX).status_code == 204
    joining = operations.join(*pair, agent=cast.anna)
    listed = page(anna.get(address(target, "panels/parts/"), headers=HTMX))

    assert listed.one("button").attributes["value"] == str(joining.pk)
    parted = anna.post(address(target, "separation/"), {"joining": joining.pk}, headers=HTMX)
    assert parted.headers["HX-Redirect"] == address(source, "")
    assert fresh(source).merged_into is None


def test_a_way_back_that_is_closed_is_said_in_words(cast, anna, pair):
    source, target = pair
    joining = operations.join(*pair, agent=cast.anna)
    source.messages.model.objects.filter(subject="Jeszcze o paczce").delete()
    answer = anna.post(address(target, "separation/"), {"joining": joining.pk}, headers=HTMX)

    assert (answer.status_code, page(answer).every(role="alert") != []) == (422, True)
    assert Joining.objects.get(pk=joining.pk).undone_at is None


def test_a_join_is_undone_only_where_it_ended(cast, anna, pair):
    _, target = pair
    joining = operations.join(*pair, agent=cast.anna)
    third = cast.conversation()

    assert anna.post(address(third, "separation/"), {"joining": joining.pk}).status_code == 404
    assert anna.post(address(target, "separation/"), {"joining": "x"}).status_code == 404


def test_suggestions_are_joined_or_dismissed(cast, anna, pair):
    source, target = pair
    operations.suggest(source, [target.pk])
    operations.suggest(target, [source.pk])
    panel = address(source, "panels/suggestions/")
    shown = page(anna.get(panel, headers=HTMX))

    assert shown.one("a", cls="button").attributes["href"] == f"{address(source)}?with={target.number}"
    link = shown.one("button").attributes["value"]
    assert anna.post(panel, {"link": link}, headers=HTMX).status_code == 204
    assert Link.objects.count() == 0
    assert anna.post(panel, {"link": link}, headers=HTMX).status_code == 404


def test_a_suggestion_names_nothing_hidden(cast, anna, pair):
    closed = cast.conversation(cast.books)
    operations.suggest(pair[0], [closed.pk])

    assert anna.get(address(pair[0], "panels/suggestions/"), headers=HTMX).status_code == 204


def test_the_others_of_the_same_person(cast, anna, pair):
    source, _ = pair
    for number in range(6):
        cast.conversation(subject=f"Sprawa {number}", minutes_ago=100 + number)
    cast.conversation(cast.books, subject="Tajne")
    cast.conversation(sender=ADAM, subject="Faktura")
    panel = address(source, "panels/others/")
    first = anna.get(panel, headers=HTMX).context["others"]

    assert ([row.subject for row in first.rows], first.count) == (
        ["Paczka", "Sprawa 0", "Sprawa 1", "Sprawa 2", "Sprawa 3"], 7,
    )  # fmt: skip
    assert len(anna.get(f"{panel}?all", headers=HTMX).context["others"].rows) == 7
    alone = cast.conversation(sender=Party("email", "sam@klient.example"))
    assert anna.get(address(alone, "panels/others/"), headers=HTMX).status_code == 204


def test_files_are_listed_for_who_sees_files(cast, anna, pair):
    with_file = cast.conversation(files=(picture(),))

    listed = anna.get(address(with_file, "panels/files/"), headers=HTMX).context["files"]
    assert [file.name for file in listed] == ["ucho.png"]
    assert anna.get(address(pair[0], "panels/files/"), headers=HTMX).status_code == 204


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_does_not_wait_for_its_sections(cast, anna, pair, count, django_assert_max_num_queries):
    for number in range(count):
        cast.conversation(subject=f"Sprawa {number}")
    anna.get(address(pair[0], ""))
    with django_assert_max_num_queries(10):  # two of them are the session and its agent
        shown = page(anna.get(address(pair[0], "")))
    panels = [one.attributes["src"] for one in shown.every("ok-panel")]
    assert panels == [
        f"/contacts/{pair[0].contact_id}/panels/reach/",
        *(address(pair[0], f"panels/{name}/") for name in ("suggestions", "parts", "others")),
        f"/contacts/{pair[0].contact_id}/panels/notes/",
        address(pair[0], "panels/files/"),
    ]
