"""What serving accounts costs: who brings most after it, whose portfolio costs more than it brings, and why."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core import clock
from kamerton.portfolio import queries, serving_queries, serving_rules
from kamerton.portfolio.actions import serving
from kamerton.portfolio.models import ActivityRate, ServingCost, Snapshot
from kamerton.portfolio.models.serving import drivers, kinds
from kamerton.portfolio.serving_rules import Net, Part, Profit
from kamerton.web import formats, sentences, serving_forms
from kamerton.web.account_frame import figures_of, found
from kamerton.web.accounts import nothing
from kamerton.web.addresses import account_url, explain_url
from kamerton.web.error_impacts import currency
from kamerton.web.form_pages import refused_to
from kamerton.web.gates import gate, person
from kamerton.web.parts import Cell, Column, Link, Row, Table
from kamerton.web.records import found as found_row
from kamerton.web.settings_tabs import settings_tabs
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url

LISTED = 15
DRAWN = 500


# --- the company ---------------------------------------------------------------------------------------------


@gate("portfolio.view_all")
@require_GET
def serving_page(request: HttpRequest) -> HttpResponse:
    snapshot = queries.latest_snapshot()
    if snapshot is None:
        return nothing(request)
    configure = policy.can(request.user, "portfolio.configure")
    set_up = (
        Link(_("Costs of activities"), reverse("activity_rates"), icon="adjustments-horizontal")
        if configure
        else None
    )
    context: dict[str, Any] = {
        "note": sentences.as_of(snapshot),
        "set_up": set_up,
        "others": [set_up] if set_up else [],
        "told": serving_queries.is_told(),
    }
    if context["told"]:
        curve = serving_rules.whale(serving_queries.profits(snapshot))
        people = serving_queries.net_of_people(snapshot, [each for each, _so_far in curve])
        dear = sorted(
            (each for each, _so_far in curve if each.cost > 0), key=lambda each: (-each.cost, each.account)
        )
        worse = [each for each, _so_far in reversed(curve) if each.cost > 0 and each.profit < 0][:LISTED]
        context |= {
            "lead": _lead(curve, snapshot),
            "whale": _whale_text(curve),
            "best": _table([each for each, _so_far in curve[:LISTED]], snapshot, _("Bring most after all costs")),
            "worst": _table(worse, snapshot, _("Cost more than they bring")) if worse else None,
            "dear": _table(dear[:LISTED], snapshot, _("Cost most to serve")),
            "people": _people(people, snapshot),
        }  # fmt: skip
    return render(request, "portfolio/serving.html", context)


def _lead(curve: Sequence[tuple[Profit, Decimal]], snapshot: Snapshot) -> str:
    cost = sum((each.cost for each, _so_far in curve), Decimal(0))
    worse = [each for each, _so_far in curve if each.cost > 0 and each.profit < 0]
    told = {"cost": formats.money(cost, snapshot.currency, compact=True)}
    first = _("Serving cost %(cost)s in 12 months beside the goods.") % told
    if not worse:
        return f"{first} {_('Every account that is served brings more than it costs.')}"
    text = ngettext(
        "%(n)s account costs more than it brings: %(name)s.",
        "%(n)s accounts cost more than they bring, %(name)s most.",
        len(worse),
    )
    return f"{first} {text % {'n': formats.number(len(worse)), 'name': worse[-1].name}}"


def _whale_text(curve: Sequence[tuple[Profit, Decimal]]) -> str:
    peak = max(range(len(curve)), key=lambda at: curve[at][1]) if curve else 0
    if not curve or peak == len(curve) - 1:
        return _("No account costs more than it brings.")
    return ngettext(
        "The best %(n)s account earns all; the others give part of it back.",
        "The best %(n)s accounts earn all; the others give part of it back.",
        peak + 1,
    ) % {"n": formats.number(peak + 1)}


def _table(found: Sequence[Profit], snapshot: Snapshot, caption: str) -> Table:
    unit = snapshot.currency
    columns = (
        Column(_("Account")), Column(_("Income"), numeric=True, unit=unit),
        Column(_("Cost to serve"), numeric=True, unit=unit), Column(_("of turnover"), numeric=True, minor=True),
        Column(_("Left"), numeric=True, unit=unit),
    )  # fmt: skip
    return Table(columns, [_row(each) for each in found], caption)


def _row(each: Profit) -> Row:
    return Row(
        (
            Cell(each.name, url=account_url(each.account)),
            Cell(
                formats.money(each.income, decimals=0), url=explain_url("income", each.account), drawer=True
            ),
            Cell(formats.money(each.cost, decimals=0), url=reverse("account_costs", args=[each.account])),
            formats.share(each.cost_rate),
            Cell(
                formats.money(each.profit, decimals=0),
                tone="bad" if each.profit < 0 else "",
                url=explain_url("customer_profit", each.account),
                drawer=True,
            ),
        )
    )


def _people(people: Sequence[Net], snapshot: Snapshot) -> Table:
    """Who sells most need not bring most."""
    unit, names = snapshot.currency, User.objects.in_bulk([each.person for each in people])
    columns = (
        Column(_("Responsible")), Column(_("Accounts"), numeric=True), Column(_("Income"), numeric=True, unit=unit),
        Column(_("Cost to serve"), numeric=True, unit=unit), Column(_("Own cost"), numeric=True, unit=unit),
        Column(_("Left"), numeric=True, unit=unit),
    )  # fmt: skip
    rows = [
        Row((names[each.person].display_name, formats.number(each.accounts), formats.money(each.income, decimals=0),
             formats.money(each.cost, decimals=0), formats.money(each.own, decimals=0),
             Cell(formats.money(each.net, decimals=0), tone="bad" if each.net < 0 else "")))
        for each in people
    ]  # fmt: skip
    return Table(columns, rows, _("By person"))


@gate("portfolio.view_all")
@require_GET
def serving_picture(_request: HttpRequest) -> JsonResponse:
    """The whale curve of profit after the cost to serve."""
    snapshot = queries.latest_snapshot()
    if snapshot is None:
        return JsonResponse({"points": []})
    curve = serving_rules.whale(serving_queries.profits(snapshot))
    whole = curve[-1][1] if curve else Decimal(0)
    step = max(1, -(-len(curve) // DRAWN))
    points = [
        {"name": each.name, "value": float(each.profit), "at": at + 1, "url": account_url(each.account),
         "share": float(so_far / whole) if whole > 0 else None}
        for at, (each, so_far) in enumerate(curve)
        if at % step == 0 or at == len(curve) - 1
    ]  # fmt: skip
    return JsonResponse({"unit": snapshot.currency, "points": points})


# --- rates ---------------------------------------------------------------------------------------------------


@gate("portfolio.configure")
@require_http_methods(["GET", "POST"])
def activity_rates(request: HttpRequest) -> HttpResponse:
    """Rates of activities, and what people cost: two forms, told apart by the button."""
    which = request.POST.get("form", "")
    rate = serving_forms.RateForm(request.POST if which == "rate" else None)
    cost = serving_forms.PersonCostForm(request.POST if which == "cost" else None)
    actor, now = person(request), clock.now()
    if (
        rate.is_bound
        and rate.is_valid()
        and refused_to(rate, lambda: serving.set_rate(actor=actor, now=now, **rate.cleaned_data))
    ):
        toast(request, _("The cost of this activity is kept."))
        return redirect("activity_rates")
    if (
        cost.is_bound
        and cost.is_valid()
        and refused_to(cost, lambda: serving.record_cost(actor=actor, now=now, **cost.cleaned_data))
    ):
        toast(request, _("The cost is written down."))
        return redirect("activity_rates")
    words = dict(drivers())
    columns = (
        Column(_("Activity")),
        Column(_("Cost of one"), numeric=True, unit=currency()),
        Column(_("From")),
    )
    rows = [
        Row((str(words[each.driver]), formats.money(each.rate), formats.date(each.from_date)))
        for each in ActivityRate.objects.all()
    ]
    own = ServingCost.objects.filter(person__isnull=False).select_related("person")[:LISTED]
    context = {
        "rate": rate, "cost": cost, "table": Table(columns, rows, _("Costs of activities")) if rows else None,
        "own": [_line(each) for each in own], "tabs": settings_tabs(actor, "costs"),
        "crumbs": [Link(_("Own costs"), reverse("costs"))],
    }  # fmt: skip
    return render(request, "portfolio/rates.html", context, status=422 if rate.errors or cost.errors else 200)


def _line(each: ServingCost) -> dict[str, Any]:
    whose = each.person.display_name if each.person else ""
    return {
        "kind": each.get_kind_display(),
        "whose": whose,
        "what": each.what,
        "on": formats.date(each.on),
        "amount": formats.money(each.amount),
        "remove": reverse("serving_cost_remove", args=[each.pk]),
    }


# --- one account ---------------------------------------------------------------------------------------------


@gate("portfolio.view")
@require_http_methods(["GET", "POST"])
def account_costs(request: HttpRequest, account: str) -> HttpResponse:
    of = found(request, account, "portfolio.view")
    may_write = policy.can(request.user, "accounts.edit", of)
    if request.method == "POST":
        policy.require(person(request), "accounts.edit", of)
    form = serving_forms.CostForm(request.POST or None)
    if form.is_bound and form.is_valid() and refused_to(form, lambda: _record(request, of, form)):
        toast(request, _("The cost is written down."))
        return redirect("account_costs", of.number)
    snapshot, row = figures_of(request, of)
    parts = serving_queries.parts(snapshot, of).get(of.number, ()) if snapshot else ()
    costs = policy.scope(ServingCost.objects.filter(account=of), request.user, "accounts.view")
    context = {
        "account": of,
        "lead": _account_lead(of, parts, snapshot, row.window_income if row else None),
        "note": sentences.as_of(snapshot) if snapshot else "",
        "crumbs": [Link(_("Accounts"), reverse("accounts")), Link(of.name, account_url(of.number))],
        "table": _parts_table(parts, snapshot) if snapshot and parts else None,
        "costs": [_line(each) for each in costs.select_related("person")[:100]],
        "form": form if may_write else None,
        "may_write": may_write,
    }
    return render(request, "accounts/costs.html", context, status=422 if form.errors else 200)


def _record(request: HttpRequest, of: Account, form: Any) -> None:
    serving.record_cost(actor=person(request), account=of, now=clock.now(), **form.cleaned_data)


def _account_lead(
    of: Account, parts: Sequence[Part], snapshot: Snapshot | None, income: Decimal | None
) -> str:
    cost = serving_rules.cost_of(parts)
    if snapshot is None or not cost:
        return _("Nothing says yet what serving %(name)s costs.") % {"name": of.name}
    told = {
        "name": of.name,
        "cost": formats.money(cost, snapshot.currency, compact=True),
        "left": formats.money((income or Decimal(0)) - cost, snapshot.currency, compact=True),
    }
    if income is None:
        return _("Serving %(name)s cost %(cost)s in 12 months.") % told
    return _("Serving %(name)s cost %(cost)s in 12 months; %(left)s of its income is left.") % told


def _parts_table(parts: Sequence[Part], snapshot: Snapshot) -> Table:
    words = {**dict(drivers()), **dict(kinds())}
    columns = (
        Column(_("What")), Column(_("Number"), numeric=True),
        Column(_("Amount"), numeric=True, unit=snapshot.currency),
    )  # fmt: skip
    rows = [
        Row((str(words[part.key]), formats.number(part.quantity), formats.money(part.amount)))
        for part in parts
    ]
    foot = Row((_("Together"), "", formats.money(serving_rules.cost_of(parts))), strong=True)
    return Table(columns, rows, _("Cost to serve, 12 months"), foot=foot)


@gate("accounts.edit")
@require_POST
def serving_cost_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """A cost of an account within reach, or of a person for who sets the figures."""
    own = ServingCost.objects.filter(pk=pk, account=None).select_related("person").first()
    if own is not None:
        policy.require(person(request), "portfolio.configure")
    cost = own or found_row(request, ServingCost, pk, "accounts.edit", "account")
    token = serving.remove_cost(actor=person(request), cost=cost, now=clock.now())
    toast(request, _("The cost is removed."), undo_url=undo_url(token))
    return redirect("account_costs", cost.account.number) if cost.account else redirect("activity_rates")
