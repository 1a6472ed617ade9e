"""What pages and documents ask of plans. Rows come through policy.scope, and secret ones only to who is cleared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account, Note
from kamerton.plans import measures
from kamerton.plans.choices import IDEAS
from kamerton.plans.content import content_of
from kamerton.plans.models import Activity, Line, Objective, PhaseEnd, Plan, PlanVersion, Review
from kamerton.plans.rules import objectives, phases, schedule, versions
from kamerton.portfolio.models import Opportunity

VIEW, EDIT = "portfolio.view", "accounts.edit"


# --- rows --------------------------------------------------------------------------------------------------------


def plans(actor: User) -> QuerySet[Plan]:
    rows = Plan.objects.select_related("account", "owner")
    return policy.scope(rows, actor, VIEW)


def plans_of(actor: User, account: Account) -> list[Plan]:
    """Newest first. One query."""
    return list(plans(actor).filter(account=account))


def current_plan(account: Account, day: dt.date) -> Plan | None:
    """The one that the account is led by: open and begun, else the first that begins; the newest of several."""
    rows = list(Plan.objects.open().filter(account=account).select_related("owner", "account"))
    begun = [row for row in rows if row.starts_on <= day]
    return begun[0] if begun else rows[-1] if rows else None


def lines_of(plan: Plan, actor: User) -> QuerySet[Line]:
    """What the actor may read: a line is as secret as the fact or the need that it is made of."""
    clear = policy.clearance(actor)
    rows = Line.objects.filter(plan=plan, secrecy__lte=clear).select_related("fact", "need", "contact")
    rows = rows.filter(Q(fact=None) | Q(fact__secrecy__lte=clear))
    return rows.filter(Q(need=None) | Q(need__secrecy__lte=clear)).order_by("pk")


def activities_of(plan: Plan) -> QuerySet[Activity]:
    rows = Activity.objects.filter(plan=plan).select_related("task__owner", "planned_owner", "objective")
    return rows.prefetch_related("after", "resources__person").order_by(
        F("planned_on").asc(nulls_last=True), "pk"
    )


# --- how far it is -----------------------------------------------------------------------------------------------


def contents(plan: Plan) -> phases.Contents:
    """What the plan holds, of everything, whoever asks. Eight queries."""
    kinds = dict(plan.lines.order_by().values_list("kind").annotate(Count("pk")))
    dues = list(plan.objectives.values_list("due_on", "agreed_with", "agreed_on"))
    acts = list(plan.activities.exclude(task__state="dropped").values_list("task__state", "planned_on"))
    return phases.Contents(
        has_why=bool(plan.why), compared=plan.compared.count(),
        others=Account.objects.current().exclude(pk=plan.account_id)[:1].count(),
        has_potential=plan.potential is not None,
        inside=kinds.get("strength", 0) + kinds.get("weakness", 0),
        outside=kinds.get("chance", 0) + kinds.get("threat", 0),
        ideas=sum(kinds.get(kind, 0) for kind in IDEAS),
        opportunities=plan.opportunities.count(),
        activities=len(acts),
        activities_open=sum(1 for state, _on in acts if state != "done"),
        undated=sum(1 for state, on in acts if state != "done" and on is None),
        interests=kinds.get("interest", 0),
        dues=tuple(due for due, _with, _on in dues),
        agreed=sum(1 for _due, contact, on in dues if contact and on),
        has_agreement=bool(plan.agreement), is_effective=bool(plan.effective),
    )  # fmt: skip


def step_of(row: Activity) -> schedule.Step:
    """`row`: with its task and what it waits for. A dropped one takes no time and hinders nothing: it is left out."""
    ended = timezone.localdate(row.task.ended_at) if row.task and row.task.ended_at else None
    return schedule.Step(
        key=row.pk, days=row.days, after=tuple(sorted(each.pk for each in row.after.all())),
        not_before=row.not_before, planned_on=row.due_on, done_on=ended if row.state == "done" else None,
    )  # fmt: skip


def schedule_of(plan: Plan, rows: Iterable[Activity], today: dt.date) -> schedule.Schedule:
    steps = [step_of(row) for row in rows if row.state != "dropped"]
    return schedule.schedule(steps, begin=plan.starts_on, today=today)


def punctuality_of(rows: Iterable[Activity], today: dt.date) -> schedule.Punctuality:
    """Against the day that the plan says, wherever its task was moved to (ABP-12)."""
    told = (
        (row.planned_on, timezone.localdate(row.task.ended_at) if row.task and row.task.ended_at else None)
        for row in rows
        if row.state != "dropped"
    )
    return schedule.punctuality(told, today=today)


def aim_of(row: Objective, plan: Plan) -> objectives.Aim:
    return objectives.Aim(
        kind=row.kind, starts_on=plan.starts_on, due_on=row.due_on, baseline=row.baseline, target=row.target,
        reached_on=row.reached_on,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Goal:
    """An objective and how far it is."""

    row: Objective
    progress: objectives.Progress


def goals_of(plan: Plan, figures: measures.Figures, today: dt.date) -> list[Goal]:
    """Filled in from the snapshot. One query."""
    rows = plan.objectives.select_related("agreed_with").order_by("due_on", "pk")
    return [
        Goal(row, objectives.progress(aim_of(row, plan), _current(row, figures), today=today)) for row in rows
    ]


def _current(row: Objective, figures: measures.Figures) -> Decimal | None:
    if row.kind == "figure":
        return figures.get(row.measure)
    return row.counted if row.counted is not None else row.baseline


# --- the whole plan ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Doing:
    """An activity, and when it can be done; `timed` None: it was dropped."""

    row: Activity
    timed: schedule.Timed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """One plan as one reader may see it. `hidden`: rows that are more secret than the reader's clearance."""

    plan: Plan
    lines: Mapping[str, list[Line]]
    goals: list[Goal]
    doings: list[Doing]
    opportunities: list[Opportunity]
    finish: dt.date | None
    on_time: schedule.Punctuality
    contents: phases.Contents
    missing: tuple[phases.Gap, ...]
    warnings: tuple[phases.Warning_, ...]
    ends: list[PhaseEnd]
    reviews: list[Review]
    versions: list[PlanVersion]
    figures: measures.Figures
    hidden: int

    @property
    def approved(self) -> PlanVersion | None:
        return next((each for each in self.versions if each.state == "approved"), None)

    @property
    def waiting(self) -> PlanVersion | None:
        return next((each for each in self.versions if each.state == "waiting"), None)

    @property
    def late(self) -> list[Doing]:
        return [each for each in self.doings if each.timed is not None and each.timed.is_late]


def whole(plan: Plan, actor: User, today: dt.date) -> Whole:
    """About thirty queries, whatever the plan holds."""
    clear = policy.clearance(actor)
    told, figures = contents(plan), measures.figures(plan.account)
    lines, rows = list(lines_of(plan, actor)), list(activities_of(plan))
    planned = schedule_of(plan, rows, today)
    times, goals = planned.of(), goals_of(plan, figures, today)
    seen_goals = [each for each in goals if each.row.secrecy <= clear]
    seen_rows = [row for row in rows if row.secrecy <= clear]
    hidden = plan.lines.count() - len(lines) + len(goals) - len(seen_goals) + len(rows) - len(seen_rows)
    by_kind: dict[str, list[Line]] = {}
    for line in lines:
        by_kind.setdefault(line.kind, []).append(line)
    return Whole(
        plan=plan, lines=by_kind, goals=seen_goals, doings=[Doing(row, times.get(row.pk)) for row in seen_rows],
        opportunities=list(policy.scope(plan.opportunities.select_related("owner"), actor, VIEW)),
        finish=planned.finish, on_time=punctuality_of(rows, today), contents=told,
        missing=phases.missing(plan.phase, told),  # type: ignore[arg-type]
        warnings=phases.warnings(told, starts_on=plan.starts_on),
        ends=list(plan.phase_ends.select_related("by")),
        reviews=list(plan.reviews.prefetch_related("people").order_by("-on", "-pk")),
        versions=list(plan.versions.select_related("author", "ended_by", "approval", "review").order_by("-number")),
        figures=figures, hidden=hidden,
    )  # fmt: skip


def changed_since(version: PlanVersion, actor: User) -> tuple[versions.Change, ...]:
    """What the plan says now that this version does not, as far as the actor may read it."""
    found = versions.differences(version.content, content_of(version.plan))
    return versions.readable(found, policy.clearance(actor))


def between(older: PlanVersion, newer: PlanVersion, actor: User) -> tuple[versions.Change, ...]:
    return versions.readable(versions.differences(older.content, newer.content), policy.clearance(actor))


def is_as_approved(plan: Plan) -> bool:
    """Whether the plan says now what the last approved version says."""
    last = plan.versions.filter(state="approved").order_by("-number").first()
    return last is not None and last.content == content_of(plan)


def comments_of(plan: Plan, actor: User) -> list[Note]:
    rows = policy.scope(plan.comments.select_related("created_by"), actor, "accounts.view")
    return list(rows.order_by("-created_at", "-pk"))


def edition_for_customer(version_or_plan: PlanVersion | Plan) -> versions.Edition:
    """What may be handed to the customer: of a version, or of the plan as it is now."""
    told = (
        version_or_plan.content if isinstance(version_or_plan, PlanVersion) else content_of(version_or_plan)
    )
    return versions.customer_edition(told)


# --- of many at once ---------------------------------------------------------------------------------------------


def late_activities(rows: QuerySet[Plan], today: dt.date) -> QuerySet[Plan]:
    """Plans carried out with an activity whose day is past and that is not done."""
    late = Activity.objects.filter(plan=OuterRef("pk"), planned_on__lt=today).exclude(
        task__state__in=("done", "dropped")
    )
    return rows.filter(phase="execution").filter(Exists(late))


def one_sided(rows: QuerySet[Plan]) -> QuerySet[Plan]:
    """rules.phases.is_one_sided, in the database."""
    ours = Exists(Objective.objects.filter(plan=OuterRef("pk")))
    theirs = Exists(Line.objects.filter(plan=OuterRef("pk"), kind="interest"))
    return rows.annotate(ours=ours, theirs=theirs).exclude(ours=F("theirs"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What of a plan needs attention: the answer for many plans at once."""

    plan: int
    account: int
    phase: str
    late: int
    worst: dt.date | None  # the day of the oldest late activity
    one_sided: bool
    short_term: bool
    last_review: dt.date | None  # held
    since: dt.date  # from when on reviews are due
    ends_on: dt.date


def standings(today: dt.date, accounts: Collection[int] | None = None) -> dict[int, list[Standing]]:
    """Account -> its open plans that have begun. Six queries, whatever there is."""
    rows = Plan.objects.now_at(today)
    if accounts is not None:
        rows = rows.filter(account__in=accounts)
    told: list[Any] = list(rows.order_by("pk").values("pk", "account_id", "phase", "starts_on", "ends_on"))
    keys = [each["pk"] for each in told]
    late, dues, theirs = _late(keys, today), _dues(keys), _with_interests(keys)
    held = dict(
        Review.objects.filter(plan__in=keys, state="held").order_by().values_list("plan").annotate(Max("on"))
    )
    found: dict[int, list[Standing]] = {}
    for each in told:
        found.setdefault(each["account_id"], []).append(_standing(each, late, dues, theirs, held))
    return found


def _standing(
    each: dict[str, Any],
    late: Mapping[int, list[dt.date]],
    dues: Mapping[int, list[dt.date]],
    theirs: Collection[int],
    held: Mapping[int, dt.date],
) -> Standing:
    pk, phase = each["pk"], each["phase"]
    days = late.get(pk, []) if phase == "execution" else []
    return Standing(
        plan=pk, account=each["account_id"], phase=phase, late=len(days), worst=min(days, default=None),
        one_sided=phase != "investigation" and bool(dues.get(pk)) != (pk in theirs),
        short_term=phases.is_short_term(dues.get(pk, []), each["starts_on"]),
        last_review=held.get(pk), since=each["starts_on"], ends_on=each["ends_on"],
    )  # fmt: skip


def _late(keys: Collection[int], today: dt.date) -> dict[int, list[dt.date]]:
    rows = Activity.objects.filter(plan__in=keys, planned_on__lt=today)
    rows = rows.exclude(task__state__in=("done", "dropped"))
    found: dict[int, list[dt.date]] = {}
    for plan, on in rows.order_by().values_list("plan_id", "planned_on"):
        if on is not None:
            found.setdefault(plan, []).append(on)
    return found


def _dues(keys: Collection[int]) -> dict[int, list[dt.date]]:
    found: dict[int, list[dt.date]] = {}
    for plan, due in Objective.objects.filter(plan__in=keys).order_by().values_list("plan_id", "due_on"):
        found.setdefault(plan, []).append(due)
    return found


def _with_interests(keys: Collection[int]) -> set[int]:
    return set(
        Line.objects.filter(plan__in=keys, kind="interest").order_by().values_list("plan_id", flat=True)
    )
