"""Saying what is needed: a figure in its cell, a whole estimate, a sheet, divisions, notes, opportunities."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kamerton.accounts.models import Account
from kamerton.core import clock, undo
from kamerton.portfolio import potential_queries as asked
from kamerton.portfolio import queries
from kamerton.portfolio.actions import potential
from kamerton.portfolio.models import Division, Estimate, Sheet, Wallet, WhyNot
from kamerton.web import account_frame, edits, formats, inline, potential_forms
from kamerton.web import potential_tables as tables
from kamerton.web import potential_words as words
from kamerton.web.context import wants_part
from kamerton.web.form_pages import form_page, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.parts import Chip, Link
from kamerton.web.potential import VIEW, Seen, seen, template_of, tiles_of
from kamerton.web.records import found
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url

EDIT = "accounts.edit"
_LINES = 3  # empty lines at the end of a sheet
_MOST_LINES = 60


def opened(request: HttpRequest, number: str) -> Seen:
    """As `seen`, for who may write there; else 404."""
    account_frame.found(request, number, EDIT)
    return seen(request, number)


def back_to(account: Account, division: Division | None = None) -> str:
    return tables.address("account_potential", account, division=division.pk if division else None)


def offered_undo(request: HttpRequest, text: str, kind: str, parameters: dict[str, Any]) -> None:
    token = undo.offer(actor=person(request), kind=kind, parameters=parameters, now=clock.now())
    toast(request, text, undo_url=undo_url(token))


# --- estimates -------------------------------------------------------------------------------------------


def _record(here: Seen) -> Estimate:
    """What is said of the cell, or the empty one that stands in its place. 404: no family is named."""
    if not here.family.strip():
        raise Http404
    rows = here.account.estimates.current().filter(division=here.division, family=here.family)
    row = rows.first() or Estimate(account=here.account, division=here.division, family=here.family, years="")
    row.account, row.division = here.account, here.division
    return row


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def potential_field(request: HttpRequest, account: str) -> HttpResponse:
    """The need of the next 12 months, where it stands; what follows from it is sent along."""
    here = opened(request, account)
    record = _record(here)
    answer = inline.answer(request, record, tables.NEED)
    if request.method == "POST" and answer.status_code == HTTPStatus.OK and wants_part(request):
        answer.write(_live(request, here))
    return answer


def _live(request: HttpRequest, here: Seen) -> str:
    """Share and gap of the row and the figures at the head, as they are now."""
    matrix = asked.matrix(here.account, here.ground, None)
    cell = matrix.cells[here.division.pk if here.division else None, potential.family_named(here.family)]
    told = {
        "share": tables.share(here.account, cell, late=True),
        "gap": tables.gap(here.account, cell, late=True),
        "tiles": tiles_of(here, Wallet.objects.get(account=here.account)),
    }
    return render_to_string("portfolio/potential_live.html", told, request)


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def potential_estimate(request: HttpRequest, account: str) -> HttpResponse:
    """Everything that can be said of one cell."""
    here = opened(request, account)
    row = _record(here)
    form = potential_forms.EstimateForm(request.POST or None, record=row)
    form.fields["years"].help_text = _("In %(currency)s; years of which nothing is known stay empty.") % {
        "currency": here.ground.currency
    }
    if request.method == "POST" and edits.saved(form, partial(_estimate, request, here, row)):
        return redirect(back_to(here.account, here.division))
    sold = here.ground.now(here.account.number, here.family)
    note = _("We sold %(amount)s of it in 12 months.") % {"amount": words.whole(sold, here.ground.currency)}
    return form_page(
        request, form, title=words.family_label(here.family), back=back_to(here.account, here.division),
        submit=_("Save"), lead=note if sold and here.division is None else "",
    )  # fmt: skip


@transaction.atomic
def _estimate(request: HttpRequest, here: Seen, row: Estimate, *, opened: Any, submitted: Any) -> None:
    newer = potential.estimate(
        actor=person(request), account=here.account, family=here.family, division=here.division, opened=opened,
        submitted=submitted, now=clock.now(),
    )  # fmt: skip
    if newer.pk == row.pk:
        toast(request, _("Nothing was changed."))
        return
    before = [row.pk] if row.pk else []
    offered_undo(request, _("Estimated. What was said before stays as history."), "portfolio.estimates_unsay",
              {"estimates": [newer.pk], "before": before})  # fmt: skip


# --- sheets ----------------------------------------------------------------------------------------------


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def potential_sheet(request: HttpRequest, account: str) -> HttpResponse:
    """?template=: free, construction or manufacturing; filled in as it was the last time."""
    here = opened(request, account)
    wanted = request.GET.get("template", "")
    template = wanted if wanted in potential_forms.LINES else template_of(here.account)
    told = request.POST if request.method == "POST" else None
    last = Sheet.objects.filter(account=here.account, division=here.division, template=template).first()
    form = potential_forms.SheetForm(told, account=here.account, template=template, initial=_head(here, last))
    lines = _lines(here, template, last, told)
    if told is not None and "more" not in told:
        whole = form.is_valid() and lines.is_valid()
        if whole and refused_to(form, lambda: _fill(request, here, template, form, lines)):
            return redirect(back_to(here.account, form.cleaned_data["division"]))
        if form.is_bound and form.errors:  # what was entered stands on what is there now
            again = told.copy()
            again["stands_on"] = str(_newest(here.account))
            form.data = again
    elif told is not None:
        form.errors.clear()
    context = {
        "form": form,
        "lines": lines,
        "title": _("Estimate the need"),
        "templates": _templates(here, template),
        "template": template,
        "last": last,
        "crumbs": [Link(here.account.name, back_to(here.account))],
        "back": back_to(here.account, here.division),
    }
    status = 422 if told is not None and "more" not in told else 200
    return render(request, "portfolio/potential_sheet.html", context, status=status)


def _newest(account: Account) -> int:
    return account.estimates.order_by("-pk").values_list("pk", flat=True).first() or 0


def _head(here: Seen, last: Sheet | None) -> dict[str, Any]:
    told: dict[str, Any] = {"division": here.division, "stands_on": _newest(here.account)}
    if last is None:
        return told
    inputs = last.inputs
    told |= {name: inputs[name] for name in ("years", "unit", "hand_over_unit") if name in inputs}
    for name, column in (("volume", "volumes"), ("hand_over", "hand_overs")):
        told |= {f"{name}_{at}": value for at, value in enumerate(inputs.get(column, ()), start=1)}
    return told


def _lines(here: Seen, template: str, last: Sheet | None, told: Any) -> Any:
    """As they were the last time, else a line for each family that the account buys."""
    families = [name for name in here.ground.families if name]
    if last is not None:
        initial = last.inputs["lines"]
    elif template == "manufacturing":
        initial = []
    else:
        bought = [name for name in families if here.ground.now(here.account.number, name)]
        initial = [{"family": name} for name in bought[:8]]
    shape = forms.formset_factory(
        potential_forms.LINES[template], extra=_LINES if initial else _LINES * 2, max_num=_MOST_LINES,
        absolute_max=_MOST_LINES,
    )  # fmt: skip
    if told is not None and "more" in told:
        told = told.copy()
        count = told.get("lines-TOTAL_FORMS", "")
        told["lines-TOTAL_FORMS"] = str(min((int(count) if count.isdecimal() else 0) + _LINES, _MOST_LINES))
    return shape(
        told,
        initial=initial,
        prefix="lines",
        form_kwargs={
            "offered": families,
            "sold": _sold(here, families),
            "years": queries.profile().strategic_years,
        },
    )


def _sold(here: Seen, families: list[str]) -> dict[str, str]:
    told = {name: here.ground.now(here.account.number, name) for name in families}
    return {
        name: _("ours %(amount)s") % {"amount": formats.money(amount, decimals=0)}
        for name, amount in told.items()
        if amount
    }


@transaction.atomic
def _fill(request: HttpRequest, here: Seen, template: Any, form: Any, lines: Any) -> None:
    told = [potential_forms.line_inputs(line) for line in lines if line.cleaned_data]
    inputs = form.head() | {"lines": [line for line in told if _says(line)]}
    sheet, replaced = potential.fill_sheet(
        actor=person(request), account=here.account, division=form.cleaned_data["division"], template=template,
        inputs=inputs, values=form.cleaned_data, stands_on=form.cleaned_data["stands_on"], now=clock.now(),
    )  # fmt: skip
    made = list(sheet.estimates.values_list("pk", flat=True))
    offered_undo(request, _("Estimated. The sheet is kept with the estimates."), "portfolio.estimates_unsay",
              {"estimates": made, "before": replaced})  # fmt: skip


def _says(line: dict[str, Any]) -> bool:
    """A family alone says nothing yet."""
    return any(value for name, value in line.items() if name not in {"family", "kind", "from_year", "what"})


def _templates(here: Seen, current: str) -> list[Chip]:
    labels = {
        "free": _("Consumption and growth"),
        "construction": _("Construction"),
        "manufacturing": _("Manufacturing"),
    }
    division = here.division.pk if here.division else None
    return [
        Chip(
            label,
            tables.address("potential_sheet", here.account, template=key, division=division),
            key == current,
        )
        for key, label in labels.items()
    ]


# --- divisions -------------------------------------------------------------------------------------------


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def division_new(request: HttpRequest, account: str) -> HttpResponse:
    of = account_frame.found(request, account, EDIT)
    form = potential_forms.DivisionFields(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and refused_to(form, lambda: _add_division(request, of, form))
    ):
        return redirect(back_to(of))
    return form_page(
        request, form, title=_("New division"), back=back_to(of), submit=_("Add it"),
        lead=_("Companies of a group are accounts of their own: give them this one as parent."),
    )  # fmt: skip


@transaction.atomic
def _add_division(request: HttpRequest, of: Account, form: Any) -> None:
    row = potential.add_division(
        actor=person(request), account=of, name=form.cleaned_data["name"], now=clock.now()
    )
    offered_undo(
        request,
        _("“%(name)s” is added.") % {"name": row.name},
        "portfolio.division_unadd",
        {"division": row.pk},
    )


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def division_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, Division, pk, EDIT, "account")
    form = potential_forms.DivisionForm(request.POST or None, record=row)
    act = partial(potential.rename_division, actor=person(request), division=row, now=clock.now())
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        return redirect(back_to(row.account, row))
    return form_page(request, form, title=row.name, back=back_to(row.account, row), submit=_("Save"))


@gate(EDIT, VIEW)
@require_POST
def division_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, Division, pk, EDIT, "account")
    account, name = row.account, row.name
    act = partial(potential.remove_division, actor=person(request), division=row, now=clock.now())
    if refused_to(request, act):
        toast(request, _("“%(name)s” is gone.") % {"name": name})
    return redirect(back_to(account))


# --- why not ---------------------------------------------------------------------------------------------


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def potential_why_not(request: HttpRequest, account: str) -> HttpResponse:
    here = opened(request, account)
    _record(here)
    form = potential_forms.WhyNotForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and refused_to(form, lambda: _close(request, here, form)):
        return redirect(back_to(here.account, here.division))
    title = _("Why %(family)s is no opportunity") % {"family": words.family_label(here.family)}
    return form_page(
        request, form, title=title, back=back_to(here.account, here.division), submit=_("Close it")
    )


@transaction.atomic
def _close(request: HttpRequest, here: Seen, form: Any) -> None:
    row = potential.close_cell(
        actor=person(request), account=here.account, division=here.division, family=here.family,
        reason=form.cleaned_data["reason"], now=clock.now(),
    )  # fmt: skip
    offered_undo(request, _("Closed, with your reason."), "portfolio.cell_unclose", {"why_not": row.pk})


@gate(EDIT, VIEW)
@require_POST
def why_not_end(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, WhyNot, pk, EDIT, "account", "division")
    act = partial(potential.open_cell, actor=person(request), why_not=row, now=clock.now())
    if refused_to(request, act):
        toast(request, _("%(family)s is open again.") % {"family": words.family_label(row.family)})
    return redirect(back_to(row.account, row.division))
