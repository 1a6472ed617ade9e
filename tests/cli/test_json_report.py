"""The JSON contract: the schema, the order of keys, exact money, no NaN."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal

import jsonschema
import pytest

from kamerton.analytics.analyse import analyse
from kamerton.analytics.model import Question
from kamerton.cli.reports.json_report import SCHEMA, amount, ratio, schema, write_json
from kamerton.cli.reports.model import Report
from kamerton.ledger.read.model import RefusedRow
from tests.analytics.ledgers import ledger, sale
from tests.cli.factories import Sold, distributor, report

CONTRACT = [
    "schema", "as_of", "currency", "basis", "basis_note", "window", "rows", "totals", "concentration",
    "years", "sellers", "accounts", "refused",
]  # fmt: skip
ACCOUNT = [
    "account", "name", "group", "rank", "turnover", "cost", "income", "share_turnover", "share_income",
    "window_turnover", "window_income", "window_share_turnover", "window_share_income", "abc", "xyz", "key",
    "reasons", "dependency", "by_year", "growth", "returned", "gross", "returns_rate", "first_date",
    "last_date", "state", "lifetime_value", "lifetime_method", "p_alive",
]  # fmt: skip

HOSTILE = [
    '=cmd|"/c calc"!A0',
    "</script><script>alert(1)</script>",
    '"\\\n\t\x00\x1b',
    "שלום \u202e",
    "😀",
    "a\u2028b",
    "\ud800",
]


def read(written: Report) -> dict:
    """Exactly as written: money as Decimal."""
    return json.loads(write_json(written), parse_float=Decimal)


def cases() -> list[Report]:
    return [
        distributor(),
        report([Sold(name="One", now="10")]),
        report([Sold(name="Nothing")]),
        report([Sold(name="Below", now="-10"), Sold(name="Above", now="5")]),
        report([Sold(name="No cost", now="10", margin=None)], currency=""),
        report([Sold(name=name, now="10") for name in HOSTILE]),
    ]


@pytest.mark.parametrize("case", cases())
def test_every_document_is_valid_by_the_schema_in_the_package(case: Report) -> None:
    validator = jsonschema.Draft202012Validator(schema(), format_checker=jsonschema.FormatChecker())
    validator.validate(json.loads(write_json(case)))


def test_the_schema_is_a_schema_and_names_its_version() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["properties"]["schema"]["const"] == SCHEMA == "kamerton.analysis/1"


def test_keys_stand_in_the_order_of_the_contract_and_more_only_after_them() -> None:
    document = read(distributor())
    assert list(document)[: len(CONTRACT)] == CONTRACT
    assert list(document["accounts"][0])[: len(ACCOUNT)] == ACCOUNT
    assert list(document["rows"])[:7] == [
        "read", "used", "refused", "unassigned", "duplicates", "used_turnover", "unassigned_turnover",
    ]  # fmt: skip


def test_figures_come_back_as_they_went_in() -> None:
    made = distributor()
    document = read(made)
    for account, written in zip(made.analysis.accounts, document["accounts"], strict=True):
        for money in ("turnover", "cost", "income", "window_turnover", "window_income", "gross", "returned"):
            assert written[money] == getattr(account, money)
        assert written["name"] == account.name
        assert written["first_date"] == account.first_date.isoformat()
        assert {int(year): pair["turnover"] for year, pair in written["by_year"].items()} == {
            year: pair.turnover for year, pair in account.by_year.items()
        }
        if account.share_turnover is not None:
            assert float(written["share_turnover"]) == pytest.approx(account.share_turnover, rel=1e-11)
    assert [row["rank"] for row in document["accounts"]] == list(range(1, len(document["accounts"]) + 1))
    assert document["totals"]["turnover"] == made.analysis.totals.turnover


def test_hostile_names_survive_as_they_are() -> None:
    document = json.loads(write_json(report([Sold(name=name, now="10") for name in HOSTILE])))
    assert {account["name"] for account in document["accounts"]} == set(HOSTILE)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1234.5", "1234.50"), ("1E+3", "1000.00"), ("-0.001", "0.00"), ("-0.00", "0.00"), ("0", "0.00"),
        ("-12.34", "-12.34"), ("1E+30", "1" + "0" * 30 + ".00"), ("9007199254740993.01", "9007199254740993.01"),
        ("0.005", "0.00"), ("0.015", "0.02"),
    ],
)  # fmt: skip
def test_money_has_two_decimals_and_no_float_noise(value: str, written: str) -> None:
    assert amount(Decimal(value)) == written


def test_what_is_no_number_is_null() -> None:
    assert [amount(None), amount(Decimal("NaN")), ratio(None), ratio(float("nan")), ratio(float("inf"))] == [
        "null"
    ] * 5
    assert ratio(-0.0) == "0"


def test_a_long_refused_value_is_cut() -> None:
    row = RefusedRow(file="a.csv", line=3, column="Net", value="x" * 5000, reason="is not a number")
    document = read(report([Sold(name="One", now="10")], refused=[row]))
    assert document["refused"][0]["value"] == "x" * 200
    assert document["rows"]["refused"] == 1


def test_the_same_analysis_is_written_the_same() -> None:
    assert write_json(distributor()) == write_json(distributor())


def test_one_account_is_one_line() -> None:
    made = distributor()
    lines = write_json(made).decode().splitlines()
    assert sum(line.lstrip().startswith('{"account": ') for line in lines) == len(made.analysis.accounts)


def test_a_document_without_income_says_null() -> None:
    made = report([Sold(name="No cost", now="10", margin=None)])
    document = read(made)
    assert (document["totals"]["income"], document["concentration_income"]) == (None, None)
    assert document["accounts"][0]["window_share_income"] is None


def test_refused_rows_are_counted_even_where_they_are_not_listed() -> None:
    made = distributor()
    unlisted = dataclasses.replace(made, refused=())
    assert read(unlisted)["rows"]["refused"] == 3
    assert read(unlisted)["rows"]["refused_listed"] == 0


def test_accounts_kept_as_columns_are_written_as_their_rows_are() -> None:
    lines = [
        sale("a", "2023-03-01", "10.25", cost=4),
        sale("a", "2024-05-01", "0.05", cost="0.10"),
        sale("b", "2024-06-01", "-3.10", cost=-1, kind="return"),
        sale("c", "2022-06-01", 999_999_999_999),
        *(sale("c", f"2024-06-{day:02}", 999_999_999_999) for day in range(1, 21)),
    ]
    for worked_on in (lines, [line | {"cost": None} for line in lines], lines[1:3]):
        analysis = analyse(ledger(worked_on), Question(currency="EUR"))
        whole = dataclasses.replace(distributor(), analysis=analysis)
        by_rows = dataclasses.replace(
            whole, analysis=dataclasses.replace(analysis, accounts=tuple(analysis.accounts))
        )
        assert write_json(whole) == write_json(by_rows)
