"""Phone numbers as people write them → "+48501502503" (E.164), and back. No database, no Django."""

import re

import phonenumbers
from phonenumbers import Leniency, NumberParseException, PhoneNumberFormat, PhoneNumberMatcher

HOME = "PL"
# Where a number without its country is meant to be, by the language of the shop.
REGIONS = {"pl": "PL", "en": "GB", "de": "DE", "cs": "CZ", "sk": "SK", "uk": "UA", "lt": "LT", "fr": "FR"}
WITH_COUNTRY = re.compile(r"\s*(?:\+|00[1-9])")
LONGEST = 60  # characters one number can be written with


def region_of(language: str) -> str:
    """ "pl" → "PL": the country of the numbers that a shop of this language writes without one."""
    return REGIONS.get(language[:2].lower(), HOME)


def normalised(written: str, region: str = HOME) -> str:
    """The number in E.164; "" when nobody can be called by it, and for a text that holds more than a number."""
    if any(letter.isalpha() for letter in written):
        return ""
    try:
        number = phonenumbers.parse(written[:LONGEST], region)
    except NumberParseException:
        return ""
    # Countries give out numbers faster than lists of them are published: one with its country may be unknown to us.
    is_one = phonenumbers.is_valid_number(number)
    is_one |= bool(WITH_COUNTRY.match(written)) and phonenumbers.is_possible_number(number)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if is_one else ""


def parted(written: str, region: str = HOME) -> tuple[str, str]:
    """The first number in a text, normalised, and the text without it: "Jan Kos, 501 502 503" → ("+48501502503", "Jan Kos")."""
    if whole := normalised(written, region):
        return whole, ""
    for found in PhoneNumberMatcher(written, region, leniency=Leniency.VALID):
        number = phonenumbers.format_number(found.number, PhoneNumberFormat.E164)
        rest = f"{written[: found.start]} {written[found.end :]}"
        return number, " ".join(rest.split()).strip(" ,;:()–-")
    return "", written.strip()


def readable(number: str) -> str:
    """ "+48501502503" → "+48 501 502 503"; what is no number stays as it is."""
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return number
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
