"""Pictures from elsewhere: none without permission, then by our own hands, kept and given out by us."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pytest
from django.core import signing
from PIL import Image

from okienko.accounts.models import Agent
from okienko.conversations import picture_jobs, pictures
from okienko.conversations.events import PicturesAllowed, PicturesForbidden
from okienko.conversations.models import RemotePicture
from okienko.conversations.operations import picturing
from okienko.conversations.operations.picturing import let_pictures_load
from okienko.events import queue, worker
from okienko.events.models import Event, Job
from okienko.files import links
from okienko.files.tests.pictures import picture
from okienko.inboxes.channel import Party
from okienko.lib.http_get import Reach
from okienko.ui.tests.pages import page

HTMX = {"HX-Request": "true"}
HTML = (
    '<p>Oferta</p><img src="http://obrazki.example/a.png" alt="A"><img src="http://obrazki.example/rysunek.svg">'
    '<img src="http://obrazki.example/marker.png" width="1" height="1">'
)


def png(width: int = 4, height: int = 3) -> bytes:
    packed = BytesIO()
    Image.new("RGB", (width, height), "red").save(packed, "PNG")
    return packed.getvalue()


class Server(ThreadingHTTPServer):
    """Somebody's server of pictures. `asked`: the paths."""

    daemon_threads = True
    files = {
        "/a.png": png(),
        "/rysunek.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
        "/page.png": b"<html><script>x()</script>",
        "/huge.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x75\x30\0\0\x75\x30\x08\x02\0\0\0",  # says 30 000 × 30 000
        "/stub.png": b"\x89PNG\r\n\x1a\n",
        "/photo.png": picture("HEIF"),  # a picture, but none that browsers show
    }

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []

    @property
    def reach(self) -> Reach:
        return Reach(lambda _host, _port, timeout: socket.create_connection(self.server_address, timeout))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        found = self.server.files.get(self.path)
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(found or b"")

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    made = Server()
    thread = threading.Thread(target=made.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture
def letter(cast):
    return cast.letter(html=HTML)


def at(message, part: str) -> str:
    return f"/conversations/messages/{message.pk}/{part}"


def fetch(server, html: str = HTML):
    picturing.fetch_pictures(html, reach=server.reach)


def sources(response) -> list[str]:
    return [each.attributes.get("src", "") for each in page(response).every("img")]


def frame(response) -> str:
    return page(response).one("iframe").attributes["src"]


def buttons(response) -> list[str]:
    return [each.attributes["value"] for each in page(response).every("button") if "value" in each.attributes]


def test_without_permission_nothing_is_fetched_or_queued(letter, anna, server):
    assert buttons(anna.get(at(letter, "layout/"), headers=HTMX)) == ["once", "always"]
    assert sources(anna.get(at(letter, "body/"))) == ["", "", ""]
    assert (
        server.asked,
        RemotePicture.objects.count(),
        Job.objects.filter(name=picture_jobs.FETCH).count(),
    ) == ([], 0, 0)


def test_this_time(letter, anna, server):
    waits = anna.post(at(letter, "pictures/"), {"wish": "once"}, headers=HTMX)
    assert queue.waiting_args(picture_jobs.FETCH, "message_id") == {letter.pk}
    assert page(waits).every("iframe") == []
    asks_again = page(waits).one(cls="letter").attributes["hx-get"]
    fetch(server)
    assert sorted(server.asked) == ["/a.png", "/rysunek.svg"]  # the marker is never asked for

    shown = anna.get(asks_again, headers=HTMX)
    first, *rest = sources(anna.get(frame(shown)))
    assert rest == ["", ""]
    assert links.opened(first.split("/")[2])[2:] == ("image/png", True)
    assert sources(anna.get(at(letter, "body/"))) == ["", "", ""]  # it was for this time
    assert buttons(anna.get(at(letter, "layout/"), headers=HTMX)) == ["once", "always"]


def test_what_we_have_is_not_asked_for_again(letter, server):
    fetch(server)
    fetch(server)
    assert sorted(server.asked) == ["/a.png", "/rysunek.svg"]
    RemotePicture.objects.update(fetched_at="2020-01-01T00:00Z")
    fetch(server)
    assert sorted(server.asked) == [
        "/a.png",
        "/rysunek.svg",
        "/rysunek.svg",
    ]  # what failed is tried again later


@pytest.mark.django_db
def test_what_is_no_picture_is_not_kept(server):
    names = ["a.png", "rysunek.svg", "page.png", "huge.png", "stub.png", "photo.png", "missing.png"]
    fetch(server, "".join(f"<img src='http://obrazki.example/{name}'>" for name in names))
    key = pictures.key
    found = {
        row.key: (row.trouble, row.blob and row.blob.content_type)
        for row in RemotePicture.objects.select_related("blob")
    }
    assert [found[key(f"http://obrazki.example/{name}")] for name in names] == [
        ("", "image/png"), ("kind", None), ("kind", None), ("pixels", None), ("kind", None), ("kind", None), ("answer", None),
    ]  # fmt: skip


@pytest.mark.django_db
def test_by_the_products_own_reach_nothing_internal_is_fetched(server):
    named = f"<img src='http://127.0.0.1:{server.server_port}/a.png'><img src='http://127.0.0.1/a.png'>"
    picturing.fetch_pictures(named)
    assert (server.asked, sorted(RemotePicture.objects.values_list("trouble", flat=True))) == (
        [],
        ["address"] * 2,
    )


def test_always_from_this_sender_and_no_longer(cast, letter, anna, server):
    fetch(server)
    assert buttons(anna.post(at(letter, "pictures/"), {"wish": "always"}, headers=HTMX)) == ["never"]
    later = cast.letter(html=HTML)
    assert sources(anna.get(at(later, "body/")))[0] != ""
    assert Job.objects.filter(name=picture_jobs.FETCH).count() == 0  # all are here
    assert buttons(anna.post(at(later, "pictures/"), {"wish": "never"}, headers=HTMX)) == ["once", "always"]
    assert sources(anna.get(at(later, "body/"))) == ["", "", ""]
    told = [(each.type, each.data, each.actor_id) for each in Event.objects.filter(type__contains="pictures")]
    fact = {
        "conversation_id": letter.conversation_id,
        "message_id": letter.pk,
        "identity_id": letter.sender_id,
    }
    assert told == [
        (PicturesAllowed.type, fact, cast.anna.pk),
        (
            PicturesForbidden.type,
            fact | {"conversation_id": later.conversation_id, "message_id": later.pk},
            cast.anna.pk,
        ),
    ]


def test_asking_twice_is_one_change(letter, cast):
    let_pictures_load(letter, cast.anna, load=True)
    let_pictures_load(letter, cast.anna, load=True)
    assert Event.objects.filter(type=PicturesAllowed.type).count() == 1


def test_of_another_sender_nothing_is_said(cast, letter, anna, server):
    fetch(server)
    let_pictures_load(letter, cast.anna, load=True)
    other = cast.letter(sender=Party("email", "obcy@inny.example"), html=HTML)
    assert sources(anna.get(at(other, "body/"))) == ["", "", ""]


def test_a_permit_is_for_one_letter_one_agent_and_an_hour(cast, letter, client, server, monkeypatch):
    fetch(server)
    other = cast.letter(html=HTML)
    permit = pictures.permit(letter, cast.anna)

    def shown(agent, message, word) -> bool:
        client.force_login(agent)
        return sources(client.get(at(message, f"body/?permit={word}")))[0] != ""

    assert shown(cast.anna, letter, permit) is True
    assert [shown(cast.celina, letter, permit), shown(cast.anna, other, permit), shown(cast.anna, letter, permit + "x"), shown(cast.anna, letter, "")] == [False] * 4  # fmt: skip
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + pictures.ONCE.total_seconds() + 60)
    assert shown(cast.anna, letter, permit) is False


def test_a_page_gives_up_asking(letter, anna):
    permit = pictures.permit(letter, Agent.objects.get(name="Anna"))
    given_up = anna.get(at(letter, f"layout/?permit={permit}&asked=25"), headers=HTMX)
    assert len(page(given_up).every("iframe")) == 1
    assert Job.objects.filter(name=picture_jobs.FETCH).count() == 0


def test_only_markers(cast, anna):
    letter = cast.letter(html='<p>a</p><img src="https://x.example/1.gif" width="1" height="1">')
    said = page(anna.get(at(letter, "layout/"), headers=HTMX))
    assert (len(said.every("p")), buttons(anna.get(at(letter, "layout/"), headers=HTMX))) == (1, [])
    assert len(said.every("iframe")) == 1


def test_without_scripts_the_choice_leads_back(letter, anna):
    answer = anna.post(at(letter, "pictures/"), {"wish": "once"})
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (303, at(letter, "layout/"))
    assert len(page(anna.get(answer["Location"])).every("iframe")) == 1


def test_the_job_fetches_for_its_letter_and_forgets_those_that_are_gone(letter, monkeypatch):
    asked = []
    monkeypatch.setattr(picturing, "fetch_pictures", lambda html, **_: asked.append(html))
    picture_jobs.want_pictures(letter)
    picture_jobs.want_pictures(letter)
    assert Job.objects.filter(name=picture_jobs.FETCH).count() == 1
    worker.drain()
    picture_jobs.fetch_pictures.func(message_id=0)
    assert asked == [HTML]
