"""A line between browser and product that can be cut, and led to another server at the same address: a deploy."""

import socket
import threading
from contextlib import closing, suppress

CHUNK = 64 * 1024


class Line:
    """Listens on a port of its own and passes everything on to `target`; with None every connection ends at once."""

    def __init__(self, target: int):
        self.target: int | None = target
        self.open: set[socket.socket] = set()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self):
        self.lead_to(None)

    def lead_to(self, target: int | None):
        """From now on, and for those that are open: they end."""
        self.target = target
        for connection in list(self.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.cut()
        self.door.close()

    def _listen(self):
        with suppress(OSError):  # closed
            while True:
                connection, _ = self.door.accept()
                threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, browser: socket.socket):
        with closing(browser), suppress(OSError):
            if self.target is None:
                return
            with closing(socket.create_connection(("127.0.0.1", self.target))) as server:
                self.open |= {browser, server}
                back = threading.Thread(target=_pass_on, args=[server, browser], daemon=True)
                back.start()
                _pass_on(browser, server)
                back.join()
                self.open -= {browser, server}


def _pass_on(source: socket.socket, sink: socket.socket):
    with suppress(OSError):
        while data := source.recv(CHUNK):
            sink.sendall(data)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
