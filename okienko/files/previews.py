"""The first lines of a text, whatever letters it was written in."""

from dataclasses import dataclass

from okienko.files.models import Blob
from okienko.lib.text import printable

MOST_LINES = 200
MOST_BYTES = 64 * 1024
POLISH = "cp1250"  # what a text from a Polish shop is written in when it is not UTF-8


@dataclass(frozen=True)
class Beginning:
    """`has_more`: the file goes on."""

    text: str
    has_more: bool


def beginning(blob: Blob) -> Beginning | None:
    """At most MOST_LINES lines; None when the file is gone."""
    try:
        with blob.path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError:
        return None
    lines = decoded(data[:MOST_BYTES]).splitlines()
    is_cut = len(data) > MOST_BYTES
    return Beginning(printable("\n".join(lines[:MOST_LINES])), is_cut or len(lines) > MOST_LINES)


def decoded(data: bytes) -> str:
    for mark, charset in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            return data.decode(charset, "replace")
    try:
        # The last letter may have been cut in two.
        return data.decode() if len(data) < MOST_BYTES else data[: data.rfind(b"\n") + 1 or None].decode()
    except UnicodeDecodeError:
        return data.decode(POLISH, "replace")
