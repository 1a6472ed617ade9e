"""The fictional company of the demo: four years of sales that end yesterday, and the rates of its currencies.

Pure and deterministic: the same day gives the same lines to the last byte.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pyarrow as pa

from kamerton.demo import accounts, catalogue, days, sales
from kamerton.demo.accounts import SELLERS, Account
from kamerton.demo.catalogue import FAMILIES, Catalogue
from kamerton.demo.days import DAYS, Days, Integers, months_back
from kamerton.demo.sales import KINDS, Lines

COMPANY_NAME = "Lumaro Technical Supply"
COMPANY_CURRENCY = "EUR"
_SEED = 1712
_INFLATION = 0.03  # a year, of list prices and costs alike
_SERIES = ("INV-", "CN-", "CX-")  # document numbers, by kind
_HANDED_OVER = 15  # months ago


def lines(today: dt.date) -> pa.Table:
    """Every line of the four years up to the day before `today`, as an ERP holds them.

    Columns: account, account_name, group, date, document, line, product, product_name, category, quantity,
    unit_price, discount (a rate), amount, cost, seller, currency, kind (sale, return, cancellation: the
    latter two have negative quantity, amount and cost). Money is in the currency of the line.
    """
    rng = np.random.default_rng(_SEED)
    everyone = accounts.build(rng)
    goods = catalogue.build(rng, DAYS)
    calendar = days.ending(today - dt.timedelta(days=1))
    return _table(sales.draw(rng, everyone, goods, calendar), everyone, goods, calendar)


def rates(today: dt.date) -> list[tuple[str, dt.date, Decimal]]:
    """(currency, date, EUR for one unit) for the first of every month from the first line to `today`."""
    first = today - dt.timedelta(days=DAYS)
    months = range(first.year * 12 + first.month - 1, today.year * 12 + today.month)
    return [
        (currency, dt.date(month // 12, month % 12 + 1, 1), _rate(currency, month))
        for currency in _RATES
        for month in months
    ]


#: Currency -> level in EUR, swing, months of a wave.
_RATES = {"GBP": (1.1665, 0.0180, 23.0), "PLN": (0.2262, 0.0058, 31.0)}


def _rate(currency: str, month: int) -> Decimal:
    """A slow wave around a level; the same month has the same rate whatever the day of the demo."""
    level, swing, wave = _RATES[currency]
    phase = np.sin(month * 2 * np.pi / wave) + 0.3 * np.sin(month * 2 * np.pi / 7.3)
    return Decimal(f"{level + swing * phase:.4f}")


def _table(sold: Lines, everyone: tuple[Account, ...], goods: Catalogue, calendar: Days) -> pa.Table:
    """The lines in the order of their documents, priced in the currency of the account."""
    order = np.lexsort((sold.document, sold.account, sold.kind, sold.day))
    sold = sold.take(order)
    prices, costs = _unit_money(sold, everyone, goods, calendar)
    amount = _half_up(sold.quantity * prices * (1000 - sold.discount), 1000)
    numbers, places = _numbered(sold, calendar)
    by_account = [
        ("account", [each.id for each in everyone]),
        ("account_name", [each.name for each in everyone]),
        ("group", [each.group for each in everyone]),
    ]
    by_article = [
        ("product", list(goods.code)),
        ("product_name", list(goods.name)),
        ("category", [FAMILIES[family].name for family in goods.family]),
    ]
    seller = np.array([int(each.seller) for each in everyone])[sold.account]
    before = np.array([-1 if each.taken_over is None else each.taken_over for each in everyone])[sold.account]
    seller = np.where((before >= 0) & (months_back(sold.day) > _HANDED_OVER), before, seller)
    columns = {name: pa.array(values).take(pa.array(sold.account)) for name, values in by_account}
    columns |= {
        "date": pa.array(calendar.dates(), pa.date32()).take(pa.array(sold.day)),
        "document": numbers,
        "line": pa.array(places),
    }
    columns |= {name: pa.array(values).take(pa.array(sold.article)) for name, values in by_article}
    columns |= {
        "quantity": pa.array(sold.quantity),
        "unit_price": _decimals(prices, 2),
        "discount": _decimals(sold.discount, 3),
        "amount": _decimals(amount, 2),
        "cost": _decimals(sold.quantity * costs, 2),
        "seller": pa.array(SELLERS).take(pa.array(seller)),
        "currency": pa.array([each.currency for each in everyone]).take(pa.array(sold.account)),
        "kind": pa.array(KINDS).take(pa.array(sold.kind)),
    }
    return pa.table(columns)


def _unit_money(
    sold: Lines, everyone: tuple[Account, ...], goods: Catalogue, calendar: Days
) -> tuple[Integers, Integers]:
    """Unit price and unit cost of each line in cents of its currency, with the inflation of the years."""
    months = np.array([date.year * 12 + date.month - 1 for date in calendar.dates()])
    span = range(int(months.min()), int(months.max()) + 1)
    by_month = {code: np.array([float(_rate(code, month)) for month in span]) for code in _RATES}
    codes = np.array([each.currency for each in everyone])[sold.account]
    rate = np.ones(len(codes))
    for code, of_month in by_month.items():
        rate = np.where(codes == code, of_month[months[sold.day] - months.min()], rate)
    level = (1 + _INFLATION) ** -np.floor(months_back(sold.day) / 12) / rate
    price = goods.list_price[sold.article] * level
    cents = np.maximum(np.round(price * 100), 1).astype(np.int64)
    cost = np.maximum(np.round(price * goods.cost_share[sold.article] * 100), 1).astype(np.int64)
    return cents, cost


def _half_up(value: Integers, unit: int) -> Integers:
    """Integer division rounded half away from zero."""
    result: Integers = np.sign(value) * ((np.abs(value) + unit // 2) // unit)
    return result


def _numbered(sold: Lines, calendar: Days) -> tuple[pa.Array, Integers]:
    """Document numbers that run through each year by kind, and the lines 1, 2, ... within each document."""
    first = np.r_[True, sold.document[1:] != sold.document[:-1]]
    starts = np.nonzero(first)[0]
    place = np.arange(len(first)) - np.repeat(starts, np.diff(np.r_[starts, len(first)])) + 1
    years = np.array([date.year for date in calendar.dates()])[sold.day[starts]]
    kinds = sold.kind[starts]
    names: list[str] = []
    last: dict[tuple[int, int], int] = {}
    for year, kind in zip(years.tolist(), kinds.tolist(), strict=True):
        last[year, kind] = last.get((year, kind), 0) + 1
        names.append(f"{_SERIES[kind]}{year % 100:02d}-{last[year, kind]:05d}")
    return pa.array(names).take(pa.array(np.cumsum(first) - 1)), place


def _decimals(units: Integers, scale: int) -> pa.Array:
    """Whole numbers of 10**-scale as decimals: 16 bytes each, low end first, sign in the upper half."""
    low = units.astype("<i8")
    data = np.column_stack([low, low >> 63]).tobytes()
    return pa.Array.from_buffers(pa.decimal128(18, scale), len(units), [None, pa.py_buffer(data)])
