"""The list of keys."""

import pytest

from okienko.ui.navigation import Place
from okienko.ui.shortcuts import caps, groups

DESK = Place(name="desk", title="Desk", url_name="desk", icon="inbox", keys="g i")
QUIET = Place(name="quiet", title="Quiet", url_name="quiet", icon="inbox")


@pytest.mark.parametrize(
    ("keys", "written"),
    [
        ("e", ["E"]),
        ("Shift+e", ["Shift", "E"]),
        ("g i", ["G", "I"]),
        ("ArrowDown", ["↓"]),
        ("Control+Enter", ["Ctrl", "Enter"]),
        ("?", ["?"]),
        ("[", ["["]),
    ],
)
def test_keys_as_they_stand_on_a_keyboard(keys, written):
    assert caps(keys) == written


def test_where_one_may_go_is_in_it():
    going = [(each.keys, each.words) for each in groups([DESK, QUIET])[1].shortcuts]
    assert going[0] == (("g i",), "Desk")
    assert [keys for keys, _ in going] == [("g i",), ("/",), ("c",), ("?",)]


def test_no_key_means_two_things():
    keys = [keys.lower() for group in groups([DESK]) for each in group.shortcuts for keys in each.keys]
    assert sorted(keys) == sorted(set(keys))
