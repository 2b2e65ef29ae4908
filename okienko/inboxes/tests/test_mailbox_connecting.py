"""Trying a mailbox out, connecting it, pausing it, letting it go."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from okienko.events import worker
from okienko.events.models import Event
from okienko.inboxes.models import Checkup, Folder
from okienko.inboxes.tests import owners
from okienko.inboxes.tests.owners import LIST, at, changes
from okienko.ui.tests.pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def celina():
    return owners.browser("Celina", "owner")


@pytest.mark.django_db(transaction=True)
def test_a_check_up_fails_in_words_where_nothing_listens(celina, settings):
    mailbox = owners.set_up()
    assert celina.post(at(mailbox, "checkup/"))["Location"] == at(mailbox)
    assert len(page(celina.get(at(mailbox))).every(id="checkup-next")) == 1
    with owners.empty_dns(settings):
        worker.drain()
    steps = page(celina.get(at(mailbox))).every("li", cls="steps__item")
    looks = {step.one(cls="steps__title").words: step.attributes["class"].split("--")[1] for step in steps}
    assert looks["Bezpieczne połączenie do odbioru : nie działa"] == "failed"
    assert looks["Logowanie do odbioru : nie sprawdzono"] == "skipped"
    assert all(step.one(cls="steps__words").words for step in steps)
    begin = page(celina.get(at(mailbox))).one("button", form="act-connect")
    assert (begin.words, "disabled" in begin.attributes) == ("Zacznij odbierać pocztę", True)


def test_two_clicks_are_one_check_up(celina):
    mailbox = owners.set_up()
    celina.post(at(mailbox, "checkup/"))
    celina.post(at(mailbox, "checkup/"))
    assert Checkup.objects.count() == 1


def test_steps_appear_while_it_runs(celina):
    mailbox = owners.set_up()
    owners.tried(mailbox, finished=False, upto="send")
    said = page(celina.get(at(mailbox), headers={"HX-Request": "true"}))
    assert len(said.every("li", cls="steps__item")) == 8
    assert said.one(id="checkup-next").words == "Próbna wiadomość dociera… To może potrwać minutę."
    assert len(said.every(**{"data-every": "1"})) == 1
    assert said.one("ol").attributes["aria-live"] == "polite"


def test_without_scripts_the_page_comes_again_by_itself(celina):
    mailbox = owners.set_up()
    owners.tried(mailbox, finished=False, upto="send")
    running = page(celina.get(at(mailbox))).one("noscript")
    Checkup.objects.update(finished_at=timezone.now())
    assert running.one("meta").attributes["content"] == "2"
    assert page(celina.get(at(mailbox))).every("noscript") == []


def test_one_that_nobody_begins_says_so_and_one_that_broke_off_ends(celina):
    mailbox = owners.set_up()
    checkup = owners.tried(mailbox, finished=False)
    Checkup.objects.update(steps=[], created_at=timezone.now() - timedelta(seconds=30))
    said = [page(celina.get(at(mailbox))).one(id="checkup-next").every(cls="steps__words")[-1].words]
    Checkup.objects.filter(pk=checkup.pk).update(created_at=timezone.now() - timedelta(minutes=6))
    said.append(page(celina.get(at(mailbox))).one(id="checkup-sum").words)
    assert said == [
        "Nikt jeszcze nie zaczął. Czy działa „okienko serve” albo „okienko worker”?",
        "Sprawdzanie przerwano. Uruchom je ponownie.",
    ]


@pytest.mark.parametrize(
    ("verdicts", "button"),
    [
        ({}, "Zacznij odbierać pocztę"),
        ({"imap_folders": "warning"}, "Podłącz mimo to"),
        ({"dkim": "warning", "dmarc": "warning"}, "Podłącz mimo to"),
        ({"arrive": "failed", "plus": "skipped"}, "Podłącz mimo to"),
        ({"smtp_line": "failed", "smtp_login": "skipped", "send": "skipped"}, "Podłącz mimo to"),
    ],
)
def test_what_can_be_read_can_be_connected(celina, verdicts, button):
    mailbox = owners.set_up()
    owners.tried(mailbox, **verdicts)
    offered = page(celina.get(at(mailbox))).one("button", form="act-connect")
    assert (offered.words, "disabled" in offered.attributes) == (button, False)
    assert celina.post(at(mailbox, "connection/"))["Location"] == at(mailbox)
    mailbox.refresh_from_db()
    assert mailbox.is_connected is True


@pytest.mark.parametrize("verdicts", [{"imap_login": "failed"}, {"imap_folders": "skipped"}])
def test_what_cannot_be_read_is_not_connected_whatever_the_browser_sends(celina, verdicts):
    mailbox = owners.set_up()
    owners.tried(mailbox, **verdicts)
    response = celina.post(at(mailbox, "connection/"))
    mailbox.refresh_from_db()
    assert (response.status_code, mailbox.is_connected, changes()) == (422, False, [])
    assert page(response).one(id="mailbox-error").words == (
        "Skrzynki nie da się jeszcze odczytać. Popraw to, co pokazuje sprawdzenie, i sprawdź ponownie."
    )


@pytest.mark.parametrize("finished", [None, False])
def test_without_a_finished_check_up_nothing_is_connected(celina, finished):
    mailbox = owners.set_up()
    if finished is False:
        owners.tried(mailbox, finished=False)
    assert celina.post(at(mailbox, "connection/")).status_code == 422


def test_two_clicks_connect_once(celina):
    mailbox = owners.set_up()
    owners.tried(mailbox)
    for _ in range(2):
        assert celina.post(at(mailbox, "connection/")).status_code == 302
    assert changes() == ["connected"]


def test_pausing_and_going_on(celina):
    mailbox, seen = owners.connected(), []
    for data in ({}, {}, {"_method": "DELETE"}, {"_method": "DELETE"}):
        celina.post(at(mailbox, "pause/"), data)
        seen.append(page(celina.get(at(mailbox))).one(cls="chip").words)
    assert seen == ["wstrzymana", "wstrzymana", "zaczyna odbierać", "zaczyna odbierać"]
    assert changes() == ["connected", "paused", "resumed"]


def test_letting_go_asks_first_and_forgets_the_password(celina):
    mailbox = owners.connected()
    owners.tried(mailbox)
    asked = page(celina.get(at(mailbox, "disconnection/")))
    assert asked.one("h1").words == "Rozłączyć skrzynkę „Sklep”?"
    assert asked.one("button", cls="button--danger").words == "Rozłącz"
    celina.post(at(mailbox, "disconnection/"))
    mailbox.refresh_from_db()
    assert (mailbox.is_connected, mailbox.inbox.secrets) == (False, "")
    # The old trial is worth nothing without the password it used.
    assert celina.post(at(mailbox, "connection/")).status_code == 422


def test_counting_again(celina):
    mailbox = owners.connected()
    celina.post(at(mailbox, "count/"))
    mailbox.refresh_from_db()
    assert mailbox.reconciled_at is None
    Folder.objects.create(mailbox=mailbox, name="INBOX", validity="1")
    assert page(celina.get(at(mailbox))).one(id="folders-card").one(cls="card__end").words == "liczymy…"


def test_a_mailbox_with_permission_of_a_provider_is_signed_in_again(celina, settings):
    settings.OAUTH = {
        "google": {"client_id": "x", "client_secret": "y", "url": ""},
        "microsoft": {
            "client_id": "",
            "client_secret": "",
            "tenant": "common",
            "url": "https://login.example",
        },
    }
    mailbox = owners.set_up(secret="", auth="oauth", oauth="google")
    button = page(celina.get(at(mailbox))).one("button", form="act-provider")
    assert button.words == "Zaloguj przez Google"
    form = page(celina.get(at(mailbox))).one("form", id="act-provider")
    assert form.attributes["action"] == f"{LIST}oauth/{mailbox.inbox_id}/begin/"
    assert form.one("input", name="provider").attributes["value"] == "google"


def test_events_hold_no_address_and_no_secret(celina):
    mailbox = owners.set_up()
    owners.tried(mailbox)
    celina.post(at(mailbox, "connection/"))
    written = json.dumps([event.data for event in Event.objects.all()])
    assert [written.count(each) for each in ("ziarno.example", "tajne")] == [0, 0]
