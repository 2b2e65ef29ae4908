"""Sending against a real SMTP server on this machine."""

import socket
import threading
import time

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from django.utils import translation
from django.utils.module_loading import import_string

from okienko.channels.email.channel import EmailChannel
from okienko.channels.email.smtp import send
from okienko.inboxes.channel import ChannelError

LETTER = b"From: sklep@sklep.example\r\nSubject: x\r\n\r\n.kropka\r\n\r\ntajna tresc\r\n"
PASSWORD = "nie-powiem-nikomu"


class Peer:
    """A mail server of somebody else, with moods."""

    def __init__(self):
        self.received = []
        self.rcpt = {}
        self.data = "250 2.0.0 queued as 4F2A1"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.rcpt:
            return self.rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.data == "hang up":
            server.transport.close()
            return "421 bye"
        if self.data.startswith("250"):
            self.received.append((envelope.mail_from, envelope.rcpt_tos, envelope.content, session.host_name))
        return self.data


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def peer():
    handler = Peer()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    handler.config = {"host": "127.0.0.1", "port": controller.port, "security": "none", "timeout": 5}
    yield handler
    controller.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def sent(peer, *recipients):
    return EmailChannel().send(peer.config, LETTER, sender="sklep@sklep.example", recipients=recipients)


def refused(peer, *recipients) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        sent(peer, *recipients)
    assert "tajna" not in caught.value.reason
    return caught.value


def test_accepted_byte_for_byte(peer):
    found = sent(peer, "zofia@poczta.example", "jan@poczta.example")
    assert (found.words, found.refused) == ("250 2.0.0 queued as 4F2A1", ())
    assert peer.received == [
        ("sklep@sklep.example", ["zofia@poczta.example", "jan@poczta.example"], LETTER, "sklep.example")
    ]


def test_one_of_two_refused(peer):
    peer.rcpt["jan@poczta.example"] = "550 5.1.1 no such user"
    found = sent(peer, "zofia@poczta.example", "jan@poczta.example")
    assert [(one.recipient, one.reason, one.permanent) for one in found.refused] == [
        ("jan@poczta.example", "550 5.1.1 no such user", True)
    ]
    assert [recipients for _, recipients, _, _ in peer.received] == [["zofia@poczta.example"]]


def test_one_of_two_to_be_tried_again(peer):
    peer.rcpt["jan@poczta.example"] = "450 4.2.1 mailbox busy"
    assert [one.permanent for one in sent(peer, "zofia@poczta.example", "jan@poczta.example").refused] == [
        False
    ]


@pytest.mark.parametrize(
    ("answers", "permanent"),
    [
        (["550 5.1.1 unknown", "553 5.1.8 bad"], True),
        (["550 5.1.1 unknown", "450 4.2.1 busy"], False),
        (["451 4.7.1 greylisted", "450 4.2.1 busy"], False),
    ],
)
def test_all_refused(peer, answers, permanent):
    peer.rcpt = dict(zip(["zofia@poczta.example", "jan@poczta.example"], answers, strict=True))
    error = refused(peer, *peer.rcpt)
    assert (error.reason, error.permanent) == (
        f"The mail server refused every recipient: {answers[0]}",
        permanent,
    )
    assert peer.received == []


@pytest.mark.parametrize(
    ("answer", "permanent"), [("554 5.7.1 looks like spam", True), ("452 4.3.1 disk full", False)]
)
def test_the_message_refused(peer, answer, permanent):
    peer.data = answer
    error = refused(peer, "zofia@poczta.example")
    assert (error.reason, error.permanent) == (f"The mail server refused the message: {answer}", permanent)


def test_connection_dropped_while_sending(peer):
    peer.data = "hang up"
    error = refused(peer, "zofia@poczta.example")
    assert error.permanent is False


def test_nobody_listens():
    config = {"host": "127.0.0.1", "port": free_port(), "security": "none"}
    with pytest.raises(ChannelError, match=r"^The mail server cannot be reached: ") as caught:
        send(config, LETTER, sender="s@s.example", recipients=["z@p.example"])
    assert caught.value.permanent is False


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_a_server_that_says_nothing_is_left_in_time(security):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = {
            "host": "127.0.0.1",
            "port": listener.getsockname()[1],
            "security": security,
            "timeout": 0.3,
        }
        before = time.monotonic()
        with pytest.raises(ChannelError, match=r"^The mail server ") as caught:
            send(config, LETTER, sender="s@s.example", recipients=["z@p.example"])
    assert caught.value.permanent is False
    assert time.monotonic() - before < 3


def test_a_server_that_falls_silent_after_the_data_is_left_in_time():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_talk_until_data, args=(listener,), daemon=True).start()
        config = {"host": "127.0.0.1", "port": listener.getsockname()[1], "timeout": 0.5}
        with pytest.raises(ChannelError) as caught:
            send(config, LETTER, sender="s@s.example", recipients=["z@p.example"])
    assert caught.value.reason == (
        "The connection to the mail server broke while sending: Connection unexpectedly closed: timed out"
    )


def _talk_until_data(listener):
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 hi\r\n")
        for line in lines:
            if line.upper().startswith(b"DATA"):
                connection.sendall(b"354 go\r\n")
                break
            connection.sendall(b"250 ok\r\n")
        time.sleep(2)


def test_a_wrong_password_can_be_mended_and_is_never_told():
    class Guarded(Controller):
        def factory(self):
            return SMTP(
                self.handler, authenticator=lambda *_args: AuthResult(success=False, handled=False),
                auth_require_tls=False,
            )  # fmt: skip

    controller = Guarded(Peer(), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        config = {"host": "127.0.0.1", "port": controller.port, "username": "sklep", "password": PASSWORD}
        with pytest.raises(ChannelError) as caught:
            send(config, LETTER, sender="s@s.example", recipients=["z@p.example"])
        config["password"] = PASSWORD + "ż"
        with pytest.raises(ChannelError) as unwritable:
            send(config, LETTER, sender="s@s.example", recipients=["z@p.example"])
    finally:
        controller.stop()
    assert caught.value.reason.startswith("The mail server refused the user name or password: 535")
    assert (
        unwritable.value.reason == "The user name or password has letters that the mail server cannot take."
    )
    assert [error.value.permanent for error in (caught, unwritable)] == [False, False]
    assert PASSWORD not in caught.value.reason + unwritable.value.reason


def test_no_encryption_offered_where_it_is_wanted(peer):
    peer.config["security"] = "starttls"
    assert refused(peer, "z@p.example").reason.startswith(
        "The mail server offers no encryption or no login: "
    )
    assert peer.received == []


def test_a_password_is_not_given_to_a_server_that_asks_for_none(peer):
    peer.config |= {"username": "sklep", "password": PASSWORD}
    assert refused(peer, "z@p.example").reason.startswith(
        "The mail server offers no encryption or no login: "
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"host": ""}, "The inbox has no mail server to send by."),
        ({"security": "magic"}, "The inbox's kind of encryption is unknown: magic"),
    ],
)
def test_settings_that_cannot_work(peer, change, reason):
    peer.config |= change
    assert refused(peer, "z@p.example").reason == reason


def test_nobody_to_send_to(peer):
    assert refused(peer).permanent is True


def test_no_command_can_be_smuggled_in(peer):
    assert refused(peer, "z@p.example>\r\nRCPT TO:<obcy@zly.example").permanent is True
    assert peer.received == []


def test_an_address_with_polish_letters(peer):
    assert sent(peer, "zażółć@żółw.example").refused == ()
    assert [recipients for _, recipients, _, _ in peer.received] == [["zażółć@xn--w-uga1v8h.example"]]


def test_an_address_with_polish_letters_needs_a_server_that_knows_them():
    peer = Peer()
    controller = Controller(peer, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=False)
    controller.start()
    peer.config = {"host": "127.0.0.1", "port": controller.port}
    error = refused(peer, "zażółć@p.example")
    controller.stop()
    assert (error.reason, error.permanent) == (
        "The mail server cannot send to addresses with such letters.",
        True,
    )


def test_a_server_that_does_not_want_the_data_took_nothing():
    """Whatever code stands where 354 should: the message was not handed over."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_say_250_to_everything, args=(listener,), daemon=True).start()
        config = {"host": "127.0.0.1", "port": listener.getsockname()[1], "timeout": 5}
        with pytest.raises(ChannelError, match=r"^The mail server refused the message: 250 ok$"):
            send(config, LETTER, sender="s@s.example", recipients=["z@p.example"])


def _say_250_to_everything(listener):
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 hi\r\n")
        for _line in lines:
            connection.sendall(b"250 ok\r\n")


def test_nothing_is_sent_inside_a_database_transaction(peer, monkeypatch):
    monkeypatch.setattr(import_string("django.db.connections")["default"], "in_atomic_block", True)
    with pytest.raises(RuntimeError, match="inside a database transaction"):
        sent(peer, "zofia@poczta.example")
    assert peer.received == []
