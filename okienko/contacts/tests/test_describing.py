"""What a customer is called, speaks and is: corrected by hand, and kept."""

import pytest

from okienko.contacts import listing
from okienko.contacts.models import Contact
from okienko.contacts.operations import choose_language, identify, rename, tag, untag
from okienko.events.models import Event
from okienko.events.tests.newest import newest_change


def told() -> list[str]:
    return list(Event.objects.filter(subject_type="contact").order_by("pk").values_list("type", flat=True))


def found(words: str, agent) -> list[str]:
    return [contact.name for contact in listing.found(words, agent)]


def test_a_name_corrected_by_hand_is_kept_from_letters(house):
    rename(house.zofia, "  Zofia \n Gąska ", actor=house.by_anna)
    identify(kind="email", value="zofia@klient.example", name="Zosia z pracy")

    assert Contact.objects.get(pk=house.zofia.pk).name == "Zofia Gąska"
    assert told() == ["contact.added", "contact.renamed"]
    event = Event.objects.get(type="contact.renamed")
    assert (event.data, event.actor_id) == ({"contact_id": house.zofia.pk}, house.anna.pk)


def test_renaming_twice_is_one_event_and_an_empty_name_is_refused(house):
    for _ in range(2):
        rename(house.zofia, "Zofia Gąska", actor=house.by_anna)
    with pytest.raises(ValueError, match="letters"):
        rename(house.zofia, " \n ", actor=house.by_anna)

    assert told() == ["contact.added", "contact.renamed"]


def test_the_same_name_confirmed_by_hand_is_kept_too(house):
    rename(house.zofia, "Zofia Gąsiorowska", actor=house.by_anna)

    assert Contact.objects.get(pk=house.zofia.pk).is_named_by_hand


def test_a_corrected_name_is_found_and_the_wrong_one_no_longer(house):
    rename(house.zofia, "Zofia Kowalska", actor=house.by_anna)

    assert found("Kowalskiej", house.anna) == ["Zofia Kowalska"]
    assert found("Gąsiorowska", house.anna) == []


def test_a_language_is_stored(house):
    for _ in range(2):
        choose_language(house.zofia, "uk", actor=house.by_anna)

    assert Contact.objects.get(pk=house.zofia.pk).language == "uk"
    assert told() == ["contact.added", "contact.language_chosen"]


def test_a_tag_is_one_whatever_its_case_and_is_found(house):
    first = tag(house.zofia, " Hurt ", actor=house.by_anna)
    again = tag(house.zofia, "hurt", actor=house.by_anna)

    assert (first, again.name) == (again, "Hurt")
    assert found("hurt", house.anna) == ["Zofia Gąsiorowska"]
    untag(house.zofia, first, actor=house.by_anna)
    untag(house.zofia, first, actor=house.by_anna)
    assert found("hurt", house.anna) == []
    assert told() == ["contact.added", "contact.tagged", "contact.untagged"]


def test_a_tag_needs_a_name(house):
    with pytest.raises(ValueError, match="name"):
        tag(house.zofia, " ", actor=house.by_anna)


def test_the_stream_says_that_the_contact_changed(house):
    rename(house.zofia, "Zofia Gąska", actor=house.by_anna)
    change = newest_change()

    assert change.topic == f"contact/{house.zofia.pk}"
    assert change.is_for(house.olek.pk)
