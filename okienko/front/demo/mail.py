"""Letters of the demonstration's customers, as mail servers would hand them over."""

import hashlib
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from html import escape

from okienko.front.demo.crew import DOMAIN
from okienko.front.demo.customers import Customer
from okienko.front.demo.enclosures import enclosed
from okienko.front.demo.papers import LAID_OUT

# What a program that answers or sends by itself writes into the head.
AUTOMATIC = {
    "": {},
    "auto-generated": {"Auto-Submitted": "auto-generated"},
    "auto-replied": {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"},
    "list": {"List-Id": "<nowosci.kartony-wypelniacze.example>", "Precedence": "bulk"},
}
IN_TWO_SHAPES = 4  # each so many-eth letter comes as HTML too, as most programs send them


def letter(
    customer: Customer, *, to: str, subject: str, text: str, at: datetime, files=(), html: str = "",
    automatic: str = "", answers: str = "", quoted: str = "",
) -> EmailMessage:  # fmt: skip
    """`answers`: id of the letter answered, `quoted`: its text, below. `html`: the name of a laid-out one."""
    mail = EmailMessage()
    host = customer.address.partition("@")[2]
    # Only a server's own line says when a letter came.
    mail["Received"] = f"from mx.{host} by mx.{DOMAIN}; {format_datetime(at)}"
    mail["From"] = formataddr((customer.name, customer.address))
    mail["To"], mail["Subject"], mail["Date"] = to, subject, format_datetime(at)
    name = hashlib.sha256(f"{customer.address} {at.isoformat()} {text}".encode()).hexdigest()[:24]
    mail["Message-ID"] = f"<{name}@{host}>"
    for header, value in AUTOMATIC[automatic].items():
        mail[header] = value
    if answers:
        mail["In-Reply-To"] = mail["References"] = f"<{answers}>"
    mail.set_content(text + quotation(quoted, at))
    if html:
        mail.add_alternative(LAID_OUT[html], subtype="html")
    elif int(name, 16) % IN_TWO_SHAPES == 0 and not automatic:
        mail.add_alternative(as_html(text), subtype="html")
    for file in map(enclosed, files):
        kind, _, subtype = file.content_type.partition("/")
        mail.add_attachment(file.data, maintype=kind, subtype=subtype, filename=file.name)
    return mail


def quotation(text: str, at: datetime) -> str:
    """What programs put below an answer."""
    if not text:
        return ""
    lines = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
    return f"\n\nW dniu {at:%d.%m.%Y} Ziarno i Glina napisał(a):\n{lines}\n"


def as_html(text: str) -> str:
    paragraphs = "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in text.split("\n\n"))
    return f'<div dir="ltr">{paragraphs}</div>'
