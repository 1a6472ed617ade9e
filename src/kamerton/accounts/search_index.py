"""The two ways to find words: FTS5 on SQLite, text search on PostgreSQL, behind the same three functions.

Words arrive folded (core.folding), so neither database folds anything itself and both find the same. On PostgreSQL
the vector is made of those words as they are: its parser would take some for numbers, hosts or e-mail addresses.
"""

# Every statement here is put together from constants of this module; words travel as parameters.
# ruff: noqa: S608, S611

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

_TABLE = "accounts_searchentry"
_FTS = "accounts_search_fts"
_TRIGGERS = {
    "accounts_search_added": f"AFTER INSERT ON {_TABLE} BEGIN {{add}} END",
    "accounts_search_taken": f"AFTER DELETE ON {_TABLE} BEGIN {{take}} END",
    "accounts_search_changed": f"AFTER UPDATE ON {_TABLE} BEGIN {{take}} {{add}} END",
}
_ADD = f"INSERT INTO {_FTS}(rowid, name, body) VALUES (new.id, new.name, new.body);"
_TAKE = f"INSERT INTO {_FTS}({_FTS}, rowid, name, body) VALUES ('delete', old.id, old.name, old.body);"
_VECTORS = {
    "accounts_search_all": "array_to_tsvector(string_to_array(btrim(name || ' ' || body), ' '))",
    "accounts_search_name": "array_to_tsvector(string_to_array(name, ' '))",
}


def ensure(**_signal: Any) -> None:
    """Make what is missing of the index. After every migration, as SQLite drops triggers with a changed table."""
    if _TABLE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, vector in _VECTORS.items():
                cursor.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {_TABLE} USING gin ({vector})")
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'accounts_search_%%'", [])
        there = {row[0] for row in cursor.fetchall()}
        if {_FTS, *_TRIGGERS} <= there:
            return
        cursor.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {_FTS} USING fts5(name, body, content='{_TABLE}', "
            "content_rowid='id', tokenize='unicode61 remove_diacritics 0', prefix='1 2 3 4')"
        )
        for name, trigger in _TRIGGERS.items():
            body = trigger.format(add=_ADD, take=_TAKE)
            cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {body}")
        cursor.execute(f"INSERT INTO {_FTS}({_FTS}) VALUES ('rebuild')")


def matching(words: Sequence[str], *, name_only: bool = False, most: int | None = None) -> RawSQL:
    """The ids of the entries in which each of `words` begins a word: for pk__in. `words`: folded, not empty.

    `most`: any so many of them, found without looking for the rest.
    """
    at_most = "" if most is None else f" LIMIT {int(most)}"
    if connection.vendor == "postgresql":
        vector = _VECTORS["accounts_search_name" if name_only else "accounts_search_all"]
        query = " & ".join(f"'{word}':*" for word in words)
        return RawSQL(f"SELECT id FROM {_TABLE} WHERE {vector} @@ %s::tsquery{at_most}", [query])
    query = " AND ".join(f'"{word}"*' for word in words)
    told = f"name : ({query})" if name_only else query
    return RawSQL(f"SELECT rowid FROM {_FTS} WHERE {_FTS} MATCH %s{at_most}", [told])


def forget() -> None:
    """Words of rows that are gone leave the index for good: FTS5 keeps them until its parts are merged."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {_FTS}({_FTS}) VALUES ('optimize')")
