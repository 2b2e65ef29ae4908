"""What holds for every change of people, teams and roles."""

from collections.abc import Iterable
from contextlib import contextmanager

from django.db import transaction

from okienko.accounts.models import Agent
from okienko.accounts.staff_events import SightChanged
from okienko.events.log import Actor, record

IN_CHARGE = "people.manage"


class Refused(Exception):
    """`why`: beyond, mightier, last, oneself, taken, in_use, gone or needs_heir."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


@contextmanager
def somebody_stays_in_charge():
    """A transaction that is undone, with Refused("last"), when nobody would be left who manages people."""
    with transaction.atomic():
        # Two owners must not take each other's role at the same moment.
        list(Agent.objects.with_word(IN_CHARGE).select_for_update().order_by("pk"))
        yield
        if not Agent.objects.with_word(IN_CHARGE).exists():
            raise Refused("last")


def insist_on_holding(by: Agent, words: Iterable[str]):
    """Nobody gives words they do not hold. Refused("beyond")."""
    if not set(words) <= set(by.words):
        raise Refused("beyond")


def insist_on_power_over(by: Agent, agent: Agent):
    """Nobody changes somebody who may do more than they. Refused("mightier")."""
    if not agent.words <= by.words:
        raise Refused("mightier")


def tell_sight_changed(agents: Iterable[int], *, by: Agent):
    note_sight_changed(agents, actor=Actor.agent(by))


@transaction.atomic
def note_sight_changed(agents: Iterable[int], *, actor: Actor):
    """Pages of these agents ask again: they may see or do something else now."""
    for pk in sorted(set(agents)):
        record(SightChanged(sight_id=pk), actor=actor)
