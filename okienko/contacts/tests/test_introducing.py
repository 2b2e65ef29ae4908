"""A customer of whom only the name is known."""

import pytest

from okienko.accounts.operations import add_agent
from okienko.contacts.models import Contact
from okienko.contacts.operations import introduce
from okienko.events.log import Actor
from okienko.events.models import Event
from okienko.search import index

pytestmark = pytest.mark.django_db


def test_a_name_alone_makes_a_contact_that_is_found():
    anna = add_agent(email="anna@ziarno.example", name="Anna", password=None)
    contact = introduce("  Jan \n Kos", actor=Actor.agent(anna))
    fact = Event.objects.get(type="contact.added")
    assert (contact.name, contact.identities.count()) == ("Jan Kos", 0)
    assert (fact.data, fact.actor_id) == ({"contact_id": contact.pk, "identity_id": None}, anna.pk)
    assert [hit.ref_id for hit in index.found("kos", kinds=("contact",))] == [contact.pk]


def test_two_of_one_name_stay_two():
    assert introduce("Jan", actor=Actor.system()) != introduce("Jan", actor=Actor.system())


def test_without_a_name_there_is_nobody():
    with pytest.raises(ValueError, match="a name has letters"):
        introduce(" \n", actor=Actor.system())
    assert Contact.objects.count() == 0
