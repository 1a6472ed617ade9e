"""The portfolio: sentences that are true, tiles, pictures, lists, sellers; little asked of the database."""

from __future__ import annotations

import html as markup
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from kamerton.portfolio import queries
from kamerton.portfolio.models import AccountFigure, Snapshot
from kamerton.web import formats, sentences

URL = "/portfolio/"
PROFILE = {"share_key": 0.1, "share_critical": 0.2, "share_mono": 0.7, "key_share_norm": [0.6, 0.8]}


def page(client, url: str = URL) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return markup.unescape(answer.content.decode()).replace("\xa0", " ")


def lead(client, url: str = URL) -> str:
    return re.search(r'<p class="k-lead">(.*?)</p>', page(client, url))[1]


# --- sentences -------------------------------------------------------------------------------------------


def told(shares: dict[str, float], *, basis: str = "income") -> str:
    """The opening of a company whose accounts have these shares."""
    keys = [share for share in shares.values() if share > 0.1]
    snapshot = Snapshot(
        basis=basis, currency="EUR", profile=PROFILE, figures={"key_share": sum(keys) if keys else None}
    )
    heaviest = [
        queries.Dependence(
            account=AccountFigure(account=name, name=name), share=share, line=queries._line(share, PROFILE)[1],
            past=queries._line(share, PROFILE)[0], amount=Decimal(1),
        )
        for name, share in sorted(shares.items(), key=lambda each: -each[1])
    ]  # fmt: skip
    return sentences.portfolio(snapshot, len(keys), heaviest).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("shares", "basis", "sentence"),
    [
        ({"A": 0.05, "B": 0.04}, "income",
         "No account is above 10 % of income: the largest, A, makes 5.0 %. None is past the critical line of 20 %."),
        ({"A": 0.2, "B": 0.04}, "turnover",
         "1 key account makes 20 % of turnover. None is past the critical line of 20 %."),
        ({"A": 0.23, "B": 0.04}, "income",
         "1 key account makes 23 % of income. A alone is past the critical line of 20 %."),
        ({"A": 0.3, "B": 0.25, "C": 0.12}, "income",
         "3 key accounts make 67 % of income. A and B are past the critical line of 20 %."),
        ({"A": 0.3, "B": 0.25, "C": 0.22}, "income",
         "3 key accounts make 77 % of income. A, B and C are past the critical line of 20 %."),
        ({}, "income", "Nothing was sold in these 12 months."),
    ],
)  # fmt: skip
def test_the_opening_is_true(shares, basis, sentence):
    assert told(shares, basis=basis) == sentence


@pytest.mark.parametrize(
    ("share", "sentence"),
    [
        (0.05, "If A left, 5 % of income goes; it becomes key above 10 %."),
        (0.2, "If A left, 20 % of income goes; it becomes critical above 20 %."),
        (0.21, "If A left, 21 % of income goes; the critical line is 20 %."),
        (0.4, "If A left, 40 % of income goes; the critical line is 20 %."),
        (0.71, "If A left, 71 % of income goes: beyond 70 % one customer is the company."),
    ],
)
def test_dependence_in_plain_words(share, sentence):
    past, line = queries._line(share, PROFILE)
    each = queries.Dependence(
        account=AccountFigure(account="A", name="A"), share=share, line=line, past=past, amount=Decimal(1)
    )
    snapshot = Snapshot(basis="income", currency="EUR", profile=PROFILE)
    assert sentences.dependence(snapshot, each).replace("\xa0", " ") == sentence


@pytest.mark.parametrize("language", ["en", "it", "pl", "ru"])
def test_every_language_fills_every_blank(language):
    with translation.override(language):
        for shares in ({"A": 0.05}, {"A": 0.15}, {"A": 0.3}, {"A": 0.3, "B": 0.3}, {}):
            assert "%(" not in told(shares)


# --- the page --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("book")
class TestTheCompany:
    def test_who_is_key_and_who_is_critical(self, director):
        assert lead(director) == (
            "1 key account makes 53 % of income. Helios Tarvia alone is past the critical line of 20 %."
        )

    def test_tiles_hold_the_figures_of_the_snapshot(self, director):
        html, snapshot = page(director), queries.latest_snapshot()
        values = {tile.key: tile for tile in queries.tiles(snapshot)}
        turnover = formats.money(values["turnover"].value, "EUR", compact=True).replace("\xa0", " ")
        assert f">{turnover}<" in html
        assert f">{formats.share(values['margin'].value)}<".replace("\xa0", " ") in html
        assert html.count('class="k-tile"') == 6
        assert html.count("against 12 months before") >= 3

    def test_the_lists_are_those_of_the_snapshot(self, director):
        html = page(director)
        lost = html.split("<h2>Lost</h2>")[1].split("</section>")[0]
        assert "Lost & Gone" in lost
        assert "Helios" not in lost

    @pytest.mark.requirement("PFA-04")
    def test_pictures(self, director):
        told = {
            kind: director.get(reverse("portfolio_picture", args=[kind])).json()
            for kind in ("concentration", "pareto", "map", "whale", "sellers")
        }
        snapshot = queries.latest_snapshot()
        top = [series["points"][-1][1] for series in told["concentration"]["series"]]
        shares = sorted((row.basis_share for row in queries.account_figures(snapshot)), reverse=True)
        assert top == pytest.approx([shares[0], sum(shares[:5]), sum(shares[:10])])
        assert told["pareto"]["points"][0]["name"] == "Helios Tarvia"
        assert told["pareto"]["points"][-1]["share"] == pytest.approx(1)
        assert sum(point["value"] for point in told["pareto"]["points"]) == pytest.approx(
            float(snapshot.figures["totals"]["window_turnover"])
        )
        assert {point["name"] for point in told["map"]["points"] if point["accent"]} == {"Helios Tarvia"}
        assert {panel["name"] for panel in told["sellers"]["panels"]} == {"Adler", "Berti"}

    def test_a_picture_that_does_not_exist(self, director):
        assert director.get("/portfolio/pictures/secret.json").status_code == 404

    def test_the_grid_opens_the_accounts_that_it_counts(self, director):
        html = page(director)
        for abc, xyz, count in re.findall(r'href="/accounts/\?abc=(\w)&xyz=(\w)"[^>]*><strong>(\d+)', html):
            assert f"{count} account" in page(director, f"/accounts/?abc={abc}&xyz={xyz}")

    def test_sellers(self, director):
        html = page(director, "/portfolio/sellers/")
        assert "Adler" in html
        assert lead(director, "/portfolio/sellers/").startswith("2 sellers; ")

    def test_nothing_of_a_customer_is_code(self, director):
        for url in (URL, "/portfolio/sellers/", "/accounts/"):
            assert "<script>alert(1)" not in director.get(url).content.decode()

    def test_the_page_asks_few_questions(self, director, django_assert_max_num_queries):
        director.get(URL)
        with django_assert_max_num_queries(25):
            director.get(URL)
