"""What a header must and must not speak of to mean a role, and how surely it then does."""

from __future__ import annotations

from dataclasses import dataclass

_SETS = {
    "@measure": "QTY PRICE COST PROFIT DISCOUNT TAX PCT CURRENCY BALANCE TARGET RATE MARKUP GROSS"
    " SUBTOTAL EXTENDED",
    "@party": "PARTY RECIPIENT PAYER RESELLER",
    "@product": "PRODUCT SKU ITEM CATEGORY",
    "@paper": "INVOICE ORDER DOC LINE DATE TYPE",
    "@no_party": "@measure @product @paper SELLER VALUE TOTAL SALES TAXID GROUP PARENT PERIOD LATE",
    "@no_product": "@measure @paper VALUE TOTAL SALES SELLER CATEGORY GROUP SUB PERIOD NET",
    "@no_paper": "@measure BILLTO SELLTO DATE TYPE VALUE TOTAL LINE ITEM PRODUCT SKU SELLER NET NAME DESC CATEGORY"
    " GROUP PERIOD",
    "@no_money": "DATE ID NUM NAME TYPE DESC CURRENCY BALANCE TARGET RATE SELLER PERIOD SKU CATEGORY GROUP"
    " TAXID PARENT LATE SHIP",
    "@no_amount": "@no_money COST PROFIT DISCOUNT QTY PRICE UNIT PCT TAX MARKUP GROSS PURCHASE STANDARD LIST",
    "@no_date": "@measure VALUE TOTAL NAME TYPE PERIOD -BALANCE",
}

#: role, how surely, concepts that a header must have | concepts that it must not have (-X: X may be there).
_TABLE = """
    account 1 PARTY+ID | @no_party SHIP NAME DESC
    account 0.98 PARTY+SELLTO | @no_party NAME DESC -SALES
    account 0.95 PARTY+ACCOUNT | @no_party NAME SHIP
    account 0.92 PARTY+BILLTO | @no_party NAME DESC
    account 0.96 SELLTO+ID | @no_party NAME DESC SHIP
    account 0.91 BILLTO+ID | @no_party NAME DESC SHIP
    account 0.9 PARTY | @no_party SHIP NAME DESC
    account 0.9 RESELLER+ID | @no_party NAME DESC
    account 0.86 PARTNER+ID | @no_party NAME
    account 0.84 ACCOUNT+ID | @no_party NAME
    account 0.8 RECIPIENT | @no_party NAME
    account 0.78 PARTNER | @no_party NAME
    account 0.78 RESELLER | @no_party NAME
    account 0.76 ACCOUNT | @no_party NAME
    account 0.7 PAYER | @no_party NAME
    account 0.85 SELLTO | @no_party NAME DESC SHIP BILLTO
    account 0.75 PARTY+INVOICE | @no_party -INVOICE NAME DESC SHIP ID
    account 0.7 COMPANY | @no_party ID
    account 0.6 PARTY+SHIP | @no_party NAME DESC
    account 0.58 TAXID | @no_party -TAXID -TAX
    account 0.56 NAME | @no_party PARTNER ACCOUNT COMPANY SHIP ID NUM @party
    account_name 1 PARTY+NAME | @no_party SHIP ID
    account_name 0.97 PARTY+DESC | @no_party SHIP ID
    account_name 0.95 RESELLER+NAME | @no_party
    account_name 0.93 PARTNER+NAME | @no_party
    account_name 0.93 ACCOUNT+NAME | @no_party
    account_name 0.92 SELLTO+NAME | @no_party SHIP ID
    account_name 0.91 BILLTO+NAME | @no_party SHIP ID
    account_name 0.9 COMPANY+NAME | @no_party
    account_name 0.85 RECIPIENT+NAME | @no_party
    account_name 0.8 PAYER+NAME | @no_party
    account_name 0.66 PARTY | @no_party SHIP ID
    account_name 0.65 COMPANY | @no_party ID
    account_name 0.6 PARTNER | @no_party ID
    account_name 0.58 ACCOUNT | @no_party ID
    group 1 PARENT+PARTY | @measure @paper @product VALUE SALES
    group 0.97 PARENT | @measure @paper @product VALUE SALES
    group 0.8 COMPANY+GROUP | @measure @paper @product VALUE SALES SELLER
    group 0.7 GROUP | @no_party @party SUB PARTNER ACCOUNT UNIT -GROUP
    date 1 INVOICE+DATE | @no_date SHIP LATE
    date 0.99 ISSUE+DATE | @no_date SHIP LATE
    date 0.985 SALES+DATE | @no_date SHIP LATE
    date 0.98 DOC+DATE | @no_date SHIP LATE
    date 0.96 POSTING+DATE | @no_date SHIP LATE
    date 0.95 ORDER+DATE | @no_date SHIP LATE
    date 0.93 DATE | @no_date SHIP LATE
    date 0.62 PERIOD | @no_date SHIP LATE SALES QTY -PERIOD
    date 0.45 DATE+SHIP | @no_date LATE
    date 0.35 DATE+LATE | @no_date
    document 0.98 INVOICE+ID | @no_paper @party
    document 0.96 DOC+ID | @no_paper @party
    document 0.94 ORDER+ID | @no_paper @party
    document 0.88 INVOICE | @no_paper @party
    document 0.85 DOC | @no_paper @party
    document 0.8 ORDER | @no_paper @party
    document 0.64 SALES+ID | @no_paper @party
    document 0.6 ORDER+PARTY+ID | @no_paper
    document 0.6 NUM | @no_paper @party PARTNER ACCOUNT COMPANY UNIT TAXID PURCHASE SHIP
    line 0.98 LINE+ID | @measure @party DATE VALUE TOTAL TYPE NAME DESC PRODUCT SKU
    line 0.95 INVOICE+ITEM | @measure @party DATE VALUE TOTAL TYPE NAME DESC
    line 0.95 ORDER+ITEM | @measure @party DATE VALUE TOTAL TYPE NAME DESC
    line 0.95 DOC+ITEM | @measure @party DATE VALUE TOTAL TYPE NAME DESC
    line 0.85 LINE | @measure @party DATE VALUE TOTAL TYPE NAME DESC PRODUCT SKU
    product 1 PRODUCT+ID | @no_product @party NAME DESC PARTY
    product 0.99 ITEM+ID | @no_product @party NAME DESC
    product 0.95 SKU | @no_product @party NAME DESC
    product 0.85 ITEM | @no_product @party NAME DESC
    product 0.84 PRODUCT | @no_product @party NAME DESC
    product_name 1 PRODUCT+NAME | @no_product @party ID NUM
    product_name 0.99 ITEM+NAME | @no_product @party ID NUM
    product_name 0.98 PRODUCT+DESC | @no_product @party ID NUM
    product_name 0.97 ITEM+DESC | @no_product @party ID NUM
    product_name 0.66 DESC | @no_product @party ID NUM COMPANY ACCOUNT PARTNER
    product_name 0.62 PRODUCT | @no_product @party ID NUM SKU
    product_name 0.61 ITEM | @no_product @party ID NUM SKU
    category 0.96 PRODUCT+CATEGORY | @measure @party SUB
    category 0.95 CATEGORY | @measure @party @paper SUB ACCOUNT PARTNER SELLER
    category 0.94 PRODUCT+GROUP | @measure @party SUB
    category 0.94 ITEM+GROUP | @measure @party SUB
    category 0.85 PRODUCT+LINE | @measure @party ID NUM ORDER INVOICE DOC
    category 0.75 PRODUCT+TYPE | @measure @party
    category 0.75 ITEM+TYPE | @measure @party
    category 0.65 SUB+CATEGORY | @measure @party
    category 0.6 SUB | @measure @party TOTAL VALUE
    quantity 0.97 QTY+INVOICE | PRICE COST PROFIT DISCOUNT TAX PCT BALANCE TARGET DATE PARTY VALUE
    quantity 0.95 QTY | PRICE COST PROFIT DISCOUNT TAX PCT BALANCE TARGET DATE VALUE UNIT SHIP
    quantity 0.88 QTY+UNIT | PRICE COST PROFIT DISCOUNT TAX PCT BALANCE TARGET DATE VALUE
    quantity 0.85 QTY+SHIP | PRICE COST PROFIT DISCOUNT TAX PCT BALANCE TARGET DATE VALUE
    amount 1 NET+VALUE | @no_amount
    amount 1 NET+SALES | @no_amount
    amount 0.97 NET+TOTAL | @no_amount
    amount 0.95 SALES+VALUE | @no_amount
    amount 0.93 SALES | @no_amount ORDER DOC INVOICE GROUP UNIT
    amount 0.93 LINE+TOTAL | @no_amount
    amount 0.92 LINE+VALUE | @no_amount
    amount 0.9 SUBTOTAL | @no_amount
    amount 0.9 EXTENDED+PRICE | @no_amount -PRICE
    amount 0.88 EXTENDED+VALUE | @no_amount
    amount 0.88 NET | @no_amount
    amount 0.86 VALUE | @no_amount ORDER INVOICE DOC
    amount 0.82 TOTAL+PRICE | @no_amount -PRICE
    amount 0.8 INVOICE+VALUE | @no_amount
    amount 0.78 DOC+VALUE | @no_amount
    amount 0.77 TOTAL | @no_amount ORDER INVOICE DOC
    amount 0.76 ORDER+VALUE | @no_amount
    amount 0.7 INVOICE+TOTAL | @no_amount
    amount 0.68 DOC+TOTAL | @no_amount
    amount 0.66 ORDER+TOTAL | @no_amount
    amount 0.45 GROSS+VALUE | @no_amount -GROSS
    amount 0.45 GROSS+SALES | @no_amount -GROSS
    amount 0.43 GROSS+TOTAL | @no_amount -GROSS
    amount 0.42 GROSS | @no_amount -GROSS
    unit_price 1 UNIT+PRICE | @no_money COST PROFIT DISCOUNT PCT TAX GROSS PURCHASE LIST QTY TOTAL
    unit_price 0.93 NET+PRICE | @no_money COST PROFIT DISCOUNT PCT TAX GROSS PURCHASE TOTAL EXTENDED
    unit_price 0.92 SALES+PRICE | @no_money COST PROFIT DISCOUNT PCT TAX GROSS PURCHASE TOTAL EXTENDED
    unit_price 0.87 PRICE | BOUGHT @no_money COST PROFIT DISCOUNT PCT TAX GROSS PURCHASE LIST TOTAL EXTENDED
    unit_price 0.45 GROSS+PRICE | @no_money COST PROFIT DISCOUNT PCT PURCHASE TOTAL EXTENDED
    discount 1 DISCOUNT+PCT | DATE ID NAME PARTY CATEGORY GROUP VALUE TYPE
    discount 0.97 DISCOUNT+RATE | DATE ID NAME PARTY CATEGORY GROUP VALUE TYPE
    discount 0.86 DISCOUNT | DATE ID NAME PARTY CATEGORY GROUP VALUE TYPE TOTAL CURRENCY DESC NUM
    discount_amount 1 DISCOUNT+VALUE | DATE ID NAME PARTY CATEGORY GROUP TYPE PCT RATE TAX
    discount_amount 0.95 DISCOUNT+TOTAL | DATE ID NAME PARTY CATEGORY GROUP TYPE PCT RATE TAX
    discount_amount 0.85 DISCOUNT | DATE ID NAME PARTY CATEGORY GROUP TYPE PCT RATE TAX DESC NUM
    cost 0.98 COST+TOTAL | @no_money PROFIT DISCOUNT PCT TAX PRICE UNIT
    cost 0.97 COST+SALES | @no_money PROFIT DISCOUNT PCT TAX PRICE UNIT
    cost 0.96 COST+VALUE | @no_money PROFIT DISCOUNT PCT TAX PRICE UNIT
    cost 0.95 PURCHASE+VALUE | @no_money PROFIT DISCOUNT PCT TAX PRICE UNIT ORDER GROSS
    cost 0.9 COST | @no_money PROFIT DISCOUNT PCT TAX PRICE UNIT STANDARD
    unit_cost 1 COST+UNIT | @no_money PROFIT DISCOUNT PCT TAX TOTAL
    unit_cost 0.98 COST+PRICE | @no_money PROFIT DISCOUNT PCT TAX TOTAL EXTENDED
    unit_cost 0.9 BOUGHT+PRICE | @no_money PROFIT DISCOUNT PCT TAX TOTAL EXTENDED
    unit_cost 0.97 PURCHASE+PRICE | @no_money PROFIT DISCOUNT PCT TAX TOTAL EXTENDED
    unit_cost 0.93 STANDARD+COST | @no_money PROFIT DISCOUNT PCT TAX TOTAL EXTENDED
    profit 0.97 PROFIT+VALUE | @no_money DISCOUNT PCT TAX UNIT MARKUP
    profit 0.95 PROFIT | @no_money DISCOUNT PCT TAX UNIT MARKUP QTY
    seller 1 SELLER+NAME | @measure @paper @product VALUE TOTAL
    seller 0.97 SELLER | @measure @paper @product VALUE TOTAL ID NUM GROUP
    seller 0.9 SELLER+ID | @measure @paper @product VALUE TOTAL GROUP NAME
    currency 0.97 CURRENCY | @measure VALUE TOTAL DATE NAME SALES -CURRENCY
    currency 0.8 CURRENCY+NAME | @measure VALUE TOTAL DATE SALES -CURRENCY
    kind 1 DOC+TYPE | @measure @party @product DATE SELLER
    kind 1 INVOICE+TYPE | @measure @party @product DATE SELLER
    kind 0.95 SALES+TYPE | @measure @party @product DATE SELLER
    kind 0.95 ORDER+TYPE | @measure @party @product DATE SELLER
    kind 0.9 TYPE | @measure @party @product DATE SELLER ACCOUNT PARTNER COMPANY UNIT PRICE
"""


@dataclass(frozen=True)
class Rule:
    role: str
    sure: float
    needs: frozenset[str]
    bans: frozenset[str]


def _concepts(text: str) -> frozenset[str]:
    """Named sets opened, then everything with a minus taken out."""
    found: set[str] = set()
    taken: set[str] = set()
    for part in text.split():
        if part.startswith("-"):
            taken.add(part[1:])
        else:
            found |= _concepts(_SETS[part]) if part in _SETS else {part}
    return frozenset(found - taken)


def _rule(line: str) -> Rule:
    wanted, _, bans = line.partition("|")
    role, sure, needs = wanted.split()
    return Rule(role, float(sure), frozenset(needs.split("+")), _concepts(bans))


RULES = tuple(_rule(line) for line in _TABLE.strip().splitlines())
