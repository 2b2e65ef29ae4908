"""Servers that are down or hang: left in time, and left alone for a while."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.utils import translation

from okienko.channels.email import smtp
from okienko.channels.email.smtp import send
from okienko.channels.email.tests.mail_server import (
    LETTER,
    Peer,
    Server,
    free_port,
    scripted,
    serving,
    talk,
    wait_for,
    with_limits,
)
from okienko.inboxes.channel import ChannelError, ServerTrouble
from okienko.inboxes.source import Trouble

pytestmark = pytest.mark.usefixtures("_english")
AGAIN = " (This was tried a moment ago and will be tried again soon.)"


def post(config):
    return send(config, LETTER, sender="sklep@sklep.example", recipients=["zofia@poczta.example"])


def failed(config) -> ChannelError:
    with translation.override("en"), pytest.raises(ChannelError) as caught:  # also in threads of the test
        post(config)
    return caught.value


def timed(config) -> tuple[ChannelError, float]:
    began = time.monotonic()
    error = failed(config)
    return error, time.monotonic() - began


def silent(connection, lines, _number):
    while connection.recv(1000):
        pass


def greets_only(connection, lines, number):
    connection.sendall(b"220 hi\r\n")
    silent(connection, lines, number)


def drips(connection, lines, _number):
    """A byte now and then: never a whole answer, and never silence."""
    connection.sendall(b"220-")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def babbles(connection, lines, _number):
    while True:
        connection.sendall(b"220-hi\r\n" * 100)


def stops_at_data(connection, lines, number):
    talk(connection, _before(lines, b"DATA"), {})
    silent(connection, lines, number)


def stops_after_the_letter(connection, lines, number):
    talk(connection, _before(lines, b"DATA"), {})
    connection.sendall(b"354 go\r\n")
    silent(connection, lines, number)


def _before(lines, word):
    for line in lines:
        if line.startswith(word):
            return
        yield line


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
@pytest.mark.parametrize("script", [silent, greets_only, drips])
def test_a_server_that_says_nothing_is_left_in_time(script, security):
    if (script, security) in {(greets_only, "tls"), (drips, "tls")}:
        return  # what comes is not TLS: see test_smtp_tls
    with scripted(script) as config:
        error, seconds = timed(config | {"security": security, "timeout": 0.4})
        assert (error.trouble, error.permanent, 0.3 < seconds < 1.5) == (Trouble.SILENT, False, True)
        place = f"127.0.0.1:{config['port']}"
    assert error.reason == f"The server {place} took the connection but does not answer."


def test_a_server_that_talks_without_end():
    with scripted(babbles) as config:
        error, seconds = timed(config)
    assert (error.trouble, seconds < 1.5) == (Trouble.UNREACHABLE, True)
    assert error.reason.endswith("failed: what the server says is not SMTP")


def test_a_server_that_is_none_for_mail():
    def script(connection, lines, _number):
        connection.sendall(b"* OK IMAP4rev1\r\n")

    with scripted(script) as config:
        error = failed(config)
    assert (error.trouble, error.reason) == (
        Trouble.UNREACHABLE,
        f"The connection to 127.0.0.1:{config['port']} failed: what the server says is not SMTP",
    )


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (stops_at_data, "The connection to the mail server broke while sending: "),
        (stops_after_the_letter, "The mail server did not confirm that it has taken the message: "),
    ],
)
def test_a_server_that_falls_silent_in_the_middle(script, words):
    with scripted(script) as config:
        error, seconds = timed(config | {"timeout": 0.3})
        again, at_once = timed(config | {"timeout": 0.3})
    silence = f"The server 127.0.0.1:{config['port']} took the connection but does not answer."
    assert (error.reason, error.permanent, seconds < 2.5) == (words + silence, False, True)
    assert (again.reason, at_once < 0.1) == (words + silence + AGAIN, True)


def test_a_server_that_is_down_is_not_asked_again_at_once(monkeypatch):
    monkeypatch.setattr(smtp, "POOL", with_limits(rest=0.5))
    config = {"host": "127.0.0.1", "port": free_port(), "timeout": 5}
    words = f"Nobody answers at 127.0.0.1:{config['port']}. Are the server and the port right?"
    assert failed(config).reason == words
    peer = Peer()
    server = Server(peer)
    server.port = config["port"]
    server.start()
    try:
        error, seconds = timed(config)
        assert (error.reason, error.trouble, seconds < 0.1) == (words + AGAIN, Trouble.UNREACHABLE, True)
        assert peer.lines == []
        time.sleep(0.5)
        assert post(config).refused == ()
        assert post(config).refused == ()
    finally:
        server.stop()
    assert (len(peer.lines), len(peer.received)) == (1, 2)


def test_one_at_a_time_asks_whether_it_is_up_again(monkeypatch):
    monkeypatch.setattr(smtp, "POOL", with_limits(rest=0.3))
    came = []

    def script(connection, lines, number):
        came.append(number)
        next(lines, None)

    with scripted(script) as config:
        hasty = config | {"timeout": 0.5}
        assert failed(hasty).trouble == Trouble.SILENT
        time.sleep(0.3)
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(lambda _number: timed(hasty), range(4)))
    assert len(came) == 2
    assert sorted(error.reason.endswith(AGAIN) for error, _ in found) == [False, True, True, True]
    assert sorted(seconds < 0.2 for _, seconds in found) == [False, True, True, True]


def test_a_server_that_hangs_keeps_two_callers_at_most(monkeypatch):
    monkeypatch.setattr(smtp, "POOL", with_limits(hope=0.2))
    with scripted(silent) as config:
        with ThreadPoolExecutor(2) as threads:
            waiting = [threads.submit(failed, config) for _ in range(2)]
            wait_for(lambda: any(len(place.opening) == 2 for place in smtp.POOL.places.values()))
            first, seconds = timed(config)
            second, at_once = timed(config)
            assert {one.result().trouble for one in waiting} == {Trouble.SILENT}
    busy = f"The mail server 127.0.0.1:{config['port']} is busy with other letters; this one will be tried again soon."
    assert (first.reason, second.reason) == (busy, busy)
    assert (0.1 < seconds < 0.6, at_once < 0.1) == (True, True)


def test_those_who_wait_learn_at_once_that_it_is_down():
    with scripted(silent) as config:
        hasty = config | {"timeout": 0.4}
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(lambda _number: timed(hasty), range(4)))
    assert [error.trouble for error, _ in found] == [Trouble.SILENT] * 4
    assert max(seconds for _, seconds in found) < 1


def test_one_server_that_is_down_is_no_hindrance_for_another():
    with serving() as (peer, config):
        for _ in range(3):
            failed(config | {"port": free_port()})
        assert post(config).refused == ()
    assert len(peer.received) == 1


def test_a_wrong_password_concerns_only_those_who_have_it():
    peer = Peer()
    with serving(peer, authenticator=peer.authenticate, auth_require_tls=False) as (peer, config):
        wrong = config | {"username": "sklep", "password": "zle"}
        first, second = failed(wrong), failed(wrong)
        assert (first.trouble, second.reason) == (Trouble.LOGIN, first.reason + AGAIN)
        assert len(peer.logins) == 1
        assert post(config | {"username": "sklep", "password": "haslo"}).refused == ()
    assert [password for _, _, password in peer.logins] == [b"zle", b"haslo"]


def test_a_letter_that_is_refused_says_nothing_about_the_server():
    with serving() as (peer, config):
        peer.data = "554 5.7.1 spam"
        assert failed(config).permanent is True
        peer.data = "250 ok"
        assert post(config).words == "250 ok"


def test_the_error_keeps_no_connection():
    """What is remembered of a failure holds neither the exception nor, through it, a socket."""
    config = {"host": "127.0.0.1", "port": free_port()}
    first, second = failed(config), failed(config)
    assert isinstance(first, ServerTrouble)
    assert first is not second
    assert threading.active_count() == len(threading.enumerate())
    (place,) = smtp.POOL.places.values()
    assert not isinstance(place.failure, Exception)
