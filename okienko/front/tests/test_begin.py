import io

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from okienko.accounts.models import Agent
from okienko.inboxes.models import Inbox
from okienko.inboxes.routes import inbox_for

pytestmark = pytest.mark.django_db
SHOP = {
    "shop": "Ziarno",
    "owner": "Celina@ziarno.example",
    "name": "Celina",
    "mailbox": "sklep@ziarno.example",
}


def begin(monkeypatch, said: str, **options):
    monkeypatch.setattr("sys.stdin", io.StringIO(said))
    call_command("begin", **SHOP | options, stdout=io.StringIO())


def test_an_office_begins_with_owner_and_mailbox(monkeypatch):
    begin(monkeypatch, "porządny kubek\nsekret\n", smtp="mail.ziarno.example:587", smtp_user="sklep")

    owner = authenticate(username="celina@ziarno.example", password="porządny kubek")
    assert owner == Agent.objects.get()
    assert owner.may("people.manage")
    config = inbox_for("sklep@ziarno.example").sending_config()
    assert (config["host"], config["port"], config["password"]) == ("mail.ziarno.example", 587, "sekret")


def test_it_begins_only_once(monkeypatch):
    begin(monkeypatch, "porządny kubek\n")
    with pytest.raises(CommandError, match="has an owner"):
        begin(monkeypatch, "porządny kubek\n", owner="obcy@x.example")


@pytest.mark.parametrize(
    ("said", "options", "words"),
    [
        ("krótkie\n", {}, "password"),
        ("porządny kubek\n", {"owner": "celina"}, "celina"),
        ("porządny kubek\n", {"smtp": "mail.example"}, "--smtp"),
    ],
)
def test_what_cannot_work_is_refused_in_words_and_leaves_nothing(monkeypatch, said, options, words):
    with pytest.raises(CommandError, match=words):
        begin(monkeypatch, said, **options)

    assert not Inbox.objects.exists()
