import threading
import time
from pathlib import Path

import pytest
from django.db import connection, transaction

from okienko.contacts.models import Contact

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="of SQLite only"),
]


def write(count: int, failures: list):
    try:
        for _ in range(count):
            with transaction.atomic():
                Contact.objects.create(name="x")
    except Exception as error:  # noqa: BLE001 - handed to the test
        failures.append(error)
    finally:
        connection.close()


def test_writers_of_one_process_take_turns():
    failures: list = []
    threads = [threading.Thread(target=write, args=(50, failures)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert Contact.objects.count() == 300


def test_the_log_is_not_folded_up_while_the_process_lives():
    write(1, [])
    connection.close()
    log = Path(f"{connection.settings_dict['NAME']}-wal")

    assert log.exists()


def test_a_failed_transaction_lets_the_next_one_in():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Contact.objects.create(name="x")
        1 / 0  # noqa: B018
    writer = threading.Thread(target=write, args=(1, failures := []))
    writer.start()
    writer.join(5)

    assert (writer.is_alive(), failures) == (False, [])


def test_a_connection_that_breaks_in_a_transaction_lets_the_next_one_in():
    def broken():
        transaction.set_autocommit(False)
        Contact.objects.create(name="x")
        connection.close()

    first = threading.Thread(target=broken)
    first.start()
    first.join(5)
    begin = time.monotonic()
    write(1, failures := [])

    assert failures == []
    assert time.monotonic() - begin < 5
