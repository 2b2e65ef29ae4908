"""What a file is to the person who looks at it: a kind with an icon, a name that hides nothing, and whether it may do harm.

Judged by name and bytes together. What a sender claims it to be counts for nothing.
"""

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from functools import lru_cache

from okienko.files.models import Blob

PICTURES = {
    "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/heic", "image/heif", "image/tiff",
    "image/bmp",
}  # fmt: skip
PROGRAMS = {
    "exe", "scr", "com", "pif", "cpl", "msi", "msp", "mst", "dll", "sys", "ocx", "bat", "cmd", "ps1", "psm1", "psd1",
    "vb", "vbs", "vbe", "js", "jse", "mjs", "ws", "wsf", "wsc", "wsh", "hta", "lnk", "url", "desktop", "scf", "inf",
    "reg", "jar", "jnlp", "class", "apk", "app", "dmg", "pkg", "deb", "rpm", "sh", "bash", "command", "run", "bin",
    "py", "pyc", "pyw", "pl", "rb", "php", "asp", "aspx", "jsp", "iso", "img", "vhd", "vhdx", "chm", "hlp", "gadget",
    "application", "appx", "appxbundle", "msix", "msc", "msu", "xll", "wll", "library-ms", "search-ms", "settingcontent-ms",
    "appref-ms", "rdp", "one", "diagcab", "ade", "adp", "mde", "accde", "ace", "cab",
}  # fmt: skip
MACROS = {
    "docm", "dotm", "xlsm", "xltm", "xlam", "xlsb", "pptm", "potm", "ppsm", "ppam", "sldm", "slk", "iqy", "oqy", "rqy",
}  # fmt: skip
PAGES = {"html", "htm", "xhtml", "xht", "shtml", "mht", "mhtml", "svg", "svgz"}
RUNS = {
    "application/vnd.microsoft.portable-executable", "application/x-elf", "application/x-ms-shortcut",
    "application/vnd.ms-cab-compressed",
}  # fmt: skip
ARCHIVES = {"application/zip", "application/vnd.rar", "application/x-7z-compressed", "application/gzip"}
CLOSED_ARCHIVES = {"application/vnd.rar", "application/x-7z-compressed"}  # nobody here looks into these
OFFICE = {"doc", "docx", "odt", "rtf", "xls", "xlsx", "ods", "ppt", "pptx", "odp", "pages", "numbers", "key"}
TEXTS = {"txt", "csv", "tsv", "log", "md", "ics", "vcf", "json", "eml", "asc", ""}
MOST_NAMES = 2000  # files of an archive that are looked at
SHORT = 34  # characters of a name on a chip
TAIL = 15
_ODD = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}  # letters that are not seen, or move others


@dataclass(frozen=True)
class Judged:
    """`kind`: picture, pdf, text, audio, video, archive, document or file. `harm`: why it may do harm, "" when it may not:
    program, macros, page, inside (an archive holds such a thing), sealed (nobody can look into it), disguise (its
    bytes are a program's though its name says otherwise).
    """

    name: str
    short_name: str
    ending: str
    kind: str
    harm: str = ""

    @property
    def can_be_shown(self) -> bool:
        return not self.harm and self.kind in {"picture", "pdf", "text", "audio", "video"}


def judged(blob: Blob, name: str) -> Judged:
    """Of a file called `name`. Reads the table of an archive from the disk, once for each process."""
    ending = ending_of(name)
    shown = visible(name)
    return Judged(shown, shortened(shown), ending, kind_of(blob.content_type, ending), harm_of(blob, name))


def harm_of(blob: Blob, name: str) -> str:
    ending = ending_of(name)
    if harm := harm_of_ending(ending):
        return harm
    if blob.content_type in RUNS:
        return "disguise"
    if blob.content_type in CLOSED_ARCHIVES:
        return "sealed"
    if blob.content_type == "application/zip":
        return harm_inside(blob.sha256)
    return ""


def harm_of_ending(ending: str) -> str:
    if ending in PROGRAMS:
        return "program"
    if ending in MACROS:
        return "macros"
    return "page" if ending in PAGES else ""


@lru_cache(maxsize=4000)
def harm_inside(sha256: str) -> str:
    """Of a zip with these bytes: Office files are zips too, and tell by their parts whether they carry macros."""
    try:
        with zipfile.ZipFile(Blob(sha256=sha256).path) as archive:
            entries = archive.infolist()[:MOST_NAMES]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError):
        return "sealed"
    names = [entry.filename for entry in entries]
    if any(entry.flag_bits & 1 for entry in entries):
        return "sealed"
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return "macros"
    if "[Content_Types].xml" in names or "mimetype" in names[:1]:
        return ""  # an Office file or an e-book: their pages are parts, not pages
    inside = {ending_of(name) for name in names}
    deeper = inside & {"zip", "rar", "7z", "gz", "tar", "xz"}
    return "inside" if deeper or any(harm_of_ending(ending) for ending in inside) else ""


def kind_of(content_type: str, ending: str) -> str:
    family = content_type.partition("/")[0]
    if content_type in PICTURES:
        return "picture"
    if content_type == "application/pdf":
        return "pdf"
    if family in {"audio", "video"}:
        return family
    if ending in OFFICE:
        return "document"
    if content_type in ARCHIVES:
        return "archive"
    return "text" if content_type == "text/plain" and ending in TEXTS else "file"


def ending_of(name: str) -> str:
    """In small letters without the dot; of what a system would take for the ending: spaces and dots behind it are dropped."""
    seen = "".join(letter for letter in name if unicodedata.category(letter) not in _ODD).rstrip(" .")
    return seen.rpartition(".")[2].strip().lower() if "." in seen else ""


def visible(name: str) -> str:
    """On one line; letters that nobody would see, or that turn others around, are named."""
    return "".join(
        f"⟨U+{ord(letter):04X}⟩" if unicodedata.category(letter) in _ODD else letter for letter in name
    )


def shortened(name: str) -> str:
    """Cut in the middle: the beginning says what it is, the end what kind."""
    return name if len(name) <= SHORT else f"{name[: SHORT - TAIL - 1].rstrip()}…{name[-TAIL:].lstrip()}"


def unique(names: list[str]) -> list[str]:
    """Names for one folder: without folders of their own and whatever a system may refuse; never two alike."""
    taken: set[str] = set()
    return [_free(safe(name), taken) for name in names]


def safe(name: str) -> str:
    last = re.split(r"[/\\]", visible(name))[-1]
    return re.sub(r'[:*?"<>|]+', "_", last).strip(" .")[-150:] or "plik"


def _free(name: str, taken: set[str]) -> str:
    stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    free, number = name, 2
    while free.lower() in taken:
        free, number = f"{stem} ({number}){dot}{ending}", number + 1
    taken.add(free.lower())
    return free
