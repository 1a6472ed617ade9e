"""Key, critical, mono, ABC, XYZ: tables of cases, boundaries first."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from kamerton.analytics import classes
from kamerton.analytics.analyse import analyse
from kamerton.analytics.model import AccountFigures, Question, Thresholds
from tests.analytics.ledgers import AS_OF, ledger, sale

DEFAULT = Thresholds()


def of_shares(*hundredths_of_a_percent: int) -> np.ndarray:
    """Amounts whose total is 10,000: each is a share in hundredths of a percent; the last takes the rest."""
    amounts = [*hundredths_of_a_percent, 10_000 - sum(hundredths_of_a_percent)]
    return np.array([amount * 10**6 for amount in amounts])


def accounts_of(lines, **question) -> dict[str, AccountFigures]:
    analysis = analyse(ledger(lines), Question(as_of=AS_OF, **question))
    return {each.account: each for each in analysis.accounts}


@pytest.mark.requirement("SEL-03")
@pytest.mark.parametrize(
    ("share", "threshold", "key"),
    [(1000, 0.10, False), (1001, 0.10, True), (999, 0.10, False), (1001, 0.15, False), (600, 0.05, True)],
)
def test_key_is_strictly_above_the_share_and_the_threshold_can_be_changed(share, threshold, key):
    flags = classes.key_by_share(of_shares(share), Thresholds(share_key=threshold))
    assert bool(flags[0]) is key


def test_a_share_of_exactly_a_tenth_is_not_above_it_however_large_the_numbers():
    whole = 3 * 10**18 + 10
    amounts = np.array([whole // 10, whole - whole // 10])
    assert classes.key_by_share(amounts, DEFAULT).tolist() == [False, True]
    amounts = np.array([whole // 10 + 1, whole - whole // 10 - 1])
    assert classes.key_by_share(amounts, DEFAULT).tolist() == [True, True]


@pytest.mark.requirement("SEL-02")
def test_key_by_a_yearly_amount_set_by_the_company():
    lines = [sale("client", "2024-05-01", 600_000), sale("giant", "2024-05-01", 20_000_000)]
    small = accounts_of(lines, thresholds=Thresholds(amount_key=Decimal(500_000)))["client"]
    large = accounts_of(lines, thresholds=Thresholds(amount_key=Decimal(5_000_000)))["client"]
    assert (small.key, small.reasons) == (True, ("amount_key",))
    assert (large.key, large.reasons) == (False, ())


def test_the_yearly_amount_counts_from_its_own_value_on():
    amounts = np.array([500_000 * 10**6, 500_000 * 10**6 - 1])
    assert classes.key_by_amount(amounts, Decimal(500_000)).tolist() == [True, False]


def test_critical_is_strictly_above_a_fifth():
    assert classes.dependencies(of_shares(2000, 2000, 2000, 2000), DEFAULT) == [None] * 5
    assert classes.dependencies(of_shares(2100, 1900, 2000, 2000), DEFAULT)[0] == "critical"
    found = accounts_of([sale("a", "2024-01-05", 40), sale("b", "2024-01-05", 21), *_many(39, of=3)])
    assert [name for name, each in found.items() if each.dependency == "critical"] == ["a", "b"]


@pytest.mark.requirement("SEL-05")
@pytest.mark.parametrize(("share", "label"), [(7000, "critical"), (7100, "mono"), (7001, "mono")])
def test_mono_is_strictly_above_seventy_percent_and_stands_above_critical(share, label):
    assert classes.dependencies(of_shares(share), DEFAULT)[0] == label


@pytest.mark.requirement("SEL-05")
def test_a_mono_client_is_among_the_critical_ones_too():
    found = analyse(
        ledger([sale("a", "2024-01-05", 71), *_many(29, of=3)]), Question(as_of=AS_OF)
    ).concentration_window
    assert (found.over_70pct, found.over_20pct) == (("a",), ("a",))


@pytest.mark.requirement("SEL-07")
def test_a_client_bought_by_price_cuts_is_not_key_on_income_and_is_warned_of():
    # 15 % of the turnover, 2 % of the income.
    lines = [
        sale("cheap", "2024-03-01", 150, cost=146),
        *(sale(f"good {n:02}", "2024-03-01", 85, cost=65.4) for n in range(10)),
    ]
    on_income = accounts_of(lines)["cheap"]
    on_turnover = accounts_of(lines, basis="turnover")["cheap"]
    assert on_income.window_share_turnover == pytest.approx(0.15)
    assert on_income.window_share_income == pytest.approx(0.02)
    assert (on_income.key, on_income.warnings) == (False, ("high_turnover_low_income",))
    assert (on_turnover.key, on_turnover.warnings) == (True, ("high_turnover_low_income",))


def test_negative_income_with_high_turnover_is_warned_of():
    lines = [sale("loss", "2024-03-01", 500, cost=600), sale("good", "2024-03-01", 500, cost=300)]
    assert accounts_of(lines)["loss"].warnings == ("high_turnover_low_income",)


@pytest.mark.requirement("SEL-15")
@pytest.mark.parametrize(
    ("share", "band"),
    [(0.50, "low"), (0.60, "normal"), (0.70, "normal"), (0.80, "normal"), (0.85, "high"), (None, None)],
)
def test_key_accounts_together_against_the_norm(share, band):
    assert classes.key_share_band(share, DEFAULT) == band


@pytest.mark.requirement("SEL-15")
@pytest.mark.parametrize(
    ("key_amounts", "band"), [([25, 25], "low"), ([35, 35], "normal"), ([45, 40], "high")]
)
def test_key_share_of_an_analysis(key_amounts, band):
    rest = 100 - sum(key_amounts)
    lines = [sale(f"key {n}", "2024-03-01", amount) for n, amount in enumerate(key_amounts)]
    analysis = analyse(ledger([*lines, *_many(rest, of=10)]), Question(as_of=AS_OF))
    assert analysis.key_share == pytest.approx(sum(key_amounts) / 100)
    assert classes.key_share_band(analysis.key_share, DEFAULT) == band


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([80, 15, 5], "A B C"),  # an interval that starts at 80 % is in B, one that starts at 95 % in C
        ([79, 16, 5], "A A C"),
        ([100], "A"),
        ([50, 50], "A A"),
        ([60, 30, 10, -20], "A A C C"),  # of the total 80 the intervals start at 0, 75, 112 and 125 %
        ([5, 15, 80], "C B A"),
        ([40, 40, 20], "A A B"),
    ],
)
def test_abc_by_where_the_interval_starts(amounts, expected):
    assert classes.abc(np.array(amounts), (0.80, 0.95)) == expected.split()


@pytest.mark.parametrize("amounts", [[0, 0], [-5, 3]])
def test_no_abc_without_a_positive_total(amounts):
    assert classes.abc(np.array(amounts), (0.80, 0.95)) == [None, None]


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ([100] * 12, "X"),
        ([110, 90] * 6, "X"),  # sigma 10, mu 100: 10 % is still X
        ([111, 89] * 6, "Y"),
        ([125, 75] * 6, "Y"),  # 25 % is still Y
        ([126, 74] * 6, "Z"),
        ([1200] + [0] * 11, "Z"),
        ([0] * 12, None),
        ([-1] * 12, None),
    ],
)
def test_xyz_by_the_variation_of_twelve_months(months, expected):
    assert classes.xyz(np.array([months]) * 10**6, (0.10, 0.25)) == [expected]


def _many(total: int, *, of: int) -> list[dict]:
    """A rest that nobody dominates: so many accounts with equal parts."""
    return [sale(f"small {n:02}", "2024-03-01", f"{total / of:.6f}") for n in range(of)]
