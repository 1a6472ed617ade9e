"""Any files in, tables of texts out. Tables are opened by the reader of the ledger, cards by read.cards."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import duckdb
from python_calamine import CalamineWorkbook

from kamerton.exchange.read import cards
from kamerton.exchange.read.columns import find_roles
from kamerton.exchange.read.model import NAMES, ROLES, Fault, Place, Row, Settled, Table, Told
from kamerton.ledger.read import connect, packed, sheets
from kamerton.ledger.read.model import Choice, Choices, Doubt, Limits, NeedsAnswer, Unreadable
from kamerton.ledger.read.opening import open_source
from kamerton.ledger.read.raw import RawTable, Shop, Source, Workplace
from kamerton.said import Said

MOST_ROWS = 200_000
MOST_CELLS = 10_000_000
_LIMITS = Limits(max_unpacked_bytes=512 * 1024**2, max_columns=500, glance_bytes=1 << 62)
_ADVICE = Said("Export the contacts as CSV, XLSX or vCard and try again.")


def read_tables(
    paths: Sequence[Path], settled: Settled, *, memory_bytes: int, names: Sequence[str] = ()
) -> tuple[Table, ...]:
    """The tables of all files and of what is packed in them.

    `names` are what the user calls the files. Raises Unreadable for a file that gives no certain table, and
    NeedsAnswer where only the user knows which sheet is meant.
    """
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "files"
        work.mkdir()
        limits = replace(_LIMITS, memory_bytes=memory_bytes)
        con = connect(limits, Path(folder))
        try:
            place = Workplace(folder=work, limits=limits, progress=None)
            shop = Shop(con=con, choices=Choices(sheet=settled.sheet), place=place)
            found = [table for source in _sources(paths, names) for table in _tables(source, shop)]
        finally:
            con.close()
    _require_size(found)
    return tuple(found)


def _sources(paths: Sequence[Path], names: Sequence[str]) -> Iterator[Source]:
    for at, path in enumerate(paths):
        name = names[at] if at < len(names) else path.name
        yield Source(path=path, name=name, shown=path)


def _tables(source: Source, shop: Shop) -> Iterator[Table]:
    """Dispatch on what the file is: an archive, cards, or a table."""
    try:
        with source.path.open("rb") as file:
            head = file.read(8192)
    except OSError as error:
        raise Unreadable(
            Said(
                "{name} cannot be read: {error}. Nothing was read.",
                name=source.name,
                error=error.strerror or "",
            ),
            code="unreadable",
        ) from error
    if head and packed.is_packed(source.path, head):
        for inner in packed.unpack(source, head, shop.place):
            yield from _tables(inner, shop)
    elif cards.is_cards(head):
        yield _of_cards(source)
    else:
        shop = replace(shop, choices=_with_sheet(source, head, shop.choices))
        for raw in _opened(source, shop):
            yield _of_raw(raw, shop.con)


def _opened(source: Source, shop: Shop) -> list[RawTable]:
    """The advice of the ledger's reader is about sales; ours is about contacts."""
    try:
        return open_source(source, shop)
    except NeedsAnswer:
        raise
    except Unreadable as refused:
        hint = _ADVICE if refused.code in {"binary", "query"} else refused.hint
        raise Unreadable(refused.message, code=refused.code, hint=hint) from refused
    except duckdb.Error as error:
        raise Unreadable(
            Said("{name} cannot be read completely. Nothing was read.", name=source.name),
            code="structure",
            hint=_ADVICE,
        ) from error


# --- cards -------------------------------------------------------------------------------------------------------


def _of_cards(source: Source) -> Table:
    content = source.path.read_bytes()
    rows: list[Row] = []
    faults: list[Fault] = []
    for each in cards.read_cards(cards.decoded(content), source.name):
        (rows if isinstance(each, Row) else faults).append(each)  # type: ignore[arg-type]
    filled = [at for at in range(len(cards.COLUMNS)) if any(row.cells[at] for row in rows)]
    return Table(
        facts={
            "name": source.name,
            "format": "vcard",
            "size_bytes": len(content),
            "compression": source.compression,
        },
        columns=tuple(cards.COLUMNS[at] for at in filled),
        rows=tuple(Row(row.place, tuple(row.cells[at] for at in filled)) for row in rows),
        faults=tuple(faults),
    )


# --- tables ------------------------------------------------------------------------------------------------------


def _of_raw(raw: RawTable, con: duckdb.DuckDBPyConnection) -> Table:
    if raw.rows_estimate * len(raw.names) > MOST_CELLS:
        raise _too_large(raw.file.name)
    fetched = con.execute(raw.select(with_record=True)).fetchall()
    lines = raw.lines_of([row[-1] for row in fetched])
    clean: Callable[[object], str] = _text
    rows = tuple(
        Row(Place(raw.file.name, line), tuple(map(clean, row[:-1])))
        for line, row in zip(lines, fetched, strict=True)
    )
    faults = tuple(
        Fault(Place(raw.file.name, each.line), each.column, each.value[:200], each.reason)
        for each in raw.structural_refusals()
    )
    facts = {key: value for key, value in asdict(raw.file).items() if key not in {"path", "sheets"}}
    return Table(facts=facts, columns=raw.names, rows=rows, faults=faults, notes=raw.notes)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _unprotected(cell.strip())
    return sheets.as_text(cell)


def _unprotected(text: str) -> str:
    """="0123" and '+48 are how a spreadsheet is kept from reading a text as a figure or a formula."""
    if text.startswith('="') and text.endswith('"'):
        return text[2:-1]
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@", "\t", "\r") else text


def _require_size(tables: Sequence[Table]) -> None:
    if sum(len(table.rows) for table in tables) > MOST_ROWS:
        raise _too_large(str(tables[0].facts["name"]))


def _too_large(name: str) -> Unreadable:
    return Unreadable(
        Said("{name} is larger than {rows} rows of contacts. Nothing was read.", name=name, rows=MOST_ROWS),
        code="too_large",
        hint=Said("Split it, or leave out the columns that do not matter."),
    )


# --- which sheet ---------------------------------------------------------------------------------------------------


def _with_sheet(source: Source, head: bytes, choices: Choices) -> Choices:
    """The one sheet whose first rows name columns of an address list; asked where several do."""
    if choices.sheet is not None or not sheets.is_workbook(source.path, head):
        return choices
    try:
        book = CalamineWorkbook.from_path(str(source.path))
        counts = {name: _known(book, name) for name in book.sheet_names}
    except Exception:
        return choices
    able = [name for name, known in counts.items() if known >= 2]
    if len(able) == 1:
        return replace(choices, sheet=able[0])
    if len(able) < 2:
        return choices
    raise NeedsAnswer(
        Said(
            "{name} has {sheets} sheets that can be meant. Nothing was read.",
            name=source.name,
            sheets=len(able),
        ),
        (
            Doubt(
                key="sheet",
                column=None,
                question=Said("Which sheet of {name} holds the contacts?", name=source.name),
                choices=tuple(Choice(value=name, label=name) for name in able),
                option=f'--sheet "{able[0]}"',
            ),
        ),
    )


def _known(book: CalamineWorkbook, name: str) -> int:
    """The most known column names that one of the first rows has."""
    rows = book.get_sheet_by_name(name).to_python(nrows=30)
    return max(
        (len(set(find_roles([str(cell) for cell in row if cell != ""]).values())) for row in rows), default=0
    )


# --- rows under their roles -----------------------------------------------------------------------------------------


def told_rows(tables: Sequence[Table], mapping: dict[str, str]) -> Iterator[Told]:
    """The rows of all tables, in order, with their filled values under their roles."""
    for table in tables:
        places = [(at, name, mapping[name]) for at, name in enumerate(table.columns) if name in mapping]
        order = [each for role in ROLES for each in places if each[2] == role]
        for row in table.rows:
            values: dict[str, tuple[str, str]] = {}
            for at, name, role in order:
                cell = row.cells[at]
                if cell and role not in values:
                    values[role] = (name, cell)
            yield Told(row.place, values)


def missing(mapping: dict[str, str]) -> tuple[str, ...]:
    """What has to be mapped before rows can be used: a person's name or a company."""
    roles = set(mapping.values())
    able = roles & {*NAMES, "company", "legal_name", "number", "external_id", "tax_number"}
    return () if able else ("name",)
