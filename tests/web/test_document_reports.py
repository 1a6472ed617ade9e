"""Reports and decks with figures: those of the database, read back with independent readers."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from pptx import Presentation

from kamerton.access.models import User
from kamerton.core import clock
from kamerton.core.models import Job
from kamerton.documents.models import MadeDocument
from tests.work.conftest import NOW, cover, person


@pytest.fixture(autouse=True)
def _today():
    with clock.set_to(NOW):
        yield


def signed(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def made(client: Client, kind: str, form: str, **more):
    return client.post(reverse("document_make", args=[kind, form]), more)


# --- with figures --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.requirement("RPT-02")
def test_the_figures_of_the_reports_are_those_of_the_database(book, make_user):
    from decimal import Decimal

    from django.db.models import Sum

    from kamerton.accounts.models import Account
    from kamerton.portfolio import queries

    director, kam = make_user("director"), person("kam", "junior_kam")
    helios = Account.objects.get(number="H-1")
    cover(helios, kam)
    snapshot = queries.latest_snapshot()
    rows = queries.account_figures(snapshot)

    def sheet(answer, name: str) -> list[dict[str, object]]:
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        head, *lines = book[name].iter_rows(values_only=True)
        assert book[book.sheetnames[1]]._charts, "the chart is native"
        return [dict(zip(head, line, strict=True)) for line in lines]

    def cents(value: object) -> Decimal:
        return Decimal(str(value)).quantize(Decimal("0.01"))

    whole = sheet(made(signed(director), "portfolio_report", "xlsx"), "Accounts")
    told = {line["Number"]: line for line in whole[:-1]}
    assert set(told) == set(rows.values_list("account", flat=True))
    for row in rows:
        line = told[row.account]
        assert line["Account"] == row.name
        assert cents(line["12 months, EUR"]) == row.window_turnover
        assert cents(line["Before, EUR"]) == row.previous_turnover
        assert cents(line["Income, EUR"]) == row.window_income
        assert line["Health"] == row.health
    sums = rows.aggregate(turnover=Sum("window_turnover"), income=Sum("window_income"))
    assert cents(whole[-1]["12 months, EUR"]) == sums["turnover"]
    assert cents(whole[-1]["Income, EUR"]) == sums["income"]

    own = sheet(made(signed(director), "person_report", "xlsx", subject=kam.pk), "Accounts")
    assert [line["Number"] for line in own[:-1]] == ["H-1"]
    reached = sheet(made(signed(kam), "portfolio_report", "xlsx"), "Accounts")
    assert [line["Number"] for line in reached[:-1]] == ["H-1"]

    one = made(signed(kam), "account_report", "xlsx", subject=helios.pk)
    by_family = {line["Product family"]: line for line in sheet(one, "By product family")}
    figure = rows.get(account="H-1")
    assert (
        sum((cents(line["12 months, EUR"]) for line in by_family.values()), Decimal(0))
        == figure.window_turnover
    )
    months = sheet(one, "Turnover by month")
    assert sum((cents(line["Last 12 months, EUR"]) for line in months), Decimal(0)) == figure.window_turnover
    years = {line["Year"]: line for line in sheet(one, "By year")}
    assert {year: cents(line["Turnover, EUR"]) for year, line in years.items()} == {
        year: Decimal(each["turnover"]).quantize(Decimal("0.01")) for year, each in figure.by_year.items()
    }


@pytest.mark.django_db
def test_a_review_deck_has_the_figures_of_the_database_in_native_charts(book, make_user):
    from kamerton.accounts.models import Account
    from kamerton.portfolio import queries

    director = make_user("director")
    helios = Account.objects.get(number="H-1")
    answer = made(signed(director), "account_review", "pptx", subject=helios.pk)
    deck = Presentation(io.BytesIO(answer.content))
    assert len(deck.slides) == 5
    said = [shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame]
    figure = queries.account_figures(queries.latest_snapshot()).get(account="H-1")
    assert f"{figure.window_turnover:,.0f} EUR" in said
    assert not any("{{" in each for each in said)
    chart = next(shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart)
    assert round(sum(chart.plots[0].series[0].values), 2) == float(figure.window_turnover)


@pytest.mark.django_db
def test_the_deck_of_the_key_accounts_is_made_by_a_job_and_fetched_once_it_is_there(
    book, make_user, settings
):
    director = make_user("director")
    client = signed(director)
    answer = made(client, "review", "pptx")
    job = Job.objects.get(kind="documents.make")
    assert answer["Location"].startswith(reverse("job", args=[job.pk]))
    from kamerton.core.jobs import run_job

    if job.state == "waiting":
        run_job.func(str(job.pk))
    job.refresh_from_db()
    assert job.state == "done", job.error
    row = MadeDocument.objects.get(pk=job.result["document"])
    got = client.get(reverse("document_file", args=[row.pk]))
    assert Presentation(io.BytesIO(got.content)).slides
    assert reverse("document_file", args=[row.pk]) in client.get(reverse("documents")).content.decode()
    other = signed(person("other", "director"))
    assert other.get(reverse("document_file", args=[row.pk])).status_code == 404
