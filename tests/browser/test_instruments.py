"""Answering a checklist in a real browser: by thumb and by key, kept answer by answer."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kamerton.core.models import Company
from kamerton.instruments import actions, queries
from kamerton.instruments.subjects import Subject
from tests.browser.test_main_job import window  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_answers_are_kept_as_they_are_given_and_a_missing_one_is_named(live_server, window, make_user):  # noqa: F811
    Company.objects.update_or_create(pk=1, defaults={"name": "Nordwind Supplies", "currency": "EUR"})
    actions.sync_catalogue(now=timezone.now())
    kam = make_user("head_of_sales")
    begun = actions.start_assessment(
        actor=kam,
        instrument=queries.active("openness"),
        subject=Subject("account", 7, "Helios Tarvia", account_id=7),
        now=timezone.now(),
    )
    page = window
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/assessments/{begun.pk}/")
    page.fill("[name=login]", "head_of_sales")
    page.fill("[name=password]", "kamerton-test")
    page.click("button.btn-primary")

    question = page.locator("#item-shares-budget")
    question.get_by_role("radio", name="Yes", exact=True).check()
    expect(page.locator("#state-shares-budget")).to_have_text("Saved")
    expect(page.locator("#assessment-progress")).to_contain_text("1 of 8 answered, 1 needed before finishing")
    page.locator("[name=a-tests-ideas][value=yes]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#state-tests-ideas")).to_have_text("Saved")
    assert {row.item: row.value for row in begun.answers.all()} == {
        "shares-budget": "yes",
        "tests-ideas": "no",
    }

    page.get_by_role("button", name="Finish").click()
    page.locator(".k-note-bad a").click()
    expect(question).to_be_in_viewport()
    question.get_by_label("Evidence").fill("Named in the letter of March")
    page.get_by_role("button", name="Finish").click()
    expect(page.locator(".k-lead")).to_contain_text("Not justified, 1 of 8")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # The refused form is a 422 by intention, which the console mentions.
    assert [said for said in page.complaints if "422" not in said] == []
