"""From Today to the answers at the biggest account of the demo company: who decides, what they want, who covers them,
what is open."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kamerton.demo import loading
from tests.browser.test_main_job import window  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_one_click_from_today_answers_the_four_questions(window, live_server):  # noqa: F811
    loading.load_once()
    window.goto(live_server.url)
    window.fill("[name=login]", "irina")
    window.fill("[name=password]", loading.PASSWORD)
    window.click("form button.btn-primary")
    window.wait_for_url("**/today/**")
    accounts = window.get_by_role("table", name="My accounts").get_by_role("link")
    assert accounts.first.inner_text() == "Helios Tarvia S.p.A."  # the biggest stands first

    accounts.first.click()  # the one click
    window.wait_for_url("**/account/**")
    answers = window.locator(".k-inshort-one")
    told = {each.locator("h2").inner_text(): each for each in answers.all()}
    assert list(told) == ["Who decides", "What they want", "Who covers them", "What is open"]
    for each in told.values():
        expect(each.get_by_role("listitem").first).to_be_in_viewport()
    expect(told["Who decides"]).to_contain_text("Ada Bertini")
    expect(told["What they want"]).to_contain_text("Need")
    expect(told["Who covers them"]).to_contain_text("Responsible key account manager")
    expect(told["What is open"].get_by_role("link", name="more")).to_be_visible()

    told["Who decides"].get_by_role("heading").get_by_role("link").click()  # and all of it one click further
    window.wait_for_url("**/account-people/**")
    assert window.complaints == []
