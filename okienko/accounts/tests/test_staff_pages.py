"""The pages of people, teams and roles."""

import pytest

from okienko.accounts.models import Agent, Invitation, Membership, Role, Team
from okienko.accounts.operations import add_agent, staffing
from okienko.accounts.tests.staff_cast import staff
from okienko.events.models import Event
from okienko.ui.tests.pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return staff()


@pytest.fixture
def celina(house, client):
    client.force_login(house.celina)
    return client


def titles(response) -> list[str]:
    return [each.words for each in page(response).one(id="main").every(cls="entry__title")]


def words_of(response, cls: str = "notice") -> list[str]:
    return [each.words for each in page(response).one(id="main").every(cls=cls)]


def test_people_are_listed_with_role_and_teams(house, celina):
    shown = page(celina.get("/settings/people/"))
    entry = shown.one(id=f"person-{house.bartek.pk}")
    assert titles(celina.get("/settings/people/")) == ["Anna", "Bartek", "Celina (Ty)", "Olek"]
    assert entry.one(cls="entry__words").words == "bartek@ziarno.example · Księgowość"
    assert [each.words for each in shown.every(cls="chip--outline")] == [
        "Konsultant", "Konsultant", "Właściciel", "Magazyn",
    ]  # fmt: skip


@pytest.mark.parametrize("more", [0, 3])
def test_the_list_asks_as_much_for_any_number(house, celina, more, django_assert_num_queries):
    for number in range(more):
        add_agent(email=f"n{number}@ziarno.example", name=f"Nowa {number}", password=None)
    with django_assert_num_queries(5):
        celina.get("/settings/people/")


def test_somebody_is_invited_and_the_link_is_shown_once(house, celina):
    form = {"email": "Nowa@ziarno.example", "name": "Nowa", "role": f"role/{house.warehouse.pk}",
            "teams": [house.bookkeeping.pk]}  # fmt: skip
    response = celina.post("/settings/people/invite/", form)
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.custom_role, list(invitation.teams.all())) == (
        "nowa@ziarno.example",
        house.warehouse,
        [house.bookkeeping],
    )
    assert "/account/invitation/" in page(response).one("code").words
    assert titles(celina.get("/settings/people/"))[-1] == "nowa@ziarno.example"
    celina.post(f"/settings/people/invitations/{invitation.pk}/revocation/")
    assert "nowa@ziarno.example" not in titles(celina.get("/settings/people/"))


def test_who_works_here_is_not_invited_again(house, celina):
    response = celina.post("/settings/people/invite/", {"email": "anna@ziarno.example", "role": "agent"})
    assert response.status_code == 422
    assert words_of(response, "field__error") == ["Osoba z tym adresem już tu pracuje albo pracowała."]


def test_name_role_and_teams_are_changed_together(house, celina):
    form = {"name": " Anna  Nowicka ", "role": "lead", "teams": [house.bookkeeping.pk]}
    assert celina.post(f"/settings/people/{house.anna.pk}/", form).status_code == 302
    anna = house.fresh(house.anna)
    assert (anna.name, anna.role, anna.team_ids) == ("Anna Nowicka", "lead", {house.bookkeeping.pk})


def test_what_is_refused_changes_nothing(house, celina):
    form = {"name": "Celina Z.", "role": "agent", "teams": [house.bookkeeping.pk]}
    response = celina.post(f"/settings/people/{house.celina.pk}/", form)
    assert response.status_code == 422
    assert words_of(response) == [
        "Przynajmniej jedna osoba musi móc zarządzać ludźmi i rolami. Najpierw nadaj tę rolę komuś innemu."
    ]
    celina_now = house.fresh(house.celina)
    assert (celina_now.name, celina_now.role, celina_now.team_ids) == ("Celina", "owner", set())


def test_leaving_tells_what_there_is_and_asks_who_takes_over(house, celina):
    shown = page(celina.get(f"/settings/people/{house.anna.pk}/leaving/"))
    options = [each.words for each in shown.one("select", name="heir").every("option")]
    # Olek only reads; Anna is leaving.
    assert options == ["nikt – czekają nieprzypisane, w swoich zespołach", "Bartek", "Celina", "Księgowość"]
    response = celina.post(
        f"/settings/people/{house.anna.pk}/leaving/", {"heir": f"team:{house.bookkeeping.pk}"}
    )
    assert (response.status_code, house.fresh(house.anna).is_active) == (302, False)
    fact = Event.objects.get(type="agent.left").data
    assert (fact["heir_kind"], fact["heir_id"]) == ("team", house.bookkeeping.pk)
    listed = celina.get("/settings/people/")
    assert [each.words for each in page(listed).one(id="gone").every(cls="entry__title")] == ["Anna"]


def test_who_left_comes_back(house, celina):
    staffing.leave(house.anna, by=house.celina)
    shown = page(celina.get(f"/settings/people/{house.anna.pk}/"))
    assert shown.one("main").every("fieldset") == []
    assert celina.get(f"/settings/people/{house.anna.pk}/leaving/").status_code == 404
    celina.post(f"/settings/people/{house.anna.pk}/return/")
    assert house.fresh(house.anna).is_active


def test_nobody_is_offered_to_end_their_own_work(house, celina):
    assert page(celina.get(f"/settings/people/{house.celina.pk}/")).every(id="leaving-title") == []
    response = celina.post(f"/settings/people/{house.celina.pk}/leaving/", {"heir": "nobody:"})
    assert (response.status_code, house.fresh(house.celina).is_active) == (422, True)


def test_a_team_is_made_named_closed_and_filled(house, celina):
    celina.post("/settings/teams/new/", {"name": "Hurt"})
    team = Team.objects.get(name="Hurt")
    celina.post(f"/settings/teams/{team.pk}/members/", {"agent": house.anna.pk})
    celina.post(f"/settings/teams/{team.pk}/", {"name": "Hurtownia", "is_closed": "on"})
    team.refresh_from_db()
    assert (team.name, team.is_closed, list(team.members.all())) == ("Hurtownia", True, [house.anna])
    celina.post(f"/settings/teams/{team.pk}/members/", {"agent": house.anna.pk, "_method": "DELETE"})
    assert Membership.objects.filter(team=team).count() == 0
    assert celina.post(f"/settings/teams/{team.pk}/", {"name": "Księgowość"}).status_code == 422


def test_a_closed_team_is_not_deleted_without_an_heir(house, celina):
    address = f"/settings/teams/{house.bookkeeping.pk}/deletion/"
    response = celina.post(address, {"heir": ""})
    assert response.status_code == 422
    assert words_of(response, "field__error") == [
        "Zespół jest zamknięty: wybierz, kto dostanie jego rozmowy, inaczej zobaczyliby je wszyscy."
    ]


@pytest.mark.parametrize(("template", "words"), [("warehouse", 2), ("partner", 1), ("nonsense", 0)])
def test_a_role_begins_with_a_template(house, celina, template, words):
    shown = page(celina.get(f"/settings/roles/new/?from={template}"))
    assert len([each for each in shown.every("input", name="words") if "checked" in each.attributes]) == words


def test_a_role_is_made_changed_and_deleted(house, celina):
    celina.post("/settings/roles/new/", {"name": "Partner", "words": ["conversations.work", "files.see"]})
    role = Role.objects.get(name="Partner")
    assert role.words == ["conversations.read", "conversations.work", "files.see"]
    celina.post(f"/settings/roles/{role.pk}/", {"name": "Partner", "words": []})
    role.refresh_from_db()
    assert role.words == []
    celina.post(f"/settings/roles/{role.pk}/deletion/")
    assert list(Role.objects.values_list("name", flat=True)) == ["Magazyn"]


def test_who_has_a_role_is_told_when_it_cannot_be_deleted(house, celina):
    shown = page(celina.get(f"/settings/roles/{house.warehouse.pk}/"))
    assert [each.words for each in shown.every("p") if "Olek" in each.words] == ["Olek."]
    response = celina.post(f"/settings/roles/{house.warehouse.pk}/deletion/", follow=True)
    assert words_of(response)[0].startswith("Ktoś ma tę rolę albo jest do niej zaproszony.")


def test_boxes_that_cannot_be_given_are_disabled(house, client):
    role = Role.objects.create(name="Kadry", words=["people.manage", "teams.manage"])
    Agent.objects.filter(pk=house.anna.pk).update(custom_role=role)
    client.force_login(house.fresh(house.anna))
    shown = page(client.get("/settings/roles/new/"))
    free = {
        each.attributes["value"]
        for each in shown.every("input", name="words")
        if "disabled" not in each.attributes
    }
    assert free == {"people.manage", "teams.manage"}
    given = client.post("/settings/roles/new/", {"name": "X", "words": ["raw.see"]})
    assert (given.status_code, Role.objects.filter(name="X").count()) == (422, 0)
