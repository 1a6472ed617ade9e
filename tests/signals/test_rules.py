"""The rules: values in, findings out. Each at its boundary, told with its figures."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest

from kamerton.access.secrecy import Secrecy
from kamerton.analytics.classes import dependencies
from kamerton.analytics.model import Thresholds
from kamerton.signals import registry
from kamerton.signals.reading import (
    AccountReading,
    Figures,
    Matter,
    Overlap,
    Person,
    PersonReading,
    PlanState,
    Statement,
    Whole,
)
from kamerton.signals.rules import company, figures, knowledge, plans, status, work
from kamerton.signals.rules.words import percent

DAY = dt.date(2026, 3, 2)
PROFILE = {
    "share_critical": 0.2, "share_mono": 0.7, "alert_quarters": 3, "key_share_norm": [0.6, 0.8], "innovator": 0.025,
}  # fmt: skip
WHOLE = Whole(
    basis="income", currency="EUR", total=Decimal(100_000), margin=0.3, returns_rate=0.02, profile=PROFILE
)


def reading(told: Figures | None = None, **more) -> AccountReading:
    return AccountReading(account=1, day=DAY, whole=more.pop("whole", WHOLE), figures=told, **more)


def row(**more) -> Figures:
    return Figures(**({"share": 0.05, "amount": Decimal(5000), "before": Decimal(5000)} | more))


def found(find, of, **values):
    rule = next(each for each in registry.all_rules() if each.find is find)
    return list(find(of, {**rule.defaults(), **values}))


def days_ago(days: int) -> dt.date:
    return DAY - dt.timedelta(days=days)


def dependency_of(amounts: list[int], thresholds: Thresholds) -> str:
    """What the analysis says of the first of these accounts."""
    return dependencies(np.array(amounts, dtype=np.int64) * 1_000_000, thresholds)[0] or ""


@pytest.mark.parametrize(
    ("amount", "of", "thresholds", "says"),
    [
        (20, 100, {}, ""),
        (21, 100, {}, "critical_dependence"),
        (40, 100, {}, "critical_dependence"),
        (70, 100, {}, "critical_dependence"),
        (71, 100, {}, "mono_client"),
        (1000, 10_000, {"share_critical": 0.1}, ""),
        (1001, 10_000, {"share_critical": 0.1}, "critical_dependence"),
    ],
)
@pytest.mark.requirement("SEL-04")
def test_dependence_begins_strictly_above_its_line_and_the_line_is_a_setting(amount, of, thresholds, says):
    state = dependency_of([amount, of - amount], Thresholds(**thresholds))
    whole = Whole(basis="income", currency="EUR", profile=PROFILE | thresholds, total=Decimal(of))
    told = reading(row(share=amount / of, amount=Decimal(amount), dependency=state), whole=whole)
    fired = [
        key for key, find in (("critical_dependence", figures.critical), ("mono_client", figures.mono))
        if found(find, told)
    ]  # fmt: skip
    assert fired == ([says] if says else [])


@pytest.mark.requirement("SEL-04")
def test_a_greater_dependence_is_more_costly():
    low, high = (
        found(figures.critical, reading(row(share=share, amount=Decimal(amount), dependency="critical")))[0]
        for share, amount in ((0.21, 21_000), (0.4, 40_000))
    )
    assert (low.severity, high.severity) == (Decimal(21_000), Decimal(40_000))
    assert str(low.said) == "21 % of income in 12 months, 21,000 EUR; the line is 20 %."
    assert low.figures == ("share",)


def test_a_share_just_past_its_line_is_told_exactly_enough_to_see_it():
    assert percent(0.2004, 0.2) == Decimal("20.04")
    assert percent(0.2151, 0.2) == Decimal("21.5")
    assert percent(0.2, 0.2) == Decimal("20.0")


@pytest.mark.parametrize(("rate", "fires"), [(-0.0999, False), (-0.10, True), (0.5, False)])
def test_slipping_begins_at_its_fall(rate, fires):
    told = row(is_slipping=True, growth_rate=rate, before=Decimal(10_000), amount=Decimal(9000))
    assert bool(found(figures.slipping, reading(told))) is fires


@pytest.mark.parametrize(("fall", "fires"), [("99.99", False), ("100", True)])
def test_a_small_fall_is_no_signal(fall, fires):
    """A thousandth of the company's 100,000 is 100."""
    told = row(is_slipping=True, growth_rate=-0.5, before=Decimal(fall) * 2, amount=Decimal(fall))
    assert bool(found(figures.slipping, reading(told))) is fires


def test_who_is_silent_is_told_of_once():
    told = row(is_slipping=True, growth_rate=-0.5, state="lapsed", silent_days=90, usual_gap_days=20.4)
    assert not found(figures.slipping, reading(told))
    (one,) = found(figures.lapsed, reading(told))
    assert str(one.said) == "Silent for 90 days, where 20 are usual; 5,000 EUR a year are at stake."


def test_lost_tells_since_when_and_costs_what_was_bought_before():
    told = row(
        is_lost=True, before=Decimal(7000), amount=Decimal(0), last_purchase=dt.date(2025, 1, 5), state="lost"
    )
    (one,) = found(figures.lost, reading(told))
    assert (
        str(one.said)
        == "Nothing bought since 5 January 2025; it was 7,000 EUR of income in the 12 months before."
    )
    assert one.severity == 7000


def test_a_margin_that_falls_three_quarters_costs_what_the_old_one_would_have_brought():
    told = row(
        margin_falling=True, margin=0.2, turnover=Decimal(10_000), income=Decimal(2000),
        turnover_before=Decimal(10_000), income_before=Decimal(2500),
    )  # fmt: skip
    (one,) = found(figures.margin, reading(told))
    assert one.severity == Decimal("500.00")
    assert str(one.said) == "The margin has fallen for 3 quarters: 20 % in 12 months, 25 % in those before."
    assert not found(figures.margin, reading(row(margin=0.2)))


@pytest.mark.parametrize(
    ("now", "before", "fires"), [(4, 2, True), (4, 3, False), (3, 0, False), (4, 0, True)]
)
def test_demands_rise_when_requests_double(now, before, fires):
    told = reading(requests_recent=now, requests_before=before)
    assert bool(found(work.service_rises, told)) is fires


@pytest.mark.parametrize(("share", "fires"), [(0.0099, False), (0.01, True), (0.15, True)])
def test_much_turnover_with_little_income(share, fires):
    told = row(
        low_income=True,
        share_turnover=share,
        share_income=0.02,
        turnover=Decimal(15_000),
        income=Decimal(600),
    )
    assert bool(found(figures.low_income, reading(told))) is fires


def test_returns_are_measured_against_all_accounts():
    fired = [
        bool(found(figures.returns, reading(row(returns_rate=rate, turnover=Decimal(10_000)))))
        for rate in (0.0499, 0.05, 0.2)
    ]
    assert fired == [False, True, True]
    few = Whole(basis="income", total=Decimal(100_000), returns_rate=0.03, profile=PROFILE)
    assert not found(figures.returns, reading(row(returns_rate=0.05, turnover=Decimal(10_000)), whole=few))


def test_a_small_account_that_grows_and_is_left_alone_is_told_of():
    told = row(is_neglected=True, turnover_growth=0.45, silent_days=61, amount=Decimal(300))
    (one,) = found(figures.neglected, reading(told))
    assert str(one.said) == "Grew by 45 % in 12 months, and has been silent for 61 days."


# --- people and facts ------------------------------------------------------------------------------------


def test_gaps_and_old_facts_concern_key_accounts_alone():
    old = tuple(Statement(topic="plans", stale=True) for _ in range(3))
    assert not found(knowledge.gaps, reading(missing_topics=4, topics=6))
    assert not found(knowledge.stale, reading(facts=old))
    assert found(knowledge.gaps, reading(is_key=True, missing_topics=1, topics=6))
    assert not found(knowledge.gaps, reading(is_key=True, missing_topics=0, topics=6))
    assert len(found(knowledge.stale, reading(is_key=True, facts=old))) == 1
    assert not found(knowledge.stale, reading(is_key=True, facts=old[:2]))


def test_secret_facts_are_counted_apart():
    facts = tuple(
        Statement(topic="plans", stale=True, secrecy=secrecy)
        for secrecy in (Secrecy.OPEN, Secrecy.INTERNAL, Secrecy.SECRET, Secrecy.SECRET)
    )
    plain, secret = found(knowledge.stale, reading(is_key=True, facts=facts), facts=2)
    assert (plain.about, plain.secrecy, str(plain.said)) == (
        "", Secrecy.INTERNAL, "2 of 2 facts are too old to rely on.",
    )  # fmt: skip
    assert (secret.about, secret.secrecy) == ("secret", Secrecy.SECRET)


def test_who_decides_and_whom_we_know():
    decider = Person(id=1, roles=("decider",))
    assert not found(knowledge.decider_not_met, reading())
    (unknown,) = found(knowledge.decider_not_met, reading(is_key=True))
    (unmet,) = found(knowledge.decider_not_met, reading(is_key=True, people=(decider,)))
    assert str(unknown.said) == "We do not know who decides."
    assert str(unmet.said) == "We know who decides, and have not met them."
    met = Person(id=1, roles=("decider",), met=True)
    assert not found(knowledge.decider_not_met, reading(is_key=True, people=(decider, met)))


@pytest.mark.requirement("REL-03")
def test_one_contact_is_a_signal_two_are_none():
    one, two, vacant = Person(id=1), Person(id=2), Person(id=3, is_found=False)
    assert found(knowledge.single_contact, reading(is_key=True, people=(one, vacant)))
    assert found(knowledge.single_contact, reading(row(abc="A"), people=(one,)))
    assert not found(knowledge.single_contact, reading(row(abc="B"), people=(one,)))
    assert not found(knowledge.single_contact, reading(is_key=True, people=(one, two)))
    assert not found(knowledge.single_contact, reading(is_key=True))


@pytest.mark.parametrize(
    ("strength", "days", "roles", "fires"),
    [
        (24.9, 30, ("decider",), True),
        (25.0, 30, ("decider",), False),
        (24.9, 29, ("decider",), False),
        (24.9, 30, ("user",), False),
        (None, 30, ("decider",), False),
    ],
)
def test_a_contact_fades_by_strength_and_days(strength, days, roles, fires):
    person = Person(id=7, roles=roles, last_on=days_ago(days), strength=strength)
    told = found(knowledge.faded, reading(is_key=True, people=(person,)))
    assert [each.about for each in told] == (["accounts.contact:7"] if fires else [])


@pytest.mark.parametrize(("ahead", "fires"), [(31, False), (30, True), (0, True), (-5, True)])
def test_a_change_of_power_is_told_a_month_ahead_and_until_it_is_settled(ahead, fires):
    change = Matter(ref="accounts.powerchange:4", on=DAY + dt.timedelta(days=ahead), secrecy=Secrecy.SECRET)
    told = found(knowledge.power_change, reading(power_changes=(change,)))
    assert [(each.about, each.secrecy) for each in told] == (
        [("accounts.powerchange:4", Secrecy.SECRET)] if fires else []
    )


@pytest.mark.parametrize(
    ("find", "field", "days", "fires"),
    [
        (knowledge.need_waits, "needs", 13, False),
        (knowledge.need_waits, "needs", 14, True),
        (knowledge.budget_moves, "budgets", 30, True),
        (knowledge.budget_moves, "budgets", 31, False),
        (work.request_late, "requests", 0, False),
        (work.request_late, "requests", 1, True),
        (work.handover_open, "handovers", 13, False),
        (work.handover_open, "handovers", 14, True),
    ],
)
def test_matters_by_their_days(find, field, days, fires):
    told = found(find, reading(**{field: (Matter(ref="x:1", on=days_ago(days)),)}))
    assert bool(told) is fires


# --- care, load, company ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("care", "fires"), [("here", False), ("substitute", False), ("away", True), ("nobody", True)]
)
def test_somebody_answers_for_a_key_account(care, fires):
    assert bool(found(work.nobody, reading(is_key=True, care=care))) is fires
    assert not found(work.nobody, reading(care=care))


@pytest.mark.requirement("SEL-21")
def test_the_fourth_account_of_a_key_account_manager_warns():
    fires = [
        bool(list(work.overload(PersonReading(person=1, accounts=count, limit=limit), {})))
        for count, limit in ((3, 3), (4, 3), (30, 30), (31, 30))
    ]
    assert fires == [False, True, False, True]


@pytest.mark.parametrize(
    ("share", "says"), [(0.5, "less"), (0.6, ""), (0.7, ""), (0.8, ""), (0.85, "more"), (None, "")]
)
@pytest.mark.requirement("SEL-15")
def test_the_share_of_key_accounts_has_a_norm(share, says):
    told = found(company.key_share, Whole(profile=PROFILE, key_share=share))
    assert bool(told) is bool(says)
    assert all(f"{says} than" in str(each.said) for each in told)


@pytest.mark.parametrize(
    ("now", "before", "fires"), [(0.11, 0.1, True), (0.1099, 0.1, False), (0.2, None, False)]
)
def test_concentration_rises(now, before, fires):
    told = found(company.concentration, Whole(profile=PROFILE, hhi=now, hhi_before=before))
    assert bool(told) is fires


def test_innovators_are_counted_by_the_analysis():
    told = found(
        company.innovators, Whole(profile=PROFILE, accounts=200, innovators=6, too_many_innovators=True)
    )
    assert [str(each.said) for each in told] == [
        "6 of 200 accounts count as innovators; more than 2.5 % is too many to be true."
    ]
    assert not found(company.innovators, Whole(profile=PROFILE, accounts=200, innovators=5))


# --- status, potential ------------------------------------------------------------------------------------

DECIDES = Whole(basis="income", currency="EUR", total=Decimal(100_000), profile=PROFILE, decides=True)


def test_key_by_the_figures_and_not_decided():
    told = row(is_key=True, share=0.1001)
    (one,) = found(status.undecided, reading(told, whole=DECIDES))
    assert str(one.said) == "Key by its figures, 10 % of the company; nobody has decided it."
    assert not found(status.undecided, reading(told))  # a company that decides nothing goes by the figures
    assert not found(status.undecided, reading(told, whole=DECIDES, key_reasons=frozenset()))
    assert not found(status.undecided, reading(row(), whole=DECIDES))


def test_a_status_for_a_contribution_that_is_gone():
    held = frozenset({"contribution", "partner"})
    (one,) = found(status.without_contribution, reading(row(share=0.04), whole=DECIDES, key_reasons=held))
    assert str(one.said) == "Key for its contribution, which the figures show no more: 4 %."
    assert found(status.without_contribution, reading(whole=DECIDES, key_reasons=held))
    assert not found(status.without_contribution, reading(row(is_key=True), key_reasons=held))
    assert not found(status.without_contribution, reading(row(), key_reasons=frozenset({"partner"})))


@pytest.mark.parametrize(
    ("reasons", "says"),
    [
        ({"contribution"}, "income alone"),
        ({"known"}, "fame alone"),
        ({"contribution", "known"}, "income and its fame"),
        ({"contribution", "partner"}, ""),
        (set(), ""),
        (None, ""),
    ],
)
def test_a_status_that_rests_on_today_alone(reasons, says):
    held = None if reasons is None else frozenset(reasons)
    told = found(status.shallow, reading(row(), whole=DECIDES, key_reasons=held))
    assert bool(told) is bool(says)
    assert all(says in str(each.said) for each in told)


@pytest.mark.parametrize(("due", "fires"), [(days_ago(1), True), (DAY, False), (None, False)])
def test_the_review_of_the_base_is_overdue_the_day_after(due, fires):
    assert bool(found(status.review_due, Whole(day=DAY, review_due=due))) is fires


@pytest.mark.parametrize(("meant", "won"), [(0, 1500), (3000, 600), (3350, 0), (9000, 0)])
def test_what_is_bought_elsewhere_is_told_until_somebody_takes_it_up(meant, won):
    """On income: the company's margin of 30 % of it. Half a hundredth of the company's 100,000 is 500."""
    told = found(status.wallet_gap, reading(gap=Decimal(5000), in_opportunities=Decimal(meant)))
    assert [each.severity for each in told] == ([Decimal(won)] if won else [])


def test_what_we_cannot_satisfy_is_nothing_to_win():
    turnover = Whole(basis="turnover", currency="EUR", total=Decimal(100_000), profile=PROFILE)
    (one,) = found(status.wallet_gap, reading(gap=Decimal(5000), satisfiable=0.4, whole=turnover))
    assert one.severity == Decimal(2000)


def test_a_late_opportunity():
    for days, fires in ((0, False), (1, True)):
        told = found(status.opportunity_late, reading(opportunities=(Matter(ref="x:1", on=days_ago(days)),)))
        assert bool(told) is fires


def test_every_rule_says_what_it_is():
    rules = registry.all_rules()
    assert len({rule.key for rule in rules}) == len(rules) >= 22
    assert all(rule.name and rule.sentence and rule.reads and rule.todo for rule in rules)
    assert all(
        each.low <= each.default <= each.high
        for rule in rules
        for each in rule.thresholds
        if not each.profile
    )


def test_thresholds_of_the_profile_are_columns_of_it():
    from kamerton.portfolio.queries import profile_columns

    named = {each.profile for rule in registry.all_rules() for each in rule.thresholds if each.profile}
    assert named <= profile_columns()


def test_offers_of_several_of_ours_for_one_family_overlap():
    assert found(work.overlap, reading()) == []
    told = Overlap(ref="portfolio.opportunity:7", family="Cables", offers=2)
    (one,) = found(work.overlap, reading(overlaps=(told,), is_key=True))
    assert (str(one.said), one.about, one.weight) == (
        "2 open opportunities of different people of ours for Cables.", "portfolio.opportunity:7", 3,
    )  # fmt: skip


# --- plans ---------------------------------------------------------------------------------------------------------


def plan(**more) -> PlanState:
    return PlanState(**({"ref": "plans.plan:1", "phase": "execution", "looked_at": DAY} | more))


@pytest.mark.parametrize(
    ("find", "state", "texts"),
    [
        (plans.plan_late, {}, []),
        (plans.plan_late, {"late": 2, "worst": DAY}, []),
        (
            plans.plan_late, {"late": 2, "worst": days_ago(1)},
            ["Activities of the plan that are late: 2; the oldest was to be done by 1 March 2026."],
        ),
        (plans.plan_one_sided, {}, []),
        (plans.plan_one_sided, {"one_sided": True}, ["The plan says what one of the two wants, and not what the other does."]),
        (plans.plan_short, {"short_term": True}, ["Every objective of the plan lies within twelve months."]),
        (plans.plan_forgotten, {"looked_at": days_ago(119)}, []),
        (plans.plan_forgotten, {"looked_at": days_ago(120), "phase": "investigation"}, []),
        (plans.plan_forgotten, {"looked_at": days_ago(120)}, ["The plan was begun on 2 November 2025, and was never reviewed."]),
        (
            plans.plan_forgotten, {"looked_at": days_ago(120), "has_review": True},
            ["The last review of the plan was on 2 November 2025."],
        ),
    ],
)  # fmt: skip
def test_plans(find, state, texts):
    told = found(find, reading(plans=(plan(**state),)))
    assert [str(each.said) for each in told] == texts
    assert all(each.about == "plans.plan:1" for each in told)


def test_a_key_account_without_a_plan_where_plans_are_made():
    assert [str(each.said) for each in found(plans.plan_missing, reading(is_key=True, lacks_plan=True))] == [
        "This key account has no plan."
    ]
    assert found(plans.plan_missing, reading(is_key=True)) == []
    assert found(plans.plan_missing, reading(lacks_plan=True)) == []


@pytest.mark.parametrize(("days", "fires"), [(20, False), (21, True)])
def test_a_plan_without_barriers(days, fires):
    plan = Matter(ref="portfolio.protection:7", on=days_ago(days))
    told = found(figures.unprotected, reading(row(amount=Decimal(30_000)), unprotected=plan))
    assert bool(told) is fires
    assert [(one.severity, one.about) for one in told] == [
        (Decimal(30_000), "portfolio.protection:7")
    ] * fires
    assert found(figures.unprotected, reading(row())) == []


def test_falling_quarters_are_told_where_the_year_rose_without_saying_that_it_fell():
    """Three falling quarters raise the alert (PFA-05); the year above the one before says so, and no money is named."""
    year = row(
        margin_falling=True, margin=0.31, turnover=Decimal(1000), income=Decimal(310),
        turnover_before=Decimal(1000), income_before=Decimal(290),
    )  # fmt: skip
    (one,) = found(figures.margin, reading(year))
    assert (one.severity, one.weight) == (None, 2)
    assert str(one.said) == (
        "The margin has fallen for 3 quarters; over 12 months it is 31 %, not below the 29 % before."
    )


@pytest.mark.parametrize(
    ("analysed", "is_key", "says"),
    [
        (None, True, ["Its loyalty was never analysed."]),
        (days_ago(180), True, ["Its loyalty was last analysed on 3 September 2025."]),
        (days_ago(179), True, []),
        (None, False, []),
    ],
)
def test_an_overdue_loyalty_analysis_is_reminded_of(analysed, is_key, says):
    found_now = found(knowledge.analysis_overdue, reading(is_key=is_key, analysed_on=analysed))
    assert [str(each.said) for each in found_now] == says
