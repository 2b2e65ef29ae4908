import hashlib
import io
import zipfile

import pytest
from django.core import signing

from okienko.files import links
from okienko.files.models import Blob
from okienko.front.files import files, shown_name
from okienko.front.tests.asgi_client import ask

CONTENT = b"\x89PNG\r\n\x1a\n" + b"z" * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def kept(settings, tmp_path):
    settings.FILES_DIR = tmp_path
    path = Blob(sha256=DIGEST).path
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    return path


def token(name="kot.png", kind="image/png", *, inline=False, digest=DIGEST):
    return signing.dumps([digest, name, kind, int(inline)], salt=links.SALT, compress=True)


def get(signed, *headers, method="GET"):
    return ask(files, f"/files/{signed}/whatever", method=method, headers=headers)


def test_an_attachment_is_saved_and_can_do_nothing():
    answer = get(token())
    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.headers["content-disposition"] == 'attachment; filename="kot.png"'
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'; ")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "private, max-age=86400, immutable"


def test_a_picture_may_be_shown():
    assert get(token(inline=True)).headers["content-disposition"] == 'inline; filename="kot.png"'


@pytest.mark.parametrize(
    "kind", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "text/plain"]
)
def test_what_could_run_is_saved_even_when_somebody_says_show_it(kind):
    answer = get(token("a", kind, inline=True))
    assert answer.headers["content-disposition"] == 'attachment; filename="a"'


def test_a_type_with_a_line_break_is_no_type():
    assert (
        get(token("a", "text/html\r\nSet-Cookie: a=1")).headers["content-type"] == "application/octet-stream"
    )


def test_a_name_in_any_language():
    answer = get(token("rękopis „żółw”.png"))
    assert answer.headers["content-disposition"] == (
        "attachment; filename*=utf-8''r%C4%99kopis%20%E2%80%9E%C5%BC%C3%B3%C5%82w%E2%80%9D.png"
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("c:\\faktury\\1.pdf", "1.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie: x.pdf"),
        ("...", "plik"),
        ("", "plik"),
        ("a\ud800.pdf", "a?.pdf"),
    ],
)
def test_a_name_is_one_line_and_no_folder(name, shown):
    assert shown_name(name) == shown


def test_a_part_of_it():
    answer = get(token(), ("Range", "bytes=8-11"))
    assert (answer.status, answer.body, answer.headers["content-range"]) == (206, b"zzzz", "bytes 8-11/1008")


def test_what_the_browser_has_is_not_sent_again():
    answer = get(token(), ("If-None-Match", f'"{DIGEST}"'))
    assert (answer.status, answer.body) == (304, b"")


def test_head():
    answer = get(token(), method="HEAD")
    assert (answer.status, answer.headers["content-length"], answer.body) == (200, "1008", b"")


def test_a_wrong_an_old_and_a_lost_file_are_not_found(kept, monkeypatch):
    good = token()
    assert get(good[:-1] + ("A" if good[-1] != "A" else "B")).status == 404
    assert ask(files, "/files/").status == 404
    kept.unlink()
    assert get(good).status == 404


def test_only_reading_is_possible():
    assert get(token(), method="DELETE").status == 405


def test_only_a_pdf_that_is_shown_leaves_the_sandbox_for_the_browsers_reader():
    shown = get(token("a.pdf", "application/pdf", inline=True)).headers
    assert shown["content-security-policy"].startswith("default-src 'none'; object-src 'self'; ")
    assert "script" not in shown["content-security-policy"]
    assert (shown["content-disposition"], shown["x-content-type-options"]) == (
        'inline; filename="a.pdf"',
        "nosniff",
    )
    for other in (
        token("a.pdf", "application/pdf"),
        token(inline=True),
        token("a.html", "text/html", inline=True),
    ):
        assert get(other).headers["content-security-policy"].startswith("sandbox; ")


def test_many_files_as_one():
    address = links.bundle_address(
        [(Blob(sha256=DIGEST), "kot.png"), (Blob(sha256="0" * 64), "lost")], "a.zip"
    )
    answer = ask(files, address)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["content-disposition"] == "attachment"
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert [(name, archive.read(name)) for name in archive.namelist()] == [("kot.png", CONTENT)]
