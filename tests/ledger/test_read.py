"""From a file to ledger lines: values, forms, questions, refusals, and nothing left behind."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pytest

from kamerton.analytics.cubes import names_of
from kamerton.analytics.engine import fetched
from kamerton.analytics.lines import COLUMNS
from kamerton.core.refused import Refused
from kamerton.ledger.read import connect, inspect, read, read_table
from kamerton.ledger.read.model import Choices, Limits, NeedsAnswer, Rate, Reading, Unreadable
from kamerton.ledger.read.stages import names_beside
from tests.ledger.nasty_exports import EXPORTS, Export, total
from tests.ledger.stranger_exports import STRANGER


def put(folder: Path, text: str, name: str = "sales.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def reading_of(path: Path | Sequence[Path], choices: Choices | None = None, **limits: Any) -> Reading:
    paths = [path] if isinstance(path, Path) else list(path)
    out = paths[0].parent / "lines.parquet"
    return read(paths, choices=choices or Choices(), limits=Limits(**limits), out=out)


def lines_of(reading: Reading, columns: str = "*", order: str = "all") -> list[tuple[Any, ...]]:
    return duckdb.sql(f"SELECT {columns} FROM '{reading.parquet}' ORDER BY {order}").fetchall()


def by_account(reading: Reading) -> dict[str | None, Decimal]:
    return dict(
        duckdb.sql(
            f"SELECT account, CAST(sum(amount) AS DECIMAL(18, 2)) FROM '{reading.parquet}' GROUP BY 1"
        ).fetchall()
    )


def doubts_of(path: Path, choices: Choices | None = None) -> NeedsAnswer:
    with pytest.raises(NeedsAnswer) as caught:
        reading_of(path, choices)
    asked = inspect([path], choices=choices or Choices(), limits=Limits()).doubts
    assert [doubt.key for doubt in asked] == [doubt.key for doubt in caught.value.doubts]
    return caught.value


# ---------------------------------------------------------------- strange exports


@pytest.mark.parametrize("export", [*EXPORTS, *STRANGER], ids=lambda export: export.name)
def test_a_strange_export_is_read_to_the_cent(export: Export, tmp_path: Path) -> None:
    path = put(tmp_path, export.text, export.name + export.suffix, export.encoding)
    assert inspect([path], choices=export.choices, limits=Limits()).doubts == ()
    found = reading_of(path, export.choices)
    expected: dict[str | None, Decimal] = {
        account: Decimal(value) for account, value in export.turnover.items()
    }
    if Decimal(export.unassigned):
        expected[None] = Decimal(export.unassigned)
    assert by_account(found) == expected
    assert (str(found.first_date), str(found.last_date)) == export.dates
    assert [(row.line, row.column) for row in found.refused_head] == list(export.refused)
    assert found.counts.used_turnover == total(export)
    assert found.counts.unassigned_turnover == Decimal(export.unassigned)
    assert found.counts.read == found.counts.used + found.counts.unassigned + found.counts.refused
    assert found.currency == export.currency
    cost = lines_of(found, "CAST(sum(cost) AS DECIMAL(18, 2))")[0][0]
    assert cost == (None if export.cost is None else Decimal(export.cost))


@pytest.mark.parametrize("export", [*EXPORTS, *STRANGER], ids=lambda export: export.name)
def test_the_fast_ways_read_the_same(export: Export, tmp_path: Path) -> None:
    path = put(tmp_path, export.text, export.name + export.suffix, export.encoding)
    slow = reading_of(path, export.choices)
    expected = lines_of(slow)
    limits = Limits()
    quick = read([path], choices=export.choices, limits=limits, out=tmp_path / "quick.parquet", fast=True)
    assert lines_of(quick) == expected
    folder = tmp_path / "work"
    folder.mkdir()
    con = connect(limits, folder)
    third = read_table([path], choices=export.choices, limits=limits, con=con, table="lines", folder=folder)
    assert con.execute("FROM lines ORDER BY all").fetchall() == expected
    assert third.counts == quick.counts == slow.counts


@pytest.mark.parametrize("column", ["account", "account_name", "document", "product", "seller"])
def test_blanks_that_the_sample_does_not_show_are_trimmed(column: str, tmp_path: Path) -> None:
    names = ["account", "account_name", "date", "document", "product", "seller", "amount"]
    row = ["A1", "Elm", "2024-01-31", "D1", "P1", "Ines", "1.00"]
    hidden = [f" {cell} " if name == column else cell for name, cell in zip(names, row, strict=True)]
    rows = [names, *[row] * 4000, hidden, *[row] * 4000]
    path = put(tmp_path, "".join(",".join(each) + "\n" for each in rows))
    found = reading_of(path, Choices(mapping={name: name for name in names}))
    texts = lines_of(found, "DISTINCT account, account_name, document, product, seller")
    assert texts == [("A1", "Elm", "D1", "P1", "Ines")]


def test_the_names_beside_a_table_are_those_of_its_lines(tmp_path: Path) -> None:
    rows = "A,Elm,Ines,2024-01-31,1\nA,Oak,Ines,2024-02-01,2\nB,Ash,,2024-02-02,3\n,Fir,Ines,2024-02-03,4\nB,Yew,,soon,5\n"
    path = put(tmp_path, f"customer,customer name,seller,date,amount\n{rows}")
    limits = Limits()
    con = connect(limits, tmp_path)
    choices = Choices(mapping={"seller": "seller"})
    read_table([path], choices=choices, limits=limits, con=con, table="lines", folder=tmp_path)
    tables = ibis.duckdb.from_connection(con)
    asked, beside = (names_of(tables.table("lines")), tables.table(names_beside("lines")))
    assert sorted(map(str, fetched(beside).to_pylist())) == sorted(map(str, fetched(asked).to_pylist()))
    assert len(fetched(beside)) == 3
    con.close()


def test_the_parquet_has_the_columns_of_the_ledger(tmp_path: Path) -> None:
    found = reading_of(put(tmp_path, "customer,date,amount\nA,2023-01-31,1.5\n"))
    described = duckdb.sql(f"DESCRIBE FROM '{found.parquet}'").fetchall()
    assert {row[0]: row[1].replace(",", ", ") for row in described} == dict(COLUMNS)
    (line,) = lines_of(found, "* EXCLUDE fingerprint")
    amount = Decimal("1.500000")
    assert line == (
        "A", None, None, dt.date(2023, 1, 31), None, None, None, None, None, None, amount, None, None, None, amount,
        "sale",
    )  # fmt: skip


# ---------------------------------------------------------------- questions


def test_dates_that_can_be_read_in_two_ways_are_asked_about(tmp_path: Path) -> None:
    path = put(tmp_path, "customer,date,amount\nA,01/02/2023,1.5\nB,03/04/2023,2.5\n")
    (doubt,) = doubts_of(path).doubts
    assert (doubt.key, doubt.column) == ("dates", "date")
    assert [(choice.value, choice.label) for choice in doubt.choices] == [
        ("dmy", "day first: 01/02/2023 is 1 February 2023"),
        ("mdy", "month first: 01/02/2023 is 2 January 2023"),
    ]
    assert reading_of(path, Choices(dates="dmy")).last_date == dt.date(2023, 4, 3)
    assert reading_of(path, Choices(dates="mdy")).last_date == dt.date(2023, 3, 4)


def test_one_value_far_down_proves_the_order_of_all_dates(tmp_path: Path) -> None:
    rows = "".join(f"A,{1 + n % 9:02d}/{1 + n % 12:02d}/2023,1.5\n" for n in range(30_000))
    for proof, last in (("13/02/2023", dt.date(2023, 12, 9)), ("02/13/2023", dt.date(2023, 9, 12))):
        path = put(tmp_path, "customer,date,amount\n" + rows + f"B,{proof},2.5\n" + rows)
        assert reading_of(path).last_date == last


def test_a_sample_that_says_less_than_the_column_is_overruled(tmp_path: Path) -> None:
    """The first 100,000 rows have no thousands, the last one has, and a currency."""
    rows = "A;2023-01-31;12\n" * 100_000
    path = put(tmp_path, "customer;date;amount\n" + rows + "B;2023-02-01;1.234,50 €\n")
    found = reading_of(path)
    assert by_account(found) == {"A": Decimal("1200000.00"), "B": Decimal("1234.50")}
    assert found.counts.refused == 0


def test_figures_a_factor_of_a_thousand_apart_are_asked_about(tmp_path: Path) -> None:
    path = put(tmp_path, "customer;date;amount\nA;2023-01-31;1.234\nB;2023-02-01;12.345\nC;2023-02-01;7\n")
    (doubt,) = doubts_of(path).doubts
    assert (doubt.key, doubt.column) == ("decimal", "amount")
    assert [choice.value for choice in doubt.choices] == [".", ","]
    assert "1.234 is 1.234" in doubt.choices[0].label
    assert "1.234 is 1,234" in doubt.choices[1].label
    assert by_account(reading_of(path, Choices(decimal=",")))["B"] == Decimal(12345)
    assert by_account(reading_of(path, Choices(decimal=".")))["B"] == Decimal("12.35")


def test_another_column_of_the_file_settles_the_decimal_sign_and_the_note_says_so(tmp_path: Path) -> None:
    path = put(tmp_path, "customer;date;amount;cost\nA;2023-01-31;1.234;10,50\nB;2023-02-01;12.345;7,25\n")
    found = reading_of(path)
    assert by_account(found) == {"A": Decimal(1234), "B": Decimal(12345)}
    (note,) = [note for note in found.inspection.notes if "decimal comma" in note]
    assert '"cost"' in note
    assert '"amount"' in note


def test_columns_that_contradict_each_other_settle_nothing(tmp_path: Path) -> None:
    text = (
        "customer;date;quantity;amount;cost\nA;2023-01-31;1.000;10.50;10,50\nB;2023-02-01;2.500;7.25;7,25\n"
    )
    assert [doubt.column for doubt in doubts_of(put(tmp_path, text)).doubts] == ["quantity"]


def test_a_column_written_in_two_ways_is_asked_about_and_never_mixed(tmp_path: Path) -> None:
    rows = ["A,13/01/2023,1.5"] * 5 + ["B,01/13/2023,1.5"] * 5 + ["C,02/03/2023,1.5"]
    path = put(tmp_path, "customer,date,amount\n" + "\n".join(rows) + "\n")
    (doubt,) = doubts_of(path).doubts
    assert "two ways" in doubt.question
    found = reading_of(path, Choices(dates="dmy"))
    assert found.counts.refused == 5
    assert {row.value for row in found.refused_head} == {"01/13/2023"}
    assert by_account(found).keys() == {"A", "C"}


def test_a_slip_of_the_pen_is_refused_alone(tmp_path: Path) -> None:
    rows = "".join(f"A;2023-01-{1 + n % 28:02d};{n},50\n" for n in range(3_000))
    path = put(tmp_path, "customer;date;amount\n" + rows + "B;2023-02-01;12.5\n")
    found = reading_of(path)
    (row,) = found.refused_head
    assert (row.line, row.column, row.value) == (3002, "amount", "12.5")
    assert "decimal point" in row.reason
    assert any("12.5" in note and "refused" in note for note in found.inspection.notes)


def test_native_types_need_no_hypothesis(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    duckdb.sql(
        "SELECT 10234::DOUBLE AS customer, TIMESTAMP '2023-01-02 10:00' AS date, 1.234::DOUBLE AS amount "
        "UNION ALL SELECT NULL, TIMESTAMP '2023-02-01', 'nan'::DOUBLE"
    ).write_parquet(str(path))
    found = reading_of(path)
    assert lines_of(found, "account, date, amount") == [("10234", dt.date(2023, 1, 2), Decimal("1.234000"))]
    assert found.counts.refused == 1


# ---------------------------------------------------------------- what the columns mean


def test_missing_roles_are_named_with_the_columns_and_the_way_out(tmp_path: Path) -> None:
    path = put(tmp_path, "foo,bar\nx,1\ny,2\n")
    with pytest.raises(Unreadable) as caught:
        reading_of(path)
    assert "foo, bar" in str(caught.value)
    assert "--map account=" in str(caught.value)
    assert inspect([path], choices=Choices(), limits=Limits()).missing == ("account", "date", "amount")


def test_an_override_wins(tmp_path: Path) -> None:
    path = put(tmp_path, "customer,agent,date,amount\nA,X,2023-01-31,1.5\n")
    found = reading_of(path, Choices(mapping={"account": "agent", "seller": ""}))
    assert lines_of(found, "account, seller") == [("X", None)]


def test_a_discount_beside_a_net_amount_is_not_taken_off_twice(tmp_path: Path) -> None:
    path = put(tmp_path, "customer,date,quantity,unit price,discount,amount\nA,2023-01-31,2,10.5,0.5,10.5\n")
    found = reading_of(path)
    assert by_account(found) == {"A": Decimal("10.50")}
    assert any("not taken off" in note for note in found.inspection.notes)


def test_a_discount_amount_is_taken_off_the_line(tmp_path: Path) -> None:
    text = "customer,date,qty,unit price,discount amount\nA,2023-01-31,2,10.5,1.5\nA,2023-02-01,-2,10.5,1.5\n"
    assert [row[0] for row in lines_of(reading_of(put(tmp_path, text)), "amount")] == [
        Decimal("-19.500000"),
        Decimal("19.500000"),
    ]


def test_kinds_far_down_are_found(tmp_path: Path) -> None:
    rows = "A,2023-01-31,Invoice,1.5\n" * 200_000
    path = put(
        tmp_path,
        "customer,date,document type,amount\n" + rows + "A,2023-02-01,Storno,1.5\nB,2023-02-01,Widget,2\n",
    )
    found = reading_of(path, Choices(mapping={"kind": "document type"}))
    kinds = duckdb.sql(
        f"SELECT kind, count(*), sum(amount) FROM '{found.parquet}' GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert kinds == [("cancellation", 1, Decimal("-1.5")), ("sale", 200_001, Decimal(300_002))]
    assert any("Widget" in note for note in found.inspection.notes)
    chosen = reading_of(path, Choices(mapping={"kind": "document type"}, kinds={"widget": "return"}))
    assert by_account(chosen)["B"] == Decimal(-2)


def test_a_sign_that_the_amount_lacks_is_told(tmp_path: Path) -> None:
    path = put(tmp_path, "customer,date,qty,amount\nA,2023-01-31,2,10.00\nA,2023-02-01,-1,5.00\n")
    (note,) = reading_of(path).inspection.notes
    assert note == '"amount" has no minus where "qty" has one: these rows are taken as returns.'
    signed = put(tmp_path, "customer,date,qty,amount\nA,2023-01-31,2,10.00\nA,2023-02-01,-1,-5.00\n")
    assert reading_of(signed).inspection.notes == ()


KINDS = "type,customer,date,amount\nINV,A,2023-01-31,10.00\nQZ,A,2023-02-01,{amount}\nINV,B,2023-02-03,1.00\n"


def test_a_code_of_documents_that_nobody_knows_is_asked_about_where_no_minus_tells(tmp_path: Path) -> None:
    path = put(tmp_path, KINDS.format(amount="4.00"))
    (doubt,) = doubts_of(path).doubts
    assert (doubt.key, doubt.column, doubt.option) == ("kind:QZ", "type", "--kind QZ=return")
    assert [choice.value for choice in doubt.choices] == ["sale", "return", "cancellation"]
    assert by_account(reading_of(path, Choices(kinds={"QZ": "return"})))["A"] == Decimal("6.00")
    assert by_account(reading_of(path, Choices(kinds={"QZ": "sale"})))["A"] == Decimal("14.00")
    signed = put(tmp_path, KINDS.format(amount="-4.00"))
    assert by_account(reading_of(signed))["A"] == Decimal("6.00")


def test_a_price_of_a_hundred_pieces_makes_no_amount(tmp_path: Path) -> None:
    text = "Kunde;Datum;Menge;Preis;Preiseinheit{more}\nA;2023-01-31;50;8,00;100{value}\n"
    with pytest.raises(
        Unreadable, match='"Preis" is the price of as many pieces as "Preiseinheit" says, up to 100'
    ):
        reading_of(put(tmp_path, text.format(more="", value="")))
    found = reading_of(put(tmp_path, text.format(more=";Betrag netto", value=";4,00")))
    assert by_account(found) == {"A": Decimal("4.00")}
    found = reading_of(put(tmp_path, text.format(more="", value="").replace(";100", ";1")))
    assert by_account(found) == {"A": Decimal("400.00")}


def test_columns_that_change_their_names_from_file_to_file_are_no_question(tmp_path: Path) -> None:
    first = put(
        tmp_path, "Customer No,Invoice Date,Net Amount\n1,2023-01-31,10.00\n2,2023-01-31,1.00\n", "a.csv"
    )
    second = put(tmp_path, "Net Amt;Inv. Date;Cust. No.\n2,50;2023-02-28;1\n", "b.csv")
    assert by_account(reading_of([first, second])) == {"1": Decimal("12.50"), "2": Decimal("1.00")}


def test_equal_columns_of_one_file_among_several_are_a_question(tmp_path: Path) -> None:
    first = put(tmp_path, "Customer,Date,Sales,Revenue\nA,2023-01-31,10.00,11.00\n", "a.csv")
    second = put(tmp_path, "Customer,Date,Sales\nA,2023-02-28,2.50\n", "b.csv")
    with pytest.raises(NeedsAnswer) as caught:
        reading_of([first, second])
    assert [doubt.key for doubt in caught.value.doubts] == ["role:amount"]


def test_an_unsigned_amount_with_a_negative_quantity_is_a_return(tmp_path: Path) -> None:
    path = put(
        tmp_path, "customer,date,quantity,amount,cost\nA,2023-01-31,5,10.5,6\nA,2023-02-01,-1,2.1,1.2\n"
    )
    found = reading_of(path)
    assert lines_of(found, "kind, amount, cost", "1") == [
        ("return", Decimal("-2.1"), Decimal("-1.2")),
        ("sale", Decimal("10.5"), Decimal(6)),
    ]


@pytest.mark.parametrize(
    ("ids", "read_as"),
    [
        (["007.0", "10234.0", "12"], ["007", "10234", "12"]),
        (["A-7.0", "10234.0", "12"], ["10234.0", "12", "A-7.0"]),
        (["1.02E+05", "7", "8"], ["1.02E+05", "7", "8"]),
        (["NA", "N/A", "-"], ["-", "N/A", "NA"]),
    ],
)
def test_ids_are_text(ids: list[str], read_as: list[str], tmp_path: Path) -> None:
    text = "customer,date,amount\n" + "".join(f"{each},2023-01-31,1.5\n" for each in ids)
    assert [row[0] for row in lines_of(reading_of(put(tmp_path, text)), "account")] == sorted(read_as)


def test_ids_that_became_floats_far_down_are_the_same_accounts(tmp_path: Path) -> None:
    rows = "10234,2023-01-31,1.5\n" * 200_000
    path = put(tmp_path, "customer,date,amount\n" + rows + "10234.0,2023-01-31,1.5\n")
    assert by_account(reading_of(path)).keys() == {"10234"}


def test_names_that_differ_in_form_are_offered_not_merged(tmp_path: Path) -> None:
    text = (
        "customer id,customer,date,amount\n1,Helios GmbH,2023-01-31,1.5\n2,HELIOS G.m.b.H.,2023-01-31,1.5\n"
    )
    found = reading_of(put(tmp_path, text))
    assert found.merge_offers == (("1", "2"),)
    assert by_account(found).keys() == {"1", "2"}


# ---------------------------------------------------------------- several files


def test_several_files_are_one_export(tmp_path: Path) -> None:
    """February proves how January is written; March has its columns in another order."""
    january = put(tmp_path, "customer,date,amount\nA,01/02/2023,1.5\n", "1.csv")
    february = put(tmp_path, "customer,date,amount\nA,13/02/2023,2.5\n", "2.csv")
    march = put(tmp_path, "date,amount,customer\n2023-03-14,4.5,A\nbad,1,A\n", "3.csv")
    found = reading_of([january, february, march])
    assert [row[0] for row in lines_of(found, "date")] == [
        dt.date(2023, 2, 1),
        dt.date(2023, 2, 13),
        dt.date(2023, 3, 14),
    ]
    assert [(row.file, row.line) for row in found.refused_head] == [("3.csv", 3)]
    assert [file.name for file in found.inspection.files] == ["1.csv", "2.csv", "3.csv"]


# ---------------------------------------------------------------- duplicates, unassigned, refused


def test_repeated_rows_are_counted_and_kept_unless_the_user_says_otherwise(tmp_path: Path) -> None:
    rows = ["A,2023-01-31,1.5,x"] * 3 + ["A,2023-01-31,1.5,y", "B,2023-01-31,2.5,x", "B,2023-01-31,2.5,x"]
    path = put(tmp_path, "customer,date,amount,note\n" + "\n".join(rows) + "\n")
    kept, dropped = reading_of(path), reading_of(path, Choices(drop_duplicates=True))
    assert (kept.counts.duplicates, kept.counts.duplicates_dropped, kept.counts.used) == (3, 0, 6)
    assert (dropped.counts.duplicates, dropped.counts.duplicates_dropped, dropped.counts.used) == (3, 3, 3)
    assert dropped.counts.read == 6
    assert by_account(dropped) == {"A": Decimal("3.00"), "B": Decimal("2.50")}


def test_refused_rows_are_listed_with_a_reason_and_cannot_calculate(tmp_path: Path) -> None:
    text = "customer,date,amount\nA,2023-01-31,1.5\nA,2023-01-31,=cmd|' /C calc'!A0\nA,2023-01-31,-x\nA,31,2\nB,2023-01-31,2\n"
    found = reading_of(put(tmp_path, text))
    assert found.refused_csv is not None
    with found.refused_csv.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == [
        {
            "file": "sales.csv",
            "line": "3",
            "column": "amount",
            "value": "'=cmd|' /C calc'!A0",
            "reason": "is not a number",
        },
        {"file": "sales.csv", "line": "4", "column": "amount", "value": "'-x", "reason": "is not a number"},
        {"file": "sales.csv", "line": "5", "column": "date", "value": "31", "reason": "is not a date"},
    ]
    assert found.refused_total == found.counts.refused == 3


def test_rows_of_the_wrong_shape_count_as_refused(tmp_path: Path) -> None:
    text = (
        "customer,date,amount\n" + "A,2023-01-31,1.5\n" * 20 + "A,2023-01-31\nB,x,2.5,,9\nB,2023-01-31,zero\n"
    )
    found = reading_of(put(tmp_path, text))
    assert (found.counts.read, found.counts.used, found.counts.refused) == (23, 20, 3)
    assert sorted(row.line for row in found.refused_head) == [22, 23, 24]


def test_a_column_that_is_not_what_it_was_taken_for_refuses_the_file(tmp_path: Path) -> None:
    rows = "".join(f"A,{'soon' if n % 3 else '2023-01-31'},1.5\n" for n in range(90))
    path = put(tmp_path, "customer,date,amount\n" + rows)
    with pytest.raises(Unreadable) as caught:
        reading_of(path, Choices(mapping={"date": "date"}))
    assert "60 of 90 rows" in str(caught.value)
    assert "'soon'" in str(caught.value)
    assert [each.name for each in tmp_path.iterdir()] == ["sales.csv"]


# ---------------------------------------------------------------- currencies

RATES = (
    Rate(currency="GBP", date=dt.date(2023, 1, 10), rate=Decimal("1.10")),
    Rate(currency="GBP", date=dt.date(2023, 1, 20), rate=Decimal("1.20")),
)
MONEY = (
    "customer,date,currency,amount,cost\nA,2023-01-09,GBP,10.5,5\nA,2023-01-10,gbp,10.5,5\nA,2023-01-19,GBP,10.5,5\n"
    "A,2024-06-01,£,10.5,5\nA,2023-01-01,EUR,1.5,1\nA,2023-01-01,,2.5,1\nA,2023-01-01,CHF,2.5,1\n"
)


def test_lines_are_converted_at_the_latest_rate_and_refused_without_one(tmp_path: Path) -> None:
    path = put(tmp_path, MONEY)
    found = reading_of(path, Choices(company_currency="EUR", rates=RATES))
    assert lines_of(found, "currency, original_amount, amount, cost", "date, currency, amount") == [
        ("EUR", Decimal("1.5"), Decimal("1.5"), Decimal(1)),
        (None, Decimal("2.5"), Decimal("2.5"), Decimal(1)),
        ("GBP", Decimal("10.5"), Decimal("11.55"), Decimal("5.5")),
        ("GBP", Decimal("10.5"), Decimal("11.55"), Decimal("5.5")),
        ("GBP", Decimal("10.5"), Decimal("12.60"), Decimal(6)),
    ]
    assert [(row.line, row.column, row.value) for row in found.refused_head] == [
        (2, "currency", "GBP"),
        (8, "currency", "CHF"),
    ]
    assert found.refused_head[0].reason.startswith("has no rate on or before 9 January 2023")
    assert found.currency == "EUR"


def test_several_currencies_without_rates_are_asked_about(tmp_path: Path) -> None:
    (doubt,) = doubts_of(put(tmp_path, MONEY)).doubts
    assert doubt.key == "company_currency"
    assert [choice.value for choice in doubt.choices] == ["CHF", "EUR", "GBP"]


def test_several_currencies_beside_the_figures_are_not_added_up(tmp_path: Path) -> None:
    path = put(tmp_path, "customer,date,amount\nA,2023-01-31,€ 1.50\nA,2023-01-31,£ 2.50\n")
    (doubt,) = doubts_of(path).doubts
    assert [choice.value for choice in doubt.choices] == ["EUR", "GBP"]


# ---------------------------------------------------------------- whole or not at all


def test_nothing_is_left_behind_when_the_disk_is_full(tmp_path: Path) -> None:
    import resource

    path = put(
        tmp_path, "customer,date,amount\n" + "".join(f"A{n},2023-01-31,{n}.5\n" for n in range(200_000))
    )
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal

    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(Refused) as caught:
            reading_of(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert "Nothing was kept" in str(caught.value)
    assert [each.name for each in tmp_path.iterdir()] == ["sales.csv"]


def test_what_was_there_before_stays_when_a_reading_fails(tmp_path: Path) -> None:
    path = put(tmp_path, "customer,date,amount\nA,2023-01-31,1.5\n")
    before = reading_of(path).parquet.read_bytes()
    put(tmp_path, "customer,date,amount\nA,01/02/2023,1.5\n")
    with pytest.raises(NeedsAnswer):
        reading_of(path)
    assert (tmp_path / "lines.parquet").read_bytes() == before


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    path = put(tmp_path, "customer,date,amount\nA,2023-01-31,1.5\n")
    out = tmp_path / "lines.parquet"
    read([path], choices=Choices(), limits=Limits(), out=out, progress=lambda *args: told.append(args))
    assert any("Reading" in note for _, _, note in told)
