"""The list of mailboxes and the page of one: what they say, and what may be done there."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from okienko.events import worker
from okienko.events.log import Actor
from okienko.events.models import Event
from okienko.inboxes import operations
from okienko.inboxes.models import Checkup, Folder, Import, Mailbox, Missed
from okienko.inboxes.tests import owners
from okienko.inboxes.tests.owners import LIST, at
from okienko.ui.tests.pages import page

pytestmark = pytest.mark.django_db
PAGES = ["", "servers/", "addresses/", "imports/", "disconnection/"]
DEEDS = ["checkup/", "connection/", "disconnection/", "pause/", "count/", "answers/", "details/"]


@pytest.fixture
def celina():
    return owners.browser("Celina", "owner")


def chips(response) -> list[str]:
    return [chip.words for chip in page(response).every(cls="chip")]


def changes() -> list[str]:
    return [event.data["change"] for event in Event.objects.filter(type="inbox.mailbox_changed")][1:]


# Who may look


def test_strangers_are_asked_to_sign_in(client):
    mailbox = owners.set_up()
    for address in [LIST, f"{LIST}new/", *(at(mailbox, end) for end in PAGES)]:
        assert client.get(address)["Location"] == f"/account/sign-in/?next={address}"
    assert client.post(at(mailbox, "pause/")).status_code == 302
    mailbox.inbox.refresh_from_db()
    assert mailbox.inbox.is_paused is False


@pytest.mark.parametrize("role", ["agent", "lead", "manager"])
def test_those_without_the_word_are_turned_away(role):
    mailbox, browser = owners.set_up(), owners.browser("Anna", role)
    seen = {browser.get(address).status_code for address in [LIST, f"{LIST}new/"]}
    seen |= {browser.get(at(mailbox, end)).status_code for end in PAGES}
    done = {browser.post(at(mailbox, end)).status_code for end in DEEDS}
    assert (seen, done, changes()) == ({403}, {403}, [])


def test_deeds_take_a_form(celina):
    mailbox = owners.set_up()
    refused = {end: celina.get(at(mailbox, end)).status_code for end in DEEDS if end != "disconnection/"}
    assert set(refused.values()) == {405}
    assert celina.post(at(mailbox)).status_code == 405
    assert celina.post(LIST).status_code == 405


def test_what_is_no_mailbox_is_not_there(celina):
    chat = operations.add_inbox(brand=owners.brand(), name="Czat", kind="chat")
    assert [celina.get(f"{LIST}{pk}/").status_code for pk in (chat.pk, 10**17)] == [404, 404]


# The list


def test_a_shop_without_mailboxes_is_invited(celina):
    said = page(celina.get(LIST))
    assert said.one(cls="state").one("h2").words == "Nie ma jeszcze żadnej skrzynki"
    assert said.one("a", href=f"{LIST}new/").words == "Podłącz skrzynkę"


def test_each_says_how_it_is_doing(celina):
    owners.connected("A", waiting=0)
    owners.connected("B", waiting=8412)
    owners.stopped("C")
    operations.pause(owners.connected("D").inbox, actor=Actor.system())
    operations.disconnect(owners.connected("E").inbox, actor=Actor.system())
    owners.set_up("F")
    operations.add_inbox(brand=owners.brand(), name="G", kind="email", address="g@ziarno.example")
    owners.connected("H", fetched_at=None)
    owners.connected("I", failing_since=timezone.now(), trouble="busy", error="Za dużo połączeń.")
    rows = page(celina.get(LIST)).every("a", cls="entry")
    assert {row.one(cls="entry__title").words: row.one(cls="chip").words for row in rows} == {
        "A": "odbiera",
        "B": "nadrabia zaległości",
        "C": "nie odbiera od 12 min",
        "D": "wstrzymana",
        "E": "rozłączona",
        "F": "w trakcie podłączania",
        "G": "tylko lokalne doręczanie (LMTP)",
        "H": "zaczyna odbierać",
        "I": "próbuje ponownie",
    }


def test_a_row_says_address_reason_age_and_what_waits(celina):
    mailbox = owners.stopped()
    Mailbox.objects.filter(pk=mailbox.pk).update(waiting=3, sending_failing_since=timezone.now())
    row = page(celina.get(LIST)).one("a", cls="entry")
    assert row.attributes["href"] == at(mailbox)
    assert row.one(cls="entry__words").words == "hurt@ziarno.example · Ziarno i Glina"
    assert [each.words for each in row.every(cls="entry__reason")] == [
        "Hasło wygasło.",
        "Serwer nie mówi dlaczego.",
    ]
    assert [each.words for each in row.every(cls="entry__fact")] == [
        "ostatni odbiór: 12 min",
        "3 wiadomości czekają na serwerze",
    ]
    assert [chip.words for chip in row.every(cls="chip")] == ["nie odbiera od 12 min", "nie wysyła od 1 min"]


@pytest.mark.parametrize("count", [1, 30])
def test_thirty_cost_no_more_questions_than_one(celina, django_assert_num_queries, count):
    for number in range(count):
        mailbox = owners.stopped(f"Skrzynka{number}")
        operations.add_address(mailbox.inbox, f"inna{number}@ziarno.example")
    with django_assert_num_queries(5):
        response = celina.get(LIST)
    assert len(page(response).every("a", cls="entry")) == count


def test_the_list_asks_again_for_its_region_alone(celina):
    owners.connected()
    response = celina.get(LIST, headers={"HX-Request": "true"})
    assert [each.attributes["id"] for each in page(response).every(**{"data-region": ""})] == ["mailboxes"]
    assert page(response).every("html") == []
    assert response["Vary"].count("HX-Request") == 1


# The page of one


def test_a_mailbox_that_is_caught_up(celina):
    mailbox = owners.connected()
    response = celina.get(at(mailbox))
    tiles = {
        tile.one(cls="tile__name").words: tile.one(cls="tile__value").words
        for tile in page(response).every(cls="tile")
    }
    assert chips(response) == ["odbiera"]
    assert tiles == {
        "Ostatni odbiór": "1 min", "Czeka na serwerze": "0", "Wczytujemy": "0", "Nie do odebrania": "0",
    }  # fmt: skip
    assert page(response).every(**{"data-every": "2"}) == []


def test_while_letters_wait_the_page_asks_every_other_second(celina):
    mailbox = owners.connected(waiting=17)
    assert len(page(celina.get(at(mailbox))).every(**{"data-every": "2"})) == 1


def test_trouble_is_told_with_its_remedy(celina):
    mailbox = owners.stopped()
    notice = page(celina.get(at(mailbox))).one(id="mailbox-trouble")
    assert [each.words for each in notice.every("p")][:2] == [
        "Skrzynka nie odbiera od 12 min",
        "Hasło wygasło.",
    ]
    assert notice.one("a").attributes["href"] == at(mailbox, "servers/")


def test_what_nobody_fetches_from_is_said_too(celina):
    mailbox = owners.connected(minutes_ago=30)
    notice = page(celina.get(at(mailbox))).one(id="mailbox-trouble")
    assert notice.every("p")[1].words == (
        "Żaden proces Okienka do niej nie zagląda: czy działa „okienko serve”?"
    )


def test_folders_are_counted_and_gaps_named(celina):
    mailbox = owners.connected()
    folder = Folder.objects.create(
        mailbox=mailbox, name="INBOX", purpose="inbox", validity="7", on_server=1204, with_us=1203, mended=2,
        counted_at=timezone.now(),
    )  # fmt: skip
    Missed.objects.create(folder=folder, validity="7", number=812, reason="Serwer odmówił.", attempts=3)
    said = page(celina.get(at(mailbox))).one(id="folders-card")
    assert said.one(cls="figures").words == "serwer ma 1\xa0204, mamy 1\xa0203".replace("\xa0", " ")
    assert said.one(cls="ledger__when").words == "policzone: teraz · uzupełniliśmy 2 braki"
    assert said.one(cls="lines__item").words == "numer 812 w folderze INBOX: Serwer odmówił. 3 próby"


def test_an_import_shows_how_far_it_is(celina):
    mailbox = owners.connected()
    folder = Folder.objects.create(mailbox=mailbox, name="Archiwum", validity="1")
    Import.objects.create(mailbox=mailbox, folder=folder, validity="1", found=3400, taken=850)
    said = page(celina.get(at(mailbox))).one(cls="import")
    bar = said.one("progress")
    assert (bar.attributes["value"], bar.attributes["max"]) == ("850", "3400")
    assert said.one(cls="figures").words == "850 z 3 400 (25%)"


@pytest.mark.parametrize("count", [1, 30])
def test_thirty_folders_cost_no_more_questions_than_one(celina, django_assert_num_queries, count):
    mailbox = owners.connected()
    owners.tried(mailbox)
    for number in range(count):
        folder = Folder.objects.create(mailbox=mailbox, name=f"F{number}", validity="1")
        Missed.objects.create(folder=folder, validity="1", number=number)
        Import.objects.create(mailbox=mailbox, folder=folder)
    with django_assert_num_queries(10):
        celina.get(at(mailbox))


def test_secrets_are_never_shown(celina):
    mailbox = owners.set_up(secret="bardzo-tajne-9")
    shown = "".join(celina.get(at(mailbox, end)).content.decode() for end in PAGES)
    assert "bardzo-tajne-9" not in shown
    assert (
        page(celina.get(at(mailbox, "servers/"))).one("input", name="password").attributes.get("value")
        is None
    )


def test_words_of_servers_are_text_not_markup(celina):
    mailbox = owners.stopped(error="<script>alert(1)</script>")
    folder = Folder.objects.create(mailbox=mailbox, name="<b>x</b>", validity="1")
    Missed.objects.create(folder=folder, validity="1", number=1, reason="<i>x</i>")
    shown = celina.get(at(mailbox)).content.decode()
    assert [shown.count(each) for each in ("<script>alert", "<b>x", "<i>x")] == [0, 0, 0]


# The check-up and connecting


@pytest.mark.django_db(transaction=True)
def test_a_check_up_fails_in_words_where_nothing_listens(celina, settings):
    settings.DNS_SERVERS = ["127.0.0.1:1"]
    mailbox = owners.set_up()
    assert celina.post(at(mailbox, "checkup/"))["Location"] == at(mailbox)
    assert len(page(celina.get(at(mailbox))).every(id="checkup-next")) == 1
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
        seen.append(chips(celina.get(at(mailbox)))[0])
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
