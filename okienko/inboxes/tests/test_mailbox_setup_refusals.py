"""What is refused when a mailbox is set up: what is missing, what no form of ours sends, what was made up."""

import pytest
from django.core import signing

from okienko.inboxes.forms import guess_again, kept_guess
from okienko.inboxes.forms.servers import GUESSED
from okienko.inboxes.models import Inbox
from okienko.inboxes.source import Guess
from okienko.inboxes.tests import owners
from okienko.inboxes.tests.owners import FOUND, NEW, faults, second

pytestmark = pytest.mark.django_db


@pytest.fixture
def celina():
    return owners.browser("Celina", "owner")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"password": ""}, ["Wpisz hasło."]),
        ({"imap_host": ""}, ["Wpisz serwer, z którego odbieramy pocztę."]),
        ({"host": ""}, ["Wpisz serwer, który wysyła."]),
        ({"username": ""}, ["Wpisz nazwę użytkownika."]),
        ({"imap_host": "javascript:alert(1)"}, ["Wpisz samą nazwę serwera, np. imap.sklep.example."]),
        ({"host": "https://poczta.example/"}, ["Wpisz samą nazwę serwera, np. imap.sklep.example."]),
        ({"host": "smtp.example:587"}, ["Wpisz samą nazwę serwera, np. imap.sklep.example."]),
        ({"host": "smtp example"}, ["Wpisz samą nazwę serwera, np. imap.sklep.example."]),
        ({"host": "..."}, ["Wpisz serwer, który wysyła."]),
        ({"host": "a..b"}, ["Wpisz samą nazwę serwera, np. imap.sklep.example."]),
        ({"host": "smtp\r\nX: y"}, ["Wpisz samą nazwę serwera, np. imap.sklep.example."]),
        ({"port": "0"}, ["Upewnij się, że ta wartość jest większa lub równa 1."]),
        ({"imap_port": "65536"}, ["Upewnij się, że ta wartość jest mniejsza lub równa 65535."]),
        ({"port": "-1"}, ["Upewnij się, że ta wartość jest większa lub równa 1."]),
        ({"port": "9" * 5000}, ["Wpisz liczbę całkowitą."]),
        ({"port": "993; rm"}, ["Wpisz liczbę całkowitą."]),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_made(celina, given, said):
    response = celina.post(NEW, second(**given))
    assert (response.status_code, faults(response)) == (422, said)
    assert Inbox.objects.count() == 0


@pytest.mark.parametrize(
    "given",
    [
        {"security": "rot13"},
        {"imap_security": ""},
        {"host": "x" * 300},
        {"password": "x" * 1001},
        {"username": "x" * 251},
    ],
)
def test_what_no_form_of_ours_sends_is_refused(celina, given):
    assert celina.post(NEW, second(**given)).status_code == 422
    assert Inbox.objects.count() == 0


def test_names_with_polish_letters_are_kept_as_dns_knows_them(celina):
    celina.post(NEW, second(host="Poczta.Żarna.example.", imap_host="2001:db8::1"))
    config = Inbox.objects.get().config
    assert (config["host"], config["imap_host"]) == ("poczta.xn--arna-99a.example", "2001:db8::1")


def test_a_password_that_was_wrongly_sent_is_not_shown_again(celina):
    response = celina.post(NEW, second(password="bardzo-tajne-9", imap_host=""))
    assert response.content.decode().count("bardzo-tajne-9") == 0


def test_what_was_recognised_survives_its_way_through_the_browser():
    assert guess_again(kept_guess(FOUND)) == FOUND


@pytest.mark.parametrize(
    "text",
    ["", "x", "x:y:z", signing.dumps(["a"] * 5), signing.dumps([], salt="other")],
    ids=["nothing", "a word", "no signature", "another thing", "signed elsewhere"],
)
def test_what_the_browser_made_up_counts_for_nothing(text):
    assert guess_again(text) == Guess()


def test_what_was_recognised_yesterday_counts_for_nothing(monkeypatch):
    text = kept_guess(FOUND)
    monkeypatch.setattr("okienko.inboxes.forms.servers.A_DAY", -1)
    assert (guess_again(text), GUESSED) == (Guess(), "inboxes.guess")
