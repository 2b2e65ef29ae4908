"""/static/*: the collected files of the product, from a list made at start-up.

Only names on the list are served, so there is no path that could lead out of the folder. A name with the hash of
its content may be kept for ever; any other is asked for again each time and mostly answered with 304.
"""

import hashlib
import json
import mimetypes
import os
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response

from okienko.front.answers import answer

MANIFEST = "staticfiles.json"
PACKED = {"br": ".br", "gzip": ".gz"}  # in the order we prefer them
FOR_EVER = "public, max-age=31536000, immutable"
NOT_COLLECTED = (
    "Pliki strony nie zostały zebrane. Uruchom: okienko collectstatic --noinput\n"
    "The files of the pages have not been collected. Run: okienko collectstatic --noinput"
)

TYPES = mimetypes.MimeTypes()
for _type, _ending in [
    ("text/javascript", ".js"),
    ("text/javascript", ".mjs"),
    ("application/json", ".map"),
    ("application/manifest+json", ".webmanifest"),
    ("font/woff2", ".woff2"),
    ("image/svg+xml", ".svg"),
    ("image/webp", ".webp"),
    ("image/avif", ".avif"),
]:
    TYPES.add_type(_type, _ending)


@dataclass(frozen=True)
class Asset:
    """One servable name: its file, type, hash, and the files with the same content packed."""

    path: Path
    stat: os.stat_result
    etag: str
    for_ever: bool
    packed: dict[str, tuple[Path, os.stat_result]] = field(default_factory=dict)

    def response(self, asked: Headers) -> Response:
        encoding = "" if "range" in asked else self._encoding(asked.get("accept-encoding", ""))
        path, stat = self.packed[encoding] if encoding else (self.path, self.stat)
        etag = f'"{self.etag}-{encoding}"' if encoding else f'"{self.etag}"'
        headers = {
            "ETag": etag,
            "Cache-Control": FOR_EVER if self.for_ever else "no-cache",
            "X-Content-Type-Options": "nosniff",
            "Vary": "Accept-Encoding",
        }
        if is_known(etag, asked):
            return Response(status_code=304, headers=headers)
        if encoding:
            headers["Content-Encoding"] = encoding
        return FileResponse(path, headers=headers, media_type=media_type(self.path.name), stat_result=stat)

    def _encoding(self, accepted: str) -> str:
        wanted = set()
        for word in accepted.lower().split(","):
            name, _, quality = word.partition(";")
            if quality.replace(" ", "").rstrip("0") not in {"q=", "q=0."}:
                wanted.add(name.strip())
        return next((name for name in PACKED if name in self.packed and name in wanted), "")


def is_known(etag: str, asked: Headers) -> bool:
    """True when If-None-Match says that the browser has this very content."""
    known = [tag.strip().removeprefix("W/") for tag in asked.get("if-none-match", "").split(",")]
    return etag in known or known == ["*"]


def media_type(name: str) -> str:
    return TYPES.guess_type(name)[0] or "application/octet-stream"


class Static:
    """An ASGI application for GET and HEAD below STATIC_URL. In DEBUG the sources are served, uncollected."""

    def __init__(self, root: Path):
        self.root = Path(root)
        self.assets = collected(self.root)

    async def __call__(self, scope, receive, send):
        await self._response(scope)(scope, receive, send)

    def _response(self, scope) -> Response:
        if scope["method"] not in {"GET", "HEAD"}:
            return answer(405, allow="GET, HEAD")
        name = scope["path"].removeprefix(settings.STATIC_URL)
        if settings.DEBUG:
            asset = source(name)
        else:
            self.assets = self.assets or collected(self.root)
            if not self.assets:
                return answer(503, words=NOT_COLLECTED)
            asset = self.assets.get(name)
        return asset.response(Headers(scope=scope)) if asset else answer(404)


def collected(root: Path) -> dict[str, Asset]:
    """Every regular file below `root` by its name there; empty when nothing was collected. Links are left out."""
    files = {
        str(Path(folder, name).relative_to(root)): Path(folder, name)
        for folder, _, names in os.walk(root)
        for name in names
        if not Path(folder, name).is_symlink()
    }
    manifest = files.pop(MANIFEST, None)
    hashed = set(json.loads(manifest.read_text())["paths"].values()) if manifest else set()
    return {
        name: _asset(name, files, for_ever=name in hashed)
        for name in files
        if Path(name).suffix not in {".gz", ".br"}
    }


def _asset(name: str, files: dict[str, Path], *, for_ever: bool) -> Asset:
    path = files[name]
    packed = {
        encoding: (files[name + ending], files[name + ending].stat())
        for encoding, ending in PACKED.items()
        if name + ending in files
    }
    etag = hashlib.blake2b(path.read_bytes(), digest_size=12).hexdigest()
    return Asset(path, path.stat(), etag, for_ever, packed)


def source(name: str) -> Asset | None:
    """The file as it lies in the source tree, for development."""
    try:
        found = finders.find(name)
    except (SuspiciousFileOperation, ValueError):
        return None
    if not found or not Path(found).is_file():
        return None
    return _asset(name, {name: Path(found)}, for_ever=False)
