"""What claims tell: by cause, kind and account, how fast they were handled, and what was learned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from kamerton.accounts.models import Account
from kamerton.core import clock
from kamerton.service import choices, queries, rules
from kamerton.service.rules import Handled, Summary
from kamerton.web import claim_words as words
from kamerton.web import formats
from kamerton.web.addresses import account_url
from kamerton.web.gates import gate, person
from kamerton.web.parameters import plain
from kamerton.web.parts import Cell, Chip, Column, Link, Row, Table, query

_MOST = 20


@gate("work.view")
@require_GET
def claims_told(request: HttpRequest) -> HttpResponse:
    """GET ?year=: of the claims received in it; without it of all in reach. Four queries."""
    rows = queries.claims(person(request))
    years = list(rows.order_by("-received_at__year").values_list("received_at__year", flat=True).distinct())
    year = plain(request.GET.get("year", ""))
    chosen = int(year) if year.isdecimal() and int(year) in years else None
    found = [queries.handled(row) for row in (rows.filter(received_at__year=chosen) if chosen else rows)]
    context = {
        "any": bool(found),
        "lead": _lead(rules.summary(found, clock.now())),
        "chips": [Chip(_("All"), query(request, year=None), chosen is None)]
        + [Chip(str(each), query(request, year=each), each == chosen) for each in years],
        "tables": _tables(found) if found else [],
        "crumbs": [Link(_("Claims"), reverse("claims"))],
        "log": Link(_("What went wrong"), reverse("error_impacts"), "list"),
    }
    return render(request, "service/told.html", context)


def _tables(found: list[Handled]) -> list[tuple[str, Table]]:
    kinds, causes = queries.kind_words(), dict(choices.causes())
    names = {
        row.pk: row for row in Account.objects.filter(pk__in={each.account for each in found})
    }  # those of claims in reach
    closed = [each for each in found if each.cause]

    def account(pk: int) -> Cell:
        return Cell(names[pk].name, url=account_url(names[pk].number))

    return [
        (_("By cause, closed ones"), _table(closed, lambda each: each.cause, _linked(causes, "cause"))),
        (_("By kind"), _table(found, lambda each: each.kind, _linked(kinds, "kind"))),
        (_("By account"), _table(found, lambda each: each.account, account)),
    ]


def _linked(labels: Mapping[str, Any], name: str) -> Callable[[str], Cell]:
    return lambda key: Cell(str(labels.get(key, key)), url=f"{reverse('claims')}?{name}={key}")


def _table(found: list[Handled], key: Callable[[Handled], Any], name: Callable[[Any], Cell]) -> Table:
    columns = (
        Column(_("Of what")), Column(_("Claims"), numeric=True), Column(_("Open"), numeric=True),
        Column(_("Claimed"), numeric=True), Column(_("Credit"), numeric=True),
        Column(_("Acknowledged after"), numeric=True, hint=_("Median, nights included"), unit=_("hours")),
        Column(_("in time"), numeric=True), Column(_("Closed after"), numeric=True, unit=_("days")),
        Column(_("in time"), numeric=True), Column(_("Satisfied"), numeric=True),
    )  # fmt: skip
    told = rules.grouped(found, key, clock.now())[:_MOST]
    return Table(columns, [Row((name(each), *_cells(some))) for each, some in told], _("Claims"))


def _cells(some: Summary) -> tuple[str, ...]:
    return (
        formats.number(some.count), formats.number(some.open) if some.open else "",
        words.amounts(some.amounts), words.amounts(some.credits),
        _number(some.acknowledge_hours), _share(some.acknowledged_in_time),
        _number(some.settle_days), _share(some.settled_in_time), _share(some.satisfied),
    )  # fmt: skip


def _number(value: float | None) -> str:
    return formats.number(value, decimals=1) if value is not None else "–"


def _share(value: float | None) -> str:
    return formats.share(value, decimals=0) if value is not None else "–"


def _lead(told: Summary) -> str:
    """How many, how fast, how well, and whether something was learned."""
    if not told.count:
        return _("Nobody has complained yet.")
    text = ngettext("%(n)s claim", "%(n)s claims", told.count) % {"n": formats.number(told.count)}
    parts = [text]
    if told.settle_days is not None:
        parts.append(_("half are closed within %(days)s days") % {"days": _number(told.settle_days)})
    if told.settled_in_time is not None:
        parts.append(_("%(share)s closed in time") % {"share": _share(told.settled_in_time)})
    if told.satisfied is not None:
        parts.append(_("%(share)s satisfied of those asked") % {"share": _share(told.satisfied)})
    if told.learned is not None:
        parts.append(_("%(share)s in the log of mistakes") % {"share": _share(told.learned)})
    return "; ".join(parts) + "."
