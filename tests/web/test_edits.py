"""Two sessions over one record; a value that becomes its field where it stands."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kamerton.core.models import SavedView

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.list_urls")]

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def view(administrator, company, now):
    return SavedView.objects.create(name="old", page="p", query="q", owner=administrator, created_at=now)


@pytest.fixture
def two(administrator, make_user):
    """The sessions of two administrators."""
    found = []
    for user in (administrator, make_user("administrator", "Second")):
        client = Client()
        client.force_login(user)
        found.append(client)
    return found


def version(html: str) -> str:
    return re.search(r'name="version" value="([^"]*)"', html)[1]


def opened(client, url: str, **headers) -> str:
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200
    return version(answer.content.decode())


def fields(view) -> tuple[str, str, str]:
    view.refresh_from_db()
    return view.name, view.page, view.query


# --- a form ----------------------------------------------------------------------------------------------


def test_what_two_change_apart_is_merged(two, view):
    url = f"/views/{view.pk}/"
    first, second = (opened(client, url) for client in two)
    two[0].post(url, {"version": first, "name": "new", "page": "p", "query": "q"})
    answer = two[1].post(url, {"version": second, "name": "old", "page": "other", "query": "q"})
    assert answer.status_code == 302
    assert fields(view) == ("new", "other", "q")


def test_the_second_writer_sees_both_values_and_chooses(two, view):
    url = f"/views/{view.pk}/"
    first, second = (opened(client, url) for client in two)
    two[0].post(url, {"version": first, "name": "<theirs>", "page": "first", "query": "q"})
    mine = {"version": second, "name": "mine", "page": "second", "query": "kept"}
    answer = two[1].post(url, mine)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Somebody else changed this while you had it open." in html
    assert "Last changed by administrator, " in html
    assert re.findall(r'name="(keep-\w+)" value="theirs"', html) == ["keep-name", "keep-page"]
    for text in ("&lt;theirs&gt;", "before: old", 'value="mine"', 'value="second"', "kept</textarea>"):
        assert text in html
    assert fields(view) == ("<theirs>", "first", "q")

    chosen = {"keep-name": "theirs", "keep-page": "mine"}
    answer = two[1].post(url, mine | chosen | {"version": version(html)})
    assert answer.status_code == 302
    assert fields(view) == ("<theirs>", "second", "kept")


def test_a_third_change_meanwhile_is_seen_again(two, view):
    url = f"/views/{view.pk}/"
    seen = opened(two[1], url)
    SavedView.objects.update(name="theirs 1")
    html = two[1].post(url, {"version": seen, "name": "mine", "page": "p", "query": "q"}).content.decode()
    SavedView.objects.update(name="theirs 2")
    again = {"version": version(html), "name": "mine", "page": "p", "query": "q", "keep-name": "mine"}
    answer = two[1].post(url, again)
    assert answer.status_code == 409
    assert "theirs 2" in answer.content.decode()
    assert fields(view)[0] == "theirs 2"


@pytest.mark.parametrize("told", ["", "forged", "WyJ4Il0:1x:y"])
def test_a_form_that_does_not_say_what_it_was_opened_with_lets_one_choose(two, view, told):
    url = f"/views/{view.pk}/"
    mine = {"version": told, "name": "mine", "page": "p", "query": "q"}
    answer = two[0].post(url, mine)
    assert answer.status_code == 409
    assert re.findall(r'name="(keep-\w+)" value="theirs"', answer.content.decode()) == ["keep-name"]
    assert fields(view)[0] == "old"
    two[0].post(url, mine | {"version": version(answer.content.decode()), "keep-name": "mine"})
    assert fields(view)[0] == "mine"


def test_a_refusal_stands_over_the_form_and_keeps_what_was_entered(two, view):
    url = f"/views/{view.pk}/"
    answer = two[0].post(
        url, {"version": opened(two[0], url), "name": "refuse me", "page": "p", "query": "q"}
    )
    assert answer.status_code == 422
    assert "That name is taken." in answer.content.decode()
    assert 'value="refuse me"' in answer.content.decode()
    assert fields(view)[0] == "old"


# --- inline ----------------------------------------------------------------------------------------------


def test_a_value_opens_saves_and_shows(two, view):
    url = f"/views/{view.pk}/name/"
    html = two[0].get("/views/?column=short").content.decode()
    assert f'<span class="k-inline"><a href="{url}" data-inline title="Change Name">old' in html
    form = two[0].get(url, headers=PART).content.decode()
    assert form.startswith('<form class="k-inline k-inline-form"')
    assert 'name="name" value="old"' in form
    answer = two[0].post(url, {"version": version(form), "name": "<new>"}, headers=PART)
    assert answer.status_code == 200
    assert answer.content.decode().startswith(f'<span class="k-inline"><a href="{url}" data-inline')
    assert "&lt;new&gt;" in answer.content.decode()
    assert fields(view) == ("<new>", "p", "q")
    assert "&lt;new&gt;" in two[0].get(f"{url}?show=1", headers=PART).content.decode()


def test_errors_stand_beside_the_field(two, view):
    url = f"/views/{view.pk}/name/"
    answer = two[0].post(url, {"version": opened(two[0], url, **PART), "name": "x" * 21}, headers=PART)
    assert answer.status_code == 422
    assert "at most 20 characters" in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()


def test_inline_shows_a_conflict_and_takes_the_choice(two, view):
    url = f"/views/{view.pk}/name/"
    first, second = (opened(client, url, **PART) for client in two)
    two[0].post(url, {"version": first, "name": "first"}, headers=PART)
    answer = two[1].post(url, {"version": second, "name": "second"}, headers=PART)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "first" in html
    assert "second" in html
    assert fields(view)[0] == "first"
    two[1].post(url, {"version": version(html), "name": "second", "keep-name": "mine"}, headers=PART)
    assert fields(view)[0] == "second"


def test_without_a_script_the_address_is_a_page(two, view):
    url = f"/views/{view.pk}/name/"
    html = two[0].get(url).content.decode()
    assert "<!doctype html>" in html
    assert two[0].post(url, {"version": version(html), "name": "paper"})["Location"] == f"/views/{view.pk}/"
    assert two[0].get(f"{url}?show=1")["Location"] == f"/views/{view.pk}/"
    assert fields(view)[0] == "paper"


def test_what_is_out_of_reach_is_not_there(client, make_user, view):
    client.force_login(make_user("director"))
    assert client.get(f"/views/{view.pk}/name/", headers=PART).status_code == 404
    assert client.post(f"/views/{view.pk}/name/", {"name": "x"}, headers=PART).status_code == 404


def test_other_methods_are_refused(two, view):
    assert two[0].delete(f"/views/{view.pk}/name/").status_code == 405
