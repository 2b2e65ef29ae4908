"""Short signed addresses of files: whoever was shown the page may fetch the file, for a while."""

import time
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from django.core import signing

from okienko.files import judging, sniff
from okienko.files.models import Blob

VALID = timedelta(hours=12)
SENT_VALID = timedelta(days=60)  # of a link that stands in a letter instead of a file too big for it
SALT = "okienko.files"
SENT_SALT = "okienko.files.sent"
PICTURE_SALT = "okienko.files.picture"
BUNDLE_SALT = "okienko.files.bundle"
MOST_BUNDLED = 50  # files in one address
PERIOD = int(
    timedelta(hours=12).total_seconds()
)  # a picture has one address as long, and it is valid twice as long


def address(blob: Blob, name: str, *, inline: bool = False) -> str:
    """/files/<token>/<name>. `inline` is granted only to kinds that cannot run anything."""
    shown = inline and blob.content_type in sniff.INLINE
    token = signing.dumps([blob.sha256, name[:150], blob.content_type, int(shown)], salt=SALT, compress=True)
    return f"/files/{token}/{quote(name[:150] or 'file', safe='')}"


def sent_address(blob: Blob, name: str) -> str:
    """Like `address`, for a letter: whoever has the letter may save the file, for SENT_VALID."""
    token = signing.dumps([blob.sha256, name[:150], blob.content_type, 0], salt=SENT_SALT, compress=True)
    return f"/files/{token}/{quote(name[:150] or 'file', safe='')}"


def bundle_address(files: list[tuple[Blob, str]], name: str) -> str:
    """Of one zip with all these, under their names made safe: written while it is sent, kept nowhere."""
    named = zip(files, judging.unique([name for _, name in files]), strict=True)
    listed = [[blob.sha256, name] for (blob, _), name in named]
    return f"/files/{signing.dumps(listed, salt=BUNDLE_SALT, compress=True)}/{quote(name, safe='')}"


def bundled(token: str) -> list[tuple[Path, str]]:
    """Paths and names of such an address. LookupError when it is wrong or too old."""
    try:
        listed = signing.loads(token, salt=BUNDLE_SALT, max_age=VALID)
    except (signing.BadSignature, ValueError) as error:
        raise LookupError("this address is not, or no longer, valid") from error
    return [(Blob(sha256=sha256).path, name) for sha256, name in listed]


def picture_address(sha256: str) -> str:
    """Of a WebP we have made ourselves: the same address for hours, so that pages stay equal and browsers keep it."""
    return _picture_address(sha256, int(time.time()) // PERIOD)


@lru_cache(maxsize=2000)
def _picture_address(sha256: str, period: int) -> str:
    token = signing.Signer(salt=PICTURE_SALT).sign_object([sha256, period], compress=True)
    return f"/files/{token}/{sha256[:8]}.webp"


def _picture(token: str) -> str | None:
    """The sha256 in such an address; None when it is none, or too old."""
    try:
        sha256, period = signing.Signer(salt=PICTURE_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    return sha256 if 0 <= int(time.time()) // PERIOD - period <= 1 else None


def opened(token: str):
    """(path, name, content type, inline) of a signed token. LookupError when it is wrong or too old."""
    if sha256 := _picture(token):
        return Blob(sha256=sha256).path, f"{sha256[:8]}.webp", "image/webp", True
    for salt, valid in ((SALT, VALID), (SENT_SALT, SENT_VALID)):
        try:
            sha256, name, kind, inline = signing.loads(token, salt=salt, max_age=valid)
        except (signing.BadSignature, ValueError):
            continue
        return Blob(sha256=sha256).path, name, kind, bool(inline)
    raise LookupError("this address is not, or no longer, valid")
