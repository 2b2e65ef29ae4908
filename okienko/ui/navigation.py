"""Where one can go from every page: the rail on the left, the bar below on a phone. `okienko/wiring/` lists the places."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class Place:
    """One entry. `name`: what a page says of itself in {% block place %}; `icon`: of components/icon.css.

    `permission`: the word it takes to go there, "" for everybody. `keys`: how the keyboard goes there ("g i").
    """

    name: str
    title: Words
    url_name: str
    icon: str
    permission: str = ""
    keys: str = ""


_places: list[Place] = []


def install(places: Iterable[Place]):
    _places[:] = places


def offered_to(agent) -> list[Place]:
    """Those the agent may go to, in the order of the list."""
    return [place for place in _places if not place.permission or agent.may(place.permission)]
