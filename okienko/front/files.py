"""/files/<token>/<name>: attachments, straight from the disk to the line, by a signed link.

These bytes came from strangers. Nothing in them may run, be guessed to be something else, or be shown to
another site; whatever cannot be shown without running is saved instead.
"""

import asyncio
import re

from django.db import close_old_connections
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response, StreamingResponse

from okienko.files import bundles, links
from okienko.front.answers import answer
from okienko.front.static import is_known
from okienko.lib.text import one_line

SANDBOX = "sandbox; default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
# The browser's own reader of PDFs does not start in a sandbox. It is one itself, and what is sniffed as a PDF is given to it alone.
PDF = "default-src 'none'; object-src 'self'; plugin-types application/pdf; style-src 'unsafe-inline'; frame-ancestors 'self'"
SHOWABLE = re.compile(r"image/(png|jpeg|gif|webp|avif|bmp)|audio/[\w.+-]+|video/[\w.+-]+|application/pdf")
HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}
TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(; ?[\w-]+=[\w.+-]+)*", re.ASCII)


async def files(scope, receive, send):
    """An ASGI application; the last part of the path is only there for the reader's eyes."""
    if scope["method"] not in {"GET", "HEAD"}:
        await answer(405, allow="GET, HEAD")(scope, receive, send)
        return
    token = scope["path"].split("/")[2]
    response = await asyncio.to_thread(_opened, token, Headers(scope=scope))
    await response(scope, receive, send)


def _opened(token: str, asked: Headers) -> Response:
    """Runs in a thread: links may ask the database, and the disk may be slow."""
    close_old_connections()
    try:
        path, name, content_type, inline = links.opened(token)
        stat = path.stat()
    except (LookupError, OSError):
        return _bundle(token)
    finally:
        close_old_connections()
    kind = content_type if TYPE.fullmatch(content_type) else "application/octet-stream"
    shown = inline and bool(SHOWABLE.fullmatch(kind))
    # The name of the file on disk is the hash of its content.
    etag = f'"{path.name}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "private, max-age=86400, immutable",
        **HARMLESS,
        "Content-Security-Policy": PDF if shown and kind == "application/pdf" else SANDBOX,
    }
    if is_known(etag, asked):
        return Response(status_code=304, headers=headers)
    return FileResponse(
        path,
        headers=headers,
        media_type=kind,
        stat_result=stat,
        filename=shown_name(name),
        content_disposition_type="inline" if shown else "attachment",
    )


def _bundle(token: str) -> Response:
    """Many files in one address, sent as one zip."""
    try:
        files = links.bundled(token)
    except LookupError:
        return answer(404)
    headers = HARMLESS | {
        "Cache-Control": "no-store",
        "Content-Security-Policy": SANDBOX,
        "Content-Disposition": "attachment",
    }
    return StreamingResponse(bundles.zipped(files), headers=headers, media_type="application/zip")


def shown_name(name: str) -> str:
    """A name to save under: one line, no folders, never empty."""
    return one_line(re.split(r"[/\\]", name)[-1]).strip(". ") or "plik"
