"""What keeps competitors out of the accounts on which the fictional company depends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kamerton.portfolio.actions import protection
from kamerton.portfolio.models import Protection

if TYPE_CHECKING:
    from kamerton.demo.telling import Told

GOAL = "They ask us before they ask for offers, buy every seal and drive of us, and name us to their sister plant."

#: Account, who, days ago, kind, what, against, state, stands since so many days ago, evidence.
BARRIERS = (
    (
        "Helios Tarvia", "irina", 110, "stock", "A set for line 2 lies in their hall; what they take is billed monthly",
        "Norvane Supply", "stands", 120, "Stock list signed by their plant manager, counted every quarter",
    ),
    (
        "Helios Tarvia", "irina", 30, "training", "Their maintenance people learn to mount our drives themselves",
        "Norvane Supply", "idea", None, "",
    ),
)  # fmt: skip


def tell(told: Told) -> None:
    """The figures were there before anybody was responsible: plans get their tasks now."""
    protection.follow(now=told.at(9))
    for account, who, ago, kind, what, against, state, since, evidence in BARRIERS:
        plan = Protection.objects.filter(account=told.account(account)).select_related("account").first()
        if plan is None:  # by the day of the figures nobody is past the line
            continue
        actor, now = told.users[who], told.at(ago)
        if not plan.goal:
            protection.set_goal(
                actor=actor, plan=plan, opened={"goal": None}, submitted={"goal": GOAL}, now=now
            )
        protection.add_barrier(
            actor=actor, plan=plan, now=now,
            values={"kind": kind, "what": what, "against": against, "state": state, "owner": actor,
                    "since": told.day(since) if since else None, "evidence": evidence},
        )  # fmt: skip
