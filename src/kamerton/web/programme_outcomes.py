"""What came of the programme: seven outcomes with their trend, and what mistakes have cost."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kamerton.access import policy
from kamerton.portfolio import programme_measures, queries
from kamerton.portfolio.programme_rules import Measure
from kamerton.web import error_impacts, formats, sentences
from kamerton.web import programme_words as words
from kamerton.web.addresses import explain_url
from kamerton.web.gates import gate, person
from kamerton.web.parts import Cell, Column, Link, Row, Table
from kamerton.web.programme import programme_tabs


@gate("portfolio.view_all")
@require_GET
def programme_outcomes(request: HttpRequest) -> HttpResponse:
    actor, snapshot = person(request), queries.latest_snapshot()
    found = programme_measures.measures(actor, snapshot)
    currency = snapshot.currency if snapshot else ""
    mistakes = policy.can(actor, "work.view")
    context = {
        "lead": words.outcomes_lead(found),
        "note": sentences.as_of(snapshot) if snapshot else "",
        "tabs": programme_tabs("programme_outcomes"),
        "table": _table(found, currency),
        "errors": error_impacts.lead(error_impacts.seen(actor)) if mistakes else "",
        "log": Link(_("What went wrong"), reverse("error_impacts"), "list") if mistakes else None,
    }
    return render(request, "portfolio/programme_outcomes.html", context)


#: Measure -> the figure of the whole company whose rule opens behind it.
_RULES = {
    "key_turnover": "turnover", "key_income": "income", "key_share": "key_share", "key_margin": "margin",
    "retention": "revenue_retention", "churn": "logo_retention", "largest_share": "top_n", "neglected": "neglected",
    "share_of_wallet": "share_of_wallet", "serving_rate": "cost_to_serve",
}  # fmt: skip


def _table(found: dict[str, Measure], currency: str) -> Table:
    columns = (
        Column(_("Outcome")),
        Column(_("Followed by")),
        Column(_("Now")),
        Column(_("A year before")),
        Column(_("As of")),
    )
    rows = [_row(name, found[key], bring, where, currency) for name, key, bring, where in words.OUTCOMES]
    return Table(columns, rows, _("Seven outcomes"), long_names=True)


def _row(name: Any, measure: Measure, bring: Any, where: str, currency: str) -> Row:
    followed = words.measure_name(measure.key)
    if measure.now is None:
        return Row(
            (name, Cell(followed, sub=bring, url=reverse(where)), Cell(_("no data"), tone="muted"), "", "")
        )
    rule = _RULES.get(measure.key, "")
    now = Cell(
        words.value(measure.unit, measure.now, currency),
        badges=words.trend_badge(measure.before, measure),
        url=explain_url(rule) if rule else "",
        drawer=bool(rule),
    )
    known = measure.before is not None
    told = words.value(measure.unit, measure.before, currency) if known else _("not known")
    before = Cell(told, tone="" if known else "muted")
    return Row((name, followed, now, before, formats.date(measure.on, short=True)))
