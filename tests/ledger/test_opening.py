"""What the reader makes of a file as a whole: dialects, headers, refusals, lines."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from kamerton.ledger.read.model import Choices, Limits, Unreadable
from kamerton.ledger.read.opening import RawTable, open_sources

ROWS = [
    ("Order", "Date", "Customer", "Amount"),
    ("00123", "2024-01-05", "Helios", "1250.00"),
    ("00124", "2024-01-06", "Borea, Ltd", "-12.50"),
    ("00125", "2024-02-07", "Castor", "3.10"),
]
PLAIN = "\n".join(";".join(row) for row in ROWS) + "\n"


@dataclass(frozen=True, kw_only=True)
class Opened:
    tables: list[RawTable]
    con: duckdb.DuckDBPyConnection

    @property
    def table(self) -> RawTable:
        (table,) = self.tables
        return table

    def rows(self) -> list[tuple[object, ...]]:
        return self.con.execute(self.table.select()).fetchall()


Open = Callable[..., Opened]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    def open_(*paths: Path, limits: Limits | None = None, **chosen: str) -> Opened:
        con = duckdb.connect(config={"threads": 2})
        work = tmp_path / ".work"
        work.mkdir(exist_ok=True)
        tables = open_sources(
            paths, choices=Choices(**chosen), limits=limits or Limits(), con=con, workdir=work, progress=None
        )
        return Opened(tables=tables, con=con)

    return open_


@pytest.fixture
def given(tmp_path: Path, opened: Open) -> Callable[..., Opened]:
    """Write a file and open it."""

    def given_(content: str | bytes, name: str = "sales.csv", **options: object) -> Opened:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return opened(path, **options)

    return given_


Given = Callable[..., Opened]


def refusal(given: Given, content: str | bytes, name: str = "sales.csv", **options: object) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        given(content, name, **options)
    assert "Nothing was" in caught.value.message
    return caught.value


# --- dialects ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace(";", "\t"),
        PLAIN.replace(";", "|"),
        PLAIN.replace(";", "^"),
        PLAIN.replace(";", "~"),
        PLAIN.replace(";", "\x1f"),
        PLAIN.replace("Borea, Ltd", '"Borea, Ltd"').replace(";", ","),
        PLAIN.replace("Borea, Ltd", "'Borea, Ltd'").replace(";", ","),
        PLAIN.replace("Borea, Ltd", '"Borea, Ltd"').replace(";", ", "),
        PLAIN.replace("Borea, Ltd", r"Borea\, Ltd").replace(";", ","),
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace("\n", "\r\n", 2),
        PLAIN.rstrip("\n"),
        PLAIN.replace("\n", ";\n"),
        PLAIN.replace("\n", ";\n").replace("Amount;", "Amount"),
        PLAIN.replace("\n", "\n\n"),
        PLAIN + "\n\n  \n",
        PLAIN + "\x1a",
        PLAIN + ";;;\n;;;\n",
        "\ufeff" + PLAIN,
        "sep=;\n" + PLAIN,
        '"sep=;"\r\n' + PLAIN,
        "\n\n" + PLAIN,
        "Sales by customer\nCompany: Aurora\n\n" + PLAIN,
        "Sales by customer;;;\nPeriod;01.01.2024;31.12.2024;\n;;;\n" + PLAIN,
        PLAIN.replace("Amount\n", "Amount\n-----;-----;-----;-----\n"),
        "".join(f'"{line}"\n' for line in PLAIN.splitlines()),
        "".join(f'"{line}"\r\n' for line in PLAIN.replace("Helios", '""Helios""').splitlines()),
    ],
)
def test_the_same_table_in_many_dialects(given: Given, text: str) -> None:
    opened = given(text)
    assert opened.table.names == ROWS[0]
    assert opened.rows() == ROWS[1:]
    assert opened.table.rows_estimate == 3
    assert opened.table.types == ("VARCHAR",) * 4


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ('5" pipe', '5" pipe'),
        ('say "yes" now', '"say ""yes"" now"'),
        ('say "yes" now', r'"say \"yes\" now"'),
        ("two\nlines", '"two\nlines"'),
        ("two\r\nlines", '"two\r\nlines"'),
        ("  kept blanks ", "  kept blanks "),
        ("NA", "NA"),
        ("NULL", "NULL"),
        ("", '""'),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        (r"C:\temp\new", r"C:\temp\new"),
        ("O'Brien", "O'Brien"),
        ("# no comment", "# no comment"),
        ("日本 Žluťoučký", "日本 Žluťoučký"),
    ],
)
def test_a_cell_comes_as_it_stands(given: Given, cell: str, written: str) -> None:
    lines = [
        "Date,Customer,Amount",
        *[f"2024-01-0{n},x{n},1.50" for n in range(1, 9)],
        f"2024-01-09,{written},2.00",
    ]
    assert given("\n".join(lines)).rows()[-1] == ("2024-01-09", cell, "2.00")


def test_decimal_commas_do_not_count_as_delimiters(given: Given) -> None:
    opened = given("Helios;12,50;01.02.2024\nBorea;13,75;02.02.2024\nCastor;1,00;03.02.2024\n")
    assert opened.rows()[0] == ("Helios", "12,50", "01.02.2024")
    assert opened.table.names == ("column 1", "column 2", "column 3")
    assert opened.table.notes == ("sales.csv has no header: its columns are called by their position.",)


def test_columns_apart_by_blanks(given: Given) -> None:
    opened = given(
        " id  date     amount\n 00001 19970101  11.77\n 00002 19970112  12.00\n 00003 19970113  1.00\n"
    )
    assert opened.table.names == ("id", "date", "amount")
    assert opened.rows()[0] == ("00001", "19970101", "11.77")
    assert opened.table.lines_of([0, 2]) == [2, 4]


def test_columns_at_fixed_positions(given: Given) -> None:
    text = (
        "Customer           Date          Amount\n"
        "Helios Trading     2024-01-05   1250.00\n"
        "Borea              2024-01-06     12.50\n"
        "Castor and Sons    2024-02-07      3.10\n"
        "A name that runs far too long here 1.00\n"
        "Deneb Freight      2024-02-08    100.00\n"
    )
    opened = given("\n".join(text.splitlines()[:4] + text.splitlines()[5:]) + "\n")
    assert opened.rows()[0] == ("Helios Trading", "2024-01-05", "1250.00")
    assert opened.rows()[-1] == ("Deneb Freight", "2024-02-08", "100.00")


def test_a_ruled_line_gives_the_columns(given: Given) -> None:
    opened = given(
        "CUST  NAME                DATE       AMOUNT\n"
        "----- ------------------- ---------- ----------\n"
        "00001 Helios Trading      05.01.2024   1.250,00\n"
        "00002 Borea               06.01.2024     250,00\n"
        "00003 Castor and all his sons who are many 5,00\n"
    )
    assert opened.table.names == ("CUST", "NAME", "DATE", "AMOUNT")
    assert opened.rows() == [
        ("00001", "Helios Trading", "05.01.2024", "1.250,00"),
        ("00002", "Borea", "06.01.2024", "250,00"),
    ]
    assert opened.table.structural_refusals()[0].reason == "A value reaches over the edge of its column."


def test_quotes_that_mean_nothing(given: Given) -> None:
    opened = given(
        'Date\tItem\tAmount\n2024-01-01\t5" pipe\t1.0\n2024-01-02\t"odd\t2.0\n2024-01-03\tok\t3.0\n'
    )
    assert [row[1] for row in opened.rows()] == ['5" pipe', '"odd', "ok"]


def test_letters_in_the_header_alone_decide_the_encoding(given: Given) -> None:
    opened = given("Data;Wartość;Ilość\n2024-01-05;1,50;1\n2024-01-06;2,50;2\n".encode("cp1250"))
    assert opened.table.names == ("Data", "Wartość", "Ilość")


def test_the_users_delimiter_and_encoding_win(given: Given) -> None:
    text = "a:b:c\n" + "".join(f"è{n}:{n}:2024-01-01\n" for n in range(5))
    opened = given(text.encode("cp850"), delimiter=":", encoding="cp850")
    assert opened.rows()[1] == ("è1", "1", "2024-01-01")
    assert opened.table.file.encoding == "cp850"


# --- headers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("Date,Amount,Amount,amount", ("Date", "Amount", "Amount (2)", "amount (3)")),
        ("Date,,Amount,", ("Date", "column 2", "Amount", "column 4")),
        (" Date , Order  No ,Amount,Qty", ("Date", "Order No", "Amount", "Qty")),
        ('Date,"Amount\nEUR",Amount (2),Amount', ("Date", "Amount EUR", "Amount (2)", "Amount")),
        ("Date,2022,2023,Name", ("Date", "2022", "2023", "Name")),
    ],
)
def test_names_are_never_empty_and_never_twice(given: Given, header: str, names: Sequence[str]) -> None:
    opened = given(header + "\n" + "".join(f"2024-01-0{n},1.00,2.00,x\n" for n in range(1, 6)))
    assert opened.table.names == names
    assert len(opened.rows()) == 5


def test_trailing_columns_without_name_or_value_are_dropped(given: Given) -> None:
    opened = given("Date,Amount,,,\r\n2024-01-01,1.00,,,\r\n2024-01-02,2.00,,,\r\n")
    assert (opened.table.names, opened.rows()[0]) == (("Date", "Amount"), ("2024-01-01", "1.00"))


def test_a_file_without_header_keeps_its_first_row(given: Given) -> None:
    opened = given("1|AFA|2024-01-01\n2|DZD|2024-01-02\n3|ARS|2024-01-03\n")
    assert opened.table.file.header_line is None
    assert [row[1] for row in opened.rows()] == ["AFA", "DZD", "ARS"]


def test_row_numbers_without_a_name(given: Given) -> None:
    opened = given("Date,Amount\n1,2024-01-01,1.00\n2,2024-01-02,2.00\n3,2024-01-03,2.00\n")
    assert opened.table.names == ("row", "Date", "Amount")


def test_rows_wider_than_their_header_are_not_certain(given: Given) -> None:
    assert refusal(given, "Date,Amount\n2024-01-01,1,00\n2024-01-02,2,50\n").code == "structure"


# --- rows that do not fit ---------------------------------------------------------------------------------


def test_rows_of_the_wrong_width_are_refused_with_their_line(given: Given) -> None:
    good = "".join(f"2024-01-{n:02d},x{n},1.50\n" for n in range(1, 21))
    opened = given(f"Report\n\nDate,Customer,Amount\n2024-01-01,too,many,1.00\n{good}\nTotal,30.00\n")
    assert [(row.file, row.line, row.value, row.reason) for row in opened.table.structural_refusals()] == [
        ("sales.csv", 4, "2024-01-01,too,many,1.00", "The row has 4 columns, the table has 3."),
        ("sales.csv", 26, "Total,30.00", "The row has 2 columns, the table has 3."),
    ]
    assert opened.table.refused_count == 2
    assert len(opened.rows()) == opened.table.rows_estimate == 20
    assert opened.table.lines_of([0, 19, 3]) == [5, 24, 8]


def test_a_row_after_the_header_that_is_no_data_is_not_lost(given: Given) -> None:
    opened = given("Date,Customer,Amount\nEUR\n2024-01-01,x,1.00\n2024-01-02,y,2.00\n")
    assert (len(opened.rows()), opened.table.structural_refusals()[0].line) == (2, 2)


def test_short_rows_are_filled_up_where_the_exporter_trims(given: Given) -> None:
    full = "".join(f"2024-01-{n:02d},x{n},1.50,note\n" for n in range(1, 11))
    short = "".join(f"2024-02-{n:02d},x{n},1.50\n" for n in range(1, 11))
    opened = given("Date,Customer,Amount,Remark\n" + full + short)
    assert opened.rows()[-1] == ("2024-02-10", "x10", "1.50", None)
    assert opened.table.notes == ("10 rows of sales.csv end early: their last cells are taken for blank.",)


def test_mostly_wrong_widths_refuse_the_file(given: Given) -> None:
    rows = "".join(f"2024-01-01,{'x,' * (n % 5)}1\n" for n in range(40))
    assert refusal(given, "Date,Customer,Amount,Quantity,Product,Seller,Cost\n" + rows).code == "structure"


def test_a_quote_that_is_never_closed_costs_one_row(given: Given) -> None:
    rows = [f"2024-01-{n:02d},x{n},1.50" for n in range(1, 21)]
    rows[4] = '2024-01-05,"x5,1.50'
    opened = given("\n".join(["Date,Customer,Amount", *rows]))
    assert [(row.line, row.reason) for row in opened.table.structural_refusals()] == [
        (6, "A quote is opened and never closed.")
    ]
    assert len(opened.rows()) == 19
    assert opened.table.lines_of([3, 4]) == [5, 7]


def test_lines_of_rows_below_quoted_line_ends(given: Given) -> None:
    rows = [f'2024-01-{n:02d},"a\nb{n}",1.50' for n in range(1, 6)]
    opened = given("\n".join(["Date,Customer,Amount", *rows, ""]))
    assert opened.table.lines_of([4, 0, 2]) == [10, 2, 6]
    assert "read_csv" in opened.table.relation


def test_records_count_the_rows_of_the_file(given: Given) -> None:
    opened = given("Date;Amount\n2024-01-01;1\n;\n2024-01-02;2\n")
    found = opened.con.execute(opened.table.select([1], with_record=True)).fetchall()
    assert found == [("1", 0), ("2", 2)]
    assert opened.table.lines_of([record for _, record in found]) == [2, 4]
    assert opened.con.execute(opened.table.select([0], limit=1)).fetchall() == [("2024-01-01",)]


# --- files as a whole -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n \r\n\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"Date;Customer;Amount\n", "header_only"),
        (b"Date;Customer;Amount\n\n\n", "header_only"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "binary"),
        (b"%PDF-1.7\n1 0 obj", "binary"),
        (bytes(range(256)) * 40, "binary"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "binary"),
        (PLAIN.encode() + b"00126;2024-02-08;Den\x00eb;1\n", "nul_bytes"),
        (gzip.compress(PLAIN.encode() * 1000, mtime=0)[:60], "damaged"),
        (b"PK\x03\x04" + bytes(40), "damaged"),
        (b"PAR1" + bytes(40), "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged"),
        (
            PLAIN.encode() * 50 + b"00126;2024-02-08;Caf\xc3\xa9;1\n" * 9 + b"00126;2024-02-08;Caf\xe9;1\n",
            "encoding",
        ),
    ],
)
def test_files_that_are_refused_as_a_whole(given: Given, content: bytes, code: str) -> None:
    assert refusal(given, content).code == code


def test_too_many_columns(given: Given) -> None:
    header = ",".join(f"c{n}" for n in range(100_000))
    found = refusal(given, f"{header}\n{','.join(['1'] * 100_000)}\n{','.join(['1'] * 100_000)}\n")
    assert "100,000 columns" in found.message


def test_a_line_without_end(given: Given) -> None:
    limits = Limits(max_line_bytes=2 * 1024**2)
    assert refusal(given, PLAIN + "x" * 5 * 1024**2, limits=limits).code == "line_too_long"
    assert refusal(given, "x" * 5 * 1024**2, limits=limits).code == "line_too_long"


def test_missing_unreadable_and_empty_places(opened: Open, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="does not exist"):
        opened(tmp_path / "no.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(Unreadable, match="no data files"):
        opened(tmp_path / "empty")
    with pytest.raises(Unreadable, match="No file was given"):
        opened()


def test_a_folder_is_read_in_order_without_hidden_files(opened: Open, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    for name in ("b.csv", "a.csv", ".hidden.csv", "~$a.xlsx", "README.md"):
        (folder / name).write_text(PLAIN)
    assert [table.file.name for table in opened(folder).tables] == ["a.csv", "b.csv"]


def test_a_name_is_never_taken_for_a_pattern(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "sales1.csv").write_text(PLAIN.replace("Helios", "another file"))
    for name in ("sales[1].csv", "sales?.csv", "sal*.csv", "it's {1,2}.csv"):
        (tmp_path / name).write_text(PLAIN)
        found = opened(tmp_path / name)
        assert found.rows() == ROWS[1:]
        assert (found.table.file.name, found.table.file.path) == (name, tmp_path / name)
    for name, amount in (("x2.parquet", 1), ("x[2].parquet", 2)):
        duckdb.sql(f"SELECT {amount} AS amount").write_parquet(str(tmp_path / name.replace("[", "(")))
        (tmp_path / name.replace("[", "(")).rename(tmp_path / name)
    assert opened(tmp_path / "x[2].parquet").rows() == [(2,)]


def run_with_little_room(folder: Path, name: str) -> str:
    """Open a file in a process that may write no file beyond 1 MB, which a full disk looks like."""
    code = (
        "import resource, sys, duckdb, pathlib\n"
        "from kamerton.ledger.read.model import Choices, Limits, Unreadable\n"
        "from kamerton.ledger.read.opening import open_sources\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))\n"
        "work = pathlib.Path(sys.argv[1], 'work'); work.mkdir()\n"
        "try:\n"
        "    open_sources([pathlib.Path(sys.argv[1], sys.argv[2])], choices=Choices(), limits=Limits(),\n"
        "                 con=duckdb.connect(), workdir=work, progress=None)\n"
        "except Unreadable as refused:\n"
        "    print(refused.code)\n"
    )
    command = [sys.executable, "-c", code, str(folder), name]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("form", ["gzip", "cp1250", "quotes", "json"])
def test_a_full_disk_is_said(tmp_path: Path, form: str) -> None:
    noise = random.Random(1)
    rows = [f"2024-01-05,Łódź {noise.random()} {noise.random()},{n}.50" for n in range(60_000)]
    text = "Date,Customer,Amount\n" + "\n".join(rows)
    content = {
        "gzip": gzip.compress(text.encode()),
        "cp1250": text.encode("cp1250"),
        "quotes": text.replace(",Łódź ", ',"Łódź \\"a\\" ').replace("50\n", '50"\n').encode(),
        "json": "\n".join(json.dumps({"a": row}) for row in rows).encode(),
    }[form]
    (tmp_path / ("s.jsonl" if form == "json" else "s.csv")).write_bytes(content)
    assert run_with_little_room(tmp_path, "s.jsonl" if form == "json" else "s.csv") == "disk_full"


# --- compressed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pack", "suffix"), [(gzip.compress, "gz"), (bz2.compress, "bz2"), (lzma.compress, "xz")]
)
def test_compressed_files(given: Given, pack: Callable[[bytes], bytes], suffix: str) -> None:
    opened = given(pack(PLAIN.encode()), f"sales.csv.{suffix}")
    assert opened.rows() == ROWS[1:]
    assert opened.table.file.name == "sales.csv"


def test_every_member_of_an_archive_is_a_table(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "sales.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("2024/b.csv", "2024/a.csv", "__MACOSX/a.csv", ".DS_Store"):
            archive.writestr(name, PLAIN)
    assert [table.file.name for table in opened(path).tables] == [
        "sales.zip/2024/a.csv",
        "sales.zip/2024/b.csv",
    ]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_is_stopped_while_it_unpacks(
    given: Given, tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    bomb = pack(b"0" * 24 * 1024**2)
    assert refusal(given, bomb, "sales.csv.gz").code == "unpack_limit"
    assert sum(file.stat().st_size for file in (tmp_path / ".work").iterdir()) == 0


def test_a_zip_bomb_is_stopped(opened: Open, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sales.csv", b"0" * 24 * 1024**2)
    with pytest.raises(Unreadable, match="grows to more than"):
        opened(tmp_path / "bomb.zip")


# --- tables that know their types -------------------------------------------------------------------------


def test_parquet_keeps_its_types(opened: Open, tmp_path: Path) -> None:
    duckdb.sql(
        "SELECT DATE '2024-01-05' AS day, 12.50::DECIMAL(10,2) AS amount, '00123' AS id, [1, 2] AS tags, "
        "NULL::INTEGER AS none"
    ).write_parquet(str(tmp_path / "sales.parquet"))
    found = opened(tmp_path / "sales.parquet")
    assert found.table.types == ("DATE", "DECIMAL(10,2)", "VARCHAR", "VARCHAR", "INTEGER")
    assert [str(cell) for cell in found.rows()[0]] == ["2024-01-05", "12.50", "00123", "[1,2]", "None"]


@pytest.mark.parametrize("form", ["lines", "array"])
def test_json_gives_the_union_of_keys(given: Given, form: str) -> None:
    objects: list[dict[str, object]] = [
        {"id": "00123", "amount": 12.5, "qty": 1, "to": {"city": "Turin"}, "flag": True},
        {"id": "7", "amount": None, "qty": 2, 'new "key"': "x"},
        {"id": "8", "amount": 3, "qty": 3, "date": "01/02/2024"},
    ]
    content = "\n".join(map(json.dumps, objects)) if form == "lines" else json.dumps(objects, indent=1)
    opened = given(content, "sales.jsonl" if form == "lines" else "sales.json")
    assert opened.table.names == ("id", "amount", "qty", "to.city", "flag", 'new "key"', "date")
    assert opened.table.types == ("VARCHAR", "DOUBLE", "BIGINT", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR")
    assert opened.rows() == [
        ("00123", 12.5, 1, "Turin", "true", None, None),
        ("7", None, 2, None, None, "x", None),
        ("8", 3.0, 3, None, None, None, "01/02/2024"),
    ]


def test_broken_json(given: Given) -> None:
    assert refusal(given, '{"a": 1}\n{"a": \n', "sales.jsonl").code == "damaged"


QUERY = """
-- sales of the shop
SELECT h.date, h.customer, l.product, l.quantity * l.price AS amount
FROM read_csv('heads.csv') h JOIN 'data/lines.csv' l USING (number);
"""


def test_a_query_over_header_and_line_tables(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "heads.csv").write_text("number,date,customer\n1,2024-01-05,Helios\n2,2024-01-06,Borea\n")
    (tmp_path / "data" / "lines.csv").write_text(
        "number,product,quantity,price\n1,P1,2,1.5\n1,P2,1,10\n2,P1,1,1.5\n"
    )
    (tmp_path / "sales.sql").write_text(QUERY)
    found = opened(tmp_path / "sales.sql", limits=Limits(queries=True))
    assert found.table.names == ("date", "customer", "product", "amount")
    assert found.table.types == ("DATE", "VARCHAR", "VARCHAR", "DOUBLE")
    assert sorted(str(row[3]) for row in found.rows()) == ["1.5", "10.0", "3.0"]
    assert found.table.file.format == "sql"


@pytest.mark.parametrize(
    "query",
    [
        "COPY (SELECT 1) TO 'out.csv'",
        "ATTACH 'x.db'",
        "SET memory_limit = '1GB'",
        "INSTALL httpfs",
        "SELECT 1; SELECT 2",
        "CREATE TABLE t AS SELECT 1",
        "SELECT * FROM 'no-such-file.csv'",
        "SELEC 1",
        "",
        "INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2);\nGO\n",
    ],
)
def test_a_query_only_reads(given: Given, tmp_path: Path, query: str) -> None:
    assert refusal(given, query or " ", "sales.sql", limits=Limits(queries=True)).code == "query"
    assert not (tmp_path / "out.csv").exists()


def test_a_query_is_run_for_the_user_of_the_machine_only(given: Given, tmp_path: Path) -> None:
    assert "command line" in refusal(given, "SELECT 1 AS a", "sales.sql").message
    with zipfile.ZipFile(tmp_path / "q.zip", "w") as archive:
        archive.writestr("sales.sql", "SELECT 1 AS a")
    packed = (tmp_path / "q.zip").read_bytes()
    assert refusal(given, packed, "q.zip", limits=Limits(queries=True)).code == "query"
