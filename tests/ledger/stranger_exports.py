"""More invented exports, each in the manner of a maker whose files once were read wrong or refused for nothing."""

from __future__ import annotations

from tests.ledger.nasty_exports import Export, lines

STRANGER = (
    Export(
        name="navision_german",
        text=lines(
            "Belegnr.;Zeilennr.;Verk. an Deb.-Nr.;Rech. an Deb.-Nr.;Buchungsdatum;Nr.;Menge;VK-Preis;Zeilenbetrag",
            "VR1;10000;10001;20001;03.11.22;A-1;2;5,00;10,00",
            "VR1;20000;10001;20001;03.11.22;A-2;1;1.000,50;1.000,50",
            "VR2;10000;10002;10002;25.01.23;A-1;-1;5,00;-5,00",
        ),
        turnover={"10001": "1010.50", "10002": "-5.00"},
        dates=("2022-11-03", "2023-01-25"),
    ),
    Export(
        name="british_codes_of_kinds",
        text=lines(
            "Type,Account Ref,Account Name,Nominal A/C Ref,Date,Reference,Net Amount,Tax Amount",
            "SI,A1,Helios,4000,31/01/2023,1,100.00,20.00",
            "SC,A1,Helios,4000,02/02/2023,2,30.00,6.00",
            "SI,B1,Borea,4001,05/02/2023,3,7.50,1.50",
        ),
        turnover={"A1": "70.00", "B1": "7.50"},
        dates=("2023-01-31", "2023-02-05"),
    ),
    Export(
        name="accounts_of_the_books",
        text=lines(
            "ContactName,InvoiceNumber,InvoiceDate,Quantity,LineAmount,AccountCode,Currency,Type",
            "Helios,I1,31/01/2023,1,100.00,200,GBP,Sales invoice",
            "Borea,I2,02/02/2023,1,30.00,200,GBP,Sales invoice",
            "Helios,I3,05/02/2023,1,-7.50,200,GBP,Sales credit note",
        ),
        turnover={"Helios": "92.50", "Borea": "30.00"},
        dates=("2023-01-31", "2023-02-05"),
        currency="GBP",
    ),
    Export(
        name="an_account_column_beside_bare_names",
        text=lines(
            "Internal ID,Type,Date,Document Number,Name,Account,Amount (Net)",
            "1,Invoice,1/31/2023,I1,10 Helios,4000 Sales,100.00",
            "2,Invoice,2/2/2023,I2,11 Borea,4000 Sales,30.00",
            "3,Credit Memo,2/5/2023,I3,10 Helios,4000 Sales,-7.50",
        ),
        turnover={"10 Helios": "92.50", "11 Borea": "30.00"},
        dates=("2023-01-31", "2023-02-05"),
    ),
    Export(
        name="numbers_that_look_like_quarters",
        text=lines(
            "Akronim\tNazwa kontrahenta\tTyp dokumentu\tDokument\tData\tWartość netto",
            "K10001\tHelios\tFS\tFS-1\t2023-01-31\t1 234,50",
            "K20001\tBorea\tFSK\tFSK-1\t2023-02-02\t34,50",
            "K40001\tZefir\tFS\tFS-2\t2023-02-03\t1,00",
        ),
        encoding="cp1250",
        turnover={"K10001": "1234.50", "K20001": "-34.50", "K40001": "1.00"},
        dates=("2023-01-31", "2023-02-03"),
        suffix=".txt",
    ),
    Export(
        name="shop_orders",
        text=lines(
            "Order ID,Order Date,Customer User ID,Billing Last Name,Billing Company,Item Name,Line Total,Order Currency",
            "1,2023-01-31 10:15,17,Lee,Helios,Bolt,100.00,EUR",
            "2,2023-02-02 10:15,18,Moe,Borea,Bolt,30.00,EUR",
        ),
        turnover={"17": "100.00", "18": "30.00"},
        dates=("2023-01-31", "2023-02-02"),
        currency="EUR",
    ),
    Export(
        name="codes_in_a_column_that_speaks_of_amounts",
        text=lines(
            "Account ID,Account Name,Close Date,Amount Currency,Amount",
            "001A,Helios,1/31/2023,USD,100.00",
            "002A,Borea,2/2/2023,USD,30.00",
        ),
        turnover={"001A": "100.00", "002A": "30.00"},
        dates=("2023-01-31", "2023-02-02"),
        currency="USD",
    ),
    Export(
        name="day_book",
        text=lines(
            "Surya Traders,,,,,",
            "Sales Register,,,,,",
            ",,,,,",
            "Date,Particulars,Vch Type,Vch No.,Value,Gross Total",
            '31-Jan-23,Helios,Sales,1,"1,23,456.78","1,45,679.00"',
            '2-Feb-23,Borea,Credit Note,2,"1,000.00","1,180.00"',
            ',Grand Total,,,"1,22,456.78",',
        ),
        turnover={"Helios": "123456.78", "Borea": "-1000.00"},
        dates=("2023-01-31", "2023-02-02"),
        refused=((7, "Date"),),
    ),
    Export(
        name="french_months",
        text=lines(
            "Client;Date facture;N° facture;Montant HT;Montant TTC",
            "Helios;3 janv. 2023;F1;1\u202f234,50 €;1\u202f481,40 €",
            "Borea;15 août 2023;F2;30,00 €;36,00 €",
            "Borea;1 déc. 2023;F3;-7,50 €;-9,00 €",
        ),
        turnover={"Helios": "1234.50", "Borea": "22.50"},
        dates=("2023-01-03", "2023-12-01"),
        currency="EUR",
    ),
    Export(
        name="german_months_with_umlaut",
        text=lines(
            "Debitor;Name Debitor;Rg-Datum;Rg-Nr;Nettoerlös",
            "1;Helios;05-Mär-23;R1;1.234,50",
            "2;Borea;15-Okt-23;R2;30,00",
        ),
        encoding="cp1252",
        turnover={"1": "1234.50", "2": "30.00"},
        dates=("2023-03-05", "2023-10-15"),
    ),
    Export(
        name="spanish_dates_in_words",
        text=lines(
            "Cliente;Fecha;Base imponible",
            "Helios;3 de enero de 2023;1.234,50",
            "Borea;15 de agosto de 2023;30,00",
        ),
        turnover={"Helios": "1234.50", "Borea": "30.00"},
        dates=("2023-01-03", "2023-08-15"),
    ),
    Export(
        name="iso_weeks",
        text=lines("customer,week,net_sales", "Helios,2024-W05,10.00", "Borea,2025-W01,2.50"),
        turnover={"Helios": "10.00", "Borea": "2.50"},
        dates=("2024-02-01", "2025-01-02"),
    ),
    Export(
        name="seconds_since_1970",
        text=lines("customer_id,created,amount", "a,1675160000,10.00", "b,1675332000,2.50"),
        turnover={"a": "10.00", "b": "2.50"},
        dates=("2023-01-31", "2023-02-02"),
    ),
    Export(
        name="milliseconds_since_1970",
        text=lines("customer_id,order_date,amount", "a,1675160000123,10.00", "b,1675332000000,2.50"),
        turnover={"a": "10.00", "b": "2.50"},
        dates=("2023-01-31", "2023-02-02"),
    ),
    Export(
        name="sold_at",
        text=lines(
            "customer_id,sold_at,net_amount", "a,2023-01-31T10:00:00Z,10.00", "b,2023-02-02T10:00:00Z,2.50"
        ),
        turnover={"a": "10.00", "b": "2.50"},
        dates=("2023-01-31", "2023-02-02"),
    ),
    Export(
        name="shortened_without_vowels",
        text=lines("CUST_NBR|CUST_NM|INV_DT|SLS_AMT|CST_AMT", "0017|Helios|20230131|10.00|6.00"),
        turnover={"0017": "10.00"},
        dates=("2023-01-31", "2023-01-31"),
        cost="6.00",
    ),
    Export(
        name="bill_to_and_ship_to",
        text=lines(
            "Bill-to No,Bill-to Name,Ship-to No,Ship-to Name,Invoice Date,Gross Amount,Net Amount",
            "1,Helios,S7,Depot 7,2023-01-31,12.00,10.00",
            "2,Borea,S7,Depot 7,2023-02-02,3.00,2.50",
        ),
        turnover={"1": "10.00", "2": "2.50"},
        dates=("2023-01-31", "2023-02-02"),
    ),
    Export(
        name="bills_of_a_shop",
        text=lines(
            "Bill No,Bill Date,Party Name,Bill Amount",
            "17,2023-01-31,Helios,10.00",
            "18,2023-02-02,Borea,2.50",
        ),
        turnover={"Helios": "10.00", "Borea": "2.50"},
        dates=("2023-01-31", "2023-02-02"),
    ),
    Export(
        name="swedish",
        text=lines(
            "Kundnr;Kundnamn;Fakturadatum;Fakturanr;Belopp exkl. moms;Belopp inkl. moms;Säljare",
            "1;Helios;2023-01-31;7;1 234,50 kr;1 543,13 kr;Åsa",
            "2;Borea;2023-02-02;8;30,00 kr;37,50 kr;Åsa",
        ),
        turnover={"1": "1234.50", "2": "30.00"},
        dates=("2023-01-31", "2023-02-02"),
    ),
    Export(
        name="dutch",
        text=lines(
            "Debiteur;Naam debiteur;Factuurnummer;Factuurdatum;Artikel;Aantal;Bedrag excl. BTW;Bedrag incl. BTW",
            "1;Helios;7;31-01-2023;A;2;1.234,50;1.493,75",
            "2;Borea;8;02-02-2023;A;1;30,00;36,30",
        ),
        turnover={"1": "1234.50", "2": "30.00"},
        dates=("2023-01-31", "2023-02-02"),
    ),
    Export(
        name="blanks_of_windows_between_thousands",
        text=lines(
            "Code client;Type pièce;N° pièce;Date pièce;Désignation;Qté;P.U. HT;Montant HT;Montant TTC",
            "C1;Facture;1;31/01/2023;Vis;3;411,50;1\u00a0234,50;1\u00a0481,40",
            "C1;Facture;2;31/01/2023;Vis;3;411,50;1\u00a0234,50;1\u00a0481,40",
            "C2;Avoir;3;02/02/2023;Vis;1;1000,00;1\u00a0000,00;1\u00a0200,00",
        ),
        encoding="cp1252",
        turnover={"C1": "2469.00", "C2": "-1000.00"},
        dates=("2023-01-31", "2023-02-02"),
    ),
    Export(
        name="header_of_two_rows",
        text=lines(
            "Customer,,Invoice,,Value,",
            "No.,Name,No.,Date,Net,Gross",
            "1,Helios,17,31/01/2023,10.00,12.00",
            "2,Borea,18,02/02/2023,2.50,3.00",
        ),
        turnover={"1": "10.00", "2": "2.50"},
        dates=("2023-01-31", "2023-02-02"),
    ),
    Export(
        name="nested_objects",
        text='{"customer": {"id": "1", "name": "Helios"}, "order": {"created_at": "2023-01-31T08:15:00+02:00"}, "net_amount": 10.0}\n'
        '{"customer": {"id": "2", "name": "Borea"}, "order": {"created_at": "2023-02-02T08:15:00+02:00"}, "net_amount": "2.50"}\n',
        turnover={"1": "10.00", "2": "2.50"},
        dates=("2023-01-31", "2023-02-02"),
        suffix=".jsonl",
    ),
    Export(
        name="ids_that_a_spreadsheet_may_not_spoil",
        text=lines(
            "Customer ID,Name,Date,Amount",
            '="00123",Helios,2023-01-31,10.00',
            '="00200",Borea,2023-02-02,2.50',
        ),
        turnover={"00123": "10.00", "00200": "2.50"},
        dates=("2023-01-31", "2023-02-02"),
    ),
    Export(
        name="protected_ids_in_quotes",
        text=lines(
            "Customer ID;Date;Amount", '"=""00123""";2023-01-31;10,00', '"=""00200""";2023-02-02;2,50'
        ),
        turnover={"00123": "10.00", "00200": "2.50"},
        dates=("2023-01-31", "2023-02-02"),
    ),
    Export(
        name="a_total_with_a_date",
        text=lines(
            "Customer,Date,Amount",
            "Helios,2023-01-31,10.00",
            "Total,2023-02-02,2.50",
            "Grand total:,2023-02-28,12.50",
        ),
        turnover={"Helios": "10.00", "Total": "2.50"},  # a company may be called Total
        dates=("2023-01-31", "2023-02-02"),
        refused=((4, "Customer"),),
    ),
    Export(
        name="quantities_with_their_unit",
        text=lines(
            "customer,invoice date,quantity,unit price",
            "Helios,2023-01-31,12 pcs,1.50",
            "Borea,2023-02-02,-2 szt.,1.00",
        ),
        turnover={"Helios": "18.00", "Borea": "-2.00"},
        dates=("2023-01-31", "2023-02-02"),
    ),
    Export(
        name="documents_with_their_head_on_the_first_line",
        text=lines(
            "Number,Partner,Invoice Date,Invoice lines/Product,Invoice lines/Quantity,Invoice lines/Subtotal",
            "I1,Helios,2023-01-31,Bolt,1,10.00",
            ",,,Nut,2,5.00",
            "I2,Borea,2023-02-02,Bolt,1,2.50",
            ",,,Nut,1,1.25",
            ",,,Washer,1,1.00",
            "I3,Helios,2023-02-05,Nut,1,4.00",
            ",,,Nut total,7,23.75",
            ",,,,7,23.75",
        ),
        turnover={"Helios": "19.00", "Borea": "4.75"},
        dates=("2023-01-31", "2023-02-05"),
        refused=((8, "Invoice Date"), (9, "Invoice Date")),
    ),
    Export(
        name="rows_without_account_that_have_a_date_stay_apart",
        text=lines(
            "Number,Customer,Date,Product,Amount",
            "I1,Helios,2023-01-31,Bolt,10.00",
            "I2,,2023-02-01,Nut,5.00",
            "I3,,2023-02-02,Bolt,2.50",
            "I4,Borea,2023-02-03,Bolt,1.00",
        ),
        turnover={"Helios": "10.00", "Borea": "1.00"},
        dates=("2023-01-31", "2023-02-03"),
        unassigned="7.50",
    ),
)
