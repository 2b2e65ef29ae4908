"""The plain statements of hot paths, compiled once per shape.

Receiving one letter takes some twenty statements, and Django's compiler takes longer to write each of
them than the database to run it (0.3 ms against 0.05 ms: docs/decisions/0002). These functions do what
`create`, `bulk_create`, `get`, `values_list` and `save(update_fields=…)` do, for filters by equality
and `__in` only. Everything else, and everything that is not hot, stays with the ORM.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from types import NoneType
from typing import Any, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, CharField, Field, ForeignKey, IntegerField, Model, TextField

Row = TypeVar("Row", bound=Model)
# Values of exactly these types reach the database as they are, in columns of these kinds.
PLAIN_TYPES = {str, int, bool, NoneType}
PLAIN_FIELDS = (CharField, TextField, IntegerField, BooleanField, ForeignKey)


def _connection():
    return connections[DEFAULT_DB_ALIAS]


@contextmanager
def _asked(connection, sql: str, parameters: list) -> Iterator[Any]:
    """A cursor that has executed the statement.

    On PostgreSQL values are bound by the server and the plan is kept: with Django's cursor a letter's text
    stands inside the statement, which the server reads and plans anew each time.
    """
    if connection.vendor != "postgresql" or connection.queries_logged:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            yield cursor
        return
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        cursor = psycopg.Cursor(connection.connection)
        cursor.execute(sql, parameters, prepare=True)
        yield cursor


@lru_cache(maxsize=200)
def _fields(model: type[Model], names: tuple[str, ...] | None = None) -> tuple[Field, ...]:
    """The named concrete fields of a model; without names all but the key, which the database makes."""
    concrete = model._meta.concrete_fields
    if names is None:
        return tuple(field for field in concrete if not field.primary_key)
    known = {"pk": model._meta.pk} | {field.name: field for field in concrete}
    known |= {field.attname: field for field in concrete}
    return tuple(known[name] for name in names)


@lru_cache(maxsize=500)
def _is_plain(field: Field) -> bool:
    """Nothing but Django's own conversion of a plain type stands between Python and this column."""
    own = type(field).get_prep_value in {
        kind.get_prep_value for kind in type(field).__mro__[1:] if kind in PLAIN_FIELDS
    }
    return isinstance(field, PLAIN_FIELDS) and (own or type(field) in PLAIN_FIELDS)


def _prepared(field: Field, value: Any, connection) -> Any:
    if type(value) in PLAIN_TYPES and _is_plain(field):
        return value
    return field.get_db_prep_save(value, connection=connection)


def _columns(fields: Iterable[Field]) -> list[str]:
    return [f'"{field.column}"' for field in fields]


@lru_cache(maxsize=200)
def _insert_sql(model: type[Model]) -> tuple[str, str]:
    columns = _columns(_fields(model))
    marks = ", ".join(["%s"] * len(columns))
    return f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)}) VALUES ', f"({marks})"  # noqa: S608


def _parameters(row: Model, connection) -> list[Any]:
    return [_prepared(field, getattr(row, field.attname), connection) for field in _fields(type(row))]


def insert(row: Row) -> Row:
    """Like `row.save(force_insert=True)`, without signals. Returns the row with its key."""
    if not insert_new(row, tail=""):
        raise LookupError("the database returned no key")
    return row


def insert_new(row: Model, *, tail: str = "ON CONFLICT DO NOTHING") -> bool:
    """Insert unless a unique field is taken; False when it is (and the row has no key)."""
    connection = _connection()
    head, marks = _insert_sql(type(row))
    with _asked(connection, f"{head}{marks} {tail} RETURNING id", _parameters(row, connection)) as cursor:
        found = cursor.fetchone()
    if found:
        row.pk = found[0]
        row._state.adding, row._state.db = False, connection.alias
    return bool(found)


def insert_all(rows: Iterable[Model], *, ignore_conflicts: bool = False):
    """Like `bulk_create`; the rows do not learn their keys."""
    rows = list(rows)
    if not rows:
        return
    connection = _connection()
    head, marks = _insert_sql(type(rows[0]))
    tail = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    for start in range(0, len(rows), 100):
        some = rows[start : start + 100]
        parameters = [value for row in some for value in _parameters(row, connection)]
        with _asked(connection, head + ", ".join([marks] * len(some)) + tail, parameters):
            pass


@lru_cache(maxsize=200)
def _converters(fields: tuple[Field, ...], alias: str) -> list[tuple[int, Any, Any]]:
    connection = connections[alias]
    found: list[tuple[int, Any, Any]] = []
    for position, field in enumerate(fields):
        column = field.get_col(field.model._meta.db_table)
        converters = [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]
        found += [(position, convert, column) for convert in converters]
    return found


def _target(key: Field) -> type[Model]:
    """The model a foreign key leads to."""
    if key.related_model is None:
        raise TypeError(f"{key} is no foreign key")
    return key.related_model


@lru_cache(maxsize=1000)
def _select_sql(
    fields: tuple[Field, ...], asked: tuple[tuple[str, int], ...], related: tuple[Field, ...], tail: str
) -> str:
    """`asked`: column and the number of its values, 0 for plain equality. `related`: foreign keys to join."""
    table = fields[0].model._meta.db_table
    tests = [
        f'"{table}"."{name}" IN ({", ".join(["%s"] * count)})' if count else f'"{table}"."{name}" = %s'
        for name, count in asked
    ]
    columns = [f'"{field.model._meta.db_table}"."{field.column}"' for field in fields]
    others = [(_target(key)._meta.db_table, key.column) for key in related]
    joins = "".join(f' JOIN "{other}" ON "{other}".id = "{table}"."{column}"' for other, column in others)
    return f'SELECT {", ".join(columns)} FROM "{table}"{joins} WHERE {" AND ".join(tests)}{tail}'  # noqa: S608


def _select(
    model: type[Model],
    fields: tuple[Field, ...],
    equal: dict[str, Any],
    tail: str,
    related: tuple[Field, ...] = (),
) -> list[list]:
    connection = _connection()
    asked, parameters = [], []
    for name, value in equal.items():
        (field,) = _fields(model, (name.removesuffix("__in"),))
        several = list(value) if name.endswith("__in") else [value]
        if not several:
            return []
        asked.append((field.column, len(several) if name.endswith("__in") else 0))
        parameters += [_prepared(field, one, connection) for one in several]
    with _asked(connection, _select_sql(fields, tuple(asked), related, tail), parameters) as cursor:
        found = [list(row) for row in cursor.fetchall()]
    for position, convert, column in _converters(fields, connection.alias):
        for row in found:
            row[position] = convert(row[position], column, connection)
    return found


@lru_cache(maxsize=200)
def _whole(model: type[Model], related: tuple[str, ...]) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
    """All columns of a model and of the models its named foreign keys lead to, and those keys."""
    keys = _fields(model, related) if related else ()
    models = [model, *map(_target, keys)]
    return tuple(field for one in models for field in one._meta.concrete_fields), keys


def get(model: type[Row], *, lock: bool = False, related: tuple[str, ...] = (), **equal: Any) -> Row | None:
    """The first row whose fields equal the values, or None. `lock`: held until the transaction ends.

    `related`: foreign keys (never null) whose rows come along.
    """
    fields, keys = _whole(model, related)
    tail = " FOR UPDATE" if lock and _connection().features.has_select_for_update else ""
    found = _select(model, fields, equal, tail, keys)
    if not found:
        return None
    rest = found[0]
    made: list[Any] = []
    models: list[type[Model]] = [model, *map(_target, keys)]
    for one in models:
        names = [field.attname for field in one._meta.concrete_fields]
        made.append(one.from_db(DEFAULT_DB_ALIAS, names, rest[: len(names)]))
        rest = rest[len(names) :]
    row, *others = made
    for key, other in zip(keys, others, strict=True):
        setattr(row, key.name, other)
    return row


def values(model: type[Model], names: Sequence[str], *, tail: str = "", **equal: Any) -> list[list]:
    """The named fields of all rows that match; `tail`: of our own writing, e.g. " ORDER BY id DESC LIMIT 3"."""
    return _select(model, _fields(model, tuple(names)), equal, tail)


@lru_cache(maxsize=200)
def _update_sql(fields: tuple[Field, ...]) -> str:
    assignments = ", ".join(f"{column} = %s" for column in _columns(fields))
    return f'UPDATE "{fields[0].model._meta.db_table}" SET {assignments} WHERE id = %s'  # noqa: S608


def update(row: Model, *names: str):
    """Write the named fields of a row, like `row.save(update_fields=names)`."""
    connection = _connection()
    fields = _fields(type(row), names)
    parameters = [_prepared(field, getattr(row, field.attname), connection) for field in fields]
    with _asked(connection, _update_sql(fields), [*parameters, row.pk]):
        pass
