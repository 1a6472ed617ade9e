"""Rules over who is key by decision, and over what else an account could buy."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kamerton.portfolio.status_rules import rests_only_on
from kamerton.said import Said
from kamerton.signals.reading import AccountReading, Finding, Whole
from kamerton.signals.registry import Rule, Threshold, Values, register
from kamerton.signals.rules.figures import weighs, weight
from kamerton.signals.rules.words import percent, whole

_STATUS = _("Who is key by decision, and the figures")


# --- key by decision ---------------------------------------------------------------------------------------


def undecided(reading: AccountReading, _values: Values) -> Iterator[Finding]:
    """By the figures key, where the company decides such things and has not decided this."""
    found = reading.figures
    if found is None or not found.is_key or reading.key_reasons is not None or not reading.whole.decides:
        return
    said = (
        Said("Key by its figures; nobody has decided it.")
        if found.share is None
        else Said(
            "Key by its figures, {share} % of the company; nobody has decided it.", share=percent(found.share)
        )
    )
    yield Finding(said=said, weight=2, figures=("share",))


def without_contribution(reading: AccountReading, _values: Values) -> Iterator[Finding]:
    """Its contribution is a reason of the status, and the figures show it no more."""
    found = reading.figures
    if reading.key_reasons is None or "contribution" not in reading.key_reasons:
        return
    if found is not None and found.is_key:
        return
    said = Said(
        "Key for its contribution, which the figures show no more: {share} %.",
        share=percent((found.share if found else None) or 0.0),
    )
    yield Finding(said=said, weight=2, figures=("share",) if found else ())


def shallow(reading: AccountReading, _values: Values) -> Iterator[Finding]:
    """SEL-17, C5."""
    rests = rests_only_on(reading.key_reasons or ())
    if rests:
        yield Finding(said=_RESTS_ON[rests], weight=1)


_RESTS_ON = {
    "income": Said("Key for its income alone; that says nothing of tomorrow."),
    "fame": Said("Key for its fame alone."),
    "income_and_fame": Said("Key for its income and its fame alone; that says nothing of tomorrow."),
}


def review_due(reading: Whole, _values: Values) -> Iterator[Finding]:
    """SEL-19."""
    if reading.review_due is not None and reading.day is not None and reading.review_due < reading.day:
        yield Finding(
            said=Said("The whole base was to be looked at by {day}.", day=reading.review_due), weight=3
        )


register(
    Rule(
        key="key_undecided",
        name=_("Key and not decided"),
        sentence=_("The figures say that an account is key, and nobody has decided it."),
        reads=_STATUS,
        level="account",
        find=undecided,
        todo=_("Propose it as a key account, or say why not"),
        offer="status",
    )
)
register(
    Rule(
        key="key_without_contribution",
        name=_("Key without its contribution"),
        sentence=_("An account is key for its contribution, and the figures show it no more."),
        reads=_STATUS,
        level="account",
        find=without_contribution,
        todo=_("Look again at why the account is key"),
        offer="status",
    )
)
register(
    Rule(
        key="key_shallow",
        name=_("Key for today alone"),
        sentence=_("The status of an account rests on its income or its fame, and on nothing else."),
        reads=_STATUS,
        level="account",
        find=shallow,
        todo=_("Look for other reasons why the account is key"),
        offer="status",
    )
)
register(
    Rule(
        key="review_overdue",
        name=_("Review of the base overdue"),
        sentence=_("The whole base was to be looked at again, and nobody has."),
        reads=_("The key account profile and the last review"),
        level="company",
        find=review_due,
        todo=_("Look at the whole base"),
        offer="review",
        right="portfolio.view_all",
    )
)


# --- what else it could buy ---------------------------------------------------------------------------------


def wallet_gap(reading: AccountReading, values: Values) -> Iterator[Finding]:
    """POT-05: what it needs and does not buy from us, less what somebody means to fill already.

    Of that, the part that we can satisfy; on a basis of income, what the company's own margin would leave of it.
    """
    left = reading.gap - reading.in_opportunities
    if left <= 0:
        return
    margin = reading.whole.margin if reading.whole.basis == "income" else 1.0
    to_win = (left * Decimal(repr(reading.satisfiable * (margin or 0.0)))).quantize(Decimal("0.01"))
    if not weighs(reading, to_win, values):
        return
    told = {"gap": whole(reading.gap), "currency": reading.whole.currency}
    said = (
        Said(
            "It needs {gap} {currency} a year that it does not buy from us; opportunities: {open} {currency}.",
            open=whole(reading.in_opportunities), **told,
        )
        if reading.in_opportunities > 0
        else Said("It needs {gap} {currency} a year that it does not buy from us, and no opportunity is open.", **told)
    )  # fmt: skip
    yield Finding(said=said, severity=to_win, weight=1)


def opportunity_late(reading: AccountReading, values: Values) -> Iterator[Finding]:
    for each in reading.opportunities:
        if (reading.day - each.on).days >= values["days"]:
            said = Said("An opportunity was expected on {day}, and is still open.", day=each.on)
            yield Finding(said=said, weight=1, about=each.ref)


register(
    Rule(
        key="wallet_gap",
        name=_("Bought elsewhere"),
        sentence=_("An account needs much that it does not buy from us, and nobody has taken it up."),
        reads=_("Estimated needs, and open opportunities"),
        level="account",
        find=wallet_gap,
        todo=_("Take up what the account buys elsewhere"),
        offer="potential",
        thresholds=(weight(0.005),),
    )
)
register(
    Rule(
        key="opportunity_late",
        name=_("Late opportunity"),
        sentence=_("An opportunity was expected by now, and is neither won nor lost."),
        reads=_("Open opportunities"),
        level="account",
        find=opportunity_late,
        todo=_("Decide what becomes of the opportunity"),
        offer="record",
        thresholds=(Threshold("days", _("Late, at least"), "days", 1, 0, 3650),),
    )
)
