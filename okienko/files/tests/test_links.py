"""Signed addresses of files: for a while, for exactly this file, shown only when harmless."""

import pytest
from django.core import signing

from okienko.files import links, sniff
from okienko.files.models import Blob

PICTURE = Blob(sha256="ab" * 32, size=9, content_type="image/png")
PAGE = Blob(sha256="cd" * 32, size=9, content_type="text/html")


def token(address: str) -> str:
    return address.split("/")[2]


def test_what_was_signed_is_opened():
    address = links.address(PICTURE, "ucho filiżanki.png")
    assert address.startswith("/files/")
    assert address.endswith("/ucho%20fili%C5%BCanki.png")
    assert links.opened(token(address)) == (PICTURE.path, "ucho filiżanki.png", "image/png", False)


def test_only_kinds_that_run_nothing_are_shown():
    assert links.opened(token(links.address(PICTURE, "a.png", inline=True)))[3] is True
    assert links.opened(token(links.address(PAGE, "a.html", inline=True)))[3] is False
    assert sorted(kind for kind in sniff.INLINE if "html" in kind or "svg" in kind or "xml" in kind) == []


def test_names_cannot_leave_their_place():
    assert links.address(PICTURE, "../../etc/passwd").endswith("/..%2F..%2Fetc%2Fpasswd")
    assert links.address(PICTURE, "").endswith("/file")
    assert len(links.opened(token(links.address(PICTURE, "ż" * 1000)))[1]) == 150


def test_an_address_ends(monkeypatch):
    now = signing.time.time()
    address = links.address(PICTURE, "a.png")
    hours = links.VALID.total_seconds()
    monkeypatch.setattr(signing.time, "time", lambda: now + hours - 60)
    assert links.opened(token(address))[1] == "a.png"
    monkeypatch.setattr(signing.time, "time", lambda: now + hours + 60)
    with pytest.raises(LookupError):
        links.opened(token(address))


def test_nobody_can_make_one(settings):
    good = token(links.address(PICTURE, "a.png"))
    value, rest = good.split(":", 1)
    other, signature = token(links.address(PAGE, "a.png")), good.rpartition(":")[2]
    forged = [
        "",
        "x",
        value,
        f"{value}x:{rest}",
        f"{other.rpartition(':')[0]}:{signature}",
        good[:-1] + ("a" if good[-1] != "a" else "b"),
        good.replace(":", "%3A"),
        signing.dumps([PICTURE.sha256, "a.png", "image/png", 0], salt="another purpose", compress=True),
        signing.dumps("not four things", salt=links.SALT),
    ]
    for one in forged:
        with pytest.raises(LookupError):
            links.opened(one)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new one", []
    with pytest.raises(LookupError):
        links.opened(good)


def test_addresses_outlive_a_change_of_keys(settings):
    old = settings.SECRET_KEY
    address = links.address(PICTURE, "a.png")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new one", [old]
    assert links.opened(token(address))[1] == "a.png"
