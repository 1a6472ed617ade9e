"""Roles: what each of ours may do, and those of the company's own."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.access.actions import roles as actions
from kamerton.access.models import OwnRole, User
from kamerton.access.rights import NEVER_IN_OWN_ROLE, RIGHTS, ROLES, breadth_choices
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.web import edits, formats
from kamerton.web.company_parts import crumbs, tabs
from kamerton.web.gates import gate, person
from kamerton.web.parts import Cell, Column, Link, Row, Table
from kamerton.web.toasts import toast

_BREADTH = {"all": gettext_lazy("every account"), "line": gettext_lazy("own and line")}
#: In which order the rights stand on the page, under which head.
_GROUPS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (gettext_lazy("Figures and imports"), ("portfolio", "ledger", "export", "jobs")),
    (gettext_lazy("Accounts and contacts"), ("accounts", "secrets")),
    (gettext_lazy("Work"), ("work",)),
    (gettext_lazy("Questionnaires"), ("instruments",)),
    (gettext_lazy("People"), ("people", "trail")),
)


def grouped() -> list[tuple[str, list[str]]]:
    """Every right that an own role may hold, once; what belongs under no head stands last."""
    free = [right for right in RIGHTS if right not in NEVER_IN_OWN_ROLE]
    told = [
        (str(head), [right for right in free if right.partition(".")[0] in rooms]) for head, rooms in _GROUPS
    ]
    rest = [right for right in free if not any(right in group for _head, group in told)]
    return [*told, *([(_("Other"), rest)] if rest else [])]


@gate("people.manage")
@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    people = policy.scope(User.objects.filter(is_active=True), request.user, "people.manage")
    held = dict(people.filter(own_role=None).values_list("role").annotate(n=Count("pk")).order_by())
    own = OwnRole.objects.annotate(n=Count("people", filter=Q(people__is_active=True)))
    told = {
        "tabs": tabs(request.user, "roles"),
        "lead": _("A role is a set of rights. Copy one to give it your own name and change what it may do."),
        "own": _table([_own(row) for row in own], _("Your own roles")) if own else None,
        "ours": _table([_built_in(key, held.get(key, 0)) for key in ROLES], _("Roles")),
    }
    return render(request, "people/roles.html", told)


def _table(rows: list[Row], label: str) -> Table:
    columns = [
        Column(_("Role")), Column(_("Reaches")), Column(_("Rights"), numeric=True),
        Column(_("People"), numeric=True), Column(""),
    ]  # fmt: skip
    return Table(columns, rows, label)


def _own(row: Any) -> Row:
    based = _("copied from %(role)s") % {"role": ROLES[row.base].name}
    name = Cell(row.name, url=reverse("role_edit", args=[row.pk]), sub=based)
    rights = formats.number(len(row.as_role().rights))
    return Row([name, str(_BREADTH[row.breadth]), rights, formats.number(row.n), ""])


def _built_in(key: str, held: int) -> Row:
    role = ROLES[key]
    copy = (
        ""
        if key == "administrator"
        else Cell(_("Copy"), url=f"{reverse('role_new')}?{urlencode({'of': key})}")
    )
    return Row(
        [
            str(role.name),
            str(_BREADTH[role.breadth]),
            formats.number(len(role.rights)),
            formats.number(held),
            copy,
        ]
    )


class RoleForm(edits.Versioned, forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    breadth = forms.ChoiceField(
        label=gettext_lazy("Reaches"), choices=breadth_choices, widget=forms.RadioSelect
    )
    rights = forms.MultipleChoiceField(
        label=gettext_lazy("Rights"), widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(right, RIGHTS[right]) for _head, group in grouped() for right in group],
    )  # fmt: skip

    def boxes(self) -> list[tuple[str, list[Any]]]:
        """The rights under their heads."""
        at = {box.data["value"]: box for box in self["rights"]}
        return [(head, [at[right] for right in group]) for head, group in grouped()]


def _shown(request: HttpRequest, form: RoleForm, title: str, **more: Any) -> HttpResponse:
    told = {"title": title, "form": form,
            "lead": _("Whoever may do something may see it too. The limits for people from outside and for substitutes stay."),
            "crumbs": [*crumbs(), Link(_("Roles"), reverse("roles"))], **more}  # fmt: skip
    return render(request, "people/role.html", told, status=form.status)


@gate("people.manage")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """?of=senior_kam: what it is copied from."""
    base = request.GET.get("of", "")
    if base not in ROLES or base == "administrator":
        return redirect("roles")
    copied = OwnRole(base=base, breadth=ROLES[base].breadth, rights=sorted(ROLES[base].rights))
    form = RoleForm(request.POST or None, record=copied)

    def act(*, opened: Any, submitted: Any) -> None:  # noqa: ARG001 - a new record has nothing to compare with
        actions.copy_role(actor=person(request), base=base, now=clock.now(), **submitted)

    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("The role %(role)s is added.") % {"role": form.cleaned_data["name"]})
        return redirect("roles")
    return _shown(request, form, _("Copy of %(role)s") % {"role": ROLES[base].name})


@gate("people.manage")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(OwnRole, pk=pk)
    form = RoleForm(request.POST or None, record=found)
    act = partial(actions.edit_role, actor=person(request), role=found, now=clock.now())
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("The role %(role)s is changed.") % {"role": found.name})
        return redirect("roles")
    remove = Link(
        _("Remove this role"), reverse("role_remove", args=[pk]), "trash", method="post", tone="bad"
    )
    return _shown(request, form, found.name, remove=remove)


@gate("people.manage")
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(OwnRole, pk=pk)
    try:
        actions.remove_role(actor=person(request), role=found, now=clock.now())
    except Refused as refused:
        toast(request, str(refused), level="warn")
        return redirect("role_edit", pk=pk)
    toast(request, _("The role %(role)s is removed.") % {"role": found.name})
    return redirect("roles")
