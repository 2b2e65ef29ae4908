"""Where people are signed in, and signing out from afar."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from okienko.accounts import browsers, sessions
from okienko.accounts.models import Agent, Device
from okienko.accounts.operations import add_agent, devices
from okienko.accounts.tests.browsing import FIREFOX, PHONE, browser
from okienko.accounts.user_agents import named
from okienko.events.log import Actor
from okienko.events.models import Event
from okienko.ui.tests.pages import page

PAGE = "/account/devices/"


@pytest.fixture(autouse=True)
def register(monkeypatch):
    """A register of this test alone."""
    own = browsers.Register()
    monkeypatch.setattr(browsers, "register", own)
    monkeypatch.setattr("okienko.accounts.device_views.register", own)
    return own


@pytest.fixture
def anna(db):
    return add_agent(email="anna@ziarno.example", name="Anna", password=None)


def names(client) -> list[str]:
    return [each.words for each in page(client.get(PAGE)).every(cls="device__name")]


def is_in(client) -> bool:
    return client.get("/account/").status_code == 200


def test_browsers_are_listed_and_this_one_is_marked(anna):
    here, _ = browser(anna)
    browser(anna, PHONE, "Europe/Warsaw")
    shown = page(here.get(PAGE))
    # What was here last stands first.
    assert [each.words for each in shown.every(cls="device__name")] == [
        "Firefox, Windows ta przeglądarka", "Safari, iPhone",
    ]  # fmt: skip
    assert ["Warszawa" in each.words for each in shown.every(cls="device__main")] == [False, True]


def test_one_browser_is_signed_out_by_another_at_once(anna):
    here, _ = browser(anna)
    there, device = browser(anna, PHONE)
    assert is_in(there)
    here.post(f"{PAGE}{device.pk}/")
    assert (is_in(there), is_in(here), names(here)) == (False, True, ["Firefox, Windows ta przeglądarka"])
    (event,) = Event.objects.filter(type="agent.session_ended")
    assert (event.actor_id, event.data) == (
        anna.pk, {"agent_id": anna.pk, "device_id": device.pk, "why": "chosen"},
    )  # fmt: skip


def test_all_others_are_signed_out(anna):
    here, _ = browser(anna)
    others = [browser(anna, PHONE)[0] for _ in range(3)]
    here.post(f"{PAGE}others/")
    assert [is_in(each) for each in [here, *others]] == [True, False, False, False]
    assert page(here.get(PAGE)).every("button", disabled="")[0].words == "Wyloguj wszystkie pozostałe"


def test_browsers_of_others_are_nobody_s_business(anna):
    bartek = add_agent(email="bartek@ziarno.example", name="Bartek", password=None)
    here, _ = browser(anna)
    there, device = browser(bartek)
    assert here.post(f"{PAGE}{device.pk}/").status_code == 404
    assert is_in(there)


def test_leaving_by_oneself_takes_the_browser_off(anna):
    here, _device = browser(anna)
    here.post("/account/sign-out/")
    assert Device.objects.count() == 0
    assert Event.objects.get(type="agent.session_ended").data["why"] == "left"


def test_a_session_from_before_is_listed_from_its_next_request_on(anna, client):
    client.force_login(anna)
    client.get("/account/", headers={"user-agent": PHONE})
    browsers.register.bring_in()
    assert list(Device.objects.values_list("name", "agent")) == [("Safari, iPhone", anna.pk)]


def test_a_browser_says_where_it_is(anna):
    here, device = browser(anna)
    here.get("/account/")
    here.cookies[browsers.ZONE_COOKIE] = "America/New_York"
    here.get("/account/")
    here.cookies[browsers.ZONE_COOKIE] = "'; DROP TABLE--"
    here.get("/account/")
    browsers.register.bring_in()
    device.refresh_from_db()
    assert device.place == "America/New_York"


def test_ordinary_requests_ask_and_write_nothing(anna, django_assert_num_queries):
    """Session, agent; the page of the account asks nothing else."""
    here, _ = browser(anna)
    for _ in range(3):
        with django_assert_num_queries(2):
            here.get("/account/")


def test_a_visit_is_written_once_in_five_minutes(anna, register, monkeypatch):
    here, _device = browser(anna)
    clock = [1000.0]
    monkeypatch.setattr("okienko.accounts.browsers.time.monotonic", lambda: clock[0])
    written = []
    monkeypatch.setattr(devices, "bring_in", lambda sightings: written.append(len(list(sightings))))
    for at in (1000, 1001, 1299, 1300, 1301):
        clock[0] = at
        here.get("/account/")
        register.bring_in()
    assert written == [1, 1]


def test_what_could_not_be_written_is_written_later(anna, register, monkeypatch):
    here, device = browser(anna)
    with monkeypatch.context() as broken:
        broken.setattr(devices, "bring_in", lambda _: 1 / 0)
        here.get("/account/")
        with pytest.raises(ZeroDivisionError):
            register.bring_in()
    Device.objects.update(seen_at=timezone.now() - timedelta(days=1))
    register.bring_in()
    device.refresh_from_db()
    assert timezone.now() - device.seen_at < timedelta(minutes=1)


def left(key: str) -> timedelta:
    return Session.objects.get(pk=key).expire_date - timezone.now()


def test_a_session_goes_on_while_it_is_used(anna):
    here, device = browser(anna)
    assert (settings.SESSION_COOKIE_AGE, settings.SESSION_LONGEST_AGE) == (14 * 86400, 90 * 86400)
    Session.objects.update(expire_date=timezone.now() + timedelta(days=1))
    response = here.get("/account/")
    browsers.register.bring_in()
    assert timedelta(days=13, hours=23) < left(device.session_key) <= timedelta(days=14)
    cookie = response.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie.value, cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (
        device.session_key, 14 * 86400, True, "Lax",
    )  # fmt: skip


def test_after_ninety_days_one_signs_in_again(anna):
    here, device = browser(anna)
    Device.objects.update(created_at=timezone.now() - timedelta(days=80))
    here.get("/account/")
    browsers.register.bring_in()
    assert timedelta(days=9, hours=23) < left(device.session_key) <= timedelta(days=10)
    Device.objects.update(created_at=timezone.now() - timedelta(days=91))
    devices.bring_in([devices.Sighting(device.session_key, anna.pk)])
    assert not is_in(here)


def test_two_weeks_without_a_visit_end_it(anna):
    here, device = browser(anna)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_in(here)
    # A sighting that comes late wakes nothing.
    devices.bring_in([devices.Sighting(device.session_key, anna.pk)])
    assert left(device.session_key) < timedelta(0)


def test_what_has_ended_is_swept(anna):
    _here, device = browser(anna)
    _there, other = browser(anna, PHONE)
    Session.objects.filter(pk=other.session_key).update(expire_date=timezone.now() - timedelta(days=1))
    Device.objects.update(seen_at=timezone.now() - timedelta(days=15))
    devices.sweep()
    assert (list(Device.objects.all()), Session.objects.count()) == ([device], 1)


def test_a_new_key_is_the_same_browser(anna):
    _here, device = browser(anna)
    devices.move(device.session_key, "n" * 32)
    device.refresh_from_db()
    assert device.session_key == "n" * 32


def test_sessions_of_an_old_password_are_not_listed(anna):
    browser(anna, PHONE)
    anna.set_password("filiżanka-szron")
    anna.save()
    _here, device = browser(anna)
    assert sessions.listed(anna) == [device]


def test_somebody_who_leaves_is_signed_out_everywhere(anna):
    places = [browser(anna)[0] for _ in range(2)]
    assert devices.forget_all(anna, actor=Actor.system(), why="revoked") == 2
    assert [is_in(each) for each in places] == [False, False]
    assert {event.data["why"] for event in Event.objects.all()} == {"revoked"}


def visitor(agent: Agent):
    _client, device = browser(agent)
    return sessions.visitor_of_cookies({settings.SESSION_COOKIE_NAME: device.session_key})


@pytest.mark.parametrize("what", ["forgotten", "expired", "inactive", "role", "password", "nothing"])
def test_who_may_still_listen(anna, what, django_assert_num_queries):
    stays, goes = visitor(add_agent(email="b@ziarno.example", name="B", password=None)), visitor(anna)
    if what == "forgotten":
        devices.forget(goes.session_key, actor=Actor.system())
    elif what == "expired":
        Session.objects.filter(pk=goes.session_key).update(expire_date=timezone.now())
    elif what == "inactive":
        Agent.objects.filter(pk=anna.pk).update(is_active=False)
    elif what == "role":
        Agent.objects.filter(pk=anna.pk).update(role="lead")
    elif what == "password":
        Agent.objects.filter(pk=anna.pk).update(password="other")
    with django_assert_num_queries(1):
        assert sessions.still_welcome({stays, goes}) == ({stays, goes} if what == "nothing" else {stays})


def test_thousands_of_listeners_are_one_question(anna, django_assert_num_queries):
    crowd = {
        sessions.Visitor(anna.pk, f"{number:032}", visitor(anna).standing if not number else "x")
        for number in range(2000)
    }
    one = visitor(anna)
    with django_assert_num_queries(1):
        assert sessions.still_welcome(crowd | {one}) == {one}


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox, Windows"),
        (PHONE, "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/139 Safari/537.36 OPR/123", "Opera, Windows"),
        ("Mozilla/5.0 (Linux; Android 16; SM-S921B) AppleWebKit/537.36 SamsungBrowser/28.0 Chrome/130 Mobile Safari/537.36", "Samsung Internet, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15", "Safari, macOS"),
        ("Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 CriOS/140 Mobile/15E148 Safari/604.1", "Chrome, iPad"),
        ("Mozilla/5.0 (Android 16; Mobile; rv:142.0) Gecko/142.0 Firefox/142.0", "Firefox, Android"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/140 Safari/537.36", "Chrome, ChromeOS"),
        ("curl/8.0", ""),
        ("", ""),
        ("Windows" + "x" * 100_000 + "Firefox/1", "Windows"),
        ("<script>alert(1)</script>", ""),
    ],
)  # fmt: skip
def test_browsers_are_known_by_their_names(user_agent, name):
    assert named(user_agent) == name
