"""Ways to a person: written down, chosen, forgotten, and given to whom they belong."""

import pytest

from okienko.contacts import listing
from okienko.contacts.addresses import normal, searched, shown
from okienko.contacts.models import Contact, Identity
from okienko.contacts.operations import (
    Belongs,
    add_identity,
    choose_primary,
    forget,
    give_own_contact,
    identify,
    take_over,
)
from okienko.events.models import Event


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (" Zofia@Klient.Example ", "zofia@klient.example"),
        ("mailto:zofia@klient.example", "zofia@klient.example"),
        ("zofia@żółw.example", "zofia@żółw.example"),
        ("żółw@klient.example", "żółw@klient.example"),
        ("zofia@", ""),
        ("zofia@klient", ""),
        (f"{'z' * 250}@klient.example", ""),
        ("501-502-503", "+48501502503"),
        ("0048 501 502 503", "+48501502503"),
        ("tel:+48501502503", "+48501502503"),
        ("(22) 556 04 24", "+48225560424"),
        ("+420 601 123 456", "+420601123456"),
        ("123", ""),
        ("Zofia", ""),
    ],
)
def test_an_address_is_stored_in_one_way(written, stored):
    assert normal(written) == stored


def test_a_number_is_shown_and_found_as_people_write_it():
    assert shown("phone", "+48501502503") == "+48 501 502 503"
    assert searched("phone", "+48501502503") == "+48 501 502 503 48501502503 501502503"
    assert searched("handle", "nobody/abc") == ""


def phone(house, value: str = "+48501502503") -> Identity:
    return add_identity(house.zofia, kind="phone", value=value, actor=house.by_anna)


@pytest.mark.parametrize("words", ["501 502 503", "501502503", "+48 501 502 503", "0048501502503"[2:]])
def test_a_customer_is_found_by_their_number_however_it_is_typed(house, words):
    phone(house)

    assert [one.name for one in listing.found(words, house.anna)] == ["Zofia Gąsiorowska"]


def test_an_address_added_twice_is_one(house):
    assert phone(house) == phone(house)
    assert Event.objects.filter(type="contact.identity_added").count() == 1


def test_an_address_of_somebody_else_is_not_taken_silently(house):
    other = identify(kind="email", value="adam@klient.example", name="Adam")

    with pytest.raises(Belongs) as taken:
        add_identity(house.zofia, kind="email", value="adam@klient.example", actor=house.by_anna)
    assert taken.value.identity == other
    assert Identity.objects.get(pk=other.pk).contact.name == "Adam"


def test_one_of_each_kind_is_the_main_one(house):
    first, second = phone(house), phone(house, "+48601602603")
    mail = house.zofia.identities.get(kind="email")
    for one in (first, mail, second, second):
        choose_primary(one, actor=house.by_anna)

    chosen = house.zofia.identities.filter(is_primary=True).order_by("kind")
    assert [one.value for one in chosen] == ["zofia@klient.example", "+48601602603"]
    assert Event.objects.filter(type="contact.primary_chosen").count() == 3


def test_an_address_nobody_wrote_from_is_forgotten(house):
    added = phone(house)

    assert forget(added, actor=house.by_anna)
    assert [one.kind for one in house.zofia.identities.all()] == ["email"]
    assert list(listing.found("501502503", house.anna)) == []
    assert Event.objects.filter(type="contact.identity_removed").count() == 1


def test_an_address_moves_with_its_words_to_another_contact(house):
    other = identify(kind="email", value="adam@klient.example", name="Adam")
    choose_primary(other, actor=house.by_anna)
    other.refresh_from_db()
    for _ in range(2):
        take_over(other, house.zofia, actor=house.by_anna)

    moved = Identity.objects.get(pk=other.pk)
    assert (moved.contact, moved.is_primary) == (house.zofia, False)
    assert [one.name for one in listing.found("adam@klient.example", house.anna)] == ["Zofia Gąsiorowska"]
    events = Event.objects.filter(type__startswith="contact.identity_").order_by("pk")
    assert [(event.type, event.subject_id, event.data["other_id"]) for event in events] == [
        ("contact.identity_left", other.contact_id, house.zofia.pk),
        ("contact.identity_came", house.zofia.pk, other.contact_id),
    ]


def test_an_address_gets_a_contact_of_its_own_once(house):
    added = phone(house)
    first = give_own_contact(added, actor=house.by_anna)
    again = give_own_contact(added, actor=house.by_anna)  # the same form a second time

    assert first == again
    assert (Contact.objects.count(), first.name) == (2, "")
    assert [one.value for one in first.identities.all()] == ["+48501502503"]
    assert list(listing.found("501502503", house.anna)) == [first]
