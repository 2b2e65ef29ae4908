"""Everything said with a customer, on one line of time, and what goes along when an address is somebody else's."""

import pytest

from okienko.contacts.models import Contact, Identity
from okienko.contacts.operations import add_identity, give_own_contact, rename, take_over
from okienko.conversations import operations, sight, story
from okienko.conversations.models import Conversation, Message
from okienko.events.log import Actor
from okienko.events.models import Event
from okienko.events.tests.newest import newest_change
from okienko.inboxes.channel import Party

ADAM = Party("email", "adam@klient.example", name="Adam Nowak")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def zofia(cast):
    return cast.conversation(subject="Paczka", minutes_ago=60).contact


def told(contact, agent, **more) -> list[tuple[str, str]]:
    return [(moment.what, moment.about or moment.who) for moment in story.of(contact, agent, **more).moments]


def test_letters_notes_conversations_and_corrections_stand_together(cast, zofia):
    first = Conversation.objects.get()
    operations.reply(first, text="Już jedzie.", agent=cast.anna)
    operations.note(first, text="Sprawdzone.", agent=cast.anna)
    rename(zofia, "Zofia Gąska", actor=Actor.agent(cast.anna))
    cast.conversation(subject="Faktura", minutes_ago=0)

    assert told(zofia, cast.anna)[-2:] == [("letter", "Paczka"), ("opened", "Paczka")]
    assert sorted(told(zofia, cast.anna)) == [
        ("added", ""), ("letter", "Faktura"), ("letter", "Paczka"), ("letter", "Paczka"), ("note", "Paczka"),
        ("opened", "Faktura"), ("opened", "Paczka"), ("renamed", "Anna"),
    ]  # fmt: skip
    assert told(zofia, cast.anna, channel="note") == [("note", "Paczka")]
    assert len(told(zofia, cast.anna, channel="mail")) == 3
    assert told(zofia, cast.anna, channel="call") == []


def test_calls_stand_among_letters(cast, zofia):
    Message.objects.update(kind="call", minutes=7)

    (moment,) = story.of(zofia, cast.anna, channel="call").moments
    assert (moment.what, moment.minutes, moment.is_inbound) == ("call", 7, True)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_page_by_page_nothing_is_told_twice_and_nothing_left_out(cast, zofia, monkeypatch, size):
    for number in range(3):
        cast.conversation(subject=f"Sprawa {number}", minutes_ago=60)
    Conversation.objects.update(created_at=Conversation.objects.earliest("pk").created_at)
    whole = story.of(zofia, cast.anna).moments
    monkeypatch.setattr(story, "PAGE", size)
    found, cursor = [], ""
    while True:
        part = story.of(zofia, cast.anna, before=cursor)
        assert len(part.moments) <= size
        found += part.moments
        if not (cursor := part.next):
            break

    assert found == whole
    assert len(found) == 9


def test_what_is_hidden_is_not_told(cast, zofia):
    cast.conversation(cast.books, subject="Tajne")

    assert "Tajne" not in str(told(zofia, cast.anna))
    assert "Tajne" in str(told(zofia, cast.bartek))


def test_what_was_said_in_anothers_conversation_is_told_too(cast, zofia):
    strange = cast.conversation(sender=ADAM, subject="Faktura")
    operations.join(strange, Conversation.objects.earliest("pk"), agent=cast.anna)

    assert ("letter", "Paczka") in told(strange.contact, cast.anna)
    assert ("opened", "Faktura") not in told(strange.contact, cast.anna)


def test_the_page_of_a_customer_asks_for_its_story(cast, anna, zofia, django_assert_max_num_queries):
    address = f"/contacts/{zofia.pk}/panels/story/"
    anna.get(address, headers=HTMX)
    with django_assert_max_num_queries(8):  # session, agent, contact, and five for the story
        anna.get(address, headers=HTMX)
    assert anna.get(address, {"before": "nonsense"}).status_code == 200
    assert anna.get(address, {"channel": "nonsense"}).status_code == 200


def test_an_address_goes_with_what_it_began(cast, zofia):
    spare = add_identity(zofia, kind="email", value="druga@klient.example", actor=Actor.agent(cast.anna))
    second = cast.conversation(sender=Party("email", spare.value), subject="Z drugiego")
    both = Conversation.objects.get(subject="Paczka")
    own = give_own_contact(spare, actor=Actor.agent(cast.anna))

    assert Conversation.objects.get(pk=second.pk).contact == own
    assert Conversation.objects.get(pk=both.pk).contact == zofia
    events = Event.objects.filter(type="conversation.customer_changed")
    assert list(events.values_list("subject_id", "data__contact_id")) == [(second.pk, own.pk)]
    take_over(Identity.objects.get(pk=spare.pk), zofia, actor=Actor.agent(cast.anna))
    assert Conversation.objects.get(pk=second.pk).contact == zofia


def test_what_two_addresses_began_together_stays(cast, zofia):
    spare = add_identity(zofia, kind="email", value="druga@klient.example", actor=Actor.agent(cast.anna))
    second = cast.conversation(sender=Party("email", spare.value), subject="Z drugiego")
    first = Conversation.objects.get(subject="Paczka")
    operations.join(second, first, agent=cast.anna)
    give_own_contact(spare, actor=Actor.agent(cast.anna))

    assert Conversation.objects.get(pk=first.pk).contact == zofia


def test_a_named_address_is_not_forgotten_but_parted(cast, anna, zofia):
    spare = add_identity(zofia, kind="email", value="druga@klient.example", actor=Actor.agent(cast.anna))
    cast.conversation(sender=Party("email", spare.value), subject="Z drugiego")
    cast.conversation(cast.books, sender=Party("email", spare.value), subject="Tajne")
    asking = f"/contacts/{zofia.pk}/identities/{spare.pk}/removal/"
    number = Conversation.objects.get(subject="Z drugiego").number
    seen = anna.get(asking).context

    assert (seen["is_named"], seen["is_only"], len(seen["along"])) == (True, False, 1)
    assert seen["along"][0].endswith(f"#{number}")  # of the hidden one nothing is told
    own = Contact.objects.exclude(pk=zofia.pk)
    assert not own.exists()
    answer = anna.post(asking)
    assert answer.headers["Location"] == f"/contacts/{own.get().pk}/"
    assert set(Conversation.objects.filter(contact=own.get()).values_list("subject", flat=True)) == {
        "Z drugiego",
        "Tajne",
    }


def test_the_only_address_of_somebody_who_wrote_stays(cast, anna, zofia):
    mail = zofia.identities.get()

    answer = anna.post(f"/contacts/{zofia.pk}/identities/{mail.pk}/removal/")
    assert (answer.status_code, answer.context["is_only"]) == (200, True)
    assert Contact.objects.count() == 1


def test_the_list_says_when_and_how_much(cast, anna, zofia):
    cast.conversation(cast.books, subject="Tajne")
    operations.resolve(cast.conversation(subject="Załatwiona"), actor=Actor.agent(cast.anna))

    (row,) = anna.get("/contacts/").context["page"].contacts
    assert (row.open_count, row.last_at) == (
        1,
        Conversation.objects.get(subject="Załatwiona").last_activity_at,
    )


def test_who_is_told_that_a_contact_changed(cast):
    """Those who may know of one of its conversations; of a contact without any, everybody who reads."""
    secret = cast.conversation(cast.books, sender=ADAM).contact
    rename(secret, "Adam", actor=Actor.agent(cast.bartek))
    change = newest_change()

    assert {one.name for one in (cast.anna, cast.bartek, cast.celina) if change.is_for(one.pk)} == {
        "Bartek",
        "Celina",
    }
    assert not Contact.objects.visible_to(cast.anna).filter(pk=secret.pk).exists()
    cast.conversation(sender=ADAM)
    assert sight.contact_audiences([secret.pk]) == {secret.pk: None}
    assert Contact.objects.visible_to(cast.anna).filter(pk=secret.pk).exists()
