"""The shape of a ledger line: the one table that every figure is computed from.

The columns are named after the roles of a sales export. All of them are always there; a role that an
export does not have is a typed NULL, so no expression has to ask.
"""

from __future__ import annotations

from types import MappingProxyType

#: Money keeps six decimals inside the ledger (a line price times a rate) and is rounded to the cent
#: only when a figure leaves: AMOUNT_LIMIT is the first amount that a DECIMAL(18, 6) cannot hold.
AMOUNT_LIMIT = 10**12

#: Column -> DuckDB type, in storage order.
COLUMNS = MappingProxyType(
    {
        "account": "VARCHAR",  # NULL: a row without an account, counted and valued apart
        "account_name": "VARCHAR",
        "group": "VARCHAR",
        "date": "DATE",  # never NULL
        "document": "VARCHAR",
        "line": "VARCHAR",
        "product": "VARCHAR",
        "product_name": "VARCHAR",
        "category": "VARCHAR",
        "quantity": "DECIMAL(18, 6)",
        "amount": "DECIMAL(18, 6)",  # net of tax and discounts, company currency, negative for returns; never NULL
        "cost": "DECIMAL(18, 6)",  # company currency, signed like amount; NULL where not recorded
        "seller": "VARCHAR",
        "currency": "VARCHAR",  # ISO 4217 of the line as it came; NULL: the company's
        "original_amount": "DECIMAL(18, 6)",  # in `currency`; equals amount where nothing was converted
        "kind": "VARCHAR",  # sale | return | cancellation; never NULL
        "fingerprint": "BIGINT",  # hash of the whole source row: finds exact duplicates
    }
)

#: The roles that a column of an export can have, in the order in which a form offers them.
ROLES = (
    "account",
    "account_name",
    "group",
    "date",
    "document",
    "line",
    "product",
    "product_name",
    "category",
    "quantity",
    "amount",
    "unit_price",
    "discount",
    "discount_amount",
    "cost",
    "unit_cost",
    "profit",
    "seller",
    "currency",
    "kind",
)
