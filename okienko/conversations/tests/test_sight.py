"""`visible_to` and the change stream must agree on every conversation and every agent."""

import json
from itertools import product

import pytest
from django.db import transaction

from okienko.accounts.models import Agent, Role
from okienko.accounts.operations import add_agent, add_team
from okienko.contacts.operations import identify
from okienko.conversations import operations
from okienko.conversations.models import Conversation, Follow
from okienko.conversations.sight import audiences
from okienko.events import cursor
from okienko.events.log import Actor
from okienko.events.models import Event
from okienko.events.tailer import changes_of
from okienko.events.tests.newest import newest_change
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
    with transaction.atomic():
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


def test_who_does_not_read_conversations_is_told_nothing(people, conversations):
    anna = people[0]
    anna.custom_role = Role.objects.create(name="Biuro", words=["inboxes.manage"])
    anna.save()
    anna = Agent.objects.get(pk=anna.pk)
    told = audiences([conversation.pk for conversation in conversations])
    assert {anna.pk in audience for audience in told.values()} == {False}
    assert Conversation.objects.visible_to(anna).count() == 0


def told_of_last_change() -> frozenset[int] | None:
    return newest_change().audience


def rows_after(newest: int) -> list[cursor.Row]:
    """Of the log itself: the stream may have to wait for transactions of others, this test has none to await."""
    events = Event.objects.filter(pk__gt=newest).order_by("pk")
    return [
        cursor.Row(cursor.Position(0, e.pk), e.type, e.subject_type, e.subject_id, json.dumps(e.data))
        for e in events
    ]


def test_the_stream_reads_what_it_needs_from_the_log(people, conversations):
    _, bartek, celina, _ = people
    conversation, actor = conversations[1], Actor.agent(celina)
    begin = Event.objects.latest("pk").pk
    operations.assign_team(conversation, add_team(name="zarząd", is_closed=True), actor=actor)
    operations.assign(conversation, bartek, actor=actor)
    operations.assign(conversation, None, actor=actor)
    told = [change.audience for change in changes_of(rows_after(begin))]
    assert told == [None, {people[0].pk, celina.pk}, {bartek.pk, celina.pk}]


def test_who_loses_it_with_the_assignment_is_told_once_more(people, conversations):
    _, bartek, celina, _ = people
    conversation, actor = conversations[1], Actor.agent(celina)
    operations.assign_team(conversation, add_team(name="zarząd", is_closed=True), actor=actor)
    assert told_of_last_change() is None  # everybody saw it before
    told = []
    for agent in (bartek, None):
        operations.assign(conversation, agent, actor=actor)
        told.append(told_of_last_change())
    operations.tag(conversation, "zwrot", actor=actor)
    told.append(told_of_last_change())
    assert told == [{people[0].pk, bartek.pk, celina.pk}, {bartek.pk, celina.pk}, {celina.pk}]


def test_members_of_the_team_it_leaves_are_told(people, conversations):
    anna, bartek, celina, _ = people
    ours, theirs = [add_team(name=str(one), is_closed=True, members=[one]) for one in (anna, bartek)]
    conversation = conversations[1]
    actor = Actor.agent(celina)
    operations.assign(conversation, None, actor=actor)
    operations.assign_team(conversation, ours, actor=actor)
    operations.assign_team(conversation, theirs, actor=actor)
    assert told_of_last_change() == {anna.pk, bartek.pk, celina.pk}
    assert audiences([conversation.pk])[conversation.pk] == {bartek.pk, celina.pk}
    operations.tag(conversation, "zwrot", actor=actor)
    assert told_of_last_change() == {bartek.pk, celina.pk}
