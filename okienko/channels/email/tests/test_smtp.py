"""Sending against a real SMTP server on this machine."""

import pytest
from django.utils.module_loading import import_string

from okienko.channels.email.channel import EmailChannel
from okienko.channels.email.smtp import send, verify
from okienko.channels.email.tests.mail_server import LETTER, Peer, scripted, serving, talk
from okienko.inboxes.channel import ChannelError, TooBig

pytestmark = pytest.mark.usefixtures("_english")


@pytest.fixture
def peer():
    with serving() as (handler, config):
        handler.config = config
        yield handler


def sent(peer, *recipients, payload=LETTER):
    return EmailChannel().send(peer.config, payload, sender="sklep@sklep.example", recipients=recipients)


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


def test_a_letter_of_many_megabytes_with_dots_everywhere(peer):
    payload = b"Subject: x\r\n\r\n" + b".a\r\n..\r\n.\r\nb\r\n" * 200_000 + b".end"
    peer.server.settings["data_size_limit"] = None
    sent(peer, "zofia@poczta.example", payload=payload)
    assert peer.received[0][2] == payload + b"\r\n"


def test_one_of_two_refused(peer):
    peer.rcpt["jan@poczta.example"] = "550 5.1.1 no such user"
    found = sent(peer, "zofia@poczta.example", "jan@poczta.example")
    assert [(one.recipient, one.reason, one.permanent) for one in found.refused] == [
        ("jan@poczta.example", "550 5.1.1 no such user", True)
    ]
    assert [recipients for _, recipients, _, _ in peer.received] == [["zofia@poczta.example"]]


def test_some_greylisted_some_refused_some_taken(peer):
    peer.rcpt = {
        "jan@poczta.example": "450 4.2.0 Greylisted, see postgrey",
        "nikt@poczta.example": "550 5.1.1 no such user",
        "ola@poczta.example": "451 4.7.1 Greylisting in action, try again in 5 minutes",
    }
    found = sent(
        peer, "jan@poczta.example", "zofia@poczta.example", "nikt@poczta.example", "ola@poczta.example"
    )
    assert [(one.recipient, one.permanent) for one in found.refused] == [
        ("jan@poczta.example", False),
        ("nikt@poczta.example", True),
        ("ola@poczta.example", False),
    ]
    assert [recipients for _, recipients, _, _ in peer.received] == [["zofia@poczta.example"]]


def test_more_recipients_than_one_packet_of_commands(peer):
    """aiosmtpd offers no PIPELINING: `test_smtp_pool` has a server that does."""
    everybody = [f"osoba{number}@poczta.example" for number in range(120)]
    assert sent(peer, *everybody).refused == ()
    assert peer.received[0][1] == everybody


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
    assert (type(error), error.reason, error.permanent) == (
        ChannelError,
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


def test_the_sender_refused(peer):
    peer.mail = "553 5.7.1 not your address"
    error = refused(peer, "zofia@poczta.example")
    assert (error.reason, error.permanent) == (
        "The mail server does not let this inbox send: 553 5.7.1 not your address",
        True,
    )


def test_a_server_that_asks_for_a_login_first_can_be_satisfied(peer):
    peer.mail = "530 5.7.57 Client not authenticated to send mail."
    error = refused(peer, "zofia@poczta.example")
    assert (error.reason, error.permanent) == (
        (
            "The mail server wants this inbox to sign in first: 530 5.7.57 Client not authenticated to send "
            "mail. Microsoft takes no passwords here any more: sign in with Microsoft instead."
        ),
        False,
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"host": ""}, "The inbox has no mail server to send by."),
        ({"security": "magic"}, "The inbox's kind of encryption is unknown: magic"),
        ({"port": "smtp"}, "The port of the mail server is not a number: smtp"),
        ({"port": 99999}, "The connection to 127.0.0.1:99999 failed: no such port: 99999"),
    ],
)
def test_settings_that_cannot_work(peer, change, reason):
    peer.config |= change
    assert refused(peer, "z@p.example").reason == reason


def test_nobody_to_send_to(peer):
    assert refused(peer).permanent is True


def test_no_command_can_be_smuggled_in(peer):
    assert refused(peer, "z@p.example>\r\nRCPT TO:<obcy@zly.example").permanent is True
    peer.config["ehlo"] = "sklep.example\r\nMAIL FROM:<obcy@zly.example>"
    sent(peer, "z@p.example")
    assert [(sender, name) for sender, _, _, name in peer.received] == [("sklep@sklep.example", "localhost")]


def test_an_address_with_polish_letters(peer):
    peer.rcpt["jan@xn--w-uga1v8h.example"] = "550 5.1.1 no such user"
    found = sent(peer, "zażółć@żółw.example", "jan@żółw.example")
    assert [one.recipient for one in found.refused] == ["jan@żółw.example"]  # as we know him
    assert [recipients for _, recipients, _, _ in peer.received] == [["zażółć@xn--w-uga1v8h.example"]]


def test_an_address_with_polish_letters_needs_a_server_that_knows_them():
    with serving(enable_SMTPUTF8=False) as (peer, config):
        peer.config = config
        error = refused(peer, "zażółć@p.example")
    assert (error.reason, error.permanent) == (
        "The mail server cannot send to addresses with such letters.",
        True,
    )


def test_a_letter_in_eight_bits_is_announced_as_such():
    told = []

    def script(connection, lines, _number):
        talk(
            connection,
            (told.append(line) or line for line in lines),
            {"DATA": "354 go"},
            ehlo="250-hi\r\n250 8BITMIME",
        )

    with scripted(script) as config:
        send(config, "\r\nzażółć\r\n".encode(), sender="s@s.example", recipients=["z@p.example"])
    assert told[1] == b"MAIL FROM:<s@s.example> BODY=8BITMIME\r\n"


def test_a_server_that_does_not_want_the_data_took_nothing():
    """Whatever code stands where 354 should: the message was not handed over."""
    with scripted(lambda connection, lines, _number: talk(connection, lines, {})) as config:
        with pytest.raises(ChannelError, match=r"^The mail server refused the message: 250 ok$"):
            send(config, LETTER, sender="s@s.example", recipients=["z@p.example"])


@pytest.mark.parametrize("limit", [100, 60])
def test_a_letter_bigger_than_the_server_takes_is_not_offered(limit):
    with serving(Peer(), data_size_limit=limit) as (peer, config):
        payload = b"x" * 98 + b"\r\n"
        if limit == 100:
            assert send(config, payload, sender="s@s.example", recipients=["z@p.example"]).refused == ()
            return
        with pytest.raises(TooBig) as caught:
            send(config, payload, sender="s@s.example", recipients=["z@p.example"])
    assert (caught.value.limit, caught.value.permanent, peer.received) == (60, True, [])
    assert caught.value.reason == "The mail server takes letters of at most 60 B."


@pytest.mark.parametrize("mood", ["mail", "data"])
def test_a_letter_that_is_too_big_only_when_it_comes(peer, mood):
    setattr(peer, mood, "552 5.3.4 Message size exceeds fixed limit")
    error = refused(peer, "zofia@poczta.example")
    assert (type(error), error.limit, error.permanent) == (TooBig, 33554432, True)
    assert error.reason == (
        "The mail server takes no letter of this size: 552 5.3.4 Message size exceeds fixed limit"
    )


def test_nothing_is_sent_inside_a_database_transaction(peer, monkeypatch):
    monkeypatch.setattr(import_string("django.db.connections")["default"], "in_atomic_block", True)
    with pytest.raises(RuntimeError, match="inside a database transaction"):
        sent(peer, "zofia@poczta.example")
    assert peer.received == []


def test_trying_the_settings_out(peer):
    found = verify(peer.config)
    assert found == {
        "size": 33554432,
        "greeting": found["greeting"],
        "extensions": ["8bitmime", "help", "size", "smtputf8"],
    }
    assert found["greeting"].startswith("220 ")
    assert peer.received == []
