"""A table of somebody's file, inside DuckDB, before anything is known about what its columns mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from secrets import token_hex

import duckdb

from kamerton.ledger.read.model import Choices, FileFound, Limits, Progress, RefusedRow

#: Never equal to a cell, so that DuckDB takes no text of a file for NULL.
NO_NULL = "\x1d<absent>\x1d"

Lines = Callable[[Sequence[int]], list[int]]


@dataclass(frozen=True, kw_only=True)
class RawTable:
    """One table of one file. Text formats give every cell as it stands in the file (type VARCHAR)."""

    file: FileFound
    names: tuple[str, ...]  # header names, stripped; never empty, never twice
    types: tuple[str, ...]  # DuckDB type per column: VARCHAR unless the format is certain of more
    rows_estimate: int  # `select()` yields this many rows; exact if `rows_exact`
    relation: str  # SQL of a FROM item with the columns c0, c1, ...
    lines: Lines  # records -> lines, see lines_of
    rows_exact: bool = True
    proven: bool = True  # False: `rows_estimate` rows or an error prove it when all are read
    record: str = "row_number() OVER () - 1"  # SQL of the record's position, over `relation`
    where: str = ""  # SQL condition that leaves out blank rows; counted on `record` before it applies
    refused_count: int = 0
    refusals: Callable[[], Iterator[RefusedRow]] = lambda: iter(())
    notes: tuple[str, ...] = ()  # plain sentences: what was assumed and why

    def select(
        self, columns: Sequence[int] | None = None, *, with_record: bool = False, limit: int | None = None
    ) -> str:
        """SQL of the rows as c0, c1, ... (positions in `names`); `record` is the row's 0-based position."""
        wanted = [f"c{index}" for index in (range(len(self.names)) if columns is None else columns)]
        tail = "" if limit is None else f" LIMIT {int(limit)}"
        if not with_record:
            where = f" WHERE {self.where}" if self.where else ""
            return f"SELECT {', '.join(wanted) or '1'} FROM {self.relation}{where}{tail}"  # noqa: S608
        shown = ", ".join([*wanted, "record"])
        if not self.where:
            return f"SELECT {', '.join([*wanted, f'{self.record} AS record'])} FROM {self.relation}{tail}"  # noqa: S608
        inner = f"SELECT *, {self.record} AS record FROM {self.relation}"  # noqa: S608
        return f"SELECT {shown} FROM ({inner}) WHERE {self.where}{tail}"  # noqa: S608

    def lines_of(self, records: Sequence[int]) -> list[int]:
        """1-based physical line (text), row (sheet) or record number. May read the file again."""
        return self.lines(records) if records else []

    def structural_refusals(self, limit: int | None = None) -> list[RefusedRow]:
        """The `refused_count` rows that could not be split; `select()` does not yield them."""
        return list(islice(self.refusals(), limit))


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """Where files are unpacked and rewritten, and within which bounds."""

    folder: Path
    limits: Limits
    progress: Progress | None

    def new_path(self, name: str) -> Path:
        """A path of its own for a file that came as `name`."""
        plain = re.sub(r"[^A-Za-z0-9._-]", "_", Path(name).name[-60:])
        return self.folder / f"{token_hex(6)}-{plain}"

    def reachable(self, path: Path) -> Path:
        """The file under a name that DuckDB takes for a name; in others it sees a pattern of files."""
        if not any(sign in str(path.absolute()) for sign in "*?[]"):
            return path
        link = self.new_path(path.name)
        link.symlink_to(path.absolute())
        return link

    def tell(self, done: int, total: int, note: str) -> None:
        if self.progress is not None:
            self.progress(done, total, note)


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file on disk and the name that its owner knows it by."""

    path: Path
    name: str
    shown: Path  # the path that was given; differs from `path` once something was unpacked
    compression: str | None = None


@dataclass(frozen=True, kw_only=True)
class Shop:
    """What every opener works with."""

    con: duckdb.DuckDBPyConnection
    choices: Choices
    place: Workplace
    thorough: bool = True  # False: a plain big text file may be read before it is surveyed


def quoted(text: str | Path) -> str:
    """As an SQL string."""
    return "'" + str(text).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """As an SQL name."""
    return '"' + name.replace('"', '""') + '"'


def unique_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Header cells as names: blank ones numbered by position, repeated ones counted."""
    names: list[str] = []
    taken: set[str] = set()
    for position, cell in enumerate(cells, start=1):
        wanted = " ".join(cell.split()) or f"column {position}"
        name, times = wanted, 1
        while name.casefold() in taken:
            times += 1
            name = f"{wanted} ({times})"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)
