"""Workbooks: which sheet, where the table begins, and cells that keep what they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
import xlwt

from kamerton.ledger.read.model import Choices, Limits, NeedsAnswer, Unreadable
from kamerton.ledger.read.opening import RawTable, open_sources

HEADER = ["Order", "Date", "Customer", "Amount"]
ROWS = [
    ["00123", dt.date(2024, 1, 5), "Helios", 1250.5],
    ["00124", dt.date(2024, 1, 6), "Borea", -12.25],
    ["00125", dt.date(2024, 2, 7), "Castor", 3.0],
]

Cells = list[list[Any]]


def moment(day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    return dt.datetime(2024, 1, day, hour, minute)  # noqa: DTZ001 - cells know no zone


def write(path: Path, sheets: dict[str, Cells], *, at: tuple[int, int] = (0, 0)) -> Path:
    book = xlsxwriter.Workbook(path)
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for y, row in enumerate(rows, start=at[0]):
            for x, cell in enumerate(row, start=at[1]):
                if isinstance(cell, dt.datetime):
                    sheet.write_datetime(y, x, cell, moment)
                elif isinstance(cell, dt.date):
                    sheet.write_datetime(y, x, cell, day)
                elif isinstance(cell, str) and cell.startswith("#"):
                    sheet.write_formula(y, x, "=0/0", None, cell)
                elif isinstance(cell, str) and cell:
                    sheet.write_string(y, x, cell)
                elif cell != "":
                    sheet.write(y, x, cell)
    book.close()
    return path


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., tuple[RawTable, list[tuple[Any, ...]]]]:
    def read_(
        path: Path, *, limits: Limits | None = None, **chosen: str
    ) -> tuple[RawTable, list[tuple[Any, ...]]]:
        con = duckdb.connect(config={"threads": 2})
        work = tmp_path / ".work"
        work.mkdir(exist_ok=True)
        (table,) = open_sources(
            [path], choices=Choices(**chosen), limits=limits or Limits(), con=con, workdir=work, progress=None
        )
        rows = con.execute(table.select()).fetchall()
        assert len(rows) == table.rows_estimate
        return table, rows

    return read_


Read = Callable[..., tuple[RawTable, list[tuple[Any, ...]]]]


def test_columns_keep_their_types(read: Read, tmp_path: Path) -> None:
    table, rows = read(write(tmp_path / "s.xlsx", {"Sales": [HEADER, *ROWS]}))
    assert table.names == tuple(HEADER)
    assert table.types == ("VARCHAR", "DATE", "VARCHAR", "DOUBLE")
    assert rows == [tuple(row) for row in ROWS]
    assert (table.file.sheet, table.file.sheets, table.file.header_line) == ("Sales", ("Sales",), 1)


def test_ids_that_are_numbers_here_and_text_there_stay_exact(read: Read, tmp_path: Path) -> None:
    ids: Cells = [["00123"], [10234], ["A-7"], [10234.5], [0.1], [1e15], [True], [dt.date(2024, 1, 5)]]
    ids += [[moment(5, 14, 30)]]
    path = write(tmp_path / "s.xlsx", {"Sales": [["Id", "Amount"], *[[*row, 1.5] for row in ids]]})
    table, rows = read(path)
    assert table.types == ("VARCHAR", "DOUBLE")
    assert [row[0] for row in rows] == [
        "00123",
        "10234",
        "A-7",
        "10234.5",
        "0.1",
        "1000000000000000",
        "TRUE",
        "2024-01-05",
        "2024-01-05 14:30:00",
    ]


def test_whole_numbers_and_moments(read: Read, tmp_path: Path) -> None:
    rows: Cells = [[n, moment(n, 8), dt.date(2024, 1, n) if n % 2 else moment(n), ""] for n in (1, 2, 3)]
    table, found = read(write(tmp_path / "s.xlsx", {"S": [["Qty", "At", "Day", "Empty"], *rows]}))
    assert table.types == ("BIGINT", "TIMESTAMP", "DATE", "VARCHAR")
    assert found[1] == (2, moment(2, 8), dt.date(2024, 1, 2), "")


def test_errors_and_blanks(read: Read, tmp_path: Path) -> None:
    rows: Cells = [
        *ROWS,
        ["00126", dt.date(2024, 2, 8), "", "#N/A"],
        ["", "", "", ""],
        ["00127", "", "Deneb", "#DIV/0!"],
    ]
    table, found = read(write(tmp_path / "s.xlsx", {"Sales": [HEADER, *rows]}, at=(2, 1)))
    assert table.types == ("VARCHAR", "DATE", "VARCHAR", "VARCHAR")
    assert found[3:] == [("00126", dt.date(2024, 2, 8), "", "#N/A"), ("00127", None, "Deneb", "#DIV/0!")]
    assert table.lines_of([0, 4]) == [4, 9]


def test_titles_above_and_empty_columns_beside_the_table(read: Read, tmp_path: Path) -> None:
    above: Cells = [["Sales by customer"], ["Period", dt.date(2024, 1, 1), dt.date(2024, 12, 31)], []]
    path = write(tmp_path / "s.xlsx", {"Sales": [*above, HEADER, *ROWS]}, at=(100, 3))
    table, rows = read(path)
    assert table.names == tuple(HEADER)
    assert rows == [tuple(row) for row in ROWS]
    assert (table.file.header_line, table.lines_of([0])) == (104, [105])


def test_a_header_of_two_merged_rows(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "s.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Sales")
    sheet.merge_range("A1:A2", "Customer")
    sheet.merge_range("B1:C1", "2023")
    sheet.merge_range("D1:E1", "2024")
    sheet.write_row("B2", ["Quantity", "Amount", "Quantity", "Amount"])
    for n in range(5):
        sheet.write_row(n + 2, 0, [f"c{n}", 1, 1.5, 2, 2.5])
    book.close()
    table, rows = read(path)
    assert table.names == ("Customer", "2023 Quantity", "2023 Amount", "2024 Quantity", "2024 Amount")
    assert rows[0] == ("c0", 1, 1.5, 2, 2.5)


def test_text_in_cells_merged_downwards_holds_for_each_row_and_a_figure_counts_once(
    read: Read, tmp_path: Path
) -> None:
    path = tmp_path / "s.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Sales")
    sheet.write_row("A1", ["Customer", "Day", "Net", "Total"])
    for n in range(4):
        sheet.write_row(n + 1, 1, [f"2024-01-0{n + 1}", 1.5])
    sheet.merge_range("A2:A3", "Helios")
    sheet.merge_range("A4:A5", "Borea")
    sheet.merge_range("D2:D5", 6)
    book.close()
    _, rows = read(path)
    assert [(row[0], row[3]) for row in rows] == [
        ("Helios", 6),
        ("Helios", None),
        ("Borea", None),
        ("Borea", None),
    ]


def test_the_only_sheet_that_can_be_sales_is_read_and_said(read: Read, tmp_path: Path) -> None:
    path = write(
        tmp_path / "s.xlsx",
        {"Notes": [["Name", "Role"], ["Ada", "Buyer"]], "Sales": [HEADER, *ROWS], "Empty": []},
    )
    table, _ = read(path)
    assert (table.file.sheet, table.file.sheets) == ("Sales", ("Notes", "Sales", "Empty"))
    assert table.notes == (
        "Sheet 'Sales' of s.xlsx is read: 'Notes' cannot be sales, without dates and numbers.",
    )


def test_several_sheets_are_a_question(read: Read, tmp_path: Path) -> None:
    path = write(tmp_path / "s.xlsx", {"Sales 2023": [HEADER, *ROWS], "Sales 2024": [HEADER, *ROWS[:2]]})
    with pytest.raises(NeedsAnswer) as asked:
        read(path)
    (doubt,) = asked.value.doubts
    assert (doubt.key, doubt.option) == ("sheet", '--sheet "Sales 2023"')
    assert [(choice.value, choice.label) for choice in doubt.choices] == [
        ("Sales 2023", "Sales 2023: 4 rows, Order, Date, Customer, Amount"),
        ("Sales 2024", "Sales 2024: 3 rows, Order, Date, Customer, Amount"),
    ]
    assert read(path, sheet="sales 2024")[0].file.sheet == "Sales 2024"
    with pytest.raises(Unreadable, match="has no sheet 'Nope'"):
        read(path, sheet="Nope")


def test_header_only_and_empty_workbooks(read: Read, tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read(write(tmp_path / "a.xlsx", {"Sales": [HEADER]}))
    assert refused.value.code == "header_only"
    with pytest.raises(Unreadable) as refused:
        read(write(tmp_path / "b.xlsx", {"Sales": []}))
    assert refused.value.code == "empty"


def test_damaged_and_protected_workbooks(read: Read, tmp_path: Path) -> None:
    content = write(tmp_path / "a.xlsx", {"Sales": [HEADER, *ROWS]}).read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(content[: len(content) // 2])
    with pytest.raises(Unreadable) as refused:
        read(tmp_path / "cut.xlsx")
    assert refused.value.code == "damaged"
    protected = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512)
    )
    (tmp_path / "locked.xlsx").write_bytes(protected)
    with pytest.raises(Unreadable) as refused:
        read(tmp_path / "locked.xlsx")
    assert refused.value.code == "encrypted"


def test_legacy_workbooks(read: Read, tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sales")
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for y, row in enumerate([HEADER, *ROWS]):
        for x, cell in enumerate(row):
            sheet.write(y, x, cell, day) if isinstance(cell, dt.date) else sheet.write(y, x, cell)
    book.save(str(tmp_path / "s.xls"))
    table, rows = read(tmp_path / "s.xls")
    assert (table.file.format, table.types) == ("xls", ("VARCHAR", "DATE", "VARCHAR", "DOUBLE"))
    assert rows == [tuple(row) for row in ROWS]


def test_too_many_columns(read: Read, tmp_path: Path) -> None:
    path = write(tmp_path / "s.xlsx", {"Sales": [[f"c{n}" for n in range(30)], [1.5] * 30]})
    with pytest.raises(Unreadable, match="30 columns"):
        read(path, limits=Limits(max_columns=20))
