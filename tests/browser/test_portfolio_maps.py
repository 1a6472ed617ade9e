"""Portfolio maps of the demo company: an account is moved by keyboard and by mouse, with the reason; titles stay."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kamerton.demo import loading
from kamerton.portfolio.models import MapPlacement
from tests.browser.test_main_job import window  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_account_is_moved_by_keyboard_and_by_mouse_with_a_reason(window, live_server):  # noqa: F811
    loading.load_once()
    window.goto(live_server.url)
    window.fill("[name=login]", "marco")
    window.fill("[name=password]", loading.PASSWORD)
    window.click("form button.btn-primary")
    window.wait_for_url("**/today/**")

    window.goto(f"{live_server.url}/portfolio/maps/attractiveness/")
    spot = window.locator("[data-spot]").first
    before = float(spot.locator("circle").get_attribute("cx"))
    spot.focus()
    for _step in range(5):
        window.keyboard.press("ArrowLeft")
    assert float(spot.locator("circle").get_attribute("cx")) < before
    window.keyboard.press("Enter")
    drawer = window.locator("#drawer-body")
    drawer.locator("[name=reason]").fill("A rival stands in the plant")
    drawer.get_by_role("button", name="Put it there").click()
    expect(window.locator(".k-board-spot.is-moved")).to_have_count(1)
    first = MapPlacement.objects.get(ended_at=None)

    _dragged(window)
    drawer.locator("[name=reason]").fill("They asked us back")
    with window.expect_response(
        lambda answer: answer.request.method == "POST"
    ):  # the first toast still stands
        drawer.get_by_role("button", name="Put it there").click()
    expect(window.get_by_text("stands where you put it").first).to_be_visible()
    second = MapPlacement.objects.get(ended_at=None)
    assert (second.x, second.y) != (first.x, first.y)
    assert MapPlacement.objects.count() == 2

    window.goto(f"{live_server.url}/account/{second.account.number}/")
    expect(window.locator("#documents table")).to_be_visible()  # a part with a title of its own has come
    assert second.account.name in window.title()
    assert "Documents" not in window.title()
    assert window.complaints == []


def _dragged(window) -> None:  # noqa: F811
    """Drag the moved account until its form opens: right after a page has come its script may not be there yet."""
    opened = window.locator("#drawer[open]")
    expect(opened).to_have_count(0)
    for _try in range(5):
        box = window.locator(".k-board-spot.is-moved circle").bounding_box()
        window.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        window.mouse.down()
        window.mouse.move(box["x"] + 120, box["y"] + 90, steps=6)
        window.mouse.up()
        window.wait_for_timeout(1000)
        if opened.count():
            return
    expect(opened).to_have_count(1)
