"""Figures by which the programme is followed: of key accounts and of the company, now and a year before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Interaction
from kamerton.portfolio import serving_queries, serving_rules, status_queries
from kamerton.portfolio.models import AccountFigure, Snapshot, SupplierStage, Wallet
from kamerton.portfolio.programme_rules import Measure, mean, ratio
from kamerton.work.models import Consultation, Request

NAMES: Mapping[str, str | Promise] = {
    "key_turnover": _("Turnover of key accounts, 12 months"),
    "key_income": _("Income of key accounts, 12 months"),
    "key_share": _("Share of key accounts in the company"),
    "key_margin": _("Margin of key accounts"),
    "people_met": _("People met per key account, 12 months"),
    "share_of_wallet": _("Share of wallet of key accounts"),
    "retention": _("Turnover retained (GRR)"),
    "churn": _("Customers lost in 12 months"),
    "largest_share": _("Share of the largest account"),
    "neglected": _("Small accounts that grow and are neglected"),
    "serving_rate": _("Cost to serve key accounts, part of their income"),
    "request_days": _("Days until a request for a key account is answered"),
    "requests_in_time": _("Requests for key accounts answered in time"),
    "advice_used": _("Advice of customers that was acted on"),
    "preferred": _("Key accounts of which we are the preferred supplier"),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """What all measures read, loaded once. `actor`: whose reach secret rows are told in."""

    snapshot: Snapshot
    keys: frozenset[str]
    totals: Mapping[str, Decimal | None]
    counts: Mapping[str, int]
    first: dt.date
    last: dt.date
    actor: User


def ground_of(actor: User, snapshot: Snapshot) -> Ground:
    keys = status_queries.key_numbers()
    rows = AccountFigure.objects.filter(snapshot=snapshot).order_by()
    summed = (
        "window_turnover",
        "window_income",
        "previous_turnover",
        "previous_income",
        "basis_amount",
        "basis_before",
    )
    totals = rows.aggregate(**{f"all_{name}": Sum(name) for name in summed})
    totals |= rows.filter(account__in=keys).aggregate(**{f"key_{name}": Sum(name) for name in summed})
    counts = rows.aggregate(neglected=Count("pk", filter=Q(is_neglected=True)))
    first, last = serving_queries.window_of(snapshot)
    return Ground(snapshot, keys, totals, counts, first, last, actor)


def measures(actor: User, snapshot: Snapshot | None) -> dict[str, Measure]:
    """Every measure that NAMES lists. A constant number of queries, whatever the number of accounts."""
    if snapshot is None:
        return {key: Measure(key=key, unit="number", now=None) for key in NAMES}
    ground = ground_of(actor, snapshot)
    found = [*_sales(ground), *_company(ground), *_contacts(ground), *_requests(ground), *_said(ground)]
    return {each.key: each for each in found}


def _sales(at: Ground) -> list[Measure]:
    told, day, covered = at.totals, at.last, at.snapshot.figures["previous_covered"]
    has = bool(at.keys)

    def money(name: str) -> float | None:
        value = told[name]
        return float(value) if has and value is not None else None

    def before(value: float | None) -> float | None:
        return value if covered else None

    return [
        Measure(key="key_turnover", unit="money", now=money("key_window_turnover"),
                before=before(money("key_previous_turnover")), on=day),
        Measure(key="key_income", unit="money", now=money("key_window_income"),
                before=before(money("key_previous_income")), on=day),
        Measure(key="key_share", unit="share", now=ratio(told["key_basis_amount"], told["all_basis_amount"]),
                before=before(ratio(told["key_basis_before"], told["all_basis_before"])), on=day),
        Measure(key="key_margin", unit="share", now=ratio(told["key_window_income"], told["key_window_turnover"]),
                before=before(ratio(told["key_previous_income"], told["key_previous_turnover"])), on=day),
    ]  # fmt: skip


def _company(at: Ground) -> list[Measure]:
    figures, day = at.snapshot.figures, at.last
    retention = figures["retention"] if figures["previous_covered"] else {}
    year_before = _retention_before(day)
    points = figures["concentration_over_time"]
    ago = points[-13]["turnover"]["largest_share"] if len(points) >= 13 else None
    return [
        Measure(key="retention", unit="share", now=retention.get("grr"), before=year_before.get("grr"), on=day),
        Measure(key="churn", unit="share", now=retention.get("logo_churn"), before=year_before.get("logo_churn"),
                better="down", on=day),
        Measure(key="largest_share", unit="share", now=figures["concentration_window"].get("largest_share"),
                before=ago, better="down", on=day),
        Measure(key="neglected", unit="count", now=at.counts["neglected"], better="down", on=day),
    ]  # fmt: skip


def _retention_before(day: dt.date) -> Mapping[str, Any]:
    """What the snapshot kept of about a year before said; empty: none was kept. One query."""
    around = (day - dt.timedelta(days=410), day - dt.timedelta(days=320))
    kept = Snapshot.objects.filter(level="account", as_of__range=around).order_by("as_of")
    return kept.values_list("figures__retention", flat=True).first() or {}


def _contacts(at: Ground) -> list[Measure]:
    talks = policy.scope(Interaction.objects.filter(account__number__in=at.keys), at.actor, "accounts.view")
    back = at.first - dt.timedelta(days=365)

    def met(first: dt.date, last: dt.date) -> float | None:
        found = talks.filter(on__range=(first, last), contact__isnull=False).order_by()
        number = found.aggregate(n=Count("contact", distinct=True))["n"]
        return number / len(at.keys) if at.keys else None

    before = met(back, at.first - dt.timedelta(days=1)) or None  # nobody wrote anything down then
    parts = serving_queries.parts(at.snapshot)
    cost = sum((serving_rules.cost_of(parts[number]) for number in at.keys if number in parts), Decimal(0))
    told = serving_queries.is_told() and at.keys
    return [
        Measure(key="people_met", unit="number", now=met(at.first, at.last), before=before, on=at.last),
        Measure(key="serving_rate", unit="share", better="down", on=at.last,
                now=ratio(cost, at.totals["key_window_income"]) if told else None),
    ]  # fmt: skip


def _requests(at: Ground) -> list[Measure]:
    """Of requests about key accounts, made in the window and in the one before."""
    asked = policy.scope(Request.objects.filter(account__number__in=at.keys), at.actor, "work.view")
    back = at.first - dt.timedelta(days=365)
    rows = asked.exclude(state="withdrawn").filter(created_at__gte=_start(back)).order_by()
    told = list(rows.values_list("created_at", "answered_at", "due_on"))
    now = answered([row for row in told if row[0] >= _start(at.first)], at.last)
    before = answered([row for row in told if row[0] < _start(at.first)], at.first)
    return [
        Measure(key="request_days", unit="days", now=now[0], before=before[0], better="down", on=at.last),
        Measure(key="requests_in_time", unit="share", now=now[1], before=before[1], on=at.last),
    ]


def answered(
    rows: list[tuple[dt.datetime, dt.datetime | None, dt.date]], day: dt.date
) -> tuple[float | None, float | None]:
    """Mean days until the answer, and the share in time of those answered or overdue on `day`."""
    days = [(done - made).total_seconds() / 86400 for made, done, _due in rows if done is not None]
    judged = [
        done is not None and timezone.localdate(done) <= due for _made, done, due in rows if done or due < day
    ]
    return mean(days), mean([float(each) for each in judged])


def _start(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _said(at: Ground) -> list[Measure]:
    wallets = policy.scope(Wallet.objects.filter(account__number__in=at.keys), at.actor, "portfolio.view")
    wallet = wallets.aggregate(ours=Sum("ours"), need=Sum("short"))
    asked = Consultation.objects.filter(kind="asked_them", asked_on__lte=at.last).exclude(advice="")
    advice = policy.scope(asked, at.actor, "work.view").order_by()
    counted = advice.aggregate(all=Count("pk"), used=Count("pk", filter=~Q(action="")))
    earlier = advice.filter(asked_on__lt=at.first).aggregate(
        all=Count("pk"), used=Count("pk", filter=~Q(action=""))
    )
    return [
        Measure(key="share_of_wallet", unit="share", now=ratio(wallet["ours"], wallet["need"]), on=at.last),
        Measure(key="advice_used", unit="share", now=ratio(counted["used"], counted["all"]),
                before=ratio(earlier["used"], earlier["all"]), on=at.last),
        Measure(key="preferred", unit="share", now=_preferred(at, at.last),
                before=_preferred(at, at.last - dt.timedelta(days=365)), on=at.last),
    ]  # fmt: skip


def _preferred(at: Ground, day: dt.date) -> float | None:
    """None: no stage of a key account is written down by that day. One query."""
    rows = SupplierStage.objects.filter(account__number__in=at.keys, on__lte=day).order_by("on", "pk")
    newest = dict(rows.values_list("account_id", "stage"))
    return ratio(sum(stage == "preferred" for stage in newest.values()), len(at.keys)) if newest else None
