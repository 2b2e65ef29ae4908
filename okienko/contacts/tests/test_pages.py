"""The list of customers and the page of one: who sees what, and what each form does."""

import pytest

from okienko.contacts import listing
from okienko.contacts.models import Contact, Identity
from okienko.contacts.operations import add_identity, identify, tag
from okienko.ui.tests.pages import page

HTMX = {"HX-Request": "true"}


def address(house, name: str = "show", *more: int) -> str:
    last = {"show": "", "removal": "removal/", "primary": "primary/", "taking": "taking/"}.get(
        name, f"{name}/"
    )
    key = f"identities/{more[0]}/" if more else ""
    return f"/contacts/{house.zofia.pk}/{key}{last}"


def names(client, **query) -> list[str]:
    response = client.get("/contacts/", query)
    return [contact.name for contact in response.context["page"].contacts]


def test_the_list_shows_the_newest_first_page_by_page(house, anna, monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 2)
    for name in ("Adam", "Beata", "Czesław"):
        identify(kind="email", value=f"{name}@k.example", name=name)

    first = anna.get("/contacts/").context["page"]
    assert [contact.name for contact in first.contacts] == ["Czesław", "Beata"]
    assert names(anna, after=first.next) == ["Adam", "Zofia Gąsiorowska"]
    assert anna.get("/contacts/", {"after": first.next}).context["page"].next == 0


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_many_questions_whatever_its_length(house, anna, count, django_assert_num_queries):
    for number in range(count):
        tag(identify(kind="email", value=f"{number}@k.example").contact, "hurt", actor=house.by_anna)
    with django_assert_num_queries(3):
        listing.page(listing.found("", house.anna), house.anna)


def test_the_list_is_searched(house, anna):
    identify(kind="email", value="adam@klient.example", name="Adam Nowak")

    assert names(anna, q="nowaka") == ["Adam Nowak"]
    assert names(anna, q="ad now") == ["Adam Nowak"]
    assert names(anna, q="zofia@klient.example") == ["Zofia Gąsiorowska"]
    assert names(anna, q="nikt") == []
    assert page(anna.get("/contacts/", {"q": "nikt"})).every(id="contacts-none") != []


def test_without_personal_data_nobody_is_guessed_by_an_address(house, client):
    client.force_login(house.olek)
    add_identity(house.zofia, kind="phone", value="+48501502503", actor=house.by_anna)

    assert names(client, q="Gąsiorowska") == ["Zofia Gąsiorowska"]
    assert names(client, q="zof gas") == ["Zofia Gąsiorowska"]
    for words in ("zofia@klient.example", "klient.example", "zofia kli", "501502503", "501 502 503", "501"):
        assert names(client, q=words) == []


def test_without_personal_data_no_address_is_on_any_page(house, client):
    client.force_login(house.olek)
    add_identity(house.zofia, kind="phone", value="+48501502503", actor=house.by_anna)
    nameless = identify(kind="email", value="kto@klient.example").contact
    Contact.objects.filter(pk=nameless.pk).update(name="kto@klient.example")

    pages = ["/contacts/", address(house), f"/contacts/{nameless.pk}/", f"{address(house)}panels/reach/"]
    said = "".join(client.get(each).content.decode() for each in pages)
    shown = [secret for secret in ("zofia@", "kto@", "501", "klient.example") if secret in said]
    assert shown == []


def test_a_correction_answers_with_the_new_page(house, anna):
    response = anna.post(address(house, "name"), {"name": "Zofia Gąska"}, headers=HTMX)

    assert response.status_code == 200
    assert page(response).one("h1").words == "Zofia Gąska"
    assert anna.post(address(house, "name"), {"name": "Zofia"}).headers["Location"] == address(house)


def test_an_empty_name_is_refused_in_words_and_what_was_typed_stays(house, anna):
    response = anna.post(address(house, "name"), {"name": ""}, headers=HTMX)

    assert (response.status_code, list(response.context["errors"])) == (422, ["name"])
    assert Contact.objects.get(pk=house.zofia.pk).name == "Zofia Gąsiorowska"
    response = anna.post(address(house, "identities"), {"address": "zofia@"}, headers=HTMX)
    assert (response.status_code, response.context["typed"]) == (422, "zofia@")


@pytest.mark.parametrize(("name", "form"), [
    ("name", {"name": "X"}), ("language", {"language": "uk"}), ("tags", {"name": "x"}),
    ("identities", {"address": "x@k.example"}), ("panels/notes", {"text": "x"}),
])  # fmt: skip
def test_who_only_reads_changes_nothing(house, client, name, form):
    client.force_login(house.pola)

    assert client.post(address(house, name), form).status_code == 403
    assert "act-name" not in client.get(address(house)).content.decode()


def test_addresses_are_changed_only_by_who_sees_them(house, client):
    house.olek.custom_role.words = ["conversations.read", "conversations.work"]
    house.olek.custom_role.save()
    client.force_login(house.olek)
    mail = house.zofia.identities.get()

    assert client.post(address(house, "name"), {"name": "Zofia Nowa"}).status_code == 303
    refused = [
        client.post(address(house, "identities"), {"address": "x@k.example"}),
        client.post(address(house, "primary", mail.pk)), client.post(address(house, "removal", mail.pk)),
        client.get(address(house, "removal", mail.pk)),
    ]  # fmt: skip
    assert [response.status_code for response in refused] == [403] * 4


def test_an_address_of_somebody_else_leads_to_the_question(house, anna):
    other = identify(kind="email", value="adam@klient.example", name="Adam")
    asking = address(house, "taking", other.pk)
    given = {"address": "Adam@Klient.example"}

    assert anna.post(address(house, "identities"), given).headers["Location"] == asking
    assert anna.post(address(house, "identities"), given, headers=HTMX).headers["HX-Redirect"] == asking
    assert "Adam" in anna.get(asking).content.decode()
    assert anna.post(asking).headers["Location"] == address(house)
    assert Identity.objects.get(pk=other.pk).contact == house.zofia
    assert anna.get(asking).status_code == 404  # it is hers already


def test_removing_asks_first_and_then_forgets(house, anna):
    added = add_identity(house.zofia, kind="phone", value="+48501502503", actor=house.by_anna)
    asking = address(house, "removal", added.pk)

    assert anna.get(asking).context["is_named"] is False
    assert Identity.objects.filter(pk=added.pk).exists()
    assert anna.post(asking).headers["Location"] == address(house)
    assert not Identity.objects.filter(pk=added.pk).exists()


def test_an_address_of_another_contact_cannot_be_removed_here(house, anna):
    other = identify(kind="email", value="adam@klient.example")

    assert anna.post(address(house, "removal", other.pk)).status_code == 404
    assert anna.post(address(house, "primary", other.pk)).status_code == 404


def test_notes_are_written_and_taken_back_by_who_wrote_them(house, anna, client):
    notes = address(house, "panels/notes")
    for _ in range(2):  # a double click
        anna.post(notes, {"text": " Woli telefon. "}, headers=HTMX)
    note = house.zofia.notes.get()
    assert (note.text, note.agent) == ("Woli telefon.", house.anna)

    house.pola.custom_role.words = ["conversations.read", "conversations.work"]
    house.pola.custom_role.save()
    client.force_login(house.pola)
    taken = {"_method": "DELETE", "note": note.pk}
    assert client.post(notes, taken, headers=HTMX).status_code == 404
    client.force_login(house.anna)
    assert client.post(notes, taken, headers=HTMX).status_code == 200
    assert house.zofia.notes.count() == 0
    assert client.post(notes, {"text": "  "}, headers=HTMX).status_code == 422


def test_an_empty_section_leaves_no_trace_for_who_only_reads(house, client):
    client.force_login(house.pola)

    assert client.get(address(house, "panels/notes"), headers=HTMX).status_code == 204
    assert client.get(address(house, "panels/notes")).status_code == 200  # by itself it is a page
