"""The audit log as a file: what the filters find, whole or not at all, and harmless."""

import csv
import io

import pytest
from django.utils import timezone

from okienko.accounts import audit_csv
from okienko.accounts.models import Agent
from okienko.accounts.tests.audit_cast import day, event, happened, person
from okienko.events.models import Event
from okienko.ui.tests.pages import page

PAGE = "/settings/audit/"


@pytest.fixture
def celina(db, client):
    agent = person("Celina", "owner")
    client.force_login(agent)
    return agent


@pytest.fixture
def history(celina):
    return happened(celina)


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
