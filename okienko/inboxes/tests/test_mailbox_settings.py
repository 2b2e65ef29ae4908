"""Changing a mailbox: servers and password, how answers leave, addresses, brand and team."""

import json

import pytest

from okienko.accounts.operations import add_team
from okienko.events.log import Actor
from okienko.events.models import Event
from okienko.inboxes import operations
from okienko.inboxes.models import Address, Checkup, Folder, Inbox, Mailbox
from okienko.inboxes.operations.describing import brand_named
from okienko.inboxes.tests import owners
from okienko.inboxes.tests.owners import at, faults
from okienko.ui.tests.pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def celina():
    return owners.browser("Celina", "owner")


def servers(mailbox: Mailbox, **more) -> dict:
    """The form as it is shown, sent back with changes."""
    names = ("imap_host", "imap_port", "imap_security", "host", "port", "security", "username")
    return {name: mailbox.inbox.config[name] for name in names} | {"password": ""} | more


def fresh(mailbox: Mailbox) -> Inbox:
    return Inbox.objects.get(pk=mailbox.inbox_id)


def secrets(mailbox: Mailbox) -> dict:
    return json.loads(fresh(mailbox).secrets or "{}")


def last_change() -> str:
    return Event.objects.filter(type="inbox.mailbox_changed").last().data["change"]


# Servers


def test_an_empty_password_stays_as_it_is(celina):
    mailbox = owners.set_up()
    response = celina.post(at(mailbox, "servers/"), servers(mailbox, port="2525", junk="on"))
    assert response["Location"] == at(mailbox)
    assert (fresh(mailbox).config["port"], fresh(mailbox).config["junk"]) == (2525, True)
    assert (secrets(mailbox), last_change()) == ({"password": "tajne-hasło"}, "changed")


def test_settings_that_no_form_knows_stay(celina):
    mailbox = owners.set_up(
        folders=["Zwroty"], max_bytes=1000, plus_addressing=True, provider="home", ehlo="x"
    )
    celina.post(at(mailbox, "servers/"), servers(mailbox))
    kept = ("folders", "max_bytes", "plus_addressing", "provider", "ehlo")
    assert [fresh(mailbox).config[name] for name in kept] == [["Zwroty"], 1000, True, "home", "x"]


def test_a_new_password_takes_the_place_of_the_old_one(celina):
    mailbox = owners.set_up()
    celina.post(at(mailbox, "servers/"), servers(mailbox, password="nowe"))
    assert secrets(mailbox) == {"password": "nowe"}


def test_whatever_changed_is_tried_out(celina):
    mailbox = owners.set_up()
    celina.post(at(mailbox, "servers/"), servers(mailbox))
    assert Checkup.objects.get().inbox_id == mailbox.inbox_id


@pytest.mark.parametrize(
    "change", [{"imap_host": "imap.example"}, {"username": "inny"}, {"host": "smtp.example"}]
)
def test_another_server_never_gets_the_old_password(celina, change):
    mailbox = owners.set_up()
    response = celina.post(at(mailbox, "servers/"), servers(mailbox, **change))
    assert (response.status_code, faults(response)) == (
        422, ["Wpisz hasło: inny serwer lub inna nazwa użytkownika wymaga podania go na nowo."],
    )  # fmt: skip
    assert fresh(mailbox).config == mailbox.inbox.config


def test_moving_to_another_server_looks_at_the_folders_afresh(celina):
    mailbox = owners.connected()
    Folder.objects.create(mailbox=mailbox, name="INBOX", validity="7")
    celina.post(at(mailbox, "servers/"), servers(mailbox, imap_host="imap.example", password="nowe"))
    assert (last_change(), Folder.objects.get().validity, secrets(mailbox)) == (
        "replaced", "", {"password": "nowe"},
    )  # fmt: skip


def test_a_disconnected_mailbox_wants_its_password_again(celina):
    mailbox = owners.connected()
    operations.disconnect(mailbox.inbox, actor=Actor.system())
    assert faults(celina.post(at(mailbox, "servers/"), servers(mailbox))) == ["Wpisz hasło."]
    # Saving how answers leave stores no secret, and does not pretend that there is one.
    celina.post(at(mailbox, "answers/"), {"reply_by": "headers"})
    assert faults(celina.post(at(mailbox, "servers/"), servers(mailbox))) == ["Wpisz hasło."]
    celina.post(at(mailbox, "servers/"), servers(mailbox, password="nowe"))
    assert secrets(mailbox) == {"password": "nowe"}


def test_one_with_local_delivery_alone_needs_neither_server_nor_password(celina):
    inbox = operations.add_inbox(
        brand=owners.brand(), name="Sklep", kind="email", address="sklep@ziarno.example",
        config={"host": "127.0.0.1", "port": 25},
    )  # fmt: skip
    address = f"/settings/mailboxes/{inbox.pk}/servers/"
    shown = page(celina.get(address))
    assert shown.one("select", name="security").one("option", selected="").attributes["value"] == "none"
    sent = {"host": "relay.example", "port": "", "security": "none", "imap_security": "tls"}
    assert celina.post(address, sent).status_code == 302
    inbox.refresh_from_db()
    assert inbox.config == {
        "host": "relay.example", "port": 25, "security": "none", "auth": "password", "username": "",
        "junk": False, "sent_copy": False,
    }  # fmt: skip


def test_the_other_sign_in_goes_when_it_is_emptied(celina):
    mailbox = owners.set_up(imap_username="sklep")
    celina.post(at(mailbox, "servers/"), servers(mailbox, imap_username="", password="x"))
    assert "imap_username" not in fresh(mailbox).config


def test_a_permission_stays_until_a_password_is_entered(celina):
    mailbox = owners.set_up(auth="oauth", oauth="google")
    celina.post(at(mailbox, "servers/"), servers(mailbox))
    auths = [fresh(mailbox).config["auth"]]
    celina.post(at(mailbox, "servers/"), servers(mailbox, password="nowe"))
    assert [*auths, fresh(mailbox).config["auth"]] == ["oauth", "password"]


def test_with_a_permission_another_server_asks_to_sign_in_again(celina):
    mailbox = owners.set_up(auth="oauth", oauth="google")
    celina.post(at(mailbox, "servers/"), servers(mailbox, imap_host="imap.example"))
    assert (secrets(mailbox), Checkup.objects.count()) == ({}, 0)
    assert page(celina.get(at(mailbox))).one(cls="notice--waiting").words == (
        "Zapisano. Inny serwer lub inna nazwa użytkownika wymaga ponownego zalogowania u dostawcy."
    )


def test_faults_leave_everything_as_it_is(celina):
    mailbox = owners.set_up()
    response = celina.post(at(mailbox, "servers/"), servers(mailbox, imap_host="javascript:x", port="70000"))
    assert (response.status_code, len(faults(response)), Checkup.objects.count()) == (422, 2, 0)
    assert fresh(mailbox).config == mailbox.inbox.config


# Answers


@pytest.mark.parametrize(
    ("by", "stored"), [("plus", (True, False)), ("catch_all", (False, True)), ("headers", (False, False))]
)
def test_how_replies_are_known(celina, by, stored):
    mailbox = owners.set_up(plus_addressing=True)
    celina.post(at(mailbox, "answers/"), {"reply_by": by, "per_minute": "", "per_hour": ""})
    config = fresh(mailbox).config
    shown = page(celina.get(at(mailbox, "servers/"))).one("input", name="reply_by", checked="")
    assert ((config["plus_addressing"], config["catch_all"]), shown.attributes["value"]) == (stored, by)
    assert secrets(mailbox) == {"password": "tajne-hasło"}


def test_how_fast_answers_leave(celina):
    mailbox, seen = owners.set_up(), []
    for pace in ({"per_minute": "20", "per_hour": "300"}, {"per_minute": "", "per_hour": ""}):
        celina.post(at(mailbox, "answers/"), {"reply_by": "plus", **pace})
        seen.append({name: fresh(mailbox).config.get(name) for name in pace})
    assert seen == [{"per_minute": 20, "per_hour": 300}, {"per_minute": None, "per_hour": None}]


@pytest.mark.parametrize(
    "given",
    [
        {"per_minute": "0"},
        {"per_hour": "-5"},
        {"per_hour": "1000000"},
        {"per_minute": "x"},
        {"reply_by": "pigeon"},
    ],
)
def test_paces_beyond_reason_are_refused(celina, given):
    mailbox = owners.set_up()
    response = celina.post(at(mailbox, "answers/"), {"reply_by": "plus"} | given)
    assert (response.status_code, len(faults(response))) == (422, 1)
    assert fresh(mailbox).config == mailbox.inbox.config


# Addresses


def test_addresses_are_changed(celina):
    mailbox = owners.set_up()
    sent = {
        "primary": "Nowy@Ziarno.example",
        "aliases": " sklep@ziarno.example\r\nbok@ziarno.example, bok@ziarno.example",
    }
    assert celina.post(at(mailbox, "addresses/"), sent)["Location"] == at(mailbox, "addresses/")
    assert list(Address.objects.order_by("value").values_list("value", "is_primary")) == [
        ("bok@ziarno.example", False), ("nowy@ziarno.example", True), ("sklep@ziarno.example", False),
    ]  # fmt: skip
    shown = page(celina.get(at(mailbox, "addresses/")))
    assert shown.one("textarea", name="aliases").words == "bok@ziarno.example sklep@ziarno.example"


@pytest.mark.parametrize("field", ["primary", "aliases"])
def test_an_address_of_another_mailbox_is_refused_with_its_name(celina, field):
    mailbox, _other = owners.set_up(), owners.set_up("Hurt")
    sent = {"primary": "sklep@ziarno.example", "aliases": ""} | {field: "Hurt@ziarno.example"}
    response = celina.post(at(mailbox, "addresses/"), sent)
    assert (response.status_code, faults(response)) == (
        422, ["hurt@ziarno.example należy do skrzynki „Hurt”. Najpierw usuń go tam."],
    )  # fmt: skip
    assert Address.objects.filter(inbox=mailbox.inbox).count() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"primary": ""}, "To pole jest wymagane."),
        ({"aliases": "nie-adres"}, "To nie jest adres e-mail: nie-adres"),
        ({"aliases": "javascript:alert(1)"}, "To nie jest adres e-mail: javascript:alert(1)"),
        ({"aliases": "\n".join(f"a{n}@x.pl" for n in range(101))}, "Najwyżej 100 adresów."),
    ],
)
def test_wrong_addresses_are_refused(celina, given, said):
    mailbox = owners.set_up()
    sent = {"primary": "sklep@ziarno.example", "aliases": ""} | given
    assert faults(celina.post(at(mailbox, "addresses/"), sent)) == [said]
    assert Address.objects.count() == 1


def test_a_flood_of_addresses_is_refused(celina):
    mailbox = owners.set_up()
    sent = {"primary": "sklep@ziarno.example", "aliases": "a@b.pl\n" * 100_000}
    assert celina.post(at(mailbox, "addresses/"), sent).status_code == 422


# Name, brand, team


def test_name_brand_and_team_are_changed(celina):
    mailbox, team, other = owners.set_up(), add_team(name="Reklamacje"), brand_named("Hurtownia")
    sent = {"name": "Nowa nazwa", "brand": other.pk, "team": team.pk, "is_closed": "on"}
    assert celina.post(at(mailbox, "details/"), sent)["Location"] == at(mailbox, "addresses/")
    inbox = fresh(mailbox)
    assert (inbox.name, inbox.brand, inbox.team, inbox.is_closed) == ("Nowa nazwa", other, team, True)
    assert last_change() == "changed"


@pytest.mark.parametrize(
    "given", [{"name": ""}, {"name": "x" * 81}, {"brand": "999999"}, {"team": "x"}, {"is_closed": "on"}]
)
def test_a_mailbox_for_nobody_is_refused(celina, given):
    mailbox = owners.set_up()
    sent = {"name": "Sklep", "brand": mailbox.inbox.brand_id, "team": ""} | given
    response = celina.post(at(mailbox, "details/"), sent)
    assert (response.status_code, len(faults(response))) == (422, 1)
    assert fresh(mailbox).name == "Sklep"
