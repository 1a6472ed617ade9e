"""Big plain files are read before they are proved regular: whatever is in them, the outcome is that of the survey."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kamerton.core.refused import Refused
from kamerton.ledger.read import glance, read, read_table
from kamerton.ledger.read.model import Choices, Limits, NeedsAnswer
from kamerton.ledger.read.reading import connect
from kamerton.ledger.read.survey import Layout, survey

GLANCE, SURVEY = Limits(glance_bytes=0, threads=2), Limits(glance_bytes=1 << 60, threads=2)
HEADER = "account,name,date,document,quantity,amount"
ROWS = [
    f"1{at:03d},Elm {at % 7},2024-01-{at % 28 + 1:02d},D{at // 3},{at % 5 + 1},{at}.25" for at in range(60)
]


def outcome(path: Path, limits: Limits) -> Any:
    """Everything that a reading says, or why there is none."""
    out = path.parent / f"{limits.glance_bytes}.parquet"
    try:
        found = read([path], choices=Choices(), limits=limits, out=out)
    except NeedsAnswer as asked:
        return (asked.message, asked.doubts)
    except Refused as refused:
        return (refused.message, refused.code)
    lines = duckdb.sql(f"FROM '{out}' ORDER BY all").fetchall()
    refused_csv = found.refused_csv.read_text() if found.refused_csv else ""
    return (replace(found, parquet=path, refused_csv=None), lines, refused_csv)


def both(path: Path) -> Any:
    quick = outcome(path, GLANCE)
    assert quick == outcome(path, SURVEY)
    return quick


LAST_ROWS = {
    "plain": "1999,Elm,2024-02-01,D99,1,5.00",
    "day first": "1999,Elm,31/01/2024,D99,1,5.00",
    "thousands sign": '1999,Elm,2024-02-01,D99,1,"1,234.50"',
    "another decimal sign": '1999,Elm,2024-02-01,D99,1,"5,5"',
    "grouped by blanks": "1999,Elm,2024-02-01,D99,1,1 234.50",
    "ambiguous quantity": "1999,Elm,2024-02-01,D99,1.500,5.00",
    "zero byte": "1999,E\0lm,2024-02-01,D99,1,5.00",
    "too many cells": "1999,Elm,2024-02-01,D99,1,5.00,6.00",
    "too few cells": "1999,Elm,2024-02-01,D99,1",
    "a blank at the end": "1999,Elm,2024-02-01,D99,1,5.00,",
    "one cell": "Total",
    "blanks around": " 1999 ,\u00a0Elm , 2024-02-01 ,D99\u200b,1 , 5.00",
    "id with .0": "1999.0,Elm,2024-02-01,D99,1,5.00",
    "line end in quotes": '1999,"Elm\nand Oak",2024-02-01,D99,1,5.00',
    "quote within": '1999,Elm 5" pipe,2024-02-01,D99,1,5.00',
    "no account": ",Elm,2024-02-01,D99,1,5.00",
    "no date": "1999,Elm,,D99,1,5.00",
    "no quantity": "1999,Elm,2024-02-01,D99,,5.00",
    "no amount": "1999,Elm,2024-02-01,D99,1,",
    "delimiters only": ",,,,,",
    "blank line": "",
    "blank line amid": "\n1999,Elm,2024-02-01,D99,1,5.00",
    "blank lines at the end": "1999,Elm,2024-02-01,D99,1,5.00\n\n\n",
    "return": "1999,Elm,2024-02-01,D99,-1,-5.00",
    "duplicate": ROWS[3],
    "year 1900": "1999,Elm,1900-02-01,D99,1,5.00",
    "huge amount": "1999,Elm,2024-02-01,D99,1,1e30",
    "no number": "1999,Elm,2024-02-01,D99,1,nan",
    "stray return": "1999,El\rm,2024-02-01,D99,1,5.00",
    "windows line end": "1999,Elm,2024-02-01,D99,1,5.00\r",
    "letters": "1999,Жёлудь 🌳,2024-02-01,D99,1,5.00",
    "long cell": f"1999,{'x' * 3_000_000},2024-02-01,D99,1,5.00",
    "end of file mark": "\x1a",
}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("last", LAST_ROWS.values(), ids=LAST_ROWS)
def test_a_last_row_that_disproves_the_glance_changes_nothing(
    last: str, line_end: str, tmp_path: Path
) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes((line_end.join([HEADER, *ROWS, last]) + line_end).encode())
    both(path)


@pytest.mark.parametrize(
    "last", ["too many cells", "too few cells", "delimiters only", "blank line amid", "no date", "day first"]
)
def test_a_doubt_far_down_begins_again_with_the_survey(last: str, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("\n".join([HEADER, *ROWS * 300, LAST_ROWS[last], ""]))
    both(path)


def test_bytes_that_are_not_utf8_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes("\n".join([HEADER, *ROWS, "1999,Zażółć,2024-02-01,D99,1,5.00", ""]).encode("cp1250"))
    (found, *_) = both(path)
    assert found.inspection.files[0].encoding == "cp1250"


def test_a_plain_file_is_not_surveyed_and_a_doubtful_one_is(tmp_path: Path) -> None:
    """What the user is told of the progress gives it away: each look at the file is announced."""
    told: dict[str, int] = {}
    for name, last in (("plain", LAST_ROWS["plain"]), ("doubtful", LAST_ROWS["too many cells"])):
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join([HEADER, *ROWS * 300, last, ""]))
        notes: list[str] = []
        out = tmp_path / f"{name}.parquet"
        read(
            [path],
            choices=Choices(),
            limits=GLANCE,
            out=out,
            progress=lambda _d, _t, n, into=notes: into.append(n),
        )
        told[name] = notes.count(f"Checking {path.name}")
    assert told == {"plain": 1, "doubtful": 2}


cells = st.sampled_from(
    ["", " ", "x", "1.0", "1,5", '"', "\u00a0", "31/12/2024", "12/31/2024", "2024-13-01", "=1", "-7", "7-"]
)
odd_rows = st.one_of(
    st.lists(cells, min_size=1, max_size=8),
    st.tuples(st.integers(0, 5), cells).map(lambda odd: _with(ROWS[7].split(","), *odd)),
)


def _with(row: list[str], at: int, cell: str) -> list[str]:
    return [*row[:at], cell, *row[at + 1 :]]


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    odd=st.lists(st.tuples(st.integers(0, 60), odd_rows), max_size=4),
    delimiter=st.sampled_from(",;\t"),
    line_end=st.sampled_from(["\n", "\r\n"]),
    quoted=st.booleans(),
    last_end=st.booleans(),
)
def test_any_table_comes_out_as_with_the_survey(
    odd: list[tuple[int, list[str]]], delimiter: str, line_end: str, quoted: bool, last_end: bool
) -> None:
    rows = [row.split(",") for row in ROWS]
    for at, row in odd:
        rows.insert(at, row)
    rows.insert(0, HEADER.split(","))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sales.csv")
        with path.open("w", newline="") as file:
            if quoted:
                csv.writer(file, delimiter=delimiter, lineterminator=line_end).writerows(rows)
            else:
                file.writelines(delimiter.join(row) + line_end for row in rows)
        if not last_end:
            path.write_bytes(path.read_bytes().removesuffix(line_end.encode()))
        both(path)


@settings(deadline=None, max_examples=200)
@given(
    lines=st.lists(st.sampled_from(["a,b", "żó,b", "", "a,\r", "\r", "a,b\0", '"a",b']), max_size=6),
    line_end=st.sampled_from(["\n", "\r\n"]),
    last_end=st.booleans(),
    chunk=st.sampled_from([1, 2, 3, 5, 1 << 18]),
)
def test_the_glance_counts_what_the_survey_counts(
    lines: list[str], line_end: str, last_end: bool, chunk: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sales.csv")
        path.write_bytes((line_end.join(["a,b", *lines]) + line_end * last_end).encode())
        layout = Layout(delimiter=ord(","), quote=ord('"'), line_end=10, columns=2, start=0)
        with mock.patch.object(glance, "_CHUNK", chunk):
            count = glance.lines_if_plain(path, layout)
        seen = survey(path, layout, max_line_bytes=1 << 20, check_utf8=True)
    if count is not None:
        assert (seen.utf8, seen.nul_at, seen.broken_quotes, seen.stray_returns) == (True, None, False, 0)
        assert seen.records <= count <= seen.records + seen.blank_lines
    else:
        assert seen.nul_at is not None or '"' in "".join(lines) or "\r" in "".join(lines) or not last_end


def test_a_table_has_the_columns_that_are_asked_for_and_is_judged_by_all(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text(
        "\n".join([HEADER, *ROWS, ROWS[3], LAST_ROWS["no date"], "1999,Elm,2024-02-01,D9,many,5.00", ""])
    )
    con = connect(GLANCE, tmp_path)
    found = read_table(
        [path], choices=Choices(), limits=GLANCE, con=con, table="lines", folder=tmp_path, keep=["account"]
    )
    assert (found.counts.read, found.counts.used, found.counts.refused, found.counts.duplicates) == (
        63,
        61,
        2,
        1,
    )
    row = con.execute("SELECT count(account), count(amount), count(quantity) FROM lines").fetchone()
    assert row == (61, 61, 0)
    con.close()
