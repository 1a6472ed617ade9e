"""Plans with as few fields as a test names, made by the room's own actions."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from kamerton.access.models import User
from kamerton.accounts.models import Account, Fact, Need
from kamerton.plans.actions import activities, lines, objectives, plans, reviews
from kamerton.plans.models import Activity, Line, Objective, Plan, Review
from kamerton.portfolio.models import Opportunity

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()


def plan(actor: User, at: Account, *, prefill: bool = False, **more: Any) -> Plan:
    told: dict[str, Any] = {
        "title": f"Plan 2026 for {at.name}", "starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2026, 12, 31),
        "owner": actor,
    }  # fmt: skip
    return plans.begin(actor=actor, account=at, values=told | more, now=NOW, prefill=prefill)


def fact(at: Account, statement: str = "They grow by 8 % a year", **more: Any) -> Fact:
    told: dict[str, Any] = {"topic": "plans", "dated": dt.date(2026, 2, 1), "created_at": NOW, "secrecy": 1}
    return Fact.objects.create(account=at, statement=statement, **(told | more))


def need(at: Account, what: str = "Spare parts on site", **more: Any) -> Need:
    told: dict[str, Any] = {"raised_on": dt.date(2026, 2, 1), "created_at": NOW}
    return Need.objects.create(account=at, what=what, **(told | more))


def chance(at: Account, owner: User, title: str = "Drives for the new plant") -> Opportunity:
    return Opportunity.objects.create(
        account=at, family="Drives", title=title, amount=Decimal("120000.00"), expected_on=dt.date(2026, 9, 1),
        owner=owner, created_at=NOW,
    )  # fmt: skip


def line(actor: User, of: Plan, kind: str = "interest", text: str = "Fewer stops", **more: Any) -> Line:
    return lines.add(actor=actor, plan=of, kind=kind, values={"text": text, **more}, now=NOW)


def objective(actor: User, of: Plan, title: str = "Trained people", **more: Any) -> Objective:
    told: dict[str, Any] = {
        "kind": "count",
        "title": title,
        "target": Decimal(10),
        "due_on": dt.date(2027, 6, 30),
    }
    return objectives.add(actor=actor, plan=of, values=told | more, now=NOW)


def activity(actor: User, of: Plan, title: str = "Talk to design", **more: Any) -> Activity:
    told: dict[str, Any] = {"title": title, "planned_owner": actor, "planned_on": dt.date(2026, 3, 31)}
    return activities.add(actor=actor, plan=of, values=told | more, now=NOW)


def review(actor: User, of: Plan, *people: User, on: dt.date = TODAY, minutes: str = "") -> Review:
    row = reviews.schedule(actor=actor, plan=of, values={"on": on}, people=people or [actor], now=NOW)
    return reviews.minute(actor=actor, review=row, minutes=minutes, now=NOW) if minutes else row


def identified(actor: User, of: Plan, *others: Account) -> Plan:
    """With what the first phase asks for."""
    told = {"why": "It grows with us", "potential": Decimal(400_000), "compared": others}
    return plans.edit(actor=actor, plan=of, opened={}, submitted=told, now=NOW)


def formalised(actor: User, of: Plan) -> Plan:
    """With what the second phase asks for."""
    lines.choose_facts(
        actor=actor, plan=of, kind="strength", facts=[fact(of.account, "We know their line")], now=NOW
    )
    lines.choose_facts(
        actor=actor, plan=of, kind="threat", facts=[fact(of.account, "A rival offers less")], now=NOW
    )
    line(actor, of, "idea", "One stock for both")
    line(actor, of, "interest", "Fewer stops")
    plans.choose_opportunities(actor=actor, plan=of, opportunities=[chance(of.account, actor)], now=NOW)
    objective(actor, of)
    activity(actor, of)
    return of


def closed(actor: User, of: Plan, reason: str = "") -> Plan:
    of.refresh_from_db()
    return plans.close_phase(actor=actor, plan=of, phase=of.phase, reason=reason, now=NOW)
