"""The audit log: events in plain words. Which read how is a list in okienko/wiring/.

    Kind("people", _("People and roles"), [Line(RoleChanged, _("Role of {agent_id}: {old} → {new}"), named={…})])

A sentence names fields of its fact in braces. Fields that end in the name of a subject (agent_id,
previous_team_id) are replaced by what it is called now; other values by `named`, or shown as they are.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from string import Formatter
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.translation import gettext as _

from okienko.events.models import Event

Words = str | Promise
PAGE = 50
USUAL = timedelta(days=30)
SLACK = 1000  # keys and times differ a little in their order: many write at once


@dataclass(frozen=True)
class Named:
    """What a subject is called now; `address`: where it can be looked at; `photo`: of a person, sha256 of its blob."""

    words: str
    address: str = ""
    photo: str = ""


@dataclass(frozen=True)
class Line:
    """How one type of event reads. `named`: field → words for its values. `details`: fact data → further words."""

    fact: type
    words: Words
    named: Mapping[str, Mapping[Any, Words]] = field(default_factory=dict)
    details: Callable[[dict], list[str]] | None = None

    def fields(self) -> list[str]:
        return [name for _text, name, _form, _how in Formatter().parse(str(self.words)) if name]


@dataclass(frozen=True)
class Kind:
    """A sort of entry, by which one filters."""

    name: str
    title: Words
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Entry:
    """One event as people read it. `who` is "" for Okienko itself."""

    id: int
    at: datetime
    who: str
    photo: str
    kind: str
    words: str  # plain
    html: str
    details: list[str]


@dataclass(frozen=True)
class Subject:
    """What events speak of. `names(ids)`: what they are called; `find(words)`: the id of what somebody looks for."""

    names: Callable[[Iterable[int]], Mapping[int, Named]]
    find: Callable[[str], int | None] | None = None


_kinds: list[Kind] = []
_lines: dict[str, tuple[Kind, Line]] = {}
_subjects: dict[str, Subject] = {}


def install(kinds: Iterable[Kind], subjects: Mapping[str, Subject]):
    """`subjects`: by their names in facts, without "_id"."""
    _kinds[:] = kinds
    _lines.clear()
    _lines.update({line.fact.type: (kind, line) for kind in _kinds for line in kind.lines})
    _subjects.clear()
    _subjects.update(subjects)


def kinds() -> list[Kind]:
    return list(_kinds)


def found(words: str) -> tuple[str, int] | None:
    """The subject somebody means: a number of a conversation, a person, a mailbox."""
    for name, subject in _subjects.items():
        pk = subject.find(words) if subject.find else None
        if pk is not None:
            return name, pk
    return None


@dataclass(frozen=True)
class Filter:
    """Days are days of this office, both inclusive. `subject`: ("conversation", 42). `agent_id`: who did it."""

    agent_id: int | None = None
    kind: str = ""
    since: date | None = None
    until: date | None = None
    subject: tuple[str, int] | None = None


def events(wanted: Filter) -> QuerySet[Event]:
    """Newest first; those that no list of okienko/wiring/ speaks of are left out."""
    types = [name for name, (kind, _line) in _lines.items() if wanted.kind in {"", kind.name}]
    rows = Event.objects.filter(type__in=types).order_by("-pk")
    if wanted.agent_id is not None:
        rows = rows.filter(actor_type="agent", actor_id=wanted.agent_id)
    if wanted.subject:
        name, pk = wanted.subject
        # Also what stands beside the subject: whoever opened this conversation.
        rows = rows.filter(Q(subject_type=name, subject_id=pk) | Q(**{f"data__{name}_id": pk}))
    return within(rows, wanted.since, wanted.until)


def within(rows: QuerySet[Event], since: date | None, until: date | None) -> QuerySet[Event]:
    """A period as a range of keys too, so that the database reads only that part of the log."""
    if since:
        begin = midnight(since)
        later = Event.objects.filter(happened_at__gte=begin).order_by("happened_at")
        lowest = later.values_list("pk", flat=True).first()
        if lowest is None:
            return rows.none()
        rows = rows.filter(happened_at__gte=begin, pk__gte=lowest - SLACK)
    if until:
        rows = rows.filter(happened_at__lt=midnight(until + timedelta(days=1)))
    return rows


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def entries(chosen: Iterable[Event]) -> list[Entry]:
    """With as many questions as there are sorts of subjects named in them."""
    rows = list(chosen)
    names = _names(rows)
    return [_entry(event, names) for event in rows]


def _wanted(event: Event) -> list[tuple[str, int]]:
    _kind, line = _lines[event.type]
    told = [_reference(name, event.data.get(name)) for name in line.fields()]
    actor = [("agent", event.actor_id)] if event.actor_type == "agent" else []
    return [pair for pair in [*told, *actor] if pair and isinstance(pair[1], int)]


def _reference(name: str, value) -> tuple[str, int | None] | None:
    """The subject a field speaks of: previous_team_id=3, or "role/3" in any field. None when it speaks of none."""
    if subject := _subject(name):
        return subject, value
    kind, _slash, pk = value.partition("/") if isinstance(value, str) else ("", "", "")
    return (kind, int(pk)) if kind in _subjects and pk.isdecimal() else None


def _subject(name: str) -> str:
    """ "previous_team_id" → "team"; "" for what names no subject."""
    return next((each for each in _subjects if name == f"{each}_id" or name.endswith(f"_{each}_id")), "")


def _names(rows: list[Event]) -> dict[str, Mapping[int, Named]]:
    wanted: dict[str, set[int]] = {}
    for event in rows:
        for subject, pk in _wanted(event):
            wanted.setdefault(subject, set()).add(pk)
    return {subject: _subjects[subject].names(sorted(ids)) for subject, ids in wanted.items()}


def _entry(event: Event, names: dict[str, Mapping[int, Named]]) -> Entry:
    kind, line = _lines[event.type]
    values = {name: _value(line, name, event.data.get(name), names) for name in line.fields()}
    actor = names.get("agent", {}).get(event.actor_id) if event.actor_type == "agent" else None
    return Entry(
        id=event.pk,
        at=event.happened_at,
        who=actor.words if actor else _actor(event),
        photo=actor.photo if actor else "",
        kind=str(kind.title),
        words=str(line.words).format(**{name: value.words for name, value in values.items()}),
        html=_html(str(line.words), values),
        details=line.details(event.data) if line.details else [],
    )


def _html(sentence: str, values: dict[str, Named]) -> str:
    if not values:
        return escape(sentence)
    return format_html(sentence, **{name: _link(value) for name, value in values.items()})


def _actor(event: Event) -> str:
    words = {"agent": _("somebody who is no longer known"), "contact": _("customer")}
    return words.get(event.actor_type, "")


def _value(line: Line, name: str, value, names) -> Named:
    if reference := _reference(name, value):
        subject, pk = reference
        if pk is None:
            return Named("–")
        return names.get(subject, {}).get(pk) or Named(_("removed (%(id)s)") % {"id": pk})
    known = line.named.get(name, {})
    return Named(str(known.get(value, "" if value is None else value)))


def _link(value: Named) -> str:
    if not value.address:
        return value.words
    return format_html('<a class="link-button" href="{}">{}</a>', value.address, value.words)
