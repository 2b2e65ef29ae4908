"""Files and a laid-out letter for the demonstration, made here so that nothing has to be carried along."""

# ruff: noqa: PLR2004 - the numbers are places in a picture
import struct
import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    name: str
    content_type: str
    data: bytes


def picture(width: int, height: int, paint) -> bytes:
    """A PNG. `paint(x, y)` gives (red, green, blue), each 0–255."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = (b"\0" + bytes(part for x in range(width) for part in paint(x, y)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(lines), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def cup(x: int, y: int) -> tuple[int, int, int]:
    """A clay cup with a crack, on a table."""
    if abs(x - 62 - (y % 7) / 2) < 1 and 34 < y < 66:
        return (70, 52, 42)
    if 36 <= x <= 84 and 30 <= y <= 78 - abs(x - 60) / 6:
        return (196, 132, 96)
    handle = (x - 88) ** 2 + (y - 50) ** 2
    if 90 <= handle <= 190:
        return (180, 116, 82)
    return (238, 232, 220) if y < 76 else (214, 203, 186)


PHOTO = File("ucho-1.png", "image/png", picture(120, 100, cup))
LABEL = File(
    "zamówienie-kubki.txt",
    "text/plain",
    "Kubki „Mgła” z nadrukiem\n48 szt.\nTermin: 11 grudnia\n".encode(),
)
INVOICE_PAGE = """<div style="font-family:Georgia,serif;max-width:560px">
<h2 style="color:#0b6e4f;border-bottom:2px solid #0b6e4f;padding-bottom:6px">Wydawnictwo Kubek</h2>
<p>Dzień dobry, w załączeniu zamówienie i logo. Prosimy o fakturę pro forma.</p>
<table style="border-collapse:collapse;width:100%">
<tr><th style="text-align:left;border-bottom:1px solid #ccc;padding:6px">Pozycja</th>
<th style="text-align:right;border-bottom:1px solid #ccc;padding:6px">Sztuk</th></tr>
<tr><td style="padding:6px">Kubek „Mgła” z nadrukiem</td><td style="text-align:right;padding:6px">48</td></tr></table>
<p><img src="https://statystyki.wydawnictwo-kubek.example/otwarcie.gif" alt="" width="1" height="1">
<a href="https://wydawnictwo-kubek.example/">wydawnictwo-kubek.example</a></p></div>"""
