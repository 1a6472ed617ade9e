"""Rows by account, of some accounts or of all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q

#: Up to so many accounts are named in a query; of more, all rows are read, and those of others passed over.
NAMED = 10_000

Rows = dict[int, list[Any]]


def among(path: str, numbers: Collection[int] | None) -> Q:
    return Q() if numbers is None or len(numbers) > NAMED else Q(**{f"{path}__in": list(numbers)})


def by_account(rows: Iterable[tuple[int, Any]]) -> Rows:
    found: Rows = defaultdict(list)
    for account, told in rows:
        found[account].append(told)
    return found
