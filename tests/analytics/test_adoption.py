"""Innovators: who buys what is new first."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.analytics.adoption import adopter_classes, adoption, too_many_innovators
from kamerton.analytics.model import Thresholds
from tests.analytics.ledgers import AS_OF, ledger, sale

DEFAULT = Thresholds()


@pytest.mark.parametrize(
    ("adopters", "innovators", "with_early"),
    [(0, 0, 0), (1, 1, 1), (10, 1, 2), (40, 1, 7), (41, 2, 7), (200, 5, 32), (1000, 25, 160)],
)
def test_an_adopter_belongs_to_the_class_in_which_its_interval_starts(adopters, innovators, with_early):
    assert adopter_classes(adopters, DEFAULT) == (innovators, with_early)


@pytest.mark.requirement("SEL-12")
def test_the_shortlist_of_a_launch_and_the_warning_above_two_and_a_half_percent():
    day = dt.date(2024, 3, 1)
    lines = [sale(f"c{n:03}", "2022-05-01", 10, product="old") for n in range(200)]
    lines += [sale(f"c{n:03}", day + dt.timedelta(days=n), 10, product="new") for n in range(200)]
    found = adoption(ledger(lines), DEFAULT, as_of=AS_OF)
    assert found.launched == ("new",)
    assert [each.account for each in found.innovators] == ["c000", "c001", "c002", "c003", "c004"]
    assert not too_many_innovators(len(found.innovators), 200, DEFAULT)
    # A second launch finds another first one: six of 200 are too many.
    lines += [sale(f"c{n:03}", day + dt.timedelta(days=n % 7), 10, product="newer") for n in range(14, 20)]
    found = adoption(ledger(lines), DEFAULT, as_of=AS_OF)
    # c014 leads: it is an early adopter of the other product as well.
    assert [each.account for each in found.innovators] == ["c014", "c000", "c001", "c002", "c003", "c004"]
    assert too_many_innovators(len(found.innovators), 200, DEFAULT)


def test_most_often_first_leads_and_a_tie_on_the_day_falls_to_the_id():
    lines = [sale("z", "2022-01-01", 1, product="old")]
    for product in ("p", "q"):
        lines += [sale("b", "2024-02-01", 1, product=product), sale("a", "2024-02-01", 1, product=product)]
    lines += [sale("b", "2024-02-01", 1, product="r"), sale("b", "2024-03-01", 1, product="old")]
    found = adoption(ledger(lines), DEFAULT, as_of=AS_OF)
    assert [(each.account, each.innovator_of) for each in found.adopters] == [
        ("a", ("p", "q")),
        ("b", ("r",)),
    ]


def test_a_return_and_a_line_without_account_adopt_nothing():
    lines = [
        sale("a", "2022-01-01", 1, product="old"),
        sale("a", "2024-02-01", -1, product="p"),
        sale(None, "2024-02-01", 1, product="q"),
    ]
    assert adoption(ledger(lines), DEFAULT, as_of=AS_OF).launched == ()


def test_what_is_new_cannot_be_told_when_the_ledger_begins_inside_the_window():
    found = adoption(ledger([sale("a", "2024-02-01", 1, product="p")]), DEFAULT, as_of=AS_OF)
    assert (found.told, found.adopters) == (False, ())
