"""Where the table begins in a sheet or a text file, and what its columns are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from kamerton.ledger.read.cells import Kind, is_ruled, kind_of

Row = Sequence[object]
_YEAR = re.compile(r"(?:19|20)\d\d(?:\.0)?")


@dataclass(frozen=True, kw_only=True)
class Top:
    """Rows above the data. Positions are 0-based in the rows that were looked at."""

    header: int | None  # None: the first row is data already
    first_data: int  # == number of rows: there is no data
    typed: frozenset[int] = frozenset()  # columns of numbers or dates


@dataclass(frozen=True, kw_only=True)
class _Profile:
    """What rows well inside the table look like."""

    typed: frozenset[int]  # columns that hold numbers (not years) or dates
    filled: float  # median number of cells that are not blank
    width: int  # usual number of cells


def find_top(head: Sequence[Row], body: Sequence[Row]) -> Top:
    """Tell titles, header and data apart.

    `head` are the first rows of the file, `body` rows from its middle and end (may be empty). The header is
    the fullest row above the first data row that has words where the data have numbers and dates. Whatever
    follows it is data, so that no row is lost between them; without a header all rows are.
    """
    kinds = [[kind_of(cell) for cell in row] for row in head]
    profile = _profile(kinds, [[kind_of(cell) for cell in row] for row in body])
    if not profile.typed:
        return _top_of_words(kinds, profile)
    first = next((i for i, row in enumerate(kinds) if _is_data(_proofs(head[i], row), row, profile)), None)
    if first is None:
        first = next((i for i, row in enumerate(kinds) if _is_data(row, row, profile)), len(kinds))
    headers = [index for index in range(first) if _is_header(head[index], kinds[index], profile)]
    if not headers:
        return Top(header=None, first_data=0 if first < len(head) else first, typed=profile.typed)
    header = max(headers, key=lambda index: (_fullness(head[index], profile), -index))
    start = header + 1
    while start < len(head) and all(is_ruled(cell) for cell in head[start] if kind_of(cell) != "empty"):
        start += 1  # blank, or a line drawn under the header
    return Top(header=header, first_data=start if first < len(head) else first, typed=profile.typed)


def column_names(cells: Sequence[str], above: Sequence[str]) -> list[str]:
    """Names of the header's cells; one that stands several times takes the name of its group from above it."""
    repeated = {cell for cell, times in Counter(cells).items() if cell and times > 1}
    if not repeated or sum(cell != "" for cell in above) <= 1:
        return list(cells)
    groups: list[str] = []
    for cell in [*above[: len(cells)], *[""] * (len(cells) - len(above))]:
        groups.append(cell or (groups[-1] if groups else ""))
    return [_joined(group, cell, repeated) for group, cell in zip(groups, cells, strict=True)]


def _joined(group: str, cell: str, repeated: set[str]) -> str:
    return f"{group} {cell}" if cell in repeated and group and group != cell else cell


def _fullness(row: Row, profile: _Profile) -> float:
    """How many columns of the data have a name here, better one of their own."""
    names = [str(cell).strip() for cell in row[: profile.width] if kind_of(cell) != "empty"]
    return len(names) + len(set(names)) / 2 - 2 * abs(len(row) - profile.width) / max(1, profile.width)


def _proofs(row: Row, kinds: list[Kind]) -> list[Kind]:
    """Kinds without the years: a year names a column as well as it fills one, so it proves neither."""
    return ["empty" if _is_year(cell) else kind for cell, kind in zip(row, kinds, strict=True)]


def _profile(head: list[list[Kind]], body: list[list[Kind]]) -> _Profile:
    rows = head[len(head) // 3 :] + body if len(head) > 2 else head[1:] + body
    rows = [row for row in rows if sum(kind != "empty" for kind in row) > 1] or rows or head
    filled = median([sum(kind != "empty" for kind in row) for row in rows]) if rows else 0
    typed = {column for column in range(max(map(len, rows), default=0)) if _is_typed(rows, column)}
    width = int(median([len(row) for row in rows])) if rows else 0
    return _Profile(typed=frozenset(typed), filled=filled, width=width)


def _is_typed(rows: list[list[Kind]], column: int) -> bool:
    kinds = [row[column] for row in rows if column < len(row) and row[column] != "empty"]
    return bool(kinds) and sum(kind != "text" for kind in kinds) >= 0.6 * len(kinds)


def _is_data(proofs: list[Kind], kinds: list[Kind], profile: _Profile) -> bool:
    """About as full as the rows of the table, with numbers and dates where they have them.

    A title with its year has one number; a row of data has a third of those of its neighbours at least.
    """
    seen = [proofs[column] for column in profile.typed if column < len(proofs) and proofs[column] != "empty"]
    typed = sum(kind != "text" for kind in seen)
    filled = sum(kind != "empty" for kind in kinds)
    return (
        filled >= 0.5 * profile.filled and typed > 0.6 * len(seen) and len(seen) >= 0.34 * len(profile.typed)
    )


def _is_header(row: Row, kinds: list[Kind], profile: _Profile) -> bool:
    """At least half as full as the rows of the table, and words for half of its numbers and dates."""
    words = [
        kind == "text" or _is_year(cell) for cell, kind in zip(row, kinds, strict=True) if kind != "empty"
    ]
    over_typed = [column for column in profile.typed if column < len(kinds)]
    return (
        len(words) >= max(1, 0.5 * profile.filled)
        and sum(words) >= 0.5 * len(words)
        and sum(kinds[column] != "empty" for column in over_typed) >= 0.5 * len(over_typed)
        and not all(is_ruled(cell) for cell in row if kind_of(cell) != "empty")
    )


def _is_year(cell: object) -> bool:
    return _YEAR.fullmatch(str(cell).strip()) is not None


def _top_of_words(kinds: list[list[Kind]], profile: _Profile) -> Top:
    """Nothing but text: the first row that is as full as the others is taken for the header."""
    for index, row in enumerate(kinds):
        filled = sum(kind != "empty" for kind in row)
        if filled and filled >= 0.5 * profile.filled:
            return Top(header=index, first_data=index + 1)
    return Top(header=None, first_data=len(kinds))
