"""What becomes of the conversations of somebody who leaves, and of a team that is given up."""

import pytest

from okienko.accounts import belongings
from okienko.accounts.models import Team
from okienko.accounts.operations import add_team, staffing, teaming
from okienko.conversations import jobs, operations
from okienko.conversations.models import Conversation, Follow
from okienko.conversations.operations import assigning
from okienko.events import worker
from okienko.events.log import Actor
from okienko.events.models import Event
from okienko.inboxes.models import Inbox


@pytest.fixture
def work(cast):
    """Three open conversations of Anna's, one resolved, and one that she follows."""
    actor, mine = Actor.agent(cast.anna), [cast.conversation() for _ in range(4)]
    for conversation in mine:
        operations.assign(conversation, cast.anna, actor=actor)
    operations.resolve(mine[3], actor=actor)
    Follow.objects.create(conversation=cast.conversation(), agent=cast.anna)
    return mine


def holders(work) -> list[str]:
    rows = Conversation.objects.filter(pk__in=[one.pk for one in work]).order_by("pk")
    return [str(one.assignee) for one in rows.select_related("assignee")]


def test_it_is_told_before(cast, work):
    assert belongings.of_agent(cast.anna) == ["3 niezałatwione rozmowy", "1 obserwowana rozmowa"]
    assert belongings.of_agent(cast.bartek) == []


@pytest.mark.parametrize("most", [100, 2, 1])
def test_a_person_takes_over(cast, work, monkeypatch, most):
    batch = assigning.hand_on_batch
    monkeypatch.setattr(operations, "hand_on_batch", lambda *a, **k: batch(*a, **k, most=most))
    staffing.leave(cast.anna, by=cast.celina, heir_kind="agent", heir_id=cast.bartek.pk)
    worker.drain(queues=("default",))
    assert holders(work) == ["Bartek", "Bartek", "Bartek", "Anna"]
    assert Follow.objects.count() == 0


def test_it_is_the_doing_of_who_ended_it(cast, work):
    staffing.leave(cast.anna, by=cast.celina, heir_kind="agent", heir_id=cast.bartek.pk)
    worker.drain(queues=("default",))
    last = Event.objects.filter(type="conversation.assigned").latest("pk")
    assert (last.actor_type, last.actor_id, last.data["agent_id"]) == (
        "agent",
        cast.celina.pk,
        cast.bartek.pk,
    )


def test_a_team_takes_over(cast, work):
    team = add_team(name="Hurt")
    staffing.leave(cast.anna, by=cast.celina, heir_kind="team", heir_id=team.pk)
    worker.drain(queues=("default",))
    assert holders(work) == ["None", "None", "None", "Anna"]
    assert Conversation.objects.filter(team=team).count() == 3


def test_nobody_takes_over(cast, work):
    staffing.leave(cast.anna, by=cast.celina)
    worker.drain(queues=("default",))
    assert holders(work) == ["None", "None", "None", "Anna"]


def test_who_came_back_at_once_keeps_what_they_had(cast, work):
    staffing.leave(cast.anna, by=cast.celina)
    staffing.come_back(cast.anna, by=cast.celina)
    worker.drain(queues=("default",))
    assert holders(work) == ["Anna"] * 4


def test_a_job_that_runs_twice_changes_nothing(cast, work):
    staffing.leave(cast.anna, by=cast.celina)
    worker.drain(queues=("default",))
    before = Event.objects.count()
    jobs.hand_on.func(agent_id=cast.anna.pk, heir_kind="nobody", heir_id=None, by=cast.celina.pk)
    assert Event.objects.count() == before


def test_what_begins_again_waits_for_anybody(cast, work):
    staffing.leave(cast.anna, by=cast.celina)
    worker.drain(queues=("default",))
    operations.reopen(work[3], actor=Actor.agent(cast.celina))
    assert holders(work)[3] == "None"


def test_what_begins_again_stays_with_who_works_here(cast, work):
    operations.reopen(work[3], actor=Actor.agent(cast.celina))
    assert holders(work)[3] == "Anna"


def test_the_name_stays_in_the_history(cast, work, client):
    operations.note(work[0], text="Dzwoniłam.", agent=cast.anna)
    staffing.leave(cast.anna, by=cast.celina)
    worker.drain(queues=("default",))
    client.force_login(cast.celina)
    said = client.get(f"/conversations/{work[0].number}/").content.decode()
    assert "<b>Anna</b>" in said
    assert f'value="agent:{cast.anna.pk}"' not in said


def test_a_team_is_emptied_and_deleted(cast):
    cast.conversation(cast.books)
    operations.resolve(cast.conversation(cast.books), actor=Actor.agent(cast.celina))
    heir = add_team(name="Finanse", is_closed=True)
    assert belongings.of_team(cast.bookkeeping) == ["2 rozmowy", "1 skrzynka"]
    teaming.give_up(cast.bookkeeping, heir, by=cast.celina)
    assert Team.objects.filter(pk=cast.bookkeeping.pk).exists()  # nothing is open to everybody meanwhile
    worker.drain(queues=("default",))
    assert list(Team.objects.values_list("name", flat=True)) == ["Finanse"]
    assert Conversation.objects.filter(team=heir).count() == 2
    assert list(Inbox.objects.filter(team=heir).values_list("is_closed", flat=True)) == [True]


def test_a_closed_team_whose_heir_is_gone_stays_as_it_is(cast):
    cast.conversation(cast.books)
    heir = add_team(name="Finanse")
    teaming.give_up(cast.bookkeeping, heir, by=cast.celina)
    heir.delete()
    worker.drain(queues=("default",))
    assert Conversation.objects.filter(team=cast.bookkeeping).count() == 1
