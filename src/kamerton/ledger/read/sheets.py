"""XLSX, XLSM, XLSB, ODS and XLS: one sheet as a table, its cells typed where a whole column agrees."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from kamerton.ledger.read.cells import kind_of
from kamerton.ledger.read.header import column_names, find_top
from kamerton.ledger.read.model import Choice, Doubt, FileFound, Limits, NeedsAnswer, Unreadable
from kamerton.ledger.read.packed import is_workbook_archive
from kamerton.ledger.read.raw import RawTable, Shop, Source, quoted, unique_names
from kamerton.ledger.read.stored import StoredLines, writing
from kamerton.said import Said

BATCH = 20_000
LOOKED_AT = 60  # rows of a sheet's top
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EXACT = 2**53

Cell = Any  # str | float | bool | date | datetime | time | timedelta
Row = list[Cell]


@dataclass(kw_only=True)
class Sheet:
    """A sheet in memory, its empty margins cut off."""

    name: str
    source: Any  # CalamineSheet
    top: int  # 0-based row of the sheet where `rows` begins
    errors: dict[tuple[int, int], str] = field(default_factory=dict)  # row of the sheet, column of `source`

    @property
    def merged(self) -> dict[int, list[tuple[int, int]]]:
        """First row of the sheet -> (column of `source`, last row) of the cells that are merged downwards."""
        left = self.source.start[1]
        found: dict[int, list[tuple[int, int]]] = {}
        for (r0, c0), (r1, _) in self.source.merged_cell_ranges or ():
            if r1 > r0:
                found.setdefault(r0, []).append((c0 - left, r1))
        return found

    def rows(self) -> Iterator[Row]:
        rows: Iterator[Row] = islice(self.source.iter_rows(), self.top, None)
        rows = self._with_errors(rows) if self.errors else rows
        merged = self.merged
        return self._with_merged(rows, merged) if merged else rows

    def _with_merged(self, rows: Iterator[Row], merged: dict[int, list[tuple[int, int]]]) -> Iterator[Row]:
        """A text or a date holds for all rows that its cell spans; a figure would count once for each."""
        open_: dict[int, tuple[int, Cell]] = {}  # column -> last row, value
        for number, row in enumerate(rows, start=self.top):
            for column, (last, value) in list(open_.items()):
                if number > last:
                    del open_[column]
                elif row[column] == "":
                    row[column] = value
            for column, last in merged.get(number, ()):
                if (
                    0 <= column < len(row)
                    and row[column] != ""
                    and not isinstance(row[column], (bool, float, int))
                ):
                    open_[column] = (last, row[column])
            yield row

    def _with_errors(self, rows: Iterator[Row]) -> Iterator[Row]:
        for number, row in enumerate(rows, start=self.top):
            yield [self.errors.get((number, column), cell) for column, cell in enumerate(row)]


def is_workbook(path: Path, head: bytes) -> bool:
    return head.startswith(_OLE) or (head.startswith(b"PK") and is_workbook_archive(path))


def open_workbook(source: Source, found: FileFound, shop: Shop) -> RawTable:
    """The chosen sheet, or the only one that can be a table. Raises NeedsAnswer where several can be."""
    _check_size(source, shop.place.limits)
    book = _load(source)
    sheet, notes = _choose(book, source.name, shop.choices.sheet)
    sheet.errors = _errors(source.path, sheet)
    found = replace(found, format=_format(source.path), sheet=sheet.name, sheets=tuple(book.sheet_names))
    return _table(sheet, found, notes, shop)


def _format(path: Path) -> str:
    with path.open("rb") as file:
        return "xls" if file.read(8) == _OLE else "xlsx"


def _check_size(source: Source, limits: Limits) -> None:
    """A workbook is an archive: what it says it unpacks to must stay within bounds."""
    try:
        with zipfile.ZipFile(source.path) as archive:
            total = sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, OSError):
        return
    size = source.path.stat().st_size
    if total > min(limits.max_unpacked_bytes, max(256 << 20, size * limits.max_unpack_ratio)):
        raise Unreadable(
            Said(
                "{name} unpacks to {size} MB, which no workbook of sales does. Nothing was read.",
                name=source.name,
                size=round(total / 1024**2),
            ),
            code="unpack_limit",
            hint=Said("Save the sheet as CSV and try again."),
        )


def _load(source: Source) -> Any:
    try:
        return CalamineWorkbook.from_path(str(source.path))
    except PasswordError as error:
        raise _encrypted(source) from error
    except (CalamineError, OSError, ValueError) as error:
        if _is_encrypted(source.path):
            raise _encrypted(source) from error
        raise _damaged(source.name) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise _damaged(source.name) from error
        raise


def _is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read(1 << 20)


def _encrypted(source: Source) -> Unreadable:
    return Unreadable(
        Said("{name} is protected by a password. Nothing was read.", name=source.name),
        code="encrypted",
        hint=Said("Save it without a password and try again."),
    )


def _damaged(name: str) -> Unreadable:
    return Unreadable(
        Said("{name} is damaged or no workbook. Nothing was read.", name=name),
        code="damaged",
        hint=Said("Open it in a spreadsheet program and save it again as XLSX or CSV."),
    )


# --- which sheet --------------------------------------------------------------------------------------------


def _choose(book: Any, name: str, wanted: str | None) -> tuple[Sheet, tuple[str, ...]]:
    names: list[str] = list(book.sheet_names)
    if wanted is not None:
        match = next((n for n in names if n == wanted), None) or next(
            (n for n in names if n.strip().casefold() == wanted.strip().casefold()), None
        )
        if match is None:
            raise Unreadable(
                Said(
                    "{name} has no sheet {wanted!r}; it has {names}. Nothing was read.",
                    name=name,
                    wanted=wanted,
                    names=", ".join(map(repr, names)),
                ),
                code="sheet",
                hint=Said("Choose one of them with --sheet."),
            )
        sheet = _sheet(book, match, name)
        if sheet is None:
            raise Unreadable(
                Said("The sheet {match!r} of {name} is empty. Nothing was read.", match=match, name=name),
                code="empty",
            )
        return sheet, ()
    filled = [sheet for n in names if (sheet := _sheet(book, n, name)) is not None]
    if not filled:
        raise Unreadable(
            Said("{name} has no sheet with a cell in it. Nothing was read.", name=name), code="empty"
        )
    return _only_one(filled, name)


def _only_one(filled: list[Sheet], name: str) -> tuple[Sheet, tuple[str, ...]]:
    """A table of sales has dates and numbers: if one sheet alone has them, there is nothing to choose."""
    if len(filled) == 1:
        return filled[0], ()
    able = [sheet for sheet in filled if _has_dates_and_numbers(sheet)]
    if len(able) == 1:
        others = ", ".join(repr(sheet.name) for sheet in filled if sheet is not able[0])
        return able[0], (
            Said(
                "Sheet {sheet!r} of {name} is read: {others} cannot be sales, without dates and numbers.",
                sheet=able[0].name,
                name=name,
                others=others,
            ),
        )
    offered = able or filled
    raise NeedsAnswer(
        Said(
            "{name} has {sheets} sheets that can be meant. Nothing was read.", name=name, sheets=len(filled)
        ),
        (
            Doubt(
                key="sheet",
                column=None,
                question=Said("Which sheet of {name} holds the sales?", name=name),
                choices=tuple(Choice(value=sheet.name, label=_describe(sheet)) for sheet in offered),
                option=f"--sheet {_shell(offered[0].name)}",
            ),
        ),
    )


def _shell(name: str) -> str:
    return f'"{name}"' if " " in name else name


def _describe(sheet: Sheet) -> str:
    first = next((row for row in sheet.rows() if sum(cell != "" for cell in row) > 1), [])
    cells = [as_text(cell) for cell in first if cell != ""][:6]
    return Said(
        "{name}: {rows} rows, {cells}", name=sheet.name, rows=sheet.source.height, cells=", ".join(cells)
    )


def _sheet(book: Any, name: str, file: str) -> Sheet | None:
    try:
        source = book.get_sheet_by_name(name)
    except CalamineError as error:
        if "Worksheet" in type(error).__name__:
            return None  # a chart sheet
        raise _damaged(file) from error
    if source.start is None or not source.height:
        return None
    return Sheet(name=name, source=source, top=source.start[0])


def _has_dates_and_numbers(sheet: Sheet) -> bool:
    rows = list(islice(sheet.rows(), 400))[1:]
    kinds = [{kind_of(cell) for cell in column} for column in zip(*rows, strict=False)]
    return any("date" in kind for kind in kinds) and any("number" in kind for kind in kinds)


def _errors(path: Path, sheet: Sheet) -> dict[tuple[int, int], str]:
    """Cells that hold an error (#N/A, #DIV/0!), which would otherwise read as blank."""
    if not _may_have_errors(path):
        return {}
    import fastexcel  # noqa: PLC0415 - seldom needed

    try:
        loaded = fastexcel.read_excel(str(path)).load_sheet(
            sheet.name, header_row=None, dtypes="string", skip_rows=0
        )
        _, errors = loaded.to_arrow_with_errors()
    except fastexcel.FastExcelError:
        return {}
    return {error.position: _error_text(error.detail) for error in (errors.errors if errors else ())}


_ERROR_NAMES = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}


def _error_text(detail: str) -> str:
    return next(
        (shown for name, shown in _ERROR_NAMES.items() if name in detail or shown in detail), "#ERROR"
    )


def _may_have_errors(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
                    with archive.open(info) as part:
                        tail = b""
                        while chunk := part.read(1 << 20):
                            if b't="e"' in tail + chunk:
                                return True
                            tail = chunk[-8:]
            return False
    except (zipfile.BadZipFile, OSError):
        return True


# --- the table in the sheet ---------------------------------------------------------------------------------


def _table(sheet: Sheet, found: FileFound, notes: tuple[str, ...], shop: Shop) -> RawTable:
    head = _merged(list(islice(sheet.rows(), LOOKED_AT)), sheet)
    width = max(map(len, head))
    if width > shop.place.limits.max_columns:
        raise Unreadable(
            Said(
                "{name} has {width} columns; at most {most} are read. Nothing was read.",
                name=found.name,
                width=width,
                most=shop.place.limits.max_columns,
            ),
            code="too_many_columns",
            hint=Said("Keep the columns that matter in a sheet of their own."),
        )
    top = find_top(head, list(islice(sheet.rows(), LOOKED_AT, LOOKED_AT + 400)))
    if top.header is None and top.first_data < len(head):
        notes = (
            *notes,
            Said("{name} has no header: its columns are called by their position.", name=found.name),
        )
    table = _Table(sheet=sheet, names=_names(head, top.header, width), first=top.first_data)
    return _stored(table, replace(found, header_line=_line(sheet, top.header)), notes, shop)


@dataclass(frozen=True, kw_only=True)
class _Table:
    """Where the data of a sheet begin and what its columns are called."""

    sheet: Sheet
    names: list[str]
    first: int  # row, counted from the sheet's first one that is not blank


def _line(sheet: Sheet, header: int | None) -> int | None:
    return None if header is None else sheet.top + header + 1


def _merged(head: list[Row], sheet: Sheet) -> list[Row]:
    """Cells merged downwards repeat their value, so that a header of two rows is whole in its last."""
    left = sheet.source.start[1]
    for (r0, c0), (r1, c1) in sheet.source.merged_cell_ranges or ():
        if r1 > r0 and r0 - sheet.top < len(head):
            for row in range(r0 - sheet.top, min(r1 - sheet.top + 1, len(head))):
                for column in range(c0 - left, min(c1 - left + 1, len(head[row]))):
                    head[row][column] = head[r0 - sheet.top][c0 - left]
    return head


def _names(head: list[Row], header: int | None, width: int) -> list[str]:
    if header is None:
        return [""] * width
    above = head[header - 1] if header else []
    return column_names([as_text(cell) for cell in head[header]], [as_text(cell) for cell in above])


def _stored(table: _Table, found: FileFound, notes: tuple[str, ...], shop: Shop) -> RawTable:
    columns = _survey(table)
    kept = [i for i, column in enumerate(columns) if table.names[i].strip() or column.filled]
    if not any(column.filled for column in columns):
        raise Unreadable(
            Said("{name} has a header and no rows below it. Nothing was read.", name=found.name),
            code="header_only",
            hint=Said("Export the data again with its rows, or choose another sheet with --sheet."),
        )
    target = shop.place.new_path(found.name + ".parquet")
    schema = _schema([columns[i] for i in kept])
    written = 0
    with writing(target, schema) as writer:
        for numbers, rows in _batches(table):
            writer.write_batch(_batch(numbers, rows, columns, kept, schema))
            written += len(rows)
            shop.place.tell(written, table.sheet.source.height, Said("Reading {name}", name=found.name))
    return RawTable(
        file=found,
        names=unique_names([table.names[i] or f"column {i + 1}" for i in kept]),
        types=tuple(columns[i].type for i in kept),
        rows_estimate=written,
        relation=f"read_parquet({quoted(target)}, file_row_number=true)",
        record="file_row_number",
        lines=StoredLines(target, shop.con),
        notes=notes,
    )


@dataclass(kw_only=True)
class Column:
    """What the cells of one column are."""

    kinds: set[type] = field(default_factory=set)
    filled: int = 0
    whole: bool = True  # numbers without decimals only
    midnight: bool = True  # dates without a time of day only

    @property
    def type(self) -> str:
        if self.kinds and self.kinds <= {float, int}:
            return "BIGINT" if self.whole else "DOUBLE"
        if self.kinds and self.kinds <= {dt.date, dt.datetime}:
            return "DATE" if self.midnight else "TIMESTAMP"
        return "VARCHAR"

    def see(self, cells: Sequence[Cell]) -> None:
        present = [cell for cell in cells if cell != ""] if "" in cells else cells
        self.filled += len(present)
        self.kinds |= set(map(type, present))
        if self.whole and self.kinds & {float, int}:
            self.whole = all(_is_whole(cell) for cell in present if type(cell) is float)
        if self.midnight and dt.datetime in self.kinds:
            self.midnight = not any(
                type(cell) is dt.datetime and cell.time() != dt.time() for cell in present
            )


def _batches(table: _Table) -> Iterator[tuple[list[int], list[Row]]]:
    """1-based sheet rows and cells of the rows that are not blank."""
    rows = islice(enumerate(table.sheet.rows(), start=table.sheet.top + 1), table.first, None)
    while block := list(islice(rows, BATCH)):
        kept = [(number, row) for number, row in block if row.count("") < len(row)]
        if kept:
            yield [number for number, _ in kept], [row for _, row in kept]


def _survey(table: _Table) -> list[Column]:
    columns = [Column() for _ in table.names]
    for _, rows in _batches(table):
        for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
            column.see(cells)
    return columns


def _schema(columns: list[Column]) -> pa.Schema:
    types = {
        "BIGINT": pa.int64(),
        "DOUBLE": pa.float64(),
        "DATE": pa.date32(),
        "TIMESTAMP": pa.timestamp("us"),
    }
    fields = [pa.field(f"c{i}", types.get(column.type, pa.string())) for i, column in enumerate(columns)]
    return pa.schema([*fields, pa.field("line", pa.int64())])


def _batch(
    numbers: list[int], rows: list[Row], columns: list[Column], kept: list[int], schema: pa.Schema
) -> pa.RecordBatch:
    across = list(zip(*rows, strict=True))
    arrays = [
        pa.array(_values(across[index], columns[index].type), type=schema.field(at).type)
        for at, index in enumerate(kept)
    ]
    return pa.record_batch([*arrays, pa.array(numbers, type=pa.int64())], schema=schema)


def _values(cells: Sequence[Cell], type_: str) -> list[Cell]:
    if type_ == "VARCHAR":
        return [cell if type(cell) is str else as_text(cell) for cell in cells]
    if type_ == "BIGINT":
        return [None if cell == "" else int(cell) for cell in cells]
    if type_ == "TIMESTAMP":
        return [None if cell == "" else _moment(cell) for cell in cells]
    return [None if cell == "" else cell for cell in cells]


def _moment(cell: dt.date) -> dt.datetime:
    return cell if isinstance(cell, dt.datetime) else dt.datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001


def as_text(cell: Cell) -> str:
    """A cell of a mixed column: ISO dates, numbers plain and without '.0'."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return _plain(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    return "" if cell is None else str(cell)


def _is_whole(number: float) -> bool:
    return number.is_integer() and abs(number) < _EXACT


def _plain(number: float) -> str:
    if _is_whole(number):
        return str(int(number))
    return format(Decimal(repr(number)), "f")
