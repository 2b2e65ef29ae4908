"""What rooms offer to pages of other rooms: the sections beside a conversation, those of a customer's page, and ways on.

A page names what it is about (`conversation`, `customer`, `contact`) and its key. Each panel is an address of its own that
the browser asks for after the page has been drawn (ok-panel.js), so that a slow one delays nothing. An answer without
content (204) leaves no trace: empty sections are not shown. Asked for by itself, the same address is a page.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise

from okienko.ui.fragments import varying, wants_regions

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


@dataclass(frozen=True, kw_only=True)
class Act:
    """A button that leads on from what the page is about. `query`: follows the address, {key} is replaced."""

    name: str
    title: Words
    of: str
    url_name: str
    icon: str
    permission: str = ""
    query: str = ""


@dataclass(frozen=True)
class Shown:
    """A panel about one thing, as a template needs it."""

    name: str
    title: Words
    address: str
    topics: str


@dataclass(frozen=True)
class Way:
    """An act about one thing, as a template needs it."""

    name: str
    title: Words
    href: str
    icon: str


@dataclass
class _Registry:
    panels: tuple[Panel, ...] = ()
    acts: tuple[Act, ...] = ()
    frame: str = ""


_registry = _Registry()


def install(panels: Iterable[Panel], acts: Iterable[Act] = (), *, frame: str = ""):
    """`frame`: the template that a panel's own page extends."""
    _registry.panels, _registry.acts, _registry.frame = tuple(panels), tuple(acts), frame


def about(of: str, key: int, agent) -> list[Shown]:
    """The panels of one page that this agent may see, in the order of wiring."""
    return [
        Shown(panel.name, panel.title, reverse(panel.url_name, args=[key]), panel.topics.format(key=key))
        for panel in _registry.panels
        if _is_offered(panel, of, agent)
    ]


def acts(of: str, key: int, agent) -> list[Way]:
    """Where one goes on from the page, in the order of wiring."""
    return [
        Way(act.name, act.title, f"{reverse(act.url_name)}{act.query.format(key=key)}", act.icon)
        for act in _registry.acts
        if _is_offered(act, of, agent)
    ]


def _is_offered(one: Panel | Act, of: str, agent) -> bool:
    return one.of == of and (not one.permission or agent.may(one.permission))


def answer(
    request, template: str, context: dict, *, title: Words, is_empty: bool = False, status: int = 200
) -> HttpResponse:
    """A panel's answer: its content for the page that asked, nothing when it is empty, a page for whoever came by a link."""
    if wants_regions(request):
        if is_empty:
            return varying(HttpResponse(status=204))
        return varying(render(request, template, context, status=status))
    more = {"frame": _registry.frame, "panel": template, "title": title, "is_empty": is_empty}
    return varying(render(request, "ui/panel_page.html", context | more, status=status))
