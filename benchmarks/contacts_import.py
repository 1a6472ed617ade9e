"""`kamerton contacts`: 10,000 contacts from a file into a base of 20,000 accounts and 60,000 contacts.

Half of the rows are new, half are there already with an empty field to fill. `measure` runs the command as a
process of its own, start-up, reading, dry run and writing included; on SQLite, and on PostgreSQL where
KAMERTON_TEST_POSTGRES names a server.
"""

from __future__ import annotations

import csv
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Sample, run, sample

COMPANIES, THERE, ROWS = 20_000, 60_000, 10_000
AIM_SECONDS = 10.0
_HEADS = ("First name", "Last name", "Company", "E-mail", "Mobile", "Job title", "City")
_FIRST = ("Ada", "Bo", "Cy", "Eva", "Max", "Zofia", "Łucja", "Иван")


def measure(*, folder: Path, times: int = 3) -> dict[str, Sample]:
    """Database -> the runs, each into a base of its own."""
    servers = {"SQLite": ""}
    if server := os.environ.get("KAMERTON_TEST_POSTGRES"):
        servers["PostgreSQL"] = server
    base, file = _written(folder / "base.csv", range(THERE)), _written(folder / "rows.csv", _wanted())
    return {
        name: sample([_once(folder, server, base, file, number) for number in range(times)])
        for name, server in servers.items()
    }


def _wanted() -> Iterator[int]:
    """Every twelfth that is there, and as many new ones."""
    yield from range(0, THERE, 2 * THERE // ROWS)
    yield from range(THERE, THERE + ROWS // 2)


def _written(path: Path, numbers: Iterator[int] | range) -> Path:
    there = path.name == "base.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(_HEADS)
        for n in numbers:
            company = n % COMPANIES
            writer.writerow((
                _FIRST[n % len(_FIRST)], f"Person{n}", f"Company {company} GmbH", f"p{n}@c{company}.example",
                f"+48 600 {n:06d}", "" if there else "Buyer", "Milano",
            ))  # fmt: skip
    return path


def _once(folder: Path, server: str, base: Path, file: Path, number: int):
    home = folder / f"contacts-{number}"
    with _database(server) as url:
        environment = {"KAMERTON_HOME": str(home), **({"KAMERTON_DATABASE_URL": url} if url else {})}
        command = [sys.executable, "-m", "kamerton"]
        run([*command, "user", "bench", "--password", "-"], environment, "only-for-this-run\n")
        run([*command, "contacts", str(base), "--add-companies", "--quiet"], environment)
        told = run([*command, "contacts", str(file)], environment)
    shutil.rmtree(home, ignore_errors=True)
    wanted = f"{ROWS:,} rows: {ROWS // 2:,} contacts added, {ROWS // 2:,} filled in"
    if wanted not in told.output:
        raise AssertionError(told.output)
    return told


@contextmanager
def _database(server: str) -> Iterator[str]:
    """One of its own on that server, gone afterwards; "" is SQLite in the home."""
    if not server:
        yield ""
        return
    import psycopg

    name = f"kamerton_bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
