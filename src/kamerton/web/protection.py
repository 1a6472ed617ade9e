"""Risk of one account: on what we depend, the plan against losing it, its barriers, and what pushes the risk up."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.accounts.queries import responsible_for
from kamerton.core import clock, undo
from kamerton.portfolio import protection_queries, status_queries
from kamerton.portfolio.actions import protection as actions
from kamerton.portfolio.models import AccountFigure, Barrier, Protection, Snapshot
from kamerton.portfolio.protection_queries import Standing
from kamerton.web import edits, formats, keeping, protection_words
from kamerton.web.account_frame import figures_of, found, frame
from kamerton.web.form_pages import form_page, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.parts import Cell, Column, Row, Table
from kamerton.web.protection_forms import BarrierEdit, BarrierForm, GoalEdit
from kamerton.web.records import found as found_row
from kamerton.web.status_words import benefit_and_risk, level_name
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url
from kamerton.work.models import Task
from kamerton.work.queries import assignable

EDIT, VIEW = "accounts.edit", "portfolio.view"


@gate(VIEW)
@require_GET
def account_risk(request: HttpRequest, account: str) -> HttpResponse:
    known = found(request, account, VIEW)
    figures = snapshot, row = figures_of(request, known)
    plan = protection_queries.plan_of(known)
    told = protection_queries.standing(plan) if plan else None
    context = frame(request, known, "account_risk", figures)
    context |= {
        "lead": protection_words.sentence(known.name, told) if told else _no_plan(known, snapshot, row),
        "note": _("As of %(day)s.") % {"day": formats.date(snapshot.as_of)} if snapshot else "",
        "may_edit": policy.can(person(request), EDIT, known),
        "plan": _plan(request, known, told) if told else None,
        "keeping": keeping.of_account(request, known, figures),
    }
    return render(request, "portfolio/protection.html", context)


def _no_plan(account: Account, snapshot: Snapshot | None, row: AccountFigure | None) -> str:
    if snapshot is None or row is None or row.basis_share is None:
        return _("Nothing was sold to %(name)s yet, so we do not depend on it.") % {"name": account.name}
    told = {"name": account.name, "share": formats.share(row.basis_share),
            "line": formats.share(snapshot.profile["share_critical"], decimals=0)}  # fmt: skip
    return _(
        "%(name)s makes %(share)s of the company. Past %(line)s it would get a plan against losing it by itself."
    ) % told  # fmt: skip


def _plan(request: HttpRequest, account: Account, told: Standing) -> dict[str, Any]:
    actor, plan, span = person(request), told.plan, told.span
    barriers = list(plan.barriers.select_related("owner").order_by("pk"))
    steps = policy.scope(protection_queries.tasks_of(plan), actor, "work.view")
    return {
        "row": plan,
        "in_force": told.in_force,
        "badges": [protection_words.grade_badge(span), protection_words.COMPLETENESS[told.told]]
        if told.in_force else [],
        "places": _places(told) if told.in_force and len(span.places) > 1 else None,
        "barriers": [
            {
                "pk": each.pk, "what": each.what, "badge": protection_words.state_badge(each),
                "sub": protection_words.barrier_sub(each), "evidence": each.evidence,
            }
            for each in barriers
        ],
        "steps": [
            Cell(task.title, url=reverse("task", args=[task.pk]),
                 sub=_step_sub(task),
                 )
            for task in steps
        ],
        "has_steps": protection_queries.tasks_of(plan).exists(),
        "nobody": told.in_force and responsible_for(account, clock.today()) is None,
        "both": _benefit_and_risk(account, told),
        "history": _history(plan) if len(plan.spans.all()) > 1 or not told.in_force else None,
    }  # fmt: skip


def _step_sub(task: Task) -> str:
    """Whose it is and by when; what came of it once it is over."""
    if task.state != "open":
        return (
            f"{task.get_state_display()}: {task.outcome}" if task.outcome else str(task.get_state_display())
        )
    due = _("due %(day)s") % {"day": formats.date(task.due_on, short=True)} if task.due_on else ""
    return " · ".join(part for part in (task.owner.display_name, due) if part)


def _benefit_and_risk(account: Account, told: Standing) -> list[tuple[str, str]]:
    """As they were decided with key status; else as the figures tell them (C20)."""
    held = status_queries.held_of(account)
    if held is not None and held.benefit:
        benefit, risk = held.benefit, held.risk
    elif told.in_force:
        benefit, risk = benefit_and_risk(told.span.share, told.span.level, told.span.of)
    else:
        return []
    return [(_("What we gain by the dependence"), benefit), (_("What the dependence endangers"), risk)]


def _places(told: Standing) -> Table:
    columns = (Column(_("Of")), Column(_("Share"), numeric=True, hint=_("the mark is the line")))
    rows = [
        Row((
            level_name(each["level"], each["of"]),
            Cell(formats.share(each["share"]), share=each["share"], mark=each["line"]),
        ))
        for each in told.span.places
    ]  # fmt: skip
    return Table(columns, rows, _("Where we depend on it"), cards=False)


def _history(plan: Protection) -> Table:
    columns = (Column(_("From")), Column(_("Until")), Column(_("Where")), Column(_("Why it ended")))
    rows = [
        Row((
            formats.date(span.since, short=True),
            formats.date(span.until, short=True) if span.until else _("today"),
            protection_words.place(span.share, span.level, span.of),
            span.get_end_why_display() if span.end_why else "",
        ))
        for span in plan.spans.all()
    ]  # fmt: skip
    return Table(columns, rows, _("Times of dependence"))


# --- what is written down --------------------------------------------------------------------------------------


def risk_url(number: str) -> str:
    return reverse("account_risk", args=[number])


def _undoable(request: HttpRequest, text: str, kind: str, parameters: dict[str, Any]) -> None:
    token = undo.offer(actor=person(request), kind=kind, parameters=parameters, now=clock.now())
    toast(request, text, undo_url=undo_url(token))


def _people(request: HttpRequest, account: Account, *also: int) -> Any:
    """Oneself, whom one may give work to, and who has it already."""
    some = assignable(person(request), clock.today(), account).values_list("pk", flat=True)
    return User.objects.filter(pk__in=[*some, person(request).pk, *also])


def _plan_at(account: Account) -> Protection:
    plan = Protection.objects.filter(account=account).select_related("account").first()
    if plan is None:
        raise Http404
    return plan


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def protection_goal(request: HttpRequest, account: str) -> HttpResponse:
    known = found(request, account, EDIT)
    plan = _plan_at(known)
    form = GoalEdit(request.POST or None, record=plan)
    act = partial(actions.set_goal, actor=person(request), plan=plan, now=clock.now())
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        return redirect(risk_url(known.number))
    return form_page(
        request, form, title=_("Goal at %(name)s: maximum loyalty") % {"name": known.name},
        back=risk_url(known.number), submit=_("Save"),
    )  # fmt: skip


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def barrier_new(request: HttpRequest, account: str) -> HttpResponse:
    known = found(request, account, EDIT)
    plan, actor = _plan_at(known), person(request)
    owner = responsible_for(known, clock.today()) or actor
    form = BarrierForm(
        request.POST or None, people=_people(request, known, owner.pk), initial={"owner": owner.pk}
    )
    if request.method == "POST" and form.is_valid() and refused_to(form, lambda: _add(request, plan, form)):
        return redirect(risk_url(known.number))
    return form_page(
        request, form, title=_("Barrier at %(name)s") % {"name": known.name}, back=risk_url(known.number),
        submit=_("Write it down"),
    )  # fmt: skip


@transaction.atomic
def _add(request: HttpRequest, plan: Protection, form: BarrierForm) -> None:
    row = actions.add_barrier(actor=person(request), plan=plan, values=form.cleaned_data, now=clock.now())
    _undoable(request, _("The barrier is written down."), "portfolio.barrier_unadd", {"barrier": row.pk})


def _barrier(request: HttpRequest, pk: int) -> Barrier:
    return found_row(request, Barrier, pk, EDIT, "plan__account", "owner")


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def barrier_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _barrier(request, pk)
    account = row.plan.account
    form = BarrierEdit(request.POST or None, record=row, people=_people(request, account, row.owner_id))
    if request.method == "POST" and edits.saved(form, partial(_edit, request, row)):
        return redirect(risk_url(account.number))
    return form_page(
        request, form, title=_("Barrier at %(name)s") % {"name": account.name}, back=risk_url(account.number),
        submit=_("Save"),
    )  # fmt: skip


@transaction.atomic
def _edit(request: HttpRequest, row: Barrier, *, opened: Any, submitted: Any) -> None:
    before = actions.shown(Barrier.objects.get(pk=row.pk))
    after = actions.edit_barrier(
        actor=person(request), barrier=row, opened=opened, submitted=submitted, now=clock.now()
    )
    if actions.shown(after) == before:
        toast(request, _("Nothing was changed."))
        return
    _undoable(request, _("Saved."), "portfolio.barrier_unedit",
              {"barrier": row.pk, "version": after.version, "before": before})  # fmt: skip


@gate(EDIT, VIEW)
@require_POST
def barrier_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = _barrier(request, pk)
    with transaction.atomic():
        kept = actions.remove_barrier(actor=person(request), barrier=row, now=clock.now())
        _undoable(request, _("The barrier is taken away."), "portfolio.barrier_back", kept)
    return redirect(risk_url(row.plan.account.number))
