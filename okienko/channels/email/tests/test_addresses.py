import pytest

from okienko.channels.email.addresses import delivered_to, parties, recipients, sender
from okienko.inboxes.channel import Role


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("zofia@sklep.example", [("", "zofia@sklep.example")]),
        ("<zofia@sklep.example>", [("", "zofia@sklep.example")]),
        ("Zofia <Zofia@Sklep.Example>", [("Zofia", "zofia@sklep.example")]),
        ('"Kowalska, Zofia" <z@s.example>', [("Kowalska, Zofia", "z@s.example")]),
        ("Kowalska, Zofia <z@s.example>", [("Kowalska, Zofia", "z@s.example")]),
        ('"Zofia \\"Zo\\" K." <z@s.example>', [('Zofia "Zo" K.', "z@s.example")]),
        ("z@s.example (Zofia K.)", [("Zofia K.", "z@s.example")]),
        ("Zofia (z@s.example)", [("Zofia", "z@s.example")]),
        (
            "a@s.example, B <b@s.example>; c@s.example",
            [("", "a@s.example"), ("B", "b@s.example"), ("", "c@s.example")],
        ),
        ("Biuro: a@s.example, b@s.example;", [("", "a@s.example"), ("", "b@s.example")]),
        ("undisclosed-recipients:;", []),
        ("=?utf-8?Q?Zofia_=C5=BB?= <z@s.example>", [("Zofia Ż", "z@s.example")]),
        ('"=?utf-8?Q?Zofia,_=C5=BB?=" <z@s.example>', [("Zofia, Ż", "z@s.example")]),
        ("=?utf-8?Q?Kowalska,_Zofia?= <z@s.example>", [("Kowalska, Zofia", "z@s.example")]),
        ("'z@s.example' <z@s.example>", [("", "z@s.example")]),
        ("z@s.example <z@s.example>", [("", "z@s.example")]),
        ("mailto:z@s.example", [("", "z@s.example")]),
        ("Zofia <z@s.example", [("Zofia", "z@s.example")]),
        ("Zofia z@s.example", [("Zofia", "z@s.example")]),
        ("Zofia < z@ s.example >", [("Zofia", "z@s.example")]),
        ("Mail Delivery <MAILER-DAEMON>", [("Mail Delivery", "")]),
        ("MAILER-DAEMON <>", [("MAILER-DAEMON", "")]),
        ("", []),
        (" , ; ,", []),
        ("(((((", []),
    ],
)
def test_parties(written, expected):
    assert [(party.name, party.value) for party in parties(written, Role.TO)] == expected


def test_an_address_keeps_how_it_was_written():
    [party] = parties("Zofia <Zofia.K@Sklep.Example>", Role.CC)
    assert (party.kind, party.value, party.written, party.role) == (
        "email", "zofia.k@sklep.example", "Zofia.K@Sklep.Example", Role.CC,
    )  # fmt: skip


def test_an_absurdly_long_address_is_no_address_and_costs_no_mail():
    [party] = parties(f"Zofia <{'z' * 900}@s.example>", Role.FROM)
    assert (party.name, party.value, len(party.written)) == ("Zofia", "", 320)


def test_thousands_of_addresses_are_bounded():
    assert len(parties("z@s.example," * 5000, Role.TO)) == 500


@pytest.mark.parametrize(
    ("headers", "value"),
    [
        ({"from": [b"a@s.example"], "sender": [b"b@s.example"]}, "a@s.example"),
        ({"from": [b"[??]", b"a@s.example"]}, "a@s.example"),
        ({"sender": [b"b@s.example"]}, "b@s.example"),
        ({"return-path": [b"<c@s.example>"]}, "c@s.example"),
        ({"from": [b"MAILER-DAEMON <>"], "return-path": [b"<>"]}, ""),
        ({}, ""),
    ],
)
def test_sender_is_the_first_that_names_anybody(headers, value):
    assert sender(headers).value == value


def test_recipients_in_their_roles():
    found = recipients(
        {"to": [b"a@s.example"], "cc": [b"b@s.example", b"c@s.example"], "reply-to": [b"d@s.example"]}
    )
    assert [(party.role, party.value) for party in found] == [
        (Role.TO, "a@s.example"),
        (Role.CC, "b@s.example"),
        (Role.CC, "c@s.example"),
        (Role.REPLY_TO, "d@s.example"),
    ]


def test_delivered_to_names_every_address_of_transport_once():
    headers = {
        "delivered-to": [b"Sklep@s.example", b"box@s.example"],
        "x-original-to": [b"sklep@s.example", b"zwroty@s.example"],
        "x-envelope-to": [b"kasa@s.example"],
        "envelope-to": [b"<Biuro@s.example>"],
    }
    assert delivered_to(headers) == (
        "sklep@s.example", "box@s.example", "zwroty@s.example", "kasa@s.example", "biuro@s.example",
    )  # fmt: skip
