"""The plan of an account on one page: its phases, what both want, what is done, how far it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core import clock
from kamerton.plans import choices, queries
from kamerton.plans.models import Line, Objective, Plan
from kamerton.plans.queries import Goal, Whole
from kamerton.plans.rules import phases
from kamerton.portfolio.models import SupplierStage
from kamerton.web import formats, plan_words
from kamerton.web import plan_timeline as timeline
from kamerton.web.account_frame import found, frame
from kamerton.web.gates import gate, person
from kamerton.web.parts import Cell, Column, Link, Row, Step, Table
from kamerton.web.plan_parts import VIEW, currency, found_plan, may_edit, plan_url

_PHASES = ("investigation", "formalisation", "execution")


@gate(VIEW)
@require_GET
def account_plan(request: HttpRequest, account: str) -> HttpResponse:
    """The plan that the account is led by; without one, how to begin it."""
    known = found(request, account, VIEW)
    current = queries.current_plan(known, clock.today())
    rows = queries.plans_of(person(request), known)
    if current is not None or rows:
        return redirect(plan_url(current or rows[0]))
    context = frame(request, known, "account_plan") | {
        "lead": _("%(name)s has no plan yet.") % {"name": known.name},
        "action": Link(_("Begin a plan"), reverse("plan_new", args=[known.number]), "plus")
        if policy.can(request.user, "accounts.edit", known) else None,
    }  # fmt: skip
    return render(request, "plans/none.html", context)


@gate(VIEW)
@require_GET
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    row = found_plan(request, pk)
    actor, today = person(request), clock.today()
    whole = queries.whole(row, actor, today)
    changes = queries.changed_since(whole.approved, actor) if whole.approved else ()
    badge, approval = plan_words.approval(whole, len(changes))
    may, money = may_edit(request, row), currency()
    context = frame(request, row.account, "account_plan") | {
        "plan": row,
        "whole": whole,
        "lead": plan_words.sentence(whole),
        "note": approval,
        "badges": [plan_words.phase_badge(row), badge],
        "may": may,
        "money": money,
        "steps": [Step(label) for key, label in choices.phases() if key in _PHASES],
        "step": phases.ORDER.index(row.phase) + 1,
        "action": _action(row, whole) if may else None,
        "others": [
            Link(_("One page"), reverse("plan_page", args=[row.pk]), "file-text"),
            *_documents(actor, row),
        ],
        "gaps": [plan_words.GAPS[gap] for gap in whole.missing],
        "warnings": _warnings(whole),
        "goals": _goals(whole.goals, money),
        "rows": timeline.rows(whole.doings, whole),
        "scale": timeline.scale(whole, today),
        "load": timeline.load(whole.doings, money),
        "swot": [(kind, dict(choices.line_kinds())[kind], whole.lines.get(kind, [])) for kind in choices.SWOT],
        "ideas": [(line, plan_words.idea_badge(line.state)) for kind in choices.IDEAS for line in whole.lines.get(kind, [])],
        "interests": [_line(line) for line in whole.lines.get("interest", [])],
        "solutions": [_line(line) for line in whole.lines.get("solution", [])],
        "opportunities": _opportunities(whole, money),
        "compared": _compared(request, row),
        "supplier": _supplier(row.account),
        "reviews": whole.reviews,
        "versions": [(version, plan_words.version_badge(version)) for version in whole.versions],
        "comments": queries.comments_of(row, actor),
        "on_time": formats.share(whole.on_time.share, decimals=0) if whole.on_time.share is not None else "",
        "changes": len(changes),
        "beside": [each for each in queries.plans_of(actor, row.account) if each.pk != row.pk],
    }  # fmt: skip
    return render(request, "plans/plan.html", context)


def _action(row: Plan, whole: Whole) -> Link | None:
    if row.phase != "execution":
        return Link(_("Close this phase"), reverse("plan_close", args=[row.pk]), "check", drawer=True)
    if whole.waiting is None and not _is_approved(whole):
        return Link(_("Ask for approval"), reverse("plan_ask", args=[row.pk]), "gavel", drawer=True)
    return Link(_("New activity"), reverse("activity_new", args=[row.pk]), "plus", drawer=True)


def _warnings(whole: Whole) -> str:
    """In the investigation nothing is expected of both sides yet."""
    if whole.plan.phase in ("investigation", "ended"):
        return ""
    return " ".join(str(plan_words.WARNINGS[each]) for each in whole.warnings)


def _is_approved(whole: Whole) -> bool:
    return whole.approved is not None and queries.is_as_approved(whole.plan)


def _documents(actor: User, row: Plan) -> list[Link]:
    """Where the plan is made into files, for who may take files out."""
    if not policy.can(actor, "export", row.account):
        return []
    url = reverse("account_make", args=[row.account.number])
    return [Link(_("Make a document"), f"{url}?plan={row.pk}#plan", "download")]


# --- objectives ----------------------------------------------------------------------------------------------------


def _goals(goals: list[Goal], money: str) -> Table:
    columns = (
        Column(_("Objective")), Column(_("Now"), numeric=True), Column(_("Target"), numeric=True), Column(_("Until")),
        Column(_("How far"), hint=_("The mark is where the time is.")), Column(_("State")),
    )  # fmt: skip
    return Table(columns, [_goal(goal, money) for goal in goals], _("Objectives"), long_names=True)


def _goal(goal: Goal, money: str) -> Row:
    row, told = goal.row, goal.progress
    now = plan_words.amount(told.current, row, money)
    if row.kind == "milestone":
        now = formats.date(row.reached_on, short=True) if row.reached_on else ""
    return Row(
        (
            Cell(
                row.title, url=reverse("objective", args=[row.pk]), drawer=True, sub=plan_words.agreement(row)
            ),
            now,
            Cell(plan_words.amount(row.target, row, money), sub=_begins(row, money)),
            formats.date(row.due_on, short=True),
            _how_far(goal),
            Cell(badges=(plan_words.goal_badge(goal),)),
        )
    )


def _begins(row: Objective, money: str) -> str:
    """Where the way to the target begins."""
    if row.baseline is None:
        return ""
    return _("from %(value)s") % {"value": plan_words.amount(row.baseline, row, money)}


def _how_far(goal: Goal) -> Cell:
    """The mark is where the time is."""
    share = goal.progress.share
    if goal.row.kind == "milestone" or share is None:
        return Cell()
    return Cell(formats.share(share, decimals=0), share=share, mark=goal.progress.expected)


# --- the rest ------------------------------------------------------------------------------------------------------


def _line(line: Line) -> dict[str, Any]:
    """With the need or the fact behind it, and who said it."""
    fact = line.fact
    return {
        "row": line, "text": line.text or (fact.statement if fact else ""),
        "need": line.need.what if line.need else "",
        "who": line.contact.display_name if line.contact else "",
    }  # fmt: skip


def _opportunities(whole: Whole, money: str) -> list[Cell]:
    return [
        Cell(row.title, url=reverse("opportunity", args=[row.pk]),
             sub=f"{formats.money(row.amount, money, decimals=0)} · {row.get_stage_display()}")
        for row in whole.opportunities
    ]  # fmt: skip


def _compared(request: HttpRequest, row: Plan) -> dict[str, Any]:
    """Names only of those that the reader reaches."""
    seen = policy.scope(row.compared.all(), request.user, "accounts.view")
    names = list(seen.order_by("name").values_list("name", flat=True))
    return {"names": names, "hidden": row.compared.count() - len(names)}


def _supplier(account: Account) -> SupplierStage | None:
    """The final goal of every account: to be the preferred supplier, how far and by when (OTH-01)."""
    return SupplierStage.objects.filter(account=account).first()


@gate(VIEW)
@require_GET
def plan_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan on one page, to print or to review in ten minutes."""
    row = found_plan(request, pk)
    actor, today, money = person(request), clock.today(), currency()
    whole = queries.whole(row, actor, today)
    changes = queries.changed_since(whole.approved, actor) if whole.approved else ()
    badge, approval = plan_words.approval(whole, len(changes))
    ahead = [each for each in whole.doings if each.row.state == "open"]
    context = {
        "plan": row, "whole": whole, "lead": plan_words.sentence(whole), "note": approval, "badge": badge,
        "phase": plan_words.phase_badge(row),
        "goals": _goals(whole.goals, money),
        "interests": [_line(line) for line in whole.lines.get("interest", [])],
        "rows": timeline.rows(ahead[:10], whole), "more": len(ahead) - 10,
        "opportunities": _opportunities(whole, money)[:5],
        "warnings": _warnings(whole),
        "next_review": next((each for each in reversed(whole.reviews) if each.state == "planned"), None),
        "on_time": formats.share(whole.on_time.share, decimals=0) if whole.on_time.share is not None else "",
        "crumbs": [Link(row.account.name, plan_url(row))],
    }  # fmt: skip
    return render(request, "plans/page.html", context)
