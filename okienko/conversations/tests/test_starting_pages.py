"""The page on which a first letter is written: what it offers, what it refuses in words, and what it makes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from okienko.contacts.models import Contact
from okienko.conversations import forms, operations
from okienko.conversations.models import Conversation, Message
from okienko.conversations.tests.beginnings import CALL, HTMX, NEW, faults, letter, only, with_servers
from okienko.inboxes.channel import Party
from okienko.inboxes.models import Inbox
from okienko.inboxes.operations import add_brand, add_inbox
from okienko.ui.tests.pages import page


@pytest.fixture(autouse=True)
def servers(cast):
    with_servers(cast)


@pytest.fixture
def zofia(cast):
    return cast.letter().sender


def test_a_letter_leads_to_its_conversation(anna, cast):
    response = anna.post(NEW, letter(cast, cc="Jan Kos <Jan@kos.example>; ewa@kos.example"))
    message = only()
    assert (response.status_code, response["Location"]) == (
        303,
        f"/conversations/{message.conversation.number}/",
    )
    assert list(message.recipients.values_list("role", "address", "written")) == [
        ("to", "nowa@klient.example", "nowa@klient.example"),
        ("cc", "jan@kos.example", "Jan@kos.example"),
        ("cc", "ewa@kos.example", "ewa@kos.example"),
    ]
    assert (message.text, message.conversation.subject, message.agent) == (
        "Jest\ngotowy.",
        "Kubek",
        cast.anna,
    )
    assert Contact.objects.filter(name="Jan Kos").count() == 1


def test_by_script_the_browser_is_told_where_to_go(anna, cast):
    response = anna.post(NEW, letter(cast), headers=HTMX)
    assert (response.status_code, response["HX-Redirect"]) == (
        200,
        f"/conversations/{only().conversation.number}/",
    )


def test_a_chosen_customer_is_written_to_at_their_address(anna, cast, zofia):
    anna.post(NEW, letter(cast, to="", to_person=f"identity:{zofia.pk}"))
    message = Message.objects.latest("pk")
    assert [one.identity for one in message.recipients.all()] == [zofia]
    assert message.conversation.contact == zofia.contact


def test_a_double_click_is_one_letter(anna, cast):
    form = letter(cast)
    assert [anna.post(NEW, form)["Location"] for _ in range(3)] == [
        f"/conversations/{only().conversation.number}/"
    ] * 3


def test_files_go_along(anna, cast):
    files = [SimpleUploadedFile(name, b"abc") for name in ("a.txt", "b.txt")]
    anna.post(NEW, letter(cast, files=files))
    assert [file.name for file in only().attachments.all()] == ["a.txt", "b.txt"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"to": ""}, "Do kogo ma trafić list? Wybierz klienta albo wpisz adres."),
        ({"to": "zofia"}, "To nie jest adres e-mail: zofia. Adres wygląda tak: zofia@sklep.example."),
        (
            {"to": "a@b.example, zofia@"},
            "To nie jest adres e-mail: zofia@. Adres wygląda tak: zofia@sklep.example.",
        ),
        ({"cc": "Jan <jan>"}, "To nie jest adres e-mail: Jan <jan>. Adres wygląda tak: zofia@sklep.example."),
        ({"to": "sklep@ziarno.example"}, "sklep@ziarno.example to nasz własny adres: list wróciłby do nas."),
        (
            {"to": "sklep+c1.abc@ziarno.example"},
            "sklep+c1.abc@ziarno.example to nasz własny adres: list wróciłby do nas.",
        ),
        ({"to": ",".join(f"{n}@a.example" for n in range(51))}, "List może iść najwyżej do 50 osób."),
        ({"to": "a" * 5001}, "Tyle adresów się tu nie zmieści. Napisz do mniejszej liczby osób naraz."),
        ({"subject": " "}, "O czym to jest? Temat klient czyta jako pierwszy."),
        ({"text": ""}, "Nie ma jeszcze czego wysłać. Napisz najpierw kilka słów."),
        ({"inbox": "999"}, "Wybierz skrzynkę, z której list ma wyjść."),
    ],
)
def test_what_is_wrong_is_said_in_words_and_nothing_is_made(anna, cast, given, words):
    said = faults(anna.post(NEW, letter(cast, **given)))
    assert words in said
    assert Conversation.objects.count() == 0


def test_what_was_written_stays_when_it_is_refused(anna, cast, zofia):
    form = letter(
        cast,
        to="Jan <jan>, ktos@klient.example",
        to_person=f"identity:{zofia.pk}",
        subject="Temat",
        text="Treść listu",
    )
    shown = page(anna.post(NEW, form | {"files": SimpleUploadedFile("a.txt", b"a")}))
    kept = {name: shown.one(id=f"id_{name}").attributes.get("value") for name in ("to", "subject")}
    assert kept == {"to": "Jan <jan>, ktos@klient.example", "subject": "Temat"}
    assert shown.one(id="id_text").words == "Treść listu"
    boxes = [each.attributes for each in shown.every("input") if each.attributes.get("name") == "to_person"]
    assert [(box["value"], "checked" in box) for box in boxes if box["value"]] == [
        (f"identity:{zofia.pk}", True)
    ]
    assert shown.every("input")[0].attributes.get("name") == "csrfmiddlewaretoken"
    assert "Wybierz pliki jeszcze raz" in shown.one(id="start").words


def test_a_letter_too_heavy(anna, cast, monkeypatch):
    monkeypatch.setattr(forms, "MOST_BYTES", 2)
    heavy = anna.post(NEW, letter(cast, files=SimpleUploadedFile("a.txt", b"abc")))
    assert faults(heavy) == ["Pliki mają razem ponad 20 MB. Wyślij mniej naraz."]


# Which mailbox


def offered(response) -> list[tuple[str, bool]]:
    options = page(response).one(id="id_inbox").every("option")
    return [(each.words, "selected" in each.attributes) for each in options]


def test_only_mailboxes_one_sees_and_that_can_send(client, cast):
    add_inbox(brand=cast.shop.brand, name="Donikąd", kind="email", address="x@ziarno.example")
    operations.log_talk(kind="call", direction="in", minutes=1, text="x", agent=cast.anna, name="Jan")
    shop, books = "Sklep – sklep@ziarno.example", "Księgowość – faktury@ziarno.example"
    seen = {}
    for agent in (cast.anna, cast.bartek):
        client.force_login(agent)
        seen[agent.name] = offered(client.get(NEW))
    assert seen == {"Anna": [(shop, True)], "Bartek": [(shop, True), (books, False)]}
    Inbox.objects.filter(pk=cast.shop.pk).update(is_paused=True)
    assert offered(client.get(NEW)) == [(books, True)]


def test_a_closed_mailbox_cannot_be_taken_by_its_key(anna, cast):
    assert faults(anna.post(NEW, letter(cast, inbox=cast.books.pk))) == [
        "Wybierz skrzynkę, z której list ma wyjść."
    ]


def test_the_one_the_customer_wrote_to_is_chosen(anna, cast):
    other = add_inbox(
        brand=add_brand(name="Młynek"),
        name="Biuro",
        kind="email",
        address="b@mlynek.example",
        config={"host": "x"},
    )
    sender = cast.letter(other).sender
    first, second = "Młynek · Biuro – b@mlynek.example", "Ziarno i Glina · Sklep – sklep@ziarno.example"
    assert offered(anna.get(NEW)) == [(first, True), (second, False)]
    stranger = cast.letter(sender=Party("email", "inny@klient.example")).sender
    assert offered(anna.get(f"{NEW}?to={sender.pk}")) == [(first, True), (second, False)]
    assert offered(anna.get(f"{NEW}?contact={stranger.contact_id}")) == [(first, False), (second, True)]


def test_without_a_mailbox_it_says_so(anna, client, cast):
    Inbox.objects.update(config={})
    shown = page(anna.get(NEW))
    assert shown.every(id="start") == []
    assert [each.words for each in shown.one(cls="state").every("a")] == []
    assert page(anna.get(CALL)).every(id="start") != []
    client.force_login(cast.celina)
    assert [each.words for each in page(client.get(NEW)).one(cls="state").every("a")] == ["Do skrzynek"]
