"""What the page of risk reads: concentration against a year ago, tasks to keep accounts and what came of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from kamerton.portfolio.actions.retention import ORIGIN
from kamerton.portfolio.models import AccountFigure, Snapshot
from kamerton.work.models import Task


@dataclass(frozen=True, slots=True)
class Top:
    """What the largest `n` accounts make of the 12 months, today and a year ago. None: not known."""

    n: int
    now: float | None
    before: float | None


_COLUMNS = {1: "largest_share", 5: "top5_share", 10: "top10_share"}


def tops(snapshot: Snapshot) -> list[Top]:
    """On the basis of the snapshot (PFA-04); no query."""
    points = snapshot.figures["concentration_over_time"]
    if not points:
        return []
    last = points[-1]
    day = dt.date.fromisoformat(last["date"])
    then = next((each for each in points if each["date"].startswith(f"{day.year - 1}-{day.month:02d}")), None)
    now, before = _on_basis(last, snapshot), _on_basis(then, snapshot) if then else {}
    return [Top(n, now.get(column), before.get(column)) for n, column in _COLUMNS.items()]


def _on_basis(point: dict[str, Any], snapshot: Snapshot) -> dict[str, Any]:
    found: dict[str, Any] = (point["income"] if snapshot.basis == "income" else None) or point["turnover"]
    return found


def keeping(numbers: Collection[str]) -> dict[str, Task]:
    """Account number -> its open task to keep it. One query."""
    rows = Task.objects.filter(origin=ORIGIN, state="open", account__number__in=list(numbers))
    return {row.account.number: row for row in rows.select_related("owner", "account") if row.account}


@dataclass(frozen=True, slots=True)
class Came:
    """Tasks to keep accounts that are over, by whether they were done, and what the accounts are now."""

    done: int
    dropped: int
    stayed: int  # accounts of the done ones that still buy
    lost: int


def came_of(tasks: QuerySet[Task], figures: QuerySet[AccountFigure]) -> Came:
    """`tasks`, `figures`: those in reach. Information, no measure of anybody. Two queries."""
    over = tasks.filter(origin=ORIGIN).exclude(state="open").values_list("state", "account__number")
    told = list(over)
    numbers = {number for state, number in told if state == "done" and number}
    states = list(figures.filter(account__in=numbers).order_by().values_list("state", flat=True))
    lost = states.count("lost")
    return Came(
        done=sum(state == "done" for state, _number in told),
        dropped=sum(state == "dropped" for state, _number in told),
        stayed=len(states) - lost, lost=lost,
    )  # fmt: skip
