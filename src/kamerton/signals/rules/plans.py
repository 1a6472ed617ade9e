"""Rules over account business plans: late, one-sided, short-sighted, not looked at, missing."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from kamerton.said import Said
from kamerton.signals.reading import AccountReading, Finding
from kamerton.signals.registry import Rule, Threshold, Values, register


def plan_late(reading: AccountReading, values: Values) -> Iterator[Finding]:
    """ABP-04, ABP-12."""
    for each in reading.plans:
        if each.worst is None or (reading.day - each.worst).days < values["days"]:
            continue
        said = Said(
            "Activities of the plan that are late: {late}; the oldest was to be done by {day}.",
            late=each.late,
            day=each.worst,
        )
        yield Finding(said=said, weight=3 if reading.is_key else 2, about=each.ref)


def plan_one_sided(reading: AccountReading, _values: Values) -> Iterator[Finding]:
    """ABP-06: while it is being written and after; in the investigation nothing is expected yet."""
    for each in reading.plans:
        if each.one_sided:
            yield Finding(
                said=Said("The plan says what one of the two wants, and not what the other does."),
                weight=2,
                about=each.ref,
            )


def plan_short(reading: AccountReading, _values: Values) -> Iterator[Finding]:
    """POT-06."""
    for each in reading.plans:
        if each.short_term:
            yield Finding(
                said=Said("Every objective of the plan lies within twelve months."), weight=1, about=each.ref
            )


def plan_forgotten(reading: AccountReading, values: Values) -> Iterator[Finding]:
    """ABP-07: a plan that nobody looks at is dead."""
    for each in reading.plans:
        if each.phase == "investigation" or each.looked_at is None:
            continue
        days = (reading.day - each.looked_at).days
        if days < values["days"]:
            continue
        said = (
            Said("The last review of the plan was on {day}.", day=each.looked_at)
            if each.has_review
            else Said("The plan was begun on {day}, and was never reviewed.", day=each.looked_at)
        )
        yield Finding(said=said, weight=2, about=each.ref)


def plan_missing(reading: AccountReading, _values: Values) -> Iterator[Finding]:
    """Of a company that makes plans at all."""
    if reading.is_key and reading.lacks_plan:
        yield Finding(said=Said("This key account has no plan."), weight=2)


register(
    Rule(
        key="plan_late",
        name=_("Late plan"),
        sentence=_("An activity of an account’s plan should be done by now."),
        reads=_("Activities of plans and their tasks"),
        level="account",
        find=plan_late,
        todo=_("Get the plan on time again"),
        offer="record",
        thresholds=(Threshold("days", _("Late, at least"), "days", 1, 1, 3650),),
    )
)
register(
    Rule(
        key="plan_one_sided",
        name=_("One-sided plan"),
        sentence=_(
            "A plan has objectives of ours without interests of the customer, or the other way round."
        ),
        reads=_("Objectives and interests in plans"),
        level="account",
        find=plan_one_sided,
        todo=_("Write down what both want"),
        offer="record",
    )
)
register(
    Rule(
        key="plan_short",
        name=_("Short-sighted plan"),
        sentence=_("All objectives of a plan lie within twelve months."),
        reads=_("Objectives of plans"),
        level="account",
        find=plan_short,
        todo=_("Set an objective further ahead"),
        offer="record",
    )
)
register(
    Rule(
        key="plan_forgotten",
        name=_("Plan not looked at"),
        sentence=_("A plan was not reviewed with the management for long."),
        reads=_("Reviews of plans"),
        level="account",
        find=plan_forgotten,
        todo=_("Fix a review of the plan"),
        offer="record",
        thresholds=(Threshold("days", _("Without a review, at least"), "days", 120, 7, 3650),),
    )
)
register(
    Rule(
        key="plan_missing",
        name=_("Key account without a plan"),
        sentence=_("A key account has no plan, in a company that makes plans."),
        reads=_("Plans and key accounts"),
        level="account",
        find=plan_missing,
        todo=_("Begin a plan"),
        offer="plan",
    )
)
