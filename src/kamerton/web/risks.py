"""Risk of the portfolio: on whom we depend and whether ever more, what losing them would cost, who may leave and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from kamerton.access import policy
from kamerton.portfolio import (
    demands,
    protection_queries,
    queries,
    risk_queries,
    value_queries,
    whatif_rules,
)
from kamerton.portfolio.models import AccountFigure, AccountFigureQuerySet, Protection, Snapshot, Wallet
from kamerton.web import foresight, formats, keeping, key_words, protection_words, sentences
from kamerton.web.accounts import nothing, seen
from kamerton.web.addresses import account_url, accounts_url, explain_url
from kamerton.web.gates import gate, person
from kamerton.web.parts import Cell, Column, Link, Row, Table
from kamerton.web.protection import risk_url
from kamerton.web.what_if import months
from kamerton.work.models import Task

LARGEST, LISTED = 5, 10


@gate("portfolio.view")
@require_GET
def risks(request: HttpRequest) -> HttpResponse:
    """What concerns the company as a whole only for who sees it; the lists, of the accounts in reach."""
    actor = person(request)
    snapshot = queries.latest_snapshot()
    if snapshot is None:
        return nothing(request)
    rows, whole = seen(snapshot, actor), policy.can(actor, "portfolio.view_all")
    plans = policy.scope(Protection.objects.in_force(), actor, "portfolio.view")
    standing = [protection_queries.standing(each) for each in protection_queries.with_parts(plans)]
    context = {
        "lead": _lead(snapshot, rows, standing),
        "note": sentences.as_of(snapshot),
        "others": [
            Link(_("Plans against losing them"), reverse("protections"), "lock"),
            Link(_("Register of barriers"), reverse("barriers"), "list"),
        ],
        "plans": [_plan(each) for each in sorted(standing, key=lambda each: -each.span.share)],
        "leaving": _leaving(snapshot, rows),
        "leaving_url": accounts_url(list="at_risk"),
        "may_keep": policy.can(actor, "work.edit"),
        "came": _came(request, rows),
        "margins": _margins(snapshot, rows),
        "demands": _demands(snapshot, rows),
        "neglected": _neglected(snapshot, rows),
    }
    if whole:
        context |= _company(snapshot)
    return render(request, "portfolio/risks.html", context)


def _lead(
    snapshot: Snapshot, rows: AccountFigureQuerySet, plans: Sequence[protection_queries.Standing]
) -> str:
    at_stake = rows.at_stake()
    count, amount = (
        at_stake.count(),
        sum((row.at_risk or Decimal(0) for row in at_stake.only("at_risk")), Decimal(0)),
    )
    first = _("We depend on no account past the critical line.")
    if plans:
        text = ngettext(
            "We depend on %(n)s account past the critical line.",
            "We depend on %(n)s accounts past the critical line.",
            len(plans),
        )
        first = text % {"n": formats.number(len(plans))}
    if not count:
        return f"{first} {_('Nobody is more likely to leave than usual.')}"
    text = ngettext(
        "%(n)s account is more likely to leave than usual, at least %(amount)s a year with it.",
        "%(n)s accounts are more likely to leave than usual, at least %(amount)s a year with them.",
        count,
    )
    told = {"n": formats.number(count), "amount": formats.money(amount, snapshot.currency, compact=True)}
    return f"{first} {text % told}"


def _plan(told: protection_queries.Standing) -> dict[str, Any]:
    account = told.plan.account
    return {
        "name": account.name, "url": risk_url(account.number),
        "place": protection_words.place(told.span.share, told.span.level, told.span.of),
        "badges": [protection_words.grade_badge(told.span), protection_words.COMPLETENESS[told.told]],
    }  # fmt: skip


# --- the company as a whole --------------------------------------------------------------------------------------


def _company(snapshot: Snapshot) -> dict[str, Any]:
    yearly = foresight.yearly_of(snapshot)
    return {
        "tops": _tops(snapshot),
        "losses": _losses(snapshot),
        "yearly": yearly,
        "yearly_text": foresight.yearly_text(yearly),
        "yearly_table": foresight.yearly_table(yearly),
    }


def _tops(snapshot: Snapshot) -> Table:
    columns = (
        Column(_("Accounts")), Column(_("Share"), numeric=True), Column(_("A year ago"), numeric=True),
        Column(_("Moved"), numeric=True),
    )  # fmt: skip
    rows = []
    for top in risk_queries.tops(snapshot):
        moved = None if top.now is None or top.before is None else top.now - top.before
        name = _("The largest") if top.n == 1 else _("The largest %(n)s") % {"n": formats.number(top.n)}
        now = Cell(formats.share(top.now), share=top.now, url=explain_url("top_n"), drawer=True)
        rows.append(
            Row((name, now, formats.share(top.before), Cell(change=formats.points(moved, good="down"))))
        )
    return Table(columns, rows, _("Dependence, and where it goes"), cards=False)


def _losses(snapshot: Snapshot) -> Table | None:
    """A year without each of the largest. Four queries."""
    largest = list(
        queries.account_figures(snapshot)
        .filter(basis_amount__gt=0)
        .order_by("-basis_amount", "rank")[:LARGEST]
    )
    if not largest:
        return None
    by_income = snapshot.basis == "income"
    totals = snapshot.figures["totals"]
    whole = Decimal(totals["window_income" if by_income else "window_turnover"] or 0)
    fixed = value_queries.economics().fixed_cost if by_income else None
    won = value_queries.won_a_year(snapshot)
    columns = [
        Column(_("Account")), Column(_("Income") if by_income else _("Turnover"), numeric=True, unit=snapshot.currency),
        Column(_("Share"), numeric=True),
    ]  # fmt: skip
    if fixed is not None:
        columns.append(Column(_("Fixed cost left uncovered"), numeric=True, unit=snapshot.currency))
    columns += [Column(_("Time to replace it"), numeric=True), Column(_("What would follow"))]
    rows = []
    for row in largest:
        told = whatif_rules.loss(row.basis_amount, all_income=whole, fixed_cost=fixed, won_a_year=won)
        uncovered = [formats.money(told.uncovered, decimals=0)] if fixed is not None else []
        basis = "income" if by_income else "turnover"
        share = Cell(
            formats.share(told.share),
            share=told.share,
            mark=snapshot.profile["share_critical"],
            url=explain_url("share", row.account),
            drawer=True,
        )
        amount = Cell(
            formats.money(told.income, decimals=0), url=explain_url(basis, row.account), drawer=True
        )
        what_if = f"{reverse('what_if')}?{urlencode({'lost': row.account})}"
        rows.append(Row((Cell(row.name, url=risk_url(row.account)), amount, share,
                         *uncovered, months(told.months), Cell(_("Suppose it"), url=what_if))))  # fmt: skip
    return Table(columns, rows, _("What losing them would cost"))


# --- who may leave -----------------------------------------------------------------------------------------------


def _leaving(snapshot: Snapshot, rows: AccountFigureQuerySet) -> list[dict[str, Any]]:
    some = list(rows.at_stake().select_related("series")[:LISTED])
    open_now = risk_queries.keeping([row.account for row in some])
    return [
        {
            "name": row.name, "url": account_url(row.account), "risk": formats.share(row.risk, decimals=0),
            "risk_url": explain_url("churn_risk", row.account),
            "amount": formats.money(row.at_risk, snapshot.currency, compact=True),
            "reasons": keeping.reasons(row, snapshot),
            "task": keeping.shown(open_now.get(row.account)),
            "keep_url": reverse("account_keep", args=[row.account]),
        }
        for row in some
    ]  # fmt: skip


def _came(request: HttpRequest, rows: AccountFigureQuerySet) -> str:
    """What became of earlier tasks: information, no measure of anybody."""
    came = risk_queries.came_of(policy.scope(Task.objects.all(), request.user, "work.view"), rows)
    if not came.done and not came.dropped:
        return ""
    text = ngettext(
        "%(n)s task to keep an account was done", "%(n)s tasks to keep accounts were done", came.done
    )
    after = _("of these accounts %(stayed)s still buy and %(lost)s are lost") % {
        "stayed": formats.number(came.stayed), "lost": formats.number(came.lost),
    }  # fmt: skip
    dropped = _("%(n)s dropped") % {"n": formats.number(came.dropped)}
    return f"{text % {'n': formats.number(came.done)}}; {after}; {dropped}."


# --- margin, demands, neglect --------------------------------------------------------------------------------------


def _margins(snapshot: Snapshot, rows: AccountFigureQuerySet) -> Table | None:
    some = list(rows.margin_alerts()[:LISTED])
    columns = (
        Column(_("Account")), Column(_("Margin"), numeric=True), Column(_("12 months before"), numeric=True),
        Column(_("Moved"), numeric=True), Column(_("Turnover, 12 months"), numeric=True, unit=snapshot.currency),
    )  # fmt: skip
    told = [Row((
        Cell(row.name, url=account_url(row.account),
             badges=(key_words.key_badge(),) if row.is_key else ()),
        Cell(formats.share(row.margin), url=explain_url("margin", row.account), drawer=True),
        formats.share(_margin_before(row)), Cell(change=formats.points(_margin_moved(row))),
        formats.money(row.window_turnover, decimals=0),
    )) for row in some]  # fmt: skip
    return Table(columns, told, _("Margin under pressure")) if told else None


def _margin_before(row: AccountFigure) -> float | None:
    if row.previous_income is None or row.previous_turnover <= 0:
        return None
    return float(row.previous_income / row.previous_turnover)


def _margin_moved(row: AccountFigure) -> float | None:
    before = _margin_before(row)
    return None if before is None or row.margin is None else row.margin - before


def _demands(snapshot: Snapshot, rows: AccountFigureQuerySet) -> Table | None:
    """Returns, cost to serve or requests that rose quarter after quarter."""
    service, returns = demands.rising_service(snapshot), demands.rising_returns(snapshot)
    wanted = {*service, *returns}
    some = rows.filter(account__in=wanted).select_related("series").order_by("-basis_amount", "rank")[:LISTED]
    told = [
        Row((Cell(row.name, url=account_url(row.account)), each.label, " → ".join(each.values)))
        for row in some
        for each in _rising(row, service, returns, snapshot.currency)
    ]
    columns = (Column(_("Account")), Column(_("What rises")), Column(_("Quarter by quarter"), numeric=True))
    return Table(columns, told, _("Rising demands")) if told else None


class _Told:
    """One demand, ready to show."""

    def __init__(self, label: str, values: list[str]) -> None:
        self.label, self.values = label, values


def _rising(
    row: AccountFigure, service: Mapping[str, list[demands.Rising]], returns: Sequence[str], currency: str
) -> list[_Told]:
    told = []
    if row.account in returns:
        rates = row.series.outlook.get("returned", [])
        told.append(_Told(_("Returns"), [formats.share(rate) for rate in rates]))
    for each in service.get(row.account, ()):
        if each.kind == "cost":
            values = [formats.money(Decimal(str(value)), currency, decimals=0) for value in each.values]
            told.append(_Told(_("Cost to serve"), values))
        else:
            told.append(_Told(_("Requests"), [formats.number(int(value)) for value in each.values]))
    return told


def _neglected(snapshot: Snapshot, rows: AccountFigureQuerySet) -> Table | None:
    some = list(rows.neglected()[:LISTED])
    wallets = Wallet.objects.filter(account__number__in=[row.account for row in some])
    gaps = dict(wallets.values_list("account__number", "gap"))
    columns = (
        Column(_("Account")), Column(_("Growth of turnover"), numeric=True), Column(_("Silent, days"), numeric=True),
        Column(_("Turnover, 12 months"), numeric=True, unit=snapshot.currency),
        Column(_("Need that we do not cover"), numeric=True, unit=snapshot.currency),
    )  # fmt: skip
    told = [Row((
        Cell(row.name, url=account_url(row.account)), Cell(change=formats.change(row.turnover_growth)),
        formats.number(row.silent_days),
        Cell(formats.money(row.window_turnover, decimals=0), url=explain_url("turnover", row.account), drawer=True),
        formats.money(gaps[row.account], decimals=0) if row.account in gaps
        else Cell(_("not estimated"), tone="muted", url=reverse("account_potential", args=[row.account])),
    )) for row in some]  # fmt: skip
    return Table(columns, told, _("Small, growing and neglected")) if told else None
