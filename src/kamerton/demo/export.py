"""The demo company's sales as the file that its ERP would give, with the faults that such files have."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa

from kamerton.demo import company

HEADER = (
    "Customer no.",
    "Customer name",
    "Parent company",
    "Invoice date",
    "Invoice no.",
    "Line no.",
    "Item no.",
    "Item description",
    "Product group",
    "Quantity",
    "Unit price",
    "Discount %",
    "Net amount",
    "Cost of goods sold",
    "Salesperson",
    "Currency",
    "Document type",
)
_TYPES = {"sale": "Invoice", "return": "Credit note", "cancellation": "Cancellation"}
FILE_NAME = "lumaro-sales.csv"
_CHUNK = 20_000  # rows held as Python objects at a time

#: Place in the file, as a share of its rows -> (column, what stands there instead).
_FAULTS: tuple[tuple[float, str, str], ...] = (
    (0.07, "Customer no.", ""),  # nobody knows who bought
    (0.31, "Customer no.", ""),
    (0.77, "Customer no.", ""),
    (0.12, "Invoice date", "31.02.{year}"),
    (0.45, "Invoice date", "00.00.0000"),
    (0.58, "Invoice date", ""),
    (0.22, "Net amount", "#REF!"),
    (0.66, "Net amount", "1.2O4,50"),  # the letter O
    (0.83, "Net amount", ""),
    (0.39, "Currency", "XTS"),  # no rate for it
)
_REPEATED = (0.17, 0.52)  # rows that stand there twice
_PADDED = (0.26, 0.71)  # account numbers with blanks around


def write_export(path: Path, today: dt.date) -> None:
    """Write the lines up to the day before `today` to `path`.

    Semicolons, decimal comma, dd.mm.yyyy, UTF-8 with byte order mark, lines ended the Windows way.
    Two exact repeats, ten faulty cells, two padded account numbers and a closing line of totals are in it.
    The same day gives the same bytes.
    """
    table = company.lines(today)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(HEADER)
        writer.writerows(_with_faults(_rows(table), table.num_rows))
        writer.writerow(_totals(table))


def _rows(table: pa.Table) -> Iterator[list[str]]:
    for batch in table.to_batches(max_chunksize=_CHUNK):
        columns = [_written(name, batch.column(name)) for name in table.column_names]
        yield from (list(row) for row in zip(*columns, strict=True))


def _written(name: str, column: pa.Array) -> list[str]:
    """One column as the ERP writes it; each value is written once."""
    write = _FORMS.get(name, str)
    texts = ["" if value is None else value for value in column.cast(pa.string()).to_pylist()]
    known = {text: write(text) for text in set(texts)}
    return [known[text] for text in texts]


def _date(text: str) -> str:
    """2024-12-31 as 31.12.2024"""
    return ".".join(reversed(text.split("-")))


def _percent(text: str) -> str:
    """0.125 as 12,5"""
    tenths = int(text.replace(".", ""))
    return f"{tenths // 10},{tenths % 10}"


def _money(text: str) -> str:
    """-1234.56 as -1.234,56"""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, cents = digits.partition(".")
    return f"{sign}{int(whole):,}".replace(",", ".") + "," + cents


_FORMS: dict[str, Callable[[str], str]] = {
    "date": _date,
    "discount": _percent,
    "unit_price": _money,
    "amount": _money,
    "cost": _money,
    "kind": _TYPES.__getitem__,
}


def _with_faults(rows: Iterator[list[str]], count: int) -> Iterator[list[str]]:
    faults = {int(place * count): (HEADER.index(column), text) for place, column, text in _FAULTS}
    repeated = {int(place * count) for place in _REPEATED}
    padded = {int(place * count) for place in _PADDED}
    for number, row in enumerate(rows):
        if number in faults:
            column, text = faults[number]
            row[column] = text.format(year=row[HEADER.index("Invoice date")][-4:])
        if number in padded:
            row[0] = f"  {row[0]} "
        yield row
        if number in repeated:
            yield row


def _totals(table: pa.Table) -> list[str]:
    """The line of totals at the end that people forget to delete."""
    row = [""] * len(HEADER)
    row[HEADER.index("Customer name")] = "Total"
    row[HEADER.index("Quantity")] = str(sum(table["quantity"].to_pylist()))
    return row
