"""Assumptions behind a lifetime value, changed in place; what portfolios are worth, to whom it may be told."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from kamerton.accounts.models import Account, Coverage
from kamerton.core.models import AuditEntry
from kamerton.portfolio import queries, value_queries
from kamerton.portfolio.models import ValuePlan

FORM = {
    "horizon_years": "3", "discount": "10", "churn": "20", "income_1": "100", "income_2": "", "income_3": "",
    "income_4": "", "income_5": "", "reason": "They build a second plant",
}  # fmt: skip


@pytest.fixture
def heaviest(book):
    return queries.account_figures(queries.latest_snapshot()).order_by("-basis_amount").first()


def url(row) -> str:
    return f"/account-value/{row.account}/"


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_the_model_comes_first_and_is_what_the_form_starts_from(director, heaviest):
    answer = director.get(url(heaviest))
    assert answer.status_code == 200
    assert answer.context["planned"] is None
    assert answer.context["form"]["income_1"].value() == heaviest.window_income


def test_changed_assumptions_give_another_value_and_stay_in_the_history(director, heaviest):
    assert director.post(url(heaviest), FORM).status_code == 302
    plan = ValuePlan.objects.get()
    assert (plan.retention_rate, plan.discount_rate, plan.planned) == (0.8, 0.1, ["100.00"])
    assert value_queries.worth_of(heaviest, plan).expected == Decimal("164.09")
    shown = text(director.get(url(heaviest)))
    assert "by your assumptions" in shown
    assert "They build a second plant" in shown
    director.post(url(heaviest), FORM | {"income_1": "200", "reason": "Even more"})
    assert ValuePlan.objects.count() == 2
    assert ValuePlan.objects.current().get().reason == "Even more"
    assert "They build a second plant" in text(director.get(url(heaviest)))
    assert AuditEntry.objects.filter(action="portfolio.value_plan").count() == 2


def test_the_value_can_follow_the_model_again_and_that_be_undone(director, heaviest):
    director.post(url(heaviest), FORM)
    answer = director.post(f"/account-value-drop/{heaviest.account}/", follow=True)
    assert not ValuePlan.objects.current().exists()
    token = answer.content.decode().split("/undo/")[1].split("/")[0]
    director.post(f"/undo/{token}/")
    assert ValuePlan.objects.current().get().planned == ["100.00"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("discount", "-100", "above −100"), ("churn", "101", ""), ("churn", "-1", ""), ("horizon_years", "0", ""),
     ("horizon_years", "31", ""), ("income_1", "", ""), ("income_1", "NaN", ""), ("reason", "", ""),
     ("income_3", "5", "A year is missing"), ("discount", "x", "")],
)  # fmt: skip
def test_wrong_assumptions_are_refused_in_words(director, heaviest, field, value, said):
    answer = director.post(url(heaviest), FORM | {field: value})
    assert answer.status_code == 422
    assert said in text(answer)
    assert not ValuePlan.objects.exists()


def test_a_value_that_no_page_could_add_up_is_refused(director, heaviest):
    """A discount near −100 % multiplies by ten thousand each year."""
    covered(director.get("/you/").wsgi_request.user, [heaviest.account])
    endless = {"discount": "-99.99", "horizon_years": "30", "income_1": "9999999999"}
    answer = director.post(url(heaviest), FORM | endless)
    assert answer.status_code == 422
    assert "too large to be true" in text(answer)
    assert not ValuePlan.objects.exists()
    assert director.get("/portfolio/values/").status_code == 200


def test_who_only_reads_sees_no_form_and_changes_nothing(client, make_user, heaviest):
    client.force_login(make_user("reader"))
    assert client.get(url(heaviest)).context["form"] is None
    assert client.post(url(heaviest), FORM).status_code == 403
    assert not ValuePlan.objects.exists()


def test_another_managers_account_is_not_there(client, make_user, heaviest):
    client.force_login(make_user("junior_kam"))
    assert client.get(url(heaviest)).status_code == 404
    assert client.post(url(heaviest), FORM).status_code == 404
    assert client.post(f"/account-value-drop/{heaviest.account}/").status_code == 404


def covered(person, numbers) -> None:
    for account in Account.objects.filter(number__in=numbers):
        Coverage.objects.create(account=account, person=person, role="responsible",
                                from_date=dt.date(2020, 1, 1), created_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))  # fmt: skip


def test_a_portfolio_is_told_to_its_owner_and_to_who_sees_the_company(director, client, make_user, book):
    rows = list(queries.account_figures(queries.latest_snapshot()).order_by("rank")[:3])
    mine, others = make_user("senior_kam"), make_user("junior_kam")
    covered(mine, [rows[0].account])
    covered(others, [each.account for each in rows[1:]])
    assert len(director.get("/portfolio/values/").context["table"].rows) == 2
    client.force_login(mine)
    told = client.get("/portfolio/values/")
    assert len(told.context["table"].rows) == 1
    assert mine.display_name in text(told)
    assert others.display_name not in text(told)


def test_a_plan_counts_in_the_portfolio(director, make_user, heaviest):
    covered(make_user("senior_kam"), [heaviest.account])
    snapshot = queries.latest_snapshot()
    before = sum(value_queries.values_of_people(snapshot)[Coverage.objects.get().person_id].values())
    assert before == heaviest.lifetime_value
    director.post(url(heaviest), FORM)
    ValuePlan.objects.update(created_at=dt.datetime.combine(snapshot.as_of, dt.time(), tzinfo=dt.UTC))
    after = sum(value_queries.values_of_people(snapshot)[Coverage.objects.get().person_id].values())
    assert after == heaviest.income + Decimal("164.09")


def test_the_questions_do_not_grow_with_the_people(director, make_user, book, django_assert_max_num_queries):
    rows = list(queries.account_figures(queries.latest_snapshot()).order_by("rank")[:3])
    counts = []
    for row in rows:
        covered(make_user("senior_kam", f"kam-{row.account}"), [row.account])
        with django_assert_max_num_queries(30) as told:
            director.get("/portfolio/values/")
        counts.append(len(told))
    assert counts[0] == counts[-1]
