"""A mailbox that stops is seen and told, once; one that runs again, too."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.utils import timezone

from okienko.accounts.models import Agent
from okienko.accounts.operations import add_agent
from okienko.events import worker
from okienko.events.log import Actor
from okienko.events.models import Event
from okienko.inboxes import operations, registry
from okienko.inboxes.channel import ChannelError, Sent
from okienko.inboxes.models import Mailbox
from okienko.inboxes.operations import watching
from okienko.inboxes.source import Trouble
from okienko.inboxes.tests.provider import Provider

pytestmark = pytest.mark.django_db
LONG = timedelta(minutes=11)


@pytest.fixture
def provider(monkeypatch):
    provider = Provider(registry.channel_for("email"))
    monkeypatch.setitem(registry._channels.by_kind, "email", provider)
    return provider


def mailbox(name: str) -> Mailbox:
    brand = operations.add_brand(name=f"Sklep {name}")
    made = operations.set_up(
        brand=brand,
        name=name,
        address=f"{name.lower()}@ziarno.example",
        config={"host": f"smtp.{name.lower()}.example", "imap_host": "imap.example"},
        secrets={"password": "x"},
        actor=Actor.system(),
    )
    operations.connect(made.inbox, actor=Actor.system())
    return made


@pytest.fixture
def celina():
    return add_agent(email="celina@dom.example", name="Celina", password=None, role=Agent.Role.OWNER)


def not_fetched_for(made: Mailbox, span: timedelta):
    watching.failed(made, Trouble.LOGIN, "the password is refused")
    Mailbox.objects.filter(pk=made.pk).update(
        fetched_at=timezone.now() - span, connected_at=timezone.now() - timedelta(days=9)
    )


def told(provider) -> list[tuple[str, str, str]]:
    """(from, to, subject) of each letter that left."""
    mails = [message_from_bytes(payload, policy=default) for payload, _ in provider.taken]
    return [
        (mail["From"].addresses[0].addr_spec, mail["To"].addresses[0].addr_spec, mail["Subject"])
        for mail in mails
    ]


def minute():
    watching.tell_what_has_stopped()
    worker.drain()


def test_a_mailbox_that_stops_fetching_is_told_once_by_another_one(provider, celina):
    broken, _ = mailbox("Sklep"), mailbox("Hurt")
    add_agent(email="anna@dom.example", name="Anna", password=None)  # not hers to look after
    not_fetched_for(broken, LONG)
    minute()
    minute()

    assert told(provider) == [
        ("hurt@ziarno.example", "celina@dom.example", "Skrzynka „Sklep” nie odbiera poczty")
    ]
    mail = message_from_bytes(provider.taken[0][0], policy=default)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "the password is refused" in mail.get_content()

    watching.all_well(broken)
    worker.drain()
    assert [subject for _, _, subject in told(provider)][1:] == ["Skrzynka „Sklep” znów odbiera pocztę."]


def test_a_short_failure_is_not_told(provider, celina):
    not_fetched_for(mailbox("Sklep"), timedelta(minutes=9))
    minute()
    assert provider.taken == []


@pytest.mark.parametrize("act", [operations.pause, operations.disconnect])
def test_what_was_stopped_on_purpose_is_not_told(provider, celina, act):
    made = mailbox("Sklep")
    not_fetched_for(made, LONG)
    act(made.inbox, actor=Actor.agent(celina))
    minute()
    assert provider.taken == []


def test_a_mailbox_that_was_never_reached_is_told_too(provider, celina):
    made = mailbox("Sklep")
    Mailbox.objects.filter(pk=made.pk).update(connected_at=timezone.now() - LONG, fetched_at=None)
    minute()
    assert len(provider.taken) == 1


def test_one_that_stops_sending_is_told_by_the_other(provider, celina):
    broken, _ = mailbox("Sklep"), mailbox("Hurt")
    watching.sending_failed(broken.inbox, "550 blocked")
    Mailbox.objects.filter(pk=broken.pk).update(sending_failing_since=timezone.now() - LONG)
    minute()
    minute()
    assert told(provider) == [
        ("hurt@ziarno.example", "celina@dom.example", "Skrzynka „Sklep” nie wysyła poczty")
    ]
    watching.sending_works(broken.inbox)
    worker.drain()
    assert len(provider.taken) == 2


def test_when_no_mailbox_can_send_the_notice_is_tried_again(provider, celina):
    broken = mailbox("Sklep")
    not_fetched_for(broken, LONG)
    provider.answers = [ChannelError("away"), Sent()]
    minute()
    assert provider.taken == []
    assert Event.objects.filter(type="inbox.mailbox_stopped").count() == 1

    from okienko.events.models import Job

    Job.objects.update(run_at=timezone.now())
    worker.drain()
    assert len(provider.taken) == 1


def test_the_first_failure_counts_not_the_last(provider):
    made = mailbox("Sklep")
    watching.failed(made, Trouble.UNREACHABLE, "away")
    first = Mailbox.objects.get().failing_since
    watching.failed(made, Trouble.LOGIN, "wrong")
    seen = Mailbox.objects.get()
    assert (seen.failing_since, seen.error, seen.trouble) == (first, "wrong", "login")
