"""One form sent twice at one moment, and two people who need the same telephone at once."""

from uuid import uuid4

import pytest

from okienko.conversations import operations
from okienko.conversations.models import Conversation
from okienko.conversations.tests.desk_cast import cast
from okienko.conversations.tests.test_joining_at_once import at_once
from okienko.inboxes.channel import Party
from okienko.inboxes.models import Inbox

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_letter(db):
    office, once, made = cast(), uuid4(), []
    given = {
        "inbox": office.shop,
        "to": [Party("email", "zofia@klient.example")],
        "subject": "Kubek",
        "text": "Jest.",
    }

    def begin():
        made.append(operations.start(**given, agent=office.anna, once=once))

    assert at_once(begin, begin, begin) == []
    assert (len({message.pk for message in made}), Conversation.objects.count()) == (1, 1)


def test_a_call(db):
    office, once, made = cast(), uuid4(), []
    given = {"kind": "call", "direction": "in", "minutes": 1, "text": "Jest.", "agent": office.anna}

    def log():
        made.append(operations.log_talk(**given, name="Jan", once=once))

    assert at_once(log, log, log) == []
    assert (len({message.pk for message in made}), Conversation.objects.count()) == (1, 1)


def test_the_first_calls_of_a_shop_hang_on_one_telephone(db):
    office = cast()
    given = {"kind": "call", "direction": "in", "minutes": 1, "text": "Jest.", "agent": office.anna}
    assert at_once(*[lambda: operations.log_talk(**given, name="Jan")] * 4) == []
    assert (Inbox.objects.filter(kind="phone").count(), Conversation.objects.count()) == (1, 4)
