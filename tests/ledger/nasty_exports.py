"""Invented exports in the manners of the programs that real ones come from, with what must be read out of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from kamerton.ledger.read.model import Choices


@dataclass(frozen=True, kw_only=True)
class Export:
    """`turnover` is account -> net amount; `refused` are (line, column) of the refused rows."""

    name: str
    text: str
    turnover: dict[str, str]
    dates: tuple[str, str]  # first and last
    encoding: str = "utf-8"
    choices: Choices = field(default_factory=Choices)
    refused: tuple[tuple[int, str], ...] = ()
    unassigned: str = "0"
    cost: str | None = None
    currency: str | None = None
    suffix: str = ".csv"


def lines(*lines: str) -> str:
    return "\r\n".join(lines) + "\r\n"


EXPORTS = (
    Export(
        name="sap_list",
        text=lines(
            "Sold-to pt;Name 1;Billing Document;Item;Billing Date;Material;Billed Quantity;Net Value;Curr.;Cost",
            "0000104711;Helios GmbH;0090001234;000010;31.01.2023;MAT-1;10;1.234,50;EUR;900,00",
            "0000104711;Helios GmbH;0090001235;000010;15.02.2023;MAT-2;2-;250,00-;EUR;180,00-",
            "0000200815;Borealis AG;0090001236;000010;01.03.2023;MAT-1;1.000;12.345,00;EUR;10.000,00",
        ),
        turnover={"0000104711": "984.50", "0000200815": "12345.00"},
        dates=("2023-01-31", "2023-03-01"),
        cost="10720.00",
        currency="EUR",
    ),
    Export(
        name="one_c_cyrillic",
        text=lines(
            "Контрагент;Дата;Номер документа;Номенклатура;Количество;Сумма без НДС",
            "ООО Гелиос;31.01.2023 10:15:00;РТ-0001;Болт М8;10,000;1 234,50",
            "ООО Гелиос;02.02.2023 9:05:00;РТ-0002;Гайка М8;5,000;500,00",
            "ИП Борей;05.02.2023 0:00:00;РТ-0003;Болт М8;-2,000;-246,90",
            "Итого;;;;13,000;1 487,60",
        ).replace("1 234", "1\u00a0234"),
        encoding="cp1251",
        turnover={"ООО Гелиос": "1734.50", "ИП Борей": "-246.90"},
        dates=("2023-01-31", "2023-02-05"),
        refused=((5, "Дата"),),
    ),
    Export(
        name="polish_invoices",
        text=lines(
            "Nr dokumentu;Data wystawienia;Kontrahent - kod;Kontrahent - nazwa;Ilość;Wartość netto;Waluta;Handlowiec",
            "FS/1/2023;2023-01-05;K-01;Helios Sp. z o.o.;1 000,00;12 345,67 zł;PLN;Zięba",
            "FS/2/2023;2023-01-06;K-02;Żabka Borealna S.A.;3,50;35,00 zł;PLN;Łoś",
            "KFS/1/2023;2023-01-09;K-01;Helios Sp. z o.o.;-1,00;-12,35 zł;PLN;Zięba",
        ),
        encoding="cp1250",
        turnover={"K-01": "12333.32", "K-02": "35.00"},
        dates=("2023-01-05", "2023-01-09"),
        currency="PLN",
    ),
    Export(
        name="italian_statistics",
        text=lines(
            "Cod. Cliente;Ragione Sociale;Data Doc.;Num. Doc.;Articolo;Q.tà;Imponibile;Agente",
            "00042;Elio S.p.A.;13/01/23;FT 12;A1;2;€ 1.250.000,00;Rossi",
            "00043;Borea S.r.l.;02/02/23;FT 13;A2;1;€ 12,50;Bianchi",
            "00042;Elio S.p.A.;03/03/23;NC 1;A1;-1;-€ 625.000,00;Rossi",
            "Totale;;;;;;€ 625.012,50;",
        ),
        turnover={"00042": "625000.00", "00043": "12.50"},
        dates=("2023-01-13", "2023-03-03"),
        refused=((5, "Data Doc."),),
        currency="EUR",
    ),
    Export(
        name="german_bookings",
        text=lines(
            "Kundennummer;Kundenname;Belegdatum;Belegnummer;Umsatz netto",
            "10001;Helios GmbH;31.12.2022;R1;1.000,00",
            '10002;"Nordlicht; Söhne KG";2.1.2023;R2;"20,5"',
            "10001;Helios GmbH;03. Januar 2023;R3;5,00",
        ),
        encoding="cp1252",
        turnover={"10001": "1005.00", "10002": "20.50"},
        dates=("2022-12-31", "2023-01-03"),
    ),
    Export(
        name="american_books",
        text=lines(
            "Customer,Date,Type,Num,Qty,Amount",
            '"Helios, Inc.",01/31/2023,Invoice,1001,10,"$1,234.50"',
            '"Helios, Inc.",02/01/2023,Credit Memo,1002,1,"$34.50"',
            'Borea LLC,02/15/2023,Invoice,1003,5,"$12,000.00"',
            'Borea LLC,02/16/2023,Invoice,1004,-5,"($600.00)"',
        ),
        turnover={"Helios, Inc.": "1200.00", "Borea LLC": "11400.00"},
        dates=("2023-01-31", "2023-02-16"),
        currency="USD",
    ),
    Export(
        name="swiss_apostrophes",
        text=lines(
            "Kunde\tDatum\tBetrag netto",
            "Helios\t31.01.2023\tCHF 12'345.60",
            "Helios\t01.02.2023\tCHF 1’000.00",
            "Borea\t05.02.2023\tCHF -7.05",
        ),
        turnover={"Helios": "13345.60", "Borea": "-7.05"},
        dates=("2023-01-31", "2023-02-05"),
        currency="CHF",
    ),
    Export(
        name="indian_lakhs",
        text=lines(
            "Party Name,Invoice Date,Invoice No,Taxable Value",
            'Surya Traders,31-Jan-2023,1,"12,34,567.50"',
            'Uttar Stores,05-Feb-2023,2,"1,000.00"',
        ),
        turnover={"Surya Traders": "1234567.50", "Uttar Stores": "1000.00"},
        dates=("2023-01-31", "2023-02-05"),
    ),
    Export(
        name="french_blanks",
        text=lines(
            "Code client;Date facture;Montant HT",
            "C1;31/01/2023;1\u202f234,56",
            "C2;01/02/2023;−12,00",
            "C1;02/02/2023;0,44",
        ),
        turnover={"C1": "1235.00", "C2": "-12.00"},
        dates=("2023-01-31", "2023-02-02"),
    ),
    Export(
        name="floats_of_a_data_frame",
        text=lines(
            ",customer_id,order_date,net_amount,cost",
            "0,10234.0,2023-01-31 00:00:00,100.5,nan",
            "1,10235.0,2023-02-01 00:00:00,1.5e+03,1e3",
            "2,10234.0,2023-02-02 00:00:00,-0.5,",
        ),
        turnover={"10234": "100.00", "10235": "1500.00"},
        dates=("2023-01-31", "2023-02-02"),
        cost="1000.00",
    ),
    Export(
        name="price_and_percent",
        text=lines(
            "customer;date;qty;unit price;discount %",
            "C1;2023-01-31;10;5,00;10%",
            "C1;2023-02-01;1;2,50;",
            "C2;2023-02-02;-2;100,00;50%",
        ),
        turnover={"C1": "47.50", "C2": "-100.00"},
        dates=("2023-01-31", "2023-02-02"),
    ),
    Export(
        name="price_and_share",
        text=lines(
            "CustomerID,OrderDate,Quantity,UnitPrice,Discount",
            "ALFA,1996-07-04 00:00:00.000,12,14.0,0.0",
            "ALFA,1996-07-05 00:00:00.000,10,9.8,0.15",
        ),
        turnover={"ALFA": "251.30"},
        dates=("1996-07-04", "1996-07-05"),
    ),
    Export(
        name="profit_not_cost",
        text=lines(
            "Customer ID,Order Date,Sales,Profit", "A,2023-01-31,100.00,30.00", "B,2023-02-01,50.00,-5.5"
        ),
        turnover={"A": "100.00", "B": "50.00"},
        dates=("2023-01-31", "2023-02-01"),
        cost="125.50",
    ),
    Export(
        name="unsigned_returns",
        text=lines(
            "Account,Date,Document type,Net amount,Cost",
            "A,2023-01-31,Sale,100.00,60.00",
            "A,2023-02-01,Return,10.00,6.00",
            "B,2023-02-02,Cancellation,5.00,3.00",
            "B,2023-02-03,Sample gift,1.00,0.50",
        ),
        turnover={"A": "90.00", "B": "-4.00"},
        dates=("2023-01-31", "2023-02-03"),
        cost="51.50",
    ),
    Export(
        name="blanks_around_ids",
        text=lines(
            "client,date,amount",
            "007 ,2023-01-31,1.10",
            "\u00a0007,2023-02-01,2.20",
            "007\u200b,2023-02-02,3.30",
            "  ,2023-02-03,4.40",
        ),
        turnover={"007": "6.60"},
        dates=("2023-01-31", "2023-02-03"),
        unassigned="4.40",
    ),
    Export(
        name="day_counts",
        text=lines("Customer;Invoice date;Net", "A;44957;1,5", "B;44958;2,25"),
        turnover={"A": "1.50", "B": "2.25"},
        dates=("2023-01-31", "2023-02-01"),
    ),
    Export(
        name="months_only",
        text=lines("Customer,Month,Net sales", "A,01/2023,10.5", "A,12/2023,11.25", "B,02/2023,7.75"),
        turnover={"A": "21.75", "B": "7.75"},
        dates=("2023-01-01", "2023-12-01"),
        choices=Choices(mapping={"date": "Month"}),
    ),
    Export(
        name="russian_months",
        text=lines("Клиент;Дата;Сумма", "Гелиос;3 марта 2023 г.;1000,5", "Борей;15 мая 2023 г.;20"),
        turnover={"Гелиос": "1000.50", "Борей": "20.00"},
        dates=("2023-03-03", "2023-05-15"),
    ),
    Export(
        name="zones_and_halves_of_the_day",
        text=lines(
            "customer|sold at|net amount",
            "A|2023-01-31T23:59:00+02:00|1.5",
            "A|2023-02-01T00:01:00Z|2.5",
            "B|2023-02-02 11:00 PM|3.5",
        ),
        turnover={"A": "4.00", "B": "3.50"},
        dates=("2023-01-31", "2023-02-02"),
        choices=Choices(mapping={"date": "sold at"}),
    ),
    Export(
        name="impossible_values",
        text=lines(
            "Customer,Date,Amount,Comment",
            "A,2023-01-31,1.10,fine",
            "A,1900-01-01,1.10,too old",
            "A,9999-12-31,1.10,too new",
            "A,2023-02-30,1.10,no such day",
            "A,2023-02-01,1e30,too large",
            "A,2023-02-01,inf,not finite",
            "A,2023-02-01,NaN,missing",
            "A,2023-02-01,,missing",
            "A,,1.10,no date",
            "A,2023-02-01,twelve,words",
            "B,2023-02-01,2.20,fine",
            "B,2023-02-02,-1.20,fine",
        ),
        turnover={"A": "1.10", "B": "1.00"},
        dates=("2023-01-31", "2023-02-02"),
        refused=(
            (3, "Date"),
            (4, "Date"),
            (5, "Date"),
            (6, "Amount"),
            (7, "Amount"),
            (8, "Amount"),
            (9, "Amount"),
            (10, "Date"),
            (11, "Amount"),
        ),
    ),
    Export(
        name="title_lines_and_totals",
        text=lines(
            "Sales by customer;;;",
            "Period: January 2023;;;",
            ";;;",
            "Customer no.;Customer;Date;Net amount",
            "1;Helios;31.01.2023;1.000,00",
            "2;Borea;30.01.2023;500,50",
            "Grand total;;;1.500,50",
        ),
        turnover={"1": "1000.00", "2": "500.50"},
        dates=("2023-01-30", "2023-01-31"),
        refused=((7, "Date"),),
    ),
    Export(
        name="compact_days",
        text="  customer_id     date  quantity  dollar_value\n"
        "  00001   19970101    1      11.77\n  00002   19970112    5      77.00\n  00002   19980330    1       0.00\n",
        turnover={"00001": "11.77", "00002": "77.00"},
        dates=("1997-01-01", "1998-03-30"),
        suffix=".txt",
    ),
)


def total(export: Export) -> Decimal:
    return sum((Decimal(value) for value in export.turnover.values()), Decimal(0))
