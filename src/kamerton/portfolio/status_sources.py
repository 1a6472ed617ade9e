"""What other subjects of the room, or rooms above, add to a proposal: they register how they are asked."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from kamerton.accounts.models import Account

#: account -> what the service package promised to it would cost a year, in the company's currency; None: not known.
PackageCost = Callable[[Account], Decimal | None]
_package_cost: list[PackageCost] = []


def register_package_cost(package_cost: PackageCost) -> PackageCost:
    """Called once, in apps.ready; again replaces."""
    _package_cost[:] = [package_cost]
    return package_cost


def package_cost(account: Account) -> Decimal | None:
    return _package_cost[0](account) if _package_cost else None
