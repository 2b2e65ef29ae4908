"""A letter makes somebody an agent: once, within seven days, with no more rights than the inviter has."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from okienko.accounts.entrance import letters
from okienko.accounts.models import Agent, Invitation, Role
from okienko.accounts.operations import add_agent, add_team, inviting
from okienko.accounts.tests.people import PASSWORD, is_in, sign_in
from okienko.events.models import Event
from okienko.ui.tests.pages import page

pytestmark = pytest.mark.django_db
EMAIL = "bartek@ziarno.example"
FORM = {"name": "Bartek", "password": PASSWORD}


@pytest.fixture
def celina():
    return add_agent(email="celina@ziarno.example", name="Celina", password=PASSWORD, role="owner")


def accept(client, token: str, **form):
    path = client.get(f"/account/invitation/{token}/")["Location"]
    return client.post(path, FORM | form)


def test_from_the_letter_to_the_desk(celina, client):
    team = add_team(name="Biuro")
    invitation, token = inviting.invite(by=celina, email=" Bartek@Ziarno.example", role="lead", teams=[team])
    letters.invite(invitation, token, language="pl")
    (letter,) = mail.outbox
    assert (letter.to, f"/account/invitation/{token}/" in letter.body) == ([EMAIL], True)
    answer = accept(client, token)
    bartek = Agent.objects.get(email=EMAIL)
    assert (answer["Location"], is_in(client)) == ("/conversations/", True)
    assert (bartek.name, bartek.role, list(bartek.teams.all())) == ("Bartek", "lead", [team])
    assert sign_in(Client(), bartek).status_code == 302
    types = Event.objects.filter(subject_type="invitation").values_list("type", flat=True)
    assert list(types) == ["invitation.sent", "invitation.accepted"]
    assert EMAIL not in str(list(Event.objects.values_list("data", flat=True)))


def test_the_token_is_kept_nowhere(celina):
    invitation, token = inviting.invite(by=celina, email=EMAIL)
    assert token not in str(Invitation.objects.filter(pk=invitation.pk).values())


def test_the_address_is_that_of_the_letter(celina, client):
    _, token = inviting.invite(by=celina, email=EMAIL)
    accept(client, token, email="thief@evil.example")
    assert list(Agent.objects.exclude(pk=celina.pk).values_list("email", flat=True)) == [EMAIL]


def used(invitation):
    inviting.accept(invitation, name="Bartek", password=PASSWORD)


def revoked(invitation):
    inviting.revoke(invitation, by=invitation.agent)


def expired(invitation):
    invitation.expires_at = timezone.now() - timedelta(seconds=1)
    invitation.save()


def replaced(invitation):
    inviting.invite(by=invitation.agent, email=invitation.email)


def lost_its_inviter(invitation):
    invitation.agent.role = "agent"
    invitation.agent.save()


@pytest.mark.parametrize("spoil", [used, revoked, expired, replaced, lost_its_inviter])
def test_a_link_that_no_longer_works_says_what_to_do(celina, client, spoil):
    invitation, token = inviting.invite(by=celina, email=EMAIL)
    spoil(invitation)
    before = Agent.objects.count()
    answer = accept(client, token)
    assert (answer.status_code, page(answer).one("h1").words) == (410, "Ten odnośnik już nie działa")
    assert (Agent.objects.count(), is_in(client)) == (before, False)


def test_invented_and_spoilt_links_get_the_same_page(celina, client):
    invitation, token = inviting.invite(by=celina, email=EMAIL)
    revoked(invitation)
    shown = {
        page(client.get(f"/account/invitation/{each}/", follow=True)).one("main").words
        for each in (token, "x")
    }
    assert len(shown) == 1


def test_invitations_cannot_be_guessed_without_end(client):
    answers = [client.post("/account/invitation/x/").status_code for _ in range(21)]
    assert answers == [302] * 20 + [429]


def test_a_bad_password_is_refused_and_the_link_still_works(celina, client):
    _, token = inviting.invite(by=celina, email=EMAIL)
    assert accept(client, token, password="bartek@ziarno.example").status_code == 422
    assert accept(client, token).status_code == 302


def test_who_was_signed_in_here_is_signed_out_first(celina, client):
    _, token = inviting.invite(by=celina, email=EMAIL)
    client.force_login(celina)
    accept(client, token)
    assert client.session["_auth_user_id"] == str(Agent.objects.get(email=EMAIL).pk)


def test_nobody_gives_words_they_lack(celina):
    people = Role.objects.create(name="Kadry", words=["people.manage", "conversations.read"])
    helper = add_agent(email="kadry@ziarno.example", name="Kadry", password=None)
    helper.custom_role = people
    helper.save()
    helper = Agent.objects.get(pk=helper.pk)
    for role in ("agent", "owner"):
        with pytest.raises(inviting.MayNotInvite):
            inviting.invite(by=helper, email=EMAIL, role=role)
    inviting.invite(by=helper, email=EMAIL, custom_role=people)
    anna = add_agent(email="anna@ziarno.example", name="Anna", password=None)
    with pytest.raises(inviting.MayNotInvite):
        inviting.invite(by=anna, email="x@ziarno.example", role="agent")


def test_nobody_is_invited_twice_over(celina):
    with pytest.raises(inviting.WorksHere):
        inviting.invite(by=celina, email=celina.email)
