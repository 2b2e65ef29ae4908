"""Bringing in old letters: which ones, how far it is, pausing and stopping."""

from datetime import date

import pytest
from django.utils import timezone

from okienko.events.log import Actor
from okienko.inboxes import operations
from okienko.inboxes.models import Folder, Import
from okienko.inboxes.source import FolderName, Purpose
from okienko.inboxes.tests import owners
from okienko.inboxes.tests.owners import at, faults
from okienko.ui.tests.pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def celina():
    return owners.browser("Celina", "owner")


@pytest.fixture
def mailbox():
    mailbox = owners.connected()
    Folder.objects.create(mailbox=mailbox, name="INBOX", purpose="inbox", validity="1")
    return mailbox


def wanted(**more) -> dict:
    return {"folder": "inbox:INBOX", "since": "2025-05-01", "until": "2025-05-31", **more}


def brought(mailbox, state=Import.State.RUNNING, **fields) -> Import:
    folder, _ = Folder.objects.get_or_create(mailbox=mailbox, name="INBOX")
    return Import.objects.create(mailbox=mailbox, folder=folder, state=state, **fields)


def test_who_may(client, mailbox):
    assert client.post(at(mailbox, "imports/"), wanted())["Location"].startswith("/account/sign-in/")
    manager = owners.browser("Anna", "manager")
    running = brought(mailbox)
    answers = [
        manager.get(at(mailbox, "imports/")),
        manager.post(at(mailbox, "imports/"), wanted()),
        manager.post(at(mailbox, f"imports/{running.pk}/"), {"state": "stopped"}),
    ]
    assert ([each.status_code for each in answers], Import.objects.get().state) == ([403] * 3, "running")


def test_the_folders_we_know_are_offered(celina, mailbox):
    Folder.objects.create(mailbox=mailbox, name="Wysłane", purpose="sent", is_watched=False)
    offered = page(celina.get(at(mailbox, "imports/"))).one("select").every("option")
    assert [(each.attributes["value"], each.words) for each in offered] == [
        ("inbox:INBOX", "INBOX – Odebrane"),
        ("sent:Wysłane", "Wysłane"),
    ]


def test_letters_of_some_days_are_asked_for(celina, mailbox):
    assert celina.post(at(mailbox, "imports/"), wanted())["Location"] == at(mailbox, "imports/")
    asked = Import.objects.get()
    # The last day counts: "before" is the day after it.
    assert (asked.folder.name, asked.since, asked.before, asked.state) == (
        "INBOX", date(2025, 5, 1), date(2025, 6, 1), "running",
    )  # fmt: skip
    assert asked.agent.name == "Celina"
    said = page(celina.get(at(mailbox, "imports/"))).one(cls="import__title").words
    assert said == "Stare wiadomości z folderu „INBOX” · od 1 maja 2025 do 31 maja 2025"


def test_everything_of_a_folder_we_do_not_watch(celina, mailbox):
    celina.post(at(mailbox, "imports/"), wanted(folder="archive:Stare: 2019", since="", until=""))
    folder = Import.objects.get().folder
    assert (folder.name, folder.purpose, folder.is_watched) == ("Stare: 2019", "archive", False)


def test_two_clicks_are_one_import(celina, mailbox):
    for _ in range(2):
        celina.post(at(mailbox, "imports/"), wanted())
    celina.post(at(mailbox, "imports/"), wanted(until=""))
    assert Import.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"folder": ""}, "To pole jest wymagane."),
        ({"folder": "INBOX"}, "Wybierz folder z listy."),
        ({"folder": "nonsense:INBOX"}, "Wybierz folder z listy."),
        ({"folder": "inbox:"}, "Wybierz folder z listy."),
        ({"folder": f"inbox:{'x' * 251}"}, "Wybierz folder z listy."),
        ({"since": "wczoraj"}, "Wpisz poprawną datę."),
        ({"since": "0001-01-01"}, "Ta data nie może być prawdziwa."),
        ({"until": "9999-12-31"}, "Ta data nie może być prawdziwa."),
        ({"until": "2025-04-30"}, "Ostatni dzień jest przed pierwszym."),
    ],
)
def test_what_makes_no_sense_is_refused(celina, mailbox, given, said):
    response = celina.post(at(mailbox, "imports/"), wanted(**given))
    assert (response.status_code, faults(response), Import.objects.count()) == (422, [said], 0)


def test_only_a_connected_mailbox_is_asked(celina, mailbox):
    operations.disconnect(mailbox.inbox, actor=Actor.system())
    response = celina.post(at(mailbox, "imports/"), wanted())
    assert (response.status_code, Import.objects.count()) == (422, 0)
    button = page(celina.get(at(mailbox, "imports/"))).one("button", cls="button--primary")
    assert "disabled" in button.attributes


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_away_is_said_in_words_and_what_we_know_stays(celina, mailbox):
    response = celina.get(at(mailbox, "imports/?folders=1"))
    assert response.status_code == 200
    assert len(faults(response)) == 1
    assert len(page(response).one("select").every("option")) == 1


def test_every_folder_of_the_server_is_offered(celina, mailbox, monkeypatch):
    """The border is faked: a channel that opens a mailbox with these folders."""
    from okienko.inboxes import registry

    class Open:
        def folders(self):
            return [FolderName("INBOX", Purpose.INBOX), FolderName("Zwroty 2024")]

        def close(self):
            pass

    class Channel:
        kind = "email"

        def open(self, config):
            return Open()

    monkeypatch.setitem(registry._channels.by_kind, "email", Channel())
    shown = page(
        celina.get(at(mailbox, "imports/?folders=1"), headers={"HX-Request": "true", "HX-Target": "folders"})
    )
    assert [each.words for each in shown.one(id="folders").every("option")] == [
        "INBOX – Odebrane",
        "Zwroty 2024",
    ]


def test_the_page_that_asks_again_by_itself_leaves_the_server_alone(celina, mailbox):
    response = celina.get(at(mailbox, "imports/?folders=1"), headers={"HX-Request": "true"})
    assert (page(response).every("select"), faults(response)) == ([], [])


@pytest.mark.parametrize(
    ("before", "asked", "after"),
    [
        ("running", "paused", "paused"),
        ("paused", "running", "running"),
        ("running", "stopped", "stopped"),
        ("paused", "stopped", "stopped"),
        ("finished", "running", "finished"),
        ("stopped", "running", "stopped"),
        ("running", "finished", "running"),
        ("running", "", "running"),
        ("running", "x" * 5000, "running"),
    ],
)
def test_pausing_going_on_and_stopping(celina, mailbox, before, asked, after):
    running = brought(mailbox, before)
    answer = celina.post(at(mailbox, f"imports/{running.pk}/"), {"state": asked})
    running.refresh_from_db()
    assert (answer["Location"], running.state) == (at(mailbox, "imports/"), after)


def test_an_import_belongs_to_its_mailbox(celina, mailbox):
    running = brought(owners.connected("Hurt"))
    assert celina.post(at(mailbox, f"imports/{running.pk}/"), {"state": "stopped"}).status_code == 404
    assert celina.get(at(mailbox, f"imports/{running.pk}/")).status_code == 405


def test_what_goes_on_and_what_is_over(celina, mailbox):
    brought(mailbox, found=100, taken=40, validity="1")
    brought(mailbox, "paused", found=10, taken=1, validity="1")
    brought(mailbox, "finished", taken=312, finished_at=timezone.now())
    brought(mailbox, "stopped", taken=5, finished_at=timezone.now(), error="Nie ma już tego folderu.")
    said = page(celina.get(at(mailbox, "imports/")))
    assert [each.words for each in said.every(cls="import") for each in each.every("button")] == [
        "Wznów", "Przerwij", "Wstrzymaj", "Przerwij",
    ]  # fmt: skip
    past = said.one(id="past-imports").every("li")
    assert [each.one(cls="figures").words for each in past] == ["5 wiadomości", "312 wiadomości"]
    assert past[0].one(cls="ledger__fault").words == "Nie ma już tego folderu."
    assert len(said.every(**{"data-every": "2"})) == 1


@pytest.mark.parametrize("count", [1, 30])
def test_thirty_cost_no_more_questions_than_one(celina, mailbox, django_assert_num_queries, count):
    for _ in range(count):
        brought(mailbox, "finished", finished_at=timezone.now())
    with django_assert_num_queries(6):
        celina.get(at(mailbox, "imports/"))
