"""What customers write about day by day: letters/*.toml, read into topics.

A text may end with flags: f or m (only a woman or a man can have written it), o13 (the answers it goes with, from 1),
p13 (the openings, of notes), d2 (the exchanges that may follow, d0: none), n0 (no reminder before it is answered), +karton (a file enclosed).
"""

from dataclasses import dataclass, field
from functools import cache

from okienko.front.demo.stories import LETTERS, loaded

NUMBERED = {"o": "answers", "p": "openings", "d": "exchanges"}
NOT_TOPICS = {"pools", "nowe", "cast"}


@dataclass(frozen=True)
class Written:
    """A text with what its flags say. `answers`, `exchanges`: numbers from 1, None for any."""

    text: str
    subject: str = ""
    reply: str = ""  # the agent's part of an exchange
    gender: str = ""
    answers: frozenset[int] | None = None
    exchanges: frozenset[int] | None = None
    openings: frozenset[int] | None = None
    may_be_reminded: bool = True
    files: tuple[str, ...] = ()

    def goes_with(self, answer: int) -> bool:
        return self.answers is None or answer in self.answers

    def is_about(self, opening: int) -> bool:
        return self.openings is None or opening in self.openings


@dataclass(frozen=True)
class Topic:
    """`fate`: "" for what people answer; robot, machine, spam. `who`: whose letters: people, or a list of customers.py."""

    name: str
    openings: tuple[Written, ...]
    answers: tuple[Written, ...]
    uses: int
    exchanges: tuple[Written, ...] = ()
    notes: tuple[Written, ...] = ()
    reminders: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    inbox: str = "sklep"
    team: str = ""
    fate: str = ""
    who: str = ""
    sender: tuple[str, str] | None = None
    automatic: str = ""


@cache
def topics() -> tuple[Topic, ...]:
    names = sorted(path.stem for path in LETTERS.glob("*.toml"))
    return tuple(
        topic(raw) for name in names if name not in NOT_TOPICS for raw in loaded(f"{name}.toml")["topic"]
    )


def topic(raw: dict) -> Topic:
    return Topic(
        name=raw["name"],
        openings=tuple(written(text, flags, subject=subject) for subject, text, *flags in raw["opening"]),
        answers=tuple(written(text, flags) for text, *flags in map(listed, raw["answer"])),
        uses=raw["uses"],
        exchanges=tuple(written(text, flags, reply=reply) for text, reply, *flags in raw.get("further", [])),
        notes=tuple(written(text, flags) for text, *flags in map(listed, raw.get("note", []))),
        reminders=tuple(raw.get("nudge", [])),
        sender=tuple(raw["from"]) if "from" in raw else None,
        **{name: raw[name] for name in ("inbox", "team", "fate", "who", "automatic") if name in raw},
        tags=tuple(raw.get("tags", [])),
    )


def listed(entry: str | list[str]) -> list[str]:
    return [entry] if isinstance(entry, str) else entry


def written(text: str, flags: list[str], *, subject: str = "", reply: str = "") -> Written:
    """`flags`: at most one string of them. ValueError for one that is not known."""
    known: dict = {"text": text, "subject": subject, "reply": reply}
    files = []
    for flag in " ".join(flags).split():
        kind, rest = flag[0], flag[1:]
        if flag in {"f", "m"}:
            known["gender"] = flag
        elif flag == "n0":
            known["may_be_reminded"] = False
        elif kind in NUMBERED and rest.isdigit():
            known[NUMBERED[kind]] = frozenset(map(int, rest))
        elif kind == "+" and rest:
            files.append(rest)
        else:
            raise ValueError(f"unknown flag {flag!r} of {text[:40]!r}")
    return Written(files=tuple(files), **known)


@dataclass(frozen=True)
class Pools:
    """Short letters that go with many matters. `thanks`: (text, gender that can have written it, tags), "" for any."""

    thanks: tuple[tuple[str, str, str], ...]
    welcome: tuple[str, ...]
    live: dict[str, tuple[str, ...]] = field(default_factory=dict)


@cache
def pools() -> Pools:
    raw = loaded("pools.toml")
    return Pools(
        thanks=tuple((*each, "", "")[:3] for each in raw["thanks"]),
        welcome=tuple(text for (text,) in raw["welcome"]),
        live={each["when"]: tuple(each["text"]) for each in raw["live"]},
    )
