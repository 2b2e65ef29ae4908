"""The list of mailboxes and the page of one: what they say, and what may be done there."""

import pytest
from django.utils import timezone

from okienko.events.log import Actor
from okienko.inboxes import operations
from okienko.inboxes.models import Folder, Import, Mailbox, Missed
from okienko.inboxes.tests import owners
from okienko.inboxes.tests.owners import LIST, at, changes
from okienko.ui.tests.pages import page

pytestmark = pytest.mark.django_db
PAGES = ["", "servers/", "addresses/", "imports/", "disconnection/"]
DEEDS = ["checkup/", "connection/", "disconnection/", "pause/", "count/", "answers/", "details/"]


@pytest.fixture
def celina():
    return owners.browser("Celina", "owner")


def chips(response) -> list[str]:
    return [chip.words for chip in page(response).every(cls="chip")]


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
        "Ostatni odbiór": "1 min", "Na serwerze": "0", "Wczytujemy": "0", "Nie do odebrania": "0",
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
