"""Figures do not depend on the road that led to them: imports in any order, replaced documents, withdrawn batches."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from collections import defaultdict
from typing import Any

import pytest

from kamerton.ledger import store
from kamerton.portfolio.actions import snapshots
from kamerton.portfolio.models import AccountFigure, AccountSeries, SellerAmount, Snapshot
from tests.ledger.factories import Sale

pytestmark = pytest.mark.django_db

_KEYS = {"id", "snapshot_id", "figure_id"}


def sales_of(chance: random.Random, *, documents: int = 260) -> list[Sale]:
    """Documents of one to four lines over three years, with returns, groups, two sellers and gaps in what is known."""
    first, made = dt.date(2023, 1, 5), []
    for at in range(documents):
        account = f"A{int(20 * chance.random() ** 2):02d}"
        day = first + dt.timedelta(days=int(1090 * at / documents) + chance.randrange(5))
        for _line in range(chance.randrange(1, 5)):
            cents = chance.randrange(-3_000, 90_000)
            made.append(
                Sale(
                    account=account if chance.random() < 0.98 else None,
                    date=day.isoformat(),
                    document=f"D{at}",
                    amount=f"{cents / 100:.2f}",
                    cost=f"{cents // 2 / 100:.2f}" if chance.random() < 0.9 else None,
                    product=f"P{chance.randrange(12)}",
                    seller=f"S{int(account[1:]) % 3 if chance.random() < 0.9 else 9}",
                    group="North" if account in ("A01", "A02") else None,
                    kind="return" if cents < 0 else "sale",
                )
            )
    return made


def batches_of(chance: random.Random, sales: list[Sale], count: int = 4) -> list[list[Sale]]:
    """Whole documents, some of them of every year, in each."""
    parts: dict[int, list[Sale]] = defaultdict(list)
    for document in sorted({str(each.document) for each in sales}):
        at = chance.randrange(count)
        parts[at] += [each for each in sales if each.document == document]
    return list(parts.values())


def kept() -> list[Any]:
    """Everything that snapshots hold, without the keys that tell one from the next."""
    found: list[Any] = []
    for snapshot in Snapshot.objects.order_by("level"):
        rows = [
            sorted(
                (
                    {name: value for name, value in row.items() if name not in _KEYS}
                    for row in model.objects.filter(snapshot=snapshot).values()
                ),
                key=repr,
            )
            for model in (AccountFigure, SellerAmount)
        ]
        series = [
            (row.figure.account, row.by_year, row.growth, row.months, row.families, row.outlook)
            for row in AccountSeries.objects.filter(snapshot=snapshot)
            .select_related("figure")
            .order_by("figure")
        ]
        found.append(
            (snapshot.level, snapshot.as_of, snapshot.figures, snapshot.views, snapshot.digest, rows, series)
        )
    return found


@pytest.mark.parametrize("seed", range(4))
def test_a_ledger_that_grew_tells_what_one_import_of_the_same_lines_tells(seed, filled, administrator, now):
    chance = random.Random(seed)
    sales = sales_of(chance)
    parts = batches_of(chance, sales)
    wrong = [dataclasses.replace(each, amount="7.77") for each in parts[0]]
    stranger = [
        Sale(account="Z", document="Z1", date="2026-02-01", amount="99999.00"),
        Sale(account="A00", document="Z2"),
    ]
    steps = [
        ("stranger", stranger),
        ("wrong", wrong),
        *((f"part {at}", part) for at, part in enumerate(parts)),
    ]
    right = steps.pop(2)
    chance.shuffle(steps)
    steps.insert(
        chance.randrange(steps.index(("wrong", wrong)) + 1, len(steps) + 1), right
    )  # replaces the wrong one
    batches = {}
    for title, part in steps:
        batches[title] = filled(part, title)
        snapshots.take_snapshot(actor=administrator, now=now)
        if "stranger" in batches and len(batches) > 1 and chance.random() < 0.5:
            store.withdraw(actor=administrator, batch=batches.pop("stranger"), reason="not ours", now=now)
            snapshots.take_snapshot(actor=administrator, now=now)
    if "stranger" in batches:
        store.withdraw(actor=administrator, batch=batches.pop("stranger"), reason="not ours", now=now)
    snapshots.take_snapshot(actor=administrator, now=now)
    newest = Snapshot.objects.first()
    Snapshot.objects.exclude(ledger_version=newest.ledger_version).delete()
    grown = kept()

    for batch in batches.values():
        batch.refresh_from_db()
        store.withdraw(actor=administrator, batch=batch, reason="again, at once", now=now)
    Snapshot.objects.all().delete()
    filled(sales, "at once")
    snapshots.take_snapshot(actor=administrator, now=now)
    assert grown == kept()
    assert [each[0] for each in grown] == ["account", "group"]


def test_one_that_is_older_than_what_its_month_has_leaves_no_rows(filled, administrator, now):
    filled()
    later = snapshots.take_snapshot(actor=administrator, now=now)
    snapshots.take_snapshot(actor=administrator, now=now, as_of=later.as_of - dt.timedelta(days=1))
    there = set(Snapshot.objects.values_list("pk", flat=True))
    assert there == {later.pk, Snapshot.objects.get(level="group").pk}
    for model in (AccountFigure, AccountSeries, SellerAmount):
        assert set(model.objects.values_list("snapshot", flat=True)) <= there
