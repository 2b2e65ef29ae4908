"""What rooms above keep that names a person's addresses. `okienko/wiring/` says who; this room only asks.

An address that is given to another contact takes along what it began: nothing of two people stays under one name.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from okienko.contacts.models import Contact, Identity


@dataclass(frozen=True, kw_only=True)
class Belongings:
    """What one room keeps.

    `hold`: nothing new begins with the address until the caller's transaction ends. `names`: does anything name the address, so that it cannot be forgotten? `said`: in words for an agent,
    what would go along to another contact ("" for nothing). `move`: what the address began goes from a contact to another, in the caller's
    transaction.
    """

    hold: Callable[[Identity], None]
    names: Callable[[Identity], bool]
    said: Callable[[Identity, object], str]
    move: Callable[[Identity, Contact, Contact], None]


_known: list[Belongings] = []


def install(belongings: Iterable[Belongings]):
    _known[:] = belongings


def hold(identity: Identity):
    for each in _known:
        each.hold(identity)


def is_named(identity: Identity) -> bool:
    return any(each.names(identity) for each in _known)


def said(identity: Identity, agent) -> list[str]:
    return [words for each in _known if (words := each.said(identity, agent))]


def move(identity: Identity, before: Contact, after: Contact):
    for each in _known:
        each.move(identity, before, after)
