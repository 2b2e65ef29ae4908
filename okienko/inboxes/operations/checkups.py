"""Trials of a mailbox: every step is written down as it happens, and what was learned is kept."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from okienko.events import queue
from okienko.inboxes.models import Checkup, Inbox
from okienko.inboxes.source import Step

CHECK_MAILBOX = "inboxes.check_mailbox"


@transaction.atomic
def start_checkup(inbox: Inbox, *, agent, language: str) -> Checkup:
    """Try the mailbox out. One trial at a time: a second click gets the running one."""
    Inbox.objects.select_for_update().get(pk=inbox.pk)
    recent = timezone.now() - timedelta(minutes=5)
    running = inbox.checkups.filter(finished_at=None, created_at__gt=recent).first()
    if running:
        return running
    started = Checkup.objects.create(
        inbox=inbox, agent=agent, language=language, token=secrets.token_urlsafe(18)
    )
    queue.add(CHECK_MAILBOX, {"checkup_id": started.pk}, queue="network", lane=f"checkup/{inbox.pk}")
    return started


def begin_again(checkup: Checkup):
    """Whatever an interrupted run has written is tried anew."""
    checkup.steps = []
    checkup.save(update_fields=["steps"])


def add_step(checkup: Checkup, step: Step):
    checkup.steps.append({"name": step.name, "verdict": step.verdict, "words": step.words})
    checkup.save(update_fields=["steps"])


@transaction.atomic
def finish(checkup: Checkup, facts: dict[str, str]):
    """`facts`: what the steps found out, e.g. {"plus": "yes", "size": "26214400"}."""
    inbox = Inbox.objects.select_for_update().get(pk=checkup.inbox_id)
    if "plus" in facts:
        inbox.config["plus_addressing"] = facts["plus"] == "yes"
    if facts.get("size", "").isdecimal():
        inbox.config["max_bytes"] = int(facts["size"])
    inbox.save(update_fields=["config"])
    checkup.finished_at = timezone.now()
    checkup.save(update_fields=["finished_at"])
