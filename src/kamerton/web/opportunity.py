"""Opportunities: one, a new one from an empty cell, changing it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core import clock
from kamerton.core.models import Company
from kamerton.portfolio.actions import opportunities
from kamerton.portfolio.models import Opportunity
from kamerton.web import edits, formats, potential_forms
from kamerton.web import potential_words as words
from kamerton.web.form_pages import form_page, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.parameters import plain
from kamerton.web.parts import Cell, Link
from kamerton.web.potential import VIEW, Seen
from kamerton.web.potential_write import EDIT, back_to, offered_undo, opened
from kamerton.web.records import found
from kamerton.web.toasts import toast
from kamerton.work.models import Task
from kamerton.work.queries import assignable


def _people(request: HttpRequest, account: Account, *also: int) -> Any:
    """Whom the writer may give work to, and who has it already."""
    some = assignable(person(request), clock.today(), account)
    return User.objects.filter(pk__in=[*some.values_list("pk", flat=True), *also])


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def opportunity_new(request: HttpRequest, account: str) -> HttpResponse:
    """?family= &division= &amount=: from a cell, with what is known of it."""
    here = opened(request, account)
    initial = {"family": here.family, "division": here.division, "amount": plain(request.GET.get("amount", "")),
               "owner": person(request).pk}  # fmt: skip
    form = potential_forms.NewOpportunity(
        request.POST or None, account=here.account, people=_people(request, here.account), initial=initial,
        offered=[name for name in here.ground.families if name],
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and refused_to(form, lambda: _add(request, here, form)):
        return redirect(back_to(here.account, form.cleaned_data["division"]))
    return form_page(request, form, title=_("New opportunity"), back=back_to(here.account, here.division),
                     submit=_("Write it down"))  # fmt: skip


@transaction.atomic
def _add(request: HttpRequest, here: Seen, form: Any) -> None:
    told = form.cleaned_data
    note = here.account.why_nots.filter(
        division=told["division"], family=told["family"], ended_at=None
    ).first()
    row = opportunities.add(
        actor=person(request), account=here.account, values=told, step=told["step"], step_due_on=told["step_due_on"],
        now=clock.now(),
    )  # fmt: skip
    offered_undo(request, _("Written down."), "portfolio.opportunity_unadd",
              {"opportunity": row.pk, "why_not": note.pk if note else None})  # fmt: skip
    _warn_of_others(request, row)


def _others(request: HttpRequest, row: Opportunity) -> list[Opportunity]:
    """Of others for the same family there, as far as the reader may see them."""
    rows = policy.scope(Opportunity.objects.clashing_with(row), request.user, VIEW)
    return list(rows.select_related("owner"))


def _warn_of_others(request: HttpRequest, row: Opportunity) -> None:
    """One client should not hear two sellers; it is said at once, and blocks nothing."""
    others = _others(request, row)
    if others:
        told = {"person": others[0].owner.display_name, "family": words.family_label(row.family),
                "title": others[0].title}  # fmt: skip
        text = _(
            "%(person)s already has something open for %(family)s here: %(title)s. Agree who offers what."
        )
        toast(request, text % told, level="warn")


@gate(VIEW)
@require_GET
def opportunity(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, Opportunity, pk, VIEW, "account", "division", "owner", "created_by")
    steps = policy.scope(Task.objects.filter(origin_ref=opportunities.ref(row)), request.user, "work.view")
    reached = policy.can(request.user, VIEW, row.account)
    context = {
        "row": row,
        "badges": (words.stage_badge(row),),
        "lead": _opportunity_lead(row),
        "terms": _opportunity_terms(row),
        "others": [Cell(each.title, url=reverse("opportunity", args=[each.pk]), sub=each.owner.display_name)
                   for each in _others(request, row)],
        "steps": [Cell(task.title, url=reverse("task", args=[task.pk]), sub=task.get_state_display()) for task in steps],
        "edit_url": reverse("opportunity_edit", args=[row.pk])
        if reached and policy.can(request.user, EDIT, row.account) else "",
        "crumbs": [Link(row.account.name, back_to(row.account, row.division))] if reached else [],
    }  # fmt: skip
    return render(request, "portfolio/opportunity.html", context)


def _opportunity_lead(row: Opportunity) -> str:
    told = {"amount": formats.money(row.amount, _currency(), decimals=0), "day": formats.date(row.expected_on),
            "person": row.owner.display_name}  # fmt: skip
    return _("%(amount)s a year, expected on %(day)s; %(person)s looks after it.") % told


def _currency() -> str:
    company = Company.objects.filter(pk=1).first()
    return company.currency if company else ""


def _opportunity_terms(row: Opportunity) -> list[tuple[str, Any]]:
    told = [
        (_("Account"), row.account.name), (_("Division"), row.division.name if row.division else ""),
        (_("Family"), row.family), (_("Note"), row.note), (_("Why it was won or lost"), row.outcome),
        (_("Written down"), f"{formats.date(row.created_at, short=True)}"
         + (f", {row.created_by.display_name}" if row.created_by else "")),
    ]  # fmt: skip
    return [(term, text) for term, text in told if text]


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def opportunity_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, Opportunity, pk, EDIT, "account", "division", "owner")
    form = potential_forms.OpportunityForm(
        request.POST or None, record=row, account=row.account, people=_people(request, row.account, row.owner_id),
        offered=[],
    )  # fmt: skip
    act = partial(opportunities.edit, actor=person(request), opportunity=row, now=clock.now())
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        row.refresh_from_db()
        _warn_of_others(request, row)
        return redirect(back_to(row.account, row.division))
    return form_page(
        request, form, title=row.title, back=back_to(row.account, row.division), submit=_("Save")
    )
