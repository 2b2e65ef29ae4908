"""Changes to how people get in: passwords, second factors, what the office requires."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from okienko.accounts.access_events import (
    PasswordChanged,
    SecondFactorChanged,
    SecondFactorRequired,
    SignedIn,
)
from okienko.accounts.models import Agent, Office
from okienko.events.log import Actor, record

THE_OFFICE = 1


@transaction.atomic
def note_sign_in(agent: Agent, *, way: str):
    """`way`: the methods that were used, joined by "+"."""
    record(SignedIn(agent_id=agent.pk, way=way[:64]), actor=Actor.agent(agent))


@transaction.atomic
def note_factor(agent: Agent, *, kind: str, change: str):
    """A second factor was added, removed or renewed by its owner."""
    record(SecondFactorChanged(agent_id=agent.pk, kind=kind, change=change), actor=Actor.agent(agent))


@transaction.atomic
def set_password(agent: Agent, password: str, *, way: str):
    """Ends every other session of the agent. `way`: account or reset."""
    agent.set_password(password)
    agent.save(update_fields=["password"])
    record(PasswordChanged(agent_id=agent.pk, way=way), actor=Actor.agent(agent))


@transaction.atomic
def forget_factors(agent: Agent):
    """Somebody with access to the server takes away every second factor of a person who is locked out."""
    Authenticator.objects.filter(user=agent).delete()
    record(SecondFactorChanged(agent_id=agent.pk, kind="all", change="removed"), actor=Actor.system())


def forget_profile(account: SocialAccount):
    """What a provider told about a person beside who it is; nothing here needs it."""
    account.extra_data = {}
    if account.pk:
        account.save(update_fields=["extra_data"])


@transaction.atomic
def require_second_factor(required: bool, *, actor: Actor):
    """For everybody who works here, from their next request on."""
    office, _made = Office.objects.select_for_update().get_or_create(pk=THE_OFFICE)
    if office.requires_second_factor == required:
        return
    office.requires_second_factor = required
    office.save(update_fields=["requires_second_factor"])
    record(SecondFactorRequired(office_id=office.pk, required=required), actor=actor)
