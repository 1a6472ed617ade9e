"""Bare DuckDB on the same file: the least that anybody could do. Runs as a process of its own.

`group`: turnover by account and month, fetched as Arrow. `parquet`: the whole file as zstd Parquet.
DuckDB finds the types out by itself, as anybody's first query would.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import duckdb


def group(file: Path, threads: int) -> int:
    """Number of account-months."""
    with duckdb.connect(config={"threads": threads}) as connection:
        query = (
            "select account, date_trunc('month', date) as month, sum(amount) from read_csv(?) group by all"
        )
        return connection.sql(query, params=[str(file)]).to_arrow_table().num_rows


def to_parquet(file: Path, out: Path, threads: int) -> int:
    """Size of the Parquet file in bytes."""
    with duckdb.connect(config={"threads": threads, "preserve_insertion_order": False}) as connection:
        connection.execute(
            f"copy (select * from read_csv('{file}')) to '{out}' (format parquet, compression zstd)"
        )
    return out.stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["group", "parquet"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    if options.what == "group":
        print(group(options.file, options.threads))
    else:
        print(to_parquet(options.file, options.out or options.file.with_suffix(".parquet"), options.threads))


if __name__ == "__main__":
    main()
