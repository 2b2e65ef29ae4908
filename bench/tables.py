"""Rows by the million into the tables of the product, past its operations: plain SQL, indexes built afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.color import no_style
from django.db import connection, models, transaction

from okienko.lib.sqlite.base import weigh_anchor

FULL = 20_000  # rows kept in memory before they are written


class Table:
    """Takes rows as tuples of the columns it was made for; every other gets the field's default, a key its next number."""

    def __init__(self, model: type[models.Model], *columns: str):
        self.model, self.name = model, model._meta.db_table
        own = {field.attname: field for field in model._meta.concrete_fields}
        if unknown := set(columns) - set(own):
            raise LookupError(f"{self.name} has no column {', '.join(sorted(unknown))}")
        rest = [field for attname, field in own.items() if attname not in columns and not field.primary_key]
        self.columns = [own[attname].column for attname in columns] + [field.column for field in rest]
        self.constants = tuple(
            field.get_db_prep_save(field.get_default(), connection=connection) for field in rest
        )
        self.rows: list[tuple] = []

    def add(self, *row):
        self.rows.append(row + self.constants)
        if len(self.rows) >= FULL:
            self.flush()

    def flush(self):
        columns = ", ".join(connection.ops.quote_name(column) for column in self.columns)
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                marks = ", ".join("?" * len(self.columns))
                sql = f"INSERT INTO {self.name} ({columns}) VALUES ({marks})"
                connection.connection.executemany(sql, self.rows)
            else:
                with cursor.copy(f"COPY {self.name} ({columns}) FROM STDIN") as copy:
                    for row in self.rows:
                        copy.write_row(row)
        self.rows.clear()


@contextmanager
def filling(tables: list[Table]) -> Iterator[None]:
    """One transaction without checks and without secondary indexes; those and the statistics come at its end.

    SQLite neither syncs nor journals meanwhile: a crash here leaves a ruin, which is what a benchmark may risk.
    """
    connection.ensure_connection()
    weigh_anchor(str(connection.settings_dict["NAME"]))  # leaving the write-ahead log takes the file alone
    _prepare(SQLITE_QUICK, POSTGRESQL_QUICK)
    with transaction.atomic():
        later = [sql for table in tables for sql in _taken_away(table.name)]
        yield
        for table in tables:
            table.flush()
        _prepare([*later, *_sequences(tables)], [*later, *_sequences(tables)])
    _prepare(SQLITE_SETTLED, ["VACUUM ANALYZE"])


SQLITE_QUICK = [
    f"PRAGMA {setting}"
    for setting in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-1000000")
]
POSTGRESQL_QUICK = ["SET session_replication_role = replica", "SET maintenance_work_mem = '512MB'"]
SQLITE_SETTLED = ["ANALYZE", "PRAGMA journal_mode=WAL"]


def _prepare(sqlite: list[str], postgresql: list[str]):
    with connection.cursor() as cursor:
        for sql in sqlite if connection.vendor == "sqlite" else postgresql:
            cursor.execute(sql)


def _taken_away(table: str) -> list[str]:
    """Drop the indexes and triggers of a table that do not belong to a constraint. What makes them again."""
    if connection.vendor == "sqlite":
        asked = (
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = %s AND type <> 'table' AND sql <> ''"
        )
    else:
        asked = """SELECT 'index', indexname, indexdef FROM pg_indexes WHERE tablename = %s
            AND indexname NOT IN (SELECT conname FROM pg_constraint)"""
    with connection.cursor() as cursor:
        cursor.execute(asked, [table])
        found = cursor.fetchall()
        for kind, name, _ in found:
            cursor.execute(f'DROP {kind} "{name}"')
    return [sql for *_, sql in found]


def _sequences(tables: list[Table]) -> list[str]:
    """Statements after which new rows get keys above the loaded ones; SQLite sees to that itself."""
    return connection.ops.sequence_reset_sql(no_style(), [table.model for table in tables])
