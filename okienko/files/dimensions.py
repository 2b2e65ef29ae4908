"""How many pixels a picture claims to have, read from its first bytes without unpacking it."""

import struct

MARK = 0xFF  # begins each part of a JPEG
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # kinds of parts that say the size


def pixels(data: bytes) -> tuple[int, int] | None:
    """(width, height) of a PNG, GIF, JPEG, WebP or AVIF; None for anything else, and for what is broken."""
    try:
        return _read(data)
    except (struct.error, IndexError):
        return None


def _read(data: bytes) -> tuple[int, int] | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return struct.unpack(">II", data[16:24])
    if data[:6] in {b"GIF87a", b"GIF89a"}:
        return struct.unpack("<HH", data[6:10])
    if data.startswith(b"\xff\xd8"):
        return _of_jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _of_webp(data)
    if data[4:8] == b"ftyp":
        return _of_boxes(data)
    return None


def _of_jpeg(data: bytes) -> tuple[int, int] | None:
    place = 2
    while data[place] == MARK:
        kind = data[place + 1]
        if kind == MARK:
            place += 1
        elif kind in FRAMES:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        else:
            place += 2 + struct.unpack(">H", data[place + 2 : place + 4])[0]
    return None


def _of_webp(data: bytes) -> tuple[int, int] | None:
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = struct.unpack("<I", data[21:25])[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _of_boxes(data: bytes) -> tuple[int, int] | None:
    """The largest of what the boxes say: a picture of tiles names the tiles too."""
    sizes, place = [], data.find(b"ispe")
    while place != -1:
        sizes.append(struct.unpack(">II", data[place + 8 : place + 16]))
        place = data.find(b"ispe", place + 4)
    return max(sizes, default=None)
