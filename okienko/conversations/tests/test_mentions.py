"""Who is named in a note. Texts and names only."""

import pytest

from okienko.conversations import mentions

AGENTS = {1: "Anna Nowicka", 2: "Bartek Zych", 3: "Łukasz Żak", 4: "Anna Maria Wójcik", 5: "Celina"}
TEAMS = {1: "Księgowość", 2: "Obsługa klienta", 3: "Obsługa"}
HANDLES = mentions.handles(AGENTS, TEAMS)


def meant(text: str, handles: mentions.Handles = HANDLES) -> list[tuple[str, list]]:
    return [(text[each.start : each.end], sorted(each.keys)) for each in mentions.named(text, handles)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Bartek zerknij", [("@Bartek", [("agent", 2)])]),
        ("@bartek zerknij", [("@bartek", [("agent", 2)])]),
        ("Cześć, @Bartek Zych!", [("@Bartek Zych", [("agent", 2)])]),
        ("(@Celina)", [("@Celina", [("agent", 5)])]),
        ("@ŁUKASZ ŻAK, pilne.", [("@ŁUKASZ ŻAK", [("agent", 3)])]),
        ("@Księgowość: faktura", [("@Księgowość", [("team", 1)])]),
        ("@Celina @Bartek", [("@Celina", [("agent", 5)]), ("@Bartek", [("agent", 2)])]),
        ("Zapytaj @Bartek.", [("@Bartek", [("agent", 2)])]),
        ("@Bartek\nzerknij", [("@Bartek", [("agent", 2)])]),
    ],
)
def test_people_and_teams_are_named_by_their_names(text, found):
    assert meant(text) == found


def test_the_longest_name_is_meant():
    assert meant("@Obsługa klienta") == [("@Obsługa klienta", [("team", 2)])]
    assert meant("@Obsługa klientka") == [("@Obsługa", [("team", 3)])]
    assert meant("@Anna Maria Wójcik") == [("@Anna Maria Wójcik", [("agent", 4)])]


@pytest.mark.parametrize(
    "text",
    [
        "@Anna zerknij",  # two of them: who is meant?
        "@Bartkowi oddaj",  # inflected forms are not guessed
        "@Celiny",
        "pisz na bartek@bartek.example",
        "biuro@Celina",
        "@bartek.zych@sklep.example",
        "https://x.example/@Bartek",
        "@Bartek-Jan",
        "@@Bartek@x",
        "@ Bartek",
        "Bartek",
        "",
    ],
)
def test_nobody_is_named(text):
    assert meant(text) == []


def test_two_of_the_same_name_are_both_meant():
    handles = mentions.handles({1: "Jan Kowal", 2: "Jan Kowal"}, {7: "Hurt"})
    assert meant("@Jan Kowal", handles) == [("@Jan Kowal", [("agent", 1), ("agent", 2)])]


def test_a_team_called_like_somebody_takes_the_short_name():
    handles = mentions.handles({1: "Hurt Detal"}, {7: "Hurt"})
    assert meant("@Hurt @Hurt Detal", handles) == [
        ("@Hurt", [("team", 7)]),
        ("@Hurt Detal", [("agent", 1)]),
    ]


def test_letters_that_grow_when_folded_shift_nothing():
    assert meant("Straße ß @Bartek ok") == [("@Bartek", [("agent", 2)])]


def test_where_nobody_works_nobody_is_named():
    assert meant("@Anna", mentions.handles({}, {})) == []
    assert meant("@", mentions.handles({1: " "}, {})) == []
