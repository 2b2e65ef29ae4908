from okienko.events.log import Actor
from okienko.inboxes import operations
from okienko.inboxes.operations import watching
from okienko.inboxes.source import Trouble
from okienko.upkeep import doctor


def test_a_mailbox_that_is_not_fetched_from_is_named(db):
    mailbox = operations.set_up(
        brand=operations.add_brand(name="Ziarno i Glina"),
        name="Sklep",
        address="sklep@ziarno.example",
        config={"imap_host": "imap.ziarno.example"},
        secrets={"password": "x"},
        actor=Actor.system(),
    )
    assert doctor.fetching() == ("0 mailboxes are fetched from", "")
    operations.connect(mailbox.inbox, actor=Actor.system())
    assert doctor.fetching() == ("1 mailboxes are fetched from", "")
    watching.failed(mailbox, Trouble.LOGIN, "the password is refused")
    words, remedy = doctor.fetching()
    assert words == "not fetched from: Sklep: the password is refused"
    assert remedy
