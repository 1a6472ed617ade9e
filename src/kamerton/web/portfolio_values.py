"""What each person's portfolio is worth, and what moved it: their own doing apart from who came and went."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.portfolio import queries, value_queries, value_rules
from kamerton.portfolio.models import Snapshot
from kamerton.portfolio.value_rules import Moved
from kamerton.web import formats, sentences
from kamerton.web.accounts import nothing
from kamerton.web.addresses import accounts_url, explain_url
from kamerton.web.gates import gate, person
from kamerton.web.parts import Cell, Column, Row, Table


@gate("portfolio.view")
@require_GET
def portfolio_values(request: HttpRequest) -> HttpResponse:
    snapshot = queries.latest_snapshot()
    if snapshot is None:
        return nothing(request)
    actor = person(request)
    whole = policy.can(actor, "portfolio.view_all")
    people = None if whole else {actor.pk, *policy.below(actor)}
    before = value_queries.earlier_snapshot(snapshot)
    now = value_queries.values_of_people(snapshot, people)
    then = value_queries.values_of_people(before, people) if before else {}
    moved = {each: value_rules.moved(now.get(each, {}), then.get(each, {})) for each in {*now, *then}}
    names = User.objects.in_bulk(moved)
    told = sorted(
        ((names[pk], each) for pk, each in moved.items()), key=lambda pair: (-pair[1].now, pair[0].pk)
    )
    context = {
        "lead": _lead(told, snapshot, before),
        "note": sentences.as_of(snapshot),
        "table": _table(told, snapshot, before, whole=whole) if told else None,
        "compared": formats.date(before.as_of) if before else "",
    }
    return render(request, "portfolio/values.html", context)


def _lead(told: list[tuple[User, Moved]], snapshot: Snapshot, before: Snapshot | None) -> str:
    if not told:
        return _("Nobody is responsible for an account with figures yet.")
    total = sum((each.now for _who, each in told), Decimal(0))
    accounts = sum(each.accounts for _who, each in told)
    amount = formats.money(total, snapshot.currency, compact=True)
    text = ngettext(
        "%(n)s account that somebody answers for is worth %(amount)s.",
        "%(n)s accounts that somebody answers for are worth %(amount)s together.",
        accounts,
    )
    first = text % {"n": formats.number(accounts), "amount": amount}
    if before is None:
        return f"{first} {_('There is no earlier day to compare with yet.')}"
    same = sum((each.same for _who, each in told), Decimal(0))
    change = {"amount": formats.money(abs(same), snapshot.currency, compact=True),
              "day": formats.date(before.as_of)}  # fmt: skip
    if same < 0:
        return f"{first} {_('Those kept since %(day)s lost %(amount)s.') % change}"
    return f"{first} {_('Those kept since %(day)s gained %(amount)s.') % change}"


def _table(
    told: list[tuple[User, Moved]], snapshot: Snapshot, before: Snapshot | None, *, whole: bool
) -> Table:
    unit = snapshot.currency
    columns = [
        Column(_("Responsible")),
        Column(_("Accounts"), numeric=True),
        Column(_("Value"), numeric=True, unit=unit),
    ]
    if before:
        columns += [
            Column(_("Value then"), numeric=True, unit=unit),
            Column(_("Kept accounts"), numeric=True, unit=unit, hint=_("what the accounts held all the while gained or lost")),
            Column(_("Came"), numeric=True, unit=unit, minor=True),
            Column(_("Went"), numeric=True, unit=unit, minor=True),
        ]  # fmt: skip
    rows = []
    for who, each in told:
        cells: list[Cell | str] = [
            Cell(who.display_name, url=accounts_url(responsible=str(who.pk))),
            formats.number(each.accounts),
            Cell(
                formats.money(each.now, decimals=0),
                url=explain_url("portfolio_value") if whole else "",
                drawer=whole,
            ),
        ]
        if before:
            tone = "good" if each.same > 0 else "bad" if each.same < 0 else ""
            cells += [
                formats.money(each.then, decimals=0),
                Cell(formats.money(each.same, decimals=0), tone=tone),  # type: ignore[arg-type]
                formats.money(each.came, decimals=0),
                formats.money(each.left, decimals=0),
            ]
        rows.append(Row(tuple(cells)))
    return Table(columns, rows, _("Value of portfolios"))
