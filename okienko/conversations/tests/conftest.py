import pytest

from okienko.conversations.tests import desk_cast


@pytest.fixture
def cast(db):
    return desk_cast.cast()


@pytest.fixture
def anna(cast, client):
    """A browser in which Anna is signed in."""
    client.force_login(cast.anna)
    return client
