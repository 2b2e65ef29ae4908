"""The audit log: what it says, to whom, how it is searched and taken along."""

from string import Formatter

import pytest

from okienko.accounts import audit
from okienko.accounts.operations import add_team
from okienko.accounts.operations.account import rename
from okienko.accounts.operations.tokens import make_token
from okienko.accounts.tests.audit_cast import day, event, happened, person
from okienko.events.log import Fact
from okienko.events.models import Event
from okienko.ui.tests.pages import page

PAGE = "/settings/audit/"


@pytest.fixture
def celina(db, client):
    agent = person("Celina", "owner")
    client.force_login(agent)
    return agent


def said(client, **asked) -> list[tuple[str, str]]:
    """(who, what) of each entry."""
    items = page(client.get(PAGE, asked)).every("li", cls="log__item")
    return [(item.one(cls="log__who").words, item.one(cls="log__what").words) for item in items]


def test_it_speaks_plainly(celina, client):
    anna = person("Anna")
    team = add_team(name="Zwroty")
    event("agent.role_given", celina, agent_id=anna.pk, old="agent", new="manager")
    event("team.joined", celina, team_id=team.pk, agent_id=anna.pk)
    event("agent.opened_original", anna, agent_id=anna.pk, conversation_id=42, message_id=7)
    event(
        "inbox.mailbox_changed",
        celina,
        inbox_id=99,
        change="changed",
        changed={"port": [465, 587], "password": [], "junk": [None, True]},
    )
    event("agent.session_ended", None, agent_id=anna.pk, device_id=1, why="expired")
    assert said(client) == [
        ("Okienko", "Przeglądarka – Anna: wylogowano po 90 dniach"),
        ("Celina", "Skrzynka usunięto (99): zmieniono port (SMTP): 465 → 587 folder ze spamem: – → tak hasło: zmieniono"),
        ("Anna", "Pobrano oryginał listu ze sprawy #10042"),
        ("Celina", "Dodano do zespołu „Zwroty”: Anna"),
        ("Celina", "Zmieniono rolę: Anna, Konsultant → Menedżer"),
    ]  # fmt: skip
    link = page(client.get(PAGE)).one("a", href="/conversations/10042/")
    assert link.words == "#10042"


def test_what_people_really_do_reads(celina, client):
    rename(celina, "Celina Wójcik")
    make_token(celina, name="Tajna nazwa", scopes=["audit.see"], days=30)
    assert said(client) == [
        ("Celina Wójcik", "Utworzono token API: Celina Wójcik Ważność: 30 dni Dziennik zmian"),
        ("Celina Wójcik", "Własne konto: inne imię lub nazwisko"),
    ]


def test_names_are_shown_as_text(celina, client):
    anna = person("<b>Anna</b> {kind}")
    event("agent.left", celina, agent_id=anna.pk)
    assert said(client) == [("Celina", "<b>Anna</b> {kind}: koniec pracy")]


def lines() -> list[audit.Line]:
    return [line for kind in audit.kinds() for line in kind.lines]


def test_sentences_name_what_their_facts_hold():
    wrong = [
        (line.fact.type, name)
        for line in lines()
        for name in [*line.fields(), *line.named]
        if name not in line.fact.__dataclass_fields__
    ]
    assert wrong == []


def test_translations_keep_the_placeholders():
    def names(text):
        return sorted(name for _text, name, _form, _how in Formatter().parse(text) if name)

    from django.utils import translation

    texts = {}
    for language in ("en", "pl"):
        with translation.override(language):
            texts[language] = [names(str(line.words)) for line in lines()]
    assert texts["en"] == texts["pl"]


MACHINES = {
    "contact.added", "conversation.opened", "conversation.message_received", "conversation.delivery_changed",
    "conversation.linked", "inbox.mailbox_stopped", "inbox.mailbox_runs_again", "sight.changed",
    # The other side of something that has its line.
    "conversation.joined_to", "conversation.separated_from", "contact.identity_came", "conversation.customer_changed",
}  # fmt: skip


def facts(base: type = Fact) -> set[str]:
    found = set()
    for child in base.__subclasses__():
        found |= facts(child)
        if child.__module__.startswith("okienko.") and ".tests." not in child.__module__:
            found.add(child.type)
    return found


def test_everything_people_do_can_be_read():
    assert {line.fact.type for line in lines()} == facts() - MACHINES


@pytest.mark.parametrize(
    ("role", "status"), [("agent", 403), ("lead", 403), ("manager", 200), ("owner", 200)]
)
def test_only_auditors_see_it(db, client, role, status):
    client.force_login(person("Ktoś", role))
    assert client.get(PAGE).status_code == status
    assert client.post(f"{PAGE}export/").status_code == status
    assert Event.objects.filter(type="agent.exported").count() == (status == 200)


def test_strangers_are_asked_to_sign_in(db, client):
    assert client.get(PAGE)["Location"] == f"/account/sign-in/?next={PAGE}"
    assert client.post(f"{PAGE}export/").status_code == 302


def test_saving_takes_a_form(celina, client):
    assert client.get(f"{PAGE}export/").status_code == 405
    assert client.post(PAGE).status_code == 405


@pytest.fixture
def history(celina):
    return happened(celina)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, "Otwarto Zmieniono Pobrano Załatwiono"),
        ({"since": day(100)}, "Otwarto Zmieniono Pobrano Załatwiono Załatwiono"),
        ({"until": day(15)}, "Załatwiono Załatwiono"),
        ({"since": day(10), "until": day(10)}, "Pobrano"),
        ({"since": day(9), "until": day(6)}, ""),
        ({"kind": "people"}, "Zmieniono"),
        ({"kind": "personal"}, "Pobrano"),
        ({"agent": "bartek"}, "Otwarto Załatwiono"),
        ({"agent": "bartek", "kind": "people"}, ""),
        ({"about": "#10002"}, "Pobrano Załatwiono"),
        ({"about": "10001", "since": day(100)}, "Otwarto Załatwiono"),
        ({"about": "ANNA@ziarno.example"}, "Zmieniono Pobrano"),
        ({"about": "anna"}, "Zmieniono Pobrano"),
    ],
)
def test_it_is_filtered(history, client, asked, found):
    if "agent" in asked:
        asked = asked | {"agent": history[asked["agent"]].pk}
    assert " ".join(what.split()[0] for _who, what in said(client, **asked)) == found


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"about": "nosorożec"}, "Nic się tak nie nazywa. Wpisz numer, np. #10042, albo całą nazwę."),
        ({"since": day(1), "until": day(2)}, "Ten dzień jest wcześniejszy niż pierwszy."),
        ({"since": "31.31.2026"}, "Wpisz poprawną datę."),
        ({"kind": "x"}, None),
        ({"agent": "999999"}, None),
    ],
)
def test_what_cannot_be_looked_for_is_said(history, client, asked, words):
    response = client.get(PAGE, asked)
    assert (response.status_code, said(client, **asked)) == (422, [])
    if words:
        assert page(response).one(cls="field__error").words == words


def test_pages_follow_each_other(celina, client):
    for number in range(audit.PAGE * 2 + 3):
        event("conversation.resolved", celina, conversation_id=number + 1)
    seen, address = [], PAGE
    while address:
        shown = page(client.get(address))
        seen += [item.attributes["id"] for item in shown.every("li", cls="log__item")]
        older = [a.attributes["href"] for a in shown.every("a", cls="button") if a.words == "Starsze"]
        address = older[0] if older else ""
        event("conversation.resolved", celina, conversation_id=7)  # what happens meanwhile moves nothing
    assert len(seen) == len(set(seen)) == audit.PAGE * 2 + 3


@pytest.mark.parametrize("count", [1, 40])
def test_many_cost_no_more_questions_than_one(celina, client, django_assert_num_queries, count):
    for number in range(count):
        anna = person(f"Anna{number}")
        event("conversation.assigned", anna, conversation_id=number + 1, agent_id=anna.pk, team_id=1)
        event("agent.role_given", celina, agent_id=anna.pk, old="agent", new=f"role/{number + 1}")
    client.get(PAGE)
    # Session, agent, first of the period, entries, agents, teams, roles, people to choose from.
    with django_assert_num_queries(8):
        client.get(PAGE)
