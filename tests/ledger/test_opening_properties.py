"""Any table that is written in any dialect comes back equal, or is refused with a reason; no row is ever lost."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from pathlib import Path
from typing import Literal

import duckdb
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kamerton.ledger.read.model import Choices, Limits, Unreadable
from kamerton.ledger.read.opening import open_sources

ENGINE = duckdb.connect(config={"threads": 2})
LETTERS = "abcXYZ èéßłżЖ"
NASTY = LETTERS + "\"',;|\t\n\\ "
texts = st.text(alphabet=NASTY, max_size=12).map(lambda text: "t" + text.replace("\r", ""))
numbers = st.decimals(min_value=-10_000, max_value=10_000, places=2).map(str)
dates = st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1)).map(dt.date.isoformat)
rows = st.lists(
    st.tuples(dates, texts, numbers, st.one_of(st.just(""), texts), st.integers(0, 99).map(str)).map(list),
    min_size=1,
    max_size=30,
)
HEADER = ["Date", "Customer", "Amount", "Remark", "Quantity"]
SETTINGS = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def read_back(content: bytes, **chosen: str) -> tuple[tuple[str, ...], list[list[str]], int]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "export.csv")
        path.write_bytes(content)
        work = Path(folder, "work")
        work.mkdir()
        con = ENGINE.cursor()
        (table,) = open_sources(
            [path], choices=Choices(**chosen), limits=Limits(), con=con, workdir=work, progress=None
        )
        found = [list(row) for row in con.execute(table.select()).fetchall()]
        assert len(found) == table.rows_estimate
        assert len(table.structural_refusals()) == table.refused_count
        return table.names, found, table.refused_count


@SETTINGS
@given(
    table=rows,
    delimiter=st.sampled_from(",;\t|^~"),
    quotes=st.sampled_from(
        [('"', csv.QUOTE_MINIMAL), ('"', csv.QUOTE_ALL), ("'", csv.QUOTE_ALL), ("'", csv.QUOTE_NONNUMERIC)]
    ),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    last_end=st.booleans(),
)
def test_what_the_dialect_is_told_comes_back_equal(
    table: list[list[str]],
    delimiter: str,
    quotes: tuple[str, Literal[0, 1, 2]],
    line_end: str,
    encoding: str,
    last_end: bool,
) -> None:
    if line_end == "\r":  # csv.writer leaves a lone line feed unquoted then
        table = [[cell.replace("\n", " ") for cell in row] for row in table]
    buffer = io.StringIO()
    writer = csv.writer(
        buffer, delimiter=delimiter, quotechar=quotes[0], quoting=quotes[1], lineterminator=line_end
    )
    writer.writerows([HEADER, *table])
    text = buffer.getvalue() if last_end else buffer.getvalue().removesuffix(line_end)
    mark = "" if encoding in {"utf-8", "utf-8-sig", "utf-16"} else "\ufeff"
    chosen = {"delimiter": delimiter}
    try:
        names, found, refused = read_back((mark + text).encode(encoding), **chosen)
    except Unreadable:
        return
    assert names == tuple(HEADER)
    assert refused == 0
    assert found == table


@SETTINGS
@given(
    table=st.lists(
        st.tuples(
            dates,
            st.text(alphabet=LETTERS + '",;\n', max_size=10).map(lambda text: "t" + text),
            numbers,
            st.integers(0, 99).map(str),
        ).map(list),
        min_size=4,
        max_size=30,
    ),
    delimiter=st.sampled_from(",;\t|"),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
@example(table=[["2000-01-01", "t", "0.00", "0"]] * 4, delimiter=";", line_end="\n")
def test_a_doubled_quote_dialect_is_found_and_comes_back_equal(
    table: list[list[str]], delimiter: str, line_end: str
) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator=line_end).writerows(
        [["Date", "Customer", "Amount", "Quantity"], *table]
    )
    names, found, refused = read_back(buffer.getvalue().encode())
    assert (names, refused) == (("Date", "Customer", "Amount", "Quantity"), 0)
    assert found == table


@SETTINGS
@given(
    widths=st.lists(st.integers(1, 7), min_size=0, max_size=6),
    good=st.integers(8, 20),
    blank=st.sets(st.integers(0, 25), max_size=4),
    quoted=st.booleans(),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_rows_and_refusals_add_up_to_the_lines_of_the_file(
    widths: list[int], good: int, blank: set[int], quoted: bool, line_end: str
) -> None:
    name = '"c, {}"' if quoted else "c{}"
    lines = [f"2020-01-{day % 28 + 1:02d},{name.format(day)},{day}.50,1" for day in range(good)]
    for place, width in enumerate(widths):
        lines.insert(place * 3, ",".join(["x"] * width))
    filled = len(lines)
    for place in sorted(blank):
        lines.insert(place, "")
    content = line_end.join(["Date,Customer,Amount,Quantity", *lines, ""]).encode()
    names, found, refused = read_back(content)
    assert len(names) == 4
    assert len(found) + refused == filled
    assert refused == sum(width != 4 for width in widths)


@SETTINGS
@given(content=st.binary(max_size=400))
@example(content=b"a,b\n1,2\n\x1a")
@example(content=b'"')
@example(content=b"\xef\xbb\xbf")
@example(content=b"sep=;")
@example(content=b"\n\n\n")
@example(content=b'a,b\n"1,2\n3,4\n')
@example(content=b"\xff\xfe\x00")
def test_any_bytes_are_read_or_refused_with_a_sentence(content: bytes) -> None:
    try:
        read_back(content)
    except Unreadable as refused:
        assert len(refused.message) > 20  # noqa: PT017 - both outcomes are right


@SETTINGS
@given(content=st.text(alphabet="ab1,;\"'\n\r\t| .-\\", max_size=200))
def test_any_text_is_read_or_refused_with_a_sentence(content: str) -> None:
    try:
        read_back(content.encode())
    except Unreadable as refused:
        assert len(refused.message) > 20  # noqa: PT017 - both outcomes are right
