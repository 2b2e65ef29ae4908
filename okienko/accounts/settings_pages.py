"""Which pages of settings exist. Rooms bring them, okienko/wiring/ lists them; nobody sees what is not theirs."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from okienko.accounts.models import Agent
from okienko.lib.text import fold

Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class SettingsPage:
    """`words`: one plain sentence. `keywords`: what else people look for it by. `icon`: of components/icon.css.

    `permission`: the word it takes to open it, "" for everybody's own pages.
    """

    name: str
    title: Words
    words: Words
    url_name: str
    permission: str
    icon: str = "gear"
    keywords: Words = ""


_pages: list[SettingsPage] = []


def install(pages: Iterable[SettingsPage]):
    _pages[:] = pages


def offered_to(agent: Agent) -> list[SettingsPage]:
    """Those the agent may open, in the order of the list."""
    return [page for page in _pages if not page.permission or agent.may(page.permission)]


def found_among(pages: Iterable[SettingsPage], sought: str) -> list[SettingsPage]:
    """Those in which every sought word begins a word, whatever its case and diacritics; all for no words."""
    beginnings = fold(sought).split()
    return [page for page in pages if all(_has(page, beginning) for beginning in beginnings)]


def _has(page: SettingsPage, beginning: str) -> bool:
    said = fold(f"{page.title} {page.words} {page.keywords}")
    return any(word.strip("„”()").startswith(beginning) for word in said.split())
