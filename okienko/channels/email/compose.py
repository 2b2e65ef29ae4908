"""A message of ours → the exact bytes that go out: the same message gives the same bytes at every try."""

import base64
import binascii
import hashlib
import re
from email.utils import format_datetime

from okienko.channels.email.outgoing_headers import (
    address,
    address_header,
    file_parameters,
    ids_header,
    message_id,
    reference_ids,
    text_header,
)
from okienko.inboxes.channel import Outbound, OutboundFile, Party, Role

AUDIENCES = {"customer", "partner", "staff"}
MAX_PLAIN_LINE = 900  # RFC 5322 allows 998

_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}")
_NEWLINES = re.compile(r"\r\n?|\n")


def compose(message: Outbound) -> bytes:
    """RFC 5322 bytes, CRLF, 7 bit clean.

    ValueError when the audience is not the customer, a partner or the staff, when nobody or no sender is named, and
    for an address or an id that no mail can bear.
    """
    if message.audience not in AUDIENCES:
        raise ValueError("only messages to the customer, a partner or the staff can be sent by e-mail")
    if not message_id(message.external_id):
        raise ValueError("a message needs its Message-ID before it can be composed")
    return ("\r\n".join(_headers(message)) + "\r\n").encode() + _content(message)


def _headers(message: Outbound) -> list[str]:
    to = _in_role(message, Role.TO)
    cc = _in_role(message, Role.CC)
    lines = [
        f"Date: {format_datetime(message.date)}",
        address_header("From", [message.sender]),
        address_header("To", to) if to else "To: undisclosed-recipients:;",
    ]
    if cc:
        lines.append(address_header("Cc", cc))
    if message.reply_to:
        lines.append(address_header("Reply-To", [_reply_party(message)]))
    lines += [
        text_header("Subject", message.subject),
        ids_header("Message-ID", [message_id(message.external_id)]),
    ]
    if parent := message_id(message.in_reply_to):
        lines.append(ids_header("In-Reply-To", [parent]))
    if references := reference_ids(message.references, message.in_reply_to):
        lines.append(ids_header("References", references))
    if message.is_automatic:
        lines.append("Auto-Submitted: auto-generated")
    return [*lines, "MIME-Version: 1.0"]


def _in_role(message: Outbound, role: Role) -> list[Party]:
    return [party for party in message.recipients if party.role == role]


def _reply_party(message: Outbound) -> Party:
    return Party(kind="email", value=address(message.reply_to), name=message.sender.name)


def _content(message: Outbound) -> bytes:
    """The body with its content headers; a file named by `cid:` in the HTML travels with the HTML."""
    shown = [file for file in message.files if _is_inline(file, message.html)]
    others = [file for file in message.files if not _is_inline(file, message.html)]
    body = _text_part("plain", message.text)
    if message.html:
        rich = _text_part("html", message.html)
        if shown:
            rich = _multipart("related", [rich, *map(_file_part, shown)], message, ' type="text/html";')
        body = _multipart("alternative", [body, rich], message)
    if others:
        body = _multipart("mixed", [body, *map(_file_part, others)], message)
    return body


def _is_inline(file: OutboundFile, html: str) -> bool:
    return bool(file.content_id) and f"cid:{file.content_id}" in html


def _multipart(kind: str, parts: list[bytes], message: Outbound, more: str = "") -> bytes:
    # "=_" stands in neither base64 nor quoted-printable, and a 7bit text with it is encoded.
    digest = hashlib.sha256(f"{kind} {message.external_id}".encode("utf-8", "replace")).hexdigest()[:32]
    boundary = f"=_{kind[0]}{digest}"
    head = f'Content-Type: multipart/{kind};{more}\r\n boundary="{boundary}"\r\n\r\n'
    inner = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
    return head.encode() + inner + f"--{boundary}--\r\n".encode()


def _text_part(subtype: str, text: str) -> bytes:
    data = _NEWLINES.sub("\n", text).encode("utf-8", "replace")
    if not data.endswith(b"\n"):
        data += b"\n"
    encoding, encoded = _encoded(data)
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + encoded


def _encoded(data: bytes) -> tuple[str, bytes]:
    """The encoding that leaves the text as readable as it can be on the wire."""
    is_plain = data.isascii() and b"=_" not in data and b"\x00" not in data
    if is_plain and max(map(len, data.split(b"\n"))) <= MAX_PLAIN_LINE:
        return "7bit", data.replace(b"\n", b"\r\n")
    foreign = len(data) - len(data.decode("utf-8", "replace"))
    if foreign * 5 > len(data):
        return "base64", base64.encodebytes(data.replace(b"\n", b"\r\n")).replace(b"\n", b"\r\n")
    return "quoted-printable", binascii.b2a_qp(data, istext=True).replace(b"\n", b"\r\n")


def _file_part(file: OutboundFile) -> bytes:
    content_type = file.content_type.lower().partition(";")[0].strip()
    # Enclosed mails may not be base64 (RFC 2046); as plain files they arrive byte for byte.
    is_open = _TYPE.fullmatch(content_type) and not content_type.startswith(("message/", "multipart/"))
    content_type = content_type if is_open else "application/octet-stream"
    lines = [
        f"Content-Type: {content_type}",
        "Content-Transfer-Encoding: base64",
        ("Content-Disposition: inline" if file.content_id else "Content-Disposition: attachment")
        + file_parameters(file.name),
    ]
    if content_id := message_id(file.content_id):
        lines.append(f"Content-ID: <{content_id}>")
    encoded = base64.encodebytes(file.data).replace(b"\n", b"\r\n")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + encoded
