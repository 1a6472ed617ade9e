"""The parts of the company as a tree, and changing them."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.access.actions import units as actions
from kamerton.access.models import OrgUnit, department_functions, unit_kinds
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.web import edits
from kamerton.web.company_parts import crumbs, person_url, tabs
from kamerton.web.gates import gate, person
from kamerton.web.parts import Cell, Column, Link, Row, Table
from kamerton.web.toasts import toast
from kamerton.web.work_fields import PersonField

_INDENT = "\u2003"


@gate("people.view")
@require_GET
def units(request: HttpRequest) -> HttpResponse:
    """The whole tree: one query whatever its size."""
    actor = person(request)
    manages = policy.can(actor, "people.manage")
    rows = OrgUnit.objects.select_related("head").annotate(
        n=Count("people", filter=Q(people__is_active=True))
    )
    found = list(policy.scope(rows, actor, "people.view"))
    told = {
        "tabs": tabs(actor, "units"),
        "lead": ngettext("%(n)s part of the company.", "%(n)s parts of the company.", len(found))
        % {"n": len(found)},
        "table": _table(_in_order(found), manages=manages),
        "any": bool(found),
        "action": Link(_("New unit"), reverse("unit_new"), "plus") if manages else None,
    }
    return render(request, "people/units.html", told)


def _in_order(rows: list[Any]) -> list[tuple[int, Any]]:
    """(depth, unit), each below its parent; what hangs in a circle stands at the top."""
    children: dict[int | None, list[Any]] = defaultdict(list)
    for row in rows:
        children[row.parent_id].append(row)
    told: list[tuple[int, Any]] = []
    seen: set[int] = set()

    def walk(parent: int | None, depth: int) -> None:
        for row in children[parent]:
            if row.pk not in seen:
                seen.add(row.pk)
                told.append((depth, row))
                walk(row.pk, depth + 1)

    walk(None, 0)
    return told + [(0, row) for row in rows if row.pk not in seen]


def _table(rows: list[tuple[int, Any]], *, manages: bool) -> Table:
    columns = [
        Column(_("Unit")),
        Column(_("Kind")),
        Column(_("Function")),
        Column(_("Head")),
        Column(_("People"), numeric=True),
    ]
    return Table(columns, [_row(depth, row, manages=manages) for depth, row in rows], _("Units"))


def _row(depth: int, row: Any, *, manages: bool) -> Row:
    head = (
        Cell(row.head.display_name, url=person_url(row.head.pk))
        if row.head
        else Cell(_("nobody"), tone="muted")
    )
    people = Cell(str(row.n), url=f"{reverse('people')}?unit={row.pk}") if row.n else Cell("0", tone="muted")
    name = Cell(f"{_INDENT * depth}{row.name}", url=reverse("unit_edit", args=[row.pk]) if manages else "")
    return Row(
        [name, row.get_kind_display(), row.get_function_display() if row.function else "", head, people]
    )


class UnitForm(edits.Versioned, forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=unit_kinds)
    parent = forms.ModelChoiceField(OrgUnit.objects.all(), label=gettext_lazy("Part of"), required=False)
    head = PersonField(label=gettext_lazy("Head"), required=False)
    function = forms.ChoiceField(
        label=gettext_lazy("Function"), required=False,
        help_text=gettext_lazy("Requests for this function are sent here."),
        choices=lambda: [("", "–"), *((key, label) for key, label in department_functions())],
    )  # fmt: skip


def _shown(request: HttpRequest, form: UnitForm, title: str, **more: Any) -> HttpResponse:
    told = {"title": title, "form": form, "submit": _("Save"),
            "crumbs": [*crumbs(), Link(_("Units"), reverse("units"))], **more}  # fmt: skip
    return render(request, "people/form.html", told, status=form.status)


@gate("people.manage")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = UnitForm(request.POST or None, record=OrgUnit())

    def act(*, opened: Any, submitted: Any) -> None:  # noqa: ARG001 - a new record has nothing to compare with
        actions.create_unit(actor=person(request), now=clock.now(), **submitted)

    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("%(unit)s is added.") % {"unit": form.cleaned_data["name"]})
        return redirect("units")
    return _shown(request, form, _("New unit"))


@gate("people.manage")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(policy.scope(OrgUnit.objects.all(), request.user, "people.manage"), pk=pk)
    form = UnitForm(request.POST or None, record=found)
    act = partial(actions.edit_unit, actor=person(request), unit=found, now=clock.now())
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("%(unit)s is changed.") % {"unit": found.name})
        return redirect("units")
    remove = Link(
        _("Remove this unit"), reverse("unit_remove", args=[pk]), "trash", method="post", tone="bad"
    )
    return _shown(request, form, found.name, remove=remove)


@gate("people.manage")
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(policy.scope(OrgUnit.objects.all(), request.user, "people.manage"), pk=pk)
    try:
        actions.remove_unit(actor=person(request), unit=found, now=clock.now())
    except Refused as refused:
        toast(request, str(refused), level="warn")
        return redirect("unit_edit", pk=pk)
    toast(request, _("%(unit)s is removed.") % {"unit": found.name})
    return redirect("units")
