"""Writing in a conversation: answers, notes, files; and what may come between."""

import re

import pytest
from playwright.sync_api import expect

from bench.houses import program
from tests.journeys.conftest import sign_in
from tests.journeys.threads import TEXT, opened, write

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def made(product):
    return program(product.installed, "tests.journeys.threads", "writing")


def test_a_note_cannot_be_taken_for_an_answer(made, window, picture):
    page = opened(sign_in(window(), "anna"), made["tongues"][0])
    page.locator("body").press("n")
    page.keyboard.type("@bart")
    page.get_by_role("option", name="Bartek Zych").wait_for()
    picture(page, "thread-mention-1440-light")
    page.keyboard.press("Enter")
    page.keyboard.type("zerknij proszę")
    expect(page.locator(TEXT)).to_have_value("@Bartek Zych zerknij proszę")
    paper = lambda where: page.locator(where).evaluate("(each) => getComputedStyle(each).backgroundColor")  # noqa: E731
    yellow = paper("#composer")
    expect(page.get_by_role("button", name="Wyślij", exact=True)).to_be_hidden()
    page.locator("#composer").get_by_role("button", name="Dodaj notatkę").click()
    note = page.locator(".note", has_text="zerknij proszę")
    expect(note).to_contain_text("notatka, klient jej nie widzi")
    expect(note.locator(".mention")).to_have_text("@Bartek Zych")
    assert paper(".note") == yellow != paper(".message__card")
    widths = page.evaluate("['.note', '#messages'].map((each) => document.querySelector(each).clientWidth)")
    assert widths[0] > widths[1] - 50


def test_who_has_just_been_answered_by_a_colleague_is_asked_about_once(made, window):
    anna, bartek = (opened(sign_in(window(), who), made["tongues"][1]) for who in ("anna", "bartek"))
    anna.locator(TEXT).fill("Dzień dobry, paczka jest w drodze.")
    bartek.locator(TEXT).fill("Dzień dobry, już sprawdzam.")
    bartek.locator(TEXT).press("Control+Enter")
    anna.locator("#messages").get_by_text("już sprawdzam").wait_for()
    anna.get_by_role("button", name="Wyślij", exact=True).click()
    expect(anna.locator("#composer-warning")).to_contain_text("Bartek Zych")
    expect(anna.locator(TEXT)).to_have_value("Dzień dobry, paczka jest w drodze.")
    anna.get_by_role("button", name="Wyślij mimo to").click()
    anna.locator(".message--ours", has_text="paczka jest w drodze").wait_for()
    expect(anna.locator("#composer-warning")).to_have_count(0)
    expect(anna.locator(TEXT)).to_have_value("")


def test_without_a_line_the_text_stays_and_goes_when_it_is_back(made, window, picture):
    page = opened(sign_in(window(), "anna"), made["tongues"][2])
    page.locator(TEXT).fill("Nie ma za co!")
    page.context.set_offline(True)
    page.get_by_role("button", name="Wyślij", exact=True).click()
    expect(page.get_by_text("Nie wysłano: brak połączenia. Tekst został tutaj.")).to_be_visible()
    expect(page.locator(TEXT)).to_have_value("Nie ma za co!")
    picture(page, "thread-no-line-1440-light")
    page.context.set_offline(False)
    page.get_by_role("button", name="Wyślij ponownie").click()
    page.locator(".message--ours", has_text="Nie ma za co!").wait_for()
    expect(page.locator(TEXT)).to_have_value("")
    expect(page.get_by_text("Nie wysłano: brak połączenia")).to_be_hidden()
    assert page.locator(".message--ours").count() == 1


def test_a_lost_session_loses_no_words(made, window):
    page = opened(sign_in(window(), "celina"), made["tongues"][2])
    page.locator(TEXT).fill("Jeszcze chwila.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Wyślij", exact=True).click()
    expect(page.get_by_text("Nie wysłano: sesja wygasła")).to_be_visible()
    sign_in(page, "celina")
    opened(page, made["tongues"][2])
    expect(page.locator(TEXT)).to_have_value("Jeszcze chwila.")
    page.locator(TEXT).fill("")


def test_two_tabs_write_one_draft(made, window):
    first = opened(sign_in(window(), "anna"), made["tongues"][0])
    second = opened(first.context.new_page(), made["tongues"][0])
    first.locator(TEXT).fill("Piszę w pierwszej.")
    expect(second.locator(TEXT)).to_have_value("Piszę w pierwszej.")
    first.locator(TEXT).fill("")
    expect(second.locator(TEXT)).to_have_value("")


def test_files_are_dropped_pasted_taken_away_and_too_much_is_said_before(made, window):
    page = opened(sign_in(window(), "anna"), made["tongues"][0])
    send = """(each, [name, type, size, kind]) => {
        const carried = new DataTransfer();
        carried.items.add(new File([new Uint8Array(size)], name, { type }));
        const more = kind === 'paste' ? { clipboardData: carried } : { dataTransfer: carried };
        const Kind = kind === 'paste' ? ClipboardEvent : DragEvent;
        each.dispatchEvent(new Kind(kind, { bubbles: true, cancelable: true, ...more }));
    }"""
    field = page.locator(TEXT)
    field.evaluate(send, ["etykieta.pdf", "application/pdf", 1536, "drop"])
    field.evaluate(send, ["image.png", "image/png", 10, "paste"])
    rows = page.locator(".composer__file")
    expect(rows).to_have_text([re.compile(r"etykieta\.pdf\s*1,5 kB"), re.compile(r"image\.png\s*10 bajtów")])
    field.evaluate(send, ["film.mp4", "video/mp4", 21 * 1024 * 1024, "drop"])
    too_much = page.get_by_text("Pliki mają razem ponad 20 MB.")
    expect(too_much).to_be_visible()
    field.fill("W załączniku.")
    page.get_by_role("button", name="Wyślij", exact=True).click()
    rows.last.get_by_role("button", name="Usuń").click()
    expect(too_much).to_be_hidden()
    page.get_by_role("button", name="Wyślij", exact=True).click()
    expect(page.locator(".message--ours .attachment__name")).to_have_text(["etykieta.pdf", "image.png"])
    expect(rows).to_have_count(0)


def test_an_earlier_letter_is_chosen_and_answered(product, made, window):
    number = made["tongues"][0]
    write(product, number, "writing-jezyk0", "І ще одне питання.", key="jezyk0-2")
    page = opened(sign_in(window(), "anna"), number)
    page.locator("#messages").get_by_text("І ще одне питання.").wait_for()
    first = page.locator(".message:not(.message--ours)").first
    first.hover()
    page.get_by_role("link", name="Odpowiedz na tę wiadomość").click()
    expect(page.locator("#composer-route")).to_contain_text("Odpowiedź na wiadomość: Олена Коваленко")
    expect(page.locator(TEXT)).to_be_focused()
    page.get_by_role("link", name="Odpowiedz jednak na ostatni list").click()
    expect(page.locator("#composer-route")).not_to_contain_text("Odpowiedź na wiadomość")


def test_the_subject_is_changed_in_its_place(made, window):
    page = opened(sign_in(window(), "anna"), made["tongues"][0])
    page.locator("#conversation-title").hover()
    page.locator("#head-rename summary").click()
    field = page.get_by_label("Temat", exact=True)
    expect(field).to_be_focused()
    field.fill("Nie to")
    field.press("Escape")
    expect(field).to_be_hidden()
    page.locator("#head-rename summary").click()
    field.fill("Zmiana adresu (Olena)")
    field.press("Enter")
    expect(page.locator("#conversation-title")).to_have_text("Zmiana adresu (Olena)")
    expect(page.locator("#messages").get_by_text("Zmieniono temat")).to_be_visible()


def test_send_and_settle_by_one_key(made, window):
    page = opened(sign_in(window(), "anna"), made["tongues"][1])
    page.locator(TEXT).fill("Doręczona, pozdrawiamy.")
    page.locator(TEXT).press("Control+Shift+Enter")
    page.locator(".message--ours", has_text="Doręczona").wait_for()
    page.get_by_role("button", name="Otwórz ponownie").wait_for()


def test_spam_is_said_and_taken_back(made, window):
    page = opened(sign_in(window(), "anna"), made["tongues"][2])
    page.locator("#head-more").click()
    page.get_by_role("menuitem", name="To spam").click()
    expect(page.get_by_text("Ta sprawa leży w spamie.")).to_be_visible()
    expect(page.locator("#composer")).to_be_hidden()
    page.get_by_role("button", name="Przywróć").click()
    expect(page.locator("#composer")).to_be_visible()
    expect(page.locator(".standing")).to_have_count(0)


def test_all_of_it_without_scripts(made, window):
    page = sign_in(window(scripts=False), "bartek")
    page.goto(f"/conversations/{made['tongues'][0]}/")
    page.locator(TEXT).fill("Bez skryptów.")
    page.get_by_role("button", name="Wyślij", exact=True).click()
    page.locator(".message--ours", has_text="Bez skryptów.").wait_for()
    page.locator("#head-rename summary").click()
    page.get_by_label("Temat", exact=True).fill("Adres Oleny")
    page.get_by_role("button", name="Zapisz").click()
    expect(page.locator("#conversation-title")).to_have_text("Adres Oleny")
    page.locator("#head-assignee").click()
    page.get_by_role("menuitemradio", name="Bartek Zych").click()
    expect(page.locator("#head-assignee")).to_contain_text("Zajmuje się: Bartek Zych")
