"""The business case: extra cost against benefit, line by line, and the decision about it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.core import clock
from kamerton.core.models import Company
from kamerton.portfolio import programme_queries
from kamerton.portfolio.actions import programme as actions
from kamerton.portfolio.models import CaseLine
from kamerton.portfolio.models.programme import sides
from kamerton.portfolio.programme_rules import Case
from kamerton.web import formats, programme_forms
from kamerton.web import programme_words as words
from kamerton.web.form_pages import form_until_done
from kamerton.web.gates import gate, person
from kamerton.web.parts import Badge, Link
from kamerton.web.programme import programme_tabs
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url
from kamerton.work.models import Approval

_RIGHT = "portfolio.configure"


@gate("portfolio.view_all")
@require_GET
def programme_case(request: HttpRequest) -> HttpResponse:
    may = policy.can(request.user, _RIGHT)
    lines, currency = programme_queries.case_lines(), _currency()
    case, decision = programme_queries.case(lines), programme_queries.case_decision()
    context = {
        "lead": words.case_lead(case, currency),
        "tabs": programme_tabs("programme_case"),
        "verdict": _verdict(case),
        "sides": [_side(lines, side, label, currency) for side, label in sides()],
        "add": Link(_("Write down a line"), reverse("programme_line"), icon="plus", drawer=True)
        if may
        else None,
        "may": may,
        "decision": _decision(decision, case),
        "may_ask": may
        and case.is_justified is not None
        and (decision is None or decision.state != "waiting"),
    }
    return render(request, "portfolio/programme_case.html", context)


def _currency() -> str:
    company = Company.objects.filter(pk=1).first()
    return company.currency if company else ""


def _verdict(case: Case) -> Badge:
    if case.is_justified is None:
        return Badge("off", _("Nothing to compare yet"))
    return Badge("good", _("Justified")) if case.is_justified else Badge("bad", _("Not justified"))


def _side(lines: Sequence[CaseLine], side: str, label: Any, currency: str) -> dict[str, Any]:
    mine = [line for line in lines if line.side == side]
    return {
        "label": label,
        "total": formats.money(sum((line.amount for line in mine), Decimal(0)), currency, decimals=0),
        "lines": [
            {
                "what": line.what,
                "amount": formats.money(line.amount, currency, decimals=0),
                "sub": _("%(person)s, %(day)s") % {"person": line.said_by, "day": formats.date(line.on)},
                "remove": reverse("programme_line_remove", args=[line.pk]),
            }
            for line in mine
        ],
    }


def _decision(found: Approval | None, case: Case) -> dict[str, Any] | None:
    if found is None:
        return None
    badges = {
        "waiting": Badge("warn", _("Waits for a decision")),
        "approved": Badge("good", _("Approved")),
        "rejected": Badge("bad", _("Not approved")),
    }
    told = found.details
    moved = (told.get("cost"), told.get("benefit")) != (str(case.cost), str(case.benefit))
    return {
        "badge": badges.get(found.state),
        "url": reverse("approval", args=[found.pk]),
        "asked": _("%(person)s, %(day)s") % {"person": found.asked_by.display_name, "day": formats.date(found.asked_at.date())},
        "figures": told.get("figures_text", ""),
        "moved": moved,
    }  # fmt: skip


@gate(_RIGHT)
@require_http_methods(["GET", "POST"])
def programme_line(request: HttpRequest) -> HttpResponse:
    form = programme_forms.LineForm(request.POST or None)

    def act() -> None:
        actions.add_line(actor=person(request), now=clock.now(), **form.cleaned_data)
        toast(request, _("The line is written down."))

    back = reverse("programme_case")
    return form_until_done(
        request, form, act, back=back, title=_("A line of the business case"), submit=_("Save")
    )


@gate(_RIGHT)
@require_POST
def programme_line_remove(request: HttpRequest, pk: int) -> HttpResponse:
    token = actions.remove_line(
        actor=person(request), line=get_object_or_404(CaseLine, pk=pk), now=clock.now()
    )
    toast(request, _("The line is removed."), undo_url=undo_url(token))
    return redirect("programme_case")


@gate(_RIGHT)
@require_http_methods(["GET", "POST"])
def programme_case_ask(request: HttpRequest) -> HttpResponse:
    case = programme_queries.case(programme_queries.case_lines())
    form = programme_forms.WhyForm(request.POST or None)

    def act() -> None:
        actions.ask_case(actor=person(request), why=form.cleaned_data["why"], now=clock.now())
        toast(request, _("The case waits for a decision."))

    return form_until_done(
        request, form, act, back=reverse("programme_case"), title=_("Put the business case up for a decision"),
        lead=words.case_lead(case, _currency()), submit=_("Ask for the decision"),
    )  # fmt: skip
