import pytest

from okienko.front.router import Router
from okienko.front.tests.asgi_client import ask


def wsgi(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [
        f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {environ['REMOTE_ADDR']} ".encode(),
        environ["wsgi.input"].read(),
    ]


async def stream(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"stream"})


@pytest.fixture
def door(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "a.txt").write_text("static")
    router = Router(wsgi, live={"/live/changes": stream}, sign_in="/sign-in/")
    yield router
    router.pages.pages.close()


def test_each_path_finds_its_room(door):
    assert ask(door, "/live/changes").body == b"stream"
    assert ask(door, "/live/other").status == 404
    assert ask(door, "/static/a.txt").body == b"static"
    assert ask(door, "/files/forged/x.pdf").status == 404
    assert ask(door, "/staticx").body == b"GET /staticx 192.0.2.7 "
    assert ask(door, "/c/7").body == b"GET /c/7 192.0.2.7 "


def test_a_body_reaches_the_page(door):
    answer = ask(door, "/c/7", method="POST", headers=[("Content-Length", "3")], chunks=[b"a", b"bc"])
    assert answer.body == b"POST /c/7 192.0.2.7 abc"


def test_guessing_passwords_is_slowed_down(door):
    answers = [ask(door, "/sign-in/", method="POST") for _ in range(11)]
    assert [answer.status for answer in answers] == [200] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) == 6
    assert answers[-1].body.decode().splitlines()[1] == "Too many attempts. Wait a moment and try again."


def test_the_sign_in_page_takes_little(door):
    asked = {"method": "POST", "headers": [("Content-Length", str(64 * 1024 + 1))], "chunks": [b"x"]}
    assert ask(door, "/sign-in/", **asked).status == 413


def test_the_page_learns_the_address_the_proxy_saw(door, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    answer = ask(door, "/", headers=[("X-Forwarded-For", "10.6.6.6, 203.0.113.5")])
    assert answer.body == b"GET / 203.0.113.5 "
