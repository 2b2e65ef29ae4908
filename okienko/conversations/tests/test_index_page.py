"""The list: what lies in which queue, for whom, in how many questions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from okienko.conversations import operations, queues
from okienko.conversations.models import Conversation
from okienko.conversations.tests.desk_cast import ZOFIA
from okienko.events.log import Actor
from okienko.inboxes.channel import Party
from okienko.ui.tests.pages import page

JAN = Party("email", "jan@klient.example", name="Jan Żak")


def subjects(response) -> list[str]:
    return [each.words for each in page(response).every(cls="conversation-row__subject")]


def test_strangers_are_sent_to_the_sign_in_page(client, db):
    response = client.get("/conversations/?queue=mine")
    assert (response.status_code, response["Location"]) == (
        302,
        "/account/sign-in/?next=/conversations/%3Fqueue%3Dmine",
    )


def test_each_queue_holds_its_own(cast, anna):
    actor = Actor.agent(cast.anna)
    cast.letter(subject="niczyja")
    operations.assign(cast.conversation(subject="moja", sender=JAN), cast.anna, actor=actor)
    operations.assign(cast.conversation(subject="Bartka"), cast.bartek, actor=actor)
    operations.resolve(cast.conversation(subject="załatwiona"), actor=actor)
    answered = cast.conversation(subject="odpisana")
    operations.reply(answered, text="Już jedzie.", agent=cast.anna)
    shown = {name: sorted(subjects(anna.get(f"/conversations/?queue={name}"))) for name in queues.QUEUES}
    assert shown == {
        "mine": ["moja"],
        "unassigned": ["niczyja"],
        "open": ["Bartka", "moja", "niczyja"],
        "waiting": ["odpisana"],
        "resolved": ["załatwiona"],
    }


def test_counts_are_of_what_needs_a_hand(cast, anna):
    cast.letter(subject="niczyja")
    operations.assign(cast.conversation(subject="moja"), cast.anna, actor=Actor.agent(cast.anna))
    assert anna.get("/conversations/").context["counts"] == {"mine": 1, "unassigned": 1, "open": 2}
    labels = [each.words for each in page(anna.get("/conversations/")).every(cls="queue")]
    assert labels == ["Moje 1", "Nieprzypisane 1", "Wszystkie otwarte 2", "Czekamy na klienta", "Załatwione"]


def test_counts_end_at_999(cast, anna, monkeypatch):
    monkeypatch.setattr(queues, "COUNTED", 2)
    for _ in range(3):
        cast.letter()
    assert queues.counts(cast.anna)["open"] == 2


def test_a_closed_inbox_is_seen_by_its_team_and_by_managers(cast, client):
    cast.letter(cast.books, subject="wypłaty")
    cast.letter(subject="paczka")
    seen = {}
    for agent in (cast.anna, cast.bartek, cast.celina):
        client.force_login(agent)
        response = client.get("/conversations/")
        seen[agent.name] = (sorted(subjects(response)), response.context["counts"]["open"])
    assert seen == {
        "Anna": (["paczka"], 1),
        "Bartek": (["paczka", "wypłaty"], 2),
        "Celina": (["paczka", "wypłaty"], 2),
    }


def test_a_row_says_who_what_and_how_long(cast, anna):
    conversation = cast.conversation(
        subject="Pęknięte filiżanki", text="Dwie są pęknięte. " * 20, minutes_ago=12
    )
    operations.tag(conversation, "reklamacja", actor=Actor.agent(cast.anna))
    row = page(anna.get("/conversations/")).one("a", id=f"open-{conversation.number}")
    assert row.attributes["href"] == f"/conversations/{conversation.number}/?queue=open"
    assert row.one(cls="conversation-row__name").words == "Zofia Gąsiorowska"
    assert row.one("time").words == "12 min"
    assert row.one(cls="conversation-row__facts").words == "czeka 12 min reklamacja"
    assert len(row.one(cls="conversation-row__preview").words) == 120


def test_unread_until_it_was_read(cast, anna):
    conversation = cast.conversation()
    rows = [page(anna.get("/conversations/")).every(cls="conversation-row--unread")]
    operations.mark_read(conversation, cast.anna, up_to=conversation.messages.get())
    rows.append(page(anna.get("/conversations/")).every(cls="conversation-row--unread"))
    cast.letter(subject=f"Re: [#{conversation.number}]")
    rows.append(page(anna.get("/conversations/")).every(cls="conversation-row--unread"))
    assert [len(each) for each in rows] == [1, 0, 1]


def test_older_ones_are_a_page_away_and_none_is_lost_or_twice(cast, anna, monkeypatch):
    monkeypatch.setattr(queues, "PAGE", 2)
    at = timezone.now() - timedelta(hours=1)
    for number in range(5):
        cast.letter(subject=f"nr {number}", received_at=at)  # the same moment: only the id tells them apart
    seen, address = [], "/conversations/?queue=open"
    for _ in range(3):
        response = anna.get(address)
        seen.append(subjects(response))
        more = page(response).every(id="rows-more")
        address = more[0].one("a").attributes["href"] if more else ""
    assert seen == [["nr 4", "nr 3"], ["nr 2", "nr 1"], ["nr 0"]]
    assert address == ""


@pytest.mark.parametrize(
    "cursor", ["x", "2026-1", "20261122000000000000-x", "20261122000000000000-" + "9" * 40, "-"]
)
def test_a_broken_cursor_begins_at_the_top(cast, anna, cursor):
    cast.letter()
    assert anna.get("/conversations/", {"after": cursor}).status_code == 200


def test_words_are_found_in_any_form_and_only_where_one_may_look(cast, anna):
    cast.letter(subject="Filiżanki", text="Dostałam pękniętą filiżankę.")
    cast.letter(subject="Kubek", text="Kubek jest cały.")
    cast.letter(cast.books, subject="Tajne", text="filiżanka dla zarządu")
    assert subjects(anna.get("/conversations/?q=filiżanek")) == ["Filiżanki"]
    assert subjects(anna.get("/conversations/?q=filizanka")) == ["Filiżanki"]
    assert subjects(anna.get("/conversations/?q=nosorożec")) == []


@pytest.mark.parametrize("written", ["#{}", "{}", " #{} "])
def test_a_number_leads_to_its_conversation(cast, anna, written):
    number = cast.conversation().number
    response = anna.get("/conversations/", {"q": written.format(number)})
    assert (response.status_code, response["Location"]) == (302, f"/conversations/{number}/")


def test_the_number_of_a_closed_conversation_leads_nowhere(cast, anna):
    number = cast.conversation(cast.books).number
    assert anna.get("/conversations/", {"q": f"#{number}"}).status_code == 200


def test_the_stream_gets_the_regions_alone(cast, anna):
    cast.letter()
    response = anna.get("/conversations/", headers={"HX-Request": "true"})
    regions = [each.attributes["id"] for each in page(response).pieces if not isinstance(each, str)]
    assert regions == ["queues", "list"]
    assert response["Vary"].split(", ")[:2] == ["HX-Request", "HX-Boosted"]
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_a_page_takes_nine_questions_whatever_its_length(cast, anna, rows, django_assert_num_queries):
    for number in range(rows):
        conversation = cast.conversation(sender=ZOFIA if number % 2 else JAN)
        operations.tag(conversation, f"tag {number % 5}", actor=Actor.agent(cast.anna))
        operations.assign(conversation, cast.bartek, actor=Actor.agent(cast.anna))
    with django_assert_num_queries(5):
        response = anna.get("/conversations/")
    assert len(subjects(response)) == rows == Conversation.objects.count()


def test_no_letter_is_loaded_whole(cast, anna, django_assert_num_queries):
    cast.letter(text="x" * 10_000, html="<p>y</p>")
    with django_assert_num_queries(5) as asked:
        anna.get("/conversations/")
    loaded = [
        each["sql"] for each in asked.captured_queries if '"conversations_message"."html"' in each["sql"]
    ]
    assert loaded == []


def test_empty_queues_say_something_kind(cast, anna):
    assert (
        page(anna.get("/conversations/?queue=mine")).one(id="no-rows").one("h3").words
        == "Nic na Ciebie nie czeka"
    )
    assert page(anna.get("/conversations/")).one(id="no-rows").one("h3").words == "Wszystko załatwione"


def test_only_reading(cast, anna):
    assert anna.post("/conversations/").status_code == 405
