"""One project: vision, goals, what was settled together, check-ins, money, and how freely it is led."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Contact
from kamerton.core import clock
from kamerton.core.models import Company
from kamerton.plans import project_queries as queries
from kamerton.plans.actions import budgets, check_ins, levels
from kamerton.plans.actions import projects as actions
from kamerton.plans.models import Autonomy, Project, record_kinds
from kamerton.plans.project_queries import Standing
from kamerton.plans.rules import autonomy as rules
from kamerton.web import edits, formats
from kamerton.web import project_forms as forms_of
from kamerton.web.account_frame import found as found_account
from kamerton.web.addresses import account_url
from kamerton.web.form_pages import form_page, form_until_done, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.parts import Badge, Cell, Column, Link, Row, Table
from kamerton.web.project_list import STATES
from kamerton.web.settings_tabs import settings_tabs
from kamerton.web.toasts import toast

VIEW, EDIT = "work.view", "work.edit"
_MATTERS = {
    "start": gettext_lazy("The start"),
    "goals": gettext_lazy("New goals"),
    "close": gettext_lazy("The end"),
}
_SPENDS = {
    "within": Badge("good", gettext_lazy("Within the budget"), soft=True),
    "waiting": Badge("warn", gettext_lazy("Waits for a decision"), soft=True),
    "approved": Badge("good", gettext_lazy("Approved"), soft=True),
    "refused": Badge("off", gettext_lazy("Refused"), soft=True),
}


def _found(request: HttpRequest, pk: int, right: str = EDIT) -> Project:
    found: Project = get_object_or_404(queries.projects(person(request), right), pk=pk)
    return found


def _currency() -> str:
    company = Company.objects.filter(pk=1).first()
    return company.currency if company else ""


# --- the page ----------------------------------------------------------------------------------------------------


@gate(VIEW)
@require_GET
def project(request: HttpRequest, pk: int) -> HttpResponse:
    actor, row = person(request), _found(request, pk, VIEW)
    told = queries.standing(row, clock.today())
    leads = queries.leads(actor, row.leader)
    writes = row.is_open and (leads or _is_leader(actor, row)) and policy.can(actor, EDIT, row)
    context = {
        "project": row,
        "lead": _lead(row, told),
        "note": _("%(leader)s leads it at D%(level)s since %(day)s.") % {
            "leader": row.leader.display_name, "level": row.level, "day": formats.date(row.level_since)},
        "crumbs": [Link(_("Projects"), reverse("projects")), Link(row.account.name, account_url(row.account.number))],
        "badge": STATES[row.state],
        "slow": told.slow,
        "writes": writes,
        "leads": leads and row.is_open,
        "action": _next_step(row, told) if writes else None,
        "others": _others(row, writes=writes, leads=leads and row.is_open),
        "records": _records(row, writes),
        "freedom": _freedom(row),
        "money": _money(row, told),
        "spends": _spends(row),
        "check_ins": _check_ins(row, clock.today()),
        "changes": list(row.level_changes.select_related("by")),
    }  # fmt: skip
    return render(request, "plans/project.html", context)


def _is_leader(actor: User, row: Project) -> bool:
    return row.leader_id in {actor.pk, *(each.pk for each in policy.represented(actor))}


def _lead(row: Project, told: Standing) -> str:
    today = clock.today()
    if row.state == "preparing":
        names = dict(record_kinds())
        missing = ", ".join(str(names[each]).lower() for each in told.missing)
        return (
            _("It has not started. Still to be settled together: %(what)s.") % {"what": missing}
            if missing
            else _("All is settled: it can start.")
        )
    if row.state != "running":
        return _("It ended on %(day)s.") % {"day": formats.date(row.ended_on)}
    due = told.check_in.due_on if told.check_in else None
    if due is not None and due < today:
        return _("It is running; the check-in of %(day)s is late.") % {"day": formats.date(due)}
    if due is not None:
        return _("It is running; the next check-in is on %(day)s.") % {"day": formats.date(due)}
    return _("It is running.")


def _next_step(row: Project, told: Standing) -> Link | None:
    """What comes next is the one primary action of the page."""
    if row.state == "preparing" and told.missing:
        return Link(
            _("Settle together"), reverse("project_settle", args=[row.pk, told.missing[0]]), drawer=True
        )
    if row.state == "preparing":
        return Link(_("Start"), reverse("project_start", args=[row.pk]), method="post")
    return Link(_("Write down a check-in"), reverse("project_check_in", args=[row.pk]), drawer=True)


def _others(row: Project, *, writes: bool, leads: bool) -> list[Link]:
    told = []
    if leads:
        told.append(Link(_("Change the level"), reverse("project_level", args=[row.pk]), drawer=True))
        told.append(Link(_("Another leader"), reverse("project_leader", args=[row.pk]), drawer=True))
    if writes:
        told.append(Link(_("End it"), reverse("project_close", args=[row.pk]), drawer=True))
    return told


def _records(row: Project, writes: bool) -> list[dict[str, Any]]:
    known = {each.kind: each for each in row.records.select_related("superior")}
    wanted = rules.MATRIX[row.level].records
    return [
        {
            "name": name,
            "record": known.get(kind),
            "sub": _settled(known[kind]) if kind in known else "",
            "needed": kind in wanted,
            "url": reverse("project_settle", args=[row.pk, kind]) if writes else "",
        }
        for kind, name in record_kinds()
        if kind in wanted or kind in known
    ]


def _settled(record: Any) -> str:
    return _("with %(person)s on %(day)s") % {
        "person": record.superior.display_name, "day": formats.date(record.on)}  # fmt: skip


def _freedom(row: Project) -> Table:
    """What the leader decides alone, and what waits, at each level; the project's own is marked."""
    columns = (Column(_("What is decided")), *(Column(f"D{level}") for level in rules.MATRIX))
    rows = [
        Row(
            (
                Cell(_MATTERS[matter]),
                *(_by(rules.asks(level, matter), level == row.level) for level in rules.MATRIX),
            )
        )
        for matter in rules.MATTERS
    ]
    here = row.level
    rows.append(
        Row((Cell(_("Money within the budget")), *(_by(False, level == here) for level in rules.MATRIX)))
    )
    rows.append(
        Row((Cell(_("Money beyond the budget")), *(_by(True, level == here) for level in rules.MATRIX)))
    )
    days = queries.days_between(queries.autonomy())
    rows.append(Row((Cell(_("Days between check-ins")), *(
        Cell(formats.number(days[level]), tone="" if level == here else "muted") for level in rules.MATRIX
    ))))  # fmt: skip
    return Table(columns, rows, _("How freely it is led"))


def _by(asks: bool, here: bool) -> Cell:
    return Cell(_("superior") if asks else _("leader"), tone="" if here else "muted")


def _money(row: Project, told: Standing) -> str:
    if row.budget is None:
        return _("No budget is agreed: all money waits for the superior.")
    unit = _currency()
    words = {"spent": formats.money(told.spent, unit), "budget": formats.money(row.budget, unit),
             "left": formats.money(told.left, unit), "purpose": row.budget_purpose}  # fmt: skip
    return _("%(spent)s of %(budget)s is spent, %(left)s is left. It is for: %(purpose)s") % words


def _spends(row: Project) -> list[dict[str, Any]]:
    unit = _currency()
    return [
        {
            "what": each.what,
            "amount": formats.money(each.amount, unit),
            "sub": f"{each.by.display_name if each.by else ''}, {formats.date(each.on, short=True)}".removeprefix(
                ", "
            ),
            "badge": _SPENDS[each.state],
            "url": reverse("approval", args=[each.approval_id]) if each.approval_id else "",
        }
        for each in row.spends.select_related("by")
    ]


def _check_ins(row: Project, today: dt.date) -> list[dict[str, Any]]:
    return [
        {
            "day": formats.date(each.held_on or each.due_on),
            "note": each.note,
            "due": each.held_on is None,
            "late": each.held_on is None and each.due_on < today,
            "who": each.by.display_name if each.by and each.held_on else "",
        }
        for each in row.check_ins.select_related("by")
    ]


# --- writing -----------------------------------------------------------------------------------------------------


@gate(EDIT)
@require_http_methods(["GET", "POST"])
def project_new(request: HttpRequest, account: str) -> HttpResponse:
    actor, known = person(request), found_account(request, account, EDIT)
    contact = _contact(request, known)
    initial = {"leader": actor.pk, "contact": contact.pk if contact else None,
               "title": contact.display_name if contact else known.name}  # fmt: skip
    form = forms_of.NewProject(request.POST or None, account=known, actor=actor, initial=initial)
    made: list[Project] = []

    def act() -> None:
        made.append(actions.open_project(actor=actor, account=known, now=clock.now(), **form.cleaned_data))

    page = form_until_done(
        request, form, act, back=reverse("projects"), title=_("Open a project: %(name)s") % {"name": known.name},
        submit=_("Open"), lead=_("It begins at D1: goals, plan and how it is followed are settled together first."),
    )  # fmt: skip
    return redirect("project", made[0].pk) if made else page


def _contact(request: HttpRequest, account: Any) -> Contact | None:
    told = request.GET.get("contact", "")
    people = policy.scope(account.contacts.present(), request.user, "accounts.view")
    return people.filter(pk=told).first() if told.isdecimal() else None


@gate(EDIT)
@require_http_methods(["GET", "POST"])
def project_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    form = forms_of.ProjectForm(request.POST or None, record=row)
    act = partial(actions.edit, actor=person(request), project=row, now=clock.now())
    back = reverse("project", args=[row.pk])
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        return redirect(back)
    return form_page(request, form, title=row.title, back=back, submit=_("Save"))


def _simple(
    request: HttpRequest,
    row: Project,
    form: Any,
    act: Callable[..., Any],
    *,
    title: str,
    submit: str,
    done: str = "",
) -> HttpResponse:
    """A form whose fields are the action's; what waits for somebody is said so."""

    def run() -> None:
        waits = act(actor=person(request), project=row, now=clock.now(), **form.cleaned_data)
        state = getattr(waits, "state", "")
        toast(request, _("It waits for a decision now.") if state == "waiting" else done or _("Saved."))

    back = reverse("project", args=[row.pk])
    return form_until_done(request, form, run, back=back, title=title, submit=submit)


@gate(EDIT)
@require_http_methods(["GET", "POST"])
def project_settle(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    row, names = _found(request, pk), dict(record_kinds())
    if kind not in names:
        raise Http404
    known = row.records.filter(kind=kind).first()
    initial = {"text": known.text, "on": known.on, "superior": known.superior_id} if known else None
    form = forms_of.SettleForm(request.POST or None, above=policy.superiors(row.leader), initial=initial)
    return _simple(
        request, row, form, partial(actions.settle, kind=kind), title=str(names[kind]), submit=_("Save")
    )


@gate(EDIT)
@require_POST
def project_start(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)

    def act() -> None:
        waits = actions.start(actor=person(request), project=row, now=clock.now())
        toast(request, _("It waits for a decision now.") if waits else _("It has started."))

    refused_to(request, act)
    return redirect("project", row.pk)


@gate(EDIT)
@require_http_methods(["GET", "POST"])
def project_goals(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    form = forms_of.GoalsForm(request.POST or None, initial={"goals": row.goals})
    return _simple(request, row, form, actions.set_goals, title=_("Goals"), submit=_("Save"))


@gate(EDIT)
@require_http_methods(["GET", "POST"])
def project_close(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    form = forms_of.CloseForm(request.POST or None)
    return _simple(
        request, row, form, actions.close, title=_("End it"), submit=_("End it"), done=_("It has ended.")
    )


@gate("work.assign")
@require_http_methods(["GET", "POST"])
def project_level(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk, VIEW)
    form = forms_of.LevelForm(request.POST or None, initial={"level": min(row.level + 1, 4)})
    return _simple(request, row, form, levels.set_level, title=_("Change the level"), submit=_("Save"))


@gate("work.assign")
@require_http_methods(["GET", "POST"])
def project_leader(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk, VIEW)
    form = forms_of.LeaderForm(request.POST or None)
    return _simple(request, row, form, levels.hand_on, title=_("Another leader"), submit=_("Save"))


@gate(EDIT)
@require_http_methods(["GET", "POST"])
def project_check_in(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    form = forms_of.CheckInForm(request.POST or None, initial={"on": clock.today()})
    return _simple(request, row, form, check_ins.hold, title=_("Check-in"), submit=_("Save"))


@gate("work.assign")
@require_http_methods(["GET", "POST"])
def project_budget(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk, VIEW)
    form = forms_of.BudgetForm(
        request.POST or None, initial={"budget": row.budget, "purpose": row.budget_purpose}
    )
    return _simple(request, row, form, budgets.agree, title=_("Agree a budget"), submit=_("Save"))


@gate(EDIT)
@require_http_methods(["GET", "POST"])
def project_spend(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    form = forms_of.SpendForm(request.POST or None, initial={"on": clock.today()})
    return _simple(request, row, form, budgets.spend, title=_("Spend money"), submit=_("Save"))


@gate("portfolio.configure")
@require_http_methods(["GET", "POST"])
def autonomy(request: HttpRequest) -> HttpResponse:
    record: Autonomy = queries.autonomy()
    form = forms_of.AutonomyForm(request.POST or None, record=record)
    act = partial(levels.set_autonomy, actor=person(request), now=clock.now())
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        return redirect("autonomy")
    return form_page(
        request, form, title=_("How freely projects are led"), back=reverse("settings"), submit=_("Save"),
        lead=_("Each project begins at D1. With the level its leader decides more alone and is looked at less often."),
        tabs=settings_tabs(person(request), "autonomy"),
    )  # fmt: skip
