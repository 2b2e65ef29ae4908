import gzip
import io
import json

import brotli
import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command

from okienko.ui.finders import PUBLISHED, NpmFinder
from okienko.ui.static_storage import NOTICE, Storage, joined, without_comments

SOURCES = {
    "ui/css/okienko.css": (
        "/* @import 'not-me.css'; */\n@layer tokens, base;\n"
        '@import "tokens.css" layer(tokens);\n@import url("components/button.css");\n'
        "@import 'print.css' print;\n.last { color: blue }\n"
    ),
    "ui/css/tokens.css": ":root { --ink: black }",
    "ui/css/components/button.css": (
        """.b { background: url("../../img/dot.svg") }
        .i { --i: url("data:image/svg+xml,%3Csvg a='b'/%3E"); }
        .h { src: url(/static/ui/img/dot.svg) }"""
    ),
    "ui/css/print.css": 'nav { display: none; --icon: url("../../npm/lucide-static/icons/x.svg") }',
    "ui/img/dot.svg": "<svg/>",
    "ui/js/main.js": '// What this is for.\nimport { a } from "./part.js";\n'
    + "a(); // as often as needed\n" * 50,
    "npm/lucide-static/icons/x.svg": '<!-- ISC -->\n<svg\n  class="x" stroke-width="2"\n>\n  <path d="M1 2"  />\n  <path d="#" />\n</svg>\n',
    "ui/js/part.js": "export const a = 1;\n",
    "django_htmx/htmx.js": '/* import "./not-there.js"; */\n//# sourceMappingURL=htmx.js.map\n',
}


@pytest.fixture
def sources(tmp_path):
    for name, text in SOURCES.items():
        path = tmp_path / "sources" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "sources"


@pytest.fixture
def collect(sources, tmp_path, settings, monkeypatch):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_DIRS = [str(sources)]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]

    def collect():
        monkeypatch.setattr(
            "django.contrib.staticfiles.management.commands.collectstatic.staticfiles_storage", Storage()
        )
        call_command("collectstatic", interactive=False, verbosity=0, stdout=io.StringIO())
        return json.loads((settings.STATIC_ROOT / "staticfiles.json").read_text())["paths"]

    return collect


def paths_of(sources):
    storage = FileSystemStorage(location=sources)
    return {name: (storage, name) for name in SOURCES}


X = (
    "url(\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='%23000' "
    "stroke-width='1.8' stroke-linecap='round' stroke-linejoin='round'%3E%3Cpath d='M1 2'/%3E%3Cpath d='%23'/%3E%3C/svg%3E\")"
)


@pytest.fixture
def found(sources, settings):
    """The same files, as a process that does not collect finds them."""
    settings.STATICFILES_DIRS = [str(sources)]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]


@pytest.mark.usefixtures("found")
def test_one_sheet_out_of_many_in_their_order(sources):
    text = joined("ui/css/okienko.css", paths_of(sources))
    assert [line.strip() for line in text.splitlines() if line.strip()] == [
        "@layer tokens, base;",
        "@layer tokens {",
        ":root { --ink: black }",
        "}",
        '.b { background: url("../img/dot.svg") }',
        """.i { --i: url("data:image/svg+xml,%3Csvg a='b'/%3E"); }""",
        ".h { src: url(/static/ui/img/dot.svg) }",
        "@media print {",
        f"nav {{ display: none; --icon: {X} }}",
        "}",
        ".last { color: blue }",
    ]


def test_an_import_that_is_not_there_is_named(sources):
    (sources / "ui/css/okienko.css").write_text('@import "tokes.css";')
    with pytest.raises(
        ValueError, match=r"^ui/css/okienko\.css imports ui/css/tokes\.css, which is not there$"
    ):
        joined("ui/css/okienko.css", paths_of(sources))


@pytest.mark.usefixtures("found")
def test_an_icon_that_is_not_installed_is_named(sources):
    (sources / "npm/lucide-static/icons/x.svg").unlink()
    with pytest.raises(ValueError, match=r"^npm/lucide-static/icons/x\.svg is not there: bin/setup installs"):
        joined("ui/css/okienko.css", paths_of(sources))


def test_an_import_in_a_circle_is_named(sources):
    (sources / "ui/css/tokens.css").write_text('@import "okienko.css";')
    with pytest.raises(ValueError, match=r"^ui/css/okienko\.css imports itself by way of "):
        joined("ui/css/okienko.css", paths_of(sources))


def test_collected_names_carry_hashes_and_the_sheet_is_whole(collect, settings):
    names = collect()
    sheet = (settings.STATIC_ROOT / names["ui/css/okienko.css"]).read_text()
    assert sheet.startswith(NOTICE)
    assert (sheet.count("@import"), sheet.count("\n\n"), sheet.count(X)) == (0, 1, 1)
    assert sheet.count(f'url("../img/{names["ui/img/dot.svg"].rsplit("/")[-1]}")') == 1
    script = (settings.STATIC_ROOT / names["ui/js/main.js"]).read_text()
    part = names["ui/js/part.js"].rsplit("/")[-1]
    assert script.splitlines()[0] == f'import {{ a }} from "./{part}";'
    assert Storage().url("ui/css/okienko.css") == "/static/" + names["ui/css/okienko.css"]


def test_a_library_is_published_as_it_came(collect, settings):
    names = collect()
    assert (settings.STATIC_ROOT / names["django_htmx/htmx.js"]).read_text() == SOURCES["django_htmx/htmx.js"]


def test_packed_copies_are_the_same_each_time_and_only_where_they_help(collect, settings):
    names = collect()
    script = settings.STATIC_ROOT / names["ui/js/main.js"]
    packed = script.with_name(script.name + ".gz")
    first = packed.read_bytes()
    assert gzip.decompress(first) == script.read_bytes()
    assert brotli.decompress(script.with_name(script.name + ".br").read_bytes()) == script.read_bytes()
    collect()
    assert packed.read_bytes() == first
    dot = settings.STATIC_ROOT / names["ui/img/dot.svg"]
    assert [dot.with_name(dot.name + ending).exists() for ending in (".gz", ".br")] == [False, False]


def test_parts_of_the_sheet_are_neither_hashed_nor_packed(collect):
    names = collect()
    assert sorted(name for name in names if name.endswith(".css")) == ["ui/css/okienko.css"]


def test_our_scripts_travel_without_their_remarks(collect, settings):
    names = collect()
    script = (settings.STATIC_ROOT / names["ui/js/main.js"]).read_text()
    assert script.splitlines()[1] == "a(); // as often as needed"
    assert (
        without_comments("a(`//x`);\n  // one\n/** two */\n  b(); // three\n")
        == "a(`//x`);\n  b(); // three\n"
    )


def test_a_change_in_a_part_changes_the_name_of_the_sheet(collect, sources):
    before = collect()
    (sources / "ui/css/tokens.css").write_text(":root { --ink: navy }")
    after = collect()
    assert before["ui/css/okienko.css"] != after["ui/css/okienko.css"]
    assert before["ui/js/main.js"] == after["ui/js/main.js"]


def test_without_a_manifest_names_stay_as_they_are(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "none"
    assert Storage().url("ui/css/okienko.css") == "/static/ui/css/okienko.css"


def test_a_name_that_was_not_collected_breaks_no_page(collect):
    collect()
    assert Storage().url("ui/img/missing.svg") == "/static/ui/img/missing.svg"


def test_only_the_published_files_of_a_library_are_found(tmp_path):
    icon = "lucide-static/icons/inbox.svg"
    for name in [
        PUBLISHED[0],
        icon,
        "lucide-static/font/inbox.svg",
        "@fontsource-variable/inter/package.json",
    ]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    finder = NpmFinder(root=tmp_path)
    assert [(name, storage.prefix) for name, storage in finder.list([])] == [(PUBLISHED[0], "npm")]
    assert list(finder.list(["*.woff2"])) == []
    assert finder.find(f"npm/{PUBLISHED[0]}") == str(tmp_path / PUBLISHED[0])
    assert finder.find(f"npm/{PUBLISHED[0]}", find_all=True) == [str(tmp_path / PUBLISHED[0])]
    assert finder.find(f"npm/{icon}") == str(tmp_path / icon)
    strangers = [
        "npm/@fontsource-variable/inter/package.json",
        "npm/lucide-static/font/inbox.svg",
        "npm/lucide-static/icons/../x.svg",
    ]
    for name in (PUBLISHED[0], f"npm/{PUBLISHED[1]}", *strangers):
        assert finder.find(name) == []
