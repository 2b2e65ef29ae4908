import time

import pytest

from okienko.lib.html_text import html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Dzień dobry</p><p>Zofia</p>", "Dzień dobry\n\nZofia"),
        ("raz<br>dwa<br/>trzy", "raz\ndwa\ntrzy"),
        ("raz<br><br>dwa", "raz\n\ndwa"),
        ("<div>raz</div><div>dwa</div>", "raz\ndwa"),
        ("<div>raz\n   dwa &amp; trzy&nbsp;cztery</div>", "raz dwa & trzy cztery"),
        ("raz <b>dwa</b> <i> trzy</i>", "raz dwa trzy"),
        ("<ul><li>jeden</li><li>dwa</li></ul>", "- jeden\n- dwa"),
        ("<table><tr><td>A</td><td>B</td></tr><tr><td>C</td></tr></table>", "A\tB\nC"),
        ("<tr><td>A </td> <td> B</td></tr>", "A\tB"),
        ('<a href="https://s.example/x"><img alt="Sklep"></a>', "[Sklep](https://s.example/x)"),
        ('<a href="https://s.example/x"></a>', ""),
        ("<h1>Tytuł</h1>treść", "Tytuł\n\ntreść"),
        ("raz<hr>dwa", "raz\n" + "-" * 63 + "\ndwa"),
        (
            "<blockquote>raz<br>dwa<blockquote>trzy</blockquote></blockquote>cztery",
            "> raz\n> dwa\n\n> > trzy\n\ncztery",
        ),
        ("<pre>a\n  b\n\n   c</pre>", "a\n  b\n   c"),
        ('<a href="https://s.example/x">Sklep</a>', "[Sklep](https://s.example/x)"),
        ('<a href="https://s.example/">s.example</a>', "s.example"),
        ('<a href="mailto:z@s.example">z@s.example</a>', "z@s.example"),
        ('<a name="top">góra</a>', "góra"),
        ('<img src="cid:1" alt="Zdjęcie &lt;1&gt;">', "[Zdjęcie <1>]"),
        ('<img src="cid:1" alt="">', ""),
        ("<style>p { a: b }</style><script>x < y</script><title>t</title>widać", "widać"),
        ("<STYLE>p {}</STYLE>widać", "widać"),
        ("<!-- nie <p>widać</p> -->widać", "widać"),
        ("<!--[if mso]><p>Outlook</p><![endif]-->widać<![if !mso]>to<![endif]>", "widaćto"),
        ("<!doctype html><?xml version='1'?>widać", "widać"),
        ('<p title="a > b">widać</p>', "widać"),
        ("2 < 3 i 5 > 4", "2 < 3 i 5 > 4"),
        ("<3", "<3"),
        ("urwane <b", "urwane <b"),
        ("<!-- nigdy nie zamknięty", "nigdy nie zamknięty"),
        ("<style>nigdy nie zamknięty", "nigdy nie zamknięty"),
        ("&#99999999999999999999; &#x41; &nic;", "A &nic;"),
        ("", ""),
    ],
)
def test_html_to_text(html, text):
    assert html_to_text(html) == text


HOSTILE = [
    "<", "<!--", "<!-->", "<a ", '<a "', '"<', ">", "<br>", "<div>", "</div>", "<style>", "<STYLE>", "<script",
    "<title>x</title>", "&", "&#38;", "&#", "&#999999999", "a<td>", "x ", " ", "\n", "<blockquote>", "<pre>\n",
    "<a href=http://x>y", "</a>", '<img alt="x">', "<![", "ż", "< ",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_five_megabytes_of_anything_take_less_than_a_second(unit):
    few, many = unit * 55_000, unit * (5_000_000 // len(unit))
    for html in (many, (few + "x" * 5_000_000)[:5_000_000]):
        before = time.process_time()
        html_to_text(html)
        assert time.process_time() - before < 1


def test_between_too_many_tags_the_words_are_kept():
    found = html_to_text("<style>p {}</style>" + "<p>słowo &amp; drugie</p>" * 70_000)
    assert (found.count("słowo & drugie"), "{" in found) == (70_000, False)
