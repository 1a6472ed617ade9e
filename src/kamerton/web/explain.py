"""Every figure opens: its value, rule, period and settings, and the imports and rows behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from kamerton.access import policy
from kamerton.analytics import definitions
from kamerton.analytics.model import Level
from kamerton.core.telling import told
from kamerton.ledger.models import Batch
from kamerton.portfolio import queries
from kamerton.portfolio.models import AccountFigure, Snapshot
from kamerton.web import formats
from kamerton.web.accounts import seen
from kamerton.web.addresses import account_url, accounts_url
from kamerton.web.gates import gate
from kamerton.web.parameters import plain
from kamerton.web.parts import Cell, Link

#: Figures that pages name more closely than the glossary does.
_UNDER = {
    "share_income": "share",
    "share_turnover": "share",
    "effective_accounts": "hhi",
    "nrr": "revenue_retention",
    "grr": "revenue_retention",
    "returns_rate": "returns",
}
#: Figure -> (field of AccountFigure, how it reads). Figures of the company come from the tiles.
_OF_ACCOUNT: Mapping[str, tuple[tuple[str, str], ...]] = {
    "turnover": (("window_turnover", "money"), ("previous_turnover", "money"), ("turnover", "money")),
    "income": (("window_income", "money"), ("previous_income", "money"), ("income", "money")),
    "margin": (("margin", "share"), ("window_income", "money"), ("window_turnover", "money")),
    "share": (("window_share_income", "share"), ("window_share_turnover", "share")),
    "share_income": (("window_share_income", "share"), ("window_income", "money")),
    "share_turnover": (("window_share_turnover", "share"), ("window_turnover", "money")),
    "against_before": (("growth_rate", "share"), ("basis_amount", "money"), ("basis_before", "money")),
    "abc": (("abc", "text"), ("basis_amount", "money")),
    "xyz": (("xyz", "text"),),
    "returns_rate": (("returns_rate", "share"), ("returned", "money"), ("gross", "money")),
    "churn_risk": (("risk", "share"), ("risk_lost", "share"), ("at_risk", "money"), ("risk_before", "share")),
    "health": (("health", "count"), ("health_change", "count"), ("health_before", "count")),
    "lifetime_value": (("lifetime_value", "money"), ("income", "money"), ("p_alive", "share")),
}


@gate("portfolio.view")
@require_GET
def explain(request: HttpRequest, figure: str) -> HttpResponse:
    definition = definitions.DEFINITIONS.get(_UNDER.get(figure, figure))
    level: Level = "group" if request.GET.get("level") == "group" else "account"
    snapshot = queries.latest_snapshot(level)
    if definition is None or snapshot is None:
        raise Http404
    account = plain(request.GET.get("account", ""))
    if not account or level == "group":
        policy.require(request.user, "portfolio.view_all")
    row = queries.account(snapshot, account, seen(snapshot, request.user)) if account else None
    if account and row is None:
        raise Http404
    rule = _(definition.rule).format(**_told(definition, snapshot))
    context = {
        "title": _name(definition) if row is None else f"{_name(definition)}: {row.name}",
        "rule": rule,
        "formula": _(definition.formula),
        "values": _account_values(figure, row, snapshot) if row else _company_values(figure, snapshot),
        "terms": _terms(definition, snapshot, request),
        "links": _links(row, snapshot, request),
    }
    return render(request, "portfolio/explain.html", context)


def _name(definition: definitions.Definition) -> str:
    """Of a list in the plural: other languages tell it from the state of one account."""
    is_list = definition.key in {"slipping", "lost_list", "neglected"}
    return pgettext("list of accounts", definition.name) if is_list else _(definition.name)


def _account_values(figure: str, row: AccountFigure, snapshot: Snapshot) -> list[tuple[str, str]]:
    fields = _OF_ACCOUNT.get(figure, ())
    return [(_label(field), _shown(getattr(row, field), kind, snapshot)) for field, kind in fields]


def _company_values(figure: str, snapshot: Snapshot) -> list[tuple[str, str]]:
    for tile in queries.tiles(snapshot):
        if tile.key == figure:
            now = (_("12 months"), _shown(tile.value, tile.kind, snapshot))
            before = (_("12 months before"), _shown(tile.before, tile.kind, snapshot))
            return [now, before] if tile.before is not None else [now]
    return []


def _label(field: str) -> str:
    return {
        "window_turnover": _("Turnover, 12 months"),
        "previous_turnover": _("Turnover, 12 months before"),
        "turnover": _("Turnover, all time"),
        "window_income": _("Income, 12 months"),
        "previous_income": _("Income, 12 months before"),
        "income": _("Income, all time"),
        "margin": _("Margin, 12 months"),
        "window_share_income": _("Share of income"),
        "window_share_turnover": _("Share of turnover"),
        "growth_rate": _("Against 12 months before"),
        "basis_amount": _("12 months"),
        "basis_before": _("12 months before"),
        "abc": _("ABC class"),
        "xyz": _("XYZ class"),
        "returns_rate": _("Returns"),
        "returned": _("Returned, all time"),
        "gross": _("Sold before returns, all time"),
        "lifetime_value": _("Lifetime value"),
        "p_alive": _("Chance that it still buys"),
        "risk": _("Lost or less than half within 12 months"),
        "risk_lost": _("Of which lost"),
        "at_risk": _("At risk, at least"),
        "risk_before": _("Told a year before"),
        "health": _("Health, 0 to 100"),
        "health_change": _("Against four weeks ago"),
        "health_before": _("A year before, by the ledger"),
    }[field]


def _shown(value: Any, kind: str, snapshot: Snapshot) -> str:
    """Exact here: what a page shortens, this one spells out."""
    if value is None or value == "":
        return formats.MISSING
    if kind == "money":
        return formats.money(Decimal(value), snapshot.currency)
    if kind == "share":
        return formats.share(value, decimals=2)
    return formats.number(value, decimals=2 if kind == "number" else 0) if kind != "text" else str(value)


def _terms(
    definition: definitions.Definition, snapshot: Snapshot, request: HttpRequest
) -> list[tuple[str, Any]]:
    window = {name: dt.date.fromisoformat(day) for name, day in snapshot.figures["window"].items()}
    terms: list[tuple[str, Any]] = [
        (_("Period"), formats.period(window["from_date"], window["to_date"])),
        (_("As of"), formats.date(snapshot.as_of)),
    ]
    if snapshot.basis_note:
        terms.append((pgettext("figures", "Note"), told(snapshot.basis_note)))
    if definition.source:
        terms.append((_("Source"), definition.source))
    terms.append((_("Ledger version"), str(snapshot.ledger_version.number)))
    terms += [(_("Import"), cell) for cell in _imports(snapshot, request)]
    return terms


def _told(definition: definitions.Definition, snapshot: Snapshot) -> dict[str, str]:
    """The settings that the rule names, with the values that this snapshot was made by."""
    return {name: _setting(snapshot.profile.get(name)) for name in definition.thresholds}


def _setting(value: Any) -> str:
    """Rates up to one are parts of the whole; above they are multiples."""
    if isinstance(value, list):
        return _("%(low)s and %(high)s") % {"low": _setting(value[0]), "high": _setting(value[1])}
    if isinstance(value, float):
        text = formats.share(value, decimals=1) if value <= 1 else formats.number(value, decimals=1)
        return text.replace(".0", "").replace(",0", "")
    return _("none") if value is None else str(value)


def _imports(snapshot: Snapshot, request: HttpRequest) -> list[Cell]:
    """The imports that count in this ledger version, for those who may see them."""
    if not policy.can(request.user, "ledger.view"):
        return []
    batches = Batch.objects.filter(content_hash__in=snapshot.ledger_version.batches, state="live")
    return [
        Cell(f"{batch.sequence}. {batch.title}", url=reverse("import_batch", args=[batch.sequence]))
        for batch in batches[:20]
    ]


def _links(row: AccountFigure | None, snapshot: Snapshot, request: HttpRequest) -> list[Link]:
    """The way to the rows."""
    if row is None:
        return [Link(_("All accounts"), reverse("accounts"))]
    if snapshot.level == "group":
        return [Link(_("Accounts of this group"), accounts_url(group=row.account))]
    links = [Link(_("Open the account"), account_url(row.account))]
    if policy.can(request.user, "ledger.view"):
        links.append(Link(_("Documents behind it"), reverse("account_documents", args=[row.account])))
    return links
