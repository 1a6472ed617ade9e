"""Everything of the table "Measured", side by side in one run: `python -m benchmarks.run`.

Writes benchmarks/RESULTS.md as the numbers came out, with the aim of each and whether it was met. A row
whose part is not installed or fails is left out and said to be; nothing is filled in by hand.

    --lines 5000000 --big 50000000    sizes of the exports (0.4 and 4.3 GB, once, in --folder)
    --big 0                           leave the ten-fold export out
    --repeat 5                        runs of each command
    --only fits,analyse,...           some rows only; RESULTS.md is then not written
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks import backtest, contacts_import, fits, portfolio_page, signals
from benchmarks.measure import Failed, Sample, run, sample, side_by_side
from benchmarks.sales import ACCOUNTS, sales_csv

RESULTS = Path(__file__).parent / "RESULTS.md"
_GIGABYTE = 1e9
_PACKAGES = ("duckdb", "ibis-framework", "numpy", "scipy", "pyarrow", "pandas", "lifetimes", "Django")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table."""

    what: str
    ours: str
    against: str
    ratio: str
    aim: str
    met: bool


@dataclass(frozen=True, kw_only=True)
class Bench:
    lines: int
    big: int
    repeat: int
    folder: Path
    working: Path

    def file(self, lines: int) -> Path:
        return sales_csv(lines, self.folder)


def kamerton(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "kamerton", *arguments]


def module(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"benchmarks.{name}", *arguments]


# -- the rows


def analyse_rows(bench: Bench) -> list[Row]:
    """`analyse --json` against bare DuckDB and against pandas, and ten times the lines against itself."""
    export = str(bench.file(bench.lines))
    ours = kamerton("analyse", export, "--json", str(bench.working / "analysis.json"))
    figures = str(bench.working / "pandas.json")
    measured = side_by_side(
        {"analyse": ours, "bare DuckDB": module("bare", "group", export)}, times=bench.repeat
    )
    measured |= side_by_side(
        {
            "pandas": module("pandas_baseline", export, figures),
            "pandas, PyArrow reader": module("pandas_baseline", export, figures, "--engine", "pyarrow"),
        },
        times=max(bench.repeat // 2, 1),
    )
    analyse = measured["analyse"]
    what = f"`analyse --json`, {_lines(bench.lines)}, {ACCOUNTS:,} accounts, CSV"
    rows = [
        _against(
            what, analyse, "bare DuckDB, grouping by account and month", measured["bare DuckDB"], most=2.0
        ),
        _memory(what, analyse, most=1.5 * _GIGABYTE),
        _faster("the same", analyse, "pandas script", measured["pandas"], least=5.0),
        _faster(
            "the same",
            analyse,
            "pandas script with the PyArrow reader",
            measured["pandas, PyArrow reader"],
            least=5.0,
        ),
    ]
    if bench.big:
        rows += _ten_fold(bench, analyse)
    return rows


def _ten_fold(bench: Bench, small: Sample) -> list[Row]:
    export = str(bench.file(bench.big))
    ours = kamerton("analyse", export, "--json", str(bench.working / "analysis.json"))
    big = side_by_side({f"analyse, {_lines(bench.big)}": ours}, times=max(bench.repeat // 3, 1))
    measured = next(iter(big.values()))
    times = bench.big / bench.lines
    what = f"`analyse --json`, {_lines(bench.big)}"
    return [
        _against(what, measured, f"itself, {_lines(bench.lines)}", small, most=1.1 * times),
        _memory(what, measured, most=1.5 * _GIGABYTE),
    ]


def import_rows(bench: Bench) -> list[Row]:
    """Import into the ledger plus snapshot, as `kamerton import` does it, against bare CSV to Parquet."""
    export = bench.file(bench.lines)
    runs, bare = [], []
    for _ in range(max(bench.repeat // 2, 1)):
        home = Path(tempfile.mkdtemp(dir=bench.working))
        environment = {"KAMERTON_HOME": str(home)}
        run(kamerton("user", "bench", "--password", "-"), environment, "only-for-this-run\n")
        runs.append(run(kamerton("import", str(export)), environment))
        parquet = str(bench.working / "bare.parquet")
        bare.append(run(module("bare", "parquet", str(export), "--out", parquet)))
        shutil.rmtree(home)
    what = f"import of {_lines(bench.lines)} into the ledger, snapshot included"
    return [_against(what, sample(runs), "bare DuckDB, CSV to Parquet", sample(bare), most=3.0)]


def fit_rows(bench: Bench) -> list[Row]:
    """The fits against lifetimes."""
    found = fits.compare(times=6 * bench.repeat)
    apart = abs(found.our_log_likelihood - found.lifetimes_log_likelihood)
    what = "BG/NBD + Gamma-Gamma fit on CDNOW, 2,357 customers"
    return [
        _faster(what, found.ours, "lifetimes 0.11.3, imports not counted", found.lifetimes, least=20.0),
        Row(
            what="log-likelihood of that BG/NBD fit",
            ours=f"{found.our_log_likelihood:.4f}",
            against=f"lifetimes: {found.lifetimes_log_likelihood:.4f}",
            ratio=f"{apart:.4f} apart",
            aim="within 0.01",
            met=apart <= 0.01,
        ),
    ]


def page_rows(bench: Bench) -> list[Row]:
    """Server time of the pages that have to stay quick."""
    rows = []
    for found in portfolio_page.measure(folder=bench.working, exports=bench.folder):
        ratio = found.page.median / found.sql.median
        rows.append(
            Row(
                what=f"{found.name}, {found.accounts:,} accounts, signed in, {found.queries} queries",
                ours=f"p95 {found.p95_seconds * 1000:.0f} ms, median {found.page.median * 1000:.0f} ms",
                against="",
                ratio="",
                aim="p95 at most 100 ms",
                met=found.p95_seconds <= 0.1,
            )
        )
        rows.append(
            Row(
                what=f"{found.name}: median",
                ours=str(found.page),
                against=f"the same SQL run bare: {found.sql}",
                ratio=f"{ratio:.1f} x",
                aim="at most 5 x",
                met=ratio <= 5,
            )
        )
    return rows


def contact_rows(bench: Bench) -> list[Row]:
    """Contacts from a file, on each database."""
    aim = contacts_import.AIM_SECONDS
    what = f"import of {contacts_import.ROWS:,} contacts into {contacts_import.THERE:,}, half new, half filled in"
    return [
        Row(
            what=f"{what}, {name}",
            ours=str(found),
            against="",
            ratio="",
            aim=f"at most {aim:g} s",
            met=found.median <= aim,
        )
        for name, found in contacts_import.measure(folder=bench.working).items()
    ]


def signal_rows(bench: Bench) -> list[Row]:
    """Snapshot and signals of every account, and of a hundred."""
    found = signals.measure(folder=bench.working, lines=bench.lines, exports=bench.folder)
    of_all = f"{_lines(bench.lines)}, {found.accounts:,} accounts"
    return [
        _within(f"snapshot and {found.signals:,} signals, {of_all}", found.whole, 60),
        _within(f"all rules again over {found.accounts:,} accounts", found.again, 60),
        _within(f"all rules over 100 of {found.accounts:,} accounts, {found.queries} queries", found.some, 5),
        _within(
            f"import that touches 100 accounts, snapshot and signals of all, {of_all}", found.imported, 5
        ),
    ]


def _within(what: str, ours: Sample, seconds: float) -> Row:
    return Row(
        what=what,
        ours=str(ours),
        against="",
        ratio="",
        aim=f"at most {seconds:g} s",
        met=ours.median <= seconds,
    )


def document_rows(bench: Bench) -> list[Row]:
    """A review deck, the start of the program included."""
    found = side_by_side({"deck": module("documents")}, times=bench.repeat)["deck"]
    return [_within("review deck of 40 slides about 10 accounts", found, 10)]


ROWS: dict[str, Callable[[Bench], list[Row]]] = {
    "fits": fit_rows,
    "analyse": analyse_rows,
    "import": import_rows,
    "contacts": contact_rows,
    "page": page_rows,
    "signals": signal_rows,
    "documents": document_rows,
}


# -- wording


def _against(what: str, ours: Sample, name: str, other: Sample, *, most: float) -> Row:
    ratio = ours.median / other.median
    return Row(
        what=what,
        ours=str(ours),
        against=f"{name}: {other}",
        ratio=f"{ratio:.2f} x",
        aim=f"at most {most:g} x",
        met=ratio <= most,
    )


def _faster(what: str, ours: Sample, name: str, other: Sample, *, least: float) -> Row:
    ratio = other.median / ours.median
    return Row(
        what=what,
        ours=str(ours),
        against=f"{name}: {other}",
        ratio=f"{ratio:.1f} x faster",
        aim=f"at least {least:g} x faster",
        met=ratio >= least,
    )


def _memory(what: str, ours: Sample, *, most: float) -> Row:
    return Row(
        what=f"{what}: peak memory",
        ours=f"{ours.peak_bytes / 1e6:,.0f} MB",
        against="",
        ratio="",
        aim=f"at most {most / 1e9:g} GB",
        met=ours.peak_bytes <= most,
    )


def _lines(count: int) -> str:
    return f"{count / 1e6:g} M lines"


def _met(row: Row) -> str:
    return "yes" if row.met else "**no**"


def machine() -> str:
    """Cores, memory and versions: nothing that names the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB of memory, {platform.system()}, "
        f"Python {platform.python_version()}, {packages}. "
        f"Load average when the run began: {os.getloadavg()[0]:.1f}."
    )


def written(rows: Sequence[Row], left_out: Sequence[str], described: str) -> str:
    lines = [
        "# Measured",
        "",
        "Written by `make bench`; medians, with the spread of the runs. Commands compared ran in turn,",
        "each as a process of its own, start-up included, with all cores. Peak memory is the resident",
        "memory of a process and its children together, looked at twenty times a second.",
        "",
        f"Machine: {described}",
        "",
        "| What | Ours | Against | Ratio | Aim | Met |",
        "|---|---|---|---|---|---|",
        *(
            f"| {row.what} | {row.ours} | {row.against} | {row.ratio} | {row.aim} | {_met(row)} |"
            for row in rows
        ),
        "",
    ]
    if left_out:
        lines += ["Not measured in this run:", "", *(f"- {reason}" for reason in left_out), ""]
    return "\n".join(line.rstrip() for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--big", type=int, default=50_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    wanted = options.only.split(",") if options.only else list(ROWS)
    described, rows, left_out = machine(), [], []
    with tempfile.TemporaryDirectory(prefix="kamerton-bench-") as working:
        bench = Bench(
            lines=options.lines,
            big=options.big,
            repeat=options.repeat,
            folder=options.folder,
            working=Path(working),
        )
        for name in wanted:
            print(name, file=sys.stderr)
            try:
                rows += ROWS[name](bench)
            except (Failed, portfolio_page.NotBuilt) as reason:
                left_out.append(f"{name}: {str(reason).strip().splitlines()[-1]}")
                print(f"  left out: {reason}", file=sys.stderr)
    text = written(rows, left_out, described)
    print(text)
    if not options.only:
        there = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
        told_ahead = backtest.kept(there)  # a section of its own, written by benchmarks.backtest
        RESULTS.write_text(backtest.placed(text, told_ahead) if told_ahead else text, encoding="utf-8")


if __name__ == "__main__":
    main()
