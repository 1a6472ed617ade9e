"""Writing a plan: begun, changed, led through its phases, filled line by line."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.accounts.models import Account, Fact
from kamerton.accounts.queries import responsible_for
from kamerton.core import clock
from kamerton.plans import choices, queries
from kamerton.plans.actions import lines, objectives
from kamerton.plans.actions import plans as actions
from kamerton.plans.models import Line, Objective, Plan
from kamerton.plans.rules import phases
from kamerton.portfolio.models import Opportunity
from kamerton.web import edits, formats, plan_forms, plan_words
from kamerton.web.account_frame import found
from kamerton.web.form_pages import form_page, form_until_done, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.parts import Link
from kamerton.web.plan_parts import EDIT, VIEW, currency, found_plan, offer_undo, people_for, plan_url
from kamerton.web.records import found as found_row
from kamerton.web.toasts import toast

# --- the plan ------------------------------------------------------------------------------------------------------


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, account: str) -> HttpResponse:
    """Begun in a minute: the year, the owner, and, where one likes, a template."""
    known = found(request, account, EDIT)
    actor, day = person(request), clock.today()
    owner = responsible_for(known, day) or actor
    form = plan_forms.BeginForm(
        request.POST or None, actor=actor, account=known, people=people_for(request, known, owner.pk),
        initial=_usual_year(known, day) | {"owner": owner.pk},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and (plan := _begun(request, form, known)):
        return redirect(plan_url(plan))
    return form_page(
        request, form, title=_("Begin a plan for %(name)s") % {"name": known.name},
        lead=_("Facts, needs, opportunities, potential and figures that are known are filled in at once."),
        back=reverse("account", args=[known.number]), submit=_("Begin"),
    )  # fmt: skip


def _usual_year(account: Account, day: dt.date) -> dict[str, Any]:
    """This year, or from October on the next one."""
    year = day.year + (day.month >= 10)
    return {
        "title": _("Plan %(year)s for %(name)s") % {"year": year, "name": account.name},
        "starts_on": dt.date(year, 1, 1), "ends_on": dt.date(year, 12, 31),
    }  # fmt: skip


def _begun(request: HttpRequest, form: Any, account: Account) -> Plan | None:
    told = dict(form.cleaned_data)
    template, made = told.pop("template", None), []

    def act() -> None:
        made.append(
            actions.begin(
                actor=person(request), account=account, values=told, template=template, now=clock.now()
            )
        )
        toast(request, _("The plan is begun, with what was known already."))

    return made[0] if refused_to(form, act) else None


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = found_plan(request, pk, EDIT)
    form = plan_forms.PlanForm(
        request.POST or None, record=row, actor=person(request), plan=row,
        people=people_for(request, row.account, row.owner_id),
    )  # fmt: skip
    return _part(request, row, form, _("Change the plan"))


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    row = found_plan(request, pk, EDIT)
    form = plan_forms.AgreementForm(request.POST or None, record=row, actor=person(request), plan=row)
    return _part(request, row, form, _("What both sides agree on"), anchor="both")


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def loyalty(request: HttpRequest, pk: int) -> HttpResponse:
    row = found_plan(request, pk, EDIT)
    form = plan_forms.LoyaltyForm(request.POST or None, record=row, actor=person(request), plan=row)
    return _part(request, row, form, _("What makes them stay"), anchor="loyalty")


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def identify(request: HttpRequest, pk: int) -> HttpResponse:
    """The end of the investigation: why this one, against which, with what potential (ABP-15)."""
    row, day = found_plan(request, pk, EDIT), clock.today()
    seen = policy.scope(Account.objects.current(), request.user, "accounts.view").exclude(pk=row.account_id)
    offered = seen.filter(pk__in=[*row.compared.values_list("pk", flat=True)])
    form = plan_forms.IdentifyForm(
        request.POST or None, record=row, actor=person(request), plan=row, offered=offered, day=day
    )

    def act(*, opened: Any, submitted: Any) -> None:
        told = submitted | {"compared": form.accounts()}
        actions.edit(actor=person(request), plan=row, opened=opened, submitted=told, now=clock.now())

    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        return redirect(plan_url(row, "identified"))
    return form_page(request, form, title=_("Why this account"), back=plan_url(row), submit=_("Save"))


def _part(request: HttpRequest, row: Plan, form: Any, title: str, anchor: str = "") -> HttpResponse:
    act = partial(actions.edit, actor=person(request), plan=row, now=clock.now())
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        return redirect(plan_url(row, anchor))
    return form_page(request, form, title=title, back=plan_url(row, anchor), submit=_("Save"))


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def choose_opportunities(request: HttpRequest, pk: int) -> HttpResponse:
    row = found_plan(request, pk, EDIT)
    chosen = row.opportunities.values("pk")
    offered = policy.scope(Opportunity.objects.filter(account=row.account), request.user, VIEW)
    offered = offered.open() | offered.filter(pk__in=chosen)
    form = plan_forms.OpportunitiesForm(
        request.POST or None, offered=offered.distinct(), initial={"opportunities": row.opportunities.all()}
    )
    return form_until_done(
        request, form,
        lambda: actions.choose_opportunities(
            actor=person(request), plan=row, opportunities=list(form.cleaned_data["opportunities"]), now=clock.now()
        ),
        back=plan_url(row, "ideas"), title=_("Opportunities of the plan"), submit=_("Save"),
        others=[Link(_("Write down a new one"), reverse("account_potential", args=[row.account.number]), "flag")],
    )  # fmt: skip


# --- phases --------------------------------------------------------------------------------------------------------


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the phase: with everything it asks for, or with the reason why not (ABP-01)."""
    row = found_plan(request, pk, EDIT)
    gaps = phases.missing(row.phase, queries.contents(row))  # type: ignore[arg-type]
    form = plan_forms.CloseForm(request.POST or None)
    if not gaps:
        del form.fields["reason"]
    if request.method == "POST" and form.is_valid():
        asked = request.POST.get("phase") or row.phase

        def act() -> None:
            actions.close_phase(
                actor=person(request),
                plan=row,
                phase=asked,
                reason=form.cleaned_data.get("reason", ""),
                now=clock.now(),
            )

        if refused_to(form, act):
            toast(request, _("The phase is closed."))
            return redirect(plan_url(row))
    context = {
        "plan": row, "form": form, "gaps": [plan_words.GAPS[gap] for gap in gaps],
        "title": _("Close the phase: %(phase)s") % {"phase": row.get_phase_display()},
        "following": dict(choices.phases())[phases.following(row.phase) or "ended"],  # type: ignore[arg-type]
        "crumbs": [Link(row.title, plan_url(row))], "back": plan_url(row),
    }  # fmt: skip
    return render(request, "plans/close.html", context, status=422 if form.errors else 200)


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    row = found_plan(request, pk, EDIT)
    form = plan_forms.ReasonForm(request.POST or None)
    return form_until_done(
        request, form,
        lambda: actions.reopen_phase(
            actor=person(request), plan=row, reason=form.cleaned_data["reason"], now=clock.now()
        ),
        back=plan_url(row), title=_("Go back one phase"), submit=_("Go back"),
        lead=_("Nothing is lost; tasks that were given stay with their owners."),
    )  # fmt: skip


# --- lines ---------------------------------------------------------------------------------------------------------


def _kind(kind: str) -> str:
    names = dict(choices.line_kinds())
    if kind not in names:
        raise Http404
    return str(names[kind])


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def line_new(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    row, name = found_plan(request, pk, EDIT), _kind(kind)
    if kind in choices.SWOT:
        return _facts(request, row, kind, name)
    form = plan_forms.LineFields(request.POST or None, actor=person(request), plan=row, kind=kind)
    return form_until_done(
        request, form,
        lambda: lines.add(
            actor=person(request), plan=row, kind=kind, values=_line_values(form), now=clock.now()
        ),
        back=plan_url(row, kind), title=name, submit=_("Write it down"), others=_need_link(row, kind),
    )  # fmt: skip


def _need_link(row: Plan, kind: str) -> list[Link]:
    return (
        [Link(_("Write down a need"), reverse("need_new", args=[row.account.number]), "flag")]
        if kind == "solution"
        else []
    )


def _line_values(form: Any) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "state" or value}


def _facts(request: HttpRequest, row: Plan, kind: str, name: str) -> HttpResponse:
    """A part of the SWOT is chosen out of the dossier, never typed again."""
    chosen = set(row.lines.filter(kind=kind).values_list("fact", flat=True))
    known = policy.scope(Fact.objects.filter(account=row.account), request.user, "accounts.view")
    offered = known.current() | known.filter(pk__in=chosen)
    form = plan_forms.FactsForm(
        request.POST or None,
        offered=offered.distinct().order_by("topic", "-dated"),
        initial={"facts": list(chosen)},
    )
    return form_until_done(
        request, form,
        lambda: lines.choose_facts(
            actor=person(request), plan=row, kind=kind, facts=list(form.cleaned_data["facts"]), now=clock.now()
        ),
        back=plan_url(row, "swot"), title=name, submit=_("Save"),
        lead=_("Choose the facts of the dossier that belong here."),
        others=[Link(_("Write down a new fact"), reverse("fact_new", args=[row.account.number]), "bulb")],
    )  # fmt: skip


def _found_line(request: HttpRequest, pk: int) -> Line:
    """Who may not read the fact or the need behind a line does not find the line."""
    row = found_row(request, Line, pk, EDIT, "plan__account", "plan__owner", "fact", "need", "contact")
    clear = policy.clearance(request.user)
    if any(each is not None and each.secrecy > clear for each in (row.fact, row.need)):
        raise Http404
    return row


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def line_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found_line(request, pk)
    form = plan_forms.LineForm(
        request.POST or None, record=row, actor=person(request), plan=row.plan, kind=row.kind
    )
    if request.method == "POST" and edits.saved(
        form, partial(lines.edit, actor=person(request), line=row, now=clock.now())
    ):
        toast(request, _("Saved."))
        return redirect(plan_url(row.plan_id, row.kind))
    return form_page(
        request, form, title=str(row.get_kind_display()), back=plan_url(row.plan_id, row.kind), submit=_("Save"),
        note=row.fact.statement if row.fact else "", remove=reverse("plan_line_remove", args=[row.pk]),
    )  # fmt: skip


@gate(EDIT, VIEW)
@require_POST
def line_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found_line(request, pk)

    def act() -> None:
        kept = lines.remove(actor=person(request), line=row, now=clock.now())
        offer_undo(request, _("Taken out of the plan."), "plans.line_back", kept)

    refused_to(request, act)
    return redirect(plan_url(row.plan_id, row.kind))


# --- objectives ----------------------------------------------------------------------------------------------------


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def objective_new(request: HttpRequest, pk: int) -> HttpResponse:
    row = found_plan(request, pk, EDIT)
    form = plan_forms.ObjectiveFields(
        request.POST or None, actor=person(request), plan=row, initial={"due_on": row.ends_on}
    )
    return form_until_done(
        request, form,
        lambda: objectives.add(actor=person(request), plan=row, values=form.cleaned_data, now=clock.now()),
        back=plan_url(row, "objectives"), title=_("Objective"), submit=_("Set it"),
    )  # fmt: skip


def _found_objective(request: HttpRequest, pk: int, right: str) -> Objective:
    return found_row(request, Objective, pk, right, "plan__account", "plan__owner", "agreed_with")


@gate(VIEW)
@require_GET
def objective(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, with whom it was agreed, and what is done towards it."""
    row = _found_objective(request, pk, VIEW)
    plan, money, actor = row.plan, currency(), person(request)
    whole = queries.whole(plan, actor, clock.today())
    goal = next(each for each in whole.goals if each.row.pk == row.pk)
    share = goal.progress.share
    terms = [
        (_("Measured by"), str(row.get_measure_display() if row.measure else row.get_kind_display())),
        (_("Begins at"), plan_words.amount(row.baseline, row, money)),
        (_("Now"), plan_words.amount(goal.progress.current, row, money)),
        (_("Target"), plan_words.amount(row.target, row, money)),
        (_("Until"), formats.date(row.due_on)),
        (_("Counted on"), formats.date(row.counted_on) if row.counted_on else ""),
        (_("Reached on"), formats.date(row.reached_on) if row.reached_on else ""),
        (_("Agreement"), str(plan_words.agreement(row))),
    ]
    context = {
        "row": row, "badge": plan_words.goal_badge(goal), "share": share, "expected": goal.progress.expected,
        "has_way": share is not None and row.kind != "milestone",
        "terms": [(term, text) for term, text in terms if text],
        "doings": [each for each in whole.doings if each.row.objective_id == row.pk],
        "may": plan.is_open and policy.can(actor, EDIT, plan.account),
        "crumbs": [Link(plan.title, plan_url(plan))],
    }  # fmt: skip
    return render(request, "plans/objective.html", context)


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def objective_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found_objective(request, pk, EDIT)
    form = plan_forms.ObjectiveForm(request.POST or None, record=row, actor=person(request), plan=row.plan)
    act = partial(objectives.edit, actor=person(request), objective=row, now=clock.now())
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        return redirect(plan_url(row.plan_id, "objectives"))
    return form_page(
        request, form, title=row.title, back=plan_url(row.plan_id, "objectives"), submit=_("Save"),
        remove=reverse("objective_remove", args=[row.pk]),
    )  # fmt: skip


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def objective_count(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a count stands; for a milestone, whether it is reached."""
    row = _found_objective(request, pk, EDIT)
    is_milestone = row.kind == "milestone"
    made = plan_forms.ReachForm if is_milestone else plan_forms.CountForm
    initial: dict[str, Any] = (
        {"on": row.reached_on or clock.today()}
        if is_milestone
        else {"value": row.counted, "on": clock.today()}
    )
    form: Any = made(request.POST or None, initial=initial)

    def act() -> None:
        told, who, now = form.cleaned_data, person(request), clock.now()
        if is_milestone:
            objectives.reach(actor=who, objective=row, on=told["on"], now=now)
        else:
            objectives.count(actor=who, objective=row, value=told["value"], on=told["on"], now=now)

    return form_until_done(
        request,
        form,
        act,
        back=plan_url(row.plan_id, "objectives"),
        title=row.title,
        submit=_("Write it down"),
    )


@gate(EDIT, VIEW)
@require_POST
def objective_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found_objective(request, pk, EDIT)

    def act() -> None:
        kept = objectives.remove(actor=person(request), objective=row, now=clock.now())
        offer_undo(request, _("The objective is taken out of the plan."), "plans.objective_back", kept)

    refused_to(request, act)
    return redirect(plan_url(row.plan_id, "objectives"))
