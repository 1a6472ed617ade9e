"""Through the whole of `read`: counts and amounts add up, and a killed reader leaves all or nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kamerton.ledger.read import read
from kamerton.ledger.read.model import Choices, Limits

# ---------------------------------------------------------------- adding up

HEADER = "account,name,date,document,amount"
_SOUND = [f"A{at % 5},Elm {at % 5},2024-03-{at % 28 + 1:02d},D{at},{at}.25" for at in range(60)]

amounts = st.decimals(-99_999, 99_999, places=2).map(str)
used = st.builds(
    "A{},Oak,2024-05-{:02d},E{},{}".format, st.integers(0, 3), st.integers(1, 28), st.integers(0, 3), amounts
)
unassigned = st.builds(
    "{},Oak,2024-05-{:02d},,{}".format, st.sampled_from(["", " ", "\u00a0"]), st.integers(1, 28), amounts
)
refused = st.sampled_from(
    [
        "A1,Oak,,D1,5.00",
        "A1,Oak,never,D1,5.00",
        "A1,Oak,1901-01-01,D1,5.00",
        "A1,Oak,2024-02-30,D1,5.00",
        "A1,Oak,2024-05-01,D1,",
        "A1,Oak,2024-05-01,D1,five",
        "A1,Oak,2024-05-01,D1,1e30",
        "A1,Oak,2024-05-01,D1,inf",
        "A1,Oak,2024-05-01,D1,5.00,more",
        "A1,Oak",
        ",,,D1,",
    ]
)
ignored = st.sampled_from(["", ",,,,"])
FATES = {"used": used, "unassigned": unassigned, "refused": refused, "ignored": ignored}
odd = st.lists(
    st.tuples(
        st.integers(0, 60),
        st.one_of(st.tuples(st.just(fate), rows) for fate, rows in FATES.items()),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(
    odd=odd,
    drop=st.booleans(),
    glance=st.sampled_from([0, 1 << 60]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_counts_and_amounts_add_up(
    odd: list[tuple[int, tuple[str, str]]], drop: bool, glance: int, line_end: str
) -> None:
    rows = [("used", row) for row in _SOUND]
    for at, row in odd:
        rows.insert(at, row)
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder, "sales.csv"), Path(folder, "lines.parquet")
        path.write_bytes((line_end.join([HEADER, *(row for _, row in rows)]) + line_end).encode())
        limits = Limits(glance_bytes=glance, threads=2)
        found = read([path], choices=Choices(drop_duplicates=drop), limits=limits, out=out)
        assert stored(out, "account IS NOT NULL") == expected(rows, "used", drop)
        assert stored(out, "account IS NULL") == expected(rows, "unassigned", drop)
    counts = found.counts
    good = Counter(row for fate, row in rows if fate in {"used", "unassigned"})
    assert counts.duplicates == good.total() - len(good)
    assert counts.duplicates_dropped == (counts.duplicates if drop else 0)
    assert counts.refused == sum(fate == "refused" for fate, _ in rows)
    assert len(found.refused_head) == found.refused_total == counts.refused
    assert (counts.used, counts.used_turnover) == expected(rows, "used", drop)
    assert (counts.unassigned, counts.unassigned_turnover) == expected(rows, "unassigned", drop)
    assert counts.read == sum(fate != "ignored" for fate, _ in rows)
    assert counts.read == counts.used + counts.unassigned + counts.refused + counts.duplicates_dropped


def expected(rows: list[tuple[str, str]], fate: str, drop: bool) -> tuple[int, Decimal]:
    """How many rows of a fate there are, and their sum."""
    good = Counter(row for each, row in rows if each == fate)
    kept = list(good if drop else good.elements())
    return len(kept), sum((Decimal(row.rpartition(",")[2]) for row in kept), Decimal(0))


def stored(out: Path, where: str) -> tuple[int, Decimal]:
    count, amount = duckdb.sql(f"SELECT count(*), sum(amount) FROM '{out}' WHERE {where}").fetchall()[0]
    return count, amount or Decimal(0)


# ---------------------------------------------------------------- being killed


MOMENTS = ("Checking", "Reading", "Listing", "written", "published")


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    path = tmp_path / "sales.csv"
    path.write_text("\n".join([HEADER, *_SOUND, "A1,Oak,never,D1,5.00", ""]))
    return path


def started(when: str, sales: Path, out: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.ledger.dying_reader", when, str(sales), str(out)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("when", MOMENTS)
def test_a_killed_reader_leaves_all_or_nothing_and_the_next_one_tidies_up(
    when: str, sales: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    out = folder / "lines.parquet"
    process = started(when, sales, out)
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    assert out.exists() == (when == "published")
    if out.exists():
        assert stored(out, "true") == (60, Decimal("1785.00"))
    assert len(list(folder.glob(".reading-*"))) == 1
    found = read([sales], choices=Choices(), limits=Limits(), out=out)
    assert (found.counts.used, found.counts.refused) == (60, 1)
    assert sorted(path.name for path in folder.iterdir()) == ["lines.parquet", "lines.refused.csv"]


def test_what_a_living_reader_writes_is_left_alone(sales: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    process = started("wait", sales, folder / "first.parquet")
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "inside\n"
        read([sales], choices=Choices(), limits=Limits(), out=folder / "second.parquet")
        assert len(list(folder.glob(".reading-*"))) == 1
    finally:
        process.communicate("\n" * 1000, timeout=120)
    assert process.returncode == 0
    names = ("first.parquet", "first.refused.csv", "second.parquet", "second.refused.csv")
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    assert stored(folder / "first.parquet", "true") == stored(folder / "second.parquet", "true")
