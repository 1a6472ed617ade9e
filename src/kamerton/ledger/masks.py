"""Documents that came again: which lines of earlier batches a later one hides.

A document is known by its number and the calendar year of its date, because numbering restarts each year.
Where several batches hold it, the latest counts; the pairs (batch, document, year) to hide are written as one
small Parquet file for each version of the ledger. DuckDB does it in bounded memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from kamerton.ledger.rules import Span, may_share_documents

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, kw_only=True)
class Masks:
    """`path` None: nothing is hidden. `lines`: sequence -> its lines that are hidden."""

    path: Path | None
    lines: Mapping[int, int]


@dataclass(frozen=True, kw_only=True)
class Replacement:
    """What an incoming batch would hide of one earlier batch."""

    sequence: int
    documents: int
    lines: int
    amount: Decimal
    other_account: int  # documents that belong to another account there


@contextmanager
def connect(*, memory_bytes: int, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB in bounded memory; what does not fit goes to a folder of its own inside `spill`."""
    import duckdb  # noqa: PLC0415 - only a change of the ledger needs it

    spill.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=spill) as folder:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{max(memory_bytes // 2**20, 64)}MB",
            "temp_directory": folder,
        }
        connection = duckdb.connect(config=settings)
        try:
            yield connection
        finally:
            connection.close()


def _keys(paths: Mapping[int, Path], *, known_in: str = "") -> str:
    """SQL: the documents of each batch, or those among them that a table knows.

    A document without account (NULL) is one like the others.
    """
    among = f" and document in (select document from {known_in})" if known_in else ""  # noqa: S608 - our own name
    return " union all ".join(
        f"select {sequence:d} as sequence, document, year(date) as year, count(*) as lines,"  # noqa: S608
        f" sum(amount) as amount, min(account) as account from read_parquet({_quoted(path)})"
        f" where document is not null{among} group by document, year(date)"
        for sequence, path in paths.items()
    )


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def write_masks(
    connection: duckdb.DuckDBPyConnection, spans: Sequence[Span], paths: Mapping[int, Path], out: Path
) -> Masks:
    """Write what is hidden among `spans` (every batch that is not withdrawn) to `out`, if anything is."""
    sharing = may_share_documents(spans)
    if not sharing:
        return Masks(path=None, lines={})
    hashes = {span.sequence: span.content_hash for span in sharing}
    connection.execute("create or replace temp table names (sequence integer, batch varchar)")
    connection.executemany("insert into names values (?, ?)", list(hashes.items()))
    # What only the largest batch knows hides nothing and is not hidden: an import is small beside what is there.
    *others, largest = sorted(sharing, key=lambda span: span.lines)
    connection.execute(
        f"create or replace temp table keys as {_keys({each.sequence: paths[each.sequence] for each in others})}"
    )
    rest = _keys({largest.sequence: paths[largest.sequence]}, known_in="keys")
    connection.execute(f"insert into keys {rest}")
    connection.execute(
        "create or replace temp table hidden as select keys.sequence, batch, keys.document, keys.year, lines"
        " from keys join names using (sequence) join"
        " (select document, year, max(sequence) as last from keys"
        " group by document, year having count(*) > 1) w"
        " on keys.document = w.document and keys.year = w.year and keys.sequence < w.last"
    )
    lines = dict(
        connection.execute("select sequence, sum(lines)::bigint from hidden group by all").fetchall()
    )
    if not lines:
        return Masks(path=None, lines={})
    connection.execute(
        "copy (select batch, document, year::integer as year from hidden order by sequence, year, document)"  # noqa: S608
        f" to {_quoted(out)} (format parquet, compression zstd)"
    )
    return Masks(path=out, lines=lines)


def replacements(
    connection: duckdb.DuckDBPyConnection, incoming: Path, live: Mapping[int, Path], masks: Path | None
) -> list[Replacement]:
    """What `incoming` would hide of each live batch, beyond what is hidden already; latest batch first."""
    if not live:
        return []
    hashes = [(sequence, path.stem) for sequence, path in live.items()]
    connection.execute("create or replace temp table names (sequence integer, batch varchar)")
    connection.executemany("insert into names values (?, ?)", hashes)
    connection.execute(f"create or replace temp table incoming as {_keys({0: incoming})}")
    connection.execute(f"create or replace temp table keys as {_keys(live, known_in='incoming')}")
    if masks is not None:
        connection.execute(
            "delete from keys using names, "  # noqa: S608
            f"read_parquet({_quoted(masks)}) m where keys.sequence = names.sequence and names.batch = m.batch"
            " and keys.document = m.document and keys.year = m.year"
        )
    rows = connection.execute(
        "select keys.sequence, count(*), sum(keys.lines)::bigint, sum(keys.amount),"
        " count(*) filter (where keys.account is distinct from incoming.account)"
        " from keys join incoming on keys.document = incoming.document and keys.year = incoming.year"
        " group by keys.sequence order by keys.sequence desc"
    ).fetchall()
    return [
        Replacement(sequence=row[0], documents=row[1], lines=row[2], amount=row[3], other_account=row[4])
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What the lines of a Parquet file come to."""

    content: str  # equal for equal lines, in whatever order and from whatever kind of file
    lines: int
    lines_without_document: int


def measure(connection: duckdb.DuckDBPyConnection, parquet: Path) -> Measured:
    """One pass over the lines. `content` holds for one version of DuckDB: another sees known lines as new."""
    import duckdb  # noqa: PLC0415

    row = connection.execute(
        "select count(*), count(*) - count(document), coalesce(sum(hash(lines)::hugeint), 0),"  # noqa: S608
        " coalesce(bit_xor(hash(lines)), 0)"
        f" from (select * exclude (fingerprint) from read_parquet({_quoted(parquet)})) lines"
    ).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always has a row
    content = f"{duckdb.__version__} {row[0]} {row[2]} {row[3]}"
    return Measured(content=content, lines=row[0], lines_without_document=row[1])


def breadth(connection: duckdb.DuckDBPyConnection, parquet: Path) -> tuple[int, int]:
    """(accounts, documents): for the dry run alone, as counting distinct things costs more than all else."""
    row = connection.execute(
        "select (select count(distinct account) from read_parquet($1)),"
        " (select count(*) from (select distinct document, year(date) from read_parquet($1)"
        " where document is not null))",
        [str(parquet)],
    ).fetchone()
    assert row is not None  # noqa: S101
    return row[0], row[1]
