import pytest

from okienko.lib.masking import Words, masked

WORDS = Words(email="[e]", phone="[t]", postal="[a]")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("zofia@klient.example", "[e]"),
        ("Zofia <zofia.g+1@poczta.klient.example>", "Zofia <[e]>"),
        ("Piszcie na zofia@klient.example.", "Piszcie na [e]."),
        ("550 <zofia@klient.example>: no such user", "550 <[e]>: no such user"),
        ("mailto:zofia@klient.example", "mailto:[e]"),
        ("501502503", "[t]"),
        ("tel. 501 502 503, dziękuję", "tel. [t], dziękuję"),
        ("501-502-503.", "[t]."),
        ("tel.501502503", "tel.[t]"),
        ("501 502 503 504 505 506", "[t] [t]"),
        ("501502503-Zofia", "[t]-Zofia"),
        ("+48 501 502 503", "[t]"),
        ("+48501502503", "[t]"),
        ("0048 22 501 50 50", "[t]"),
        ("(22) 501 50 50", "[t]"),
        ("+44 (20) 7946 0958", "[t]"),
        ("00-950 Warszawa", "[a]"),
        ("ul. Kwiatowa 12/3, 00-950 Nowa Sól", "[a], [a]"),
        ("al. 3 Maja 5 m. 7", "[a]"),
        ("mieszkam przy ulicy Stary Rynek 4a", "mieszkam przy [a]"),
    ],
)
def test_what_leads_to_a_person_is_replaced(text, shown):
    assert masked(text, WORDS) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Zofia Gąsiorowska",
        "Zamówienie 10482 miało być wczoraj, #10482.",
        "Kwota 1 234,50 zł, razem 123 456 789,00 zł",
        "Paczka 620999552010050123456789",
        "Termin 2026-11-22 o 10:30",
        "NIP 525-000-12-34",
        "Zapraszamy na sklep.pl 5 dni w tygodniu",
        "kontakt @ sklep",
        "2 filiżanki po 45 zł",
    ],
)
def test_what_does_not_stays(text):
    assert masked(text, WORDS) == text


def test_a_long_letter_takes_no_time():
    masked("ul. Aa Bb Cc " * 20_000 + "a" * 50_000 + "1 2 3 " * 20_000 + "+" * 10_000, WORDS)
