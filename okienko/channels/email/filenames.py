"""Names for files: the sender's, made harmless, or one that says what the file is."""

import re

from okienko.channels.email.charsets import clean
from okienko.lib.text import cut, one_line

MAX_NAME = 200
MAX_ENDING = 10

_UNSAFE = re.compile(r'[\x00-\x1f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]+')
_ENDINGS = {
    "text/plain": "txt",
    "text/html": "html",
    "text/calendar": "ics",
    "text/csv": "csv",
    "text/rfc822-headers": "txt",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "message/rfc822": "eml",
    "message/global": "eml",
    "message/news": "eml",
    "message/delivery-status": "txt",
    "message/disposition-notification": "txt",
    "message/feedback-report": "txt",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/jpg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/heic": "heic",
    "image/svg+xml": "svg",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/pgp-signature": "asc",
    "application/pkcs7-signature": "p7s",
    "application/x-pkcs7-signature": "p7s",
    "application/pkcs7-mime": "p7m",
    "application/x-pkcs7-mime": "p7m",
    "application/ms-tnef": "dat",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "video/mp4": "mp4",
}
_TITLES = {
    "message/delivery-status": "delivery-status",
    "message/disposition-notification": "read-receipt",
    "message/feedback-report": "feedback-report",
    "text/rfc822-headers": "headers",
    "text/calendar": "calendar",
    "application/pgp-signature": "signature",
    "application/ms-tnef": "winmail",
}


def file_name(given: str, content_type: str, *, subject: str = "", number: int = 0) -> str:
    """A name to save under, at most MAX_NAME characters. `subject`: of an enclosed mail without a name."""
    name = _safe(given.replace("\\", "/").rpartition("/")[2]) if given else ""
    if name:
        return _bounded(name)
    ending = _ENDINGS.get(content_type, "bin")
    title = _safe(subject) or _TITLES.get(content_type) or f"file-{number + 1}"
    return _bounded(f"{title}.{ending}")


def _safe(name: str) -> str:
    return one_line(_UNSAFE.sub("_", clean(name))).strip(". _")


def _bounded(name: str) -> str:
    """Cut in front of the ending, which tells what the file is."""
    if len(name) <= MAX_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > MAX_ENDING:
        return cut(name, MAX_NAME)
    return f"{cut(stem, MAX_NAME - len(ending) - 1)}.{ending}"
