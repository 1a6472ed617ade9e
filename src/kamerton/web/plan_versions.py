"""Versions of a plan, their approval, their differences, and the edition that the customer may see."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Contact
from kamerton.core import clock
from kamerton.plans import choices, queries
from kamerton.plans.actions import approving
from kamerton.plans.content import content_of
from kamerton.plans.models import PlanVersion
from kamerton.plans.rules import versions
from kamerton.web import formats, plan_forms, plan_words
from kamerton.web.form_pages import form_until_done
from kamerton.web.gates import gate, person
from kamerton.web.parts import Cell, Column, Link, Row, Table
from kamerton.web.plan_parts import (
    EDIT,
    VIEW,
    currency,
    found_plan,
    plan_url,
)
from kamerton.web.records import found as found_row

# --- versions and approval -----------------------------------------------------------------------------------------


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def version_new(request: HttpRequest, pk: int) -> HttpResponse:
    row = found_plan(request, pk, EDIT)
    form = plan_forms.VersionForm(request.POST or None)
    return form_until_done(
        request, form,
        lambda: approving.keep(actor=person(request), plan=row, reason=form.cleaned_data["reason"], now=clock.now()),
        back=plan_url(row, "versions"), title=_("Keep a version"), submit=_("Keep it"),
        lead=_("The plan as it is now stays for good; whatever you change later can be compared with it."),
    )  # fmt: skip


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the plan as it is to one's superior, on the minutes of a review (ABP-07)."""
    row = found_plan(request, pk, EDIT)
    form = plan_forms.ApprovalForm(
        request.POST or None, offered=row.reviews.filter(state="held").order_by("-on", "-pk")
    )
    has_minutes = form.fields["review"].queryset.exists()  # type: ignore[attr-defined]
    return form_until_done(
        request, form,
        lambda: approving.ask(actor=person(request), plan=row, now=clock.now(), **form.cleaned_data),
        back=plan_url(row, "versions"), title=_("Ask for approval"), submit=_("Send"),
        lead=_("A version of the plan as it is now is sent. What you change afterwards is not approved with it."),
        note="" if has_minutes else _("No review of this plan was held and minuted yet. An approval needs one."),
    )  # fmt: skip


def _version(request: HttpRequest, pk: int) -> PlanVersion:
    return found_row(
        request, PlanVersion, pk, VIEW, "plan__account", "author", "ended_by", "review", "approval"
    )


@gate(VIEW)
@require_GET
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version as it was, and what is different: from the one before, from another, or from now (?with=)."""
    row = _version(request, pk)
    actor, others = person(request), list(row.plan.versions.exclude(pk=row.pk).order_by("-number"))
    beside = _beside(request, row, others)
    older, newer = sorted((beside, row), key=lambda each: each.number) if beside else (row, None)
    changes = queries.between(older, newer, actor) if newer else queries.changed_since(row, actor)
    names = plan_words.Names(currency())
    context = {
        "row": row,
        "badge": plan_words.version_badge(row),
        "title": _("Version %(n)s of %(plan)s") % {"n": row.number, "plan": row.plan.title},
        "lead": _("%(person)s kept it on %(day)s: %(why)s")
        % {"person": row.author.display_name, "day": formats.date(row.at), "why": row.reason},
        "changes": [plan_words.change_words(change, names) for change in changes],
        "against": _against(older, newer),
        "others": others,
        "beside": beside,
        "content": _shown(row.content, policy.clearance(actor), names),
        "crumbs": [Link(row.plan.title, plan_url(row.plan_id, "versions"))],
    }  # fmt: skip
    return render(request, "plans/version.html", context)


def _against(older: PlanVersion, newer: PlanVersion | None) -> str:
    """Always from the older to the newer one, whichever of them is looked at."""
    if newer is None:
        return _("From version %(n)s to the plan as it is now") % {"n": older.number}
    return _("From version %(n)s to version %(m)s") % {"n": older.number, "m": newer.number}


def _beside(request: HttpRequest, row: PlanVersion, others: list[PlanVersion]) -> PlanVersion | None:
    """The version named by ?with=; without it the one before; None: the plan as it is now."""
    asked = request.GET.get("with", "")
    if asked == "now":
        return None
    if asked:
        return next((each for each in others if str(each.number) == asked), None)
    return next((each for each in others if each.number < row.number), None)


def _shown(content: versions.Content, clearance: int, names: plan_words.Names) -> dict[str, Any]:
    """What a content says, as tables and lines of text; rows above the clearance are left out."""
    own = ((name, names.field(name, value)) for name, value in content["plan"].items() if name != "title")
    told: dict[str, Any] = {"own": [(plan_words.field_label(name), text) for name, text in own if text]}
    for section in versions.SECTIONS:
        told[section] = [row for row in content.get(section, []) if row.get("secrecy", 0) <= clearance]
    kinds = dict(choices.line_kinds())
    told["lines"] = [
        {**row, "name": kinds[row["kind"]], "who": names.of(Contact, row["contact"])} for row in told["lines"]
    ]
    told["objectives_table"] = _objectives(told["objectives"], names)
    told["activities_table"] = _activities(told["activities"], names)
    return told


def _objectives(rows: list[Any], names: plan_words.Names) -> Table:
    def amount(value: str | None) -> str:
        return formats.number(float(value), decimals=0) if value is not None else ""

    columns = (
        Column(_("Objective")),
        Column(_("Begins at"), numeric=True),
        Column(_("Target"), numeric=True),
        Column(_("Until")),
    )
    body = [
        Row((
            Cell(row["title"], sub=_agreed(row, names)), amount(row["baseline"]), amount(row["target"]),
            formats.date(dt.date.fromisoformat(row["due_on"]), short=True),
        ))
        for row in rows
    ]  # fmt: skip
    return Table(columns, body, _("Objectives"), long_names=True)


def _agreed(row: dict[str, Any], names: plan_words.Names) -> str:
    if row["agreed_with"] and row["agreed_on"]:
        day = formats.date(dt.date.fromisoformat(row["agreed_on"]), short=True)
        return _("agreed with %(person)s on %(day)s") % {
            "person": names.of(Contact, row["agreed_with"]),
            "day": day,
        }
    return pgettext("objective", "proposed")


def _activities(rows: list[Any], names: plan_words.Names) -> Table:
    columns = (Column(_("Activity")), Column(_("Owner")), Column(_("Done by")))
    body = [
        Row((
            row["title"], names.of(User, row["owner"]),
            formats.date(dt.date.fromisoformat(row["planned_on"]), short=True) if row["planned_on"] else "",
        ))
        for row in rows
    ]  # fmt: skip
    return Table(columns, body, _("Activities"), long_names=True)


# --- for the customer ----------------------------------------------------------------------------------------------


@gate(EDIT, VIEW)
@require_GET
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """What the customer may see, and, apart from it, what was left out, for its author."""
    row = found_plan(request, pk, EDIT)
    edition, names = queries.edition_for_customer(row), plan_words.Names(currency())
    clear = policy.clearance(person(request))
    seen = content_of(row)
    left = {
        plan_words.section_name(section): [
            plan_words.row_name(each) for each in seen[section] if 0 < each.get("secrecy", 0) <= clear
        ]
        for section in versions.SECTIONS
    }
    fields = [plan_words.field_label(name) for name in edition.left_out.get("plan", ())]
    context = {
        "plan": row,
        "content": _shown(edition.content, 0, names),
        "left": {name: told for name, told in left.items() if told},
        "fields": fields,
        "hidden": edition.count - sum(map(len, left.values())) - len(fields),
        "count": edition.count,
        "crumbs": [Link(row.title, plan_url(row))],
    }
    return render(request, "plans/customer.html", context)
