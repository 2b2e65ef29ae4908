"""A house of its own for each test, on the database the suite runs on, and the mail server it sends by."""

import pytest

from bench.cluster import available, postgresql
from tests.faults import house as houses
from tests.faults.mail import sinking


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


@pytest.fixture
def on_postgresql(tmp_path):
    """(house, sink, cluster): PostgreSQL of their own, whatever the suite runs on."""
    if not available():
        pytest.skip("several processes, lost connections: needs PostgreSQL (apt-get install postgresql)")
    with postgresql() as cluster:
        stage = houses.build(tmp_path / "stage", cluster.database("stage"))
        house = houses.copy(stage, tmp_path / "house", cluster.address("postgres"))
        with sinking(stage.smtp_port) as sink:
            yield house, sink, cluster
            house.end()
