"""The office that the benchmarks work in: teams, inboxes, people, and who of them is signed in."""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from okienko.accounts.models import Agent, Team
from okienko.accounts.operations import add_agent, add_team
from okienko.inboxes.models import Inbox
from okienko.inboxes.operations import add_brand, add_inbox

OWNERS = 49
TEAMS = ["Sprzedaż", "Obsługa", "Reklamacje", "Księgowość", "Zarząd"]
OPEN_TEAMS = 2  # the first ones; the others are closed
ADDRESS = "sklep@ziarno.test"  # of the first inbox


@dataclass(frozen=True)
class Office:
    """`ours`: the agent of the open teams only, as whom everything is measured. `inboxes[2]` is closed."""

    ours: Agent
    owners: list[Agent]
    teams: list[Team]
    inboxes: list[Inbox]


def opened(smtp_port: int = 1) -> Office:
    """Make the office in an empty, migrated database. Mail goes out by 127.0.0.1:`smtp_port`."""
    owners = [
        add_agent(email=f"konsultant{number}@ziarno.test", name=f"Konsultant {number}", password=None)
        for number in range(OWNERS)
    ]
    anna = add_agent(email="anna@ziarno.test", name="Anna Wrona", password=None)
    teams = [
        add_team(name=name, is_closed=number >= OPEN_TEAMS, members=owners[number::5])
        for number, name in enumerate(TEAMS)
    ]
    for team in teams[:OPEN_TEAMS]:
        team.members.add(anna)
    brand = add_brand(name="Ziarno i Glina", sender_name="Ziarno i Glina")
    out = {"host": "127.0.0.1", "port": smtp_port}
    inboxes = [
        add_inbox(brand=brand, name="Sklep", kind="email", address=ADDRESS, config=out, team=teams[0]),
        add_inbox(
            brand=brand, name="Pomoc", kind="email", address="pomoc@ziarno.test", config=out, team=teams[1]
        ),
        add_inbox(
            brand=brand,
            name="Faktury",
            kind="email",
            address="faktury@ziarno.test",
            config=out,
            team=teams[3],
            is_closed=True,
        ),
    ]
    return Office(anna, owners, teams, inboxes)


def signed_in(agent: Agent, times: int = 1) -> list[str]:
    """That many sessions of an agent, each as after signing in; what their cookies say."""
    made = []
    for _ in range(times):
        session = SessionStore(secrets.token_hex(16))
        session[SESSION_KEY] = str(agent.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
        session.save(must_create=True)
        made.append(session.session_key)
    return made
