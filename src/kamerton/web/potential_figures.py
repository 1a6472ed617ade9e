"""Behind the figures of potential: the rule with the numbers in it, and two days side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from kamerton.access import policy
from kamerton.analytics import definitions
from kamerton.core import clock
from kamerton.portfolio import potential_queries as asked
from kamerton.portfolio import potential_rules as rules
from kamerton.portfolio.models import Wallet
from kamerton.web import formats
from kamerton.web import potential_tables as tables
from kamerton.web import potential_words as words
from kamerton.web.gates import gate, person
from kamerton.web.parts import Cell, Column, Link, Row, Table
from kamerton.web.potential import VIEW, Seen, seen

# --- two days side by side --------------------------------------------------------------------------------


@gate(VIEW)
@require_GET
def potential_history(request: HttpRequest, account: str) -> HttpResponse:
    """?on=day: what counted then beside what counts today; without it, a year ago."""
    here, today = seen(request, account), clock.today()
    day = _day(request.GET.get("on", ""), today)
    then, now = asked.needs_on(here.account, day), asked.needs_on(here.account, today)
    totals = (
        rules.totals(each.years for each in then.values()),
        rules.totals(each.years for each in now.values()),
    )
    told = {"then": words.short(totals[0].short, here.ground.currency), "day": formats.date(day),
            "now": words.short(totals[1].short, here.ground.currency)}  # fmt: skip
    context = {
        "account": here.account,
        "lead": _("On %(day)s the need of a year was estimated at %(then)s, today at %(now)s.") % told,
        "day": day.isoformat(),
        "table": _compared(then, now, here.ground.currency) if then or now else None,
        "crumbs": [Link(here.account.name, tables.address("account_potential", here.account))],
    }
    return render(request, "portfolio/potential_history.html", context)


def _day(text: str, today: dt.date) -> dt.date:
    try:
        return min(dt.date.fromisoformat(text), today)
    except ValueError:
        return today - dt.timedelta(days=365)


def _compared(
    then: Mapping[str, rules.FamilyNeed], now: Mapping[str, rules.FamilyNeed], currency: str
) -> Table:
    columns = (
        Column(_("Family")), Column(_("Then"), numeric=True, unit=currency),
        Column(_("Today"), numeric=True, unit=currency), Column(_("Change"), numeric=True),
        Column(_("All years, then"), numeric=True, unit=currency, minor=True),
        Column(_("All years, today"), numeric=True, unit=currency, minor=True),
    )  # fmt: skip
    return Table(
        columns, [_compared_row(each, then, now) for each in sorted({*then, *now})], _("Two days compared")
    )


def _compared_row(
    family: str, then: Mapping[str, rules.FamilyNeed], now: Mapping[str, rules.FamilyNeed]
) -> Row:
    before, after = (rules.totals([told[family].years]) if family in told else None for told in (then, now))
    rate = float((after.short - before.short) / before.short) if before and after and before.short else None
    return Row(
        (
            words.family_label(family),
            *(formats.money(each.short if each else None, decimals=0) for each in (before, after)),
            Cell(change=formats.change(rate, good="")),
            *(formats.money(each.long if each else None, decimals=0) for each in (before, after)),
        )
    )


# --- the rule behind a figure -----------------------------------------------------------------------------

_FIGURES = frozenset({"need", "share_of_wallet", "gap", "expected_income", "similar_accounts"})


@gate(VIEW)
@require_GET
def potential_rule(request: HttpRequest, figure: str, account: str) -> HttpResponse:
    """A figure with its rule and the numbers in it; of the whole account, or of ?family= and ?division=."""
    here = seen(request, account)
    if figure not in _FIGURES:
        raise Http404
    definition = definitions.DEFINITIONS[figure]
    similar = asked.compared(here.account, person(request), here.snapshot)
    where = here.division.name if here.division else here.account.name
    family = f" · {words.family_label(here.family)}" if "family" in request.GET else ""
    context = {
        "title": f"{_(definition.name)}: {where}{family}",
        "rule": _(definition.rule),
        "formula": _(definition.formula),
        "values": _values(request, here, figure, similar),
        "terms": _terms(here, definition.source),
        "links": _links(request, here),
    }
    return render(request, "portfolio/explain.html", context)


def _values(
    request: HttpRequest, here: Seen, figure: str, similar: asked.Compared | None
) -> list[tuple[str, Any]]:
    currency = here.ground.currency
    if figure == "similar_accounts":
        return (
            [(_("Compared"), words.similar_to(similar))]
            + ([(_("In your reach"), ", ".join(similar.named))] if similar.named else [])
            if similar
            else [(_("Compared"), _("Too few accounts are like this one to compare it."))]
        )
    if "family" in request.GET:
        matrix = asked.matrix(here.account, here.ground, similar)
        cell = matrix.cells.get((here.division.pk if here.division else None, here.family))
        return _cell_values(cell, currency) if cell else []
    row = Wallet.objects.filter(account=here.account).first()
    return _wallet_values(row, here) if row else [(_("Need"), _("not estimated"))]


def _cell_values(cell: asked.MatrixCell, currency: str) -> list[tuple[str, Any]]:
    told: list[tuple[str, Any]] = [(_("Ours, 12 months"), formats.money(cell.ours, currency))]
    if cell.before is not None:
        told.append((_("Ours, 12 months before"), formats.money(cell.before, currency)))
    if cell.wallet is None:
        return [*told, (_("Need, next 12 months"), _("not estimated"))]
    return [
        (_("Need, next 12 months"), formats.money(cell.wallet.need, currency)), *told,
        (_("Competitors’ sales a year"), formats.money(cell.wallet.competitors, currency)),
        (_("Share of wallet"), formats.share(cell.wallet.share, decimals=2)),
        (pgettext("wallet", "Gap"), formats.money(cell.wallet.gap, currency)),
        (_("Open"), formats.money(cell.wallet.open, currency)),
    ]  # fmt: skip


def _wallet_values(row: Wallet, here: Seen) -> list[tuple[str, Any]]:
    currency = here.ground.currency
    margin = (
        formats.share(here.ground.usual_margin) if here.ground.has_cost else _("not known: turnover counts")
    )
    return [
        (_("Need, next 12 months"), formats.money(row.short, currency)),
        (_("Need, all years together"), formats.money(row.long, currency)),
        (_("Horizon in years"), formats.number(row.horizon_years)),
        (_("Need a year, over the horizon"), formats.money(row.a_year, currency)),
        (_("Ours, 12 months"), formats.money(row.ours, currency)),
        (_("Share of wallet"), formats.share(row.share, decimals=2)),
        (pgettext("wallet", "Gap"), formats.money(row.gap, currency)),
        (_("Competitors’ sales a year"), formats.money(row.competitors, currency)),
        (_("Open"), formats.money(row.open, currency)),
        (_("We can satisfy"), formats.share(row.satisfiable)),
        (_("Our usual margin"), margin),
        (_("Expected future income a year"), formats.money(row.income, currency)),
        (_("Families estimated"), formats.number(row.families)),
    ]


def _terms(here: Seen, source: str) -> list[tuple[str, Any]]:
    told: list[tuple[str, Any]] = [(_("Source"), source)]
    if here.snapshot is not None:
        told.append((_("Sales as of"), formats.date(here.snapshot.as_of)))
        told.append((_("Ledger version"), str(here.snapshot.ledger_version.number)))
    return told


def _links(request: HttpRequest, here: Seen) -> list[Link]:
    links = [Link(_("Needs of the account"), tables.address("account_potential", here.account))]
    if here.snapshot is not None and policy.can(request.user, "ledger.view") and here.account.in_ledger:
        links.append(Link(_("Products it buys"), reverse("account_products", args=[here.account.number])))
    return links
