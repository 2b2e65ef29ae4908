"""What a row of the list says, and to whom."""

import pytest

from okienko.accounts.models import Agent, Role
from okienko.conversations import operations
from okienko.conversations.models import Conversation, Delivery
from okienko.conversations.tests.desk_cast import ZOFIA
from okienko.events.log import Actor
from okienko.inboxes.operations import add_inbox
from okienko.ui.tests.pages import page


@pytest.fixture
def actor(cast):
    return Actor.agent(cast.celina)


def row_of(browser, conversation, address: str = ""):
    return page(browser.get(f"/conversations/{address}")).one("a", id=f"open-{conversation.number}")


def facts(browser, conversation, address: str = "") -> list[str]:
    inside = row_of(browser, conversation, address).one(cls="conversation-row__facts").every()
    return [each.words for each in inside if "icon" not in each.attributes["class"].split()]


def test_who_what_and_how_long(cast, anna, actor):
    conversation = cast.conversation(
        subject="Pęknięte filiżanki", text="Dwie są pęknięte. " * 20, minutes_ago=12
    )
    operations.tag(conversation, "reklamacja", actor=actor)
    row = row_of(anna, conversation)
    assert row.attributes["href"] == f"/conversations/{conversation.number}/?queue=open"
    assert row.attributes["data-conversation"] == str(conversation.pk)
    assert row.one(cls="conversation-row__name").words == "Zofia Gąsiorowska"
    assert row.one("time").words == "12 min"
    assert row.one("time").attributes["title"] != ""
    assert row.one(cls="conversation-row__facts").words == "czeka 12 min reklamacja"
    assert len(row.one(cls="conversation-row__words").words) == 120
    assert "hidden" in row.one(cls="conversation-row__typing").attributes


def test_the_channel_is_that_of_the_last_word_and_has_a_name(cast, anna):
    conversation = cast.conversation()
    other = add_inbox(brand=cast.shop.brand, name="Hurt", kind="email", address="hurt@ziarno.example")
    counter = add_inbox(brand=cast.shop.brand, name="Lada", kind="store", address="lada")
    said = []
    for inbox in (cast.shop, other, counter, None):
        conversation.messages.update(inbox=inbox)
        mark = row_of(anna, conversation).one(cls="conversation-row__time").one("span")
        said.append((mark.attributes["class"], mark.attributes["aria-label"]))
    assert said == [
        ("icon icon--mail", "Sklep"),
        ("icon icon--mail", "Hurt"),
        ("icon icon--store", "Lada"),
        ("icon icon--mail", "Sklep"),  # a note has come by nothing: where it all began
    ]


def test_whose_the_last_words_are(cast, anna):
    conversation = cast.conversation(text="Kiedy?")
    said = [row_of(anna, conversation).one(cls="conversation-row__words").words]
    operations.note(conversation, text="Sprawdzam.", agent=cast.anna)
    said.append(row_of(anna, conversation).one(cls="conversation-row__words").words)
    operations.reply(conversation, text="Jutro.", agent=cast.anna)
    words = row_of(anna, conversation, "?queue=waiting").one(cls="conversation-row__words")
    assert [*said, words.words] == ["Kiedy?", "Notatka: Sprawdzam.", "Jutro."]
    assert words.one(cls="icon--reply").attributes["aria-label"] == "nasza odpowiedź:"


def test_how_many_letters_are_unread_by_this_agent(cast, anna, client):
    conversation = cast.conversation()
    again = {"subject": f"Re: [#{conversation.number}]"}

    def badge() -> list:
        return [
            (each.words, each.attributes["aria-label"])
            for each in row_of(anna, conversation).every(cls="badge")
        ]

    seen = [badge()]
    operations.mark_read(conversation, cast.anna, up_to=conversation.messages.get())
    seen.append(badge())
    for minutes in (4, 3):
        cast.letter(**again, minutes_ago=minutes)
    seen.append(badge())
    for _ in range(9):
        cast.letter(**again)
    seen.append(badge())
    assert seen == [
        [("1", "1 nieprzeczytana")],
        [],
        [("2", "2 nieprzeczytane")],
        [("9+", "9+ nieprzeczytanych")],
    ]
    client.force_login(cast.bartek)  # who has read nothing
    assert row_of(client, conversation).one(cls="badge").words == "9+"


def test_what_a_colleague_has_answered_is_nobody_s_unread(cast, anna):
    conversation = cast.conversation()
    operations.reply(conversation, text="Jutro.", agent=cast.bartek)
    row = row_of(anna, conversation, "?queue=waiting")
    assert (row.attributes["class"], row.every(cls="badge")) == ("conversation-row", [])


def test_the_state_is_told_where_it_does_not_go_without_saying(cast, anna, actor):
    conversation = cast.conversation()
    operations.resolve(conversation, actor=actor)
    assert facts(anna, conversation, "?queue=resolved") == []
    assert facts(anna, conversation, "?q=paczka") == ["Załatwione"]
    assert row_of(anna, conversation, "?q=paczka").attributes["class"] == (
        "conversation-row conversation-row--unread conversation-row--done"
    )


def test_two_tags_and_how_many_more(cast, anna, actor):
    conversation = cast.conversation(minutes_ago=3)
    for name in ("a", "b", "c", "d"):
        operations.tag(conversation, name, actor=actor)
    assert facts(anna, conversation) == ["czeka 3 min", "a", "b", "+2"]
    assert row_of(anna, conversation).every(title="c, d") != []


def test_whose_it_is_except_where_all_are_one_s_own(cast, anna, actor):
    conversation = cast.conversation(minutes_ago=3)
    operations.assign(conversation, cast.anna, actor=actor)
    assert facts(anna, conversation) == ["czeka 3 min", "A"]
    assert facts(anna, conversation, "?queue=mine") == ["czeka 3 min"]


@pytest.mark.parametrize(
    ("state", "said"),
    [("failed", ["nie dotarło"]), ("bounced", ["nie dotarło"]), ("sent", []), ("queued", [])],
)
def test_an_answer_that_did_not_arrive_is_marked_also_behind_a_note(cast, anna, state, said):
    conversation = cast.conversation()
    operations.reply(conversation, text="Jutro.", agent=cast.anna)
    Delivery.objects.update(state=state)
    operations.note(conversation, text="Czy doszło?", agent=cast.anna)
    assert facts(anna, conversation, "?queue=waiting") == said


def test_an_answer_that_arrived_later_makes_good(cast, anna):
    conversation = cast.conversation()
    operations.reply(conversation, text="Jutro.", agent=cast.anna)
    Delivery.objects.update(state="failed")
    operations.reply(conversation, text="Jutro, na pewno.", agent=cast.anna)
    assert facts(anna, conversation, "?queue=waiting") == []


def test_who_sees_no_addresses_sees_none_in_rows(cast, client):
    conversation = cast.conversation(text="Proszę pisać na zofia.prywatna@klient.example, dziękuję.")
    Conversation.objects.update(subject="od zofia@klient.example")
    client.force_login(cast.anna)
    before = row_of(client, conversation).words
    Agent.objects.filter(pk=cast.anna.pk).update(
        custom_role=Role.objects.create(name="M", words=["conversations.read"])
    )
    after = row_of(client, conversation).words
    assert ("zofia" in before.lower().replace("zofia gąsiorowska", ""), "@klient" in before) == (True, True)
    assert "@" not in after


def test_who_only_reads_selects_nothing(cast, anna, client):
    cast.letter(sender=ZOFIA)
    assert len(page(anna.get("/conversations/")).every(cls="conversation-pick")) == 1
    Agent.objects.filter(pk=cast.anna.pk).update(
        custom_role=Role.objects.create(name="M", words=["conversations.read"])
    )
    response = client.get("/conversations/")
    assert (page(response).every(cls="conversation-pick"), page(response).every(id="bulk")) == ([], [])
    assert len(page(response).every(cls="conversation-row")) == 1
