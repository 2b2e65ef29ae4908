import email
import re
from dataclasses import replace
from datetime import UTC, datetime
from email import policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okienko.channels.email.channel import EmailChannel
from okienko.channels.email.compose import compose
from okienko.channels.email.outgoing_headers import reference_ids
from okienko.channels.email.parse import parse
from okienko.inboxes.channel import Outbound, OutboundFile, Party, Role

ANSWER = Outbound(
    external_id="40231.2.answer@sklep.example",
    audience="customer",
    sender=Party("email", "sklep@sklep.example", "Nasz Sklep — Łódź", "sklep@sklep.example", Role.FROM),
    recipients=(
        Party("email", "zofia@poczta.example", "Żółkiewska, Zofia", "Zofia@poczta.example", Role.TO),
        Party("email", "jan@poczta.example", 'Jan "Janek" Nowak', "jan@poczta.example", Role.CC),
        Party("email", "szef@sklep.example", "", "szef@sklep.example", Role.BCC),
    ),
    subject="Odp: Gdzie jest moja paczka? Zamówienie 40231, czajnik Wrzątek i dzbanek",
    text="Dzień dobry,\n\npaczka jest w drodze.\n.\nFrom Łódź to Kraków\n\nAnna\n",
    date=datetime(2026, 9, 14, 10, 40, tzinfo=UTC),
    reply_to="sklep+c40231.abcdef@sklep.example",
    in_reply_to="q1@poczta.example",
    references=("q0@poczta.example",),
)
PICTURE = OutboundFile("logo.png", "image/png", b"\x89PNG\r\n\x1a\n\x00", content_id="logo@sklep.example")
PAPER = OutboundFile(
    "Regulamin zwrotów i reklamacji – wersja obowiązująca.pdf", "application/pdf", b"%PDF-1.4\n\x00"
)


def headers(message: Outbound) -> email.message.EmailMessage:
    return email.message_from_bytes(compose(message), policy=policy.default)


def assert_clean(raw: bytes):
    """RFC 5322: CRLF only, no line above 998, ASCII."""
    assert raw.isascii()
    assert raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\x00" not in raw


@pytest.mark.parametrize("html", ["", '<p>Dzień <b>dobry</b></p><img src="cid:logo@sklep.example">'])
@pytest.mark.parametrize("files", [(), (PAPER,), (PICTURE,), (PICTURE, PAPER)])
def test_what_goes_out_comes_back_whole(html, files):
    raw = compose(replace(ANSWER, html=html, files=files))
    assert_clean(raw)
    found = parse(raw)
    assert (found.subject, found.text, found.html.strip()) == (ANSWER.subject, ANSWER.text.strip(), html)
    assert (found.external_id, found.in_reply_to) == (ANSWER.external_id, ("q1@poczta.example",))
    assert found.references == ("q0@poczta.example", "q1@poczta.example")
    assert (found.sender.name, found.sender.value, found.sent_at) == (
        "Nasz Sklep — Łódź", "sklep@sklep.example", ANSWER.date,
    )  # fmt: skip
    assert [(file.name, file.content_type, file.data, file.content_id) for file in found.files] == [
        (file.name, file.content_type, file.data, file.content_id) for file in files
    ]
    assert [(party.role, party.name, party.value) for party in found.recipients] == [
        (Role.TO, "Żółkiewska, Zofia", "zofia@poczta.example"),
        (Role.CC, 'Jan "Janek" Nowak', "jan@poczta.example"),
        (Role.REPLY_TO, "Nasz Sklep — Łódź", "sklep+c40231.abcdef@sklep.example"),
    ]


def test_another_reader_understands_it_too():
    found = headers(replace(ANSWER, html="<p>ż</p>", files=(PAPER,)))
    assert (found["Subject"], found["From"].addresses[0].display_name) == (
        ANSWER.subject,
        "Nasz Sklep — Łódź",
    )
    assert [address.display_name for address in found["To"].addresses] == ["Żółkiewska, Zofia"]
    assert found["Bcc"] is None
    assert found["Date"].datetime == ANSWER.date
    assert found["Message-ID"] == "<40231.2.answer@sklep.example>"
    assert found.get_body(("plain",)).get_content().replace("\r\n", "\n") == ANSWER.text
    assert [part.get_filename() for part in found.iter_attachments()] == [PAPER.name]
    assert found.defects == []


def test_the_blind_copy_stands_nowhere():
    assert b"szef@sklep.example" not in compose(ANSWER)


def test_the_same_message_gives_the_same_bytes():
    message = replace(ANSWER, html="<p>x</p>", files=(PICTURE, PAPER))
    assert compose(message) == compose(message)
    assert compose(replace(message, external_id="other@sklep.example")) != compose(message)


@pytest.mark.parametrize("audience", ["internal", "", "Customer", "note"])
def test_no_internal_message_is_ever_composed(audience):
    with pytest.raises(ValueError, match="customer, a partner or the staff"):
        EmailChannel().compose(replace(ANSWER, audience=audience))


def test_a_partner_may_be_written_to():
    assert headers(replace(ANSWER, audience="partner"))["Subject"] == ANSWER.subject


def test_no_header_can_be_smuggled_in():
    evil = "x\r\nBcc: obcy@zly.example\r\n\r\nbody"
    party = Party("email", "z@s.example", evil, "z@s.example", Role.TO)
    message = replace(
        ANSWER, subject=evil, sender=replace(party, role=Role.FROM), recipients=(party,),
        in_reply_to="a@x>\r\nBcc: obcy@zly.example", references=("b@x\r\n\r\n",),
        files=(OutboundFile(evil, "text/plain\r\nBcc: x", b"", content_id="c\r\nBcc: y"),),
    )  # fmt: skip
    found = headers(message)
    assert found["Bcc"] is None
    assert (found["Subject"], found["To"].addresses[0].display_name) == ("x Bcc: obcy@zly.example body",) * 2
    assert [name for part in found.walk() for name in part if name == "Bcc"] == []


@pytest.mark.parametrize(
    "written", ["", "zofia", "a b@s.example", "a@s.example\r\nBcc: b@s.example", "a@s.example,b@c", "<a@b>"]
)
def test_an_address_that_is_none_is_refused(written):
    with pytest.raises(ValueError, match="not an e-mail address"):
        compose(replace(ANSWER, recipients=(Party("email", written, "", written, Role.TO),)))


def test_a_domain_with_polish_letters_goes_out_in_ascii():
    party = Party("email", "z@żółw.example", "", "z@żółw.example", Role.TO)
    assert (
        headers(replace(ANSWER, recipients=(party,)))["To"].addresses[0].addr_spec
        == "z@xn--w-uga1v8h.example"
    )


def test_nobody_but_blind_copies():
    party = Party("email", "z@s.example", "", "z@s.example", Role.BCC)
    assert b"\r\nTo: undisclosed-recipients:;\r\n" in compose(replace(ANSWER, recipients=(party,)))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("plain words", b"7bit"),
        ("x" * 2000, b"quoted-printable"),
        ("Paczka wyjechała dziś rano z sortowni w Łodzi i dotrze jutro.", b"quoted-printable"),
        ("Здравствуйте, где моя посылка?", b"base64"),
        ("=_m1234", b"quoted-printable"),
    ],
)
def test_the_encoding_suits_the_text(text, encoding):
    raw = compose(replace(ANSWER, text=text))
    assert re.findall(rb"Content-Transfer-Encoding: (\S+)", raw) == [encoding]
    assert_clean(raw)
    assert parse(raw).text == text


def test_references_keep_the_first_and_the_last_twenty():
    found = reference_ids([f"{number}@x" for number in range(100)], "parent@x")
    assert (len(found), found[0], found[1], found[-2], found[-1]) == (21, "0@x", "81@x", "99@x", "parent@x")


def test_references_stay_short_enough_for_relays():
    found = reference_ids([f"{number}{'y' * 400}@x" for number in range(100)], "parent@x")
    raw = compose(replace(ANSWER, references=found))
    header = re.search(rb"^References:(?:.*\r\n)(?:[ \t].*\r\n)*", raw, re.MULTILINE)[0]
    assert (len(header) < 4000, found[0][:2], found[-1]) == (True, "0y", "parent@x")
    assert len(found) == 10


def test_the_answered_message_is_the_last_reference():
    assert reference_ids(("a@x", "b@x", "c@x"), "b@x") == ["a@x", "c@x", "b@x"]
    assert reference_ids((), "") == []


@settings(max_examples=150, deadline=None)
@given(
    subject=st.text(max_size=300),
    name=st.text(max_size=80),
    text=st.text(max_size=500),
    file=st.text(max_size=120),
)
def test_any_words_make_a_clean_mail(subject, name, text, file):
    party = Party("email", "z@s.example", name, "z@s.example", Role.TO)
    files = (OutboundFile(file, "text/plain", text.encode("utf-8", "replace")),)
    raw = compose(replace(ANSWER, subject=subject, recipients=(party,), text=text, html=text, files=files))
    assert_clean(raw)
    found = parse(raw)
    assert found.subject == " ".join(parse(compose(replace(ANSWER, subject=subject))).subject.split())
    assert [party.value for party in found.recipients if party.role == Role.TO] == ["z@s.example"]
    assert [one.data for one in found.files] == [files[0].data]
