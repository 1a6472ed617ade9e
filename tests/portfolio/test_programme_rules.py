"""What the programme comes to, as values."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.instruments import format as files
from kamerton.instruments import rules as scoring
from kamerton.portfolio import programme_rules as rules
from kamerton.portfolio.programme_measures import answered
from kamerton.portfolio.programme_rules import Finding, Measure

DAY = dt.date(2026, 3, 2)
ORDER = ["not-justified", "partly", "justified"]


def nine():
    path = files.CATALOGUE / "programme-conditions.toml"
    return files.build(files.document(path.read_text(encoding="utf-8"), path.name), path.name)


def test_the_questionnaire_has_nine_items():
    definition = nine()
    assert len(list(definition)) == 9
    assert [item.kind for item in definition] == ["yes-no"] * 9


@given(st.sets(st.sampled_from(sorted(item.key for item in nine()))), st.data())
def test_one_more_condition_verified_never_justifies_less(verified, data):
    definition = nine()
    more = data.draw(st.sampled_from(sorted(item.key for item in definition)))

    def score(keys):
        found = scoring.score(definition, {key: scoring.Given("yes", "", DAY) for key in keys})
        return found.value or 0, ORDER.index(found.result) if found.result else 0

    before, after = score(verified), score(verified | {more})
    assert after >= before
    assert after[0] == before[0] + (more not in verified)


@pytest.mark.parametrize(("count", "result"), [(1, "not-justified"), (2, "not-justified"), (3, "partly"),
                                               (5, "partly"), (6, "justified"), (9, "justified")])  # fmt: skip
def test_what_the_count_comes_to(count, result):
    definition = nine()
    keys = [item.key for item in definition][:count]
    found = scoring.score(definition, {key: scoring.Given("yes", "", DAY) for key in keys})
    assert found.result == result


def test_figures_go_before_people_and_say_where_they_differ():
    told = Finding(key="a", met=True, source="figures", text="figures", dated=DAY)
    said = Finding(key="a", met=False, source="person", who="Anna", dated=DAY)
    assert rules.merged(told, None, "a") == told
    assert rules.merged(None, said, "a") == said
    both = rules.merged(told, said, "a")
    assert (both.met, both.source, both.other) == (True, "figures", "Anna")
    assert rules.merged(None, None, "a") == Finding(key="a", met=None, source="")


@pytest.mark.parametrize(
    ("fifth", "five", "met"),
    [(0.8, 0.1, True), (0.79, 0.49, False), (0.5, 0.5, True), (None, 0.6, True), (None, None, None)],
)
def test_few_clients_make_much(fifth, five, met):
    assert rules.few_make_much(fifth, five) is met


def test_concentration_needs_a_year_to_compare_with():
    ends = [dt.date(2024 + at // 12, at % 12 + 1, 28) for at in range(25)]
    assert rules.concentrating([(day, 0.3) for day in ends[:12]]) is None
    assert rules.concentrating([]) is None
    points = [(day, 0.3 + at / 100) for at, day in enumerate(ends)]
    assert rules.concentrating(points) == pytest.approx((0.3, 0.54))
    assert rules.concentrating(points[:13]) == pytest.approx((0.3, 0.42))


@pytest.mark.parametrize(
    ("cost", "benefit", "justified"),
    [
        ("100.01", "100.00", False),
        ("100.00", "100.00", True),
        ("99.99", "100.00", True),
        (None, "5", None),
        ("5", None, None),
    ],
)
def test_cost_above_benefit_is_not_justified(cost, benefit, justified):
    lines = [("cost", Decimal(cost))] if cost else []
    lines += [("benefit", Decimal(benefit))] if benefit else []
    assert rules.case_of(lines).is_justified is justified


def test_ready_only_with_nothing_open_and_a_sponsor():
    keys = ["a", "b"]
    assert rules.open_conditions({"a": True}, keys) == ("b",)
    assert not rules.may_be_ready(rules.open_conditions({"a": True}, keys), 1)
    assert not rules.may_be_ready(rules.open_conditions({"a": True, "b": True}, keys), None)
    assert rules.may_be_ready(rules.open_conditions({"a": True, "b": True}, keys), 1)


@pytest.mark.parametrize(
    ("before", "now", "better", "told"),
    [
        (1, 2, "up", "better"),
        (2, 1, "up", "worse"),
        (2, 1, "down", "better"),
        (1, 1, "up", "same"),
        (None, 1, "up", ""),
        (1, None, "up", ""),
    ],
)
def test_which_way_a_figure_goes(before, now, better, told):
    assert Measure(key="a", unit="share", now=now, before=before, better=better).trend == told


def test_requests_in_time_count_those_overdue_and_leave_out_those_not_due_yet():
    made = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
    late, due = made + dt.timedelta(days=4), dt.date(2026, 3, 3)
    rows = [
        (made, made + dt.timedelta(days=2), due),
        (made, late, due),
        (made, None, due),
        (made, None, dt.date(2026, 9, 1)),
    ]
    days, in_time = answered(rows, dt.date(2026, 3, 10))
    assert days == 3
    assert in_time == pytest.approx(1 / 3)
    assert answered([], DAY) == (None, None)


@pytest.mark.parametrize(
    ("share", "place"),
    [
        (None, ""),
        (0, "traditional"),
        (0.24, "traditional"),
        (0.25, "between"),
        (0.74, "between"),
        (0.75, "kam"),
    ],
)
def test_where_the_company_stands(share, place):
    assert rules.stands(share) == place
