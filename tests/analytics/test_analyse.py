"""The analysis as a whole: totals, basis, names, groups, sellers, lifetime values."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from kamerton.analytics import cubes
from kamerton.analytics.analyse import analyse, figures
from kamerton.analytics.cubes import NothingToAnalyse
from kamerton.analytics.model import Amounts, Analysis, Question, Thresholds
from tests.analytics.ledgers import AS_OF, ledger, sale


def analysis_of(lines, **question) -> Analysis:
    return analyse(ledger(lines), Question(**{"as_of": AS_OF, **question}))


def by_id(analysis: Analysis) -> dict:
    return {each.account: each for each in analysis.accounts}


LINES = [
    sale("b", "2023-01-10", 100, cost=60, document="D1", seller="Ines", account_name="Old name"),
    sale("b", "2023-01-10", "50.005", cost=30, document="D1", seller="Ines", account_name="Beta"),
    sale("b", "2024-02-10", 200, cost=100, document="D2", seller="Juri", account_name="Beta"),
    sale("a", "2024-03-10", 300, cost=250, document="D3", seller="Ines", group="Nord"),
    sale("a", "2024-03-11", -20, cost=-15, document="D4", seller="Ines"),
    sale("c", "2024-04-10", "330.005", cost=100, document="D3", group="Nord"),
    sale(None, "2022-12-31", 40, cost=10, document="D9", seller="Ines"),
]


def test_totals_keep_lines_without_an_account_apart():
    totals = analysis_of(LINES).totals
    assert (totals.turnover, totals.cost, totals.income) == (
        Decimal("960.01"),
        Decimal("525.00"),
        Decimal("435.01"),
    )
    assert (totals.accounts, totals.lines, totals.documents) == (3, 6, 4)  # a and c share D3
    assert (totals.first_date, totals.last_date) == (dt.date(2023, 1, 10), dt.date(2024, 4, 10))
    assert (totals.unassigned_turnover, totals.unassigned_lines) == (Decimal("40.00"), 1)
    assert (totals.gross, totals.returned) == (Decimal("980.01"), Decimal("20.00"))


def test_a_document_of_two_accounts_counts_for_each_and_once_in_all():
    found = by_id(analysis_of(LINES))
    assert {account: each.documents for account, each in found.items()} == {"a": 2, "b": 2, "c": 1}


def test_without_document_numbers_there_are_no_documents():
    analysis = analysis_of([sale("a", "2024-01-01", 5)])
    assert (analysis.totals.documents, analysis.accounts[0].documents) == (None, 0)


def test_accounts_are_ranked_by_turnover_and_ties_by_id():
    analysis = analysis_of(
        [sale("z", "2024-01-01", 5), sale("y", "2024-01-01", 5), sale("x", "2024-01-01", 9)]
    )
    assert [(each.rank, each.account) for each in analysis.accounts] == [(1, "x"), (2, "y"), (3, "z")]


def test_one_account_in_full():
    found = by_id(analysis_of(LINES))["b"]
    assert (found.rank, found.name, found.group) == (1, "Beta", None)
    # 350.005 is rounded to the cent only here, halves away from zero.
    assert (found.turnover, found.cost, found.income) == (
        Decimal("350.01"),
        Decimal("190.00"),
        Decimal("160.01"),
    )
    assert found.share_turnover == pytest.approx(350.005 / 960.01, abs=1e-15)
    assert (found.window_turnover, found.window_income) == (Decimal("200.00"), Decimal("100.00"))
    assert (found.previous_turnover, found.previous_income) == (Decimal("150.01"), Decimal("60.01"))
    assert found.by_year == {
        2023: Amounts(turnover=Decimal("150.01"), income=Decimal("60.01")),
        2024: Amounts(turnover=Decimal("200.00"), income=Decimal("100.00")),
    }
    assert (found.first_date, found.last_date) == (dt.date(2023, 1, 10), dt.date(2024, 2, 10))
    assert (found.documents, found.purchase_days, found.state) == (2, 2, "retained")


def test_first_and_last_date_count_returns_and_purchases_do_not():
    found = by_id(analysis_of(LINES))["a"]
    assert (found.first_date, found.last_date) == (dt.date(2024, 3, 10), dt.date(2024, 3, 11))
    assert (found.first_purchase, found.last_purchase) == (dt.date(2024, 3, 10), dt.date(2024, 3, 10))


def test_the_latest_name_group_and_seller_stand_and_blanks_do_not_undo_them():
    lines = [
        sale("a", "2024-01-01", 1, account_name="Zeta", group="First", seller="Ines"),
        sale("a", "2024-02-01", 1, account_name="Alfa", group="Second", seller="Juri"),
        sale("a", "2024-02-01", 1, account_name="Beta", group="Second", seller="Juri"),
        sale("a", "2024-03-01", 1),
    ]
    found = analysis_of(lines).accounts[0]
    assert (found.name, found.group) == ("Beta", "Second")  # of two names on one day the last by letter


def test_names_that_are_known_already_are_taken_unless_a_date_asks_for_others():
    lines = ledger([*LINES, sale("b", "2024-05-10", 1, account_name="Newest", seller="Juri")])
    known = cubes.names_of(lines)
    assert analyse(lines, Question(), known) == analyse(lines, Question())
    before = Question(as_of=dt.date(2024, 4, 30))
    assert analyse(lines, before, known) == analyse(lines, before)


def test_an_account_without_a_name_is_called_by_its_id():
    assert analysis_of([sale("0042", "2024-01-01", 1)]).accounts[0].name == "0042"


def test_without_any_cost_the_basis_is_turnover_and_says_so():
    analysis = analysis_of([sale("a", "2024-01-01", 30), sale("b", "2024-01-01", 70)])
    assert analysis.basis == "turnover"
    assert "No cost is recorded" in analysis.basis_note
    assert (analysis.totals.cost, analysis.totals.income) == (None, None)
    assert analysis.income_concentration_all_time is None
    found = by_id(analysis)["b"]
    assert (found.cost, found.income, found.share_income, found.window_income) == (None, None, None, None)
    assert found.by_year == {2024: Amounts(turnover=Decimal(70), income=None)}
    assert (found.key, found.dependency, found.warnings) == (True, "critical", ())


def test_missing_costs_count_as_nothing_and_are_told():
    analysis = analysis_of([sale("a", "2024-01-01", 30, cost=10), sale("a", "2024-01-02", 70)])
    assert (analysis.basis, analysis.totals.income) == ("income", Decimal("90.00"))
    assert "1 of 2 lines have no cost" in analysis.basis_note
    assert analysis.totals.lines_without_cost == 1


def test_a_cost_of_zero_is_a_cost():
    assert analysis_of([sale("a", "2024-01-01", 30, cost=0)]).basis == "income"


def test_a_loss_in_total_gives_no_shares_and_says_so():
    analysis = analysis_of([sale("a", "2024-01-01", 30, cost=50), sale("b", "2024-01-01", 30, cost=20)])
    assert "not positive" in analysis.basis_note
    assert [each.window_share_income for each in analysis.accounts] == [None, None]
    assert [each.window_share_turnover for each in analysis.accounts] == [0.5, 0.5]
    assert [(each.key, each.abc) for each in analysis.accounts] == [(False, None), (False, None)]


def test_sellers_have_the_lines_that_name_them():
    analysis = analysis_of(LINES)
    assert [(s.seller, s.turnover, s.income, s.accounts, sorted(s.years)) for s in analysis.sellers] == [
        ("Ines", Decimal("430.01"), Decimal("105.01"), 2, [2023, 2024]),
        ("", Decimal("330.01"), Decimal("230.01"), 1, [2024]),
        ("Juri", Decimal("200.00"), Decimal("100.00"), 1, [2024]),
    ]


def test_sellers_are_the_same_whether_told_from_the_accounts_or_from_the_lines():
    lines = [
        sale("a", "2023-05-01", 10, cost=4, seller="Ines"),
        sale("b", "2024-05-01", 20, cost=5, seller="Juri"),
    ]
    told = analysis_of(lines).sellers
    # A line of nothing by another seller forces the scan.
    scanned = analysis_of([*lines, sale("a", "2023-05-02", 0, cost=0, seller="Juri")]).sellers
    nothing = Amounts(turnover=Decimal(0), income=Decimal(0))
    juri, ines = told
    assert scanned == (replace(juri, accounts=2, years={2023: nothing, **juri.years}), ines)


def test_no_sellers_where_no_line_names_one():
    assert analysis_of([sale("a", "2024-01-01", 30)]).sellers == ()


GROUPED = [
    sale("n1", "2024-01-10", 90, cost=50, group="Nord", document="1"),
    sale("n2", "2024-02-10", 60, cost=20, group="Nord", document="1", seller="Ines"),
    sale("n2", "2023-02-10", 10, cost=5, document="2"),
    sale("alone", "2024-02-10", 100, cost=60, document="3"),
    sale("alone", "2024-02-20", -10, cost=-6, document="4"),
]


def test_a_group_stands_for_its_accounts():
    analysis = analysis_of(GROUPED, level="group")
    nord, alone = analysis.accounts
    assert (nord.account, nord.name, nord.group) == ("Nord", "Nord", "Nord")
    assert (nord.turnover, nord.income, nord.documents) == (Decimal(160), Decimal(85), 2)
    assert (nord.first_date, nord.purchase_days, nord.state) == (dt.date(2023, 2, 10), 3, "retained")
    assert (alone.account, alone.group, alone.turnover) == ("alone", None, Decimal(90))
    assert (analysis.totals.accounts, analysis.totals.documents) == (2, 4)
    assert nord.window_share_turnover == 0.625


def test_a_group_and_an_account_of_the_same_name_stay_two():
    lines = [sale("Nord", "2024-01-10", 1), sale("n1", "2024-01-10", 2, group="Nord")]
    assert [each.account for each in analysis_of(lines, level="group").accounts] == ["Nord (group)", "Nord"]


@pytest.mark.parametrize("lines", [[], [sale(None, "2024-01-01", 5)]])
def test_nothing_to_analyse(lines):
    with pytest.raises(NothingToAnalyse):
        analyse(ledger(lines), Question())


def test_nothing_before_as_of():
    with pytest.raises(NothingToAnalyse):
        analysis_of([sale("a", "2025-01-01", 1)])


def test_as_of_is_the_last_date_in_the_data_unless_asked_otherwise():
    assert analysis_of(
        [sale("a", "2024-03-07", 1), sale(None, "2024-03-09", 1)], as_of=None
    ).as_of == dt.date(2024, 3, 9)


def test_amounts_beyond_what_64_bits_hold_stay_exact():
    lines = [sale(f"c{n}", "2024-01-01", "999999999999.999999", cost="0.000001") for n in range(20)]
    analysis = analysis_of(lines)
    assert analysis.totals.turnover == Decimal("20000000000000.00")
    assert analysis.accounts[0].turnover == Decimal("1000000000000.00")
    assert analysis.accounts[0].share_turnover == 0.05
    assert (analysis.accounts[0].abc, analysis.accounts[-1].abc) == ("A", "C")
    assert analysis.concentration_all_time.accounts_for_80pct == 16
    assert analysis.sellers == ()


def test_a_threshold_is_a_setting():
    lines = [sale("a", "2024-01-01", 30), sale("b", "2024-01-01", 70)]
    strict = analysis_of(lines, thresholds=Thresholds(share_key=0.5, share_critical=0.6, share_mono=0.65))
    assert [(each.account, each.key, each.dependency) for each in strict.accounts] == [
        ("b", True, "mono"),
        ("a", False, None),
    ]


@pytest.mark.parametrize(
    ("first", "window", "previous"),
    [
        ("2023-01-01", True, True),
        ("2023-01-16", True, True),
        ("2023-01-17", True, False),
        ("2024-06-01", False, False),
    ],
)
def test_whether_the_ledger_reaches_back_to_the_windows(first, window, previous):
    analysis = analysis_of([sale("a", first, 1), sale("a", "2024-12-01", 1)])
    assert (analysis.window_covered, analysis.previous_covered) == (window, previous)


def test_lifetime_value_with_too_little_history_rests_on_retention():
    lines = [sale(f"c{n}", "2023-06-01", 100, cost=60) for n in range(10)]
    lines += [sale(f"c{n}", "2024-06-01", 100, cost=60) for n in range(8)]
    found = by_id(analysis_of(lines))
    # Past 80, and 40 a year kept at 80 % and discounted at 10 % over five years.
    future = 40 * sum((0.8 / 1.1) ** year for year in range(1, 6))
    assert found["c0"].lifetime_method == "retention_rate"
    assert found["c0"].lifetime_value == Decimal(f"{80 + future:.2f}")
    assert found["c9"].lifetime_value == Decimal("40.00")


def test_without_history_no_lifetime_value_is_told():
    found = analysis_of([sale("a", "2024-06-01", 100)]).accounts[0]
    assert (found.lifetime_method, found.lifetime_value, found.p_alive) == ("none", None, None)


@pytest.mark.requirement("PFA-03")
def test_two_accounts_of_equal_turnover_differ_in_lifetime_value():
    lines = [
        sale(f"c{n}", dt.date(2022, 1, 3) + dt.timedelta(days=(n * 7 + k * (20 + n)) % 1000), 50 + n)
        for n in range(60)
        for k in range(8)
    ]
    lines += [sale("faithful", dt.date(2024, 12, 1) - dt.timedelta(days=60 * k), 100) for k in range(12)]
    lines += [sale("gone", dt.date(2022, 3, 1) + dt.timedelta(days=5 * k), 100) for k in range(12)]
    found = by_id(analysis_of(lines))
    assert found["faithful"].turnover == found["gone"].turnover
    assert found["faithful"].lifetime_method == found["gone"].lifetime_method == "bg_nbd_gamma_gamma"
    assert found["faithful"].lifetime_value > found["gone"].lifetime_value + 400
    assert found["faithful"].p_alive > 0.7 > 0.1 > found["gone"].p_alive


def test_one_scan_serves_accounts_and_groups():
    lines = ledger(
        [
            sale("a", "2023-02-01", 10, group="Nord", document="D1", seller="Ines"),
            sale("b", "2023-02-01", 20, group="Nord", document="D1", seller="Juri"),
            sale("b", "2024-03-01", 5, group="Nord", document="D2", seller="Ines"),
            sale("c", "2024-04-01", 7, document="D2", seller="Ines"),
            sale(None, "2024-04-02", 1),
        ]
    )
    scan = cubes.scan(lines)
    for level in ("account", "group", "account"):
        question = Question(level=level)
        assert figures(scan.book(level), question) == analyse(lines, question), level
