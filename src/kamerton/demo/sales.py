"""What the accounts of the demo bought: documents, articles, quantities and discounts.

Each account follows a plan of income by day. Half of its growth and season is in how often it buys, half in
how much; accounts that are held to their plan meet it month by month.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kamerton.demo import catalogue
from kamerton.demo.accounts import Account
from kamerton.demo.catalogue import Catalogue
from kamerton.demo.days import DAYS, MONTH, MONTHS, Days, Floats, Integers, months_back

KINDS = ("sale", "return", "cancellation")  # of Lines.kind
_INCOME = 4_600_000.0  # EUR, of the last twelve months
_SEASON = np.array(
    [0.92, 0.95, 1.07, 1.02, 1.03, 1.04, 0.93, 0.76, 1.08, 1.12, 1.10, 0.98]
)  # January to December
_LINE = 260.0  # EUR, the median line before it is brought to the size of its account
_PROMOTED = 0.04  # share of lines with a promotion
_TRIED = 0.62  # share of new articles that an innovator tries at once
_CANCELLED = 16  # invoices
_PACK = 50  # articles cheaper than _CHEAP are sold in fifties
_CHEAP = 2.5  # EUR


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Parallel arrays. `document` numbers the documents over all accounts; `kind` is a place in KINDS."""

    account: Integers
    day: Integers
    document: Integers
    article: Integers
    quantity: Integers  # negative for what came back
    discount: Integers  # per mille
    kind: Integers

    def take(self, rows: npt.NDArray[np.generic]) -> Lines:
        return Lines(**{name: values[rows] for name, values in vars(self).items()})


@dataclass(frozen=True, kw_only=True)
class _Setting:
    everyone: tuple[Account, ...]
    goods: Catalogue
    days: Days
    plan: Floats  # account x day: EUR of income

    def of(self, name: str) -> Floats:
        return _of(self.everyone, name)


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """Lines that are not priced yet. `raw` is a quantity before it is brought to the size of its account."""

    account: Integers
    day: Integers
    document: Integers
    article: Integers
    raw: Floats


def draw(rng: np.random.Generator, everyone: tuple[Account, ...], goods: Catalogue, days: Days) -> Lines:
    """All lines of the four years in no particular order."""
    setting = _Setting(everyone=everyone, goods=goods, days=days, plan=_plan(rng, everyone, days))
    drawn = _swollen(setting, _drawn(rng, setting))
    discount = _discounts(rng, setting, drawn)
    sold = Lines(
        account=drawn.account,
        day=drawn.day,
        document=drawn.document,
        article=drawn.article,
        quantity=_quantities(setting, drawn, discount),
        discount=discount,
        kind=np.zeros(len(discount), dtype=np.int64),
    )
    back = _returned(rng, setting, sold)
    return _joined(sold, back, _cancelled(rng, sold, back))


def _of(everyone: tuple[Account, ...], name: str) -> Floats:
    """One field of all accounts."""
    return np.array([getattr(each, name) for each in everyone], dtype=np.float64)


# ---------------------------------------------------------------- the plan


def _plan(rng: np.random.Generator, everyone: tuple[Account, ...], days: Days) -> Floats:
    """Planned income of each account (rows) on each day (columns), in EUR."""
    back = months_back(np.arange(DAYS))
    shape = np.empty((len(everyone), DAYS))
    for row, each in enumerate(everyone):
        chance = np.exp(rng.normal(0.0, each.noise, MONTHS + 1))[back.astype(np.int64)]
        season = 1 + each.seasonal * (_SEASON[days.month_of_year - 1] - 1)
        path = (1 + each.growth) ** (-back / 12)
        shape[row] = days.business * season * path * chance * _buys(each, back)
    wanted = _INCOME * _of(everyone, "share") * np.minimum(12.0, _of(everyone, "began")) / 12
    plan: Floats = shape * (wanted / (shape * _last_year(everyone)).sum(axis=1))[:, None]
    return plan


def _buys(account: Account, back: Floats) -> npt.NDArray[np.bool_]:
    """Whether the account buys, by months before the end."""
    buys = (back < account.began) & (back >= account.ended)
    if account.paused:
        buys &= (back > account.paused[0]) | (back < account.paused[1])
    return buys


def _last_year(everyone: tuple[Account, ...]) -> npt.NDArray[np.bool_]:
    """Account x day: the last twelve months in which the account bought."""
    back, ended = months_back(np.arange(DAYS))[None, :], _of(everyone, "ended")[:, None]
    last: npt.NDArray[np.bool_] = (back >= ended) & (back < ended + 12)
    return last


# ---------------------------------------------------------------- documents and articles


def _drawn(rng: np.random.Generator, setting: _Setting) -> _Drawn:
    account, day = _documents(rng, setting)
    who, when, what = _first_trials(rng, setting)
    size = np.concatenate(
        [1 + rng.poisson(setting.of("lines")[account] - 1), np.ones(len(who), dtype=np.int64)]
    )
    document = np.repeat(np.arange(len(size)), size)
    account, day = np.concatenate([account, who])[document], np.concatenate([day, when])[document]
    article = _articles(rng, setting, account, day)
    article[len(article) - len(what) :] = what
    raw = rng.lognormal(np.log(_LINE), 0.55, len(article)) / setting.goods.list_price[article]
    return _Drawn(account=account, day=day, document=document, article=article, raw=raw)


def _documents(rng: np.random.Generator, setting: _Setting) -> tuple[Integers, Integers]:
    """Account and day of each document."""
    plan, days = setting.plan, setting.days
    rate = np.sqrt(plan / plan.max(axis=1, keepdims=True)) * days.business
    a_day = setting.of("documents") * 0.9 / MONTH / np.array([_recent(row) for row in rate])
    count = rng.poisson(np.minimum(rate * a_day[:, None], 6.0))
    fixed = np.unique(days.workday[::9])
    for row in np.nonzero(setting.of("even"))[0]:  # no month without a document
        count[row, fixed] += plan[row, fixed] > 0
    count[:3, -1] = np.maximum(count[:3, -1], 1)
    account, day = np.nonzero(count)
    number = count[account, day].astype(np.int64)
    return np.repeat(account, number), np.repeat(day, number)


def _recent(rate: Floats) -> float:
    """Mean over the last twelve months in which there was anything."""
    last = int(np.nonzero(rate)[0][-1]) + 1
    return float(rate[max(0, last - 365) : last].mean())


def _first_trials(rng: np.random.Generator, setting: _Setting) -> tuple[Integers, Integers, Integers]:
    """Account, day and article of the orders with which innovators try new articles in their first days."""
    new = np.nonzero(setting.goods.launched_day >= 0)[0]
    keen = np.nonzero(setting.of("innovator"))[0]
    who, what = (grid.ravel() for grid in np.meshgrid(keen, new, indexing="ij"))
    tries = rng.random(len(who)) < _TRIED
    when = setting.goods.launched_day[what] + rng.integers(0, 6, len(who))
    return who[tries], setting.days.workday[when[tries]], what[tries]


def _articles(rng: np.random.Generator, setting: _Setting, account: Integers, day: Integers) -> Integers:
    """The article of each line: from the account's assortment and in season."""
    goods, accounts = setting.goods, len(setting.everyone)
    taste = rng.gamma(0.55, 1.0, (accounts, len(catalogue.FAMILIES))) + 0.02
    weight = taste[:, goods.family] * rng.gamma(0.35, 1.0, (accounts, len(goods.code))) + 1e-6
    weight[:, goods.launched_day >= 0] *= 1.6
    season = catalogue.season(np.arange(1, 13))
    chance, month = rng.random(len(account)), setting.days.month_of_year[day]
    picked = np.empty(len(account), dtype=np.int64)
    for number in range(12):
        edges = np.cumsum(weight * season[goods.family, number], axis=1)
        here = np.nonzero(month == number + 1)[0]
        below = edges[account[here]] < (chance[here] * edges[account[here], -1])[:, None]
        picked[here] = below.sum(axis=1)
    return _known(rng, setting, account, day, picked)


def _known(
    rng: np.random.Generator, setting: _Setting, account: Integers, day: Integers, article: Integers
) -> Integers:
    """A new article that the account has not taken up yet gives way to an older one of its kind."""
    launched = setting.goods.launched_day
    delay = 18 + rng.lognormal(4.2, 0.8, (len(setting.everyone), len(launched)))
    delay[setting.of("innovator") > 0] = 1.0
    old = np.nonzero(launched < 0)[0]
    older = old[np.maximum(np.searchsorted(old, np.arange(len(launched))) - 1, 0)]
    early = (launched[article] >= 0) & (day < launched[article] + delay[account, article])
    return np.where(early, older[article], article)


# ---------------------------------------------------------------- sizes and prices


def _swollen(setting: _Setting, drawn: _Drawn) -> _Drawn:
    """Quantities that follow the plan: month by month where it is kept, else with half of its movement."""
    pace = setting.plan / setting.days.business
    loose = np.sqrt(pace / pace.max(axis=1, keepdims=True))[drawn.account, drawn.day]
    month = np.minimum(months_back(np.arange(DAYS)).astype(np.int64), MONTHS - 1)
    planned = np.stack([np.bincount(month, weights=row, minlength=MONTHS) for row in setting.plan])
    cell = drawn.account * MONTHS + month[drawn.day]
    value = drawn.raw * setting.goods.list_price[drawn.article]
    reached = np.bincount(cell, weights=value, minlength=planned.size)
    held = (planned.ravel() / np.maximum(reached, 1.0))[cell]
    even = setting.of("even")[drawn.account] > 0
    return replace(drawn, raw=drawn.raw * np.where(even, held, loose))


def _discounts(rng: np.random.Generator, setting: _Setting, drawn: _Drawn) -> Integers:
    """Discount of each line in per mille, to the half per cent, that leaves the account its margin.

    The quarters of the larger accounts alternate a little, so that a margin that keeps falling stands out.
    """
    account, back = drawn.account, months_back(drawn.day)
    value = drawn.raw * setting.goods.list_price[drawn.article]
    cost = np.bincount(account, value * setting.goods.cost_share[drawn.article]) / np.bincount(account, value)
    begin, end = (np.array([each.margin[side] for each in setting.everyone])[account] for side in (0, 1))
    slips_for = setting.of("slips_for")
    margin = end + (begin - end) * np.clip(back / slips_for[account], 0, 1)
    level = 1 - cost[account] / (1 - margin)
    large = ((setting.of("documents") > 2.5) & (slips_for > 20))[account]
    level += np.where(large, np.where((back // 3).astype(np.int64) % 2 == 0, -0.006, 0.006), 0.0)
    level += np.where(rng.random(len(level)) < _PROMOTED, 0.05, 0.0)
    rounded: Integers = (np.round(np.clip(level, 0, 0.6) * 200) * 5).astype(np.int64)
    return rounded


def _quantities(setting: _Setting, drawn: _Drawn, discount: Integers) -> Integers:
    """Whole quantities that bring the last year of each account to its planned income."""
    price = setting.goods.list_price[drawn.article]
    income = drawn.raw * price * (1 - discount / 1000 - setting.goods.cost_share[drawn.article])
    last = _last_year(setting.everyone)
    inside = last[drawn.account, drawn.day]
    reached = np.bincount(drawn.account, income * inside, minlength=len(setting.everyone))
    factor = (setting.plan * last).sum(axis=1) / np.maximum(reached, 1.0)
    pack = np.where(price < _CHEAP, _PACK, 1)
    whole: Integers = (
        np.maximum(np.round(drawn.raw * factor[drawn.account] / pack), 1).astype(np.int64) * pack
    )
    return whole


# ---------------------------------------------------------------- what comes back


def _returned(rng: np.random.Generator, setting: _Setting, sold: Lines) -> Lines:
    """Lines that came back within six weeks, whole or in part."""
    rows = np.nonzero(rng.random(len(sold.day)) < setting.of("returns")[sold.account])[0]
    lines = sold.take(rows)
    part = np.where(rng.random(len(rows)) < 0.5, 1.0, rng.uniform(0.1, 0.8, len(rows)))
    return replace(
        lines,
        day=setting.days.workday[np.minimum(lines.day + rng.integers(4, 42, len(rows)), DAYS - 1)],
        document=sold.document.max() + 1 + np.arange(len(rows)),
        quantity=-np.maximum(np.floor(lines.quantity * part), 1).astype(np.int64),
        kind=np.ones(len(rows), dtype=np.int64),
    )


def _cancelled(rng: np.random.Generator, sold: Lines, returned: Lines) -> Lines:
    """A few invoices that were cancelled as a whole the day after."""
    wrong = rng.choice(np.unique(sold.document[sold.day < DAYS - 10]), _CANCELLED, replace=False)
    lines = sold.take(np.isin(sold.document, wrong))
    return replace(
        lines,
        day=lines.day + 1,
        document=lines.document + returned.document.max() + 1,
        quantity=-lines.quantity,
        kind=np.full(len(lines.day), 2, dtype=np.int64),
    )


def _joined(*parts: Lines) -> Lines:
    return Lines(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])})
