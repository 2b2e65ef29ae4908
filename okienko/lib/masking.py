"""E-mail addresses, phone numbers and postal addresses in text, replaced by words. No Django.

What people write freely cannot be masked to the last letter; what is written the usual way is.
"""

import re
from dataclasses import dataclass

_EMAIL = re.compile(r"""[^\s<>()\[\]"',;:@]+@[^\s<>()\[\]"',;:@]*\w""")
_CAPITAL = "A-ZĄĆĘŁŃÓŚŹŻÄÖÜ"
_TOWN = rf"(?:[ \t]+[{_CAPITAL}][\w-]+){{0,3}}"
_POSTCODE = re.compile(rf"(?<![\d/-])\d{{2}}-\d{{3}}(?![\d-]){_TOWN}")
_STREET = re.compile(
    rf"(?<![\w.])(?:ul|al|os|pl|ulica|ulicy|aleja|alei|osiedle|osiedlu)\b\.?[ \t]+"
    rf"(?:[{_CAPITAL}\d][\w.-]*[ \t]+){{1,5}}?\d+[A-Za-z]?(?!\w)(?:[ \t]?(?:/|m\.?|lok\.?)[ \t]?\d+[A-Za-z]?)?",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w#/+])(?<!\d[.,-])(?:"
    r"(?:\+|00)\d{1,3}[ \t\u00a0.-]?\(?\d(?:[ \t\u00a0().-]{0,2}\d){5,12}"  # with the country
    r"|\d{3}[ \t\u00a0.-]?\d{3}[ \t\u00a0.-]?\d{3}"  # 501 502 503
    r"|\(?0?\d{2}\)?[ \t\u00a0-]\d{3}[ \t\u00a0-]\d{2}[ \t\u00a0-]\d{2}"  # (22) 501 50 50
    r")(?!\d|[.,]\d\d(?!\d))"
)


@dataclass(frozen=True)
class Words:
    """What stands in the place of each kind."""

    email: str
    phone: str
    postal: str


def masked(text: str, words: Words) -> str:
    text = _EMAIL.sub(words.email, text) if "@" in text else text
    if not any(letter.isdigit() for letter in text):
        return text
    text = _POSTCODE.sub(words.postal, text)
    text = _STREET.sub(words.postal, text)
    return _PHONE.sub(words.phone, text)
