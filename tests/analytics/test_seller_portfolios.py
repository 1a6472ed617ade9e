"""What each seller's accounts cost and bring over three years."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kamerton.analytics.analyse import analyse
from kamerton.analytics.model import Question, Thresholds
from kamerton.analytics.seller_portfolios import SellerView, seller_view
from tests.analytics.ledgers import AS_OF, ledger, sale


def view(lines, **more) -> SellerView:
    return seller_view(ledger(lines), Thresholds(), as_of=AS_OF, **more)


@pytest.mark.requirement("PFA-01")
def test_two_years_are_insufficient_and_three_give_the_net_result_per_client_and_owner():
    two = [
        sale("a", "2023-01-05", 100, cost=80, seller="Ines"),
        sale("a", "2024-06-05", 200, cost=120, seller="Ines"),
        sale("b", "2024-06-05", 50, cost=60, seller="Juri"),
    ]
    assert view(two).sufficient is False
    found = view([*two, sale("a", "2022-01-05", 40, cost=30, seller="Juri")])
    assert found.sufficient is True
    assert [(s.seller, s.net, [(a.account, a.net) for a in s.accounts]) for s in found.sellers] == [
        ("Ines", Decimal("100.00"), [("a", Decimal("100.00"))]),
        ("Juri", Decimal("0.00"), [("a", Decimal("10.00")), ("b", Decimal("-10.00"))]),
    ]
    assert [(w.turnover, w.income) for w in found.sellers[0].windows] == [(200, 80), (100, 20), (0, 0)]


def test_a_star_seller_whose_costs_exceed_the_benefit_ranks_low():
    lines = [
        sale("big", "2022-01-05", 1000, cost=700, seller="Star"),
        sale("small", "2022-01-05", 100, cost=40, seller="Quiet"),
    ]
    assert [each.seller for each in view(lines).sellers] == ["Star", "Quiet"]
    serving = {("Star", "big"): Decimal(250), ("Star", ""): Decimal(60)}
    found = view(lines, cost_to_serve=serving)
    assert [(each.seller, each.cost_to_serve, each.net) for each in found.sellers] == [
        ("Quiet", Decimal(0), Decimal(60)),
        ("Star", Decimal(310), Decimal(-10)),
    ]
    assert found.sellers[1].accounts[0].net == Decimal(50)


@pytest.mark.requirement("SEL-13")
def test_small_for_the_company_and_key_for_its_seller():
    lines = [sale("client", "2024-05-01", 5, seller="Ines")]
    lines += [sale(f"i{n}", "2024-05-01", "0.75", seller="Ines") for n in range(10)]  # Ines sells 12.50
    lines += [sale(f"j{n:02}", "2024-05-01", "4.375", seller="Juri") for n in range(20)]
    company = {each.account: each for each in analyse(ledger(lines), Question(as_of=AS_OF)).accounts}
    ines = next(each for each in view(lines).sellers if each.seller == "Ines")
    at_seller = {each.account: each for each in ines.accounts}["client"]
    assert (company["client"].window_share_turnover, company["client"].key) == (0.05, False)
    assert (at_seller.share, at_seller.key, at_seller.dependency) == (0.4, True, "critical")
    assert [each.account for each in ines.accounts if each.key] == ["client"]


def test_lines_before_three_years_after_as_of_or_without_names_are_left_out():
    lines = [
        sale("a", "2021-12-31", 1, seller="Ines"),
        sale("a", "2022-01-01", 2, seller="Ines"),
        sale("a", "2025-01-01", 4, seller="Ines"),
        sale("a", "2024-01-01", 8),
        sale(None, "2024-01-01", 16, seller="Ines"),
    ]
    assert [(each.seller, each.turnover, each.cost) for each in view(lines).sellers] == [
        ("Ines", Decimal(2), None)
    ]
