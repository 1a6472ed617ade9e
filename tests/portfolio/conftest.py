"""A ledger with something to tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from kamerton.ledger import store
from tests.ledger.conftest import incoming  # noqa: F401 - the fixture
from tests.ledger.factories import Sale


def three_years() -> list[Sale]:
    """Twelve accounts, monthly, to the end of 2025: the first makes half of it, the last stopped in 2024."""
    sales = []
    for at in range(12):
        last = 23 if at == 11 else 36
        for month in range(last):
            day = dt.date(2023 + month // 12, month % 12 + 1, 3 + at)
            amount = 6600 if at == 0 else 600 - at * 7 + month
            sales.append(
                Sale(
                    account=f"A{at:02d}",
                    date=day.isoformat(),
                    document=f"{at}-{month}",
                    amount=f"{amount}.25",
                    cost=f"{amount * (40 + at) // 100}.10",
                    product=f"P{at % 4}",
                    seller=f"S{at % 3}",
                    group="North" if at in (1, 2) else None,
                )
            )
    return sales


@pytest.fixture
def filled(incoming, administrator, company, now) -> Callable[..., object]:  # noqa: F811
    """filled() -> the batch of three_years(), live; filled([...]) -> a batch of these sales."""
    return lambda sales=None, title="all": store.publish(
        actor=administrator, incoming=incoming(sales or three_years(), title), now=now
    )
