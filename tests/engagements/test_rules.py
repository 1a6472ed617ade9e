"""Weeks, conflicts of one person, overlaps of several."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.engagements.rules import (
    Going,
    Overlap,
    conflicts,
    interaction_kind,
    minutes_of,
    monday_of,
    overlaps,
    same_subject,
)

NINE = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def going(number, owner=1, hour=0, minutes=60, people=(), contacts=(), purpose=""):
    starts = NINE + dt.timedelta(hours=hour)
    return Going(
        id=number, owner=owner, starts_at=starts, ends_at=starts + dt.timedelta(minutes=minutes), purpose=purpose,
        people=frozenset({owner, *people}), contacts=frozenset(contacts),
    )  # fmt: skip


@given(st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2100, 1, 1)))
def test_the_monday_of_a_day_is_the_monday_of_its_iso_week(day):
    monday = monday_of(day)
    assert (monday.weekday(), monday.isocalendar()[:2]) == (0, day.isocalendar()[:2])


def test_what_ends_when_the_next_begins_is_no_conflict():
    assert conflicts([going(1), going(2, hour=1)], 1) == {}


def test_conflicts_are_those_of_one_person_whether_owner_or_along():
    rows = [going(1, minutes=90), going(2, owner=2, hour=1, people=(1,)), going(3, owner=3, hour=1)]
    assert conflicts(rows, 1) == {1: (2,), 2: (1,)}
    assert conflicts(rows, 3) == {}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Renewal of the contract", "Contract renewal with the holding", True),
        ("Quarterly talk", "Measurements of line 4", False),
        ("", "", False),
        ("Talk", "TALK", True),
        ("Цены на кабель", "Новые цены, кабель и лотки", True),
    ],
)
def test_the_same_subject_is_half_of_the_longer_words(one, other, same):
    assert same_subject(one, other) is same_subject(other, one) is same


def test_two_of_ours_with_one_contact_and_about_the_same_are_told():
    rows = [
        going(1, contacts=(7, 8), purpose="Contract"),
        going(2, owner=2, hour=30, contacts=(7,), purpose="Contract"),
    ]
    assert overlaps(rows) == [Overlap("contact", 1, 2, 7), Overlap("subject", 1, 2)]


def test_who_goes_together_or_goes_twice_is_no_overlap():
    assert overlaps([going(1, contacts=(7,)), going(2, hour=5, contacts=(7,))]) == []
    assert overlaps([going(1, contacts=(7,), people=(2,)), going(2, owner=2, hour=5, contacts=(7,))]) == []


def test_an_informal_meeting_is_a_contact_of_its_own_kind():
    assert interaction_kind("person", is_informal=True) == "informal"
    assert [interaction_kind(each, is_informal=False) for each in ("person", "phone", "mail", "video")] == [
        "visit", "call", "message", "meeting",
    ]  # fmt: skip


def test_taken_minutes_count_what_overlaps_once():
    assert minutes_of([]) == 0
    assert minutes_of([going(1), going(2, hour=2, minutes=30)]) == 90
    assert (
        minutes_of([going(1, minutes=120), going(2, hour=1, minutes=30), going(3, hour=1, minutes=90)]) == 150
    )
