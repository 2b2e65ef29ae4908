"""What bytes are, whatever their sender says."""

import pytest

from okienko.files import sniff

KINDS = {
    b"\x89PNG\r\n\x1a\n....": "image/png",
    b"\xff\xd8\xff\xe0....": "image/jpeg",
    b"GIF89a....": "image/gif",
    b"RIFF\x10\0\0\0WEBPVP8 ": "image/webp",
    b"RIFF\x10\0\0\0WAVEfmt ": "application/octet-stream",
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
