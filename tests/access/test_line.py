"""Who reports to whom: written at the person, by the head of the unit, by the nearest unit above (TEAM-06)."""

from __future__ import annotations

import pytest

from kamerton.access.line import Person, Unit, above, below, superior

# Units: 1 the company (head 10), 2 sales in it (head 20), 3 a team of sales without a head, 4 alone without a head;
# 5 and 6 are parts of each other.
UNITS = {
    unit.id: unit
    for unit in (
        Unit(1, None, 10),
        Unit(2, 1, 20),
        Unit(3, 2, None),
        Unit(4, None, None),
        Unit(5, 6, None),
        Unit(6, 5, None),
    )
}


@pytest.mark.requirement("TEAM-06")
@pytest.mark.parametrize(
    ("person", "expected"),
    [
        pytest.param(Person(30, None, 2), 20, id="the head of the unit"),
        pytest.param(Person(31, None, 3), 20, id="the nearest unit above that has a head"),
        pytest.param(Person(20, None, 2), 10, id="a head reports to the head above"),
        pytest.param(Person(10, None, 1), None, id="the top reports to nobody"),
        pytest.param(Person(32, 99, 2), 99, id="what is written at the person goes before the unit"),
        pytest.param(Person(33, None, None), None, id="without a unit"),
        pytest.param(Person(34, None, 4), None, id="a unit without a head, and none above"),
        pytest.param(Person(35, None, 77), None, id="a unit that is not there"),
        pytest.param(Person(36, None, 5), None, id="units in a circle"),
    ],
)
def test_to_whom_a_person_reports(person, expected):
    assert superior(person, UNITS) == expected


PEOPLE = [
    Person(10, None, 1),
    Person(20, None, 2),
    Person(30, None, 3),
    Person(31, 30, None),
    Person(40, None, 4),
]
ROUND = [Person(1, 2, None), Person(2, 3, None), Person(3, 1, None), Person(4, 3, None)]


@pytest.mark.parametrize(
    ("who", "people", "expected"),
    [
        (10, PEOPLE, {20, 30, 31}),
        (20, PEOPLE, {30, 31}),
        (30, PEOPLE, {31}),
        (31, PEOPLE, set()),
        (40, PEOPLE, set()),
        (1, ROUND, {2, 3, 4}),
        (4, ROUND, set()),
    ],
)
def test_who_is_below(who, people, expected):
    assert below(who, people, UNITS) == expected


@pytest.mark.parametrize(
    ("who", "people", "expected"),
    [
        (31, PEOPLE, (30, 20, 10)),
        (10, PEOPLE, ()),
        (40, PEOPLE, ()),
        (99, PEOPLE, ()),
        (1, ROUND, (2, 3)),
        (4, ROUND, (3, 1, 2)),
    ],
)
def test_who_is_above_nearest_first(who, people, expected):
    assert above(who, {person.id: person for person in people}, UNITS) == expected
