"""Threads, processes and the end of them: two connections at most, each letter once, nothing left behind."""

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from okienko.channels.email import smtp, smtp_pool
from okienko.channels.email.tests.mail_server import Peer, serving, wait_for, with_limits
from okienko.channels.email.tests.test_smtp_pool import failed, ids, post
from okienko.inboxes.channel import ChannelError, Sent

pytestmark = pytest.mark.usefixtures("_english")


def test_many_threads_each_letter_once():
    """While some of the connections break at their next letter."""
    most = []

    class Moody(Peer):
        async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
            most.append(len(self.server.open_lines))
            if len(self.received) % 9 == 8 and server not in broken and len(broken) < 12:
                broken.append(server)
                server.transport.abort()
            return await super().handle_MAIL(server, session, envelope, address, options)

    broken = []
    with serving(Moody()) as (peer, config):
        with ThreadPoolExecutor(8) as threads:
            results = list(threads.map(lambda number: outcome(config, number), range(200)))
    taken = Counter(peer.ids)
    assert (max(taken.values()), max(most)) == (1, 2)
    assert {f"<{number}@sklep.example>" for number, result in enumerate(results) if result} == set(taken)
    assert (len(broken), len(taken) >= 200 - len(broken)) == (12, True)


def outcome(config, number: int) -> Sent | None:
    try:
        return post(config, number)
    except ChannelError:
        return None


def test_at_most_two_at_once_and_the_third_does_not_wait_for_ever(monkeypatch):
    monkeypatch.setattr(smtp, "POOL", with_limits(patience=0.3))
    with serving() as (peer, config):
        peer.delay = 1.5
        with ThreadPoolExecutor(2) as threads:
            letters = [threads.submit(post, config, number) for number in (1, 2)]
            wait_for(lambda: len(peer.lines) == 2)
            began = time.monotonic()
            error = failed(config, 3)
            assert 0.2 < time.monotonic() - began < 1
            assert [one.result().words for one in letters] == ["250 2.0.0 queued as 4F2A1"] * 2
        peer.delay = 0
        post(config, 3)
    assert (error.reason, error.permanent) == (
        (
            f"The mail server 127.0.0.1:{config['port']} is busy with other letters; "
            "this one will be tried again soon."
        ),
        False,
    )
    assert (len(peer.lines), sorted(peer.ids)) == (2, ids(1, 2, 3))


def test_the_third_waits_for_a_free_connection():
    with serving() as (peer, config):
        peer.delay = 0.3
        with ThreadPoolExecutor(3) as threads:
            found = list(threads.map(lambda number: post(config, number).words, range(3)))
    assert (found, len(peer.lines)) == (["250 2.0.0 queued as 4F2A1"] * 3, 2)


def test_idle_connections_are_closed_and_nothing_stays_behind(monkeypatch):
    monkeypatch.setattr(smtp, "POOL", with_limits(idle=0.3))
    with serving() as (peer, config):
        post(config, 1)
        janitor = smtp.POOL.janitor
        assert (len(peer.server.open_lines), janitor.daemon, janitor.is_alive()) == (1, True, True)
        wait_for(lambda: not peer.server.open_lines)
        wait_for(lambda: not janitor.is_alive())
        assert smtp.POOL.janitor is None
        post(config, 2)
        assert smtp.POOL.janitor.is_alive()
    assert (len(peer.lines), peer.ids) == (2, ids(1, 2))


def test_a_letter_is_sent_even_if_no_thread_can_be_started(monkeypatch):
    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    with serving() as (peer, config):
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", refuse)
            assert post(config, 1).refused == ()
        wait_for(lambda: not peer.server.open_lines)
    assert peer.ids == ids(1)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_child_of_fork_has_connections_of_its_own(monkeypatch):
    monkeypatch.setattr(smtp, "POOL", smtp_pool.POOL)
    with serving() as (peer, config):
        post(config, 1)
        child = os.fork()
        if not child:
            is_fresh = smtp.POOL.places == {} and smtp.POOL.janitor is None
            code = 1
            try:
                post(config, 2)
                smtp.POOL.close_idle()
                code = 0 if is_fresh else 2
            finally:
                os._exit(code)
        assert os.waitpid(child, 0)[1] == 0
        post(config, 3)
        smtp.POOL.close_idle()
    assert (len(peer.lines), peer.ids) == (2, ids(1, 2, 3))


PROGRAM = """
import django
django.setup()
from okienko.channels.email.smtp import send
send({"host": "127.0.0.1", "port": %d}, b"Message-ID: <1@sklep.example>", sender="", recipients=["z@p.example"])
"""


def test_the_end_of_the_process_is_not_held_up():
    with serving() as (peer, config):
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", PROGRAM % config["port"]],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "okienko.settings"},
        )
        wait_for(lambda: not peer.server.open_lines)
    assert (done.returncode, done.stderr, peer.ids, time.monotonic() - began < 15) == (0, "", ids(1), True)
