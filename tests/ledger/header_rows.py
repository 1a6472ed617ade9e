"""Header rows as real tools write them, and the roles that a person would give their columns.

`columns` is "name:code | name:code": t text, i whole number, l line number, n money, u unit price, q quantity,
r share of one, p per cent, % per cent with the sign, d date, y yyyymmdd as a number, c currency, k document kind,
s state, e empty, # a counter of the file's rows. `roles` is "role=name | role=name".
"""

from __future__ import annotations

from kamerton.ledger.read.roles import ColumnProfile

PROFILES = {
    "t": {"kind": "text", "distinct_share": 0.2, "mean_length": 14.0, "samples": ("Alder and Sons", "Birch")},
    "i": {"kind": "number", "distinct_share": 0.2, "integer_share": 1.0, "mean_length": 5.0, "min_value": 100, "max_value": 90_000, "samples": ("10107", "10121")},
    "l": {"kind": "number", "distinct_share": 0.001, "integer_share": 1.0, "mean_length": 1.2, "min_value": 1, "max_value": 18, "samples": ("1", "2")},
    "n": {"kind": "number", "distinct_share": 0.8, "integer_share": 0.05, "mean_length": 7.0, "negative_share": 0.02, "min_value": -500.0, "max_value": 9_000.0, "samples": ("2871", "2765.9")},
    "u": {"kind": "number", "distinct_share": 0.1, "integer_share": 0.1, "mean_length": 5.0, "min_value": 0.5, "max_value": 900.0, "samples": ("95.7", "81.35")},
    "q": {"kind": "number", "distinct_share": 0.01, "integer_share": 1.0, "mean_length": 2.0, "min_value": -2, "max_value": 97, "samples": ("30", "34")},
    "r": {"kind": "number", "distinct_share": 0.001, "integer_share": 0.6, "mean_length": 3.0, "min_value": 0.0, "max_value": 0.8, "samples": ("0", "0.2")},
    "p": {"kind": "number", "distinct_share": 0.001, "integer_share": 0.9, "mean_length": 2.0, "min_value": 0.0, "max_value": 60.0, "samples": ("10", "15")},
    "%": {"kind": "number", "distinct_share": 0.1, "integer_share": 0.1, "mean_length": 5.0, "min_value": -10.0, "max_value": 60.0, "samples": ("10.5%", "15%")},
    "d": {"kind": "date", "distinct_share": 0.05, "mean_length": 10.0, "samples": ("2024-02-01", "2024-02-02")},
    "y": {"kind": "number", "distinct_share": 0.05, "integer_share": 1.0, "mean_length": 8.0, "min_value": 20_190_101, "max_value": 20_241_231, "samples": ("20240201",)},
    "c": {"kind": "text", "distinct_share": 0.001, "mean_length": 3.0, "samples": ("EUR", "PLN")},
    "k": {"kind": "text", "distinct_share": 0.001, "mean_length": 8.0, "samples": ("Invoice", "Nota di credito", "Korekta", "Возврат товаров")},
    "s": {"kind": "text", "distinct_share": 0.001, "mean_length": 7.0, "samples": ("Shipped", "Cancelled", "In process")},
    "e": {"kind": "empty", "blank_share": 1.0},
    "#": {"kind": "number", "distinct_share": 1.0, "integer_share": 1.0, "mean_length": 4.0, "min_value": 1, "max_value": 9_994, "samples": ("1", "2")},
}  # fmt: skip


def profile(name: str, code: str) -> ColumnProfile:
    return ColumnProfile(name=name, **PROFILES[code])


def columns_of(text: str) -> list[ColumnProfile]:
    pairs = [part.strip().rsplit(":", 1) for part in text.split(" | ")]
    return [profile(name, code) for name, code in pairs]


def roles_of(text: str) -> dict[str, str]:
    return dict(part.strip().split("=", 1) for part in text.split(" | "))


#: Where it comes from -> (columns, roles).
ROWS = {
    "superstore": (
        (
            "Row ID:# | Order ID:t | Order Date:d | Ship Date:d | Ship Mode:t | Customer ID:t | Customer Name:t | Segment:t"
            " | Country:t | City:t | State:t | Postal Code:i | Region:t | Product ID:t | Category:t | Sub-Category:t"
            " | Product Name:t | Sales:n | Quantity:q | Discount:r | Profit:n"
        ),
        (
            "account=Customer ID | account_name=Customer Name | date=Order Date | document=Order ID | product=Product ID"
            " | product_name=Product Name | category=Category | quantity=Quantity | amount=Sales | discount=Discount"
            " | profit=Profit"
        ),
    ),
    "sales_data_sample": (
        (
            "ORDERNUMBER:i | QUANTITYORDERED:q | PRICEEACH:u | ORDERLINENUMBER:l | SALES:n | ORDERDATE:d | STATUS:s | QTR_ID:l"
            " | MONTH_ID:l | YEAR_ID:i | PRODUCTLINE:t | MSRP:i | PRODUCTCODE:t | CUSTOMERNAME:t | PHONE:t | ADDRESSLINE1:t"
            " | CITY:t | STATE:t | POSTALCODE:t | COUNTRY:t | TERRITORY:t | CONTACTLASTNAME:t | CONTACTFIRSTNAME:t | DEALSIZE:t"
        ),
        (
            "account=CUSTOMERNAME | date=ORDERDATE | document=ORDERNUMBER | line=ORDERLINENUMBER | product=PRODUCTCODE"
            " | category=PRODUCTLINE | quantity=QUANTITYORDERED | amount=SALES | unit_price=PRICEEACH"
        ),
    ),
    "online retail": (
        "InvoiceNo:t | StockCode:t | Description:t | Quantity:q | InvoiceDate:d | UnitPrice:u | CustomerID:i | Country:t",
        (
            "account=CustomerID | date=InvoiceDate | document=InvoiceNo | product=StockCode | product_name=Description"
            " | quantity=Quantity | unit_price=UnitPrice"
        ),
    ),
    "online retail II": (
        "Invoice:t | StockCode:t | Description:t | Quantity:q | InvoiceDate:d | Price:u | Customer ID:i | Country:t",
        (
            "account=Customer ID | date=InvoiceDate | document=Invoice | product=StockCode | product_name=Description"
            " | quantity=Quantity | unit_price=Price"
        ),
    ),
    "northwind joined": (
        (
            "OrderID:i | CustomerID:t | CompanyName:t | EmployeeID:l | OrderDate:d | RequiredDate:d | ShippedDate:d | ShipVia:l"
            " | Freight:n | ShipName:t | ShipCity:t | ProductID:i | UnitPrice:u | Quantity:q | Discount:r"
        ),
        (
            "account=CustomerID | account_name=CompanyName | date=OrderDate | document=OrderID | product=ProductID"
            " | quantity=Quantity | unit_price=UnitPrice | discount=Discount | seller=EmployeeID"
        ),
    ),
    "northwind invoices view": (
        (
            "ShipName:t | ShipAddress:t | CustomerID:t | CustomerName:t | Salesperson:t | OrderID:i | OrderDate:d"
            " | ShippedDate:d | ShipperName:t | ProductID:i | ProductName:t | UnitPrice:u | Quantity:q | Discount:r"
            " | ExtendedPrice:n | Freight:n"
        ),
        (
            "account=CustomerID | account_name=CustomerName | date=OrderDate | document=OrderID | product=ProductID"
            " | product_name=ProductName | quantity=Quantity | amount=ExtendedPrice | unit_price=UnitPrice | discount=Discount"
            " | seller=Salesperson"
        ),
    ),
    "adventureworks reseller sales": (
        (
            "ProductKey:i | OrderDateKey:y | DueDateKey:y | ShipDateKey:y | ResellerKey:i | EmployeeKey:i | PromotionKey:i"
            " | CurrencyKey:i | SalesTerritoryKey:i | SalesOrderNumber:t | SalesOrderLineNumber:l | RevisionNumber:l"
            " | OrderQuantity:q | UnitPrice:u | ExtendedAmount:n | UnitPriceDiscountPct:r | DiscountAmount:n"
            " | ProductStandardCost:u | TotalProductCost:n | SalesAmount:n | TaxAmt:n | Freight:n | CarrierTrackingNumber:t"
            " | CustomerPONumber:t | OrderDate:d | DueDate:d | ShipDate:d"
        ),
        (
            "account=ResellerKey | date=OrderDate | document=SalesOrderNumber | line=SalesOrderLineNumber | product=ProductKey"
            " | quantity=OrderQuantity | amount=SalesAmount | unit_price=UnitPrice | discount=UnitPriceDiscountPct"
            " | discount_amount=DiscountAmount | cost=TotalProductCost | unit_cost=ProductStandardCost | seller=EmployeeKey"
        ),
    ),
    "classicmodels joined": (
        (
            "orderNumber:i | orderDate:d | requiredDate:d | shippedDate:d | status:s | customerNumber:i | customerName:t"
            " | salesRepEmployeeNumber:i | productCode:t | productName:t | productLine:t | quantityOrdered:q | priceEach:u"
            " | buyPrice:u | orderLineNumber:l"
        ),
        (
            "account=customerNumber | account_name=customerName | date=orderDate | document=orderNumber | line=orderLineNumber"
            " | product=productCode | product_name=productName | category=productLine | quantity=quantityOrdered"
            " | unit_price=priceEach | unit_cost=buyPrice | seller=salesRepEmployeeNumber"
        ),
    ),
    "cdnow": (
        "customer_id:t | date:y | number_of_cds:q | dollar_value:n",
        "account=customer_id | date=date | amount=dollar_value",
    ),
    "sap billing, technical": (
        (
            "VBELN:t | POSNR:l | FKDAT:d | FKART:k | KUNAG:t | NAME1:t | MATNR:t | ARKTX:t | MATKL:t | FKIMG:q | NETWR:n"
            " | WAVWR:n | WAERK:c | VRTNR:t | MWSBP:n"
        ),
        (
            "account=KUNAG | account_name=NAME1 | date=FKDAT | document=VBELN | line=POSNR | product=MATNR | product_name=ARKTX"
            " | category=MATKL | quantity=FKIMG | amount=NETWR | cost=WAVWR | seller=VRTNR | currency=WAERK | kind=FKART"
        ),
    ),
    "sap billing, words": (
        (
            "Billing Document:t | Billing Item:l | Billing Date:d | Sold-to party:t | Name of sold-to party:t | Ship-to party:t"
            " | Payer:t | Material:t | Material Description:t | Material Group:t | Billed Quantity:q | Net Value:n"
            " | Document Currency:c | Tax Amount:n | Cost:n | Sales Organization:t | Plant:t"
        ),
        (
            "account=Sold-to party | account_name=Name of sold-to party | date=Billing Date | document=Billing Document"
            " | line=Billing Item | product=Material | product_name=Material Description | category=Material Group"
            " | quantity=Billed Quantity | amount=Net Value | cost=Cost | currency=Document Currency"
        ),
    ),
    "sap german": (
        (
            "Faktura:t | Position:l | Fakturadatum:d | Auftraggeber:t | Name Auftraggeber:t | Material:t | Bezeichnung:t"
            " | Warengruppe:t | Fakturierte Menge:q | Nettowert:n | Währung:c | Verrechnungswert:n | Vertriebsbeauftragter:t"
        ),
        (
            "account=Auftraggeber | account_name=Name Auftraggeber | date=Fakturadatum | document=Faktura | line=Position"
            " | product=Material | product_name=Bezeichnung | category=Warengruppe | quantity=Fakturierte Menge"
            " | amount=Nettowert | seller=Vertriebsbeauftragter | currency=Währung"
        ),
    ),
    "german mid-market": (
        (
            "Kundennummer:i | Kundenname:t | Rechnungsnr.:t | Rechnungsdatum:d | Fälligkeitsdatum:d | Artikelnummer:t"
            " | Artikelbezeichnung:t | Menge:q | Einzelpreis:u | Rabatt %:p | Nettobetrag:n | MwSt:n | Bruttobetrag:n"
            " | Vertreter:t"
        ),
        (
            "account=Kundennummer | account_name=Kundenname | date=Rechnungsdatum | document=Rechnungsnr."
            " | product=Artikelnummer | product_name=Artikelbezeichnung | quantity=Menge | amount=Nettobetrag"
            " | unit_price=Einzelpreis | discount=Rabatt % | seller=Vertreter"
        ),
    ),
    "navision posted lines": (
        (
            "Document No.:t | Line No.:l | Sell-to Customer No.:t | Bill-to Customer No.:t | Posting Date:d | Shipment Date:d"
            " | No.:t | Description:t | Quantity:q | Unit Price:u | Unit Cost (LCY):u | Line Discount %:p"
            " | Line Discount Amount:n | Amount:n | Amount Including VAT:n | Item Category Code:t | Salesperson Code:t"
        ),
        (
            "account=Sell-to Customer No. | date=Posting Date | document=Document No. | line=Line No."
            " | product_name=Description | quantity=Quantity | amount=Amount | unit_price=Unit Price | unit_cost=Unit Cost (LCY)"
            " | discount=Line Discount % | discount_amount=Line Discount Amount | category=Item Category Code"
            " | seller=Salesperson Code"
        ),
    ),
    "dynamics ax": (
        (
            "Customer account:t | Customer name:t | Invoice account:t | Invoice:t | Invoice date:d | Due date:d"
            " | Sales order:t | Item number:t | Item name:t | Item group:t | Quantity:q | Unit price:u | Amount:n | Currency:c"
            " | Sales taker:t"
        ),
        (
            "account=Customer account | account_name=Customer name | date=Invoice date | document=Invoice"
            " | product=Item number | product_name=Item name | category=Item group | quantity=Quantity | amount=Amount"
            " | unit_price=Unit price | currency=Currency"
        ),
    ),
    "odoo sales analysis": (
        (
            "Order Reference:t | Order Date:d | Customer:t | Salesperson:t | Sales Team:t | Product:t | Product Category:t"
            " | Qty Ordered:q | Qty Delivered:q | Qty Invoiced:q | Untaxed Total:n | Total:n | Margin:n | Currency:c"
            " | Status:s"
        ),
        (
            "account=Customer | date=Order Date | document=Order Reference | product=Product | category=Product Category"
            " | quantity=Qty Invoiced | amount=Untaxed Total | profit=Margin | seller=Salesperson | currency=Currency"
        ),
    ),
    "quickbooks online detail": (
        (
            "Customer full name:t | Transaction date:d | Transaction type:k | Num:t | Product/Service full name:t"
            " | Memo/Description:t | Quantity:q | Sales price:u | Amount:n | Balance:n"
        ),
        (
            "account=Customer full name | date=Transaction date | document=Num | product=Product/Service full name"
            " | quantity=Quantity | amount=Amount | unit_price=Sales price | kind=Transaction type"
        ),
    ),
    "quickbooks desktop": (
        "Type:k | Date:d | Num:i | Memo:t | Name:t | Item:t | Qty:q | Sales Price:u | Amount:n | Balance:n",
        (
            "account=Name | date=Date | document=Num | product=Item | quantity=Qty | amount=Amount | unit_price=Sales Price"
            " | kind=Type"
        ),
    ),
    "sap business one": (
        (
            "DocNum:i | DocDate:d | DocDueDate:d | CardCode:t | CardName:t | LineNum:l | ItemCode:t | Dscription:t | Quantity:q"
            " | Price:u | DiscPrcnt:p | LineTotal:n | VatSum:n | GrssProfit:n | SlpName:t | DocCur:c"
        ),
        (
            "account=CardCode | account_name=CardName | date=DocDate | document=DocNum | line=LineNum | product=ItemCode"
            " | product_name=Dscription | quantity=Quantity | amount=LineTotal | unit_price=Price | seller=SlpName"
            " | currency=DocCur | discount=DiscPrcnt | profit=GrssProfit"
        ),
    ),
    "sage style": (
        (
            "Customer Code:t | Customer Name:t | Invoice Number:t | Invoice Date:d | Stock Code:t | Stock Description:t"
            " | Qty:q | Net Amount:n | VAT Amount:n | Gross Amount:n | Cost of Sales:n | Sales Rep:t | Head Office:t"
        ),
        (
            "account=Customer Code | account_name=Customer Name | group=Head Office | date=Invoice Date"
            " | document=Invoice Number | product=Stock Code | product_name=Stock Description | quantity=Qty"
            " | amount=Net Amount | cost=Cost of Sales | seller=Sales Rep"
        ),
    ),
    "netsuite saved search": (
        (
            "Internal ID:i | Document Number:t | Type:k | Date:d | Customer:t | Top Parent:t | Item:t | Quantity:q"
            " | Amount (Net of Tax):n | Amount (Gross):n | Sales Rep:t | Currency:c"
        ),
        (
            "account=Customer | group=Top Parent | date=Date | document=Document Number | product=Item | quantity=Quantity"
            " | amount=Amount (Net of Tax) | seller=Sales Rep | currency=Currency | kind=Type"
        ),
    ),
    "power bi": (
        (
            "Sales[Customer Key]:i | Customers[Name]:t | Sales[Order Date]:d | Sales[Order Number]:t | Products[Product Name]:t"
            " | Sales[Sales Amount]:n | Sales[Total Cost]:n | Sales[Quantity]:q"
        ),
        (
            "account=Sales[Customer Key] | account_name=Customers[Name] | date=Sales[Order Date]"
            " | document=Sales[Order Number] | product=Products[Product Name] | quantity=Sales[Quantity]"
            " | amount=Sales[Sales Amount] | cost=Sales[Total Cost]"
        ),
    ),
    "sql with aliases": (
        (
            "t1.customer_id:t | t2.customer_name:t | t1.order_id:i | t1.created_at:d | t1.order_date:d | t3.sku:t | t3.qty:q"
            " | t3.net_amount:n | t3.gross_amount:n | t1.sales_rep_id:i"
        ),
        (
            "account=t1.customer_id | account_name=t2.customer_name | date=t1.order_date | document=t1.order_id | product=t3.sku"
            " | quantity=t3.qty | amount=t3.net_amount | seller=t1.sales_rep_id"
        ),
    ),
    "misspelt": (
        "Custmer:t | Date of Invioce:d | Ammount (EUR):n | Quantitiy:q | Prodcut Code:t | Saleman:t | Discuont %:p",
        (
            "account=Custmer | date=Date of Invioce | product=Prodcut Code | quantity=Quantitiy | amount=Ammount (EUR)"
            " | discount=Discuont % | seller=Saleman"
        ),
    ),
    "spaced and marked": (
        "\ufeff Customer   No :t |  Customer  Name:t | INVOICE  DATE:d | Net sales (EUR):n | cogs_eur:n | Gross margin %:%",
        "account=\ufeff Customer   No  | account_name=Customer  Name | date=INVOICE  DATE | amount=Net sales (EUR) | cost=cogs_eur",
    ),
    "monthly summary": (
        "Client:t | Month:d | Revenue, USD:n | Budget:n | Prior year revenue:n",
        "account=Client | date=Month | amount=Revenue, USD",
    ),
    "gross only": (
        "Buyer:t | Date:d | Total incl. VAT:n | VAT:n",
        "account=Buyer | date=Date | amount=Total incl. VAT",
    ),
    "due date only": (
        "Account number:t | Account name:t | Due date:d | Line total:n | Account manager:t",
        "account=Account number | account_name=Account name | date=Due date | amount=Line total | seller=Account manager",
    ),
    # ------------------------------------------------------------ Italian
    "italian, mid-market": (
        (
            "Cod. cliente:t | Ragione sociale:t | Num. doc.:t | Data doc.:d | Riga:l | Cod. art.:t | Descrizione:t | Qta:q"
            " | Prezzo unitario:u | Sconto %:p | Imponibile:n | IVA:n | Totale:n | Agente:t | Tipo documento:k"
        ),
        (
            "account=Cod. cliente | account_name=Ragione sociale | date=Data doc. | document=Num. doc. | line=Riga"
            " | product=Cod. art. | product_name=Descrizione | quantity=Qta | amount=Imponibile | unit_price=Prezzo unitario"
            " | discount=Sconto % | seller=Agente | kind=Tipo documento"
        ),
    ),
    "italian, statistics": (
        (
            "Cliente:t | Gruppo:t | Data fattura:d | N. fattura:t | Gruppo merceologico:t | Articolo:t | Quantità:q"
            " | Fatturato netto:n | Costo del venduto:n | Margine:n | Margine %:% | Provincia:t | Zona:t"
        ),
        (
            "account=Cliente | group=Gruppo | date=Data fattura | document=N. fattura | product=Articolo"
            " | category=Gruppo merceologico | quantity=Quantità | amount=Fatturato netto | cost=Costo del venduto"
            " | profit=Margine"
        ),
    ),
    "italian, gross and net": (
        (
            "Codice cliente:t | Denominazione cliente:t | Capogruppo:t | Data registrazione:d | Data consegna:d"
            " | Numero documento:t | Importo lordo:n | Importo netto:n | Valuta:c | Causale:k | Venditore:t"
        ),
        (
            "account=Codice cliente | account_name=Denominazione cliente | group=Capogruppo | date=Data registrazione"
            " | document=Numero documento | amount=Importo netto | seller=Venditore | currency=Valuta | kind=Causale"
        ),
    ),
    "italian, short": (
        "COD_CLI:t | RAG_SOC:t | DATA_DOC:d | NUM_DOC:i | COD_ART:t | DES_ART:t | QTA:q | IMPORTO:n | COSTO_UNIT:u | FAMIGLIA:t",
        (
            "account=COD_CLI | account_name=RAG_SOC | date=DATA_DOC | document=NUM_DOC | product=COD_ART | product_name=DES_ART"
            " | category=FAMIGLIA | quantity=QTA | amount=IMPORTO | unit_cost=COSTO_UNIT"
        ),
    ),
    "italian, orders": (
        "Committente:t | Ordine n.:t | Data ordine:d | Data di scadenza:d | Valore ordine al netto di IVA:n | Commerciale:t",
        (
            "account=Committente | date=Data ordine | document=Ordine n. | amount=Valore ordine al netto di IVA"
            " | seller=Commerciale"
        ),
    ),
    "italian, misspelt": (
        "Ragione soicale:t | Data fatura:d | Importto netto:n | Quantita':q",
        "account=Ragione soicale | date=Data fatura | quantity=Quantita' | amount=Importto netto",
    ),
    # ------------------------------------------------------------ Polish
    "comarch optima": (
        (
            "Kod kontrahenta:t | Nazwa kontrahenta:t | Numer dokumentu:t | Data wystawienia:d | Data sprzedaży:d"
            " | Termin płatności:d | Kod towaru:t | Nazwa towaru:t | Grupa towarowa:t | Ilość:q | J.m.:t | Cena netto:u"
            " | Wartość netto:n | Wartość VAT:n | Wartość brutto:n | Marża:n | Marża %:% | Opiekun:t | Waluta:c"
            " | Rodzaj dokumentu:k"
        ),
        (
            "account=Kod kontrahenta | account_name=Nazwa kontrahenta | date=Data wystawienia | document=Numer dokumentu"
            " | product=Kod towaru | product_name=Nazwa towaru | category=Grupa towarowa | quantity=Ilość"
            " | amount=Wartość netto | unit_price=Cena netto | profit=Marża | seller=Opiekun | currency=Waluta"
            " | kind=Rodzaj dokumentu"
        ),
    ),
    "subiekt": (
        (
            "Lp.:# | Kontrahent:t | Nr dokumentu:t | Data sprzedaży:d | Symbol:t | Nazwa towaru:t | Ilość:q"
            " | Cena jednostkowa:u | Rabat:p | Netto:n | Brutto:n | Koszt własny:n | Zysk:n"
        ),
        (
            "account=Kontrahent | date=Data sprzedaży | document=Nr dokumentu | product=Symbol | product_name=Nazwa towaru"
            " | quantity=Ilość | unit_price=Cena jednostkowa | discount=Rabat | amount=Netto | cost=Koszt własny | profit=Zysk"
        ),
    ),
    "polish, enova": (
        (
            "Nabywca:t | NIP:t | Grupa kapitałowa:t | Numer faktury:t | Data faktury:d | Pozycja:l | Indeks:t | Opis:t"
            " | Sztuk:q | Kwota netto PLN:n | Wartość zakupu:n | Handlowiec:t | Magazyn:t"
        ),
        (
            "account=Nabywca | group=Grupa kapitałowa | date=Data faktury | document=Numer faktury | line=Pozycja"
            " | product=Indeks | product_name=Opis | quantity=Sztuk | amount=Kwota netto PLN | cost=Wartość zakupu"
            " | seller=Handlowiec"
        ),
    ),
    "polish, plain": (
        "Klient:t | Miesiąc:d | Sprzedaż netto:n | Obrót brutto:n | Kategoria produktu:t | Przedstawiciel handlowy:t",
        (
            "account=Klient | date=Miesiąc | amount=Sprzedaż netto | category=Kategoria produktu"
            " | seller=Przedstawiciel handlowy"
        ),
    ),
    "polish, misspelt and ascii": (
        "Kontrahnet:t | Data wystawenia:d | Wartosc neto:n | Ilosc:q | Nr faktruy:t",
        "account=Kontrahnet | date=Data wystawenia | document=Nr faktruy | quantity=Ilosc | amount=Wartosc neto",
    ),
    "polish, gross only": (
        "Nazwa firmy:t | Data:d | Wartość z VAT:n",
        "account=Nazwa firmy | date=Data | amount=Wartość z VAT",
    ),
    # ------------------------------------------------------------ Russian
    "1c sales": (
        (
            "Период:d | Контрагент:t | Головной контрагент:t | Документ продажи:t | Номенклатура:t | Артикул:t"
            " | Группа номенклатуры:t | Количество:q | Сумма без НДС:n | Сумма с НДС:n | Себестоимость:n | Валовая прибыль:n"
            " | Рентабельность, %:% | Менеджер:t | Организация:t"
        ),
        (
            "account=Контрагент | group=Головной контрагент | date=Период | document=Документ продажи | product=Артикул"
            " | product_name=Номенклатура | category=Группа номенклатуры | quantity=Количество | amount=Сумма без НДС"
            " | cost=Себестоимость | profit=Валовая прибыль | seller=Менеджер"
        ),
    ),
    "1c documents": (
        (
            "Дата документа:d | Номер документа:t | Вид документа:k | Код клиента:t | Наименование клиента:t | Холдинг:t"
            " | Код товара:t | Наименование товара:t | Кол-во:q | Цена за единицу:u | Скидка, %:p | Стоимость без НДС:n"
            " | НДС:n | Всего:n | Валюта:c | Ответственный:t"
        ),
        (
            "account=Код клиента | account_name=Наименование клиента | group=Холдинг | date=Дата документа"
            " | document=Номер документа | product=Код товара | product_name=Наименование товара | quantity=Кол-во"
            " | amount=Стоимость без НДС | unit_price=Цена за единицу | discount=Скидка, % | seller=Ответственный"
            " | currency=Валюта | kind=Вид документа"
        ),
    ),
    "russian, joined words": (
        "КонтрагентКод:t | ДатаОтгрузки:d | ДатаРеализации:d | НомерНакладной:t | СуммаБезНДС:n | СебестоимостьПродаж:n",
        (
            "account=КонтрагентКод | date=ДатаРеализации | document=НомерНакладной | amount=СуммаБезНДС"
            " | cost=СебестоимостьПродаж"
        ),
    ),
    "russian, plain": (
        (
            "Покупатель:t | Дата отгрузки:d | Выручка, руб.:n | Маржа:n | Категория товара:t | Торговый представитель:t"
            " | Регион:t"
        ),
        (
            "account=Покупатель | date=Дата отгрузки | category=Категория товара | amount=Выручка, руб. | profit=Маржа"
            " | seller=Торговый представитель"
        ),
    ),
    "russian, misspelt": (
        "Кантрагент:t | Дата рализации:d | Колличество:q | Сума без НДС:n | Номенклотура:t",
        "account=Кантрагент | date=Дата рализации | product=Номенклотура | quantity=Колличество | amount=Сума без НДС",
    ),
    "russian, gross only": (
        "Клиент:t | Дата:d | Сумма с НДС:n | Остаток долга:n",
        "account=Клиент | date=Дата | amount=Сумма с НДС",
    ),
    # ------------------------------------------------------------ French, Spanish
    "french": (
        (
            "Code client:t | Raison sociale:t | N° facture:t | Date facture:d | Date d'échéance:d | Référence article:t"
            " | Désignation:t | Quantité:q | Prix unitaire HT:u | Remise:p | Montant HT:n | Montant TTC:n | Commercial:t"
        ),
        (
            "account=Code client | account_name=Raison sociale | date=Date facture | document=N° facture"
            " | product=Référence article | product_name=Désignation | quantity=Quantité | unit_price=Prix unitaire HT"
            " | discount=Remise | amount=Montant HT | seller=Commercial"
        ),
    ),
    "spanish": (
        (
            "Código cliente:t | Nombre cliente:t | Nº factura:t | Fecha factura:d | Código artículo:t | Cantidad:q"
            " | Importe neto:n | Coste:n | Vendedor:t | Moneda:c"
        ),
        (
            "account=Código cliente | account_name=Nombre cliente | date=Fecha factura | document=Nº factura"
            " | product=Código artículo | quantity=Cantidad | amount=Importe neto | cost=Coste | seller=Vendedor"
            " | currency=Moneda"
        ),
    ),
    "polish, short": (
        "Firma:t | Data zamówienia:d | Nr zam.:t | Produkt:t | Ilość szt.:q | Cena zł:u | Suma zł:n | Handlowiec:t",
        (
            "account=Firma | date=Data zamówienia | document=Nr zam. | product=Produkt | quantity=Ilość szt. | amount=Suma zł"
            " | unit_price=Cena zł | seller=Handlowiec"
        ),
    ),
    "polish, code and name in brackets": (
        "Kontrahent (nazwa):t | Kontrahent (kod):t | Data dok.:d | Dok.:t | Sprzedaż netto [PLN]:n | Marża zł:n",
        (
            "account=Kontrahent (kod) | account_name=Kontrahent (nazwa) | date=Data dok. | document=Dok."
            " | amount=Sprzedaż netto [PLN] | profit=Marża zł"
        ),
    ),
    "comarch xl": (
        "Akronim:t | Kontrahent:t | Dokument:t | Typ:k | Data:d | Towar kod:t | Towar nazwa:t | Ilość:q | Wartość:n | Koszt:n",
        (
            "account=Akronim | account_name=Kontrahent | date=Data | document=Dokument | product=Towar kod"
            " | product_name=Towar nazwa | quantity=Ilość | amount=Wartość | cost=Koszt | kind=Typ"
        ),
    ),
    "italian, abbreviated": (
        (
            "Cod.Cli.:t | Rag.Soc.:t | Tipo Doc:k | Nr.Doc.:i | Dt.Doc.:d | Articolo:t | Descr.Art.:t | UM:t | Q.tà:q"
            " | Prz.Unit.:u | Sc.%:p | Importo:n | C.Agente:t"
        ),
        (
            "account=Cod.Cli. | account_name=Rag.Soc. | date=Dt.Doc. | document=Nr.Doc. | product=Articolo"
            " | product_name=Descr.Art. | quantity=Q.tà | amount=Importo | unit_price=Prz.Unit. | discount=Sc.%"
            " | seller=C.Agente | kind=Tipo Doc"
        ),
    ),
    "1c register": (
        "Регистратор:t | Период:d | Контрагент:t | Номенклатура:t | Количество:q | СуммаВыручки:n | СуммаВыручкиБезНДС:n",
        (
            "account=Контрагент | date=Период | document=Регистратор | product=Номенклатура | quantity=Количество"
            " | amount=СуммаВыручкиБезНДС"
        ),
    ),
    "russian, unpaid bills": (
        "Заказчик:t | ИНН:t | № счета:t | Дата счета:d | Сумма:n | Оплачено:n | Долг:n",
        "account=Заказчик | date=Дата счета | document=№ счета | amount=Сумма",
    ),
    "as400": (
        "CUST_NO:i | CUST_NM:t | INV_NBR:i | INV_DT:d | ITM_NBR:t | SLS_AMT:n | SLSMN:t",
        (
            "account=CUST_NO | account_name=CUST_NM | date=INV_DT | document=INV_NBR | product=ITM_NBR | amount=SLS_AMT"
            " | seller=SLSMN"
        ),
    ),
    "web shop": (
        (
            "Name:t | Email:t | Created at:d | Subtotal:n | Shipping:n | Taxes:n | Total:n | Lineitem quantity:q"
            " | Lineitem name:t | Lineitem price:u | Lineitem sku:t | Billing Name:t | Discount Amount:n"
        ),
        (
            "account=Billing Name | date=Created at | product=Lineitem sku | product_name=Lineitem name"
            " | quantity=Lineitem quantity | amount=Subtotal | unit_price=Lineitem price | discount_amount=Discount Amount"
        ),
    ),
    "sap, abbreviated": (
        "Sold-To Pt:t | Name 1:t | Billing Dt:d | Net val.:n | Curr.:c | Bill.Doc.:t",
        "account=Sold-To Pt | account_name=Name 1 | date=Billing Dt | document=Bill.Doc. | amount=Net val. | currency=Curr.",
    ),
    "german, abbreviated": (
        "Kd-Nr.:t | Kundenname:t | Beleg-Nr.:t | Belegdatum:d | Belegart:k | Art.-Nr.:t | Betrag netto:n | EK:n",
        (
            "account=Kd-Nr. | account_name=Kundenname | date=Belegdatum | document=Beleg-Nr. | product=Art.-Nr."
            " | amount=Betrag netto | unit_cost=EK | kind=Belegart"
        ),
    ),
    "parents": (
        "Buying Group:t | Customer:t | Parent Account:t | Customer group:t | Date:d | Sales:n",
        "account=Customer | group=Parent Account | date=Date | amount=Sales",
    ),
}
