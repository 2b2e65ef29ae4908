import asyncio
import io
import threading
from contextvars import ContextVar

import pytest

from okienko.front.tests.asgi_client import Answer, scope
from okienko.front.wsgi import Pages, Threads, environ


def serve(wsgi, request=None, threads=1) -> Answer:
    pages = Pages(wsgi, threads)
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(pages(request or scope(), io.BytesIO(b""), send))
    pages.close()
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], headers, sent[1]["body"])


def test_the_request_as_wsgi_wants_it():
    request = scope(
        "/rozmowy/żółw",
        method="POST",
        headers=[("Content-Type", "text/plain"), ("Content-Length", "3"), ("HX-Request", "true")],
        query=b"q=\xb1&x=%C4%85",
    )
    made = environ(request, io.BytesIO(b"abc"))
    assert made["PATH_INFO"].encode("latin-1").decode() == "/rozmowy/żółw"
    assert made["QUERY_STRING"] == "q=\xb1&x=%C4%85"
    assert (made["CONTENT_TYPE"], made["CONTENT_LENGTH"], made["HTTP_HX_REQUEST"]) == (
        "text/plain",
        "3",
        "true",
    )
    assert (made["REMOTE_ADDR"], made["REQUEST_METHOD"], made["wsgi.input"].read()) == (
        "192.0.2.7",
        "POST",
        b"abc",
    )


def test_a_header_with_an_underscore_cannot_pose_as_one_with_a_dash():
    made = environ(scope(headers=[("X_Forwarded_Proto", "https"), ("X-Other", "a")]), io.BytesIO())
    assert [name for name in made if name.startswith("HTTP_")] == ["HTTP_X_OTHER"]


def test_repeated_headers_are_joined_the_way_each_is_written():
    made = environ(
        scope(headers=[("Cookie", "a=1"), ("Cookie", "b=2"), ("Accept", "x"), ("Accept", "y")]), io.BytesIO()
    )
    assert (made["HTTP_COOKIE"], made["HTTP_ACCEPT"]) == ("a=1; b=2", "x,y")


def test_the_answer_is_taken_whole_and_closed_in_the_thread():
    done = []

    class Parts(list):
        def close(self):
            done.append(threading.current_thread().name)

    def wsgi(environ, start_response):
        start_response("201 Created", [("X-A", "1")])
        return Parts([b"a", b"b"])

    assert serve(wsgi) == Answer(201, {"x-a": "1"}, b"ab")
    assert done == ["page-0"]


def test_a_crash_outside_django_is_a_plain_500(caplog):
    def wsgi(environ, start_response):
        raise ZeroDivisionError

    answer = serve(wsgi)
    assert (answer.status, answer.headers["x-content-type-options"]) == (500, "nosniff")
    assert [record.getMessage() for record in caplog.records] == ["GET / broke outside Django"]


def test_what_one_request_sets_the_next_in_the_same_thread_does_not_see():
    word = ContextVar("word", default="none")
    seen = []

    def wsgi(environ, start_response):
        seen.append(word.get())
        word.set("mine")
        start_response("200 OK", [])
        return [b""]

    pages = Pages(wsgi, 1)

    async def send(message):
        pass

    async def twice():
        await pages(scope(), io.BytesIO(), send)
        await pages(scope(), io.BytesIO(), send)

    asyncio.run(twice())
    pages.close()
    assert seen == ["none", "none"]


def test_threads_work_side_by_side_and_keep_the_order_of_waiting():
    meeting = threading.Barrier(3, timeout=5)
    threads = Threads(3)
    assert sorted(future.result(5) for future in [threads.submit(meeting.wait) for _ in range(3)]) == [
        0,
        1,
        2,
    ]
    threads.shutdown()
    one, done = Threads(1), []
    hold = threading.Event()
    one.submit(hold.wait, 5)
    waiting = [one.submit(done.append, number) for number in range(4)]
    assert waiting[2].cancel()
    hold.set()
    waiting[3].result(5)
    one.shutdown()
    assert done == [0, 1, 3]


def test_threads_hand_over_what_went_wrong():
    threads = Threads(1)
    with pytest.raises(ZeroDivisionError):
        threads.submit(lambda: 1 / 0).result(5)
    assert threads.submit(str, 7).result(5) == "7"
    threads.shutdown()
