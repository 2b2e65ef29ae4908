"""Many files as one zip, written while it is read: none of it lies on the disk."""

import zipfile
from collections.abc import Iterable, Iterator
from io import RawIOBase
from pathlib import Path

PIECE = 256 * 1024


class _Pipe(RawIOBase):
    """What was written since it was last asked."""

    def __init__(self):
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        data = b"".join(self.pieces)
        self.pieces.clear()
        return data


def zipped(files: Iterable[tuple[Path, str]]) -> Iterator[bytes]:
    """A zip of the files that are there, in pieces. Not packed tighter: photos and PDFs are so already."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for path, name in files:
            if not path.is_file():
                continue
            with path.open("rb") as file, archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as entry:
                while piece := file.read(PIECE):
                    entry.write(piece)
                    yield pipe.taken()
    yield pipe.taken()
