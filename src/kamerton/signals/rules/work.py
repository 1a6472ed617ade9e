"""Rules over who looks after an account, and over what was asked of us."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from kamerton.said import Said
from kamerton.signals.reading import AccountReading, Finding, PersonReading
from kamerton.signals.registry import Rule, Threshold, Values, register


def nobody(reading: AccountReading, _values: Values) -> Iterator[Finding]:
    """OTH-02."""
    if not reading.is_key:
        return
    if reading.care == "nobody":
        yield Finding(said=Said("Nobody of ours is responsible for this key account."), weight=3)
    elif reading.care == "away":
        said = Said("Who is responsible is away, and nobody stands in who is here.")
        yield Finding(said=said, weight=3)


def request_late(reading: AccountReading, values: Values) -> Iterator[Finding]:
    """RGT-04."""
    for each in reading.requests:
        days = (reading.day - each.on).days
        if days < values["days"]:
            continue
        said = (
            Said("A request was due on {day}; steps up the line: {steps}.", day=each.on, steps=each.steps)
            if each.steps
            else Said("A request was due on {day}.", day=each.on)
        )
        yield Finding(said=said, weight=3 if reading.is_key else 2, about=each.ref, secrecy=each.secrecy)


def service_rises(reading: AccountReading, values: Values) -> Iterator[Finding]:
    """PFA-05, the other half: what the account asks of our departments grows."""
    now, before = reading.requests_recent, reading.requests_before
    if now < values["requests"] or now < before * values["times"]:
        return
    said = Said(
        "{now} requests within 90 days; in the 90 days before it was {before}.", now=now, before=before
    )
    yield Finding(said=said, weight=2)


def handover_open(reading: AccountReading, values: Values) -> Iterator[Finding]:
    """SEL-20."""
    for each in reading.handovers:
        days = (reading.day - each.on).days
        if days < values["days"]:
            continue
        said = (
            Said(
                "Handed over on {day}, and not finished; introductions to make: {left}.",
                day=each.on, left=each.left,
            )
            if each.left
            else Said("Handed over on {day}, and not finished.", day=each.on)
        )  # fmt: skip
        yield Finding(said=said, weight=2, about=each.ref)


def overlap(reading: AccountReading, _values: Values) -> Iterator[Finding]:
    """TEAM-05: one client hears two sellers. Gone when all are of one owner, or one alone is open."""
    for each in reading.overlaps:
        said = Said(
            "{offers} open opportunities of different people of ours for {family}.",
            offers=each.offers, family=each.family,
        )  # fmt: skip
        yield Finding(said=said, weight=3 if reading.is_key else 2, about=each.ref)


def overload(reading: PersonReading, _values: Values) -> Iterator[Finding]:
    """SEL-21: it warns, and blocks nothing."""
    if reading.accounts > reading.limit:
        said = Said(
            "Responsible for {accounts} accounts; {limit} is the limit.",
            accounts=reading.accounts, limit=reading.limit,
        )  # fmt: skip
        yield Finding(said=said, weight=2)


register(
    Rule(
        key="nobody_responsible",
        name=_("Key account without anybody"),
        sentence=_("Nobody answers for a key account today: none is responsible, or who is, is away."),
        reads=_("Who looks after the account, and absences"),
        level="account",
        find=nobody,
        todo=_("Say who is responsible"),
        offer="assign",
        right="accounts.view",
    )
)
register(
    Rule(
        key="request_late",
        name=_("Overdue request"),
        sentence=_("A request about an account has not been answered in time."),
        reads=_("Requests to departments"),
        level="account",
        find=request_late,
        todo=_("See to it that the request is answered"),
        offer="record",
        right="work.view",
        thresholds=(Threshold("days", _("Late, at least"), "days", 1, 1, 3650),),
    )
)
register(
    Rule(
        key="service_rises",
        name=_("Rising demands"),
        sentence=_("An account asks much more of our departments than before."),
        reads=_("Requests to departments"),
        level="account",
        find=service_rises,
        todo=_("Find out why the account asks for so much"),
        right="work.view",
        thresholds=(
            Threshold("requests", _("Requests within 90 days, at least"), "count", 4, 1, 1000),
            Threshold("times", _("Times those of the 90 days before, at least"), "times", 2, 1, 100),
        ),
    )
)
register(
    Rule(
        key="handover_open",
        name=_("Unfinished hand-over"),
        sentence=_("An account was handed over, and the hand-over is not finished."),
        reads=_("Hand-overs"),
        level="account",
        find=handover_open,
        todo=_("Finish the hand-over"),
        offer="record",
        right="work.view",
        thresholds=(Threshold("days", _("Open, at least"), "days", 14, 0, 3650),),
    )
)
register(
    Rule(
        key="offers_overlap",
        name=_("Overlapping offers"),
        sentence=_("Different people of ours have something open for the same family at one account."),
        reads=_("Open opportunities and their owners"),
        level="account",
        find=overlap,
        todo=_("Agree who offers what"),
        offer="record",
    )
)
register(
    Rule(
        key="overload",
        name=_("Too many accounts for one person"),
        sentence=_("Somebody is responsible for more accounts than one person can care for."),
        reads=_("Who is responsible, and the limits"),
        level="person",
        find=overload,
        todo=_("Share out the accounts"),
        offer="limits",
        right="accounts.view",
    )
)
