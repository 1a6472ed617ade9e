"""Rules over the figures of an account: who we depend on, who slips away, who eats the margin."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kamerton.said import Said
from kamerton.signals.reading import AccountReading, Figures, Finding
from kamerton.signals.registry import Rule, Threshold, Values, register
from kamerton.signals.rules.words import percent, whole

_FIGURES = _("The figures of the newest snapshot")


def weighs(reading: AccountReading, amount: Decimal, values: Values) -> bool:
    """Whether `amount` is a part of the company's 12 months that is worth a signal."""
    total = reading.whole.total
    return amount > 0 and (total <= 0 or amount >= total * Decimal(repr(values["weight"])))


def weight(default: float) -> Threshold:
    return Threshold("weight", _("Of the company's 12 months, at least"), "share", default, 0, 1)


def _share_of(reading: AccountReading) -> Said:
    return Said("of income") if reading.whole.basis == "income" else Said("of turnover")


# --- dependence ------------------------------------------------------------------------------------------


def critical(reading: AccountReading, _values: Values) -> Iterator[Finding]:
    """SEL-04. The line lies in the profile; which side of it an account stands on is told by the snapshot."""
    found = reading.figures
    if found is None or found.dependency != "critical" or found.share is None:
        return
    yield _dependent(reading, found, found.share, reading.whole.profile["share_critical"])


def mono(reading: AccountReading, _values: Values) -> Iterator[Finding]:
    """SEL-05."""
    found = reading.figures
    if found is None or found.dependency != "mono" or found.share is None:
        return
    yield _dependent(reading, found, found.share, reading.whole.profile["share_mono"])


def _dependent(reading: AccountReading, found: Figures, share: float, line: float) -> Finding:
    said = Said(
        "{share} % {basis} in 12 months, {amount} {currency}; the line is {line} %.",
        share=percent(share, line), basis=_share_of(reading), amount=whole(found.amount),
        currency=reading.whole.currency, line=percent(line),
    )  # fmt: skip
    return Finding(said=said, severity=found.amount, weight=3, figures=("share",))


def unprotected(reading: AccountReading, values: Values) -> Iterator[Finding]:
    """SEL-06: a plan without barriers is incomplete. The days are those that its first tasks are given."""
    plan, found = reading.unprotected, reading.figures
    if plan is None or (reading.day - plan.on).days < values["days"]:
        return
    said = Said("We depend on it since {day}, and nothing keeps competitors out yet.", day=plan.on)
    severity = found.amount if found is not None and found.amount > 0 else None
    yield Finding(said=said, severity=severity, weight=3, about=plan.ref)


register(
    Rule(
        key="plan_incomplete",
        name=_("Plan without barriers"),
        sentence=_("We depend on an account, and no barrier against competitors is being built there."),
        reads=_("Plans against losing accounts, and their barriers"),
        level="account",
        find=unprotected,
        todo=_("Write down what keeps competitors out, and begin to build it"),
        offer="record",
        thresholds=(Threshold("days", _("Days since we depend on it, at least"), "days", 21, 0, 3650),),
    )
)
register(
    Rule(
        key="mono_client",
        name=_("Mono client"),
        sentence=_("One account makes so much that without it the company stands still."),
        reads=_FIGURES,
        level="account",
        find=mono,
        todo=_("Plan how to depend less on this account"),
        thresholds=(Threshold("line", _("Share, above"), "share", profile="share_mono"),),
    )
)
register(
    Rule(
        key="critical_dependence",
        name=_("Critical dependence"),
        sentence=_("An account makes a dangerous part of what the company lives on."),
        reads=_FIGURES,
        level="account",
        find=critical,
        todo=_("Plan how to depend less on this account"),
        thresholds=(Threshold("line", _("Share, above"), "share", profile="share_critical"),),
    )
)


# --- who goes --------------------------------------------------------------------------------------------


def slipping(reading: AccountReading, values: Values) -> Iterator[Finding]:
    """Still buys, and less than before; whoever is silent already is told of as lapsed."""
    found = reading.figures
    if found is None or not found.is_slipping or found.state == "lapsed" or found.growth_rate is None:
        return
    fall = found.before - found.amount
    if -found.growth_rate < values["fall"] or not weighs(reading, fall, values):
        return
    told = {"fall": whole(fall), "currency": reading.whole.currency, "rate": percent(-found.growth_rate)}
    said = (
        Said("{fall} {currency} less income than in the 12 months before, {rate} % down.", **told)
        if reading.whole.basis == "income"
        else Said("{fall} {currency} less turnover than in the 12 months before, {rate} % down.", **told)
    )
    yield Finding(said=said, severity=fall, figures=("against_before",))


def lost(reading: AccountReading, values: Values) -> Iterator[Finding]:
    found = reading.figures
    if found is None or not found.is_lost or not weighs(reading, found.before, values):
        return
    told = {"amount": whole(found.before), "currency": reading.whole.currency, "basis": _share_of(reading)}
    if found.last_purchase is None:
        said = Said(
            "Nothing bought for 12 months; it was {amount} {currency} {basis} in those before.", **told
        )
    else:
        said = Said(
            "Nothing bought since {day}; it was {amount} {currency} {basis} in the 12 months before.",
            day=found.last_purchase, **told,
        )  # fmt: skip
    yield Finding(said=said, severity=found.before, figures=("against_before",))


def lapsed(reading: AccountReading, values: Values) -> Iterator[Finding]:
    found = reading.figures
    if found is None or found.state != "lapsed" or found.silent_days is None:
        return
    if not weighs(reading, found.amount, values):
        return
    told = {"days": found.silent_days, "amount": whole(found.amount), "currency": reading.whole.currency}
    if found.usual_gap_days is None:
        said = Said("Silent for {days} days; {amount} {currency} a year are at stake.", **told)
    else:
        said = Said(
            "Silent for {days} days, where {usual} are usual; {amount} {currency} a year are at stake.",
            usual=round(found.usual_gap_days), **told,
        )  # fmt: skip
    yield Finding(said=said, severity=found.amount, weight=3)


def neglected(reading: AccountReading, _values: Values) -> Iterator[Finding]:
    """SEL-19: small, growing fast, and for long nobody has sold it anything."""
    found = reading.figures
    if found is None or not found.is_neglected or found.turnover_growth is None or found.silent_days is None:
        return
    said = Said(
        "Grew by {rate} % in 12 months, and has been silent for {days} days.",
        rate=percent(found.turnover_growth), days=found.silent_days,
    )  # fmt: skip
    yield Finding(said=said, severity=max(found.amount, Decimal(0)), weight=1)


register(
    Rule(
        key="lapsed",
        name=_("Lapsed"),
        sentence=_("An account is silent for longer than its own rhythm explains."),
        reads=_FIGURES,
        level="account",
        find=lapsed,
        todo=_("Call and find out why there are no orders"),
        thresholds=(
            weight(0.001),
            Threshold("days", _("Silent, at least"), "days", profile="lapsed_min_days"),
        ),
    )
)
register(
    Rule(
        key="slipping",
        name=_("Slipping"),
        sentence=_("An account still buys, and clearly less than a year ago."),
        reads=_FIGURES,
        level="account",
        find=slipping,
        todo=_("Find out why the account buys less"),
        thresholds=(Threshold("fall", _("Fall, at least"), "share", 0.10, 0, 1), weight(0.001)),
    )
)
register(
    Rule(
        key="lost",
        name=_("Lost"),
        sentence=_("An account that bought in the 12 months before has bought nothing since."),
        reads=_FIGURES,
        level="account",
        find=lost,
        todo=_("Decide whether to win the account back, and how"),
        thresholds=(weight(0.001),),
    )
)
register(
    Rule(
        key="neglected",
        name=_("Neglected grower"),
        sentence=_("A small account grows fast, and nobody has sold it anything for long."),
        reads=_FIGURES,
        level="account",
        find=neglected,
        todo=_("Get in touch: this account grows"),
        thresholds=(
            Threshold("growth", _("Growth, at least"), "share", profile="neglected_growth"),
            Threshold("silence", _("Silence, times the usual gap"), "times", profile="neglected_silence"),
        ),
    )
)


# --- what eats the margin --------------------------------------------------------------------------------


def margin(reading: AccountReading, _values: Values) -> Iterator[Finding]:
    """PFA-05. At stake: what the old margin would have brought on the turnover of now, where it was higher."""
    found = reading.figures
    if found is None or not found.margin_falling or found.margin is None:
        return
    quarters = int(reading.whole.profile["alert_quarters"])
    before = _margin_before(found)
    if before is None or before <= found.margin or found.income is None:
        yield Finding(said=_falls_within(found.margin, before, quarters), weight=2, figures=("margin",))
        return
    gone = found.turnover * Decimal(repr(before)) - found.income
    said = Said(
        "The margin has fallen for {quarters} quarters: {now} % in 12 months, {before} % in those before.",
        quarters=quarters, now=percent(found.margin), before=percent(before, found.margin),
    )  # fmt: skip
    yield Finding(said=said, severity=gone.quantize(Decimal("0.01")), weight=3, figures=("margin",))


def _falls_within(now: float, before: float | None, quarters: int) -> Said:
    """Falling quarters are told (PFA-05) also where the 12 months stand above those before: the fall is young."""
    if before is None:
        return Said(
            "The margin has fallen for {quarters} quarters; it is {now} % over 12 months.",
            quarters=quarters, now=percent(now),
        )  # fmt: skip
    return Said(
        "The margin has fallen for {quarters} quarters; over 12 months it is {now} %, not below the {before} % before.",
        quarters=quarters, now=percent(now), before=percent(before),
    )  # fmt: skip


def _margin_before(found: Figures) -> float | None:
    if found.income_before is None or found.turnover_before <= 0:
        return None
    return float(found.income_before / found.turnover_before)


def returns(reading: AccountReading, values: Values) -> Iterator[Finding]:
    found, ours = reading.figures, reading.whole.returns_rate
    if found is None or found.returns_rate is None or ours is None or found.state == "lost":
        return
    if found.returns_rate < values["rate"] or found.returns_rate < ours * values["times"]:
        return
    over = found.turnover * Decimal(repr(found.returns_rate - ours))
    if not weighs(reading, over, values):
        return
    said = Said(
        "{rate} % of what it buys comes back; of all accounts it is {ours} %.",
        rate=percent(found.returns_rate), ours=percent(ours),
    )  # fmt: skip
    yield Finding(said=said, severity=over.quantize(Decimal("0.01")), figures=("returns_rate",))


def low_income(reading: AccountReading, values: Values) -> Iterator[Finding]:
    """SEL-07: bought by price cuts. At stake: what the company's own margin would bring on that turnover."""
    found, ours = reading.figures, reading.whole.margin
    if found is None or not found.low_income or found.income is None or found.share_turnover is None:
        return
    if found.share_turnover < values["share"]:
        return
    gone = found.turnover * Decimal(repr(ours or 0.0)) - found.income
    said = Said(
        "{turnover} % of turnover, and only {income} % of income.",
        turnover=percent(found.share_turnover), income=percent(found.share_income or 0.0),
    )  # fmt: skip
    yield Finding(
        said=said, severity=max(gone, Decimal(0)).quantize(Decimal("0.01")), figures=("share", "margin")
    )


register(
    Rule(
        key="margin_falling",
        name=_("Falling margin"),
        sentence=_("The margin of an account falls quarter after quarter."),
        reads=_FIGURES,
        level="account",
        find=margin,
        todo=_("Find out what eats the margin, and stop it"),
        thresholds=(Threshold("quarters", _("Falling quarters"), "count", profile="alert_quarters"),),
    )
)
register(
    Rule(
        key="low_income",
        name=_("Much turnover, little income"),
        sentence=_("An account is large by turnover and small by income: it was bought by price cuts."),
        reads=_FIGURES,
        level="account",
        find=low_income,
        todo=_("Look at the prices and conditions of this account"),
        thresholds=(
            Threshold("share", _("Share of turnover, at least"), "share", 0.01, 0, 1),
            Threshold("ratio", _("Income, part of the turnover share"), "share", profile="low_income_ratio"),
        ),
    )
)
register(
    Rule(
        key="returns_high",
        name=_("Many returns"),
        sentence=_("Much more comes back from an account than from the others."),
        reads=_FIGURES,
        level="account",
        find=returns,
        todo=_("Find out why so much comes back"),
        thresholds=(
            Threshold("rate", _("Returns, at least"), "share", 0.05, 0, 1),
            Threshold("times", _("Times those of all accounts, at least"), "times", 2, 1, 100),
            weight(0.0001),
        ),
    )
)
