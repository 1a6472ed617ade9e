"""Formats that know their own columns: Parquet, JSON and the result of an SQL query."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from kamerton.ledger.read.model import FileFound, Unreadable
from kamerton.ledger.read.raw import RawTable, Shop, Source, identifier, quoted, unique_names
from kamerton.said import Said

Opener = Callable[[Source, FileFound, Shop], RawTable]

_KEPT = re.compile(
    r"(?:U?(?:TINY|SMALL|BIG)?INT(?:EGER)?|UINTEGER|DECIMAL\(\d+,\d+\)|DOUBLE|FLOAT|DATE|TIMESTAMP.*|VARCHAR)$"
)
_DEEPEST = 3  # levels of nested objects that become columns
_NESTED = re.compile(r"(?:STRUCT|MAP|UNION|LIST|VARIANT)\b|.*\]$")


def opener(source: Source, head: bytes) -> Opener | None:
    """Who opens the file, or None if it is none of these formats."""
    if head.startswith(b"PAR1"):
        return open_parquet
    suffix = Path(source.name).suffix.lower()
    if suffix in {".parquet", ".pq"}:
        return open_parquet
    if suffix == ".sql":
        return open_query
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if suffix in {".jsonl", ".ndjson", ".json"} or (
        start == b"{" and b'"' in head[:200] and suffix != ".csv"
    ):
        return open_json if start in {b"{", b"["} else None
    return None


def open_parquet(source: Source, found: FileFound, shop: Shop) -> RawTable:
    """Native types; nested columns as JSON text."""
    return _of_parquet(source.path, replace(found, format="parquet"), shop)


def _of_parquet(path: Path, found: FileFound, shop: Shop) -> RawTable:
    scan = f"read_parquet({quoted(path)}, file_row_number=true)"
    try:
        described = shop.con.execute(f"DESCRIBE SELECT * FROM read_parquet({quoted(path)})").fetchall()  # noqa: S608
        rows = shop.con.execute(f"SELECT count(*) FROM {scan}").fetchone()  # noqa: S608
    except duckdb.Error as error:
        raise Unreadable(
            Said("{name} is damaged or no Parquet file. Nothing was read.", name=found.name),
            code="damaged",
            hint=Said("Write the file again."),
        ) from error
    columns = [(str(name), str(type_)) for name, type_, *_ in described]
    _check(columns, int(rows[0]) if rows else 0, found, shop)
    shown = ", ".join(f"{_expression(name, type_)} AS c{i}" for i, (name, type_) in enumerate(columns))
    return RawTable(
        file=found,
        names=unique_names([name for name, _ in columns]),
        types=tuple(type_ if _KEPT.match(type_) else "VARCHAR" for _, type_ in columns),
        rows_estimate=int(rows[0]) if rows else 0,
        relation=f"(SELECT {shown}, file_row_number FROM {scan})",  # noqa: S608
        record="file_row_number",
        lines=_positions,
    )


def _check(columns: list[tuple[str, str]], rows: int, found: FileFound, shop: Shop) -> None:
    if len(columns) > shop.place.limits.max_columns:
        raise Unreadable(
            Said(
                "{name} has {columns} columns; at most {most} are read. Nothing was read.",
                name=found.name,
                columns=len(columns),
                most=shop.place.limits.max_columns,
            ),
            code="too_many_columns",
            hint=Said("Export the columns that matter."),
        )
    if not columns or not rows:
        raise Unreadable(
            Said("{name} has no rows. Nothing was read.", name=found.name),
            code="header_only",
            hint=Said("Write it again."),
        )


def _expression(name: str, type_: str) -> str:
    column = identifier(name)
    if _KEPT.match(type_):
        return column
    if _NESTED.match(type_):
        return f"CAST(to_json({column}) AS VARCHAR)"
    return f"try(decode({column}))" if type_ == "BLOB" else f"CAST({column} AS VARCHAR)"


def _positions(records: Sequence[int]) -> list[int]:
    """Rows of a format without lines are counted from 1."""
    return [record + 1 for record in records]


def _full_disk(error: duckdb.Error) -> OSError | None:
    """The error of the machine behind DuckDB's, if it could not write."""
    text = str(error)
    full = isinstance(error, duckdb.IOException) and re.search(
        r"[Nn]o space left|[Ff]ile too large|disk", text
    )
    return OSError(errno.ENOSPC, text) if full else None


# --- JSON ---------------------------------------------------------------------------------------------------


def open_json(source: Source, found: FileFound, shop: Shop) -> RawTable:
    """One object a line, or an array of objects: the union of their keys, in order of appearance."""
    found = replace(found, format="jsonl")
    objects = (
        f"read_json_objects({quoted(source.path)}, format='auto', "
        f"maximum_object_size={shop.place.limits.max_line_bytes})"
    )
    target = shop.place.new_path(source.name + ".parquet")
    try:
        keys = _keys(objects, shop.con)
        if len(keys) > shop.place.limits.max_columns:
            _check([(".".join(path), "VARCHAR") for path, _ in keys], 1, found, shop)
        if not keys:
            raise _no_objects(found.name)
        shown = ", ".join(
            f"{_member(path, type_)} AS {identifier(f'c{i}')}" for i, (path, type_) in enumerate(keys)
        )
        shop.con.execute(f"COPY (SELECT {shown} FROM {objects}) TO {quoted(target)} (FORMAT parquet)")  # noqa: S608
    except duckdb.Error as error:
        raise _full_disk(error) or _bad_json(found.name, error) from error
    table = _of_parquet(target, found, shop)
    return replace(table, names=unique_names([".".join(path) for path, _ in keys]))


def _keys(
    objects: str, con: duckdb.DuckDBPyConnection, within: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], str]]:
    """(path of keys, DuckDB type): numbers are numbers if the key never holds anything else.

    What is inside a key that only ever holds objects has columns of its own, down to three levels.
    """
    inside = f"json -> {_path(within)}" if within else "json"
    rows = con.execute(
        f"""
        SELECT key, bool_and(kind IN ('BIGINT', 'UBIGINT', 'NULL')),
            bool_and(kind IN ('BIGINT', 'UBIGINT', 'DOUBLE', 'NULL')), bool_and(kind IN ('OBJECT', 'NULL'))
        FROM (
            SELECT key, place, n, json_type(json, '$."' || replace(key, '"', '\\"') || '"') AS kind
            FROM (
                SELECT json, n, unnest(keys) AS key, generate_subscripts(keys, 1) AS place
                FROM (
                    SELECT json, json_keys(json) AS keys, row_number() OVER () AS n
                    FROM (SELECT {inside} AS json FROM {objects})
                )
            )
        )
        GROUP BY key HAVING bool_or(kind != 'NULL') ORDER BY min((n, place))
        """  # noqa: S608
    ).fetchall()
    found: list[tuple[tuple[str, ...], str]] = []
    for key, whole, number, nested in rows:
        path = (*within, key)
        inner = _keys(objects, con, path) if nested and len(path) < _DEEPEST else []
        found += inner or [(path, "BIGINT" if whole else "DOUBLE" if number else "VARCHAR")]
    return found


def _path(keys: Sequence[str]) -> str:
    return quoted("$" + "".join('."' + key.replace('"', '\\"') + '"' for key in keys))


def _member(keys: Sequence[str], type_: str) -> str:
    path = _path(keys)
    return f"CAST(json ->> {path} AS {type_})" if type_ != "VARCHAR" else f"json ->> {path}"


def _no_objects(name: str) -> Unreadable:
    return Unreadable(
        Said("{name} holds no JSON objects with keys, so it has no columns. Nothing was read.", name=name),
        code="structure",
        hint=Said("Write one object a line, or an array of objects."),
    )


def _bad_json(name: str, error: Exception) -> Unreadable:
    line = re.search(r"line (\d+)", str(error))
    return Unreadable(
        Said("{name} is not valid JSON near line {line}. Nothing was read.", name=name, line=int(line[1]))
        if line
        else Said("{name} is not valid JSON. Nothing was read.", name=name),
        code="damaged",
        hint=Said("Write one object a line, or an array of objects."),
    )


# --- a query ------------------------------------------------------------------------------------------------


def open_query(source: Source, found: FileFound, shop: Shop) -> RawTable:
    """The rows of one SELECT over files beside the .sql file, in a connection that can only read files."""
    if not shop.place.limits.queries or source.compression is not None:
        raise Unreadable(
            Said(
                "{name} is a query, and queries run on the command line only. Nothing was run or read.",
                name=source.name,
            ),
            code="query",
            hint=Said("Run 'kamerton analyse' with it there, or import the exported tables."),
        )
    query = _query(source)
    target = shop.place.new_path(source.name + ".parquet")
    con = duckdb.connect(":memory:")
    try:
        con.execute(f"SET file_search_path = {quoted(source.path.resolve().parent)}")
        con.execute(f"SET memory_limit = '{shop.place.limits.memory_bytes // 1024**2}MiB'")
        con.execute(f"SET temp_directory = {quoted(shop.place.folder)}")
        con.execute("SET autoinstall_known_extensions = false")
        con.execute("SET autoload_known_extensions = false")
        _single_select(query, source.name, con)
        con.execute("SET lock_configuration = true")
        con.execute(f"COPY (\n{query}\n) TO {quoted(target)} (FORMAT parquet)")
    except duckdb.Error as error:
        raise _full_disk(error) or _failed_query(source.name, error) from error
    finally:
        con.close()
    return _of_parquet(target, replace(found, format="sql"), shop)


def _query(source: Source) -> str:
    try:
        text = source.path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = source.path.read_text(encoding="cp1252", errors="replace")
    return text.strip().rstrip(";").rstrip()


def _single_select(query: str, name: str, con: duckdb.DuckDBPyConnection) -> None:
    try:
        statements = con.extract_statements(query)
    except duckdb.Error as error:
        if re.search(r"(?im)^\s*(?:insert\s+into|create\s+table|use\s+|go\s*$)", query):
            raise _not_a_select(name, Said("it looks like the dump of a database")) from error
        raise
    if len(statements) != 1:
        raise _not_a_select(name, Said("it has {count} statements", count=len(statements)))
    if statements[0].type != duckdb.StatementType.SELECT:
        raise _not_a_select(name, Said("it is of the kind {kind}", kind=statements[0].type.name))


def _not_a_select(name: str, why: str) -> Unreadable:
    return Unreadable(
        Said("{name} is not a single SELECT: {why}. Nothing was run or read.", name=name, why=why),
        code="query",
        hint=Said("Write one query that starts with SELECT, WITH or FROM and reads the exported files."),
    )


def _failed_query(name: str, error: Exception) -> Unreadable:
    first = str(error).strip().splitlines()[0]
    return Unreadable(
        Said("The query in {name} failed: {first} Nothing was read.", name=name, first=first),
        code="query",
        hint=Said("Paths in it are taken from the folder of the .sql file."),
    )
