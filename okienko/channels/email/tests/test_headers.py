import pytest

from okienko.channels.email.charsets import clean, codec, decode
from okienko.channels.email.headers import decode_words, parameters
from okienko.channels.email.mime import split_head


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Zwykły temat", "Zwykły temat"),
        ("=?utf-8?Q?Zam=C3=B3wienie_40231?=", "Zamówienie 40231"),
        ("=?UTF-8?B?xbvDs8WCxIc=?=", "Żółć"),
        ("=?iso-8859-2?Q?=AF=F3=B3=E6?= do jutra", "Żółć do jutra"),
        ("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?a?= i =?utf-8?Q?b?=", "a i b"),
        # one letter cut between two words, in Q and in B
        ("=?utf-8?Q?=C5?= =?utf-8?Q?=82=C3=B3d=C5=BA?=", "łódź"),
        ("=?utf-8?B?xYI=?= =?utf-8?B?w7M=?=", "łó"),
        # base64 cut in the middle of its four letters
        ("=?utf-8?B?WsOzxY?= =?utf-8?B?LEhw==?=", "Zółć"),
        ("=?x-nonsense?Q?=BF=F3=B3=E6?=", "żółć"),
        ("=?us-ascii?Q?=C5=BC?=", "ż"),
        ("=?iso-8859-1?Q?=BF=F3=B3w_=9C?=", "¿ó³w œ"),
        ("=?utf-8?Q?spacje w =C5=9Brodku?=", "spacje w środku"),
        ("Zamówienie =?utf-8?Q?z_B=C5=82=C4=99dem", "Zamówienie z Błędem"),
        ("=?utf-8?B?!!!?=", ""),
        ("=?utf-8*pl?Q?=C5=82?=", "ł"),
        ("=?utf-8?Q?pytanie?_tak?=", "pytanie? tak"),
        ("2 =? 3", "2 =? 3"),
    ],
)
def test_encoded_words(written, read):
    assert decode_words(written) == read


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ('text/plain; name="raport.txt"', "raport.txt"),
        ("text/plain; name=raport roczny.txt", "raport roczny.txt"),
        ('text/plain; name="=?utf-8?Q?=C5=BC=C3=B3=C5=82ty.txt?="', "żółty.txt"),
        ("text/plain; name*=utf-8''%C5%BC%C3%B3%C5%82ty.txt", "żółty.txt"),
        ("text/plain; name*=iso-8859-2''%BF%F3%B3ty.txt", "żółty.txt"),
        ("text/plain; name*0=a; name*2=c; name*1=b", "abc"),
        ("text/plain; name*0*=utf-8''%C5; name*1*=%82a; name*2=\".txt\"", "ła.txt"),
        ('text/plain; name="a\\"b;c.txt"', 'a"b;c.txt'),
        ('text/plain; name="niedomknięta.txt', "niedomknięta.txt"),
        ("text/plain; charset=utf-8", None),
    ],
)
def test_parameters(written, name):
    content_type, found = parameters(written)
    assert (content_type, found.get("name")) == ("text/plain", name)


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        ("Zażółć".encode(), "utf-8", "Zażółć"),
        ("Zażółć".encode(), "", "Zażółć"),
        ("Zażółć".encode("cp1250"), "", "Zażółć"),
        ("Święta Góra, źródło".encode("cp1250"), "", "Święta Góra, źródło"),
        ("Święta Góra, źródło".encode("iso8859-2"), "", "Święta Góra, źródło"),
        ("à la crème, où".encode("cp1252"), "", "à la crème, où"),
        ("Święta".encode("cp1250"), "iso-8859-2", "Święta"),
        ("Święta".encode("cp1250"), "utf-8", "Święta"),
        ("Größe – ok".encode("cp1252"), "iso-8859-1", "Größe – ok"),
        ("zażółć".encode(), "iso-8859-2", "zażółć"),
        ("こんにちは".encode("iso2022-jp"), "iso-2022-jp", "こんにちは"),
        ("ツール".encode("cp932"), "iso-2022-jp", "ツール"),
        ("中文字".encode("gb18030"), "gb2312", "中文字"),
        (b"abc", "rot13", "abc"),
        (b"abc", "base64", "abc"),
        (b"abc", "no\x00such", "abc"),
    ],
)
def test_charsets_whose_label_may_lie(data, label, text):
    assert decode(data, label) == text


def test_codecs_that_are_not_text_are_no_charsets():
    assert [codec(label) for label in ("zlib", "idna", "undefined", "Windows-1250", "win-1250")] == [
        "", "", "", "cp1250", "cp1250",
    ]  # fmt: skip


def test_clean_text_has_nothing_that_a_database_refuses():
    assert clean("\ufeffa\x00b\x1fc\td\n") == "abc\td\n"
    assert clean("ż\x00\udc80!") == "ż?!"


@pytest.mark.parametrize("newline", [b"\r\n", b"\n"])
def test_head_is_cut_at_the_first_empty_line(newline):
    data = newline.join([b"A: 1", b"B: 2", b" folded", b"", b"C: body"])
    headers, start = split_head(data)
    assert {name: b" ".join(raws[0].split()) for name, raws in headers.items()} == {
        "a": b"1",
        "b": b"2 folded",
    }
    assert data[start:] == b"C: body"


def test_a_fold_that_lost_its_blank_does_not_end_the_head():
    headers, start = split_head(b"Subject: dlugi\ntemat\nFrom: a@b.example\n\nx")
    assert (b" ".join(headers["subject"][0].split()), headers["from"], start) == (
        b"dlugi temat", [b" a@b.example\n"], 40,
    )  # fmt: skip


def test_words_where_headers_should_be_are_body():
    assert split_head(b"Hello there,\nhow are you\n") == ({}, 0)
