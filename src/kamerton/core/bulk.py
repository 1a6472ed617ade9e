"""Many rows at once: `executemany` on SQLite, COPY on PostgreSQL (each about six times `bulk_create`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write `rows`, whose values stand in the order of `columns` (field names), through the open connection.

    Values are Python's own as the model would hold them. No signals, no defaults: name every column without
    a database default. Call it inside the action's transaction.
    """
    fields = [model._meta.get_field(name) for name in columns]
    steps = [_preparer(field) for field in fields]
    prepared = ([step(value) for step, value in zip(steps, row, strict=True)] for row in rows)
    quoted = [connection.ops.quote_name(field.column) for field in fields]  # type: ignore[union-attr]
    table = connection.ops.quote_name(model._meta.db_table)
    if connection.vendor == "postgresql":
        _copy(f"COPY {table} ({', '.join(quoted)}) FROM STDIN", prepared)
    else:
        marks = ", ".join(["%s"] * len(quoted))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({', '.join(quoted)}) VALUES ({marks})", prepared)  # noqa: S608


def _copy(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _preparer(field: Any) -> Callable[[Any], Any]:
    if isinstance(field, models.JSONField):
        return lambda value: None if value is None else json.dumps(value, ensure_ascii=False)
    if connection.vendor == "postgresql":
        return field.get_prep_value  # type: ignore[no-any-return]
    return lambda value: field.get_db_prep_save(value, connection)
