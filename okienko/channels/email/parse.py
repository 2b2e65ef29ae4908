"""One mail's bytes → one Inbound. Pure, and it never raises: what cannot be read is told as unreadable."""

import hashlib
import logging
import re
from datetime import UTC, datetime

from okienko.channels.email import addresses, ids, judgements, mime
from okienko.channels.email.body import Body, read_body
from okienko.channels.email.charsets import clean
from okienko.channels.email.dates import times
from okienko.channels.email.headers import decode_words, human, value
from okienko.inboxes.channel import Inbound, Party, Role
from okienko.lib.text import cut, one_line

MAX_SUBJECT = 2000

logger = logging.getLogger(__name__)

_HEAD_BYTES = 100_000
_SUBJECT = re.compile(rb"^subject[ \t]*:([^\r\n]{0,1000})", re.IGNORECASE | re.MULTILINE)
_FROM = re.compile(rb"^from[ \t]*:([^\r\n]{0,1000})", re.IGNORECASE | re.MULTILINE)


def parse(payload: bytes) -> Inbound:
    """The message in a mail; with notice "unreadable" and the payload's hash when even we cannot read it."""
    try:
        return _read(payload)
    except Exception as error:  # noqa: BLE001 a bug here must cost a look at the raw mail, never the mail
        logger.warning("a mail of %d bytes could not be parsed: %s", len(payload), type(error).__name__)
        return salvage(payload)


def salvage(payload: bytes) -> Inbound:
    """Sender and subject as far as they can be seen in the raw head, and nothing else."""
    head = payload[:_HEAD_BYTES]
    subject, written = _SUBJECT.search(head), _FROM.search(head)
    named = addresses.parties(_salvaged(written), Role.FROM)
    return Inbound(
        external_id="",
        fingerprint=hashlib.sha256(payload).hexdigest(),
        sender=named[0] if named else Party(kind="email", value=""),
        subject=one_line(_salvaged(subject)),
        notice="unreadable",
    )


def _salvaged(match: re.Match[bytes] | None) -> str:
    text = match[1].decode("utf-8", "replace").strip() if match else ""
    try:
        return decode_words(text)
    except Exception:  # noqa: BLE001 this is the last resort: a raw subject is better than none
        return text


def _read(payload: bytes) -> Inbound:
    mail = mime.read_mail(payload)
    headers = mail.headers
    sender = addresses.sender(headers)
    subject = cut(human(headers, "subject"), MAX_SUBJECT)
    body = read_body(mail)
    sent_at, received_at = times(headers, datetime.now(UTC))
    evidence = judgements.Evidence(
        headers=headers,
        sender=sender.value,
        subject=subject,
        content_type=mail.content_type,
        report_type=mail.parameters.get("report-type", "").lower(),
    )
    return Inbound(
        external_id=ids.message_id(headers),
        fingerprint=fingerprint(sender.value, value(headers, "date"), subject, body),
        sender=sender,
        recipients=addresses.recipients(headers),
        delivered_to=addresses.delivered_to(headers),
        subject=subject,
        text=body.text,
        html=body.html,
        files=body.files,
        sent_at=sent_at,
        received_at=received_at,
        in_reply_to=ids.answered(headers),
        references=ids.references(headers),
        automatic=judgements.automatic(evidence),
        forwarded=judgements.is_forward(subject),
    )


def fingerprint(sender: str, date: str, subject: str, body: Body) -> str:
    """sha256 in hex of what the writer wrote; the same for every mailbox the mail was delivered to.

    Headers of transport, line endings and blanks at line ends do not count.
    """
    digest = hashlib.sha256()
    for words in (sender, clean(" ".join(date.split())), subject, _bare(body.text), _bare(body.html)):
        data = words.encode("utf-8", "replace")
        digest.update(b"%d:" % len(data) + data)
    for file in body.files:
        digest.update(hashlib.sha256(file.data).digest() + file.name.encode("utf-8", "replace"))
    return digest.hexdigest()


def _bare(text: str) -> str:
    return "\n".join([line.rstrip() for line in text.split("\n")]).rstrip()
