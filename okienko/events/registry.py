"""What follows what, and which jobs exist. Filled once, at start-up, by okienko/wiring/.

Rows in the queue carry the names given there, never a module path: code may move, rows stay valid.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True)
class Retry:
    """Try `attempts` times; wait `first`, then `factor` times as long, at most `longest`; then park."""

    attempts: int = 6
    first: timedelta = timedelta(seconds=2)
    factor: int = 4
    longest: timedelta = timedelta(minutes=30)

    def delay(self, attempts_made: int) -> timedelta | None:
        """Time until the next try, None when it is time to park."""
        if attempts_made >= self.attempts:
            return None
        return min(self.first * self.factor ** (attempts_made - 1), self.longest)


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """`run(event)` follows every event of the types it is listed for.

    `lane`: the subject's type when reactions about one subject must run in order.
    """

    name: str
    run: Callable
    queue: str = "default"
    lane: bool = False
    retry: Retry = Retry()


@dataclass(frozen=True, kw_only=True)
class TaskSpec:
    """A task of the queue under its stable name. `task`: made by @task of django_tasks.

    `lane(**args)` names the lane of one call.
    """

    name: str
    task: object
    lane: Callable[..., str] | None = None
    retry: Retry = Retry()


@dataclass(frozen=True, kw_only=True)
class Scheduled:
    """A task that runs again and again, once per period whatever the number of processes."""

    name: str
    task: object
    every: timedelta


class Seen(Protocol):
    """What a watch saw at one moment."""

    @property
    def complaints(self) -> list[str]:
        """What is wrong, in words; for the status page alone, /health is about the engine."""

    def figures(self) -> list[tuple[str, str, dict[str, str], float]]:
        """(name of the metric, its meaning, labels, value); one name has one meaning and one set of labels."""


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A room above that shows how it is doing: on the status page by `template`, which is given `seen`, and in metrics."""

    name: str
    look: Callable[[], Seen]
    template: str


@dataclass
class Registry:
    reactions: dict[str, list[Reaction]] = field(default_factory=dict)
    reaction: dict[str, Reaction] = field(default_factory=dict)
    task: dict[str, TaskSpec] = field(default_factory=dict)
    name_of: dict[Callable, str] = field(default_factory=dict)
    schedules: list[Scheduled] = field(default_factory=list)
    # subject type → function(ids) → {id: None for everybody, or the set of agent ids that may know}
    audiences: dict[str, Callable] = field(default_factory=dict)
    # fact type → function(its data) → who knew of the subject before it happened, as in `audiences`
    partings: dict[str, Callable] = field(default_factory=dict)
    facts: dict[str, type] = field(default_factory=dict)
    watches: list[Watch] = field(default_factory=list)
    templates: dict[str, str] = field(default_factory=dict)  # of rooms above; "frame": what our pages extend


REGISTRY = Registry()


def connect(
    *, reactions: dict, tasks: Iterable[TaskSpec], schedules: Iterable[Scheduled], audiences: dict,
    watches: Iterable[Watch] = (), templates: dict[str, str] | None = None, partings: dict | None = None,
):  # fmt: skip
    for fact, following in reactions.items():
        REGISTRY.reactions[fact.type] = list(following)
        REGISTRY.reaction.update({reaction.name: reaction for reaction in following})
    for spec in tasks:
        REGISTRY.task[spec.name] = spec
        REGISTRY.name_of[spec.task.func] = spec.name  # type: ignore[attr-defined]
    if both := REGISTRY.reaction.keys() & REGISTRY.task.keys():
        # A row in the queue holds the name alone: the one would run instead of the other, perhaps for ever.
        raise ValueError(f"a reaction and a task have one name: {', '.join(sorted(both))}")
    REGISTRY.schedules[:] = schedules
    REGISTRY.audiences.update(audiences)
    REGISTRY.partings.update({fact.type: knew for fact, knew in (partings or {}).items()})
    REGISTRY.watches[:] = watches
    REGISTRY.templates.update(templates or {})


def reactions_to(fact_type: str) -> list[Reaction]:
    return REGISTRY.reactions.get(fact_type, [])
