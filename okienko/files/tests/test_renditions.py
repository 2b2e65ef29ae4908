"""Small pictures of large ones: upright, without a word of where they were taken, whatever was sent."""

import io
import json
import struct
import zlib

import pytest
from PIL import Image

from okienko.files import operations, store
from okienko.files.dimensions import pixels
from okienko.files.models import Rendition
from okienko.files.operations import Busy, rendition
from okienko.files.tests.pictures import SIDEWAYS, exif, picture
from okienko.lib import confined

THUMB, VIEW = Rendition.Kind.THUMB, Rendition.Kind.VIEW


def made(data: bytes, kind=THUMB) -> Rendition:
    return rendition(store.store(data), kind)


def opened(found: Rendition) -> Image.Image:
    return Image.open(io.BytesIO(found.blob.read()))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF"])
def test_every_kind_becomes_a_small_webp(kind):
    found = made(picture(kind, 640, 480))
    image = opened(found)
    assert (image.format, image.size, found.width, found.height, found.trouble) == (
        "WEBP",
        (320, 240),
        320,
        240,
        "",
    )
    red, _, blue = image.convert("RGB").getpixel((20, 20))
    assert (red > 200, blue < 100) == (True, True)
    assert opened(made(picture(kind, 640, 480), VIEW)).size == (640, 480)  # never larger than it was


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_nothing_but_pixels_is_left(kind):
    data = picture(kind, exif=exif(place=True))
    assert b"Kamera Zofii" in data
    found = made(data)
    left = found.blob.read()
    assert found.has_place is (kind != "TIFF")  # into which Pillow writes no place
    assert b"Kamera" not in left
    assert [chunk for chunk in (b"EXIF", b"XMP ", b"ICCP") if chunk in left] == []
    assert dict(opened(found).getexif()) == {}
    assert made(picture(kind, exif=exif())).has_place is False


@pytest.mark.django_db
def test_photos_stand_upright():
    image = opened(made(picture("JPEG", 80, 40, exif=exif(orientation=SIDEWAYS))))
    assert image.size == (40, 80)
    corners = [image.convert("RGB").getpixel(place) for place in ((5, 5), (35, 5), (5, 75))]
    assert [red > blue for red, _, blue in corners] == [False, True, False]


@pytest.mark.django_db
def test_what_is_seen_through_stays_so():
    packed = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(packed, "PNG")
    assert opened(made(packed.getvalue())).getpixel((5, 5))[3] == 0


@pytest.mark.django_db
def test_it_is_made_once(monkeypatch):
    first = made(picture())
    monkeypatch.setattr(operations.confined, "run", None)  # would break
    assert made(picture()) == first
    assert Rendition.objects.count() == 1


def bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that claims and unpacks to very many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    lines = b"".join(packer.compress(bytes(1 + width // 8)) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (b"\xff\xd8\xff\xe0" + bytes(300), "broken"),
        (picture("PNG")[:60], "broken"),
        (picture("HEIF")[:200], "broken"),
        (b"\0\0\0\x18ftypheic" + bytes(100), "broken"),
        (b"II*\0" + b"\xff" * 200, "broken"),
        (bomb(30_000, 3_000), "pixels"),
        (bomb(60_000, 10_000), "pixels"),
    ],
)
def test_what_cannot_be_shown_says_why(data, trouble):
    found = made(data)
    assert (found.blob, found.trouble) == (None, trouble)
    assert made(data) == found


@pytest.mark.django_db
def test_a_program_that_never_ends_is_ended(monkeypatch):
    monkeypatch.setattr(operations, "SECONDS", 0.01)
    assert made(picture()).trouble == "slow"


@pytest.mark.django_db
def test_a_lost_file_breaks_nothing():
    blob = store.store(picture())
    blob.path.unlink()
    assert rendition(blob, THUMB).trouble == "broken"


@pytest.mark.django_db
def test_only_so_many_wait(monkeypatch):
    monkeypatch.setattr(operations, "PATIENCE", 0.01)
    held = [operations._places.acquire(timeout=1) for _ in range(operations.AT_ONCE)]
    try:
        with pytest.raises(Busy):
            made(picture())
    finally:
        for _ in held:
            operations._places.release()
    assert made(picture()).trouble == ""


def test_a_crash_is_only_its_own():
    with pytest.raises(confined.Failed, match="broken"):
        confined.run("okienko.files.painting", seconds=20)


def test_nothing_of_our_environment_reaches_it(monkeypatch):
    """Neither keys nor passwords: what a stranger's picture could take over knows none."""
    monkeypatch.setenv("OKIENKO_SECRET_KEYS", "tajne")
    shown = confined.run("json.tool", given=json.dumps(dict(confined.ENVIRONMENT)).encode(), seconds=20)
    assert sorted(json.loads(shown)) == ["LANG", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH"]


SIZES = {kind: picture(kind, 41, 23) for kind in ("PNG", "GIF", "JPEG", "WEBP", "AVIF")}
SIZES |= {
    "progressive": picture("JPEG", 41, 23, progressive=True, exif=exif(place=True)),
    "lossless": picture("WEBP", 41, 23, lossless=True),
    "extended": picture("WEBP", 41, 23, exif=exif()),
}


@pytest.mark.parametrize("kind", SIZES)
def test_sizes_are_read_without_unpacking(kind):
    assert pixels(SIZES[kind]) == (41, 23)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0\0\x02",
        b"GIF89a",
        b"RIFF....WEBPVP8 ",
        b"\0\0\0\x18ftypavifispe",
        b"<svg/>",
    ],
)
def test_of_what_is_broken_no_size_is_said(data):
    assert pixels(data) is None
