"""`visible_to` and the change stream must agree on every conversation and every agent."""

from itertools import product

import pytest

from okienko.accounts.models import Agent
from okienko.accounts.operations import add_agent, add_team
from okienko.contacts.operations import identify
from okienko.conversations.models import Conversation, Follow
from okienko.conversations.sight import audiences
from okienko.inboxes.operations import add_brand, add_inbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db):
    names = ["anna", "bartek", "celina", "leon"]
    roles = [Agent.Role.AGENT, Agent.Role.AGENT, Agent.Role.OWNER, Agent.Role.LEAD]
    return [
        add_agent(email=f"{n}@x.example", name=n, password=None, role=r)
        for n, r in zip(names, roles, strict=True)
    ]


@pytest.fixture
def conversations(people):
    """Every mixture of open and closed team and inbox, assigned or not, followed or not."""
    anna, bartek, _, leon = people
    teams = [None, add_team(name="otwarty"), add_team(name="zamknięty", is_closed=True, members=[bartek])]
    brand, contact = add_brand(name="Sklep"), identify(kind="email", value="z@k.example").contact
    inboxes = [
        add_inbox(brand=brand, name=f"{closed}{team}", kind="email", is_closed=closed, team=team)
        for closed, team in product([False, True], teams)
    ]
    made = []
    for inbox, team, assignee in product(inboxes, teams, [None, anna]):
        conversation = Conversation(contact=contact, brand=brand, inbox=inbox, team=team, assignee=assignee)
        conversation.save()
        made.append(conversation)
    for conversation in made[::3]:
        Follow.objects.create(conversation=conversation, agent=leon)
    return made


def test_the_stream_tells_exactly_those_who_may_see(people, conversations):
    told = audiences([conversation.pk for conversation in conversations])
    for agent in people:
        visible = set(Conversation.objects.visible_to(agent).values_list("pk", flat=True))
        assert visible == {pk for pk, audience in told.items() if audience is None or agent.pk in audience}


def test_the_mixture_means_something(people, conversations):
    everything = len(conversations)
    seen = [Conversation.objects.visible_to(agent).count() for agent in people]

    assert seen[2] == everything
    assert all(0 < count < everything for count in [seen[0], seen[1], seen[3]])


def test_somebody_who_left_is_told_nothing(people, conversations):
    anna = people[0]
    anna.is_active = False
    anna.save()
    told = audiences([conversation.pk for conversation in conversations])

    assert not any(anna.pk in audience for audience in told.values() if audience is not None)
