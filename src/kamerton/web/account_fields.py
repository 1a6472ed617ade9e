"""The columns of the list of accounts, and the states that an account is in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamerton.portfolio.models import AccountFigure, Snapshot
from kamerton.portfolio.status_queries import Standing
from kamerton.web import formats, lists
from kamerton.web.account_columns import Known
from kamerton.web.addresses import account_url, accounts_url, explain_url
from kamerton.web.health_words import STANDINGS
from kamerton.web.lists import Here
from kamerton.web.parts import Badge, Cell


def badges(row: AccountFigure, standing: Standing) -> tuple[Badge, ...]:
    """The states of an account, each with its word, or the company's own (C4)."""
    found, labels = [], standing.labels
    if row.dependency == "mono":
        found.append(Badge("bad", labels.get("mono") or _("Mono client")))
    elif row.dependency == "critical":
        found.append(Badge("bad", labels.get("critical") or _("Critical")))
    if standing.is_key(row):
        found.append(Badge("key", labels.get("key") or _("Key")))
    if standing.is_undecided(row):
        found.append(Badge("warn", _("By the figures key, not decided"), soft=True))
    if row.margin_falling:
        found.append(Badge("warn", _("Margin falling")))
    if row.low_income:
        found.append(Badge("warn", _("Low income")))
    if row.state in ("lost", "lapsed", "new", "reactivated"):
        found.append(state_badge(row.state))
    return tuple(found)


_STATE_BADGES = {
    "new": Badge("info", gettext_lazy("New")),
    "retained": Badge("good", gettext_lazy("Retained")),
    "reactivated": Badge("info", gettext_lazy("Back again")),
    "lapsed": Badge("warn", gettext_lazy("Lapsed")),
    "lost": Badge("off", gettext_lazy("Lost")),
}


def state_badge(state: str) -> Badge:
    return _STATE_BADGES[state]


def _name(row: AccountFigure, here: Here) -> Cell:
    """The number has a column of its own: names need the room."""
    url = accounts_url(group=row.account) if here.ground.level == "group" else account_url(row.account)
    return Cell(row.name, url=url)


def _figure(name: str, text: Callable[[AccountFigure], str]) -> Callable[[AccountFigure, Here], Cell]:
    """A cell whose figure opens its rule and rows."""

    def cell(row: AccountFigure, here: Here) -> Cell:
        return Cell(text(row), url=explain_url(name, row.account, here.ground.level), drawer=True)

    return cell


def _money(column: str) -> Callable[[AccountFigure], str]:
    return lambda row: formats.money(getattr(row, column), decimals=0)


_basis_amount = _money("basis_amount")


def _amount(row: AccountFigure, here: Here) -> Cell:
    figure = "income" if here.ground.basis == "income" else "turnover"
    return Cell(_basis_amount(row), url=explain_url(figure, row.account, here.ground.level), drawer=True)


def _amount_head(here: Here) -> str:
    basis = _("Income") if here.ground.basis == "income" else _("Turnover")
    return _("%(basis)s, 12 months") % {"basis": basis}


def _currency(here: Here) -> str:
    currency: str = here.ground.currency
    return currency


def _share(row: AccountFigure, here: Here) -> Cell:
    snapshot: Snapshot = here.ground
    mark = snapshot.profile["share_key"] if row.basis_share and row.basis_share > 0.02 else None
    return Cell(
        formats.share(row.basis_share),
        url=explain_url("share", row.account, snapshot.level),
        drawer=True,
        share=row.basis_share,
        mark=mark,
    )


def _health(row: AccountFigure, here: Here) -> Cell:
    badge = STANDINGS.get(row.health_standing)
    url = explain_url("health", row.account, here.ground.level)
    return Cell(formats.number(row.health), url=url, drawer=True, badges=(badge,) if badge else ())


def _change(row: AccountFigure, _here: Here) -> Cell:
    return Cell(change=formats.change(row.growth_rate))


def _spark(row: AccountFigure, here: Here) -> Cell:
    """Turnover of the last 24 months; a month without a line is a zero."""
    told = {month: float(turnover) for month, turnover, _income in row.months}
    return Cell(spark=tuple(told.get(month, 0.0) for month in _months_to(here.ground.as_of)))


@lru_cache(maxsize=64)
def _months_to(as_of: dt.date, count: int = 24) -> tuple[str, ...]:
    last = as_of.year * 12 + as_of.month - 1
    return tuple(f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(last - count + 1, last + 1))


def _known(label: str | Promise, value: Callable[[Known, str], str]) -> lists.Field:
    """A column of what people write about accounts, from what was gathered."""

    def shown(row: AccountFigure, here: Here) -> str:
        return value(here.gathered, row.account)

    return lists.Field(needs=(), label=label, cell=shown, plain=lambda _row: "", in_file=shown, default=False)


def _states(row: AccountFigure, here: Here) -> Cell | str:
    shown = badges(row, here.gathered.standing)
    return Cell(badges=shown) if shown else ""


#: What `badges` reads.
_STATE_FIELDS = ("dependency", "is_key", "margin_falling", "low_income", "state")

FIELDS: Mapping[str, lists.Field] = {
    "name": lists.Field(
        needs=(),
        label=gettext_lazy("Account"),
        cell=_name,
        plain=lambda row: row.name,
        sort="name",
    ),
    "state": lists.Field(
        needs=_STATE_FIELDS,
        label=gettext_lazy("State"),
        cell=_states,
        plain=lambda row: row.get_state_display(),
    ),
    "amount": lists.Field(
        needs=("basis_amount",),
        label=gettext_lazy("Last 12 months"),
        cell=_amount,
        head=_amount_head,
        plain=lambda row: row.basis_amount,
        sort="basis_amount",
        numeric=True,
        unit=_currency,
    ),
    "share": lists.Field(
        needs=("basis_share",),
        label=gettext_lazy("Share"),
        cell=_share,
        plain=lambda row: row.basis_share,
        sort="basis_amount",
        numeric=True,
    ),
    "growth": lists.Field(
        needs=("growth_rate",),
        label=gettext_lazy("Change"),
        cell=_change,
        plain=lambda row: row.growth_rate,
        sort="growth_rate",
        hint=gettext_lazy("against the 12 months before"),
        numeric=True,
    ),
    "change": lists.Field(
        needs=("basis_change",),
        label=gettext_lazy("Difference"),
        cell=_figure("against_before", _money("basis_change")),
        plain=lambda row: row.basis_change,
        sort="basis_change",
        numeric=True,
        unit=_currency,
        default=False,
    ),
    "trend": lists.Field(
        needs=("months",),
        label=gettext_lazy("24 months"),
        cell=_spark,
        plain=lambda row: " ".join(f"{month}: {turnover}" for month, turnover, _income in row.months),
        minor=True,
        numeric=True,
    ),
    "turnover": lists.Field(
        needs=("window_turnover",),
        label=gettext_lazy("Turnover"),
        cell=_figure("turnover", _money("window_turnover")),
        plain=lambda row: row.window_turnover,
        sort="window_turnover",
        numeric=True,
        unit=_currency,
        default=False,
    ),
    "income": lists.Field(
        needs=("window_income",),
        label=gettext_lazy("Income"),
        cell=_figure("income", _money("window_income")),
        plain=lambda row: row.window_income,
        sort="window_income",
        numeric=True,
        unit=_currency,
        default=False,
    ),
    "margin": lists.Field(
        needs=("margin",),
        label=gettext_lazy("Margin"),
        cell=_figure("margin", lambda row: formats.share(row.margin)),
        plain=lambda row: row.margin,
        numeric=True,
        default=False,
    ),
    "all_time": lists.Field(
        needs=("turnover",),
        label=gettext_lazy("Turnover, all time"),
        cell=_figure("turnover", _money("turnover")),
        plain=lambda row: row.turnover,
        sort="turnover",
        numeric=True,
        unit=_currency,
        default=False,
    ),
    "lifetime_value": lists.Field(
        needs=("lifetime_value",),
        label=gettext_lazy("Lifetime value"),
        cell=_figure("lifetime_value", _money("lifetime_value")),
        plain=lambda row: row.lifetime_value,
        sort="lifetime_value",
        numeric=True,
        unit=_currency,
    ),
    "risk": lists.Field(
        needs=("risk",),
        label=gettext_lazy("Risk of losing it"),
        cell=_figure("churn_risk", lambda row: formats.share(row.risk, decimals=0)),
        plain=lambda row: row.risk,
        sort="risk",
        hint=gettext_lazy("lost or less than half within 12 months"),
        numeric=True,
        default=False,
    ),
    "at_risk": lists.Field(
        needs=("at_risk",),
        label=gettext_lazy("At risk"),
        cell=_figure("churn_risk", _money("at_risk")),
        plain=lambda row: row.at_risk,
        sort="at_risk",
        hint=gettext_lazy("the least that is to be expected to go within 12 months"),
        numeric=True,
        unit=_currency,
        default=False,
    ),
    "health": lists.Field(
        needs=("health", "health_standing"),
        label=gettext_lazy("Health"),
        cell=_health,
        plain=lambda row: row.health,
        sort="health",
        numeric=True,
        default=False,
    ),
    "health_change": lists.Field(
        needs=("health_change",),
        label=gettext_lazy("Health, change"),
        cell=lambda row, _here: Cell(change=formats.difference(row.health_change)),
        plain=lambda row: row.health_change,
        sort="health_change",
        hint=gettext_lazy("against four weeks ago"),
        numeric=True,
        default=False,
    ),
    "class": lists.Field(
        needs=("abc", "xyz"),
        label=gettext_lazy("ABC/XYZ"),
        cell=_figure("abc", lambda row: f"{row.abc}{row.xyz}" or formats.MISSING),
        plain=lambda row: f"{row.abc}{row.xyz}",
        default=False,
    ),
    "returns": lists.Field(
        needs=("returns_rate",),
        label=gettext_lazy("Returns"),
        cell=_figure("returns_rate", lambda row: formats.share(row.returns_rate)),
        plain=lambda row: row.returns_rate,
        sort="returns_rate",
        numeric=True,
        default=False,
    ),
    "last": lists.Field(
        needs=("last_purchase",),
        label=gettext_lazy("Last purchase"),
        cell=lambda row, _here: formats.date(row.last_purchase, short=True),
        plain=lambda row: row.last_purchase,
        sort="last_purchase",
        numeric=True,
    ),
    "group": lists.Field(
        needs=("group",),
        label=gettext_lazy("Group"),
        cell=lambda row, _here: row.group,
        plain=lambda row: row.group,
        sort="group",
        default=False,
    ),
    "seller": lists.Field(
        needs=("seller",),
        label=gettext_lazy("Seller"),
        cell=lambda row, _here: row.seller,
        plain=lambda row: row.seller,
        default=False,
    ),
    "responsible": _known(
        gettext_lazy("Responsible"), lambda known, number: known.responsible.get(number, "")
    ),
    "tags": _known(gettext_lazy("Tags"), lambda known, number: ", ".join(known.tags.get(number, ()))),
    "industry": _known(gettext_lazy("Industry"), lambda known, number: known.industry.get(number, "")),
    "stage": _known(gettext_lazy("Stage"), lambda known, number: known.stage.get(number, "")),
    "id": lists.Field(
        needs=(),
        label=gettext_lazy("Account number"),
        cell=lambda row, _here: row.account,
        plain=lambda row: row.account,
        default=False,
    ),
}
