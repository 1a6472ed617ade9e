"""Where accounts stand by what objectives measure: from the newest snapshot and the rooms beside it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal

from kamerton.accounts.models import Account
from kamerton.portfolio import potential_queries, queries
from kamerton.portfolio.models import AccountFigure, SupplierStage, Wallet
from kamerton.portfolio.models.references import supplier_stages

_HUNDRED = Decimal(100)
Figures = Mapping[str, Decimal]

#: Of the account's row in the snapshot.
_OF_FIGURES: Mapping[str, Callable[[AccountFigure], Decimal | None]] = {
    "turnover": lambda row: row.window_turnover,
    "income": lambda row: row.window_income,
    "margin": lambda row: _percent(row.margin),
    "health": lambda row: Decimal(row.health) if row.health is not None else None,
}


def figures(account: Account) -> Figures:
    """measure -> value; one that cannot be told is left out. About eight queries."""
    return of_accounts([account]).get(account.pk, {})


def of_accounts(accounts: Collection[Account]) -> dict[int, Figures]:
    """The same of several, by their keys, with the same number of queries."""
    found: dict[int, dict[str, Decimal]] = {account.pk: {} for account in accounts}
    numbers = {account.number: account.pk for account in accounts}
    for number, told in _of_snapshot(numbers).items():
        found[numbers[number]] |= told
    for pk, share in Wallet.objects.filter(account__in=found, share__isnull=False).values_list(
        "account_id", "share"
    ):
        found[pk]["wallet"] = _percent(share) or Decimal(0)
    for pk, place in _supplier_stages(found).items():
        found[pk]["supplier"] = Decimal(place)
    return {**found}


def _of_snapshot(numbers: Collection[str]) -> dict[str, dict[str, Decimal]]:
    snapshot = queries.latest_snapshot(with_figures=False)
    if snapshot is None:
        return {}
    bought = potential_queries.ground(list(numbers), snapshot).bought
    found = {}
    for row in AccountFigure.objects.filter(snapshot=snapshot, account__in=numbers):
        told = {name: value for name, read in _OF_FIGURES.items() if (value := read(row)) is not None}
        families = sum(1 for now, _before in bought.get(row.account, {}).values() if now > 0)
        found[row.account] = told | {"families": Decimal(families)}
    return found


def _supplier_stages(accounts: Collection[int]) -> dict[int, int]:
    """How far on the way to preferred supplier, from 1; the newest day counts (OTH-01)."""
    order = {key: at for at, (key, _label) in enumerate(supplier_stages(), start=1)}
    rows = SupplierStage.objects.filter(account__in=accounts).order_by("on", "pk")
    return {account: order[stage] for account, stage in rows.values_list("account_id", "stage")}


def _percent(share: float | None) -> Decimal | None:
    return None if share is None else round(Decimal(str(share)) * _HUNDRED, 2)
