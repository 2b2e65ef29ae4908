"""A house of its own for each test, on the database the suite runs on, and the mail server it sends by."""

import pytest

from bench.cluster import available, postgresql
from tests.faults import house as houses
from tests.faults.mail import sinking
from tests.faults.server import Server


@pytest.fixture(scope="session")
def stage(tmp_path_factory):
    server = houses.address_of_postgresql()
    url = houses.sibling(server, "stage") if server else ""
    return houses.build(tmp_path_factory.mktemp("stage") / "data", url)


@pytest.fixture(scope="session")
def everything_sent(stage):
    with sinking(stage.smtp_port) as sink:
        yield sink


@pytest.fixture
def sink(everything_sent):
    everything_sent.accepted.clear()
    return everything_sent


@pytest.fixture
def house(stage, tmp_path):
    made = houses.copy(stage, tmp_path / "house", houses.address_of_postgresql())
    yield made
    made.end()


@pytest.fixture(scope="session")
def own_server(tmp_path_factory):
    """(PostgreSQL, stage) of these tests alone, whatever the suite runs on: it may be stopped and started again."""
    if not available():
        pytest.skip("several processes, lost connections: needs PostgreSQL (apt-get install postgresql)")
    with postgresql() as cluster:
        server = Server(cluster)
        yield server, houses.build(tmp_path_factory.mktemp("own") / "stage", cluster.database("stage"))
        server.stop()


@pytest.fixture
def on_postgresql(own_server, tmp_path):
    """(house, sink, server) on a PostgreSQL that the test may take away."""
    server, stage = own_server
    made = houses.copy(stage, tmp_path / "house", server.address)
    with sinking(stage.smtp_port) as sink:
        yield made, sink, server
        made.end()
