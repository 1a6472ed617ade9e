"""Tables out of SQL scripts of INSERT statements, as sample databases are published.

Reads what MySQL and SQL Server scripts write: backticks, double quotes and brackets around names, several
rows a statement, backslash escapes (MySQL) or doubled quotes, N'' strings, hexadecimal blobs, mixed line
ends. It understands no SQL beyond that: a value that is not a literal is an error.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

Dialect = Literal["mysql", "tsql"]
Row = list[str | None]

_NAME = r'[`"\[]?(?P<{0}>[\w ]+?)[`"\]]?'
_INSERT = re.compile(
    r"(?im)^\s*insert\s+(?:into\s+)?" + _NAME.format("table") + r"\s*(?P<columns>\([^)]*\))?\s*values\s*"
)
_CREATE = re.compile(
    r"(?ims)^\s*create\s+table\s+" + _NAME.format("table") + r"\s*\((?P<body>.*?)^\s*\)",
)
_COLUMN = re.compile(r'(?m)^\s*[`"\[](\w+)[`"\]]\s+[`"\w]')
_VALUES: dict[Dialect, re.Pattern[str]] = {
    "mysql": re.compile(r"(?is)\s*(?:(NULL)|'((?:[^'\\]|\\.|'')*)'|(-?[\w.+-]+))\s*([,)])"),
    "tsql": re.compile(r"(?is)\s*(?:(NULL)|N?'((?:[^']|'')*)'|(-?[\w.+-]+))\s*([,)])"),
}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


def tables(script: str, dialect: Dialect) -> dict[str, list[Row]]:
    """Table -> rows, the first row being the names of the columns. ValueError for what is not a literal."""
    columns = {found["table"].lower(): _COLUMN.findall(found["body"]) for found in _CREATE.finditer(script)}
    result: dict[str, list[Row]] = {}
    for statement in _INSERT.finditer(script):
        name = statement["table"]
        named = re.findall(r"\w+", statement["columns"] or "")
        rows = result.setdefault(name, [list(named or columns.get(name.lower(), []))])
        rows.extend(_rows(script, statement.end(), dialect))
    return result


def write_csvs(script: Path, dialect: Dialect, folder: Path, wanted: dict[str, str]) -> None:
    """The wanted tables (table -> file name) as CSV files with a header; NULL is an empty field."""
    text = script.read_bytes().decode("utf-8")
    found = tables(text, dialect)
    for table, name in wanted.items():
        with (folder / name).open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows(found[table])


def _rows(script: str, at: int, dialect: Dialect) -> Iterator[Row]:
    """The rows of one statement: parentheses after parentheses while a comma stands between them."""
    while (opened := re.compile(r"[\s,]*\(").match(script, at)) is not None:
        row, at = _row(script, opened.end(), dialect)
        yield row
        if not re.compile(r"\s*,").match(script, at):
            return


def _row(script: str, at: int, dialect: Dialect) -> tuple[Row, int]:
    row: Row = []
    while True:
        value = _VALUES[dialect].match(script, at)
        if value is None:
            raise ValueError(f"not a literal: {script[at : at + 60]!r}")
        null, text, bare, end = value.groups()
        row.append(None if null else bare if text is None else _unquoted(text, dialect))
        at = value.end()
        if end == ")":
            return row, at


def _unquoted(text: str, dialect: Dialect) -> str:
    text = text.replace("''", "'")
    if dialect == "mysql":
        text = re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text, flags=re.DOTALL)
    return text
