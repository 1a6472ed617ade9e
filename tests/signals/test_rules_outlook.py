"""Rules over risk and health: values in, findings out, each at its boundary."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kamerton.signals.rules import outlook
from tests.signals.test_rules import found, reading, row


@pytest.mark.parametrize(("risk", "fires"), [(0.3999, False), (0.40, True), (None, False)])
def test_a_risk_begins_at_its_line(risk, fires):
    told = row(risk=risk, at_risk=Decimal(900))
    assert bool(found(outlook.at_risk, reading(told))) is fires


@pytest.mark.parametrize(("amount", "fires"), [("99.99", False), ("100", True)])
def test_little_at_risk_is_no_signal(amount, fires):
    """A thousandth of the company's 100,000 is 100."""
    told = row(risk=0.9, at_risk=Decimal(amount))
    assert bool(found(outlook.at_risk, reading(told))) is fires


def test_a_risk_is_told_in_money_and_lapsed_accounts_are_told_of_as_such():
    (one,) = found(outlook.at_risk, reading(row(risk=0.62, at_risk=Decimal(2400))))
    assert (one.severity, one.figures) == (Decimal(2400), ("churn_risk",))
    assert str(one.said) == (
        "62 % that within 12 months it buys less than half or nothing; at least 2,400 EUR of income a year are at risk."
    )
    assert not found(outlook.at_risk, reading(row(risk=0.62, at_risk=Decimal(2400), state="lapsed")))


@pytest.mark.parametrize(
    ("told", "key", "says"),
    [
        ({"health": 33, "health_standing": "poor", "health_change": -2}, True, "Health is poor: 33 of 100."),
        ({"health": 34, "health_standing": "middling", "health_change": -14}, True, ""),
        ({"health": 52, "health_standing": "middling", "health_change": -15}, True,
         "Health is 52 of 100, 15 points less than four weeks ago."),
        ({"health": 33, "health_standing": "poor", "health_change": None}, False, ""),
        ({"health": 33, "health_standing": "poor", "abc": "A"}, False, "Health is poor: 33 of 100."),
        ({"health": None}, True, ""),
    ],
)  # fmt: skip
def test_health_of_large_accounts(told, key, says):
    assert "".join(str(one.said) for one in found(outlook.ailing, reading(row(**told), is_key=key))) == says
