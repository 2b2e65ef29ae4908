import pytest

from okienko.accounts.operations import add_agent
from okienko.conversations.tests import desk_cast
from okienko.conversations.tests import post as post_office


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
