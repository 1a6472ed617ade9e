"""Every figure opens: what any page links to answers, and tells the value of the snapshot."""

from __future__ import annotations

import datetime as dt
import html as markup
import re

import pytest
from django.urls import reverse

from kamerton.access.models import User
from kamerton.accounts.models import Account, Coverage
from kamerton.core import clock
from kamerton.portfolio import queries
from kamerton.portfolio.models import AccountFigure
from kamerton.web import accounts, explain, formats
from kamerton.web.addresses import explain_url

pytestmark = pytest.mark.usefixtures("book")

COLUMNS = "&".join(f"column={name}" for name in accounts.FIELDS)
PAGES = [
    "/portfolio/", "/portfolio/sellers/", f"/accounts/?{COLUMNS}", f"/accounts/?level=group&{COLUMNS}",
    "/account/H-1/", "/account/L-1/", "/account/~2e2e/",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_figure_that_a_page_links_to_opens(director, page):
    html = director.get(page).content.decode()
    links = {markup.unescape(link) for link in re.findall(r'href="(/explain/[^"]+)"', html)}
    assert links or "sellers" in page
    seen: set[str] = set()
    for link in links:
        kind = re.sub(r"account=[^&]+", "", link)
        if kind in seen and len(seen) > 3 and "H-1" not in link:
            continue  # the same figure of another account
        seen.add(kind)
        answer = director.get(link)
        assert answer.status_code == 200, link
        text = answer.content.decode()
        assert "How it is worked out" in text
        assert not re.search(r"\{\w+\}", text), link  # every setting of the rule is filled in


@pytest.mark.parametrize("figure", explain._OF_ACCOUNT)
def test_values_of_an_account_are_those_of_the_snapshot(director, figure):
    snapshot = queries.latest_snapshot()
    row = AccountFigure.objects.get(snapshot=snapshot, account="N-1")
    text = markup.unescape(director.get(explain_url(figure, "N-1")).content.decode())
    for field, kind in explain._OF_ACCOUNT[figure]:
        value = getattr(row, field)
        if kind == "money":
            assert formats.money(value, "EUR") in text
        elif kind == "share":
            assert formats.share(value, decimals=2) in text
        else:
            assert str(value) in text


def test_values_of_the_company_are_those_of_the_tiles(director):
    for tile in queries.tiles(queries.latest_snapshot()):
        text = markup.unescape(director.get(explain_url(tile.key)).content.decode())
        shown = {
            "money": lambda value: formats.money(value, "EUR"),
            "share": lambda value: formats.share(value, decimals=2),
            "count": formats.number,
            "number": lambda value: formats.number(value, decimals=2),
        }[tile.kind]
        assert shown(tile.value) in text, tile.key


def test_the_rule_names_the_settings_and_the_import(director):
    text = director.get(explain_url("share", "H-1")).content.decode()
    assert reverse("import_batch", args=[1]) in text
    assert "account-documents/H-1" in text
    assert "6\xa0Dec\xa02024 – 5\xa0Dec\xa02025" in text


def test_a_reader_is_told_the_rule_and_not_the_imports(client, make_user):
    client.force_login(make_user("reader"))
    text = client.get(explain_url("share", "H-1")).content.decode()
    assert "/imports/" not in text
    assert "account-documents" not in text


@pytest.mark.parametrize(
    "url", ["/explain/secret/", "/explain/share/?account=nobody", "/explain/share/?account=h-1"]
)
def test_what_does_not_exist_is_not_found(director, url):
    answer = director.get(url)
    assert answer.status_code == 404


def test_a_drawer_gets_the_part_without_the_shell(director):
    answer = director.get(explain_url("turnover"), headers={"HX-Request": "true"})
    assert "<nav" not in answer.content.decode()


@pytest.mark.parametrize("page", ["risks", "portfolio_values", "programme_outcomes"])
def test_figures_of_risk_value_and_the_programme_open_too(director, page):
    cover_everything()
    links = set(re.findall(r'href="(/explain/[^"]+)"', director.get(reverse(page)).content.decode()))
    assert links
    for link in links:
        drawer = director.get(markup.unescape(link))
        assert drawer.status_code == 200
        assert drawer.context["rule"]
        assert drawer.context["terms"][0][0] == "Period"


def test_what_serving_leaves_opens_with_its_rule(director):
    drawer = director.get("/explain/customer_profit/", {"account": "H-1"})
    assert "less the cost to serve" in drawer.content.decode()


def cover_everything():
    person = User.objects.create_user("owner", role="senior_kam")
    for account in Account.objects.all():
        Coverage.objects.create(
            account=account, person=person, from_date=dt.date(2020, 1, 1), created_at=clock.now()
        )
