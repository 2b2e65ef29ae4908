"""What servers really say, and what it means for the letter."""

from datetime import timedelta

import pytest

from okienko.channels.email.smtp import send
from okienko.channels.email.smtp_answers import is_too_big, refusal, throttled
from okienko.channels.email.tests.mail_server import LETTER, scripted, serving, talk
from okienko.inboxes.channel import ChannelError, Throttled, TooBig
from okienko.inboxes.source import Trouble

pytestmark = pytest.mark.usefixtures("_english")
FIVE = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("code", "words", "rest"),
    [
        (421, "4.7.0 mx1 Error: too many connections from 10.0.0.1", FIVE),
        (421, "4.7.28 Our system has detected an unusual rate of unsolicited mail", FIVE),
        (450, "4.7.1 Error: too much mail from 10.0.0.1", FIVE),
        (451, "4.7.0 Try again later", FIVE),
        (452, "4.3.1 Hourly sending limit exceeded", FIVE),
        (452, "4.5.3 Domain sklep.example has exceeded the max emails per hour limit", FIVE),
        (451, "Rate limit reached, try again in 20 minutes", timedelta(minutes=20)),
        (451, "Rate limit reached, retry after 5 seconds", timedelta(minutes=1)),
        (454, "4.7.0 Too many login attempts", FIVE),
        (550, "5.4.5 Daily user sending limit exceeded. - gsmtp", timedelta(hours=1)),
        (554, "5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException", timedelta(hours=1)),
        (450, "4.2.0 Greylisted, try again in 5 minutes", None),
        (451, "4.7.0 Greylisting in action", None),
        (450, "4.7.1 Recipient address rejected: Graylisted, rate 1", None),
        (452, "4.3.1 Insufficient system storage", None),
        (451, "4.3.0 Temporary lookup failure, operator notified", None),
        (454, "4.7.0 Temporary authentication failure", None),
        (550, "5.1.1 Too many users called so", None),
        (450, "4.2.1 moderate yourself", None),
    ],
)
def test_too_much_at_once(code, words, rest):
    assert throttled(code, words.encode()) == rest


@pytest.mark.parametrize(
    ("code", "words", "is_so"),
    [
        (552, "5.3.4 Message size exceeds fixed limit", True),
        (552, "5.3.4 Your message exceeded Google's message size limits - gsmtp", True),
        (552, "Error: Too much mail data", True),
        (523, "message too long", True),
        (550, "5.2.3 Message too large", True),
        (552, "5.2.2 Mailbox full", False),
        (
            552,
            "5.7.0 This message was blocked because its content presents a potential security issue",
            False,
        ),
        (452, "4.3.4 Message size exceeds what is free now", False),
        (554, "5.7.1 spam", False),
    ],
)
def test_too_big(code, words, is_so):
    assert is_too_big(code, words.encode()) is is_so


def test_an_answer_becomes_the_error_that_fits():
    found = [
        refusal("No: %s", 552, b"5.3.4 too big", limit=100),
        refusal("No: %s", 421, b"4.7.0 too many"),
        refusal("No: %s", 554, b"5.7.1 spam"),
        refusal("No: %s", 450, b"4.2.0 greylisted"),
    ]
    assert [(type(one), one.reason, one.permanent) for one in found] == [
        (TooBig, "The mail server takes no letter of this size: 552 5.3.4 too big", True),
        (Throttled, "The mail server takes no more letters for now: 421 4.7.0 too many", False),
        (ChannelError, "No: 554 5.7.1 spam", True),
        (ChannelError, "No: 450 4.2.0 greylisted", False),
    ]
    assert (found[0].limit, found[1].retry_after) == (100, FIVE)


@pytest.mark.parametrize("mood", ["mail", "data"])
def test_a_server_that_wants_rest(mood):
    with serving() as (peer, config):
        setattr(peer, mood, "452 4.7.28 rate limited, try again in 7 minutes")
        with pytest.raises(Throttled) as caught:
            send(config, LETTER, sender="s@s.example", recipients=["z@p.example"])
    assert (caught.value.retry_after, caught.value.permanent, peer.received) == (
        timedelta(minutes=7),
        False,
        [],
    )


def test_a_server_that_wants_rest_at_each_recipient():
    with serving() as (peer, config):
        peer.rcpt = {
            "z@p.example": "451 4.7.1 rate limited",
            "j@p.example": "450 too many, retry after 1 hour",
        }
        with pytest.raises(Throttled) as caught:
            send(config, LETTER, sender="s@s.example", recipients=list(peer.rcpt))
    assert caught.value.retry_after == timedelta(hours=1)


def test_a_daily_limit_at_one_recipient_is_not_the_end():
    with serving() as (peer, config):
        peer.rcpt = {"z@p.example": "550 5.4.5 Daily sending quota exceeded"}
        found = send(config, LETTER, sender="s@s.example", recipients=["z@p.example", "j@p.example"])
    assert [(one.recipient, one.permanent) for one in found.refused] == [("z@p.example", False)]


def test_a_server_that_wants_rest_before_it_greets():
    def script(connection, lines, _number):
        connection.sendall(b"421 4.7.0 Too many connections\r\n")

    with scripted(script) as config:
        with pytest.raises(Throttled) as caught:
            send(config, LETTER, sender="s@s.example", recipients=["z@p.example"])
    assert (caught.value.reason, caught.value.retry_after) == (
        "The mail server turned us away: 421 4.7.0 Too many connections",
        FIVE,
    )


def test_a_server_that_turns_everybody_away():
    def script(connection, lines, _number):
        connection.sendall(b"554 5.7.1 no mail from you\r\n")

    with scripted(script) as config:
        with pytest.raises(ChannelError) as caught:
            send(config, LETTER, sender="s@s.example", recipients=["z@p.example"])
    assert (caught.value.trouble, caught.value.permanent) == (Trouble.REFUSED, False)


def test_good_bye_before_the_letter_on_a_new_connection():
    def script(connection, lines, number):
        talk(connection, lines, {"DATA": "421 4.3.2 shutting down"})

    with scripted(script) as config:
        with pytest.raises(ChannelError) as caught:
            send(config, LETTER, sender="s@s.example", recipients=["z@p.example"])
    assert (caught.value.reason, caught.value.permanent) == (
        "The mail server closes the connection: 421 4.3.2 shutting down",
        False,
    )
