"""What departments and their people are to sell in a year, and how far they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.access.models import OrgUnit, User
from kamerton.core import audit, clock
from kamerton.core.models import Company
from kamerton.plans import department_queries as queries
from kamerton.plans.actions import department as actions
from kamerton.plans.department_queries import Line, Side
from kamerton.plans.models import DepartmentPlan, Target
from kamerton.plans.rules import department as rules
from kamerton.plans.rules.department import Aim
from kamerton.portfolio import queries as portfolio_queries
from kamerton.web import edits, exports, formats
from kamerton.web.addresses import accounts_url
from kamerton.web.department_plan_forms import AddPerson, AimForm, NewPlan
from kamerton.web.form_pages import form_page, form_until_done
from kamerton.web.gates import gate, person
from kamerton.web.parts import Cell, Column, Link, Row, Table
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url

_TITLES = {"retention": gettext_lazy("Customers we have"), "growth": gettext_lazy("New customers")}
_TEXTS = {
    "retention": gettext_lazy(
        "Who bought before the year began: what they are to buy, and how many go on buying."
    ),
    "growth": gettext_lazy(
        "Whose first purchase is in the year: what they are to buy, and how many there are to be."
    ),
}


def _plan(request: HttpRequest, pk: int) -> DepartmentPlan:
    found = next((each for each in queries.visible(person(request)) if each.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _currency() -> str:
    company = Company.objects.filter(pk=1).first()
    return company.currency if company else ""


# --- all plans ---------------------------------------------------------------------------------------------------


@gate("portfolio.view")
@require_GET
def department_plans(request: HttpRequest) -> HttpResponse:
    actor = person(request)
    found, year = queries.visible(actor), clock.today().year
    may = policy.can(actor, actions.RIGHT)
    context = {
        "lead": _lead_of_all(found, year),
        "table": _of_all(actor, found) if found else None,
        "action": Link(_("Plan a department"), reverse("department_plan_new"), "plus") if may else None,
        "missing": _missing(found, year) if may else [],
        "year": year,
    }
    return render(request, "plans/departments.html", context)


def _lead_of_all(found: Sequence[DepartmentPlan], year: int) -> str:
    running = [each.unit.name for each in found if each.year == year]
    if not running:
        return _("No department has targets for %(year)s yet.") % {"year": year}
    return ngettext(
        "For %(year)s there are targets for %(names)s.", "For %(year)s there are targets for %(names)s.", len(running)
    ) % {"year": year, "names": ", ".join(running)}  # fmt: skip


def _missing(found: Iterable[DepartmentPlan], year: int) -> list[Link]:
    """Departments in which somebody answers for accounts and that have no plan for this year."""
    planned = {each.unit_id for each in found if each.year == year}
    units = OrgUnit.objects.filter(kind="department").exclude(pk__in=planned).order_by("name")
    return [
        Link(unit.name, f"{reverse('department_plan_new')}?unit={unit.pk}")
        for unit in units
        if queries.sellers_of(unit)
    ]


def _of_all(actor: User, found: Sequence[DepartmentPlan]) -> Table:
    unit = _currency()
    columns = (
        Column(_("Department")), Column(_("Year"), numeric=True),
        Column(_("Customers we have"), numeric=True, unit=unit), Column(_("Customers we have, reached"), numeric=True),
        Column(_("New customers"), numeric=True, unit=unit), Column(_("New customers, reached"), numeric=True),
    )  # fmt: skip
    rows = []
    for plan in found:
        cells: list[Cell] = []
        for side in queries.sides(actor, plan):
            target = queries.aim(side.department) if side.department else side.planned
            cells += [
                Cell(formats.money(target.volume, decimals=0)),
                _reached(side.actual.volume, target.volume),
            ]
        name = Cell(plan.unit.name, url=reverse("department_plan", args=[plan.pk]))
        rows.append(Row((name, str(plan.year), *cells)))
    return Table(columns, rows, _("Targets of departments"))


def _reached(actual: Any, target: Any) -> Cell:
    part = rules.reached(actual, target)
    if part is None:
        return Cell(formats.MISSING, tone="muted")
    return Cell(formats.share(part, decimals=0), share=min(max(part, 0.0), 1.0))


# --- one plan ----------------------------------------------------------------------------------------------------


@gate("portfolio.view")
@require_GET
def department_plan(request: HttpRequest, pk: int) -> HttpResponse:
    actor, plan = person(request), _plan(request, pk)
    sides = queries.sides(actor, plan)
    may = policy.can(actor, actions.RIGHT)
    context = {
        "title": _title(plan),
        "lead": _lead(sides),
        "note": _note(plan),
        "crumbs": [Link(_("Targets"), reverse("department_plans"))],
        "sides": [
            {"title": _TITLES[side.kind], "text": _TEXTS[side.kind], "table": _of_side(side, may),
             "difference": _difference(side)}
            for side in sides
        ],
        "action": Link(_("Divide anew"), reverse("department_derive", args=[plan.pk]), "refresh", method="post")
        if may else None,
        "others": _others(actor, plan, may),
    }  # fmt: skip
    return render(request, "plans/department.html", context)


def _title(plan: DepartmentPlan) -> str:
    return _("Targets of %(unit)s, %(year)s") % {"unit": plan.unit.name, "year": plan.year}


def _others(actor: User, plan: DepartmentPlan, may: bool) -> list[Link]:
    told = []
    if may:
        told.append(
            Link(_("Add a person"), reverse("department_person", args=[plan.pk]), "plus", drawer=True)
        )
    if policy.can(actor, "export"):
        told += [
            Link(kind.upper(), reverse("department_export", args=[plan.pk, kind]), "download")
            for kind in exports.KINDS
        ]
    return told


def _lead(sides: Sequence[Side]) -> str:
    whole = rules.total(queries.aim(side.department) if side.department else side.planned for side in sides)
    actual = rules.total(side.actual for side in sides)
    part = rules.reached(actual.volume, whole.volume)
    if part is None:
        return _("There is no amount to reach yet.")
    won = next(side for side in sides if side.kind == "growth")
    target = queries.aim(won.department) if won.department else won.planned
    told = {"part": formats.share(part, decimals=0), "n": formats.number(won.actual.clients),
            "of": formats.number(target.clients)}  # fmt: skip
    return (
        ngettext(
            "%(part)s of the amount is reached; %(n)s of %(of)s new customer is won.",
            "%(part)s of the amount is reached; %(n)s of %(of)s new customers are won.",
            target.clients,
        )
        % told
    )


def _note(plan: DepartmentPlan) -> str:
    snapshot = portfolio_queries.latest_snapshot(with_figures=False)
    if snapshot is None:
        return _("There are no figures yet: import sales.")
    if snapshot.as_of.year != plan.year:
        return _("Figures are of %(day)s.") % {"day": formats.date(snapshot.as_of)}
    days = (dt.date(plan.year, 12, 31) - dt.date(plan.year, 1, 1)).days + 1
    gone = snapshot.as_of.timetuple().tm_yday / days
    words = (
        _("Income as of %(day)s; %(part)s of the year is over.")
        if snapshot.basis == "income"
        else _("Turnover as of %(day)s; %(part)s of the year is over.")
    )
    return words % {"day": formats.date(snapshot.as_of), "part": formats.share(gone, decimals=0)}


def _difference(side: Side) -> str:
    """Where the people's targets do not add up to the department's."""
    gap = side.difference
    if gap is None or gap == Aim():
        return ""
    told = []
    if gap.volume:
        words = (
            _("%(amount)s more than the department's")
            if gap.volume > 0
            else _("%(amount)s less than the department's")
        )
        told.append(words % {"amount": formats.money(abs(gap.volume), _currency(), decimals=0)})
    if gap.clients:
        words = (
            ngettext("%(n)s customer more", "%(n)s customers more", abs(gap.clients))
            if gap.clients > 0
            else ngettext("%(n)s customer fewer", "%(n)s customers fewer", abs(gap.clients))
        )
        told.append(words % {"n": formats.number(abs(gap.clients))})
    return _("The people's targets do not add up: %(what)s.") % {"what": ", ".join(told)}


def _of_side(side: Side, may: bool) -> Table:
    unit = _currency()
    columns = (
        Column(_("Person")), Column(_("Target"), numeric=True, unit=unit), Column(_("Actual"), numeric=True, unit=unit),
        Column(_("Amount reached"), numeric=True), Column(_("Customers, target"), numeric=True),
        Column(_("Customers, actual"), numeric=True), Column(_("Customers reached"), numeric=True),
    )  # fmt: skip
    rows = [_line(line, may) for line in side.lines]
    if side.department is None:
        return Table(columns, rows, _TITLES[side.kind])
    together = Cell(formats.money(side.planned.volume, decimals=0))
    rows.append(Row(_cells(Cell(_("People together")), side.planned, side.actual, together)))
    whole = queries.aim(side.department)
    amount = Cell(
        formats.money(whole.volume, decimals=0), url=_edit(side.department) if may else "", drawer=may
    )
    rows.append(Row(_cells(Cell(_("Department")), whole, side.actual, amount), strong=True))
    gap = side.difference or Aim()
    odd: Any = "bad" if gap.volume or gap.clients else "muted"
    rows.append(Row((
        Cell(_("Difference")), Cell(_signed(gap.volume, money=True), tone=odd), "", "",
        Cell(_signed(gap.clients), tone=odd), "", "",
    ), faint=True))  # fmt: skip
    return Table(columns, rows, _TITLES[side.kind])


def _signed(value: Any, *, money: bool = False) -> str:
    shown = formats.money(abs(value), decimals=0) if money else formats.number(abs(value))
    return shown if not value else f"+{shown}" if value > 0 else f"{formats.MINUS}{shown}"


def _edit(target: Target) -> str:
    return reverse("department_target", args=[target.pk])


def _line(line: Line, may: bool) -> Row:
    aim = queries.aim(line.target)
    name = Cell(line.person.display_name, url=accounts_url(responsible=str(line.person.pk)))
    amount = Cell(formats.money(aim.volume, decimals=0), url=_edit(line.target) if may else "", drawer=may)
    return Row(_cells(name, aim, line.actual, amount))


def _cells(name: Cell, aim: Aim, actual: Aim, amount: Cell) -> tuple[Cell, ...]:
    return (
        name, amount, Cell(formats.money(actual.volume, decimals=0)), _reached(actual.volume, aim.volume),
        Cell(formats.number(aim.clients)), Cell(formats.number(actual.clients)), _reached(actual.clients, aim.clients),
    )  # fmt: skip


# --- writing -----------------------------------------------------------------------------------------------------


@gate(actions.RIGHT)
@require_http_methods(["GET", "POST"])
def department_plan_new(request: HttpRequest) -> HttpResponse:
    form = NewPlan(request.POST or None, initial=_as_last_year(request.GET.get("unit", "")))
    made: list[DepartmentPlan] = []

    def act() -> None:
        told = form.cleaned_data
        made.append(
            actions.create(
                actor=person(request), unit=told["unit"], year=told["year"], aims=form.aims, now=clock.now()
            )
        )

    response = form_until_done(
        request, form, act, back=reverse("department_plans"), title=_("Plan a department"), submit=_("Save and divide"),
        lead=_("Its people's targets follow the accounts that they answered for; each can be changed afterwards."),
    )  # fmt: skip
    return redirect("department_plan", made[0].pk) if made else response


def _as_last_year(unit: str) -> dict[str, Any]:
    """The year before of that department, to begin from."""
    year = clock.today().year
    found = OrgUnit.objects.filter(pk=unit).first() if unit.isdecimal() else None
    if found is None:
        return {"year": year}
    people = {each.pk for each in queries.sellers_of(found)}
    before = queries.reached(year - 1, people)
    kept = rules.total(aim for sides in before.values() for aim in sides.values())
    won = rules.total(sides.get("growth", Aim()) for sides in before.values())
    return {"year": year, "unit": found.pk, "retention_volume": kept.volume, "retention_clients": kept.clients,
            "growth_volume": won.volume, "growth_clients": won.clients}  # fmt: skip


@gate(actions.RIGHT)
@require_POST
def department_derive(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    token = actions.derive(actor=person(request), plan=plan, now=clock.now())
    toast(request, _("The targets are divided anew."), undo_url=undo_url(token))
    return redirect("department_plan", plan.pk)


@gate(actions.RIGHT)
@require_http_methods(["GET", "POST"])
def department_target(request: HttpRequest, pk: int) -> HttpResponse:
    target = get_object_or_404(Target.objects.select_related("plan__unit", "person"), pk=pk)
    plan = _plan(request, target.plan_id)
    form = AimForm(request.POST or None, record=target)
    act = partial(actions.set_target, actor=person(request), target=target, now=clock.now())
    back = reverse("department_plan", args=[plan.pk])
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        return redirect(back)
    who = target.person.display_name if target.person else plan.unit.name
    title = _("%(what)s: %(name)s, %(year)s") % {"what": _TITLES[target.kind], "name": who, "year": plan.year}
    drop = reverse("department_person_drop", args=[plan.pk, target.person_id]) if target.person_id else ""
    others = [Link(_("Take out of the plan"), drop, "trash", method="post", tone="bad")] if drop else []
    return form_page(request, form, title=title, back=back, submit=_("Save"), others=others)


@gate(actions.RIGHT)
@require_http_methods(["GET", "POST"])
def department_person(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    among = User.objects.filter(is_active=True, is_external=False).exclude(targets__plan=plan)
    form = AddPerson(request.POST or None, among=among)

    def act() -> None:
        actions.add_person(
            actor=person(request), plan=plan, person=form.cleaned_data["person"], now=clock.now()
        )
        toast(request, _("Added, with nothing to reach yet."))

    back = reverse("department_plan", args=[plan.pk])
    return form_until_done(request, form, act, back=back, title=_("Add a person"), submit=_("Add"))


@gate(actions.RIGHT)
@require_POST
def department_person_drop(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    plan = _plan(request, pk)
    who = get_object_or_404(User.objects.filter(targets__plan=plan).distinct(), pk=number)
    token = actions.drop_person(actor=person(request), plan=plan, person=who, now=clock.now())
    toast(
        request, _("%(person)s is out of the plan.") % {"person": who.display_name}, undo_url=undo_url(token)
    )
    return redirect("department_plan", plan.pk)


@gate("export", "portfolio.view")
@require_GET
def department_export(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    actor, plan = person(request), _plan(request, pk)
    heads = [_("Part"), _("Person"), _("Target"), _("Actual"), _("Customers, target"), _("Customers, actual")]
    audit.record(actor=actor, action="plans.export", subject=plan, now=clock.now(), after={"file": kind})
    return exports.answer(
        kind, f"targets-{plan.year}-{plan.pk}", [str(head) for head in heads], _lines(actor, plan)
    )  # type: ignore[return-value]


def _lines(actor: User, plan: DepartmentPlan) -> list[list[object]]:
    told: list[list[object]] = []
    for side in queries.sides(actor, plan):
        title = str(_TITLES[side.kind])
        for line in side.lines:
            aim = queries.aim(line.target)
            told.append([title, line.person.display_name, aim.volume, line.actual.volume, aim.clients,
                         line.actual.clients])  # fmt: skip
        if side.department is not None:
            whole = queries.aim(side.department)
            told.append([title, plan.unit.name, whole.volume, side.actual.volume, whole.clients,
                         side.actual.clients])  # fmt: skip
    return told
