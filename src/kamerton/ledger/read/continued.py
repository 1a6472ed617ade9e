"""Exports that write a document's account and date on its first line only: the lines below are filled down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kamerton.ledger.read.folding import SUMMING_PATTERN, speaks_of_a_total
from kamerton.ledger.read.numbers import BLANKS
from kamerton.ledger.read.raw import RawTable, quoted
from kamerton.ledger.read.sampling import Group, Sample
from kamerton.said import Said

_HEADS = ("account", "account_name", "group", "date", "document", "seller", "currency", "kind")
_SHARE = 0.05  # of the rows that must go on before a blank is more than a gap
NOTE = Said("Rows without account and date are read as further lines of the document above them.")

Row = tuple[str, ...]


def filled_down(group: Group, sample: Sample, columns: Mapping[str, int]) -> Group | None:
    """The same tables with their documents' heads on each line; None where they are there already.

    Only rows that nobody could use otherwise are filled: without account and date, with words of their own
    that are no total. One row that breaks the pattern and all stay as they are.
    """
    account, date = columns["account"], columns["date"]
    rows = [row for row in sample.rows if any(cell.strip(BLANKS) for cell in row)]
    going_on = [row for row in rows if _is_blank(row, account) and _is_blank(row, date)]
    others = [
        role for role in _HEADS if role in columns and all(_is_blank(row, columns[role]) for row in going_on)
    ]
    heads = {columns[role] for role in others}
    own = [at for at in range(len(group.names)) if at not in heads and group.type_of(at) == "text"]
    going_on = [row for row in going_on if _has_words(row, own)]
    if not rows or _is_blank(rows[0], account) or len(going_on) < max(2, _SHARE * len(rows)):
        return None
    if any(_is_blank(row, account) != _is_blank(row, date) for row in rows if _has_words(row, own)):
        return None
    return Group(tables=tuple(_filled(table, account, date, heads, own, group) for table in group.tables))


def _is_blank(row: Row, at: int) -> bool:
    return not row[at].strip(BLANKS)


def _has_words(row: Row, own: list[int]) -> bool:
    cells = [row[at] for at in own if any(map(str.isalpha, row[at]))]
    return bool(cells) and not any(map(speaks_of_a_total, cells))


def _filled(
    table: RawTable, account: int, date: int, heads: set[int], own: list[int], group: Group
) -> RawTable:
    named = f"NOT {_blank_sql(group, account)}"
    cells = " || ' ' || ".join(f"coalesce(c{at}, '')" for at in own)
    summing = quoted(f"(?i){SUMMING_PATTERN}")
    goes_on = (
        f"{_blank_sql(group, account)} AND {_blank_sql(group, date)} "
        f"AND regexp_matches({cells}, '\\pL') AND NOT regexp_matches({cells}, {summing})"
    )
    above = "OVER (ORDER BY place ROWS UNBOUNDED PRECEDING)"
    shown = ", ".join(
        f"CASE WHEN {goes_on} THEN last_value(CASE WHEN {named} THEN c{at} END IGNORE NULLS) {above} "
        f"ELSE c{at} END AS c{at}"
        for at in sorted(heads)
    )
    inner = f"SELECT *, {table.record} AS place FROM {table.relation}"  # noqa: S608
    return replace(
        table,
        relation=f"(SELECT * REPLACE ({shown}) FROM ({inner}))",  # noqa: S608
        record="place",
        notes=(*table.notes, NOTE),
    )


def _blank_sql(group: Group, at: int) -> str:
    if group.type_of(at) != "text":
        return f"c{at} IS NULL"
    return f"(trim(coalesce(c{at}, ''), {quoted(BLANKS)}) = '')"
