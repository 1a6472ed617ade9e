"""Who decides, who covers them, what we think of them: tables of cases, and what holds of any map."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given

from kamerton.accounts.decision_unit import Knows, Ours, Touch, combined, coverage, deciding
from tests.accounts.units import DAY, UNHURRIED, person, unit, units, view

FULL = (person(1, "decider", level="top"), person(2, "influencer", level="middle"),
        person(3, "user", level="operational"), person(4, "buyer", level="middle"))  # fmt: skip


def _known(*numbers):
    return tuple(Knows(9, number, "brief") for number in numbers)


@pytest.mark.requirement("REL-01")
@pytest.mark.parametrize(
    ("people", "missing"),
    [
        (FULL, set()),
        (FULL[1:], {"no_decider"}),
        ((FULL[0], *FULL[2:]), {"no_influencer"}),
        (FULL[2:], {"no_decider", "no_influencer"}),
    ],
)
def test_a_map_without_decider_or_influencer_is_flagged(people, missing):
    flags = deciding(unit(*people, ties=_known(1, 2, 3, 4))).flags
    assert set(flags) & {"no_decider", "no_influencer"} == missing


def test_a_decider_who_left_decides_no_more_and_a_post_without_a_holder_still_does():
    gone = deciding(unit(person(1, "decider", present=False), person(2, "decider", is_found=False)))
    assert (gone.deciders, gone.unmet, "no_decider" in gone.flags) == ((2,), (2,), False)
    both = deciding(unit(person(1, "decider", is_found=False), person(2, "decider")))
    assert both.deciders == (2, 1)


@pytest.mark.requirement("REL-03")
@pytest.mark.parametrize(
    ("ties", "flagged", "levels"),
    [
        (_known(1), True, ("middle", "operational")),
        (_known(1, 2), False, ("operational",)),
        (_known(1, 2, 3), False, ()),
        ((), False, ("top", "middle", "operational")),
    ],
)
def test_one_contact_raises_an_alert_and_levels_without_one_are_named(ties, flagged, levels):
    told = deciding(unit(*FULL, ties=ties))
    assert ("single_contact" in told.flags, told.uncovered_levels) == (flagged, levels)


def test_an_owner_is_a_level_only_where_there_is_one():
    owner = person(7, "approver", level="owner")
    assert deciding(unit(*FULL, owner, ties=_known(1, 2, 3))).uncovered_levels == ("owner",)


@pytest.mark.requirement("REL-04")
@pytest.mark.parametrize(("known", "warned"), [((4,), True), ((4, 3), False), ((), False), ((1,), False)])
def test_a_way_in_that_leads_through_purchasing_alone_is_warned_of(known, warned):
    assert ("buyer_only" in deciding(unit(*FULL, ties=_known(*known))).flags) is warned


def test_whom_we_have_met():
    people = (person(1), person(2), person(3, stage=1), person(4), person(5, is_found=False, stage=2))
    told = unit(
        *people,
        ties=(Knows(9, 1, "brief"), Knows(9, 4, "none")),
        touches=(Touch(2, DAY), Touch(4, DAY + dt.timedelta(days=1))),
    )
    assert deciding(told).met == {1, 2, 3}


TEAM = (Ours(20, "Irina", ("responsible",)), Ours(21, "Tomas", ("technical",)), Ours(22, "Guest", ()))


@pytest.mark.requirement("REL-02")
def test_the_matrix_shows_functions_that_nobody_or_no_specialist_covers():
    people = (person(1, function="purchasing"), person(2, function="technical"), person(3, function="finance"),
              person(4, function="technical"))  # fmt: skip
    ties = (Knows(20, 1, "deep"), Knows(20, 2, "brief"), Knows(20, 4, "many"), Knows(22, 3, "none"))
    rows = {row.function: row for row in coverage(unit(*people, ties=ties, ours=TEAM)).rows}
    assert {name: row.gap for name, row in rows.items()} == {
        "purchasing": "", "technical": "stranger", "finance": "nobody"
    }  # fmt: skip
    assert [(each.ours, each.depth, each.people) for each in rows["technical"].crossings] == [(20, "many", 2)]
    assert rows["technical"].fitting == (21,)
    again = coverage(unit(*people, ties=(*ties, Knows(21, 2, "brief")), ours=TEAM))
    assert (again.gaps, again.functions_share) == (("finance",), 2 / 3)


def test_decision_roles_are_covered_by_whom_we_have_met():
    told = coverage(unit(*FULL, ties=_known(1, 4)))
    assert (told.roles_known, told.roles_share) == ({"decider", "buyer"}, 0.5)
    assert coverage(unit()).roles_share is None


def test_opinions_are_kept_apart_and_taken_together():
    earlier = view(1, 5, -2, on=DAY - dt.timedelta(days=40))
    told = combined(
        unit(person(5), person(6), views=(earlier, view(1, 5, 2, 5), view(2, 5, 0, 3), view(3, 5, 2, 4)))
    )
    five = told[5]
    assert [(each.rater, each.support) for each in five.views] == [(1, 2), (2, 0), (3, 2)]
    assert (round(five.support, 2), five.influence, five.spread) == (1.33, 4, 2)
    assert (five.differing, five.standing) == ((2,), 1)
    assert (told[6].support, told[6].standing, told[6].views) == (None, None, ())


@pytest.mark.parametrize(
    ("supports", "standing"), [((1, 0), 1), ((-1, 0), -1), ((2, 1), 2), ((0, 0, 1), 0), ((2, -2), 0)]
)
def test_half_a_step_of_support_counts_away_from_neutral(supports, standing):
    views = tuple(view(rater, 1, support) for rater, support in enumerate(supports))
    assert combined(unit(person(1), views=views))[1].standing == standing


@UNHURRIED
@given(units())
def test_what_is_told_of_any_map_is_of_people_who_are_there(told):
    there = {each.id for each in told.present()}
    answer = deciding(told)
    assert set(answer.deciders) | set(answer.approvers) | set(answer.unmet) | answer.met <= there
    assert answer.met.isdisjoint(answer.unmet)
    assert len(answer.met) + len(answer.unmet) == len(there)
    for one in combined(told).values():
        assert one.support is None or min(v.support for v in one.views) <= one.support <= max(
            v.support for v in one.views
        )
