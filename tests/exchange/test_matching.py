"""Which account and which contact a row means: certain, possible, none. Pure."""

from __future__ import annotations

import pytest

from kamerton.exchange.matching import AccountRow, Accounts, ContactRow, People, compared
from kamerton.exchange.values import Firm, Person


def known() -> tuple[Accounts, dict[str, AccountRow]]:
    accounts = Accounts()
    rows = {
        "helios": AccountRow(1, "A-1", {"name": "Helios S.p.A.", "website": "https://www.helios.example", "tax_number": "IT 012"},
                             {("crm", "77"), ("ledger", "OLD-1")}),
        "orion": AccountRow(2, "A-2", {"name": "Orion GmbH", "email": "info@orion.example"}),
        "north": AccountRow(3, "A-3", {"name": "Delta North"}),
        "delta": AccountRow(4, "A-4", {"name": "Delta"}),
        "delta2": AccountRow(5, "A-5", {"name": "Delta Sp. z o.o.", "website": "delta2.example"}),
    }  # fmt: skip
    for row in rows.values():
        accounts.add(row)
    accounts.take({("crm", "hidden-1")})
    return accounts, rows


@pytest.mark.parametrize(
    ("firm", "email", "kind", "row", "why"),
    [
        (Firm(number="A-2", values={"name": "Helios"}), "", "found", "orion", "number"),
        (Firm(number="OLD-1"), "", "found", "helios", "number"),
        (Firm(external_id="77"), "", "found", "helios", "external_id"),
        (
            Firm({"name": "Someone", "tax_number": "012", "country": "IT"}),
            "",
            "found",
            "helios",
            "tax_number",
        ),
        (Firm({"name": "HELIOS srl"}), "x@orion.example", "found", "helios", "name"),
        (Firm(), "ada@helios.example", "found", "helios", "domain"),
        (Firm({"name": "Helios Poland"}), "ada@helios.example", "possible", "helios", "domain"),
        (Firm({"name": "Delta"}), "", "several", None, "name"),
        (Firm({"name": "Delta"}), "x@delta2.example", "found", "delta2", "name"),
        (Firm({"name": "Nobody"}), "x@gmail.com", "unknown", None, ""),
        (Firm(), "x@gmail.com", "unknown", None, "domain"),
        (Firm({"name": "Another"}, external_id="hidden-1"), "", "unknown", None, ""),
        (Firm(), "x@hidden.example", "unknown", None, "domain"),
    ],
)
def test_the_account_of_a_row(firm, email, kind, row, why):
    accounts, rows = known()
    person = Person({"name": "Ada", "email": email}) if email else None
    found = accounts.find(firm, person, "crm")
    assert (found.kind, found.account, found.why) == (kind, rows.get(row), why)


@pytest.mark.parametrize(
    ("told", "kind", "who", "why"),
    [
        ({"name": "Ada Berti", "email": "ADA@helios.example"}, "certain", "ada", "email"),
        ({"name": "A. Berti", "email": "ada@helios.example"}, "certain", "ada", "email"),
        ({"name": "Bo Dahl", "email": "ada@helios.example"}, "possible", "ada", "other_name"),
        ({"name": "berti ada"}, "certain", "ada", "name"),
        ({"name": "Ada Berti", "email": "other@helios.example"}, "possible", "ada", "other_email"),
        ({"name": "Adele Berti", "mobile": "0039 333-000 1111"}, "possible", "ada", "phone"),
        ({"name": "Bo Dahl", "mobile": "+39 333 0001111"}, "new", None, ""),
        ({"name": "Cy Ek"}, "possible", "gone", "left"),
        ({"name": "Eva Falk", "email": "eva@orion.example"}, "possible", "eva", "elsewhere"),
        ({"name": "Max Gall"}, "possible", "max1", "several"),
        ({"name": "Nobody Yet"}, "new", None, ""),
    ],
)
def test_the_contact_of_a_row(told, kind, who, why):
    _accounts, rows = known()
    at, elsewhere = rows["helios"], rows["orion"]
    there = {
        "ada": ContactRow(
            1, at, {"name": "Ada Berti", "email": "ada@helios.example", "mobile": "+39 333 0001111"}
        ),
        "gone": ContactRow(2, at, {"name": "Cy Ek"}, has_left=True),
        "eva": ContactRow(3, elsewhere, {"name": "Eva Falk", "email": "eva@orion.example"}),
        "max1": ContactRow(4, at, {"name": "Max Gall"}),
        "max2": ContactRow(5, at, {"name": "Max Gall"}),
    }
    people = People()
    for row in there.values():
        people.add(row)
    found = people.find(Person(told), at)
    assert (found.kind, found.contact, found.why) == (kind, there.get(who), why)


def test_what_is_empty_is_filled_and_what_differs_stays_and_is_told():
    there = {"name": "Ada Berti", "email": "ada@x.example", "phone": "02 123 4567", "languages": ["it"]}
    told = {"name": "BERTI Ada", "email": "ADA@X.example", "phone": "+39 02 1234568", "mobile": "333 1",
            "languages": ["pl"], "post": ""}  # fmt: skip
    fill, conflicts = compared(told, there)
    assert fill == {"mobile": "333 1"}
    assert [(each.field, each.value, each.kept) for each in conflicts] == [
        ("phone", "+39 02 1234568", "02 123 4567"),
        ("languages", "pl", "it"),
    ]
