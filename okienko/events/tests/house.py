"""A small wiring for tests of the engine room: facts, tasks and reactions that exist for one test."""

import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django_tasks import task

from okienko.events import registry
from okienko.events.log import Fact
from okienko.events.registry import REGISTRY, Reaction, Retry, TaskSpec

PATIENCE = 30  # seconds
QUICK = Retry(attempts=3, first=timedelta(seconds=2), factor=4)


def WAIT(condition):  # noqa: N802 - stands out in a test
    """Return when the condition holds. AssertionError when it does not in time."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "still waiting"
        time.sleep(0.01)


@dataclass(frozen=True, kw_only=True)
class BellRang(Fact):
    """Only in tests: something happened to a bell."""

    type = "tests.bell_rang"
    bell_id: int
    times: int = 1


del REGISTRY.facts[BellRang.type]  # the documents list the product's events only


@contextmanager
def _registry():
    """Whatever is connected inside is forgotten at the end."""
    kept = {name: value.copy() for name, value in vars(REGISTRY).items()}
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(REGISTRY, name, value)


@contextmanager
def task_specs(*, retry: Retry = QUICK, lane=None, schedules=(), **functions):
    """Tasks named tests.NAME for each function. Yields them by name, to be enqueued."""
    with _registry():
        made = {name: task(_takes_names(function)) for name, function in functions.items()}
        specs = [
            TaskSpec(name=f"tests.{name}", task=one, retry=retry, lane=lane) for name, one in made.items()
        ]
        registry.connect(reactions={}, tasks=specs, schedules=list(schedules), audiences={})
        yield made


def _takes_names(function):
    """A task must be a function of a module; the tests' own are closures."""

    def run(**named):
        return function(**named)

    run.__qualname__ = run.__name__ = function.__name__
    return run


@contextmanager
def reactions(*functions, lane: bool = False, retry: Retry = QUICK):
    """Reactions named tests.NAME to BellRang."""
    with _registry():
        made = [
            Reaction(name=f"tests.{function.__name__}", run=function, lane=lane, retry=retry)
            for function in functions
        ]
        registry.connect(reactions={BellRang: made}, tasks=[], schedules=[], audiences={})
        yield
