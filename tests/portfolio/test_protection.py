"""Plans against losing accounts: made by themselves past the line, kept while it lasts, ended and opened again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from kamerton.access.models import User
from kamerton.access.policy import Forbidden
from kamerton.accounts.models import Account, Coverage
from kamerton.core import concurrency, undo
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.portfolio import protection_queries
from kamerton.portfolio.actions import protection, snapshots, status
from kamerton.portfolio.models import Barrier, Dependence, Protection
from kamerton.work.models import Task
from tests.ledger.factories import Sale

pytestmark = pytest.mark.django_db


def sale(account: str, amount: int, at: int = 0, seller: str = "Adler") -> Sale:
    return Sale(
        account=account, date=(dt.date(2025, 6, 1) + dt.timedelta(days=at)).isoformat(), document=f"{account}-{at}",
        amount=f"{amount}.00", cost="0.00", product="P", seller=seller, group=None,
    )  # fmt: skip


def book(share: int) -> list[Sale]:
    """Helios makes `share` of 10,000, nine others the rest between them."""
    rest, odd = divmod(10_000 - share, 9)
    return [sale("Helios", share), *(sale(f"A{at}", rest + (odd if at == 0 else 0), at) for at in range(9))]


@pytest.fixture
def kam(make_user, company) -> User:
    return make_user("senior_kam", "sonia")


def responsible(account: str, person: User, now) -> None:
    row = Account.objects.get(number=account)
    Coverage.objects.create(account=row, person=person, from_date=dt.date(2026, 1, 1), created_at=now)


@pytest.fixture
def take(filled, administrator, company, now):
    def snapshot(sales, title="all"):
        filled(sales, title)
        return snapshots.take_snapshot(actor=administrator, now=now)

    return snapshot


@pytest.fixture
def plan(take, kam, now) -> Protection:
    """Helios makes 20.01 %, and Sonia looks after it."""
    take(book(2001))
    responsible("Helios", kam, now)
    protection.follow(now=now)
    return Protection.objects.get()


def idea(plan, actor, now, **more) -> Barrier:
    values = {"kind": "stock", "what": "Consignment stock in their hall", "against": "Rivalis", "state": "idea",
              "owner": actor, "since": None, "evidence": ""} | more  # fmt: skip
    return protection.add_barrier(actor=actor, plan=plan, values=values, now=now)


# --- by itself -------------------------------------------------------------------------------------------------


@pytest.mark.requirement("SEL-06")
@pytest.mark.parametrize(("share", "plans"), [(2000, 0), (2001, 1)])
def test_past_the_line_and_not_on_it(take, share, plans):
    take(book(share))
    assert Protection.objects.count() == plans


@pytest.mark.requirement("SEL-06")
def test_crossing_makes_tasks_a_goal_and_an_empty_register_and_the_plan_is_incomplete(plan, kam, now):
    told = protection_queries.standing(protection_queries.plan_of(plan.account))
    assert (told.told, told.is_complete, told.in_force) == ("none", False, True)
    assert (told.span.grade, told.span.level, round(told.span.share, 4)) == ("critical", "company", 0.2001)
    assert list(plan.barriers.all()) == []
    tasks = protection_queries.tasks_of(plan)
    assert {task.owner for task in tasks} == {kam}
    assert {task.origin for task in tasks} == {"protection"}
    assert sorted(str(task.due_on) for task in tasks) == ["2026-03-16", "2026-03-23", "2026-04-01"]
    assert "extra service before they ask" in " ".join(task.title for task in tasks)
    assert AuditEntry.objects.filter(action="portfolio.protect", account_id=plan.account_id).count() == 1


@pytest.mark.parametrize(("share", "grade"), [(7000, "critical"), (7001, "mono")])
def test_mono_above_seventy(take, share, grade):
    take(book(share))
    assert Dependence.objects.get(plan__account__number="Helios").grade == grade


def test_at_a_level_that_counts_only(take, administrator, now):
    small = [sale("Small", 500, seller="Adler"), *(sale(f"A{at}", 140, at, "Adler") for at in range(10))]
    take([*small, *(sale(f"B{at}", 810, at, "Berti") for at in range(10))])
    assert Protection.objects.count() == 0
    words = {"text": "Whom we would miss", "preset": "", "definitions": ["contribution"], "levels": ["manager"],
             "class_list": "definitions", "labels": {}, "review_months": 12, "silence_days": 90}  # fmt: skip
    status.write_profile(actor=administrator, now=now, words=words, changes={})
    protection.follow(now=now)
    assert Protection.objects.count() == 0  # a manager alone makes no plan, unless the company says so
    status.write_profile(actor=administrator, now=now, words=words, changes={"protect_managers": True})
    protection.follow(now=now)
    span = Dependence.objects.get()
    assert (span.plan.account.number, span.level, span.of) == ("Small", "manager", "Adler")
    status.write_profile(actor=administrator, now=now, words=words | {"levels": ["company"]}, changes={})
    protection.follow(now=now)
    assert Dependence.objects.get().end_why == "not_counted"


def test_nobody_responsible_no_tasks_until_somebody_is(take, kam, now):
    take(book(3000))
    assert Task.objects.count() == 0
    responsible("Helios", kam, now)
    protection.every_day(now=now, actor=None)
    assert Task.objects.count() == 3
    protection.every_day(now=now, actor=None)
    assert Task.objects.count() == 3


@pytest.mark.requirement("SEL-06")
def test_once_while_it_lasts_over_with_a_reason_and_again(plan, take, kam, now):
    row = idea(plan, kam, now)
    take([sale("Other", 4, 40)], "more")  # 20.002 %: it lasts
    assert Dependence.objects.count() == 1
    take([sale(f"Other{at}", 1000, 41) for at in range(5)], "much more")
    span = Dependence.objects.get()
    assert (span.end_why, round(span.end_share, 3)) == ("below", round(2001 / 15004, 3))
    assert span.until is not None
    take([sale("Helios", 6000, 42)], "back")
    assert Protection.objects.get() == plan
    spans = list(Dependence.objects.filter(plan=plan))
    assert [each.until is None for each in spans].count(True) == 1
    assert list(plan.barriers.all()) == [row]
    assert Task.objects.filter(origin="protection", account=plan.account).count() == 6
    assert AuditEntry.objects.filter(action="portfolio.protect_again").count() == 1


def test_who_buys_no_more_is_gone(plan, now):
    from kamerton.portfolio.models import AccountFigure

    AccountFigure.objects.filter(account="Helios").update(dependency="", basis_share=None)
    protection.follow(now=now)
    assert Dependence.objects.get().end_why == "gone"


def test_the_database_keeps_one_plan_and_one_open_span(plan):
    with pytest.raises(IntegrityError), transaction.atomic():
        Protection.objects.create(account=plan.account, created_at=plan.created_at)
    span = plan.spans.get()
    span.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        span.save(force_insert=True)


@pytest.mark.parametrize("accounts", [1, 3])
def test_questions_do_not_grow_with_the_accounts(take, now, accounts, django_assert_num_queries):
    """While it lasts and nobody is responsible."""
    take([sale(f"Large{at}", 4000, at) for at in range(accounts)] + [sale("Small", 1000)])
    assert Dependence.objects.count() == accounts
    with django_assert_num_queries(11):
        protection.follow(now=now)


# --- barriers ------------------------------------------------------------------------------------------------


@pytest.mark.requirement("SEL-06")
def test_ideas_alone_keep_nobody_out(plan, kam, now):
    row = idea(plan, kam, now)
    assert protection_queries.standing(protection_queries.plan_of(plan.account)).told == "ideas"
    opened = {"state": "idea"}
    protection.edit_barrier(actor=kam, barrier=row, opened=opened, submitted={"state": "in_work"}, now=now)
    told = protection_queries.standing(protection_queries.plan_of(plan.account))
    assert (told.told, told.is_complete) == ("building", True)
    assert list(protection_queries.without_built(Protection.objects.all())) == []


@pytest.mark.parametrize(
    "values",
    [
        {"what": "  "},
        {"state": "stands"},
        {"state": "stands", "since": dt.date(2026, 1, 1)},
        {"state": "stands", "evidence": "Contract 12"},
        {"state": "stands", "evidence": "Contract 12", "since": dt.date(2026, 3, 3)},
        {"kind": "wall"},
    ],
)
def test_wrong_barriers_are_refused(plan, kam, now, values):
    with pytest.raises(Refused):
        idea(plan, kam, now, **values)
    assert Barrier.objects.count() == 0


def test_an_outsider_owns_no_barrier(plan, kam, make_user, now):
    outside = make_user("sales_manager", "outside")
    outside.is_external = True
    outside.save()
    with pytest.raises(Refused):
        idea(plan, kam, now, owner=outside)


def test_two_who_change_the_same_barrier(plan, kam, now):
    row = idea(plan, kam, now)
    opened = {"what": row.what, "state": "idea"}
    protection.edit_barrier(
        actor=kam, barrier=row, opened=opened, submitted={"what": "Stock of seals"}, now=now
    )
    with pytest.raises(concurrency.Conflict):
        protection.edit_barrier(actor=kam, barrier=row, opened=opened, submitted={"what": "Stock"}, now=now)
    protection.edit_barrier(actor=kam, barrier=row, opened=opened, submitted={"state": "lost"}, now=now)
    row.refresh_from_db()
    assert (row.what, row.state) == ("Stock of seals", "lost")


def test_undo_of_each(plan, kam, now):
    row = idea(plan, kam, now)
    kept = protection.remove_barrier(actor=kam, barrier=row, now=now)
    token = undo.offer(actor=kam, kind="portfolio.barrier_back", parameters=kept, now=now)
    undo.take_back(actor=kam, token=token, now=now)
    again = Barrier.objects.get()
    assert (again.what, again.against, again.owner, again.created_by) == (row.what, row.against, kam, kam)
    token = undo.offer(actor=kam, kind="portfolio.barrier_unadd", parameters={"barrier": again.pk}, now=now)
    undo.take_back(actor=kam, token=token, now=now)
    assert Barrier.objects.count() == 0


def test_undo_stops_where_somebody_worked_on_it(plan, kam, now):
    row = idea(plan, kam, now)
    add = undo.offer(actor=kam, kind="portfolio.barrier_unadd", parameters={"barrier": row.pk}, now=now)
    before = protection.shown(row)
    after = protection.edit_barrier(
        actor=kam, barrier=row, opened={"against": "Rivalis"}, submitted={"against": "Nobody"}, now=now
    )
    with pytest.raises(undo.CannotUndo):
        undo.take_back(actor=kam, token=add, now=now)
    told = {"barrier": row.pk, "version": after.version, "before": before}
    token = undo.offer(actor=kam, kind="portfolio.barrier_unedit", parameters=told, now=now)
    undo.take_back(actor=kam, token=token, now=now)
    assert Barrier.objects.get().against == "Rivalis"


def test_out_of_reach_nothing_is_written(plan, kam, make_user, now):
    row, other = idea(plan, kam, now), make_user("senior_kam", "other")
    for act in (
        lambda: idea(plan, other, now),
        lambda: protection.edit_barrier(
            actor=other, barrier=row, opened={}, submitted={"what": "x"}, now=now
        ),
        lambda: protection.remove_barrier(actor=other, barrier=row, now=now),
        lambda: protection.set_goal(actor=other, plan=plan, opened={}, submitted={"goal": "x"}, now=now),
    ):
        with pytest.raises(Forbidden):
            act()
    assert (Barrier.objects.get().what, Protection.objects.get().goal) == (row.what, "")


def test_the_trail_names_no_barrier(plan, kam, now):
    idea(plan, kam, now)
    told = AuditEntry.objects.get(action="portfolio.add_barrier")
    assert "Consignment" not in str(told.after)


def test_the_plan_of_a_merged_account_is_in_no_list(plan, now):
    other = Account.objects.get(number="A0")
    assert list(Protection.objects.in_force()) == [plan]
    Account.objects.filter(pk=plan.account_id).update(merged_into=other)
    assert (list(Protection.objects.in_force()), list(Protection.objects.current())) == ([], [])
