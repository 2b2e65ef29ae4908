"""Roles of the shop's own."""

from collections.abc import Iterable

from django.db import transaction

from okienko.accounts.models import Agent, Invitation, Role
from okienko.accounts.operations.ruling import (
    Refused,
    insist_on_holding,
    somebody_stays_in_charge,
    tell_sight_changed,
)
from okienko.accounts.roles import complete
from okienko.accounts.staff_events import RoleChanged, RoleDeleted, RoleMade
from okienko.events.log import Actor, record


def insist_on_free_name(name: str, but: Role | None = None):
    if Role.objects.filter(name__iexact=name).exclude(pk=but.pk if but else 0).exists():
        raise Refused("taken")


def listed(words: Iterable[str]) -> str:
    return " ".join(sorted(words))


@transaction.atomic
def make_role(name: str, words: Iterable[str], *, by: Agent) -> Role:
    """With the words and those they need. Refused: beyond, taken."""
    words = complete(words)
    insist_on_holding(by, words)
    insist_on_free_name(name)
    role = Role.objects.create(name=name, words=sorted(words))
    record(RoleMade(role_id=role.pk, new=listed(words)), actor=Actor.agent(by))
    return role


def change_role(role: Role, *, name: str, words: Iterable[str], by: Agent):
    """For everybody who has it, at once. Refused: beyond, mightier, taken, last."""
    words = complete(words)
    with somebody_stays_in_charge():
        role = Role.objects.select_for_update().get(pk=role.pk)
        if not role.all_words <= by.words:
            raise Refused("mightier")
        insist_on_holding(by, words)
        insist_on_free_name(name, role)
        old_name, old_words = role.name, role.all_words
        role.name, role.words = name, sorted(words)
        role.save(update_fields=["name", "words"])
        tell = Actor.agent(by)
        if old_name != name:
            record(RoleChanged(role_id=role.pk, what="name", old=old_name, new=name), actor=tell)
        if old_words != words:
            fact = RoleChanged(role_id=role.pk, what="words", old=listed(old_words), new=listed(words))
            record(fact, actor=tell)
            having = Agent.objects.filter(custom_role=role, is_active=True)
            tell_sight_changed(having.values_list("pk", flat=True), by=by)


@transaction.atomic
def delete_role(role: Role, *, by: Agent):
    """Refused("in_use") while somebody has it, also somebody who left, or is invited to it; mightier."""
    role = Role.objects.select_for_update().get(pk=role.pk)
    if not role.all_words <= by.words:
        raise Refused("mightier")
    invited = [one for one in Invitation.objects.filter(custom_role=role, used_at=None) if one.is_open]
    if role.agents.exists() or invited:
        raise Refused("in_use")
    record(RoleDeleted(role_id=role.pk, old=role.name), actor=Actor.agent(by))
    role.delete()
