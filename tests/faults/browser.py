"""A browser that keeps a change stream open, whatever happens to the server."""

import http.client
import threading
from collections import Counter
from contextlib import closing

COOKIE = "okienko_session"


class Browser(threading.Thread):
    """An EventSource: comes back with its last id whenever its stream breaks."""

    def __init__(self, port: int, session: str):
        super().__init__(daemon=True)
        self.port = port
        self.headers = {"Cookie": f"{COOKIE}={session}"}
        self.last_id = ""
        self.told: list[tuple[str, str]] = []  # (id, topic) of what happened
        self.greetings: Counter = Counter()  # hello, reset
        self.stopping = threading.Event()

    def run(self):
        while not self.stopping.is_set():
            try:
                self.listen()
            except (OSError, http.client.HTTPException):
                self.stopping.wait(0.05)

    def listen(self):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as line:
            line.request("GET", "/live/changes", headers=self.headers | self.asked())
            answer = line.getresponse()
            assert answer.status == 200
            name = ""
            while not self.stopping.is_set() and (words := answer.readline()):
                field, _, value = words.decode().strip().partition(": ")
                if field == "id":
                    name = value
                elif field == "data":
                    self.hear(name, value)

    def asked(self) -> dict[str, str]:
        return {"Last-Event-ID": self.last_id} if self.last_id else {}

    def hear(self, name: str, topic: str):
        self.last_id = name
        if topic in {"hello", "reset"}:
            self.greetings[topic] += 1
        else:
            self.told.append((name, topic))
