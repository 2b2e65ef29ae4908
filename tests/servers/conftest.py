"""A real mail server for the tests of this directory."""

import secrets

import pytest

from bench import cluster
from bench.post_office import missing, post_office

SHOP, CLAIMS = "sklep@shop.test", "reklamacje@shop.test"
PASSWORD = "tajne hasło 1"


@pytest.fixture(scope="session")
def mail_servers():
    """Skips where Postfix and Dovecot cannot be started."""
    if reason := missing():
        pytest.skip(reason)


@pytest.fixture(scope="module")
def office(mail_servers):
    """A post office with two mailboxes of a shop, both with the same password."""
    with post_office(users={SHOP: PASSWORD, CLAIMS: PASSWORD}) as made:
        yield made


@pytest.fixture(scope="session")
def postgresql():
    if not cluster.available():
        pytest.skip("needs PostgreSQL (apt-get install postgresql)")
    with cluster.postgresql() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request):
    """The address of a fresh database; "" for SQLite."""
    if request.param == "sqlite":
        return ""
    return request.getfixturevalue("postgresql").database(f"mail{secrets.token_hex(4)}")
