"""Every rule by its key. Rooms above register theirs with `register`, in their apps.ready."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kamerton.signals.reading import Finding

Text = str | Promise
Level = Literal["account", "person", "company"]
Unit = Literal["share", "days", "count", "times", "points"]
Values = Mapping[str, float]

#: What the one button of a signal does: make a task, or open the page where its cause is put right.
Offer = Literal[
    "task",
    "assign",
    "people",
    "dossier",
    "record",
    "portfolio",
    "limits",
    "status",
    "review",
    "potential",
    "plan",
]

OFFERS: Mapping[Offer, Text] = {
    "task": _("Make a task"),
    "assign": _("Say who is responsible"),
    "people": _("Open the map"),
    "dossier": _("Open the dossier"),
    "record": pgettext_lazy("button", "Open"),
    "portfolio": _("Open the portfolio"),
    "limits": _("Look at the limits"),
    "status": _("Look at its status"),
    "review": _("Look at the base"),
    "potential": _("Look at its potential"),
    "plan": _("Look at its plan"),
}


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of a rule that can be set. `profile`: a column of the portfolio's profile, set there and nowhere else."""

    name: str
    label: Text
    unit: Unit
    default: float = 0
    low: float = 0
    high: float = 100_000
    profile: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`find(reading, values)` yields what it finds in one reading of its level; `values`: its thresholds by name.

    `right`: without it nobody sees what it finds. `todo`: what a task made of a signal is called.
    """

    key: str
    name: Text
    sentence: Text
    reads: Text
    level: Level
    find: Callable[[Any, Values], Iterator[Finding]]
    todo: Text
    offer: Offer = "task"
    right: str = "portfolio.view"
    thresholds: tuple[Threshold, ...] = ()

    def defaults(self) -> dict[str, float]:
        return {each.name: each.default for each in self.thresholds if not each.profile}


_rules: dict[str, Rule] = {}


def register(rule: Rule) -> Rule:
    """The same key again replaces, so that a reload is harmless."""
    _rules[rule.key] = rule
    return rule


def unregister(key: str) -> None:
    _rules.pop(key, None)


def all_rules() -> list[Rule]:
    """In the order in which they were registered."""
    return list(_rules.values())


def rule(key: str) -> Rule:
    """KeyError: nobody has registered it."""
    return _rules[key]


def find(key: str) -> Rule | None:
    return _rules.get(key)
