"""Companies with little to tell: nothing imported, one account, no cost, no sellers, two critical accounts."""

from __future__ import annotations

import html as markup
import re

import pytest

from kamerton.access.models import User
from tests.web.conftest import HEAD

URL = "/portfolio/"


def page(client, url: str = URL) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return markup.unescape(answer.content.decode()).replace("\xa0", " ")


def lead(client, url: str = URL) -> str:
    return re.search(r'<p class="k-lead">(.*?)</p>', page(client, url))[1]


def test_nothing_imported_yet_says_what_to_do(director, client, company, make_user):
    for url in (URL, "/accounts/", "/portfolio/sellers/"):
        assert "No figures yet" in page(director, url)
    assert "/imports/new/" not in page(director)
    client.force_login(make_user("administrator"))
    assert "/imports/new/" in page(client)


def months(account: str, amount: int, *, start: int = 2024, cost: object = "") -> list[list[object]]:
    return [
        [
            account,
            account,
            "",
            f"{year}-{month:02d}-05",
            f"{account}{year}{month}",
            "P",
            "",
            1,
            amount,
            cost,
            "Adler",
        ]
        for year in range(start, 2026)
        for month in range(1, 13)
    ]


def test_two_critical_accounts(director, import_rows):
    import_rows(
        [*months("Alba", 500, cost=100), *months("Brera", 400, cost=100), *months("Corso", 50, cost=10)]
    )
    assert "Alba and Brera are past the critical line of 20 %." in lead(director)


def test_without_cost_all_is_by_turnover_and_says_so(director, import_rows):
    import_rows(
        [row[:9] + row[10:] for row in months("Alba", 500) + months("Brera", 100)], HEAD[:9] + HEAD[10:]
    )
    assert "of turnover" in lead(director)
    html = page(director)
    assert "No cost is recorded, so income cannot be told" in html
    User.objects.update(language="ru")
    assert "Себестоимость не указана, поэтому валовую прибыль определить нельзя" in page(director)
    assert "Себестоимость не указана" in director.get("/explain/income/").content.decode()
    User.objects.update(language="")
    assert "Where income is made" not in html
    for url in ("/accounts/", "/account/Alba/", "/portfolio/sellers/", "/explain/income/?account=Alba"):
        assert director.get(url).status_code == 200


def test_one_account_is_the_company(director, import_rows):
    import_rows(months("Alba", 500, cost=100))
    html = page(director)
    assert "If Alba left, 100 % of income goes: beyond 70 % one customer is the company." in html


@pytest.mark.requirement("PFA-01")
def test_two_years_are_not_enough_to_compare_sellers(director, import_rows):
    import_rows(months("Alba", 500, cost=100))
    html = page(director, "/portfolio/sellers/")
    assert "less than 3 years of sales are known" in html
    assert "too little to compare" in html


def test_no_sellers_named(director, import_rows):
    import_rows([row[:10] for row in months("Alba", 500, cost=100)], HEAD[:10])
    assert "No sellers" in page(director, "/portfolio/sellers/")
