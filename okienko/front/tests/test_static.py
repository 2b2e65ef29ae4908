import gzip
import json

import pytest

from okienko.front.static import Static, media_type
from okienko.front.tests.asgi_client import ask

SHEET = b".a { color: red }\n" * 100
HASHED = "ui/css/okienko.0123456789ab.css"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "secret.txt").write_text("not yours")
    root = tmp_path / "static"
    for name, content in [("ui/css/okienko.css", SHEET), (HASHED, SHEET), ("ui/a b.svg", b"<svg/>")]:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    (root / f"{HASHED}.gz").write_bytes(gzip.compress(SHEET, mtime=0))
    (root / "leak.txt").symlink_to(tmp_path / "secret.txt")
    (root / "staticfiles.json").write_text(
        json.dumps({"paths": {"ui/css/okienko.css": HASHED}, "version": "1.1"})
    )
    return root


@pytest.fixture
def get(folder):
    static = Static(folder)

    def get(name, *headers, method="GET"):
        return ask(static, f"/static/{name}", method=method, headers=headers)

    return get


def test_a_hashed_name_is_kept_for_ever(get):
    answer = get(HASHED)
    assert (answer.status, answer.body) == (200, SHEET)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["vary"] == "Accept-Encoding"


def test_a_plain_name_is_asked_for_again_and_answered_briefly(get):
    first = get("ui/css/okienko.css")
    assert first.headers["cache-control"] == "no-cache"
    again = get("ui/css/okienko.css", ("If-None-Match", f'"other", W/{first.headers["etag"]}'))
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert get("ui/css/okienko.css", ("If-None-Match", '"other"')).status == 200


def test_the_packed_copy_goes_to_those_who_can_open_it(get):
    packed = get(HASHED, ("Accept-Encoding", "br;q=1.0, gzip"))
    assert (packed.headers["content-encoding"], gzip.decompress(packed.body)) == ("gzip", SHEET)
    assert packed.headers["content-length"] == str(len(packed.body))
    assert packed.headers["content-type"] == "text/css; charset=utf-8"
    plain = get(HASHED)
    assert "content-encoding" not in plain.headers
    assert plain.headers["etag"] != packed.headers["etag"]


@pytest.mark.parametrize("accepted", ["gzip;q=0", "gzip; q=0.0", "identity", "xgzip", ""])
def test_and_not_to_others(get, accepted):
    assert get(HASHED, ("Accept-Encoding", accepted)).body == SHEET


def test_brotli_is_preferred_where_it_lies(folder):
    (folder / f"{HASHED}.br").write_bytes(b"brotli")
    answer = ask(Static(folder), f"/static/{HASHED}", headers=[("Accept-Encoding", "gzip, br")])
    assert (answer.headers["content-encoding"], answer.body) == ("br", b"brotli")


def test_a_range_is_of_the_plain_content(get):
    answer = get(HASHED, ("Range", "bytes=2-5"), ("Accept-Encoding", "gzip"))
    assert (answer.status, answer.body) == (206, SHEET[2:6])
    assert answer.headers["content-range"] == f"bytes 2-5/{len(SHEET)}"
    assert get(HASHED, ("Range", "bytes=999999-")).status == 416


def test_head_is_the_same_without_the_body(get):
    answer = get(HASHED, method="HEAD")
    assert (answer.status, answer.headers["content-length"], answer.body) == (200, str(len(SHEET)), b"")


def test_only_reading_is_possible(get):
    answer = get(HASHED, method="POST")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt",
        "ui/../../secret.txt",
        "..%2fsecret.txt",
        "%2e%2e/secret.txt",
        "/etc/passwd",
        "//etc/passwd",
        "..\\secret.txt",
        "leak.txt",
        "ui/css/okienko.css\0",
        "ui/css/okienko.css\0.txt",
        "ui/css",
        "ui/css/",
        "",
        "staticfiles.json",
        f"{HASHED}.gz",
        "./ui/css/okienko.css",
    ],
)
def test_nothing_but_the_list_is_served(get, name):
    answer = get(name)
    assert (answer.status, answer.headers["content-type"]) == (404, "text/plain; charset=utf-8")


def test_a_folder_behind_a_link_is_left_out(folder, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x.txt").write_text("x")
    (folder / "inside").symlink_to(tmp_path / "outside")
    assert ask(Static(folder), "/static/inside/x.txt").status == 404


def test_before_collecting_it_says_what_to_run_and_then_finds_the_files(tmp_path):
    static = Static(tmp_path / "none")
    answer = ask(static, "/static/a.txt")
    assert answer.status == 503
    assert "Run: okienko collectstatic --noinput" in answer.body.decode()
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "a.txt").write_text("a")
    assert ask(static, "/static/a.txt").body == b"a"


def test_in_development_the_sources_are_served(settings, tmp_path):
    settings.DEBUG = True
    settings.STATICFILES_DIRS = [str(tmp_path)]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    (tmp_path / "new.css").write_text("a {}")
    static = Static(tmp_path / "none")
    answer = ask(static, "/static/new.css")
    assert (answer.body, answer.headers["cache-control"]) == (b"a {}", "no-cache")
    for name in ("../settings.py", "no.css", "x\0", ""):
        assert ask(static, f"/static/{name}").status == 404


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.js", "text/javascript"),
        ("a.mjs", "text/javascript"),
        ("a.woff2", "font/woff2"),
        ("a.svg", "image/svg+xml"),
        ("a.webmanifest", "application/manifest+json"),
        ("a.unheard", "application/octet-stream"),
    ],
)
def test_types_do_not_depend_on_the_machine(name, kind):
    assert media_type(name) == kind
