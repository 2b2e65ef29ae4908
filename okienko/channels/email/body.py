"""From the tree of parts to what a reader gets: text, HTML, files. No part's content is dropped."""

import html as html_entities
import re
from dataclasses import dataclass, field

from okienko.channels.email import mime
from okienko.channels.email.charsets import clean, decode
from okienko.channels.email.filenames import file_name
from okienko.channels.email.headers import human
from okienko.channels.email.mime import Part
from okienko.inboxes.channel import InboundFile
from okienko.lib.html_text import html_to_text

_META_CHARSET = re.compile(rb"""<meta[^<>]{0,200}charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_FOR_OLD_PROGRAMS = re.compile(
    rb"multi-?part|mime", re.IGNORECASE
)  # "This is a multi-part message in MIME format."
_VERBATIM = {"message/rfc822", "message/global", "message/news"}


@dataclass(slots=True)
class Segment:
    """A stretch of the letter: plain, HTML, or both views of the same words."""

    text: str = ""
    html: str = ""


@dataclass(slots=True)
class Harvest:
    """What a walk over the parts has gathered."""

    files: list[InboundFile] = field(default_factory=list)
    has_body: bool = False
    parts: int = 0


@dataclass(slots=True)
class Body:
    text: str
    html: str
    files: tuple[InboundFile, ...]


def read_body(mail: Part) -> Body:
    harvest = Harvest()
    whole = _joined(_gather(mail, harvest, depth=0, parent=""))
    return Body(whole.text or html_to_text(whole.html), whole.html, tuple(harvest.files))


def _gather(part: Part, harvest: Harvest, *, depth: int, parent: str, is_root: bool = True) -> list[Segment]:
    """The segments of a part, its files put into the harvest. `is_root`: the first part of its multipart."""
    harvest.parts += 1
    too_deep = depth >= mime.MAX_DEPTH or harvest.parts >= mime.MAX_PARTS
    if part.is_multipart and not too_deep and (pieces := mime.split_body(part)):
        return _gather_multipart(part, pieces, harvest, depth)
    if not (part.is_multipart and too_deep) and _is_shown(part, harvest, parent, is_root=is_root):
        segment = _read_text(part)
        harvest.has_body = harvest.has_body or bool(segment.text or segment.html)
        return [segment]
    file = _read_file(part, len(harvest.files))
    if file.data or part.filename:
        harvest.files.append(file)
    return []


def _gather_multipart(part: Part, pieces: mime.Pieces, harvest: Harvest, depth: int) -> list[Segment]:
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    children = [
        _gather(
            mime.read_part(piece, default_type=default),
            harvest,
            depth=depth + 1,
            parent=part.content_type,
            is_root=index == 0,
        )
        for index, piece in enumerate(pieces.parts)
    ]
    if part.content_type == "multipart/alternative":
        segments = [_alternative([_joined(child) for child in children])]
    else:
        segments = [segment for child in children for segment in child]
    return _stray(pieces.before, segments) + segments + _stray(pieces.after, [])


def _stray(raw: bytes, others: list[Segment]) -> list[Segment]:
    """Words outside the parts: those in front only where nothing else speaks, those behind always."""
    if not raw.strip() or _FOR_OLD_PROGRAMS.search(raw[:200]):
        return []
    if any(segment.text or segment.html for segment in others):
        return []
    return [Segment(text=_tidy(decode(raw)))]


def _alternative(children: list[Segment]) -> Segment:
    """Views of the same words: the plain ones and the HTML ones, each kept."""
    plain = [child.text for child in children if child.text and not child.html]
    rich = [child for child in children if child.html]
    text = "\n\n".join(plain) or "\n\n".join(filter(None, (child.text for child in rich)))
    return Segment(text=text, html="\n".join(child.html for child in rich))


def _joined(segments: list[Segment]) -> Segment:
    """Segments one after the other; where one is HTML, the plain ones are shown among them."""
    segments = [segment for segment in segments if segment.text or segment.html]
    if len(segments) == 1:
        return segments[0]
    is_rich = any(segment.html for segment in segments)
    has_text = any(segment.text for segment in segments)
    return Segment(
        text="\n\n".join(segment.text or html_to_text(segment.html) for segment in segments)
        if has_text
        else "",
        html="\n".join(segment.html or _as_html(segment.text) for segment in segments) if is_rich else "",
    )


def _as_html(text: str) -> str:
    return f'<div style="white-space: pre-wrap">{html_entities.escape(text)}</div>'


def _is_shown(part: Part, harvest: Harvest, parent: str, *, is_root: bool) -> bool:
    """Is this text to be read in the letter itself, not opened as a file?"""
    if part.is_multipart:
        return part.disposition != "attachment"  # no boundary in it: its bytes are words
    if part.content_type not in {"text/plain", "text/html"} or part.disposition == "attachment":
        return False
    if parent == "multipart/related" and not is_root and harvest.has_body:
        return False
    is_view = parent == "multipart/alternative" or not harvest.has_body
    return not part.filename or (is_view and part.disposition != "inline")


def _read_text(part: Part) -> Segment:
    data = mime.transfer_decoded(part)
    label = part.parameters.get("charset", "")
    if part.content_type == "text/html":
        if not label and (meta := _META_CHARSET.search(data[:4000])):
            label = meta[1].decode("ascii", "replace")
        text = _newlines(decode(data, label))
        return Segment(html=text if text.strip() else "")
    return Segment(text=_tidy(decode(data, label)))


def _newlines(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return clean(text)


def _tidy(text: str) -> str:
    """Plain text without blank lines around it and blanks at its end."""
    return _newlines(text).rstrip().lstrip("\n")


def _read_file(part: Part, number: int) -> InboundFile:
    data = mime.transfer_decoded(part)
    subject = ""
    if part.content_type in _VERBATIM and not part.filename:
        subject = human(mime.split_head(data.lstrip(b"\r\n"))[0], "subject")
    return InboundFile(
        name=file_name(part.filename, part.content_type, subject=subject, number=number),
        content_type=clean(part.content_type)[:200],
        data=data,
        content_id=clean(part.content_id)[:500],
        inline=part.disposition != "attachment" and bool(part.content_id),
    )
