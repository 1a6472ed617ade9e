"""Strength, ways and their order, powers of a territory, changes between two days, places of the cards."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.accounts import approach, map_changes, map_layout, powers
from kamerton.accounts.decision_unit import Change, Knows, Link, Person, Touch, combined
from kamerton.accounts.map_layout import HEIGHT, WIDTH
from kamerton.accounts.strength import WEIGHTS, strength, strengths
from tests.accounts.units import DAY, UNHURRIED, person, unit, units, view

# --- strength ------------------------------------------------------------------------------------------------


def _ago(days: int, **more) -> Touch:
    return Touch(1, DAY - dt.timedelta(days=days), **more)


@pytest.mark.parametrize(
    ("touches", "depth", "level", "parts"),
    [
        ([], "deep", "top", (0, 0, 0, 0, 0)),
        ([_ago(0)], "none", "", (30, 25 / 6, 0, 0, 5)),
        ([_ago(0)], "brief", "top", (30, 25 / 6, 0, 5, 15)),
        ([_ago(90)], "deep", "middle", (15, 0, 0, 7.5, 5)),
        ([_ago(0, from_them=True), _ago(0)], "none", "owner", (30, 25 / 6, 15, 0, 15)),
        (
            [_ago(14 * at, from_them=True, in_depth=True) for at in range(6)],
            "none",
            "top",
            (30, 25, 15, 15, 15),
        ),
        ([_ago(180, from_them=True, in_depth=True)], "deep", "top", (0, 0, 0, 0, 0)),
        ([_ago(-1)], "deep", "top", (0, 0, 0, 0, 0)),
    ],
)
def test_the_parts_of_contact_strength(touches, depth, level, parts):
    told = strength(touches, depth=depth, level=level, on=DAY)
    assert (told.recency, told.frequency, told.two_way, told.depth, told.seniority) == pytest.approx(parts)


def test_the_weights_are_those_of_the_formulas():
    assert dict(WEIGHTS) == {"recency": 30, "frequency": 25, "two_way": 15, "depth": 15, "seniority": 15}


@UNHURRIED
@given(units(), st.integers(0, 400))
def test_strength_stays_within_its_scale_and_never_rises_by_waiting(told, days):
    later = strengths(replace(told, on=told.on + dt.timedelta(days=days)))
    for number, now in strengths(told).items():
        assert 0 <= later[number].total <= now.total + 1e-9 <= 100 + 1e-6


# --- ways ----------------------------------------------------------------------------------------------------


def test_the_way_leads_through_who_is_willing_and_has_weight():
    lena, bruno, voss = person(1, "user"), person(2, "user"), person(3, "decider")
    told = unit(
        lena, bruno, voss,
        links=(Link(1, 1, 3, "influences", 2), Link(2, 2, 3, "influences", 2)),
        ties=(Knows(9, 1, "many"), Knows(8, 2, "many")),
        views=(view(9, 1, 2, 4), view(9, 2, 0, 4)),
    )  # fmt: skip
    way = approach.ways(told)[3]
    assert (way.ours, way.through) == (9, (1,))
    assert approach.ways(told)[1].is_direct


@pytest.mark.parametrize(
    "closed",
    [
        {"people": {1: {"present": False}}},
        {"people": {1: {"is_found": False}}},
        {"links": (Link(7, 4, 1, "blocks"),)},
        {"links": (Link(7, 3, 1, "rival"),)},
        {"views": (view(9, 1, -1),)},
    ],
    ids=["left", "not found", "blocked", "rivals", "against us"],
)
def test_no_way_leads_through_who_cannot_lead(closed):
    people = {1: person(1, "user"), 3: person(3, "decider"), 4: person(4)}
    people |= {number: replace(people[number], **more) for number, more in closed.get("people", {}).items()}
    told = unit(
        *people.values(),
        links=(Link(1, 1, 3, "influences"), *closed.get("links", ())),
        ties=(Knows(9, 1, "deep"),),
        views=closed.get("views", ()),
    )
    assert 3 not in approach.ways(told)


@pytest.mark.requirement("REL-04")
def test_the_order_begins_with_users_deciders_and_influencers_and_pushes_no_buyer():
    told = unit(
        person(1, "buyer"), person(2, "finance"), person(3, "user"), person(4, "decider"), person(5),
        person(6, "decider", is_found=False), person(7, "influencer"), person(8, "user"),
        links=(Link(1, 8, 4, "influences", 3), Link(2, 7, 3, "knows", 1)),
        ties=(Knows(9, 8, "deep"), Knows(9, 7, "brief")),
    )  # fmt: skip
    steps = approach.order(told)
    assert [(step.person, step.act, step.why) for step in steps] == [
        (4, "meet", "starting"), (3, "meet", "starting"), (6, "find", "starting"), (7, "deepen", "starting"),
        (2, "meet", "other_role"), (5, "meet", "no_role"), (1, "meet", "buyer"),
    ]  # fmt: skip
    assert steps[0].way is not None
    assert steps[0].way.through == (8,)


def test_a_way_through_purchasing_is_said_to_be_one():
    told = unit(
        person(1, "buyer"),
        person(2, "decider"),
        ties=(Knows(9, 1, "deep"),),
        links=(Link(1, 1, 2, "knows", 3),),
    )
    assert [(step.person, step.only_buyer) for step in approach.order(told)] == [(2, True)]


@UNHURRIED
@given(units(), st.randoms())
def test_ways_and_order_do_not_depend_on_the_order_of_rows(told, chance):
    def mixed(rows):
        rows = list(rows)
        chance.shuffle(rows)
        return tuple(rows)

    latest = [one.views for one in combined(told).values()]
    told = replace(told, views=tuple(each for views in latest for each in views))
    other = replace(
        told, people=mixed(told.people), links=mixed(told.links), ties=mixed(told.ties), touches=mixed(told.touches),
        views=mixed(told.views),
    )  # fmt: skip
    assert approach.ways(told) == approach.ways(other)
    assert approach.order(told) == approach.order(other)
    assert map_layout.layout(told.people) == map_layout.layout(other.people)


@UNHURRIED
@given(units())
def test_a_way_uses_people_who_are_there_and_can_lead_and_only_real_steps(told):
    people = {each.id: each for each in told.present()}
    blocked = {each.to for each in told.links if each.kind == "blocks" and each.of in people}
    beside = {frozenset((each.of, each.to)) for each in told.links if each.kind not in ("blocks", "rival")}
    beside |= {frozenset((each.id, each.reports_to)) for each in told.people if each.reports_to}
    opens = {(tie.ours, tie.person) for tie in told.ties if tie.depth != "none"}
    for number, way in approach.ways(told).items():
        chain = [*way.through, number]
        assert set(chain) <= set(people)
        assert blocked.isdisjoint(way.through)
        assert all(people[each].is_found for each in way.through)
        assert (way.ours, chain[0]) in opens
        assert all(frozenset(pair) in beside for pair in itertools.pairwise(chain))
        assert 0 < way.chance <= 1
    assert {step.person for step in approach.order(told)} <= set(people)


# --- powers --------------------------------------------------------------------------------------------------


@pytest.mark.requirement("REL-05")
def test_a_territory_gives_allies_rivals_and_dated_changes():
    north = [person(at, is_vip=True, territory="North") for at in (1, 2, 3)]
    told = unit(
        *north, person(4, is_opinion_leader=True, territory="South"), person(5, territory="North"),
        person(6, is_vip=True, territory="North", present=False),
        links=(Link(1, 1, 2, "ally"), Link(2, 3, 1, "rival"), Link(3, 4, 1, "influences"), Link(4, 6, 1, "ally")),
        views=(view(9, 1, 2, 5), view(9, 3, -1, 4)),
        changes=(Change(1, 1, dt.date(2026, 9, 1), "Retires"), Change(2, 1, dt.date(2026, 4, 1), "Joins the board")),
    )  # fmt: skip
    found = powers.territories(told)
    assert [(each.name, [one.person for one in each.powers]) for each in found] == [
        ("North", [1, 3, 2]),
        ("South", [4]),
    ]
    first = found[0].powers[0]
    assert (first.allies, first.rivals, first.moved_by) == ((2,), (3,), (4,))
    assert [each.what for each in first.changes] == ["Joins the board", "Retires"]
    assert (found[0].for_us, found[0].against_us) == (5, 4)


@pytest.mark.requirement("REL-08")
def test_vips_without_a_long_term_plan_are_listed():
    told = unit(person(1, is_vip=True, has_plan=True), person(2, is_vip=True), person(3))
    assert [each.without_plan for each in powers.territories(told)] == [(2,)]


# --- changes -------------------------------------------------------------------------------------------------


def test_what_changed_between_two_days():
    before = unit(
        person(1, "user"), person(2, stage=1), person(3),
        links=(Link(1, 1, 2, "knows"), Link(2, 2, 3, "ally")), views=(view(9, 1, 0),),
    )  # fmt: skip
    after = unit(
        person(1, "decider", reports_to=2), person(2, stage=2), person(3, present=False), person(4),
        links=(Link(1, 1, 2, "knows"), Link(3, 4, 1, "blocks")), views=(view(9, 1, 2),),
    )  # fmt: skip
    told = map_changes.changes(before, after)
    assert (told.came, told.left) == ((4,), (3,))
    assert ([each.id for each in told.begun], [each.id for each in told.ended]) == ([3], [2])
    assert [(each.person, each.what, each.before, each.after) for each in told.moved] == [
        (1, "support", 0, 2), (1, "reports_to", None, 2), (1, "roles", ("user",), ("decider",)), (2, "stage", 1, 2),
    ]  # fmt: skip
    assert (told.count, told.people) == (8, {1, 2, 3, 4})


@UNHURRIED
@given(units())
def test_nothing_changed_between_a_day_and_itself(told):
    assert map_changes.changes(told, told).count == 0


@UNHURRIED
@given(units(), units())
def test_changes_backwards_are_the_opposite(one, other):
    there, back = map_changes.changes(one, other), map_changes.changes(other, one)
    assert (there.came, there.left, there.begun, there.ended) == (
        back.left,
        back.came,
        back.ended,
        back.begun,
    )
    assert [(each.before, each.after) for each in there.moved] == [
        (each.after, each.before) for each in back.moved
    ]


# --- places --------------------------------------------------------------------------------------------------


@UNHURRIED
@given(units())
def test_no_two_cards_overlap_and_superiors_stand_above(told):
    people = [each for each in told.people if each.present]
    places = map_layout.layout(people)
    assert set(places) == {each.id for each in people}
    spots = sorted(places.items())
    for at, (_one, here) in enumerate(spots):
        for _other, there in spots[at + 1 :]:
            assert abs(here.x - there.x) >= WIDTH or abs(here.y - there.y) >= HEIGHT
    for each in people:
        if each.reports_to in places:
            assert places[each.reports_to].y < places[each.id].y


def test_a_superior_stands_over_the_middle_and_many_hang_in_columns():
    three = [Person(1), *(Person(at, reports_to=1) for at in (2, 3, 4))]
    places = map_layout.layout(three)
    assert places[1].x == places[3].x == (places[2].x + places[4].x) / 2
    nine = map_layout.layout([Person(1), *(Person(at, reports_to=1) for at in range(2, 11))])
    assert all(nine[at].hangs for at in range(2, 11))
    assert len({nine[at].x for at in range(2, 11)}) == 3


def test_a_map_that_would_be_too_wide_is_drawn_denser():
    few = [Person(1), *(Person(at, reports_to=1) for at in (2, 3))]
    assert not any(place.hangs for place in map_layout.layout(few).values())
    heads = [Person(at, reports_to=1) for at in range(2, 6)]
    many = [
        Person(1),
        *heads,
        *(Person(10 * head.id + at, reports_to=head.id) for head in heads for at in (1, 2, 3)),
    ]
    places = map_layout.layout(many)
    assert {places[21].hangs, places[2].hangs} == {True, False}
    across = [place.x for place in places.values()]
    assert max(across) - min(across) + WIDTH <= map_layout.WIDE


def test_who_was_dragged_stands_there_and_a_circle_is_cut():
    places = map_layout.layout([Person(1, x=5.0, y=-7.0), Person(2, reports_to=3), Person(3, reports_to=2)])
    assert (places[1].x, places[1].y, places[1].is_dragged) == (5.0, -7.0, True)
    assert len(places) == 3


@pytest.mark.requirement("REL-07")
def test_how_many_of_a_territory_and_their_responsible_people_know_one_another():
    north = [person(at, is_vip=True, territory="North", kam=9) for at in (1, 2, 3)]
    north.append(person(4, is_vip=True, territory="North"))  # nobody is responsible there
    told = unit(
        *north, person(5, is_vip=True, territory="South", kam=9), person(6, kam=9),
        ties=(Knows(9, 1, "deep"), Knows(9, 2, "brief", is_mutual=False), Knows(8, 3, "deep"), Knows(9, 3, "none"),
              Knows(9, 4, "deep"), Knows(9, 5, "many"), Knows(9, 6, "deep")),
    )  # fmt: skip
    first, second = powers.territories(told)
    assert (first.mutual_percent, second.mutual_percent) == (25, 100)
    assert [(each.person, each.known_to_kam) for each in first.not_mutual] == [
        (2, True),
        (3, False),
        (4, False),
    ]
    assert second.not_mutual == ()
