"""Who is offered while one types, what is told of them, and who may begin anything at all."""

import pytest

from okienko.accounts.models import Role
from okienko.accounts.operations import add_agent
from okienko.contacts.models import Identity
from okienko.conversations import operations, people
from okienko.conversations.models import Conversation, Message
from okienko.conversations.tests.beginnings import CALL, NEW, call, faults, letter, with_servers
from okienko.conversations.tests.desk_cast import ZOFIA
from okienko.events.log import Actor
from okienko.inboxes.channel import Party
from okienko.ui.tests.pages import page


@pytest.fixture(autouse=True)
def servers(cast):
    with_servers(cast)


@pytest.fixture
def olek(cast, client):
    """A browser of Olek's, who works and sees no personal data."""
    role = Role.objects.create(name="Pakownia", words=["conversations.read", "conversations.work"])
    agent = add_agent(email="olek@ziarno.example", name="Olek", password=None)
    agent.custom_role = role
    agent.save()
    client.force_login(agent)
    return client


@pytest.fixture
def zofia(cast):
    return cast.letter().sender


def found(browser, words: str, purpose: str = "mail") -> list[tuple[str, str]]:
    """(key, words) of what is offered."""
    answer = browser.get("/conversations/people/", {"q": words, "purpose": purpose})
    return [(each.attributes["data-key"], each.words) for each in page(answer).every(role="option")]


@pytest.mark.parametrize(
    "words", ["zof", "ZOFIA", "gąs", "gasiorowska z", "zofia@klient", "klient.exam", "zofia gasior"]
)
def test_known_customers_are_found_by_beginnings_of_words(anna, zofia, words):
    assert found(anna, words) == [(f"identity:{zofia.pk}", "Zofia Gąsiorowska zofia@klient.example")]


@pytest.mark.parametrize("words", ["", " ", "ofia", "zofia nowak", "%", '"'])
def test_others_are_not(anna, zofia, words):
    assert found(anna, words) == []


def test_for_a_talk_there_are_numbers_and_people_without_any(anna, cast, zofia):
    other = operations.log_talk(
        kind="call",
        direction="in",
        minutes=1,
        text="x",
        agent=cast.anna,
        party=Party("phone", "501502503", name="Zofia Kos"),
    ).sender
    nameless = operations.log_talk(
        kind="visit", direction="in", minutes=1, text="x", agent=cast.anna, name="Zofia"
    )
    assert found(anna, "zofia", "talk") == [
        (f"contact:{nameless.conversation.contact_id}", "Zofia"),
        (f"identity:{other.pk}", "Zofia Kos +48 501 502 503"),
        (f"contact:{zofia.contact_id}", "Zofia Gąsiorowska zofia@klient.example"),
    ]
    assert found(anna, "zofia", "mail") == [
        (f"identity:{zofia.pk}", "Zofia Gąsiorowska zofia@klient.example")
    ]
    assert found(anna, "501 502", "talk") == [(f"identity:{other.pk}", "Zofia Kos +48 501 502 503")]


def test_the_address_that_was_chosen_comes_first(anna, zofia):
    more = Identity.objects.create(
        contact=zofia.contact, kind="email", value="z@dom.example", is_primary=True
    )
    assert [key for key, _ in found(anna, "zof")] == [f"identity:{more.pk}", f"identity:{zofia.pk}"]


def test_so_many_and_no_more(anna, cast):
    for number in range(12):
        cast.letter(sender=Party("email", f"a{number}@klient.example", name=f"Zofia {number}"))
    assert len(found(anna, "zofia")) == people.OFFERED


def test_nobody_whom_one_may_not_know_is_offered(client, cast):
    cast.letter(cast.books, sender=Party("email", "kadry@biuro.example", name="Kadry"))
    seen = {}
    for agent in (cast.anna, cast.bartek):
        client.force_login(agent)
        seen[agent.name] = len(found(client, "kadry"))
    assert seen == {"Anna": 0, "Bartek": 1}


# Those who see no personal data


def test_they_choose_by_name_and_see_no_address(olek, cast, zofia):
    Identity.objects.create(contact=zofia.contact, kind="email", value="z@dom.example")
    cast.letter(sender=Party("email", "jan@kos.example", name="zofia@klient.example"))
    cast.letter(sender=Party("email", "zofia.bez.nazwiska@klient.example"))
    assert found(olek, "zof") == [(f"identity:{zofia.pk}", "Zofia Gąsiorowska")]
    assert [found(olek, words) for words in ("zofia@klient", "klient", "dom")] == [[], [], []]


def test_they_write_to_whom_they_chose(olek, cast, zofia):
    shown = olek.get(f"{NEW}?to={zofia.pk}")
    assert "zofia@klient" not in shown.content.decode()
    assert "sklep@ziarno" not in shown.content.decode()
    assert page(shown).every(cls="people__chosen")[0].words == "Zofia Gąsiorowska"
    olek.post(NEW, letter(cast, to="", to_person=f"identity:{zofia.pk}"))
    message = Message.objects.latest("pk")
    assert [one.identity for one in message.recipients.all()] == [zofia]


def test_no_address_is_told_to_be_somebody_s(olek, cast, zofia):
    asked = {"to": "zofia@klient.example", "kind": "mail"}
    assert "Zofia" not in olek.get("/conversations/new/matters/", asked).content.decode()
    olek.force_login(cast.anna)
    assert "Zofia" in olek.get("/conversations/new/matters/", asked).content.decode()


# What is open with them already


def told(browser, **asked) -> list[str]:
    return [
        each.words for each in page(browser.get("/conversations/new/matters/", asked)).every(cls="notice")
    ]


def test_open_matters_are_told_and_hold_nothing_up(anna, cast, zofia):
    first, second, done = Conversation.objects.get(), cast.conversation(), cast.conversation()
    operations.resolve(done, actor=Actor.system())
    words = [
        f"Zofia Gąsiorowska ma otwartą sprawę #{one.number}: Gdzie jest moja paczka? Napisz tam"
        for one in (second, first)
    ]
    asked = {"kind": "mail", "to_person": f"identity:{zofia.pk}"}
    assert told(anna, **asked) == words
    assert told(anna, kind="mail", to="ktoś@x.example, Zofia <ZOFIA@klient.example>") == words
    shown = page(anna.get(f"{NEW}?to={zofia.pk}"))
    assert [each.words for each in shown.one(id="start-matters").every(cls="notice")] == words
    assert anna.post(NEW, letter(cast, to=ZOFIA.value)).status_code == 303


def test_a_call_leads_to_writing_it_down_there(anna, cast, zofia):
    Identity.objects.create(contact=zofia.contact, kind="phone", value="+48501502503")
    answer = anna.get("/conversations/new/matters/", {"kind": "call", "who": "501 502 503"})
    link = page(answer).one(cls="notice").one("a")
    number = Conversation.objects.get().number
    assert (link.words, link.attributes["href"]) == ("Zapisz tam", f"{CALL}&conversation={number}")


def test_matters_out_of_sight_are_not_told(client, cast, zofia):
    hidden = cast.conversation(cast.books)
    asked = {"kind": "mail", "to_person": f"identity:{zofia.pk}"}
    seen = {}
    for agent in (cast.anna, cast.bartek):
        client.force_login(agent)
        seen[agent.name] = f"#{hidden.number}" in " ".join(told(client, **asked))
    assert seen == {"Anna": False, "Bartek": True}


def test_the_mailbox_they_know_is_chosen_unless_one_has_chosen(anna, cast, zofia):
    asked = {"kind": "mail", "to_person": f"identity:{zofia.pk}", "inbox": cast.books.pk}
    answers = [
        anna.get("/conversations/new/matters/", asked | {"suggested": pk}) for pk in (cast.books.pk, 99)
    ]
    assert [len(page(answer).every(id="start-mailbox")) for answer in answers] == [1, 0]
    swapped = page(answers[0]).one(id="start-mailbox").attributes
    assert swapped["hx-swap-oob"] == "true"


# Who may


def test_who_only_reads_begins_nothing(client, cast):
    role = Role.objects.create(name="Czyta", words=["conversations.read", "personal.see"])
    cast.anna.custom_role = role
    cast.anna.save()
    client.force_login(cast.anna)
    conversation = cast.conversation()
    paths = [NEW, CALL, "/conversations/people/?q=zof", "/conversations/new/matters/"]
    assert [client.get(path).status_code for path in paths] == [403] * 4
    talks = f"/conversations/{conversation.number}/talks/"
    assert [client.post(NEW, letter(cast)).status_code, client.post(talks, call()).status_code] == [403, 403]


@pytest.mark.parametrize("named", ["to", "contact", "conversation"])
def test_links_to_what_one_may_not_see_lead_nowhere(client, cast, named):
    secret = cast.letter(cast.books, sender=Party("email", "kadry@biuro.example", name="Kadry"))
    key = {
        "to": secret.sender_id,
        "contact": secret.sender.contact_id,
        "conversation": secret.conversation.number,
    }[named]
    found = {}
    for agent in (cast.anna, cast.bartek):
        client.force_login(agent)
        found[agent.name] = client.get(f"{CALL}&{named}={key}").status_code
    assert found == {"Anna": 404, "Bartek": 200}
    assert client.get(f"{CALL}&{named}=x").status_code == 404


def test_a_chosen_key_out_of_sight_is_nobody(anna, cast):
    secret = cast.letter(cast.books, sender=Party("email", "kadry@biuro.example"))
    said = faults(anna.post(NEW, letter(cast, to="", to_person=f"identity:{secret.sender_id}")))
    assert said == ["Do kogo ma trafić list? Wybierz klienta albo wpisz adres."]
