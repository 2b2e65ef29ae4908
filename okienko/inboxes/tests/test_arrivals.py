import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction

from okienko.events.models import Job
from okienko.files import store
from okienko.inboxes import operations
from okienko.inboxes.listeners import deliver
from okienko.inboxes.models import Arrival
from okienko.inboxes.operations import add_address, add_brand, add_inbox, take_in
from okienko.inboxes.routes import inbox_for, ours_among

pytestmark = pytest.mark.django_db
RAW = b"From: zofia@klient.example\r\nSubject: x\r\n\r\ny"


@pytest.fixture
def shop():
    return add_inbox(
        brand=add_brand(name="Sklep"), name="Sklep", kind="email", address="sklep@ziarno.example"
    )


def test_an_arrival_its_bytes_and_its_job_are_stored_together(shop):
    arrival = take_in(shop, RAW, recipient="sklep@ziarno.example")

    assert arrival.blob.read() == RAW
    assert Job.objects.get().args == {"arrival_id": arrival.pk}


def test_the_same_delivery_is_one_arrival(shop):
    assert take_in(shop, RAW) == take_in(shop, RAW)
    assert take_in(shop, RAW, delivery_key="7/1") != take_in(shop, RAW, delivery_key="7/2")
    assert Job.objects.count() == 3


def test_a_rolled_back_arrival_leaves_no_job(shop):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        take_in(shop, RAW)
        1 / 0  # noqa: B018

    assert (Arrival.objects.count(), Job.objects.count()) == (0, 0)


def test_a_disk_that_refuses_is_no_arrival(shop, monkeypatch):
    def full(path, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "write_synced", full)
    with pytest.raises(OSError, match="No space left"):
        take_in(shop, RAW)
    assert not Arrival.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["sklep@ziarno.example", "SKLEP@Ziarno.example", "sklep+c1.abc@ziarno.example", "bok@ziarno.example"],
)
def test_our_addresses_lead_to_their_inbox(shop, address):
    add_address(shop, "bok@ziarno.example")

    assert inbox_for(address) == shop


@pytest.mark.parametrize("address", ["obcy@ziarno.example", "sklep@inny.example", "", "@", "sklep"])
def test_other_addresses_lead_nowhere(shop, address):
    with pytest.raises(KeyError):
        inbox_for(address)
    with pytest.raises(KeyError):
        deliver(address, RAW)


def test_ours_among_others(shop):
    addresses = {"sklep+c1.x@ziarno.example", "zofia@klient.example"}

    assert ours_among(addresses) == {"sklep+c1.x@ziarno.example"}


def test_forgotten_arrivals_are_queued_again_once(shop):
    arrival = take_in(shop, RAW)
    assert operations.nudge_unread(older_than=timedelta(0)) == 0
    Job.objects.all().delete()

    assert operations.nudge_unread(older_than=timedelta(0)) == 1
    assert Job.objects.get().args == {"arrival_id": arrival.pk}


NAMED = b"To: Sklep <sklep@ziarno.example>\r\n" + RAW
ELSEWHERE = b"To: obcy@x.example\r\n" + RAW


@pytest.mark.parametrize(
    ("to", "given", "code"),
    [
        ("obcy@x.example", RAW, 67),
        ("sklep@ziarno.example", b"  \n", 65),
        ("sklep@ziarno.example", RAW, 0),
        ("", NAMED, 0),
        ("", ELSEWHERE, 67),
    ],
)
def test_the_receive_command_answers_as_mail_servers_expect(shop, monkeypatch, to, given, code):
    add_inbox(brand=shop.brand, name="Biuro", kind="email", address="biuro@ziarno.example")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given)))
    try:
        call_command("receive", to=to, stdout=io.StringIO(), stderr=io.StringIO())
        ended = 0
    except SystemExit as stopped:
        ended = stopped.code

    assert ended == code
    assert list(Arrival.objects.values_list("inbox", flat=True)) == ([shop.pk] if code == 0 else [])


def test_a_letter_that_names_nobody_of_ours_goes_to_the_only_mailbox(shop, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(ELSEWHERE)))
    call_command("receive", stdout=io.StringIO())

    assert Arrival.objects.get().inbox == shop
