"""A forgotten password, a new one, and what becomes of the other browsers."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from okienko.accounts.entrance import letters
from okienko.accounts.operations import add_agent
from okienko.accounts.tests.people import PASSWORD, SIGN_IN, is_in, kinds, sign_in, with_app
from okienko.events.models import Job
from okienko.events.worker import drain
from okienko.ui.tests.pages import page

pytestmark = pytest.mark.django_db
FORGOTTEN = "/account/sign-in/forgotten/"
NEW = "nowy-porządny-kubek"


@pytest.fixture
def anna():
    return add_agent(email="anna@ziarno.example", name="Anna", password=PASSWORD)


def link() -> str:
    return re.search(r"http://localhost:8000(/account/new-password/\S+)", mail.outbox[-1].body)[1]


def asked(client, email: str):
    answer = client.post(FORGOTTEN, {"email": email})
    drain()
    return answer


def followed(client, path: str, password: str = NEW):
    return client.post(client.get(path)["Location"], {"password": password})


def test_a_link_comes_by_mail_and_sets_a_new_password(anna, client):
    asked(client, " Anna@ziarno.example ")
    assert [letter.to for letter in mail.outbox] == [["anna@ziarno.example"]]
    assert followed(client, link())["Location"] == SIGN_IN
    assert (sign_in(Client(), anna).status_code, sign_in(Client(), anna, NEW).status_code) == (422, 302)


def test_the_answer_is_the_same_for_every_address(anna, client):
    has_left = add_agent(email="left@ziarno.example", name="Left", password=PASSWORD)
    has_left.is_active = False
    has_left.save()
    answers, queued = set(), set()
    for email in (anna.email, "nobody@ziarno.example", has_left.email):
        answer = client.post(FORGOTTEN, {"email": email})
        answers.add((answer.status_code, page(answer).one("main").words))
        queued.add(tuple(Job.objects.values_list("name", flat=True)))
        Job.objects.all().delete()
    assert (len(answers), queued) == (1, {("accounts.send_reset_link",)})


def test_no_address_lies_readable_in_the_queue(anna, client):
    client.post(FORGOTTEN, {"email": anna.email})
    assert anna.email not in str(Job.objects.get().args)


def test_a_link_serves_once(anna, client):
    asked(client, anna.email)
    path = link()
    followed(client, path)
    again = Client()
    shown = again.get(again.get(path)["Location"])
    assert (shown.status_code, page(shown).one("h1").words) == (410, "Ten odnośnik już nie działa")


def test_a_link_ends_after_an_hour(anna, client, monkeypatch):
    path = letters.reset_link(anna).removeprefix("http://localhost:8000")
    later = timezone.now().replace(tzinfo=None) + timedelta(hours=3)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda _self: later)
    assert client.get(client.get(path)["Location"]).status_code == 410


@pytest.mark.parametrize(
    "path",
    [
        "/account/new-password/x/y/",
        "/account/new-password/MQ/chosen/",
        "/account/new-password/OTk5OTk/abc-def/",
    ],
)
def test_invented_links_open_nothing(client, path):
    answer = client.get(path, follow=True)
    assert (answer.status_code, page(answer).one("h1").words) == (410, "Ten odnośnik już nie działa")


def test_a_bad_password_is_refused_in_words(anna, client):
    asked(client, anna.email)
    answer = followed(client, link(), "krótkie")
    assert (answer.status_code, len(page(answer).every(cls="field__error"))) == (422, 1)
    assert sign_in(Client(), anna).status_code == 302


def test_a_link_does_not_go_round_the_second_factor(anna, client):
    with_app(anna)
    asked(client, anna.email)
    followed(client, link())
    assert not is_in(client)
    assert sign_in(client, anna, NEW)["Location"] == "/account/sign-in/second/"


def test_asking_is_limited(client):
    answers = [client.post(FORGOTTEN, {"email": "anna@ziarno.example"}).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    said = page(client.post(FORGOTTEN, {"email": "anna@ziarno.example"}))
    assert said.one("h1").words == "Za dużo prób"


def test_a_new_password_ends_every_other_session(anna):
    here, elsewhere = Client(), Client()
    for browser in (here, elsewhere):
        sign_in(browser, anna)
    answer = here.post("/account/password/", {"present": PASSWORD, "password": NEW})
    assert answer["Location"] == "/account/security/"
    assert (here.get("/account/").status_code, elsewhere.get("/account/").status_code) == (200, 302)
    assert [letter.subject for letter in mail.outbox] == ["Twoje hasło zostało zmienione"]


def test_the_present_one_must_be_said_and_cannot_be_guessed(anna, client):
    client.force_login(anna)
    for _ in range(10):
        assert client.post("/account/password/", {"present": "wrong", "password": NEW}).status_code == 422
    closed = client.post("/account/password/", {"present": PASSWORD, "password": NEW})
    assert (
        page(closed).one(cls="field__error").words == "Za dużo prób. Poczekaj kilka minut i spróbuj ponownie."
    )


def test_somebody_at_the_server_lets_an_owner_in_again(anna, client, capsys):
    with_app(anna)
    call_command("password", anna.email, "--forget-factors")
    path = capsys.readouterr().out.strip().removeprefix("http://localhost:8000")
    followed(client, path)
    assert (sign_in(client, anna, NEW)["Location"], kinds(anna)) == ("/conversations/", [])
    with pytest.raises(CommandError, match="nobody"):
        call_command("password", "nobody@ziarno.example")
