"""Where converted lines are put: a Parquet file or a table of the connection. Both are measured and mended alike."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np

from kamerton.analytics.lines import COLUMNS
from kamerton.ledger.read.convert import UNSEEN
from kamerton.ledger.read.folding import is_total
from kamerton.ledger.read.numbers import tidy_sql
from kamerton.ledger.read.raw import identifier, quoted

Connection = duckdb.DuckDBPyConnection

_NAMES = ", ".join(identifier(name) for name in COLUMNS)
ACCOUNTS = "kamerton_accounts"
#: Columns of ACCOUNTS that say who was sold to and by whom.
NAMING = ("account", "account_name", "group", "seller")
_FEW_TOTALS = 5
_SORTED_AT_ONCE = 10_000_000  # fingerprints: 80 MB, twice that while they are fetched


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What is in a stage. Rows without an amount are unusable ones; everything else is about the others."""

    rows: int
    usable: int
    used: int
    used_turnover: Decimal
    unassigned_turnover: Decimal
    first_date: dt.date | None
    last_date: dt.date | None
    costed: int  # of the used
    currencies: tuple[str, ...]
    has_unseen_kinds: bool  # values of the kind column that have to be looked up


class ParquetStage:
    """A file in `folder`, on the same disk as its final place, where it goes when it is complete and synced."""

    def __init__(self, con: Connection, out: Path, folder: Path, *, compression: str) -> None:
        self.con, self.out, self.compression = con, out, compression
        self._paths = [folder / f"{number}.parquet" for number in (1, 2)]

    @property
    def relation(self) -> str:
        return f"read_parquet({quoted(self._paths[0])})"

    def write(self, query: str, filled: Collection[str]) -> None:  # noqa: ARG002 - an empty column costs a file nothing
        self._copy(query, self._paths[0])

    def keep(self, query: str) -> None:
        """Replace the lines by `query`, which reads `relation`."""
        self._copy(query, self._paths[1])
        self._paths[1].replace(self._paths[0])

    def publish(self) -> None:
        with self._paths[0].open("rb") as file:
            os.fsync(file.fileno())
        self._paths[0].replace(self.out)
        _sync_folder(self.out.parent)

    def _copy(self, query: str, path: Path) -> None:
        options = f"FORMAT parquet, PARQUET_VERSION v2, COMPRESSION {self.compression}"
        if self.compression == "zstd":
            options += ", COMPRESSION_LEVEL 1"  # no larger than 3 makes it
        self.con.execute(f"COPY ({query}) TO {quoted(path)} ({options})")


def _sync_folder(folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # not every system opens folders
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class TableStage:
    """A table in the connection's own memory, which spills to its temporary folder.

    It holds the columns that are filled; `relation` is a view that has all of them. Writing the empty ones takes as
    long as one in ten of the others.
    """

    def __init__(self, con: Connection, name: str) -> None:
        self.con, self.name = con, name
        self.relation, self._table = identifier(name), identifier(f"{name} filled")
        self._filled: Collection[str] = ()

    def write(self, query: str, filled: Collection[str]) -> None:
        self._filled = filled
        self.keep(query)
        shown = ", ".join(
            identifier(name) if name in filled else f"CAST(NULL AS {kind}) AS {identifier(name)}"
            for name, kind in COLUMNS.items()
        )
        self.con.execute(f"CREATE OR REPLACE VIEW {self.relation} AS SELECT {shown} FROM {self._table}")  # noqa: S608

    def keep(self, query: str) -> None:
        columns = ", ".join(identifier(name) for name in COLUMNS if name in self._filled)
        self.con.execute(f"CREATE OR REPLACE TABLE {self._table} AS SELECT {columns} FROM ({query})")  # noqa: S608

    def publish(self) -> None:
        """Beside the lines, what analytics.cubes.names_of would say of them."""
        shown = ", ".join(map(identifier, NAMING))
        self.con.execute(
            f"CREATE OR REPLACE VIEW {identifier(names_beside(self.name))} AS SELECT {shown}, last_date AS last "  # noqa: S608
            f"FROM {ACCOUNTS} WHERE account IS NOT NULL AND usable > 0"
        )

    def discard(self) -> None:
        self.con.execute(f"DROP VIEW IF EXISTS {self.relation}")
        self.con.execute(f"DROP TABLE IF EXISTS {self._table}")


def names_beside(table: str) -> str:
    """The view that TableStage leaves beside the lines."""
    return f"{table}_names"


Stage = ParquetStage | TableStage


def measure(stage: Stage, con: Connection) -> Measured:
    """One pass over a few columns; leaves the table ACCOUNTS behind: who was sold to, by which name, by whom."""
    con.execute(
        f"""
        CREATE OR REPLACE TABLE {ACCOUNTS} AS
        SELECT {", ".join(map(identifier, NAMING))}, count(*) AS lines, count(amount) AS usable, sum(amount) AS turnover,
            min("date") FILTER (amount IS NOT NULL) AS first_date, max("date") FILTER (amount IS NOT NULL) AS last_date,
            count(cost) FILTER (amount IS NOT NULL) AS costed
        FROM {stage.relation} GROUP BY ALL"""  # noqa: S608
    )
    row = con.execute(
        f"""
        SELECT sum(lines), sum(usable), sum(usable) FILTER (account IS NOT NULL),
            sum(turnover) FILTER (account IS NOT NULL), sum(turnover) FILTER (account IS NULL),
            min(first_date), max(last_date), sum(costed) FILTER (account IS NOT NULL)
        FROM {ACCOUNTS}"""  # noqa: S608
    ).fetchone()
    rows, usable, used, turnover, apart, first, last, costed = row or (0,) * 8
    return Measured(
        rows=int(rows or 0),
        usable=int(usable or 0),
        used=int(used or 0),
        used_turnover=turnover or Decimal(0),
        unassigned_turnover=apart or Decimal(0),
        first_date=first,
        last_date=last,
        costed=int(costed or 0),
        currencies=_currencies(stage, con),
        has_unseen_kinds=_has_kind(stage, UNSEEN, con),
    )


def _currencies(stage: Stage, con: Connection) -> tuple[str, ...]:
    named = "currency IS NOT NULL AND amount IS NOT NULL"  # mostly there is none, and DuckDB knows
    rows = con.execute(f"SELECT DISTINCT currency FROM {stage.relation} WHERE {named}").fetchall()  # noqa: S608
    return tuple(sorted(code for (code,) in rows))


def _has_kind(stage: Stage, kind: str, con: Connection) -> bool:
    found = con.execute(f"SELECT 1 FROM {stage.relation} WHERE kind = {quoted(kind)} LIMIT 1").fetchone()  # noqa: S608
    return found is not None


def repeated(
    stage: Stage, rows: int, con: Connection
) -> tuple[int, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """How many lines repeat an earlier one in every cell, and the fingerprints that occur more than once."""
    parts = 1 + rows // _SORTED_AT_ONCE
    found = [_repeated_part(stage, part, parts, con) for part in range(parts)]
    return sum(count for count, _ in found), np.concatenate([prints for _, prints in found])


def _repeated_part(
    stage: Stage, part: int, parts: int, con: Connection
) -> tuple[int, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    only = f"AND fingerprint % {parts} = {part}" if parts > 1 else ""
    column = con.execute(
        f"SELECT fingerprint FROM {stage.relation} WHERE amount IS NOT NULL {only}"  # noqa: S608
    ).fetchnumpy()["fingerprint"]
    prints = np.asarray(column, dtype=np.int64)
    prints.sort()  # in place: nobody else has them
    again = prints[1:][prints[1:] == prints[:-1]]
    return len(again), np.unique(again)


def usable_query(stage: Stage) -> str:
    """The lines that have an amount."""
    return f"SELECT {_NAMES} FROM {stage.relation} WHERE amount IS NOT NULL"  # noqa: S608


def distinct_query(
    stage: Stage, prints: Sequence[int] | np.ndarray[tuple[int], np.dtype[np.int64]], con: Connection
) -> str:
    """The lines that have an amount, of those that repeat each other the first."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE kamerton_repeated AS SELECT unnest($1::BIGINT[]) AS print",
        [list(map(int, prints))],
    )
    again = "(SELECT print FROM kamerton_repeated)"
    base = usable_query(stage)
    return (
        f"{base} AND fingerprint NOT IN {again} UNION ALL "
        f"{base} AND fingerprint IN {again} QUALIFY row_number() OVER (PARTITION BY fingerprint) = 1"
    )


def accounts(con: Connection) -> list[tuple[str, str]]:
    """Each account that was measured with one of its names, or its id where it has none."""
    return con.execute(
        f"SELECT account, coalesce(max(account_name), account) FROM {ACCOUNTS} WHERE account IS NOT NULL "  # noqa: S608
        "GROUP BY account HAVING sum(usable) > 0"
    ).fetchall()


def have_blanks_around(stage: Stage, columns: Collection[str], con: Connection) -> bool:
    """Whether a value of these text columns begins or ends in one of BLANKS."""
    for column in columns:
        relation, name = ACCOUNTS if column in NAMING else stage.relation, identifier(column)
        values = f"SELECT DISTINCT {name} AS value FROM {relation}"  # noqa: S608
        if con.execute(f"SELECT 1 FROM ({values}) WHERE value <> {tidy_sql('value')} LIMIT 1").fetchone():  # noqa: S608
            return True
    return False


def totals_among(stage: Stage, turnover: Decimal, con: Connection) -> tuple[str, ...]:
    """Accounts called "Grand total" or the like whose one line is worth as much as all others together."""
    named = [account for account, _ in accounts(con) if is_total(account)]
    found = []
    for account in named[:_FEW_TOTALS]:
        query = f"SELECT count(*), sum(amount) FROM {stage.relation} WHERE account = ? AND amount IS NOT NULL"  # noqa: S608
        count, worth = con.execute(query, [account]).fetchone() or (0, None)
        if count == 1 and worth and worth * 2 == turnover:
            found.append(account)
    return tuple(found)
