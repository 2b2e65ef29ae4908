"""Bytes to text when the label may be missing, unknown or wrong. Nothing here raises."""

import codecs
import re
from functools import lru_cache

from okienko.lib.text import printable

# What senders write, and the codec that reads what they mean.
_MEANT = {
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "unicode": "utf-16",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "big5": "big5hkscs",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "x-mac-ce": "mac-latin2",
    "x-mac-centraleurroman": "mac-latin2",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "ansi": "cp1252",
    "latin-2": "iso8859-2",
    "polish": "cp1250",
}
_RELATED = {"iso2022_jp_ext": "cp932", "utf-16": "utf-16-le", "euc_jp": "cp932", "cp932": "euc_jp"}
_NOT_TEXT = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}
_ONE_BYTE = re.compile(r"iso8859|cp125|cp85|latin|koi8|mac-|tis")
_WINDOWS = re.compile(r"^(?:x-)?(?:cp|win|windows)[-_ ]?(\d{3,4})$")

_C1 = bytes(range(0x80, 0xA0))
_ONLY_1250 = b"\xb9\x9c\x9f\x8c\x8f\xa5"  # ą ś ź Ś Ź Ą as Windows writes them
_ONLY_8859_2 = b"\xb1\xb6\xbc\xa1\xa6\xac"  # the same letters as ISO wrote them
_BOTH_POLISH = b"\xb3\xbf\xe6\xea\xa3\xaf\xca\xc6"  # ł ż ć ę Ł Ż Ę Ć in either
_WESTERN = (
    b"\xe0\xe8\xec\xf9\xf2\xe5\xf8\xe3\xf5\xd8\xc5\xc0\xc8"  # à è ì ù ò å ø ã õ: no Polish letter in either
)
_DIRTY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32), 127])


@lru_cache(maxsize=512)
def codec(label: str) -> str:
    """The name of the Python codec that reads `label`; "" when there is none."""
    name = label.strip().strip("\"'").lower()
    if windows := _WINDOWS.match(name):
        name = f"cp{windows[1]}"
    name = _MEANT.get(name, name)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    is_text = getattr(found, "_is_text_encoding", True) and found.name not in _NOT_TEXT
    return found.name if is_text else ""


def guess(data: bytes) -> str:
    """Text of unlabelled bytes: UTF-8, else Polish in one of its two old code pages, else Western."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        pass
    western, polish = _count(data, _WESTERN), _count(data, _BOTH_POLISH)
    windows, iso = _count(data, _ONLY_1250), _count(data, _ONLY_8859_2)
    if western > polish + max(windows, iso):
        return _western(data)
    try:
        return data.decode("iso8859-2" if iso > windows and not _count(data, _C1) else "cp1250")
    except UnicodeDecodeError:
        return _western(data)


def decode(data: bytes, label: str = "") -> str:
    """Text of `data` by its label, which is not believed when the bytes contradict it."""
    name = codec(label) if label else ""
    if name in {"", "utf-8", "ascii"}:
        return guess(data)
    if _ONE_BYTE.match(name):
        return _one_byte(data, name)
    for candidate in (name, "utf-8", _RELATED.get(name, name)):
        try:
            return data.decode(candidate)
        except UnicodeError:
            continue
    return data.decode(name, "replace")


def loose(raw: bytes) -> str:
    """A header's bytes as text, raw eight-bit letters guessed."""
    return raw.decode("ascii") if raw.isascii() else guess(raw)


def clean(text: str) -> str:
    """Text a database takes: no control characters, no lone surrogates, no byte order mark."""
    text = text.removeprefix("\ufeff")
    if text.isascii():
        raw = text.encode()
        kept = raw.translate(None, _CONTROLS)
        return text if len(kept) == len(raw) else kept.decode()
    return printable(text) if _DIRTY.search(text) else text


def _count(data: bytes, letters: bytes) -> int:
    return len(data) - len(data.translate(None, letters))


def _western(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _one_byte(data: bytes, name: str) -> str:
    if data.isascii():
        return data.decode("ascii")
    try:
        # A one-byte text that happens to be valid UTF-8 is, in practice, UTF-8 with a wrong label.
        return data.decode()
    except UnicodeDecodeError:
        pass
    if name == "iso8859-1" and _count(data, _C1):
        name = "cp1252"
    elif name == "iso8859-2" and _count(data, _C1):
        name = "cp1250"
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return guess(data)
