import base64

import pytest

from okienko.channels.email.parse import parse

PLAIN = b"Content-Type: text/plain; charset=utf-8\n\n"
HTML = b"Content-Type: text/html; charset=utf-8\n\n"


def mail(body: bytes, *headers: bytes) -> bytes:
    return b"\n".join([b"From: zofia@s.example", b"Subject: x", *headers]) + b"\n\n" + body


def multipart(kind: bytes, *parts: bytes, boundary: bytes = b"b") -> bytes:
    head = b"Content-Type: multipart/" + kind + b"; boundary=" + boundary + b"\n\n"
    return (
        head
        + b"".join(b"--" + boundary + b"\n" + part + b"\n" for part in parts)
        + b"--"
        + boundary
        + b"--\n"
    )


def whole(content: bytes) -> bytes:
    return b"From: zofia@s.example\nSubject: x\n" + content


def test_alternative_gives_both_views():
    found = parse(whole(multipart(b"alternative", PLAIN + b"Cze\xc5\x9b\xc4\x87", HTML + b"<p>Hej</p>")))
    assert (found.text, found.html, found.files) == ("Cześć", "<p>Hej</p>", ())


def test_html_alone_makes_the_text():
    found = parse(mail(b"<p>Dzie\xf1</p><p>dobry</p>", b"Content-Type: text/html; charset=iso-8859-2"))
    assert (found.text, found.html) == ("Dzień\n\ndobry", "<p>Dzień</p><p>dobry</p>")


def test_charset_of_html_may_stand_in_its_head_only():
    html = b'<meta charset="iso-8859-2"><p>\xb1\xea</p>'
    assert parse(mail(html, b"Content-Type: text/html")).text == "ąę"


def test_several_texts_follow_each_other_around_a_file():
    picture = b"Content-Type: image/png; name=a.png\n\nPNG"
    found = parse(whole(multipart(b"mixed", PLAIN + b"raz", picture, PLAIN + b"dwa")))
    assert (found.text, found.html, [file.name for file in found.files]) == ("raz\n\ndwa", "", ["a.png"])


def test_a_plain_footer_is_shown_with_html_too():
    inner = multipart(b"alternative", PLAIN + b"raz", HTML + b"<p>raz</p>", boundary=b"in")
    found = parse(whole(multipart(b"mixed", inner, PLAIN + b"stopka <listy>", boundary=b"out")))
    assert found.text == "raz\n\nstopka <listy>"
    assert found.html == '<p>raz</p>\n<div style="white-space: pre-wrap">stopka &lt;listy&gt;</div>'


def test_an_empty_plain_view_gives_way_to_the_html():
    found = parse(whole(multipart(b"alternative", PLAIN + b"  \n", HTML + b"<b>Tu</b>")))
    assert (found.text, found.html) == ("Tu", "<b>Tu</b>")


def test_an_enclosed_mail_is_kept_byte_for_byte():
    enclosed = b"Subject: =?utf-8?Q?Sprawa_=C5=82?=\r\nFrom: a@b.example\r\n\r\nbody\r\n"
    found = parse(whole(multipart(b"mixed", PLAIN + b"raz", b"Content-Type: message/rfc822\n\n" + enclosed)))
    [file] = found.files
    assert (file.name, file.content_type, file.data) == ("Sprawa ł.eml", "message/rfc822", enclosed)


def test_inline_picture_has_its_content_id():
    picture = (
        b"Content-Type: image/png\nContent-ID: <p1@s.example>\nContent-Transfer-Encoding: base64\n\nUE5H"
    )
    found = parse(whole(multipart(b"related", HTML + b'<img src="cid:p1@s.example">', picture)))
    [file] = found.files
    assert (file.name, file.content_id, file.inline, file.data) == (
        "file-1.png",
        "p1@s.example",
        True,
        b"PNG",
    )


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        (b"text/calendar", "calendar.ics"),
        (b"message/delivery-status", "delivery-status.txt"),
        (b"text/rfc822-headers", "headers.txt"),
        (b"application/pgp-signature", "signature.asc"),
        (b"x-strange/thing", "file-1.bin"),
        (b"text/x-amp-html", "file-1.bin"),
    ],
)
def test_whatever_is_not_text_becomes_a_file(content_type, name):
    part = b"Content-Type: " + content_type + b"\n\nDATA"
    found = parse(whole(multipart(b"mixed", PLAIN + b"raz", part)))
    assert [(file.name, file.content_type, file.data) for file in found.files] == [
        (name, content_type.decode(), b"DATA")
    ]


def test_a_text_file_is_a_file_even_when_first():
    part = b"Content-Type: text/plain; name=log.txt\nContent-Disposition: attachment\n\nline"
    found = parse(whole(multipart(b"mixed", part)))
    assert (found.text, [(file.name, file.data) for file in found.files]) == ("", [("log.txt", b"line")])


@pytest.mark.parametrize(
    ("written", "saved"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\z\\umowa.pdf", "umowa.pdf"),
        ("a\x00b\u202egpj.exe", "ab_gpj.exe"),
        ("..", "file-1.pdf"),
        ("  ", "file-1.pdf"),
        ("ż" * 300 + ".pdf", "ż" * 195 + "….pdf"),
    ],
)
def test_names_of_files_are_harmless(written, saved):
    part = b"Content-Type: application/pdf\nContent-Disposition: attachment; filename*=utf-8''"
    part += "".join(f"%{byte:02x}" for byte in written.encode()).encode() + b"\n\nPDF"
    assert [file.name for file in parse(whole(multipart(b"mixed", part))).files] == [saved]


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        (b"base64", base64.encodebytes("Zażółć gęślą".encode()), "Zażółć gęślą"),
        (b"base64", b"WmHF*vMOz#xYLEhw==", "Zażółć"),
        (b"base64", b"WmHFvMOzxYLEhw", "Zażółć"),
        (b"base64", b"UmF6IA==\nZHdh", "Raz dwa"),
        (b"base64", b"UmF6\nZHdhIQ==\n____\nFooter of the list", "Razdwa!\n____\nFooter of the list"),
        (b"quoted-printable", b"Za=C5=BC=\n=C3=B3=ZZ", "Zażó=ZZ"),
        (b"7bit", "Zażółć".encode(), "Zażółć"),
        (b"x-uuencode", b"begin 644 a\n#0V%T\n`\nend\n", "Cat"),
        (b"nonsense", b"jak jest", "jak jest"),
    ],
)
def test_transfer_encodings_with_rubbish(encoding, body, text):
    assert parse(mail(body, b"Content-Transfer-Encoding: " + encoding)).text == text


def test_a_boundary_nobody_named_is_found():
    body = (
        b"--inna\nContent-Type: text/plain\n\nraz\n--inna\nContent-Type: application/pdf\n\nPDF\n--inna--\n"
    )
    found = parse(mail(body, b"Content-Type: multipart/mixed; boundary=nie-ta"))
    assert (found.text, [file.data for file in found.files]) == ("raz", [b"PDF"])


def test_a_multipart_without_any_boundary_is_words():
    assert parse(mail(b"same slowa", b"Content-Type: multipart/mixed")).text == "same slowa"


def test_words_in_front_of_empty_parts_and_behind_the_last_are_not_lost():
    content = b"Content-Type: multipart/mixed; boundary=b\n\nprzed\n--b\n\n\n--b--\npo\n"
    assert parse(whole(content)).text == "przed\n\npo"


def test_a_false_end_loses_nothing():
    content = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nraz\n--b--\ndwa\n--b\n\ntrzy\n--b--\n"
    assert parse(whole(content)).text == "raz\n\ndwa\n\ntrzy"


def test_nesting_without_end_is_cut_and_kept():
    content = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (depth, depth) for depth in range(300)
    )
    found = parse(whole(content + b"\nna dnie"))
    assert found.text == ""
    assert [file.data.endswith(b"na dnie") for file in found.files] == [True]


def test_thousands_of_parts_are_cut_and_kept():
    found = parse(whole(multipart(b"mixed", *[b"Content-Type: a/b\n\nx%d" % n for n in range(3000)])))
    assert (len(found.files), found.files[0].data) == (1001, b"x0")
    assert b"x2999" in found.files[-1].data


@pytest.mark.parametrize("newline", [b"\r\n", b"\r", b"\n"])
def test_every_kind_of_newline(newline):
    letter = whole(multipart(b"mixed", PLAIN + b"raz\ndwa", b"Content-Type: a/b\n\nDATA"))
    found = parse(letter.replace(b"\n", newline))
    assert (found.subject, found.text, [file.data for file in found.files]) == ("x", "raz\ndwa", [b"DATA"])


def test_the_page_of_a_related_may_come_after_its_picture():
    picture = b"Content-Type: image/png\nContent-ID: <p1@s.example>\n\nPNG"
    page = HTML + b"<p>strona</p>"
    found = parse(whole(multipart(b"related", picture, page, HTML + b"<p>ramka</p>")))
    assert (found.html, [(file.name, file.data) for file in found.files]) == (
        "<p>strona</p>", [("file-1.png", b"PNG"), ("file-2.html", b"<p>ramka</p>")],
    )  # fmt: skip


def test_a_delimiter_counts_only_on_a_line_of_its_own():
    content = b"raz --b\n--bis\n--b dwa\n --b--\ntrzy"
    found = parse(whole(multipart(b"mixed", PLAIN + content)))
    assert (found.text, found.files) == (content.decode(), ())
