import pytest

from okienko.accounts.operations import add_agent
from okienko.conversations.tests import desk_cast
from okienko.conversations.tests import post as post_office
from okienko.conversations.tests.post import SPOUSE, letter
from okienko.inboxes import registry
from okienko.inboxes.tests.provider import Provider


@pytest.fixture
def cast(db):
    return desk_cast.cast()


@pytest.fixture
def anna(cast, client):
    """A browser in which Anna is signed in."""
    client.force_login(cast.anna)
    return client


@pytest.fixture
def post(db):
    """Two mailboxes of one shop, and the way of a raw letter through the house."""
    return post_office.post()


@pytest.fixture
def writer(db):
    """Anna, who answers: an agent without a browser."""
    return add_agent(email="anna@ziarno.example", name="Anna", password=None)


@pytest.fixture
def provider(monkeypatch):
    """The mail server that every inbox sends by; it answers what the test says."""
    provider = Provider(registry.channel_for("email"))
    monkeypatch.setitem(registry._channels.by_kind, "email", provider)
    return provider


@pytest.fixture
def conversation(post):
    return post.arrives(letter(Cc=SPOUSE, Message_ID="<q@klient.example>")).conversation
