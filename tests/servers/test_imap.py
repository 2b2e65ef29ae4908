"""Reading mailboxes of a real Dovecot, and laying letters into them."""

import itertools
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from okienko.channels.email.imap import open_mailbox
from okienko.inboxes.source import Fetched, FolderName, Purpose, SourceError, Trouble
from tests.servers.conftest import PASSWORD
from tests.servers.shop import letter

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("post_office")]
NAMES = (f"skrzynka{number}@shop.test" for number in itertools.count(1))
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def address(office):
    """A new mailbox."""
    name = next(NAMES)
    office.add_user(name, "tajne-1")
    return name


def opened(office, address, **changes):
    return closing(open_mailbox(office.config(address, **changes)))


@contextmanager
def looking(office, address, folder="INBOX", **changes):
    with opened(office, address, **changes) as mailbox:
        mailbox.select(folder)
        yield mailbox


@contextmanager
def fails(trouble: Trouble):
    words: list[str] = []
    with pytest.raises(SourceError) as caught:
        yield words
    assert caught.value.trouble == trouble
    words.append(caught.value.reason)


def never() -> bool:
    return False


# Signing in


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
@pytest.mark.parametrize("password", ["tajne-1", PASSWORD])
def test_signed_in(office, address, security, password):
    office.add_user(address, password)
    office.deliver(address, letter(1))
    with looking(office, address, imap_security=security, ca_file=str(office.ca_file)) as mailbox:
        assert mailbox.numbers() == [1]


def test_a_wrong_password(office, address):
    with fails(Trouble.LOGIN) as words:
        open_mailbox(office.config(address, password="zgaduje"))
    assert words[0].startswith("The mail server refused the user name or password: [AUTHENTICATIONFAILED]")
    assert "zgaduje" not in words[0]


def test_a_certificate_for_another(office, address):
    config = office.config(address, imap_security="tls", ca_file=str(office.ca_file))
    with fails(Trouble.CERTIFICATE) as words:
        open_mailbox(config | {"imap_port": office.wrong_imaps_port})
    assert words == ["The certificate of localhost is made out to another name: mail.other.test."]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_knows(office, address, security):
    with fails(Trouble.CERTIFICATE) as words:
        open_mailbox(office.config(address, imap_security=security))
    assert words[0].endswith("whom this installation does not trust.")


def test_encryption_where_it_is_not_expected(office, address):
    with fails(Trouble.CERTIFICATE):
        open_mailbox(office.config(address, imap_security="tls", imap_port=office.imap_port))
    with fails(Trouble.SILENT):
        open_mailbox(office.config(address, imap_security="none", imap_port=office.imaps_port, timeout=1))


# Reading


def test_folders(office, address):
    office.create_folder(address, "Wysłane")
    office.create_folder(address, "Klienci/Zażółć")
    with opened(office, address) as mailbox:
        found = mailbox.folders()
        assert sorted(found, key=lambda one: one.name) == [
            FolderName("Drafts", Purpose.DRAFTS),
            FolderName("INBOX", Purpose.INBOX),
            FolderName("Junk", Purpose.JUNK),
            FolderName("Klienci/Zażółć"),
            FolderName("Sent", Purpose.SENT),
            FolderName("Trash", Purpose.TRASH),
            FolderName("Wysłane"),
        ]
        assert [mailbox.select(one.name).count for one in found] == [0] * 7


def test_every_byte_and_no_trace(office, address):
    sent = [letter(number, size=number * 3000) for number in range(1, 6)]
    office.deliver_many(address, sent)
    with opened(office, address) as mailbox:
        state = mailbox.select("INBOX")
        assert (state.validity, state.next_number, state.count) == (str(office.validity(address)), 6, 5)
        sizes = mailbox.sizes([1, 2, 3, 4, 5, 6])
        assert sizes == {number: len(one) for number, one in enumerate(sent, 1)}
        found = mailbox.letters([5, 1, 2, 3, 4, 99], max_bytes=10_000)
        assert found == [
            Fetched(number, sent[number - 1][:10_000], len(sent[number - 1])) for number in (5, 1, 2, 3, 4)
        ]
    flags = office.doveadm("-f", "flow", "fetch", "-u", address, "flags", "mailbox", "INBOX")
    assert [line.strip() for line in flags.splitlines()] == ["flags=\\Recent"] * 5


def test_numbers(office, address):
    office.deliver_many(address, [letter(number) for number in range(1, 11)])
    office.expunge(address, [3, 4, 10])
    today = datetime.now(UTC).date()
    with looking(office, address) as mailbox:
        assert mailbox.numbers() == [1, 2, 5, 6, 7, 8, 9]
        assert mailbox.numbers(above=6) == [7, 8, 9]
        assert mailbox.numbers(above=9) == []
        assert mailbox.numbers(above=2, upto=6) == [5, 6]
        assert mailbox.numbers(since=today - DAY, before=today + 2 * DAY) == [1, 2, 5, 6, 7, 8, 9]
        assert mailbox.numbers(before=today - DAY) == []
        assert mailbox.numbers(since=today + 2 * DAY) == []
        assert [one.number for one in mailbox.letters(range(1, 11), max_bytes=9999)] == [1, 2, 5, 6, 7, 8, 9]


def test_letters_removed_by_somebody_else_meanwhile(office, address):
    office.deliver_many(address, [letter(number) for number in range(1, 5)])
    with looking(office, address) as mailbox:
        assert mailbox.numbers() == [1, 2, 3, 4]
        mailbox.sizes([1, 2, 3, 4])
        office.expunge(address, [2, 3])
        mailbox.wait(0.2, never)
        assert [one.number for one in mailbox.letters([1, 2, 3, 4], max_bytes=9999)] == [1, 4]


def test_numbers_begin_anew(office, address):
    office.deliver(address, letter(1))
    with opened(office, address) as mailbox:
        before = mailbox.select("INBOX")
    office.change_validity(address)
    with opened(office, address) as mailbox:
        assert mailbox.select("INBOX").validity != before.validity


def test_a_folder_renamed(office, address):
    office.create_folder(address, "Reklamacje")
    with looking(office, address, "Reklamacje") as mailbox:
        office.rename_folder(address, "Reklamacje", "Zwroty")
        with fails(Trouble.FOLDER) as words:
            mailbox.select("Reklamacje")
        assert "“Reklamacje”" in words[0]
        assert mailbox.select("Zwroty").count == 0


@pytest.mark.parametrize("security", ["none", "tls"])
def test_fast_enough_for_the_first_day(office, address, security):
    count = 1500
    office.deliver_many(address, (letter(number, size=12_000) for number in range(count)))
    with looking(office, address, imap_security=security, ca_file=str(office.ca_file)) as mailbox:
        numbers = mailbox.numbers()
        begin, found = time.monotonic(), 0
        for start in range(0, count, 100):
            some = numbers[start : start + 100]
            mailbox.sizes(some)
            found += len(mailbox.letters(some, max_bytes=50_000_000))
        took = time.monotonic() - begin
    assert found == count
    assert count / took > 600


# Waiting


@pytest.mark.parametrize("security", ["none", "tls"])
def test_told_at_once(office, address, security):
    with looking(office, address, imap_security=security, ca_file=str(office.ca_file)) as mailbox:
        assert mailbox.numbers() == []
        begin = time.monotonic()
        threading.Timer(0.5, office.deliver, [address, letter(1)]).start()
        assert mailbox.wait(20, never)
        assert time.monotonic() - begin < 2.5
        assert mailbox.numbers() == [1]
        assert not mailbox.wait(0.3, never)
        assert [one.payload for one in mailbox.letters([1], max_bytes=99_999)] == office.letters(address)


def test_a_letter_that_came_while_we_looked_elsewhere(office, address):
    with looking(office, address) as mailbox:
        assert mailbox.numbers() == []
        mailbox.select("Junk")
        office.deliver(address, letter(1))
        mailbox.select("INBOX")
        begin = time.monotonic()
        assert mailbox.wait(20, never)
        assert time.monotonic() - begin < 0.5
        assert mailbox.numbers() == [1]
        mailbox.select("INBOX")
        assert not mailbox.wait(0.3, never)


def test_the_line_is_cut_while_waiting(office, address):
    with looking(office, address) as mailbox:
        threading.Timer(0.5, office.cut_imap).start()
        begin = time.monotonic()
        with fails(Trouble.UNREACHABLE):
            mailbox.wait(20, never)
        assert time.monotonic() - begin < 3


def test_the_line_is_cut_again_and_again(office, address):
    """Whoever goes on where he was gets every letter once."""
    office.deliver_many(address, (letter(number, size=20_000) for number in range(400)))
    found: list[int] = []
    over = threading.Event()

    def cut():
        while not over.wait(0.07):
            office.cut_imap()

    thread = threading.Thread(target=cut)
    thread.start()
    breaks: list[Trouble] = []
    try:
        while len(found) < 400 and len(breaks) < 500:
            try:
                with looking(office, address) as mailbox:
                    while numbers := mailbox.numbers(above=max(found, default=0))[:20]:
                        found += [one.number for one in mailbox.letters(numbers, max_bytes=99_999)]
                        time.sleep(0.02)
            except SourceError as error:
                breaks.append(error.trouble)
    finally:
        over.set()
        thread.join()
    assert found == list(range(1, 401))
    assert set(breaks) == {Trouble.UNREACHABLE}


# Laying letters into folders


def test_a_copy_among_the_sent_ones(office, address):
    ours = letter(7)
    office.deliver(address, letter(1))
    with looking(office, address) as mailbox:
        assert mailbox.append("Sent", ours, external_id="list-7@klient.test")
        assert not mailbox.append("Sent", ours, external_id="list-7@klient.test")
        assert not mailbox.append("INBOX", letter(1), external_id="list-1@klient.test")
        assert mailbox.numbers() == [1]
        with fails(Trouble.FOLDER):
            mailbox.append("Nie ma", ours, external_id="list-7@klient.test")
        assert mailbox.numbers() == [1]
    assert office.letters(address, "Sent") == [ours]
    assert "\\Seen" in office.doveadm("-f", "flow", "fetch", "-u", address, "flags", "mailbox", "Sent")


def test_a_large_letter_of_ours(office, address):
    ours = letter(1, size=12_000_000)
    with opened(office, address, imap_security="tls", ca_file=str(office.ca_file)) as mailbox:
        assert mailbox.append("Sent", ours, external_id="list-1@klient.test")
        mailbox.select("Sent")
        whole = Fetched(1, ours, len(ours), is_settled=True)
        assert mailbox.letters([1], max_bytes=20_000_000) == [whole]
        assert mailbox.letters([1], max_bytes=1_000_000) == [replace(whole, payload=ours[:1_000_000])]
