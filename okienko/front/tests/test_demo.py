"""The demonstration shop is made once, by the operations of real life, looks lived in, and only where it is safe."""

import os
from collections import Counter
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models
from django.utils import timezone

from bench.processes import free_port
from okienko.accounts.models import Agent
from okienko.conversations.models import Conversation, Delivery, Episode, Message
from okienko.events.models import Event, Job
from okienko.files.models import Blob
from okienko.front.demo import shop
from okienko.front.demo.stories import set_pieces

SENT = {"sent": 10, "failed": 1}  # of the short shop
OF_THE_MACHINERY = {"events.Job", "events.Schedule", "events.Epoch", "accounts.Device", "accounts.ApiToken"}


@pytest.fixture
def here(settings, monkeypatch):
    settings.PUBLIC_URL = "http://localhost:8000"
    monkeypatch.setenv("OKIENKO_DEMO_SMTP_PORT", str(free_port()))


def said(story) -> list[str]:
    return [story.text, *(step.text for step in story.steps if step.what in {"writes", "replies", "notes"})]


# What is filled in


@pytest.mark.django_db(transaction=True)
def test_the_shop_is_made_once(here, settings, capsys):
    call_command("demo", short=True)
    first = capsys.readouterr().out
    made = [Conversation.objects.count(), Message.objects.count(), Agent.objects.count()]
    call_command("demo")
    assert capsys.readouterr().out == first
    assert [Conversation.objects.count(), Message.objects.count(), Agent.objects.count()] == made
    told_of = set_pieces(timezone.localtime(), is_short=True)
    assert made == [24, sum(len(said(story)) for story in told_of), 7]
    assert [line.split()[2:4] for line in first.splitlines()] == [
        [f"{name}@ziarno-i-glina.example", "okienko-demo"] for name in ("anna", "bartek", "celina")
    ]
    assert Counter(Delivery.objects.values_list("state", flat=True)) == SENT
    assert len(list((settings.DATA_DIR / "outbox").glob("*.eml"))) == SENT["sent"]
    assert Job.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_what_was_told_holds_together_and_happened_when_it_is_told_to_have(here):
    began = timezone.now()
    call_command("demo", short=True)
    nothing_is_later_than(began)
    everything_holds_together()


def nothing_is_later_than(began):
    later = {}
    for model in apps.get_models():
        if model.__module__.startswith("okienko.") and model._meta.label not in OF_THE_MACHINERY:
            for field in model._meta.concrete_fields:
                if isinstance(field, models.DateTimeField):
                    later[f"{model._meta.label}.{field.name}"] = model.objects.filter(
                        **{f"{field.name}__gte": began}
                    ).count()
    assert {name: count for name, count in later.items() if count} == {}
    assert set(later) >= {
        "conversations.Delivery.sent_at",
        "events.Event.happened_at",
        "search.Searchable.at",
    }


def everything_holds_together():
    for conversation in Conversation.objects.select_related("last_message"):
        newest = conversation.messages.order_by("-received_at", "-pk").first()
        assert conversation.last_message == newest
        assert conversation.last_activity_at == newest.received_at
        assert conversation.created_at == conversation.messages.first().received_at
        last = Episode.objects.filter(conversation=conversation).latest("opened_at")
        assert (last.resolved_at, last.first_reply_at) == (
            conversation.resolved_at,
            conversation.first_reply_at,
        )
        assert (conversation.waiting_since is None) == (conversation.status != "open")
    for delivery in Delivery.objects.filter(state="sent").select_related("recipient__message"):
        gone = delivery.sent_at - delivery.recipient.message.received_at
        assert timedelta(0) < gone < timedelta(minutes=1)
    events = Event.objects.exclude(type="conversation.delivery_changed").order_by("pk")
    moments = list(events.values_list("happened_at", flat=True))
    assert moments == sorted(moments)
    assert Conversation.objects.get(subject__startswith="Zwrot młynka").status == "resolved"


@pytest.mark.django_db(transaction=True)
def test_a_filling_that_broke_off_leaves_nothing_and_begins_anew(here, settings):
    settings.FILES_DIR.parent.mkdir(parents=True, exist_ok=True)
    settings.FILES_DIR.touch()  # where letters ought to lie, nothing can lie
    with pytest.raises(OSError, match="files"):
        call_command("demo", short=True)
    assert [Agent.objects.count(), Message.objects.count(), Blob.objects.count()] == [0, 0, 0]
    settings.FILES_DIR.unlink()
    call_command("demo", short=True)
    assert Conversation.objects.count() == 24


@pytest.mark.django_db(transaction=True)
def test_a_filling_that_was_ended_before_its_letters_left_goes_on(here, settings):
    unfinished = settings.DATA_DIR / "demo-unfinished"
    unfinished.touch()
    shop.build(smtp_port=int(os.environ["OKIENKO_DEMO_SMTP_PORT"]), is_short=True)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"queued"}
    began = timezone.now()
    call_command("demo", short=True)
    assert Conversation.objects.count() == 24
    assert Counter(Delivery.objects.values_list("state", flat=True)) == SENT
    assert Delivery.objects.filter(sent_at__gte=began).count() == 0
    assert not unfinished.exists()


@pytest.mark.django_db
def test_not_where_others_can_reach_it(settings):
    settings.PUBLIC_URL = "https://okienko.sklep.example"
    with pytest.raises(CommandError):
        call_command("demo")
    assert shop.exists() is False
