"""Nothing that either of two writers entered is lost without being shown."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.core.concurrency import Conflict, Difference, apply, merged, plain, values_of
from kamerton.core.models import Job, SavedView
from kamerton.core.refused import Refused

PLAIN = [
    (None, None), ("", None), ("a\r\nb", "a\nb"), (0, 0), (False, False), (Decimal("1.50"), "1.5"), (Decimal(100), "100"),
    (dt.date(2026, 3, 2), "2026-03-02"), (["b", "a"], ["a", "b"]), ({3, 1}, [1, 3]), ((), []),
    (dt.datetime(2026, 3, 2, 10, tzinfo=dt.timezone(dt.timedelta(hours=1))), "2026-03-02T09:00:00+00:00"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "told"), PLAIN)
def test_what_is_compared(value, told):
    assert plain(value) == told
    assert type(plain(value)) is type(told)


@pytest.mark.parametrize(
    ("opened", "stored", "submitted", "written"),
    [
        ("a", "a", "a", {}),
        ("a", "a", "b", {"x": "b"}),  # mine alone
        ("a", "b", "a", {}),  # theirs alone stays
        ("a", "b", "b", {}),  # both the same
        (None, "", None, {}),
        ("a", "a", "", {"x": ""}),
        ("a\nb", "a\nb", "a\r\nb", {}),  # a text area writes line ends its own way
        ("1.5", Decimal("1.50"), Decimal("1.5"), {}),
    ],
)
def test_one_field(opened, stored, submitted, written):
    assert merged(opened={"x": opened}, stored={"x": stored}, submitted={"x": submitted}) == written


def test_both_to_different_values_is_a_conflict_that_keeps_both():
    with pytest.raises(Conflict) as raised:
        merged(
            opened={"x": "a", "y": 1, "z": "same"},
            stored={"x": "b", "y": 1, "z": "theirs"},
            submitted={"x": "c", "y": 2, "z": "same"},
        )
    assert raised.value.differences == (Difference("x", "a", "c", "b"),)
    assert isinstance(raised.value, Refused)
    assert raised.value.code == "conflict"
    assert "kept" in str(raised.value)


def test_what_was_not_seen_when_opened_is_written():
    assert merged(opened={}, stored={"x": "a"}, submitted={"x": "b"}) == {"x": "b"}
    assert merged(opened={}, stored={"x": "a"}, submitted={"x": "a"}) == {}


_values = st.fixed_dictionaries({name: st.integers(0, 2) for name in "abc"})


@given(opened=_values, stored=_values, submitted=_values)
def test_nobody_s_change_is_lost(opened, stored, submitted):
    try:
        written = merged(opened=opened, stored=stored, submitted=submitted)
    except Conflict as conflict:
        told = {each.name for each in conflict.differences}
        assert told == {
            name
            for name in opened
            if stored[name] != opened[name] != submitted[name] and stored[name] != submitted[name]
        }
        return
    after = stored | written
    for name in opened:
        assert submitted[name] == opened[name] or after[name] == submitted[name]
        assert stored[name] == opened[name] or after[name] == stored[name]


@pytest.mark.django_db
def test_a_record_gets_what_only_the_writer_changed(administrator, make_user, now):
    view = SavedView(owner=administrator, page="a", name="n", created_at=now)
    assert values_of(view, ["owner", "page"]) == {"owner": administrator.pk, "page": "a"}
    other = make_user("director")
    told = {"owner": administrator.pk, "page": "z", "name": "n"}
    written = apply(view, opened=told, submitted={"owner": other, "page": "z", "name": "n"})
    assert written == ["owner"]
    assert (view.owner, view.page) == (other, "a")
    assert values_of(Job(state="done"), ["state"]) == {"state": "done"}
