"""The audit log: what it says, to whom, how it is searched and taken along."""

import csv
import io
from datetime import timedelta
from string import Formatter

import pytest
from django.utils import timezone

from okienko.accounts import audit, audit_csv
from okienko.accounts.models import Agent
from okienko.accounts.operations import add_agent, add_team
from okienko.accounts.operations.account import rename
from okienko.accounts.operations.tokens import make_token
from okienko.events.log import Actor, Fact
from okienko.events.models import Event
from okienko.ui.tests.pages import page

PAGE = "/settings/audit/"


def person(name: str, role: str = "agent") -> Agent:
    return add_agent(email=f"{name.lower()}@ziarno.example", name=name, password=None, role=role)


@pytest.fixture
def celina(db, client):
    agent = person("Celina", "owner")
    client.force_login(agent)
    return agent


def event(type_: str, actor: Agent | None = None, days_ago: float = 0, **data) -> Event:
    """One that happened; the first of `data` is its subject."""
    name, pk = next(iter(data.items()))
    by = Actor.agent(actor) if actor else Actor.system()
    return Event.objects.create(
        type=type_, subject_type=name.removesuffix("_id"), subject_id=pk, actor_type=by.type, actor_id=by.id,
        data=data, happened_at=timezone.now() - timedelta(days=days_ago),
    )  # fmt: skip


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
    anna, bartek = person("Anna"), person("Bartek")
    event("conversation.resolved", anna, days_ago=40, conversation_id=1)
    event("conversation.resolved", bartek, days_ago=20, conversation_id=2)
    event(
        "agent.saved_file",
        anna,
        days_ago=10,
        agent_id=anna.pk,
        conversation_id=2,
        message_id=1,
        attachment_id=1,
    )
    event("agent.role_given", celina, days_ago=5, agent_id=anna.pk, old="agent", new="lead")
    event("conversation.reopened", bartek, days_ago=1, conversation_id=1)
    event("conversation.opened", None, conversation_id=3)
    return {"anna": anna, "bartek": bartek}


def day(days_ago: int) -> str:
    return str(timezone.localdate() - timedelta(days=days_ago))


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


def saved(client, **asked) -> list[list[str]]:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    response = client.post(f"{PAGE}export/?{query}")
    assert (
        response["Content-Disposition"] == f'attachment; filename="okienko-audit-{timezone.localdate()}.csv"'
    )
    text = response.content.decode("utf-8")
    assert text[0] == "\ufeff"
    return list(csv.reader(io.StringIO(text[1:]), delimiter=";"))


def test_a_file_holds_what_the_filters_find(history, client):
    head, *rows = saved(client, kind="conversations", since=day(100))
    assert head == ["Numer", "Czas", "Kto", "Rodzaj", "Co", "Szczegóły"]
    assert [(row[2], row[3], row[4]) for row in rows] == [
        ("Bartek", "Rozmowy", "Otwarto ponownie sprawę #10001"),
        ("Bartek", "Rozmowy", "Załatwiono sprawę #10002"),
        ("Anna", "Rozmowy", "Załatwiono sprawę #10001"),
    ]
    assert rows[0][1] == timezone.localtime(Event.objects.get(pk=rows[0][0]).happened_at).isoformat(
        sep=" ", timespec="seconds"
    )
    exported = Event.objects.get(type="agent.exported")
    assert (exported.data["what"], exported.data["rows"]) == ("audit", 3)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ('=HYPERLINK("http://evil.example")', '\'=HYPERLINK("http://evil.example")'),
        ("+48 600", "'+48 600"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\t=1", "'\t=1"),
        ('Anna; "x"\n=1', 'Anna; "x"\n=1'),
        ("Anna", "Anna"),
    ],
)
def test_no_name_becomes_a_formula(celina, client, name, cell):
    event("conversation.resolved", person("X"), conversation_id=1)
    Agent.objects.filter(name="X").update(name=name)
    assert saved(client)[1][2] == cell


def test_a_long_file_is_read_in_steps(celina, client, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(audit_csv, "STEP", 4)
    for number in range(10):
        event("conversation.resolved", celina, conversation_id=number + 1)
    assert [row[4] for row in saved(client)[1:]] == [
        f"Załatwiono sprawę #{10000 + n}" for n in range(10, 0, -1)
    ]


def test_too_much_for_one_file_is_said_and_not_cut(celina, client, monkeypatch):
    monkeypatch.setattr(audit_csv, "MOST", 2)
    for number in range(3):
        event("conversation.resolved", celina, conversation_id=number + 1)
    response = client.post(f"{PAGE}export/")
    assert response.status_code == 422
    assert page(response).one(role="alert").words == (
        "Wpisów jest ponad 2. Wybierz krótszy okres i zapisz kilka plików."
    )
    assert Event.objects.filter(type="agent.exported").count() == 0
