"""What bytes are, whatever their sender says."""

import pytest

from okienko.files import sniff

KINDS = {
    b"\x89PNG\r\n\x1a\n....": "image/png",
    b"\xff\xd8\xff\xe0....": "image/jpeg",
    b"GIF89a....": "image/gif",
    b"RIFF\x10\0\0\0WEBPVP8 ": "image/webp",
    b"RIFF\x10\0\0\0WAVEfmt ": "audio/x-wav",
    b"RIFF\x10\0\0\0AVI LIST": "application/octet-stream",
    b"\0\0\0\x18ftypavif": "image/avif",
    b"\0\0\0\x18ftypqt  ": "video/quicktime",
    b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm": "video/webm",
    b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska": "video/x-matroska",
    b"MZ\x90\0": "application/vnd.microsoft.portable-executable",
    b"\x7fELF\x02": "application/x-elf",
    b"Rar!\x1a\x07\x01\0": "application/vnd.rar",
    b"7z\xbc\xaf\x27\x1c": "application/x-7z-compressed",
    b"\x1f\x8b\x08\0": "application/gzip",
    b"L\0\0\0\x01\x14\x02\0": "application/x-ms-shortcut",
    b"%PDF-1.7\n": "application/pdf",
    b"PK\x03\x04": "application/zip",
    b"\0\0\0\x18ftypheic": "image/heic",
    b"\0\0\0\x18ftypisom": "video/mp4",
    b"<html><script>": "text/plain",
    b"<svg onload=x>": "text/plain",
    b"\0\1\2\3": "application/octet-stream",
    b"": "text/plain",
}


@pytest.mark.parametrize("head", KINDS)
def test_content_type(head):
    assert sniff.content_type(head) == KINDS[head]
