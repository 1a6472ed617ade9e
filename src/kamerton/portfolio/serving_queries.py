"""What the accounts of a snapshot cost to serve in its window: a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Count, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from kamerton.accounts import queries as account_queries
from kamerton.accounts.models import Account, Interaction
from kamerton.portfolio import queries, serving_rules
from kamerton.portfolio.models import ActivityRate, ServingCost, Snapshot
from kamerton.portfolio.models.serving import drivers
from kamerton.portfolio.serving_rules import Done, Net, Part, Profit, Rate
from kamerton.work.models import Request


def window_of(snapshot: Snapshot) -> tuple[dt.date, dt.date]:
    told = snapshot.figures["window"]
    return dt.date.fromisoformat(told["from_date"]), dt.date.fromisoformat(told["to_date"])


def rates() -> list[Rate]:
    return [Rate(*row) for row in ActivityRate.objects.values_list("driver", "rate", "from_date")]


def is_told() -> bool:
    """Whether anybody has said what serving costs."""
    return ActivityRate.objects.exists() or ServingCost.objects.exists()


def parts(snapshot: Snapshot, account: Account | None = None) -> dict[str, tuple[Part, ...]]:
    """Account number -> what serving it cost in the window; of one account where one is named. Four queries."""
    first, last = window_of(snapshot)
    recorded = ServingCost.objects.filter(account__isnull=False, on__range=(first, last))
    if account is not None:
        recorded = recorded.filter(account=account)
    said = recorded.values_list("account__number", "kind").annotate(total=Sum("amount")).order_by()
    return serving_rules.parts_of(_done(first, last, account), rates(), said)


def in_days(first: dt.date, last: dt.date) -> dict[str, tuple[Part, ...]]:
    """`parts` of other days than the window. Four queries."""
    recorded = ServingCost.objects.filter(account__isnull=False, on__range=(first, last))
    said = recorded.values_list("account__number", "kind").annotate(total=Sum("amount")).order_by()
    return serving_rules.parts_of(_done(first, last, None), rates(), said)


def _done(first: dt.date, last: dt.date, account: Account | None) -> Iterable[Done]:
    counted = {key for key, _label in drivers()}
    talks = Interaction.objects.filter(on__range=(first, last), kind__in=counted, is_main=True)
    asked = Request.objects.filter(
        account__isnull=False,
        created_at__gte=_start(first),
        created_at__lt=_start(last + dt.timedelta(days=1)),
    )
    if account is not None:
        talks, asked = talks.filter(account=account), asked.filter(account=account)
    for number, kind, day, count in (
        talks.values_list("account__number", "kind", "on").annotate(n=Count("pk")).order_by()
    ):
        yield Done(number, kind, day, count)
    days = asked.annotate(day=TruncDate("created_at"))
    for number, day, count in days.values_list("account__number", "day").annotate(n=Count("pk")).order_by():
        yield Done(number, "request", day, count)


def _start(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def profits(snapshot: Snapshot) -> list[Profit]:
    """Every account of the snapshot; where no cost of goods is known its turnover stands for its income."""
    told = {number: serving_rules.cost_of(each) for number, each in parts(snapshot).items()}
    rows = queries.account_figures(snapshot).order_by("rank")
    values = rows.values_list("account", "name", "window_turnover", "window_income")
    return [
        Profit(account, name, turnover, turnover if income is None else income, told.get(account, Decimal(0)))
        for account, name, turnover, income in values
    ]


def net_of_people(snapshot: Snapshot, found: Iterable[Profit]) -> list[Net]:
    """Whoever is responsible for an account on the day of the snapshot, or costs something by themselves."""
    held = account_queries.held(snapshot.as_of).filter(account__merged_into=None)
    answers = dict(held.values_list("account__number", "person_id"))
    costs = ServingCost.objects.filter(person__isnull=False, on__range=window_of(snapshot))
    own = dict(costs.values_list("person").annotate(total=Sum("amount")).order_by())
    return serving_rules.net_of_people(found, answers, own)
