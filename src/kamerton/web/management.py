"""What the management decided: the list, one decision with its receipts, publishing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.web import formats, lists
from kamerton.web.gates import gate, person
from kamerton.web.lists import Blank, BulkAction, Done, Field, Filter, Here, ListPage, Selection
from kamerton.web.parts import Badge, Cell, Link
from kamerton.web.toasts import toast
from kamerton.web.work_fields import Day
from kamerton.web.work_parts import back, day_of, tabs
from kamerton.work import queries
from kamerton.work.actions import management as actions
from kamerton.work.models import ManagementDecision, ReadReceipt


def _rows(actor: User) -> Any:
    mine = ReadReceipt.objects.filter(reader=actor, decision=OuterRef("pk"))
    rows = queries.management_decisions(actor).annotate(is_read=Exists(mine), readers=Count("receipts"))
    return rows.order_by("-decided_on", "-pk")


def _read_cell(row: Any, here: Here) -> Cell:
    if row.published_by_id == here.actor.pk:
        return Cell(badges=(Badge("neutral", _("Published by me"), soft=True),))
    badge = (
        Badge("good", _("Read"), soft=True) if row.is_read else Badge("warn", _("Not read yet"), soft=True)
    )
    return Cell(badges=(badge,))


def _mark_all(
    *,
    actor: User,
    rows: Sequence[ManagementDecision],
    cleaned: dict[str, Any],  # noqa: ARG001
    now: dt.datetime,
) -> Done:
    done, refused = lists.each(rows, lambda row: actions.mark_read(actor=actor, decision=row, now=now))
    text = ngettext("%(n)s decision marked as read.", "%(n)s decisions marked as read.", len(done))
    return Done(text=text % {"n": len(done)}, refused=refused)


def _new(here: Here) -> Link | None:
    link = Link(_("Publish a decision"), reverse("management_new"), "plus", key="n")
    return link if policy.can(here.actor, "work.publish") else None


MANAGEMENT = ListPage(
    name="management",
    sentences=True,
    title=gettext_lazy("Decisions of the management"),
    right="work.view",
    rows=lambda here: _rows(here.actor),
    columns={
        "title": lists.text("title", gettext_lazy("Decision"), sort="title"),
        "decided_on": lists.date("decided_on", gettext_lazy("Decided on")),
        "by": lists.text(
            "published_by.display_name", gettext_lazy("Published by"), sort="published_by__last_name"
        ),
        "read": Field(
            label=gettext_lazy("Read"),
            cell=_read_cell,
            plain=lambda row: _("Read") if row.is_read else _("Not read yet"),
        ),
        "readers": lists.number("readers", gettext_lazy("Readers"), minor=True),
    },
    counted=lambda count: ngettext("%(n)s decision", "%(n)s decisions", count),
    units=gettext_lazy("decisions"),
    search=lambda rows, words: rows.filter(Q(title__icontains=words) | Q(text__icontains=words)),
    search_hint=gettext_lazy("Title or text"),
    filters={
        "year": Filter(
            label=gettext_lazy("Year"),
            apply="decided_on__year",
            options=lambda here: [
                (str(here.today.year - back), str(here.today.year - back)) for back in range(6)
            ],
        )
    },
    selections={
        "unread": Selection(
            label=gettext_lazy("Not read yet"),
            narrow=lambda rows, here: rows.filter(is_read=False).exclude(published_by=here.actor),
        ),
        "mine": Selection(
            label=gettext_lazy("Published by me"),
            narrow=lambda rows, here: rows.filter(published_by=here.actor),
        ),
    },
    actions=[
        BulkAction(
            key="read", label=gettext_lazy("Mark as read"), right="work.view", icon="eye-check", run=_mark_all
        )
    ],
    row_name=lambda row: row.title,
    row_url=lambda row: reverse("management_decision", args=[row.pk]),
    action=_new,
    empty=Blank(
        title=gettext_lazy("No decisions yet"),
        text=gettext_lazy(
            "What the management decides about buying and selling is read here, and who has read it."
        ),
        action=_new,
        icon="speakerphone",
    ),
    template="work/list.html",
    more=lambda here: {"work_tabs": tabs(here.actor, "management")},
)


@gate("work.view")
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    actor = person(request)
    row = get_object_or_404(_rows(actor), pk=pk)
    sees_readers = policy.can(actor, "work.publish") or row.published_by_id == actor.pk
    context = {
        "row": row,
        "lead": _("%(person)s published this; decided on %(day)s.")
        % {"person": row.published_by.display_name, "day": formats.date(row.decided_on)},
        "may_mark": not row.is_read and row.published_by_id != actor.pk,
        "sees_readers": sees_readers,
        "crumbs": [Link(_("Decisions of the management"), reverse("management"))],
    }
    return render(request, "work/management.html", context | (_readers(row) if sees_readers else {}))


def _readers(row: ManagementDecision) -> dict[str, Any]:
    """Who has read it and when, and who has not. Two queries."""
    receipts = row.receipts.select_related("reader").order_by("read_at")
    read = [(each.reader.display_name, day_of(each.read_at)) for each in receipts]
    known = {each.reader_id for each in receipts} | {row.published_by_id}
    missing = [each.display_name for each in queries.audience("work.view") if each.pk not in known]
    return {"read": read, "missing": missing}


@gate("work.view")
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    actor = person(request)
    actions.mark_read(actor=actor, decision=get_object_or_404(_rows(actor), pk=pk), now=clock.now())
    toast(request, _("Noted: you have read it."))
    return back(request, reverse("management_decision", args=[pk]))


class Publish(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    text = forms.CharField(label=gettext_lazy("What was decided"), widget=forms.Textarea(attrs={"rows": 6}))
    decided_on = Day(label=gettext_lazy("Decided on"))

    @property
    def main(self) -> list[forms.BoundField]:
        return list(self)


@gate("work.publish")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = Publish(request.POST or None, initial={"decided_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.publish_decision(actor=person(request), now=clock.now(), **form.cleaned_data)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            toast(request, _("Published; you see here who has read it."))
            return back(request, reverse("management_decision", args=[row.pk]))
    context = {"form": form, "title": _("Publish a decision"), "submit": _("Publish"), "next": "",
               "crumbs": [Link(_("Decisions of the management"), reverse("management"))]}  # fmt: skip
    return render(request, "work/task_form.html", context, status=422 if form.errors else 200)
