"""What the estimates come to, made again: after each of them, and with each snapshot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from itertools import groupby

from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.portfolio import potential_queries as queries
from kamerton.portfolio import potential_rules as rules
from kamerton.portfolio.actions import divisions
from kamerton.portfolio.models import Estimate, Wallet

_BATCH = 500
_COLUMNS = [field.name for field in Wallet._meta.concrete_fields if not field.primary_key]


def renew(*, now: dt.datetime, accounts: Collection[int] | None = None) -> int:
    """Of these accounts, or of all that have an estimate; how many. In the transaction of who calls.

    Two at once take turns, account by account: each adds up what the other has written. Eight queries, and a write for
    each 500 rows.
    """
    _take_turns(accounts)
    rows = Estimate.objects.current().select_related("account").order_by("account", "family", "pk")
    old = Wallet.objects.all()
    if accounts is not None:
        rows, old = rows.filter(account__in=accounts), old.filter(account__in=accounts)
    told = [(key, list(each)) for key, each in groupby(rows, key=lambda row: row.account_id)]
    ground = queries.ground([each[0].account.number for _key, each in told])
    old.exclude(account__in=Estimate.objects.current().order_by().values("account")).delete()
    # An account that was first estimated meanwhile has written its own.
    Wallet.objects.bulk_create(
        [_wallet(each, ground, now) for _key, each in told], batch_size=_BATCH, update_conflicts=True,
        unique_fields=["account"], update_fields=_COLUMNS,
    )  # fmt: skip
    changed = [row for _key, each in told for row in _changed(each, ground)]
    Estimate.objects.bulk_update(changed, ["ours_now", "gap"], batch_size=_BATCH)
    return len(told)


def _take_turns(accounts: Collection[int] | None) -> None:
    """Whoever estimates holds the account too (potential.estimate)."""
    wanted = Estimate.objects.current().order_by()
    if accounts is not None:
        wanted = wanted.filter(account__in=accounts)
    rows = Account.objects.filter(pk__in=wanted.values("account")).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def after_regrouping(*, actor: User, now: dt.datetime) -> None:  # noqa: ARG001 - who is told asks nobody
    """Registered with the accounts: estimates have moved from one to another."""
    divisions.follow()
    renew(now=now)


def _changed(rows: Iterable[Estimate], ground: queries.Ground) -> Iterable[Estimate]:
    for row in rows:
        ours = queries.ours_of(row, ground)
        gap = None if ours is None else rules.wallet(row.short, ours).gap
        if (row.ours_now, row.gap) != (ours, gap):
            row.ours_now, row.gap = ours, gap
            yield row


def _wallet(rows: Sequence[Estimate], ground: queries.Ground, now: dt.datetime) -> Wallet:
    needs = rules.by_family(queries.cell(row) for row in rows)
    number = rows[0].account.number
    wallets = [
        rules.wallet(each.years[0], ground.now(number, each.family), each.competitors) for each in needs
    ]
    totals = rules.totals(each.years for each in needs)
    ours = sum((each.ours for each in wallets), Decimal(0))
    return Wallet(
        account=rows[0].account,
        short=totals.short,
        long=totals.long,
        a_year=totals.a_year,
        horizon_years=totals.horizon_years,
        ours=ours,
        competitors=sum((each.competitors for each in wallets), Decimal(0)),
        gap=sum((each.gap for each in wallets), Decimal(0)),
        open=sum((each.open for each in wallets), Decimal(0)),
        share=rules.wallet(totals.short, ours).share,
        satisfiable=rules.satisfiable(needs),
        income=rules.expected_income(needs, ground.margins, ground.usual_margin),
        families=len(needs),
        confidence=rules.weakest(row.confidence for row in rows),
        dated=min(row.dated for row in rows),
        near_only=rules.near_only(row.needs for row in rows),
        too_low=any(each.too_low for each in wallets),
        figures_as_of=ground.as_of,
        renewed_at=now,
    )
