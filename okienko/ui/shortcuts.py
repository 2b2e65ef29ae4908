"""The keys of the desk, in one list: what the dialog behind "?" shows, and what a test presses.

`keys` are written as in data-keys: "e", "Shift+e", "g i" (one after the other), "ArrowDown". What a key does belongs to
the button, link or field that says data-keys; those of BUILT_IN have none, okienko/ui/static/ui/js/ok-keys.js does them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from okienko.ui.navigation import Place, Words


@dataclass(frozen=True)
class Shortcut:
    """`keys`: alternatives that do the same; `words`: what they do."""

    keys: tuple[str, ...]
    words: Words


@dataclass(frozen=True)
class Group:
    title: Words
    shortcuts: tuple[Shortcut, ...]


BUILT_IN = {"j", "k", "o", "u", "?", "/", "Enter", "Escape", "ArrowDown", "ArrowUp"}
COMPOSER = {"Control+Enter"}  # ok-composer.js does it, inside of the field

IN_THE_LIST = Group(
    _("In the list"),
    (
        Shortcut(("j", "ArrowDown"), _("next conversation")),
        Shortcut(("k", "ArrowUp"), _("previous conversation")),
        Shortcut(("Enter", "o"), _("open the conversation")),
        Shortcut(("x",), _("select it, or not")),
        Shortcut(("*",), _("select all shown, once one is selected")),
    ),
)
IN_THE_CONVERSATION = Group(
    _("In the conversation"),
    (
        Shortcut(("r",), _("answer")),
        Shortcut(("n",), _("note")),
        Shortcut(("Control+Enter",), _("send the answer or keep the note")),
        Shortcut(("e",), _("resolve, or open again")),
        Shortcut(("s",), _("other states")),
        Shortcut(("a",), _("hand over")),
        Shortcut(("i",), _("take it over")),
        Shortcut(("t",), _("new tag")),
        Shortcut(("d",), _("show or hide the customer")),
        Shortcut((".",), _("copy the number")),
        Shortcut(("[",), _("previous message")),
        Shortcut(("]",), _("next message")),
        Shortcut(("u", "Escape"), _("back to the list; out of a field")),
    ),
)
SEARCH = Shortcut(("/",), _("search"))
BEGIN = Shortcut(("c",), _("new conversation"))
HELP = Shortcut(("?",), _("this list"))

CAPS = {
    "ArrowDown": "↓",
    "ArrowUp": "↑",
    "Control": "Ctrl",
    "Escape": "Esc",
}


def groups(places: Iterable[Place]) -> list[Group]:
    """All of them; `places` are those one may go to."""
    going = tuple(Shortcut((place.keys,), place.title) for place in places if place.keys)
    return [IN_THE_LIST, Group(_("Everywhere"), (*going, SEARCH, BEGIN, HELP)), IN_THE_CONVERSATION]


def caps(keys: str) -> list[str]:
    """ "Shift+e" → ["Shift", "E"], "g i" → ["G", "I"]."""
    return [CAPS.get(key, key.upper() if len(key) == 1 else key) for key in keys.replace("+", " ").split()]
