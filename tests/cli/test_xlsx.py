"""The workbook, read back with another library: figures equal, texts stay texts."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest

from kamerton.cli.reports import xlsx
from kamerton.cli.reports.model import Report
from kamerton.cli.reports.xlsx import write_xlsx
from kamerton.core.refused import Refused
from kamerton.ledger.read.model import RefusedRow
from tests.cli.factories import Sold, distributor, report

HOSTILE = [
    '=cmd|"/c calc"!A0',
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "http://example.org",
    "\x00\x01bell\x07",
    "{=1}",
    "x" * 40_000,
]


def book_of(made: Report) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(write_xlsx(made)))


def rows_of(made: Report, sheet: str) -> list[dict]:
    heads, *rows = book_of(made)[sheet].iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_the_sheets() -> None:
    assert book_of(distributor()).sheetnames == [
        "Summary",
        "Accounts",
        "Pareto",
        "Years",
        "Sellers",
        "Refused",
    ]


def test_every_account_reads_back_to_the_cent() -> None:
    made = distributor()
    rows = rows_of(made, "Accounts")
    assert len(rows) == len(made.analysis.accounts)
    for account, row in zip(made.analysis.accounts, rows, strict=True):
        assert (row["Rank"], row["Account"], row["Name"]) == (account.rank, account.account, account.name)
        for title, value in (
            ("Turnover", account.turnover),
            ("Income", account.income),
            ("Turnover, 12 months", account.window_turnover),
            ("Income, 12 months before", account.previous_income),
            ("Turnover 2025", account.by_year[2025].turnover),
        ):
            assert Decimal(str(row[title])).quantize(Decimal("0.01")) == value
        assert row["Share of turnover"] == pytest.approx(account.share_turnover)
        assert row["First sale"] == dt.datetime.combine(account.first_date, dt.time())


def test_years_read_back() -> None:
    made = distributor()
    rows = [row for row in rows_of(made, "Years") if row["Year"]]
    assert [(row["Year"], Decimal(str(row["Turnover"])), row["Active"]) for row in rows] == [
        (year.year, year.turnover, year.active) for year in made.analysis.years
    ]


def test_a_name_is_never_a_formula_or_a_link() -> None:
    refused = [RefusedRow(file="=a", line=1, column="=b", value=name, reason="=d") for name in HOSTILE]
    made = report([Sold(name=name, now="10") for name in HOSTILE], refused=refused)
    book = book_of(made)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    names = {row["Name"] for row in rows_of(made, "Accounts")}
    assert '=cmd|"/c calc"!A0' in names
    assert "bell" in names
    assert max(map(len, names)) == xlsx.TEXT_LENGTH


def test_it_is_a_sound_archive_with_charts_and_no_outside_link() -> None:
    archive = zipfile.ZipFile(io.BytesIO(write_xlsx(distributor())))
    assert archive.testzip() is None
    names = archive.namelist()
    assert len([name for name in names if name.startswith("xl/charts/chart")]) == 2
    assert not [name for name in names if "externalLink" in name]


def test_panes_are_frozen_and_filters_set() -> None:
    sheet = book_of(distributor())["Accounts"]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref.startswith("A1:")


def test_the_same_analysis_makes_the_same_book() -> None:
    assert write_xlsx(distributor()) == write_xlsx(distributor())


@pytest.mark.parametrize(
    "sold",
    [
        [Sold(name="One", now="10")],
        [Sold(name="Nothing")],
        [Sold(name="Below", now="-10"), Sold(name="Above", now="4")],
        [Sold(name="No cost", now="10", margin=None)],
    ],
)
def test_tiny_data_make_a_book(sold: list[Sold]) -> None:
    assert book_of(report(sold))["Accounts"].max_row == len(sold) + 1


def test_more_accounts_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "SHEET_ROWS", 20)
    with pytest.raises(Refused, match="A sheet holds 19 accounts; here are 37"):
        write_xlsx(distributor())
