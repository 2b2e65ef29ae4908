"""What collectstatic makes of the static files: one style sheet, names with hashes, and packed copies."""

import gzip
import posixpath
import re
from pathlib import Path

import brotli
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.base import ContentFile

from okienko.ui.icons import data_address

BUNDLES = ["ui/css/okienko.css"]
LIBRARIES = ("django_htmx/", "npm/")
SCRIPTS = "ui/js/"
ICONS = "npm/lucide-static/icons/"
# What the licences of others ask for in every copy.
NOTICE = (
    "/* Icons: Lucide, ISC licence, see npm/lucide-static/LICENSE. "
    "Letters: Inter, SIL Open Font Licence 1.1, see npm/@fontsource-variable/inter/LICENSE. */\n"
)
PACKABLE = {".css", ".js", ".mjs", ".svg", ".json", ".map", ".txt", ".html", ".webmanifest"}

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_REMARK = re.compile(r"^[ \t]*(?://.*|/\*\*.*\*/[ \t]*)\n", re.MULTILINE)
_IMPORT = re.compile(
    r"""@import\s+(?:url\(\s*)?["']?(?P<name>[^"')\s;]+)["']?(?:\s*\))?"""
    r"""(?P<layer>\s+layer(?:\([\w.-]+\))?)?(?P<media>[^;]*);"""
)
_URL = re.compile(r"""url\(\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^"')\s]*))\s*\)""")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|/|#", re.IGNORECASE)


class Storage(ManifestStaticFilesStorage):
    """Adds to Django's: style sheets of BUNDLES are joined with what they import, .br and .gz lie beside the text files.

    The parts of a bundle get no hash and no packed copy: no page names them. Without a manifest (tests, a fresh checkout) all names stay as they are.
    """

    manifest_strict = False
    support_js_module_import_aggregation = True

    def stored_name(self, name):
        """A name that nobody collected stays as it is: a page without one picture beats no page."""
        return super().stored_name(name) if name in self.hashed_files else name

    def url_converter(self, name, hashed_files, template=None):
        """Libraries are published as they came: what looks like an import in them may be an example in a comment."""
        if name.startswith(LIBRARIES):
            return lambda match: match["matched"]
        return super().url_converter(name, hashed_files, template)

    def post_process(self, paths, dry_run=False, **options):
        if dry_run:
            return
        for name in BUNDLES:
            if name in paths:
                self._write(name, (NOTICE + joined(name, paths)).encode())
                parts = set(parts_of(name, paths))
                paths = {each: paths[each] for each in paths if each not in parts} | {name: (self, name)}
        for name in paths:
            if name.startswith(SCRIPTS):
                self._write(name, without_comments(_text(name, paths)).encode())
                paths = {**paths, name: (self, name)}
        yield from super().post_process(paths, dry_run=dry_run, **options)
        for name in [*paths, *self.hashed_files.values()]:
            self._pack(name)

    def _pack(self, name: str):
        if posixpath.splitext(name)[1] not in PACKABLE:
            return
        with self.open(name) as file:
            content = file.read()
        # Without the time of packing the same content gives the same bytes.
        self._beside(name + ".gz", gzip.compress(content, 9, mtime=0), len(content))
        self._beside(name + ".br", brotli.compress(content, mode=brotli.MODE_TEXT), len(content))

    def _beside(self, name: str, packed: bytes, size: int):
        """Keeps a packed copy where it is smaller than what it was made of (`size` bytes)."""
        if len(packed) < size:
            self._write(name, packed)
        elif self.exists(name):
            self.delete(name)

    def _write(self, name: str, content: bytes):
        if self.exists(name):
            self.delete(name)
        self._save(name, ContentFile(content))


def joined(name: str, paths: dict, importing: tuple[str, ...] = ()) -> str:
    """The style sheet `name` with the sheets it imports in their places, their addresses made relative to its folder.

    `paths` maps each name to (storage, name in the storage). ValueError when an import is missing or circular.
    """
    if name not in paths:
        raise ValueError(f"{importing[-1]} imports {name}, which is not there")
    if name in importing:
        raise ValueError(f"{name} imports itself by way of {', '.join(importing)}")
    folder = posixpath.dirname(name)
    text = _with_icons(_source(name, paths), folder)

    def replaced(match: re.Match) -> str:
        part = posixpath.normpath(posixpath.join(folder, match["name"]))
        content = _moved(joined(part, paths, (*importing, name)), posixpath.dirname(part), folder)
        return _wrapped(content.strip(), (match["layer"] or "").strip(), match["media"].strip())

    return re.sub(r"\n\s+", "\n", _IMPORT.sub(replaced, text))


def parts_of(name: str, paths: dict) -> list[str]:
    """Every sheet that `name` imports, and those that these import. It must have been joined before."""
    folder = posixpath.dirname(name)
    own = [
        posixpath.normpath(posixpath.join(folder, found["name"]))
        for found in _IMPORT.finditer(_source(name, paths))
    ]
    return own + [part for each in own for part in parts_of(each, paths)]


def without_comments(script: str) -> str:
    """A module of ours without the lines that are only a comment: a fifth of what a browser would fetch."""
    return _REMARK.sub("", script)


def _source(name: str, paths: dict) -> str:
    return _COMMENT.sub("", _text(name, paths))


def _text(name: str, paths: dict) -> str:
    storage, stored = paths[name]
    with storage.open(stored) as file:
        return file.read().decode()


def _with_icons(text: str, folder: str) -> str:
    """The icons a sheet names by their addresses, written into it. ValueError when one is not installed."""

    def inlined(match: re.Match) -> str:
        name = posixpath.normpath(
            posixpath.join(folder, match["double"] or match["single"] or match["bare"] or "")
        )
        if not name.startswith(ICONS):
            return match[0]
        path = finders.find(name)
        if not path:
            raise ValueError(f"{name} is not there: bin/setup installs the browser's libraries")
        return f'url("{data_address(Path(path).read_text())}")'

    return _URL.sub(inlined, text)


def _wrapped(content: str, layer: str, media: str) -> str:
    if layer:
        words = layer.removeprefix("layer").strip("()")
        content = f"@layer {words} {{\n{content}\n}}" if words else f"@layer {{\n{content}\n}}"
    return f"@media {media} {{\n{content}\n}}" if media else content


def _moved(text: str, folder: str, target: str) -> str:
    """The relative addresses of `text`, which lay in `folder`, as seen from the folder `target`."""

    def moved(match: re.Match) -> str:
        url = match["double"] or match["single"] or match["bare"] or ""
        if not url or _ELSEWHERE.match(url):
            return match[0]
        return f'url("{posixpath.relpath(posixpath.join("/", folder, url), "/" + target)}")'

    return _URL.sub(moved, text) if folder != target else text
