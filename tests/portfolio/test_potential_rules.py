"""Needs, wallets, ranking, templates, similar accounts: values in, values out."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamerton.portfolio import potential_rules as rules
from kamerton.portfolio import potential_sheets as sheets
from kamerton.portfolio import whitespace

AMOUNT = st.decimals(min_value=0, max_value=10**9, places=2)
YEARS = st.lists(AMOUNT, min_size=1, max_size=5)


def years(*amounts) -> tuple[Decimal, ...]:
    return tuple(Decimal(each) for each in amounts)


@pytest.mark.requirement("POT-01")
def test_the_same_inputs_give_the_same_short_and_long_totals():
    inputs = {
        "years": 3,
        "lines": [
            {"family": "Cables", "now": "100000", "growth": "10"},
            {"family": "Tools", "now": "5000", "growth": "0"},
        ],
    }
    needs = sheets.needs_of("free", inputs)
    assert needs == {
        "Cables": years("100000.00", "110000.00", "121000.00"),
        "Tools": years("5000.00", "5000.00", "5000.00"),
    }
    told = rules.totals(needs.values())
    assert (told.short, told.long, told.horizon_years) == (Decimal("105000.00"), Decimal("346000.00"), 3)
    assert rules.totals(sheets.needs_of("free", inputs).values()) == told


def test_what_says_nothing_of_later_years_counts_with_its_own_mean():
    told = rules.totals([years(100), years(50, 70)])
    assert (told.short, told.long, told.a_year) == (Decimal(150), Decimal(220), Decimal("160.00"))
    assert rules.totals([]) == rules.Totals(
        short=Decimal(0), long=Decimal(0), a_year=Decimal(0), horizon_years=0
    )


@pytest.mark.requirement("POT-02")
def test_construction_three_yearly_volumes_times_the_norm_are_the_need_of_each_year():
    assert rules.construction(years(1000, 2000, 1500), years(0, 0, 0), norm=Decimal("12.5")) == years(
        "12500.00", "25000.00", "18750.00"
    )
    inputs = {
        "volumes": ["1000", "2000", "1500"],
        "hand_overs": ["0", "40", "80"],
        "lines": [
            {"family": "Cables", "norm": "12.5", "hand_over_norm": "100"},
            {"family": "Tools", "norm": "1", "hand_over_norm": ""},
        ],
    }
    assert sheets.needs_of("construction", inputs) == {
        "Cables": years("12500.00", "29000.00", "26750.00"),
        "Tools": years("1000.00", "2000.00", "1500.00"),
    }


def _line(kind, count, need, from_year="1", family="Lubricants"):
    return {"kind": kind, "what": "x", "family": family, "count": count, "need": need, "from_year": from_year}


@pytest.mark.requirement("POT-03")
def test_adding_modernisation_changes_only_the_future_figure():
    now = [_line("equipment", "12", "4500"), _line("plan", "80000", "0.25")]
    before = sheets.needs_of("manufacturing", {"years": 5, "lines": now})["Lubricants"]
    modern = [*now, _line("modernisation", "3", "10000", from_year="3")]
    after = sheets.needs_of("manufacturing", {"years": 5, "lines": modern})["Lubricants"]
    assert before == years(*["74000.00"] * 5)
    assert after == years("74000.00", "74000.00", "104000.00", "104000.00", "104000.00")
    assert rules.totals([after]).short == rules.totals([before]).short
    assert rules.totals([after]).long > rules.totals([before]).long


@pytest.mark.parametrize(
    ("template", "inputs", "problem"),
    [
        ("free", {"years": 5, "lines": []}, "nothing"),
        ("free", {"years": 5, "lines": [{"family": " ", "now": "1", "growth": "0"}]}, "family"),
        ("free", {"years": 5, "lines": [{"family": "A", "now": "-1", "growth": "0"}]}, "negative"),
        ("free", {"years": 5, "lines": [{"family": "A", "now": "1", "growth": "-100.5"}]}, "growth"),
        ("free", {"years": 9, "lines": [{"family": "A", "now": "1", "growth": "0"}]}, "years"),
        ("free", {"years": 5, "lines": [{"family": "A", "now": "1", "growth": "-100"}]}, None),
        ("manufacturing", {"years": 5, "lines": [_line("modernisation", "1", "1", "1")]}, "early"),
        ("manufacturing", {"years": 2, "lines": [_line("modernisation", "1", "1", "3")]}, "early"),
        ("manufacturing", {"years": 5, "lines": [_line("modernisation", "1", "1", "2")]}, None),
        (
            "construction",
            {
                "volumes": ["1", "1", "-1"],
                "hand_overs": ["", "", ""],
                "lines": [{"family": "A", "norm": "1", "hand_over_norm": ""}],
            },
            "negative",
        ),
    ],
)
def test_what_is_wrong_with_a_sheet(template, inputs, problem):
    assert sheets.problem(template, inputs) == problem


@pytest.mark.requirement("POT-05")
def test_need_100_ours_20_is_a_gap_of_80_and_a_share_of_a_fifth():
    told = rules.wallet(Decimal(100), Decimal(20))
    assert (told.gap, told.share, told.open, told.too_low) == (Decimal(80), 0.2, Decimal(80), False)
    assert rules.wallet(Decimal(100), Decimal(20), Decimal(50)).open == Decimal(30)
    assert rules.wallet(Decimal(100), Decimal(20), Decimal(95)).open == Decimal(0)


def test_selling_more_than_the_need_says_that_the_estimate_is_too_low():
    told = rules.wallet(Decimal(100), Decimal(120))
    assert (told.gap, told.share, told.too_low) == (Decimal(0), 1.2, True)
    assert rules.wallet(Decimal(0), Decimal(0)).share is None


@settings(deadline=None)
@given(need=AMOUNT, ours=AMOUNT, competitors=AMOUNT)
def test_gap_and_what_is_open_are_never_negative_nor_more_than_the_need(need, ours, competitors):
    told = rules.wallet(need, ours, competitors)
    assert Decimal(0) <= told.open <= told.gap <= need


def test_divisions_and_the_whole_are_the_same_need_and_never_added():
    cell = rules.Cell
    parts = [
        cell(family="A", division="1", years=years(60, 60)),
        cell(family="A", division="2", years=years(50), satisfiable=0.5, competitors=Decimal(7)),
    ]
    small = rules.by_family([*parts, cell(family="A", years=years(100))])[0]
    assert (small.years, small.competitors) == (years(110, 60), Decimal(7))
    assert small.satisfiable == pytest.approx((120 + 25) / 170)
    large = rules.by_family([*parts, cell(family="A", years=years(100, 100), competitors=Decimal(30))])[0]
    assert (large.years, large.competitors, large.satisfiable) == (years(100, 100), Decimal(30), 1.0)


@settings(deadline=None)
@given(st.lists(YEARS, max_size=6))
def test_years_add_up(told):
    assert sum(rules.added(told), Decimal(0)) == sum((sum(each, Decimal(0)) for each in told), Decimal(0))


def need(family, *amounts, satisfiable=1.0):
    return rules.FamilyNeed(
        family=family, years=years(*amounts), competitors=Decimal(0), satisfiable=satisfiable
    )


def test_expected_income_is_the_need_a_year_times_the_degree_times_our_margin():
    margins = {"A": 0.4}
    assert rules.expected_income([need("A", 100, 300, satisfiable=0.5)], margins, 0.25) == Decimal("40.00")
    assert rules.expected_income([need("B", 100)], margins, 0.25) == Decimal("25.00")
    assert rules.expected_income([need("A", 100)], {"A": -0.1}, 0.25) == Decimal("0.00")
    assert rules.ranked({"b": Decimal(5), "a": Decimal(5), "c": Decimal(9)}) == ("c", "a", "b")


@pytest.mark.parametrize(
    ("told", "near"), [([], False), ([years(1)], True), ([years(1), years(1, 2)], False)]
)
def test_near_only(told, near):
    assert rules.near_only(told) is near


def test_the_least_sure_estimate_decides():
    assert rules.weakest(["verified", "assumed", "likely"]) == "assumed"
    assert rules.weakest([]) == ""


# --- similar accounts -------------------------------------------------------------------------------------


def book(rows, families=("A", "B", "C", "")) -> whitespace.Book:
    return whitespace.Book(
        accounts=list(rows), families=families, now=np.array([list(map(float, row)) for row in rows.values()])
    )


def alike(**more):
    """Ten that buy A, B and C, and x, which buys A and B."""
    rows = {"x": (100, 50, 0, 0)} | {f"p{at}": (1000, 500, 500 + at, 9) for at in range(8)}
    return book(rows | {"q1": (10, 5, 0, 0), "q2": (10, 5, 0, 0)} | more)


def test_most_similar_accounts_buy_it_and_this_one_does_not():
    told = alike()
    peers = whitespace.peers_of(told, "x")
    assert (peers.why, len(peers.places)) == ("profile", 10)
    (found,) = whitespace.suggestions(told, "x", peers)
    assert (found.family, found.buyers, found.peers, found.typical) == ("C", 8, 10, 503.5)
    assert found.at_size == pytest.approx(150 * 503.5 / 2012.5, abs=0.1)


def test_the_same_industry_comes_first_where_there_are_four_others():
    told = alike()
    four = frozenset({"x", "p0", "p1", "p2", "q1"})
    assert whitespace.peers_of(told, "x", four).why == "industry"
    assert {told.accounts[at] for at in whitespace.peers_of(told, "x", four).places} == four - {"x"}
    assert whitespace.peers_of(told, "x", four - {"q1"}).why == "profile"


@pytest.mark.parametrize(("own", "told"), [(1.4, 1), (1.5, 0)])
def test_a_family_is_bought_from_one_hundredth_of_the_purchases_on(own, told):
    sample = alike(x=(100, 50 - own, own, 0))
    peers = whitespace.peers_of(sample, "x")
    assert len(whitespace.suggestions(sample, "x", peers)) == told


def test_what_few_buy_is_not_told():
    told = book({"x": (1, 0, 0, 0), **{f"p{at}": (1, at < 2, 0, 1) for at in range(6)}})
    peers = whitespace.peers_of(told, "x")
    assert whitespace.suggestions(told, "x", peers) == ()


def test_nobody_is_like_an_account_that_buys_nothing_or_is_not_there():
    told = alike(n=(0, 0, 0, 0), r=(-5, 0, 0, 0))
    assert whitespace.peers_of(told, "n") is None
    assert whitespace.peers_of(told, "r") is None
    assert whitespace.peers_of(told, "nobody") is None


def test_size_is_no_part_of_likeness():
    small, large = alike(), alike(x=(1, 1, 1, 1))
    assert whitespace.peers_of(small, "x").why == "profile"
    grown = book({name: tuple(v * (1000 if name == "x" else 1) for v in row)
                  for name, row in zip(small.accounts, small.now, strict=True)})  # fmt: skip
    assert whitespace.peers_of(grown, "x").places == whitespace.peers_of(small, "x").places
    assert large.accounts == small.accounts
