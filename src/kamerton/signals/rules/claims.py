"""Rules over claims (CLM-01): what an account complains about is acknowledged and settled in time, and does not grow."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from kamerton.said import Said
from kamerton.signals.reading import AccountReading, Complaint, Finding
from kamerton.signals.registry import Rule, Threshold, Values, register


def _finding(reading: AccountReading, each: Complaint, said: Said) -> Finding:
    """What is claimed is what is at stake, where it is known in our currency."""
    return Finding(
        said=said, severity=each.amount, weight=3 if reading.is_key else 2, about=each.ref,
        secrecy=each.secrecy,
    )  # fmt: skip


def not_acknowledged(reading: AccountReading, _values: Values) -> Iterator[Finding]:
    """CLM-01."""
    for each in reading.claims:
        if each.acknowledge_late:
            said = Said("A claim was to be acknowledged by {day}, and is not.", day=each.acknowledge_by)
            yield _finding(reading, each, said)


def not_settled(reading: AccountReading, _values: Values) -> Iterator[Finding]:
    """CLM-01."""
    for each in reading.claims:
        if each.settle_late:
            said = Said("A claim was to be settled by {day}, and is open.", day=each.settle_by)
            yield _finding(reading, each, said)


def rising(reading: AccountReading, values: Values) -> Iterator[Finding]:
    """Of key accounts only: of others one claim more is chance."""
    now, before = reading.claims_recent, reading.claims_before
    if not reading.is_key or now < values["claims"] or now < before * values["times"] or now <= before:
        return
    said = Said("{now} claims within 90 days; in the 90 days before it was {before}.", now=now, before=before)
    yield Finding(said=said, weight=3)


register(
    Rule(
        key="claim_not_acknowledged",
        name=_("Claim not acknowledged in time"),
        sentence=_("A customer complained and has not heard that we have it."),
        reads=_("Claims and the terms for them"),
        level="account",
        find=not_acknowledged,
        todo=_("Acknowledge the claim"),
        offer="record",
        right="work.view",
    )
)
register(
    Rule(
        key="claim_not_settled",
        name=_("Claim not settled in time"),
        sentence=_("A claim is open past the day by which it was to be settled."),
        reads=_("Claims and the terms for them"),
        level="account",
        find=not_settled,
        todo=_("Settle the claim"),
        offer="record",
        right="work.view",
    )
)
register(
    Rule(
        key="claims_rising",
        name=_("Claims of a key account rising"),
        sentence=_("A key account complains more than before."),
        reads=_("Claims of the last 180 days"),
        level="account",
        find=rising,
        todo=_("Find out why the account complains more"),
        right="work.view",
        thresholds=(
            Threshold("claims", _("Claims within 90 days, at least"), "count", 3, 1, 1000),
            Threshold("times", _("Times those of the 90 days before, at least"), "times", 2, 1, 100),
        ),
    )
)
