"""The wizard that brings contacts, from the file to its undoing, as a person walks it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kamerton.accounts.models import Contact
from tests.accounts.factories import account, contact, cover
from tests.browser.test_main_job import window  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILE = """Who,Firm,E-mail,What they do
Ada Berti,Helios,ada@helios.example,Head of purchasing
Max Nowy,Helios,,Buyer
Lena Hart,Nobody knows,lena@else.example,Chief
"""


@pytest.mark.usefixtures("company")
def test_contacts_are_uploaded_mapped_checked_imported_and_taken_back(
    window,  # noqa: F811
    live_server,
    make_user,
    tmp_path,
):
    kam, there = make_user("senior_kam", "irina"), account("H-1", "Helios")
    cover(there, kam)
    contact(there, "Max Nowy")
    path = tmp_path / "people.csv"
    path.write_text(FILE, encoding="utf-8")
    window.goto(f"{live_server.url}/contacts/")
    window.fill("[name=login]", "irina")
    window.fill("[name=password]", "kamerton-test")
    window.click("form button.btn-primary")
    window.get_by_role("link", name="Import", exact=False).last.click()
    window.set_input_files("input[type=file]", path)
    window.get_by_role("button", name="Upload").click()

    expect(window.get_by_role("combobox", name="E-mail")).to_have_value(
        "company_email"
    )  # no person is named yet
    window.get_by_role("combobox", name="Who").select_option("name")
    window.get_by_role("combobox", name="E-mail").select_option("email")
    window.get_by_role("combobox", name="Firm").select_option("company")
    window.get_by_role("combobox", name="What they do").select_option("post")
    window.get_by_role("button", name="Check all rows").click()

    expect(window.get_by_role("cell", name="Nobody knows")).to_be_visible()  # refused, and why
    expect(window.get_by_text("The company is none of your accounts.").first).to_be_visible()
    assert Contact.objects.count() == 1  # nothing is written yet
    window.get_by_role("button", name="Import 2 contacts").click()

    expect(window.get_by_role("button", name="Undo this import")).to_be_visible()
    assert set(Contact.objects.values_list("name", "post")) == {
        ("Max Nowy", "Buyer"), ("Ada Berti", "Head of purchasing")}  # fmt: skip
    window.get_by_role("button", name="Undo this import").click()
    expect(window.get_by_role("button", name="Undo this import")).to_have_count(0)
    assert list(Contact.objects.values_list("name", "post")) == [("Max Nowy", "")]
    assert window.complaints == []
