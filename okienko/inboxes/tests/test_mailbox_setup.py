"""Connecting a new mailbox: whose it is, what is recognised, what is made of it."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from okienko.inboxes import registry
from okienko.inboxes.models import Address, Brand, Checkup, Inbox
from okienko.inboxes.operations.describing import brand_named
from okienko.inboxes.source import Guess
from okienko.inboxes.tests import owners
from okienko.inboxes.tests.owners import FOUND, NEW, SHOP, faults, first, second
from okienko.ui.tests.pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def celina():
    return owners.browser("Celina", "owner")


@pytest.fixture
def google(settings):
    settings.OAUTH = {
        "google": {"client_id": "x", "client_secret": "y", "url": ""},
        "microsoft": {
            "client_id": "",
            "client_secret": "",
            "tenant": "common",
            "url": "https://login.example",
        },
    }


# Step 1


def test_the_first_step_asks_for_address_and_brand(celina):
    brand_named("Ziarno i Glina")
    form = page(celina.get(NEW)).one("form", action=NEW)
    names = [each.attributes["name"] for each in form.every("input") + form.every("select")]
    assert names == ["csrfmiddlewaretoken", "step", "address", "name", "new_brand", "brand"]
    assert [each.words for each in form.one("select").every("option")] == ["nowa", "Ziarno i Glina"]


def test_without_a_brand_there_is_nothing_to_choose(celina):
    form = page(celina.get(NEW)).one("form", action=NEW)
    assert form.every("select") == []
    assert form.one("label", **{"for": "id_new_brand"}).words == "Marka"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"address": ""}, "To pole jest wymagane."),
        ({"address": "nie adres"}, "Wprowadź poprawny adres email."),
        ({"address": "javascript:alert(1)"}, "Wprowadź poprawny adres email."),
        ({"new_brand": ""}, "Wybierz markę albo wpisz nazwę nowej."),
    ],
)
def test_what_is_missing_is_said_beside_its_field(celina, given, said):
    response = celina.post(NEW, first(**given))
    assert (response.status_code, faults(response)) == (422, [said])
    assert page(response).one("input", id=f"id_{next(iter(given))}").attributes["aria-invalid"] == "true"


@pytest.mark.parametrize("given", [{"name": "x" * 5000}, {"address": f"{'x' * 400}@ziarno.example"}])
def test_values_beyond_all_measure_are_refused(celina, given):
    assert celina.post(NEW, first(**given)).status_code == 422
    assert Inbox.objects.count() == 0


def test_an_address_that_is_taken_leads_to_its_mailbox(celina):
    mailbox = owners.set_up()
    response = celina.post(NEW, first(address="SKLEP@Ziarno.example"))
    notice = page(response).one(cls="notice")
    assert response.status_code == 422
    assert notice.one(cls="notice__title").words == "Ten adres prowadzi już do skrzynki „Sklep”."
    assert notice.one("a").attributes["href"] == owners.at(mailbox)


# Step 2


@pytest.mark.django_db(transaction=True)
def test_a_provider_is_recognised_and_its_servers_are_filled_in(celina):
    said = page(celina.post(NEW, first(address="sklep.ziarno@wp.pl")))
    assert said.one("h1").words == "sklep.ziarno@wp.pl"
    fold = said.every("details")[0]
    assert fold.every("summary")[0].words == "Serwery (rozpoznane: WP Poczta)"
    assert "open" not in fold.attributes
    shown = {
        name: said.one("input", name=name).attributes["value"] for name in ("imap_host", "host", "username")
    }
    assert shown == {"imap_host": "imap.wp.pl", "host": "smtp.wp.pl", "username": "sklep.ziarno@wp.pl"}
    assert "value" not in said.one("input", name="password").attributes
    assert Inbox.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_not_recognised_is_asked_for(celina, settings):
    with owners.empty_dns(settings):
        said = page(celina.post(NEW, first()))
    assert said.one(cls="notice").one(cls="notice__title").words == (
        "Nie udało się rozpoznać serwerów tego adresu"
    )
    assert "open" in said.every("details")[0].attributes


def test_looking_up_happens_outside_of_transactions(celina, monkeypatch):
    """The view asks for nothing while the database waits for it."""
    seen = []

    class Watching:
        kind = "email"

        def guess(self, address):
            seen.append((address, transaction.get_connection().in_atomic_block))
            return FOUND

    outside = transaction.get_connection().in_atomic_block
    monkeypatch.setitem(registry._channels.by_kind, "email", Watching())
    celina.post(NEW, first())
    assert seen == [(SHOP, outside)]


@pytest.mark.django_db(transaction=True)
def test_where_the_provider_lets_people_sign_in_that_comes_first(celina, google):
    said = page(celina.post(NEW, first(address="sklep.ziarno@gmail.com")))
    assert said.one("button", name="provider").words == "Zaloguj przez Google"
    assert said.every("summary")[0].words == "Podaj hasło zamiast tego"


@pytest.mark.django_db(transaction=True)
def test_an_installation_that_google_does_not_know_offers_a_password(celina):
    said = page(celina.post(NEW, first(address="sklep.ziarno@gmail.com")))
    assert said.every("button", name="provider") == []


# Making it


def test_a_mailbox_is_made_tried_out_and_not_yet_fetched_from(celina):
    response = celina.post(NEW, second())
    inbox = Inbox.objects.select_related("mailbox", "brand").get()
    assert response["Location"] == f"/settings/mailboxes/{inbox.pk}/"
    assert (inbox.name, inbox.brand.name, inbox.kind, inbox.mailbox.is_connected) == (
        "Sklep", "Ziarno i Glina", "email", False,
    )  # fmt: skip
    assert inbox.config == {
        "imap_host": "imap.home.example", "imap_port": 993, "imap_security": "tls",
        "host": "smtp.home.example", "port": 465, "security": "tls", "username": SHOP,
        "max_bytes": 26214400, "per_day": 500, "provider": "home", "auth": "password",
        "junk": False, "sent_copy": False,
    }  # fmt: skip
    assert json.loads(inbox.secrets) == {"password": "tajne"}
    assert Address.objects.values_list("value", "is_primary").get() == (SHOP, True)
    assert Checkup.objects.values_list("inbox", "language").get() == (inbox.pk, "pl")


def test_habits_other_sign_in_and_usual_ports(celina):
    celina.post(
        NEW,
        second(junk="on", sent_copy="on", imap_username="sklep", imap_password="inne", imap_port="", port="",
               security="starttls"),
    )  # fmt: skip
    inbox = Inbox.objects.get()
    chosen = ("junk", "sent_copy", "imap_username", "imap_port", "port", "security")
    assert [inbox.config[name] for name in chosen] == [True, True, "sklep", 993, 587, "starttls"]
    assert json.loads(inbox.secrets) == {"password": "tajne", "imap_password": "inne"}


def test_a_brand_that_is_there_is_used_and_a_new_one_wins(celina):
    known = brand_named("Ziarno i Glina")
    celina.post(NEW, second(brand=known.pk, new_brand=""))
    celina.post(NEW, second(address="hurt@ziarno.example", brand=known.pk, new_brand="Hurtownia"))
    assert list(Inbox.objects.order_by("pk").values_list("brand__name", flat=True)) == [
        "Ziarno i Glina", "Hurtownia",
    ]  # fmt: skip
    assert Brand.objects.get(name="Hurtownia").sender_name == "Hurtownia"


def test_two_clicks_make_one_mailbox(celina):
    answers = [celina.post(NEW, second()) for _ in range(2)]
    assert [each["Location"] for each in answers] == [f"/settings/mailboxes/{Inbox.objects.get().pk}/"] * 2
    assert (Checkup.objects.count(), Brand.objects.count()) == (1, 1)


def test_a_while_later_the_same_form_is_told_that_the_address_is_taken(celina):
    celina.post(NEW, second())
    Inbox.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    assert celina.post(NEW, second()).status_code == 422
    assert Inbox.objects.count() == 1


def test_the_quicker_of_two_clicks_at_the_same_time_wins(celina, monkeypatch):
    """Both have seen that the address was free."""
    celina.post(NEW, second())
    from okienko.inboxes.forms.owning import AddressForm

    taken, calls = AddressForm.taken_by, []

    def late(form):
        calls.append(form)
        return None if len(calls) == 1 else taken.fget(form)

    monkeypatch.setattr(AddressForm, "taken_by", property(late))
    answer = celina.post(NEW, second(new_brand="Zupełnie nowa"))
    assert answer["Location"] == f"/settings/mailboxes/{Inbox.objects.get().pk}/"
    assert Brand.objects.filter(name="Zupełnie nowa").count() == 0


def test_signing_in_with_the_provider_goes_on_to_its_page(celina, google):
    found = Guess(provider="gmail", label="Gmail", config=FOUND.config, oauth="google")
    response = celina.post(NEW, second(found, password="", provider="google"))
    inbox = Inbox.objects.get()
    # 307: the browser sends the same form on, and with it the name of the provider.
    assert (response.status_code, response["Location"]) == (
        307, f"/settings/mailboxes/oauth/{inbox.pk}/begin/",
    )  # fmt: skip
    assert (inbox.config["auth"], inbox.config["oauth"], inbox.secrets) == ("oauth", "google", "")
    assert Checkup.objects.count() == 0


@pytest.mark.parametrize("chosen", ["microsoft", "evil", "google"])
def test_a_provider_that_was_not_offered_needs_a_password(celina, chosen):
    found = Guess(provider="gmail", label="Gmail", config=FOUND.config, oauth="google")
    response = celina.post(NEW, second(found, password="", provider=chosen))  # nobody is registered anywhere
    assert (response.status_code, faults(response)) == (422, ["Wpisz hasło."])
