"""The page on which a call or a visit is written down."""

from datetime import timedelta

import pytest
from django.utils import timezone

from okienko.contacts.models import Identity
from okienko.conversations.models import Conversation
from okienko.conversations.tests.beginnings import CALL, NEW, call, faults, moment, only
from okienko.inboxes.models import Inbox
from okienko.inboxes.operations import add_brand
from okienko.ui.tests.pages import page


def test_a_call_leads_to_its_conversation(anna, cast):
    response = anna.post(CALL, call(who="Jan Kos, 501 502 503", subject="Pęknięty kubek", direction="out"))
    message = only()
    conversation = message.conversation
    assert (response.status_code, response["Location"]) == (303, f"/conversations/{conversation.number}/")
    assert (message.kind, message.direction, message.minutes, message.text) == (
        "call",
        "out",
        12,
        "Wymieniamy.",
    )
    assert (conversation.contact.name, conversation.subject, conversation.status) == (
        "Jan Kos",
        "Pęknięty kubek",
        "resolved",
    )
    assert Identity.objects.get().value == "+48501502503"


@pytest.mark.parametrize(
    ("outcome", "status"), [("done", "resolved"), ("waiting", "waiting"), ("owed", "open")]
)
def test_what_now(anna, outcome, status):
    anna.post(CALL, call(outcome=outcome))
    assert only().conversation.status == status


def test_a_visit_needs_no_direction_and_no_minutes(anna):
    form = call(who="Jan Kos", minutes="")
    del form["direction"]
    anna.post(f"{NEW}?kind=visit", form)
    message = only()
    assert (message.kind, message.direction, message.minutes, message.inbox.kind) == (
        "visit",
        "in",
        None,
        "store",
    )
    assert message.conversation.contact.identities.count() == 0


@pytest.mark.parametrize(
    ("who", "name", "identities"),
    [
        ("+44 20 7946 0958", "", ["+442079460958"]),
        ("Jan@Kos.example", "", ["jan@kos.example"]),
        ("Jan Kos <jan@kos.example>", "Jan Kos", ["jan@kos.example"]),
        ("Jan Kos jan@kos.example", "Jan Kos", ["jan@kos.example"]),
        ("Jan Kos", "Jan Kos", []),
        ("Pan z zamówienia 10482", "Pan z zamówienia 10482", []),
    ],
)
def test_whom_it_was_with(anna, who, name, identities):
    anna.post(CALL, call(who=who))
    contact = only().conversation.contact
    assert (contact.name, [one.value for one in contact.identities.all()]) == (name, identities)


def test_when_it_was(anna):
    at = (timezone.localtime() - timedelta(days=30)).replace(second=0, microsecond=0)
    anna.post(CALL, call(at=at.strftime("%Y-%m-%dT%H:%M")))
    message = only()
    assert (message.received_at, message.conversation.created_at) == (at, at)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"who": " "}, "Z kim była rozmowa? Wybierz klienta albo wpisz numer, adres lub nazwisko."),
        (
            {"who": "501 502"},
            "Pod ten numer nie da się zadzwonić. Polskie mają dziewięć cyfr, inne zaczynają się od +.",
        ),
        ({"who": "jan@"}, "To nie jest adres e-mail. Wygląda on tak: zofia@shop.example, bez spacji."),
        ({"text": " "}, "Co ustalono? Bez tego nikt nie będzie wiedział, o czym była rozmowa."),
        ({"at": ""}, "Kiedy to było? Wybierz dzień i godzinę."),
        ({"at": moment(minutes=5)}, "Ten czas dopiero nadejdzie. Podaj, kiedy to było."),
        ({"at": moment(days=-32)}, "Rozmowy sprzed więcej niż 31 dni nie można już zapisać."),
        ({"minutes": "-1"}, "Ile minut? Podaj całą liczbę albo zostaw puste."),
        ({"minutes": "kilka"}, "Ile minut? Podaj całą liczbę albo zostaw puste."),
        ({"minutes": "9999"}, "Ile minut? Podaj całą liczbę albo zostaw puste."),
        ({"direction": ""}, "Kto dzwonił: klient czy my?"),
        ({"outcome": "?"}, "Co dalej: załatwione czy jest coś jeszcze do zrobienia?"),
    ],
)
def test_what_is_wrong_with_a_call_is_said_in_words(anna, given, words):
    assert faults(anna.post(CALL, call(**given))) == [words]
    assert Conversation.objects.count() == 0


def test_where_there_are_several_shops_one_is_chosen(anna, cast):
    assert page(anna.get(CALL)).every(id="id_brand") == []
    mill = add_brand(name="Młynek", language="en")
    assert [each.words for each in page(anna.get(CALL)).one(id="id_brand").every("option")] == [
        "Młynek",
        "Ziarno i Glina",
    ]
    anna.post(CALL, call(brand=mill.pk, who="020 7946 0958"))
    assert (only().conversation.brand, Identity.objects.get().value) == (mill, "+442079460958")


def test_into_a_conversation_that_is_there(anna, cast):
    conversation = cast.conversation()
    shown = page(anna.get(f"{CALL}&conversation={conversation.number}"))
    assert shown.one(id="start").attributes["action"] == f"/conversations/{conversation.number}/talks/"
    assert (shown.every(id="id_subject"), shown.every(id="id_brand"), shown.every(id="start-matters")) == (
        [],
        [],
        [],
    )
    kinds = [each.words for each in shown.one(cls="sheet__tabs").every("a")]
    assert kinds == ["Rozmowa telefoniczna", "Wizyta w sklepie"]

    response = anna.post(f"/conversations/{conversation.number}/talks/", call(who="", kind="visit"))
    message = only()
    assert response["Location"] == f"/conversations/{conversation.number}/"
    assert (message.conversation, message.kind) == (conversation, "visit")
    assert faults(anna.post(f"/conversations/{conversation.number}/talks/", call(text=""))) != []


def test_operations_that_refuse_are_told_too(anna, cast):
    """What a form has not seen: here, the last shop went away."""
    Inbox.objects.all().delete()
    cast.shop.brand.delete()
    response = anna.post(CALL, call())
    assert response.status_code == 422
    assert page(response).one(id="start").every(cls="notice")[0].words == (
        "Nie ma jeszcze sklepu, w którym można to zapisać. Właściciel podłącza pierwszą skrzynkę w ustawieniach."
    )
