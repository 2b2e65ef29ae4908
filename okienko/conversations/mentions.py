"""Who is named in a note: @Anna, @Anna Nowicka, @Księgowość. Pure: texts and names only.

A person answers to the whole name, and to the first one where nobody else has it. Inflected forms are not guessed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Key = tuple[str, int]  # ("agent", 3), ("team", 2)


@dataclass(frozen=True)
class Handles:
    """What can stand behind an @, in lower case, and whom it means: several of the same name are all meant."""

    keys: Mapping[str, frozenset[Key]] = field(default_factory=dict)
    pattern: re.Pattern | None = None


@dataclass(frozen=True)
class Named:
    """`start`, `end`: where in the text, the @ included."""

    start: int
    end: int
    keys: frozenset[Key]


def handles(agents: Mapping[int, str], teams: Mapping[int, str]) -> Handles:
    """Of agents and teams: id → name."""
    found: dict[str, set[Key]] = {}
    for kind, names in (("agent", agents), ("team", teams)):
        for pk, name in names.items():
            if folded := " ".join(name.casefold().split()):
                found.setdefault(folded, set()).add((kind, pk))
    firsts = Counter(first_name(name) for name in agents.values())
    for pk, name in agents.items():
        first = first_name(name)
        if first and firsts[first] == 1 and first not in found:
            found[first] = {("agent", pk)}
    if not found:
        return Handles()
    # Longest first: "@Anna Nowicka" is not Anna and a surname. Before and behind it no address goes on.
    names = "|".join(re.escape(name) for name in sorted(found, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w.+\-/@])@({names})(?![\w@]|[.\-'’]\w)")
    return Handles({name: frozenset(keys) for name, keys in found.items()}, pattern)


def first_name(name: str) -> str:
    return name.casefold().split()[0] if name.split() else ""


def named(text: str, among: Handles) -> Iterator[Named]:
    """From the left to the right."""
    if "@" not in text or among.pattern is None:
        return
    lowered = text.casefold()
    if len(lowered) != len(text):  # places would shift: ß becomes ss
        lowered = "".join(letter.casefold() if len(letter.casefold()) == 1 else letter for letter in text)
    for found in among.pattern.finditer(lowered):
        yield Named(found.start(), found.end(), among.keys[found[1]])
