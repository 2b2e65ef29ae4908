"""Connections kept between letters: quicker, and never a reason for a letter to go twice or not at all."""

import pytest

from okienko.channels.email import smtp
from okienko.channels.email.smtp import send
from okienko.channels.email.tests.mail_server import (
    Peer,
    letter,
    scripted,
    serving,
    talk,
    wait_for,
    with_limits,
)
from okienko.inboxes.channel import ChannelError, Sent

pytestmark = pytest.mark.usefixtures("_english")


def post(config, number=0, *recipients) -> Sent:
    recipients = recipients or ("zofia@poczta.example",)
    return send(config, letter(number), sender="sklep@sklep.example", recipients=recipients)


def failed(config, number=0) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        post(config, number)
    return caught.value


def ids(*numbers) -> list[str]:
    return [f"<{number}@sklep.example>" for number in numbers]


def test_letters_share_a_connection():
    with serving() as (peer, config):
        for number in range(10):
            post(config, number)
    assert (len(peer.lines), peer.ids) == (1, ids(*range(10)))


def test_a_connection_carries_only_so_many_letters(monkeypatch):
    monkeypatch.setattr(smtp, "POOL", with_limits(letters=3))
    with serving() as (peer, config):
        for number in range(7):
            post(config, number)
    assert (len(peer.lines), peer.ids) == (3, ids(*range(7)))


@pytest.mark.parametrize(
    "change",
    [{"ehlo": "inny.example"}, {"security": "none", "host": "localhost"}, {"username": ""}],
)
def test_other_settings_other_connection(change):
    with serving() as (peer, config):
        post(config | {"ehlo": "sklep.example"}, 1)
        post(config | {"ehlo": "sklep.example"} | change, 2)
    assert (len(peer.lines), peer.ids) == (1 if change == {"username": ""} else 2, ids(1, 2))


def test_a_new_password_signs_in_anew():
    peer = Peer()
    with serving(peer, authenticator=peer.authenticate, auth_require_tls=False) as (peer, config):
        post(config | {"username": "sklep", "password": "haslo"}, 1)
        peer.password = b"nowe"
        post(config | {"username": "sklep", "password": "nowe"}, 2)
    assert [password for _, _, password in peer.logins] == [b"haslo", b"nowe"]


def test_a_server_that_was_restarted_between_two_letters():
    with serving() as (peer, config):
        post(config, 1)
        peer.server.hang_up()
        post(config, 2)
    assert (len(peer.lines), peer.ids) == (2, ids(1, 2))


@pytest.mark.parametrize("mood", ["hang up", "421 4.4.2 mx timeout exceeded"])
def test_a_kept_connection_that_ends_at_the_next_letter(mood):
    with serving() as (peer, config):
        post(config, 1)
        peer.moods[0] = mood
        post(config, 2)
    assert (len(peer.lines), peer.ids) == (2, ids(1, 2))


@pytest.mark.parametrize("word", ["RCPT", "DATA"])
@pytest.mark.parametrize("answer", ["", "421 4.3.2 bye"])
def test_a_kept_connection_that_ends_just_before_the_letter(word, answer):
    seen = []

    def script(connection, lines, number):
        seen.append(number)
        told = {"DATA": "354 go"}

        def watched():
            for line in lines:
                if line.startswith(b"MAIL") and told.setdefault("letters", 0):
                    told[word] = answer
                told["letters"] = told.get("letters", 0) + line.startswith(b"MAIL")
                yield line

        talk(connection, watched(), told)

    with scripted(script) as config:
        assert [post(config, number).words for number in (1, 2)] == ["250 ok", "250 ok"]
    assert seen == [0, 1]


def test_it_is_replaced_once_not_for_ever():
    with serving() as (peer, config):
        post(config, 1)
        peer.mail = "hang up"
        error = failed(config, 2)
    assert (len(peer.lines), peer.ids, error.permanent) == (2, ids(1), False)
    assert error.reason == (
        "The connection to the mail server broke while sending: "
        f"The connection to 127.0.0.1:{config['port']} failed: the server closed the connection"
    )


def test_a_new_connection_that_ends_before_the_letter_is_not_replaced():
    with serving() as (peer, config):
        peer.mail = "hang up"
        assert failed(config).permanent is False
    assert len(peer.lines) == 1


@pytest.mark.parametrize("is_kept", [True, False])
def test_after_the_letter_has_left_nothing_is_tried_again(is_kept):
    bodies = []

    def script(connection, lines, _number):
        answers = {"DATA": "354 go", ".": "250 ok" if is_kept and not bodies else ""}
        words = (bodies.append(line) or line if line.startswith(b"Message-ID") else line for line in lines)

        def watched():
            for line in words:
                if line.startswith(b"MAIL") and bodies:
                    answers["."] = ""
                yield line

        talk(connection, watched(), answers)

    with scripted(script) as config:
        if is_kept:
            post(config, 1)
        error = failed(config, 2)
    assert (len(bodies), error.permanent) == (1 + is_kept, False)
    assert error.reason == (
        "The mail server did not confirm that it has taken the message: "
        f"The connection to 127.0.0.1:{config['port']} failed: the server closed the connection"
    )


def test_a_letter_refused_does_not_spoil_the_next():
    with serving() as (peer, config):
        peer.rcpt["jan@poczta.example"] = "550 5.1.1 no such user"
        with pytest.raises(ChannelError):
            post(config, 1, "jan@poczta.example")
        post(config, 2, "jan@poczta.example", "zofia@poczta.example")
        peer.data = "554 5.7.1 spam"
        assert failed(config, 3).permanent is True
        peer.data = "250 ok"
        post(config, 4)
    assert (peer.ids, [to for _, to, _, _ in peer.received]) == (ids(2, 4), [["zofia@poczta.example"]] * 2)


def test_commands_go_together_where_the_server_allows_it():
    """This server answers only when it has 50 commands, or all of them."""
    batches = []

    def script(connection, lines, _number):
        connection.sendall(b"220 hi\r\n")
        next(lines)
        connection.sendall(b"250-hi\r\n250 PIPELINING\r\n")
        for size in (50, 11):
            batches.append([next(lines) for _ in range(size)])
            connection.sendall(b"250 ok\r\n" * (size - 1) + b"550 no\r\n")
        talk(connection, lines, {"DATA": "354 go"})

    everybody = [f"osoba{number}@poczta.example" for number in range(60)]
    with scripted(script) as config, pytest.raises(ChannelError):
        post(config, 1, *everybody)  # 220 hi stands where the answer to DATA should
    told = [line.decode().strip() for batch in batches for line in batch]
    assert told == ["MAIL FROM:<sklep@sklep.example>", *(f"RCPT TO:<{one}>" for one in everybody)]


def test_which_of_many_was_refused():
    def script(connection, lines, _number):
        connection.sendall(b"220 hi\r\n")
        next(lines)
        connection.sendall(b"250-hi\r\n250 PIPELINING\r\n")
        commands = [next(lines) for _ in range(4)]
        answers = ["550 5.1.1 no" if b"jan" in command else "250 ok" for command in commands]
        connection.sendall("".join(f"{answer}\r\n" for answer in answers).encode())
        next(lines)
        connection.sendall(b"354 go\r\n")
        while next(lines) != b".\r\n":
            pass
        connection.sendall(b"250 taken\r\n")

    with scripted(script) as config:
        found = post(config, 1, "a@p.example", "jan@p.example", "b@p.example")
    assert (found.words, [one.recipient for one in found.refused]) == ("250 taken", ["jan@p.example"])


@pytest.mark.parametrize("words", ["421 4.4.2 bye", "250 2.0.0 ok"])
def test_what_was_said_unasked_is_not_taken_for_an_answer(words):
    with serving() as (peer, config):
        post(config, 1)
        (place,) = smtp.POOL.places.values()
        (line,) = place.idle
        assert line.is_alive
        peer.server.loop.call_soon_threadsafe(peer.lines[0].transport.write, f"{words}\r\n".encode())
        wait_for(lambda: not line.is_alive)
        post(config, 2)
    assert (len(peer.lines), peer.ids) == (2, ids(1, 2))
