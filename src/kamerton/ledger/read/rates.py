"""Dated exchange rates as a table with one row for each currency and day."""

from __future__ import annotations

import duckdb

from kamerton.ledger.read.convert import RATES
from kamerton.ledger.read.model import Choices, Limits


def load_rates(choices: Choices, limits: Limits, con: duckdb.DuckDBPyConnection) -> None:
    """Each rate holds until the day before the next one; the last one to the end of the readable years."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE kamerton_dated (currency VARCHAR, since DATE, rate DECIMAL(18, 8))"
    )
    if choices.rates:
        con.executemany(
            "INSERT INTO kamerton_dated VALUES (?, ?, ?)",
            [(rate.currency.upper(), rate.date, rate.rate) for rate in choices.rates],
        )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {RATES} AS
        SELECT currency AS rate_currency, rate, CAST(unnest(generate_series(since, until, INTERVAL 1 DAY)) AS DATE) AS rate_date
        FROM (
            SELECT currency, rate, since, coalesce(
                lead(since) OVER (PARTITION BY currency ORDER BY since) - 1, DATE '{limits.last_year}-12-31') AS until
            FROM (SELECT currency, since, max(rate) AS rate FROM kamerton_dated GROUP BY ALL)
        )"""  # noqa: S608
    )
