"""Letters nobody here wrote: awkward ones, bounces, spam, hostile ones. Each becomes exactly one message, none is lost."""

import pytest

from bench.corpora import SHARED
from okienko.conversations.models import Conversation, Message
from okienko.events import worker
from okienko.events.models import Job
from okienko.inboxes.models import Arrival
from okienko.inboxes.operations import add_brand, add_inbox, take_in

LETTERS = sorted((SHARED / "data" / "email").rglob("*.eml")) if SHARED.exists() else []
pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox():
    brand = add_brand(name="Sklep")
    return add_inbox(brand=brand, name="Sklep", kind="email", address="sklep@ziarno.example")


@pytest.mark.skipif(not LETTERS, reason="the corpora kept beside the project are not there")
def test_every_letter_becomes_a_message_and_none_is_lost(mailbox):
    arrivals = {path: take_in(mailbox, path.read_bytes()).pk for path in LETTERS}
    worker.drain(queues=("default",))

    assert len(LETTERS) > 300
    assert not Job.objects.exclude(parked_at=None).exists()
    assert not Arrival.objects.exclude(state=Arrival.State.DONE).exists()
    seen = dict(Message.objects.values_list("sightings__arrival", "notice"))
    assert set(seen) == set(arrivals.values())
    # "unreadable" is for letters, not for faults of ours.
    assert set(seen.values()) <= {"", "unreadable"}


@pytest.mark.skipif(not LETTERS, reason="the corpora kept beside the project are not there")
def test_a_bounce_opens_nothing(mailbox):
    for path in sorted((SHARED / "data/email/bounces").glob("lhost-*.eml")):
        take_in(mailbox, path.read_bytes())
    worker.drain(queues=("default",))
    states = list(Conversation.objects.values_list("status", flat=True))

    assert len(states) > 100
    assert states.count("resolved") >= 0.97 * len(states)
