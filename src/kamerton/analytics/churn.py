"""The chance that an account is lost or shrinks hard within twelve months, with what speaks for it and against (FBK-04).

Lost: not one purchase in the twelve months. Shrunk hard: turnover below half of that of the twelve months before; the
lost are among them. Asked of accounts that bought in the twelve months to the date: the others are lost already.

Two logistic models, P(lost) and P(shrinks | stays), so risk = P(lost) + (1 - P(lost)) x P(shrinks | stays). Each takes
the same few measures, standardised among the company's own accounts at the date by their ranks: normal scores, and for
silences minus the logarithm of the share that is silent for longer, as only long ones say something. What an account
cannot tell stands at the average.

Weights start from `DEFAULT`, set on general grounds and compared on several companies (docs/decisions/0007), and are
moved by the company's own past as far as it is long: at earlier dates the measures of then are set beside what came in
the twelve months after (rolling origins), and the weights found that are the likeliest given both (a Gaussian prior of
precision `PRIOR`, counted in the weight of observations). Little history moves them little; none leaves them. Nothing
is drawn at random; Newton's method finds the one maximum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from kamerton.analytics import lifetime
from kamerton.analytics.cubes import Flags, Ints
from kamerton.analytics.past import Past, Purchases, over
from kamerton.analytics.telling import ranks

Floats = npt.NDArray[np.float64]
Method = Literal["own_past", "default", "gone"]

#: Measure -> weight in P(lost) and in P(shrinks | stays) where the company's past says nothing else.
DEFAULT: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "silence": (1.0, 0.3),  # days since the last purchase
        "rhythm": (0.3, 0.2),  # the same against the account's own usual gap
        "purchases": (0.3, 0.0),  # BG/NBD: chance of no purchase in the next twelve months
        "frequency": (0.1, 0.0),  # few purchase days in the twelve months
        "trend": (0.2, 0.4),  # last six months against the six before: amount and purchase days
        "season": (0.1, 0.1),  # last three months against the same of the year before: purchase days
        "level": (0.0, 0.3),  # a year above what is usual for it: what is unusual seldom repeats itself
        "basket": (0.05, 0.05),  # fewer lines a purchase than before
        "margin": (0.0, 0.0),
        "returns": (0.05, 0.05),
        "tenure": (0.0, 0.0),  # not long a customer
    }
)
MEASURES: tuple[str, ...] = tuple(DEFAULT)
#: Base rates where nothing else is known: a fifth lost, a quarter of the others shrinking.
BASE = (0.20, 0.25)
#: Precision of the prior of a weight, and of a base rate.
PRIOR, PRIOR_BASE = 80.0, 1.0
#: Origins stand three months apart and their outcomes overlap: an account counts about as often as it is new.
ORIGINS, APART, WEIGHT = 4, 3, 0.35
#: An origin needs about a year before it, as today has one; and fewer outcomes than these say nothing of one's own.
MONTHS_BEFORE, MIN_ROWS, MIN_EVENTS = 11, 50, 10
#: So many accounts of an origin are enough: every second or third is taken where there are more.
MOST_ROWS = 5_000
HALF = 0.5
_DAYS_A_YEAR = 365.25
_STEPS = 50


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The measures at a date, of the units that bought in the twelve months to it."""

    who: Ints  # units
    scores: Floats  # who x MEASURES: higher is riskier
    silent: Ints  # days since the last purchase
    usual_gap: Floats  # days; of few purchases drawn towards what is usual in the company
    now: Floats  # turnover of the twelve months
    usual: Floats  # turnover of a year that is usual for it
    half: Floats  # of the last six months
    half_before: Floats  # of the six before
    bought: Floats  # purchase days of the twelve months
    quarter: Floats  # purchase days of the last three months
    quarter_before: Floats  # of the same three a year before
    basket: Floats  # lines a purchase day of the last six months; NaN without one
    basket_before: Floats  # of the year and a half before
    margin: Floats  # NaN: not known
    returns: Floats
    tenure: Ints  # days since the first purchase
    no_purchase: Floats  # BG/NBD alone; NaN without a fit
    gone: Floats  # BG/NBD: chance that it is not alive; NaN without a fit


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came in the twelve months after, of the units of an evidence."""

    lost: Flags
    shrunk: Flags  # lost ones among them


@dataclass(frozen=True, kw_only=True)
class Model:
    """Weights, the base first, then in the order of MEASURES."""

    method: Method
    lost: Floats
    shrinks: Floats
    rows: int = 0  # accounts at dates of the past
    events: int = 0  # how many of them were lost or shrank
    origins: int = 0


@dataclass(frozen=True, kw_only=True)
class Risk:
    """Of the units of an evidence. `points`: risk less what it would be if the measure were average; who x MEASURES."""

    lost: Floats
    risk: Floats
    points: Floats


def evidence(past: Past, back: int = 0) -> Evidence:
    """Read off the past; fits BG/NBD once, on everybody who has bought by then."""
    seen, active = past.purchases(past.date(back)), past.active(back)
    who = np.flatnonzero(active)
    no_purchase, gone = _purchase_model(seen, who)

    def told(table: Floats, start: int, end: int) -> Floats:
        return over(table, back + start, back + end)[who]

    now, before = told(past.turnover, 0, 12), told(past.turnover, 12, 24)
    half, half_before = told(past.turnover, 0, 6), told(past.turnover, 6, 12)
    bought = told(past.bought, 0, 12)
    quarter, quarter_before = told(past.bought, 0, 3), told(past.bought, 12, 15)
    age, silent = seen.age[who], seen.silent[who]
    usual_gap, usual = seen.usual_gap(who), _usual_year(now, before, age)
    gross, cost = told(past.gross, 0, 12), told(past.cost, 0, 12)
    margin = _part(now - cost, now) if past.has_cost else np.full(len(who), np.nan)
    returns = _part(gross - now, gross)
    basket = _part(told(past.lines, 0, 6), told(past.bought, 0, 6))
    basket_before = _part(told(past.lines, 6, 24), told(past.bought, 6, 24))
    old_enough = age >= 1.25 * _DAYS_A_YEAR
    measures = {
        "silence": silent.astype(np.float64),
        "rhythm": np.log1p(silent) - np.log1p(usual_gap),
        "purchases": no_purchase,
        "frequency": -bought,
        "trend": -_change(half, half_before, now) - _ratio(told(past.bought, 0, 6), told(past.bought, 6, 12)),
        "season": np.where(old_enough, -_ratio(quarter, quarter_before), np.nan),
        "level": np.log(_above_zero(now, now) / _above_zero(usual, now)),
        "basket": -_ratio(basket, basket_before),
        "margin": -margin,
        "returns": returns,
        "tenure": -age.astype(np.float64),
    }
    scores = [_tail_score(measures[name]) if name in ("silence", "rhythm") else _score(measures[name])
              for name in MEASURES]  # fmt: skip
    return Evidence(
        who=who, scores=np.column_stack(scores) if scores else np.zeros((0, 0)), silent=silent,
        usual_gap=usual_gap, now=now, usual=usual, half=half, half_before=half_before, bought=bought,
        quarter=quarter, quarter_before=quarter_before, basket=basket, basket_before=basket_before,
        margin=margin, returns=returns, tenure=age, no_purchase=no_purchase, gone=gone,
    )  # fmt: skip


def outcome(past: Past, back: int, who: Ints) -> Outcome:
    """What the twelve months after the date brought; `back` at least 12."""
    lost = over(past.bought, back - 12, back)[who] == 0
    after, before = over(past.turnover, back - 12, back)[who], over(past.turnover, back, back + 12)[who]
    shrunk: Flags = lost | (after < HALF * before)
    return Outcome(lost=lost, shrunk=shrunk)


class Learning:
    """Evidence and models of a past, each worked out once: the origins of two dates are mostly the same."""

    def __init__(self, past: Past) -> None:
        self.past = past
        self._kept: dict[int, Evidence] = {}

    def evidence(self, back: int) -> Evidence:
        if back not in self._kept:
            self._kept[back] = evidence(self.past, back)
        return self._kept[back]

    def origins(self, back: int) -> list[int]:
        """Months back of the dates whose outcomes were known on the date `back`, the latest first."""
        asked = (back + 12 + APART * at for at in range(ORIGINS))
        return [each for each in asked if each + MONTHS_BEFORE <= self.past.months]

    def model(self, back: int = 0) -> Model:
        """Made of nothing that was not known on the date."""
        learned = []
        for origin in self.origins(back):
            told = self.evidence(origin)
            came = outcome(self.past, origin, told.who)
            step = -(-len(told.who) // MOST_ROWS) or 1
            learned.append((told.scores[::step], came.lost[::step], came.shrunk[::step]))
        return learn(learned)


def learn(learned: Sequence[tuple[Floats, Flags, Flags]]) -> Model:
    """The likeliest weights given (scores, lost, shrunk) at dates of the past and the default; that where they are few."""
    lost_prior, shrinks_prior = (_prior(at) for at in (0, 1))
    rows = sum(len(lost) for _, lost, _ in learned)
    events = int(sum(shrunk.sum() for _, _, shrunk in learned))
    if rows < MIN_ROWS or min(events, rows - events) < MIN_EVENTS:
        return Model(method="default", lost=lost_prior, shrinks=shrinks_prior)
    scores = np.vstack([each for each, _, _ in learned])
    lost, shrunk = (np.concatenate([each[at] for each in learned]) for at in (1, 2))
    stayed = ~lost
    return Model(
        method="own_past",
        lost=_likeliest(scores, lost, lost_prior),
        shrinks=_likeliest(scores[stayed], shrunk[stayed], shrinks_prior),
        rows=rows,
        events=events,
        origins=len(learned),
    )


def assess(told: Evidence, model: Model) -> Risk:
    lost_odds, shrink_odds = (
        weights[0] + told.scores @ weights[1:] for weights in (model.lost, model.shrinks)
    )
    lost, risk = _together(lost_odds, shrink_odds)
    points = np.column_stack(
        [
            risk
            - _together(
                lost_odds - told.scores[:, at] * model.lost[at + 1],
                shrink_odds - told.scores[:, at] * model.shrinks[at + 1],
            )[1]
            for at in range(len(MEASURES))
        ]
    )
    return Risk(lost=lost, risk=risk, points=points)


def _together(lost_odds: Floats, shrink_odds: Floats) -> tuple[Floats, Floats]:
    from scipy.special import expit  # noqa: PLC0415

    lost: Floats = expit(lost_odds)
    return lost, lost + (1 - lost) * expit(shrink_odds)


# --- measures --------------------------------------------------------------------------------------------


def _purchase_model(seen: Purchases, who: Ints) -> tuple[Floats, Floats]:
    """BG/NBD: chance of no purchase within a year, and of not being alive, of `who`; NaN where it cannot be fitted.

    No purchase while alive: a Gamma(r + x, alpha + T) mixture of Poissons, so ((alpha + T) / (alpha + T + t))^(r + x).
    """
    known = seen.days > 0
    fitted = lifetime.fit_bg_nbd(seen.frequency[known], seen.recency[known], seen.age[known])
    if isinstance(fitted, lifetime.NoFit):
        return np.full(len(who), np.nan), np.full(len(who), np.nan)
    x, age = seen.frequency[who], seen.age[who]
    alive = fitted.p_alive(x, seen.recency[who], age)
    none = ((fitted.alpha + age) / (fitted.alpha + age + _DAYS_A_YEAR)) ** (fitted.r + x)
    return 1 - alive * (1 - none), 1 - alive


def _usual_year(now: Floats, before: Floats, age: Ints) -> Floats:
    """The year before as far as the account was there, with half a year of the company's middle account beside it."""
    middle = float(np.median(np.maximum(now, 0.0))) if len(now) else 0.0
    there = np.clip(age / _DAYS_A_YEAR - 1, 0.0, 1.0)
    result: Floats = (np.maximum(before, 0.0) + HALF * middle) / (there + HALF)
    return result


def _above_zero(amount: Floats, now: Floats) -> Floats:
    """For a logarithm: never below a twentieth of the company's middle year."""
    middle = float(np.median(np.maximum(now, 0.0))) if len(now) else 0.0
    result: Floats = np.maximum(amount, 0.0) + 0.05 * middle + 1e-9
    return result


def _change(after: Floats, before: Floats, now: Floats) -> Floats:
    """Logarithm of the change of an amount; a tenth of the account's year is added so that nothing is not infinite."""
    middle = float(np.median(np.maximum(now, 0.0))) if len(now) else 0.0
    floor = 0.1 * np.maximum(now, 0.0) + 0.02 * middle + 1e-9
    result: Floats = np.log((np.maximum(after, 0.0) + floor) / (np.maximum(before, 0.0) + floor))
    return result


def _ratio(after: Floats, before: Floats) -> Floats:
    """Logarithm of the change of a count."""
    result: Floats = np.log((after + 0.5) / (before + 0.5))
    return result


def _part(part: Floats, whole: Floats) -> Floats:
    """NaN where the whole is not positive."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole, np.nan)


def _places(values: Floats, known: Flags) -> Floats:
    """Place among the known ones, between 0 and 1."""
    result: Floats = (ranks(values[known]) - 0.5) / int(known.sum())
    return result


def _score(values: Floats) -> Floats:
    """Normal scores of the ranks, of unit spread; 0 where not known, or where all are the same."""
    from scipy.special import ndtri  # noqa: PLC0415

    known, scores = ~np.isnan(values), np.zeros(len(values))
    if int(known.sum()) > 1:
        told = ndtri(_places(values, known))
        spread = float(told.std())
        scores[known] = told / spread if spread > 1e-9 else 0.0
    return scores


def _tail_score(values: Floats) -> Floats:
    """Minus the logarithm of the share that lies above, less 1, so that the mean is about 0."""
    known, scores = ~np.isnan(values), np.zeros(len(values))
    if int(known.sum()) > 1 and float(np.ptp(values[known])) > 0:
        scores[known] = -np.log1p(-_places(values, known)) - 1
    return scores


# --- fitting ---------------------------------------------------------------------------------------------


def _prior(at: int) -> Floats:
    base = BASE[at]
    return np.array([np.log(base / (1 - base)), *(DEFAULT[name][at] for name in MEASURES)])


def _likeliest(scores: Floats, happened: Flags, prior: Floats) -> Floats:
    """Maximum a posteriori of a logistic regression: concave, so Newton's method finds it."""
    from scipy.special import expit  # noqa: PLC0415

    table = np.column_stack([np.ones(len(scores)), scores])
    pull = np.r_[PRIOR_BASE, np.full(scores.shape[1], PRIOR)]
    weights = prior.copy()
    for _ in range(_STEPS):
        chance = expit(table @ weights)
        slope = WEIGHT * (table.T @ (happened - chance)) - pull * (weights - prior)
        bend = WEIGHT * (table * (chance * (1 - chance))[:, None]).T @ table + np.diag(pull)
        step = np.linalg.solve(bend, slope)
        # A step that is too long for the curve is cut: the maximum is near, and the next one ends there.
        weights = weights + step / max(1.0, float(np.abs(step).max()))
        if float(np.abs(step).max()) < 1e-10:
            break
    return weights
