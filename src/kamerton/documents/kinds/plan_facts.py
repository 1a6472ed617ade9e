"""What documents say of an account business plan: as one reader may see it, or as its customer may. Plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access.models import User
from kamerton.accounts.models import Contact
from kamerton.documents import words
from kamerton.documents.content import Value
from kamerton.documents.kinds.account_facts import marked
from kamerton.plans import choices, queries
from kamerton.plans.content import secrecy_of, text_of
from kamerton.plans.models import Line, Plan
from kamerton.portfolio import queries as portfolio

Row = tuple[Value, ...]
_SWOT = ("strength", "weakness", "chance", "threat")
_MONEY, _PERCENT = ("turnover", "income"), ("margin", "wallet")


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """`lines`: kind of line -> (what, more, state). Money in `currency`."""

    account: str
    number: str
    title: str
    owner: str
    starts_on: dt.date
    ends_on: dt.date
    phase: str = ""
    currency: str = ""
    why: str = ""
    potential: Decimal | None = None
    agreement: str = ""
    effective: str = ""
    loyalty: str = ""
    finish: dt.date | None = None
    on_time: float | None = None
    late: int | None = None
    approved: str = ""
    lines: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    objectives: tuple[Row, ...] = ()  # what, from, now, target, way, until, agreed with
    activities: tuple[Row, ...] = ()  # what, part of, owner, done by, earliest finish, state
    opportunities: tuple[Row, ...] = ()  # what, stage, amount, expected
    reviews: tuple[Row, ...] = ()  # day, what was said
    read: tuple[Model, ...] = field(default=(), compare=False)


def facts_of(actor: User, plan: Plan, now: dt.datetime) -> PlanFacts:
    """Everything that `actor` may see of it, and how far it is."""
    today = timezone.localdate(now)
    whole = queries.whole(plan, actor, today)
    approved = whole.approved
    lines = [line for kind in whole.lines.values() for line in kind]
    return PlanFacts(
        account=plan.account.name, number=plan.account.number, title=plan.title, owner=plan.owner.display_name,
        starts_on=plan.starts_on, ends_on=plan.ends_on, phase=str(plan.get_phase_display()), currency=_currency(),
        why=plan.why, potential=plan.potential, agreement=plan.agreement, effective=plan.effective,
        loyalty=plan.loyalty, finish=whole.finish, on_time=whole.on_time.share, late=len(whole.late),
        approved=_approved(approved) if approved else "",
        lines={kind: tuple(_line(row) for row in rows) for kind, rows in whole.lines.items()},
        objectives=tuple(_goal(each) for each in whole.goals),
        activities=tuple(_doing(each) for each in whole.doings),
        opportunities=tuple(
            (row.title, str(row.get_stage_display()), row.amount, row.expected_on) for row in whole.opportunities
        ),
        reviews=tuple((row.on, row.minutes) for row in whole.reviews if row.state == "held"),
        read=(*lines, *_behind(lines), *(each.row for each in whole.goals), *(each.row for each in whole.doings)),
    )  # fmt: skip


def _currency() -> str:
    snapshot = portfolio.latest_snapshot(with_figures=False)
    return snapshot.currency if snapshot else ""


def _approved(version: Any) -> str:
    told = {"n": version.number, "day": words.told(timezone.localdate(version.ended_at or version.at))}
    return _("Version %(n)d, approved on %(day)s") % told


def _behind(lines: Iterable[Line]) -> tuple[Model, ...]:
    """The facts and needs that lines are made of: reading the line is reading them."""
    return tuple(each for line in lines for each in (line.fact, line.need) if each is not None)


def _line(row: Line) -> Row:
    state = str(row.get_state_display()) if row.kind in choices.IDEAS else ""
    text = text_of(row)
    shown = _("Secret: %(text)s") % {"text": text} if secrecy_of(row) >= 2 else text
    return shown, row.detail, state


def _goal(goal: queries.Goal) -> Row:
    row, progress = goal.row, goal.progress
    agreed = row.agreed_with.display_name if row.agreed_with and row.agreed_on else _("proposed")
    return (
        marked(row, row.title), measured(row.kind, row.measure, row.baseline, row.unit),
        measured(row.kind, row.measure, progress.current, row.unit),
        measured(row.kind, row.measure, row.target, row.unit), progress.share, row.due_on, agreed,
    )  # fmt: skip


def measured(kind: str, measure: str, value: Decimal | None, unit: str) -> str:
    """A figure as it is counted; empty for a milestone."""
    if value is None or kind == "milestone":
        return ""
    if kind == "count":
        return words.told(value, "number", unit) if value % 1 else words.told(value, "count", unit)
    if measure in _PERCENT:
        return f"{words.told(value, 'number')} %"
    return words.told(value, "money", _currency() if measure in _MONEY else "")


def _doing(each: queries.Doing) -> Row:
    row = each.row
    states = {"done": _("Done"), "dropped": _("Dropped")}
    late = _("Late") if each.timed is not None and each.timed.is_late else _("Open")
    finish = each.timed.finish if each.timed is not None and row.state == "open" else None
    return (
        marked(row, row.title), str(row.get_stream_display()), row.owner.display_name, row.planned_on, finish,
        states.get(row.state, late),
    )  # fmt: skip


# --- the customer's edition --------------------------------------------------------------------------------------


def customers_facts(plan: Plan) -> PlanFacts:
    """What the edition for the customer holds and nothing beside it: it is made of that alone."""
    told = queries.edition_for_customer(plan).content
    own = told["plan"]
    people = User.objects.in_bulk({row["owner"] for row in told["activities"] if row.get("owner")})
    contacts = Contact.objects.in_bulk(
        {row["agreed_with"] for row in told["objectives"] if row.get("agreed_with")}
    )
    return PlanFacts(
        account=plan.account.name, number="", title=own.get("title", ""), owner=plan.owner.display_name,
        starts_on=dt.date.fromisoformat(own["starts_on"]), ends_on=dt.date.fromisoformat(own["ends_on"]),
        agreement=own.get("agreement", ""), effective=own.get("effective", ""),
        lines=_customers_lines(told["lines"]),
        objectives=tuple(_customers_goal(row, contacts) for row in told["objectives"]),
        activities=tuple(_customers_activity(row, people) for row in told["activities"]),
        opportunities=tuple((row["title"], "", None, None) for row in told["opportunities"]),
    )  # fmt: skip


def _customers_lines(rows: Iterable[Mapping[str, Any]]) -> dict[str, tuple[Row, ...]]:
    found: dict[str, tuple[Row, ...]] = {}
    for row in rows:
        found[row["kind"]] = (*found.get(row["kind"], ()), (row.get("text", ""), row.get("detail", ""), ""))
    return found


def _customers_goal(row: Mapping[str, Any], contacts: Mapping[int, Contact]) -> Row:
    agreed = contacts.get(row.get("agreed_with") or 0)
    kind, measure, unit = row["kind"], row.get("measure", ""), row.get("unit", "")

    def told(name: str) -> str:
        return measured(kind, measure, Decimal(row[name]) if row.get(name) is not None else None, unit)

    name = agreed.display_name if agreed and row.get("agreed_on") else _("proposed")
    return row["title"], told("baseline"), "", told("target"), None, _day(row.get("due_on")), name


def _customers_activity(row: Mapping[str, Any], people: Mapping[int, User]) -> Row:
    owner = people.get(row.get("owner") or 0)
    return row["title"], "", owner.display_name if owner else "", _day(row.get("planned_on")), None, ""


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def example() -> PlanFacts:
    day = dt.date(2026, 1, 15)
    lines: dict[str, tuple[Row, ...]] = {
        key: ((_("Example"), "", ""),) for key, _label in choices.line_kinds()
    }
    return PlanFacts(
        account=_("Example account"), number="10001", title=_("Example plan"), owner=_("Example person"), starts_on=day,
        ends_on=dt.date(2026, 12, 31), phase=_("Execution"), currency="EUR", why=_("Example"),
        potential=Decimal(200000), agreement=_("Example"), effective=_("Example"), loyalty=_("Example"), finish=day,
        on_time=0.8, late=1, approved=_("Example"), lines=lines,
        objectives=((_("Example"), "100", "140", "200", 0.4, day, _("Example contact")),),
        activities=((_("Example"), _("Business"), _("Example person"), day, day, _("Open")),),
        opportunities=((_("Example"), _("Talking"), Decimal(12000), day),), reviews=((day, _("Example")),),
    )  # fmt: skip
