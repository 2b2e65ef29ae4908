"""Whose browser is this? For the change stream, which is no Django view."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from okienko.accounts.models import Agent


def agent_of_cookies(cookies: dict[str, str]) -> int | None:
    """The id of the signed-in active agent, or None. Uses the database."""
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    session = import_module(settings.SESSION_ENGINE).SessionStore(key).load()
    agent = Agent.objects.filter(pk=session.get(SESSION_KEY, 0), is_active=True).first()
    given = session.get(HASH_SESSION_KEY, "")
    if agent is None or not constant_time_compare(given, agent.get_session_auth_hash()):
        return None
    return agent.pk
