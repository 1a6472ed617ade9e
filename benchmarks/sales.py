"""A big sales export, always the same for the same number of lines.

`python -m benchmarks.sales --lines 5000000` writes it once and prints where it is. A line is about 85
bytes: 5 M lines are 0.4 GB, 50 M lines 4.3 GB.

20,000 accounts over five years; turnover over accounts is Pareto-like (the first 20 % make about 70 %),
a tenth of the accounts comes later, two tenths stop buying; documents have five lines and are in the order
of their dates; one line in fifty is a return. Everything hangs on the number of the line through a hash,
so neither threads nor runs change a byte.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from pathlib import Path

import duckdb

ACCOUNTS = 20_000
PRODUCTS = 4_000
SELLERS = 60
LINES_PER_DOCUMENT = 5
BYTES_PER_LINE = 90
COLUMNS = (
    "account,account_name,date,document,line,product,category,quantity,amount,cost,seller".split(",")  # noqa: SIM905
)

_QUERY = """
with numbered as (
    select i, i // {per_document} as doc, i % {per_document} as line_at
    from range({lines}) as lines(i)
), placed as (
    select *,
        least(floor({accounts} * pow((hash(doc * 7 + 1) % 1000003) / 1000003.0, 3)), {accounts} - 1)::bigint
            as drawn,
        (doc * 1826 // greatest({lines} // {per_document}, 1))::int as day
    from numbered
), bought as (
    -- Of ten accounts one starts late and two stop early; a sale outside their time goes to their neighbour.
    select *,
        case
            when drawn % 10 = 9 and day < 200 + hash(drawn) % 1400 then drawn - 9
            when drawn % 10 in (4, 7) and day > 300 + hash(drawn) % 1400 then drawn - drawn % 10
            else drawn
        end as account_at
    from placed
), priced as (
    select *,
        (hash(i * 13 + 5) % {products})::bigint as product_at,
        1 + (hash(i * 17 + 3) % 24)::int as pieces,
        case when hash(i * 19 + 11) % 50 = 0 then -1 else 1 end as sign
    from bought
)
select
    'C' || lpad(account_at::varchar, 6, '0') as account,
    (['Alder', 'Birch', 'Cedar', 'Elm', 'Hazel', 'Linden', 'Maple', 'Rowan'])[account_at % 8 + 1]
        || ' Trading ' || account_at as account_name,
    date '2021-01-01' + day as date,
    'D' || doc as document,
    line_at + 1 as line,
    'P' || lpad(product_at::varchar, 4, '0') as product,
    'Range ' || product_at % 25 as category,
    sign * pieces as quantity,
    (sign * pieces * (250 + (product_at * 7919) % 9750) * (100 - account_at % 12) // 100
        / 100.0)::decimal(18, 2) as amount,
    (sign * pieces * (250 + (product_at * 7919) % 9750) * (55 + product_at % 30) // 100
        / 100.0)::decimal(18, 2) as cost,
    'Seller ' || account_at % {sellers} as seller
from priced
"""


def sales_csv(lines: int, folder: Path | None = None) -> Path:
    """Path of the export with so many lines, written when it is not there. OSError: the disk is too small."""
    folder = folder or Path(tempfile.gettempdir()) / "kamerton-benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"sales-{lines}.csv"
    if not path.exists():
        _check_space(folder, lines)
        _write(path, lines)
    return path


def _check_space(folder: Path, lines: int) -> None:
    needed, free = lines * BYTES_PER_LINE * 2, shutil.disk_usage(folder).free
    if free < needed:
        raise OSError(
            f"{lines:,} lines and copies need {needed / 1e9:.1f} GB in {folder}, {free / 1e9:.1f} free."
        )


def _write(path: Path, lines: int) -> None:
    unfinished = path.with_suffix(".unfinished")
    query = _QUERY.format(
        lines=lines,
        accounts=ACCOUNTS,
        products=PRODUCTS,
        sellers=SELLERS,
        per_document=LINES_PER_DOCUMENT,
    )
    with duckdb.connect() as connection:
        connection.execute(f"set threads = {os.cpu_count() or 1}")
        # Numbers come out of range() in order, and COPY keeps it: no sort of 50 M lines.
        connection.execute(f"copy ({query}) to '{unfinished}' (format csv, header true)")
    unfinished.rename(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    path = sales_csv(options.lines, options.folder)
    print(f"{path} {path.stat().st_size / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
