"""Rules over the company as a whole: for those who see its figures."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kamerton.said import Said
from kamerton.signals.reading import Finding, Whole
from kamerton.signals.registry import Rule, Threshold, Values, register
from kamerton.signals.rules.words import percent

_FIGURES = _("The figures of the company in the newest snapshot")


def concentration(reading: Whole, values: Values) -> Iterator[Finding]:
    """Fewer accounts carry the company than a year ago."""
    now, before = reading.hhi, reading.hhi_before
    if not now or not before:
        return
    if Decimal(repr(now)) < Decimal(repr(before)) * (1 + Decimal(repr(values["rise"]))):
        return
    said = Said(
        "The company lives on as much as {now} equal accounts; a year ago it was {before}.",
        now=_effective(now), before=_effective(before),
    )  # fmt: skip
    yield Finding(said=said, weight=3, figures=("hhi",))


def _effective(hhi: float) -> Decimal:
    return Decimal(repr(1 / hhi)).quantize(Decimal("0.1"))


def key_share(reading: Whole, _values: Values) -> Iterator[Finding]:
    """SEL-15: 60 to 80 % by default; at the bounds all is well."""
    share = reading.key_share
    if share is None:
        return
    low, high = reading.profile["key_share_norm"]
    if low <= share <= high:
        return
    told = {"share": percent(share, low if share < low else high), "low": percent(low), "high": percent(high)}
    said = (
        Said("Key accounts bring {share} % together, less than the {low} to {high} % that are sound.", **told)
        if share < low
        else Said(
            "Key accounts bring {share} % together, more than the {low} to {high} % that are sound.", **told
        )
    )
    yield Finding(said=said, weight=2, figures=("key_share",))


def innovators(reading: Whole, _values: Values) -> Iterator[Finding]:
    """SEL-12."""
    if not reading.too_many_innovators:
        return
    said = Said(
        "{innovators} of {accounts} accounts count as innovators; more than {part} % is too many to be true.",
        innovators=reading.innovators, accounts=reading.accounts, part=percent(reading.profile["innovator"]),
    )  # fmt: skip
    yield Finding(said=said, weight=1)


register(
    Rule(
        key="concentration_rises",
        name=_("Rising concentration"),
        sentence=_("The company depends on fewer accounts than a year ago."),
        reads=_FIGURES,
        level="company",
        find=concentration,
        todo=_("Decide how the company spreads its risk"),
        offer="portfolio",
        right="portfolio.view_all",
        thresholds=(Threshold("rise", _("Rise in a year, at least"), "share", 0.10, 0, 10),),
    )
)
register(
    Rule(
        key="key_share_norm",
        name=_("Share of key accounts"),
        sentence=_("Key accounts together bring less, or more, than is sound."),
        reads=_FIGURES,
        level="company",
        find=key_share,
        todo=_("Look at who is key, and why"),
        offer="portfolio",
        right="portfolio.view_all",
        thresholds=(
            Threshold("low", _("At least"), "share", profile="key_share_low"),
            Threshold("high", _("At most"), "share", profile="key_share_high"),
        ),
    )
)
register(
    Rule(
        key="too_many_innovators",
        name=_("Too many innovators"),
        sentence=_("More accounts count as innovators than there can be."),
        reads=_("Who buys new products first"),
        level="company",
        find=innovators,
        todo=_("Look at who is called an innovator"),
        offer="portfolio",
        right="portfolio.view_all",
        thresholds=(Threshold("part", _("Part of the accounts, at most"), "share", profile="innovator"),),
    )
)
