"""rows.py must do what the ORM does, on both databases."""

from datetime import UTC, datetime

import pytest

from okienko.accounts.models import Agent
from okienko.contacts.models import Contact, Identity
from okienko.conversations.models import Message
from okienko.events.models import Job
from okienko.inboxes.models import Brand, Inbox
from okienko.lib import rows

pytestmark = pytest.mark.django_db


def test_a_row_is_written_and_read_as_the_orm_would():
    job = rows.insert(Job(name="x", args={"a": [1, "ż"]}, run_at=datetime(2026, 3, 2, 7, tzinfo=UTC)))

    assert Job.objects.get(pk=job.pk).args == {"a": [1, "ż"]}
    assert rows.get(Job, pk=job.pk).run_at == datetime(2026, 3, 2, 7, tzinfo=UTC)
    for field in Job._meta.concrete_fields:
        assert getattr(rows.get(Job, name="x"), field.attname) == getattr(Job.objects.get(), field.attname)


def test_a_row_read_can_be_saved_and_compared():
    contact = rows.insert(Contact(name="Zofia"))
    contact.name = "Zofia G."
    contact.save()

    assert Contact.objects.get() == contact
    assert rows.get(Contact, name="Zofia G.") == contact


def test_secrets_are_encrypted_here_too():
    brand = rows.insert(Brand(name="Sklep"))
    inbox = rows.insert(Inbox(brand=brand, name="a", kind="email", secrets="hasło"))

    assert rows.values(Inbox, ["secrets"], pk=inbox.pk) == [["hasło"]]
    assert Inbox.objects.extra(select={"raw": "secrets"}).values_list("raw", flat=True).get() != "hasło"
    inbox.secrets = "nowe"
    rows.update(inbox, "secrets")
    assert Inbox.objects.get().secrets == "nowe"


def test_choices_reach_the_database_as_their_values():
    rows.insert(Agent(email="a@x.example", name="a", role=Agent.Role.OWNER))

    assert rows.values(Agent, ["role"], role__in=[Agent.Role.OWNER, Agent.Role.LEAD]) == [["owner"]]


def test_a_taken_value_is_told_and_changes_nothing():
    contact = rows.insert(Contact(name="Zofia"))
    assert rows.insert_new(Identity(contact=contact, kind="email", value="z@x.example"))
    twin = Identity(contact=contact, kind="email", value="z@x.example")

    assert not rows.insert_new(twin)
    assert twin.pk is None
    assert Identity.objects.count() == 1


def test_many_rows_at_once():
    rows.insert_all(Contact(name=f"c{number}") for number in range(250))
    rows.insert_all([])

    assert Contact.objects.count() == 250
    assert rows.values(Contact, ["name"], name__in=["c7", "c9", "none"], tail=" ORDER BY id DESC") == [
        ["c9"],
        ["c7"],
    ]
    assert rows.values(Contact, ["name"], name__in=[]) == []


def test_update_writes_only_what_is_named():
    contact = rows.insert(Contact(name="Zofia", language="pl"))
    contact.name, contact.language = "Anna", "en"
    rows.update(contact, "name")

    assert Contact.objects.values_list("name", "language").get() == ("Anna", "pl")


def test_rows_of_foreign_keys_come_along():
    brand = rows.insert(Brand(name="Sklep"))
    inbox = rows.insert(Inbox(brand=brand, name="a", kind="email", secrets="hasło"))
    rows.insert(Inbox(brand=rows.insert(Brand(name="Inny")), name="b", kind="email"))
    found = rows.get(Inbox, related=("brand",), name="a")

    assert (found, found.secrets) == (inbox, "hasło")
    assert Inbox.brand.is_cached(found)
    assert (found.brand, found.brand.name) == (brand, "Sklep")


def test_nothing_found_is_none():
    assert rows.get(Message, pk=1) is None


def test_hostile_values_stay_values():
    name = "'); DROP TABLE contacts_contact; --%s\""
    rows.insert(Contact(name=name))

    assert rows.values(Contact, ["name"], name=name) == [[name]]
