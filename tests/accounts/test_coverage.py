"""Who looks after which account."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kamerton.access import policy
from kamerton.access.models import Delegation
from kamerton.accounts import queries, responsibility
from kamerton.accounts.actions import coverage
from kamerton.accounts.models import Account, Coverage, Fact
from kamerton.accounts.responsibility import Span, make_room
from kamerton.core import undo
from kamerton.core.refused import Refused
from tests.accounts.factories import DAY, account, contact, cover

APRIL = dt.date(2026, 4, 1)


def held(at: Account) -> list[tuple[str, dt.date, dt.date | None]]:
    rows = Coverage.objects.filter(account=at, role="responsible").select_related("person")
    return [(row.person.username, row.from_date, row.to_date) for row in rows.order_by("from_date")]


# --- the rule ----------------------------------------------------------------------------------------------

_days = st.integers(0, 60).map(lambda at: dt.date(2026, 1, 1) + dt.timedelta(days=at))
_asked = st.tuples(_days, st.none() | st.integers(0, 30)).map(
    lambda told: (told[0], None if told[1] is None else told[0] + dt.timedelta(days=told[1]))
)


def _apply(spans: list[Span], room: responsibility.Room, key: int, start: dt.date) -> list[Span]:
    gone = {span.key for span in room.replaced}
    closed = {span.key: span for span in room.closed}
    rest = [Span(900 + at, each.start, each.end) for at, each in enumerate(room.resumed)]
    kept = [closed.get(span.key, span) for span in spans if span.key not in gone]
    return [*kept, Span(key, start, room.end), *rest]


@pytest.mark.requirement("REL-13")
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_asked, max_size=8))
def test_at_any_moment_at_most_one_is_responsible_and_no_day_is_lost(asked):
    spans: list[Span] = []
    covered: set[dt.date] = set()
    calendar = [dt.date(2026, 1, 1) + dt.timedelta(days=at) for at in range(120)]
    for at, (start, end) in enumerate(asked):
        spans = [Span(at * 100 + n, s.start, s.end) for n, s in enumerate(spans)]
        room = make_room(spans, start, end)
        assert room.end is None or room.end >= start
        spans = _apply(spans, room, at * 100 + 99, start)
        now_covered = {day for day in calendar if any(span.holds_on(day) for span in spans)}
        assert all(sum(span.holds_on(day) for span in spans) <= 1 for day in calendar)
        assert covered <= now_covered
        assert sum(span.end is None for span in spans) <= 1
        assert next(span for span in spans if span.key == at * 100 + 99).holds_on(start)
        covered = now_covered


# --- the action ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_former_one_ends_the_day_before_and_the_history_stays(now, make_user):
    head, ada, max_ = (
        make_user("head_of_sales"),
        make_user("senior_kam", "ada"),
        make_user("senior_kam", "max"),
    )
    there = account()
    cover(there, ada)
    fact = Fact.objects.create(account=there, topic="company", statement="Three plants", dated=DAY, created_at=now,
                               created_by=ada)  # fmt: skip
    coverage.assign(actor=head, account=there, person=max_, from_date=APRIL, now=now)
    assert held(there) == [("ada", dt.date(2025, 1, 1), dt.date(2026, 3, 31)), ("max", APRIL, None)]
    assert queries.responsible_for(there, dt.date(2026, 3, 31)) == ada
    assert queries.responsible_for(there, APRIL) == max_
    assert list(policy.scope(Fact.objects.all(), max_, "accounts.view", on=APRIL)) == [fact]
    assert list(policy.scope(Fact.objects.all(), ada, "accounts.view", on=APRIL)) == []
    assert Fact.objects.get().created_by == ada


@pytest.mark.django_db
def test_a_dated_one_is_followed_by_the_one_before_and_cut_short_by_the_planned_one(now, make_user):
    head, there = make_user("head_of_sales"), account()
    ada, max_, eva = (make_user("senior_kam", name) for name in ("ada", "max", "eva"))
    coverage.assign(actor=head, account=there, person=ada, from_date=DAY, now=now)
    coverage.assign(actor=head, account=there, person=eva, from_date=dt.date(2026, 6, 1), now=now)
    coverage.assign(
        actor=head, account=there, person=max_, from_date=APRIL, to_date=dt.date(2026, 4, 10), now=now
    )
    assert held(there) == [
        ("ada", DAY, dt.date(2026, 3, 31)),
        ("max", APRIL, dt.date(2026, 4, 10)),
        ("ada", dt.date(2026, 4, 11), dt.date(2026, 5, 31)),
        ("eva", dt.date(2026, 6, 1), None),
    ]
    told = coverage.assign(actor=head, account=there, person=max_, from_date=dt.date(2026, 5, 1), now=now)
    assert told.row.to_date == dt.date(2026, 5, 31)
    assert any("somebody else is planned" in text for text in told.warnings)


@pytest.mark.django_db
def test_what_is_refused(now, make_user):
    head, there = make_user("head_of_sales"), account()
    ada, max_ = make_user("senior_kam", "ada"), make_user("senior_kam", "max")
    cover(there, ada)
    gone, outside = make_user("senior_kam", "gone"), make_user("senior_kam", "outside")
    gone.is_active, outside.is_external = False, True
    assign = {"actor": head, "account": there, "from_date": APRIL, "now": now}
    cases = [
        ({"person": ada}, "already"),
        ({"person": gone}, "gone"),
        ({"person": outside}, "external"),
        ({"person": max_, "to_date": DAY}, "days"),
        ({"person": max_, "from_date": dt.date(2025, 1, 1)}, "history"),
        ({"person": max_, "role": "king"}, "role"),
    ]
    for change, code in cases:
        with pytest.raises(Refused) as refused:
            coverage.assign(**{**assign, **change})
        assert refused.value.code == code, change
    for role in ("senior_kam", "sales_support", "auditor"):
        with pytest.raises(policy.Forbidden):
            coverage.assign(**{**assign, "actor": make_user(role), "person": max_})
    assert held(there) == [("ada", dt.date(2025, 1, 1), None)]


@pytest.mark.django_db
def test_an_assignment_is_taken_back_unless_it_changed_again(now, make_user):
    head, there = make_user("head_of_sales"), account()
    ada, max_ = make_user("senior_kam", "ada"), make_user("senior_kam", "max")
    cover(there, ada)
    before = held(there)
    told = coverage.assign(actor=head, account=there, person=max_, from_date=DAY, now=now)
    token = coverage.offer_back(actor=head, assigned=[told], now=now)
    undo.take_back(actor=head, token=token, now=now)
    assert held(there) == before
    told = coverage.assign(actor=head, account=there, person=max_, from_date=DAY, now=now)
    token = coverage.offer_back(actor=head, assigned=[told], now=now)
    coverage.assign(actor=head, account=there, person=ada, from_date=APRIL, now=now)
    with pytest.raises(Refused):
        undo.take_back(actor=head, token=token, now=now)
    assert [name for name, _from, _to in held(there)] == ["ada", "max", "ada"]


@pytest.mark.django_db
@pytest.mark.requirement("SEL-21")
def test_the_fourth_account_of_a_kam_warns_and_a_broad_portfolio_allows_thirty(now, make_user):
    director, ada = make_user("director"), make_user("senior_kam", "ada")
    told = [
        coverage.assign(actor=director, account=account(f"A-{at}"), person=ada, from_date=DAY, now=now)
        for at in range(4)
    ]
    assert [bool(each.warnings) for each in told] == [False, False, False, True]
    assert "4 accounts; 3 is the limit" in told[3].warnings[0]
    values = {"kam_limit": 3, "seller_limit": 25, "broad_limit": 30}
    coverage.set_limits(actor=director, values=values, broad=[ada], now=now)
    for at in range(4, 30):
        cover(account(f"A-{at}"), ada)
    assert queries.load_of(ada, DAY) == queries.Load(30, 30)
    told31 = coverage.assign(actor=director, account=account("A-30"), person=ada, from_date=DAY, now=now)
    assert "31 accounts; 30 is the limit" in told31.warnings[0]
    assert queries.load_of(make_user("sales_manager"), DAY).limit == 25
    with pytest.raises(Refused):
        coverage.set_limits(actor=director, values={**values, "kam_limit": 0}, broad=[], now=now)
    with pytest.raises(policy.Forbidden):
        coverage.set_limits(actor=make_user("head_of_sales"), values=values, broad=[], now=now)


@pytest.mark.django_db
@pytest.mark.requirement("LOC-06")
@pytest.mark.parametrize(
    ("spoken", "theirs", "warns"),
    [
        (["en", "it"], ["pl"], True),
        (["en", "pl"], ["pl"], False),
        (["PL"], ["pl"], False),
        ([], ["pl"], False),
        (["en"], [], False),
    ],
)
def test_an_assignment_warns_when_there_is_no_shared_language(now, make_user, spoken, theirs, warns):
    ada = make_user("senior_kam", "ada")
    ada.spoken = spoken
    ada.save()
    there = account()
    contact(there, "Jan Nowy", languages=theirs)
    contact(there, "Left Long", languages=["zh"], left_on=DAY)
    told = coverage.assign(actor=make_user("director"), account=there, person=ada, from_date=DAY, now=now)
    assert told.warnings == (("ada shares no language with Jan Nowy.",) if warns else ())


@pytest.mark.django_db
def test_a_team_has_members_of_ours_and_outsiders_with_their_parts(now, make_user):
    head, there, tech = make_user("head_of_sales"), account(), make_user("department_member")
    inside = coverage.add_member(
        actor=head, account=there, role="technical", from_date=DAY, now=now, person=tech
    )
    outside = coverage.add_member(actor=head, account=there, role="partner", from_date=DAY, now=now,
                                  outsider=" Iwo  Lis ", organisation="Lis Works")  # fmt: skip
    assert (outside.outsider, outside.organisation) == ("Iwo Lis", "Lis Works")
    assert list(policy.scope(Account.objects.all(), tech, "accounts.view", on=DAY)) == [there]
    for change, code in (
        ({"person": tech, "role": "technical"}, "already"),
        ({"person": tech, "role": "responsible"}, "role"),
        ({"role": "sales"}, "who"),
        ({"role": "sales", "person": tech, "outsider": "Both"}, "who"),
    ):
        told = {"actor": head, "account": there, "from_date": DAY, "now": now} | change
        with pytest.raises(Refused) as refused:
            coverage.add_member(**told)
        assert refused.value.code == code
    assert coverage.end(actor=head, coverage=inside, on=DAY, now=now).to_date == DAY
    assert list(policy.scope(Account.objects.all(), tech, "accounts.view", on=APRIL)) == []
    planned = coverage.add_member(
        actor=head, account=there, role="sales", from_date=APRIL, now=now, person=tech
    )
    assert coverage.end(actor=head, coverage=planned, on=DAY, now=now) is None
    assert Coverage.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.requirement("OTH-02")
def test_a_customer_is_never_left_without_a_responsible_person(now, make_user):
    head, ada = make_user("head_of_sales"), make_user("senior_kam", "ada")
    there, prospect = account("A-1"), account("P-1", stage="prospect")
    row, free = cover(there, ada), cover(prospect, ada)
    assert list(queries.without_responsible(DAY)) == []
    with pytest.raises(Refused) as refused:
        coverage.end(actor=head, coverage=row, on=DAY, now=now)
    assert refused.value.code == "gap"
    assert coverage.end(actor=head, coverage=free, on=DAY, now=now).to_date == DAY
    bare = account("A-2")
    assert list(queries.without_responsible(DAY)) == [bare]
    sub = make_user("senior_kam", "sub")
    Delegation.objects.create(order_number="1", absent=ada, substitute=sub, from_date=DAY, to_date=APRIL,
                              created_by=head, created_at=now)  # fmt: skip
    assert queries.answers_today(there, DAY) == (ada, sub)
    assert queries.answers_today(there, APRIL + dt.timedelta(days=1)) == (ada, None)


@pytest.mark.django_db
def test_the_database_refuses_what_no_action_may_write(now, make_user):
    there, ada = account(), make_user("senior_kam", "ada")
    cover(there, ada)
    bad = [
        {"role": "responsible", "person": ada},
        {"role": "sales", "person": ada, "to_date": dt.date(2024, 1, 1)},
        {"role": "sales"},
        {"role": "sales", "person": ada, "outsider": "Both"},
    ]
    for told in bad:
        with pytest.raises(IntegrityError), transaction.atomic():
            Coverage.objects.create(account=there, from_date=dt.date(2025, 2, 1), created_at=now, **told)


@pytest.mark.django_db(transaction=True)
def test_two_sessions_leave_one_responsible_person(now, make_user):
    head, there = make_user("head_of_sales"), account()
    people = [make_user("senior_kam", f"kam{at}") for at in range(4)]
    barrier = threading.Barrier(4)
    failed: list[BaseException] = []

    def take(person: object, start: dt.date) -> None:
        try:
            barrier.wait()
            coverage.assign(actor=head, account=there, person=person, from_date=start, now=now)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=take, args=(person, DAY + dt.timedelta(days=at)))
        for at, person in enumerate(people)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
    for at in range(10):
        assert Coverage.objects.on(DAY + dt.timedelta(days=at)).filter(role="responsible").count() == 1
