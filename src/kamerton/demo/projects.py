"""Projects of the fictional company: one at D1 with a late check-in, one at D3 with a budget, one not begun yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.plans.actions import budgets, check_ins, levels, projects
from kamerton.plans.models import Project

_SETTLED = {
    "goals": "Two new plants supplied by the end of next year; maintenance planned with us twice a year",
    "plan": "First the head of maintenance, then the board; a trial at the older plant in spring",
    "monitoring": "Every Monday: whom we met, what they said, what comes next",
}


def tell(
    *, users: Mapping[str, User], account: Callable[[str], Account], at: Callable[[int], dt.datetime]
) -> None:
    irina, helena = users["irina"], users["helena"]
    helios = account("Helios Tarvia")
    row = projects.open_project(
        actor=irina, account=helios, title="Helios: supplier of the whole group", leader=irina, now=at(240),
        vision="In two years nobody at Helios plans a stop without asking us first.",
    )  # fmt: skip
    above = policy.superiors(irina)[0]
    _settle(irina, row, above, at, 235)
    projects.set_goals(actor=irina, project=row, goals=_SETTLED["goals"], why="As settled", now=at(234))
    projects.start(actor=helena, project=row, now=at(230))
    for ago, note in (
        (220, "Met the head of maintenance twice."),
        (205, "The trial is agreed."),
        (160, "Trial done."),
    ):
        check_ins.hold(actor=irina, project=row, note=note, on=at(ago).date(), now=at(ago))
    for level, ago, why in (
        (2, 204, "The first steps went as planned"),
        (3, 150, "Decides well alone; the board knows her"),
    ):
        levels.set_level(actor=helena, project=row, level=level, why=why, now=at(ago))
    check_ins.hold(
        actor=irina, project=row, note="Second plant asks for an offer.", on=at(14).date(), now=at(14)
    )
    budgets.agree(
        actor=helena,
        project=row,
        budget=Decimal(6_000),
        purpose="Visits to the plants and the trial",
        now=at(149),
    )
    budgets.spend(
        actor=irina,
        project=row,
        what="Measuring set for the trial",
        amount=Decimal(2_850),
        on=at(140).date(),
        now=at(140),
    )
    budgets.spend(
        actor=irina, project=row, what="Two days of an engineer at the second plant", amount=Decimal(4_200),
        on=at(3).date(), now=at(3),
    )  # fmt: skip
    _for_a_person(users, helios, at)


def _settle(leader: User, row: Project, above: User, at: Callable[[int], dt.datetime], ago: int) -> None:
    for kind, text in _SETTLED.items():
        projects.settle(
            actor=leader, project=row, kind=kind, text=text, superior=above, on=at(ago).date(), now=at(ago)
        )


def _for_a_person(users: Mapping[str, User], helios: Account, at: Callable[[int], dt.datetime]) -> None:
    """A VIP at Helios, led at D1, with a check-in that is late."""
    vip = helios.contacts.present().filter(is_vip=True).order_by("pk").first()
    if vip is None:
        return
    irina = users["irina"]
    row = projects.open_project(
        actor=irina, account=helios, contact=vip, title=f"{vip.display_name}: from supplier to adviser", leader=irina,
        now=at(40), vision="Asks us before a decision about technology, not after it.",
    )  # fmt: skip
    _settle(irina, row, policy.superiors(irina)[0], at, 36)
    projects.start(actor=users["helena"], project=row, now=at(30))
    check_ins.hold(
        actor=irina, project=row, note="A first long talk at the fair.", on=at(21).date(), now=at(21)
    )
