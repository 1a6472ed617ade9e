"""What is reckoned of a plan, by hand-made cases and by Hypothesis."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.plans.rules import objectives, phases, schedule, templates, versions
from kamerton.plans.rules.phases import Contents
from kamerton.plans.rules.schedule import Step

MONDAY = dt.date(2026, 3, 2)
START = dt.date(2026, 1, 1)
FULL = Contents(
    has_why=True, compared=1, others=3, has_potential=True, inside=1, outside=1, ideas=1, opportunities=1,
    activities=1, interests=1, dues=(dt.date(2027, 6, 30),), agreed=1, has_agreement=True, is_effective=True,
)  # fmt: skip


# --- phases --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "phase", "gaps"),
    [
        ({}, "investigation", ()),
        ({}, "formalisation", ()),
        ({}, "execution", ()),
        ({"has_why": False, "compared": 0, "has_potential": False}, "investigation", ("why", "compared", "potential")),
        ({"compared": 0, "others": 0}, "investigation", ()),  # the only account there is
        ({"ideas": 0, "opportunities": 0, "activities": 0}, "formalisation", ("ideas", "opportunities", "activities")),
        ({"inside": 0, "outside": 0}, "formalisation", ("swot_inside", "swot_outside")),
        ({"dues": ()}, "formalisation", ("objectives",)),
        ({"interests": 0}, "formalisation", ("interests",)),
        ({"activities_open": 2, "undated": 1}, "execution", ("undated", "activities_open")),
    ],
)  # fmt: skip
def test_what_a_phase_asks_for(change, phase, gaps):
    told = replace(FULL, **change)
    assert phases.missing(phase, told) == gaps
    assert phases.may_close(phase, told, reason="") is not bool(gaps)
    assert phases.may_close(phase, told, reason="The board wants it so")


def test_phases_follow_one_another_and_end():
    assert [phases.following(phase) for phase in phases.ORDER] == [
        "formalisation",
        "execution",
        "ended",
        None,
    ]
    assert not phases.may_close("ended", FULL, reason="again")


@pytest.mark.parametrize(
    ("dues", "short"),
    [
        ((), False),
        ((dt.date(2026, 12, 31),), True),
        ((dt.date(2027, 1, 1),), False),
        ((dt.date(2026, 6, 30), dt.date(2026, 12, 31)), True),
        ((dt.date(2026, 6, 30), dt.date(2029, 12, 31)), False),
    ],
)
def test_only_near_goals_are_short_sighted(dues, short):
    assert phases.is_short_term(dues, START) is short


def test_a_one_sided_plan_says_so_and_an_empty_one_does_not():
    assert phases.is_one_sided(replace(FULL, interests=0))
    assert phases.is_one_sided(replace(FULL, dues=()))
    assert not phases.is_one_sided(replace(FULL, dues=(), interests=0))
    assert phases.warnings(replace(FULL, interests=0, has_agreement=False, agreed=0), starts_on=START) == (
        "one_sided", "no_agreement", "nothing_agreed",
    )  # fmt: skip


def test_months_after_keeps_to_the_end_of_the_month():
    assert phases.months_after(dt.date(2024, 2, 29), 12) == dt.date(2025, 2, 28)
    assert phases.months_after(dt.date(2026, 1, 31), 1) == dt.date(2026, 2, 28)
    assert phases.furthest(START) == dt.date(2031, 1, 1)


# --- schedule ------------------------------------------------------------------------------------------------------


def told(*steps: Step, today: dt.date = MONDAY) -> schedule.Schedule:
    return schedule.schedule(steps, begin=START, today=today)


def test_the_critical_path_by_hand():
    """3 days, then 2 in parallel with 5, then 1: Monday to the Thursday of the week after; the 2 have 3 to spare."""
    found = told(
        Step(key=1, days=3), Step(key=2, days=2, after=(1,)), Step(key=3, days=5, after=(1,)),
        Step(key=4, days=1, after=(2, 3)),
    )  # fmt: skip
    assert found.finish == dt.date(2026, 3, 12)
    steps = found.of()
    assert [(steps[key].start.day, steps[key].finish.day, steps[key].slack) for key in (1, 2, 3, 4)] == [
        (2, 4, 0), (5, 6, 3), (5, 11, 0), (12, 12, 0),
    ]  # fmt: skip
    assert [key for key in (1, 2, 3, 4) if steps[key].is_critical] == [1, 3, 4]


def test_what_is_done_moves_what_follows_and_is_not_critical():
    found = told(Step(key=1, days=3, done_on=dt.date(2026, 2, 20)), Step(key=2, after=(1,)))
    assert found.of()[2].start == MONDAY
    assert not found.of()[1].is_critical
    assert found.finish == MONDAY
    later = told(Step(key=1, done_on=dt.date(2026, 3, 6)), Step(key=2, after=(1,)))
    assert later.of()[2].start == dt.date(2026, 3, 9)


def test_late_and_tight():
    steps = told(
        Step(key=1, planned_on=dt.date(2026, 2, 27)), Step(key=2, days=10, planned_on=dt.date(2026, 3, 6)),
        Step(key=3, planned_on=dt.date(2026, 2, 1), done_on=dt.date(2026, 2, 20)), Step(key=4, planned_on=MONDAY),
    ).of()  # fmt: skip
    assert [(steps[key].is_late, steps[key].is_tight) for key in (1, 2, 3, 4)] == [
        (True, False), (False, True), (False, False), (False, False),
    ]  # fmt: skip


def test_nothing_begins_on_a_weekend_or_before_its_day():
    saturday = dt.date(2026, 3, 7)
    assert told(Step(key=1, days=2), today=saturday).finish == dt.date(2026, 3, 10)
    assert told(Step(key=1, not_before=saturday)).finish == dt.date(2026, 3, 9)
    assert told().finish is None


def test_circles_are_named():
    steps = [Step(key=1, after=(3,)), Step(key=2, after=(1,)), Step(key=3, after=(2,)), Step(key=4)]
    with pytest.raises(schedule.Cyclic) as circle:
        told(*steps)
    assert sorted(circle.value.keys) == [1, 2, 3]
    with pytest.raises(schedule.Cyclic):
        told(Step(key=1, after=(1,)))


@st.composite
def _steps(draw):
    """Any plan without circles: each waits only for earlier ones."""
    count = draw(st.integers(1, 12))
    return [
        Step(
            key=key, days=draw(st.integers(1, 30)),
            after=tuple(sorted(draw(st.sets(st.integers(0, key - 1)) if key else st.just(set())))),
            not_before=draw(st.none() | st.dates(START, dt.date(2027, 1, 1))),
            done_on=draw(st.none() | st.dates(dt.date(2025, 6, 1), MONDAY)),
        )
        for key in range(count)
    ]  # fmt: skip


@given(_steps())
def test_any_plan_is_scheduled_in_order_and_not_longer_than_needed(steps):
    found = told(*steps)
    timed, by_key = found.of(), {step.key: step for step in steps}
    open_ones = [step for step in steps if step.done_on is None]
    for step in open_ones:
        own = timed[step.key]
        assert all(timed[key].finish < own.start for key in step.after)
        assert own.start >= MONDAY
        assert schedule.is_workday(own.start)
        assert schedule.is_workday(own.finish)
        assert schedule.workdays_between(own.start, own.finish) == step.days - 1
        assert own.latest_finish >= own.finish
        assert own.is_critical == (own.slack == 0)
        # It could not begin earlier: today, its own day, or something before it stands in the way.
        waits = [schedule.next_workday(timed[key].finish + dt.timedelta(days=1)) for key in step.after]
        own_day = [schedule.next_workday(step.not_before)] if step.not_before else []
        assert own.start == max([MONDAY, *waits, *own_day])
    if open_ones:
        assert found.finish == max(timed[step.key].finish for step in open_ones)
        assert any(timed[step.key].is_critical for step in open_ones)
    assert set(timed) == set(by_key)


@given(st.dates(START, dt.date(2030, 1, 1)), st.integers(0, 200))
def test_working_days_there_and_back(day, count):
    day = schedule.next_workday(day)
    later = schedule.workdays_after(day, count)
    assert schedule.is_workday(later)
    assert schedule.workdays_between(day, later) == count
    assert schedule.workdays_before(later, count) == day
    assert [each for each in pairwise([day, later]) if each[0] > each[1]] == []


@pytest.mark.requirement("ABP-12")
@pytest.mark.parametrize(
    ("rows", "on_time", "counted"),
    [
        ([], 0, 0),
        ([(dt.date(2026, 2, 1), dt.date(2026, 2, 1))], 1, 1),
        ([(dt.date(2026, 2, 1), dt.date(2026, 2, 2))], 0, 1),
        ([(dt.date(2026, 2, 1), None)], 0, 1),
        ([(MONDAY, None)], 0, 0),  # its day is not over
        ([(None, dt.date(2026, 2, 2)), (None, None)], 0, 0),
        ([(dt.date(2026, 5, 1), dt.date(2026, 2, 2)), (dt.date(2026, 2, 1), None), (MONDAY, None)], 1, 2),
    ],
)
def test_punctuality(rows, on_time, counted):
    found = schedule.punctuality(rows, today=MONDAY)
    assert (found.on_time, found.counted) == (on_time, counted)
    assert found.share == (on_time / counted if counted else None)


# --- objectives ----------------------------------------------------------------------------------------------------


def aim(kind="figure", **more) -> objectives.Aim:
    told = {
        "starts_on": START,
        "due_on": dt.date(2026, 12, 31),
        "baseline": Decimal(100),
        "target": Decimal(200),
    }
    return objectives.Aim(kind=kind, **(told | more))


@pytest.mark.parametrize(
    ("current", "today", "standing", "share"),
    [
        (None, MONDAY, "unknown", None),
        (Decimal(100), MONDAY, "behind", 0.0),
        (Decimal(150), MONDAY, "on_way", 0.5),
        (Decimal(90), MONDAY, "behind", 0.0),
        (Decimal(250), MONDAY, "reached", 1.0),
        (Decimal(150), dt.date(2027, 1, 1), "missed", 0.5),
        (Decimal(200), dt.date(2027, 1, 1), "reached", 1.0),
    ],
)
def test_progress_of_a_figure(current, today, standing, share):
    found = objectives.progress(aim(), current, today=today)
    assert (found.standing, found.share) == (standing, share)


def test_what_is_to_fall_and_what_is_to_stay():
    falling = aim(baseline=Decimal(10), target=Decimal(2))
    assert objectives.progress(falling, Decimal(4), today=MONDAY).share == 0.75
    staying = aim(baseline=Decimal(10), target=Decimal(10))
    assert objectives.progress(staying, Decimal(9), today=MONDAY).share == 0.0
    assert objectives.progress(staying, Decimal(10), today=MONDAY).standing == "reached"


def test_a_milestone_is_reached_on_its_day():
    assert objectives.progress(aim("milestone"), None, today=MONDAY).standing == "on_way"
    assert objectives.progress(aim("milestone"), None, today=dt.date(2027, 1, 1)).standing == "missed"
    assert objectives.progress(aim("milestone", reached_on=MONDAY), None, today=MONDAY).standing == "reached"


@given(
    st.decimals(-1000, 1000, places=2), st.decimals(-1000, 1000, places=2), st.decimals(-2000, 2000, places=2)
)
def test_a_share_of_the_way_is_a_share(baseline, target, current):
    assert 0 <= objectives.travelled(baseline, target, current) <= 1


# --- versions ------------------------------------------------------------------------------------------------------


def content(**more) -> dict:
    return {"plan": {"title": "P", "why": "", "agreement": "Frame order"}, "lines": [], "opportunities": [],
            "objectives": [], "activities": [], **more}  # fmt: skip


def row(key: int, text: str = "x", secrecy: int = 0, **more) -> dict:
    return {"id": key, "text": text, "secrecy": secrecy, **more}


def test_differences_are_readable():
    before = content(lines=[row(1, "Fewer stops"), row(2, "Old idea")])
    after = content(plan={"title": "P", "why": "It grows", "agreement": "Frame order"},
                    lines=[row(1, "No stops"), row(3, "New idea")])  # fmt: skip
    found = versions.differences(before, after)
    assert [
        (each.section, each.name, each.happened, each.field, each.before, each.after) for each in found
    ] == [
        ("plan", "", "changed", "why", "", "It grows"),
        ("lines", "No stops", "changed", "text", "Fewer stops", "No stops"),
        ("lines", "New idea", "added", "", None, None),
        ("lines", "Old idea", "removed", "", None, None),
    ]


def test_a_difference_is_as_secret_as_the_more_secret_side():
    found = versions.differences(content(lines=[row(1, "a", 2)]), content(lines=[row(1, "b", 0)]))
    assert {each.secrecy for each in found} == {2}
    assert versions.readable(found, 1) == ()


_ROWS = st.lists(
    st.builds(row, st.integers(1, 6), st.sampled_from("abc"), st.integers(0, 2)), unique_by=lambda r: r["id"]
)


@given(_ROWS, _ROWS)
def test_no_difference_means_the_same_and_the_other_way_round(one, other):
    there = versions.differences(content(lines=one), content(lines=other))
    same = sorted(one, key=str) == sorted(other, key=str)
    assert (there == ()) is same
    assert versions.differences(content(lines=one), content(lines=one)) == ()


@given(_ROWS)
def test_the_customers_edition_holds_nothing_that_is_not_open(rows):
    edition = versions.customer_edition(content(lines=rows))
    assert all(each["secrecy"] == 0 for each in edition.content["lines"])
    assert len(edition.content["lines"]) + len(edition.left_out.get("lines", ())) == len(rows)


def test_the_edition_drops_links_to_what_is_hidden_and_our_costs():
    acts = [row(1, secrecy=1), row(2, after=[1], budget="900", resources=[{"cost": "1"}], objective=7)]
    edition = versions.customer_edition(content(activities=acts, objectives=[row(7, secrecy=2)]))
    assert edition.content["activities"] == [{"id": 2, "text": "x", "secrecy": 0, "after": []}]
    assert "why" not in edition.content["plan"]
    assert edition.left_out == {"objectives": ("x",), "activities": ("x",)}


# --- templates -----------------------------------------------------------------------------------------------------


def test_everything_in_a_template_is_optional():
    assert templates.read({}) == templates.Template()
    told = templates.read({"activities": [{"title": "A", "after": [5]}, {"title": "B", "after": [0]}]})
    assert [step.after for step in told.activities] == [(), (0,)]


def test_a_template_takes_no_money_no_secrets_and_no_people():
    act = {"stream": "business", "days": 2, "planned_on": "2026-02-01", "owner": 5, "after": []}
    goal = {"kind": "figure", "unit": "", "target": "5", "due_on": "2026-07-01"}
    made = templates.made_of(
        content(
            plan={"starts_on": "2026-01-01"},
            lines=[row(1, "Open", kind="idea", fact=None, need=None), row(2, "Secret", 2, kind="idea", fact=None, need=None)],
            objectives=[row(1, title="Money", measure="turnover", **goal), row(2, title="Margin", measure="margin", **goal)],
            activities=[row(9, title="Second", **{**act, "after": [8]}), row(8, title="First", **act)],
        )
    )  # fmt: skip
    assert made["ideas"] == ["Open"]
    assert [each["title"] for each in made["objectives"]] == ["Margin"]
    assert made["activities"] == [
        {"title": "First", "stream": "business", "days": 2, "offset": 31, "after": []},
        {"title": "Second", "stream": "business", "days": 2, "offset": 31, "after": [0]},
    ]
