"""What every report is made from."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from kamerton.analytics.model import Analysis
from kamerton.ledger.read.model import Reading, RefusedRow

#: More refused rows than this are counted but not listed: such a file needs another mapping, not a list.
REFUSED_LISTED = 10_000

#: A refused value is shown up to this length; the file with all refused rows has it whole.
REFUSED_VALUE_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class Report:
    """One analysis with what was read for it. `refused` has at most REFUSED_LISTED rows."""

    analysis: Analysis
    reading: Reading
    refused: tuple[RefusedRow, ...]

    @property
    def source_names(self) -> tuple[str, ...]:
        """The files as the user knows them."""
        return tuple(file.name for file in self.reading.inspection.files)

    @property
    def noun(self) -> str:
        return "group" if self.analysis.level == "group" else "account"


def listed_refusals(reading: Reading) -> tuple[RefusedRow, ...]:
    """The refused rows that reports list: from the reader's file where it holds more than the reading."""
    if reading.refused_csv is None or reading.refused_total <= len(reading.refused_head):
        return reading.refused_head[:REFUSED_LISTED]
    return tuple(islice(_rows_of(reading.refused_csv), REFUSED_LISTED))


def _rows_of(path: Path) -> list[RefusedRow]:
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8", errors="replace", newline="") as text:
        rows = islice(csv.DictReader(text), REFUSED_LISTED)
        return [
            RefusedRow(
                file=row["file"] or "",
                line=int(row["line"] or 0),
                column=row["column"] or "",
                value=row["value"] or "",
                reason=row["reason"] or "",
            )
            for row in rows
        ]
