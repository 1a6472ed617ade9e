"""Erasing a person through the pages: from the list of contacts to a trail without the name."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from kamerton.accounts.actions import contacts, files
from kamerton.accounts.models import Attachment, Contact, Note
from kamerton.core import clock
from tests.accounts.factories import account, cover
from tests.browser.test_main_job import window  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.usefixtures("company")
def test_a_person_is_erased_through_the_pages(window, live_server, make_user):  # noqa: F811
    director, now = make_user("director"), clock.now()
    there = account("A-1", "Helios")
    cover(there, director)
    contacts.create(
        actor=director, account=there, now=now, values={"name": "Ada Berti", "email": "ada@helios.example"}
    )
    Note.objects.create(
        account=there, text="Ada Berti likes short letters.", on=clock.today(), created_at=now
    )
    for name in ("About Ada Berti.txt", "Contract.pdf"):
        files.add(actor=director, account=there, pieces=[b"%PDF"], name=name, now=now)

    window.goto(f"{live_server.url}/contacts/")
    window.fill("[name=login]", "director")
    window.fill("[name=password]", "kamerton-test")
    window.click("form button.btn-primary")
    window.get_by_role("link", name="Ada Berti").first.click()
    window.get_by_role("link", name="Erase", exact=True).click()
    expect(window.get_by_text("This cannot be undone.")).to_be_visible()
    expect(
        window.get_by_text("Imported sales and the figures made from them: books are kept by law.")
    ).to_be_visible()
    expect(window.get_by_role("checkbox", name=re.compile("About Ada Berti"))).to_be_checked()
    expect(window.get_by_role("checkbox", name=re.compile("Contract"))).not_to_be_checked()
    window.get_by_label("why").fill("asked for it by letter")
    window.get_by_label("I have seen what goes").check()
    window.get_by_role("button", name="Erase for good").click()

    window.wait_for_url("**/contacts/")
    expect(window.get_by_text("The person is erased.")).to_be_visible()
    expect(window.get_by_text("Ada Berti")).to_have_count(0)
    assert Contact.objects.get().name == ""
    assert Note.objects.get().text == "erased person likes short letters."
    assert [each.name for each in Attachment.objects.all()] == ["Contract.pdf"]
    assert window.complaints == []
