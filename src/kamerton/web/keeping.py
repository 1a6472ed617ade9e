"""One press makes a task to keep an account, with the reasons in it; what became of those before (FBK-04)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kamerton.access import policy
from kamerton.accounts.models import Account
from kamerton.core import clock, undo
from kamerton.core.refused import Refused
from kamerton.portfolio import risk_queries
from kamerton.portfolio.actions import retention
from kamerton.portfolio.models import AccountFigure, Snapshot
from kamerton.web import formats, health_words
from kamerton.web.account_frame import Figures, figures_of, found
from kamerton.web.addresses import explain_url
from kamerton.web.gates import gate, person
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url
from kamerton.work.models import Task

REASONS = 2
_BEFORE = 5


def reasons(row: AccountFigure, snapshot: Snapshot, most: int = REASONS) -> list[str]:
    """What pushes the risk up most, in words."""
    told = [each for each in row.series.outlook.get("reasons", []) if each["points"] > 0]
    return [health_words.reason(each, snapshot.currency) for each in told[:most]]


def shown(task: Task | None) -> dict[str, str] | None:
    if task is None:
        return None
    told = {"person": task.owner.display_name, "day": formats.date(task.due_on, short=True)}
    return {"text": _("%(person)s is on it, due %(day)s") % told, "url": reverse("task", args=[task.pk])}


def of_account(request: HttpRequest, account: Account, figures: Figures) -> dict[str, Any] | None:
    """What the page of one account shows. Three queries; None without figures."""
    snapshot, row = figures
    if snapshot is None or row is None:
        return None
    rows = policy.scope(
        Task.objects.filter(account=account, origin=retention.ORIGIN), request.user, "work.view"
    )
    before = rows.exclude(state="open").select_related("owner").order_by("-ended_at")[:_BEFORE]
    return {
        "sentence": health_words.risk_sentence(row, snapshot),
        "url": explain_url("churn_risk", row.account),
        "is_at_risk": row.is_at_risk,
        "reasons": reasons(row, snapshot, most=5),
        "task": shown(risk_queries.keeping([row.account]).get(row.account)),
        "keep_url": reverse("account_keep", args=[row.account])
        if policy.can(request.user, "work.edit", account) else "",
        "before": [
            {"text": task.title, "url": reverse("task", args=[task.pk]), "sub": _ended(task, row)} for task in before
        ],
    }  # fmt: skip


def _ended(task: Task, row: AccountFigure) -> str:
    """What came of the task, and of the account since: information."""
    parts = [str(task.get_state_display())]
    if task.ended_at:
        parts.append(formats.date(task.ended_at.date(), short=True))
    if task.outcome:
        parts.append(task.outcome)
    parts.append(_("the account is lost") if row.state == "lost" else _("the account still buys"))
    return " · ".join(parts)


@gate("work.edit", also="portfolio.view")
@require_POST
def account_keep(request: HttpRequest, account: str) -> HttpResponse:
    """One press makes a task with the reasons in it."""
    known = found(request, account, "portfolio.view")
    snapshot, row = figures_of(request, known)
    told = reasons(row, snapshot) if snapshot and row else []
    sentence = [health_words.risk_sentence(row, snapshot)] if snapshot and row else []
    try:
        _keep(request, known, "\n".join([*sentence, *told]))
    except Refused as reason:
        toast(request, str(reason), level="warn")
    return redirect(_back(request, known))


@transaction.atomic
def _keep(request: HttpRequest, account: Account, text: str) -> None:
    actor, now = person(request), clock.now()
    task = retention.keep(actor=actor, account=account, reasons=text, now=now)
    token = undo.offer(actor=actor, kind="portfolio.retention_unkeep", parameters={"task": task.pk}, now=now)
    told = {"person": task.owner.display_name, "day": formats.date(task.due_on)}
    toast(request, _("%(person)s has a task to keep them, due %(day)s.") % told, undo_url=undo_url(token))


def _back(request: HttpRequest, account: Account) -> str:
    """The page that it was pressed on: the list, or the account's own."""
    told = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(told, {request.get_host()}, require_https=request.is_secure())
    return told if safe and told.startswith("/") else reverse("account_risk", args=[account.number])
