"""API tokens: within what their person may do, shown once, kept as a hash."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from okienko.accounts.models import Agent, ApiToken
from okienko.accounts.operations import add_agent
from okienko.accounts.operations.tokens import MayNotGive, make_token, revoke_all_tokens, revoke_token
from okienko.accounts.tokens import agent_and_scopes_of
from okienko.events.log import Actor
from okienko.events.models import Event
from okienko.ui.tests.pages import page

PAGE = "/account/tokens/"
WORK = ["conversations.read", "conversations.work"]


@pytest.fixture
def anna(db, client):
    agent = add_agent(email="anna@ziarno.example", name="Anna", password=None)
    client.force_login(agent)
    return agent


def test_a_token_is_shown_once_and_kept_as_a_hash(anna, client):
    response = client.post(PAGE, {"name": "Magazyn", "scopes": WORK, "days": "90"})
    assert (response.status_code, response["Cache-Control"]) == (
        201, "max-age=0, no-cache, no-store, must-revalidate, private",
    )  # fmt: skip
    secret = page(response).one(cls="secret").words
    assert (len(secret), secret[:4]) == (47, "okn_")
    token = ApiToken.objects.get()
    assert (token.digest, token.start, token.scopes) == (
        hashlib.sha256(secret.encode()).hexdigest(), secret[:8], WORK,
    )  # fmt: skip
    assert timedelta(days=89) < token.expires_at - timezone.now() <= timedelta(days=90)
    again = client.get(PAGE)
    assert secret.encode() not in again.content
    assert page(again).one(cls="device__name").words == f"Magazyn {secret[:8]}…"
    (event,) = Event.objects.all()
    assert event.data == {"agent_id": anna.pk, "token_id": token.pk, "days": 90, "scopes": WORK}


def test_a_program_comes_in_by_it(anna):
    _token, secret = make_token(anna, name="x", scopes=WORK)
    bearer = agent_and_scopes_of(f"Bearer {secret}")
    assert (bearer.agent, bearer.scopes) == (anna, frozenset(WORK))
    assert [bearer.may(word) for word in ("conversations.work", "people.manage")] == [True, False]


@pytest.mark.parametrize(
    "change", ["", "Basic {}", "bearer{}", "{}", "Bearer {}x", "Bearer {} {}", "Bearer {}\n.", "Token {}"]
)
def test_what_is_no_token_opens_nothing(anna, change):
    _token, secret = make_token(anna, name="x", scopes=WORK)
    assert agent_and_scopes_of(change.replace("{}", secret)) is None


def test_a_wrong_one_opens_nothing(anna):
    _token, secret = make_token(anna, name="x", scopes=WORK)
    wrong = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    assert agent_and_scopes_of(f"Bearer {wrong}") is None


@pytest.mark.parametrize("what", ["revoked", "expired", "left"])
def test_one_that_is_over_opens_nothing(anna, what):
    token, secret = make_token(anna, name="x", scopes=WORK, days=30)
    if what == "revoked":
        revoke_token(token, actor=Actor.agent(anna))
    elif what == "expired":
        ApiToken.objects.update(expires_at=timezone.now())
    else:
        Agent.objects.update(is_active=False)
    assert agent_and_scopes_of(f"Bearer {secret}") is None


def test_what_its_person_may_no_longer_do_it_may_not_either(db):
    celina = add_agent(email="celina@ziarno.example", name="Celina", password=None, role="owner")
    _token, secret = make_token(celina, name="x", scopes=["people.manage", *WORK])
    Agent.objects.update(role="agent")
    assert agent_and_scopes_of(f"Bearer {secret}").scopes == frozenset(WORK)


def test_nobody_gives_what_they_do_not_hold(anna, client):
    with pytest.raises(MayNotGive):
        make_token(anna, name="x", scopes=["people.manage"])
    with pytest.raises(MayNotGive):
        make_token(anna, name="x", scopes=[])
    assert client.post(PAGE, {"name": "x", "scopes": ["people.manage"], "days": "30"}).status_code == 422
    offered = {each.attributes["value"] for each in page(client.get(PAGE)).every("input", name="scopes")}
    assert offered == anna.words


@pytest.mark.parametrize("wrong", [{"name": ""}, {"scopes": []}, {"days": "7"}, {"name": "x" * 81}])
def test_forms_that_lack_something_make_nothing(anna, client, wrong):
    response = client.post(PAGE, {"name": "x", "scopes": WORK, "days": "30"} | wrong)
    assert (response.status_code, ApiToken.objects.count()) == (422, 0)


def test_its_use_is_noted_seldom(anna, django_assert_num_queries):
    _token, secret = make_token(anna, name="x", scopes=WORK)
    with django_assert_num_queries(2):
        agent_and_scopes_of(f"Bearer {secret}")
    with django_assert_num_queries(1):
        agent_and_scopes_of(f"Bearer {secret}")
    ApiToken.objects.update(used_at=timezone.now() - timedelta(minutes=6))
    with django_assert_num_queries(2):
        agent_and_scopes_of(f"Bearer {secret}")


def test_it_is_revoked_by_its_person_alone(anna, client):
    celina = add_agent(email="celina@ziarno.example", name="Celina", password=None, role="owner")
    other, _ = make_token(celina, name="x", scopes=WORK)
    own, _secret = make_token(anna, name="y", scopes=WORK)
    assert client.post(f"{PAGE}{other.pk}/").status_code == 404
    client.post(f"{PAGE}{own.pk}/")
    client.post(f"{PAGE}{own.pk}/")
    assert [token.revoked_at is None for token in ApiToken.objects.order_by("pk")] == [True, False]
    assert Event.objects.filter(type="agent.token_revoked").count() == 1


def test_an_owner_ends_all_of_somebody(anna):
    celina = add_agent(email="celina@ziarno.example", name="Celina", password=None, role="owner")
    secrets = [make_token(anna, name=str(number), scopes=WORK)[1] for number in range(3)]
    assert revoke_all_tokens(anna, actor=Actor.agent(celina)) == 3
    assert [agent_and_scopes_of(f"Bearer {secret}") for secret in secrets] == [None] * 3
    assert {event.actor_id for event in Event.objects.filter(type="agent.token_revoked")} == {celina.pk}
