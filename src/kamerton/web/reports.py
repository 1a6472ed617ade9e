"""Reports that are owed: which are due, late or missing; handing one in; those that look copied."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import clock
from kamerton.web import edits, formats, lists
from kamerton.web.form_pages import form_page, form_until_done, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.lists import Blank, Field, Filter, Here, ListPage, Selection
from kamerton.web.parts import Badge, Cell, Column, Link, Row, Table
from kamerton.web.toasts import toast
from kamerton.web.work_parts import tabs
from kamerton.work import report_queries as queries
from kamerton.work import report_rules as rules
from kamerton.work.actions import reports as actions
from kamerton.work.report_models import ReportDue, ReportDuty, report_periods, report_verdicts

_STANDING = {
    "coming": Badge("neutral", gettext_lazy("Due"), soft=True),
    "missing": Badge("bad", gettext_lazy("Missing"), soft=True),
    "in_time": Badge("good", gettext_lazy("In time"), soft=True),
    "late": Badge("warn", gettext_lazy("Handed in late"), soft=True),
}
_VERDICTS = {
    "yes": Badge("good", gettext_lazy("Reliable"), soft=True),
    "no": Badge("warn", gettext_lazy("To be talked about"), soft=True),
}


def _period(row: ReportDue) -> str:
    return _("%(start)s to %(end)s") % {
        "start": formats.date(row.period_start, short=True), "end": formats.date(row.period_end, short=True)}  # fmt: skip


def _state(row: ReportDue, here: Here) -> Cell:
    late = rules.days_late(row.due_on, row.handed_in_on, here.today)
    sub = ngettext("%(n)s day", "%(n)s days", late) % {"n": formats.number(late)} if late else ""
    return Cell(badges=(_STANDING[rules.standing(row.due_on, row.handed_in_on, here.today)],), sub=sub)


def _verdict(row: ReportDue) -> Cell:
    return Cell(badges=(_VERDICTS[row.reliable],)) if row.reliable else Cell(formats.MISSING, tone="muted")


def _lead(count: int, here: Here) -> str:
    if here.want.is_narrow or not count:
        return ""
    missing = queries.dues(here.actor).filter(handed_in_on=None, due_on__lt=here.today).count()
    if not missing:
        return _("No report is missing.")
    return ngettext("%(n)s report is missing.", "%(n)s reports are missing.", missing) % {
        "n": formats.number(missing)}  # fmt: skip


def _others(here: Here) -> list[Link]:
    found = []
    if policy.can(here.actor, "work.assign"):
        found.append(Link(_("Look alike"), reverse("reports_alike"), "copy"))
    if policy.can(here.actor, actions.RIGHT):
        found.append(Link(_("What is asked for"), reverse("report_duties"), "list"))
    return found


REPORTS = ListPage(
    name="reports",
    title=gettext_lazy("Reports"),
    right="work.view",
    rows=lambda here: queries.dues(here.actor).order_by("handed_in_on", "due_on", "pk"),
    columns={
        "report": Field(
            label=gettext_lazy("Report"), sort="duty__name", plain=lambda row: row.duty.name,
            cell=lambda row, _here: row.duty.name,
        ),
        "person": lists.text("person.display_name", gettext_lazy("From"), sort="person__first_name"),
        "period": Field(
            label=gettext_lazy("Period"), sort="period_start", plain=_period, cell=lambda row, _here: _period(row)
        ),
        "due_on": lists.date("due_on", gettext_lazy("Due on")),
        "state": Field(
            label=gettext_lazy("State"), cell=_state,
            plain=lambda row: str(_STANDING[rules.standing(row.due_on, row.handed_in_on, clock.today())].label),
        ),
        "handed_in_on": lists.date("handed_in_on", gettext_lazy("Handed in on")),
        "late": Field(
            label=gettext_lazy("Days late"), numeric=True, default=False,
            cell=lambda row, here: formats.number(rules.days_late(row.due_on, row.handed_in_on, here.today)),
            plain=lambda row: rules.days_late(row.due_on, row.handed_in_on, clock.today()),
        ),
        "reliable": Field(
            label=gettext_lazy("Looked at"), sort="reliable", plain=lambda row: str(row.get_reliable_display()),
            cell=lambda row, _here: _verdict(row),
        ),
    },
    counted=lambda n: ngettext("%(n)s report", "%(n)s reports", n),
    units=gettext_lazy("reports"),
    search=lambda rows, words: rows.filter(
        Q(duty__name__icontains=words) | Q(person__first_name__icontains=words) | Q(person__last_name__icontains=words)
    ),
    search_hint=gettext_lazy("Report or person"),
    filters={
        "reliable": Filter(
            label=gettext_lazy("Looked at"), apply="reliable",
            options=lambda _here: [(key, str(text)) for key, text in report_verdicts() if key],
        ),
    },
    selections={
        "open": Selection(label=gettext_lazy("Not handed in"), narrow=lambda rows, _here: rows.filter(handed_in_on=None)),
        "missing": Selection(
            label=gettext_lazy("Missing"),
            narrow=lambda rows, here: rows.filter(handed_in_on=None, due_on__lt=here.today),
        ),
        "mine": Selection(label=gettext_lazy("Mine"), narrow=lambda rows, here: rows.filter(person=here.actor)),
    },
    row_name=lambda row: row.duty.name,
    row_url=lambda row: reverse("report", args=[row.pk]),
    lead=_lead,
    others=_others,
    empty=Blank(
        title=gettext_lazy("No report is owed"),
        text=gettext_lazy("What the management asks for comes due here by itself, with a task for each person."),
        icon="report",
    ),
    template="work/list.html",
    more=lambda here: {"work_tabs": tabs(here.actor, "reports")},
)  # fmt: skip


def _found(request: HttpRequest, pk: int) -> ReportDue:
    found: ReportDue = get_object_or_404(queries.dues(person(request)), pk=pk)
    return found


def _is_mine(actor: User, row: ReportDue) -> bool:
    return row.person_id in {actor.pk, *(each.pk for each in policy.represented(actor))}


@gate("work.view")
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    actor, row, today = person(request), _found(request, pk), clock.today()
    standing = rules.standing(row.due_on, row.handed_in_on, today)
    mine = _is_mine(actor, row)
    may_look = not mine and row.handed_in_on is not None and policy.can(actor, "work.assign")
    context = {
        "row": row,
        "badges": [_STANDING[standing], *([_VERDICTS[row.reliable]] if row.reliable else [])],
        "lead": _("%(person)s, %(period)s; due on %(day)s.") % {
            "person": row.person.display_name, "period": _period(row), "day": formats.date(row.due_on)},
        "crumbs": [Link(_("Reports"), reverse("reports"))],
        "action": Link(_("Hand it in"), reverse("report_hand_in", args=[row.pk]), drawer=True)
        if mine and row.handed_in_on is None else None,
        "others": [Link(_("Say what you think"), reverse("report_look", args=[row.pk]), drawer=True)] if may_look else [],
    }  # fmt: skip
    return render(request, "work/report.html", context)


class HandIn(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("The report, or where it lies"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class Look(forms.Form):
    reliable = forms.TypedChoiceField(
        label=gettext_lazy("Can it be relied on?"), coerce=lambda told: told == "yes",
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No, we should talk about it"))],
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("What to talk about"), max_length=300, required=False)


@gate("work.view")
@require_http_methods(["GET", "POST"])
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    form = HandIn(request.POST or None)

    def act() -> None:
        actions.hand_in(actor=person(request), due=row, text=form.cleaned_data["text"], now=clock.now())
        toast(request, _("Handed in."))

    back = reverse("report", args=[row.pk])
    return form_until_done(
        request, form, act, back=back, title=row.duty.name, lead=row.duty.what, submit=_("Hand it in")
    )


@gate("work.assign")
@require_http_methods(["GET", "POST"])
def look(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    form = Look(request.POST or None)

    def act() -> None:
        actions.look_at(actor=person(request), due=row, now=clock.now(), **form.cleaned_data)
        toast(request, _("Saved."))

    back = reverse("report", args=[row.pk])
    return form_until_done(request, form, act, back=back, title=row.duty.name, submit=_("Save"))


# --- what looks copied -------------------------------------------------------------------------------------------


@gate("work.assign")
@require_GET
def alike(request: HttpRequest) -> HttpResponse:
    actor = person(request)
    found = queries.looks_copied(actor, clock.today())
    talks = queries.discussed(found)
    names = User.objects.in_bulk({each.later.person for each in found})
    context = {
        "lead": _alike_lead(len(found)),
        "crumbs": [Link(_("Reports"), reverse("reports"))],
        "pairs": [
            {
                "ref": each.later.ref,
                "person": names[each.later.person].display_name,
                "later": each.later, "earlier": each.earlier,
                "how": formats.share(each.alike, decimals=0), "same_dates": each.same_dates,
                "task": reverse("task", args=[talks[each.later.ref].pk]) if each.later.ref in talks else "",
            }
            for each in found
        ],
    }  # fmt: skip
    return render(request, "work/alike.html", context)


def _alike_lead(count: int) -> str:
    if not count:
        return _("No report of the last half year looks like an earlier one.")
    return ngettext(
        "%(n)s report looks like an earlier one of the same person. Ask before you judge.",
        "%(n)s reports look like earlier ones of the same person. Ask before you judge.", count,
    ) % {"n": formats.number(count)}  # fmt: skip


@gate("work.assign")
@require_POST
def talk(request: HttpRequest) -> HttpResponse:
    def act() -> None:
        actions.talk_about(actor=person(request), ref=request.POST.get("ref", ""), now=clock.now())
        toast(request, _("It is among your tasks."))

    refused_to(request, act)
    return redirect("reports_alike")


# --- what is asked for -------------------------------------------------------------------------------------------


class DutyFields(forms.Form):
    name = forms.CharField(label=gettext_lazy("Report"), max_length=160)
    what = forms.CharField(
        label=gettext_lazy("What it should hold"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip
    period = forms.ChoiceField(label=gettext_lazy("How often"), choices=report_periods)
    days_after = forms.IntegerField(
        label=gettext_lazy("Days after the period"), min_value=0, max_value=60, initial=5,
        help_text=gettext_lazy("So many days after the week or month has ended it is due."),
    )  # fmt: skip


class _People(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.display_name)


def _people_field() -> forms.ModelMultipleChoiceField:
    inside = User.objects.filter(is_active=True, is_external=False).order_by(
        "first_name", "last_name", "username"
    )
    return _People(label=gettext_lazy("From whom"), queryset=inside, widget=forms.CheckboxSelectMultiple)


class NewDuty(DutyFields):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"] = _people_field()


class EditDuty(edits.Versioned, DutyFields):
    is_active = forms.BooleanField(label=gettext_lazy("In force"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"] = _people_field()
        self.fields["people"].initial = list(self.record.people.values_list("pk", flat=True))  # type: ignore[attr-defined]


@gate(actions.RIGHT)
@require_GET
def duties(request: HttpRequest) -> HttpResponse:
    rows = list(ReportDuty.objects.prefetch_related("people"))
    columns = (
        Column(_("Report")),
        Column(_("How often")),
        Column(_("Days after the period"), numeric=True),
        Column(_("From whom")),
    )
    table = Table(columns, [
        Row((
            Cell(each.name, url=reverse("report_duty", args=[each.pk]), drawer=True), str(each.get_period_display()),
            formats.number(each.days_after),
            Cell(", ".join(who.display_name for who in each.people.all()) or formats.MISSING),
        ), faint=not each.is_active)
        for each in rows
    ], _("Reports that are asked for"))  # fmt: skip
    context = {
        "lead": _("What people owe, and when it is due."),
        "crumbs": [Link(_("Reports"), reverse("reports"))],
        "action": Link(_("Ask for a report"), reverse("report_duty_new"), "plus", drawer=True),
        "table": table if rows else None,
    }
    return render(request, "work/report_duties.html", context)


@gate(actions.RIGHT)
@require_http_methods(["GET", "POST"])
def duty_new(request: HttpRequest) -> HttpResponse:
    form = NewDuty(request.POST or None)

    def act() -> None:
        actions.ask(actor=person(request), now=clock.now(), **form.cleaned_data)
        toast(request, _("The running period is the first that is owed."))

    return form_until_done(
        request, form, act, back=reverse("report_duties"), title=_("Ask for a report"), submit=_("Save")
    )


@gate(actions.RIGHT)
@require_http_methods(["GET", "POST"])
def duty_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(ReportDuty, pk=pk)
    form = EditDuty(request.POST or None, record=row)
    if request.method == "POST" and form.is_valid():
        people = list(form.cleaned_data["people"])
        act = partial(actions.edit, actor=person(request), duty=row, people=people, now=clock.now())
        if edits.saved(form, act):
            toast(request, _("Saved."))
            return redirect("report_duties")
    return form_page(request, form, title=row.name, back=reverse("report_duties"), submit=_("Save"))
