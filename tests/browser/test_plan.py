"""An account from nothing to an approved plan, as its key account manager and the director go through it."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect
from pptx import Presentation

from kamerton.accounts.models import Account
from kamerton.core import clock
from kamerton.plans.models import Plan
from tests.plans import factories as make
from tests.work.conftest import firm  # noqa: F401 - the fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def signed_in(chromium, live_server, name: str) -> tuple[Page, list[str]]:
    context = chromium.new_context(viewport={"width": 1366, "height": 900})
    page, errors = context.new_page(), []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(live_server.url)
    page.fill("[name=login]", name)
    page.fill("[name=password]", "kamerton-test")
    page.click("form button.btn-primary")
    page.wait_for_url("**/today/")
    return page, errors


def opened(page: Page, section: str, button: str):
    """The form that a button of a section opens at the side."""
    page.locator(f"section#{section}").get_by_role("link", name=button, exact=True).first.click()
    return shown(page)


def shown(page: Page):
    drawer = page.locator("#drawer")
    expect(drawer.locator("form.k-stack button.btn-primary")).to_be_visible()
    return drawer


def sent(page: Page, drawer) -> None:
    drawer.locator("form.k-stack button.btn-primary").click()
    expect(page.locator("#drawer[open]")).to_have_count(0)


def test_from_nothing_to_an_approved_plan(chromium, live_server, firm):  # noqa: F811
    make.fact(firm.helios, "A rival is on line 2", topic="competitor")
    make.fact(firm.helios, "We hold their spares", topic="history")
    make.need(firm.helios, "Spare parts on site")
    make.chance(firm.helios, firm.sofia)
    page, errors = signed_in(chromium, live_server, "sofia")
    lead = page.locator(".k-lead")
    _begun(page, live_server)
    _investigated(page, lead)
    _formalised(page, lead)
    _reviewed_and_sent(page)
    _approved(chromium, live_server)
    page.reload()
    expect(page.get_by_text("Version 1 was approved by Dario")).to_be_visible()
    assert any("Fitters trained" in text for text in _slides(page))
    page.go_back()
    drawer = opened(page, "idea", "Idea")
    drawer.get_by_label("What", exact=True).fill("Came too late")
    sent(page, drawer)
    expect(page.get_by_text("1 thing was changed after the approval of version 1")).to_be_visible()
    page.goto(f"{live_server.url}/today/")
    expect(page.locator(".k-task", has_text="Put a cabinet into their hall")).to_be_visible()
    assert errors == []


def _slides(page: Page) -> list[str]:
    """What stands on the slides of the plan, read by another program's eyes."""
    page.get_by_role("link", name="Make a document").click()
    with page.expect_download() as download:
        page.locator('section#plan button[formaction$="/plan/pptx/"]').click()
    deck = Presentation(str(download.value.path()))
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    told = [shape.text_frame.text for shape in shapes if shape.has_text_frame]
    tables = [shape.table for shape in shapes if shape.has_table]
    return told + [cell.text for table in tables for row in table.rows for cell in row.cells]


def _begun(page: Page, live_server) -> None:
    page.goto(f"{live_server.url}/account-plan/{Account.objects.get(name='Helios').number}/")
    page.get_by_role("link", name="Begin a plan").click()
    page.get_by_label("From", exact=True).fill(f"{clock.today().year}-01-01")
    page.get_by_label("Until", exact=True).fill(f"{clock.today().year}-12-31")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("A rival is on line 2")).to_be_visible()


def _investigated(page: Page, lead) -> None:
    expect(lead).to_have_text("Investigation: 3 things are missing to close it.")
    drawer = opened(page, "identified", "Change")
    drawer.get_by_label("Why this account, and not others").fill("It grows with us")
    drawer.get_by_label("Potential a year").fill("400000")
    drawer.get_by_label("And with another account").fill("Nordelma (N-1)")
    sent(page, drawer)
    expect(lead).to_have_text("Investigation: everything is there to close it.")
    _close(page)


def _formalised(page: Page, lead) -> None:
    drawer = opened(page, "swot", "Choose facts")
    drawer.get_by_label("We hold their spares").check()
    sent(page, drawer)
    drawer = opened(page, "idea", "Idea")
    drawer.get_by_label("What", exact=True).fill("One cabinet for both")
    sent(page, drawer)
    drawer = opened(page, "objectives", "Objective")
    drawer.get_by_label("What is to be reached").fill("Fitters trained")
    drawer.get_by_label("Measured by").select_option("count")
    drawer.get_by_label("Target").fill("12")
    drawer.get_by_label("Until").fill((clock.today() + dt.timedelta(days=700)).isoformat())
    sent(page, drawer)
    drawer = opened(page, "activities", "Activity")
    drawer.get_by_label("What is done").fill("Put a cabinet into their hall")
    drawer.get_by_label("Done by").fill((clock.today() + dt.timedelta(days=2)).isoformat())
    sent(page, drawer)
    expect(lead).to_have_text("Formalisation: everything is there to close it.")
    _close(page)
    expect(lead).to_contain_text("1 activity is open")


def _close(page: Page) -> None:
    page.get_by_role("link", name="Close this phase").click()
    sent(page, shown(page))
    expect(page.get_by_text("The phase is closed.").first).to_be_visible()


def _reviewed_and_sent(page: Page) -> None:
    drawer = opened(page, "reviews", "Review")
    drawer.get_by_label("On", exact=True).fill(clock.today().isoformat())
    sent(page, drawer)
    page.locator("section#reviews .k-items a").first.click()
    page.locator("#drawer").get_by_role("link", name="Write the minutes").click()
    expect(page.locator("#drawer textarea[name=minutes]")).to_be_visible()
    page.locator("#drawer textarea[name=minutes]").fill("Agreed as it stands")
    sent(page, page.locator("#drawer"))
    page.get_by_role("link", name="Ask for approval").first.click()
    drawer = shown(page)
    drawer.get_by_label("Why it should be approved").fill("Ready to begin")
    sent(page, drawer)
    expect(page.get_by_text("Version 1 waits for its approval.")).to_be_visible()


def _approved(chromium, live_server) -> None:
    page, errors = signed_in(chromium, live_server, "dario")
    title = f"{Plan.objects.get().title}, version 1"
    page.get_by_role("link", name=title).first.click()
    expect(page.get_by_text("Agreed as it stands")).to_be_visible()
    page.get_by_role("button", name="Approved", exact=True).click()
    expect(page.get_by_text("Decided.").first).to_be_visible()
    assert errors == []
