"""What collectstatic makes of the static files: one style sheet, names with hashes, and packed copies."""

import gzip
import posixpath
import re

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.base import ContentFile

BUNDLES = ["ui/css/okienko.css"]
LIBRARIES = ("django_htmx/", "npm/")
PACKABLE = {".css", ".js", ".mjs", ".svg", ".json", ".map", ".txt", ".html", ".webmanifest"}

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_IMPORT = re.compile(
    r"""@import\s+(?:url\(\s*)?["']?(?P<name>[^"')\s;]+)["']?(?:\s*\))?"""
    r"""(?P<layer>\s+layer(?:\([\w.-]+\))?)?(?P<media>[^;]*);"""
)
_URL = re.compile(r"""url\(\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^"')\s]*))\s*\)""")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|/|#", re.IGNORECASE)


class Storage(ManifestStaticFilesStorage):
    """Adds to Django's: style sheets of BUNDLES are joined with what they import, and .gz lies beside the text files.

    Without a manifest (tests, a fresh checkout) all names stay as they are.
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
                self._write(name, joined(name, paths).encode())
                paths = {**paths, name: (self, name)}
        yield from super().post_process(paths, dry_run=dry_run, **options)
        for name in [*paths, *self.hashed_files.values()]:
            self._pack(name)

    def _pack(self, name: str):
        packed = name + ".gz"
        if posixpath.splitext(name)[1] not in PACKABLE:
            return
        with self.open(name) as file:
            content = file.read()
        # Without the time of packing the same content gives the same bytes.
        smaller = gzip.compress(content, 9, mtime=0)
        if len(smaller) < len(content):
            self._write(packed, smaller)
        elif self.exists(packed):
            self.delete(packed)

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
    storage, stored = paths[name]
    with storage.open(stored) as file:
        text = _COMMENT.sub("", file.read().decode())
    folder = posixpath.dirname(name)

    def replaced(match: re.Match) -> str:
        part = posixpath.normpath(posixpath.join(folder, match["name"]))
        content = _moved(joined(part, paths, (*importing, name)), posixpath.dirname(part), folder)
        return _wrapped(content.strip(), (match["layer"] or "").strip(), match["media"].strip())

    return re.sub(r"\n{3,}", "\n\n", _IMPORT.sub(replaced, text))


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
