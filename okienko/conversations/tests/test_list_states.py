"""Every list without rows says why, and what to do; a search says how much it found."""

import pytest

from okienko.conversations.queues import counting, searching
from okienko.inboxes.models import Inbox
from okienko.ui.tests.pages import page


def state(browser, address: str):
    return page(browser.get(f"/conversations/?{address}")).one(id="no-rows")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("queue=mine", "Nic na Ciebie nie czeka"),
        ("queue=mine&status=waiting", "Żaden klient nie ma teraz odpowiadać"),
        ("queue=mine&status=resolved", "Nic tu jeszcze nie załatwiono"),
        ("queue=for-me", "Nikt nie czeka na Twoją odpowiedź"),
        ("queue=unassigned", "Każda sprawa ma opiekuna"),
        ("queue=mentions", "Nikt Cię nie wspomniał"),
        ("queue=open", "Wszystko załatwione"),
        ("queue=waiting", "Żaden klient nie ma teraz odpowiadać"),
        ("queue=resolved", "Nic tu jeszcze nie załatwiono"),
        ("queue=spam", "Nie ma spamu"),
        ("queue=trash", "Kosz jest pusty"),
        ("q=nosorożec", "Nic nie znaleziono"),
        ("queue=open&after=newest.20000101000000000000-1", "Dalej nie ma już nic"),
    ],
)
def test_each_empty_list_has_its_own_words(cast, anna, address, words):
    assert state(anna, address).one("h3").words == words
    assert state(anna, address).every("p") != []


def test_the_first_thing_an_owner_finds_is_the_way_to_connect_a_mailbox(cast, client):
    Inbox.objects.all().delete()
    client.force_login(cast.celina)
    assert state(client, "queue=open").one("a").attributes["href"] == "/settings/mailboxes/"
    client.force_login(cast.anna)
    words = state(client, "queue=open")
    assert (words.one("h3").words, words.every("a")) == ("Nie ma jeszcze żadnej skrzynki", [])


def test_a_search_says_what_for_how_many_and_how_to_end_it(cast, anna):
    for _ in range(2):
        cast.letter(subject="Filiżanki", text="Dostałam pękniętą filiżankę.")
    cast.letter(subject="Kubek", text="Kubek jest cały.")
    cast.letter(cast.books, subject="Tajne", text="filiżanka dla zarządu")
    shown = page(anna.get("/conversations/?queue=mine&q=filiżanek"))
    assert shown.one(id="list-title").words == "„filiżanek”"
    assert shown.one(id="list-total").words == "2 wyniki"
    assert shown.one(id="search-end").attributes["href"] == "/conversations/?queue=mine"
    assert [each.words for each in shown.every(cls="conversation-row__subject")] == ["Filiżanki"] * 2
    assert shown.one(id="search").attributes["value"] == "filiżanek"
    assert shown.one("input", name="queue").attributes["value"] == "mine"
    assert shown.every(cls="queue", **{"aria-current": "true"}) == []


@pytest.mark.parametrize("words", ["filizanka", "filiżanek"])
def test_words_are_found_in_any_form(cast, anna, words):
    cast.letter(subject="Filiżanki", text="Dostałam pękniętą filiżankę.")
    assert page(anna.get(f"/conversations/?q={words}")).one(id="list-total").words == "1 wynik"


def test_more_than_can_be_counted(cast, anna, monkeypatch):
    for _ in range(5):
        cast.letter()
    said = [page(anna.get("/conversations/?q=paczka")).one(id="list-total").words]
    monkeypatch.setattr(counting, "COUNTED", 4)
    monkeypatch.setattr("okienko.conversations.desk_views.COUNTED", 4)
    said.append(page(anna.get("/conversations/?q=paczka")).one(id="list-total").words)
    monkeypatch.setattr(searching, "MOST_FOUND", 2)
    said.append(page(anna.get("/conversations/?q=paczka")).one(id="list-total").words)
    assert said == ["5 wyników", "ponad 4 wyniki", "ponad 2 wyniki"]


def test_what_was_found_can_be_opened_and_the_search_stays(cast, anna):
    cast.letter()
    row = page(anna.get("/conversations/?q=paczka")).one("a", cls="conversation-row")
    assert row.attributes["href"].endswith("/?q=paczka&queue=open")
    opened = page(anna.get(row.attributes["href"]))
    assert opened.every("ok-refresh")[0].attributes["src"] == "/conversations/?q=paczka&queue=open"


def test_before_the_list_is_here_its_rows_are_drawn_as_they_will_stand(cast, anna):
    shown = page(anna.get(f"/conversations/{cast.conversation().number}/"))
    assert len(shown.one(id="list-waiting").every(cls="skeleton__row")) == 12
    assert "eager" in shown.every("ok-refresh")[0].attributes
    assert shown.one("noscript").one("a").attributes["href"] == "/conversations/?queue=open"


def test_the_list_beside_a_conversation_has_the_name_of_its_team(cast, client):
    client.force_login(cast.celina)
    number = cast.conversation().number
    shown = page(client.get(f"/conversations/{number}/?queue=team-{cast.bookkeeping.pk}"))
    assert shown.one(id="list-title").words == "Księgowość"


def test_what_people_write_stays_text(cast, anna):
    cast.letter(subject="<i>Tytuł</i>", text="<script>x</script>")
    response = anna.get("/conversations/?queue=open")
    assert page(response).one(cls="conversation-row__subject").words == "<i>Tytuł</i>"
    assert [tag in response.content for tag in (b"<i>", b"<script>x")] == [False, False]
