"""The files of a message: looked at above the page, saved with a word of warning, all at once."""

import pytest

from okienko.conversations.events import FileSaved
from okienko.events.models import Event
from okienko.files import links, operations
from okienko.files.models import Rendition
from okienko.files.tests.pictures import PDF, PROGRAM, SOUND, archive, exif, picture
from okienko.inboxes.channel import InboundFile
from okienko.ui.tests.pages import page

HTMX = {"HX-Request": "true"}
FILES = {
    "ucho.heic": picture("HEIF", exif=exif(place=True)),
    "paragon.pdf": PDF,
    "lista.csv": "nr;imię\n1;Łucja\n".encode("cp1250"),
    "nagranie.mp3": SOUND,
    "umowa.html": b"<script>x()</script>",
    "zepsute.jpg": b"\xff\xd8\xff\xe0" + bytes(99),
    "faktura.pdf": PROGRAM,
    "ucho\u202egpj.exe": PROGRAM,
}


@pytest.fixture
def letter(cast):
    return cast.letter(files=tuple(InboundFile(name, "image/png", data) for name, data in FILES.items()))


def at(letter, number: int, part: str = "") -> str:
    """Of the file that came as this one, counted from 0."""
    return f"/conversations/messages/{letter.pk}/files/{letter.attachments.all()[number].pk}/{part}"


def target(response) -> tuple:
    """(name, content type, is it shown) of the signed address an answer leads to."""
    assert response.status_code == 302
    return links.opened(response["Location"].split("/")[2])[1:]


def look(anna, letter, number: int):
    answer = anna.get(at(letter, number, "look/"), headers=HTMX)
    assert answer.status_code == 200
    return page(answer)


def test_saving(letter, anna):
    assert target(anna.get(at(letter, 0))) == ("ucho.heic", "image/heic", False)
    assert target(anna.get(at(letter, 1))) == ("paragon.pdf", "application/pdf", False)
    assert target(anna.get(at(letter, 2))) == ("lista.csv", "text/plain", False)


@pytest.mark.parametrize("number", [4, 6, 7])
def test_what_may_do_harm_is_saved_after_a_word(letter, anna, number):
    for address in (at(letter, number), at(letter, number, "look/")):
        warned = page(anna.get(address, headers=HTMX))
        assert warned.one("form").attributes["action"] == at(letter, number)
        assert warned.every("iframe") + warned.every("img") + warned.every("pre") == []
    assert Event.objects.filter(type=FileSaved.type).count() == 0
    name, _, shown = target(anna.post(at(letter, number)))
    assert (name, shown) == (letter.attachments.all()[number].name.replace("\u202e", "⟨U+202E⟩"), False)
    assert Event.objects.filter(type=FileSaved.type).count() == 1


def test_a_picture_is_looked_at_as_ours(letter, anna):
    seen = look(anna, letter, 0)
    shown = seen.one("img")
    assert (shown.attributes["src"], shown.attributes["alt"]) == (at(letter, 0, "view/"), "ucho.heic")
    assert (shown.attributes["width"], shown.attributes["height"]) == ("40", "20")
    assert len(seen.every(cls="look__note")) == 1  # the original says where it was taken
    for kind in ("view", "thumb"):
        moved = anna.get(at(letter, 0, f"{kind}/"))
        assert target(moved)[1:] == ("image/webp", True)
        assert moved["Cache-Control"] == "private, max-age=3600"
    assert Rendition.objects.count() == 2


def test_pictures_that_are_none(letter, anna):
    assert anna.get(at(letter, 5, "thumb/")).status_code == 404
    assert look(anna, letter, 5).every("img") == []
    assert anna.get(at(letter, 1, "thumb/")).status_code == 404  # no picture at all
    assert anna.get(at(letter, 0, "poster/")).status_code == 404  # no such kind


def test_others_are_being_made(letter, anna, monkeypatch):
    def busy(*_):
        raise operations.Busy

    monkeypatch.setattr(operations, "make", busy)
    answer = anna.get(at(letter, 0, "thumb/"))
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (202, b"", "no-store")
    assert len([each for each in look(anna, letter, 0).every("p") if "data-again" in each.attributes]) == 1


def test_a_pdf_is_shown_by_the_browser(letter, anna):
    frame = look(anna, letter, 1).one("iframe").attributes["src"]
    assert links.opened(frame.split("/")[2])[1:] == ("paragon.pdf", "application/pdf", True)
    assert target(anna.get(at(letter, 1, "look/"))) == ("paragon.pdf", "application/pdf", True)


def test_a_text_is_read(letter, anna):
    assert look(anna, letter, 2).one("pre").words == "nr;imię 1;Łucja"


def test_a_sound_is_played(letter, anna):
    source = look(anna, letter, 3).one("audio").attributes["src"]
    assert links.opened(source.split("/")[2])[1:] == ("nagranie.mp3", "audio/mpeg", True)


def test_from_one_to_the_next_past_what_is_dangerous(letter, anna):
    def steps(number: int) -> dict[str, str]:
        links = [
            each.attributes
            for each in look(anna, letter, number).every("a")
            if "data-step" in each.attributes
        ]
        return {each["data-step"]: each["href"] for each in links}

    assert steps(0) == {"after": at(letter, 1, "look/")}
    assert steps(3) == {"before": at(letter, 2, "look/"), "after": at(letter, 5, "look/")}
    assert steps(5) == {"before": at(letter, 3, "look/")}
    assert steps(6) == {}


def test_the_same_on_a_page_of_its_own(letter, anna):
    shown = page(anna.get(at(letter, 2, "look/")))
    assert (shown.one("pre").words, len(shown.every("main"))) == ("nr;imię 1;Łucja", 1)


def test_who_looked_is_written_down(letter, anna, cast):
    look(anna, letter, 0)
    anna.get(at(letter, 0, "thumb/"))
    told = [(each.actor_id, each.data["attachment_id"]) for each in Event.objects.filter(type=FileSaved.type)]
    assert told == [(cast.anna.pk, letter.attachments.first().pk)]


def test_all_at_once_without_what_may_do_harm(letter, anna):
    answer = anna.get(f"/conversations/messages/{letter.pk}/files/")
    assert answer["Location"].endswith(f"/{letter.conversation.number}-{letter.pk}.zip")
    assert [name for _, name in links.bundled(answer["Location"].split("/")[2])] == [
        "ucho.heic", "paragon.pdf", "lista.csv", "nagranie.mp3", "zepsute.jpg",
    ]  # fmt: skip


def test_nothing_harmless_is_no_zip(cast, anna):
    letter = cast.letter(
        files=(InboundFile("a.exe", "x", PROGRAM), InboundFile("b.zip", "x", archive("c.js")))
    )
    assert anna.get(f"/conversations/messages/{letter.pk}/files/").status_code == 404


def test_chips(letter, anna):
    shown = page(anna.get(f"/conversations/{letter.conversation.number}/"))
    chips = [each for each in shown.every("a") if "data-kind" in each.attributes]
    assert [each.attributes["href"].rpartition("files/")[2].partition("/")[2] for each in chips] == [
        "look/", "look/", "look/", "look/", "", "look/", "", "",
    ]  # fmt: skip
    assert [each.attributes["title"] for each in chips][-1] == "ucho⟨U+202E⟩gpj.exe"
    assert len(shown.every(cls="attachment--harm")) == 3
    images = [each.attributes["src"] for chip in chips for each in chip.every("img")]
    assert images == [at(letter, 0, "thumb/"), at(letter, 5, "thumb/")]
    assert [each.attributes["src"] for each in shown.every("audio")] == [at(letter, 3)]
    assert len(shown.every(cls="attachments__all")) == 1
