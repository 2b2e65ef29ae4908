import pytest

from okienko.contacts.models import Contact, Identity
from okienko.contacts.operations import identify
from okienko.events.models import Event

pytestmark = pytest.mark.django_db


def test_an_address_is_one_identity_of_one_contact():
    one = identify(kind="email", value="zofia@klient.example", name="Zofia")
    two = identify(kind="email", value="zofia@klient.example", name="Ktoś Inny")

    assert one == two
    assert Contact.objects.get().name == "Zofia"
    assert [event.type for event in Event.objects.all()] == ["contact.added"]


def test_a_name_fills_an_empty_one():
    identify(kind="email", value="zofia@klient.example")

    assert (
        identify(kind="email", value="zofia@klient.example", name=" Zofia \n G. ").contact.name == "Zofia G."
    )
    assert Contact.objects.get().name == "Zofia G."


def test_a_relay_never_gets_the_name_of_one_of_its_users():
    relay = identify(kind="email", value="formularz@sklep.example")
    Identity.objects.filter(pk=relay.pk).update(is_relay=True)
    identify(kind="email", value="formularz@sklep.example", name="Zofia")

    assert Contact.objects.get().name == ""


def test_kinds_are_kept_apart():
    identify(kind="phone", value="+48501502503")
    identify(kind="handle", value="+48501502503")

    assert Contact.objects.count() == 2


def test_a_new_identity_is_not_verified():
    assert not identify(kind="email", value="zofia@klient.example").is_verified
