"""What has stopped is said above every page, on the status page and to machines that watch."""

from datetime import timedelta

import pytest
from django.utils import timezone

from okienko.events.log import Actor
from okienko.inboxes import operations, watch
from okienko.inboxes.models import Folder, Mailbox, Missed
from okienko.inboxes.operations import take_in
from okienko.inboxes.tests import owners
from okienko.inboxes.tests.owners import at
from okienko.ui.tests.pages import page

pytestmark = pytest.mark.django_db
ALERTS = "/alerts/"


@pytest.fixture
def celina():
    return owners.browser("Celina", "owner")


def lines(response) -> list[str]:
    return [each.one(cls="alert__words").words for each in page(response).every(cls="alert")]


def not_sending(mailbox: Mailbox, minutes: int) -> Mailbox:
    since = timezone.now() - timedelta(minutes=minutes)
    Mailbox.objects.filter(pk=mailbox.pk).update(sending_failing_since=since, sending_error="Serwer milczy.")
    return mailbox


# Above every page


def test_nothing_is_said_when_all_is_well(celina):
    owners.connected()
    owners.set_up("Nowa")
    owners.stopped("Chwila", minutes_ago=9)
    response = celina.get(ALERTS)
    assert [each.attributes["id"] for each in page(response).every(**{"data-region": ""})] == [
        "alerts",
        "alerts-said",
    ]
    assert page(response).words == ""


def test_what_has_stopped_is_said_with_its_reason(celina):
    fetching = owners.stopped("Hurt")
    sending = not_sending(owners.connected("Sklep"), 45)
    said = page(celina.get(ALERTS))
    assert lines(celina.get(ALERTS)) == [
        "Skrzynka „Hurt” nie odbiera od 12 min – Hasło wygasło.",
        "Skrzynka „Sklep” nie wysyła od 45 min – Serwer milczy.",
    ]
    assert [each.attributes["href"] for each in said.every("a")] == [at(fetching), at(sending)]
    # What is read aloud does not change from minute to minute.
    assert [each.words for each in said.one(id="alerts-said").every("p")] == [
        "Kłopot ze skrzynką „Hurt”: szczegóły u góry strony.",
        "Kłopot ze skrzynką „Sklep”: szczegóły u góry strony.",
    ]


def test_a_pause_is_no_alarm(celina):
    for mailbox in (owners.stopped("Hurt"), not_sending(owners.connected("Sklep"), 45)):
        operations.pause(mailbox.inbox, actor=Actor.system())
    assert lines(celina.get(ALERTS)) == []


def test_one_with_local_delivery_alone_may_fail_to_send(celina):
    inbox = operations.add_inbox(brand=owners.brand(), name="Sklep", kind="email", address="s@ziarno.example")
    operations.sending_failed(inbox, "Serwer milczy.")
    Mailbox.objects.update(sending_failing_since=timezone.now() - timedelta(hours=3))
    assert lines(celina.get(ALERTS)) == ["Skrzynka „Sklep” nie wysyła od 3 godz. – Serwer milczy."]


def test_many_are_counted(celina):
    for number in range(5):
        owners.stopped(f"S{number}")
    assert lines(celina.get(ALERTS))[3:] == ["i jeszcze 2"]


def test_managers_are_led_to_the_status_page():
    owners.stopped()
    manager = owners.browser("Bartek", "manager")
    assert page(manager.get(ALERTS)).one("a").attributes["href"] == "/status/"


def test_agents_and_strangers_are_told_nothing(client):
    owners.stopped()
    assert client.get(ALERTS)["Location"] == "/account/sign-in/?next=/alerts/"
    anna = owners.browser("Anna")
    assert anna.get(ALERTS).status_code == 403
    assert page(anna.get("/conversations/")).every("ok-refresh", src=ALERTS) == []


def test_the_desk_asks_for_it_later(celina, django_assert_num_queries):
    owners.stopped()
    asking = page(celina.get(owners.LIST)).one("ok-refresh", src=ALERTS).attributes
    assert (asking["topic"], asking["every"], "eager" in asking) == ("inbox/", "60", True)
    with django_assert_num_queries(3):
        celina.get(ALERTS)
    assert celina.post(ALERTS).status_code == 405


def test_names_and_reasons_are_text(celina):
    owners.stopped("<b>x</b>", error="<script>alert(1)</script>")
    shown = celina.get(ALERTS).content.decode()
    assert [shown.count(each) for each in ("<b>", "<script>")] == [0, 0]


# The status page


def test_the_status_page_shows_every_mailbox(celina):
    owners.connected("Sklep", waiting=3)
    hurt = owners.stopped("Hurt")
    take_in(hurt.inbox, b"Subject: x\r\n\r\ny")
    folder = Folder.objects.create(mailbox=hurt, name="INBOX", validity="1")
    Missed.objects.create(folder=folder, validity="1", number=7)
    said = page(celina.get("/status/"))
    rows = [[cell.words for cell in row.every("td")] for row in said.one("table").one("tbody").every("tr")]
    assert [each.words for each in said.every(cls="notice")] == [
        "Skrzynka „Hurt” nie odbiera od 12 min – Hasło wygasło."
    ]
    assert rows == [
        ["nie odbiera od 12 min Hasło wygasło.", "12 min", "0", "1", "1"],
        ["nadrabia zaległości", "1 min", "3", "0", "0"],
    ]


def test_a_mailbox_that_is_down_leaves_health_alone(client):
    owners.stopped()
    assert client.get("/health").json()["complaints"] == []


@pytest.mark.parametrize("count", [1, 30])
def test_thirty_cost_no_more_questions_than_one(count, django_assert_num_queries):
    for number in range(count):
        owners.stopped(f"S{number}")
    with django_assert_num_queries(3):
        seen = watch.look()
        assert (len(seen.complaints), len(seen.figures())) == (count, 6 * count)


def test_a_lost_key_hides_no_alarm(celina, settings):
    owners.stopped()
    settings.SECRET_KEYS = ["quite another key than before, and long enough"]
    assert lines(celina.get(ALERTS)) == ["Skrzynka „Hurt” nie odbiera od 12 min – Hasło wygasło."]
    assert celina.get("/status/").status_code == 200
    assert celina.get(owners.LIST).status_code == 200


# Machines


def test_figures_for_machines(client, settings):
    settings.METRICS_TOKEN = "secret"
    mailbox = not_sending(owners.connected(waiting=3, minutes_ago=2), 5)
    take_in(mailbox.inbox, b"Subject: x\r\n\r\ny")
    told = client.get("/metrics", headers={"Authorization": "Bearer secret"}).content.decode()
    figures = dict(line.rsplit(" ", 1) for line in told.splitlines() if line.startswith("okienko_mailbox"))
    label = f'inbox="{mailbox.inbox_id}"'
    age = float(figures.pop(f"okienko_mailbox_fetch_age_seconds{{{label}}}"))
    assert 120 <= age < 180
    assert figures == {
        f"okienko_mailbox_waiting_letters{{{label}}}": "3.0",
        f"okienko_mailbox_unread_arrivals{{{label}}}": "1.0",
        f"okienko_mailbox_missed_letters{{{label}}}": "0.0",
        f'okienko_mailbox_failing{{direction="fetching",{label}}}': "0.0",
        f'okienko_mailbox_failing{{direction="sending",{label}}}': "1.0",
    }
    assert told.count("ziarno") == 0


def test_what_is_not_fetched_from_has_no_age():
    owners.set_up()
    names = {name for name, *_rest in watch.look().figures()}
    assert set(watch.MEANINGS) - names == {"okienko_mailbox_fetch_age_seconds"}
