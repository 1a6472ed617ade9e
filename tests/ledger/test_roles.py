"""Roles found from header names and values."""

from __future__ import annotations

import pytest

from kamerton.core.refused import Refused
from kamerton.ledger.read.roles import assign_roles, shape_of
from tests.ledger.header_rows import ROWS, columns_of, roles_of


def roles(text: str, **overrides: str) -> dict[str, str]:
    return assign_roles(columns_of(text), overrides).mapping


@pytest.mark.parametrize("source", ROWS)
def test_columns_get_the_roles_a_person_would_give(source: str) -> None:
    columns, expected = ROWS[source]
    found = assign_roles(columns_of(columns), {})
    assert {role: name.strip() for role, name in found.mapping.items()} == roles_of(expected)
    assert found.missing == ()
    assert found.doubts == ()
    assert set(found.confidence) == set(found.mapping)
    assert all(0 < sure <= 1 for sure in found.confidence.values())


@pytest.mark.parametrize("source", ROWS)
def test_the_order_of_the_columns_does_not_matter(source: str) -> None:
    columns = columns_of(ROWS[source][0])
    assert assign_roles(columns[::-1], {}).mapping == assign_roles(columns, {}).mapping


# ---------------------------------------------------------------- what the user settles


def test_an_override_wins_and_its_column_is_not_used_twice() -> None:
    assert roles("Customer:t | Payer:t | Date:d | Amount:n", account="Payer") == {
        "account": "Payer",
        "account_name": "Customer",
        "date": "Date",
        "amount": "Amount",
    }


def test_an_empty_override_frees_the_role() -> None:
    found = assign_roles(
        columns_of("Customer:t | Date:d | Amount:n | Profit:n"), {"profit": "", "amount": ""}
    )
    assert found.mapping == {"account": "Customer", "date": "Date"}
    assert found.missing == ("amount",)


def test_an_override_may_differ_in_case_and_blanks() -> None:
    assert roles("Customer No:t | Date:d | Net  Amount:n | Fee:n", amount="fee", account="customer no.") == {
        "account": "Customer No",
        "date": "Date",
        "amount": "Fee",
    }


def test_an_override_may_give_one_column_two_roles() -> None:
    text = "Client:t | Date:d | Amount:n"
    assert roles(text, account="Client", account_name="Client")["account_name"] == "Client"


def test_an_unknown_column_is_refused_with_the_nearest_and_the_list() -> None:
    with pytest.raises(Refused) as refusal:
        roles("Customer:t | Invoice date:d | Net amount:n", amount="Net ammount")
    assert str(refusal.value) == (
        "There is no column 'Net ammount' for the role amount. Did you mean 'Net amount'? "
        "Columns: Customer, Invoice date, Net amount."
    )


def test_an_unknown_role_is_refused_with_the_nearest() -> None:
    with pytest.raises(Refused, match=r"There is no role 'acount'\. Did you mean 'account'\?"):
        roles("Customer:t | Date:d | Amount:n", acount="Customer")


def test_the_users_cost_is_not_contradicted_by_a_profit_found() -> None:
    assert roles("Customer:t | Date:d | Amount:n | Profit:n | Landed:n", cost="Landed") == {
        "account": "Customer",
        "date": "Date",
        "amount": "Amount",
        "cost": "Landed",
    }


# ---------------------------------------------------------------- doubts


@pytest.mark.parametrize(
    ("columns", "key", "values"),
    [
        ("Customer No:t | Client ID:t | Date:d | Amount:n", "role:account", ("Customer No", "Client ID")),
        ("Client:t | Buyer:t | Date:d | Amount:n", "role:account", ("Client", "Buyer")),
        ("Customer:t | Date:d | Sales:n | Revenue:n", "role:amount", ("Sales", "Revenue")),
        (
            "Customer:t | Invoice date:d | Date of invoice:d | Sales:n",
            "role:date",
            ("Invoice date", "Date of invoice"),
        ),
        ("Customer:t | column 2:d | column 3:d | Sales:n", "role:date", ("column 2", "column 3")),
    ],
)
def test_two_columns_equally_plausible_for_a_required_role_are_a_doubt(
    columns: str, key: str, values: tuple[str, ...]
) -> None:
    (doubt,) = assign_roles(columns_of(columns), {}).doubts
    assert doubt.key == key
    assert tuple(choice.value for choice in doubt.choices) == values
    assert doubt.option == f"--map {key.removeprefix('role:')}={values[0]}"


def test_an_answer_settles_the_doubt() -> None:
    columns = columns_of("Customer:t | Date:d | Sales:n | Revenue:n")
    assert assign_roles(columns, {"amount": "Revenue"}).doubts == ()


@pytest.mark.parametrize(
    ("columns", "note"),
    [
        (
            "Client:t | Order date:d | Invoice date:d | Amount:n",
            "'Invoice date' is used as date; 'Order date' would also",
        ),
        (
            "Client:t | Date:d | Total incl. VAT:n",
            "'Total incl. VAT' is used as amount although it includes tax",
        ),
        (
            "Client:t | Due date:d | Amount:n",
            "'Due date' is used as date although it is not the date of the sale",
        ),
        (
            "Client:t | Date:d | SKU:t | Invoice total:n",
            "'Invoice total' may be the total of a whole document",
        ),
        ("Client:t | Date:t | Amount:n", "'Date' is named like date, but its values are no dates"),
        ("Client:t | Date:d | Amount:t", "'Amount' is named like amount, but its values are no numbers"),
        ("Client:t | Date:d | Amount:n | Discount:p", "'Discount' is taken as a discount in per cent"),
    ],
)
def test_what_was_assumed_is_said(columns: str, note: str) -> None:
    notes = assign_roles(columns_of(columns), {}).notes
    assert len(notes) == 1
    assert notes[0].startswith(note)


# ---------------------------------------------------------------- values decide


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        # a discount is a rate, per cent or an amount
        ("Client:t | Date:d | Amount:n | Discount:r", {"discount": "Discount"}),
        ("Client:t | Date:d | Amount:n | Discount:p", {"discount": "Discount"}),
        ("Client:t | Date:d | Amount:n | Discount:n", {"discount_amount": "Discount"}),
        # a margin in per cent is nothing
        ("Client:t | Date:d | Amount:n | Margin:%", {}),
        ("Client:t | Date:d | Amount:n | Margin:r", {}),
        ("Client:t | Date:d | Amount:n | Margin:n", {"profit": "Margin"}),
        # a currency that is a number is a key
        ("Client:t | Date:d | Amount:n | Currency:i", {}),
        ("Client:t | Date:d | Amount:n | Currency:c", {"currency": "Currency"}),
        # kinds need known values; a status is never one
        ("Client:t | Date:d | Amount:n | Type:t", {}),
        ("Client:t | Date:d | Amount:n | Type:k", {"kind": "Type"}),
        ("Client:t | Date:d | Amount:n | Status:k", {}),
        # groups of products and segments of customers are no parents
        ("Client:t | Date:d | Amount:n | Product group:t", {"category": "Product group"}),
        ("Client:t | Date:d | Amount:n | Customer segment:t", {}),
        ("Client:t | Date:d | Amount:n | Customer type:t", {}),
        # balances, taxes, freight, budgets are no amounts
        ("Client:t | Date:d | Amount:n | Balance:n", {}),
        ("Client:t | Date:d | Amount:n | Tax amount:n", {}),
        ("Client:t | Date:d | Amount:n | Freight amount:n", {}),
        ("Client:t | Date:d | Amount:n | Budget amount:n", {}),
        # empty columns play nothing
        ("Client:t | Date:d | Amount:n | Salesperson:e", {}),
        # a date as yyyymmdd is a date, a smaller number is not
        ("Client:t | Amount:n | Date:y", {"date": "Date"}),
        ("Client:t | Amount:n | Date:q", {}),
    ],
)
def test_values_decide_where_names_do_not(columns: str, expected: dict[str, str]) -> None:
    found = roles(columns)
    plain = {"account": "Client", "amount": "Amount"} | ({"date": "Date"} if "Date:d" in columns else {})
    assert found == plain | expected


def test_quantity_and_price_stand_for_an_amount() -> None:
    found = assign_roles(columns_of("Client:t | Date:d | Qty:q | Price:u"), {})
    assert found.missing == ()
    assert assign_roles(columns_of("Client:t | Date:d | Price:u"), {}).missing == ("amount",)


def test_a_bare_cost_below_every_price_is_the_cost_of_a_unit() -> None:
    assert roles("Client:t | Date:d | Amount:n | Unit price:u | Cost:u") == {
        "account": "Client",
        "date": "Date",
        "amount": "Amount",
        "unit_price": "Unit price",
        "unit_cost": "Cost",
    }


# ---------------------------------------------------------------- without names


def test_without_a_header_only_what_is_certain_is_taken() -> None:
    found = assign_roles(columns_of("column 1:t | column 2:d | column 3:q | column 4:n"), {})
    assert found.mapping == {"account": "column 1", "date": "column 2"}
    assert found.missing == ("amount",)


def test_without_a_header_two_texts_leave_the_account_open() -> None:
    found = assign_roles(columns_of("column 1:t | column 2:t | column 3:d | column 4:n"), {})
    assert found.mapping == {"date": "column 3", "amount": "column 4"}
    assert found.missing == ("account",)


def test_no_columns_at_all() -> None:
    assert assign_roles([], {}).missing == ("account", "date", "amount")


# ---------------------------------------------------------------- fingerprints of headers


def test_a_header_is_found_again_in_another_order_and_case() -> None:
    assert shape_of(["Customer No", "Date", "Amount"]) == shape_of(["\ufeffAMOUNT ", "date", "customer_no"])


@pytest.mark.parametrize(
    "other", [["Date", "Amount"], ["Date", "Amount", "Buyer"], ["DateAmount", "Customer"], []]
)
def test_another_header_is_another_shape(other: list[str]) -> None:
    assert shape_of(["Customer", "Date", "Amount"]) != shape_of(other)
