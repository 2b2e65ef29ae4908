"""What strangers name is fetched from public places only, whatever the name looks like and wherever it leads."""

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from okienko.lib import http_get, net
from okienko.lib.http_get import Reach, Refused, fetched


class Server(ThreadingHTTPServer):
    """Answers by path; `asked`: the paths, `headers`: of the last request."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.headers: dict[str, str] = {}
        self.redirects: dict[str, str] = {}

    def url(self, path: str = "/a.png", host: str = "obrazki.example") -> str:
        return f"http://{host}:{self.server_port}{path}"

    @property
    def reach(self) -> Reach:
        """Every name leads here; only the port of this server may be asked besides the usual ones."""
        return Reach(lambda _host, _port, timeout: socket.create_connection(self.server_address, timeout), frozenset([self.server_port]))  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        self.server.headers = dict(self.headers)
        if self.path in self.server.redirects:
            self.send_response(302)
            self.send_header("Location", self.server.redirects[self.path])
            self.end_headers()
            return
        self.send_response(404 if self.path == "/missing" else 200)
        self.end_headers()
        if self.path == "/slow":
            for _ in range(100):
                self.wfile.write(b"x")
                time.sleep(0.05)
        self.wfile.write(b"x" * (3000 if self.path == "/large" else 10))

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


def got(server, address: str, *, reach: Reach | None = None, seconds: float = 3) -> bytes | str:
    """The body, or the word with which it was refused."""
    try:
        return fetched(
            address, accept="image/png", most_bytes=2000, seconds=seconds, reach=reach or server.reach
        )
    except Refused as refused:
        return str(refused)


def test_what_is_asked_tells_nothing_of_us(server):
    assert got(server, server.url("/a b.png?k=1 2#f")) == b"x" * 10
    assert server.asked == ["/a%20b.png?k=1%202"]
    assert sorted(server.headers) == ["Accept", "Accept-Encoding", "Connection", "Host", "User-Agent"]
    assert server.headers["User-Agent"] == "Mozilla/5.0"
    assert server.headers["Host"] == f"obrazki.example:{server.server_port}"


def test_answers_that_are_no_use(server):
    assert got(server, server.url("/missing")) == "answer"
    assert got(server, server.url("/large")) == "size"


def test_a_server_that_dribbles_is_cut_off(server):
    begin = time.monotonic()
    assert got(server, server.url("/slow"), seconds=0.4) == "unreachable"
    assert time.monotonic() - begin < 2


def test_three_redirects_are_followed_and_no_more(server):
    server.redirects = {
        "/1": "/2",
        "/2": server.url("/3"),
        "/3": f"//obrazki.example:{server.server_port}/4",
    }
    assert got(server, server.url("/1")) == b"x" * 10
    server.redirects["/4"] = "/5"
    assert got(server, server.url("/1")) == "answer"
    server.redirects = {"/1": "/1"}
    server.asked.clear()
    assert got(server, server.url("/1")) == "answer"
    assert len(server.asked) == 4


INTERNAL = [
    "http://127.0.0.1/a", "http://localhost/a", "http://2130706433/a", "http://0x7f000001/a", "http://0177.0.0.1/a",
    "http://127.1/a", "http://[::1]/a", "http://[::ffff:127.0.0.1]/a", "http://[::ffff:7f00:1]/a", "http://0.0.0.0/a",
    "http://10.0.0.1/a", "http://192.168.1.1/a", "http://172.16.0.1/a", "http://169.254.169.254/latest/meta-data/",
    "http://[fe80::1]/a", "http://[fd00:ec2::254]/a", "http://100.100.100.200/a", "http://[64:ff9b::7f00:1]/a",
    "http://[2002:7f00:1::]/a", "https://127.0.0.1/a", "http://user:secret@127.0.0.1/a", "http://１２７.0.0.1/a",
    "http://224.0.0.1/a", "http://255.255.255.255/a",
]  # fmt: skip


@pytest.mark.parametrize("address", INTERNAL)
def test_nothing_of_ours_is_reached(address):
    """By the reach that the product has: nothing is injected."""
    with pytest.raises(Refused, match="address"):
        fetched(address, accept="image/png", most_bytes=10, seconds=3)


@pytest.mark.parametrize(
    "address",
    ["ftp://a.example/", "file:///etc/passwd", "gopher://a.example/", "http://a.example:22/", "http://a.example:6379/", "http:///a", "http://[bad/", "https://a.example:0/", "", "javascript:x"],
)  # fmt: skip
def test_no_other_ways_and_doors(server, address):
    assert got(server, address) == "address"
    assert server.asked == []


def test_a_name_that_leads_home_is_refused(server, monkeypatch):
    def resolver(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(net.socket, "getaddrinfo", resolver)
    reach = Reach(ports=frozenset([server.server_port]))
    assert got(server, server.url("/a"), reach=reach) == "address"
    assert server.asked == []


def test_a_name_that_changes_between_check_and_call_gains_nothing(server, monkeypatch):
    """The name is asked for once, and what was checked is what is called."""
    asked = []

    def resolver(host, port, **_):
        asked.append(host)
        address = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    called = []

    def opened(address, *_):
        called.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(net.socket, "getaddrinfo", resolver)
    monkeypatch.setattr(net, "_opened", opened)
    assert got(server, "http://obrazki.example/a", reach=http_get.PUBLIC) == "unreachable"
    assert (asked, called) == (["obrazki.example"], ["93.184.215.14"])


@pytest.mark.parametrize(
    "there",
    ["http://169.254.169.254/latest/", "http://127.0.0.1:%d/a", "file:///etc/passwd", "http://[::1]/"],
)
def test_a_redirect_is_looked_at_like_the_first_address(server, there):
    """The first call may reach this server; what it points to goes by the product's own rule."""

    def connect(host, port, timeout):
        if host == "obrazki.example":
            return socket.create_connection(server.server_address, timeout)
        return http_get.public_line(host, port, timeout)

    server.redirects = {"/1": there % server.server_port if "%d" in there else there}
    reach = Reach(connect, frozenset([server.server_port]))
    assert got(server, server.url("/1"), reach=reach) == "address"
    assert server.asked == ["/1"]


def test_production_reaches_public_places_on_usual_ports_only():
    assert Reach(http_get.public_line, frozenset()) == http_get.PUBLIC
