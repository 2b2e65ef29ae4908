"""Giving roles, leaving and coming back: who may do what to whom."""

import pytest

from okienko.accounts.models import Agent, ApiToken, Device, Role, Team
from okienko.accounts.operations import add_agent, roling, staffing, teaming, tokens
from okienko.accounts.operations.ruling import Refused
from okienko.accounts.tests.staff_cast import staff
from okienko.events.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return staff()


def refused(act, *args, **kwargs) -> str:
    with pytest.raises(Refused) as error:
        act(*args, **kwargs)
    return error.value.why


def recorded(kind: str) -> list[dict]:
    return [event.data for event in Event.objects.filter(type=kind).order_by("pk")]


def test_a_role_is_given_recorded_and_told_to_who_has_it_now(house):
    staffing.give_role(house.anna, "agent", house.warehouse, by=house.celina)
    anna = house.fresh(house.anna)
    assert (anna.words, anna.role_name) == ({"conversations.read", "files.see"}, "Magazyn")
    assert recorded("agent.role_given") == [
        {"agent_id": anna.pk, "old": "agent", "new": f"role/{house.warehouse.pk}"}
    ]
    assert recorded("sight.changed") == [{"sight_id": anna.pk}]


def test_the_same_role_again_is_no_event(house):
    before = Event.objects.count()
    staffing.give_role(house.anna, "agent", by=house.celina)
    assert Event.objects.count() == before


def hr() -> Agent:
    """May manage people, and little else."""
    role = Role.objects.create(name="Kadry", words=["people.manage", "teams.manage"])
    agent = add_agent(email="hr@ziarno.example", name="Hania", password=None)
    agent.custom_role = role
    agent.save()
    return Agent.objects.get(pk=agent.pk)


def test_nobody_gives_words_they_do_not_hold(house):
    hania = hr()
    equal = add_agent(email="x@ziarno.example", name="Iga", password=None)
    Agent.objects.filter(pk=equal.pk).update(custom_role=hania.custom_role)
    assert refused(staffing.give_role, house.fresh(equal), "owner", by=hania) == "beyond"
    assert refused(staffing.give_role, hania, "owner", by=hania) == "beyond"
    assert refused(roling.make_role, "Wszystko", ["raw.see"], by=hania) == "beyond"
    assert refused(roling.change_role, house.warehouse, name="Magazyn", words=[], by=hania) == "mightier"
    assert Role.objects.count() == 2


def test_nobody_changes_who_may_do_more(house):
    hania = hr()
    acts = [
        lambda: staffing.give_role(house.celina, "agent", hania.custom_role, by=hania),
        lambda: staffing.leave(house.celina, by=hania),
        lambda: staffing.rename(house.celina, "X", by=hania),
    ]
    assert [refused(act) for act in acts] == ["mightier"] * 3
    assert house.fresh(house.celina).may("raw.see")


def test_the_last_in_charge_stays_in_charge(house):
    celina = house.celina
    assert refused(staffing.give_role, celina, "manager", by=celina) == "last"
    other = hr()
    staffing.give_role(celina, "owner", by=celina)
    staffing.leave(house.fresh(other), by=celina)
    assert refused(staffing.give_role, celina, "agent", by=celina) == "last"
    assert house.fresh(celina).role == "owner"


def test_a_role_in_charge_keeps_its_words_while_it_is_the_last(house):
    boss = roling.make_role("Szefowa", Agent.objects.get(pk=house.celina.pk).words, by=house.celina)
    staffing.give_role(house.celina, "agent", boss, by=house.celina)
    celina = house.fresh(house.celina)
    assert (
        refused(roling.change_role, boss, name="Szefowa", words=["conversations.read"], by=celina) == "last"
    )
    boss.refresh_from_db()
    assert "people.manage" in boss.words


def test_who_leaves_is_out_everywhere_and_the_name_stays(house, client):
    anna = house.anna
    teaming.add_member(house.bookkeeping, anna, by=house.celina)
    client.force_login(anna)
    Device.objects.get_or_create(agent=anna, session_key=client.session.session_key)
    tokens.make_token(anna, name="x", scopes=["conversations.read"])
    assert client.get("/conversations/").status_code == 200
    staffing.leave(anna, by=house.celina, heir_kind="agent", heir_id=house.bartek.pk)
    gone = house.fresh(anna)
    assert (gone.name, gone.is_active, gone.left_at is None) == ("Anna", False, False)
    assert (gone.may("conversations.read"), gone.teams.count()) == (False, 0)
    assert client.get("/conversations/").status_code == 302
    assert Device.objects.filter(agent=anna).count() == 0
    assert ApiToken.objects.filter(agent=anna, revoked_at=None).count() == 0
    assert recorded("agent.left") == [{"agent_id": anna.pk, "heir_kind": "agent", "heir_id": house.bartek.pk}]


def test_leaving_twice_is_leaving_once(house):
    for _ in range(2):
        staffing.leave(house.anna, by=house.celina)
    assert len(recorded("agent.left")) == 1


def test_nobody_leaves_by_themselves(house):
    assert refused(staffing.leave, house.celina, by=house.celina) == "oneself"


def test_coming_back(house):
    staffing.leave(house.olek, by=house.celina)
    hania = hr()
    assert refused(staffing.come_back, house.fresh(house.olek), by=hania) == "beyond"
    staffing.come_back(house.fresh(house.olek), by=house.celina)
    back = house.fresh(house.olek)
    assert (back.is_active, back.left_at, back.role_name) == (True, None, "Magazyn")
    assert recorded("agent.came_back") == [{"agent_id": back.pk}]


def test_a_role_is_deleted_only_when_nobody_has_it(house):
    assert refused(roling.delete_role, house.warehouse, by=house.celina) == "in_use"
    staffing.leave(house.olek, by=house.celina)
    assert refused(roling.delete_role, house.warehouse, by=house.celina) == "in_use"
    staffing.give_role(house.olek, "agent", by=house.celina)
    roling.delete_role(house.warehouse, by=house.celina)
    assert Role.objects.count() == 0
    assert recorded("role.deleted")[0]["old"] == "Magazyn"


def test_a_role_changes_for_everybody_who_has_it(house):
    roling.change_role(
        house.warehouse, name="Hala", words=["conversations.work", "no.such.word"], by=house.celina
    )
    assert house.fresh(house.olek).words == {"conversations.read", "conversations.work"}
    assert recorded("sight.changed") == [{"sight_id": house.olek.pk}]
    assert [(each["what"], each["old"], each["new"]) for each in recorded("role.changed")] == [
        ("name", "Magazyn", "Hala"),
        ("words", "conversations.read files.see", "conversations.read conversations.work"),
    ]


def test_names_of_roles_and_teams_are_there_once(house):
    assert refused(roling.make_role, "magazyn", [], by=house.celina) == "taken"
    assert refused(teaming.make_team, "KSIĘGOWOŚĆ".title(), by=house.celina) == "taken"


def test_closing_a_team_is_told_to_whom_it_matters(house):
    team = teaming.make_team("Hurt", by=house.celina)
    teaming.change_team(team, name="Hurt", is_closed=True, by=house.celina)
    assert [each["sight_id"] for each in recorded("sight.changed")] == [
        house.anna.pk, house.bartek.pk, house.olek.pk,
    ]  # fmt: skip
    assert [(each["old"], each["new"]) for each in recorded("team.changed")] == [("open", "closed")]


def test_nobody_opens_a_closed_team_to_themselves(house):
    hania = hr()
    team = house.bookkeeping
    acts = [
        lambda: teaming.add_member(team, hania, by=hania),
        lambda: teaming.change_team(team, name=team.name, is_closed=False, by=hania),
        lambda: teaming.give_up(team, Team.objects.create(name="Inny"), by=hania),
        lambda: staffing.set_teams(hania, [team], by=hania),
    ]
    assert [refused(act) for act in acts] == ["beyond"] * 4


def test_what_lies_in_a_closed_team_does_not_become_everybodys(house):
    assert refused(teaming.give_up, house.bookkeeping, None, by=house.celina) == "needs_heir"
