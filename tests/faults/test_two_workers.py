"""Several processes at one installation: whoever is killed, everything is done once in the end."""

import time

import pytest

from tests.faults import house as houses
from tests.faults.mail import Postman, until
from tests.faults.stage import SHOP, letter

pytestmark = pytest.mark.fault
NUMBERS = range(1, 41)


@pytest.mark.servers  # on SQLite: PostgreSQL has the next test
def test_a_serving_process_and_a_command_that_brings_letters(house, sink):
    """The program of a mail server's pipe writes beside the process that serves, which is killed meanwhile."""
    served = house.serve()
    postman = house.post(letter(number) for number in range(1, 21))
    for number in range(21, 24):
        if number == 22:
            served.kill()
            began = time.monotonic()
            house.start("serve")
        house.installation.command("receive", "--to", SHOP, given=letter(number))
    postman.finish()
    house.rest(since=began, seconds=30)
    house.has_received(range(1, 24))
    house.has_sent(sink)


@pytest.mark.servers
def test_two_serving_processes_and_a_worker_of_which_two_are_killed(on_postgresql):
    house, sink, _ = on_postgresql
    other = {"port": str(houses.free_port()), "lmtp_port": str(houses.free_port())}
    first, worker = house.serve(), house.start("worker")
    house.start("serve", **other)
    here = house.post(letter(number) for number in NUMBERS[::2])
    there = Postman(int(other["lmtp_port"]), [letter(number) for number in NUMBERS[1::2]])
    there.start()
    until(lambda: here.answers[250] >= 5 and there.answers[250] >= 5)
    worker.kill()
    first.kill()
    began = time.monotonic()
    house.start("serve")
    here.finish()
    there.finish()
    house.rest(since=began, seconds=30)
    house.has_received(NUMBERS)
    house.has_sent(sink)
