"""The list of accounts: sort, filter, search, columns, saved views, files. Built for 20,000 rows.

Everything that the list shows is in its address, so a view is a link and a saved view is a name for one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import choices, search
from kamerton.accounts.models import Account
from kamerton.accounts.models.companies import AccountQuerySet
from kamerton.analytics.model import Level
from kamerton.portfolio import queries, status_queries
from kamerton.portfolio.models import AccountFigure, AccountFigureQuerySet, Snapshot
from kamerton.portfolio.status_queries import Standing
from kamerton.web import account_columns, companies, formats, lists
from kamerton.web.account_columns import Known
from kamerton.web.addresses import account_url, accounts_url, explain_url
from kamerton.web.found_words import typed_in
from kamerton.web.gates import person
from kamerton.web.health_words import STANDINGS
from kamerton.web.lists import Here
from kamerton.web.navigation import finder
from kamerton.web.parameters import words
from kamerton.web.parts import Badge, Cell, Chip, Entry, Link, query

PAGE_SIZE = 50


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


def _gather(numbers: Sequence[str], shown: set[str]) -> Known | None:
    """Only what the columns on the page say."""
    known = account_columns.gather(numbers) if shown & {"responsible", "tags", "industry", "stage"} else None
    return account_columns.with_standing(numbers, known) if "state" in shown else known


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


def _selection(
    label: str | Promise,
    narrow: Callable[[AccountFigureQuerySet], AccountFigureQuerySet],
    columns: tuple[str, ...] = (),
) -> lists.Selection:
    """Each in an order of its own."""
    return lists.Selection(
        label=label,
        narrow=lambda rows, _here: narrow(cast("AccountFigureQuerySet", rows)),
        ordered=True,
        columns=columns,
    )


SELECTIONS: Mapping[str, lists.Selection] = {
    "key": lists.Selection(
        label=pgettext_lazy("list of accounts", "Key"),
        narrow=lambda rows, here: (
            rows.key() if here.ground.level == "group" else status_queries.key_rows(rows)
        ),
        ordered=True,
    ),
    "undecided": _selection(
        pgettext_lazy("list of accounts", "Key by figures, not decided"), status_queries.undecided_rows
    ),
    "dependent": _selection(pgettext_lazy("list of accounts", "Critical"), lambda rows: rows.dependent()),
    "slipping": _selection(pgettext_lazy("list of accounts", "Slipping"), lambda rows: rows.slipping()),
    "lost": _selection(pgettext_lazy("list of accounts", "Lost"), lambda rows: rows.lost()),
    "lapsed": _selection(pgettext_lazy("list of accounts", "Lapsed"), lambda rows: rows.lapsed()),
    "neglected": _selection(pgettext_lazy("list of accounts", "Neglected"), lambda rows: rows.neglected()),
    "at_risk": _selection(
        pgettext_lazy("list of accounts", "At risk"),
        lambda rows: rows.at_stake(),
        ("name", "state", "amount", "growth", "risk", "at_risk", "health", "last"),
    ),
    "ailing": _selection(
        pgettext_lazy("list of accounts", "Poor health"),
        lambda rows: rows.ailing(),
        ("name", "state", "amount", "growth", "health", "health_change", "risk", "last"),
    ),
    "margin": _selection(
        pgettext_lazy("list of accounts", "Margin falling"), lambda rows: rows.margin_alerts()
    ),
}


def _those(accounts: AccountQuerySet) -> Q:
    """The figures of these accounts."""
    return Q(account__in=accounts.values("number"))


SELECTIONS = {
    **SELECTIONS,
    "mine": lists.Selection(
        label=pgettext_lazy("list of accounts", "Mine"),
        narrow=lambda rows, here: rows.filter(_those(account_columns.responsible_to(here.actor.pk))),
    ),
}
_STATES = ("new", "retained", "reactivated", "lapsed", "lost")
FILTERS: Mapping[str, lists.Filter] = {
    "state": lists.Filter(
        label=gettext_lazy("State"),
        apply="state",
        options=lambda _here: [(state, state_badge(state).label) for state in _STATES],
    ),
    "abc": lists.Filter(label=gettext_lazy("ABC"), apply="abc", options=[(each, each) for each in "ABC"]),
    "xyz": lists.Filter(label=gettext_lazy("XYZ"), apply="xyz", options=[(each, each) for each in "XYZ"]),
    "health": lists.Filter(
        label=gettext_lazy("Health"),
        apply="health_standing",
        options=lambda _here: [(name, badge.label) for name, badge in STANDINGS.items()],
    ),
    "responsible": lists.Filter(
        label=gettext_lazy("Responsible"),
        options=account_columns.responsible_options,
        apply=lambda rows, value: rows.filter(_those(account_columns.responsible_to(int(value)))),
    ),
    "industry": lists.Filter(
        label=gettext_lazy("Industry"),
        options=account_columns.industries,
        apply=lambda rows, value: rows.filter(_those(account_columns.in_industry(value))),
    ),
    "stage": lists.Filter(
        label=gettext_lazy("Stage"),
        options=lambda _here: [
            pair for pair in choices.account_stages() if pair[0] in ("customer", "former")
        ],
        apply=lambda rows, value: rows.filter(_those(Account.objects.filter(stage=value))),
    ),
    "tag": lists.Filter(
        label=gettext_lazy("Tag"),
        apply=lambda rows, value: rows.filter(_those(account_columns.tagged(value))),
    ),
    "group": lists.Filter(label=gettext_lazy("Group"), apply="group"),
    "seller": lists.Filter(label=gettext_lazy("Seller"), apply="seller"),
}


def sees_whole(actor: policy.Actor) -> bool:
    return policy.can(actor, "portfolio.view_all")


def seen(snapshot: Snapshot, actor: policy.Actor) -> AccountFigureQuerySet:
    """The figures of the accounts that this person reaches."""
    return policy.scope(queries.account_figures(snapshot), actor, "portfolio.view")


def _level(here: Here) -> Level:
    """Who sees single accounts only has no groups: they are sums over accounts of others too."""
    return "group" if here.params.get("level") == "group" and sees_whole(here.actor) else "account"


def _snapshot(here: Here) -> Snapshot:
    found = queries.latest_snapshot(_level(here), with_figures=False)
    if found is None:
        raise lists.Instead(nothing(here.request))
    return found


def nothing(request: HttpRequest) -> HttpResponse:
    """Instead of figures, while there are none."""
    action = Link(_("Import sales"), reverse("import_new"), icon="file-import")
    return render(
        request,
        "portfolio/nothing.html",
        {"action": action if policy.can(request.user, "ledger.import") else None},
    )


def _sentence(count: int, here: Here) -> str:
    what = SELECTIONS[here.want.selection].label if here.want.selection else ""
    if here.ground.level == "group":
        text = ngettext("%(n)s group or single account", "%(n)s groups and single accounts", count)
    else:
        text = _counted(count)
    shown = text % {"n": formats.number(count)}
    told = {"accounts": shown, "list": what, "date": formats.date(here.ground.as_of)}
    if what:
        return _("%(accounts)s on the list “%(list)s”, 12 months to %(date)s") % told
    return _("%(accounts)s, 12 months to %(date)s") % told


def _counted(count: int) -> str:
    return ngettext("%(n)s account", "%(n)s accounts", count)


def _level_chips(here: Here) -> list[Chip]:
    if not sees_whole(here.actor):
        return []
    level, request = here.ground.level, here.request
    return [
        Chip(_("Accounts"), query(request, level=None, page=None), level == "account"),
        Chip(_("Groups"), query(request, level="group", page=None), level == "group"),
    ]


def _prospect_chips(here: Here) -> list[Chip]:
    """Who buys nothing yet stands on a list of its own: there are no figures to show."""
    return [Chip(_("Prospects"), reverse("prospects"))] if policy.can(here.actor, "accounts.view") else []


def _on_accounts(
    run: Callable[..., lists.Done],
) -> Callable[..., lists.Done]:
    """A bulk action over figures is one over their accounts, loaded again through the reach."""

    def act(
        *, actor: User, rows: Sequence[AccountFigure], cleaned: Mapping[str, Any], now: dt.datetime
    ) -> lists.Done:
        accounts = Account.objects.current().filter(number__in=[row.account for row in rows])
        found = list(policy.scope(accounts, actor, "accounts.view"))
        return run(actor=actor, rows=found, cleaned=cleaned, now=now)

    return act


ACTIONS = [replace(each, run=_on_accounts(each.run)) for each in companies.ACTIONS]


ACCOUNTS = lists.ListPage(
    name="accounts",
    title=gettext_lazy("Accounts"),
    right="portfolio.view",
    ground=_snapshot,
    rows=lambda here: queries.listed(seen(here.ground, here.actor), here.needs),
    columns=FIELDS,
    selections=SELECTIONS,
    filters=FILTERS,
    search=lambda rows, typed: cast("AccountFigureQuerySet", rows).search(typed),
    search_hint=gettext_lazy("Name, number or group"),
    order=lambda rows, column, descending: _sorted(cast("AccountFigureQuerySet", rows), column, descending),
    default_sort="-amount",
    page_size=lambda: PAGE_SIZE,
    row_key=lambda row: row.account,
    counted=_counted,
    units=gettext_lazy("accounts"),
    lead=_sentence,
    none_fits=gettext_lazy("No account fits"),
    show_all=gettext_lazy("Show all accounts"),
    file_name=lambda here: f"accounts-{here.ground.as_of:%Y-%m-%d}",
    file_columns=("id",),
    gather=lambda rows, here: _gather([row.account for row in rows], set(here.want.shown)),
    actions=ACTIONS,
    row_name=lambda row: row.name,
    action=lambda here: (
        Link(_("New company"), reverse("company_new"), "plus")
        if policy.can(here.actor, "accounts.create")
        else None
    ),
    template="portfolio/accounts.html",
    more=lambda here: {"level_chips": [*_level_chips(here), *_prospect_chips(here)], "snapshot": here.ground},
)


def _sorted(rows: AccountFigureQuerySet, column: str, descending: bool) -> AccountFigureQuerySet:
    return queries.sorted_figures(rows, column, descending=descending)


@finder(gettext_lazy("Accounts"))
def find_accounts(request: HttpRequest, typed: str, limit: int) -> list[Entry]:
    """What the command palette finds among the accounts: the largest first."""
    snapshot = (
        queries.latest_snapshot(with_figures=False) if policy.can(request.user, "portfolio.view") else None
    )
    rows = list(
        _sorted(seen(snapshot, request.user).search(words(typed)), "basis_amount", True)[:limit]
        if snapshot
        else []
    )
    entries = [
        Entry(
            typed_in(row.name, typed),
            account_url(row.account),
            "building-store",
            note=formats.money(row.basis_amount, snapshot.currency, compact=True) if snapshot else "",
        )
        for row in rows
    ]
    return [*entries, *_without_figures(request, typed, {row.account for row in rows}, limit)][:limit]


def _without_figures(request: HttpRequest, typed: str, shown: set[str], limit: int) -> list[Entry]:
    """Prospects, and what is found without its accents."""
    if not policy.can(request.user, "accounts.view"):
        return []
    found = search.find(person(request), typed, kinds=("account",), limit=limit)
    rows = [row for each in found for row in each.rows if row.number not in shown]
    return [
        Entry(typed_in(row.name, typed), account_url(row.number), "building-store", note=row.number)
        for row in rows
    ]
