"""Every refused row as CSV, for whoever has to put the export right."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from kamerton.cli.reports.words import clean
from kamerton.ledger.read.model import Reading

HEAD = ("file", "line", "column", "value", "reason")
_BLOCK = 5_000

#: What a spreadsheet would take for a formula. A plain negative number is none.
_FORMULA = re.compile(r"^[\s]*[=+@]|^[\s]*-(?![\d\s.,]+$)|^[\t\r\n]")


def write_refused(reading: Reading) -> Iterator[bytes]:
    """UTF-8 in blocks of rows. A value that a spreadsheet would calculate gets an apostrophe before it."""
    yield _block([HEAD])
    rows: list[Sequence[str]] = []
    for row in _rows(reading):
        rows.append([_defused(clean(field)) for field in row])
        if len(rows) == _BLOCK:
            yield _block(rows)
            rows = []
    yield _block(rows)


def _rows(reading: Reading) -> Iterator[Sequence[str]]:
    if reading.refused_csv is None:
        for row in reading.refused_head:
            yield (row.file, str(row.line), row.column, row.value, row.reason)
        return
    csv.field_size_limit(2**31 - 1)
    with reading.refused_csv.open(encoding="utf-8", errors="replace", newline="") as text:
        rows = csv.reader(text)
        next(rows, None)
        yield from rows


def _defused(field: str) -> str:
    return f"'{field}" if _FORMULA.match(field) else field


def _block(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")
