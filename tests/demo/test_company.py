"""The fictional company has the stories that the pages of the product tell."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from kamerton.demo import company, export
from kamerton.ledger.read.identity import kinds_of, merge_offers

DAYS = [dt.date(2026, 7, 15), dt.date(2027, 1, 1), dt.date(2028, 2, 29), dt.date(2026, 11, 2)]
TODAY = DAYS[0]
Database = duckdb.DuckDBPyConnection


def database(today: dt.date) -> Database:
    """Views in EUR: `line` all lines, `recent` the last twelve months, `year` one row an account of these."""
    db = duckdb.connect()
    db.register("export", company.lines(today))
    db.execute("create table rate(currency varchar, since date, rate decimal(10, 4))")
    db.executemany("insert into rate values (?, ?, ?)", company.rates(today))
    db.execute(
        """create table line as
        select e.*, amount * coalesce(rate, 1)::double as turnover, (amount - cost) * coalesce(rate, 1)::double as income
        from export e asof left join rate r on e.currency = r.currency and e.date >= r.since"""
    )
    db.execute(
        "create view recent as select * from line where date > (select max(date) - interval 12 month from line)"
    )
    db.execute(
        """create view year as select account_name as name, sum(turnover) as turnover, sum(income) as income,
        sum(turnover) / sum(sum(turnover)) over () as turnover_share, sum(income) / sum(sum(income)) over () as share
        from recent group by all"""
    )
    return db


@pytest.fixture(scope="module", params=DAYS, ids=str)
def db(request: pytest.FixtureRequest) -> Iterator[Database]:
    with database(request.param) as connection:
        yield connection


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return company.lines(TODAY)


def one(db: Database, query: str) -> tuple[object, ...]:
    row = db.execute(query).fetchone()
    assert row is not None
    return row


def column(db: Database, query: str) -> list[object]:
    return [row[0] for row in db.execute(query).fetchall()]


# ---------------------------------------------------------------- shape


def test_the_same_day_gives_the_same_lines(table: pa.Table) -> None:
    assert company.lines(TODAY).equals(table)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_four_years_end_yesterday(today: dt.date) -> None:
    dates = company.lines(today)["date"].to_pylist()
    assert max(dates) == today - dt.timedelta(days=1)
    assert today - dt.timedelta(days=1461) <= min(dates) <= today - dt.timedelta(days=1455)


def test_columns_are_those_of_an_export(table: pa.Table) -> None:
    text = [name for name in table.column_names if table[name].type == pa.string()]
    assert text == [
        "account", "account_name", "group", "document", "product", "product_name", "category", "seller", "currency",
        "kind",
    ]  # fmt: skip
    assert table.schema.field("date").type == pa.date32()
    assert [name for name in table.column_names if table[name].null_count] == ["group"]


def test_size(db: Database) -> None:
    lines, accounts, groups, products, sellers, currencies = one(
        db,
        """select count(*), count(distinct account), count(distinct "group"), count(distinct product),
        count(distinct seller), count(distinct currency) from line""",
    )
    assert 55_000 <= lines <= 68_000
    assert 145 <= accounts <= 155
    assert (groups, sellers, currencies) == (12, 8, 3)
    assert 210 <= products <= 240


def test_an_account_has_one_name_group_and_currency(db: Database) -> None:
    query = """select count(distinct account_name), count(distinct "group"), count(distinct currency),
        count(*) filter ("group" is null) in (0, count(*)) from export group by account"""
    assert {row[:1] + row[2:] for row in db.execute(query).fetchall()} == {(1, 1, True)}


def test_documents_belong_to_one_account_day_and_kind_and_number_their_lines(db: Database) -> None:
    query = """select count(distinct account) = 1 and count(distinct date) = 1 and count(distinct kind) = 1
        and max(line) = count(*) and count(distinct line) = count(*) from export group by document"""
    assert set(column(db, query)) == {True}


def test_amounts_are_quantity_times_price_less_discount(db: Database) -> None:
    query = "select max(abs(quantity * unit_price * (1 - discount) - amount)) from export"
    assert one(db, query)[0] <= 0.0051


def test_what_came_back_is_negative(db: Database) -> None:
    query = """select kind, min(sign(quantity)), max(sign(quantity)), max(sign(amount)), max(sign(cost)), count(*) > 10
        from export group by kind order by kind"""
    assert db.execute(query).fetchall() == [
        ("cancellation", -1, -1, -1, -1, True),
        ("return", -1, -1, -1, -1, True),
        ("sale", 1, 1, 1, 1, True),
    ]


def test_every_line_has_a_rate(db: Database) -> None:
    assert one(db, "select count(*) from line where turnover is null")[0] == 0


def test_people_work_on_weekdays(db: Database) -> None:
    assert one(db, "select count(*) filter (dayofweek(date) in (0, 6)) / count(*) from export")[0] < 0.02


# ---------------------------------------------------------------- stories


def test_one_critical_dependency_and_two_more_key_accounts(db: Database) -> None:
    shares = db.execute("select name, share from year where share > 0.1 order by share desc").fetchall()
    assert [name.split()[0] for name, _ in shares] == ["Helios", "Brassmoor", "Oravin"]
    helios, brassmoor, oravin = (share for _, share in shares)
    assert 0.21 < helios < 0.26
    assert 0.105 < oravin < brassmoor < 0.14


def test_the_dependency_has_grown(db: Database) -> None:
    query = """select sum(income) filter (account_name like 'Helios Tarvia%') / sum(income) from line
        group by floor((date_diff('day', date, (select max(date) from line))) / 365.25) order by min(date) desc"""
    shares = column(db, query)[:4]
    assert shares == sorted(shares, reverse=True)
    assert shares[3] < 0.19


def test_pareto(db: Database) -> None:
    query = """select sum(income) filter (place <= round(0.2 * accounts)) / sum(income)
        from (select income, row_number() over (order by income desc, name) as place, count(*) over () as accounts from year)"""
    assert 0.75 <= one(db, query)[0] <= 0.82


def test_one_account_is_bought_by_price_cuts(db: Database) -> None:
    turnover, income = one(db, "select turnover_share, share from year where name like 'Velmora D%'")
    assert turnover > 0.1
    assert 0 < income < 0.05


def quarters(db: Database, name: str) -> list[object]:
    """Margin in rolling quarters, the latest first."""
    return column(
        db,
        f"""select sum(income) / sum(turnover) from (
            select *, (select count(*) from range(1, 9) months(n)
                where line.date <= (select max(date) from line) - to_months((3 * n)::int)) as quarter from line)
        where account_name like '{name}%' and quarter < 8 group by quarter order by quarter""",
    )


def test_one_account_slips_three_quarters_running(db: Database) -> None:
    latest, second, third, fourth = quarters(db, "Quellmark A")[:4]
    assert latest < second < third < fourth
    assert fourth - latest > 0.06


@pytest.mark.parametrize("name", ["Helios T", "Brassmoor E", "Oravin E"])
def test_the_margin_of_key_accounts_does_not_slip(db: Database, name: str) -> None:
    found = quarters(db, name)[:4]
    assert found != sorted(found)


def test_accounts_were_lost_lapsed_won_and_won_back(db: Database) -> None:
    """Months of silence and of life; years of the calendar without a line between two with."""
    lives = db.execute(
        """select date_diff('day', max(date), last) / 30.4 as silent, date_diff('day', min(date), last) / 30.4 as age
        from line, (select max(date) as last from line) group by account, last"""
    ).fetchall()
    assert sum(silent > 12 for silent, _ in lives) >= 8
    assert sum(3.5 < silent <= 12 for silent, _ in lives) >= 5
    assert sum(age < 12 for _, age in lives) >= 7
    gaps = column(
        db,
        """select account from (select account, year(date) - lag(year(date)) over (partition by account order by date) as gap
        from line) group by account having max(gap) > 1""",
    )
    assert len(gaps) >= 4


def test_small_accounts_grow_fast(db: Database) -> None:
    query = """select count(*) from (select sum(income) filter (date > last - interval 12 month) as now,
            sum(income) filter (date <= last - interval 12 month and date > last - interval 24 month) as before,
            sum(sum(income)) over () as total from line, (select max(date) as last from line) group by account_name)
        where now > 1.7 * before and now < 0.01 * total and before > 0"""
    assert one(db, query)[0] >= 6


def test_innovators_are_first_with_what_is_new(db: Database) -> None:
    """Articles launched in the last 18 months: who bought first."""
    query = """with first as (select product, account_name, min(date) as since from line group by all),
        launched as (select product, min(since) as launch, count(*) as adopters from first group by product
            having launch > (select max(date) - interval 18 month from line))
        select count(distinct product), avg(adopters),
            count(distinct product) filter (since = launch and split_part(account_name, ' ', 1)
                in ('Oravin', 'Vistrel', 'Halmira', 'Nordwika')) from first join launched using (product)"""
    launches, adopters, by_innovators = one(db, query)
    assert launches >= 20
    assert adopters >= 8
    assert by_innovators >= 0.9 * launches


def test_one_account_returns_a_lot(db: Database) -> None:
    query = """select split_part(account_name, ' ', 1), -sum(turnover) filter (kind = 'return') / sum(turnover) filter (kind = 'sale') as rate
        from line group by account_name having count(*) > 200 order by rate desc limit 1"""
    name, rate = one(db, query)
    assert name == "Pelanto"
    assert rate > 0.05


def test_one_account_was_handed_over(db: Database) -> None:
    assert one(
        db, "select max(sellers) from (select count(distinct seller) as sellers from line group by account)"
    ) == (2,)


def test_two_companies_were_entered_twice(table: pa.Table) -> None:
    pairs = zip(table["account"].to_pylist(), table["account_name"].to_pylist(), strict=True)
    assert [len(group) for group in merge_offers(set(pairs))] == [2, 2]


# ---------------------------------------------------------------- rates


def test_rates_are_monthly_and_cover_every_line() -> None:
    rates = company.rates(TODAY)
    assert {currency for currency, _, _ in rates} == {"GBP", "PLN"}
    assert {date.day for _, date, _ in rates} == {1}
    assert min(date for _, date, _ in rates) <= TODAY - dt.timedelta(days=1461)
    assert len(rates) == len(set(rates)) == 2 * 49


def test_a_month_keeps_its_rate_on_another_day() -> None:
    later = set(company.rates(TODAY + dt.timedelta(days=40)))
    assert len(set(company.rates(TODAY)) & later) == 2 * 48


# ---------------------------------------------------------------- the export


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / export.FILE_NAME
    export.write_export(path, TODAY)
    return path


def test_the_same_day_gives_the_same_file(exported: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.csv"
    export.write_export(again, TODAY)
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(exported.read_bytes()).digest()


def test_the_export_is_written_the_way_of_an_erp(exported: Path) -> None:
    start = exported.read_bytes()[:4000]
    assert start.startswith(b"\xef\xbb\xbfCustomer no.;Customer name;")
    first = start.decode("utf-8-sig").split("\r\n")[1].split(";")
    assert len(first) == len(export.HEADER)
    assert first[3] == "15.07.2022"
    assert first[-1] == "Invoice"


def test_the_export_has_its_faults_and_nothing_else(exported: Path, table: pa.Table) -> None:
    with exported.open(encoding="utf-8-sig", newline="") as file:
        rows = [dict(zip(export.HEADER, row, strict=True)) for row in csv.reader(file, delimiter=";")][1:]
    assert len(rows) == table.num_rows + 2 + 1  # two repeats, a line of totals
    assert sum(row["Customer no."] == "" for row in rows) == 4
    assert sum(row["Customer no."] != row["Customer no."].strip() for row in rows) == 2
    assert sum(not _is_date(row["Invoice date"]) for row in rows) == 4
    assert sum(not _is_money(row["Net amount"]) for row in rows) == 4
    assert {row["Currency"] for row in rows} == {"EUR", "GBP", "PLN", "XTS", ""}
    assert kinds_of({row["Document type"] for row in rows}) == {
        "Invoice": "sale",
        "Credit note": "return",
        "Cancellation": "cancellation",
        "": None,
    }


def _is_date(text: str) -> bool:
    try:
        dt.datetime.strptime(text, "%d.%m.%Y")  # noqa: DTZ007
    except ValueError:
        return False
    return True


def _is_money(text: str) -> bool:
    try:
        float(text.replace(".", "").replace(",", "."))
    except ValueError:
        return False
    return True
