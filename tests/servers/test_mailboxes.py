"""A shop's mailbox on real servers: nothing is lost and nothing comes twice, whatever happens to line and server."""

import random
import socket
import threading
import time
from email import message_from_bytes
from email.policy import default

import pytest

from bench.connected import PASSWORD, SHOP
from bench.post_office import post_office
from bench.processes import free_port
from tests.faults.browser import Browser
from tests.faults.mail import sinking, until
from tests.servers.desk import Desk
from tests.servers.shop import ARRIVED, READ, TROUBLE, letter, name, open_shop, seconds_until

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("post_office")]


@pytest.fixture
def office(mail_servers):
    """One of its own for each test: some stop it, or spoil its mailboxes."""
    with post_office(users={SHOP: PASSWORD}) as made:
        yield made


@pytest.fixture
def shop(office, tmp_path):
    made = open_shop(tmp_path, office)
    yield made
    made.end()


def test_from_a_strangers_server_to_the_screen_and_back(mail_servers, tmp_path):
    with (
        sinking(port := free_port()) as sink,
        post_office(users={SHOP: PASSWORD}, elsewhere_port=port) as office,
    ):
        shop = open_shop(tmp_path, office, plus_addressing=True)
        try:
            there_and_back(shop, office, sink)
        finally:
            shop.end()


def there_and_back(shop, office, sink):
    shop.serve()
    shop.until_looked()
    with Desk(shop.port) as desk:
        question_answered(desk, shop, office, sink)


def question_answered(desk, shop, office, sink):
    screen = Browser(shop.port, desk.session)
    screen.start()
    until(lambda: screen.greetings["hello"] == 1)
    words = ("--header", "Subject: Gdzie paczka?", "--body", "Kiedy?")
    sent = office.swaks("--to", SHOP, "--from", "zofia@klient.test", *words)
    assert sent.returncode == 0, sent.stdout
    took = seconds_until(lambda: "conversation/1" in {topic for _, topic in screen.told}, 2.0)
    assert "Gdzie paczka?" in desk.browser.get("/conversations/").text, took

    assert desk.post("/conversations/10001/replies/", text="Jest w drodze.") == 200
    until(lambda: sink.accepted)
    screen.stopping.set()
    mail = message_from_bytes(sink.payloads[0], policy=default)
    ((question,),) = shop.ask("SELECT external_id FROM conversations_message WHERE direction = 'in'")
    assert (mail["In-Reply-To"], mail["References"], mail["From"].addresses[0].addr_spec) == (
        f"<{question}>",
        f"<{question}>",
        SHOP,
    )
    assert mail["Reply-To"].addresses[0].addr_spec.startswith("sklep+c1.")
    assert mail["Subject"] == "Re: Gdzie paczka? [#10001]"


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.long)])
def test_waiting_letters_come_though_the_line_is_cut_again_and_again(office, tmp_path, database, count):
    shop = open_shop(tmp_path, office, database)
    try:
        shop.serve()
        shop.until_looked()
        office.stop_dovecot()
        office.deliver_many(SHOP, [letter(number) for number in range(count)])
        office.start_dovecot()
        waiting, cuts, pause = set(), 0, random.Random(5)
        while cuts < 50 and shop.ask(ARRIVED)[0][0] < count:
            time.sleep(pause.uniform(0.1, 0.7))
            cuts += office.cut_imap()
            waiting.add(shop.ask("SELECT waiting FROM inboxes_mailbox")[0][0])
        until(lambda: shop.ask(READ) == [(count,)], seconds=count / 20 + 30)
        shop.has_each_once(range(count))
        assert cuts > 0
        assert len(waiting) > 2, "the page has nothing to count down"
    finally:
        shop.end()


def test_another_validity_doubles_nothing_and_loses_nothing(office, shop):
    shop.serve()
    shop.until_looked()
    office.deliver_many(SHOP, [letter(number) for number in range(20)])
    shop.until_read(20)
    before = office.validity(SHOP)
    office.change_validity(SHOP)
    office.deliver(SHOP, letter(20))
    assert office.validity(SHOP) != before
    until(lambda: (name(20),) in shop.ask("SELECT external_id FROM conversations_message"))
    shop.rest(since=time.monotonic())
    shop.has_each_once(range(21))


def test_a_renamed_folder_is_followed(office, tmp_path):
    office.create_folder(SHOP, "Zamówienia")
    shop = open_shop(tmp_path, office, folders=["Zamówienia"])
    try:
        office.deliver_many(SHOP, [letter(1)], folder="Zamówienia")
        shop.serve()
        shop.until_read(1)
        office.rename_folder(SHOP, "Zamówienia", "Sprawy sklepu")
        office.deliver_many(SHOP, [letter(2)], folder="Sprawy sklepu")
        office.cut_imap()
        shop.until_read(2)
        shop.has_each_once([1, 2])
        names = {row[0] for row in shop.ask("SELECT name FROM inboxes_folder WHERE is_watched")}
        assert names == {"INBOX", "Sprawy sklepu"}
    finally:
        shop.end()


def test_a_mailbox_that_is_full_is_still_read(mail_servers, tmp_path):
    with post_office(users={SHOP: PASSWORD}, quota_mb=1) as office:
        shop = open_shop(tmp_path, office, sent_copy=True)
        try:
            office.deliver_many(SHOP, [letter(number, size=100_000) for number in range(12)])
            shop.serve()
            shop.until_read(12)
            shop.has_each_once(range(12))
            assert shop.trouble() == ("", "")
        finally:
            shop.end()


def test_a_server_that_greets_and_hangs_is_told_in_words(office, tmp_path):
    lines = []
    with socket.create_server(("127.0.0.1", 0)) as hanging:

        def greet():
            while True:
                try:
                    line, _ = hanging.accept()
                except OSError:
                    return
                lines.append(line)
                line.sendall(b"* OK ready\r\n")

        threading.Thread(target=greet, daemon=True).start()
        port = hanging.getsockname()[1]
        shop = open_shop(tmp_path, office, imap_port=port, imap_security="none", timeout=2)
        try:
            shop.serve()
            words = shop.until_trouble("silent")
            assert "localhost" in words
        finally:
            shop.end()
            for line in lines:
                line.close()


def test_a_certificate_for_another_name_is_refused_and_both_names_are_told(office, tmp_path):
    shop = open_shop(tmp_path, office, imap_port=office.wrong_imaps_port)
    try:
        shop.serve()
        words = shop.until_trouble("certificate")
        assert "mail.other.test" in words
        assert "localhost" in words
    finally:
        shop.end()


def test_a_wrong_password_is_told_and_not_shown(office, tmp_path):
    shop = open_shop(tmp_path, office, password="niedobre-haslo-77")
    try:
        shop.serve()
        words = shop.until_trouble("login")
        assert "niedobre" not in words + shop.told()
    finally:
        shop.end()


def test_an_outage_of_the_server_ends_by_itself(office, shop):
    shop.serve()
    shop.until_looked()
    office.stop_dovecot()
    shop.until_trouble("unreachable")
    office.deliver_many(SHOP, [letter(1)])
    office.start_dovecot()
    shop.until_read(1)
    until(lambda: shop.ask(TROUBLE) == [("", "")])


def test_two_processes_and_one_mailbox(office, tmp_path, postgresql):
    shop = open_shop(tmp_path, office, postgresql.database("pair"))
    try:
        first = shop.serve()
        second = shop.start("worker")
        shop.until_looked()
        for start in range(0, 200, 20):
            office.deliver_many(SHOP, [letter(number) for number in range(start, start + 20)])
            if start == 100:
                first.kill()
        shop.until_read(200)
        shop.has_each_once(range(200))
        holders = shop.ask("SELECT holder FROM inboxes_mailbox")
        assert f":{second.pid}:" in holders[0][0]
    finally:
        shop.end()


def test_flags_and_folders_are_left_alone(office, shop):
    office.deliver_many(SHOP, [letter(number) for number in range(3)])
    before = office.doveadm("fetch", "-u", SHOP, "uid flags", "mailbox", "INBOX")
    shop.serve()
    shop.until_read(3)
    office.deliver(SHOP, letter(3))
    shop.until_read(4)
    after = office.doveadm("fetch", "-u", SHOP, "uid flags", "mailbox", "INBOX", "uid", "1:3")
    assert after.replace("\\Recent", "").split() == before.replace("\\Recent", "").split()


def test_a_copy_of_an_answer_is_laid_into_sent_once(mail_servers, tmp_path):
    with (
        sinking(port := free_port()) as sink,
        post_office(users={SHOP: PASSWORD}, elsewhere_port=port) as office,
    ):
        shop = open_shop(tmp_path, office, sent_copy=True)
        try:
            shop.serve()
            shop.until_looked()
            office.deliver(SHOP, letter(1))
            shop.until_read(1)
            with Desk(shop.port) as desk:
                desk.post("/conversations/10001/replies/", text="Tak.")
            until(lambda: sink.accepted and office.letters(SHOP, "Sent"))
            shop.rest(since=time.monotonic())
            assert len(office.letters(SHOP, "Sent")) == 1
        finally:
            shop.end()
