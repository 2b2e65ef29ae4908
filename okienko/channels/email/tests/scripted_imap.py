"""An IMAP server of somebody else, with moods: it says what the test tells it to say."""

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Self

import pytest

from okienko.channels.email.imap import Mailbox, open_mailbox
from okienko.inboxes.source import SourceError

PASSWORD = "nie-powiem-nikomu"
USER = "sklep@shop.test"
HANG, CUT = object(), object()  # says no more; ends the connection
LITERAL = re.compile(rb"\{(\d+)\}\r\n$")

Answer = str | bytes | object | Callable[["Talk", str, str], None] | list
USUAL: dict[str, Answer] = {
    "CAPABILITY": "* CAPABILITY IMAP4rev1 IDLE\r\n{tag} OK done\r\n",
    "LOGIN": "{tag} OK welcome\r\n",
    "EXAMINE": (
        "* FLAGS (\\Seen)\r\n* 3 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 77] valid\r\n"
        "* OK [UIDNEXT 10] Predicted next UID\r\n{tag} OK [READ-ONLY] done\r\n"
    ),
    "LOGOUT": "* BYE bye\r\n{tag} OK done\r\n",
    "NOOP": "{tag} OK done\r\n",
    "DONE": "",
    "": "{tag} BAD unknown command\r\n",
}


class Talk:
    """One connection. `heard`: whole commands without their tags, literals in them."""

    def __init__(self, server: "ScriptedServer", line: socket.socket):
        self.server, self.line = server, line
        self.file = line.makefile("rb")

    def say(self, text: str | bytes):
        self.line.sendall(text.encode() if isinstance(text, str) else text)

    def hear(self) -> bytes:
        command = b""
        while True:
            command += (line := self.file.readline())
            if not (announced := LITERAL.search(line)):
                return command
            self.say("+ go on\r\n")
            command += self.file.read(int(announced[1]))

    def encrypt(self, context: ssl.SSLContext):
        self.file.close()
        self.line = context.wrap_socket(self.line, server_side=True)
        self.server.lines.append(self.line)
        self.file = self.line.makefile("rb")

    def close(self):
        self.file.close()
        self.line.close()

    def run(self):
        if self.act(self.server.greeting, "", ""):
            while command := self.hear():
                tag, _space, text = command.decode("utf-8", "replace").strip().partition(" ")
                text = text or tag
                self.server.heard.append(text)
                if not self.act(self.server.answer(text), tag, text):
                    break

    def act(self, answer: Answer, tag: str, text: str) -> bool:
        """False: the talk is over."""
        if isinstance(answer, tuple):
            return all(self.act(one, tag, text) for one in answer)
        if answer is HANG:
            self.server.over.wait(30)
        if answer is HANG or answer is CUT:
            return False
        if callable(answer):
            answer(self, tag, text)
        else:
            said = answer.encode() if isinstance(answer, str) else answer
            self.say(said.replace(b"{tag}", tag.encode()))
        return True


class ScriptedServer:
    """`answers`: the beginning of a command → what is said to it; of a list one after the other, the last for ever."""

    def __init__(
        self, greeting: Answer = "* OK ready\r\n", context: ssl.SSLContext | None = None, **answers: Answer
    ):
        self.greeting, self.context = greeting, context
        self.answers = USUAL | {name.replace("_", " "): answer for name, answer in answers.items()}
        self.heard: list[str] = []
        self.over = threading.Event()
        self.lines: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve)
        self.talks: list[threading.Thread] = []
        self.opened: list[Mailbox] = []

    def answer(self, text: str) -> Answer:
        name = max((name for name in self.answers if text.upper().startswith(name)), key=len)
        found = self.answers[name]
        if isinstance(found, list):
            return found.pop(0) if len(found) > 1 else found[0]
        return found

    def serve(self):
        while True:
            try:
                line, _address = self.listener.accept()
            except OSError:
                return
            self.talks.append(threading.Thread(target=self.talk, args=(line,)))
            self.talks[-1].start()

    def talk(self, line: socket.socket):
        with contextlib.suppress(OSError), line:
            encrypted = self.context.wrap_socket(line, server_side=True) if self.context else line
            with encrypted:
                self.lines.append(encrypted)
                with contextlib.closing(Talk(self, encrypted)) as talk:
                    talk.run()

    def cut(self):
        for line in self.lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def commands(self, name: str) -> list[str]:
        return [text for text in self.heard if text.startswith(name)]

    def config(self, **changes) -> dict:
        return {
            "imap_host": "127.0.0.1",
            "imap_port": self.port,
            "imap_security": "none",
            "username": USER,
            "password": PASSWORD,
            "timeout": 2,
        } | changes

    def open(self, **changes) -> Mailbox:
        self.opened.append(open_mailbox(self.config(**changes)))
        return self.opened[-1]

    def looking(self, folder: str = "INBOX", **changes) -> Mailbox:
        """Signed in, and looking into `folder`."""
        mailbox = self.open(**changes)
        mailbox.select(folder)
        return mailbox

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.over.set()
        self.cut()
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for mailbox in self.opened:
            mailbox.close()
        for thread in (self.thread, *self.talks):
            thread.join(10)


@contextlib.contextmanager
def fails() -> Iterator[list]:
    """[trouble, words] after the block, which must end in a SourceError that shows no secret."""
    found: list = []
    with pytest.raises(SourceError) as caught:
        yield found
    error = caught.value
    assert PASSWORD not in error.reason
    assert "\n" not in error.reason
    assert error.__cause__ is None
    found += [error.trouble, error.reason]
