"""What each account buys of each product family: the window and the window before.

The family of a line is its category, else its product's name, else its product. The 40 that bring most turnover in
the two windows are kept apart; all others, and lines that name none, are together under the empty name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from kamerton.analytics import arrow, exact
from kamerton.analytics.engine import fetched
from kamerton.analytics.periods import window_before

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

    from kamerton.analytics.cubes import Ints
    from kamerton.analytics.exact import Exact

#: More columns than this are no matrix that anybody reads.
KEPT = 40
OTHERS = ""


@dataclass(frozen=True, kw_only=True)
class Families:
    """Whole cents. `names` by turnover of the window, most first. `margins`: None where no cost is recorded.

    The last four are parallel, an entry for each account and family that moved: positions in `accounts` and
    `names`, cents now and before. An account's entries stand together, its families in the order of `names`.
    """

    names: tuple[str, ...]
    margins: tuple[float | None, ...]
    accounts: Sequence[str]
    account: Ints
    family: Ints
    now: Exact
    before: Exact


def families(lines: ibis.Table, as_of: dt.date) -> Families:
    """Two scans of a few columns over two years."""
    window = window_before(as_of)
    known = lines.account.notnull() & (lines.date <= as_of)
    recent = lines.filter(known & (lines.date >= window_before(as_of, back=1).from_date))
    named = recent.mutate(
        family=recent.category.coalesce(recent.product_name, recent["product"]),
        late=recent.date >= window.from_date,
    )
    first = _totals(fetched(_of_families(named)).to_pylist())
    kept = [name for name, _sums in first if name is not None][:KEPT]
    names = (*kept, OTHERS)
    cells = fetched(_of_accounts(named, kept))
    accounts, kinds = (arrow.whole(cells[each].dictionary_encode()) for each in ("account", "family"))
    places = {name: at for at, name in enumerate(names)}
    place = np.array([places[name] for name in kinds.dictionary.to_pylist()], dtype=np.int64)
    account, family = arrow.integers(accounts.indices), place[arrow.integers(kinds.indices)]
    order = np.lexsort((family, account))
    return Families(
        names=names,
        margins=_margins(first, names),
        accounts=accounts.dictionary.to_pylist(),
        account=account[order],
        family=family[order],
        now=exact.cents(exact.micros(cells["now"]))[order],
        before=exact.cents(exact.micros(cells["before"]))[order],
    )


def _of_families(named: ibis.Table) -> ibis.Table:
    costed = named.cost.notnull()
    return named.group_by("family", "late").aggregate(
        amount=named.amount.sum(), costed=_sum(named.amount, costed), cost=_sum(named.cost, costed)
    )


@dataclass(slots=True)
class _Sums:
    now: Decimal = Decimal(0)
    before: Decimal = Decimal(0)
    costed: Decimal = Decimal(0)  # of `now`, what has a cost
    cost: Decimal = Decimal(0)


def _totals(rows: list[dict[str, Any]]) -> list[tuple[str | None, _Sums]]:
    """Family -> sums, most turnover of the window first."""
    found: dict[str | None, _Sums] = {}
    for row in rows:
        sums = found.setdefault(row["family"], _Sums())
        if row["late"]:
            sums.now, sums.costed, sums.cost = row["amount"], row["costed"], row["cost"]
        else:
            sums.before = row["amount"]
    return sorted(found.items(), key=lambda each: (-each[1].now, -each[1].before, each[0] or OTHERS))


def _of_accounts(named: ibis.Table, kept: list[str]) -> ibis.Table:
    import ibis  # noqa: PLC0415

    family = named.family.isin(kept).ifelse(named.family, OTHERS) if kept else ibis.literal(OTHERS)
    return named.group_by(account=named.account, family=ibis.coalesce(family, OTHERS)).aggregate(
        now=_sum(named.amount, named.late), before=_sum(named.amount, ~named.late)
    )


def _sum(values: ibis.ir.Value, where: ibis.ir.Value) -> ibis.ir.Value:
    total = values.sum(where=where).cast("decimal(38, 6)")
    return total.coalesce(0).cast("decimal(38, 6)")


def _margins(totals: list[tuple[str | None, _Sums]], names: tuple[str, ...]) -> tuple[float | None, ...]:
    """Of the company in each family, in the window, over the lines that tell their cost."""
    found = {name: [Decimal(0), Decimal(0)] for name in names}
    for name, sums in totals:
        held = found[name if name in found else OTHERS]
        held[0] += sums.costed
        held[1] += sums.cost
    return tuple(float((sold - cost) / sold) if sold > 0 else None for sold, cost in found.values())


def encoded(told: Families) -> dict[str, str]:
    """account -> JSON [[family, cents now, cents before], …]. Made in Arrow: there may be half a million."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    if not len(told.account):
        return {}
    numbers = pc.binary_join_element_wise(*map(_texts, (told.family, told.now, told.before)), ",")
    rows = pc.binary_join_element_wise("[", numbers, "]", "")
    starts = np.flatnonzero(np.r_[True, np.diff(told.account) != 0, True]).astype(np.int32)
    joined = pc.binary_join(pa.ListArray.from_arrays(starts, rows), ",").to_pylist()
    numbers_of = [told.accounts[at] for at in told.account[starts[:-1]].tolist()]
    return dict(zip(numbers_of, (f"[{each}]" for each in joined), strict=True))


def _texts(values: Exact) -> pa.Array:
    import pyarrow as pa  # noqa: PLC0415

    whole = np.ascontiguousarray(values, dtype=np.int64)
    return pa.Array.from_buffers(pa.int64(), len(whole), [None, pa.py_buffer(whole)]).cast("string")
