import pytest

from okienko.contacts.tests.people import people


@pytest.fixture
def house(db):
    return people()


@pytest.fixture
def anna(house, client):
    """A browser in which Anna is signed in."""
    client.force_login(house.anna)
    return client
