"""Today in a browser: a task is put off, finished and taken back where it stands; a new one with one key."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from kamerton.access.models import User
from kamerton.core import clock
from kamerton.core.models import Company
from kamerton.work.actions import tasks
from kamerton.work.models import Task

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def today(chromium, live_server):
    """Signed in, with two tasks of today, on the home page; fails on any error in the console."""
    Company.objects.update_or_create(pk=1, defaults={"name": "Nordwind Supplies", "currency": "EUR"})
    sofia = User.objects.create_user("sofia", password="kamerton-test", role="senior_kam")
    for title in ("Call Rita", "Send the price list"):
        tasks.create_task(actor=sofia, title=title, due_on=clock.today(), now=clock.now())
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page, errors = context.new_page(), []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(live_server.url)
    page.fill("[name=login]", "sofia")
    page.fill("[name=password]", "kamerton-test")
    page.click("form button.btn-primary")
    page.wait_for_url("**/today/")
    yield page
    context.close()
    assert errors == []


def test_finish_put_off_and_take_back_where_it_stands(today):
    lead = today.locator(".k-lead")
    expect(lead).to_have_text("2 tasks are due.")
    today.get_by_label("Finish: Call Rita").click()
    expect(lead).to_have_text("1 task is due.")
    today.locator(".k-toast").last.get_by_text("Undo").click()
    expect(lead).to_have_text("2 tasks are due.")
    line = today.locator(".k-task", has_text="Send the price list")
    line.locator(".k-menu summary").click()
    line.locator("[name=reason]").fill("The printer is broken")
    line.get_by_text("In two weeks").click()
    expect(lead).to_have_text("1 task is due.")
    task = Task.objects.get(title="Send the price list")
    assert (task.snoozed_until, task.snooze_reason) == (
        clock.today() + dt.timedelta(days=14),
        "The printer is broken",
    )


def test_a_new_task_with_one_key(today):
    today.keyboard.press("n")
    today.wait_for_url("**/to-do/tasks/new/**")
    today.keyboard.type("Visit Helios")
    today.keyboard.press("Enter")
    today.wait_for_url("**/today/")
    expect(today.get_by_text("“Visit Helios” is written down.")).to_be_visible()
    expect(today.locator(".k-task", has_text="Visit Helios")).to_be_visible()
