"""The page of the profile: presets, who would come and go before anything is saved, the history."""

from __future__ import annotations

import pytest
from django.forms.models import model_to_dict

from kamerton.core.models import Job
from kamerton.portfolio import queries, status_queries
from kamerton.portfolio.models import KeyProfile, Profile, Snapshot

URL = "/settings/"


@pytest.fixture
def posted(company) -> dict[str, object]:
    told = {name: "" if value is None else value for name, value in model_to_dict(Profile()).items()}
    del told["id"]
    return told | {"text": "Whom we would miss", "definitions": ["contribution"], "levels": ["company"],
                   "review_months": "6", "silence_days": "30"}  # fmt: skip


def test_what_is_not_written_says_so(director, company):
    html = director.get(URL).content.decode()
    assert "not written down yet what a key account is" in html


def test_a_preset_fills_the_form_and_saves_nothing(book, director):
    html = director.get(f"{URL}?preset=distributor").content.decode()
    assert "filled in, and not saved yet" in html
    assert "Reselling our goods is no reason" in html
    assert 'value="0.05"' in html
    assert not KeyProfile.objects.exists()
    assert director.get(f"{URL}?preset=nonsense").status_code == 200


def test_the_change_is_shown_before_it_is_saved(book, director, posted):
    """Helios makes far more than half; at 95 % it would no longer be key."""
    for address, extra in ((URL, {"preview": "1"}), (f"{URL}preview/", {})):
        told = {"share_key": "0.95", "share_critical": "0.96", "share_mono": "0.97"}
        html = director.post(address, posted | told | extra).content.decode()
        assert "0 accounts are key by figures: 0 come, 1 goes." in html
        assert "Would no longer be key" in html
        assert "Helios Tarvia" in html
    assert not KeyProfile.objects.exists()
    assert queries.profile().share_key == 0.1
    assert not Job.objects.exclude(state="done").exists()


def test_nothing_to_show_is_said(director, posted):
    Snapshot.objects.all().delete()
    assert "There are no figures yet" in director.post(f"{URL}preview/", posted).content.decode()
    html = director.post(f"{URL}preview/", posted | {"share_key": "ten"}).content.decode()
    assert "cannot be shown before every value is one that can be" in html


def test_it_is_kept_with_its_history(director, posted, django_capture_on_commit_callbacks):
    assert director.post(URL, posted)["Location"] == "/portfolio/"
    director.post(URL, posted | {"text": "Whom we would miss most", "label_key": "Top"})
    written = status_queries.written()
    assert (written.number, written.text, written.labels) == (2, "Whom we would miss most", {"key": "Top"})
    html = director.get(URL).content.decode()
    assert "Version 2" in html
    assert "Whom we would miss most" in html
    assert html.count("Whom we would miss") >= 3
    refused = director.post(URL, posted | {"text": ""})
    assert refused.status_code == 422
    assert "not taken back" in refused.content.decode()


def test_only_those_who_may_configure_see_the_preview(client, make_user, posted):
    client.force_login(make_user("senior_kam"))
    assert client.post(f"{URL}preview/", posted).status_code == 403
