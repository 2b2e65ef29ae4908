"""The audit log: events in plain words. Which read how is a list in okienko/wiring.py.

    Kind("people", _("People and roles"), [Line(RoleChanged, _("Role of {agent_id}: {old} → {new}"), named={…})])

A sentence names fields of its fact in braces. Fields that end in the name of a subject (agent_id,
previous_team_id) are replaced by what it is called now; other values by `named`, or shown as they are.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from string import Formatter

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.translation import gettext as _

from okienko.events.models import Event

Words = str | Promise
PAGE = 50
USUAL = timedelta(days=30)


@dataclass(frozen=True)
class Named:
    """What a subject is called now, and where it can be looked at ("" where it cannot)."""

    words: str
    address: str = ""


@dataclass(frozen=True)
class Line:
    """How one type of event reads. `named`: field → words for its values. `details`: fact data → further words."""

    fact: type
    words: Words
    named: Mapping[str, Mapping[object, Words]] = field(default_factory=dict)
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


Namer = Callable[[Iterable[int]], Mapping[int, Named]]
_kinds: list[Kind] = []
_lines: dict[str, tuple[Kind, Line]] = {}
_namers: dict[str, Namer] = {}


def install(kinds: Iterable[Kind], namers: Mapping[str, Namer]):
    """`namers`: subject ("agent", "team") → function(ids) → {id: Named}."""
    _kinds[:] = kinds
    _lines.clear()
    _lines.update({line.fact.type: (kind, line) for kind in _kinds for line in kind.lines})
    _namers.clear()
    _namers.update(namers)


def kinds() -> list[Kind]:
    return list(_kinds)


def subjects() -> list[str]:
    return list(_namers)


@dataclass(frozen=True)
class Filter:
    """Days are days of this office, both inclusive. `subject`: ("conversation", 42). `agent_id`: who did it."""

    agent_id: int | None = None
    kind: str = ""
    since: date | None = None
    until: date | None = None
    subject: tuple[str, int] | None = None


def events(wanted: Filter) -> QuerySet[Event]:
    """Newest first."""
    types = [name for name, (kind, _line) in _lines.items() if wanted.kind in {"", kind.name}]
    found = Event.objects.filter(type__in=types).order_by("-pk")
    if wanted.agent_id is not None:
        found = found.filter(actor_type="agent", actor_id=wanted.agent_id)
    if wanted.subject:
        name, pk = wanted.subject
        # Also what stands beside the subject: whoever opened this conversation.
        found = found.filter(Q(subject_type=name, subject_id=pk) | Q(**{f"data__{name}_id": pk}))
    return within(found, wanted.since, wanted.until)


def within(found: QuerySet[Event], since: date | None, until: date | None) -> QuerySet[Event]:
    """A period as a range of keys too, so that the database reads only that part of the log."""
    if since:
        begin = midnight(since)
        first = Event.objects.filter(happened_at__gte=begin).order_by("happened_at").values_list("pk", flat=True)
        lowest = first.first()
        found = found.filter(happened_at__gte=begin, pk__gte=(lowest or 0) - SLACK)
    if until:
        found = found.filter(happened_at__lt=midnight(until + timedelta(days=1)))
    return found


SLACK = 1000  # keys and times differ a little in their order: many write at once


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def entries(found: Iterable[Event]) -> list[Entry]:
    """With as many questions as there are sorts of subjects named in them."""
    rows = list(found)
    names = _names(rows)
    return [_entry(event, names) for event in rows]


def _wanted(event: Event) -> list[tuple[str, int]]:
    _kind, line = _lines[event.type]
    pairs = [(_subject(name), event.data.get(name)) for name in line.fields() if name not in line.named]
    actor = [("agent", event.actor_id)] if event.actor_type == "agent" else []
    return [(subject, pk) for subject, pk in [*pairs, *actor] if subject and isinstance(pk, int)]


def _subject(name: str) -> str:
    """ "previous_team_id" → "team"; "" for what names no subject."""
    return next((each for each in _namers if name == f"{each}_id" or name.endswith(f"_{each}_id")), "")


def _names(rows: list[Event]) -> dict[str, Mapping[int, Named]]:
    wanted: dict[str, set[int]] = {}
    for event in rows:
        for subject, pk in _wanted(event):
            wanted.setdefault(subject, set()).add(pk)
    return {subject: _namers[subject](sorted(ids)) for subject, ids in wanted.items()}


def _entry(event: Event, names: dict[str, Mapping[int, Named]]) -> Entry:
    kind, line = _lines[event.type]
    values = {name: _value(line, name, event.data.get(name), names) for name in line.fields()}
    text = str(line.words)
    actor = names.get("agent", {}).get(event.actor_id) if event.actor_type == "agent" else None
    return Entry(
        id=event.pk,
        at=event.happened_at,
        who=actor.words if actor else _actor(event),
        photo=getattr(actor, "photo", ""),
        kind=str(kind.title),
        words=text.format(**{name: value.words for name, value in values.items()}),
        html=format_html(text, **{name: _link(value) for name, value in values.items()}) if values else conditional_escape(text),
        details=line.details(event.data) if line.details else [],
    )  # fmt: skip


def _actor(event: Event) -> str:
    words = {"agent": _("somebody who is no longer known"), "contact": _("customer")}
    return words.get(event.actor_type, "")


def _value(line: Line, name: str, value, names) -> Named:
    if name in line.named:
        return Named(str(line.named[name].get(value, value)))
    if subject := _subject(name):
        if value is None:
            return Named(_("nobody"))
        return names.get(subject, {}).get(value) or Named(_("removed (%(id)s)") % {"id": value})
    return Named(str(value if value is not None else ""))


def _link(value: Named) -> str:
    return format_html('<a class="link-button" href="{}">{}</a>', value.address, value.words) if value.address else value.words
