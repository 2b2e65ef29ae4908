"""Browsers of tests, as if their people had signed in by the form."""

from django.test import Client

from okienko.accounts.models import Agent, Device
from okienko.accounts.operations import devices
from okienko.accounts.operations.devices import Sighting

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.6 Mobile/15E148 Safari/604.1"
)


def browser(agent: Agent, user_agent: str = FIREFOX, place: str = "") -> tuple[Client, Device]:
    """A browser in which the agent has signed in, and how it is listed."""
    client = Client(headers={"user-agent": user_agent})
    client.force_login(agent)
    key = client.session.session_key
    return client, devices.remember(Sighting(key, agent.pk, user_agent, place))
