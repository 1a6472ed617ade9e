"""The demo's export goes through the reader like a user's own file."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import duckdb

from kamerton.demo import company, export
from kamerton.ledger.read import read
from kamerton.ledger.read.model import Choices, Limits, Rate

TODAY = dt.date(2026, 7, 15)


def test_the_export_is_read_without_a_question_and_its_faults_are_found(tmp_path: Path) -> None:
    path, out = tmp_path / export.FILE_NAME, tmp_path / "lines.parquet"
    export.write_export(path, TODAY)
    rates = tuple(Rate(currency=code, date=date, rate=rate) for code, date, rate in company.rates(TODAY))
    choices = Choices(company_currency=company.COMPANY_CURRENCY, rates=rates)
    reading = read([path], choices=choices, limits=Limits(), out=out)

    table = company.lines(TODAY)
    counts = reading.counts
    assert (counts.read, counts.refused, counts.unassigned, counts.duplicates) == (
        table.num_rows + 3,
        8,
        3,
        2,
    )
    assert counts.used == counts.read - 8 - 3
    assert [refusal.column for refusal in reading.refused_head].count("Net amount") == 3
    assert [refusal.value for refusal in reading.refused_head if refusal.column == "Currency"] == ["XTS"]
    assert [len(group) for group in reading.merge_offers] == [2, 2]
    assert reading.lines_without_cost == 0
    assert reading.last_date == TODAY - dt.timedelta(days=1)
    found = duckdb.execute(
        "select kind, account, original_amount from read_parquet(?)", [str(out)]
    ).fetchall()
    assert {kind for kind, _, _ in found} == {"sale", "return", "cancellation"}
    assert {account for _, account, _ in found} - {None} == set(table["account"].to_pylist())
    assert abs(sum(amount for _, _, amount in found) - sum(table["amount"].to_pylist())) < Decimal(50_000)
