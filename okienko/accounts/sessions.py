"""Whose browser is this, and may it still listen? For the change stream, which is no Django view."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import CharField, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from okienko.accounts.entrance.standing import not_held_back
from okienko.accounts.models import Agent, Device

MOST_NAMED = 500  # sessions named in one question; above that it is quicker to ask for all


@dataclass(frozen=True)
class Visitor:
    """Who listens, by which session. `standing`: changes with role and password."""

    agent_id: int
    session_key: str
    standing: str


def visitor_of_cookies(cookies: dict[str, str]) -> Visitor | None:
    """The signed-in active agent, or None. Uses the database."""
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    session = import_module(settings.SESSION_ENGINE).SessionStore(key).load()
    agent = not_held_back(Agent.objects.filter(pk=session.get(SESSION_KEY, 0), is_active=True)).first()
    given = session.get(HASH_SESSION_KEY, "")
    if agent is None or not constant_time_compare(given, agent.get_session_auth_hash()):
        return None
    return Visitor(agent.pk, key, _standing(agent.role, agent.custom_role_id, agent.password))


def _standing(role: str, custom_role_id: int | None, password: str) -> str:
    return hashlib.sha256(f"{role}/{custom_role_id or ''}/{password}".encode()).hexdigest()[:16]


def still_welcome(visitors: Collection[Visitor]) -> set[Visitor]:
    """Those whose session goes on, who are active, and whose role and password are as they were. One question."""
    sessions = Session.objects.filter(expire_date__gt=timezone.now())
    if len(visitors) <= MOST_NAMED:
        sessions = sessions.filter(pk__in=[visitor.session_key for visitor in visitors])
    agents = not_held_back(Agent.objects.filter(is_active=True)).annotate(
        key=Cast("pk", CharField(max_length=40)), own=Cast("custom_role_id", CharField(max_length=40))
    )
    nothing = {name: Value(None, output_field=CharField()) for name in ("role", "own", "password")}
    rows = sessions.annotate(key=Cast("pk", CharField(max_length=40)), **nothing).values_list(
        "key", "role", "own", "password"
    )
    keys, standings = set(), {}
    for key, role, own, password in rows.union(
        agents.values_list("key", "role", "own", "password"), all=True
    ):
        if role is None:
            keys.add(key)
        else:
            standings[int(key)] = _standing(role, own, password)
    return {
        visitor
        for visitor in visitors
        if visitor.session_key in keys and standings.get(visitor.agent_id) == visitor.standing
    }


def listed(agent: Agent) -> list[Device]:
    """The browsers in which the agent really is signed in, the one that was here last first."""
    devices = {device.session_key: device for device in agent.devices.order_by("-seen_at", "-pk")}
    alive = Session.objects.filter(pk__in=list(devices), expire_date__gt=timezone.now())
    own = agent.get_session_auth_hash()
    good = {
        session.pk
        for session in alive
        if constant_time_compare(session.get_decoded().get(HASH_SESSION_KEY, ""), own)
    }
    return [device for key, device in devices.items() if key in good]
