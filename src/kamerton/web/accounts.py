"""The list of accounts: sort, filter, search, columns, saved views, files. Built for 20,000 rows.

Everything that the list shows is in its address, so a view is a link and a saved view is a name for one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from kamerton.access import policy
from kamerton.analytics.model import Level
from kamerton.core import saved_views
from kamerton.core.models import SavedView
from kamerton.core.refused import Refused
from kamerton.portfolio import queries
from kamerton.portfolio.models import AccountFigure, AccountFigureQuerySet, Snapshot
from kamerton.web import exports, formats
from kamerton.web.addresses import account_url, accounts_url, explain_url
from kamerton.web.gates import gate, person
from kamerton.web.navigation import finder
from kamerton.web.parameters import plain, words
from kamerton.web.parts import (
    Badge,
    Cell,
    Chip,
    Column,
    Entry,
    Link,
    Pages,
    Row,
    Select,
    Sorted,
    Table,
    query,
    sortable,
)
from kamerton.web.toasts import toast

PAGE_SIZE = 50
DEFAULT_SORT = "-amount"
PAGE = "accounts"


@dataclass(frozen=True, kw_only=True)
class Field:
    """One column that the list can show. `cell` draws it, `plain` is its value in a file."""

    label: str | Promise
    cell: Callable[[AccountFigure, Snapshot], Cell | str]
    plain: Callable[[AccountFigure], object]
    needs: tuple[str, ...]  # fields of AccountFigure that `cell` reads beside the account and its name
    sort: str = ""  # order_by name
    numeric: bool = True
    money: bool = False
    minor: bool = False
    hint: str | Promise = ""


def badges(row: AccountFigure) -> tuple[Badge, ...]:
    """The states of an account, each with its word."""
    found = []
    if row.dependency == "mono":
        found.append(Badge("bad", _("Mono client")))
    elif row.dependency == "critical":
        found.append(Badge("bad", _("Critical")))
    if row.is_key:
        found.append(Badge("key", _("Key")))
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


def _name(row: AccountFigure, snapshot: Snapshot) -> Cell:
    """The number has a column of its own: names need the room."""
    url = accounts_url(group=row.account) if snapshot.level == "group" else account_url(row.account)
    return Cell(row.name, url=url)


def _figure(name: str, text: Callable[[AccountFigure], str]) -> Callable[[AccountFigure, Snapshot], Cell]:
    """A cell whose figure opens its rule and rows."""

    def cell(row: AccountFigure, snapshot: Snapshot) -> Cell:
        return Cell(text(row), url=explain_url(name, row.account, snapshot.level), drawer=True)

    return cell


def _money(column: str) -> Callable[[AccountFigure], str]:
    return lambda row: formats.money(getattr(row, column), decimals=0)


def _basis_figure(snapshot: Snapshot) -> str:
    return "income" if snapshot.basis == "income" else "turnover"


def _share(row: AccountFigure, snapshot: Snapshot) -> Cell:
    mark = snapshot.profile["share_key"] if row.basis_share and row.basis_share > 0.02 else None
    return Cell(
        formats.share(row.basis_share),
        url=explain_url("share", row.account, snapshot.level),
        drawer=True,
        share=row.basis_share,
        mark=mark,
    )


def _change(row: AccountFigure, _snapshot: Snapshot) -> Cell:
    return Cell(change=formats.change(row.growth_rate))


def _spark(row: AccountFigure, snapshot: Snapshot) -> Cell:
    """Turnover of the last 24 months; a month without a line is a zero."""
    told = {month: float(turnover) for month, turnover, _income in row.months}
    return Cell(spark=tuple(told.get(month, 0.0) for month in _months_to(snapshot.as_of)))


@lru_cache(maxsize=64)
def _months_to(as_of: dt.date, count: int = 24) -> tuple[str, ...]:
    last = as_of.year * 12 + as_of.month - 1
    return tuple(f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(last - count + 1, last + 1))


#: What `badges` reads.
_STATE_FIELDS = ("dependency", "is_key", "margin_falling", "low_income", "state")

FIELDS: Mapping[str, Field] = {
    "name": Field(
        needs=(),
        label=gettext_lazy("Account"),
        cell=_name,
        plain=lambda row: row.name,
        sort="name",
        numeric=False,
    ),
    "state": Field(
        needs=_STATE_FIELDS,
        label=gettext_lazy("State"),
        cell=lambda row, _s: Cell(badges=shown) if (shown := badges(row)) else "",
        plain=lambda row: row.get_state_display(),
        numeric=False,
    ),
    "amount": Field(
        needs=("basis_amount",),
        label=gettext_lazy("Last 12 months"),
        cell=lambda row, s: _figure(_basis_figure(s), _money("basis_amount"))(row, s),
        plain=lambda row: row.basis_amount,
        sort="basis_amount",
        money=True,
    ),
    "share": Field(
        needs=("basis_share",),
        label=gettext_lazy("Share"),
        cell=_share,
        plain=lambda row: row.basis_share,
        sort="basis_amount",
    ),
    "growth": Field(
        needs=("growth_rate",),
        label=gettext_lazy("Change"),
        cell=_change,
        plain=lambda row: row.growth_rate,
        sort="growth_rate",
        hint=gettext_lazy("against the 12 months before"),
    ),
    "change": Field(
        needs=("basis_change",),
        label=gettext_lazy("Difference"),
        cell=_figure("against_before", _money("basis_change")),
        plain=lambda row: row.basis_change,
        sort="basis_change",
        money=True,
    ),
    "trend": Field(
        needs=("months",),
        label=gettext_lazy("24 months"),
        cell=_spark,
        plain=lambda row: " ".join(f"{month}: {turnover}" for month, turnover, _income in row.months),
        minor=True,
    ),
    "turnover": Field(
        needs=("window_turnover",),
        label=gettext_lazy("Turnover"),
        cell=_figure("turnover", _money("window_turnover")),
        plain=lambda row: row.window_turnover,
        sort="window_turnover",
        money=True,
    ),
    "income": Field(
        needs=("window_income",),
        label=gettext_lazy("Income"),
        cell=_figure("income", _money("window_income")),
        plain=lambda row: row.window_income,
        sort="window_income",
        money=True,
    ),
    "margin": Field(
        needs=("margin",),
        label=gettext_lazy("Margin"),
        cell=_figure("margin", lambda row: formats.share(row.margin)),
        plain=lambda row: row.margin,
    ),
    "all_time": Field(
        needs=("turnover",),
        label=gettext_lazy("Turnover, all time"),
        cell=_figure("turnover", _money("turnover")),
        plain=lambda row: row.turnover,
        sort="turnover",
        money=True,
    ),
    "lifetime_value": Field(
        needs=("lifetime_value",),
        label=gettext_lazy("Lifetime value"),
        cell=_figure("lifetime_value", _money("lifetime_value")),
        plain=lambda row: row.lifetime_value,
        sort="lifetime_value",
        money=True,
    ),
    "class": Field(
        needs=("abc", "xyz"),
        label=gettext_lazy("ABC/XYZ"),
        cell=_figure("abc", lambda row: f"{row.abc}{row.xyz}" or formats.MISSING),
        plain=lambda row: f"{row.abc}{row.xyz}",
        numeric=False,
    ),
    "returns": Field(
        needs=("returns_rate",),
        label=gettext_lazy("Returns"),
        cell=_figure("returns_rate", lambda row: formats.share(row.returns_rate)),
        plain=lambda row: row.returns_rate,
        sort="returns_rate",
    ),
    "last": Field(
        needs=("last_purchase",),
        label=gettext_lazy("Last purchase"),
        cell=lambda row, _s: formats.date(row.last_purchase, short=True),
        plain=lambda row: row.last_purchase,
        sort="last_purchase",
    ),
    "group": Field(
        needs=("group",),
        label=gettext_lazy("Group"),
        cell=lambda row, _s: row.group,
        plain=lambda row: row.group,
        sort="group",
        numeric=False,
    ),
    "seller": Field(
        needs=("seller",),
        label=gettext_lazy("Seller"),
        cell=lambda row, _s: row.seller,
        plain=lambda row: row.seller,
        numeric=False,
    ),
    "id": Field(
        needs=(),
        label=gettext_lazy("Account number"),
        cell=lambda row, _s: row.account,
        plain=lambda row: row.account,
        numeric=False,
    ),
}
SHOWN = ("name", "state", "amount", "share", "growth", "trend", "lifetime_value", "last")

#: Ready-made selections: name -> (label, narrowing).
SELECTIONS: Mapping[str, tuple[str | Promise, Callable[[AccountFigureQuerySet], AccountFigureQuerySet]]] = {
    "key": (pgettext_lazy("list of accounts", "Key"), lambda rows: rows.key()),
    "dependent": (pgettext_lazy("list of accounts", "Critical"), lambda rows: rows.dependent()),
    "slipping": (pgettext_lazy("list of accounts", "Slipping"), lambda rows: rows.slipping()),
    "lost": (pgettext_lazy("list of accounts", "Lost"), lambda rows: rows.lost()),
    "lapsed": (pgettext_lazy("list of accounts", "Lapsed"), lambda rows: rows.lapsed()),
    "neglected": (pgettext_lazy("list of accounts", "Neglected"), lambda rows: rows.neglected()),
    "margin": (pgettext_lazy("list of accounts", "Margin falling"), lambda rows: rows.margin_alerts()),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks for, made safe: unknown names fall back to the defaults."""

    words: str
    selection: str
    filters: Mapping[str, str]
    sort: str  # key of FIELDS, "-" in front for descending; "" is the selection's own order
    shown: tuple[str, ...]
    level: Level


def asked(params: QueryDict, *, whole: bool = True) -> Asked:
    """`whole` False: for somebody who sees single accounts only; groups are sums over accounts of others too."""
    selection = params.get("list", "")
    sort = params.get("sort", "")
    shown = tuple(name for name in params.getlist("column") if name in FIELDS)
    known = FIELDS.get(sort.removeprefix("-"))
    return Asked(
        words=words(params.get("q", ""), longest=200),
        selection=selection if selection in SELECTIONS else "",
        filters={name: value for name in _FILTERS if (value := _filter(name, params.get(name, "")))},
        sort=sort if known and known.sort else "",
        shown=("name", *(name for name in shown if name != "name")) if shown else SHOWN,
        level="group" if whole and params.get("level") == "group" else "account",
    )


#: Name in the address -> field of the model; the values are compared as they are.
_FILTERS = {"abc": "abc", "xyz": "xyz", "state": "state", "group": "group", "seller": "seller"}
_STATES = ("new", "retained", "reactivated", "lapsed", "lost")
#: What these filters can be; anything else is no filter.
_POSSIBLE = {"abc": ("A", "B", "C"), "xyz": ("X", "Y", "Z"), "state": _STATES}


def _filter(name: str, text: str) -> str:
    value = plain(text)
    return value if value in _POSSIBLE.get(name, (value,)) else ""


def sees_whole(actor: policy.Actor) -> bool:
    return policy.can(actor, "portfolio.view_all")


def seen(snapshot: Snapshot, actor: policy.Actor) -> AccountFigureQuerySet:
    """The figures of the accounts that this person reaches."""
    rows = policy.scope(queries.account_figures(snapshot), actor, "portfolio.view")
    return cast("AccountFigureQuerySet", rows)


def selected(snapshot: Snapshot, want: Asked, actor: policy.Actor) -> AccountFigureQuerySet:
    """The rows asked for, in the order asked for; ties by rank."""
    rows = seen(snapshot, actor)
    if want.selection:
        rows = SELECTIONS[want.selection][1](rows)
    for name, value in want.filters.items():
        rows = rows.filter(**{_FILTERS[name]: value})
    if want.words:
        rows = rows.search(want.words)
    sort = want.sort or ("" if want.selection else DEFAULT_SORT)
    return _sorted(rows, sort) if sort else rows


def _sorted(rows: AccountFigureQuerySet, sort: str) -> AccountFigureQuerySet:
    return queries.sorted_figures(rows, FIELDS[sort.removeprefix("-")].sort, descending=sort.startswith("-"))


@gate("portfolio.view")
@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    want = asked(request.GET, whole=sees_whole(request.user))
    snapshot = queries.latest_snapshot(want.level, with_figures=False)
    if snapshot is None:
        return nothing(request)
    needed = [need for name in want.shown for need in FIELDS[name].needs]
    rows = queries.listed(selected(snapshot, want, request.user), needed)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "snapshot": snapshot,
        "lead": _sentence(page.paginator.count, snapshot, want),
        "table": _table(request, want, snapshot, page.object_list),
        "pages": _pages(request, page.number, page.paginator.count),
        "chips": _selection_chips(request, want),
        "removable": _filter_chips(request, want),
        "selects": _selects(want),
        "columns": [
            (name, each.label, name in want.shown) for name, each in FIELDS.items() if name != "name"
        ],
        "kept": [(key, value) for key, value in request.GET.items() if key not in ("column", "page")],
        "views": _saved_views(request),
        "here_query": _without_page(request.GET),
        "level_chips": _level_chips(request, want),
        "can_export": policy.can(request.user, "export"),
        "is_empty": page.paginator.count == 0,
        "clear": Link(_("Show all accounts"), reverse(PAGE)),
    }
    return render(request, "portfolio/accounts.html", context)


def nothing(request: HttpRequest) -> HttpResponse:
    """Instead of figures, while there are none."""
    action = Link(_("Import sales"), reverse("import_new"), icon="file-import")
    return render(
        request,
        "portfolio/nothing.html",
        {"action": action if policy.can(request.user, "ledger.import") else None},
    )


def _pages(request: HttpRequest, number: int, total: int) -> Pages:
    told = query(request, page=None)
    glue = "" if told.endswith("?") else "&"
    return Pages(number, PAGE_SIZE, total, f"{told}{glue}page={{n}}", _("accounts"))


def _sentence(count: int, snapshot: Snapshot, want: Asked) -> str:
    what = SELECTIONS[want.selection][0] if want.selection else ""
    if want.level == "group":
        text = ngettext("%(n)s group or single account", "%(n)s groups and single accounts", count)
    else:
        text = ngettext("%(n)s account", "%(n)s accounts", count)
    shown = text % {"n": formats.number(count)}
    told = {"accounts": shown, "list": what, "date": formats.date(snapshot.as_of)}
    if what:
        return _("%(accounts)s on the list “%(list)s”, 12 months to %(date)s") % told
    return _("%(accounts)s, 12 months to %(date)s") % told


def _table(request: HttpRequest, want: Asked, snapshot: Snapshot, rows: Iterable[AccountFigure]) -> Table:
    fields = [(name, FIELDS[name]) for name in want.shown]
    columns = [_column(request, name, each, snapshot, want) for name, each in fields]
    body = [Row([each.cell(row, snapshot) for _name, each in fields], key=row.account) for row in rows]
    return Table(columns, body, _("Accounts"))


def _column(request: HttpRequest, name: str, each: Field, snapshot: Snapshot, want: Asked) -> Column:
    label = str(each.label)
    if name == "amount":
        basis = _("Income") if snapshot.basis == "income" else _("Turnover")
        label = _("%(basis)s, 12 months") % {"basis": basis}
    column = Column(
        label, numeric=each.numeric, unit=snapshot.currency if each.money else "", minor=each.minor
    )
    if not each.sort:
        return column
    first: Sorted = "descending" if each.numeric else "ascending"
    return sortable(request, column, name, first=first, default="" if want.selection else DEFAULT_SORT)


def _selection_chips(request: HttpRequest, want: Asked) -> list[Chip]:
    everything = Chip(_("All"), query(request, list=None, page=None, sort=None), not want.selection)
    return [everything] + [
        Chip(str(label), query(request, list=name, page=None, sort=None), want.selection == name)
        for name, (label, _narrow) in SELECTIONS.items()
    ]


def _level_chips(request: HttpRequest, want: Asked) -> list[Chip]:
    if not sees_whole(request.user):
        return []
    return [
        Chip(_("Accounts"), query(request, level=None, page=None), want.level == "account"),
        Chip(_("Groups"), query(request, level="group", page=None), want.level == "group"),
    ]


def _filter_chips(request: HttpRequest, want: Asked) -> list[Chip]:
    labels = {"group": _("Group"), "seller": _("Seller")}
    return [
        Chip(f"{labels[name]}: {value}", query(request, **{name: None, "page": None}), removes=True)
        for name, value in want.filters.items()
        if name in labels
    ]


def _selects(want: Asked) -> list[Select]:
    states = [(state, state_badge(state).label) for state in _STATES]
    return [
        Select("state", _("State"), states, want.filters.get("state", "")),
        Select("abc", _("ABC"), [(each, each) for each in "ABC"], want.filters.get("abc", "")),
        Select("xyz", _("XYZ"), [(each, each) for each in "XYZ"], want.filters.get("xyz", "")),
    ]


# --- saved views ---------------------------------------------------------------------------------------


def _saved_views(request: HttpRequest) -> list[dict[str, Any]]:
    here = _without_page(request.GET)
    return [
        {"view": view, "url": f"{reverse(PAGE)}?{view.query}", "current": view.query == here}
        for view in saved_views.views_of(person(request), PAGE)
    ]


def _without_page(params: QueryDict) -> str:
    told = params.copy()
    told.pop("page", None)
    return told.urlencode()


@gate("portfolio.view")
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the present filters, order and columns under a name; the same name replaces."""
    told = _without_page(QueryDict(request.POST.get("query", "")))
    name = words(request.POST.get("name", ""))
    view = saved_views.save_view(actor=person(request), page=PAGE, name=name, query=told, now=timezone.now())
    toast(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    return redirect(f"{reverse(PAGE)}?{told}")


@gate("portfolio.view")
@require_POST
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=pk, owner=person(request), page=PAGE)
    saved_views.delete_view(actor=person(request), view=view)
    toast(request, _("The view “%(name)s” is gone.") % {"name": view.name})
    return redirect(f"{reverse(PAGE)}?{view.query}")


# --- files ---------------------------------------------------------------------------------------------


@gate("export")
@require_GET
def export(request: HttpRequest, kind: str) -> HttpResponse | StreamingHttpResponse:
    """The whole selection, not the page: the columns shown, as CSV or XLSX."""
    want = asked(request.GET, whole=sees_whole(request.user))
    snapshot = queries.latest_snapshot(want.level, with_figures=False)
    if snapshot is None:
        raise Refused(_("There are no figures yet."), hint=_("Import sales first."))
    names = ["id", *(name for name in want.shown if name != "id")]
    heads = [str(FIELDS[name].label) for name in names]
    rows: Iterable[Sequence[object]] = (
        [FIELDS[name].plain(row) for name in names]
        for row in selected(snapshot, want, request.user).iterator(chunk_size=2000)
    )
    return exports.answer(kind, f"accounts-{snapshot.as_of:%Y-%m-%d}", heads, rows)


@finder(gettext_lazy("Accounts"))
def find_accounts(request: HttpRequest, typed: str, limit: int) -> list[Entry]:
    """What the command palette finds among the accounts: the largest first."""
    snapshot = (
        queries.latest_snapshot(with_figures=False) if policy.can(request.user, "portfolio.view") else None
    )
    if snapshot is None:
        return []
    rows = _sorted(seen(snapshot, request.user).search(words(typed)), DEFAULT_SORT)[:limit]
    return [
        Entry(
            row.name,
            account_url(row.account),
            "building-store",
            note=formats.money(row.basis_amount, snapshot.currency, compact=True),
        )
        for row in rows
    ]
