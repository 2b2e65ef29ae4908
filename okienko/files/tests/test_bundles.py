"""Many files as one, and the beginning of a text."""

import io
import zipfile

import pytest

from okienko.files import bundles, links, store
from okienko.files.previews import beginning


def test_a_zip_while_it_is_written(tmp_path):
    large = tmp_path / "large"
    large.write_bytes(b"x" * (3 * bundles.PIECE + 7))
    small = store.keep("zażółć".encode()).path
    pieces = list(bundles.zipped([(large, "duży.bin"), (tmp_path / "lost", "a"), (small, "b/c.txt")]))
    assert max(len(piece) for piece in pieces) < 2 * bundles.PIECE
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        assert [(entry.filename, entry.file_size) for entry in archive.infolist()] == [
            ("duży.bin", 3 * bundles.PIECE + 7), ("b/c.txt", 10),
        ]  # fmt: skip


def test_an_address_of_many():
    first, second = store.keep(b"a"), store.keep(b"b")
    address = links.bundle_address([(first, "../a.txt"), (second, "A.txt")], "10001-7.zip")
    assert address.endswith("/10001-7.zip")
    token = address.split("/")[2]
    assert links.bundled(token) == [(first.path, "a.txt"), (second.path, "A (2).txt")]
    for wrong in (
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        "",
        links.address(first, "a").split("/")[2],
    ):
        with pytest.raises(LookupError):
            links.bundled(wrong)
    with pytest.raises(LookupError):
        links.opened(token)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("zażółć\r\ngęślą".encode(), "zażółć\ngęślą"),
        ("\ufeffzażółć".encode(), "zażółć"),
        ("zażółć".encode("cp1250"), "zażółć"),
        ("zażółć".encode("utf-16"), "zażółć"),
        (b"a\x00b\x1b[31mc", "ab[31mc"),
        (b"", ""),
    ],
)
def test_texts_in_any_letters(data, text):
    found = beginning(store.keep(data))
    assert (found.text, found.has_more) == (text, False)


def test_only_the_beginning():
    many = beginning(store.keep(b"a;b\n" * 201))
    assert (many.text.count("\n"), many.has_more) == (199, True)
    long = beginning(store.keep("ż".encode() * 100_000))
    assert (long.text, long.has_more) == ("ż" * 32768, True)
    gone = store.keep(b"to be lost")
    gone.path.unlink()
    assert beginning(gone) is None
