"""What an account is worth, and what a year without it would cost."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.portfolio import value_queries
from kamerton.portfolio.models import AccountFigure, Snapshot
from kamerton.web import formats
from kamerton.web.addresses import explain_url
from kamerton.web.parts import Cell
from kamerton.web.what_if import months


def worth(snapshot: Snapshot, row: AccountFigure) -> dict[str, Any]:
    """Lifetime value in its parts, with the method and the assumptions."""
    methods = {
        "bg_nbd_gamma_gamma": _("from its own rhythm and amounts (BG/NBD and Gamma-Gamma)"),
        "retention_rate": _("from the retention of the whole book"),
    }
    past = row.income if row.income is not None else row.turnover
    profile, currency = snapshot.profile, snapshot.currency
    parts: list[tuple[str, Any]] = [
        (
            _("Past income") if row.income is not None else _("Past turnover"),
            formats.money(past, currency, decimals=0),
        )
    ]
    if row.lifetime_value is not None:
        expected = formats.money(row.lifetime_value - past, currency, decimals=0)
        parts.append((_("Expected, discounted"), expected))
        total = formats.money(row.lifetime_value, currency, decimals=0)
        parts.append(
            (_("Lifetime value"), Cell(total, url=explain_url("lifetime_value", row.account), drawer=True))
        )
    parts.append((_("Method"), methods.get(row.lifetime_method, _("none: too little history"))))
    if row.p_alive is not None:
        parts.append((_("Chance that it still buys"), formats.share(row.p_alive, decimals=0)))
    parts.append((_("Horizon, years"), formats.number(profile["ltv_horizon_years"])))
    parts.append((_("Discount a year"), formats.share(profile["ltv_discount_rate"])))
    return {"parts": parts}


def loss(actor: User, snapshot: Snapshot, row: AccountFigure) -> dict[str, Any] | None:
    """What goes with it; what the company's own costs tell only to those who see the whole company."""
    if row.basis_amount <= 0:
        return None
    whole = policy.can(actor, "portfolio.view_all")
    told, currency = value_queries.loss_of(row, snapshot), snapshot.currency
    label = _("Income that goes, a year") if snapshot.basis == "income" else _("Turnover that goes, a year")
    parts: list[tuple[str, Any]] = [(label, formats.money(told.income, currency, decimals=0))]
    if whole and told.carried is not None:
        parts.append((_("Fixed cost that it carries"), formats.money(told.carried, currency, decimals=0)))
        parts.append((_("Fixed cost left uncovered"), formats.money(told.uncovered, currency, decimals=0)))
    pace = formats.MISSING if told.months is None else months(told.months)
    parts.append((_("Time to replace it"), Cell(pace, sub=_("at the pace of last year's new accounts"))))
    url = f"{reverse('what_if')}?{urlencode({'lost': row.account})}" if whole else ""
    return {"parts": parts, "url": url}
