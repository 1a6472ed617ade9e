"""Rules over what may come: who is likely to leave, whose health is poor or falls (FBK-04)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kamerton.said import Said
from kamerton.signals.reading import AccountReading, Finding
from kamerton.signals.registry import Rule, Threshold, Values, register
from kamerton.signals.rules.words import percent, whole

_FIGURES = _("The figures of the newest snapshot")


def at_risk(reading: AccountReading, values: Values) -> Iterator[Finding]:
    """Before it happens: whoever is silent already is told of as lapsed."""
    found = reading.figures
    if found is None or found.risk is None or found.at_risk is None or found.state == "lapsed":
        return
    if found.risk < values["risk"] or found.at_risk <= 0:
        return
    if found.at_risk < reading.whole.total * Decimal(repr(values["weight"])):
        return
    basis = Said("of income") if reading.whole.basis == "income" else Said("of turnover")
    said = Said(
        "{risk} % that within 12 months it buys less than half or nothing; at least {amount} {currency} {basis} a year "
        "are at risk.",
        risk=percent(found.risk), amount=whole(found.at_risk), currency=reading.whole.currency, basis=basis,
    )  # fmt: skip
    yield Finding(said=said, severity=found.at_risk, figures=("churn_risk",))


def ailing(reading: AccountReading, values: Values) -> Iterator[Finding]:
    """Of key accounts and those of class A: poor, or clearly worse than four weeks ago."""
    found = reading.figures
    if found is None or found.health is None or not (reading.is_key or found.abc == "A"):
        return
    fell = -(found.health_change or 0)
    if fell >= values["fall"]:
        said = Said(
            "Health is {now} of 100, {fell} points less than four weeks ago.", now=found.health, fell=fell
        )
    elif found.health_standing == "poor":
        said = Said("Health is poor: {now} of 100.", now=found.health)
    else:
        return
    # Not the whole account: of that, so much is told to be at risk, or nothing that could be told in money.
    yield Finding(said=said, severity=found.at_risk, weight=3 if reading.is_key else 2, figures=("health",))


register(
    Rule(
        key="at_risk",
        name=_("At risk"),
        sentence=_("An account is likely to leave, or to buy less than half."),
        reads=_FIGURES,
        level="account",
        find=at_risk,
        todo=_("Ask how satisfied they are, and what keeps them"),
        thresholds=(
            Threshold("risk", _("Risk, at least"), "share", 0.40, 0, 1),
            Threshold("weight", _("Part of the company's 12 months, at least"), "share", 0.001, 0, 1),
        ),
    )
)
register(
    Rule(
        key="ailing",
        name=_("Health of a large account"),
        sentence=_("The health of a key account or one of class A is poor, or has fallen within four weeks."),
        reads=_FIGURES,
        level="account",
        find=ailing,
        todo=_("Look at the parts of its health and agree what to do"),
        thresholds=(
            Threshold("fall", _("Fall in four weeks, points at least"), "count", 15, 1, 100),
            Threshold("poor", _("Poor to"), "count", profile="health_poor"),
        ),
    )
)
