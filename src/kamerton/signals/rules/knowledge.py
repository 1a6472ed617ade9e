"""Rules over what is known of an account and of its people: of key accounts, and some of accounts of class A."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from kamerton.access.secrecy import Secrecy
from kamerton.said import Said
from kamerton.signals.reading import AccountReading, Finding, Matter, Person, Statement
from kamerton.signals.registry import Rule, Threshold, Values, register

_DECIDING = frozenset({"decider", "approver"})
_TOP = frozenset({"owner", "top"})
_PEOPLE = _("The people of the account, and who of ours knows them")


def is_key_person(person: Person) -> bool:
    """Who decides or approves, or stands at the top."""
    return person.is_found and (bool(_DECIDING & set(person.roles)) or person.level in _TOP)


def gaps(reading: AccountReading, values: Values) -> Iterator[Finding]:
    """DOS-01. What is missing is an absence: no fact is told of."""
    if not reading.is_key or reading.missing_topics < values["topics"]:
        return
    said = Said(
        "Not known, of the {topics} things to know of a key account: {missing}.",
        topics=reading.topics, missing=reading.missing_topics,
    )  # fmt: skip
    yield Finding(said=said, weight=1)


def stale(reading: AccountReading, values: Values) -> Iterator[Finding]:
    """DOS-06. Secret facts are counted apart: their number is told only to who may read them."""
    if not reading.is_key:
        return
    open_ones = [each for each in reading.facts if each.secrecy < Secrecy.SECRET]
    secret = [each for each in reading.facts if each.secrecy >= Secrecy.SECRET]
    yield from _stale(open_ones, values, about="", secrecy=Secrecy.INTERNAL)
    yield from _stale(secret, values, about="secret", secrecy=Secrecy.SECRET)


def _stale(facts: Sequence[Statement], values: Values, *, about: str, secrecy: int) -> Iterator[Finding]:
    old = sum(1 for each in facts if each.stale)
    if not old or old < values["facts"]:
        return
    told = {"old": old, "facts": len(facts)}
    said = (
        Said("{old} of {facts} facts are too old to rely on.", **told)
        if not about
        else Said("{old} of {facts} secret facts are too old to rely on.", **told)
    )
    yield Finding(said=said, weight=1, about=about, secrecy=secrecy)


def analysis_overdue(reading: AccountReading, values: Values) -> Iterator[Finding]:
    """FBK-03: the loyalty of a key account is looked at in depth, again and again."""
    if not reading.is_key:
        return
    if reading.analysed_on is None:
        yield Finding(said=Said("Its loyalty was never analysed."), weight=1)
    elif (reading.day - reading.analysed_on).days >= values["days"]:
        yield Finding(said=Said("Its loyalty was last analysed on {day}.", day=reading.analysed_on), weight=1)


def decider_not_met(reading: AccountReading, _values: Values) -> Iterator[Finding]:
    if not reading.is_key:
        return
    deciders = [each for each in reading.people if "decider" in each.roles]
    if any(each.met for each in deciders):
        return
    said = (
        Said("We know who decides, and have not met them.")
        if any(each.is_found for each in deciders)
        else Said("We do not know who decides.")
    )
    yield Finding(said=said, weight=3)


def single_contact(reading: AccountReading, _values: Values) -> Iterator[Finding]:
    """REL-03."""
    if not (reading.is_key or reading.abc == "A"):
        return
    known = [each for each in reading.people if each.is_found]
    if len(known) == 1:
        said = Said("We know one person there. When that person leaves, so do we.")
        yield Finding(said=said, weight=3 if reading.is_key else 2)


def faded(reading: AccountReading, values: Values) -> Iterator[Finding]:
    """A contact that was there once, and of which little is left."""
    if not reading.is_key:
        return
    for each in reading.people:
        if each.last_on is None or each.strength is None or not is_key_person(each):
            continue
        days = (reading.day - each.last_on).days
        if each.strength >= values["strength"] or days < values["days"]:
            continue
        said = Said(
            "No contact since {day}; its strength is {strength} of 100.",
            day=each.last_on, strength=round(each.strength),
        )  # fmt: skip
        yield Finding(said=said, about=f"accounts.contact:{each.id}")


def power_change(reading: AccountReading, values: Values) -> Iterator[Finding]:
    """REL-05."""
    for each in reading.power_changes:
        if (each.on - reading.day).days > values["days"]:
            continue
        said = (
            Said("A change of power was expected on {day}: has it come?", day=each.on)
            if each.on < reading.day
            else Said("A change of power is expected on {day}.", day=each.on)
        )
        yield _about(each, said, weight=3 if reading.is_key else 2)


def need_waits(reading: AccountReading, values: Values) -> Iterator[Finding]:
    """DOS-05."""
    for each in reading.needs:
        days = (reading.day - each.on).days
        if days >= values["days"]:
            yield _about(each, _waiting_since(each.on), weight=2 if reading.is_key else 1)


@lru_cache(maxsize=1024)
def _waiting_since(day: dt.date) -> Said:
    """Needs are many, their days few."""
    return Said("A need waits for our answer since {day}.", day=day)


def budget_moves(reading: AccountReading, values: Values) -> Iterator[Finding]:
    """DOS-10: of the account itself, or of its industry."""
    for each in reading.budgets:
        if (reading.day - each.on).days <= values["days"]:
            said = Said("Written down for {day}.", day=each.on)
            yield _about(each, said, weight=2)


def _about(matter: Matter, said: Said, *, weight: int) -> Finding:
    return Finding(said=said, weight=weight, about=matter.ref, secrecy=matter.secrecy)


register(
    Rule(
        key="analysis_overdue",
        name=_("Loyalty analysis overdue"),
        sentence=_("The loyalty of a key account was not analysed for long."),
        reads=_("Finished loyalty analyses"),
        level="account",
        find=analysis_overdue,
        todo=_("Analyse the loyalty"),
        right="instruments.view",
        thresholds=(Threshold("days", _("Not analysed for, at least"), "days", 180, 30, 3650),),
    )
)
register(
    Rule(
        key="decider_not_met",
        name=_("Decider not met"),
        sentence=_("At a key account we have not met anybody who decides."),
        reads=_PEOPLE,
        level="account",
        find=decider_not_met,
        todo=_("Find out who decides, and meet them"),
        offer="people",
        right="accounts.view",
    )
)
register(
    Rule(
        key="single_contact",
        name=_("Single contact"),
        sentence=_("At a key account, or one of class A, we know one person only."),
        reads=_PEOPLE,
        level="account",
        find=single_contact,
        todo=_("Get to know a second person there"),
        offer="people",
        right="accounts.view",
    )
)
register(
    Rule(
        key="contact_faded",
        name=_("Faded contact"),
        sentence=_("Contact with somebody who decides, approves or leads at a key account has faded."),
        reads=_("Contacts that took place, and their strength"),
        level="account",
        find=faded,
        todo=_("Get in touch again"),
        right="accounts.view",
        thresholds=(
            Threshold("strength", _("Strength, below"), "points", 25, 1, 100),
            Threshold("days", _("Without contact, at least"), "days", 30, 1, 3650),
        ),
    )
)
register(
    Rule(
        key="power_change",
        name=_("Change of power"),
        sentence=_("A change of power at an account is near, or was expected already."),
        reads=_("Expected changes on the map"),
        level="account",
        find=power_change,
        todo=_("Prepare for the change of power"),
        offer="people",
        right="accounts.view",
        thresholds=(Threshold("days", _("Ahead, at most"), "days", 30, 0, 3650),),
    )
)
register(
    Rule(
        key="need_waits",
        name=_("Need without an answer"),
        sentence=_("An account has said what it needs, and we have not answered."),
        reads=_("Needs and our answers"),
        level="account",
        find=need_waits,
        todo=_("Answer the need"),
        offer="record",
        right="accounts.view",
        thresholds=(Threshold("days", _("Waiting, at least"), "days", 14, 0, 3650),),
    )
)
register(
    Rule(
        key="budget_moves",
        name=_("Money moves"),
        sentence=_("Money moves at an account or in its industry."),
        reads=_("Movements of money that people wrote down"),
        level="account",
        find=budget_moves,
        todo=_("See what the moving money means for us"),
        right="accounts.view",
        thresholds=(Threshold("days", _("Told for, at most"), "days", 30, 1, 3650),),
    )
)
register(
    Rule(
        key="dossier_gaps",
        name=_("Gaps in the dossier"),
        sentence=_("Of a key account, things are not known that must be."),
        reads=_("The dossier"),
        level="account",
        find=gaps,
        todo=_("Find out what is missing in the dossier"),
        offer="dossier",
        right="accounts.view",
        thresholds=(Threshold("topics", _("Missing, at least"), "count", 1, 1, 6),),
    )
)
register(
    Rule(
        key="facts_stale",
        name=_("Old facts"),
        sentence=_("What is known of a key account has grown old."),
        reads=_("The dossier"),
        level="account",
        find=stale,
        todo=_("Ask again about what is known"),
        offer="dossier",
        right="accounts.view",
        thresholds=(Threshold("facts", _("Old facts, at least"), "count", 3, 1, 1000),),
    )
)
