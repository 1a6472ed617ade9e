"""Shares at the company, at departments and at managers (SEL-13)."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.access import actions as people
from kamerton.access import sellers
from kamerton.access.models import OrgUnit, User
from kamerton.core.refused import Refused
from kamerton.portfolio import queries, status_queries
from kamerton.portfolio.actions import snapshots, status
from kamerton.portfolio.models import SellerAmount
from tests.ledger.factories import Sale

pytestmark = pytest.mark.django_db


def sale(account: str, seller: str, amount: int, at: int) -> Sale:
    return Sale(
        account=account, date=(dt.date(2025, 6, 1) + dt.timedelta(days=at)).isoformat(), document=f"{account}-{at}",
        amount=f"{amount}.00", cost="0.00", product="P", seller=seller, group=None,
    )  # fmt: skip


@pytest.fixture
def told(filled, administrator, company, now):
    """Small makes 5 % of the company: all of it with Adler, whose portfolio it is to 40 %. Berti sells the rest."""
    rows = [sale("Small", "Adler", 500, 0)]
    rows += [sale(f"A{at}", "Adler", 75, at) for at in range(10)]  # 7.5 % each of the rest of Adler
    rows += [sale(f"B{at}", "Berti", 875, at) for at in range(10)]
    filled(rows)
    return snapshots.take_snapshot(actor=administrator, now=now)


def write(actor, now, levels):
    words = {"text": "Whom we would miss", "preset": "", "definitions": ["contribution"], "levels": levels,
             "class_list": "definitions", "labels": {}, "review_months": 12, "silence_days": 90}  # fmt: skip
    return status.write_profile(actor=actor, now=now, words=words, changes={})


def seller(username: str, first: str, unit: OrgUnit | None = None, **more) -> User:
    return User.objects.create_user(username, role="sales_manager", first_name=first, unit=unit, **more)


@pytest.mark.requirement("SEL-13")
def test_five_percent_of_the_company_and_forty_of_one_manager(told, administrator, now):
    write(administrator, now, ["company", "department", "manager"])
    row = queries.account(told, "Small")
    asked = status_queries.rules_of(queries.profile(), status_queries.written())
    shares = status_queries.levels_of(told, row, asked)
    assert [(each.level, each.of, round(each.share, 4), each.key is not None) for each in shares] == [
        ("company", "", 0.05, False),
        ("manager", "Adler", 0.4, True),
    ]
    from kamerton.portfolio.status_rules import key_by_figures

    found = key_by_figures(status_queries.bases(told), asked)
    assert [(each.level, each.of) for each in found["Small"]] == [("manager", "Adler")]


def test_a_level_that_does_not_count_is_told_and_makes_nobody_key(told, administrator, now):
    write(administrator, now, ["company"])
    asked = status_queries.rules_of(queries.profile(), status_queries.written())
    shares = status_queries.levels_of(told, queries.account(told, "Small"), asked)
    assert [each.counts for each in shares] == [True, False]


def test_the_department_is_that_of_the_person_who_is_the_seller(told):
    sales = OrgUnit.objects.create(name="Sales", kind="department")
    team = OrgUnit.objects.create(name="North", kind="team", parent=sales)
    seller("adler", "ADLER", team)
    seller("nobody", "Nobody", sales)
    asked = status_queries.rules_of(queries.profile(), None)
    shares = status_queries.levels_of(told, queries.account(told, "Small"), asked)
    assert [(each.level, each.of, round(each.share, 4)) for each in shares] == [
        ("company", "", 0.05), ("department", "Sales", 0.4), ("manager", "Adler", 0.4),
    ]  # fmt: skip
    seller("berti", "Bruno", sales, sales_name=" berti ")
    shares = status_queries.levels_of(told, queries.account(told, "Small"), asked)
    assert round(shares[1].share, 4) == 0.05
    assert [each.of for each in status_queries.bases(told)] == ["", "Sales", "Adler", "Berti"]


def test_a_written_name_goes_before_an_equal_one(told, administrator, now):
    sales, export = (OrgUnit.objects.create(name=name) for name in ("Sales", "Export"))
    seller("one", "Adler", sales)
    other = seller("two", "Someone", export)
    assert sellers.departments()["adler"] == "Sales"
    people.edit_person(
        actor=administrator, person=other, opened={}, submitted={"sales_name": "  Adler "}, now=now
    )
    assert sellers.departments()["adler"] == "Export"
    third = seller("three", "Third")
    with pytest.raises(Refused, match="in the sales files already"):
        people.edit_person(
            actor=administrator, person=third, opened={}, submitted={"sales_name": "ADLER"}, now=now
        )


def test_amounts_of_sellers_sum_up_to_the_company(told):
    rows = SellerAmount.objects.filter(snapshot=told)
    figures = queries.account_figures(told)
    assert sum(row.turnover for row in rows) == sum(row.window_turnover for row in figures)
    assert sum(row.income for row in rows) == sum(row.window_income for row in figures)


def test_the_page_of_an_account_costs_the_same_with_one_seller_and_three(
    filled, administrator, company, now, django_assert_num_queries
):
    filled([sale("One", "S1", 100, 0), *(sale("Three", f"S{at}", 100, at) for at in range(3))])
    snapshot = snapshots.take_snapshot(actor=administrator, now=now)
    asked = status_queries.rules_of(queries.profile(), None)
    for number in ("One", "Three"):
        row = queries.account(snapshot, number)
        with django_assert_num_queries(4):
            assert len(status_queries.levels_of(snapshot, row, asked)) == (2 if number == "One" else 4)
