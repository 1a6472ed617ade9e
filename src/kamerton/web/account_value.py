"""What an account is worth by assumptions that a person may change, and what it was said to be worth before."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kamerton.access import policy
from kamerton.accounts.models import Account
from kamerton.core import clock
from kamerton.portfolio import queries, value_queries
from kamerton.portfolio.actions import value
from kamerton.portfolio.models import AccountFigure, Snapshot, ValuePlan
from kamerton.portfolio.value_rules import Worth
from kamerton.web import formats, sentences
from kamerton.web.account_frame import figures_of, found
from kamerton.web.addresses import account_url
from kamerton.web.form_pages import refused_to
from kamerton.web.gates import gate, person
from kamerton.web.parts import Column, Link, Row, Table
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url

PLANNED_YEARS = 5


class PlanForm(forms.Form):
    """Rates in per cent, as people say them."""

    horizon_years = forms.IntegerField(label=gettext_lazy("horizon in years"), min_value=1, max_value=30)
    discount = forms.DecimalField(
        label=gettext_lazy("discount a year, %"), max_digits=7, decimal_places=2, max_value=1000,
        help_text=gettext_lazy("How much less an amount of next year is worth today."),
    )  # fmt: skip
    churn = forms.DecimalField(
        label=gettext_lazy("chance of losing them a year, %"), max_digits=5, decimal_places=2, min_value=0,
        max_value=100,
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What you know that the sales do not tell."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, PLANNED_YEARS + 1):
            self.fields[f"income_{number}"] = forms.DecimalField(
                label=_("income of year %(n)s") % {"n": number}, max_digits=15, decimal_places=2,
                required=number == 1,
            )  # fmt: skip
        self.fields[f"income_{PLANNED_YEARS}"].help_text = _("The last year that is filled in goes on.")

    def clean_discount(self) -> Decimal:
        told: Decimal = self.cleaned_data["discount"]
        if told <= -100:
            raise forms.ValidationError(_("A discount lies above −100 %."))
        return told

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        planned = [told.get(f"income_{number}") for number in range(1, PLANNED_YEARS + 1)]
        filled = [each is not None for each in planned]
        if filled != sorted(filled, reverse=True):
            self.add_error(None, _("A year is missing between two that are planned. Fill it in."))
        horizon = told.get("horizon_years")
        if horizon and sum(filled) > horizon:
            self.add_error("horizon_years", _("More years are planned than the horizon has."))
        told["planned"] = [each for each in planned if each is not None]
        return told

    @property
    def assumptions(self) -> dict[str, Any]:
        told = self.cleaned_data
        return {
            "horizon_years": told["horizon_years"],
            "discount_rate": float(told["discount"] / 100),
            "retention_rate": float(1 - told["churn"] / 100),
            "planned": told["planned"],
            "reason": told["reason"],
        }


def _initial(snapshot: Snapshot, row: AccountFigure, plan: ValuePlan | None) -> dict[str, Any]:
    """What stands now: the plan, else what the model supposes."""
    if plan is not None:
        told: dict[str, Any] = {
            f"income_{at}": each for at, each in enumerate(plan.amounts[:PLANNED_YEARS], start=1)
        }
        rates = (plan.discount_rate, 1 - plan.retention_rate)
        return {**told, "horizon_years": plan.horizon_years, "reason": plan.reason,
                "discount": _per_cent(rates[0]), "churn": _per_cent(rates[1])}  # fmt: skip
    kept = snapshot.figures["retention"]["logo_retention"]
    income = row.window_income if row.window_income is not None else row.window_turnover
    return {
        "horizon_years": snapshot.profile["ltv_horizon_years"],
        "discount": _per_cent(snapshot.profile["ltv_discount_rate"]),
        "churn": _per_cent(1 - (0.8 if kept is None else kept)),
        "income_1": income,
    }


def _per_cent(rate: float) -> Decimal:
    return Decimal(f"{round(rate * 100, 2):g}")


@gate("portfolio.view")
@require_http_methods(["GET", "POST"])
def account_value(request: HttpRequest, account: str) -> HttpResponse:
    of = found(request, account, "portfolio.view")
    snapshot, row = figures_of(request, of)
    if snapshot is None or row is None:
        raise Http404
    may_plan = policy.can(request.user, "accounts.edit", of)
    if request.method == "POST":
        policy.require(person(request), "accounts.edit", of)
    plan = value_queries.plan_of(of)
    form = PlanForm(request.POST or None, initial=_initial(snapshot, row, plan))
    if form.is_bound and form.is_valid() and refused_to(form, lambda: _plan(request, of, snapshot, form)):
        toast(request, _("The assumptions are kept, with your reason."))
        return redirect("account_value", of.number)
    told = value_queries.worth_of(row, plan) if plan else None
    context = {
        "account": of,
        "lead": _lead(snapshot, row, told),
        "note": sentences.as_of(snapshot),
        "crumbs": [Link(_("Accounts"), reverse("accounts")), Link(of.name, account_url(of.number))],
        "form": form if may_plan else None,
        "planned": plan,
        "why": _why(plan),
        "years": _years(told, snapshot) if told else None,
        "model": _model(snapshot, row),
        "history": _history(of, plan),
    }
    return render(request, "accounts/value.html", context, status=422 if form.errors else 200)


def _plan(request: HttpRequest, of: Account, snapshot: Snapshot, form: PlanForm) -> None:
    value.plan(
        actor=person(request), account=of, currency=snapshot.currency, now=clock.now(), **form.assumptions
    )


@gate("accounts.edit")
@require_POST
def account_value_drop(request: HttpRequest, account: str) -> HttpResponse:
    of = found(request, account, "accounts.edit")

    def act() -> None:
        token = value.drop(actor=person(request), account=of, now=clock.now())
        toast(request, _("The value follows the model again."), undo_url=undo_url(token))

    refused_to(request, act)
    return redirect("account_value", of.number)


def _lead(snapshot: Snapshot, row: AccountFigure, told: Worth | None) -> str:
    if told is not None:
        return _("%(name)s is worth %(value)s by your assumptions; the model says %(model)s.") % {
            "name": row.name,
            "value": formats.money(told.total, snapshot.currency, compact=True),
            "model": formats.money(row.lifetime_value, snapshot.currency, compact=True),
        }
    if row.lifetime_value is None:
        return _("Too little history to tell what %(name)s is worth. You may say what you expect.") % {
            "name": row.name
        }
    return _("%(name)s is worth %(value)s: what it brought and what it may be expected to bring.") % {
        "name": row.name,
        "value": formats.money(row.lifetime_value, snapshot.currency, compact=True),
    }


def _why(plan: ValuePlan | None) -> str:
    if plan is None:
        return ""
    who = plan.created_by.display_name if plan.created_by else formats.MISSING
    day = formats.date(timezone.localtime(plan.created_at).date())
    return _("%(reason)s (%(who)s, %(day)s)") % {"reason": plan.reason, "who": who, "day": day}


def _years(told: Worth, snapshot: Snapshot) -> Table:
    columns = (
        Column(_("Year")),
        Column(_("Planned income"), numeric=True, unit=snapshot.currency),
        Column(_("Chance that they stay"), numeric=True),
        Column(_("Discount factor"), numeric=True),
        Column(_("Value today"), numeric=True, unit=snapshot.currency),
    )
    rows = [Row((_("Past income"), "", "", "", formats.money(told.past, decimals=0)))]
    rows += [
        Row((formats.number(each.number), formats.money(each.income, decimals=0), formats.share(each.stays),
             formats.number(each.discounted, decimals=3), formats.money(each.value, decimals=0)))
        for each in told.years
    ]  # fmt: skip
    foot = Row((_("Lifetime value"), "", "", "", formats.money(told.total, decimals=0)), strong=True)
    return Table(columns, rows, _("Lifetime value, year by year"), foot=foot)


def _model(snapshot: Snapshot, row: AccountFigure) -> Any:
    from kamerton.web.account_worth import worth  # noqa: PLC0415 - that module leads here

    return worth(snapshot, row)["parts"]


def _history(of: Account, plan: ValuePlan | None) -> Table:
    """What the model said at each snapshot that is kept, and every set of assumptions on the newest past."""
    columns = (
        Column(_("Date")), Column(_("Value"), numeric=True), Column(_("By")), Column(_("Why"), minor=True),
    )  # fmt: skip
    said = queries.account_history(of.number)
    told = [(each.snapshot.as_of, _said(each)) for each in said]
    for kept in value_queries.plans_of(of):
        told.append((timezone.localtime(kept.created_at).date(), _planned(kept, said[-1], plan)))
    told.sort(key=lambda each: each[0], reverse=True)
    return Table(columns, [row for _day, row in told], _("What it was said to be worth"))


def _said(each: AccountFigure) -> Row:
    amount = formats.money(each.lifetime_value, each.snapshot.currency, decimals=0)
    return Row((formats.date(each.snapshot.as_of), amount, _("Model"), ""))


def _planned(kept: ValuePlan, latest: AccountFigure, plan: ValuePlan | None) -> Row:
    amount = formats.money(value_queries.worth_of(latest, kept).total, kept.currency, decimals=0)
    day = formats.date(timezone.localtime(kept.created_at).date())
    who = kept.created_by.display_name if kept.created_by else formats.MISSING
    return Row((day, amount, who, kept.reason), faint=kept.ended_at is not None, strong=kept == plan)
