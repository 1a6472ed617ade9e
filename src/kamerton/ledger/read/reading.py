"""The reader's two entry points: look at files, and read them into canonical lines."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import duckdb

from kamerton.analytics.lines import COLUMNS
from kamerton.core.refused import Refused
from kamerton.ledger.read.convert import TEXT_ROLES, UNSEEN, filled_columns, lines_sql
from kamerton.ledger.read.identity import merge_offers
from kamerton.ledger.read.inspection import inspection_of, missing_roles
from kamerton.ledger.read.model import (
    Choices,
    Counts,
    Inspection,
    Limits,
    NeedsAnswer,
    Progress,
    Reading,
    RefusedRow,
    Unreadable,
)
from kamerton.ledger.read.opening import open_sources
from kamerton.ledger.read.rates import load_rates
from kamerton.ledger.read.raw import RawTable
from kamerton.ledger.read.refusals import Faults, check_certainty, refused_rows, write_refused
from kamerton.ledger.read.stages import (
    NAMING,
    Measured,
    ParquetStage,
    Stage,
    TableStage,
    accounts,
    distinct_query,
    have_blanks_around,
    measure,
    repeated,
    totals_among,
    usable_query,
)
from kamerton.ledger.read.study import (
    GroupStudy,
    Study,
    count_currencies,
    dirty_text_roles,
    gather_faults,
    learn_forms,
    learn_kinds,
    learn_odd_ids,
    study,
)
from kamerton.ledger.read.workroom import workroom
from kamerton.said import Said

Connection = duckdb.DuckDBPyConnection

#: Up to here `inspect` reads every row, so that every question is asked at once.
WHOLE_CHECK_BYTES = 200 * 1024**2
#: Columns that are looked at after the conversion.
_JUDGED = {"account", "account_name", "document", "date", "amount", "cost", "currency", "kind", "fingerprint"}
_ATTEMPTS = 4  # forms, then kinds, then ids may each ask for another pass


def inspect(paths: Sequence[Path], *, choices: Choices, limits: Limits) -> Inspection:
    """What the files are, what their columns mean, and what has to be asked. Nothing is written.

    Files of up to WHOLE_CHECK_BYTES are read whole. Raises Unreadable, NeedsAnswer (a sheet to choose), Refused.
    """
    with tempfile.TemporaryDirectory(prefix="kamerton-", ignore_cleanup_errors=True) as folder, _errors(""):
        con = connect(limits, Path(folder))
        try:
            tables = open_sources(
                paths, choices=choices, limits=limits, con=con, workdir=_room(folder), progress=None
            )
            found = study(tables, choices, limits, con)
            if sum(table.file.size_bytes for table in tables) <= WHOLE_CHECK_BYTES:
                _check_whole(found, choices, limits, con)
            return inspection_of(found)
        finally:
            con.close()


def _check_whole(found: Study, choices: Choices, limits: Limits, con: Connection) -> None:
    load_rates(choices, limits, con)
    for number, each in enumerate(found.groups):
        if not each.forms.doubts:
            _learn(each, f"faults_{number}", choices, limits, con)
    if choices.company_currency is None:
        count_currencies(found, con)


def _learn(
    each: GroupStudy, table: str, choices: Choices, limits: Limits, con: Connection
) -> tuple[Faults, bool]:
    """The unusable rows under the plan as it is, and whether they made it another plan."""
    faults = Faults(study=each, table=table, counts=gather_faults(each, table, limits, con))
    unseen = "kind" in each.columns and con.execute(
        f"SELECT count(*) FROM {table} WHERE said_kind = '{UNSEEN}'"  # noqa: S608
    ).fetchone() != (0,)
    learnt = bool(unseen) and learn_kinds(each, choices, con)
    if faults.total:
        learnt = learn_forms(each, table, choices, limits, con) or learnt
    return faults, learnt


def read(
    paths: Sequence[Path],
    *,
    choices: Choices,
    limits: Limits,
    out: Path,
    progress: Progress | None = None,
    fast: bool = False,
) -> Reading:
    """Read the files whole and write canonical lines as Parquet to `out`, which appears complete or not at all.

    Refused rows go to `out` with the suffix .refused.csv. A killed process leaves at most those and a hidden
    folder, which the next one removes. `fast` spends less on compression, and on blanks around texts that no figure
    hangs on. Raises Unreadable,
    NeedsAnswer where the user has to settle something first, and Refused (a full disk).
    """
    with (
        workroom(out.parent) as folder,
        _errors(str(out.parent)),
    ):
        con = connect(limits, folder)
        stage = ParquetStage(con, out, folder, compression="snappy" if fast else "zstd")
        job = _Job(
            con=con,
            choices=choices,
            limits=limits,
            stage=stage,
            folder=_room(str(folder)),
            progress=progress,
            tidy=frozenset(NAMING if fast else TEXT_ROLES),
        )
        try:
            return job.run(paths, out, out.with_suffix(".refused.csv"))
        finally:
            con.close()


def read_table(
    paths: Sequence[Path],
    *,
    choices: Choices,
    limits: Limits,
    con: Connection,
    table: str,
    folder: Path,
    keep: Collection[str] = tuple(COLUMNS),
    progress: Progress | None = None,
) -> Reading:
    """As `read`, into a table of the caller's connection: nothing is compressed only to be unpacked again.

    Columns beyond `keep` and those that a reading is judged by are there and empty. The view names_beside(table) has
    what analytics.cubes.names_of would say of the lines, which the reader had to look at anyway. `con` comes from `connect`;
    it is to be given to Ibis afterwards.
    `folder` takes working files and refused.csv, until the connection is closed; `Reading.parquet` names no file.
    """
    with _errors(str(folder)):
        stage = TableStage(con, table)
        job = _Job(
            con=con,
            choices=choices,
            limits=limits,
            stage=stage,
            folder=_room(str(folder)),
            progress=progress,
            keep=frozenset(keep) | _JUDGED,
            tidy=frozenset(NAMING),
        )
        try:
            return job.run(paths, folder / "no.parquet", folder / "refused.csv")
        except BaseException:
            with contextlib.suppress(duckdb.Error):
                stage.discard()
            raise


def connect(limits: Limits, folder: Path) -> Connection:
    """A DuckDB of its own that stays within the limits and spills into `folder`."""
    con = duckdb.connect(":memory:")
    con.execute(f"SET memory_limit = '{max(limits.memory_bytes // 1024**2, 64)}MiB'")
    con.execute("SET temp_directory = $1", [str(folder)])
    con.execute("SET autoinstall_known_extensions = false")
    con.execute("SET autoload_known_extensions = false")
    if limits.threads:
        con.execute(f"SET threads = {int(limits.threads)}")
    return con


def _room(folder: str) -> Path:
    """Where files are unpacked and rewritten: apart from DuckDB's own."""
    room = Path(folder) / "files"
    room.mkdir(exist_ok=True)
    return room


@contextlib.contextmanager
def _errors(place: str) -> Iterator[None]:
    """DuckDB's errors as sentences."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise Refused(
            Said("The machine has too little memory or disk space for this file. Nothing was kept."),
            code="no_room",
            hint=Said("Free some space, or allow more memory."),
        ) from error
    except duckdb.Error as error:
        if "No space left" in str(error) or "disk" in str(error).lower():
            raise Refused(
                Said("The disk is full ({place}). Nothing was kept.", place=place)
                if place
                else Said("The disk is full. Nothing was kept."),
                code="no_room",
                hint=Said("Free some space and try again."),
            ) from error
        first = str(error).strip().splitlines()[0]
        raise Unreadable(
            Said("The file could not be read: {first} Nothing was kept.", first=first), code="unreadable"
        ) from error


# ---------------------------------------------------------------- one reading


class _Unproven(Exception):
    """A file that looked plain is not, or a question came up before that was certain."""


@contextlib.contextmanager
def _proving(tables: Sequence[RawTable]) -> Iterator[None]:
    """Whatever goes wrong before tables are proven may be their own fault: it is looked at again."""
    try:
        yield
    except (duckdb.InvalidInputException, duckdb.ConversionException, Refused) as error:
        if all(table.proven for table in tables):
            raise
        raise _Unproven from error


def _prove(tables: Sequence[RawTable], measured: Measured) -> None:
    """As many rows as lines: none was passed over."""
    if all(table.proven for table in tables):
        return
    certain = all(table.rows_exact for table in tables)
    if not certain or measured.rows != sum(table.rows_estimate for table in tables):
        raise _Unproven


@dataclass(kw_only=True)
class _Job:
    """One call of `read`: open, study, convert, mend what the sample did not show, publish."""

    con: Connection
    choices: Choices
    limits: Limits
    stage: Stage
    folder: Path
    progress: Progress | None
    tidy: frozenset[str]  # text roles that must have no blanks around them
    keep: frozenset[str] = frozenset(COLUMNS)

    def run(self, paths: Sequence[Path], out: Path, refused_path: Path) -> Reading:
        """Big plain files are read before they are proved regular; any doubt begins again with the survey."""
        try:
            return self._run(paths, out, refused_path, thorough=False)
        except _Unproven:
            return self._run(paths, out, refused_path, thorough=True)

    def _run(self, paths: Sequence[Path], out: Path, refused_path: Path, *, thorough: bool) -> Reading:
        tables = open_sources(
            paths,
            choices=self.choices,
            limits=self.limits,
            con=self.con,
            workdir=self.folder,
            progress=self.progress,
            thorough=thorough,
        )
        with _proving(tables):
            found = study(tables, self.choices, self.limits, self.con)
            self._require_certainty(found)
            load_rates(self.choices, self.limits, self.con)
            for each in found.groups:
                each.plan = replace(each.plan, tidy=dirty_text_roles(each))
            first = self._convert(found)
            _prove(tables, first)
        measured, faults = self._converge(found, first)
        found.currencies = () if self.choices.company_currency else measured.currencies
        self._require_certainty(found)
        read_rows = measured.rows + sum(table.refused_count for table in tables)
        check_certainty(faults, read_rows, self.limits, self.con)
        return self._finish(found, measured, faults, out, refused_path, read_rows)

    def _require_certainty(self, found: Study) -> None:
        if found.roles.missing:
            raise missing_roles(found)
        if found.doubts:
            raise NeedsAnswer(_asking(len(found.doubts)), found.doubts)

    def _converge(self, found: Study, first: Measured) -> tuple[Measured, list[Faults]]:
        """Convert until a pass shows nothing new. On the happy path the first one was enough."""
        for attempt in range(_ATTEMPTS):
            measured = self._convert(found) if attempt else first
            faults, learnt = self._look_at(found, measured)
            self._require_certainty(found)
            if not learnt:
                break
        return measured, faults

    def _convert(self, found: Study) -> Measured:
        query = " UNION ALL ".join(lines_sql(each.plan, self.limits, keep=self.keep) for each in found.groups)
        self.con.execute(
            "SET preserve_insertion_order = false"
        )  # a line's place means nothing, and costs memory
        filled = frozenset[str]().union(*(filled_columns(each.plan, self.keep) for each in found.groups))
        with _told(self.con, self.progress, Said("Reading the lines")):
            self.stage.write(query, filled)
        self.con.execute("SET preserve_insertion_order = true")
        return measure(self.stage, self.con)

    def _look_at(self, found: Study, measured: Measured) -> tuple[list[Faults], bool]:
        learnt = False
        faults = []
        for number, each in enumerate(found.groups):
            gathered = Faults(study=each, table="", counts={})
            if measured.usable < measured.rows or measured.has_unseen_kinds:
                gathered, new = _learn(each, f"faults_{number}", self.choices, self.limits, self.con)
                learnt |= new
            learnt |= learn_odd_ids(each, self.stage.relation, self.con)
            faults.append(gathered)
        learnt |= self._found_totals(found, measured)
        return faults, self._tidied(found) or learnt

    def _found_totals(self, found: Study, measured: Measured) -> bool:
        """Whether an account is called a total and its one row holds what all others come to."""
        if any(each.plan.totals for each in found.groups):
            return False
        totals = totals_among(self.stage, measured.used_turnover, self.con)
        for each in found.groups:
            each.plan = replace(each.plan, totals=totals)
        return bool(totals)

    def _tidied(self, found: Study) -> bool:
        """Whether texts turned out to have blanks around them that the sample did not show.

        To trim every cell costs more than to look at the distinct values afterwards.
        """
        if all(each.plan.tidy is None for each in found.groups):
            return False
        there = {role for each in found.groups for role in each.columns}
        dirty = have_blanks_around(self.stage, self.tidy & there, self.con)
        for each in found.groups:
            each.plan = replace(each.plan, tidy=None if dirty else each.plan.tidy)
        return dirty

    def _finish(
        self,
        found: Study,
        measured: Measured,
        faults: list[Faults],
        out: Path,
        refused_path: Path,
        read_rows: int,
    ) -> Reading:
        count, prints = repeated(self.stage, measured.rows, self.con)
        dropped = count if self.choices.drop_duplicates else 0
        bad = measured.rows - measured.usable
        if dropped:
            self.stage.keep(distinct_query(self.stage, prints, self.con))
            measured = measure(self.stage, self.con)
        elif bad:
            self.stage.keep(usable_query(self.stage))
        head, refused = self._write_refused(faults, refused_path)
        offers = merge_offers(accounts(self.con))
        self.stage.publish()
        return Reading(
            parquet=out,
            counts=Counts(
                read=read_rows,
                used=measured.used,
                refused=refused,
                unassigned=measured.usable - measured.used,
                duplicates=count,
                duplicates_dropped=dropped,
                used_turnover=_cents(measured.used_turnover),
                unassigned_turnover=_cents(measured.unassigned_turnover),
            ),
            refused_csv=refused_path if refused else None,
            refused_head=head,
            refused_total=refused,
            first_date=measured.first_date,
            last_date=measured.last_date,
            has_cost=measured.costed > 0,
            lines_without_cost=measured.used - measured.costed,
            currency=self.choices.company_currency or next(iter(measured.currencies), None),
            merge_offers=offers,
            inspection=inspection_of(found),
        )

    def _write_refused(self, faults: list[Faults], path: Path) -> tuple[tuple[RefusedRow, ...], int]:
        structural = any(table.refused_count for each in faults for table in each.study.group.tables)
        if not structural and not any(each.total for each in faults):
            return (), 0
        with _told(self.con, self.progress, Said("Listing refused rows")):
            prepared = self.folder / "refused.csv"
            told = write_refused(prepared, refused_rows(faults, self.limits, self.con))
            prepared.replace(path)
            return told


def _asking(doubts: int) -> str:
    if doubts == 1:
        return Said("One thing has to be settled first.")
    return Said("{count} things have to be settled first.", count=doubts)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))


@contextlib.contextmanager
def _told(con: Connection, progress: Progress | None, note: str) -> Iterator[None]:
    """Report DuckDB's own progress while a statement runs."""
    if progress is None:
        yield
        return
    progress(0, 100, note)
    con.execute("SET enable_progress_bar = true")
    con.execute("SET enable_progress_bar_print = false")
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(con, progress, note, over), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _watch(con: Connection, progress: Progress, note: str, over: threading.Event) -> None:
    while not over.wait(0.25):
        done = con.query_progress()
        if done >= 0:
            progress(min(int(done), 100), 100, note)
