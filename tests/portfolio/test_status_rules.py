"""Who would be key by other rules: the lines to the last digit, levels, who comes and who goes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.analytics.model import Thresholds
from kamerton.portfolio.status_rules import Base, Rules, Weight, key_by_figures, key_in, preview

INCOME = Rules(basis="income", thresholds=Thresholds())
TURNOVER = replace(INCOME, basis="turnover")


def base(*amounts: int, level: str = "company", of: str = "") -> Base:
    """Accounts A, B, C ... with that income (hundredths), and the double of it as turnover."""
    return Base(
        level, of, [Weight(chr(65 + at), f"Name {at}", 2 * each, each) for at, each in enumerate(amounts)]
    )


def keys(found) -> list[str]:
    return [each.account for each in found]


@pytest.mark.parametrize(("part", "is_key"), [(1000, False), (1001, True)])
def test_a_share_of_exactly_ten_percent_is_not_above_it(part, is_key):
    assert keys(key_in(base(part, *[999] * 9, 10_000 - part - 9 * 999), INCOME)) == (["A"] if is_key else [])


@pytest.mark.parametrize(("amount", "found"), [("5000000", []), ("500000", ["A", "B"])])
def test_the_absolute_amount_is_reached_or_not(amount, found):
    """An amount a year: a client is key under 500,000 and not under 5,000,000 (SEL-02)."""
    rules = replace(INCOME, thresholds=Thresholds(share_key=1.0, amount_key=Decimal(amount)))
    assert keys(key_in(base(60_000_000, 50_000_000, 49_999_999), rules)) == found


def test_income_falls_back_to_turnover_where_no_cost_is_known():
    told = Base("company", "", [Weight("A", "A", 900, None), Weight("B", "B", 100, None)])
    assert keys(key_in(told, INCOME)) == ["A"]
    assert preview([told], INCOME, INCOME).basis == "turnover"


def test_only_levels_that_count_are_looked_at():
    """Five percent of the company and forty of one manager (SEL-13)."""
    company = base(500, *[950] * 10)
    manager = base(500, 50, *[70] * 10, level="manager", of="Adler")
    assert key_by_figures([company, manager], INCOME) == {}
    both = replace(INCOME, levels=("company", "manager"))
    found = key_by_figures([company, manager], both)
    assert {account: [(each.level, each.of) for each in where] for account, where in found.items()} == {
        "A": [("manager", "Adler")]
    }
    assert found["A"][0].share == pytest.approx(0.4)


def test_where_contribution_does_not_count_nobody_is_key_by_figures():
    assert key_by_figures([base(9000, 1000)], replace(INCOME, counts_contribution=False)) == {}


def test_the_preview_names_who_comes_and_who_goes():
    told = base(600, 250, 90, 60)
    shown = preview([told], INCOME, replace(INCOME, thresholds=Thresholds(share_key=0.05)))
    assert (shown.before, shown.after) == (2, 4)
    assert [each.name for each in shown.come] == ["Name 2", "Name 3"]
    assert shown.go == ()
    assert (shown.share_before, shown.share_after) == (pytest.approx(0.85), pytest.approx(1.0))
    back = preview([told], replace(INCOME, thresholds=Thresholds(share_key=0.05)), INCOME)
    assert [(each.name, each.share) for each in back.go] == [("Name 2", 0.09), ("Name 3", 0.06)]


def test_a_book_without_accounts_has_nobody():
    shown = preview([], INCOME, TURNOVER)
    assert (shown.before, shown.after, shown.come, shown.go, shown.share_after) == (0, 0, (), (), None)


@given(st.lists(st.integers(-(10**9), 10**12), max_size=30), st.floats(0.01, 0.99))
def test_counts_and_moves_agree(amounts, share):
    told = Base("company", "", [Weight(str(at), "", each, each) for at, each in enumerate(amounts)])
    new = replace(INCOME, thresholds=Thresholds(share_key=share))
    shown = preview([told], INCOME, new)
    assert shown.after - shown.before == len(shown.come) - len(shown.go)
    assert not {each.account for each in shown.come} & {each.account for each in shown.go}
