"""Whoever may not see personal data finds it on no page, in no fragment, and by no search."""

import pytest

from okienko.accounts import roles
from okienko.accounts.models import Role
from okienko.accounts.operations import add_agent
from okienko.conversations import operations
from okienko.conversations.models import Delivery
from okienko.conversations.tests.desk_cast import picture
from okienko.events.log import Actor
from okienko.inboxes.channel import Party
from okienko.inboxes.channel import Role as Part
from okienko.ui.tests.pages import page

NAMELESS = Party("email", "jan.kowalski@klient.example")
SECRETS = [
    "zofia@",
    "jan.kowalski",
    "maz@klient",
    "sklep@ziarno",
    "501 502 503",
    "501502503",
    "00-950",
    "Kwiatowa",
]


@pytest.fixture
def olek(cast):
    """Olek from the warehouse: reads, sees files, and no personal data."""
    role = Role.objects.create(name="Magazyn", words=sorted(roles.TEMPLATES[0].words))
    agent = add_agent(email="olek@ziarno.example", name="Olek", password=None)
    agent.custom_role = role
    agent.save()
    return agent


@pytest.fixture
def conversation(cast):
    """With an address wherever one can stand."""
    letter = cast.letter(
        subject="Od zofia@klient.example w sprawie paczki",
        text="Dzwońcie: 501 502 503, ul. Kwiatowa 12/3, 00-950 Warszawa. Zofia\n\nOn Monday zofia@klient.example wrote:\n> 501502503",
        html="<p>zofia@klient.example</p>",
        recipients=(
            Party("email", "sklep@ziarno.example", role=Part.TO),
            Party("email", "maz@klient.example", role=Part.CC),
        ),
        files=(picture(),),
    )
    reply = operations.reply(letter.conversation, text="Dzwonimy na 501502503.", agent=cast.anna)
    Delivery.objects.filter(recipient__message=reply).update(
        state="failed", reason="550 <zofia@klient.example>?"
    )
    cast.letter(sender=NAMELESS, subject="", text="jan.kowalski@klient.example")
    return letter.conversation


def pages_of(conversation) -> list[str]:
    base = f"/conversations/{conversation.number}/"
    texts = [
        f"/conversations/messages/{pk}/text/" for pk in conversation.messages.values_list("pk", flat=True)
    ]
    return [base, f"{base}addressees/", "/conversations/", "/conversations/?queue=waiting", "/conversations/?q=paczki", *texts]  # fmt: skip


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_no_page_and_no_fragment_shows_an_address(client, olek, conversation, headers):
    client.force_login(olek)
    said = "\n".join(
        client.get(address, headers=headers).content.decode() for address in pages_of(conversation)
    )
    assert [secret for secret in SECRETS if secret in said] == []
    assert "Zofia Gąsiorowska" in said


def test_all_of_it_is_there_for_those_who_may_see_it(client, cast, conversation):
    """Otherwise the test above could not fail."""
    client.force_login(cast.anna)
    said = "\n".join(client.get(address).content.decode() for address in pages_of(conversation))
    assert [secret for secret in SECRETS if secret not in said] == []


def test_words_stand_in_the_place_of_addresses(client, olek, conversation):
    client.force_login(olek)
    shown = page(client.get(f"/conversations/{conversation.number}/"))
    assert shown.one(id="conversation-title").words == "Od e-mail ukryty w sprawie paczki"
    assert shown.every(cls="route")[0].one("dl").words == "Od e-mail ukryty Do e-mail ukryty DW e-mail ukryty"
    assert shown.one(id="messages").every(cls="prose")[0].words == (
        "Dzwońcie: telefon ukryty, adres ukryty, adres ukryty. Zofia"
    )


def test_the_list_cuts_a_text_only_when_addresses_are_gone(client, cast, olek):
    cast.letter(text="x" * 110 + " 501 502 503 i tak dalej")
    client.force_login(olek)
    row = page(client.get("/conversations/")).one(cls="conversation-row__preview")
    assert row.words == "x" * 110 + " telefon ukryty i tak dalej"[:10].rstrip()


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("paczki", 1),
        ("Gąsiorowska", 1),
        ("zofia@klient.example", 0),
        ("klient example", 0),
        ("zofia example", 0),
        ("501502503", 0),
        ("501 502 503", 0),
        ("Kwiatowa", 0),
        ("jan.kowalski@klient.example", 0),
        ("kowalski", 0),
    ],
)
def test_nobody_finds_what_they_are_not_shown(client, cast, olek, conversation, words, hits):  # noqa: PLR0917
    client.force_login(olek)
    assert len(client.get("/conversations/", {"q": words}).context["page"].rows) == hits
    client.force_login(cast.anna)
    assert client.get("/conversations/", {"q": words}).context["page"].rows != []


def test_letters_in_their_layout_and_originals_are_not_for_them(client, olek, conversation):
    letter = conversation.messages.first()
    client.force_login(olek)
    answers = {
        part: client.get(f"/conversations/messages/{letter.pk}/{part}/") for part in ("body", "original")
    }
    assert {part: answer.status_code for part, answer in answers.items()} == {"body": 403, "original": 403}
    assert page(client.get(f"/conversations/{conversation.number}/")).every("ok-mail") == []
    assert page(answers["original"]).one("main").every("p")[1].words == (
        "Twoja rola nie pokazuje oryginałów listów. Jeśli potrzebujesz dostępu, poproś właściciela konta."
    )


def test_without_their_word_files_are_counted_and_not_shown(client, olek, conversation):
    file = conversation.messages.first().attachments.get()
    address = f"/conversations/messages/{file.message_id}/files/{file.pk}/"
    client.force_login(olek)
    seen = [client.get(address).status_code]
    Role.objects.update(words=["conversations.read"])
    seen.append(client.get(address).status_code)
    shown = page(client.get(f"/conversations/{conversation.number}/"))
    assert seen == [302, 403]
    assert (shown.every(cls="attachment"), shown.every(cls="attachments")) == ([], [])
    assert "ucho.png" not in client.get(f"/conversations/{conversation.number}/").content.decode()


def test_who_only_reads_is_offered_nothing_to_do(client, olek, conversation):
    client.force_login(olek)
    shown = page(client.get(f"/conversations/{conversation.number}/")).one(id="main")
    assert [each.attributes.get("action") for each in shown.every("form")] == ["/conversations/"]
    assert [each.attributes for each in shown.every("button", type="submit")] == []
    assert [each.attributes for each in shown.every(cls="composer")] == []


def test_nobody_gives_work_to_who_only_reads(client, cast, olek, conversation):
    address = f"/conversations/{conversation.number}/"
    client.force_login(cast.anna)
    items = page(client.get(address)).one(id="assignee-menu").every("button")
    offered = [each.every("span")[1].words for each in items]
    assert offered == ["Ja", "Nikt", "Anna", "Bartek", "Celina", "Księgowość"]
    assert client.post(f"{address}assignment/", {"to": f"agent:{olek.pk}"}).status_code == 422


def test_a_link_to_a_conversation_out_of_sight_is_not_mentioned(client, cast):
    mine, hidden = cast.conversation(), cast.conversation(cast.books)
    operations.link(mine, hidden, "continues", actor=Actor.system())
    seen = {}
    for agent in (cast.anna, cast.bartek):
        client.force_login(agent)
        seen[agent.name] = (
            f"#{hidden.number}" in client.get(f"/conversations/{mine.number}/").content.decode()
        )
    assert seen == {"Anna": False, "Bartek": True}
