"""The settings of the figures: every threshold with its meaning, refused in words, followed by new figures."""

from __future__ import annotations

import pytest
from django.forms.models import model_to_dict

from kamerton.core.models import AuditEntry, Job
from kamerton.portfolio import queries
from kamerton.portfolio.models import Profile

URL = "/settings/"


@pytest.fixture
def posted(company) -> dict[str, object]:
    """The form as it comes, unchanged."""
    return {
        name: "" if value is None else value
        for name, value in model_to_dict(Profile()).items()
        if name != "id"
    }


def test_every_column_of_the_profile_is_on_the_page_once(director, company):
    html = director.get(URL).content.decode()
    for name in queries.profile_columns():
        assert html.count(f'name="{name}"') == 1, name


def test_a_change_is_kept_told_and_followed_by_new_figures(
    director, posted, django_capture_on_commit_callbacks
):
    answer = director.post(URL, posted | {"share_key": "0.15"})
    assert answer["Location"] == "/portfolio/"
    assert queries.profile().share_key == 0.15
    assert AuditEntry.objects.filter(action__contains="profile").exists()
    assert "The settings are saved" in director.get("/accounts/").content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [("share_key", "1.5"), ("share_key", "-0.1"), ("share_key", "ten"), ("basis", "profit"), ("share_key", "NaN"),
     ("ltv_horizon_years", "0"), ("lapsed_min_days", "-3"), ("share_critical", "0.05"), ("abc_a", "0.99"),
     ("share_key", "inf"), ("lapsed_min_days", "99999999999999999999")],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words_and_nothing_changes(director, posted, field, value):
    answer = director.post(URL, posted | {field: value})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in html or "is-invalid" in html or "k-error" in html
    assert queries.profile().share_key == Profile().share_key
    assert not Job.objects.exists()


def test_weights_of_health_that_do_not_sum_to_one_are_refused_in_words(director, posted):
    answer = director.post(URL, posted | {"health_growth": "0.5"})
    assert answer.status_code == 422
    assert "The weights of health have to sum to 1; these sum to 1.15." in answer.content.decode()
    assert not Job.objects.exists()
    assert director.post(URL, posted | {"health_growth": "0.5", "health_payment": "0.05"}).status_code == 302
    assert queries.profile().health_growth == 0.5


def test_only_those_who_may_configure(client, make_user):
    client.force_login(make_user("senior_kam"))
    assert client.get(URL).status_code == 403
    assert client.post(URL, {"share_key": "0.15"}).status_code == 403


def test_figures_follow_the_new_rule(book, director, posted, django_capture_on_commit_callbacks):
    assert queries.is_current(queries.latest_snapshot())
    with django_capture_on_commit_callbacks(execute=True):
        director.post(URL, posted | {"share_key": "0.60", "share_critical": "0.65"})
    snapshot = queries.latest_snapshot()
    assert snapshot.profile["share_key"] == 0.6
    assert queries.is_current(snapshot)
    assert not queries.account_figures(snapshot).key().exists()


def test_an_administrator_finds_what_is_set_elsewhere_and_others_no_tabs(
    director, client, make_user, company
):
    for url in (URL, "/settings/limits/", "/instruments/", "/industries/"):
        html = director.get(url).content.decode()
        for other in (URL, "/settings/limits/", "/instruments/", "/industries/"):
            assert f'class="k-tab" href="{other}"' in html, (url, other)
        assert f'href="{url}" aria-current="page"' in html
    client.force_login(make_user("senior_kam"))
    assert 'class="k-tab"' not in client.get("/instruments/").content.decode()
    assert 'href="/assessments/"' in client.get("/instruments/").content.decode()
