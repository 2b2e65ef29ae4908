"""The demonstration shop is made once, by the operations of real life, and only where it is safe."""

import pytest
from django.core.management import CommandError, call_command

from bench.processes import free_port
from okienko.accounts.models import Agent
from okienko.conversations.models import Conversation, Delivery, Message
from okienko.events.models import Job
from okienko.front.demo import shop
from okienko.front.demo.stories import STORIES


@pytest.fixture
def here(settings, monkeypatch):
    settings.PUBLIC_URL = "http://localhost:8000"
    monkeypatch.setenv("OKIENKO_DEMO_SMTP_PORT", str(free_port()))


@pytest.mark.django_db(transaction=True)
def test_the_shop_is_made_once(here, settings, capsys):
    call_command("demo")
    first = capsys.readouterr().out
    made = [Conversation.objects.count(), Message.objects.count(), Agent.objects.count()]
    call_command("demo")
    assert capsys.readouterr().out == first
    assert [Conversation.objects.count(), Message.objects.count(), Agent.objects.count()] == made
    assert made == [
        len(STORIES),
        len(STORIES)
        + sum(s.what in {"writes", "replies", "notes"} for story in STORIES for s in story.steps),
        3,
    ]
    assert [line.split()[2:4] for line in first.splitlines()] == [
        [f"{name}@ziarno-i-glina.example", "okienko-demo"] for name in ("anna", "bartek", "celina")
    ]
    states = sorted(Delivery.objects.values_list("state", flat=True).distinct())
    assert states == ["failed", "sent"]
    assert (
        len(list((settings.DATA_DIR / "outbox").glob("*.eml")))
        == Delivery.objects.filter(state="sent").count()
    )
    assert Job.objects.exclude(parked_at=None).count() == 0


@pytest.mark.django_db
def test_not_where_others_can_reach_it(settings):
    settings.PUBLIC_URL = "https://okienko.sklep.example"
    with pytest.raises(CommandError):
        call_command("demo")
    assert shop.exists() is False
