"""Any files in, raw tables inside DuckDB out: the lower half of the sales reader."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from kamerton.ledger.read import packed, sheets, tables, text
from kamerton.ledger.read.encoding import by_mark
from kamerton.ledger.read.model import Choices, FileFound, Limits, Progress, Unreadable
from kamerton.ledger.read.raw import RawTable, Shop, Source, Workplace
from kamerton.said import Said

__all__ = ["RawTable", "open_source", "open_sources"]

_OTHERS = {
    b"%PDF": Said("a PDF document"),
    b"\x89PNG": Said("a picture"),
    b"\xff\xd8\xff": Said("a picture"),
    b"GIF8": Said("a picture"),
    b"\x7fELF": Said("a program"),
    b"MZ\x90": Said("a program"),
    b"Rar!": Said("a RAR archive"),
    b"7z\xbc\xaf": Said("a 7-Zip archive"),
    b"SQLite format 3\x00": Said("an SQLite database"),
    b"{\\rtf": Said("an RTF document"),
}
_ADVICE = Said("Export the sales as CSV, XLSX or Parquet and try again.")
#: What a folder may hold beside tables without spoiling them.
_NOT_TABLES = {
    ".md",
    ".pdf",
    ".doc",
    ".docx",
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".html",
    ".py",
    ".ini",
    ".log",
    ".sql",
}


def open_sources(
    paths: Sequence[Path],
    *,
    choices: Choices,
    limits: Limits,
    con: duckdb.DuckDBPyConnection,
    workdir: Path,
    progress: Progress | None,
    thorough: bool = True,
) -> list[RawTable]:
    """The tables of these files, folders and archives, in order; folders sorted by name.

    Raises Unreadable for a file that as a whole gives no certain table, NeedsAnswer where only the user can
    choose. Rewritten and unpacked files are kept in `workdir` for as long as the tables are used. Without
    `thorough` some tables may not be `proven` yet.
    """
    if not paths:
        raise Unreadable(
            Said("No file was given. Nothing was read."), code="missing", hint=Said("Name at least one file.")
        )
    place = Workplace(folder=workdir, limits=limits, progress=progress)
    shop = Shop(con=con, choices=choices, place=place, thorough=thorough)
    try:
        return [table for path in paths for source in _sources(Path(path)) for table in _open(source, shop)]
    except OSError as error:
        raise _no_room(error, workdir) from error


def open_source(source: Source, shop: Shop) -> list[RawTable]:
    """The tables of one file that was found already, for readers of other things than sales."""
    return _open(source, shop)


def _no_room(error: OSError, workdir: Path) -> OSError | Unreadable:
    """What is unpacked or rewritten did not fit on the disk; any other error is no fault of the file."""
    if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return error
    return Unreadable(
        Said(
            "There is no room left in {folder} to unpack or rewrite the file. Nothing was read.",
            folder=str(workdir.parent),
        ),
        code="disk_full",
        hint=Said("Free some space, or let TMPDIR name a larger place, and try again."),
    )


def _sources(path: Path) -> Iterator[Source]:
    try:
        if not path.is_dir():
            yield Source(path=path, name=path.name, shown=path)
            return
        files = sorted(file for file in path.iterdir() if file.is_file() and _is_wanted(file))
    except OSError as error:
        raise _cannot_open(path, error) from error
    if not files:
        raise Unreadable(
            Said("The folder {folder} has no data files. Nothing was read.", folder=path.name or str(path)),
            code="empty_folder",
            hint=Said("Put CSV, XLSX or Parquet files there, or name a file."),
        )
    for file in files:
        yield Source(path=file, name=file.name, shown=file)


def _is_wanted(file: Path) -> bool:
    hidden = file.name.startswith((".", "~$"))
    return not hidden and file.suffix.lower() not in _NOT_TABLES


def _cannot_open(path: Path, error: OSError) -> Unreadable:
    if isinstance(error, FileNotFoundError):
        return Unreadable(
            Said("{path} does not exist. Nothing was read.", path=str(path)),
            code="missing",
            hint=Said("Check the name."),
        )
    if isinstance(error, PermissionError):
        return Unreadable(
            Said("{path} may not be read by you. Nothing was read.", path=str(path)),
            code="permission",
            hint=Said("Ask its owner for the right to read it, or copy it."),
        )
    return Unreadable(
        Said(
            "{path} cannot be read: {error}. Nothing was read.",
            path=str(path),
            error=error.strerror or str(error),
        ),
        code="unreadable",
    )


def _open(source: Source, shop: Shop) -> list[RawTable]:
    """Dispatch on what the file is, not on what it is called."""
    try:
        with source.path.open("rb") as file:
            head = file.read(8192)
        size = source.path.stat().st_size
    except OSError as error:
        raise _cannot_open(source.shown, error) from error
    source = replace(source, path=shop.place.reachable(source.path))
    if not head:
        raise Unreadable(
            Said("{name} is empty (0 bytes). Nothing was read.", name=source.name),
            code="empty",
            hint=Said("Export the data again."),
        )
    return _opened(source, head, size, shop)


def _opened(source: Source, head: bytes, size: int, shop: Shop) -> list[RawTable]:
    if packed.is_packed(source.path, head):
        return [table for inner in packed.unpack(source, head, shop.place) for table in _open(inner, shop)]
    found = FileFound(
        path=source.shown, name=source.name, format="csv", size_bytes=size, compression=source.compression
    )
    if sheets.is_workbook(source.path, head):
        return [sheets.open_workbook(source, found, shop)]
    if opener := tables.opener(source, head):
        return [opener(source, found, shop)]
    for magic, what in _OTHERS.items():
        if head.startswith(magic):
            raise Unreadable(
                Said("{name} is {what}, no table. Nothing was read.", name=source.name, what=what),
                code="binary",
                hint=_ADVICE,
            )
    if _is_page(head):
        raise Unreadable(
            Said(
                "{name} is a web or XML page under the name of a table. Nothing was read.", name=source.name
            ),
            code="binary",
            hint=Said("Open it in a spreadsheet program and save it as XLSX or CSV."),
        )
    if _is_binary(head):
        raise Unreadable(
            Said("{name} is not text and no known table. Nothing was read.", name=source.name),
            code="binary",
            hint=_ADVICE,
        )
    return [text.open_text(source, found, shop)]


def _is_page(head: bytes) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    return start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta"))


def _is_binary(head: bytes) -> bool:
    if by_mark(head) is not None:
        return False
    odd = sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1a\x1b\x00\x01\x1c\x1d\x1e\x1f" for byte in head)
    return odd > 0.02 * len(head) or head.count(0) > 0.1 * len(head)
