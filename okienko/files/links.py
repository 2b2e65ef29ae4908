"""Short signed addresses of files: whoever was shown the page may fetch the file, for a while."""

from datetime import timedelta
from urllib.parse import quote

from django.core import signing

from okienko.files import sniff
from okienko.files.models import Blob

VALID = timedelta(hours=12)
SALT = "okienko.files"


def address(blob: Blob, name: str, *, inline: bool = False) -> str:
    """/files/<token>/<name>. `inline` is granted only to kinds that cannot run anything."""
    shown = inline and blob.content_type in sniff.INLINE
    token = signing.dumps([blob.sha256, name[:150], blob.content_type, int(shown)], salt=SALT, compress=True)
    return f"/files/{token}/{quote(name[:150] or 'file', safe='')}"


def opened(token: str):
    """(path, name, content type, inline) of a signed token. LookupError when it is wrong or too old."""
    try:
        sha256, name, kind, inline = signing.loads(token, salt=SALT, max_age=VALID)
    except (signing.BadSignature, ValueError) as error:
        raise LookupError("this address is not, or no longer, valid") from error
    return Blob(sha256=sha256).path, name, kind, bool(inline)
