"""From an address to its servers: by the table, by MX, by SRV, by usual names; whatever DNS answers."""

import time

import pytest
from django.utils import translation

from okienko.channels.email import domain_names, providers
from okienko.channels.email.channel import EmailChannel
from okienko.channels.email.detecting import guess
from okienko.channels.email.provider_advice import advice
from okienko.channels.email.tests.name_server import (
    failing,
    name_server,
    nobody_there,
    rubbish,
    silent,
    truncated,
)
from okienko.inboxes.source import Guess

ZONE = {
    ("firma.test", "MX"): ["10 alt1.aspmx.l.google.com.", "5 aspmx.l.google.com."],
    ("biuro.test", "MX"): ["0 biuro-test.mail.protection.outlook.com."],
    ("garnek.test", "MX"): ["10 serwer1234567.home.pl."],
    ("kubek.test", "MX"): ["10 mx.home.pl."],
    ("mail.kubek.test", "A"): ["192.0.2.7"],
    ("dzban.test", "MX"): ["10 s70.cyberfolks.pl."],
    ("proton.test", "MX"): ["10 mail.protonmail.ch."],
    ("mail.proton.test", "A"): ["192.0.2.9"],
    ("srv.test", "MX"): ["10 in.srv.test."],
    ("_imaps._tcp.srv.test", "SRV"): ["20 0 993 late.srv.test.", "10 5 1993 Imap1.srv.test."],
    ("_submission._tcp.srv.test", "SRV"): ["0 0 587 out.srv.test."],
    ("mail.srv.test", "A"): ["192.0.2.8"],
    ("nie.test", "MX"): ["0 ."],
    ("_imaps._tcp.nie.test", "SRV"): ["0 0 0 ."],
    ("_submissions._tcp.nie.test", "SRV"): ["0 0 465 ."],
    ("_submission._tcp.nie.test", "SRV"): ["0 0 587 ."],
    ("zwykla.test", "A"): ["192.0.2.1"],
    ("imap.zwykla.test", "A"): ["192.0.2.1"],
    ("mail.zwykla.test", "AAAA"): ["2001:db8::1"],
    ("alias.test", "MX"): ["10 mail.alias.test."],
    ("mail.alias.test", "CNAME"): ["other.alias.test."],
    ("other.alias.test", "A"): ["192.0.2.3"],
    ("pusta.test", "A"): ["192.0.2.1"],
    ("many.test", "MX"): [f"{number} mx{number}.aa{'a' * 50}.test." for number in range(300)],
    ("imap.many.test", "A"): ["192.0.2.4"],
}
ZONE |= {(f"loop{number}.test", "CNAME"): [f"loop{1 - number}.test."] for number in (0, 1)}


@pytest.fixture
def dns(settings):
    with name_server(ZONE) as (server, place):
        settings.DNS_SERVERS = [place]
        yield server


def servers(found: Guess) -> tuple:
    config = dict(found.config)
    return tuple(
        f"{config.get(f'{kind}host')}:{config.get(f'{kind}port')}/{config.get(f'{kind}security')}"
        for kind in ("imap_", "")
    )


def test_by_domain_without_asking_anybody(dns):
    found = EmailChannel().guess(" Sklep.Ziarno@GMAIL.com ")
    assert found == Guess(
        provider="gmail",
        label="Gmail",
        config=(
            ("imap_host", "imap.gmail.com"),
            ("imap_port", 993),
            ("imap_security", "tls"),
            ("imap_username", "Sklep.Ziarno@gmail.com"),
            ("host", "smtp.gmail.com"),
            ("port", 465),
            ("security", "tls"),
            ("username", "Sklep.Ziarno@gmail.com"),
            ("plus_addressing", True),
            ("sent_copy", False),
            ("max_bytes", 26214400),
            ("per_day", 500),
        ),
        advice=advice("gmail"),
        oauth="google",
    )
    assert dns.asked == []


def test_the_part_before_the_at_sign_where_the_provider_wants_it(dns):
    config = dict(guess("zofia@icloud.com").config)
    assert (config["imap_username"], config["username"]) == ("zofia", "zofia@icloud.com")


@pytest.mark.parametrize(
    ("domain", "provider", "expected"),
    [
        ("firma.test", "workspace", ("imap.gmail.com:993/tls", "smtp.gmail.com:465/tls")),
        ("biuro.test", "microsoft", ("outlook.office365.com:993/tls", "smtp.office365.com:587/starttls")),
        ("garnek.test", "home", ("serwer1234567.home.pl:993/tls", "serwer1234567.home.pl:465/tls")),
        ("kubek.test", "home", ("mail.kubek.test:993/tls", "mail.kubek.test:465/tls")),
        ("dzban.test", "cyberfolks", ("s70.cyberfolks.pl:993/tls", "s70.cyberfolks.pl:465/tls")),
        ("proton.test", "proton", ("None:None/None", "None:None/None")),
    ],
)
def test_by_mail_servers(dns, domain, provider, expected):
    found = guess(f"sklep@{domain}")
    assert (found.provider, servers(found)) == (provider, expected)


def test_what_the_domain_announces(dns):
    found = guess("sklep@srv.test")
    assert found == Guess(
        config=(
            ("imap_host", "imap1.srv.test"),
            ("imap_port", 1993),
            ("imap_security", "tls"),
            ("imap_username", "sklep@srv.test"),
            ("host", "out.srv.test"),
            ("port", 587),
            ("security", "starttls"),
            ("username", "sklep@srv.test"),
        )
    )


def test_usual_names_where_they_exist(dns):
    assert servers(guess("sklep@zwykla.test")) == ("imap.zwykla.test:993/tls", "mail.zwykla.test:465/tls")
    assert servers(guess("sklep@alias.test")) == ("mail.alias.test:993/tls", "mail.alias.test:465/tls")


@pytest.mark.parametrize("domain", ["nie.test", "pusta.test", "nowhere.invalid"])
def test_nothing_is_invented(dns, domain):
    assert guess(f"sklep@{domain}") == Guess()


@pytest.mark.parametrize(
    "address",
    ["", "@", "sklep", "sklep@", "@firma.test", "a@b", "a@..", "a@firma..test", f"a@{'x' * 64}.test", "a@\udcff.test",
     f"a@{'x.' * 200}test", "a@b\0c.test", "a@fir ma.test"],
)  # fmt: skip
def test_what_is_no_address(dns, address):
    assert guess(address) == Guess()


def test_a_domain_with_polish_letters(dns, settings):
    dns.zone["xn--garnki-i-ga-3vb.test", "MX"] = ["1 aspmx.l.google.com."]
    domain = b"xn--garnki-i-ga-3vb.test".decode("idna")
    found = guess(f"sklep@{domain}")
    assert (found.provider, dict(found.config)["username"]) == ("workspace", "sklep@xn--garnki-i-ga-3vb.test")


def test_a_long_answer_comes_by_tcp(dns):
    assert servers(guess("sklep@many.test")) == ("imap.many.test:993/tls", "None:None/None")


@pytest.mark.parametrize("mood", [failing, truncated, rubbish])
def test_bad_answers_to_one_question_leave_the_others(dns, mood, monkeypatch):
    monkeypatch.setattr(domain_names, "ONE_QUESTION", 0.5)
    dns.moods["zwykla.test"] = mood  # asked for MX
    dns.moods["_imaps._tcp.zwykla.test"] = mood
    assert servers(guess("sklep@zwykla.test")) == ("imap.zwykla.test:993/tls", "mail.zwykla.test:465/tls")


def test_names_that_go_round_in_circles(dns):
    begun = time.monotonic()
    assert guess("sklep@loop0.test") == Guess()
    assert time.monotonic() - begun < 9


def test_a_silent_server_does_not_hold_us(dns):
    for name in ("", "_imaps._tcp.", "_submission._tcp.", "_submissions._tcp.", "imap.", "mail.", "smtp."):
        dns.moods[f"{name}cisza.test"] = silent
    begun = time.monotonic()
    assert guess("sklep@cisza.test") == Guess()
    assert 2 < time.monotonic() - begun < 9


@pytest.mark.parametrize(
    "servers_of_ours", [["nonsense"], ["host:x"], ["dns.example:53"], ["127.0.0.1"], ["[::1]:x"]]
)
def test_settings_that_cannot_work(settings, servers_of_ours):
    settings.DNS_SERVERS = servers_of_ours
    assert guess("sklep@firma.test") == Guess()


def test_nobody_answers(settings, monkeypatch):
    monkeypatch.setattr(domain_names, "ONE_QUESTION", 0.2)
    settings.DNS_SERVERS = [nobody_there()]
    assert guess("sklep@firma.test") == Guess()


def test_the_table_is_sound():
    """Every place can be read, no domain belongs to two, and every word of advice belongs to somebody."""
    table = providers.providers()
    places = [place for one in table for place in (one.imap, one.smtp) if place]
    parts = [place.replace("/", ":").split(":") for place in places]
    assert [part for part in parts if len(part) != 3 or part[2] not in {"tls", "starttls"}] == []
    assert {int(part[1]) for part in parts} == {465, 587, 993}
    domains = [domain for one in table for domain in one.domains]
    assert sorted(domains) == sorted(set(domains))
    assert [one.name for one in table if bool(one.imap) != bool(one.smtp)] == []
    assert [one.name for one in table if not (one.imap or one.server or not one.guess)] == []
    assert [one.name for one in table if one.oauth not in {"", "google", "microsoft"}] == []


def test_advice_is_for_providers_there_are_and_in_polish():
    from okienko.channels.email.provider_advice import _ADVICE

    assert set(_ADVICE) <= {one.name for one in providers.providers()}
    with translation.override("en"):
        assert advice("yahoo").startswith("Make an app password")
    assert advice("no such provider") == ""
