"""Accounts as columns: the same accounts as their rows, one at a time or all at once."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import numpy as np
import pytest

from kamerton.analytics.account_table import AccountTable, Money, column
from kamerton.analytics.analyse import analyse
from kamerton.analytics.model import AccountFigures, Question
from tests.analytics.ledgers import ledger, sale

BOOKS = {
    "two years": [
        sale("b", "2023-03-01", "10.25", cost=4),
        sale("a", "2024-06-01", "-3.10", cost=-1, kind="return"),
        sale("a", "2024-05-01", "99.99", cost=50),
        sale("c", "2024-06-30", 1),
    ],
    "one year, no cost": [sale("a", "2024-06-01", 5), sale("b", "2024-06-02", 7)],
    "amounts past 64 bits": [sale("a", f"2024-01-{at:02}", 999_999_999_999) for at in range(1, 21)],
}


@pytest.fixture(params=BOOKS)
def accounts(request) -> AccountTable:
    return analyse(ledger(BOOKS[request.param]), Question()).accounts


def test_an_account_asked_for_alone_is_the_one_among_all(accounts):
    alone = [accounts[at] for at in range(len(accounts))]
    assert alone == list(accounts.rows)
    assert accounts[-1] == accounts.rows[-1]
    with pytest.raises(IndexError):
        accounts[len(accounts)]


def test_a_column_holds_what_the_rows_hold(accounts):
    for field in dataclasses.fields(AccountFigures):
        assert list(column(accounts, field.name)) == list(column(accounts.rows, field.name)), field.name


def test_it_equals_the_tuple_of_its_rows_and_slices_into_tuples(accounts):
    assert accounts == tuple(accounts)
    assert accounts[:1] == (accounts[0],)
    assert accounts != accounts.rows[:-1]


def test_a_field_without_a_column_is_refused(accounts):
    with pytest.raises(TypeError, match="by_year"):
        AccountTable({name: values for name, values in accounts.columns.items() if name != "by_year"})


def test_money_has_two_decimals_and_unknown_money_is_none():
    money = Money(cents=np.array([5, -5, 0, 123_450]), size=4)
    assert list(map(str, money.plain)) == ["0.05", "-0.05", "0.00", "1234.50"]
    assert money.taken(np.array([3, 1])).plain == [Decimal("1234.50"), Decimal("-0.05")]
    assert Money(cents=None, size=2).plain == [None, None]
