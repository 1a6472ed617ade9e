"""What a snapshot keeps of what may come: risk and health of each account, and how well both told the year before.

Pure, and of the ledger alone: a book and its scan go in; rows as the database stores them and JSON come out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from kamerton.analytics import attention, churn, health, telling
from kamerton.analytics.account_table import column
from kamerton.analytics.health import FromLedger
from kamerton.analytics.past import Floats, Past
from kamerton.portfolio import rules

if TYPE_CHECKING:
    from kamerton.analytics.cubes import Book, Flags, Ints, Scan
    from kamerton.analytics.model import Analysis
    from kamerton.analytics.weeks import Weeks

#: Half as likely again as the company's accounts on the whole, and at least so likely: worth a look.
OFTEN, LEAST = 1.5, 0.10
#: Reasons that move the risk by less than a point are left out.
_A_POINT = 0.01
#: Years of the picture of how many are lost a year.
_YEARS = 5
_A_YEAR_IN_WEEKS, _A_QUARTER_IN_WEEKS = 52, 13
#: Returns below it are no rising demand, however they rise.
_LEAST_RETURNS = 0.01
#: The part of the amount that goes at least where an account shrinks hard.
_HALF = 0.5


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """By unit: the values of rules.OUTLOOK_COLUMNS, and JSON of AccountSeries.outlook.

    Of the company: `summary` for its figures, `view` for the page that tells how well it told.
    """

    columns: dict[str, tuple[rules.Stored, ...]]
    series: dict[str, str]
    summary: dict[str, Any]
    view: dict[str, Any]


def outlook(book: Book, scan: Scan, analysis: Analysis) -> Outlook:
    from kamerton.analytics import weeks  # noqa: PLC0415 - Ibis

    past = Past(book)
    learning = churn.Learning(past)
    told, model = learning.evidence(0), learning.model()
    risk = churn.assess(told, model)
    before = _before(learning)
    weekly = weeks.weekly(scan, book)
    weights = health.weights_of(analysis.thresholds)
    bars = [health.from_ledger(past, weekly, at) for at in range(health.BARS)]
    then = health.from_ledger(past, weekly, _A_YEAR_IN_WEEKS)
    healths = _Healths(
        now=_parts(bars[0]),
        month_ago=_parts(bars[health.A_MONTH]),
        weeks=np.column_stack([_ledger_totals(each, weights) for each in reversed(bars)]),
        then=_ledger_totals(then, weights),
    )
    amounts = dict(
        zip(column(analysis.accounts, "account"), attention.amounts_in_window(analysis), strict=True)
    )
    returned = _returned(weekly, analysis.thresholds.alert_quarters + 1)
    return Outlook(
        columns=_columns(book, told, model, risk, before, healths, amounts, analysis),
        series=_series(book, told, risk, healths, bars, returned),
        summary={**_model(model), "risk": _mean(risk.risk), "risk_lost": _mean(risk.lost)},
        view={
            "outlook": {
                "yearly": _yearly(past),
                "rising_returns": [book.units[at] for at in np.flatnonzero(_rises(returned)).tolist()],
                "told": _told(past, before, healths.then, analysis) if before else None,
            }
        },
    )


@dataclass(frozen=True, kw_only=True)
class _Before:
    """What was to be told twelve months ago, by what was known then."""

    told: churn.Evidence
    model: churn.Model
    risk: churn.Risk
    came: churn.Outcome


def _before(learning: churn.Learning) -> _Before | None:
    """None where the ledger does not reach back so far that it would say anything."""
    if learning.past.months < 12 + churn.MONTHS_BEFORE:
        return None
    told = learning.evidence(12)
    if not len(told.who):
        return None
    model = learning.model(12)
    came = churn.outcome(learning.past, 12, told.who)
    return _Before(told=told, model=model, risk=churn.assess(told, model), came=came)


# --- health ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Healths:
    """Of every unit, by the ledger alone; what the rooms know is added by actions.health. Weeks oldest first."""

    now: dict[str, Floats]
    month_ago: dict[str, Floats]  # four weeks ago
    weeks: Floats  # unit x BARS
    then: Floats  # a year ago


def _parts(ledger: FromLedger) -> dict[str, Floats]:
    return {"growth": ledger.growth, "service": ledger.returns}


def _ledger_totals(ledger: FromLedger, weights: Mapping[str, float]) -> Floats:
    return health.totals(_parts(ledger), weights)


# --- rows ------------------------------------------------------------------------------------------------


def _columns(
    book: Book, told: churn.Evidence, model: churn.Model, risk: churn.Risk, before: _Before | None,
    healths: _Healths, amounts: Mapping[str, Decimal], analysis: Analysis,
) -> dict[str, tuple[rules.Stored, ...]]:  # fmt: skip
    size, thresholds = len(book.units), analysis.thresholds
    weights = health.weights_of(thresholds)
    chance, lost = _spread(risk.risk, told.who, size), _spread(risk.lost, told.who, size)
    amount = np.array([max(float(amounts[unit]), 0.0) for unit in book.units])
    going = lost * amount + (chance - lost) * _HALF * amount
    worth_a_look = chance >= max(LEAST, OFTEN * float(risk.risk.mean())) if len(risk.risk) else chance > 1
    total, month_ago = health.totals(healths.now, weights), health.totals(healths.month_ago, weights)
    chance_then = _spread(before.risk.risk, before.told.who, size) if before else np.full(size, np.nan)
    standings = [
        "" if number is None else health.standing(
            number, good=thresholds.health_good, poor=thresholds.health_poor
        )
        for number in _wholes(total)
    ]  # fmt: skip
    columns = (
        _rates(chance), _rates(lost), ["gone" if isnan(each) else model.method for each in chance.tolist()],
        [None if isnan(each) else round(each * 100) for each in going.tolist()], worth_a_look.tolist(),
        _wholes(total), standings, _wholes(total - month_ago), _rates(chance_then), _wholes(healths.then),
    )  # fmt: skip
    return dict(zip(book.units, zip(*columns, strict=True), strict=True))


def _series(
    book: Book,
    told: churn.Evidence,
    risk: churn.Risk,
    healths: _Healths,
    bars: list[FromLedger],
    returned: Floats,
) -> dict[str, str]:
    """JSON by hand, column by column: there are many accounts, and each has some forty figures."""
    ledger = bars[0]
    measures = {"rhythm": ledger.rhythm, "quarter": ledger.quarter, "year": ledger.year}
    columns = [_objects(each) for each in (healths.now, healths.month_ago, measures)]
    weeks = np.where(np.isnan(healths.weeks), -1, healths.weeks).astype(int).tolist()
    reasons = dict(zip(told.who.tolist(), _reasons(told, risk), strict=True))
    back = dict(_by_quarter(returned))
    found = {}
    for at, unit in enumerate(book.units):
        now, month_ago, growth = (column[at] for column in columns)
        bars_of = ",".join("null" if value < 0 else str(value) for value in weeks[at])
        why = f',"reasons":[{reasons[at]}]' if at in reasons else ""
        came = f',"returned":[{back[at]}]' if at in back else ""
        found[unit] = (
            f'{{"growth":{growth},"ledger":{now},"month_ago":{month_ago}{why}{came},"weeks":[{bars_of}]}}'
        )
    return found


def _returned(weekly: Weeks, quarters: int) -> Floats:
    """Unit x quarter of 13 weeks, oldest first: what came back of what was bought; NaN where nothing was."""
    ends = [_A_QUARTER_IN_WEEKS * at for at in reversed(range(quarters))]
    bought = np.column_stack([weekly.bought(end, end + _A_QUARTER_IN_WEEKS) for end in ends])
    sold = np.column_stack([weekly.sold(end, end + _A_QUARTER_IN_WEEKS) for end in ends])
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Floats = np.where(bought > 0, np.maximum(bought - sold, 0.0) / bought, np.nan)
    return result


def _rises(returned: Floats) -> Flags:
    """More came back in each of the last quarters than in the one before, and enough to be worth a word."""
    with np.errstate(invalid="ignore"):
        rising: Flags = np.all(np.diff(returned, axis=1) > 0, axis=1) & (returned[:, -1] >= _LEAST_RETURNS)
    return rising


def _by_quarter(returned: Floats) -> Iterator[tuple[int, str]]:
    """JSON values of the units of which anything came back."""
    for at in np.flatnonzero(np.nansum(returned, axis=1) > 0).tolist():
        rates = np.round(returned[at], 4).tolist()
        yield at, ",".join("null" if isnan(rate) else str(rate) for rate in rates)


def _objects(columns: Mapping[str, Floats]) -> list[str]:
    """One JSON object a unit, of what is known."""
    told = [_pairs(name, values, 1) for name, values in columns.items()]
    return ["{" + ",".join(filter(None, row)) + "}" for row in zip(*told, strict=True)]


def _pairs(name: str, values: Floats, digits: int) -> list[str]:
    """ "name": value, or nothing where it is not known."""
    return ["" if isnan(value) else f'"{name}":{value}' for value in np.round(values, digits).tolist()]


def _reasons(told: churn.Evidence, risk: churn.Risk) -> list[str]:
    """What moves the risk away from the average, most first, each with the figures that a sentence needs."""
    order = np.argsort(-np.abs(risk.points), axis=1, kind="stable")
    rounded = np.round(risk.points, 4)
    texts = np.full(risk.points.shape, "", dtype=object)
    for at, name in enumerate(churn.MEASURES):
        moved = np.flatnonzero(np.abs(rounded[:, at]) >= _A_POINT)
        points, figures = rounded[moved, at].tolist(), _figures(name, told, moved)
        texts[moved, at] = [
            f'{{"measure":"{name}","points":{each}{more}}}'
            for each, more in zip(points, figures, strict=True)
        ]
    rows = np.take_along_axis(texts, order, axis=1).tolist()
    return [",".join(filter(None, row)) for row in rows]


def _figures(measure: str, told: churn.Evidence, at: Ints) -> list[str]:
    """`now` and `before` of a measure, of some accounts: days, amounts, counts or rates."""
    middle = float(np.median(told.bought)) if len(told.bought) else 0.0
    of: dict[str, tuple[Any, Any]] = {
        "silence": (told.silent, None),
        "rhythm": (told.silent, told.usual_gap),
        "purchases": (told.no_purchase, None),
        "frequency": (told.bought, np.full(len(told.bought), middle)),
        "trend": (told.half, told.half_before),
        "season": (told.quarter, told.quarter_before),
        "level": (told.now, told.usual),
        "basket": (told.basket, told.basket_before),
        "margin": (told.margin, None),
        "returns": (told.returns, None),
        "tenure": (told.tenure, None),
    }
    told_of = [
        _pairs(name, np.asarray(values, dtype=np.float64)[at], 4)
        for name, values in zip(("now", "before"), of[measure], strict=True) if values is not None
    ]  # fmt: skip
    return ["".join(f",{pair}" for pair in row if pair) for row in zip(*told_of, strict=True)]


def _spread(values: Floats, who: Ints, size: int) -> Floats:
    result = np.full(size, np.nan)
    result[who] = values
    return result


def _rates(values: Floats) -> list[float | None]:
    """To a hundredth of a per cent: more would only look exact."""
    return [None if isnan(each) else round(each, 4) for each in values.tolist()]


def _wholes(values: Floats) -> list[int | None]:
    return [None if isnan(each) else int(each) for each in values.tolist()]


# --- the company -----------------------------------------------------------------------------------------


def _mean(values: Floats) -> float | None:
    return round(float(values.mean()), 4) if len(values) else None


def _model(model: churn.Model) -> dict[str, Any]:
    return {"method": model.method, "rows": model.rows, "events": model.events, "origins": model.origins}


def _yearly(past: Past) -> list[dict[str, Any]]:
    """Of the accounts active in twelve months, how many were lost in the next twelve; oldest first."""
    found = []
    for year in range(_YEARS):
        back = 12 * (year + 1)
        if back + churn.MONTHS_BEFORE > past.months:
            break
        who = np.flatnonzero(past.active(back))
        came = churn.outcome(past, back, who)
        if len(who):
            found.append({"to": past.date(back - 12).isoformat(), "active": len(who), "lost": int(came.lost.sum()),
                          "shrunk": int(came.shrunk.sum())})  # fmt: skip
    return found[::-1]


def _told(past: Past, before: _Before, health_then: Floats, analysis: Analysis) -> dict[str, Any]:
    """What was told a year ago beside what came: of churn risk, health, silence alone and BG/NBD alone."""
    came, told = before.came, before.told
    of_health = health_then[told.who]
    silent = told.silent.astype(np.float64)
    return {
        "on": past.date(12).isoformat(),
        "model": _model(before.model),
        "accounts": len(told.who),
        "lost": int(came.lost.sum()),
        "shrunk": int(came.shrunk.sum()),
        "figures": {
            "risk": _measured(before.risk.lost, before.risk.risk, came),
            "health": _measured(-of_health, -of_health, came),
            "silence": _measured(silent, silent, came),
            "purchases": _measured(told.no_purchase, told.no_purchase, came),
        },
        "tenths": {
            "shrunk": [asdict(each) for each in telling.tenths(before.risk.risk, came.shrunk)],
            "lost": [asdict(each) for each in telling.tenths(before.risk.lost, came.lost)],
        },
        "standings": _standings(of_health, came, analysis),
    }


def _measured(for_lost: Floats, for_shrunk: Floats, came: churn.Outcome) -> dict[str, Any]:
    def of(figure: Floats, happened: Flags) -> dict[str, float | None]:
        known = ~np.isnan(figure)
        auc, lift = (each(figure[known], happened[known]) if known.any() else None
                     for each in (telling.auc, telling.lift))  # fmt: skip
        return {"auc": _or_none(auc), "lift": _or_none(lift)}

    return {"lost": of(for_lost, came.lost), "shrunk": of(for_shrunk, came.shrunk)}


def _or_none(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _standings(of_health: Floats, came: churn.Outcome, analysis: Analysis) -> list[dict[str, Any]]:
    """What came of good, middling and poor health, by the lines of today."""
    good, poor = analysis.thresholds.health_good, analysis.thresholds.health_poor
    named = np.array(
        [
            "" if isnan(each) else health.standing(int(each), good=good, poor=poor)
            for each in of_health.tolist()
        ]
    )
    return [
        {"standing": name, "accounts": int((named == name).sum()), "lost": int(came.lost[named == name].sum()),
         "shrunk": int(came.shrunk[named == name].sum())}
        for name in ("poor", "middling", "good")
    ]  # fmt: skip
