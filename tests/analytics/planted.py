"""A company with a planted ending: accounts that buy every month, some of which slow down and stop. The same every time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.analytics.ledgers import sale

FIRST, AS_OF = dt.date(2020, 1, 1), dt.date(2023, 12, 31)
ACCOUNTS = 80
_STEADY, _FADING = 30, 61  # days between purchases, before and when it ends


def ends_on(number: int) -> dt.date | None:
    """One in four leaves, a few each quarter from the second year on."""
    if number % 4:
        return None
    return dt.date(2021, 1, 15) + dt.timedelta(days=number * 14 % 1_000)


def lines() -> list[dict[str, Any]]:
    found = []
    for number in range(ACCOUNTS):
        end, day = ends_on(number), FIRST + dt.timedelta(days=number % 28)
        while day <= AS_OF and (end is None or day <= end):
            slow = end is not None and (end - day).days < 200
            amount = (40 if slow else 100) * (1 + number % 5) + (day.toordinal() + number) % 17
            found.append(sale(f"A{number:02}", day, amount, amount * 7 // 10, document=f"{number}-{day}"))
            day += dt.timedelta(days=_FADING if slow else _STEADY + number % 3)
    return found
