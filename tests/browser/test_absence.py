"""In a browser: an absence is announced, the clock moves, the substitute sees the accounts; it moves on, they are gone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from kamerton.access.models import User
from kamerton.accounts.models import Account, Contact, Coverage
from kamerton.core import clock
from kamerton.core.models import Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = dt.timedelta(days=1)


@pytest.fixture
def moment() -> dt.datetime:
    """Not far from the machine's own clock, by which sessions end."""
    return clock.now().replace(hour=9, minute=0)


@pytest.fixture
def sofia_and_petra(db, moment):
    Company.objects.update_or_create(pk=1, defaults={"name": "Nordwind Supplies", "currency": "EUR"})
    people = {
        name: User.objects.create_user(
            name, password="kamerton-test", role="senior_kam", first_name=name.capitalize()
        )
        for name in ("sofia", "petra")
    }
    for number, whom in (("H-1", "sofia"), ("F-1", "nobody")):
        account = Account.objects.create(number=number, name=f"Account {number}", created_at=moment)
        Contact.objects.create(
            account=account, name=f"Rita of {number}", search_text="rita", created_at=moment
        )
        if whom in people:
            Coverage.objects.create(
                account=account, person=people[whom], from_date=moment.date() - 30 * DAY, created_at=moment
            )
    return people


def signed_in(chromium, live_server, name):
    page = chromium.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(live_server.url)
    page.fill("[name=login]", name)
    page.fill("[name=password]", "kamerton-test")
    page.click("form button.btn-primary")
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.requirement("ABS-01")
def test_an_absence_opens_and_closes_the_accounts_by_itself(chromium, live_server, sofia_and_petra, moment):
    first, last = moment.date() + DAY, moment.date() + 3 * DAY
    with clock.set_to(moment):
        sofia, petra = (signed_in(chromium, live_server, name) for name in ("sofia", "petra"))
        sofia.goto(live_server.url + reverse("absences"))
        sofia.get_by_text("Announce an absence").first.click()
        sofia.fill("[name=order_number]", "12/2026")
        sofia.select_option("[name=substitute]", label="Petra")
        sofia.fill("[name=from_date]", first.isoformat())
        sofia.fill("[name=to_date]", last.isoformat())
        sofia.click("form.k-form button.btn-primary")
        expect(sofia.locator(".k-lead")).to_contain_text("until then nothing passes")
    seen = []
    for days in range(5):
        with clock.set_to(moment + days * DAY):
            petra.goto(live_server.url + reverse("contacts"))
            seen.append(
                (petra.get_by_text("Rita of H-1").count() > 0, petra.get_by_text("Rita of F-1").count() > 0)
            )
    assert seen == [(day in (1, 2, 3), False) for day in range(5)]
    with clock.set_to(moment + 4 * DAY):
        sofia.reload()
        expect(sofia.locator(".k-lead")).to_contain_text("nothing passes any more")
    for page in (sofia, petra):
        page.context.close()
