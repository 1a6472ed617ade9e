"""How a text file separates its columns, found from lines of its head, middle and end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kamerton.ledger.read.cells import is_ruled, kind_of_text
from kamerton.ledger.read.splitting import BLANKS, Broken, Dialect, split, unwrap

#: In order of preference where two explain the file equally well.
DELIMITERS = (";", "\t", ",", "|", "^", "~", "\x1f", "\x01", "\u00a6")
_SINGLE_QUOTED = re.compile(r"(?m)(?:^|[;,|\t^~])\s?'(?:[^'\n]|'')*'(?=$|[;,|\t^~])")


@dataclass(frozen=True, kw_only=True)
class _Fit:
    dialect: Dialect
    columns: int  # the usual number of those records that are split at all
    coverage: float  # share of the records that are split
    agreement: float  # share of those that have the usual number of columns
    clean: float  # share of the cells that hold no other likely delimiter

    @property
    def rank(self) -> tuple[float, int]:
        return round(self.agreement * self.clean * self.coverage**0.5, 1), min(self.columns, 4)


def find_dialect(parts: Sequence[Sequence[str]], *, delimiter: str | None = None) -> Dialect:
    """The dialect that splits most lines of the parts into the same number of clean columns."""
    parts = [[line for line in part if line.strip()] for part in parts]
    lines = [line for part in parts for line in part]
    quotings = _quotings(lines)
    if delimiter is not None:
        return _best_quoting(parts, delimiter, quotings)
    marks = [mark for mark in DELIMITERS if any(mark in line for line in lines)]
    fits = [fit for mark in marks if (fit := _fit(parts, _best_quoting(parts, mark, quotings))).columns > 1]
    if not fits and (inner := _unwrapped(parts)) is not None:
        return replace(find_dialect(inner), wrapped=True)
    best = max((fit for fit in fits if fit.agreement >= 0.5 and fit.coverage >= 0.3), key=_rank, default=None)
    if best is not None and best.agreement * best.coverage >= 0.8:
        return best.dialect
    if (blanks := _blank_separated(parts)) is not None:
        return blanks
    ragged = max((fit for fit in fits if fit.coverage >= 0.8), key=_rank, default=None)
    chosen = best or ragged
    return chosen.dialect if chosen else _best_quoting(parts, "", quotings)


def _unwrapped(parts: Sequence[Sequence[str]]) -> list[list[str]] | None:
    """The lines without the quotes around each of them, if they all have such: a table saved twice."""
    inner = [[unwrap(line) for line in part] for part in parts]
    lines = [line for part in parts for line in part]
    unwrapped = [line for part in inner for line in part]
    if len(lines) < 2 or any(a == b for a, b in zip(lines, unwrapped, strict=True)):
        return None
    return inner if find_dialect(inner).delimiter not in {"", BLANKS} else None


def _rank(fit: _Fit) -> tuple[float, int]:
    return fit.rank


def _quotings(lines: Sequence[str]) -> list[tuple[str, str]]:
    """(quote, escape) pairs that the lines give a reason to try."""
    text = "\n".join(lines)
    quotings = [('"', "")]
    if len(_SINGLE_QUOTED.findall(text)) >= (2 if '"' in text else 1):
        quotings.append(("'", ""))
    if "\\" in text:
        quotings += [(quote, "\\") for quote, _ in quotings]
    if '"' in text:
        quotings.append(("", ""))  # inches, say: quotes mean nothing
    return quotings


def _best_quoting(parts: Sequence[Sequence[str]], delimiter: str, quotings: list[tuple[str, str]]) -> Dialect:
    if delimiter == BLANKS:
        return _blank_separated(parts) or Dialect(delimiter=BLANKS)
    candidates = [Dialect(delimiter=delimiter, quote=quote, escape=escape) for quote, escape in quotings]
    best = candidates[0]
    if len(candidates) > 1:
        best = min(candidates, key=lambda dialect: _trouble(parts, dialect) + _reluctance(dialect))
    return replace(best, padded=_is_padded(parts, best))


def _reluctance(dialect: Dialect) -> int:
    """Where commas separate, one odd quote is a broken row; where tabs do, quotes often mean nothing."""
    return 1 if not dialect.quote and dialect.delimiter in {",", ";"} else 0


def _is_padded(parts: Sequence[Sequence[str]], dialect: Dialect) -> bool:
    """Blanks stand between the delimiter and the quote: 1, "Smith, John", 2."""
    if not (dialect.delimiter and dialect.quote):
        return False
    mark, quote = re.escape(dialect.delimiter), dialect.quote
    padded = re.compile(rf"{mark} +{quote}[^{quote}]*{quote}(?:{mark}|$)")
    return any(padded.search(line) for part in parts for line in part)


def _trouble(parts: Sequence[Sequence[str]], dialect: Dialect) -> int:
    """Records that break or have an unusual width, and cells that are still wrapped in the other quote."""
    columns = _fit(parts, dialect).columns
    other = "'" if dialect.quote == '"' else '"'
    trouble = 0
    for part in parts:
        for _, _, cells in split(enumerate(line + "\n" for line in part), dialect, columns, strict=True):
            trouble += (
                isinstance(cells, Broken)
                or len(cells) != columns
                or any(len(cell) > 1 and cell[0] == cell[-1] == other for cell in cells)
                or (not dialect.quote and _has_quoted(cells))
            )
    return trouble


def _has_quoted(cells: Sequence[str]) -> bool:
    """A quote opens in one cell and closes in a later one, so the delimiters between them were text."""
    opened = next((place for place, cell in enumerate(cells) if cell.startswith('"')), len(cells))
    return any(cell.endswith('"') for cell in cells[opened + 1 :])


def _fit(parts: Sequence[Sequence[str]], dialect: Dialect) -> _Fit:
    records = [record for part in parts for record in dialect.split(part) if record]
    widths = Counter(len(record) for record in records if len(record) > 1)
    width, agreeing = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
    cells = [cell for record in records if len(record) == width for cell in record if cell.strip()]
    dirty = sum(_is_dirty(cell, dialect.delimiter) for cell in cells)
    return _Fit(
        dialect=dialect,
        columns=width,
        coverage=widths.total() / max(1, len(records)),
        agreement=agreeing / max(1, widths.total()),
        clean=1 - dirty / max(1, len(cells)),
    )


def _is_dirty(cell: str, delimiter: str) -> bool:
    """Text that another delimiter would cut, such as 'A;12' where columns end at commas."""
    if kind_of_text(cell) != "text":
        return False
    others = (";", "\t", "|", "^", "~") if delimiter != "," else (";", "\t", "|", "^")
    return any(mark in cell for mark in others if mark != delimiter) or bool(
        delimiter != "," and re.search(r",\S", cell)
    )


def _blank_separated(parts: Sequence[Sequence[str]]) -> Dialect | None:
    """Columns apart by blanks: by runs of them, or at fixed positions where text has blanks itself."""
    ruled = next((line for part in parts for line in part if _is_ruler(line)), None)
    parts = [[line for line in part if not is_ruled(line)] for part in parts]
    lines = [line for part in parts for line in part]
    if not any(len(line.split()) > 1 for line in lines):
        return None
    if ruled is not None:
        return Dialect(delimiter=BLANKS, quote="", gutters=_stretched(_groups(ruled)))
    for dialect in (Dialect(delimiter=BLANKS, quote=""), Dialect(delimiter=BLANKS, quote="", wide=True)):
        fit = _fit(parts, dialect)
        if (
            fit.columns > 1
            and fit.agreement * fit.coverage >= 0.9
            and _has_typed_column(dialect.split(lines), fit.columns)
        ):
            return dialect
    gutters = _gutters(lines)
    fixed = Dialect(delimiter=BLANKS, quote="", gutters=gutters)
    return fixed if len(gutters) > 1 and _has_typed_column(fixed.split(lines), len(gutters)) else None


def _has_typed_column(records: list[list[str]], columns: int) -> bool:
    full = [record for record in records if len(record) == columns][1:]
    return any(
        full and sum(kind_of_text(record[i]) in {"number", "date"} for record in full) >= 0.8 * len(full)
        for i in range(columns)
    )


def _is_ruler(line: str) -> bool:
    """A line of dashes under each column: ----- ---------- ------."""
    return is_ruled(line) and "." not in line and len(line.split()) > 1


def _gutters(lines: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Start and end of the columns, between positions that are blank in every line."""
    if len(lines) < 3 or any("\t" in line for line in lines):
        return ()
    width = min(max(map(len, lines)), 4000)
    inked = "".join(
        " " if all(line[position : position + 1] in {"", " "} for line in lines) else "x"
        for position in range(width)
    )
    if len(lines) < 30:  # a blank may stand in all of a few names by chance
        inked = re.sub(r"(?<=x) (?=x)", "x", inked)
    return _stretched(_groups(inked))


def _groups(line: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"\S+", line)]


def _stretched(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Each column reaches to the next one, the last to the end of the line."""
    starts = [start for start, _ in spans]
    return tuple(zip([0, *starts[1:]], [*starts[1:], 10**6], strict=True)) if spans else ()
