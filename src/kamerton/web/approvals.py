"""Decisions that somebody with authority takes: the list, one approval, asking, deciding."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.web import lists
from kamerton.web.addresses import account_url
from kamerton.web.gates import SIGNED_IN, gate, person
from kamerton.web.lists import Blank, BulkAction, Done, Field, Filter, Here, ListPage, Selection
from kamerton.web.parts import Badge, Cell, Link, State
from kamerton.web.toasts import toast
from kamerton.web.work_fields import AccountField
from kamerton.web.work_parts import (
    account_cell,
    asked_account,
    back,
    day_of,
    due_cell,
    options,
    tabs,
    trail_of,
)
from kamerton.work import choices, kinds, queries, rules
from kamerton.work.actions import approvals as actions
from kamerton.work.models import Approval, ApprovalStep

_STATES: dict[str, State] = {"waiting": "warn", "approved": "good", "rejected": "bad", "withdrawn": "off"}


def in_reach(actor: User) -> Any:
    steps = ApprovalStep.objects.select_related("decider", "decided_by").order_by("order")
    rows = Approval.objects.select_related("account", "asked_by").prefetch_related(Prefetch("steps", steps))
    return policy.scope(rows, actor, "work.view")


def state_badge(row: Approval, *, soft: bool = False) -> Badge:
    """In the words of its kind: a shortcoming is put right, a proposal accepted."""
    known = {kind.key: kind for kind in kinds.all_kinds()}
    kind = known.get(row.kind)
    words = {"approved": kind.approved, "rejected": kind.rejected} if kind else {}
    return Badge(_STATES[row.state], words.get(row.state, row.get_state_display()), soft=soft)


def _waits_for(row: Approval) -> str:
    steps = list(row.steps.all())
    at = rules.current_step([step.state for step in steps]) if row.state == "waiting" and steps else None
    return steps[at].decider.display_name if at is not None else ""


def _search(rows: Any, words: str) -> Any:
    for word in words.split():
        rows = rows.filter(Q(title__icontains=word) | Q(account__search_text__contains=word.casefold()))
    return rows


def _for_me(rows: Any, here: Here) -> Any:
    return rows.filter(pk__in=queries.decisions_waiting(here.actor, here.today).order_by().values("approval"))


def _withdraw_all(
    *,
    actor: User,
    rows: Sequence[Approval],
    cleaned: dict[str, Any],  # noqa: ARG001
    now: dt.datetime,
) -> Done:
    done, refused = lists.each(
        rows,
        lambda row: actions.withdraw_approval(actor=actor, approval=row, now=now),
        name=lambda row: row.title,
    )
    text = ngettext("%(n)s withdrawn.", "%(n)s withdrawn.", len(done)) % {"n": len(done)}
    return Done(text=text if done else "", refused=refused)


def asking(actor: policy.Actor, query: str = "") -> list[Link]:
    """What anybody with the right may ask for on a form."""
    icons = {"sales_proposal": "bulb", "shortcoming": "alert-triangle"}
    return [
        Link(kind.ask, reverse("approval_new", args=[kind.key]) + query, icons.get(kind.key, "plus"))
        for kind in kinds.all_kinds()
        if kind.by_hand and policy.can(actor, kind.right)
    ]


APPROVALS = ListPage(
    name="approvals",
    sentences=True,
    title=gettext_lazy("Decisions"),
    right="work.view",
    rows=lambda here: in_reach(here.actor).order_by("-asked_at", "-pk"),
    columns={
        "title": lists.text("title", gettext_lazy("What"), sort="title"),
        "kind": Field(
            label=gettext_lazy("Kind"),
            sort="kind",
            cell=lambda row, _here: kinds.name_of(row.kind),
            plain=lambda row: str(kinds.name_of(row.kind)),
        ),
        "account": Field(
            label=gettext_lazy("Account"),
            sort="account__name",
            cell=lambda row, _here: account_cell(row.account),
            plain=lambda row: row.account.name if row.account else "",
        ),
        "asked_by": lists.text("asked_by.display_name", gettext_lazy("Asked by"), sort="asked_by__last_name"),
        "waits_for": Field(
            label=gettext_lazy("Waits for"), cell=lambda row, _here: _waits_for(row), plain=_waits_for
        ),
        "due": Field(
            label=gettext_lazy("Due"),
            sort="due_on",
            cell=lambda row, here: due_cell(row.due_on, here.today, is_open=row.state == "waiting"),
            plain=lambda row: row.due_on,
        ),
        "state": Field(
            label=gettext_lazy("State"),
            sort="state",
            cell=lambda row, _here: Cell(badges=(state_badge(row, soft=True),)),
            plain=lambda row: str(state_badge(row).label),
        ),
        "asked_at": lists.moment("asked_at", gettext_lazy("Asked on"), default=False),
        "ended_at": lists.moment("ended_at", gettext_lazy("Decided on"), default=False),
    },
    counted=lambda count: ngettext("%(n)s decision", "%(n)s decisions", count),
    units=gettext_lazy("decisions"),
    search=_search,
    search_hint=gettext_lazy("What is to be decided, or account"),
    filters={
        "state": Filter(
            label=gettext_lazy("State"),
            apply="state",
            options=options(choices.approval_states),
        ),
        "kind": Filter(
            label=gettext_lazy("Kind"),
            apply="kind",
            options=lambda _here: [(kind.key, kind.name) for kind in kinds.all_kinds()],
        ),
        "account": Filter(label=gettext_lazy("Account"), apply="account__number"),
    },
    selections={
        "decide": Selection(label=gettext_lazy("For me to decide"), narrow=_for_me),
        "mine": Selection(
            label=gettext_lazy("Asked by me"), narrow=lambda rows, here: rows.filter(asked_by=here.actor)
        ),
        "team": Selection(
            label=gettext_lazy("My team's"),
            narrow=lambda rows, here: rows.filter(
                asked_by__in=policy.people_in_reach(here.actor, on=here.today)
            ).exclude(asked_by=here.actor),
        ),
        "waiting": Selection(
            label=gettext_lazy("Waiting"), narrow=lambda rows, _here: rows.filter(state="waiting")
        ),
        "overdue": Selection(
            label=gettext_lazy("Overdue"),
            narrow=lambda rows, here: rows.filter(state="waiting", due_on__lt=here.today),
        ),
    },
    actions=[
        BulkAction(
            key="withdraw",
            label=gettext_lazy("Withdraw"),
            right="work.view",
            icon="x",
            run=_withdraw_all,
            tone="bad",
        )
    ],
    row_name=lambda row: row.title,
    row_url=lambda row: reverse("approval", args=[row.pk]),
    faint=lambda row: row.state != "waiting",
    empty=Blank(
        title=gettext_lazy("Nothing to decide"),
        text=gettext_lazy("Proposals, reported shortcomings and whatever else needs a decision stand here."),
        icon="gavel",
    ),
    template="work/approvals.html",
    more=lambda here: {"work_tabs": tabs(here.actor, "approvals"), "asking": asking(here.actor)},
)


# --- asking ----------------------------------------------------------------------------------------------


class Ask(forms.Form):
    title = forms.CharField(max_length=300)
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}))

    @property
    def main(self) -> list[forms.BoundField]:
        return list(self)


def ask_form(kind: kinds.Kind, actor: User, day: dt.date, account: Account | None) -> type[Ask]:
    fields: dict[str, Any] = {
        "title": forms.CharField(label=str(kind.title_label), max_length=300),
        "reason": forms.CharField(label=str(kind.reason_label), widget=forms.Textarea(attrs={"rows": 4})),
    }
    for key, label in kind.more:
        fields[f"more_{key}"] = forms.CharField(
            label=str(label), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
        )
    fields["account"] = AccountField(actor=actor, day=day, right="work.view", required=False, initial=account)
    return type("Asking", (Ask,), fields)


@gate("work.propose")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """?account= says what it is about."""
    told = next((each for each in kinds.all_kinds() if each.key == kind and each.by_hand), None)
    if told is None:
        raise Http404
    actor, account = person(request), asked_account(request, "work.view")
    form = ask_form(told, actor, clock.today(), account)(request.POST or None)
    if request.method == "POST" and form.is_valid() and (made := _asked(form, told, actor)):
        toast(request, _("It is on its way; you will read the decision here."))
        return back(request, reverse("approval", args=[made.pk]))
    crumbs = [Link(_("Decisions"), reverse("approvals"))]
    if account:
        crumbs = [Link(account.name, account_url(account.number))]
    context = {"form": form, "title": told.ask, "lead": told.hint, "crumbs": crumbs, "submit": _("Send"),
               "next": request.POST.get("next", request.GET.get("next", ""))}  # fmt: skip
    return render(request, "work/task_form.html", context, status=422 if form.errors else 200)


def _asked(form: forms.Form, kind: kinds.Kind, actor: User) -> Approval | None:
    told = dict(form.cleaned_data)
    details = {key: told.pop(f"more_{key}") for key, _label in kind.more}
    try:
        return actions.ask_approval(
            actor=actor, kind=kind.key, details={key: text for key, text in details.items() if text},
            now=clock.now(), **told,
        )  # fmt: skip
    except policy.Forbidden:
        raise
    except Refused as reason:
        form.add_error(None, str(reason))
        return None


# --- one approval ----------------------------------------------------------------------------------------


class Decide(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("A refusal needs one; who asked will read it."),
    )


@gate(SIGNED_IN)
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, get_object_or_404(in_reach(person(request)), pk=pk), Decide())


def _page(request: HttpRequest, row: Approval, form: Decide, *, status: int = 200) -> HttpResponse:
    actor, steps = person(request), list(row.steps.all())
    kind = next((each for each in kinds.all_kinds() if each.key == row.kind), None)
    more = [(label, row.details.get(key, "")) for key, label in (kind.more if kind else ())]
    context = {
        "row": row,
        "kind": kinds.name_of(row.kind),
        "about_url": _about_url(row),
        "state": state_badge(row),
        "lead": _lead(row),
        "reason_label": kind.reason_label if kind else _("Reasons"),
        "details": [(label, text) for label, text in more if text],
        "steps": [_step(step) for step in steps],
        "may_decide": actions.may_decide(actor, row, steps, clock.today()),
        "may_withdraw": row.state == "waiting" and row.asked_by_id == actor.pk,
        "approve": kind.approved if kind else _("Approved"),
        "reject": kind.rejected if kind else _("Rejected"),
        "form": form,
        "trail": trail_of("work.approval", row.pk),
        "crumbs": [Link(_("Decisions"), reverse("approvals"))],
    }
    return render(request, "work/approval.html", context, status=status)


#: model -> the page of the record that is decided about.
_PAGES = {"plans.planversion": "plan_version"}


def _about_url(row: Approval) -> str:
    """Empty where what is decided has no page of its own."""
    label, _colon, pk = row.subject.partition(":")
    return reverse(_PAGES[label], args=[int(pk)]) if label in _PAGES and pk.isdecimal() else ""


def _lead(row: Approval) -> str:
    told = {
        "person": row.asked_by.display_name,
        "day": day_of(row.asked_at),
        "who": _waits_for(row),
    }
    if row.state == "waiting":
        return _("%(person)s asked on %(day)s; it waits for %(who)s.") % told
    return _("%(person)s asked on %(day)s.") % told


def _step(step: ApprovalStep) -> dict[str, Any]:
    who = step.decider.display_name
    if step.decided_by is not None and step.decided_by_id != step.decider_id:
        who = _("%(substitute)s for %(person)s") % {"substitute": step.decided_by.display_name, "person": who}
    return {
        "who": who,
        "state": Badge(_STATES[step.state], step.get_state_display(), soft=True),
        "when": day_of(step.decided_at),
        "reason": step.reason,
    }


@gate(SIGNED_IN)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """POST decision=approve|reject, reason=."""
    row, form = get_object_or_404(in_reach(person(request)), pk=pk), Decide(request.POST)
    decision = request.POST.get("decision")
    if decision not in ("approve", "reject") or not form.is_valid():
        raise Refused(_("Say how you decide. Nothing was changed."), code="incomplete")
    try:
        actions.decide(
            actor=person(request),
            approval=row,
            approve=decision == "approve",
            now=clock.now(),
            **form.cleaned_data,
        )
    except policy.Forbidden:
        raise
    except Refused as reason:
        form.add_error(None, str(reason))
        fresh = get_object_or_404(in_reach(person(request)), pk=pk)
        return _page(request, fresh, form, status=409 if isinstance(reason, actions.Decided) else 422)
    toast(request, _("Decided. %(person)s reads it here.") % {"person": row.asked_by.display_name})
    return back(request, reverse("approval", args=[pk]))


@gate(SIGNED_IN)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(in_reach(person(request)), pk=pk)
    actions.withdraw_approval(actor=person(request), approval=row, now=clock.now())
    toast(request, _("Withdrawn."))
    return back(request, reverse("approval", args=[pk]))
