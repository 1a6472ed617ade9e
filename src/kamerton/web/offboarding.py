"""Somebody leaves: the last day, every account and open matter, and who takes them over (CNF-02)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from kamerton.access import policy
from kamerton.access.actions import leaving as access
from kamerton.access.models import User
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.web import formats
from kamerton.web.colleagues import order_line
from kamerton.web.company_parts import crumbs, person_url
from kamerton.web.gates import gate, person
from kamerton.web.parts import Link
from kamerton.web.toasts import toast
from kamerton.web.work_fields import Day, PersonField
from kamerton.work import leaving as queries
from kamerton.work.actions import leaving
from kamerton.work.models import Request


class LastDayForm(forms.Form):
    last_day = Day(label=gettext_lazy("Last day"))


class SuccessorForm(forms.Form):
    """One for all, or each account its own (`to_<number of the coverage>`); an own one goes before."""

    everybody = PersonField(label=gettext_lazy("All to"), required=False)

    def __init__(self, *args: Any, rows: Any, leaver: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True, is_external=False, leaving_on=None).exclude(pk=leaver.pk)
        self.rows = list(rows)
        self.fields["everybody"].queryset = people  # type: ignore[attr-defined]
        for row in self.rows:
            self.fields[f"to_{row.pk}"] = PersonField(people, label=row.account.name, required=False)

    def shares(self) -> list[Any]:
        told = self.cleaned_data
        chosen = [(row.account, told.get(f"to_{row.pk}") or told.get("everybody")) for row in self.rows]
        return [(account, to) for account, to in chosen if to is not None]

    @property
    def lines(self) -> list[Any]:
        return [(row, self[f"to_{row.pk}"]) for row in self.rows]


def _found(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(policy.scope(User.objects.all(), request.user, "people.offboard"), pk=pk)


@gate("people.offboard")
@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    return _shown(request, _found(request, pk))


def _shown(
    request: HttpRequest, found: User, form: SuccessorForm | None = None, problem: str = ""
) -> HttpResponse:
    actor, today = person(request), clock.today()
    seen = queries.matters(actor, found, today)
    told = {
        "person": found, "seen": seen, "lead": _lead(found, seen), "problem": problem,
        "crumbs": [*crumbs(), Link(found.display_name, person_url(found.pk))],
        "day_form": LastDayForm(initial={"last_day": found.leaving_on or today}),
        "form": form or SuccessorForm(rows=seen.accounts, leaver=found),
        "tasks_form": SuccessorForm(rows=(), leaver=found),
        "hidden": seen.counted - len(seen.accounts),
        "orders": [order_line(each) for each in seen.orders],
        "handed": [
            {"row": each, "url": reverse("handover", args=[each.pk])} for each in seen.handed
        ],
        "requests": [(each, _part(each, found)) for each in seen.requests],
        "belongings": [
            (name, [(each, _belonging_url(each.ref)) for each in rows]) for name, rows in seen.belongings
        ],
        "matters_open": bool(seen.tasks or seen.belongings) or any(each.taken_by_id == found.pk for each in seen.requests),
        "is_leaving": found.leaving_on is not None and found.is_active,
    }  # fmt: skip
    return render(
        request, "people/offboarding.html", told, status=422 if problem or (form and form.errors) else 200
    )


def _belonging_url(ref: str) -> str:
    kind, _colon, pk = ref.partition(":")
    pages = {
        "portfolio.opportunity": "opportunity",
        "service.claim": "claim",
        "engagements.engagement": "engagement",
    }
    return reverse(pages[kind], args=[pk]) if kind in pages else ""


def _part(row: Request, leaver: User) -> str:
    """What the leaver has to do with a request."""
    if row.taken_by_id == leaver.pk:
        return _("%(unit)s, seen to by this person") % {"unit": row.unit.name}
    return _("asked of %(unit)s: the answer is read at the account") % {"unit": row.unit.name}


def _lead(found: User, seen: queries.Matters) -> str:
    if not found.is_active:
        return _("The sign-in is closed.")
    if found.leaving_on is None:
        return _(
            "Say the last day. From then on nothing can be taken out; after that day the sign-in closes by itself."
        )
    day = formats.date(found.leaving_on)
    if not seen.counted:
        return _("Leaves on %(day)s; every account has somebody who follows.") % {"day": day}
    text = ngettext(
        "Leaves on %(day)s; %(n)s account has nobody who follows.",
        "Leaves on %(day)s; %(n)s accounts have nobody who follows.",
        seen.counted,
    )
    return text % {"day": day, "n": formats.number(seen.counted)}


@gate("people.offboard")
@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    form = LastDayForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, problem=_("Say the last day."))
    try:
        access.begin_leaving(
            actor=person(request), person=found, last_day=form.cleaned_data["last_day"], now=clock.now()
        )
    except Refused as refused:
        return _shown(request, found, problem=str(refused))
    toast(request, _("%(name)s takes nothing out from now on.") % {"name": found.display_name})
    return redirect("offboarding", pk=pk)


@gate("people.offboard")
@require_POST
def stay(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    try:
        access.stay(actor=person(request), person=found, now=clock.now())
    except Refused as refused:
        return _shown(request, found, problem=str(refused))
    toast(
        request,
        _("%(name)s stays. Accounts that were handed on stay with whom they are.")
        % {"name": found.display_name},
    )
    return redirect("offboarding", pk=pk)


@gate("people.offboard")
@require_POST
def hand_on(request: HttpRequest, pk: int) -> HttpResponse:
    actor, found = person(request), _found(request, pk)
    seen = queries.matters(actor, found, clock.today())
    form = SuccessorForm(request.POST, rows=seen.accounts, leaver=found)
    if not form.is_valid() or not form.shares():
        return _shown(
            request, found, form, problem=_("Choose who takes the accounts over. Nothing was changed.")
        )
    try:
        warnings = leaving.hand_on(actor=actor, person=found, shares=form.shares(), now=clock.now())
    except policy.Forbidden:
        raise
    except Refused as refused:
        return _shown(request, found, form, problem=str(refused))
    count = len(form.shares())
    text = ngettext(
        "%(n)s account has somebody who follows.", "%(n)s accounts have somebody who follows.", count
    )
    toast(request, text % {"n": count})
    for warning in warnings:
        toast(request, warning, level="warn")
    return redirect("offboarding", pk=pk)


@gate("people.offboard")
@require_POST
def hand_matters_on(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    form = SuccessorForm(request.POST, rows=(), leaver=found)
    if not form.is_valid() or form.cleaned_data["everybody"] is None:
        return _shown(request, found, problem=_("Choose who takes them over. Nothing was changed."))
    try:
        done = leaving.hand_matters_on(
            actor=person(request), person=found, to=form.cleaned_data["everybody"], now=clock.now()
        )
    except policy.Forbidden:
        raise
    except Refused as refused:
        return _shown(request, found, problem=str(refused))
    told = [
        ngettext("%(n)s task is handed on.", "%(n)s tasks are handed on.", done.tasks) % {"n": done.tasks},
        ngettext("%(n)s request is handed on.", "%(n)s requests are handed on.", done.requests)
        % {"n": done.requests},
    ]
    counts = (done.tasks, done.requests)
    said = [text for text, n in zip(told, counts, strict=True) if n]
    toast(request, " ".join([*said, *done.others]) or _("Nothing was open."))
    return redirect("offboarding", pk=pk)
