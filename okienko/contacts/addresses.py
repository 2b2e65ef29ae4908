"""Ways to a person as they are stored and as they are shown: e-mail in lower case, phone numbers as E.164."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from okienko.contacts.models import Identity
from okienko.lib import phones
from okienko.lib.text import one_line

LONGEST = 254  # RFC 5321
NOBODY = "nobody/"  # begins the handle of a letter whose sender nobody could read


def kind_of(written: str) -> str:
    return Identity.Kind.EMAIL if "@" in written else Identity.Kind.PHONE


def normal(written: str) -> str:
    """The one way the address or number is stored; "" when it is none."""
    if "@" in written:
        return email(written)
    return phones.normalised(one_line(written).removeprefix("tel:"))


def email(written: str) -> str:
    """As it comes from letters: without spaces and `mailto:`, lower case. Its letters may be anybody's."""
    value = "".join(one_line(written).split()).removeprefix("mailto:").strip("'\".,;<>").lower()
    local, _, domain = value.rpartition("@")
    plain = "".join(letter if letter.isascii() else "x" for letter in local)
    try:
        validate_email(f"{plain}@{domain.encode('idna').decode()}")
    except (UnicodeError, ValidationError):
        return ""
    return value if len(value) <= LONGEST else ""


def shown(kind: str, value: str) -> str:
    """ "+48501502503" → "+48 501 502 503"; everything else as it is stored."""
    return phones.readable(value) if kind == Identity.Kind.PHONE else value


def searched(kind: str, value: str) -> str:
    """The words by which an address is found, however it is typed: with the country or without, in groups or not."""
    if kind == Identity.Kind.HANDLE and value.startswith(NOBODY):
        return ""
    if kind != Identity.Kind.PHONE:
        return value
    spaced = phones.readable(value)
    _country, _, national = spaced.partition(" ")
    return f"{spaced} {value.lstrip('+')} {''.join(letter for letter in national if letter.isdigit())}"
