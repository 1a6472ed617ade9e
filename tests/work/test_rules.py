"""What comes first, what returns, where a request goes, who decides."""

from __future__ import annotations

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.work import rules
from kamerton.work.rules import Escalation, Person, Waiting

D = dt.date
TODAY = D(2026, 3, 2)
days = st.dates(D(2000, 1, 1), D(2100, 12, 31))


@pytest.mark.parametrize(
    ("due_on", "found"),
    [
        (D(2026, 3, 1), "overdue"),
        (TODAY, "today"),
        (D(2026, 3, 3), "week"),
        (D(2026, 3, 8), "week"),
        (D(2026, 3, 9), "later"),
        (None, "undated"),
    ],
)
def test_bucket(due_on, found):
    assert rules.bucket(due_on, TODAY) == found


def test_the_order_of_a_list_is_bucket_then_key_accounts_then_day():
    tasks = [
        Waiting(1, rules.ORDINARY, D(2026, 2, 1)),
        Waiting(2, rules.KEY, D(2026, 2, 27)),
        Waiting(3, rules.KEY, None),
        Waiting(4, rules.ORDINARY, TODAY),
        Waiting(5, rules.KEY, D(2026, 3, 5)),
        Waiting(6, rules.ORDINARY, D(2026, 3, 3)),
        Waiting(7, rules.KEY, D(2026, 5, 1)),
        Waiting(8, rules.KEY, D(2026, 3, 5)),
    ]
    assert [task.id for task in rules.in_order(tasks, TODAY)] == [2, 1, 4, 5, 8, 6, 7, 3]


@pytest.mark.parametrize(
    ("until", "found"), [(None, False), (D(2026, 3, 1), False), (TODAY, False), (D(2026, 3, 3), True)]
)
def test_a_task_is_back_on_the_day_to_which_it_was_put_off(until, found):
    assert rules.is_put_off(until, TODAY) is found


@pytest.mark.parametrize(
    ("due_on", "repeats", "done_on", "day", "found"),
    [
        (D(2026, 3, 2), "weekly", D(2026, 3, 2), None, D(2026, 3, 9)),
        (D(2026, 3, 2), "weekly", D(2026, 2, 20), None, D(2026, 3, 9)),  # early: the rhythm stays
        (D(2026, 3, 2), "weekly", D(2026, 3, 20), None, D(2026, 3, 23)),  # late: what was missed is skipped
        (D(2026, 3, 2), "weekly", D(2026, 3, 23), None, D(2026, 3, 30)),
        (D(2026, 3, 2), "fortnightly", D(2026, 3, 17), None, D(2026, 3, 30)),
        (D(2026, 1, 31), "monthly", D(2026, 1, 31), 31, D(2026, 2, 28)),
        (D(2026, 2, 28), "monthly", D(2026, 2, 28), 31, D(2026, 3, 31)),  # the long month has its day again
        (D(2026, 2, 28), "monthly", D(2026, 2, 28), None, D(2026, 3, 28)),
        (D(2027, 12, 30), "monthly", D(2027, 12, 30), 30, D(2028, 1, 30)),
        (D(2028, 1, 30), "monthly", D(2028, 1, 30), 30, D(2028, 2, 29)),
        (D(2026, 1, 15), "monthly", D(2026, 4, 14), None, D(2026, 4, 15)),
        (D(2026, 1, 15), "monthly", D(2026, 4, 15), None, D(2026, 5, 15)),
        (D(2026, 11, 30), "quarterly", D(2026, 11, 30), 30, D(2027, 2, 28)),
        (D(2028, 2, 29), "yearly", D(2028, 2, 29), 29, D(2029, 2, 28)),
        (D(2031, 2, 28), "yearly", D(2031, 2, 28), 29, D(2032, 2, 29)),
    ],
)
def test_next_due(due_on, repeats, done_on, day, found):
    assert rules.next_due(due_on, repeats, done_on=done_on, day=day) == found


@given(
    days, days, st.sampled_from(["weekly", "fortnightly", "monthly", "quarterly", "yearly"]), st.booleans()
)
def test_what_repeats_returns_after_both_days_and_on_its_own_day(due_on, done_on, repeats, end_of_month):
    anchor = 31 if end_of_month else due_on.day
    found = rules.next_due(due_on, repeats, done_on=done_on, day=anchor)
    assert found > max(due_on, done_on)
    if repeats in ("weekly", "fortnightly"):
        assert (found - due_on).days % (7 if repeats == "weekly" else 14) == 0
    else:
        assert found.day == min(anchor, calendar.monthrange(found.year, found.month)[1])
        step = {"monthly": 1, "quarterly": 3, "yearly": 12}[repeats]
        assert ((found.year - due_on.year) * 12 + found.month - due_on.month) % step == 0


def test_no_rhythm_is_no_next_day():
    with pytest.raises(KeyError):
        rules.next_due(TODAY, "", done_on=TODAY)


@pytest.mark.parametrize(
    ("late_days", "wait", "steps"),
    [(-3, 2, 0), (0, 2, 0), (1, 2, 1), (2, 2, 1), (3, 2, 2), (5, 2, 3), (1, 1, 1), (2, 1, 2), (30, 7, 5)],
)
def test_the_first_step_is_the_day_after_and_each_further_one_waits(late_days, wait, steps):
    assert rules.escalation_steps(TODAY, TODAY + dt.timedelta(days=late_days), wait_days=wait) == steps


def test_waiting_less_than_a_day_is_a_mistake():
    with pytest.raises(ValueError, match="0"):
        rules.escalation_steps(TODAY, TODAY, wait_days=0)


@pytest.mark.parametrize(
    ("asker", "head", "above_head", "above_asker", "found"),
    [
        (1, 5, [8, 9], [4, 9], (5, 8, 9, 4)),
        (1, None, [], [4, 9], (4, 9)),
        (5, 5, [8], [8], (8,)),  # the head asks the own department: never back to the asker
        (1, 5, [1, 9], [9], (5, 9)),
        (1, None, [], [], ()),
    ],
)
def test_the_line_of_escalation(asker, head, above_head, above_asker, found):
    line = rules.escalation_line(asker=asker, head=head, above_head=above_head, above_asker=above_asker)
    assert line == found


@pytest.mark.parametrize(
    ("late_days", "done", "line", "found"),
    [
        (0, 0, (5, 8), None),
        (1, 0, (5, 8), Escalation(5, 1)),
        (1, 1, (5, 8), None),  # the same day again
        (3, 1, (5, 8), Escalation(8, 2)),
        (9, 0, (5, 8), Escalation(8, 2)),  # nobody looked for a week: to where it belongs by now
        (9, 2, (5, 8), None),  # at the top it stays
        (9, 0, (), None),
    ],
)
def test_escalation(late_days, done, line, found):
    today = TODAY + dt.timedelta(days=late_days)
    assert rules.escalation(due_on=TODAY, today=today, wait_days=2, done=done, line=line) == found


@given(st.integers(-5, 60), st.integers(1, 9), st.lists(st.integers(1, 20), unique=True, max_size=6))
def test_walking_day_by_day_or_looking_once_ends_at_the_same_person(last, wait, line):
    done, walked = 0, None
    for late in range(-5, last + 1):
        step = rules.escalation(
            due_on=TODAY, today=TODAY + dt.timedelta(days=late), wait_days=wait, done=done, line=line
        )
        if step:
            assert step.steps > done
            done, walked = step.steps, step
    assert walked == rules.escalation(
        due_on=TODAY, today=TODAY + dt.timedelta(days=last), wait_days=wait, done=0, line=line
    )


@pytest.mark.parametrize(
    ("to", "may_assign", "leads_all", "line", "juniors", "found"),
    [
        (1, False, False, {1}, set(), "own"),
        (2, False, False, {1, 2}, {2}, None),  # a junior gives to nobody
        (2, True, False, {1, 2}, set(), "assigned"),
        (2, True, False, {1}, {2}, "distributed"),
        (2, True, False, {1}, set(), None),
        (2, True, True, {1}, set(), "assigned"),
    ],
)
def test_who_gives_to_whom(to, may_assign, leads_all, line, juniors, found):
    how = rules.giving(actor=1, to=to, may_assign=may_assign, leads_all=leads_all, line=line, juniors=juniors)
    assert how == found


@pytest.mark.parametrize(
    ("actor", "owner", "author", "line", "leads_all", "found"),
    [
        (1, 1, 9, {1}, False, True),
        (1, 2, 1, {1}, False, True),
        (1, 2, 9, {1, 2}, False, True),
        (1, 2, 9, {1}, False, False),
        (1, 2, None, {1}, True, True),
    ],
)
def test_who_changes_a_task(actor, owner, author, line, leads_all, found):
    assert rules.may_change(actor=actor, owner=owner, author=author, line=line, leads_all=leads_all) is found


PEOPLE = [Person(4, "senior_kam"), Person(5, "director", is_active=False), Person(6, "director")]


@pytest.mark.parametrize(("line", "found"), [(PEOPLE, 4), (PEOPLE[1:], 6), ([], None), (PEOPLE[1:2], None)])
def test_the_superior_who_decides_is_the_nearest_who_still_works_here(line, found):
    assert rules.superior_of(line) == found


@pytest.mark.parametrize(
    ("line", "everybody", "roles", "found"),
    [
        (PEOPLE, [Person(2, "director")], ("director",), 6),  # the nearest above goes before the first of all
        ([], [Person(2, "director"), Person(3, "director")], ("director",), 2),
        ([], [Person(2, "head_of_sales")], ("director", "head_of_sales"), 2),
        ([], [Person(2, "reader")], ("director",), None),
    ],
)
def test_who_of_a_role_decides(line, everybody, roles, found):
    assert rules.by_role(line, everybody, roles) == found


@pytest.mark.parametrize(
    ("actor", "stands_in_for", "is_active", "above", "found"),
    [
        (5, [], True, [], "own"),
        (7, [5], True, [], "deputy"),
        (7, [], True, [], ""),
        (1, [], True, [], ""),
        (1, [5], True, [], ""),  # nobody decides what they asked for, not even as a substitute
        (9, [], False, [9], "above"),
        (9, [], True, [9], ""),
    ],
)
def test_by_what_somebody_decides(actor, stands_in_for, is_active, above, found):
    told = rules.authority(
        actor=actor, asker=1, decider=5, stands_in_for=stands_in_for, decider_is_active=is_active,
        above_decider=above,
    )  # fmt: skip
    assert told == found


@pytest.mark.parametrize(
    ("steps", "state", "current"),
    [
        (["waiting"], "waiting", 0),
        (["approved", "waiting"], "waiting", 1),
        (["approved", "approved"], "approved", None),
        (["approved", "rejected"], "rejected", None),
        (["rejected", "waiting"], "rejected", None),
        (["approved", "withdrawn"], "withdrawn", None),
    ],
)
def test_the_state_of_an_approval(steps, state, current):
    assert (rules.approval_state(steps), rules.current_step(steps)) == (state, current)


def test_an_approval_without_steps_is_a_mistake():
    with pytest.raises(ValueError, match="at least one step"):
        rules.approval_state([])


@pytest.mark.parametrize(
    ("advice", "action", "result", "found"),
    [("", "", "", "open"), ("a", "", "", "answered"), ("a", "b", "", "acted"), ("", "b", "", "acted"),
     ("a", "b", "c", "closed"), ("", "", "c", "closed")],
)  # fmt: skip
def test_how_far_a_consultation_is(advice, action, result, found):
    assert rules.consultation_state(advice=advice, action=action, result=result) == found


@pytest.mark.parametrize(
    ("days", "found"), [(-1, "fresh"), (0, "fresh"), (3, "fresh"), (4, "ageing"), (14, "ageing"), (15, "old")]
)
def test_open_questions_age(days, found):
    assert rules.age(TODAY - dt.timedelta(days=days), TODAY) == found


ALL_RIGHTS = {"work.view", "work.edit", "accounts.view", "accounts.assign"}


@pytest.mark.parametrize(
    ("rights", "filled", "found"),
    [
        (ALL_RIGHTS, set(), ("tasks", "changes", "away", "accounts")),
        (
            ALL_RIGHTS,
            {"decisions", "requests", "news", "consultations"},
            (
                "decisions",
                "tasks",
                "requests",
                "consultations",
                "news",
                "changes",
                "away",
                "accounts",
            ),
        ),
        (set(), set(), ("away",)),  # human resources
        (set(), {"decisions", "tasks"}, ("decisions", "tasks", "away")),
        ({"work.view", "accounts.view"}, {"decided"}, ("changes", "away", "accounts")),  # reader, auditor
    ],
)
def test_what_today_shows(rights, filled, found):
    assert rules.blocks(rights, filled) == found


@pytest.mark.parametrize(
    ("shown", "wide", "narrow"),
    [
        (("tasks", "changes", "away", "accounts"), ("tasks", "changes"), ("away", "accounts")),
        (("away", "leaving"), ("away", "leaving"), ()),
        ((), (), ()),
    ],
)
def test_the_wide_column_is_never_empty_beside_a_full_one(shown, wide, narrow):
    assert rules.columns(shown) == (wide, narrow)
