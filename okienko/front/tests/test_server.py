"""The door over real sockets: what a client can do to it, and how it ends."""

import asyncio
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from okienko.front import server

PATIENCE = 1.0
DELUGE = b"y" * 3_000_000


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    (folder / "static").mkdir()
    (folder / "static" / "big.bin").write_bytes(DELUGE)
    with opened(folder) as running:
        yield running


class opened:  # noqa: N801 - reads as a verb
    """A running house: `.port`, `.process`; killed at the end if it still lives."""

    def __init__(self, folder: Path, *, grace: int = server.GRACE_SECONDS):
        command = [sys.executable, "-m", "okienko.front.tests.house", str(folder), str(PATIENCE), str(grace)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=settings.BASE_DIR)
        line = self.process.stdout.readline().strip()
        assert line.startswith("Okienko listens on http://127.0.0.1:"), line
        self.port = int(line.rpartition(":")[2])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def exchange(self, request: bytes, *, half_close=False) -> bytes:
        """Everything the server says until it closes, or is silent for 4 s."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=4) as line:
            line.sendall(request)
            if half_close:
                line.shutdown(socket.SHUT_WR)
            received = b""
            while piece := line.recv(65536):
                received += piece
            return received

    def get(self, path: str) -> bytes:
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        return self.exchange(request.encode()).partition(b"\r\n\r\n")[2]


def post(body: bytes, *headers: str) -> bytes:
    lines = ["POST /c/1 HTTP/1.1", "Host: localhost", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def test_a_page_and_what_its_headers_do_not_tell(house):
    answer = house.exchange(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert status(answer) == 200
    assert answer.lower().count(b"\r\nserver:") == 0


def test_a_body_cut_short_is_told_so_and_never_reaches_the_page(house):
    before = house.get("/count")
    answer = house.exchange(post(b"abc", "Content-Length: 10"), half_close=True)
    assert (status(answer), answer.lower().count(b"\r\nconnection: close\r\n")) == (400, 1)
    assert house.exchange(post(b"5\r\nabcde\r\n", "Transfer-Encoding: chunked"), half_close=True) == b""
    with socket.create_connection(("127.0.0.1", house.port)) as line:
        line.sendall(post(b"abc", "Content-Length: 10"))
    time.sleep(0.1)
    assert house.get("/count") == before


def test_silence_in_the_middle_of_a_body_ends_with_408(house):
    before, began = house.get("/count"), time.monotonic()
    assert status(house.exchange(post(b"abc", "Content-Length: 10"))) == 408
    assert time.monotonic() - began < PATIENCE + 1
    assert house.get("/count") == before


def test_too_much_is_refused_in_words_that_arrive(house):
    """The client keeps sending: without reading on, the reset would take the answer away."""
    before = house.get("/count")
    flood = post(b"x" * 1_000_000, "Content-Length: 1000000").replace(b"/c/1", b"/sign-in/")
    answer = house.exchange(flood)
    assert (status(answer), answer.count("To za dużo naraz.".encode())) == (413, 1)
    assert house.get("/count") == before


def test_chunks_become_a_body_with_a_length(house):
    chunks = b"3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"
    answer = house.exchange(post(chunks, "Transfer-Encoding: chunked", "Connection: close"))
    assert answer.partition(b"\r\n\r\n")[2] == b"7"


async def slow_upload(port, until):
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(post(b"", "Content-Length: 1000"))
    while not until.is_set():
        writer.write(b"x")
        await asyncio.sleep(0.5)
    writer.close()


async def stalled_download(port, path, until):
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.setblocking(False)
    await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port))
    await asyncio.get_running_loop().sock_sendall(
        line, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    )
    await until.wait()
    line.close()


async def quick_pages(port, number) -> list[float]:
    """Seconds of each of `number` pages asked one after the other on one line."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    taken = []
    for _ in range(number):
        began = time.perf_counter()
        writer.write(b"GET /quick HTTP/1.1\r\nHost: localhost\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        assert status(head) == 200
        await reader.readexactly(1)
        taken.append(time.perf_counter() - began)
        await asyncio.sleep(0.005)
    writer.close()
    return taken


def test_slow_senders_and_readers_leave_the_pages_as_quick_as_before(house):
    """50 uploads of a byte now and then and 50 downloads nobody reads, against 4 threads for pages."""

    async def scenario():
        until = asyncio.Event()
        before = await quick_pages(house.port, 100)
        slow = [asyncio.create_task(slow_upload(house.port, until)) for _ in range(50)]
        slow += [
            asyncio.create_task(stalled_download(house.port, path, until))
            for path in ["/large", "/static/big.bin"] * 25
        ]
        await asyncio.sleep(1)
        during = await quick_pages(house.port, 200)
        still_slow = sum(not task.done() for task in slow)
        until.set()
        await asyncio.gather(*slow)
        return before, during, still_slow

    before, during, still_slow = asyncio.run(scenario())
    assert still_slow == 100
    assert max(during) < 1.0
    print(f"p99 before {sorted(before)[-2] * 1000:.1f} ms, during {sorted(during)[-3] * 1000:.1f} ms")


def test_sigterm_ends_two_thousand_streams_within_five_seconds(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    streams = 2000 if hard == resource.RLIM_INFINITY or hard > 2500 else hard - 200
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, streams + 200), hard))

    async def scenario(house):
        async def stream():
            reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
            writer.write(b"GET /live/changes HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await reader.readuntil(b"hello\n\r\n")
            return reader, writer

        lines = []
        for _ in range(0, streams, 100):
            lines += await asyncio.gather(*(stream() for _ in range(min(100, streams - len(lines)))))
        house.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        farewells = await asyncio.gather(*(reader.read() for reader, _ in lines))
        house.process.wait(10)
        for _, writer in lines:
            writer.close()
        return farewells, time.monotonic() - began

    with opened(tmp_path) as house:
        farewells, seconds = asyncio.run(scenario(house))
        assert [words.count(b"bye\n") for words in farewells] == [1] * streams
        assert seconds < 5
        assert house.process.returncode == 0
        assert house.process.stdout.read() == "stopped\n"
    print(f"{streams} streams ended in {seconds:.2f} s")


def test_a_page_that_takes_a_minute_does_not_keep_the_process(tmp_path):
    with opened(tmp_path, grace=1) as house, socket.create_connection(("127.0.0.1", house.port)) as line:
        line.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(0.2)
        house.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        house.process.wait(10)
        assert time.monotonic() - began < 3
        assert house.process.returncode == 0


def test_a_taken_port_is_an_error_at_once():
    with server.bound("127.0.0.1", 0) as first, pytest.raises(OSError, match="Address already in use"):
        server.bound("127.0.0.1", first.getsockname()[1])


def test_who_reads_nothing_for_two_minutes_is_let_go():
    with server.bound("127.0.0.1", 0) as listener:
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 120_000


def test_the_process_takes_all_the_open_files_it_may():
    server.open_many_files()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft == hard
