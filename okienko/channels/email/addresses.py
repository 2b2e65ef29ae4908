"""Address headers → parties. Accepts what mail programs write, not only what RFC 5322 allows."""

import re

from okienko.channels.email.headers import Headers, decode_words, values
from okienko.inboxes.channel import Party, Role
from okienko.lib.text import cut, one_line

MAX_PARTIES = 500
MAX_ADDRESS = 254  # RFC 5321

_SIMPLE = re.compile(r'(?:"([^"\\]{0,500})"|([^"<>,;:()@\\]{0,500}))\s*<([^<>\s"(),;:]{1,254})>')
_PIECE = re.compile(
    r'"(?:[^"\\]|\\.){0,400}"'
    r"|=\?[^?\s]{1,60}\?[bBqQ]\?[^?]{0,1000}\?="
    r"|<[^<>]{0,2000}>"
    r"|[(),;:]"
    r'|[^"(),;:<=\s]+'
    r"|\s+|.",
    re.DOTALL,
)
_ADDRESS = re.compile(r'[^\s<>"\'()]{1,200}@[^\s<>"\'()]{1,254}')
_SPACE = re.compile(r"\s+")
_TRANSPORT = ("delivered-to", "x-original-to", "x-envelope-to", "envelope-to")
_ROLES = (("to", Role.TO), ("cc", Role.CC), ("bcc", Role.BCC), ("reply-to", Role.REPLY_TO))


def sender(headers: Headers) -> Party:
    """Who wrote: From, else Sender, Reply-To, Return-Path; a party without a value where none names anybody."""
    named = None
    for name in ("from", "sender", "reply-to", "return-path"):
        for party in (party for raw in values(headers, name) for party in parties(raw, Role.FROM)):
            if party.value:
                return party
            named = named or party
    return named or Party(kind="email", value="")


def recipients(headers: Headers) -> tuple[Party, ...]:
    return tuple(
        party
        for name, role in _ROLES
        for raw in values(headers, name)
        for party in parties(raw, role)
        if party.value or party.name
    )


def delivered_to(headers: Headers) -> tuple[str, ...]:
    """Where transport says the mail came, lower case, each once, in the order of the headers."""
    found = [
        party.value
        for name in _TRANSPORT
        for raw in values(headers, name)
        for party in parties(raw, Role.TO)
        if party.value
    ]
    return tuple(dict.fromkeys(found))


def parties(text: str, role: Role) -> list[Party]:
    """Everybody whom an address header names, at most MAX_PARTIES."""
    if not text:
        return []
    if simple := _SIMPLE.fullmatch(text):
        return [_party(simple[1] or simple[2] or "", simple[3], role)]
    return [_party(name, address, role) for name, address in _pairs(text)]


def _pairs(text: str) -> list[tuple[str, str]]:
    """(name, address) as written; linear in the text."""
    found: list[tuple[str, str]] = []
    words: list[str] = []
    comments: list[str] = []
    angle = ""
    depth = 0
    seen_at = False
    for piece in [*_PIECE.findall(text), ","]:
        seen_at = seen_at or "@" in piece
        if depth or piece == "(":
            depth += (piece == "(") - (piece == ")")
            comments.append(piece)
        elif piece in {",", ";"}:
            if words and not seen_at:
                words.append(",")  # "Kowalski, Jan <jan@…>" written without quotes
                continue
            found += _finished(words, comments, angle)
            words, comments, angle, seen_at = [], [], "", False
            if len(found) >= MAX_PARTIES:
                return found
        elif piece == ":" and not seen_at:
            words = []  # the name of a group, or mailto:
        elif piece[0] == "<" and len(piece) > 1 and not angle:
            angle = piece[1:-1]
        else:
            words.append(_unquoted(piece))
    return found + _finished(words, comments, angle)


def _finished(words: list[str], comments: list[str], angle: str) -> list[tuple[str, str]]:
    text = "".join(words).strip(" ,;\t")
    comment = "".join(comments).strip("(), ")
    if angle and ("@" in angle or not _ADDRESS.search(text)):
        return [(text or comment, angle)]
    for source, name in ((text, comment), (comment, text)):
        if match := _ADDRESS.search(source):
            rest = (source[: match.start()] + source[match.end() :]).strip(" <>()\"',")
            return [(rest or name, match[0])]
    return [(text or comment, "")] if text or comment else []


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
    return text


def _party(name: str, address: str, role: Role) -> Party:
    written = _SPACE.sub("", one_line(address)).removeprefix("mailto:").strip("'\".,;<>")
    local, at, domain = written.rpartition("@")
    is_address = bool(local and at and domain) and len(written) <= MAX_ADDRESS
    shown = one_line(decode_words(name)).strip("'\" ")
    return Party(
        kind="email",
        value=written.lower() if is_address else "",
        name="" if shown.lower() == written.lower() else cut(shown, 300),
        written=cut(written, 320),
        role=role,
    )
