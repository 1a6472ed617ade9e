"""The mechanism of every list: order, filters, search, columns, views, files, actions on many rows."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from kamerton.core.models import AuditEntry, SavedView, Submission, UndoStep
from kamerton.web.lists import bulk
from tests.web import list_urls

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.list_urls")]

URL = "/views/"


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(list_urls, "SIZE", [50])
    list_urls.RAN.clear()


@pytest.fixture
def other(make_user):
    return make_user("director", "other")


@pytest.fixture
def views(administrator, other, now):
    """Two of the administrator's, two of somebody else's."""
    told = [
        ("Beta", "a", administrator),
        ("alpha", "b", administrator),
        ("Kept one", "a", other),
        ("Their own", "c", other),
    ]
    return [
        SavedView.objects.create(name=name, page=page, owner=owner, created_at=now, query=f"q={name}")
        for name, page, owner in told
    ]


@pytest.fixture
def admin(client, administrator, company):
    client.force_login(administrator)
    return client


@pytest.fixture
def theirs(client, other, company):
    client.force_login(other)
    return client


def names(html: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/views/\d+/">([^<]*)</a>', html)


def shown(client, query: str = "") -> list[str]:
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == 200
    return names(answer.content.decode())


# --- the page --------------------------------------------------------------------------------------------


def test_rows_of_the_scope_in_the_default_order(admin, views):
    assert shown(admin) == ["Beta", "Kept one", "Their own", "alpha"]


def test_rows_outside_the_scope_are_not_there(theirs, views):
    assert shown(theirs) == ["Kept one", "Their own"]
    assert shown(theirs, "q=Beta") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sort=-name", ["alpha", "Their own", "Kept one", "Beta"]),
        ("sort=page", ["Beta", "Kept one", "alpha", "Their own"]),
        ("sort=-page", ["Their own", "alpha", "Beta", "Kept one"]),
        ("q=kept", ["Kept one"]),
        ("page_is=a", ["Beta", "Kept one"]),
        ("page_is=b&q=alp", ["alpha"]),
        ("owner=other", ["Kept one", "Their own"]),
        ("list=mine", ["Beta", "alpha"]),
        ("list=newest", ["Beta", "alpha", "Kept one", "Their own"]),
        ("list=newest&sort=-name", ["alpha", "Their own", "Kept one", "Beta"]),
    ],
)
def test_what_the_address_asks(admin, views, query, found):
    assert shown(admin, query) == found


@pytest.mark.parametrize(
    "query",
    ["sort=password", "sort=owner", "sort=-", "list=everything", "column=secret", "page=0", "page=999",
     "page=x", "page_is=c", "page_is=%00", "q=%00", "sort=%00"],
)  # fmt: skip
def test_what_the_list_does_not_know_falls_back(admin, views, query):
    assert shown(admin, query) == ["Beta", "Kept one", "Their own", "alpha"]


def test_columns_are_those_asked_for_and_the_first_stays(admin, views):
    html = admin.get(f"{URL}?column=query&column=owner").content.decode()
    assert re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', html) == ["Name", "Query", "Owner"]
    assert 'name="column" value="query" checked' in html
    assert 'name="column" value="page" checked' not in html


def test_pages_do_not_overlap_where_all_are_equal(admin, administrator, now, monkeypatch):
    monkeypatch.setattr(list_urls, "SIZE", [2])
    for at in range(5):
        SavedView.objects.create(name=f"n{at}", page="same", owner=administrator, created_at=now)
    found = [shown(admin, f"sort=-page&page={page}") for page in (1, 2, 3)]
    assert found == [["n0", "n1"], ["n2", "n3"], ["n4"]]
    html = admin.get(f"{URL}?sort=-page&page=2").content.decode()
    assert "3–4 of 5 views" in html
    assert "?sort=-page&amp;page=3" in html


def test_the_sentence_counts_and_names_the_list(admin, views):
    assert "4 views" in admin.get(URL).content.decode()
    assert "2 views on the list “Mine”" in admin.get(f"{URL}?list=mine").content.decode()


def test_nothing_there_and_nothing_fits_are_two_things(admin, administrator, now):
    html = admin.get(URL).content.decode()
    assert "No views yet" in html
    assert "Make one" in html
    SavedView.objects.create(name="one", page="a", owner=administrator, created_at=now)
    html = admin.get(f"{URL}?q=nobody").content.decode()
    assert "No view fits" in html
    assert "Show all" in html


def test_a_filter_without_choices_is_a_chip_that_goes(admin, views):
    html = admin.get(f"{URL}?owner=other&sort=-name").content.decode()
    assert re.search(r'href="\?sort=-name">Owner: other<', html)


def test_names_are_escaped(admin, administrator, now):
    SavedView.objects.create(name='<script>"x"', page="a", owner=administrator, created_at=now)
    html = admin.get(URL).content.decode()
    assert "<script>&quot;" not in html
    assert '<script>"x"' not in html
    assert 'aria-label="Select &lt;script&gt;&quot;x&quot;"' in html


@pytest.mark.parametrize("query", ["", "q=n&page_is=a&sort=-page&list=newest"])
def test_one_row_costs_what_three_cost(admin, administrator, now, query):
    asked = []
    for at in range(3):
        SavedView.objects.create(name=f"n{at}", page="a", owner=administrator, created_at=now, query="page=1")
        if at == 1:
            continue
        with CaptureQueriesContext(connection) as seen:
            assert len(shown(admin, query)) == at + 1
        asked.append(len(seen))
    assert asked[0] == asked[1] <= 10


# --- saved views -----------------------------------------------------------------------------------------


def test_a_view_is_saved_without_its_page_and_goes(admin, administrator):
    answer = admin.post("/views/views/save/", {"name": "Mine\x00", "query": "sort=-name&page=3"})
    assert answer["Location"] == "/views/?sort=-name"
    view = SavedView.objects.get()
    assert (view.page, view.name, view.query, view.owner) == ("views", "Mine", "sort=-name", administrator)
    assert "?sort=-name" in admin.get(URL).content.decode()
    admin.post(f"/views/views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_a_view_of_somebody_else_is_not_there(theirs, views, administrator, now):
    view = SavedView.objects.create(name="x", page="views", owner=administrator, created_at=now)
    assert theirs.post(f"/views/views/{view.pk}/delete/").status_code == 404
    assert SavedView.objects.filter(pk=view.pk).exists()


# --- files -----------------------------------------------------------------------------------------------


def csv_rows(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_files_hold_all_that_the_address_finds(admin, views, monkeypatch):
    monkeypatch.setattr(list_urls, "SIZE", [1])
    query = "sort=-name&column=page"
    answer = admin.get(f"/views/export.csv?{query}")
    assert answer.streaming
    rows = csv_rows(answer)
    assert rows == [["Name", "Page"], ["alpha", "b"], ["Their own", "c"], ["Kept one", "a"], ["Beta", "a"]]
    sheet = load_workbook(io.BytesIO(admin.get(f"/views/export.xlsx?{query}").content)).active
    assert [list(row) for row in sheet.iter_rows(values_only=True)] == rows


def test_a_file_holds_only_rows_of_the_scope(theirs, views):
    assert [row[0] for row in csv_rows(theirs.get("/views/export.csv?q=e"))] == [
        "Name",
        "Kept one",
        "Their own",
    ]


def test_no_text_of_a_file_is_a_formula(admin, administrator, now):
    SavedView.objects.create(name="=cmd|'x", page="@a", owner=administrator, created_at=now)
    assert csv_rows(admin.get("/views/export.csv?column=page"))[1] == ["'=cmd|'x", "'@a"]


def test_every_export_is_written_down(admin, views, administrator):
    admin.get("/views/export.csv?page_is=a&sort=-name").getvalue()
    entry = AuditEntry.objects.get(action="views.export")
    assert entry.actor == administrator
    assert entry.after == {"kind": "csv", "query": "page_is=a&sort=-name", "rows": 2}


def test_a_file_of_secret_things_carries_its_reader(admin, views, administrator, now):
    assert "Confidential" not in admin.get("/views/export.csv").getvalue().decode()
    SavedView.objects.create(name="Zero", page="a", owner=administrator, query="secret", created_at=now)
    mark, head, *_rows = csv_rows(admin.get("/views/export.csv"))
    assert mark[0].startswith("Secret. Read by administrator on ")
    assert head[0] == "Name"
    sheet = load_workbook(io.BytesIO(admin.get("/views/export.xlsx").content)).active
    assert sheet["A1"].value == mark[0]
    assert sheet.oddHeader.left.text == mark[0]
    assert AuditEntry.objects.filter(action="views.export").last().after["secret"] is True


@pytest.mark.parametrize(("role", "url", "status"), [
    ("reader", "/views/export.csv", 403), ("director", "/views/export.pdf", 404), ("director", "/views/export.csv", 200),
])  # fmt: skip
def test_who_takes_what_away(client, make_user, company, role, url, status):
    client.force_login(make_user(role))
    assert client.get(url).status_code == status
    assert ("export.csv" in client.get(URL).content.decode()) is (role != "reader")


# --- many rows at once -----------------------------------------------------------------------------------


def sent(action: str, *rows, **more) -> dict[str, object]:
    return {"action": action, "pick": [row.pk for row in rows], "once": "k1", **more}


def left() -> list[str]:
    return list(SavedView.objects.order_by("pk").values_list("name", flat=True))


def test_picked_rows_are_done_and_can_be_taken_back(admin, views):
    answer = admin.post("/views/bulk/", sent("drop", *views[:2], query="sort=-name&q=a"))
    assert answer["Location"] == "/views/?sort=-name&q=a"
    assert left() == ["Kept one", "Their own"]
    html = admin.get(URL).content.decode()
    assert "2 gone." in html
    undo = re.search(r'action="(/undo/[^"]+)"', html)[1]
    back = admin.post(undo, headers={"Referer": "http://testserver/views/?q=x"})
    assert back["Location"] == "/views/?q=x"
    assert left() == ["Kept one", "Their own", "Beta", "alpha"]
    admin.post(undo)
    assert len(left()) == 4
    assert "This was undone already" in admin.get(URL).content.decode()


def test_refused_rows_are_named_with_their_reason_and_stay(admin, views):
    html = admin.post("/views/bulk/", sent("drop", *views)).content.decode()
    assert left() == ["Kept one"]
    assert "Kept one" in html
    assert "It is kept on purpose. Ask its owner." in html
    assert "3 gone." in html
    assert "Beta" not in html


def test_a_forged_number_outside_the_scope_is_not_found(theirs, views):
    answer = theirs.post("/views/bulk/", sent("rename", *views, page="taken", step="2"))
    assert answer.status_code == 302
    assert list(SavedView.objects.order_by("pk").values_list("page", flat=True)) == [
        "a",
        "b",
        "taken",
        "taken",
    ]


def test_an_action_needs_its_own_right(theirs, views):
    html = theirs.get(URL).content.decode()
    assert 'value="rename"' in html
    assert 'value="drop"' not in html
    assert theirs.post("/views/bulk/", sent("drop", views[3])).status_code == 403
    assert len(left()) == 4


@pytest.mark.parametrize("picks", [[], ["x"], ["999999"], ["\x00"], [""]])
def test_nothing_to_do_is_said(admin, views, picks):
    admin.post("/views/bulk/", {"action": "drop", "pick": picks})
    assert list_urls.RAN == []
    assert "No row is selected" in admin.get(URL).content.decode()


def test_an_unknown_action_is_said(admin, views):
    admin.post("/views/bulk/", sent("explode", *views))
    assert len(left()) == 4
    assert "not something this list can do" in admin.get(URL).content.decode()


def test_all_of_the_page(admin, views, monkeypatch):
    monkeypatch.setattr(list_urls, "SIZE", [2])
    html = admin.get(f"{URL}?sort=name&page=2").content.decode()
    shown_here = re.search(r'name="shown" value="([^"]+)"', html)[1]
    admin.post(
        "/views/bulk/", {"action": "drop", "which": "page", "shown": shown_here, "query": "sort=name&page=2"}
    )
    assert left() == ["Beta", "Kept one"]


def test_all_that_the_list_finds(admin, views):
    admin.post("/views/bulk/", {"action": "drop", "which": "matching", "query": "list=mine"})
    assert left() == ["Kept one", "Their own"]


def test_too_many_at_once_are_refused_in_words(admin, views, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 3)
    answer = admin.post("/views/bulk/", {"action": "drop", "which": "matching"})
    assert answer.status_code == 409
    assert "at most 3 rows" in answer.content.decode()
    assert "Back to the list" in answer.content.decode()
    assert len(left()) == 4


def test_an_action_asks_for_what_is_missing_first(admin, views):
    html = admin.post("/views/bulk/", sent("rename", *views[:2], query="sort=-name")).content.decode()
    assert "2 views" in html
    assert "Beta" in html
    assert list_urls.RAN == []
    kept = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))
    assert (kept["action"], kept["step"], kept["query"]) == ("rename", "2", "sort=-name")
    wrong = admin.post("/views/bulk/", sent("rename", *views[:2], step="2", page="much too long"))
    assert wrong.status_code == 422
    assert "at most 10 characters" in wrong.content.decode()
    admin.post("/views/bulk/", sent("rename", *views[:2], step="2", page="new"))
    assert list(SavedView.objects.order_by("pk").values_list("page", flat=True)) == ["new", "new", "a", "c"]


def test_the_same_form_twice_is_done_once(admin, views):
    for _again in range(2):
        admin.post("/views/bulk/", sent("rename", views[0], step="2", page="new"))
    assert list_urls.RAN == ["rename"]
    assert "it is not done twice" in admin.get(URL).content.decode()
    admin.post("/views/bulk/", sent("rename", views[1], step="2", page="new"))
    admin.post("/views/bulk/", sent("rename", views[0], step="2", page="new") | {"once": "k2"})
    assert list_urls.RAN == ["rename"] * 3


def test_a_form_whose_action_was_refused_may_come_again(admin, views):
    assert admin.post("/views/bulk/", sent("rename", views[0], step="2", page="never")).status_code == 409
    assert not Submission.objects.exists()


def test_boxes_belong_to_the_form_and_the_bar_offers_what_one_may(admin, views):
    html = admin.get(URL).content.decode()
    assert html.count('form="list-bulk" data-pick ') == 4
    assert '<form class="k-bulk" id="list-bulk" method="post" action="/views/bulk/"' in html
    assert 'data-pick-all="list-bulk"' in html
    assert "that the list finds" not in html  # all are on this page


# --- a list of one thing ---------------------------------------------------------------------------------


@pytest.mark.parametrize("of", ["a", "a/b%?ü", "..", "export.csv"])
def test_a_list_of_one_thing(admin, administrator, now, of):
    SavedView.objects.create(name="in it", page=of, owner=administrator, created_at=now)
    SavedView.objects.create(name="elsewhere", page="z", owner=administrator, created_at=now)
    at = {"account": of}
    html = admin.get(reverse("page_views", kwargs=at)).content.decode()
    assert "in it" in html
    assert "elsewhere" not in html
    rows = csv_rows(admin.get(reverse("page_views_export", kwargs={"kind": "csv", **at})))
    assert rows == [["Name"], ["in it"]]
    assert AuditEntry.objects.get(action="page_views.export").after["of"] == at
    saved = admin.post(reverse("page_views_view_save", kwargs=at), {"name": "v", "query": "q=1"})
    assert saved["Location"] == reverse("page_views", kwargs=at) + "?q=1"


def test_a_file_needs_the_list_s_own_right_too(client, make_user, company):
    client.force_login(make_user("reader"))
    assert client.get("/page-views/a/").status_code == 403


# --- undo ------------------------------------------------------------------------------------------------


def test_steps_of_an_undo_are_their_owner_s_alone(client, admin, views, other):
    admin.post("/views/bulk/", sent("drop", views[0]))
    undo = re.search(r'action="(/undo/[^"]+)"', admin.get(URL).content.decode())[1]
    client.force_login(other)
    answer = client.post(undo, headers={"Referer": "https://elsewhere.example/x"})
    assert answer["Location"] == "/"
    assert "Beta" not in left()
    assert UndoStep.objects.get().used_at is None
