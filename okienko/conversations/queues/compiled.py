"""Questions that are asked again and again: written once, for writing one costs more than asking it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet


@dataclass(frozen=True)
class Statement:
    """`sql` without its SELECT, "" where nothing can be found.

    `converters`: place in a row → the functions that make Python of what the database gives, and their expression."""

    sql: str
    parameters: tuple
    names: tuple[str, ...]
    converters: dict[int, tuple[list[Callable], object]]

    def rows(self) -> Iterator[dict]:
        if not self.sql:
            return
        connection = connections[DEFAULT_DB_ALIAS]
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + self.sql, self.parameters)
            found = cursor.fetchall()
        for values in map(list, found):
            for place, (converters, expression) in self.converters.items():
                for convert in converters:
                    values[place] = convert(values[place], expression, connection)
            yield dict(zip(self.names, values, strict=True))


def compiled(rows: QuerySet) -> Statement:
    """What a `values()` of named columns asks; a statement without words, and without rows, where nothing can be found."""
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return Statement("", (), (), {})
    names = tuple(alias for _expression, _sql, alias in compiler.select)
    converters = compiler.get_converters([expression for expression, _sql, _alias in compiler.select])
    return Statement(sql.removeprefix("SELECT "), tuple(parameters), names, converters)
