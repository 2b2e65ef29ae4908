"""Fragments that rooms offer to pages of other rooms: the sections beside a conversation, those of a contact's page.

A page names what it is about (`conversation`, `contact`) and its key. Each panel is an address of its own that the
browser asks for after the page has been drawn, so that a slow one delays nothing. An answer without content (204)
leaves no trace: empty sections are not shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class Panel:
    """`of`: what it is about. `url_name`: takes the key of that. `topics`: of the change stream, {key} is replaced.

    `permission`: the word it takes to see it, "" for everybody.
    """

    name: str
    title: Words
    of: str
    url_name: str
    permission: str = ""
    topics: str = ""


@dataclass(frozen=True)
class Shown:
    """A panel about one thing, as a template needs it."""

    name: str
    title: Words
    address: str
    topics: str


_panels: list[Panel] = []


def install(panels: Iterable[Panel]):
    _panels[:] = panels


def about(of: str, key: int, agent) -> list[Shown]:
    """The panels of one page that this agent may see, in the order of wiring."""
    mine = [
        panel for panel in _panels if panel.of == of and (not panel.permission or agent.may(panel.permission))
    ]
    return [
        Shown(panel.name, panel.title, reverse(panel.url_name, args=[key]), panel.topics.format(key=key))
        for panel in mine
    ]
