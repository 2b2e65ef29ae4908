import pytest

from okienko.lib.text import cut, fold, one_line, printable


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Zażółć GĘŚLĄ jaźń", "zazolc gesla jazn"),
        ("Łódź", "lodz"),
        ("Straße Øre", "strasse ore"),
        ("naïve", "naive"),
    ],
)
def test_folding(text, folded):
    assert fold(text) == folded


def test_control_characters_and_lone_surrogates_go():
    assert printable("a\x00b\x1bc\ud800d\n\te") == "abc?d\n\te"


def test_one_line():
    assert one_line(" a\n b\t c ") == "a b c"


def test_cutting_says_so():
    assert (cut("abcdef", 6), cut("abcdef", 4)) == ("abcdef", "abc…")
