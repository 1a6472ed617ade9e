"""Orders of absence: running, coming and past ones, a new one, and an early end (ABS-01)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kamerton.access import policy
from kamerton.access.actions import delegations
from kamerton.access.models import Delegation
from kamerton.access.rights import NOT_DELEGATED, RIGHTS
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.web import formats, lists
from kamerton.web.company_parts import person_url, tabs
from kamerton.web.gates import gate, person
from kamerton.web.lists import Blank, Field, Here, ListPage, Selection
from kamerton.web.parts import Badge, Cell, Link
from kamerton.web.toasts import toast
from kamerton.web.work_fields import Day, PersonField


def _rows(here: Here) -> Any:
    rows = Delegation.objects.select_related("absent", "substitute", "created_by")
    return policy.scope(rows, here.actor, "people.view")


def _search(rows: Any, words: str) -> Any:
    for word in words.split():
        wanted = Q(order_number__icontains=word)
        for who in ("absent", "substitute"):
            wanted |= Q(**{f"{who}__first_name__icontains": word}) | Q(
                **{f"{who}__last_name__icontains": word}
            )
            wanted |= Q(**{f"{who}__username__icontains": word})
        rows = rows.filter(wanted)
    return rows


def _state(order: Delegation, today: dt.date) -> tuple[Badge, str]:
    if order.revoked_at:
        return Badge("off", _("revoked"), soft=True), "revoked"
    if order.to_date < today:
        return Badge("neutral", _("past"), soft=True), "past"
    if order.from_date > today:
        return Badge("info", _("coming"), soft=True), "coming"
    return Badge("good", _("running"), soft=True), "running"


def _who(which: str) -> Any:
    def cell(row: Delegation, _here: Here) -> Cell:
        who = getattr(row, which)
        return Cell(who.display_name, url=person_url(who.pk))

    return cell


def _new(here: Here) -> Link | None:
    may = policy.can(here.actor, "people.delegate")
    return Link(_("Announce an absence"), reverse("absence_new"), "plus", key="n") if may else None


ABSENCES = ListPage(
    name="absences",
    title=gettext_lazy("Absences"),
    right="people.view",
    rows=_rows,
    columns={
        "order": Field(
            label=gettext_lazy("Order"),
            plain=lambda row: row.order_number,
            sort="order_number",
            cell=lambda row, _here: Cell(row.order_number, url=reverse("absence", args=[row.pk])),
        ),
        "absent": Field(
            label=gettext_lazy("Away"),
            cell=_who("absent"),
            plain=lambda row: row.absent.display_name,
            sort="absent__last_name",
        ),
        "substitute": Field(
            label=gettext_lazy("Stands in"),
            cell=_who("substitute"),
            plain=lambda row: row.substitute.display_name,
            sort="substitute__last_name",
        ),
        "from": lists.date("from_date", gettext_lazy("From")),
        "to": lists.date("to_date", gettext_lazy("To")),
        "state": Field(
            label=gettext_lazy("State"),
            cell=lambda row, here: Cell(badges=(_state(row, here.today)[0],)),
            plain=lambda row: "" if row.revoked_at is None else "revoked",
        ),
        "reason": lists.text("reason", gettext_lazy("Reason"), default=False),
    },
    counted=lambda n: ngettext("%(n)s order", "%(n)s orders", n),
    units=gettext_lazy("orders"),
    search=_search,
    search_hint=gettext_lazy("Number or name"),
    selections={
        "running": Selection(
            label=gettext_lazy("Running"),
            narrow=lambda rows, here: rows.filter(
                revoked_at=None, from_date__lte=here.today, to_date__gte=here.today
            ),
        ),
        "coming": Selection(
            label=gettext_lazy("Coming"),
            narrow=lambda rows, here: rows.filter(revoked_at=None, from_date__gt=here.today),
        ),
        "past": Selection(
            label=gettext_lazy("Past"),
            narrow=lambda rows, here: rows.exclude(revoked_at=None, to_date__gte=here.today),
        ),
    },
    default_sort="-from",
    faint=lambda row: row.revoked_at is not None,
    empty=Blank(
        title=gettext_lazy("No absence has been announced"),
        text=gettext_lazy(
            "An order with a number passes the accounts and duties of somebody absent to a substitute, for days."
        ),
        icon="calendar-event",
        action=_new,
    ),
    action=_new,
    template="people/list.html",
    more=lambda here: {"tabs": tabs(here.actor, "absences")},
)


class AbsenceForm(forms.Form):
    order_number = forms.CharField(
        label=gettext_lazy("Number of the order"), max_length=60,
        help_text=gettext_lazy("Under which the company announced it."),
    )  # fmt: skip
    absent = PersonField(label=gettext_lazy("Who is away"))
    substitute = PersonField(label=gettext_lazy("Who stands in"))
    from_date = Day(label=gettext_lazy("First day"))
    to_date = Day(label=gettext_lazy("Last day"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)


@gate("people.delegate")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    actor, today = person(request), clock.today()
    start = {"absent": request.GET.get("absent") or actor.pk, "from_date": today, "to_date": today}
    form = AbsenceForm(request.POST or None, initial=start)
    people: Any = form.fields["absent"]
    people.queryset = delegations.possible_absent(actor)
    if request.method == "POST" and form.is_valid():
        try:
            order = delegations.announce(actor=actor, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            toast(request, _("The order %(number)s is announced.") % {"number": order.order_number})
            return redirect("absence", pk=order.pk)
    told = {
        "title": _("Announce an absence"),
        "lead": _("The order opens on its first day and closes after its last one, by itself."),
        "form": form, "submit": _("Announce"), "crumbs": [Link(_("Absences"), reverse("absences"))],
    }  # fmt: skip
    return render(request, "people/form.html", told, status=422 if form.errors else 200)


@gate("people.view")
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One order: what passes to whom, in words."""
    actor, today = person(request), clock.today()
    rows = Delegation.objects.select_related("absent", "substitute", "created_by", "revoked_by")
    order = get_object_or_404(policy.scope(rows, actor, "people.view"), pk=pk)
    badge, state = _state(order, today)
    told = {
        "order": order, "badge": badge, "lead": _sentence(order, state), "passes": _passes(order),
        "terms": _terms(order), "crumbs": [Link(_("Absences"), reverse("absences"))],
        "may_revoke": state in ("running", "coming") and delegations.may_order_for(actor, order.absent),
    }  # fmt: skip
    return render(request, "people/absence.html", told)


def _sentence(order: Delegation, state: str) -> str:
    told = {"absent": order.absent.display_name, "substitute": order.substitute.display_name,
            "first": formats.date(order.from_date), "last": formats.date(order.to_date)}  # fmt: skip
    said = {
        "running": _("%(substitute)s stands in for %(absent)s until %(last)s."),
        "coming": _("%(substitute)s will stand in for %(absent)s from %(first)s to %(last)s; until then nothing passes."),
        "past": _("%(substitute)s stood in for %(absent)s from %(first)s to %(last)s; nothing passes any more."),
        "revoked": _("The order was revoked; nothing passes any more."),
    }  # fmt: skip
    return said[state] % told


def _passes(order: Delegation) -> dict[str, list[str]]:
    """What the role of the absent person gives that the substitute's own does not; and what stays."""
    theirs, own = order.absent.held_role.rights, order.substitute.held_role.rights
    return {
        "gets": [str(text) for right, text in RIGHTS.items() if right in theirs - own - NOT_DELEGATED],
        "stays": [str(text) for right, text in RIGHTS.items() if right in theirs & NOT_DELEGATED],
    }


def _terms(order: Delegation) -> list[tuple[str, str]]:
    told = [
        (_("From"), formats.date(order.from_date)),
        (_("To"), formats.date(order.to_date)),
        (_("Reason"), order.reason),
        (_("Announced by"), order.created_by.display_name),
        (_("Revoked by"), order.revoked_by.display_name if order.revoked_by else ""),
    ]
    return [(term, text) for term, text in told if text]


@gate("people.delegate")
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(policy.scope(Delegation.objects.all(), request.user, "people.delegate"), pk=pk)
    try:
        delegations.revoke(actor=person(request), order=order, now=clock.now())
    except policy.Forbidden:
        raise
    except Refused as refused:
        toast(request, str(refused), level="warn")
    else:
        toast(request, _("The order %(number)s is revoked.") % {"number": order.order_number})
    return redirect("absence", pk=pk)
