"""Every rule that is on, over every reading. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kamerton.signals.reading import AccountReading, PersonReading, Whole
from kamerton.signals.reconciling import Key, Shown, shown
from kamerton.signals.registry import Rule


@dataclass(frozen=True, slots=True)
class Setting:
    """How a rule is set: `values` hold every threshold of its own."""

    is_on: bool = True
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """`whole` None: the company is not looked at this time, or there are no figures."""

    accounts: Iterable[AccountReading] = ()
    people: Iterable[PersonReading] = ()
    whole: Whole | None = None


def findings(readings: Readings, rules: Iterable[Rule], settings: Mapping[str, Setting]) -> dict[Key, Shown]:
    """What is there now, by its key. Two findings of one key: the last one counts."""
    found: dict[Key, Shown] = {}
    on = [(rule, settings.get(rule.key, Setting())) for rule in rules]
    ready = [(rule, {**rule.defaults(), **setting.values}) for rule, setting in on if setting.is_on]
    of_account, of_person, of_company = (
        [each for each in ready if each[0].level == level] for level in ("account", "person", "company")
    )
    for account in readings.accounts:
        _look(account, of_account, found, account.account, None)
    for person in readings.people:
        _look(person, of_person, found, None, person.person)
    if readings.whole is not None:
        _look(readings.whole, of_company, found, None, None)
    return found


def _look(
    reading: AccountReading | PersonReading | Whole,
    rules: Iterable[tuple[Rule, Mapping[str, float]]],
    found: dict[Key, Shown],
    account: int | None,
    person: int | None,
) -> None:
    for rule, values in rules:
        for each in rule.find(reading, values):
            found[Key(rule.key, account, person, each.about)] = shown(each)
