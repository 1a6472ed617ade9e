"""Rising demands, concentration against a year ago, tasks to keep accounts and what came of them."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

from kamerton.access.models import User
from kamerton.access.policy import Forbidden
from kamerton.accounts.models import Account, Coverage, Interaction
from kamerton.core import undo
from kamerton.portfolio import demands, queries, risk_queries
from kamerton.portfolio.actions import retention, serving, snapshots
from kamerton.portfolio.models import AccountFigure
from kamerton.work.actions import tasks
from kamerton.work.models import Task
from tests.ledger.factories import Sale

DAY = dt.date(2025, 12, 31)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([1, 2, 3, 4], True),
        ([9, 1, 2, 3, 4], True),
        ([1, 2, 2, 3], False),
        ([4, 3, 2, 1], False),
        ([2, 3, 4], False),
        ([None, 2, 3, 4], False),
        ([0, 0, 1, 2], False),
    ],
)
def test_three_rises_take_four_quarters(values, told):
    assert demands.rises(values, 3) is told


def test_quarters_touch_and_end_on_the_day():
    spans = demands.quarters(DAY, 4)
    assert spans[-1][1] == DAY
    assert all(later[0] - before[1] == dt.timedelta(days=1) for before, later in pairwise(spans))
    assert {(last - first).days + 1 for first, last in spans} == {91}


def sale(account: str, amount: str, day: dt.date, document: str) -> Sale:
    return Sale(
        account=account, date=day.isoformat(), document=document, amount=amount, cost="0.00", product="P",
        seller="S", group=None,
    )  # fmt: skip


@pytest.mark.django_db
def test_returns_that_rise_three_quarters_running(filled, administrator, company, now):
    """Rise gives back 0, 2, 4, 6 %; Even 5 % each quarter; Trifle ever more, and less than a hundredth."""
    rows = []
    for at, (_first, last) in enumerate(demands.quarters(DAY, 4)):
        back = {"Rise": 20 * at, "Even": 50, "Trifle": at}
        for account, amount in back.items():
            rows.append(sale(account, "1000.00", last, f"{account}-{at}"))
            if amount:
                rows.append(sale(account, f"-{amount}.00", last, f"R-{account}-{at}"))
    filled(rows)
    snapshot = snapshots.take_snapshot(actor=administrator, now=now, as_of=DAY)
    assert demands.rising_returns(snapshot) == ["Rise"]
    kept = queries.account(snapshot, "Rise").series.outlook["returned"]
    assert kept == pytest.approx([0.0, 0.02, 0.04, 0.06])


@pytest.fixture
def told(filled, administrator, company, now):
    filled()
    return snapshots.take_snapshot(actor=administrator, now=now)


@pytest.mark.django_db
def test_cost_to_serve_that_rises_three_quarters_running(told, administrator, now, django_assert_num_queries):
    serving.set_rate(actor=administrator, driver="visit", rate=100, from_date=dt.date(2024, 1, 1), now=now)
    known = {number: Account.objects.get(number=number) for number in ("A01", "A02")}
    for at, (first, _last) in enumerate(demands.quarters(told.as_of, 4)):
        for number, visits in (("A01", at + 1), ("A02", 3)):
            for _each in range(visits):
                Interaction.objects.create(
                    account=known[number], on=first, kind="visit", person=administrator, created_at=now
                )
    found = demands.rising_service(told)
    assert {number: [(each.kind, [int(value) for value in each.values]) for each in rising]
            for number, rising in found.items()} == {"A01": [("cost", [100, 200, 300, 400])]}  # fmt: skip
    with django_assert_num_queries(16):
        demands.rising_service(told)


@pytest.mark.django_db
def test_the_share_of_the_largest_equals_a_manual_figure_and_has_a_trend(told):
    rows = queries.account_figures(told).order_by("-basis_amount").values_list("basis_amount", flat=True)
    whole = sum(rows)
    for top in risk_queries.tops(told):
        if top.n == 1:
            assert top.before is not None
        assert top.now == pytest.approx(float(sum(list(rows)[: top.n]) / whole), abs=0.02)


# --- tasks to keep accounts --------------------------------------------------------------------------------------


@pytest.fixture
def kam(told, make_user, now) -> User:
    found = make_user("senior_kam", "sonia")
    account = Account.objects.get(number="A01")
    Coverage.objects.create(account=account, person=found, from_date=dt.date(2026, 1, 1), created_at=now)
    return found


@pytest.mark.django_db
def test_one_press_makes_one_task_and_the_second_says_who_has_it(kam, administrator, now):
    account = Account.objects.get(number="A01")
    task = retention.keep(actor=administrator, account=account, reasons="Silent for 90 days", now=now)
    assert (task.owner, task.text, task.due_on) == (kam, "Silent for 90 days", dt.date(2026, 3, 9))
    with pytest.raises(retention.ThereIsOne, match="has a task to keep"):
        retention.keep(actor=kam, account=account, reasons="", now=now)
    assert risk_queries.keeping(["A01", "A02"]) == {"A01": task}
    token = undo.offer(
        actor=administrator, kind="portfolio.retention_unkeep", parameters={"task": task.pk}, now=now
    )
    undo.take_back(actor=administrator, token=token, now=now)
    assert Task.objects.count() == 0


@pytest.mark.django_db
def test_undo_stops_where_somebody_worked_on_it(kam, now):
    account = Account.objects.get(number="A01")
    task = retention.keep(actor=kam, account=account, reasons="", now=now)
    tasks.finish_task(actor=kam, task=task, now=now)
    token = undo.offer(actor=kam, kind="portfolio.retention_unkeep", parameters={"task": task.pk}, now=now)
    with pytest.raises(undo.CannotUndo):
        undo.take_back(actor=kam, token=token, now=now)


@pytest.mark.django_db
def test_what_came_of_those_before_of_accounts_in_reach_only(kam, administrator, now):
    for number in ("A01", "A11"):  # A11 has bought nothing for a year
        account = Account.objects.get(number=number)
        task = retention.keep(actor=administrator, account=account, reasons="", now=now)
        tasks.finish_task(actor=administrator, task=task, now=now)
    every, some = Task.objects.all(), Task.objects.filter(account__number="A01")
    rows = AccountFigure.objects.filter(snapshot=queries.latest_snapshot())
    assert risk_queries.came_of(every, rows) == risk_queries.Came(done=2, dropped=0, stayed=1, lost=1)
    assert risk_queries.came_of(some, rows) == risk_queries.Came(done=1, dropped=0, stayed=1, lost=0)


@pytest.mark.django_db
def test_out_of_reach_no_task(kam, now):
    with pytest.raises(Forbidden):
        retention.keep(actor=kam, account=Account.objects.get(number="A02"), reasons="", now=now)
