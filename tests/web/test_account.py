"""One account: its page, its picture, and the way down to products, documents and lines."""

from __future__ import annotations

import html as markup
import re
from urllib.parse import unquote, urlsplit

import pytest
from django.urls import resolve, reverse

from kamerton.portfolio import queries
from kamerton.web import formats
from kamerton.web.addresses import account_url, lines_url
from tests.web.conftest import ACCOUNTS, monthly_sales

pytestmark = pytest.mark.usefixtures("book")

#: Numbers that ERPs do give, and that addresses do not like.
ODD = ["a/b%?ü", "..", "=1+1"]


def page(client, account: str, name: str = "account") -> str:
    answer = client.get(reverse(name, args=[account]))
    assert answer.status_code == 200, answer
    return markup.unescape(answer.content.decode())


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_account_has_its_page_and_parts(director, account):
    html = page(director, account)
    row = queries.account(queries.latest_snapshot(), account)
    assert f"<h1>{row.name}</h1>" in markup.unescape(html) or row.name in html
    assert formats.money(row.window_turnover, "EUR", compact=True) in html
    assert page(director, account, "account_documents")
    assert page(director, account, "account_products")


@pytest.mark.parametrize(
    "account",
    ["..", ".", "a/../b", "a//b", "/a", "a/", "~", "~2e", " a", "a ", "a\nb", "a\tb", "x%2Fy", "x?y#z", "a\\b", "Ёж & Ко"],
)  # fmt: skip
def test_an_address_brings_back_the_number_it_was_made_of(account):
    path = urlsplit(f"http://host{account_url(account)}").path
    assert not {"", ".", ".."} & set(path.strip("/").split("/"))
    assert resolve(unquote(path)).kwargs["account"] == account


@pytest.mark.parametrize("account", ["nobody", "h-1", "~zz", "H-1/x"])
def test_an_unknown_account_is_not_found(director, account):
    for start in ("account", "account-picture", "account-products", "account-documents", "account-lines"):
        assert director.get(f"/{start}/{account}/").status_code == 404


def test_the_sentence_tells_weight_and_direction(director):
    told = page(director, "H-1").replace("\xa0", " ")
    assert re.search(r"Helios Tarvia makes 52\.\d % of income, €29\.\d k in 12 months\.", told)
    assert (
        "Lost & Gone has bought nothing for 12 months; the last purchase was on 5\xa0August\xa02024."
        in page(director, "L-1")
    )


def test_years_with_a_part_of_a_year_are_not_compared(director):
    html = page(director, "L-1")
    assert "part of the year" not in html.split("By year")[0]
    years = html.split("<h2>By year</h2>")[1].split("</table>")[0]
    assert years.index("2024") < years.index("2023")


def test_the_documents_are_those_of_the_file(director):
    html = page(director, "H-1", "account_documents")
    assert "1–25 of 37 documents" in html
    assert html.index("R-1") < html.index("H-1/33")
    assert "−600.00" in html
    second = director.get(reverse("account_documents", args=["H-1"]), {"page": 2}).content.decode()
    assert "H-1/0<" in second


@pytest.mark.parametrize("number", ["0", "-1", "x", "99", "9999999", "²"])
def test_a_page_of_documents_that_does_not_exist(director, number):
    answer = director.get(reverse("account_documents", args=["H-1"]), {"page": number})
    assert answer.status_code == 200


@pytest.mark.parametrize("account", ["H-1", *ODD])
def test_a_document_opens_its_lines_with_their_import(director, account):
    documents = director.get(reverse("account_documents", args=[account])).content.decode()
    links = [markup.unescape(link) for link in re.findall(r'href="(/account-lines/[^"]+)"', documents)]
    assert links
    html = director.get(links[0]).content.decode()
    assert "1 line of the ledger." in html
    assert reverse("import_batch", args=[1]) in html


def test_a_product_opens_its_lines(director):
    html = page(director, "H-1", "account_products")
    links = re.findall(r'href="(/account-lines/[^"]+product=P1[^"]*)"', html)
    told = director.get(links[0]).content.decode()
    bought = [row for row in monthly_sales() if row[0] == "H-1" and row[5] == "P1"]
    assert f"{len(bought)} lines of the ledger." in told


def test_products_add_up_to_the_window(director):
    html = page(director, "H-1", "account_products")
    row = queries.account(queries.latest_snapshot(), "H-1")
    amounts = [int(text.replace(",", "")) for text in re.findall(r"Turnover</span>([\d,]+)</td>", html)]
    assert sum(amounts) == int(row.window_turnover)


@pytest.mark.parametrize(
    "query", ["document=nothing", "product=%00", "date=never", "date=2025-13-45", "year=12345", "year=x", ""]
)
def test_lines_narrowed_by_nonsense(director, query):
    assert director.get(f"{lines_url('H-1')}?{query}").status_code == 200


def test_the_picture_holds_the_months_of_the_snapshot(director):
    told = director.get(reverse("account_picture", args=["H-1"])).json()
    assert told["categories"][-1] == "2025-12"
    now, before = (series["values"] for series in told["series"])
    assert now == [6000.0] * 10 + [5400.0, 6000.0]
    assert before == [6000.0] * 12


def test_a_reader_sees_figures_and_no_documents(client, make_user):
    client.force_login(make_user("reader"))
    html = page(client, "H-1")
    assert "account-documents" not in html
    for name in ("account_documents", "account_products", "account_lines"):
        assert client.get(reverse(name, args=["H-1"])).status_code == 403


def test_the_page_asks_few_questions(director, django_assert_max_num_queries):
    for name in ("account", "account_documents", "account_products", "account_lines"):
        with django_assert_max_num_queries(38):
            director.get(reverse(name, args=["H-1"]))


@pytest.mark.requirement("DOS-08")
def test_the_dossier_shows_sales_research_interviews_claims_people_and_what_is_open_on_one_page(
    director, make_user, now
):
    from kamerton.accounts.models import Account, Contact, Note
    from kamerton.service.actions import claims
    from kamerton.work.models import Task

    helios = Account.objects.get(number="H-1")
    other = Account.objects.get(number="N-1")
    anna = make_user()
    for at, name in ((helios, "Ada Berti"), (other, "Quartz Person")):
        Contact.objects.create(account=at, name=name, decision_roles=["decider"], created_at=now)
    for kind, title in (("research", "Valves in Europe"), ("interview", "How they buy")):
        Note.objects.create(
            account=helios, kind=kind, title=title, on=now.date(), created_at=now, created_by=anna
        )
    for at, title in ((helios, "Send the drawings"), (other, "Quartz task")):
        Task.objects.create(account=at, title=title, owner=anna, created_by=anna, created_at=now)
    for at, subject in ((helios, "Valves leak"), (other, "Quartz claim")):
        claims.receive_claim(actor=anna, account=at, told={"kind": "quality", "subject": subject}, now=now)
    html = page(director, "H-1", "account_dossier")
    row = queries.account(queries.latest_snapshot(), "H-1")
    for words in (formats.money(row.window_turnover, "EUR", compact=True), formats.share(row.margin), "Ada Berti", "Decider",
                  "Valves in Europe", "How they buy", "Send the drawings", "Valves leak", "1 open claim", reverse("account_picture", args=["H-1"])):  # fmt: skip
        assert words in html, words
    assert "Quartz" not in html
    assert f'hx-get="{reverse("account_products", args=["H-1"])}?most=5"' in html
    few = director.get(reverse("account_products", args=["H-1"]), {"most": "5"}).content.decode()
    assert "Product P0" in few
    assert few.count("<tr") == 1 + 3


@pytest.mark.requirement("DOS-07")
def test_a_prospect_has_a_dossier_without_figures_and_asks_for_them_once(director, now):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from kamerton.accounts.models import Account

    Account.objects.create(number="P-00001", name="New Works", stage="prospect", created_at=now)
    page(director, "P-00001", "account_dossier")
    with CaptureQueriesContext(connection) as caught:
        html = page(director, "P-00001", "account_dossier")
    assert 'id="figures"' not in html
    asked = [each["sql"] for each in caught if "portfolio_accountfigure" in each["sql"]]
    assert len(asked) == 1


def test_without_the_ledger_the_dossier_offers_no_products(client, make_user):
    client.force_login(make_user("reader"))
    html = page(client, "H-1", "account_dossier")
    assert 'id="figures"' in html
    assert "account-products" not in html
