"""Mistakes and what they cost: the list, one of them, the forms."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import clock
from kamerton.core.models import Company
from kamerton.portfolio.actions import errors as actions
from kamerton.portfolio.models import ErrorImpact
from kamerton.web import edits, formats, lists
from kamerton.web.addresses import account_url
from kamerton.web.form_pages import form_page, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.lists import Blank, Field, Filter, Here, ListPage, Selection
from kamerton.web.parts import Cell, Link
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url
from kamerton.web.work_fields import AccountField, Day
from kamerton.work.models import Task


def seen(actor: User, right: str = "work.view") -> Any:
    return policy.scope(ErrorImpact.objects.select_related("account", "by", "task"), actor, right)


def currency() -> str:
    company = Company.objects.filter(pk=1).first()
    return company.currency if company else ""


# --- the list --------------------------------------------------------------------------------------------------


def _tasks(rows: Sequence[ErrorImpact], here: Here) -> frozenset[int]:
    """Of the tasks of a page those that its reader may open."""
    asked = Task.objects.filter(pk__in=[row.task_id for row in rows if row.task_id])
    return frozenset(policy.scope(asked, here.actor, "work.view").values_list("pk", flat=True))


def _task(row: ErrorImpact, here: Here) -> Cell | str:
    if row.task is None or row.task_id not in here.gathered:
        return ""
    return Cell(row.task.title, url=reverse("task", args=[row.task.pk]), sub=row.task.get_state_display())


def _account(row: ErrorImpact, _here: Here) -> Cell | str:
    return (
        Cell(row.account.name, url=account_url(row.account.number))
        if row.account
        else Cell(_("the company"), tone="muted")
    )


def _search(rows: Any, words: str) -> Any:
    for word in words.split():
        rows = rows.filter(
            Q(what__icontains=word)
            | Q(lesson__icontains=word)
            | Q(account__search_text__contains=word.casefold())
        )
    return rows


def lead(rows: Any) -> str:
    """What mistakes have cost, all of those in reach. One query."""
    told = rows.order_by().aggregate(loss=Sum("loss"), share=Sum("share_lost"))
    if not told["loss"] and not told["share"]:
        return _("Nothing that went wrong has a price yet.")
    parts = []
    if told["loss"]:
        parts.append(formats.money(told["loss"], currency(), decimals=0))
    if told["share"]:
        parts.append(_("%(share)s of market share") % {"share": formats.share(told["share"])})
    return _("What went wrong has cost %(what)s.") % {"what": _(" and ").join(parts)}


def _years(here: Here) -> list[tuple[str, str]]:
    days = seen(here.actor).order_by("-on").values_list("on__year", flat=True).distinct()
    return [(str(year), str(year)) for year in days]


ERRORS = ListPage(
    name="error_impacts",
    title=gettext_lazy("What went wrong"),
    right="work.view",
    rows=lambda here: seen(here.actor).order_by("-on", "-pk"),
    columns={
        "what": Field(
            label=gettext_lazy("What happened"), plain=lambda row: row.what, sort="what",
            cell=lambda row, here: Cell(
                row.what, url=reverse("error_impact_edit", args=[row.pk]) if policy.can(here.actor, "work.edit") else "",
                drawer=policy.can(here.actor, "work.edit"),
            ),
        ),
        "on": lists.date("on", gettext_lazy("On")),
        "account": Field(
            label=gettext_lazy("Account"), cell=_account, sort="account__name",
            plain=lambda row: row.account.name if row.account else "",
        ),
        "loss": lists.money("loss", gettext_lazy("Loss"), unit=lambda _here: currency()),
        "share_lost": Field(
            label=gettext_lazy("Market share lost"), numeric=True, sort="share_lost", plain=lambda row: row.share_lost,
            cell=lambda row, _here: formats.share(row.share_lost) if row.share_lost is not None else "",
        ),
        "lesson": lists.text("lesson", gettext_lazy("Lesson")),
        "task": Field(
            label=gettext_lazy("Task"), cell=_task, plain=lambda _row: "",
            in_file=lambda row, here: row.task.title if row.task and row.task_id in here.gathered else "",
        ),
        "by": lists.text("by.display_name", gettext_lazy("Written by"), default=False),
    },
    counted=lambda n: ngettext("%(n)s mistake", "%(n)s mistakes", n),
    units=gettext_lazy("mistakes"),
    search=_search,
    search_hint=gettext_lazy("What, lesson or account"),
    filters={"year": Filter(label=gettext_lazy("Year"), apply="on__year", options=_years)},
    selections={
        "open": Selection(label=gettext_lazy("Without a lesson"), narrow=lambda rows, _here: rows.filter(lesson="")),
        "undone": Selection(
            label=gettext_lazy("Nothing follows"), narrow=lambda rows, _here: rows.filter(task=None)
        ),
    },
    row_name=lambda row: row.what,
    gather=_tasks,
    lead=lambda _count, here: lead(seen(here.actor)),
    action=lambda here: (
        Link(_("Write down a mistake"), reverse("error_impact_new"), "plus", key="n")
        if policy.can(here.actor, "work.edit") else None
    ),
    crumbs=lambda here: (
        [Link(_("Programme"), reverse("programme_outcomes"))] if policy.can(here.actor, "portfolio.view_all") else []
    ),
    empty=Blank(
        title=gettext_lazy("Nothing is written down"),
        text=gettext_lazy("An oversight, an error or a delay costs money or market share. With its lesson it is paid for once."),
        icon="alert-triangle",
    ),
)  # fmt: skip


# --- writing -----------------------------------------------------------------------------------------------------


class ErrorForm(forms.Form):
    what = forms.CharField(label=gettext_lazy("What happened"), max_length=300)
    on = Day(label=gettext_lazy("On"))
    loss = forms.DecimalField(
        label=gettext_lazy("Loss of money"), max_digits=14, decimal_places=2, min_value=Decimal(0), required=False,
        help_text=gettext_lazy("In the company's currency."),
    )  # fmt: skip
    share_lost = forms.FloatField(
        label=gettext_lazy("Loss of market share"), min_value=0, max_value=100, required=False,
        help_text=gettext_lazy("In percentage points."),
    )  # fmt: skip
    lesson = forms.CharField(
        label=gettext_lazy("Lesson"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What we do differently. Not who it was."),
    )  # fmt: skip

    def clean_share_lost(self) -> float | None:
        entered: float | None = self.cleaned_data["share_lost"]
        return None if entered is None else entered / 100


class NewError(ErrorForm):
    title = forms.CharField(
        label=gettext_lazy("Task that follows"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("It becomes yours."),
    )
    due_on = Day(label=gettext_lazy("By"), required=False)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"] = AccountField(actor=actor, day=clock.today(), required=False)
        self.order_fields(["what", "account", "on"])


class _Points(forms.FloatField):
    """Percentage points on the page, a part of one in the row."""

    def prepare_value(self, value: Any) -> Any:
        return round(value * 100, 6) if isinstance(value, float) else value

    def to_python(self, value: Any) -> Any:
        entered = super().to_python(value)
        return None if entered is None else entered / 100


class EditError(edits.Versioned, ErrorForm):
    share_lost = _Points(
        label=gettext_lazy("Loss of market share"),
        required=False,
        help_text=gettext_lazy("In percentage points."),
    )

    def clean_share_lost(self) -> float | None:
        found: float | None = self.cleaned_data["share_lost"]
        return found


@gate("work.edit")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    actor = person(request)
    form = NewError(request.POST or None, actor=actor, initial={"on": clock.today()})

    def act() -> None:
        told = dict(form.cleaned_data)
        account, follow = (
            told.pop("account"),
            actions.Follow(title=told.pop("title"), due_on=told.pop("due_on")),
        )
        actions.write_error(actor=actor, told=told, account=account, follow=follow, now=clock.now())

    if request.method == "POST" and form.is_valid() and refused_to(form, act):
        toast(request, _("It is written down."))
        return redirect("error_impacts")
    return form_page(
        request, form, title=_("What went wrong"), back=reverse("error_impacts"), submit=_("Save")
    )


@gate("work.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(seen(person(request), "work.edit"), pk=pk)
    form = EditError(request.POST or None, record=row)
    act = partial(actions.edit_error, actor=person(request), error=row, now=clock.now())
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        return redirect("error_impacts")
    others = [
        Link(
            _("Remove it"), reverse("error_impact_remove", args=[row.pk]), "trash", method="post", tone="bad"
        )
    ]
    return form_page(
        request,
        form,
        title=_("What went wrong"),
        back=reverse("error_impacts"),
        submit=_("Save"),
        others=others,
    )


@gate("work.edit")
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(seen(person(request), "work.edit"), pk=pk)
    token = actions.remove_error(actor=person(request), error=row, now=clock.now())
    toast(request, _("It is removed."), undo_url=undo_url(token))
    return redirect("error_impacts")
