"""A snapshot says what the analysis says, once, and the same again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from kamerton.access.policy import Forbidden
from kamerton.analytics.analyse import analyse
from kamerton.analytics.model import Question
from kamerton.ledger import store
from kamerton.ledger.engine import open_ledger
from kamerton.portfolio import queries
from kamerton.portfolio.actions import snapshots
from kamerton.portfolio.models import AccountFigure, AccountSeries, Snapshot
from tests.ledger.factories import Sale

pytestmark = pytest.mark.django_db


def test_rows_are_the_figures_of_the_analysis(filled, administrator, now):
    filled()
    snapshot = snapshots.take_snapshot(actor=administrator, now=now)
    with open_ledger() as (_connection, lines):
        analysis = analyse(lines, Question(currency="EUR"))
    rows = list(AccountFigure.objects.filter(snapshot=snapshot).order_by("rank"))
    assert [(row.account, row.turnover, row.income, row.window_turnover) for row in rows] == [
        (each.account, each.turnover, each.income, each.window_turnover) for each in analysis.accounts
    ]
    assert [(row.basis_share, row.abc, row.is_key, row.state, row.lifetime_value) for row in rows] == [
        (each.window_share_income, each.abc or "", each.key, each.state, each.lifetime_value)
        for each in analysis.accounts
    ]
    assert snapshot.as_of == analysis.as_of == dt.date(2025, 12, 13)
    assert snapshot.figures["totals"]["turnover"] == str(analysis.totals.turnover)


def test_the_same_inputs_give_the_same_snapshot(filled, administrator, now):
    filled()
    first = snapshots.take_snapshot(actor=administrator, now=now)
    digest = first.digest
    Snapshot.objects.all().delete()
    again = snapshots.take_snapshot(actor=administrator, now=now + dt.timedelta(days=1))
    assert again.pk != first.pk
    assert again.digest == digest


def test_a_snapshot_that_exists_is_not_taken_again(filled, administrator, now):
    filled()
    first = snapshots.take_snapshot(actor=administrator, now=now)
    assert snapshots.take_snapshot(actor=administrator, now=now) == first
    assert Snapshot.objects.filter(level="account").count() == 1


def test_groups_have_a_snapshot_of_their_own(filled, administrator, now):
    filled()
    snapshots.take_snapshot(actor=administrator, now=now)
    groups = queries.latest_snapshot("group")
    accounts = queries.latest_snapshot("account")
    assert (accounts.accounts, groups.accounts) == (12, 11)
    north = queries.account(groups, "North")
    members = [queries.account(accounts, each) for each in queries.accounts_of_group(groups, "North")]
    assert sorted(each.account for each in members) == ["A01", "A02"]
    assert north.turnover == sum(each.turnover for each in members)


def test_as_of_is_the_last_date_but_never_in_the_future(filled, administrator, now):
    filled([Sale(date="2025-05-10"), Sale(date="2031-01-01", document="D2")])
    assert snapshots.take_snapshot(actor=administrator, now=now).as_of == now.date()


def test_an_empty_ledger_has_nothing_to_tell(company, administrator, now):
    with pytest.raises(snapshots.NothingToTell, match="no sales to tell of"):
        snapshots.take_snapshot(actor=administrator, now=now)
    assert queries.latest_snapshot() is None


def test_a_reader_may_not_take_one(filled, make_user, now):
    filled()
    with pytest.raises(Forbidden):
        snapshots.take_snapshot(actor=make_user("reader"), now=now)


def test_after_everything_is_withdrawn_nothing_is_shown(filled, administrator, now):
    batch = filled()
    snapshots.take_snapshot(actor=administrator, now=now)
    store.withdraw(actor=administrator, batch=batch, reason="all wrong", now=now)
    assert queries.latest_snapshot() is None


def test_a_snapshot_tells_when_it_is_overtaken(filled, administrator, now):
    filled()
    snapshot = snapshots.take_snapshot(actor=administrator, now=now)
    assert queries.is_current(snapshot)
    filled([Sale(document="new", date="2025-12-12")], "more")
    assert not queries.is_current(snapshot)
    assert queries.latest_snapshot() == snapshot  # still shown until the next is there


def test_one_snapshot_a_month_is_kept(filled, administrator, now):
    filled()
    for day in ("2025-10-31", "2025-11-15", "2025-11-30"):
        snapshots.take_snapshot(actor=administrator, now=now, as_of=dt.date.fromisoformat(day))
    filled([Sale(document="new", date="2025-12-12")], "more")
    snapshots.take_snapshot(actor=administrator, now=now)
    assert [each.as_of.isoformat() for each in queries.history()] == [
        "2025-10-31",
        "2025-11-30",
        "2025-12-13",
    ]
    kept = set(Snapshot.objects.values_list("pk", flat=True))
    assert set(AccountFigure.objects.values_list("snapshot", flat=True)) == kept
    assert set(AccountSeries.objects.values_list("snapshot", flat=True)) == kept


def test_a_row_tells_its_years_and_months(filled, administrator, now, django_assert_num_queries):
    filled()
    snapshot = snapshots.take_snapshot(actor=administrator, now=now)
    with django_assert_num_queries(1):
        row = queries.account(snapshot, "A01")
        months = {month: (turnover, income) for month, turnover, income in row.months}
    assert list(row.by_year) == ["2023", "2024", "2025"]
    assert (len(months), min(months), max(months)) == (24, "2024-01", "2025-12")
    assert months["2025-12"] == (
        "628.25",
        "371.15",
    )  # 600 - 7 + 35 months, and 41 % of the whole euros as cost
    assert row.growth["2024"] == pytest.approx(
        float(Decimal(row.by_year["2024"]["turnover"]) / Decimal(row.by_year["2023"]["turnover"])) - 1
    )
    with django_assert_num_queries(2):
        assert [len(each.months) for each in queries.listed(queries.account_figures(snapshot))[:2]] == [
            24,
            24,
        ]


def test_search_finds_every_script_and_case(filled, administrator, now):
    filled([Sale(account="0007", document="1"), Sale(account="Вектор ООО", document="2")])
    figures = queries.account_figures(snapshots.take_snapshot(actor=administrator, now=now))
    found = {
        text: [each.account for each in figures.search(text)] for text in ("вектор", "ооо ВЕК", "000", "x")
    }
    assert found == {"вектор": ["Вектор ООО"], "ооо ВЕК": ["Вектор ООО"], "000": ["0007"], "x": []}


def test_lists_and_dependence(filled, administrator, now):
    filled()
    snapshot = snapshots.take_snapshot(actor=administrator, now=now)
    figures = queries.account_figures(snapshot)
    assert [each.account for each in figures.lost()] == ["A11"]
    assert [each.account for each in figures.dependent()] == ["A00"]
    heaviest = queries.dependence(snapshot)[0]
    assert (heaviest.account.account, heaviest.past, heaviest.line) == ("A00", "critical", 0.2)


def test_tiles_compare_with_the_twelve_months_before(filled, administrator, now):
    filled()
    snapshot = snapshots.take_snapshot(actor=administrator, now=now)
    tiles = {tile.key: tile for tile in queries.tiles(snapshot)}
    totals = snapshot.figures["totals"]
    assert tiles["turnover"].value == Decimal(totals["window_turnover"])
    assert tiles["turnover"].change == Decimal(totals["window_turnover"]) - Decimal(
        totals["previous_turnover"]
    )
    assert (tiles["active_accounts"].value, tiles["active_accounts"].before) == (11, 12)


def test_sorting_puts_what_cannot_be_told_last(filled, administrator, now):
    filled()
    figures = queries.account_figures(snapshots.take_snapshot(actor=administrator, now=now))
    for descending in (True, False):
        rates = [
            each.growth_rate for each in queries.sorted_figures(figures, "growth_rate", descending=descending)
        ]
        told = [rate for rate in rates if rate is not None]
        assert rates == sorted(told, reverse=descending) + [None] * (len(rates) - len(told))
