"""Rows picked with mouse, keys and finger; what is done to them is taken back."""

from __future__ import annotations

import pytest

from kamerton.core.models import SavedView
from tests.browser.test_ui import Visit
from tests.web import list_urls

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.web.list_urls"),
]


@pytest.fixture
def rows(make_user, company, now, monkeypatch):
    monkeypatch.setattr(list_urls, "SIZE", [6])
    owner = make_user("administrator")
    for at in range(8):
        SavedView.objects.create(
            name=f"{'Kept' if at == 2 else 'View'} {at}", page="ab"[at % 2], owner=owner, created_at=now
        )


def names() -> list[str]:
    return sorted(SavedView.objects.values_list("name", flat=True))


def arrive(chromium, live_server, **window):
    visit = Visit(chromium, live_server, **window)
    visit.sign_in()
    visit.page.goto(f"{live_server.url}/views/")
    visit.page.wait_for_load_state("networkidle")
    return visit


def test_picking_with_mouse_and_keys_and_taking_back(chromium, live_server, rows):
    visit = arrive(chromium, live_server)
    page = visit.page
    assert not page.is_visible(".k-bulk")
    page.locator("tbody [data-pick]").nth(1).click()
    page.locator("tbody [data-pick]").nth(3).click(modifiers=["Shift"])
    assert page.inner_text("[data-bulk-count]") == "Selected: 3"
    page.locator("tbody th a").nth(3).focus()
    page.keyboard.press("x")
    assert page.inner_text("[data-bulk-count]") == "Selected: 2"
    page.click(".k-bulk button[value=drop]")
    page.wait_for_selector(".k-toast:has-text('2 gone')")
    assert len(names()) == 6
    page.click(".k-undo")
    page.wait_for_selector(".k-toast:has-text('2 back')")
    assert len(names()) == 8
    assert visit.complaints == []
    visit.context.close()


def test_all_of_the_page_then_all_that_the_list_finds(chromium, live_server, rows):
    visit = arrive(chromium, live_server)
    page = visit.page
    page.click("[data-pick-all]")
    assert page.inner_text("[data-bulk-count]") == "Selected: 6"
    page.click("[data-bulk-matching]")
    assert page.inner_text("[data-bulk-count]") == "Selected: 8"
    page.click(".k-bulk button[value=drop]")
    page.wait_for_selector("text=It is kept on purpose")
    assert names() == ["Kept 2"]
    assert visit.complaints == []
    visit.context.close()


def test_on_a_phone_and_without_a_script(chromium, live_server, rows):
    visit = arrive(chromium, live_server, viewport={"width": 390, "height": 844}, has_touch=True)
    page = visit.page
    page.locator("tbody [data-pick]").nth(1).tap()
    page.locator(".k-bulk button[value=drop]").tap()
    page.wait_for_selector(".k-toast:has-text('1 gone')")
    assert len(names()) == 7
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert visit.complaints == []
    visit.context.close()

    visit = arrive(chromium, live_server, java_script_enabled=False)
    page = visit.page
    page.locator(".k-bulk select[name=which]").select_option("page")
    page.click(".k-bulk button[value=drop]")
    page.wait_for_selector("text=It is kept on purpose")
    assert len(names()) == 2
    visit.context.close()


def test_a_value_is_changed_where_it_stands(chromium, live_server, rows):
    visit = arrive(chromium, live_server)
    page = visit.page
    page.goto(f"{live_server.url}/views/?column=short&column=page")
    page.wait_for_load_state("networkidle")
    value = page.locator("tbody tr", has_text="View 1").locator("a[data-inline]")
    value.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("form[data-inline-form]")
    assert page.evaluate("document.activeElement.name") == "name"
    page.keyboard.press("Escape")
    page.wait_for_selector("form[data-inline-form]", state="detached")
    assert page.evaluate("document.activeElement.textContent") == "View 1"

    page.keyboard.press("Enter")
    page.wait_for_selector("form[data-inline-form]")
    page.keyboard.type("refuse this")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=That name is taken.")
    SavedView.objects.filter(name="View 1").update(name="Theirs")
    page.fill("form[data-inline-form] [name=name]", "Mine")
    page.keyboard.press("Enter")
    page.wait_for_selector(".k-conflict")
    assert "Theirs" in page.inner_text(".k-conflict")
    page.click("form[data-inline-form] .btn-primary")
    page.wait_for_selector("form[data-inline-form]", state="detached")
    assert page.inner_text("tbody a[data-inline]:focus") == "Mine"
    assert "Mine" in names()
    assert [text for text in visit.complaints if "409" not in text and "422" not in text] == []
    visit.context.close()
