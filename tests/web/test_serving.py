"""Cost to serve: rates, counted activities, single costs; who sees and who writes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from kamerton.accounts.models import Account, Coverage, Interaction
from kamerton.core.models import AuditEntry
from kamerton.portfolio import queries, serving_queries, serving_rules
from kamerton.portfolio.models import ActivityRate, ServingCost

PAGE, RATES = "/portfolio/serving/", "/settings/activities/"


@pytest.fixture
def heaviest(book):
    return queries.account_figures(queries.latest_snapshot()).order_by("-basis_amount").first()


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def talked(row, person, days: int = 1, kind: str = "visit") -> None:
    snapshot = queries.latest_snapshot()
    account = Account.objects.get(number=row.account)
    for at in range(days):
        day = snapshot.as_of - dt.timedelta(days=at)
        Interaction.objects.create(account=account, person=person, kind=kind, on=day,
                                   created_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))  # fmt: skip


def cost(row, **more) -> dict[str, str]:
    return {"kind": "service", "amount": "120.50", "on": "2026-01-02", "what": "Extra stock", **more}


def test_while_nobody_has_said_anything_the_page_says_how(director, book):
    answer = director.get(PAGE)
    assert answer.status_code == 200
    assert "Nobody has said yet what serving costs" in text(answer)


def test_a_rate_prices_what_was_done(director, make_user, heaviest):
    talked(heaviest, make_user("senior_kam"), days=3)
    assert (
        director.post(
            RATES, {"form": "rate", "driver": "visit", "rate": "200", "from_date": "2020-01-01"}
        ).status_code
        == 302
    )
    parts = serving_queries.parts(queries.latest_snapshot())[heaviest.account]
    assert (parts[0].key, parts[0].quantity, parts[0].amount) == ("visit", 3, Decimal("600.00"))
    assert "Serving cost €600" in text(director.get(PAGE))
    assert director.get("/portfolio/serving/picture.json").json()["points"]
    assert AuditEntry.objects.filter(action="portfolio.activity_rate").exists()
    director.post(RATES, {"form": "rate", "driver": "visit", "rate": "300", "from_date": "2020-01-01"})
    assert ActivityRate.objects.get().rate == Decimal("300.00")


def test_what_was_done_outside_the_window_costs_nothing_in_it(director, make_user, heaviest):
    snapshot = queries.latest_snapshot()
    first, _last = serving_queries.window_of(snapshot)
    Interaction.objects.create(account=Account.objects.get(number=heaviest.account), person=make_user("senior_kam"),
                               kind="visit", on=first - dt.timedelta(days=1),
                               created_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))  # fmt: skip
    director.post(RATES, {"form": "rate", "driver": "visit", "rate": "200", "from_date": "2000-01-01"})
    assert serving_rules.cost_of(serving_queries.parts(snapshot).get(heaviest.account, ())) == 0


def test_a_cost_is_written_down_removed_and_brought_back(director, heaviest):
    url = f"/account-costs/{heaviest.account}/"
    day = queries.latest_snapshot().as_of.isoformat()
    assert director.post(url, cost(heaviest, on=day)).status_code == 302
    row = ServingCost.objects.get()
    assert "Extra stock" in text(director.get(url))
    assert "€" in text(director.get(url))
    answer = director.post(f"/serving-costs/{row.pk}/remove/", follow=True)
    assert not ServingCost.objects.exists()
    token = answer.content.decode().split('action="/undo/')[1].split('"')[0]
    director.post(f"/undo/{token}")
    assert ServingCost.objects.get().amount == Decimal("120.50")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "0"),
        ("amount", "-5"),
        ("amount", "NaN"),
        ("on", "2999-01-01"),
        ("on", "yesterday"),
        ("kind", "magic"),
    ],
)
def test_what_is_no_cost_is_refused_and_nothing_written(director, heaviest, field, value):
    answer = director.post(f"/account-costs/{heaviest.account}/", cost(heaviest, **{field: value}))
    assert answer.status_code == 422
    assert not ServingCost.objects.exists()


def test_a_negative_rate_is_refused(director, book):
    told = {"form": "rate", "driver": "visit", "rate": "-1", "from_date": "2026-01-01"}
    assert director.post(RATES, told).status_code == 422
    assert not ActivityRate.objects.exists()


def test_another_managers_account_is_neither_seen_nor_written(client, make_user, heaviest):
    account = Account.objects.get(number=heaviest.account)
    day = dt.date(2026, 1, 2)
    row = ServingCost.objects.create(account=account, kind="service", amount=Decimal(5), on=day,
                                     created_at=dt.datetime(2026, 1, 2, tzinfo=dt.UTC))  # fmt: skip
    client.force_login(make_user("junior_kam"))
    url = f"/account-costs/{heaviest.account}/"
    assert client.get(url).status_code == 404
    assert client.post(url, cost(heaviest)).status_code == 404
    assert client.post(f"/serving-costs/{row.pk}/remove/").status_code == 404
    assert ServingCost.objects.count() == 1


def test_the_cost_of_a_person_is_for_who_sets_the_figures(director, client, make_user, book):
    star = make_user("senior_kam")
    day = queries.latest_snapshot().as_of
    told = {"form": "cost", "person": star.pk, "kind": "people", "amount": "90000", "on": day.isoformat()}
    assert director.post(RATES, told).status_code == 302
    row = ServingCost.objects.get()
    client.force_login(star)
    assert client.post(f"/serving-costs/{row.pk}/remove/").status_code == 403
    assert client.get(RATES).status_code == 403
    assert ServingCost.objects.exists()


@pytest.mark.requirement("PFA-02")
def test_a_star_seller_with_costs_above_benefit_ranks_below_others(director, make_user, book):
    rows = list(queries.account_figures(queries.latest_snapshot()).order_by("-window_income")[:2])
    star, quiet = make_user("senior_kam", "star"), make_user("senior_kam", "quiet")
    for person, row in zip((star, quiet), rows, strict=True):
        Coverage.objects.create(account=Account.objects.get(number=row.account), person=person, role="responsible",
                                from_date=dt.date(2020, 1, 1), created_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))  # fmt: skip
    snapshot = queries.latest_snapshot()
    ServingCost.objects.create(person=star, kind="people", amount=rows[0].window_income + 1, on=snapshot.as_of,
                               created_at=dt.datetime(2026, 1, 2, tzinfo=dt.UTC))  # fmt: skip
    people = director.get(PAGE).context["people"]
    assert [row.cells[0] for row in people.rows] == ["quiet", "star"]
    assert people.rows[1].cells[5].tone == "bad"


def test_queries_do_not_grow_with_what_was_done(director, make_user, heaviest, django_assert_max_num_queries):
    kam = make_user("senior_kam")
    director.post(RATES, {"form": "rate", "driver": "visit", "rate": "200", "from_date": "2020-01-01"})
    counts = []
    for few in (1, 3):
        talked(heaviest, kam, days=few)
        with django_assert_max_num_queries(30) as told:
            director.get(PAGE)
        counts.append(len(told))
    assert counts[0] == counts[1]
