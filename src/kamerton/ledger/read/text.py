"""Text files: encoding, delimiter, quotes, header and structure found out, and no guess left to DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from kamerton.ledger.read import encoding as encodings
from kamerton.ledger.read.direct import direct_table, not_blank
from kamerton.ledger.read.glance import lines_if_plain
from kamerton.ledger.read.model import FileFound, Unreadable
from kamerton.ledger.read.plan import Plan, header_only, make_plan
from kamerton.ledger.read.raw import RawTable, Shop, Source, quoted
from kamerton.ledger.read.rewriting import rewrite
from kamerton.ledger.read.stored import StoredLines
from kamerton.ledger.read.survey import Survey, survey
from kamerton.said import Said

_FEW = 1_000
_INVISIBLE = b" \t\r\n\x0b\x0c\x1a"


class _NotUtf8(Exception):
    """The survey met bytes that are not UTF-8."""


def open_text(source: Source, found: FileFound, shop: Shop) -> RawTable:
    """The table of a delimited text file. Raises Unreadable if it holds none that is certain."""
    chosen = shop.choices.encoding
    encoding = encodings.canonical(chosen) if chosen is not None else _marked(source.path)
    if encoding not in {"utf-8", "utf-8-sig", "ascii"}:
        return _transcoded(source, found, encoding, (), shop)
    try:
        return _open_utf8(source.path, replace(found, encoding="utf-8"), (), shop)
    except _NotUtf8:
        if chosen is not None:
            raise _undecodable(source, encoding) from None
    encoding, notes = _guessed(source)
    return _transcoded(source, found, encoding, notes, shop)


def _marked(path: Path) -> str:
    with path.open("rb") as file:
        return encodings.by_mark(file.read(1 << 16)) or "utf-8"


def _transcoded(
    source: Source, found: FileFound, encoding: str, notes: tuple[str, ...], shop: Shop
) -> RawTable:
    path = encodings.to_utf8(source, encoding, shop.place)
    return _open_utf8(path, replace(found, encoding=encoding), notes, shop)


def _guessed(source: Source) -> tuple[str, tuple[str, ...]]:
    foreign = encodings.gather(source.path)
    if encodings.mostly_utf8(foreign):
        raise _undecodable(source, "utf-8")
    best, other = encodings.guess(foreign)
    if not other:
        return best, (Said("{name} is read as {best}.", name=source.name, best=best),)
    return best, (
        Said(
            "{name} is read as {best}; {other} fits nearly as well. Only letters beyond ASCII differ.",
            name=source.name,
            best=best,
            other=other,
        ),
    )


def _undecodable(source: Source, encoding: str) -> Unreadable:
    line = encodings.first_bad_line(source.path, encoding)
    return Unreadable(
        Said(
            "{name} is not {encoding} throughout: line {line} has bytes that mean nothing there. "
            "Nothing was read.",
            name=source.name,
            encoding=encoding.upper(),
            line=line,
        ),
        code="encoding",
        hint=Said("Save the file as UTF-8, or name its encoding with --encoding."),
    )


def _open_utf8(path: Path, found: FileFound, notes: tuple[str, ...], shop: Shop) -> RawTable:
    limits = shop.place.limits
    plan = make_plan(path, found.name, shop.choices, limits)
    plan = replace(plan, notes=notes + plan.notes)
    if any("\udc80" <= char <= "\udcff" for line in plan.skipped for char in line):
        raise _NotUtf8
    if any("\0" in line for line in plan.skipped):
        raise _nul(path, found.name, plan.start)
    found = replace(found, delimiter=plan.dialect.delimiter, header_line=plan.header_line)
    shop.place.tell(0, found.size_bytes, Said("Checking {name}", name=found.name))
    if (
        not shop.thorough
        and found.size_bytes >= limits.glance_bytes
        and (table := _glanced(plan, found, shop))
    ):
        return table
    seen = survey(path, plan.layout(), max_line_bytes=limits.max_line_bytes, check_utf8=True)
    if not seen.utf8:
        raise _NotUtf8
    if seen.nul_at is not None:
        raise _nul(path, found.name, seen.nul_at)
    if not seen.records:
        raise header_only(found.name)
    if is_regular(seen, plan):
        _check_misfits(found.name, seen.misfits, seen.records, plan.columns, seen.widths())
        table = direct_table(plan, seen, found, shop.con)
        if table is not None:
            return table
    return _rewritten(plan, seen, found, shop)


def _glanced(plan: Plan, found: FileFound, shop: Shop) -> RawTable | None:
    """The table of a file that looks plain, not proven; None where only the survey can tell."""
    lines = lines_if_plain(plan.path, plan.layout())
    seen = Survey(records=lines or 0)
    if not lines or not is_regular(seen, plan):
        return None
    table = direct_table(plan, seen, found, shop.con)
    return None if table is None else replace(table, proven=False, where=not_blank(plan.columns))


def is_regular(seen: Survey, plan: Plan) -> bool:
    """Whether DuckDB cannot read the file in any other way than the survey did."""
    quote = plan.dialect.quote
    return (
        plan.is_simple
        and not (
            plan.dialect.escape
            or plan.dialect.padded
            or plan.dialect.wrapped
            or seen.broken_quotes
            or seen.stray_returns
        )
        and seen.carriage_returns in {0, seen.line_ends - seen.quoted_line_ends - seen.open_end}
        and not (seen.misfits and seen.quoted_line_ends)
        and not _may_be_mended(seen, plan)
        and not (quote and any(line.count(quote) % 2 for line in plan.skipped))
    )


def _may_be_mended(seen: Survey, plan: Plan) -> bool:
    """Misfits that are no refused rows: short ones by custom, long ones by blanks alone, lines of blanks."""
    return seen.misfits > 0 and (plan.columns == 1 or trims_rows(seen, plan) or _has_mendable(seen, plan))


def _has_mendable(seen: Survey, plan: Plan) -> bool:
    """Looks at the first misfits and the last, which may be the control character that ends old files."""
    rows = seen.bad_rows()
    mark = plan.dialect.delimiter.encode()
    with plan.path.open("rb") as file:
        for _, start, end, width in [*rows[:_FEW].tolist(), *rows[-1:].tolist()]:
            file.seek(start)
            text = file.read(end - start).strip(_INVISIBLE.replace(mark, b""))
            if not text or (width > plan.columns and text.endswith(mark * (width - plan.columns))):
                return True
    return False


def trims_rows(seen: Survey, plan: Plan) -> bool:
    """The exporter leaves blank cells at the end out: many rows are short and none ends in a blank."""
    short = sum(rows for width, rows in seen.widths().items() if 0.5 * plan.columns <= width < plan.columns)
    whole = seen.records - seen.misfits
    return (
        seen.ends_empty == 0
        and short >= max(3, 0.02 * seen.records)
        and whole >= 0.05 * seen.records
        and plan.columns > 2
    )


def _check_misfits(name: str, misfits: int, records: int, columns: int, widths: dict[int, int]) -> None:
    if misfits <= 0.5 * records:
        return
    common = max(widths, key=lambda width: widths[width], default=0)
    raise Unreadable(
        Said(
            "{misfits} of {records} rows of {name} do not have the {columns} columns of the "
            "table (most of them have {common}), so the columns are not certain. Nothing was "
            "read.",
            misfits=misfits,
            records=records,
            name=name,
            columns=columns,
            common=common,
        ),
        code="structure",
        hint=Said("Export the data again, or name the delimiter with --delimiter."),
    )


def _nul(path: Path, name: str, at: int) -> Unreadable:
    with path.open("rb") as file:
        line = 1 + sum(chunk.count(b"\n") for chunk in _until(file, at))
    return Unreadable(
        Said(
            "{name} has zero bytes (the first in line {line}): it is damaged or no text. Nothing was read.",
            name=name,
            line=line,
        ),
        code="nul_bytes",
        hint=Said("Export the data again as CSV."),
    )


def _until(file: BinaryIO, end: int) -> Iterator[bytes]:
    while end > 0 and (chunk := file.read(min(end, 1 << 20))):
        end -= len(chunk)
        yield chunk


def _rewritten(plan: Plan, seen: Survey, found: FileFound, shop: Shop) -> RawTable:
    fill = plan.is_simple and not seen.broken_quotes and trims_rows(seen, plan)
    result = rewrite(plan, found.name, fill_short=fill, place=shop.place)
    _check_misfits(found.name, result.refused, result.records + result.refused, plan.columns, result.widths)
    if not result.records:
        raise header_only(found.name)
    notes = plan.notes
    if result.filled_up:
        notes = (
            *notes,
            Said(
                "{rows} rows of {name} end early: their last cells are taken for blank.",
                rows=result.filled_up,
                name=found.name,
            ),
        )
    return RawTable(
        file=found,
        names=plan.names,
        types=("VARCHAR",) * len(plan.names),
        rows_estimate=result.records,
        relation=f"read_parquet({quoted(result.parquet)}, file_row_number=true)",
        record="file_row_number",
        lines=StoredLines(result.parquet, shop.con),
        refused_count=result.refused,
        refusals=result.refusals,
        notes=notes,
    )
