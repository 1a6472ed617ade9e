"""The list of accounts: order, filters, search, columns, views, files; what it asks of the database."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from kamerton.access.models import User
from kamerton.core.models import AuditEntry, SavedView
from kamerton.portfolio import queries
from kamerton.portfolio.models import AccountFigure
from kamerton.web.accounts import FIELDS, find_accounts

pytestmark = pytest.mark.usefixtures("book")

URL = "/accounts/"


def names(html: str) -> list[str]:
    """The accounts of the table, in its order."""
    return re.findall(r'<th scope="row"><a href="[^"]+">([^<]*)</a>', html)


def shown(client, **asked) -> list[str]:
    answer = client.get(URL, asked)
    assert answer.status_code == 200
    return names(answer.content.decode())


def expected(**narrow) -> list[str]:
    rows = AccountFigure.objects.filter(snapshot=queries.latest_snapshot(), **narrow)
    return [row.name for row in rows.order_by("-basis_amount", "rank")]


def test_the_largest_on_the_basis_first(director):
    listed = shown(director)
    assert listed[0] == "Helios Tarvia"
    assert len(listed) == 15


@pytest.mark.parametrize("sort", ["name", "-name", "amount", "-amount", "growth", "-lifetime_value", "last"])
def test_every_order(director, sort):
    column = {"amount": "basis_amount", "growth": "growth_rate", "last": "last_purchase"}.get(
        sort.strip("-"), sort.strip("-")
    )
    rows = queries.sorted_figures(
        queries.account_figures(queries.latest_snapshot()), column, descending=sort.startswith("-")
    )
    html = director.get(URL, {"sort": sort}).content.decode()
    assert html.count('scope="row"') == 15
    found = [name.replace("&#x27;", "'").replace("&amp;", "&").replace("&#39;", "'") for name in names(html)]
    assert [name for name in found if "&lt;" not in name] == [row.name for row in rows if "<" not in row.name]


def test_a_head_sorts_and_a_second_click_turns_it_round(director):
    html = director.get(URL).content.decode()
    assert 'aria-sort="descending"' in html
    assert 'href="?sort=amount"' in html
    assert 'href="?sort=-lifetime_value"' in html
    assert 'href="?sort=name"' in html


@pytest.mark.parametrize(
    ("asked", "narrow"),
    [
        ({"abc": "A"}, {"abc": "A"}),
        ({"xyz": "X", "abc": "C"}, {"abc": "C", "xyz": "X"}),
        ({"state": "lost"}, {"state": "lost"}),
        ({"seller": "Adler"}, {"seller": "Adler"}),
        ({"group": "North Group"}, {"group": "North Group"}),
        ({"list": "key"}, {"is_key": True}),
        ({"list": "lost"}, {"is_lost": True}),
        ({"list": "slipping"}, {"is_slipping": True}),
        ({"list": "dependent"}, {"dependency": "critical"}),
    ],
)
def test_filters(director, asked, narrow):
    want = {name for name in expected(**narrow) if not set(name) & set("<&'")}
    assert {name for name in shown(director, **asked) if "&" not in name} == want


@pytest.mark.parametrize(
    ("words", "found"),
    [("nord", ["Nordelma", "Nordika"]), ("HELIOS tar", ["Helios Tarvia"]), ("H-1", ["Helios Tarvia"]),
     ("north", ["Nordelma", "Nordika"]), ("%", ["Odd &amp; Sons"]), ("_", []), ("nobody\x00 here", [])],
)  # fmt: skip
def test_search(director, words, found):
    assert shown(director, q=words) == found


def test_nothing_found_says_what_to_do(director):
    html = director.get(URL, {"q": "nobody"}).content.decode()
    assert "No account fits" in html
    assert "Show all accounts" in html


@pytest.mark.parametrize(
    "query",
    ["sort=password", "sort=-", "list=everything", "column=secret", "page=0", "page=999", "page=x",
     "level=planet", "abc=Q", "state=gone", "xyz=%00", "q=%00", "sort=seller", "sort=margin"],
)  # fmt: skip
def test_what_the_list_does_not_know_falls_back(director, query):
    answer = director.get(f"{URL}?{query}")
    assert answer.status_code == 200
    assert len(names(answer.content.decode())) == 15


def test_columns_are_those_asked_for_and_the_name_stays(director):
    html = director.get(f"{URL}?column=seller&column=id").content.decode()
    heads = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', html)
    assert heads == ["Account", "Seller", "Account number"]


def test_groups(director):
    html = director.get(f"{URL}?level=group").content.decode()
    assert "14 groups and single accounts" in html
    assert '<a href="/accounts/?group=North+Group">North Group</a>' in html
    assert "level=group" in re.search(r'href="(/explain/income/[^"]+)"', html)[1]


def test_pages(director, monkeypatch):
    monkeypatch.setattr("kamerton.web.accounts.PAGE_SIZE", 4)
    first, last = shown(director), shown(director, page=4)
    assert (len(first), len(last)) == (4, 3)
    assert not set(first) & set(last)
    html = director.get(URL, {"page": 2, "sort": "name"}).content.decode()
    assert "5–8 of 15 accounts" in html
    assert "?sort=name&amp;page=3" in html


def test_names_are_escaped(director):
    html = director.get(URL).content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


# --- saved views -----------------------------------------------------------------------------------------


def test_a_view_keeps_filters_order_and_columns_for_its_owner_alone(director, make_user, client):
    told = "list=lost&sort=-turnover&column=seller"
    answer = director.post(
        reverse("accounts_view_save"), {"name": "Lost\x00 ones", "query": f"{told}&page=3"}
    )
    assert answer["Location"] == f"{URL}?{told}"
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("Lost ones", told)
    assert "Lost ones" in director.get(URL).content.decode()

    client.logout()
    client.force_login(make_user("administrator", "other"))
    assert "Lost ones" not in client.get(URL).content.decode()
    assert client.post(reverse("accounts_view_delete", args=[view.pk])).status_code == 404
    assert SavedView.objects.exists()


def test_the_same_name_replaces_and_a_view_goes(director):
    for query in ("list=key", "list=lost"):
        director.post(reverse("accounts_view_save"), {"name": "Mine", "query": query})
    view = SavedView.objects.get()
    assert view.query == "list=lost"
    director.post(reverse("accounts_view_delete", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_a_view_without_a_name_is_refused_in_words(director):
    answer = director.post(reverse("accounts_view_save"), {"name": "  ", "query": ""})
    assert answer.status_code == 409
    assert "A view needs a name" in answer.content.decode()


# --- files -----------------------------------------------------------------------------------------------


def csv_rows(client, query: str = "") -> list[list[str]]:
    answer = client.get(f"/accounts/export.csv?{query}")
    assert answer["Content-Disposition"].startswith('attachment; filename="accounts-2025-12-05.csv"')
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def xlsx_rows(client, query: str = "") -> list[tuple]:
    book = load_workbook(io.BytesIO(client.get(f"/accounts/export.xlsx?{query}").content))
    return list(book.active.iter_rows(values_only=True))


def test_files_hold_the_whole_selection_in_its_order(director, monkeypatch):
    monkeypatch.setattr("kamerton.web.accounts.PAGE_SIZE", 4)
    query = "sort=name&column=amount&column=growth&column=last&column=lifetime_value"
    rows = list(
        queries.sorted_figures(queries.account_figures(queries.latest_snapshot()), "name", descending=False)
    )
    table, sheet = csv_rows(director, query), xlsx_rows(director, query)
    assert table[0] == list(sheet[0])
    assert table[0][:2] == ["Account number", "Account"]
    assert len(table) == len(sheet) == len(rows) + 1
    for row, line, cells in zip(rows, table[1:], sheet[1:], strict=True):
        assert line[2] == str(row.basis_amount)
        assert cells[2] == pytest.approx(float(row.basis_amount))
        assert line[3] == ("" if row.growth_rate is None else str(row.growth_rate))
        assert line[4] == row.last_purchase.isoformat() == cells[4].date().isoformat()
        assert (cells[5] is None) == (row.lifetime_value is None)


def test_no_text_of_a_file_is_a_formula(director):
    numbers = {row[0]: row[1] for row in csv_rows(director, "column=amount")}
    assert numbers["'=1+1"] == "'=cmd|' /C calc'!A0"
    book = load_workbook(io.BytesIO(director.get("/accounts/export.xlsx").content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert "=1+1" in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells if str(cell.value).startswith("=")} == {"s"}


def test_a_file_is_written_down_and_costs_the_same_for_any_number_of_rows(director):
    asked = []
    for words, rows in (("Helios", 1), ("M-0", 6)):
        with CaptureQueriesContext(connection) as seen:
            assert len(csv_rows(director, f"q={words}&column=trend")) == rows + 1
        asked.append(len(seen))
    assert asked[0] == asked[1]
    entry = AuditEntry.objects.filter(action="accounts.export").latest("pk")
    assert entry.actor.username == "director"
    assert entry.after == {"kind": "csv", "query": "q=M-0&column=trend", "rows": 6}


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_another_kind_of_file_is_not_there(director, kind):
    assert director.get(f"/accounts/export.{kind}").status_code == 404


def test_a_reader_may_look_and_not_take_away(client, make_user):
    client.force_login(make_user("reader"))
    html = client.get(URL).content.decode()
    assert "export.csv" not in html
    assert client.get("/accounts/export.csv").status_code == 403


# --- the palette and the cost ----------------------------------------------------------------------------


def test_the_palette_finds_accounts_for_those_who_may_see_them(make_user):
    request = RequestFactory().get("/")
    request.user = make_user("reader")
    assert [entry.label for entry in find_accounts(request, "nord", 5)] == [
        "<mark>Nordelma</mark>",
        "<mark>Nordika</mark>",
    ]
    request.user = AnonymousUser()
    assert list(find_accounts(request, "nord", 5)) == []


def test_the_list_asks_as_much_for_one_row_as_for_many(director, django_assert_max_num_queries):
    director.get(URL)
    asked = {}
    for words, rows in (("Helios", 1), ("nord", 2), ("M-0", 6)):
        with django_assert_max_num_queries(15) as captured:
            assert len(shown(director, q=words)) == rows
        asked[words] = len(captured.captured_queries)
    assert len(set(asked.values())) == 1, asked


@pytest.mark.parametrize("column", FIELDS)
def test_a_column_brings_what_it_shows_with_the_rows(director, column):
    director.get(URL)
    asked = []
    for words, rows in (("Helios", 1), ("M-0", 6)):
        with CaptureQueriesContext(connection) as captured:
            assert len(shown(director, q=words, column=column)) == rows
        asked.append(captured.captured_queries)
    assert len(asked[0]) == len(asked[1])
    assert not [
        query
        for query in asked[1]
        if "by_year" in query["sql"] or "search_text" in query["sql"].split("FROM")[0]
    ]


def test_the_wide_figures_are_not_read_for_a_list(director, django_assert_max_num_queries):
    with django_assert_max_num_queries(15) as asked:
        director.get(URL)
    assert not [query for query in asked.captured_queries if '"portfolio_snapshot"."figures"' in query["sql"]]


def test_a_list_and_a_state_are_told_apart_where_the_language_does(director):
    User.objects.update(language="it")
    html = director.get("/accounts/?list=lost").content.decode()
    assert ">Persi<" in html
    assert ">Perso<" in html
