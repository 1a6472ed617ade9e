"""What if, and what losing an account would cost: computed by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.portfolio.whatif_rules import Lines, Supposed, Unit, loss, picture, suppose

LINES = Lines(by_income=True, key=0.10, critical=0.20, mono=0.70, pareto=0.80)


def unit(account: str, income: str | None, turnover: str = "100.00") -> Unit:
    return Unit(account, account.title(), Decimal(turnover), None if income is None else Decimal(income))


BOOK = [unit("a", "50.00", "200.00"), unit("b", "30.00"), unit("c", "15.00"), unit("d", "5.00")]


def names(units: tuple[Unit, ...]) -> str:
    return "".join(each.account for each in units)


def test_a_picture_by_hand():
    told = picture(BOOK, LINES)
    assert (told.accounts, told.turnover, told.income) == (4, Decimal("500.00"), Decimal("100.00"))
    assert (told.largest.account, told.largest_share) == ("a", 0.5)
    assert (names(told.key), names(told.critical), names(told.mono)) == ("abc", "ab", "")
    assert told.for_pareto == 2  # 50 + 30 reach 80
    assert told.effective == pytest.approx(1 / (0.25 + 0.09 + 0.0225 + 0.0025))
    assert told.key_share == pytest.approx(0.95)


def test_who_is_lost_is_out_of_the_whole_too():
    told = picture(suppose(BOOK, Supposed(lost={"a"})), LINES)
    assert told.income == Decimal("50.00")
    assert names(told.critical) == "bc"  # 60 % and 30 % of what is left
    assert names(told.mono) == ""


def test_who_comes_counts_in_the_whole():
    came = unit("new", "100.00", "400.00")
    told = picture(suppose(BOOK, Supposed(gained=[came])), LINES)
    assert (told.largest.account, told.largest_share) == ("new", 0.5)
    assert names(told.key) == "newab"


def test_margin_moves_income_and_leaves_turnover():
    moved = suppose(BOOK, Supposed(margins={"a": -0.05}))
    assert moved[0] == unit("a", "40.00", "200.00")
    assert picture(moved, LINES).turnover == Decimal("500.00")
    assert suppose([unit("x", None)], Supposed(margins={"x": -0.05})) == [unit("x", None)]


@pytest.mark.parametrize(("income", "is_key"), [("10.00", ""), ("10.01", "a")])
def test_the_line_itself_is_not_above_it(income, is_key):
    rest = unit("rest", str(Decimal("100.00") - Decimal(income)))
    told = picture([unit("a", income), rest], LINES)
    assert "a" * ("a" in names(told.key)) == is_key


def test_nothing_is_a_picture_too():
    told = picture([], LINES)
    assert (told.largest, told.largest_share, told.effective, told.for_pareto, told.key_share) == (None,) * 5
    assert picture([unit("a", "-5.00")], LINES).key == ()


def test_what_losing_an_account_costs():
    told = loss(
        Decimal("50.00"),
        all_income=Decimal("100.00"),
        fixed_cost=Decimal("80.00"),
        won_a_year=Decimal("20.00"),
    )
    assert told.share == 0.5
    assert told.carried == Decimal("40.00")  # half of the fixed cost
    assert told.uncovered == Decimal("30.00")  # the others bring 50 of 80
    assert told.months == pytest.approx(30.0)


def test_what_cannot_be_told_stays_empty():
    told = loss(Decimal("50.00"), all_income=Decimal("100.00"), fixed_cost=None, won_a_year=Decimal("0.00"))
    assert (told.carried, told.uncovered, told.months) == (None, None, None)
    enough = loss(Decimal("1.00"), all_income=Decimal("100.00"), fixed_cost=Decimal("10.00"), won_a_year=None)
    assert enough.uncovered == Decimal(0)


amounts = st.integers(-10_000, 1_000_000).map(lambda cents: Decimal(cents).scaleb(-2))


@given(st.lists(amounts, max_size=30), st.integers(0, 29))
def test_losing_nobody_changes_nothing_and_losing_one_takes_just_that(incomes, at):
    units = [Unit(f"{number:02d}", "", abs(each), each) for number, each in enumerate(incomes)]
    assert picture(suppose(units, Supposed()), LINES) == picture(units, LINES)
    if at < len(units):
        then = picture(suppose(units, Supposed(lost={units[at].account})), LINES)
        assert then.accounts == len(units) - 1
        known = [each for each in units if each is not units[at]]
        assert then.turnover == sum((each.turnover for each in known), Decimal(0))
        assert set(then.mono) <= set(then.critical) <= set(then.key)
