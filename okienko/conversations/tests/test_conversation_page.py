"""A conversation on the page: what is said, by whom, to whom, and what became of it."""

import pytest

from okienko.conversations import operations, timeline
from okienko.conversations.models import Delivery
from okienko.conversations.tests.desk_cast import picture
from okienko.events.log import Actor
from okienko.inboxes.channel import Party, Role
from okienko.ui.tests.pages import page

STRANGER = Party("email", "obcy@gdzies.example", name="Obcy")


def at(conversation) -> str:
    return f"/conversations/{conversation.number}/"


def test_who_may_not_see_it_gets_the_same_answer_as_for_nothing(cast, anna):
    closed = cast.conversation(cast.books)
    answers = [
        anna.get(address).status_code
        for address in (at(closed), "/conversations/99999/", "/conversations/3/")
    ]
    assert answers == [404, 404, 404]


def test_a_stranger_must_sign_in(cast, client):
    assert client.get(at(cast.conversation())).status_code == 302


def test_messages_stand_in_their_order_with_who_wrote_them(cast, anna):
    conversation = cast.conversation(text="Gdzie jest paczka?", minutes_ago=30)
    operations.reply(conversation, text="Jutro będzie.", agent=cast.anna)
    operations.note(conversation, text="Kurier się spóźnia.", agent=cast.bartek)
    log = page(anna.get(at(conversation))).one(id="messages")
    shown = [
        (each.attributes["class"], each.attributes["aria-label"], each.one(cls="prose").words)
        for each in log.every("article") + log.every(cls="note")
    ]
    assert shown == [
        ("message", "Zofia Gąsiorowska", "Gdzie jest paczka?"),
        ("message message--ours", "Anna", "Jutro będzie."),
        ("note", "Notatka wewnętrzna", "Kurier się spóźnia."),
    ]
    head = [each.words for each in log.one(cls="note__head").every("span")]
    assert head == ["B", "notatka, klient jej nie widzi"]


def test_words_are_escaped_and_links_are_links(cast, anna):
    conversation = cast.conversation(text="<script>alert(1)</script> https://sklep.example/x")
    prose = page(anna.get(at(conversation))).one(id="messages").one(cls="prose")
    assert prose.words == "<script>alert(1)</script> https://sklep.example/x"
    assert [link.attributes for link in prose.every("a")] == [
        {
            "href": "https://sklep.example/x", "title": "https://sklep.example/x", "target": "_blank",
            "rel": "noopener noreferrer nofollow",
        }
    ]  # fmt: skip


def test_the_quoted_part_is_one_step_away(cast, anna):
    letter = cast.letter(text="Dziękuję!\n\nW dniu 2.03.2026 Anna napisała:\n> Już jedzie.\n> Pozdrawiam")
    details = page(anna.get(at(letter.conversation))).one(id=f"text-{letter.pk}")
    assert details.attributes["hx-get"] == f"/conversations/messages/{letter.pk}/text/"
    assert page(anna.get(at(cast.conversation(text="Krótko.")))).every(cls="more-text") == []


def test_a_long_letter_is_cut_and_the_rest_is_one_step_away(cast, anna):
    letter = cast.letter(text="słowa " * 10_000)
    log = page(anna.get(at(letter.conversation))).one(id="messages")
    assert len(log.one(cls="prose").every("p")[0].words) == timeline.LONGEST
    assert len(log.every(id=f"text-{letter.pk}")) == 1


def test_html_is_shown_only_in_a_page_of_its_own(cast, anna):
    letter = cast.letter(text="Hej", html="<p onclick=x>Hej</p>")
    element = page(anna.get(at(letter.conversation))).one("ok-mail")
    assert element.attributes["src"] == f"/conversations/messages/{letter.pk}/body/"
    assert page(anna.get(at(letter.conversation))).every("iframe") == []


def test_somebody_else_is_named_as_such(cast, anna):
    conversation = cast.conversation()
    ours = operations.reply(conversation, text="Proszę bardzo.", agent=cast.anna)
    cast.letter(sender=STRANGER, in_reply_to=(ours.external_id,), text="To ja teraz.")
    chips = [each.words for each in page(anna.get(at(conversation))).one(id="messages").every(cls="chip")]
    assert chips == ["inna osoba"]


def test_it_says_who_the_message_went_to(cast, anna):
    letter = cast.letter(
        recipients=(
            Party("email", "sklep@ziarno.example", role=Role.TO),
            Party("email", "maz@klient.example", role=Role.CC),
        )
    )
    route = page(anna.get(at(letter.conversation))).one(cls="route")
    assert route.one("summary").words == "do Sklep i 1 inna osoba"
    assert route.one("dl").words == "Od zofia@klient.example Do sklep@ziarno.example DW maz@klient.example"


def test_files_are_named_with_their_size(cast, anna):
    letter = cast.letter(files=(picture(),))
    chip = page(anna.get(at(letter.conversation))).one(id="messages").one(cls="attachment")
    assert [each.words for each in chip.one(cls="attachment__words").every("span")] == [
        "ucho.png",
        "PNG · 58 bajtów",
    ]


@pytest.mark.parametrize(
    ("state", "reason", "words", "buttons"),
    [
        ("queued", "", "Czeka na wysłanie: zofia@klient.example", 0),
        ("queued", "421 busy", "Czeka na wysłanie: zofia@klient.example – 421 busy", 1),
        ("sent", "250 ok", "Wysłana: zofia@klient.example", 0),
        ("failed", "550 no such user", "Nie wysłana: zofia@klient.example – 550 no such user", 1),
    ],
)
def test_what_became_of_an_answer_is_told_in_words(cast, anna, state, reason, words, buttons):  # noqa: PLR0917
    conversation = cast.conversation()
    message = operations.reply(conversation, text="Jutro.", agent=cast.anna)
    Delivery.objects.filter(recipient__message=message).update(state=state, reason=reason)
    foot = page(anna.get(at(conversation))).one("footer", cls="message__foot")
    assert foot.one(cls="delivery").words == words
    retry = [each.attributes["formaction"] for each in foot.every("button")]
    assert retry == [f"/conversations/messages/{message.pk}/delivery/"] * buttons


def test_what_happened_around_the_messages_stands_between_them(cast, anna):
    conversation, actor = cast.conversation(), Actor.agent(cast.anna)
    operations.assign(conversation, cast.bartek, actor=actor)
    operations.assign_team(conversation, cast.bookkeeping, actor=actor)
    operations.assign_team(conversation, None, actor=actor)
    operations.tag(conversation, "zwrot", actor=actor)
    operations.resolve(conversation, actor=actor)
    operations.reopen(conversation, actor=actor)
    folded = page(anna.get(at(conversation))).one(cls="activity--folded")
    assert [each.words for each in folded.one("summary").every("span")] == [
        "Otwarto ponownie",
        "i 5 innych zmian",
    ]
    assert [each.every("span")[0].words for each in folded.every("li")] == [
        "Przekazano: Bartek",
        "Przekazano zespołowi Księgowość",
        "Nie należy już do żadnego zespołu",
        "Dodano tag „zwrot”",
        "Załatwione",
    ]


def test_an_older_part_waits_behind_a_link(cast, anna, monkeypatch):
    monkeypatch.setattr(timeline, "PAGE", 2)
    conversation = cast.conversation(text="pierwsza", minutes_ago=60)
    for number in range(3):
        operations.note(conversation, text=f"notatka {number}", agent=cast.anna)
    texts = lambda response: [each.words for each in page(response).one(id="messages").every(cls="prose")]  # noqa: E731
    first = anna.get(at(conversation))
    assert texts(first) == ["notatka 1", "notatka 2"]
    link = page(first).one(id="earlier").one("a").attributes["href"]
    newest = conversation.messages.latest("pk").pk
    assert link == f"{at(conversation)}?queue=open&shown=4&since=0&opened={newest}"
    second = anna.get(link)
    assert texts(second) == ["pierwsza", "notatka 0", "notatka 1", "notatka 2"]
    assert page(second).every(id="earlier") == []


def test_the_same_page_again_is_the_same_letter_for_letter(cast, anna):
    """Regions are compared as the server sent them: a token or a signed address inside would replace them each time."""
    conversation = cast.conversation(files=(picture(),))
    message = operations.reply(conversation, text="Jutro.", agent=cast.anna)
    Delivery.objects.filter(recipient__message=message).update(state="failed", reason="550")
    answers = [anna.get(at(conversation), headers={"HX-Request": "true"}).content for _ in range(2)]
    assert answers[0] == answers[1]


def test_the_browser_is_asked_to_tell_what_was_read_only_when_something_is_new(cast, anna):
    letter = cast.letter()
    asked = page(anna.get(at(letter.conversation))).one("ok-read").attributes
    assert (asked["up-to"], asked["src"]) == (str(letter.pk), f"{at(letter.conversation)}reading/")
    operations.mark_read(letter.conversation, cast.anna, up_to=letter)
    assert page(anna.get(at(letter.conversation))).every("ok-read") == []


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_a_page_takes_eight_questions_whatever_its_length(cast, anna, rows, django_assert_num_queries):
    conversation, actor = cast.conversation(files=(picture(),), minutes_ago=10), Actor.agent(cast.anna)
    for number in range(rows):
        operations.reply(conversation, text=f"odpowiedź {number}", agent=cast.anna)
        operations.tag(conversation, f"tag {number}", actor=actor)
    with django_assert_num_queries(8):
        response = anna.get(f"{at(conversation)}?shown=100")
    assert len(page(response).one(id="messages").every("article")) == rows + 1


def test_whole_texts_stay_in_the_database(cast, anna, django_assert_num_queries):
    conversation = cast.conversation(text="x" * 1000, html="<p>y</p>", files=(picture(),))
    with django_assert_num_queries(8) as asked:
        anna.get(at(conversation))
    (messages,) = [
        q["sql"] for q in asked.captured_queries if 'FROM "conversations_message" ' in q["sql"] + " "
    ][:1]
    assert '"conversations_message"."text",' not in messages
    assert '"conversations_message"."html",' not in messages


def test_addressees_are_told_before_sending(cast, anna):
    letter = cast.letter()
    response = anna.get(f"{at(letter.conversation)}addressees/")
    assert page(response).words == "Do: zofia@klient.example"
