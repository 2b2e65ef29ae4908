"""The list: what lies in which queue, for whom, in how many questions."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okienko.conversations import operations
from okienko.conversations.models import Conversation, Mention
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


@pytest.mark.parametrize(
    "cursor", ["x", "2026-1", "20261122000000000000-x", "20261122000000000000-" + "9" * 40, "-"]
)
def test_a_broken_cursor_begins_at_the_top(cast, anna, cursor):
    cast.letter()
    assert anna.get("/conversations/", {"after": cursor}).status_code == 200


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
    assert regions == ["queues", "list-head", "rows", "list-rest", "bulk-hands"]
    assert response["Vary"].split(", ")[:2] == ["HX-Request", "HX-Boosted"]
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("rows", [1, 3, 50])
@pytest.mark.parametrize("address", ["", "?queue=resolved", "?queue=mentions", "?q=paczka", "?sort=waiting"])
def test_a_page_takes_eight_questions_whatever_its_length(
    cast, anna, rows, address, django_assert_num_queries
):
    for number in range(rows):
        conversation = cast.conversation(sender=ZOFIA if number % 2 else JAN)
        operations.tag(conversation, f"tag {number % 5}", actor=Actor.agent(cast.anna))
        operations.assign(conversation, cast.bartek, actor=Actor.agent(cast.anna))
        note = operations.note(conversation, text="@Anna", agent=cast.bartek)
        Mention.objects.get_or_create(conversation=conversation, message=note, agent=cast.anna)
        operations.reply(conversation, text="Jutro.", agent=cast.bartek)
        cast.letter(
            subject=f"Re: [#{conversation.number}]", sender=ZOFIA if number % 2 else JAN, minutes_ago=-1
        )
        if "resolved" in address:
            operations.resolve(conversation, actor=Actor.agent(cast.anna))
    # session, agent, places, rows, tags, failed deliveries, counts; a search: the letters, and how many
    with django_assert_num_queries(9 if "q=" in address else 7):
        response = anna.get(f"/conversations/{address}")
    assert len(subjects(response)) == rows == Conversation.objects.count()


def test_no_letter_is_loaded_whole(cast, anna):
    cast.letter(text="x" * 10_000, html="<p>y</p>")
    with CaptureQueriesContext(connection) as asked:
        anna.get("/conversations/")
    loaded = [
        each["sql"] for each in asked.captured_queries if '"conversations_message"."html"' in each["sql"]
    ]
    assert (len(asked), loaded) == (6, [])  # nothing was sent, nothing can have failed


def test_only_reading(cast, anna):
    assert anna.post("/conversations/").status_code == 405
