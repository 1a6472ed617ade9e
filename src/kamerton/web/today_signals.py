"""The signals of Today: by account, what costs most first, and the sentence that says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext

from kamerton.access.models import User
from kamerton.signals import queries
from kamerton.signals.models import Signal
from kamerton.web import formats, signal_parts

#: Accounts that stand on the page, lines of each, and rows that are read for them.
GROUPS, LINES = 6, 3
_READ = 200


@dataclass(frozen=True, slots=True)
class Group:
    """One account, person, or the company, with what is most costly about it."""

    of: signal_parts.Named
    lines: list[signal_parts.Line]
    more: int
    more_url: str


@dataclass(frozen=True, slots=True)
class Found:
    """What waits in all; `stake`: the most costly one of the first group."""

    groups: list[Group]
    total: int
    stake: str

    def __bool__(self) -> bool:
        return bool(self.groups)


def gather(actor: User, day: dt.date) -> Found:
    """A constant number of queries."""
    rows = queries.concerning(actor, day)
    first = list(rows[:_READ])
    total = len(first)
    if total == _READ:
        total = rows.order_by().count()
        first += [row for row in rows.filter(account=None, person=None) if row not in first]
    grouped = _chosen(_grouped(first))
    shown = [row for some in grouped for row in some[:LINES]]
    lines = {line.pk: line for line in signal_parts.lines(actor, shown, day)}
    groups = [_group(some, [lines[row.pk] for row in some[:LINES]]) for some in grouped]
    return Found(groups, total, groups[0].lines[0].stake if groups else "")


def _grouped(rows: Sequence[Signal]) -> list[list[Signal]]:
    """In the order of each one's most costly signal."""
    found: dict[tuple[int | None, int | None], list[Signal]] = {}
    for row in rows:
        found.setdefault((row.account_id, row.person_id), []).append(row)
    return list(found.values())


def _chosen(groups: list[list[Signal]]) -> list[list[Signal]]:
    """The first ones; what is told of the company stands among them, though it is seldom told in money."""
    rest = [group for group in groups[GROUPS:] if group[0].account_id is None and group[0].person_id is None]
    return groups[: GROUPS - len(rest)] + rest


def _group(rows: Sequence[Signal], lines: list[signal_parts.Line]) -> Group:
    account = rows[0].account
    query = "?" + urlencode({"account": account.number}) if account else ""
    return Group(signal_parts.subject(rows[0]), lines, len(rows) - len(lines), reverse("signals") + query)


def sentence(found: Found) -> str:
    """How many wait, and where most is at stake; nothing where none does."""
    if not found:
        return ""
    told = {"n": formats.number(found.total), "account": found.groups[0].of.text, "stake": found.stake}
    if not found.stake:
        return ngettext("%(n)s signal waits.", "%(n)s signals wait.", found.total) % told
    return ngettext(
        "%(n)s signal waits: at %(account)s %(stake)s a year are at stake.",
        "%(n)s signals wait; most is at stake at %(account)s: %(stake)s a year.",
        found.total,
    ) % told  # fmt: skip
