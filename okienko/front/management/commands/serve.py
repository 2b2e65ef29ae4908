from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from okienko.front import live, server, setup_code
from okienko.front.door import door


class Command(BaseCommand):
    help = "Serve the desk: pages, change stream, files, and the jobs unless --no-workers says otherwise."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on, 0 for any free one")
        parser.add_argument(
            "--no-workers", action="store_true", help="leave jobs to `okienko worker` processes"
        )

    def handle(self, *, host, port, no_workers, **options):
        check_database()
        try:
            listener = server.bound(host, port)
        except OSError as error:
            raise CommandError(f"Okienko cannot listen on {host}:{port}: {error.strerror}") from error
        word = word_for_the_first(server.address(listener))
        with listener:
            server.serve(door(workers=not no_workers), listener, closing=live.close_all, word=word)


def word_for_the_first(address: str) -> str:
    """A fresh installation waits for its owner: whoever reads this is the one who started it."""
    try:
        if setup_code.is_begun():
            return ""
        code = setup_code.kept()
    finally:
        connection.close()
    return f"Nobody looks after this office yet. Open {address}/begin/ – setup code: {code}"


def check_database():
    """CommandError in one sentence when the database does not answer or is older than the program."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise CommandError(f"The database does not answer: {error}") from error
    finally:
        connection.close()
    if missing:
        raise CommandError(f"The database lacks {len(missing)} steps of this version. Run: okienko migrate")
