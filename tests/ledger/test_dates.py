"""How dates are read: single values, whole columns, and Python and SQL alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamerton.ledger.read.dates import MONTHS, DateForm, date_sql, quick_format, read_date
from kamerton.ledger.read.evidence import date_query, date_tally, judge, tally_dates
from kamerton.ledger.read.model import Limits

DMY, MDY, YMD = (DateForm(order=order) for order in ("dmy", "mdy", "ymd"))  # type: ignore[arg-type]
SERIAL, PERIOD = DateForm(kind="serial"), DateForm(kind="period")

SELF_EVIDENT = {
    "2019-03-01": "2019-03-01",
    "2019-3-1": "2019-03-01",
    "2019/03/01": "2019-03-01",
    "2019.03.01.": "2019-03-01",
    "2019 03 01": "2019-03-01",
    "20190301": "2019-03-01",
    "2019-03-01 10:20": "2019-03-01",
    "2019-03-01T23:59:59Z": "2019-03-01",
    "2019-03-01T00:01:00.123+02:00": "2019-03-01",
    "2019-03-01 10:20:30.000000": "2019-03-01",
    "3 March 2019": "2019-03-03",
    "March 3, 2019": "2019-03-03",
    "Mar 3rd 2019": "2019-03-03",
    "3-Mar-19": "2019-03-03",
    "03.mar.2019": "2019-03-03",
    "2019-Mar-03": "2019-03-03",
    "3 marzo 2019": "2019-03-03",
    "31 gennaio 2019": "2019-01-31",
    "1 stycznia 2020": "2020-01-01",
    "15 września 2020 r.": "2020-09-15",
    "3 марта 2019 г.": "2019-03-03",
    "05-мая-2019": "2019-05-05",
    "3. Januar 2019": "2019-01-03",
    "ven 3 mar 2019": "2019-03-03",
    "3 de marzo de 2019": "2019-03-03",
    "3 janv. 2019": "2019-01-03",
    "1er août 2019": "2019-08-01",
    "3. března 2019": "2019-03-03",
    "3 mei 2019": "2019-05-03",
    "03-Mär-19": "2019-03-03",
    "2019-02-30": None,
    "20191301": None,
    "3 Foo 2019": None,
    "2019": None,
    "12.5": None,
    "": None,
}
BY_ORDER = {  # text -> dmy, mdy, ymd
    "03/01/2019": ("2019-01-03", "2019-03-01", None),
    "3.1.19": ("2019-01-03", "2019-03-01", None),
    "31-12-2019": ("2019-12-31", None, None),
    "12/31/2019 2:05 PM": (None, "2019-12-31", None),
    "2/24/2003 0:00": (None, "2003-02-24", None),
    "3.1.2019 14.05": ("2019-01-03", "2019-03-01", None),
    "31122019": ("2019-12-31", None, None),
    "01022019": ("2019-02-01", "2019-01-02", None),
    "99-12-31": (None, None, "1999-12-31"),
    "01/02/68": ("2068-02-01", "2068-01-02", None),
    "01/02/69": ("1969-02-01", "1969-01-02", None),
    "lun 03/02/2019": ("2019-02-03", "2019-03-02", None),
    "03 / 01 / 2019": ("2019-01-03", "2019-03-01", None),
    "45/45/2019": (None, None, None),
}
SERIALS = {
    "43524": "2019-02-28",
    "43524.75": "2019-02-28",
    "43524,5": "2019-02-28",
    "12": None,
    "2019-01-01": None,
}
EPOCHS = {
    "1675160000": "2023-01-31",
    "1675123199": "2023-01-30",
    "1675123200": "2023-01-31",
    "1675160000123": "2023-01-31",
    "1675160000123456": "2023-01-31",
    "167516000": None,
    "2023-01-31": None,
    "²675160000": None,
}
PERIODS = {
    "2024-03": "2024-03-01",
    "03/2024": "2024-03-01",
    "3.2024": "2024-03-01",
    "202403": "2024-03-01",
    "Q2 2024": "2024-04-01",
    "2024-Q4": "2024-10-01",
    "1 кв. 2024": "2024-01-01",
    "Mar 2024": "2024-03-01",
    "grudzień 2024": "2024-12-01",
    "Mar-24": "2024-03-01",
    "2024-W05": "2024-02-01",
    "2025W1": "2025-01-02",
    "KW 5/2024": "2024-02-01",
    "2025-W54": None,
    "K1 0001": None,
    "K10001": None,
    "13/2024": None,
    "2024": None,
}
CASES = [(text, DateForm(), day) for text, day in SELF_EVIDENT.items()]
CASES += [
    (text, form, day)
    for text, days in BY_ORDER.items()
    for form, day in zip((DMY, MDY, YMD), days, strict=True)
]
CASES += [(text, SERIAL, day) for text, day in SERIALS.items()]
CASES += [(text, PERIOD, day) for text, day in PERIODS.items()]
CASES += [(text, DateForm(kind="epoch"), day) for text, day in EPOCHS.items()]


@pytest.mark.parametrize(("text", "form", "day"), CASES)
def test_a_date_is_read(text: str, form: DateForm, day: str | None) -> None:
    assert read_date(text, form) == (day and dt.date.fromisoformat(day))


@pytest.mark.parametrize("form", [DateForm(), DMY, MDY, YMD, SERIAL, PERIOD])
@pytest.mark.parametrize("quick", [(), ("",), ("%d/%m/%Y", "%Y%m%d")])
@pytest.mark.parametrize("named", [True, False])
def test_sql_reads_dates_as_python_does(form: DateForm, quick: tuple[str, ...], named: bool) -> None:
    if quick == ("%d/%m/%Y", "%Y%m%d") and form.order != "dmy":
        quick = ("%Y%m%d",)
    texts = [text for text, _, _ in CASES] + [f"7 {name} 2019" for name in MONTHS]
    assert_alike(texts, DateForm(kind=form.kind, order=form.order, quick=quick, named=named))


def assert_alike(texts: Sequence[str], form: DateForm) -> None:
    expected = [read_date(text, form) for text in texts]
    found = duckdb.execute(
        f"SELECT {date_sql('x', form, 1950, 2100)} FROM (SELECT unnest($1::VARCHAR[]) AS x)", [list(texts)]
    ).fetchall()
    assert [day for (day,) in found] == [
        day if day and 1950 <= day.year <= 2100 else None for day in expected
    ]


@pytest.mark.parametrize("form", [DateForm(), DMY, MDY, YMD])
def test_self_evident_dates_mean_the_same_under_every_order(form: DateForm) -> None:
    for text, day in SELF_EVIDENT.items():
        assert read_date(text, form) == (day and dt.date.fromisoformat(day))


def test_years_out_of_bounds_are_not_read_by_sql() -> None:
    for text in ("1900-01-01", "9999-12-31", "infinity", "0019-03-05", "19-03-05"):
        found = duckdb.execute(
            f"SELECT {date_sql('x', DateForm(), 1950, 2100)} FROM (SELECT $1 AS x)", [text]
        )
        assert found.fetchall() == [(None,)]


days = st.dates(min_value=dt.date(1970, 1, 1), max_value=dt.date(2068, 12, 31))
FORMATS = {
    "dmy": ["%d.%m.%Y", "%d/%m/%y", "%d-%m-%Y %H:%M", "%d%m%Y", "%A %d/%m/%Y", "%d/%m/%Y %I:%M:%S %p"],
    "mdy": ["%m/%d/%Y", "%m-%d-%y", "%m/%d/%Y %H:%M:%S"],
    "ymd": ["%y-%m-%d", "%y.%m.%d"],
    "": [
        "%Y-%m-%d",
        "%Y%m%d",
        "%Y/%m/%d %H:%M",
        "%d %B %Y",
        "%d-%b-%y",
        "%b %d, %Y",
        "%Y-%m-%dT%H:%M:%S.%fZ",
    ],
}


@settings(max_examples=100, deadline=None)
@given(
    day=days, how=st.sampled_from([(order, each) for order, formats in FORMATS.items() for each in formats])
)
def test_a_date_written_in_any_manner_comes_back(day: dt.date, how: tuple[str, str]) -> None:
    order, pattern = how
    text = dt.datetime(day.year, day.month, day.day, 14, 5, 6, 7).strftime(pattern)  # noqa: DTZ001
    form = DateForm(order=order)  # type: ignore[arg-type]
    assert read_date(text, form) == day
    quick = quick_format(text, form.order)
    assert_alike([text], DateForm(order=form.order, quick=() if quick is None else (quick,)))


looks_like = st.from_regex(
    r"[0-9]{1,4}[-./ ][0-9]{1,2}[-./ ][0-9]{1,4}( [0-9]{1,2}:[0-9]{2})?|[0-9]{4,8}", fullmatch=True
)


@settings(max_examples=30, deadline=None)
@given(
    texts=st.lists(looks_like, max_size=50), form=st.sampled_from([DateForm(), DMY, MDY, YMD, SERIAL, PERIOD])
)
def test_sql_and_python_agree_on_whatever_looks_like_a_date(texts: list[str], form: DateForm) -> None:
    assert_alike(texts, form)


@pytest.mark.parametrize("name", MONTHS)
def test_every_name_of_a_month_is_read(name: str) -> None:
    for text in (f"7 {name} 2019", f"7 {name.upper()} 2019", f"7-{name.title()}-19"):
        assert read_date(text, DateForm()) == dt.date(2019, MONTHS[name], 7)


COLUMNS = [
    (["2019-01-02", "20190103"], None, ("", "plain")),
    (["01/02/2019", "13/02/2019"], None, ("dmy", "proven")),
    (["01/02/2019", "02/13/2019"], None, ("mdy", "proven")),
    (["01/02/2019", "03/03/2019"], None, (None, "open")),
    (["01/02/2019"], "mdy", ("mdy", "chosen")),
    (["02/02/2019", "03/03/2019"], None, ("dmy", "plain")),
    (["13/02/2019", "02/13/2019"], None, (None, "mixed")),
    (["13/02/2019"] * 1500 + ["02/13/2019"], None, ("dmy", "slips")),
    (["99-12-31", "98-01-02"], None, ("ymd", "proven")),
    (["01/02/19", "31/01/20", "15/04/19"], None, ("dmy", "proven")),
    (["01/02/19", "31/02/20", "15/04/19"], None, ("dmy", "proven")),
    (["19-01-02", "19-03-14", "19-05-06"], None, (None, "open")),
]


@pytest.mark.parametrize(("values", "chosen", "expected"), COLUMNS)
def test_a_column_is_judged_by_all_its_values(
    values: list[str], chosen: str | None, expected: tuple[str | None, str]
) -> None:
    con = duckdb.connect()
    con.execute("CREATE TABLE t AS SELECT unnest($1::VARCHAR[]) AS c0", [values])
    whole = date_tally(con.execute(date_query("c0", "SELECT c0 FROM t", Limits())).fetchall()[0])
    in_memory = tally_dates(values, Limits())
    for tally in (whole, in_memory):
        verdict = judge(tally, chosen)
        assert (verdict.reading, verdict.state) == expected
    for name in (
        "values",
        "unread",
        "misfits",
        "only_ymd",
        "differ",
        "spread",
        "serials",
        "periods",
        "spelt",
    ):
        assert getattr(whole, name) == getattr(in_memory, name)
