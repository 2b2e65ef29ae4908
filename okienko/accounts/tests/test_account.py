"""A person's own account: name, photo, looks."""

import io
import struct
import zlib

import pytest
from PIL import Image

from okienko.accounts import photos
from okienko.accounts.models import Agent
from okienko.accounts.operations import add_agent
from okienko.events.models import Event
from okienko.files import links
from okienko.files.models import Blob
from okienko.ui.tests.pages import page

MARK = b"<script>alert(document.domain)</script>"
KEEP = {"language": "pl", "theme": "system", "density": "comfortable", "has_shortcuts": "on"}


@pytest.fixture
def anna(db, client):
    agent = add_agent(email="anna@ziarno.example", name="Anna", password=None)
    client.force_login(agent)
    return agent


def picture(kind: str = "PNG", size=(300, 200), **more) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(written, kind, **more)
    return written.getvalue()


def upload(client, data: bytes, name: str = "ja.jpg"):
    return client.post("/account/photo/", {"photo": io_file(data, name)})


def io_file(data: bytes, name: str):
    file = io.BytesIO(data)
    file.name = name
    return file


def kept(agent: Agent) -> bytes:
    agent.refresh_from_db()
    return agent.photo.read()


def fault(response) -> str:
    return page(response).one(cls="field__error").words


def test_a_photo_becomes_a_small_square(anna, client):
    assert upload(client, picture(size=(900, 300)))["Location"] == "/account/"
    data = kept(anna)
    with Image.open(io.BytesIO(data)) as made:
        assert (made.format, made.size, made.mode, made.info.keys() & {"exif", "xmp", "icc_profile"}) == (
            "WEBP", (256, 256), "RGB", set(),
        )  # fmt: skip
    assert [event.data for event in Event.objects.all()] == [{"agent_id": anna.pk, "what": "photo"}]


def test_where_and_with_what_it_was_taken_is_gone(anna, client):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Zenit of Anna", 6  # camera, turned by 90°
    exif.get_ifd(0x8825)[2] = (52.0, 13.0, 56.0)
    turned = Image.new("RGB", (400, 200))
    turned.paste((255, 255, 255), (0, 0, 200, 200))  # the left half is white; upright it is the upper one
    written = io.BytesIO()
    turned.save(written, "JPEG", exif=exif, comment=b"home address", quality=95)
    assert b"Zenit of Anna" in written.getvalue()
    upload(client, written.getvalue())
    data = kept(anna)
    assert [word in data for word in (b"Zenit", b"home address", b"Exif", b"EXIF", b"XMP")] == [False] * 5
    with Image.open(io.BytesIO(data)) as made:
        assert dict(made.getexif()) == {}
        assert (made.getpixel((128, 10))[0] > 240, made.getpixel((128, 245))[0] < 15) == (True, True)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_what_hides_in_a_picture_does_not_come_along(anna, client, kind):
    """A file that is a picture and a page at once: only its pixels are kept, under our own type."""
    upload(client, picture(kind) + MARK + b"PK\x03\x04")
    assert MARK not in kept(anna)
    assert list(Blob.objects.values_list("content_type", flat=True)) == ["image/webp"]
    address = links.picture_address(anna.photo.sha256)
    path, name, content_type, inline = links.opened(address.split("/")[2])
    assert (path, content_type, inline, name.endswith(".webp")) == (anna.photo.path, "image/webp", True, True)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"GIF89a" + MARK, "Ten plik nie jest zdjęciem. Wybierz JPEG, PNG, WebP lub GIF."),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "Ten plik nie jest zdjęciem. Wybierz JPEG, PNG, WebP lub GIF."),
        (picture("BMP"), "Ten plik nie jest zdjęciem. Wybierz JPEG, PNG, WebP lub GIF."),
        (picture("TIFF"), "Ten plik nie jest zdjęciem. Wybierz JPEG, PNG, WebP lub GIF."),
        (picture()[:60], "Ten plik nie jest zdjęciem. Wybierz JPEG, PNG, WebP lub GIF."),
        (b"x" * (photos.MOST_BYTES + 1), "Ten plik ma więcej niż 8 MB. Wybierz mniejszy."),
        (b"\0\0\0\x18ftypheic" + bytes(50), None),
    ],
    ids=["gif-and-script", "svg", "bmp", "tiff", "cut", "too-large", "heic"],
)  # fmt: skip
def test_what_is_no_photo_is_refused_in_words(anna, client, data, words):
    response = upload(client, data)
    assert response.status_code == 422
    assert fault(response) == words or (words is None and "HEIC" in fault(response))
    assert Blob.objects.count() == 0


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be that large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(5001, 5000), (7100, 7100), (10_000, 10_000), (60_000, 60_000)])
def test_bombs_are_not_unpacked(anna, client, size):
    response = upload(client, bomb(*size))
    assert response.status_code == 422
    assert fault(response) == "Ten obraz ma za dużo pikseli. Zmniejsz go i spróbuj ponownie."


def test_text_that_unpacks_for_ever_is_refused(anna, client):
    packed = zlib.compress(bytes(200_000_000), 9)
    chunk = b"zTXtComment\0\0" + packed
    data = picture()
    whole = (
        data[:33]
        + struct.pack(">I", len(chunk) - 4)
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + data[33:]
    )
    assert upload(client, whole).status_code == 422


def test_large_photos_of_a_phone_are_welcome(anna, client):
    assert upload(client, picture("JPEG", size=(8000, 6000), quality=30)).status_code == 302
    assert len(kept(anna)) < 20_000


def test_nothing_chosen_is_said(anna, client):
    assert fault(client.post("/account/photo/")) == "Najpierw wybierz plik."


def test_a_photo_is_shown_and_taken_away(anna, client):
    def in_rail():
        rail = page(client.get("/account/")).one("nav", cls="rail").every(cls="avatar")[0]
        return [image.attributes["src"].partition("/files/")[0] for image in rail.every("img")], rail.words

    assert in_rail() == ([], "A")
    upload(client, picture())
    assert in_rail() == ([""], "A")
    client.post("/account/photo/", {"_method": "DELETE"})
    assert in_rail() == ([], "A")
    assert [event.data["what"] for event in Event.objects.order_by("pk")] == ["photo", "photo_removed"]


def test_a_photo_costs_no_question(anna, client, django_assert_num_queries):
    upload(client, picture())
    client.get("/account/")
    with django_assert_num_queries(2):
        client.get("/account/")


def test_an_address_of_a_photo_is_the_same_for_hours_and_ends(anna, monkeypatch):
    sha256 = "ab" * 32
    monkeypatch.setattr("okienko.files.links.time.time", lambda: 1_800_000_000)
    address = links.picture_address(sha256)
    token = address.split("/")[2]
    assert links.opened(token)[1] == "abababab.webp"
    monkeypatch.setattr("okienko.files.links.time.time", lambda: 1_800_000_000 + 2 * links.PERIOD)
    with pytest.raises(LookupError):
        links.opened(token)
    assert links.picture_address(sha256) != address


def test_a_name_is_changed_and_said_without_telling_it(anna, client):
    client.post("/account/name/", {"name": "  Anna \u0007 Nowa "})
    anna.refresh_from_db()
    assert anna.name == "Anna Nowa"
    client.post("/account/name/", {"name": "Anna Nowa"})
    assert [(event.type, event.data) for event in Event.objects.all()] == [
        ("agent.account_changed", {"agent_id": anna.pk, "what": "name"})
    ]


@pytest.mark.parametrize("name", ["", "   ", "\u0000", "x" * 121])
def test_nobody_is_called_nothing(anna, client, name):
    response = client.post("/account/name/", {"name": name})
    anna.refresh_from_db()
    assert (response.status_code, anna.name) == (422, "Anna")


def html(client, **headers):
    return page(client.get("/account/", headers=headers)).one("html").attributes


def test_looks_are_said_by_the_page_itself(anna, client):
    assert html(client) == {
        "lang": "pl", "data-theme": "system", "data-density": "comfortable", "data-shortcuts": "on",
    }  # fmt: skip
    given = {"language": "en", "theme": "dark", "density": "compact"}
    response = client.post("/account/looks/", given)
    assert response["Location"] == "/account/"
    shown = page(client.get("/account/"))
    assert shown.one("html").attributes == {
        "lang": "en", "data-theme": "dark", "data-density": "compact", "data-shortcuts": "off",
    }  # fmt: skip
    assert shown.one("meta", name="color-scheme").attributes["content"] == "dark"
    assert shown.one("main").one(cls="notice").words == "Saved."
    assert Event.objects.count() == 0


@pytest.mark.parametrize("wrong", [{"theme": "pink"}, {"density": ""}, {"language": "xx"}])
def test_looks_that_do_not_exist(anna, client, wrong):
    assert client.post("/account/looks/", KEEP | wrong).status_code == 422
    anna.refresh_from_db()
    assert (anna.theme, anna.density, anna.language) == ("system", "comfortable", "pl")


def test_before_signing_in_the_system_chooses(db, client):
    shown = page(client.get("/account/sign-in/"))
    assert "data-theme" not in shown.one("html").attributes
    assert shown.one("meta", name="color-scheme").attributes["content"] == "light dark"


@pytest.mark.parametrize(
    "address", ["/account/", "/account/devices/", "/account/tokens/", "/account/signatures/"]
)
def test_strangers_are_asked_to_sign_in(db, client, address):
    assert client.get(address)["Location"] == f"/account/sign-in/?next={address}"


@pytest.mark.parametrize("address", ["name", "photo", "looks", "devices/others", "devices/1", "tokens/1"])
def test_changes_take_a_form(anna, client, address):
    assert client.get(f"/account/{address}/").status_code == 405
