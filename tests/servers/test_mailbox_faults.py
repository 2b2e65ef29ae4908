"""Killed in the middle of fetching, a disk that fills up: in the end every letter is there, once."""

import os
import subprocess
import time
from collections import Counter

import pytest

from bench.connected import PASSWORD, SHOP
from bench.post_office import post_office
from bench.processes import free_port
from tests.faults.mail import sinking, until
from tests.faults.test_full_disk import fill
from tests.servers.desk import Desk
from tests.servers.shop import ARRIVED, letter, open_shop

pytestmark = [pytest.mark.servers, pytest.mark.fault, pytest.mark.xdist_group("post_office")]
COUNT = 120

PLACES = {
    "after some files, before their rows": ("before", "okienko.inboxes.operations.arriving.arrived", 70),
    "before the ledger": ("before", "okienko.inboxes.operations.arriving.ledger.confirm", 2),
    "after the commit": ("after", "okienko.inboxes.looking.take_in_fetched", 2),
    "while reading": ("before", "okienko.conversations.operations.receiving.mark_read", 30),
}


@pytest.fixture
def office(mail_servers):
    with post_office(users={SHOP: PASSWORD}) as made:
        yield made


@pytest.mark.parametrize("place", PLACES)
def test_killed_while_fetching(office, tmp_path, database, place):
    shop = open_shop(tmp_path, office, database)
    try:
        first = shop.serve()
        shop.until_looked()
        first.stop()
        office.deliver_many(SHOP, [letter(number) for number in range(COUNT)])
        shop.dies(shop.start("serve", dying=PLACES[place]))
        began = time.monotonic()
        shop.serve()
        until(lambda: shop.ask(ARRIVED) == [(COUNT,)])
        shop.rest(since=began)
        shop.has_each_once(range(COUNT))
    finally:
        shop.end()


SENDING = {
    "before the line is used": ("after", "okienko.conversations.operations.sending.claimed", 2, 0),
    "after the server took it": ("before", "okienko.conversations.operations.sending.written_down", 2, 1),
}


@pytest.mark.parametrize("place", SENDING)
def test_killed_while_sending(mail_servers, tmp_path, place):
    *dying, twice = SENDING[place]
    port = free_port()
    with sinking(port) as sink, post_office(users={SHOP: PASSWORD}, elsewhere_port=port) as office:
        shop = open_shop(tmp_path, office)
        try:
            answered(shop, office, dying)
            written = shop.counted("SELECT external_id FROM conversations_message WHERE direction = 'out'")
            until(lambda: {name for name, _ in sink.accepted} == set(written))
            arrived = Counter(name for name, _ in sink.accepted)
            assert len(written) == 3
            assert arrived.total() <= len(written) + twice
            unsent = "SELECT count(*) FROM conversations_delivery WHERE state <> 'sent'"
            assert shop.ask(unsent) == [(0,)]
        finally:
            shop.end()


def answered(shop, office, dying):
    """Three letters are answered; the process dies while it sends, and another one goes on."""
    office.deliver_many(SHOP, [letter(number) for number in range(3)])
    # One after another: what is on its way at the moment of death may rightly go twice.
    mortal = shop.start("serve", dying=tuple(dying), OKIENKO_NETWORK_THREADS="1")
    shop.until_read(3)
    with Desk(shop.port) as desk:
        for number in range(10001, 10004):
            desk.try_to_post(f"/conversations/{number}/replies/", text="Tak.")
    shop.dies(mortal)
    began = time.monotonic()
    shop.serve()
    with Desk(shop.port) as desk:
        answered = {
            row[0]
            for row in shop.ask("SELECT conversation_id FROM conversations_message WHERE direction = 'out'")
        }
        for conversation in {1, 2, 3} - answered:
            desk.post(f"/conversations/{10000 + conversation}/replies/", text="Tak.")
    shop.rest(since=began)


@pytest.fixture
def small_disk(tmp_path):
    if os.getuid():
        pytest.skip("a full disk: needs root, to mount a small one")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], check=False)
    if mounted.returncode:
        pytest.skip("a full disk: this machine does not allow to mount a small one")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_disk_that_fills_up_while_letters_come(office, small_disk):
    shop = open_shop(small_disk, office)
    try:
        shop.serve()
        shop.until_looked()
        office.stop_dovecot()
        office.deliver_many(SHOP, [letter(number, size=20_000) for number in range(COUNT)])
        office.start_dovecot()
        until(lambda: shop.ask(ARRIVED)[0][0] > 0)
        ballast = fill(small_disk)
        time.sleep(3)
        assert shop.ask(ARRIVED)[0][0] < COUNT, "the disk was never full in time"
        ballast.unlink()
        until(lambda: shop.ask(ARRIVED) == [(COUNT,)])
        shop.rest(since=time.monotonic(), seconds=60)
        shop.has_each_once(range(COUNT))
    finally:
        shop.end()
