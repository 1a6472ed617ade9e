"""Many rows at once: `executemany` on SQLite, COPY on PostgreSQL (each about six times `bulk_create`); and read so."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

from django.db import connection, models
from django.db.models.functions import Cast

#: What a column stores, the same for both databases: amounts as minor units, dates as ISO text, JSON as text.
Stored = str | int | float | bool | None
_ROOM = -65_536  # kilobytes, as SQLite counts them


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Stored]]) -> None:
    """Write `rows`, whose values stand in the order of `columns` (field names), through the open connection.

    No signals, no defaults, no checks of fields: name every column. Call it inside the action's transaction.
    """
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    names = ", ".join(quote(str(model._meta.get_field(name).column)) for name in columns)  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - our own names
            cursor.executemany(statement, cast("Any", rows))  # SQLite takes any iterable


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Stored]]) -> None:
    """Write the values of `columns` (field names) into rows that the transaction has locked; the key stands last.

    As `insert`: no signals and no checks, values as the columns store them.
    """
    quote = connection.ops.quote_name
    names = [quote(str(model._meta.get_field(name).column)) for name in columns]  # type: ignore[union-attr]
    sets = ", ".join(f"{name} = %s" for name in names)
    key = quote(str(model._meta.pk.column))
    statement = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {key} = %s"  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.executemany(statement, cast("Any", list(rows)))


@contextmanager
def roomy() -> Iterator[None]:
    """64 MB of pages in memory for what is written inside: SQLite has 2 MB, and would write each index again and again."""
    if connection.vendor == "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        usual = int(cursor.execute("PRAGMA cache_size").fetchone()[0])
        cursor.execute(f"PRAGMA cache_size = {_ROOM}")
        try:
            yield
        finally:
            if not connection.needs_rollback:  # else nothing may be said, and what went wrong is to be told
                cursor.execute(f"PRAGMA cache_size = {usual}")


def text(column: str) -> Cast:
    """A JSON column as its text: who reads many rows with few different values decodes each but once (`decoded`)."""
    return Cast(column, models.TextField())


@lru_cache(maxsize=4096)
def decoded(text: str) -> tuple[Any, ...]:
    """A list that JSON keeps. Shared between callers, so it cannot be changed."""
    return tuple(json.loads(text))


def minor(column: str) -> models.ExpressionWrapper[models.F]:
    """An amount as the column stores it: whole hundredths."""
    return models.ExpressionWrapper(models.F(column), output_field=models.BigIntegerField())


def keeps_time_zone() -> bool:
    """Whether a moment is written with its offset (PostgreSQL) or in UTC without one (SQLite)."""
    return connection.vendor == "postgresql"


def moment(at: dt.datetime) -> str:
    """A moment as a column stores it."""
    text = at.astimezone(dt.UTC).replace(tzinfo=None).isoformat(sep=" ")
    return text + ("+00:00" if keeps_time_zone() else "")


def reserve(model: type[models.Model], count: int) -> list[int]:
    """`count` keys of the model that nobody else will get, for rows that `insert` writes in this transaction."""
    if not count:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), model._meta.pk.column, count],
            )
            return [int(key) for (key,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        highest = model._base_manager.aggregate(last=models.Max("pk"))["last"]  # noqa: SLF001 - of all rows
        last = max(int(row[0]) if row else 0, highest or 0)
    return list(range(last + 1, last + 1 + count))
