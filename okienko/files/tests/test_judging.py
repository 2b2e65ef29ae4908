"""What a file is to the person who looks at it, and whether it may do harm."""

import pytest

from okienko.files import store
from okienko.files.judging import ending_of, judged, shortened, unique, visible
from okienko.files.tests.pictures import PDF, PROGRAM, SOUND, archive, picture

JPEG, TEXT = picture(), b"Ala ma kota"
# name, bytes → kind, harm
FILES = [
    ("ucho.jpg", JPEG, "picture", ""),
    ("ucho.heic", picture("HEIF"), "picture", ""),
    ("skan.tiff", picture("TIFF"), "picture", ""),
    ("zrzut.bmp", picture("BMP"), "picture", ""),
    ("ucho.txt", JPEG, "picture", ""),
    ("paragon.pdf", PDF, "pdf", ""),
    ("paragon", PDF, "pdf", ""),
    ("nagranie.mp3", SOUND, "audio", ""),
    ("lista.csv", TEXT, "text", ""),
    ("lista", TEXT, "text", ""),
    ("umowa.docx", archive("[Content_Types].xml", "word/document.xml"), "document", ""),
    ("umowa.odt", archive("mimetype", "content.xml"), "document", ""),
    ("faktura.xml", TEXT, "file", ""),
    ("zdjecia.zip", archive("a.jpg", "b/c.pdf"), "archive", ""),
    ("paczka.zip", archive("a.jpg", "b/Start.EXE"), "archive", "inside"),
    ("paczka.zip", archive("a.jpg", "c.js "), "archive", "inside"),
    ("paczka.zip", archive("drugi.zip"), "archive", "inside"),
    ("paczka.zip", archive("strona.html"), "archive", "inside"),
    ("paczka.zip", archive("a.jpg", encrypted=True), "archive", "sealed"),
    ("paczka.zip", b"PK\x03\x04broken", "archive", "sealed"),
    ("paczka.rar", b"Rar!\x1a\x07\x01\x00", "archive", "sealed"),
    ("paczka.7z", b"7z\xbc\xaf\x27\x1c" + bytes(40), "archive", "sealed"),
    ("raport.docx", archive("[Content_Types].xml", "word/vbaProject.bin"), "document", "macros"),
    ("raport.xlsm", archive("[Content_Types].xml"), "archive", "macros"),
    ("faktura.pdf", PROGRAM, "file", "disguise"),
    ("faktura.pdf", b"L\0\0\0\x01\x14\x02\0" + bytes(60), "file", "disguise"),
    ("strona.html", TEXT, "file", "page"),
    ("rysunek.SVG", b"<svg/>", "file", "page"),
    ("faktura.pdf.exe", TEXT, "file", "program"),
    ("faktura.pdf.EXE . ", TEXT, "file", "program"),
    ("ucho\u202egpj.exe", JPEG, "picture", "program"),
    ("ucho.j\u200bs", TEXT, "file", "program"),
    *[(f"a.{ending}", TEXT, "file", "program") for ending in ("scr", "js", "vbs", "hta", "lnk", "iso", "msi", "jar", "bat", "cmd", "ps1", "com", "url")],
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "kind", "harm"), FILES)
def test_kinds_and_harm(name, data, kind, harm):
    known = judged(store.keep(data), name)
    assert (known.kind, known.harm) == (kind, harm)
    assert known.can_be_shown is (not harm and kind in {"picture", "pdf", "text", "audio"})


def test_a_lost_archive_is_not_taken_for_harmless():
    blob = store.keep(archive("a.txt"))
    blob.path.unlink()
    assert judged(blob, "a.zip").harm == "sealed"


def test_names_hide_nothing():
    assert visible("ucho\u202egpj.exe") == "ucho⟨U+202E⟩gpj.exe"
    assert visible("a\x00b\nc\u200b.pdf") == "a⟨U+0000⟩b⟨U+000A⟩c⟨U+200B⟩.pdf"
    assert visible("żółw – „ucho” 1.jpg") == "żółw – „ucho” 1.jpg"
    assert [ending_of(name) for name in ("a.PDF", "a", "a.tar.gz", ".htaccess", "a.p\u200bdf", "a. ")] == [
        "pdf", "", "gz", "htaccess", "pdf", "",
    ]  # fmt: skip


def test_long_names_keep_both_ends():
    assert (
        shortened("umowa-najmu-lokalu-przy-ulicy-Dlugiej-12-podpisana.pdf")
        == "umowa-najmu-lokalu…2-podpisana.pdf"
    )
    assert len(shortened("a" * 300 + ".pdf")) == 34
    assert shortened("a" * 30 + ".pdf") == "a" * 30 + ".pdf"


def test_names_for_one_folder():
    assert unique(["a.pdf", "A.pdf", "../../a.pdf", "c:\\x\\b?.txt", "", "...", "a", "a"]) == [
        "a.pdf", "A (2).pdf", "a (3).pdf", "b_.txt", "plik", "plik (2)", "a", "a (2)",
    ]  # fmt: skip
