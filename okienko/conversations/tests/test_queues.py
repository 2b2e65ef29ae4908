"""What lies in which queue, and how many need a hand."""

import pytest

from okienko.accounts.models import Agent, Role
from okienko.accounts.operations import add_team
from okienko.conversations import operations, queues
from okienko.conversations.models import Mention
from okienko.conversations.queues import counting
from okienko.conversations.tests.desk_cast import ZOFIA
from okienko.events.log import Actor
from okienko.inboxes.channel import Party
from okienko.inboxes.operations import add_inbox
from okienko.ui.tests.pages import page

JAN = Party("email", "jan@klient.example", name="Jan Żak")


def subjects(response) -> list[str]:
    return [each.words for each in page(response).every(cls="conversation-row__subject")]


def shown(browser, address: str) -> list[str]:
    return sorted(subjects(browser.get(f"/conversations/?queue={address}")))


def mention(conversation, agent, by):
    note = operations.note(conversation, text=f"@{agent.name}", agent=by)
    Mention.objects.get_or_create(conversation=conversation, message=note, agent=agent)
    return note


@pytest.fixture
def actor(cast):
    return Actor.agent(cast.celina)


def test_each_queue_holds_its_own(cast, anna, actor):
    cast.letter(subject="niczyja")
    operations.assign(cast.conversation(subject="moja", sender=JAN), cast.anna, actor=actor)
    reopened = cast.conversation(subject="moja, nikt nie czeka")
    operations.assign(reopened, cast.anna, actor=actor)
    operations.resolve(reopened, actor=actor)
    operations.reopen(reopened, actor=actor)
    operations.assign(cast.conversation(subject="Bartka"), cast.bartek, actor=actor)
    operations.resolve(cast.conversation(subject="załatwiona"), actor=actor)
    operations.reply(cast.conversation(subject="odpisana"), text="Już jedzie.", agent=cast.bartek)
    operations.mark_spam(cast.conversation(subject="wygrana"), actor=actor)
    operations.trash(cast.conversation(subject="pomyłka"), actor=actor)
    assert {name: shown(anna, name) for name in queues.QUEUES} == {
        "mine": ["moja", "moja, nikt nie czeka"],
        "for-me": ["moja"],
        "unassigned": ["niczyja"],
        "mentions": [],
        "open": ["Bartka", "moja", "moja, nikt nie czeka", "niczyja"],
        "waiting": ["odpisana"],
        "resolved": ["załatwiona"],
        "spam": ["wygrana"],
        "trash": ["pomyłka"],
    }


def test_a_queue_of_one_s_own_has_other_states_to_choose(cast, anna, actor):
    for name, act in {"czeka": None, "odpisana": operations.reply, "gotowa": operations.resolve}.items():
        conversation = cast.conversation(subject=name)
        operations.assign(conversation, cast.anna, actor=actor)
        if act is operations.reply:
            act(conversation, text="Jutro.", agent=cast.anna)
        elif act:
            act(conversation, actor=actor)
    found = {
        status: shown(anna, f"mine&status={status}") for status in ("", "open", "waiting", "resolved", "spam")
    }
    assert found == {
        "": ["czeka"],
        "open": ["czeka"],
        "waiting": ["odpisana"],
        "resolved": ["gotowa"],
        "spam": ["czeka"],
    }
    head = page(anna.get("/conversations/?queue=mine&status=waiting")).one(id="list-head")
    assert head.one(id="list-total").words == "1 czeka"
    chosen = {
        each.words: each.attributes["aria-checked"] for each in head.one(id="list-status-menu").every("a")
    }
    assert chosen == {"otwarte": "false", "czekające na klienta": "true", "załatwione": "false"}
    assert page(anna.get("/conversations/?queue=open")).every(id="list-status-menu") == []


def test_mentions_wait_until_the_note_has_been_read(cast, anna, actor):
    first, other = cast.conversation(subject="pierwsza"), cast.conversation(subject="druga")
    note, _ = mention(first, cast.anna, cast.bartek), mention(other, cast.anna, cast.bartek)
    mention(first, cast.anna, cast.bartek)
    mention(cast.conversation(subject="nie o mnie"), cast.bartek, cast.celina)
    counted = [queues.counts(cast.anna)["mentions"]]
    operations.mark_read(first, cast.anna, up_to=note)  # the second note in it is still to be read
    counted.append(queues.counts(cast.anna)["mentions"])
    operations.mark_read(first, cast.anna, up_to=first.messages.last())
    counted.append(queues.counts(cast.anna)["mentions"])
    assert counted == [2, 2, 1]
    assert shown(anna, "mentions") == ["druga", "pierwsza"]
    operations.trash(other, actor=actor)
    assert (shown(anna, "mentions"), queues.counts(cast.anna)["mentions"]) == (["pierwsza"], 0)
    link = page(anna.get("/conversations/")).one(id="queue-mentions")
    assert link.attributes["class"] == "queue"


def test_an_unread_mention_stands_out(cast, anna):
    mention(cast.conversation(), cast.anna, cast.bartek)
    link = page(anna.get("/conversations/")).one(id="queue-mentions")
    assert (link.attributes["class"], link.words) == ("queue queue--unread", "Wzmianki 1")


def names(response, group: str) -> list[str]:
    """The queues below a title, with their counts."""
    found, inside = [], False
    for each in page(response).one(id="queues").every():
        if each.tag in {"h2", "hr"}:
            inside = each.words == group
        elif inside and each.tag == "a":
            found.append(each.words)
    return found


def test_a_queue_for_each_team_of_the_agent(cast, anna, actor):
    team, other = add_team(name="Reklamacje", members=[cast.anna]), add_team(name="Hurt")
    for name, where in {"pęknięta": team, "paleta": other}.items():
        operations.assign_team(cast.conversation(subject=name), where, actor=actor)
    operations.resolve(cast.conversation(subject="dawna"), actor=actor)
    response = anna.get(f"/conversations/?queue=team-{team.pk}")
    assert (names(response, "Zespoły"), subjects(response)) == (["Reklamacje 1"], ["pęknięta"])
    assert response.context["counts"][f"team-{team.pk}"] == 1
    assert page(response).one(id="list-title").words == "Reklamacje"
    # Another one's is as if it were not there: the queue everybody begins with.
    assert (
        page(anna.get(f"/conversations/?queue=team-{other.pk}")).one(id="list-title").words
        == "Wszystkie otwarte"
    )


def test_owners_have_the_queues_of_all_teams(cast, client):
    add_team(name="Hurt")
    client.force_login(cast.celina)
    assert names(client.get("/conversations/"), "Zespoły") == ["Hurt", "Księgowość"]


def test_a_queue_for_each_inbox_one_may_see_where_there_are_several(cast, anna, client, actor):
    before = names(anna.get("/conversations/"), "Kanały")
    wholesale = add_inbox(brand=cast.shop.brand, name="Hurt", kind="email", address="hurt@ziarno.example")
    cast.letter(wholesale, subject="paleta")
    cast.letter(subject="paczka")
    response = anna.get(f"/conversations/?queue=inbox-{wholesale.pk}")
    assert (before, names(response, "Kanały"), subjects(response)) == ([], ["Hurt 1", "Sklep 1"], ["paleta"])
    hidden = anna.get(f"/conversations/?queue=inbox-{cast.books.pk}")
    assert page(hidden).one(id="list-title").words == "Wszystkie otwarte"
    client.force_login(cast.celina)
    assert names(client.get("/conversations/"), "Kanały") == ["Hurt 1", "Księgowość", "Sklep 1"]


def test_many_inboxes_are_folded(cast, anna):
    for number in range(9):
        add_inbox(
            brand=cast.shop.brand, name=f"Adres {number}", kind="email", address=f"a{number}@ziarno.example"
        )
    folded = page(anna.get("/conversations/")).one("details", id="queues-inboxes-more")
    assert [each.words for each in folded.every("a")] == ["Adres 8", "Sklep"]


def test_counts_are_of_what_needs_a_hand(cast, anna):
    cast.letter(subject="niczyja")
    operations.assign(cast.conversation(subject="moja"), cast.anna, actor=Actor.agent(cast.anna))
    response = anna.get("/conversations/")
    assert response.context["counts"] == {"mine": 1, "for-me": 1, "unassigned": 1, "mentions": 0, "open": 2}
    labels = [each.words for each in page(response).every(cls="queue")]
    assert labels == [
        "Moje 1",
        "Czekają na mnie 1",
        "Nieprzypisane 1",
        "Wzmianki",
        "Wszystkie otwarte 2",
        "Czekamy na klienta",
        "Załatwione",
        "Spam",
        "Kosz",
    ]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("queue=open", "3"),
        ("queue=unassigned", "3 otwarte"),
        ("queue=mine", "0 otwartych"),
        ("queue=resolved", "1"),
        ("queue=unassigned&status=resolved", "1 załatwiona"),
        ("queue=spam", "2"),
        ("queue=mentions", "0"),
        ("q=paczka", "6 wyników"),
    ],
)
def test_the_head_says_how_many(cast, anna, actor, address, words):
    made = [cast.conversation() for _ in range(6)]
    operations.resolve(made[0], actor=actor)
    for spam in made[1:3]:
        operations.mark_spam(spam, actor=actor)
    response = anna.get(f"/conversations/?{address}")
    assert page(response).one(id="list-total").words == words


def test_the_title_of_the_page_counts(cast, anna, actor):
    titles = [page(anna.get("/conversations/?queue=mine")).one("title").words]
    operations.assign(cast.conversation(), cast.anna, actor=actor)
    titles += [
        page(anna.get(f"/conversations/?queue={name}")).one("title").words for name in ("mine", "resolved")
    ]
    assert titles == ["Moje · Okienko", "(1) Moje · Okienko", "Załatwione · Okienko"]


def test_counts_end_at_999(cast, monkeypatch):
    monkeypatch.setattr(counting, "COUNTED", 2)
    for _ in range(3):
        cast.letter()
    assert queues.counts(cast.anna)["open"] == 2


def test_nothing_is_counted_for_who_reads_nothing(cast, client):
    cast.letter(sender=ZOFIA)
    clerk = Role.objects.create(name="Biuro", words=["inboxes.manage"])
    Agent.objects.filter(pk=cast.anna.pk).update(custom_role=clerk)
    client.force_login(Agent.objects.get(pk=cast.anna.pk))
    response = client.get("/conversations/")
    assert set(response.context["counts"].values()) == {0}
    assert page(response).every(cls="queue") == []
    assert page(response).one(id="no-rows").one("h3").words == "Twoja rola nie obejmuje spraw"
