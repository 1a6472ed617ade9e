"""What a role of a column is called inside a sentence."""

from __future__ import annotations

from kamerton.said import Said

ROLE_WORDS = {
    "account": Said("account"),
    "account_name": Said("account name"),
    "group": Said("group"),
    "date": Said("date"),
    "document": Said("document"),
    "line": Said("line"),
    "product": Said("product"),
    "product_name": Said("product name"),
    "category": Said("category"),
    "quantity": Said("quantity"),
    "amount": Said("amount"),
    "unit_price": Said("unit price"),
    "discount": Said("discount"),
    "discount_amount": Said("discount amount"),
    "cost": Said("cost"),
    "unit_cost": Said("unit cost"),
    "profit": Said("profit"),
    "seller": Said("seller"),
    "currency": Said("currency"),
    "kind": Said("kind"),
}
