"""SPF, DKIM and DMARC of a domain, as a DNS server of our own tells them."""

import time

import pytest
from django.utils import translation

from okienko.channels.email import dns_records, domain_names
from okienko.channels.email.dns_records import examine_domain
from okienko.channels.email.tests.name_server import failing, name_server, nobody_there, silent
from okienko.inboxes.source import Verdict

SMTP = "smtp.hoster.test"
OURS = "v=spf1 a:smtp.hoster.test ~all"
ZONE = {
    (SMTP, "A"): ["93.184.216.34"],
    (SMTP, "AAAA"): ["2606:2800::1"],
    ("private.test", "A"): ["192.168.1.5"],
    ("_spf.home.pl", "TXT"): ['"v=spf1 ip4:89.161.0.0/16 -all"'],
    ("ring.test", "TXT"): ['"v=spf1 include:ring.test -all"'],
    ("nospf.test", "TXT"): ['"hello"'],
}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def dns(settings):
    with name_server(dict(ZONE)) as (server, place):
        settings.DNS_SERVERS = [place]
        yield server


def step(name: str, domain: str, host: str = SMTP, **more):
    (found,) = [step for step in examine_domain(domain, smtp_host=host, **more) if step.name == name]
    return found


def publish(dns, *records: str, name: str = "sklep.test"):
    dns.zone[name, "TXT"] = [f'"{record}"' for record in records]


@pytest.mark.parametrize(
    "record",
    [
        OURS,
        "V=SPF1 A:smtp.HOSTER.test -ALL",
        "v=spf1 ip4:93.184.216.0/24 -all",
        "v=spf1 ip6:2606:2800::/32 ?all",
        "v=spf1 mx -all",
        "v=spf1 a/24 ~all",
        "v=spf1 include:other.test -all",
        "v=spf1 redirect=other.test",
        "v=spf1 exists:%{i}._spf.sklep.test a:smtp.hoster.test -all exp=why.sklep.test",
        "v=spf1 a:smtp.hoster.test",
    ],
)
def test_spf_that_lets_our_server_send(dns, record):
    publish(dns, "google-site-verification=x", record)
    publish(dns, OURS, name="other.test")
    dns.zone["sklep.test", "MX"] = ["10 smtp.hoster.test."]
    dns.zone["sklep.test", "A"] = ["93.184.216.99"]
    words = "The SPF record of sklep.test lets smtp.hoster.test send for it."
    found = step("spf", "sklep.test")
    assert (found.verdict, found.words) == (Verdict.OK, words)


@pytest.mark.parametrize(
    ("record", "verdict", "mended"),
    [
        ("v=spf1 mx ~all", Verdict.WARNING, "v=spf1 a:smtp.hoster.test mx ~all"),
        ("v=spf1 -a:smtp.hoster.test -all", Verdict.WARNING, "v=spf1 a:smtp.hoster.test -a:smtp.hoster.test -all"),
        ("v=spf1", Verdict.WARNING, "v=spf1 a:smtp.hoster.test"),
        ("v=spf1 -ip4:93.184.216.34 -all", Verdict.WARNING, "v=spf1 a:smtp.hoster.test -ip4:93.184.216.34 -all"),
        ("v=spf1 -include:other.test -all", Verdict.WARNING, "v=spf1 a:smtp.hoster.test -include:other.test -all"),
    ],
)  # fmt: skip
def test_spf_that_does_not(dns, record, verdict, mended):
    publish(dns, record)
    publish(dns, OURS, name="other.test")
    found = step("spf", "sklep.test")
    words = (
        "The SPF record of sklep.test does not name smtp.hoster.test, through which your letters go out, so that "
        f'they may be refused or taken for spam. Change it to: sklep.test TXT "{mended}"'
    )
    assert (found.verdict, found.words) == (verdict, words)


@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        ("v=spf1 include:_spf.home.pl -all", Verdict.OK),
        ("v=spf1 a -all", Verdict.FAILED),
        ("v=spf1 a ~all", Verdict.WARNING),
    ],
)
def test_spf_of_a_known_provider(dns, record, verdict):
    publish(dns, record)
    found = step("spf", "sklep.test", "serwer1234.home.pl")
    assert found.verdict == verdict
    if verdict != Verdict.OK:
        assert found.words.endswith(f'sklep.test TXT "v=spf1 include:_spf.home.pl {record[7:]}"')


def test_spf_missing(dns):
    dns.zone["sklep.test", "A"] = ["93.184.216.99"]
    assert step("spf", "sklep.test").words == (
        "sklep.test has no SPF record, so other servers cannot tell your letters from forged ones and may refuse "
        'them. Add this where the domain\'s DNS is kept: sklep.test TXT "v=spf1 a:smtp.hoster.test ~all"'
    )
    assert step("spf", "sklep.test", "smtp.gmail.com").words.endswith(
        'sklep.test TXT "v=spf1 include:_spf.google.com ~all"'
    )
    assert step("spf", "sklep.test", "private.test").words.endswith('sklep.test TXT "v=spf1 mx ~all"')
    assert step("spf", "sklep.test", "").verdict == Verdict.WARNING


def test_several_spf_records_are_made_one(dns):
    publish(dns, "v=spf1 mx ip4:1.2.3.4 -all", "v=spf1 include:_spf.home.pl mx ~all")
    found = step("spf", "sklep.test")
    words = (
        "sklep.test has more than one SPF record, and then receivers use none of them. Leave this one alone and "
        'remove the others: sklep.test TXT "v=spf1 include:_spf.home.pl mx ip4:1.2.3.4 a:smtp.hoster.test ~all"'
    )
    assert (found.verdict, found.words) == (Verdict.FAILED, words)


@pytest.mark.parametrize(
    ("record", "part"),
    [
        ("v=spf1 mx; -all", "mx;"),
        ("v=spf1 ip4:300.1.2.3 -all", "ip4:300.1.2.3"),
        ("v=spf1 ip4:1.2.3.4/55 -all", "ip4:1.2.3.4/55"),
        ("v=spf1 ip4 -all", "ip4"),
        ("v=spf1 include: -all", "include:"),
        ("v=spf1 include -all", "include"),
        ("v=spf1 a:smtp.hoster.test/99 -all", "/99"),
        ("v=spf1 ipv4:1.2.3.4 -all", "ipv4:1.2.3.4"),
        (f"v=spf1 {'z' * 200} -all", "z" * 59 + "…"),
    ],
)
def test_spf_with_a_mistake(dns, record, part):
    publish(dns, record)
    found = step("spf", "sklep.test")
    words = "The SPF record of sklep.test has a mistake, and receivers then use none of it: “%s”. Correct that part."
    assert (found.verdict, found.words) == (Verdict.FAILED, words % part)


@pytest.mark.parametrize(
    ("record", "beginning"),
    [
        ("v=spf1 include:ring.test -all", "The SPF record of sklep.test refers to too many others"),
        ("v=spf1 redirect=sklep.test", "The SPF record of sklep.test refers to too many others"),
        (f"v=spf1 {'a ' * 11}-all", "The SPF record of sklep.test refers to too many others"),
        ("v=spf1 include:nowhere.test -all", "The SPF record of sklep.test refers to nowhere.test, which has no"),
        ("v=spf1 include:nospf.test -all", "The SPF record of sklep.test refers to nospf.test, which has no valid"),
    ],
)  # fmt: skip
def test_spf_that_leads_nowhere(dns, record, beginning):
    publish(dns, record)
    found = step("spf", "sklep.test")
    assert (found.verdict, found.words[: len(beginning)]) == (Verdict.FAILED, beginning)


def test_ten_references_are_not_too_many(dns):
    publish(dns, f"v=spf1 {'a:smtp.hoster.test ' * 10}-all")
    assert step("spf", "sklep.test").verdict == Verdict.OK


@pytest.mark.parametrize("record", ["v=spf1 +all", "v=spf1 all"])
def test_spf_for_everybody(dns, record):
    publish(dns, record)
    assert step("spf", "sklep.test").verdict == Verdict.WARNING


def test_spf_behind_a_server_of_our_own_network(dns):
    publish(dns, "v=spf1 mx -all")
    found = step("spf", "sklep.test", "private.test")
    assert (found.verdict, found.words) == (
        Verdict.OK,
        "sklep.test has an SPF record. Whether it covers the server that sends for you cannot be told from here.",
    )


def test_a_huge_record(dns):
    dns.zone["sklep.test", "TXT"] = [
        " ".join(['"' + "a" * 250 + '"'] * 200),
        '"v=spf1 a:smtp.hoster.test -all"',
    ]
    assert step("spf", "sklep.test").verdict == Verdict.OK


@pytest.mark.parametrize(
    ("name", "key", "selectors", "selector"),
    [
        ("default._domainkey.sklep.test", "v=DKIM1; k=rsa; p=MIGf", (), "default"),
        ("selector2._domainkey.sklep.test", "k=rsa; p=MIGf", (), "selector2"),
        ("2024a._domainkey.sklep.test", "v=DKIM1;p=MIGf", ("../x", "2024a"), "2024a"),
    ],
)
def test_dkim_found(dns, name, key, selectors, selector):
    publish(dns, key, name=name)
    found = step("dkim", "sklep.test", selectors=selectors)
    assert (found.verdict, found.words) == (
        Verdict.OK,
        f"A DKIM key of sklep.test was found (selector “{selector}”).",
    )


def test_dkim_of_the_provider_by_alias(dns):
    dns.zone["protonmail2._domainkey.sklep.test", "CNAME"] = ["key.proton.test."]
    publish(dns, "v=DKIM1; p=MIGf", name="key.proton.test")
    assert step("dkim", "sklep.test").verdict == Verdict.WARNING
    dns.zone["fm2._domainkey.sklep.test", "CNAME"] = ["key.proton.test."]
    assert step("dkim", "sklep.test", "smtp.fastmail.com").verdict == Verdict.OK


@pytest.mark.parametrize("key", ["v=DKIM1; p=", "v=DKIM2; p=MIGf", "hello"])
def test_dkim_not_found(dns, key):
    publish(dns, key, name="default._domainkey.sklep.test")
    assert step("dkim", "sklep.test").verdict == Verdict.WARNING


@pytest.mark.parametrize(
    ("domain", "name", "records", "expected"),
    [
        ("sklep.test", "_dmarc.sklep.test", ["v=DMARC1; p=reject"], (Verdict.OK, "sklep.test has a DMARC record: forged letters are kept back (p=reject).")),
        ("sklep.test", "_dmarc.sklep.test", ["v=DMARC1;p=Quarantine;"], (Verdict.OK, "sklep.test has a DMARC record: forged letters are kept back (p=quarantine).")),
        ("sklep.test", "_dmarc.sklep.test", ["v=DMARC1; p=none"], (Verdict.OK, "sklep.test has a DMARC record that only watches (p=none).")),
        ("a.sklep.test", "_dmarc.sklep.test", ["v=DMARC1; p=none; sp=reject"], (Verdict.OK, "a.sklep.test has a DMARC record: forged letters are kept back (p=reject).")),
        ("sklep.test", "_dmarc.sklep.test", ["v=DMARC1; rua=mailto:a@b.test"], (Verdict.WARNING, "The DMARC record of sklep.test does not say what to do")),
        ("sklep.test", "_dmarc.sklep.test", ["v=DMARC1; p=none", "v=DMARC1; p=reject"], (Verdict.WARNING, "sklep.test has more than one DMARC record")),
        ("sklep.test", "_dmarc.sklep.test", ["v=spf1 -all"], (Verdict.WARNING, "sklep.test has no DMARC record")),
        ("sklep.test", "_dmarc.test", ["v=DMARC1; p=reject"], (Verdict.WARNING, "sklep.test has no DMARC record")),
    ],
)  # fmt: skip
def test_dmarc(dns, domain, name, records, expected):
    publish(dns, *records, name=name)
    found = step("dmarc", domain)
    assert (found.verdict, found.words[: len(expected[1])]) == expected


def test_the_first_dmarc_record(dns):
    assert step("dmarc", "sklep.test").words.endswith(
        '_dmarc.sklep.test TXT "v=DMARC1; p=none; rua=mailto:postmaster@sklep.test"'
    )


def test_domains_of_providers_are_their_affair(dns):
    steps = examine_domain("wp.pl", smtp_host="smtp.wp.pl")
    assert [(step.name, step.verdict, step.words) for step in steps] == [
        (name, Verdict.SKIPPED, "wp.pl belongs to WP Poczta, which takes care of it.")
        for name in ("spf", "dkim", "dmarc")
    ]
    assert dns.asked == []


@pytest.mark.parametrize("domain", ["", "localhost", "..", "a" * 70 + ".test"])
def test_no_domain(dns, domain):
    assert [step.verdict for step in examine_domain(domain, smtp_host=SMTP)] == [Verdict.SKIPPED] * 3


def skipped(name: str):
    words = "DNS did not tell about sklep.test just now. This says nothing about the domain."
    return name, Verdict.SKIPPED, words


def test_one_record_that_dns_does_not_tell(dns):
    publish(dns, OURS)
    dns.moods["_dmarc.sklep.test"] = failing
    steps = examine_domain("sklep.test", smtp_host=SMTP)
    assert [step.verdict for step in steps] == [Verdict.OK, Verdict.WARNING, Verdict.SKIPPED]
    assert (steps[2].name, steps[2].verdict, steps[2].words) == skipped("dmarc")


def test_what_the_record_refers_to_is_not_told(dns):
    publish(dns, "v=spf1 include:other.test -all")
    dns.moods["other.test"] = failing
    assert step("spf", "sklep.test").verdict == Verdict.SKIPPED


def test_our_own_network_fails(settings, monkeypatch):
    monkeypatch.setattr(domain_names, "ONE_QUESTION", 0.2)
    settings.DNS_SERVERS = [nobody_there()]
    steps = examine_domain("sklep.test", smtp_host=SMTP)
    assert [(step.name, step.verdict, step.words) for step in steps] == [
        skipped(name) for name in ("spf", "dkim", "dmarc")
    ]


def test_a_slow_server_does_not_hold_us(dns, monkeypatch):
    monkeypatch.setattr(dns_records, "SECONDS", 2)
    dns.moods["sklep.test"] = silent
    begun = time.monotonic()
    assert [step.verdict for step in examine_domain("sklep.test", smtp_host=SMTP)] == [Verdict.SKIPPED] * 3
    assert time.monotonic() - begun < 3
