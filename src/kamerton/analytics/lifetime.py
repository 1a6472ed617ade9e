"""What an account will still bring: BG/NBD, Gamma-Gamma and the lifetime value made of them.

Notation of Fader, Hardie & Lee (2005), "Counting Your Customers the Easy Way", Marketing Science 24(2):

* frequency ``x``: repeat purchases, that is distinct purchase days minus one;
* recency ``t_x``: time from the first to the last purchase;
* age ``T``: time from the first purchase to the day of the question.

All three times of one call are in one unit, which the fitted model carries as ``unit``. Arrays have one
entry an account. A fit that cannot be made is a :class:`NoFit` with its reason, never NaN or an exception.
SciPy is imported inside the functions: a process that fits nothing does not pay for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Method = Literal["bg_nbd_gamma_gamma", "retention_rate", "none"]
Reason = Literal["too_few_accounts", "too_few_repeat_accounts", "not_converged"]
TimeUnit = Literal["days", "weeks"]
Derivatives = tuple[float, Floats, Floats]  # value, first and second derivatives
Objective = Callable[[Floats], Derivatives]

#: Fewer accounts with a repeat purchase than this say too little about four parameters.
MIN_REPEAT_ACCOUNTS = 30
DAYS_PER_MONTH = 365.25 / 12
#: Nodes of the Gauss-Jacobi rule over the drop-out probability: up to this growth of time (t over alpha + T),
#: this many; the young accounts beyond it need the second number. Expected purchases then hold to 1e-6.
_GROWTH, _NODES, _NODES_YOUNG = 8.0, 24, 80
#: Chebyshev ages at which the value of accounts with the same number of purchases is taken.
_AGES = 20
#: Parameters are sought between exp(-10) and exp(10), on time scaled to a mean gap of about one.
_BOUND = 10.0
#: Steps of a fit, the slope at which it ends, and the slope that is still an end when rounding stops it.
_STEPS, _FLAT, _NEARLY_FLAT = 100, 1e-7, 1e-4
#: Beyond this multiple of the mean that was seen, the fitted mean of a spend is an artefact of a heavy tail.
_TRUSTED_MEAN = 3.0


@dataclass(frozen=True, kw_only=True)
class NoFit:
    """Why a model could not be fitted, and how many accounts were usable."""

    reason: Reason
    accounts: int
    repeat_accounts: int


@dataclass(frozen=True, kw_only=True)
class BgNbd:
    """A fitted BG/NBD model: purchases are Gamma(r, alpha) Poisson, drop-out after one is Beta(a, b).

    ``alpha`` and every time handed to the methods are in ``unit``; ``log_likelihood`` belongs to times in
    that unit, as the papers print it.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    customers: int
    unit: TimeUnit = "days"

    def p_alive(self, x: npt.ArrayLike, t_x: npt.ArrayLike, age: npt.ArrayLike) -> Floats:
        """Probability that the account still buys (Fader & Hardie, note 021). 1 by assumption where x = 0."""
        from scipy.special import expit  # noqa: PLC0415

        x, t_x, age = _floats(x), _floats(t_x), _floats(age)
        log_odds_gone = (
            (self.r + x) * (np.log(self.alpha + age) - np.log(self.alpha + t_x))
            + np.log(self.a)
            - np.log(self.b + np.maximum(x, 1.0) - 1.0)
        )
        return np.where(x > 0, expit(-log_odds_gone), 1.0)

    def expected_purchases(
        self, t: npt.ArrayLike, x: npt.ArrayLike, t_x: npt.ArrayLike, age: npt.ArrayLike
    ) -> Floats:
        """Purchases expected in the next ``t`` (one for all, or one an account): equation (10)."""
        x, age = np.atleast_1d(_floats(x)), np.atleast_1d(_floats(age))
        x, age, ahead = np.broadcast_arrays(x, age, _floats(t))
        if_alive = self._purchases_if_alive(ahead[:, None], x, age)[:, 0]
        return if_alive * self.p_alive(x, t_x, age)

    def discounted_purchases(
        self, ends: Floats, factors: Floats, *, x: npt.ArrayLike, t_x: npt.ArrayLike, age: npt.ArrayLike
    ) -> Floats:
        """Sum over periods, given by their ends (ascending), of purchases expected in each times its factor.

        Summation by parts: every end's cumulative purchases count with the factor that is lost at that end.
        The curve over time is smooth, for young accounts on a logarithmic scale: a few Chebyshev times, with
        the weights that their interpolation gives the ends, tell the same sum to 1e-7.
        """
        x, age = np.atleast_1d(_floats(x)), np.atleast_1d(_floats(age))
        lost = factors - np.append(factors[1:], 0.0)
        if_alive = _by_ages(lambda x, age: self._weighed_if_alive(ends, lost, x, age), self.alpha, x, age)
        return if_alive * self.p_alive(x, t_x, age)

    def _weighed_if_alive(self, ends: Floats, lost: Floats, x: Floats, age: Floats) -> Floats:
        """Sum over the ends of the purchases until each times its weight, given alive at ``age``."""
        young = ends[-1] > _GROWTH * (self.alpha + age)
        total = np.empty(len(x))
        for group, (times, weights) in (
            (~young, _chebyshev_times(ends, lost, 16)),
            (young, _chebyshev_times(ends, lost, 24, bend=self.alpha)),
        ):
            members = np.flatnonzero(group)
            members = members[np.argsort(x[members], kind="stable")]  # like histories share a quadrature rule
            for start in range(0, len(members), 512):  # so many accounts x nodes x times stay near the cache
                part = members[start : start + 512]
                total[part] = self._purchases_if_alive(times[None, :], x[part], age[part]) @ weights
        return total

    def _purchases_if_alive(self, t: Floats, x: Floats, age: Floats) -> Floats:
        """Expected purchases until ``t`` (accounts x times) given alive at ``age``.

        Equation (10) writes this with a Gauss hypergeometric function, which overflows or takes seconds
        for hundreds of purchases and is singular at a = 1. Euler's integral of the same function,
        E over p ~ Beta(a, b + x) of (1 - (1 + p t / (alpha + T))^-(r + x)) / p, has a smooth positive
        integrand, and a Gauss-Jacobi rule gives it for every parameter.
        """
        growth = t / (self.alpha + age[:, None])
        young = growth.max(axis=1) > _GROWTH
        purchases = np.empty(growth.shape)
        for part, count in ((~young, _NODES), (young, _NODES_YOUNG)):
            if part.any():
                purchases[part] = self._integrated(growth[part], x[part], count)
        return purchases

    def _integrated(self, growth: Floats, x: Floats, count: int) -> Floats:
        p, weights = _beta_expectation(self.a, self.b + x, count)
        p = np.maximum(p, 1e-9)  # the integrand is flat below
        gone = growth[:, :, None] * p[:, None, :]  # becomes (1 + p growth)^-(r + x), in place
        gone += 1.0
        np.log(gone, out=gone)
        gone *= -(self.r + x)[:, None, None]
        np.exp(gone, out=gone)
        weights /= p
        purchases: Floats = weights.sum(axis=1)[:, None] - np.einsum("atp,ap->at", gone, weights)
        return purchases


@dataclass(frozen=True, kw_only=True)
class GammaGamma:
    """A fitted Gamma-Gamma model of the amount of a purchase (Fader & Hardie 2013, note 025).

    ``v`` is in the currency of the amounts. ``observed_mean`` is the mean over the accounts of the fit.
    """

    p: float
    q: float
    v: float
    log_likelihood: float
    customers: int
    excluded: int  # repeat accounts whose mean amount is not positive
    observed_mean: float

    def population_mean(self) -> float:
        """p v / (q - 1); the observed mean where q <= 1 (no finite mean) or the fitted one is far above."""
        if self.q <= 1.0:
            return self.observed_mean
        fitted = self.p * self.v / (self.q - 1.0)
        return fitted if fitted <= _TRUSTED_MEAN * self.observed_mean else self.observed_mean

    def expected_value(self, x: npt.ArrayLike, mean: npt.ArrayLike) -> Floats:
        """Expected amount of a purchase, equation (5): between the population's mean and the account's own.

        ``mean`` is read where x > 0 and the mean is positive; elsewhere the population's mean stands.
        With q <= 1 there is no population mean to pull from, and an account's own mean stands as it is.
        """
        x, mean = np.atleast_1d(_floats(x)), np.atleast_1d(_floats(mean))
        known = (x > 0) & (mean > 0)
        seen, amount = np.where(known, x, 1.0), np.where(known, mean, 0.0)
        own = self.p * (self.v + seen * amount) / (self.p * seen + self.q - 1.0) if self.q > 1.0 else amount
        return np.where(known, own, self.population_mean())


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Everything that a reader needs to compute a lifetime value again."""

    purchases: BgNbd | NoFit
    spend: GammaGamma | NoFit
    retention_rate: float | None  # a year
    horizon_years: float
    discount_rate: float  # a year


@dataclass(frozen=True, kw_only=True)
class LifetimeValues:
    """One entry an account. Amounts in the currency given; NaN where ``method`` is "none".

    ``p_alive`` is NaN where the model cannot tell: no model, or no repeat purchase yet.
    """

    future: Floats
    total: Floats
    p_alive: Floats
    method: list[Method]
    parameters: Parameters


def fit_bg_nbd(
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    age: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    unit: TimeUnit = "days",
    min_repeat_accounts: int = MIN_REPEAT_ACCOUNTS,
) -> BgNbd | NoFit:
    """Maximum likelihood of Fader, Hardie & Lee (2005), equation (6). ``weights``: customers per row.

    Rows that no purchase history can have (negative, not finite, recency beyond age) are left out.
    """
    x, t_x, t, w = _history(frequency, recency, age, weights)
    repeat = float(w[x > 0].sum())
    if repeat < min_repeat_accounts:
        few = float(w.sum()) < min_repeat_accounts
        reason: Reason = "too_few_accounts" if few else "too_few_repeat_accounts"
        return NoFit(reason=reason, accounts=int(w.sum()), repeat_accounts=int(repeat))
    # Time in units of the mean gap between purchases: alpha is then near r whatever the business is like.
    scale = float((w * x).sum() / (w * t).sum())
    likelihood = _Purchases(x, t_x * scale, t * scale, w)
    found = _maximise(likelihood, ((1.0, 1.0, 0.5, 5.0), (0.3, 0.5, 1.0, 3.0), (3.0, 3.0, 0.1, 10.0)))
    if found is None:
        return NoFit(reason="not_converged", accounts=int(w.sum()), repeat_accounts=int(repeat))
    (r, alpha, a, b), value = found
    return BgNbd(
        r=r,
        alpha=alpha / scale,
        a=a,
        b=b,
        # Each repeat purchase is a density in time: back to the caller's unit.
        log_likelihood=value * float(w.sum()) + float((w * x).sum()) * float(np.log(scale)),
        customers=int(w.sum()),
        unit=unit,
    )


def fit_gamma_gamma(
    frequency: npt.ArrayLike, monetary: npt.ArrayLike, *, min_repeat_accounts: int = MIN_REPEAT_ACCOUNTS
) -> GammaGamma | NoFit:
    """Maximum likelihood of note 025, equation (1a). ``monetary``: mean amount over the repeat purchases.

    Accounts without a repeat purchase carry no information; those whose mean is not positive (returns
    above sales) have no likelihood here: both are left out, the latter counted in ``excluded``.
    """
    x, mean = np.broadcast_arrays(np.atleast_1d(_floats(frequency)), np.atleast_1d(_floats(monetary)))
    repeat = np.isfinite(x) & (x > 0)
    usable = repeat & np.isfinite(mean) & (mean > 0)
    count, repeats = int(usable.sum()), int(repeat.sum())
    if count < min_repeat_accounts:
        return NoFit(reason="too_few_repeat_accounts", accounts=len(x), repeat_accounts=count)
    x, mean = x[usable], mean[usable]
    scale = 1.0 / float(mean.mean())
    starts = ((2.0, 3.0, 1.0), (1.0, 1.0, 1.0), (10.0, 3.0, 0.3))
    found = _maximise(_Spend(x, mean * scale), starts)
    if found is None:
        return NoFit(reason="not_converged", accounts=len(x), repeat_accounts=count)
    (p, q, v), value = found
    return GammaGamma(
        p=p,
        q=q,
        v=v / scale,
        log_likelihood=(float(np.log(scale)) + value) * count,
        customers=count,
        excluded=repeats - count,
        observed_mean=1.0 / scale,
    )


def lifetime_values(
    *,
    frequency: npt.ArrayLike,
    recency_days: npt.ArrayLike,
    age_days: npt.ArrayLike,
    monetary: npt.ArrayLike,
    margin: npt.ArrayLike,
    past_income: npt.ArrayLike,
    annual_income: npt.ArrayLike | None = None,
    retention_rate: float | None = None,
    horizon_years: float = 5,
    discount_rate: float = 0.10,
    min_repeat_accounts: int = MIN_REPEAT_ACCOUNTS,
) -> LifetimeValues:
    """Past income plus expected discounted future income of each account (docs/formulas.md, Value).

    ``monetary`` is turnover a repeat purchase day, ``margin`` income / turnover of the account or of the
    book (1 where the basis is turnover), ``annual_income`` the income of the last twelve months (without
    it: past income by years of age, one at least), ``retention_rate`` the share of accounts kept a year.

    The method is the best that the history carries, account by account: BG/NBD x Gamma-Gamma in monthly
    steps, each discounted to its end; else income x retention in yearly steps; else none.
    """
    given = (frequency, recency_days, age_days, monetary, margin, past_income)
    x, t_x, age, mean, margin_of, past = np.broadcast_arrays(
        *(np.atleast_1d(_floats(each)) for each in given)
    )
    models = Parameters(
        purchases=fit_bg_nbd(x, t_x, age, min_repeat_accounts=min_repeat_accounts),
        spend=fit_gamma_gamma(x, mean, min_repeat_accounts=min_repeat_accounts),
        retention_rate=retention_rate,
        horizon_years=horizon_years,
        discount_rate=discount_rate,
    )
    a_year = past / np.maximum(age / 365.25, 1.0) if annual_income is None else _floats(annual_income)
    modelled, p_alive = _modelled_turnover(models, x, t_x, age, mean)
    future = modelled * margin_of
    by_model = np.isfinite(future)
    future = np.where(by_model, future, a_year * _years_of_income(models))
    return LifetimeValues(
        future=future,
        total=past + future,
        p_alive=np.where(by_model & (x > 0), p_alive, np.nan),
        method=_methods(by_model, np.isfinite(future)),
        parameters=models,
    )


def retention_multiple(retention_rate: float, discount_rate: float, horizon_years: float) -> float:
    """Sum over t = 1..horizon of (r / (1 + i))^t: years of income to come. A broken last year counts in part.

    Over an infinite horizon r / (1 + i - r) (Berger & Nasr 1998): r = 0.8, i = 0.1 gives 2.67.
    """
    kept = retention_rate / (1.0 + discount_rate)
    if np.isinf(horizon_years):
        return kept / (1.0 - kept)
    whole = int(horizon_years)
    years = float(sum(kept**year for year in range(1, whole + 1)))
    return years + (horizon_years - whole) * kept ** (whole + 1)


def _modelled_turnover(
    models: Parameters, x: Floats, t_x: Floats, age: Floats, mean: Floats
) -> tuple[Floats, Floats]:
    """Discounted future turnover and the chance of being alive; NaN without a model or a usable history."""
    turnover, p_alive = np.full(x.shape, np.nan), np.full(x.shape, np.nan)
    purchases, spend = models.purchases, models.spend
    if isinstance(purchases, NoFit) or isinstance(spend, NoFit):
        return turnover, p_alive
    usable = _possible(x, t_x, age) & ((x == 0) | (mean > 0))
    x, t_x, age, mean = x[usable], t_x[usable], age[usable], mean[usable]
    ends, factors = _months(models.horizon_years, models.discount_rate)
    expected = purchases.discounted_purchases(ends, factors, x=x, t_x=t_x, age=age)
    turnover[usable] = expected * spend.expected_value(x, mean)
    p_alive[usable] = purchases.p_alive(x, t_x, age)
    return turnover, p_alive


def _months(horizon_years: float, discount_rate: float) -> tuple[Floats, Floats]:
    """Ends of the months of the horizon, in days, and the discount factor of each."""
    months = np.arange(1.0, round(12 * horizon_years) + 1)
    return _floats(months * DAYS_PER_MONTH), _floats(np.power(1.0 + discount_rate, -months / 12.0))


def _years_of_income(models: Parameters) -> float:
    rate = models.retention_rate
    if rate is None or not 0.0 <= rate <= 1.0:  # NaN fails both
        return float("nan")
    return retention_multiple(rate, models.discount_rate, models.horizon_years)


def _methods(by_model: npt.NDArray[np.bool_], known: npt.NDArray[np.bool_]) -> list[Method]:
    return [
        "bg_nbd_gamma_gamma" if modelled else "retention_rate" if valued else "none"
        for modelled, valued in zip(by_model.tolist(), known.tolist(), strict=True)
    ]


def _floats(values: npt.ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _possible(x: Floats, t_x: Floats, age: Floats) -> npt.NDArray[np.bool_]:
    """Histories that an account can have; comparisons with NaN are false."""
    possible: npt.NDArray[np.bool_] = (
        (x >= 0) & (t_x >= 0) & (t_x <= age) & np.isfinite(x) & np.isfinite(age) & ((x == 0) | (t_x > 0))
    )
    return possible


def _history(
    frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike, weights: npt.ArrayLike | None
) -> tuple[Floats, Floats, Floats, Floats]:
    """Possible rows only, equal rows (x, t_x, T) made one with their weights added."""
    given = (frequency, recency, age, 1.0 if weights is None else weights)
    x, t_x, t, w = np.broadcast_arrays(*(np.atleast_1d(_floats(each)) for each in given))
    keep = _possible(x, t_x, t) & (w > 0)
    x, t_x, t, w = x[keep], np.where(x > 0, t_x, 0.0)[keep], t[keep], w[keep]
    if not len(x):
        return x, t_x, t, w
    order = np.lexsort((t, t_x, x))
    x, t_x, t, w = x[order], t_x[order], t[order], w[order]
    first = np.flatnonzero(np.r_[True, (np.diff(x) != 0) | (np.diff(t_x) != 0) | (np.diff(t) != 0)])
    return x[first], t_x[first], t[first], np.add.reduceat(w, first)


class _Purchases:
    """The mean log-likelihood of BG/NBD and its first and second derivatives by r, alpha, a, b.

    ln L = ln G(r+x)/G(r) + r ln alpha + ln B(a, b+x)/B(a, b) + ln(A3 + [x > 0] A4) with
    A3 = (alpha+T)^-(r+x) and A4 = a/(b+x-1) (alpha+t_x)^-(r+x): equation (6), its terms in note 004's form.
    Gamma functions are taken once for each distinct x. Without a repeat purchase only A3 is left.
    """

    def __init__(self, x: Floats, t_x: Floats, age: Floats, weights: Floats) -> None:
        weights, again = weights / weights.sum(), x > 0
        self.ages_once, once = np.unique(age[~again], return_inverse=True)
        self.w_once = _tally(once, weights[~again])
        self.x, self.t_x, self.age, self.w = x[again], t_x[again], age[again], weights[again]
        self.xs, self.at = np.unique(self.x, return_inverse=True)
        self.w_xs = _tally(self.at, self.w)

    def __call__(self, parameters: Floats) -> Derivatives:
        r, alpha, a, b = parameters.tolist()
        value, slope, bend = self._gammas(r, a, b)
        once = 1.0 / (alpha + self.ages_once)
        logs_once, sum_once = -_dot(self.w_once, np.log(once)), _dot(self.w_once, once)
        per_age, per_last, power = 1.0 / (alpha + self.age), 1.0 / (alpha + self.t_x), r + self.x
        log_age, w_power = -np.log(per_age), self.w * power
        logs, powers = _dot(self.w, log_age), _dot(w_power, per_age)
        value += r * (math.log(alpha) - logs_once) - _dot(w_power, log_age)
        slope[:2] += math.log(alpha) - logs_once - logs, r / alpha - powers - r * sum_once
        bend[0, 1] += 1 / alpha - _dot(self.w, per_age) - sum_once
        bend[1, 1] += _dot(w_power, per_age**2) + r * _dot(self.w_once, once**2) - r / alpha**2

        # ln(A3 + A4) = ln A3 + ln(1 + e^lean), where lean = ln A4 - ln A3
        since, leave = log_age + np.log(per_last), 1.0 / (b + self.xs - 1.0)
        nearer = power * (per_age - per_last)
        turns = np.stack([since, nearer, np.full(len(self.x), 1 / a), -leave[self.at]])  # of lean
        either, gone = _either(np.log(a * leave)[self.at] + power * since)
        w_gone = self.w * gone
        value += _dot(self.w, either)
        slope += np.einsum("in,n->i", turns, w_gone)
        bend += np.einsum("in,jn->ij", turns * (w_gone * (1 - gone)), turns)
        bend[0, 1] += _dot(w_gone, per_age - per_last)
        bend[1, 1] -= _dot(w_gone, nearer * (per_age + per_last))
        bend[2, 2] -= float(w_gone.sum()) / a**2
        bend[3, 3] += _dot(_tally(self.at, w_gone), leave**2)
        bend[1, 0], bend[3, 2] = bend[0, 1], bend[2, 3]
        return value, slope, bend

    def _gammas(self, r: float, a: float, b: float) -> Derivatives:
        """The part of ln L that stands in gamma functions; of the second derivatives the upper half."""
        from scipy.special import gammaln, psi, zeta  # noqa: PLC0415

        shapes = np.array([r, a + b, b])[:, None] + np.append(0.0, self.xs)
        # The second derivative of ln G is the trigamma function, zeta(2, .).
        functions = np.stack([gammaln(shapes), psi(shapes), zeta(2.0, shapes)])
        sums = np.einsum("kin,n->ki", functions[:, :, 1:] - functions[:, :, :1], self.w_xs)
        of_r, of_both, of_b = sums.T
        bend = np.zeros((4, 4))
        bend[0, 0], bend[2, 2], bend[2, 3], bend[3, 3] = (
            of_r[2],
            -of_both[2],
            -of_both[2],
            of_b[2] - of_both[2],
        )
        slope = np.array([of_r[1], 0.0, -of_both[1], of_b[1] - of_both[1]])
        return float(of_r[0] - of_both[0] + of_b[0]), slope, bend


class _Spend:
    """The mean log-likelihood of Gamma-Gamma and its derivatives by p, q, v: note 025, equation (1a)."""

    def __init__(self, x: Floats, mean: Floats) -> None:
        self.x, self.spent = x, x * mean
        self.xs, at = np.unique(x, return_inverse=True)
        self.w = _tally(at, np.full(len(x), 1.0 / len(x)))
        self.log_mean = float(np.log(mean).mean())
        self.of_p = _dot(x, np.log(mean)) / len(x) + _dot(self.w * self.xs, np.log(self.xs))

    def __call__(self, parameters: Floats) -> Derivatives:
        from scipy.special import gammaln, psi, zeta  # noqa: PLC0415

        p, q, v = parameters.tolist()
        both, alone, w_x = p * self.xs + q, p * self.xs, self.w * self.xs
        per_sum, count = 1.0 / (self.spent + v), len(self.x)
        log_sum, power = -np.log(per_sum), p * self.x + q
        x_log_sum, all_log_sum = _dot(self.x, log_sum) / count, float(log_sum.mean())
        trigammas = zeta(2.0, both)
        value = (
            _dot(self.w, gammaln(both) - gammaln(alone))
            + float(q * np.log(v) - gammaln(q))
            + p * (self.of_p - x_log_sum)
            - q * all_log_sum
            - self.log_mean
        )
        slope = np.array(
            [
                _dot(w_x, psi(both) - psi(alone)) + self.of_p - x_log_sum,
                _dot(self.w, psi(both)) - float(psi(q)) + math.log(v) - all_log_sum,
                q / v - _dot(power, per_sum) / count,
            ]
        )
        bend = np.zeros((3, 3))
        bend[0, 0] = _dot(w_x * self.xs, trigammas - zeta(2.0, alone))
        bend[0, 1] = bend[1, 0] = _dot(w_x, trigammas)
        bend[1, 1] = _dot(self.w, trigammas) - float(zeta(2.0, q))
        bend[0, 2] = bend[2, 0] = -_dot(self.x, per_sum) / count
        bend[1, 2] = bend[2, 1] = 1 / v - float(per_sum.mean())
        bend[2, 2] = _dot(power, per_sum**2) / count - q / v**2
        return value, slope, bend


def _either(lean: Floats) -> tuple[Floats, Floats]:
    """ln(1 + e^lean) and 1 / (1 + e^-lean) without overflow."""
    small = np.exp(-np.abs(lean))
    return np.maximum(lean, 0.0) + np.log1p(small), np.where(lean > 0, 1.0, small) / (1.0 + small)


def _tally(position: npt.NDArray[np.intp], weights: Floats) -> Floats:
    """Sum of the weights at each position."""
    return _floats(np.bincount(position, weights=weights))


def _dot(left: Floats, right: Floats) -> float:
    """Not BLAS: its threads cost more than such sums, and the last digit would hang on their number."""
    return float(np.einsum("i,i->", left, right))


def _maximise(objective: Objective, starts: Sequence[Sequence[float]]) -> tuple[list[float], float] | None:
    """The first flat place inside the bounds, else the highest of the flat ones, else None."""
    best: tuple[list[float], float] | None = None
    for start in starts:
        with np.errstate(all="ignore"):  # a long step may land where a value is infinite
            end, value = _climb(_in_logarithms(objective), np.log(start))
        if end is None:
            continue
        if best is None or value > best[1]:
            best = np.exp(end).tolist(), value
        if np.abs(end).max() < _BOUND:
            break
    return best


def _in_logarithms(objective: Objective) -> Objective:
    """By the logarithms of the parameters, and falling outside the bounds: nothing grows without end."""

    def fenced(at: Floats) -> Derivatives:
        parameters = np.exp(at)
        value, slope, bend = objective(parameters)
        slope = slope * parameters
        bend = bend * parameters[:, None] * parameters
        outside = np.sign(at) * np.maximum(np.abs(at) - _BOUND, 0.0)
        np.fill_diagonal(bend, bend.diagonal() + slope - 2.0 * (outside != 0))
        return value - float((outside**2).sum()), slope - 2.0 * outside, bend

    return fenced


def _climb(objective: Objective, start: Floats) -> tuple[Floats | None, float]:
    """Newton's method with the curvature made negative and backtracking; None when no flat place is reached.

    Nocedal & Wright, algorithm 3.2. SciPy's optimisers pass such small systems to threaded BLAS, which on
    a busy machine makes five milliseconds into two hundred.
    """
    at, (value, slope, bend) = start, objective(start)
    for _ in range(_STEPS):
        if np.abs(slope).max() < _FLAT:
            return at, value
        if not np.isfinite(bend).all():
            break
        curvature, axes = np.linalg.eigh(bend)
        step = axes @ ((slope @ axes) / np.maximum(np.abs(curvature), 1e-9))
        step /= max(1.0, float(np.abs(step).max()))  # no parameter by more than a factor e at once
        found = _backtrack(objective, at, value, step, float(slope @ step))
        if found is None:
            break
        step, (higher, slope, bend) = found
        gain, value, at = higher - value, higher, at + step
        if gain < 1e-13 * (1.0 + abs(value)) and np.abs(slope).max() < _NEARLY_FLAT:
            return at, value  # the rest is rounding
    return (at, value) if np.abs(slope).max() < _NEARLY_FLAT else (None, value)


def _backtrack(
    objective: Objective, at: Floats, value: float, step: Floats, rise: float
) -> tuple[Floats, Derivatives] | None:
    """The first halving of the step that rises enough (Armijo); None when rounding hides any."""
    for halving in range(25):
        shorter = step * 0.5**halving
        reached = objective(at + shorter)
        finite = np.isfinite(reached[0]) and np.isfinite(reached[1]).all()
        if finite and reached[0] >= value + 1e-4 * rise * 0.5**halving:
            return shorter, reached
    return None


def _by_ages(curve: Callable[[Floats, Floats], Floats], alpha: float, x: Floats, age: Floats) -> Floats:
    """``curve(x, age)`` of every account. Many share x, and over ln(alpha + age) the curve is smooth.

    Where more accounts share x than Chebyshev ages are needed, the curve is taken at those ages and read
    off between them, to about 1e-6.
    """
    distinct, group, members = np.unique(x, return_inverse=True, return_counts=True)
    many = members > 2 * _AGES
    result, read_off = np.empty(len(x)), many[group]
    result[~read_off] = curve(x[~read_off], age[~read_off])
    if not many.any():
        return result
    chebyshev = np.polynomial.chebyshev
    place = np.log(alpha + age)
    low, high = np.full(len(distinct), np.inf), np.full(len(distinct), -np.inf)
    np.minimum.at(low, group, place)
    np.maximum.at(high, group, place)
    middle, half = (high + low) / 2, np.maximum((high - low) / 2, 1e-9)
    points = chebyshev.chebpts1(_AGES)
    ages = np.exp(middle[many, None] + half[many, None] * points) - alpha
    heights = curve(np.repeat(distinct[many], _AGES), np.maximum(ages, 0.0).ravel()).reshape(ages.shape)
    shapes = np.zeros((len(distinct), _AGES))
    shapes[many] = np.linalg.solve(chebyshev.chebvander(points, _AGES - 1), heights.T).T
    at = group[read_off]
    basis = chebyshev.chebvander((place[read_off] - middle[at]) / half[at], _AGES - 1)
    result[read_off] = np.einsum("ac,ac->a", basis, shapes[at])
    return result


def _chebyshev_times(
    ends: Floats, weights: Floats, count: int, bend: float | None = None
) -> tuple[Floats, Floats]:
    """Times and weights whose weighted sum of a smooth curve equals that over all the ends.

    Smooth means: near a polynomial in t or, with ``bend``, in ln(1 + t / bend).
    """
    if len(ends) <= count:
        return ends, weights
    chebyshev = np.polynomial.chebyshev
    scale = ends if bend is None else np.log1p(ends / bend)
    points = chebyshev.chebpts1(count)
    moments = weights @ chebyshev.chebvander(2 * scale / scale[-1] - 1, count - 1)
    at = (points + 1) * scale[-1] / 2
    times = at if bend is None else np.expm1(at) * bend
    return _floats(times), _floats(np.linalg.solve(chebyshev.chebvander(points, count - 1).T, moments))


def _beta_expectation(a: float, b: Floats, count: int) -> tuple[Floats, Floats]:
    """Nodes and weights for expectations over Beta(a, b), one row for each b.

    A rule costs an eigenvalue problem, so one is made for each step of a tenth in b, from below. The rest
    of the density, (1 - p)^(b - its step), is smooth and goes into the weights.
    """
    lowest = float(b.min())
    step = np.floor(np.log(b / lowest) / np.log(1.1))
    steps, position = np.unique(step, return_inverse=True)
    made_for = lowest * 1.1**steps
    nodes, weights = _beta_rule(a, made_for, count)
    p = nodes[position]
    rest = weights[position] * np.exp((b - made_for[position])[:, None] * np.log1p(-p))
    return p, rest / rest.sum(axis=1, keepdims=True)


def _beta_rule(a: float, b: Floats, count: int) -> tuple[Floats, Floats]:
    """Gauss-Jacobi nodes and weights for expectations over Beta(a, b): one row for each b, weights sum to 1.

    Golub & Welsch (1969): eigenvalues of the symmetric tridiagonal matrix of the recurrence.
    """
    k = np.arange(count, dtype=np.float64)
    low, high = a - 1.0, (b - 1.0)[:, None]
    both = low + high
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = (low**2 - high**2) / ((2 * k + both) * (2 * k + both + 2))
        j = k[1:]
        square = 4 * j * (j + low) * (j + high) * (j + both)
        square = square / ((2 * j + both) ** 2 * (2 * j + both + 1) * (2 * j + both - 1))
    # The general terms are 0/0 for the first entries when low + high is 0 or -1.
    centre[:, 0] = ((low - high) / (both + 2))[:, 0]
    square[:, 0] = (4 * (1 + low) * (1 + high) / ((2 + both) ** 2 * (3 + both)))[:, 0]
    matrix = np.zeros((len(b), count, count))
    diagonal = np.arange(count)
    matrix[:, diagonal, diagonal] = (1 + centre) / 2
    matrix[:, diagonal[1:], diagonal[:-1]] = np.sqrt(square) / 2  # eigh reads the lower triangle
    nodes, vectors = np.linalg.eigh(matrix)
    return _floats(np.clip(nodes, 0.0, 1.0 - 1e-15)), _floats(np.square(vectors[:, 0, :]))
