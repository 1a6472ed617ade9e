"""What if: supposed in the address, compared with today; and what losing an account would cost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kamerton.core.models import AuditEntry
from kamerton.portfolio import queries, value_queries

URL = "/portfolio/what-if/"


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_without_a_supposition_it_says_what_it_is_for(director, book):
    answer = director.get(URL)
    assert answer.status_code == 200
    assert "Suppose an account left" in text(answer)
    assert answer.context["table"] is None


def test_what_is_added_goes_into_the_address(director, book):
    heaviest = queries.account_figures(queries.latest_snapshot()).order_by("-basis_amount").first()
    added = director.get(URL, {"suppose": "1", "lose": heaviest.name.upper()})
    assert added.status_code == 302
    assert added["Location"] == f"{URL}?lost={heaviest.account}"
    shown = director.get(added["Location"])
    assert f"Without {heaviest.name}" in text(shown)
    assert "would go" in text(shown)
    assert shown.context["losses"] is not None
    more = director.get(URL, {"suppose": "1", "lost": heaviest.account, "turnover": "1000", "margin": "30"})
    assert "gained=1000" in more["Location"]
    assert f"lost={heaviest.account}" in more["Location"]
    assert "New account 1" in text(director.get(more["Location"]))


def test_moved_margin_counts_once_an_account(director, book):
    row = queries.account_figures(queries.latest_snapshot()).order_by("-basis_amount").first()
    asked = {"suppose": "1", "moved": f"-5|{row.account}", "squeezed": row.account, "points": "-8"}
    address = director.get(URL, asked)["Location"]
    assert address.count("moved=") == 1
    income = director.get(address).context["table"].rows[1].cells[3]
    assert income.change.direction == "down"


@pytest.mark.parametrize(
    "asked",
    [{"lose": "no such account"}, {"turnover": "-5"}, {"turnover": "1e99"}, {"squeezed": "nobody", "points": "-5"},
     {"points": "-500"}, {"turnover": "NaN"}],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field(director, book, asked):
    answer = director.get(URL, {"suppose": "1", **asked})
    assert answer.status_code == 422
    assert "k-error" in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["lost=gone", "moved=-5|gone", "moved=x|y", "gained=x", "gained=NaN|5", "lost=%00"]
)
def test_an_old_or_broken_address_is_no_failure(director, book, query):
    assert director.get(f"{URL}?{query}").status_code == 200


def test_queries_do_not_grow(director, book, django_assert_max_num_queries):
    director.get(URL)
    rows = list(queries.account_figures(queries.latest_snapshot()).values_list("account", flat=True)[:3])
    counts = []
    for few in (rows[:1], rows):
        with django_assert_max_num_queries(20) as told:
            director.get(URL, {"lost": few})
        counts.append(len(told))
    assert counts[0] == counts[1]


def test_who_does_not_see_the_company_does_not_suppose(client, make_user, book):
    client.force_login(make_user("senior_kam"))
    assert client.get(URL).status_code == 403


def test_own_costs_are_kept_and_tell_what_is_left_uncovered(director, book):
    assert director.post("/settings/costs/", {"fixed_cost": "-1"}).status_code == 422
    assert value_queries.economics().fixed_cost is None
    assert director.post("/settings/costs/", {"fixed_cost": "1000000"}).status_code == 302
    assert value_queries.economics().fixed_cost == Decimal("1000000.00")
    assert AuditEntry.objects.filter(action="portfolio.fixed_cost").count() == 1
    row = queries.account_figures(queries.latest_snapshot()).order_by("-basis_amount").first()
    assert "Fixed cost left uncovered" in text(director.get(URL, {"lost": row.account}))
    assert "Fixed cost left uncovered" in text(director.get(f"/account/{row.account}/"))
