"""Where links really lead, however they are dressed up."""

import time

import pytest

from okienko.lib.link_targets import target, tidied

NOTHING = ()
# address, words → host as it is shown, doubts
LEADS = [
    ("https://sklep.example/", "Sklep", "sklep.example", NOTHING),
    ("https://sklep.example/a", "https://www.sklep.example/a", "sklep.example", NOTHING),
    ("https://www.sklep.example/", "sklep.example", "www.sklep.example", NOTHING),
    ("https://poczta.bank.example/", "bank.example", "poczta.bank.example", NOTHING),
    ("https://bank.example/", "konto.bank.example", "bank.example", NOTHING),
    ("https://zly.example/", "bank.pl", "zly.example", ("elsewhere",)),
    ("https://zly.example/", "Zaloguj się na https://bank.example/login", "zly.example", ("elsewhere",)),
    ("https://zly.example/", "b\u200bank.example", "zly.example", ("elsewhere",)),
    ("https://zly.example/", "ｂank．example", "zly.example", ("elsewhere",)),
    ("https://zly.example/", "biuro@bank.example", "zly.example", ("elsewhere",)),
    ("https://bank.example.zly.example/", "bank.example", "bank.example.zly.example", ("elsewhere",)),
    ("https://zlybank.example/", "bank.example", "zlybank.example", ("elsewhere",)),
    ("https://x.example/", "faktura.pdf, umowa.docx i Kowalski.Dzień", "x.example", NOTHING),
    ("https://x.example/", "wersja 2.10.1, cena 12.50", "x.example", NOTHING),
    ("https://bank.example@zly.example/", "Bank", "zly.example", ("login",)),
    ("https://bank.example\\@zly.example/", "Bank", "bank.example", NOTHING),
    ("https:\\\\zly.example/a", "Bank", "zly.example", NOTHING),
    ("https:zly.example", "Bank", "zly.example", NOTHING),
    ("ht\ntps://zly.exa\tmple/", "Bank", "zly.example", NOTHING),
    ("HTTPS://ZLY.example/", "Bank", "zly.example", NOTHING),
    ("https://%7aly.example/", "Bank", "zly.example", NOTHING),
    ("https://ｚly。example/", "Bank", "zly.example", NOTHING),
    ("http://185.22.1.9/", "tutaj", "185.22.1.9", ("number",)),
    ("http://3105226505/", "tutaj", "3105226505", ("number",)),
    ("http://0xb9.0x16.1.9/", "tutaj", "0xb9.0x16.1.9", ("number",)),
    ("http://[2001:db8::1]/", "tutaj", "2001:db8::1", ("number",)),
    ("https://sklep.example:8443/", "tutaj", "sklep.example:8443", ("port",)),
    ("https://sklep.example:443/", "tutaj", "sklep.example", NOTHING),
    ("https://bit.ly/3x", "oferta", "bit.ly", ("short",)),
    ("https://żółw.pl/", "żółw.pl", "żółw.pl", NOTHING),
    ("https://xn--w-uga1v8h.pl/", "żółw.pl", "żółw.pl", NOTHING),
    ("https://укр.укр/", "x", "укр.укр", NOTHING),
    ("https://bаnk.pl/", "bank", "xn--bnk-6cd.pl (bаnk.pl)", ("letters",)),  # the second letter is Cyrillic
    ("https://xn--bnk-6cd.pl/", "bank", "xn--bnk-6cd.pl (bаnk.pl)", ("letters",)),
    ("mailto:zofia@klient.example?subject=a", "zofia@klient.example", "klient.example", NOTHING),
    ("mailto:zofia@zly.example", "zofia@klient.example", "zly.example", ("elsewhere",)),
    ("tel:+48221112233", "bank.pl", "", NOTHING),
    ("https://a:b@1.2.3.4:99/", "bank.pl", "1.2.3.4:99", ("elsewhere", "login", "number", "port")),
]  # fmt: skip


@pytest.mark.parametrize(("href", "words", "host", "doubts"), LEADS)
def test_where_a_link_leads(href, words, host, doubts):
    leads = target(href, words)
    assert (leads.host, leads.doubts) == (host, doubts)


@pytest.mark.parametrize(
    "href",
    ["javascript:x()", "java\nscript:x()", "data:text/html,x", "/account/", "", "#a", "http://[bad", "http://a:99999/", "https://"],
)  # fmt: skip
def test_what_leads_nowhere_outside(href):
    assert target(href) is None


def test_addresses_as_a_browser_reads_them():
    assert tidied(" HTTPS:\\\\a.example\\b c?d=\\e#\\f") == "https://a.example/b%20c?d=\\e#\\f"


@pytest.mark.parametrize(
    "words", ["a." * 100_000, "a@" * 100_000, "www." * 100_000, "-" * 500_000, "@" * 99_999]
)
def test_words_without_end_take_no_time(words):
    begin = time.monotonic()
    target("https://x.example/", words)
    assert time.monotonic() - begin < 0.5
