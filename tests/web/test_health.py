"""Health and risk on pages: what is said, who sees it, and how well both told the year before."""

from __future__ import annotations

import datetime as dt
import html as markup
import re

import pytest
from django.urls import reverse

from kamerton.accounts.models import Account, Coverage
from kamerton.portfolio import queries
from kamerton.portfolio.models import AccountFigure, AccountSeries, Snapshot
from kamerton.web import foresight, health_words
from kamerton.web.addresses import account_url, explain_url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("book")]
URL = "/portfolio/how-well-it-told/"


def page(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return markup.unescape(answer.content.decode()).replace("\xa0", " ")


@pytest.fixture
def row() -> AccountFigure:
    return queries.account(queries.latest_snapshot(), "N-1")


def changed(number: str, **columns) -> None:
    AccountFigure.objects.filter(snapshot=queries.latest_snapshot(), account=number).update(**columns)


def kept(number: str, **outlook) -> None:
    series = AccountSeries.objects.get(figure__account=number, snapshot=queries.latest_snapshot())
    series.outlook = {**series.outlook, **outlook}
    series.save()


# --- one account -----------------------------------------------------------------------------------------


def test_an_account_shows_its_health_with_parts_weights_and_what_moved(director, row):
    text = page(director, account_url("N-1"))
    assert health_words.health_sentence(row).replace("\xa0", " ") in text
    health = text[text.index('id="health"') : text.index('id="risk"')]
    # 35 and 15 hundredths of the five weights have data: they carry all of it.
    assert re.search(r"Growth.*?70 %.*?Service.*?30 %", health, re.DOTALL)
    assert "Not known yet, and not counted: " in health
    assert "Payment" in health
    assert explain_url("health", "N-1") in health
    assert "As of 5 December 2025." in health


def test_an_account_shows_its_risk_with_reasons_in_money_and_days(director):
    changed("N-1", risk=0.345, risk_lost=0.12, at_risk="1234.00", is_at_risk=True)
    kept("N-1", reasons=[
        {"measure": "silence", "points": 0.21, "now": 94.0},
        {"measure": "trend", "points": -0.05, "now": 2500.0, "before": 1250.0},
    ])  # fmt: skip
    text = page(director, account_url("N-1"))
    assert "35 % that within 12 months it buys less than half, 12 % that it buys nothing any more." in text
    assert "At least €1.23 k of income a year are at risk." in text
    assert re.search(r"Last bought 94 days ago.*?\+21 pp", text, re.DOTALL)
    assert re.search(r"€2.50 k of turnover in the last six months, €1.25 k in the six before.*?−5 pp", text, re.DOTALL)  # fmt: skip
    assert "Higher than usual" in text
    assert URL in text


def test_who_has_bought_nothing_for_a_year_counts_as_lost(director):
    text = page(director, account_url("L-1"))
    assert "It has bought nothing for 12 months: it counts as lost already." in text


def test_the_weeks_are_a_picture_with_a_table(director, row):
    told = director.get(reverse("account_health_picture", args=["N-1"])).json()
    values = told["series"][0]["values"]
    assert len(values) == len(told["categories"]) == 26
    assert values[-1] == row.health
    assert told["categories"][-1] == "5\xa0Dec\xa02025"


def test_a_manager_sees_own_accounts_alone(client, make_user, now):
    """Nordika is somebody else's: neither its page nor its weeks nor its rule opens."""
    manager = make_user("sales_manager", "berta")
    own = Account.objects.get(number="N-1")
    Coverage.objects.create(
        account=own, person=manager, role="responsible", from_date=dt.date(2020, 1, 1), created_at=now
    )
    client.force_login(manager)
    for name in ("account_health_picture", "account"):
        assert client.get(reverse(name, args=["N-1"])).status_code == 200
        assert client.get(reverse(name, args=["N-2"])).status_code == 404
    assert client.get(explain_url("health", "N-1")).status_code == 200
    assert client.get(explain_url("health", "N-2")).status_code == 404
    assert URL not in page(client, account_url("N-1"))  # no way to a page that is closed
    assert client.get(URL).status_code == 403
    listed = page(client, "/accounts/?column=health&column=risk&column=at_risk")
    assert "Nordelma" in listed
    assert "Nordika" not in listed


# --- lists -----------------------------------------------------------------------------------------------


def test_the_list_of_those_at_risk_shows_why_they_are_on_it(director):
    figures = queries.account_figures(queries.latest_snapshot())
    figures.update(is_at_risk=False)
    changed("N-1", is_at_risk=True, at_risk="10.00")
    changed("N-2", is_at_risk=True, at_risk="9000.00", risk=0.61)
    text = page(director, "/accounts/?list=at_risk")
    assert text.index("Nordika") < text.index("Nordelma")
    assert "Helios Tarvia" not in text[text.index("<tbody") :]
    assert "61 %" in text
    assert "9,000" in text


def test_poor_health_is_a_list_and_a_filter(director):
    queries.account_figures(queries.latest_snapshot()).update(health_standing="good", health=80)
    changed("S-1", health_standing="poor", health=12, health_change=-7)
    for url in ("/accounts/?list=ailing", "/accounts/?health=poor&column=health&column=health_change"):
        text = page(director, url)
        body = text[text.index("<tbody") :]
        assert "alert(1)" in body
        assert "Nordelma" not in body
        assert "−7" in body


# --- how well it told ------------------------------------------------------------------------------------


@pytest.mark.requirement(
    "FBK-04"
)  # the baseline; that a decline raises the risk: tests/analytics/test_churn.py
def test_the_page_says_how_well_last_year_told_and_shows_the_yearly_baseline(director):
    text = page(director, URL)
    assert "accounts lost since 5 December 2024" in text.replace("account lost", "accounts lost")
    assert "Trade books say that about 50 % of all customers change every year" in text
    assert "Days of silence alone" in text
    assert "Lost & Gone" in text  # with the risk that was told then
    pictures = {kind: director.get(f"{URL}{kind}.json").json() for kind in ("tenths", "yearly")}
    assert [each["name"] for each in pictures["tenths"]["series"]] == ["Came", "Told"]
    assert pictures["yearly"]["series"][-1]["points"][0][1] == 0.5
    assert director.get(f"{URL}other.json").status_code == 404


@pytest.mark.parametrize(
    ("risk", "silence", "sentence"),
    [
        (0.8, 0.7, "at least as well as the days of silence"),
        (0.7, 0.8, "silence alone told them apart better"),
        (0.52, 0.5, "hardly better than a coin"),
        (None, None, ""),
    ],
)
def test_the_verdict_is_plain(risk, silence, sentence):
    told = {"figures": {"risk": {"lost": {"auc": risk}}, "silence": {"lost": {"auc": silence}}}}
    assert sentence in foresight._verdict(told)


def test_where_nobody_was_lost_nothing_can_be_told_apart():
    assert "Nobody was lost" in foresight._lead({"lost": 0, "on": "2024-12-05"})


def test_a_short_ledger_says_what_it_takes(director):
    snapshot = queries.latest_snapshot()
    Snapshot.objects.filter(pk=snapshot.pk).update(views={"outlook": {"told": None, "yearly": []}})
    text = page(director, URL)
    assert "The ledger is too short to look back" in text
    assert "It takes two years of sales to tell" in text
    assert director.get(f"{URL}tenths.json").status_code == 404


def test_a_snapshot_from_before_this_page_still_opens(director):
    snapshot = queries.latest_snapshot()
    figures = {name: value for name, value in snapshot.figures.items() if name != "outlook"}
    Snapshot.objects.filter(pk=snapshot.pk).update(views={}, figures=figures)
    AccountSeries.objects.filter(snapshot=snapshot).update(outlook={})
    queries.account_figures(snapshot).update(health=None, health_standing="", risk=None, risk_method="")
    assert "The ledger is too short" in page(director, URL)
    assert "Nothing is known yet that tells how healthy" in page(director, account_url("N-1"))


# --- words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("each", "text"),
    [
        ({"measure": "silence", "now": 1.0}, "Last bought 1 day ago"),
        ({"measure": "silence", "now": 0.0}, "Bought on the last day"),
        ({"measure": "rhythm", "now": 90.0, "before": 30.0}, "Usually 30 days between purchases; 3.0 times that have passed"),
        ({"measure": "frequency", "now": 2.0, "before": 12.0}, "2 purchase days in 12 months; 12 is the middle of all accounts"),
        ({"measure": "season", "now": 0.0, "before": 3.0}, "0 purchase days in three months, 3 in the same three a year before"),
        ({"measure": "level", "now": 2000.0, "before": 500.0}, "€2.00 k of turnover in 12 months, where €500 would be usual"),
        ({"measure": "purchases", "now": 0.255}, "By how often and how lately it bought, 26 % for no purchase in 12 months"),
        ({"measure": "basket", "now": 2.0, "before": 3.5}, "2.0 lines a purchase in the last six months, 3.5 before"),
        ({"measure": "margin", "now": 0.1}, "Margin of 10.0 %"),
        ({"measure": "returns"}, "Returns of –"),
        ({"measure": "tenure", "now": 400.0}, "A customer for 400 days"),
    ],
)  # fmt: skip
def test_every_reason_has_its_words(each, text):
    assert health_words.reason(each, "EUR").replace("\xa0", " ") == text


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (AccountFigure(health=67, health_standing="good", health_change=0), "67 of 100: good. The same as four weeks ago."),
        (AccountFigure(health=33, health_standing="poor", health_change=-1), "33 of 100: poor. 1 point less than four weeks ago."),
        (AccountFigure(health=50, health_standing="middling", health_change=12),
         "50 of 100: neither good nor poor. 12 points more than four weeks ago."),
    ],
)  # fmt: skip
def test_health_in_a_sentence(row, text):
    assert health_words.health_sentence(row) == text
