import pytest

from okienko.lib.phones import normalised, parted, readable, region_of


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("501 502 503", "+48501502503"),
        (" +48 501-502-503 ", "+48501502503"),
        ("0048501502503", "+48501502503"),
        ("48 501 502 503", "+48501502503"),
        ("(22) 501 50 50", "+48225015050"),
        ("+44 20 7946 0958", "+442079460958"),
        ("+48 000 000 000", "+48000000000"),  # with its country: perhaps too new for the list
        ("000 000 000", ""),
        ("501 502", ""),
        ("10482", ""),
        ("020 7946 0958", ""),
        ("Jan 501502503", ""),
        ("501502503 zł", ""),
        ("", ""),
        ("+" + "9" * 500, ""),
    ],
)
def test_numbers_as_people_write_them(written, number):
    assert normalised(written) == number


def test_without_a_country_it_is_the_shop_s():
    assert normalised("020 7946 0958", region_of("en")) == "+442079460958"
    assert [region_of(language) for language in ("pl", "de-AT", "", "xx")] == ["PL", "DE", "PL", "PL"]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Jan Kos, 501 502 503", ("+48501502503", "Jan Kos")),
        ("501502503 – Zofia Gąsiorowska", ("+48501502503", "Zofia Gąsiorowska")),
        ("Zofia (501 502 503)", ("+48501502503", "Zofia")),
        ("501 502 503", ("+48501502503", "")),
        ("Jan Kos", ("", "Jan Kos")),
        ("Pan z zamówienia 10482", ("", "Pan z zamówienia 10482")),
    ],
)
def test_a_number_and_the_name_beside_it(written, found):
    assert parted(written) == found


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+48501502503", "+48 501 502 503"),
        ("+442079460958", "+44 20 7946 0958"),
        ("nobody/1", "nobody/1"),
        ("", ""),
    ],
)
def test_how_a_number_is_shown(number, shown):
    assert readable(number) == shown
