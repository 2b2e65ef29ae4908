import asyncio
import errno

import pytest

from okienko.front import spool
from okienko.front.spool import MB, Spool
from okienko.front.tests.asgi_client import ask


class Page:
    """Remembers what reached it."""

    def __init__(self):
        self.bodies = []
        self.lengths = []
        self.headers = []

    async def __call__(self, scope, body, send):
        self.bodies.append(body.read())
        self.headers.append(scope["headers"])
        self.lengths.append([value for name, value in scope["headers"] if name == b"content-length"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"seen"})


@pytest.fixture
def page():
    return Page()


def post(page, chunks, *headers, path="/", patience=5.0, ends="complete", limits=()):
    app = Spool(page, limits=limits, patience=patience)
    return ask(app, path, method="POST", headers=headers, chunks=chunks, ends=ends)


def test_a_body_in_pieces_arrives_whole(page):
    assert post(page, [b"ab", b"", b"cde"], ("Content-Length", "5")).body == b"seen"
    assert page.bodies == [b"abcde"]
    assert page.lengths == [[b"5"]]


def test_a_body_in_chunks_of_unknown_sum_gets_a_length(page):
    post(page, [b"ab", b"cde"], ("Transfer-Encoding", "chunked"))
    assert page.bodies == [b"abcde"]
    assert page.headers == [[(b"content-length", b"5")]]


def test_a_large_body_passes_over_the_disk_unchanged(page):
    pieces = [bytes([number]) * 300_000 for number in range(10)]
    post(page, pieces, ("Content-Length", "3000000"))
    assert page.bodies == [b"".join(pieces)]


def test_no_body_is_not_waited_for(page):
    assert post(page, [], ends="silence").body == b"seen"
    assert page.bodies == [b""]
    assert page.lengths == [[]]


def test_a_body_shorter_than_announced_is_refused_and_never_seen(page):
    answer = post(page, [b"abc"], ("Content-Length", "5"))
    assert (answer.status, answer.headers["connection"]) == (400, "close")
    assert page.bodies == []


@pytest.mark.parametrize("length", ["five", "-1", "5,5", ""])
def test_a_length_that_is_no_number_is_refused(page, length):
    assert post(page, [b"abcde"], ("Content-Length", length)).status == 400
    assert page.bodies == []


def test_a_lost_line_is_dropped_without_an_answer(page):
    assert post(page, [b"abc"], ("Content-Length", "5"), ends="lost") is None
    assert post(page, [b"abc"], ("Transfer-Encoding", "chunked"), ends="lost") is None
    assert page.bodies == []


def test_silence_is_answered_with_408_in_two_languages(page):
    answer = post(page, [b"abc"], ("Content-Length", "5"), ends="silence", patience=0.05)
    assert (answer.status, answer.headers["connection"]) == (408, "close")
    assert answer.body.decode().splitlines() == [
        "Przesyłanie stanęło i zostało przerwane. Spróbuj jeszcze raz.",
        "The upload stalled and was stopped. Please try again.",
    ]
    assert page.bodies == []


def test_an_announced_flood_is_refused_before_it_is_read(page):
    answer = post(page, [b"x"], ("Content-Length", str(30 * MB + 1)))
    assert (answer.status, answer.headers["connection"]) == (413, "close")
    assert page.bodies == []


def test_an_unannounced_flood_is_refused_where_it_passes_the_limit(page):
    limits = [("/sign-in/", 100)]
    chunked = ("Transfer-Encoding", "chunked")
    assert post(page, [b"x" * 60, b"x" * 60], chunked, path="/sign-in/", limits=limits).status == 413
    assert page.bodies == []
    assert post(page, [b"x" * 60, b"x" * 60], chunked, path="/elsewhere/", limits=limits).status == 200
    assert post(page, [b"x" * 60, b"x" * 40], chunked, path="/sign-in/", limits=limits).status == 200
    assert [len(body) for body in page.bodies] == [120, 100]


def test_a_full_disk_is_said_and_not_half_kept(page, monkeypatch):
    class FullDisk(spool.SpooledTemporaryFile):
        def write(self, data):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(spool, "SpooledTemporaryFile", FullDisk)
    assert post(page, [b"abcde"], ("Content-Length", "5")).status == 503
    assert page.bodies == []


def test_the_refusal_reads_on_so_that_it_can_be_read_itself(page):
    """Closing on unread bytes resets the line: the answer is out, and then the rest is taken in."""
    read = []

    async def scenario():
        sent = []
        pieces = [b"x" * 10] * 5

        async def receive():
            read.append(len(sent))
            return {"type": "http.request", "body": pieces.pop(), "more_body": bool(pieces)}

        async def send(message):
            sent.append(message)

        request = {"method": "POST", "path": "/s/", "headers": [(b"content-length", b"50")], "type": "http"}
        await Spool(page, limits=[("/s/", 9)])(request, receive, send)
        return sent

    sent = asyncio.run(scenario())
    assert read == [2] * 5
    assert [message.get("more_body") for message in sent] == [None, True, False]
