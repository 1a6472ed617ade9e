"""Divisions when accounts are merged and parted: what is said of one stands at an account, and so does the division."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F

from kamerton.accounts.models import Account
from kamerton.portfolio.models import Division, Estimate, Opportunity, Sheet, WhyNot

_SAYING: tuple[type[Any], ...] = (Estimate, WhyNot, Opportunity, Sheet)
_LONGEST = 120


def follow() -> None:
    """Rows that moved to an account whose division has the same name go to that one.

    Where both say something of the same family theirs stays apart, under the number of the account that it came
    from. Of an account that was parted they go back. In the transaction of who calls; five queries where nothing moved.
    """
    for division, account in sorted(_strayed()):
        old, at = Division.objects.get(pk=division), Account.objects.get(pk=account)
        new = _place_of(old, at)
        for model in _SAYING:
            model.objects.filter(division=old, account=at).update(division=new)


def _strayed() -> set[tuple[int, int]]:
    """(division, the account where something is said of it), where the division belongs to another account."""
    found: set[tuple[int, int]] = set()
    for model in _SAYING:
        rows = model.objects.filter(division__isnull=False).exclude(division__account=F("account"))
        found |= set(rows.order_by().values_list("division", "account"))
    return found


def _place_of(old: Division, at: Account) -> Division:
    name = old.name.removesuffix(f" ({at.number})")
    same = Division.objects.filter(account=at, name=name).first()
    if same is not None and _clash(old, same, at):
        beside = f" ({old.account.number})"
        name = f"{name[: _LONGEST - len(beside)]}{beside}"[:_LONGEST]
        same = Division.objects.filter(account=at, name=name).first()
    return same or Division.objects.create(
        account=at, name=name, created_at=old.created_at, created_by=old.created_by
    )


def _clash(old: Division, same: Division, at: Account) -> bool:
    """Both are said something of that can be said once."""
    once: Iterable[Any] = (Estimate.objects.filter(is_current=True), WhyNot.objects.filter(ended_at=None))
    return any(
        rows.filter(
            division=same, family__in=rows.filter(division=old, account=at).order_by().values("family")
        ).exists()
        for rows in once
    )
