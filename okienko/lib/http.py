"""The rule for every way out to the network: never while a database transaction is open."""

from django.db import connections


def refuse_inside_transaction():
    """A slow remote server must never hold the database's write lock.

    Raises RuntimeError when this thread has a transaction open.
    """
    for connection in connections.all(initialized_only=True):
        if connection.in_atomic_block and not getattr(connection, "testing_in_transaction", False):
            raise RuntimeError("network call inside a database transaction")
