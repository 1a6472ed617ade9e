"""What the comparison of the command line with the web finds, and what it must not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from benchmarks.through_web import Said, apart, plain


def said(**account: object) -> Said:
    usual = {"is_key": True, "abc": "A", "turnover": plain(Decimal("10.00")), "by_year": {"2025": "10"}}
    company = {"totals": {"turnover": "10"}, "years": [{"year": "2025", "active": "1"}]}
    return Said(accounts={"1": usual | account}, company=company)


def differences(command: Said, web: Said) -> list[str]:
    return [where for where, ours, theirs in apart(command, web) if ours != theirs]


def test_both_write_the_same_in_their_own_way():
    assert plain("12.50") == plain(Decimal("12.50")) == plain(12.5) == "12.5"
    assert plain("-0.00") == plain(0) == "0"
    assert plain("") is plain(None) is None
    assert plain(dt.date(2025, 1, 2)) == "2025-01-02"
    assert plain("10") == "10"  # an id stays as it is
    assert plain(True) is True
    assert plain({2025: (0.1 + 0.2, "x")}) == {"2025": ["0.3", "x"]}


def test_what_is_the_same_is_no_difference():
    assert differences(said(), said()) == []


def test_a_key_account_a_class_and_a_figure_that_differ_are_found():
    assert differences(said(), said(is_key=False)) == ["account 1 is_key"]
    assert differences(said(), said(abc="B", by_year={})) == ["account 1 abc", "account 1 by_year"]


def test_an_account_that_only_one_of_them_knows_is_found():
    nobody = Said(accounts={}, company=said().company)
    assert "accounts" in differences(said(), nobody)
    assert "accounts" in differences(nobody, said())


def test_a_figure_of_the_company_that_the_web_lacks_is_found():
    web = Said(accounts=said().accounts, company={"totals": {}, "years": []})
    assert differences(said(), web) == [
        "company totals turnover", "company years count", "company years 1 year", "company years 1 active",
    ]  # fmt: skip
