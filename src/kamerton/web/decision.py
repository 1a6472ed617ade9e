"""What a decision about an account rests on, on one page: our sales, their market, their own figures (PFA-06)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from kamerton.access import policy, secrets
from kamerton.accounts.models import Account, Fact
from kamerton.core import clock
from kamerton.portfolio.models import AccountFigure, Snapshot
from kamerton.web import dossier, formats, sentences
from kamerton.web.account import months_table, years_table
from kamerton.web.account_frame import figures_of, found, frame
from kamerton.web.gates import gate, person

MARKET = ("market", "competitor", "position", "lead")
FINANCIAL = ("income", "financials", "profitability", "budget")


@gate("portfolio.view", also="accounts.view")
@require_GET
def account_decision(request: HttpRequest, account: str) -> HttpResponse:
    """Three series beside one another; constant queries, whatever is known."""
    known, actor, today = found(request, account, "portfolio.view"), person(request), clock.today()
    figures = snapshot, row = figures_of(request, known)
    facts = [fact for fact in dossier.facts_of(request, known) if fact.topic in (*MARKET, *FINANCIAL)]
    movements = dossier.movements_of(request, known)
    secrets.reading(actor, [*facts, *movements], clock.now())
    topics = dossier.Topics(known, dossier.by_topic_of(facts, today))
    context = frame(request, known, "account_risk", figures) | {
        "lead": _lead(known, snapshot, row, facts),
        "note": sentences.as_of(snapshot) if snapshot else "",
        "may": policy.can(actor, "accounts.edit", known),
        "market": [topics.of(key) for key in MARKET],
        "financial": [topics.of(key) for key in FINANCIAL],
        "movements": dossier.movement_table(movements) if movements else None,
        **(_sales(snapshot, row) if snapshot and row else {}),
    }
    return render(request, "portfolio/decision.html", context)


def _sales(snapshot: Snapshot, row: AccountFigure) -> dict[str, Any]:
    return {
        "picture_url": reverse("account_picture", args=[row.account]),
        "months": months_table(snapshot, row),
        "years": years_table(snapshot, row),
    }


def _lead(
    account: Account, snapshot: Snapshot | None, row: AccountFigure | None, facts: Sequence[Fact]
) -> str:
    """What they buy, and how much is known of their market and of their own figures."""
    if snapshot is None or row is None:
        first = _("Nothing was sold to %(name)s yet.") % {"name": account.name}
    else:
        told = {
            "name": account.name,
            "amount": formats.money(row.window_turnover, snapshot.currency, compact=True),
        }
        first = _("%(name)s bought for %(amount)s in 12 months.") % told
    return f"{first} {_known(facts)}"


def _known(facts: Sequence[Fact]) -> str:
    market = sum(fact.topic in MARKET for fact in facts)
    financial = len(facts) - market
    if not market and not financial:
        return _("Neither their market nor their own figures are known.")
    if not market:
        return _("Nothing is known of their market.")
    if not financial:
        return _("Nothing is known of their own figures.")
    newest = max(fact.dated for fact in facts)
    text = ngettext(
        "%(n)s statement of their market and figures is known, the newest of %(day)s.",
        "%(n)s statements of their market and figures are known, the newest of %(day)s.",
        len(facts),
    )
    return text % {"n": formats.number(len(facts)), "day": formats.date(newest)}
