"""BG/NBD, Gamma-Gamma and lifetime value: published values, an oracle, hand computation, hard histories."""

from __future__ import annotations

import csv
import dataclasses
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln

from kamerton.analytics import lifetime
from kamerton.analytics.lifetime import (
    BgNbd,
    GammaGamma,
    NoFit,
    fit_bg_nbd,
    fit_gamma_gamma,
    lifetime_values,
    retention_multiple,
)

CDNOW = Path(__file__).parent / "cdnow_customers.csv"
PUBLISHED = BgNbd(
    r=0.243, alpha=4.414, a=0.793, b=2.426, log_likelihood=-9582.4, customers=2357, unit="weeks"
)


@pytest.fixture(scope="module")
def cdnow():
    """The 2,357 customers of the published sample: x, t_x and T in weeks, mean repeat spend."""
    with CDNOW.open(newline="") as rows:
        table = np.array([[float(cell) for cell in row] for row in list(csv.reader(rows))[1:]])
    return table[:, 1], table[:, 2], table[:, 3], table[:, 4]


def simulated(*, accounts, r, alpha, a, b, age, seed=7):
    """Histories of the model itself, in days: rate Gamma(r, alpha), drop-out Beta(a, b) after each purchase."""
    random = np.random.default_rng(seed)
    rate, leave = random.gamma(r, 1 / alpha, accounts), random.beta(a, b, accounts)
    x, t_x, now = np.zeros(accounts), np.zeros(accounts), np.zeros(accounts)
    alive = np.ones(accounts, dtype=bool)
    while alive.any():
        now = now + random.exponential(1 / rate)
        alive &= now < age
        x[alive] += 1
        t_x[alive] = now[alive]
        alive &= random.random(accounts) > leave
    return (
        x,
        np.where(x > 0, np.ceil(t_x).clip(1, age), 0.0),
        np.broadcast_to(np.asarray(age, float), x.shape),
    )


# -- published values


def test_bg_nbd_finds_the_published_parameters_of_cdnow(cdnow):
    x, t_x, age, _ = cdnow
    model = fit_bg_nbd(x, t_x, age, unit="weeks")
    assert isinstance(model, BgNbd)
    assert (model.customers, model.unit) == (2357, "weeks")
    assert [round(value, 3) for value in (model.r, model.alpha, model.a, model.b)] == [
        0.243,
        4.414,
        0.793,
        2.426,
    ]
    assert round(model.log_likelihood, 1) == -9582.4


def test_gamma_gamma_finds_the_published_parameters_of_cdnow(cdnow):
    x, _, _, mean = cdnow
    model = fit_gamma_gamma(x, mean)
    assert isinstance(model, GammaGamma)
    assert (model.customers, model.excluded) == (946, 0)
    assert [round(value, 2) for value in (model.p, model.q, model.v)] == [6.25, 3.74, 15.45]


def test_the_unit_of_time_changes_alpha_and_nothing_else(cdnow):
    x, t_x, age, _ = cdnow
    weeks, days = fit_bg_nbd(x, t_x, age, unit="weeks"), fit_bg_nbd(x, t_x * 7, age * 7)
    assert isinstance(weeks, BgNbd)
    assert isinstance(days, BgNbd)
    assert days.unit == "days"
    assert days.alpha == pytest.approx(weeks.alpha * 7, rel=1e-4)
    assert (days.r, days.a, days.b) == pytest.approx((weeks.r, weeks.a, weeks.b), rel=1e-4)
    assert days.expected_purchases(70, x, t_x * 7, age * 7) == pytest.approx(
        weeks.expected_purchases(10, x, t_x, age), rel=1e-3
    )


def test_weights_stand_for_repeated_rows(cdnow):
    x, t_x, age, _ = cdnow
    once, row_counts = np.unique(np.column_stack([x, t_x, age]), axis=0, return_counts=True)
    assert len(once) < len(x)
    assert fit_bg_nbd(*once.T, weights=row_counts) == fit_bg_nbd(x, t_x, age)


# -- the oracle


def test_agrees_with_lifetimes_on_cdnow(cdnow):
    oracle = pytest.importorskip("lifetimes")
    x, t_x, age, mean = cdnow
    theirs, ours = oracle.BetaGeoFitter().fit(x, t_x, age), fit_bg_nbd(x, t_x, age, unit="weeks")
    assert isinstance(ours, BgNbd)
    their_likelihood = oracle.BetaGeoFitter._negative_log_likelihood(
        np.log(theirs.params_.values), x, t_x, age, np.ones_like(x), 0
    )
    assert ours.log_likelihood == pytest.approx(-their_likelihood * len(x), abs=0.01)
    theirs.params_[:] = [ours.r, ours.alpha, ours.a, ours.b]
    assert ours.p_alive(x, t_x, age) == pytest.approx(theirs.conditional_probability_alive(x, t_x, age))
    for weeks in (1, 39, 260):
        assert ours.expected_purchases(weeks, x, t_x, age) == pytest.approx(
            theirs.predict(weeks, x, t_x, age), rel=1e-7
        )
    spend = oracle.GammaGammaFitter().fit(x[x > 0], mean[x > 0])
    ours_spend = fit_gamma_gamma(x, mean)
    assert isinstance(ours_spend, GammaGamma)
    assert ours_spend.expected_value(x, mean) == pytest.approx(
        spend.conditional_expected_average_profit(x, mean), rel=1e-4
    )


# -- expected purchases


def by_integration(model, *, t, x, age):
    """E over p of the purchases of a living account: adaptive integration in logit(p), no quadrature rule of ours."""
    growth, power, b = t / (model.alpha + age), model.r + x, model.b + x

    def integrand(s):
        log_p, log_stay = -np.logaddexp(0, -s), -np.logaddexp(0, s)
        density = np.exp(model.a * log_p + b * log_stay - betaln(model.a, b))
        return density * -np.expm1(-power * np.log1p(np.exp(log_p) * growth)) / np.exp(log_p)

    middle = np.log(model.a / b)
    value, _ = quad(integrand, middle - 60, middle + 40, points=[middle], limit=500)
    return value


@pytest.mark.parametrize(
    "parameters",
    [
        (0.243, 4.4, 0.793, 2.43),
        (12, 1000, 30, 500),
        (0.5, 5, 0.9, 500),
        (2, 10, 1, 1),
        (0.2, 1, 2, 3),
        (50, 500, 200, 3e4),
    ],
)
@pytest.mark.parametrize(("x", "age"), [(0, 0), (0, 1460), (1, 5), (5, 1000), (60, 200), (600, 1460)])
def test_expected_purchases_hold_where_the_hypergeometric_function_breaks(parameters, x, age):
    r, alpha, a, b = parameters
    model = BgNbd(r=r, alpha=alpha, a=a, b=b, log_likelihood=0.0, customers=0)
    for days in (30, 365, 1826):
        living = model.expected_purchases(days, x, age, age) / model.p_alive(x, age, age)
        assert living[0] == pytest.approx(by_integration(model, t=days, x=x, age=age), rel=2e-6)


@given(
    x=st.integers(0, 600),
    age=st.integers(1, 1460),
    recency=st.floats(0.01, 1),
    parameters=st.tuples(*[st.floats(0.05, 50)] * 4),
)
@settings(max_examples=25, deadline=None)
def test_more_time_brings_more_purchases_and_never_more_than_a_living_account(x, age, recency, parameters):
    r, alpha, a, b = parameters
    model = BgNbd(r=r, alpha=alpha, a=a, b=b, log_likelihood=0.0, customers=0)
    t_x = age * recency if x else 0.0
    purchases = [model.expected_purchases(days, x, t_x, age)[0] for days in (0, 30, 365, 1826)]
    assert purchases[0] == pytest.approx(0, abs=1e-9)
    assert all(later >= sooner * (1 - 1e-12) - 1e-12 for sooner, later in pairwise(purchases))
    assert 0 <= model.p_alive(x, t_x, age) <= 1
    assert purchases[-1] <= (r + x) / (alpha + age) * 1826 * (1 + 1e-9)


def test_the_chance_of_being_alive_falls_with_silence_and_faster_for_frequent_buyers():
    silence = PUBLISHED.p_alive([5, 5, 5], [39, 30, 10], [39, 39, 39])
    assert silence[0] > silence[1] > silence[2]
    rare, frequent = PUBLISHED.p_alive([2, 20], [30, 30], [39, 39])
    assert frequent < rare


def test_discounted_months_equal_the_sum_month_by_month():
    x, age = np.array([0.0, 0, 3, 40, 600, 2]), np.array([0.0, 900, 20, 700, 1460, 1])
    model = BgNbd(r=0.8, alpha=12, a=0.6, b=40, log_likelihood=0.0, customers=0)
    ends, factors = lifetime._months(5, 0.10)
    cumulated = np.array([model.expected_purchases(end, x, age * 0.9, age) for end in ends])
    by_month = np.diff(cumulated, axis=0, prepend=0) * (1.1 ** (-np.arange(1, 61) / 12))[:, None]
    assert model.discounted_purchases(ends, factors, x=x, t_x=age * 0.9, age=age) == pytest.approx(
        by_month.sum(axis=0), rel=1e-6
    )


# -- the fit itself


@pytest.mark.parametrize("at", [(1.0, 1.0, 1.0, 1.0), (0.25, 4.4, 0.8, 2.4), (7.0, 20.0, 0.05, 50.0)])
def test_the_derivatives_are_those_of_the_likelihoods(cdnow, at):
    x, t_x, age, mean = cdnow
    weights = np.linspace(1, 3, len(x))
    for likelihood, point in (
        (lifetime._Purchases(x, t_x, age, weights), np.array(at)),
        (lifetime._Spend(x[x > 0], mean[x > 0]), np.array(at[:3])),
    ):
        _, slope, bend = likelihood(point)
        for each in range(len(point)):
            step = np.zeros(len(point))
            step[each] = 1e-5 * point[each]
            (above, slope_above, _), (below, slope_below, _) = (
                likelihood(point + step),
                likelihood(point - step),
            )
            assert (above - below) / (2 * step[each]) == pytest.approx(slope[each], rel=1e-5, abs=1e-7)
            assert (slope_above - slope_below) / (2 * step[each]) == pytest.approx(
                bend[each], rel=1e-4, abs=1e-7
            )


def test_business_customers_with_hundreds_of_purchase_days():
    age = np.random.default_rng(1).integers(900, 1461, 20_000).astype(float)
    x, t_x, age = simulated(accounts=20_000, r=4, alpha=12, a=0.7, b=300, age=age)
    assert x.max() > 600
    fit_bg_nbd(x[:100], t_x[:100], age[:100])  # imports SciPy
    start = time.thread_time()
    model = fit_bg_nbd(x, t_x, age)
    elapsed = time.thread_time() - start
    assert isinstance(model, BgNbd)
    assert (model.r, model.alpha, model.a, model.b) == pytest.approx((4, 12, 0.7, 300), rel=0.08)
    expected = model.expected_purchases(365, x, t_x, age)
    assert np.isfinite(expected).all()
    assert expected.max() < 1.2 * (x / age).max() * 365
    assert elapsed < 0.5  # processor time of this thread, other work on the machine apart


@pytest.mark.parametrize(
    ("x", "t_x", "age", "reason", "accounts", "repeat"),
    [
        ([], [], [], "too_few_accounts", 0, 0),
        ([3, 2], [10, 8], [20, 20], "too_few_accounts", 2, 2),
        ([0] * 100, [0] * 100, [50] * 100, "too_few_repeat_accounts", 100, 0),
        ([0] * 100 + [1] * 29, [0] * 100 + [5] * 29, [50] * 129, "too_few_repeat_accounts", 129, 29),
        (
            [1] * 40,
            [60] * 40,
            [50] * 40,
            "too_few_accounts",
            0,
            0,
        ),  # last purchase after the day of the question
        ([float("nan")] * 40, [1] * 40, [50] * 40, "too_few_accounts", 0, 0),
    ],
)
def test_a_fit_that_cannot_be_made_says_why(x, t_x, age, reason, accounts, repeat):
    assert fit_bg_nbd(x, t_x, age) == NoFit(reason=reason, accounts=accounts, repeat_accounts=repeat)


@pytest.mark.parametrize(
    ("x", "t_x", "age"),
    [
        (np.full(50, 1.0), np.full(50, 1.0), np.full(50, 1.0)),  # everybody the same
        (np.full(50, 48.0), np.full(50, 1430.0), np.full(50, 1460.0)),
        (np.arange(1, 51.0), np.arange(1, 51.0) * 7, np.arange(1, 51.0) * 7),  # like clockwork, nobody leaves
        (np.full(50, 1.0), np.linspace(1, 2, 50), np.full(50, 1e5)),  # everybody left at once
        (np.r_[np.full(40, 1.0), 1e6], np.r_[np.full(40, 3.0), 1e6], np.full(41, 1e6)),
    ],
)
def test_degenerate_histories_give_finite_figures_or_a_reason(x, t_x, age):
    model = fit_bg_nbd(x, t_x, age)
    if isinstance(model, NoFit):
        assert model.reason == "not_converged"
        return
    figures = [
        *dataclasses.astuple(model)[:5],
        *model.p_alive(x, t_x, age),
        *model.expected_purchases(365, x, t_x, age),
    ]
    assert np.isfinite(figures).all()


@given(
    st.lists(
        st.tuples(st.integers(0, 700), st.floats(0, 1), st.floats(0, 1500), st.floats(-50, 1e7)),
        min_size=1,
        max_size=80,
    )
)
@settings(max_examples=25, deadline=None)
def test_no_history_crashes_the_values_or_leaves_a_figure_without_a_method(rows):
    x, share, age, mean = np.array(rows, dtype=float).T
    values = lifetime_values(
        frequency=x,
        recency_days=np.where(x > 0, age * share, 0),
        age_days=age,
        monetary=mean,
        margin=0.3,
        past_income=mean * x * 0.3,
        retention_rate=None,
        min_repeat_accounts=10,
    )
    assert [method != "none" for method in values.method] == np.isfinite(values.future).tolist()
    assert np.isfinite(values.total).tolist() == np.isfinite(values.future).tolist()


def test_amounts_that_are_not_positive_are_left_out_and_counted(cdnow):
    x, _, _, mean = cdnow
    spoilt = np.where(np.arange(len(x)) == np.flatnonzero(x > 0)[0], -5.0, mean)
    model = fit_gamma_gamma(x, spoilt)
    assert isinstance(model, GammaGamma)
    assert (model.customers, model.excluded) == (945, 1)
    assert model.expected_value([3], [-5.0])[0] == model.population_mean()


def test_a_spend_without_a_finite_mean_falls_back_to_what_was_seen():
    heavy = GammaGamma(
        p=2.0, q=0.9, v=10.0, log_likelihood=0.0, customers=40, excluded=0, observed_mean=120.0
    )
    assert heavy.expected_value([0, 4], [0, 55.0]).tolist() == [120.0, 55.0]
    nearly = dataclasses.replace(heavy, q=1.001)
    assert nearly.expected_value([0], [0])[0] == 120.0


def test_the_expected_amount_lies_between_the_population_and_the_account():
    model = GammaGamma(
        p=6.25, q=3.74, v=15.45, log_likelihood=0.0, customers=946, excluded=0, observed_mean=35.08
    )
    population = 6.25 * 15.45 / 2.74
    few, many = model.expected_value([1, 100], [100.0, 100.0])
    assert model.expected_value([0], [0.0])[0] == pytest.approx(population)
    assert population < few < many < 100


# -- lifetime value


@pytest.mark.parametrize(
    ("rate", "discount", "years", "multiple"),
    [
        (0.8, 0.1, float("inf"), 8 / 3),  # m r / (1 + i - r)
        (0.8, 0.1, 1, 0.8 / 1.1),
        (0.8, 0.1, 2, 0.8 / 1.1 + 0.64 / 1.21),
        (0.8, 0.1, 5, 8 / 3 * (1 - (8 / 11) ** 5)),  # 2.1241
        (0.8, 0.1, 2.5, 0.8 / 1.1 + 0.64 / 1.21 + 0.512 / 1.331 / 2),
        (1.0, 0.0, 5, 5.0),
        (0.0, 0.1, 5, 0.0),
    ],
)
def test_years_of_income_still_to_come(rate, discount, years, multiple):
    assert retention_multiple(rate, discount, years) == pytest.approx(multiple, rel=1e-12)


def test_the_steady_state_of_the_textbook():
    assert round(retention_multiple(0.8, 0.1, float("inf")), 2) == 2.67
    assert retention_multiple(0.8, 0.1, 200) == pytest.approx(0.8 / (1 + 0.1 - 0.8))


@pytest.mark.requirement("PFA-03")
def test_two_accounts_of_equal_revenue_differ_in_lifetime_value():
    """Both sold 10,000 in two years. One is served at 40 % margin, the other at 10 %; retention 80 %, i 10 %.

    By hand: years of income to come = 0.72727 + 0.52893 + 0.38467 + 0.27976 + 0.20346 = 2.12410;
    4,000 + 2,000 x 2.12410 = 8,248.19 against 1,000 + 500 x 2.12410 = 2,062.05.
    """
    values = lifetime_values(
        frequency=[11, 11],
        recency_days=[700, 700],
        age_days=[730.5, 730.5],
        monetary=[800.0, 800.0],
        margin=[0.4, 0.1],
        past_income=[4000.0, 1000.0],
        annual_income=[2000.0, 500.0],
        retention_rate=0.8,
    )
    assert values.method == ["retention_rate", "retention_rate"]
    assert [round(value, 2) for value in values.total.tolist()] == [8248.19, 2062.05]
    assert np.isnan(values.p_alive).all()


@pytest.mark.requirement("PFA-03")
def test_horizon_discount_and_retention_are_the_callers(cdnow):
    given_to_all = {
        "frequency": [1],
        "recency_days": [30],
        "age_days": [400],
        "monetary": [100.0],
        "margin": 0.3,
    }
    value = lambda **settings: lifetime_values(  # noqa: E731
        **given_to_all, past_income=[500.0], annual_income=[100.0], **settings
    ).total[0]
    assert value(retention_rate=0.5, horizon_years=1, discount_rate=0.0) == pytest.approx(550)
    assert value(retention_rate=0.5, horizon_years=3, discount_rate=0.0) == pytest.approx(587.5)
    assert value(retention_rate=0.5, horizon_years=1, discount_rate=0.25) == pytest.approx(540)
    assert value(retention_rate=1.0, horizon_years=1, discount_rate=0.0) == pytest.approx(600)


def test_with_history_the_value_is_purchases_times_amount_times_margin(cdnow):
    """Two customers of the sample's kind, equal revenue and number of purchases; one was silent for long."""
    x, t_x, age, mean = cdnow
    x, t_x, age, mean = np.r_[x, 6, 6], np.r_[t_x, 37, 10], np.r_[age, 38, 38], np.r_[mean, 50, 50]
    past = mean * x * 0.25
    values = lifetime_values(
        frequency=x, recency_days=t_x * 7, age_days=age * 7, monetary=mean, margin=0.25, past_income=past
    )
    assert set(values.method) == {"bg_nbd_gamma_gamma"}
    buying, silent = values.total[-2:]
    assert past[-2] == past[-1]
    assert buying > 2 * silent
    purchases, spend = values.parameters.purchases, values.parameters.spend
    assert isinstance(purchases, BgNbd)
    assert isinstance(spend, GammaGamma)
    ends = np.arange(1, 61) * 365.25 / 12
    cumulated = np.array([purchases.expected_purchases(end, [6], [37 * 7], [38 * 7])[0] for end in ends])
    discounted = (np.diff(cumulated, prepend=0) / 1.1 ** (np.arange(1, 61) / 12)).sum()
    amount = spend.p * (spend.v + 6 * 50) / (spend.p * 6 + spend.q - 1)
    assert buying == pytest.approx(past[-2] + discounted * amount * 0.25, rel=1e-6)


def test_each_account_gets_the_best_method_that_its_history_carries(cdnow):
    x, t_x, age, mean = cdnow
    x, t_x, age = np.r_[x, 3, 3, 0], np.r_[t_x, 30, 30, 0], np.r_[age, 38, 38, 38]
    mean = np.r_[mean, -2.0, 20.0, 0.0]  # returns above sales; no margin known; one purchase
    margin = np.r_[np.full(len(x) - 3, 0.5), 0.5, np.nan, 0.5]
    values = lifetime_values(
        frequency=x,
        recency_days=t_x * 7,
        age_days=age * 7,
        monetary=mean,
        margin=margin,
        past_income=np.full(len(x), 100.0),
        annual_income=np.r_[np.full(len(x) - 3, 50.0), 50.0, np.nan, 50.0],
        retention_rate=0.5,
    )
    assert values.method[-3:] == ["retention_rate", "none", "bg_nbd_gamma_gamma"]
    assert np.isnan(values.total).tolist() == [method == "none" for method in values.method]
    assert np.isnan(values.p_alive[-3:]).all()  # one purchase: the model cannot tell


def test_a_book_of_twenty_thousand_accounts_is_valued_at_once():
    age = np.random.default_rng(2).integers(1, 1461, 20_000).astype(float)
    x, t_x, age = simulated(accounts=20_000, r=1.2, alpha=10, a=0.5, b=60, age=age)
    mean = np.random.default_rng(3).lognormal(5, 1, 20_000)
    start = time.thread_time()
    values = lifetime_values(
        frequency=x, recency_days=t_x, age_days=age, monetary=mean, margin=0.3, past_income=mean * x
    )
    elapsed = time.thread_time() - start
    assert set(values.method) == {"bg_nbd_gamma_gamma"}
    assert np.isfinite(values.total).all()
    assert elapsed < 1.5  # processor time of this thread


def test_the_same_input_gives_the_same_last_digit(cdnow):
    x, t_x, age, mean = cdnow
    given = {
        "frequency": x,
        "recency_days": t_x * 7,
        "age_days": age * 7,
        "monetary": mean,
        "past_income": mean,
    }
    assert (
        lifetime_values(**given, margin=0.3).total.tolist()
        == lifetime_values(**given, margin=0.3).total.tolist()
    )
