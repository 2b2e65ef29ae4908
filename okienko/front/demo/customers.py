"""Those who write: people and firms that nobody knows, each with an address, a voice and a way of signing."""

import random
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path

NAMES = tomllib.loads((Path(__file__).parent / "letters" / "cast.toml").read_text("utf-8"))
HOUSES = ("poczta.example", "skrzynka.example", "list.example", "poczta.example", "domowa.example")
BY_PHONE = "Wysłane z iPhone’a"
# How somebody writes, and how often that is met.
VOICES = {"plain": 50, "formal": 16, "friendly": 18, "phone": 10, "bare": 6}


@dataclass(frozen=True)
class Customer:
    """`gender`: f, m, or "" for a firm or a robot. `vocative`: "" where one is not greeted by name."""

    name: str
    address: str
    gender: str = ""
    vocative: str = ""
    short: str = ""
    voice: str = "plain"
    street: str = ""
    town: str = ""
    contact: str = ""

    @property
    def greeted(self) -> str:
        """Pani Zofio; "" where the name is not known."""
        if not self.vocative:
            return ""
        return f"{'Pani' if self.gender == 'f' else 'Panie'} {self.vocative}"

    @property
    def signature(self) -> str:
        """How this person ends a letter."""
        first = self.short or self.name
        return {
            "plain": f"Pozdrawiam\n{self.name}",
            "formal": f"Z poważaniem\n{self.name}",
            "friendly": first,
            "phone": f"{first}\n\n{BY_PHONE}",
            "bare": folded(first).lower(),
        }[self.voice]


def folded(text: str) -> str:
    """Without Polish marks, as some people type."""
    swapped = text.replace("ł", "l").replace("Ł", "L")
    return "".join(c for c in unicodedata.normalize("NFD", swapped) if not unicodedata.combining(c))


def person(chance: random.Random, gender: str = "") -> Customer:
    gender = gender or chance.choice("ffm")
    first, vocative, short = chance.choice(NAMES["women" if gender == "f" else "men"]).split("/")
    surname = chance.choice(NAMES["surnames"]).split("/")
    last = surname[-1] if gender == "f" else surname[0]
    local = chance.choice(["{f}.{l}", "{f}.{l}", "{f}{l}", "{i}.{l}", "{s}{n}", "{l}.{f}", "{f}_{l}{n}"])
    words = {"f": first, "l": last, "i": first[0], "s": short, "n": str(chance.randint(71, 99))}
    address = folded(local.format(**words)).lower() + "@" + chance.choice(HOUSES)
    voice = chance.choices(list(VOICES), list(VOICES.values()))[0]
    street = f"ul. {chance.choice(NAMES['streets'])} {chance.randint(1, 60)}"
    if chance.random() < 0.6:  # noqa: PLR2004 - more flats than houses
        street += f"/{chance.randint(1, 40)}"
    return Customer(
        f"{first} {last}", address, gender, vocative, short, voice, street, chance.choice(NAMES["towns"])
    )


def people(count: int, chance: random.Random) -> list[Customer]:
    """So many different people with different addresses."""
    found: dict[str, Customer] = {}
    names = set()
    while len(found) < count:
        one = person(chance)
        if one.address not in found and one.name not in names:
            found[one.address] = one
            names.add(one.name)
    return list(found.values())


def firms(listed: str, chance: random.Random, *, greeted: bool = True) -> list[Customer]:
    """`listed`: a list of cast.toml. `greeted`: with somebody who signs, whose gender is known."""
    made = []
    for line in NAMES[listed]:
        name, address = line.split("/")
        signs = person(chance) if greeted else None
        made.append(
            Customer(name, address, signs.gender if signs else "", contact=signs.name if signs else "")
        )
    return made
