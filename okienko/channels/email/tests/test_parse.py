from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okienko.channels.email.channel import EmailChannel
from okienko.channels.email.dates import times
from okienko.channels.email.ids import listed, message_id
from okienko.channels.email.parse import parse, salvage
from okienko.inboxes.channel import Automatic, Inbound

PAYLOADS = sorted((Path(__file__).parent.parent / "payloads").glob("*.eml"))
NOW = datetime(2026, 9, 20, 12, tzinfo=UTC)


def payload(name: str) -> bytes:
    return next(path for path in PAYLOADS if path.stem == name).read_bytes()


def words(found: Inbound) -> list[str]:
    """Every string of an Inbound, however deep."""

    def gather(value):
        if isinstance(value, str):
            return [value]
        if isinstance(value, dict):
            return [one for item in value.values() for one in gather(item)]
        return [one for item in value for one in gather(item)] if isinstance(value, list | tuple) else []

    return gather(asdict(found))


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
def test_every_payload_is_one_readable_message(path):
    [found] = EmailChannel().parse(path.read_bytes())
    assert (found.notice, found.sender.kind, found.sender.value.count("@")) == ("", "email", 1)
    assert found.subject
    assert found.text


@pytest.mark.parametrize(
    ("name", "automatic"),
    [
        ("question", Automatic.NO),
        ("reply", Automatic.NO),
        ("contact_form", Automatic.NO),
        ("forward_pd", Automatic.NO),
        ("out_of_office", Automatic.REPLY),
        ("bounce", Automatic.BOUNCE),
        ("newsletter", Automatic.LIST),
    ],
)
def test_payloads_are_judged(name, automatic):
    assert parse(payload(name)).automatic == automatic


def test_a_reply_names_its_thread():
    found = parse(payload("reply"))
    assert found.external_id == "b7c1-reply@poczta.example"
    assert found.in_reply_to == ("40231.1.answer@nasz-sklep.example",)
    assert found.references == ("b7c1-question@poczta.example", "40231.1.answer@nasz-sklep.example")
    assert found.delivered_to == ("sklep@nasz-sklep.example",)
    assert found.sent_at == datetime(2026, 9, 14, 9, 2, 10, tzinfo=UTC)
    assert found.received_at == datetime(2026, 9, 14, 9, 2, 15, tzinfo=UTC)


def test_a_forward_says_so():
    assert [parse(payload(name)).forwarded for name in ("forward_pd", "reply")] == [True, False]


def test_files_with_polish_names():
    assert [file.name for file in parse(payload("attachment_rfc2231")).files] == [
        "pęknięty dzbanek – zdjęcie.png",
        "paragon żółty.pdf",
    ]


def test_broken_mime_loses_nothing():
    found = parse(payload("broken_mime"))
    assert (found.subject, found.text) == (
        "Zamówienie z Błędem",
        "Proszę o zmianę adresu dostawy na ul. Źródlaną 5.",
    )
    assert [(file.name, file.data.decode()) for file in found.files] == [("adres.txt", "Ul. Źródlana 5")]


def test_what_is_missing_stays_empty():
    found = parse(b"To: sklep@s.example\n\nx")
    assert (found.external_id, found.subject, found.sender.value, found.text) == ("", "", "", "x")
    assert (found.sent_at, found.received_at, found.references, found.notice) == (None, None, (), "")


@pytest.mark.parametrize(
    "junk", [b"", b"\n", b"\x00", b"\xff\xfe", b"From ", b":", b"Thanx :-)\n", b"\r" * 9]
)
def test_no_bytes_at_all_and_other_junk(junk):
    [found] = EmailChannel().parse(junk)
    assert (found.notice, found.sender.value, len(found.fingerprint)) == ("", "", 64)


def test_a_text_without_headers_is_all_kept():
    assert parse(b"Thanx :-)\n").text == "Thanx :-)"


def test_mbox_line_is_no_header():
    found = parse(b"From zofia@s.example Mon Sep 14 09:12:45 2026\nFrom: zofia@s.example\nSubject: x\n\ny")
    assert (found.sender.value, found.text) == ("zofia@s.example", "y")


@pytest.mark.parametrize(
    ("data", "charset"),
    [("cp1250", "windows-1250"), ("iso8859-2", "iso-8859-2"), ("utf-8", "utf-8"), ("cp1250", "x")],
)
def test_raw_letters_in_headers(data, charset):
    letter = (
        "From: Gęś <g@s.example>\nSubject: Święta łódź\nContent-Type: text/plain; charset="
        + charset
        + "\n\nżółw"
    )
    found = parse(letter.encode(data))
    assert (found.sender.name, found.subject, found.text) == ("Gęś", "Święta łódź", "żółw")


def test_nothing_leaves_with_nulls_or_lone_surrogates():
    letter = b"From: a\x00b <a@s.example>\nSubject: a\x00=?utf-8?Q?b=00=ED=B2=80?=\nMessage-ID: <a\x00b@x>\n"
    letter += b"Content-Type: text/html; charset=utf-7\n\n<p>a\x00+2AA-b</p>"
    for word in words(parse(letter)):
        assert "\x00" not in word
        assert word.encode() == word.encode("utf-8", "replace")


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("<a@x> <b@x>", ("a@x", "b@x")),
        ("<a@x><b@x>", ("a@x", "b@x")),
        ("<a@\n x>", ("a@x",)),
        ("a@x, b@x", ("a@x", "b@x")),
        ("<<a@x>>", ("a@x",)),
        ("your letter of Monday <a@x> (Zofia)", ("a@x",)),
        ("<a@x> <a@x>", ("a@x",)),
        ("no id here", ()),
        ("", ()),
    ],
)
def test_ids(written, ids):
    assert listed([written]) == ids


def test_ids_are_bounded_and_the_first_and_last_kept():
    found = listed([" ".join(f"<{number}@x>" for number in range(1000))])
    assert (len(found), found[0], found[99], found[100], found[-1]) == (200, "0@x", "99@x", "900@x", "999@x")
    assert [len(one) for one in listed([f"<{'a' * 3000}@x>"])] == [500]


def test_own_id_may_have_no_brackets():
    assert message_id({"message-id": [b" 20200123.05D7@x "]}) == "20200123.05D7@x"
    assert message_id({"message-id": [b" bez-malpy "]}) == "bez-malpy"


@pytest.mark.parametrize(
    ("date", "received", "sent_at", "received_at"),
    [
        ("Sun, 20 Sep 2026 11:00:00 +0200", "x; Sun, 20 Sep 2026 11:00:09 +0200", (9, 0), (9, 0)),
        ("Sun, 20 Sep 2026 11:00:00 +0200", "", (9, 0), None),
        # a clock that runs ahead is not believed, by our server's clock or, without one, by now
        ("Sun, 20 Sep 2026 13:00:00 +0000", "x; Sun, 20 Sep 2026 11:00:00 +0000", None, (11, 0)),
        ("Sun, 20 Sep 2036 11:00:00 +0000", "", None, None),
        ("Sun, 20 Sep 2026 11:00:00 +0000", "x; Sun, 20 Sep 2036 11:00:00 +0000", (11, 0), None),
        ("Sun, 32 Sep 2026 11:00:00", "", None, None),
        ("Sun, 20 Sep 2026 11:00:00 +9999999999", "", None, None),
        ("Wed, 15 Dec 0000    59:10 -0500", "no date", None, None),
    ],
)
def test_times(date, received, sent_at, received_at):
    headers = {"date": [date.encode()], "received": [received.encode(), b"y; Sat, 1 Jan 2000 00:00:00 +0000"]}
    found = [(moment.hour, moment.minute) if moment else None for moment in times(headers, NOW)]
    assert found == [sent_at, received_at]


def test_fingerprint_is_the_same_in_two_mailboxes():
    letter = payload("question")
    elsewhere = letter.replace(b"Delivered-To: sklep@", b"Delivered-To: biuro@").replace(b"4F2A1", b"77777")
    elsewhere = b"Received: by other.example; Mon, 14 Sep 2026 09:13:00 +0200\r\n" + elsewhere.replace(
        b"\n", b"\r\n"
    )
    assert parse(elsewhere + b"\r\n \r\n").fingerprint == parse(letter).fingerprint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"zofia.kowalska@poczta.example>\nTo", b"jan@poczta.example>\nTo"),
        (b"09:12:40", b"09:12:41"),
        (b"Subject: =?utf-8?B?", b"Subject: x =?utf-8?B?"),
        (b"zam=C3=B3wienie 40231", b"zam=C3=B3wienie 40232"),
    ],
)
def test_fingerprint_differs_when_the_letter_does(old, new):
    letter = payload("question")
    assert letter.count(old) == 1
    assert parse(letter.replace(old, new)).fingerprint != parse(letter).fingerprint


def test_fingerprint_sees_the_html():
    letter = payload("inline_image")
    other = letter.replace(b"<p>Tabliczka jest", b"<p>Tabliczka nie jest")
    assert parse(other).text == parse(letter).text
    assert parse(other).fingerprint != parse(letter).fingerprint


def test_fingerprint_sees_the_files():
    letter = payload("attachment_rfc2231")
    assert parse(letter.replace(b"iVBORw0KGgo", b"iVBORw0KGgp")).fingerprint != parse(letter).fingerprint


def test_salvage_tells_what_can_be_seen():
    found = salvage(
        b"\x00\xffgarbage\nFROM: Zofia <zofia@s.example>\nsubject: =?utf-8?Q?Reklamacja_=C5=BC?=\n\nx"
    )
    assert (found.notice, found.subject, found.sender.value) == (
        "unreadable",
        "Reklamacja ż",
        "zofia@s.example",
    )
    assert (found.text, len(found.fingerprint)) == ("", 64)


PIECES = st.sampled_from(
    [b"From: ", b"Subject: ", b"To: ", b"Content-Type: multipart/mixed; boundary=b\n", b"--b\n", b"--b--\n", b"\n",
     b"\r\n", b"\r", b"=?utf-8?Q?", b"=?utf-8?B?", b"?=", b"Content-Type: text/html; charset=", b"utf-16", b"utf-7",
     b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: quoted-printable\n", b"=", b"<", b">", b'"',
     b"@", b"Date: ", b"Received: ;", b"References: ", b"filename*0*=", b"Content-Disposition: attachment; ", b"<p>",
     b"Content-Type: message/rfc822\n", b"iso-2022-jp", b"&#", b"99999999999", b"\x1b$B", b"\xd8\x00", b"x-uuencode"]
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES | st.binary(max_size=12), max_size=40).map(b"".join))
def test_parse_never_raises_and_never_gives_up(letter):
    [found] = EmailChannel().parse(letter)
    assert (found.notice, len(found.fingerprint)) == ("", 64)
    for word in words(found):
        assert "\x00" not in word
        assert word.encode().decode() == word
