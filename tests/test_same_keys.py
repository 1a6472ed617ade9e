"""`kamerton analyse` and the web call the same accounts key, for the same sales and the same profile."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from benchmarks.sources import SOURCES, Source
from kamerton.cli.main import main
from kamerton.core.models import Company
from kamerton.ledger import actions as ledger
from kamerton.ledger.read.model import Choices
from kamerton.portfolio import queries
from kamerton.portfolio.actions import profile as profiles
from kamerton.portfolio.actions import snapshots

pytestmark = pytest.mark.django_db

#: What a company may set, and how the command line says the same.
PROFILES = (
    {},
    {"basis": "turnover", "share_key": 0.01},
    {"share_key": 0.03, "amount_key": Decimal(100000)},
)
#: Rows of an extract: enough for thousands of accounts, few enough to be read twice.
ROWS = 6000


def by_command(path: Path, out: Path, profile: dict, mapping: dict[str, str]) -> dict[str, bool]:
    told = [str(path), "--json", str(out), "--quiet", "--currency", "EUR"]
    told += [part for role, column in mapping.items() for part in ("--map", f"{role}={column}")]
    for name, value in profile.items():
        told += ["--basis", value] if name == "basis" else ["--set", f"{name}={value}"]
    assert main(["analyse", *told]) == 0
    accounts = json.loads(out.read_text(encoding="utf-8"))["accounts"]
    return {each["account"]: each["key"] for each in accounts}


def by_web(path: Path, administrator, now, profile: dict, mapping: dict[str, str]) -> dict[str, bool]:
    if queries.latest_snapshot(with_figures=False) is None:
        choices = Choices(mapping={role: column or None for role, column in mapping.items()})
        ledger.import_files(actor=administrator, paths=[path], now=now, choices=choices)
    usual = {"basis": "income", "share_key": 0.1, "amount_key": None}
    profiles.set_profile(actor=administrator, now=now, **(usual | profile))
    snapshot = snapshots.take_snapshot(actor=administrator, now=now)
    return dict(queries.account_figures(snapshot).values_list("account", "is_key"))


def compare(path: Path, tmp_path: Path, administrator, now, mapping=None) -> int:
    Company.objects.update_or_create(pk=1, defaults={"name": "C", "currency": "EUR"})
    keys = 0
    for at, profile in enumerate(PROFILES):
        ours = by_command(path, tmp_path / f"{at}.json", profile, mapping or {})
        assert by_web(path, administrator, now, profile, mapping or {}) == ours
        keys += sum(ours.values())
    return keys


def test_the_same_accounts_are_key_in_a_small_book(tmp_path, administrator, now):
    path = tmp_path / "sales.csv"
    with path.open("w", newline="", encoding="utf-8") as text:
        writer = csv.writer(text)
        writer.writerow(["account", "account_name", "date", "document", "amount", "cost", "seller"])
        for at in range(30):
            for month in range(1, 13):
                writer.writerow([f"A{at:02d}", f"Name {at}", f"2025-{month:02d}-05", f"{at}/{month}",
                                 f"{(30 - at) * 900}.50", f"{(30 - at) * 500}.25", f"S{at % 3}"])  # fmt: skip
    assert compare(path, tmp_path, administrator, now) > 0


@pytest.mark.parametrize(
    "name", ["AdventureWorks, query over Parquet", "classicmodels, one CSV", "Superstore, CSV"]
)
def test_the_same_accounts_are_key_in_extracts_of_the_published_sets(
    name, shared_sets, tmp_path, administrator, now
):
    source = next(each for each in SOURCES if each.name == name)
    assert compare(extract(source, shared_sets, tmp_path), tmp_path, administrator, now) > 0


def extract(source: Source, data: Path, folder: Path) -> Path:
    """The first rows of the set as one CSV."""
    whole = source.prepare(data, folder)
    told = whole.read_text(encoding="utf-8", errors="replace") if whole.suffix == ".sql" else ""
    part = folder / "part.csv"
    if told:
        for file in folder.iterdir():
            told = told.replace(f"'{file.name}'", f"'{file}'")
        duckdb.execute(f"copy (select * from ({told}) limit {ROWS}) to '{part}' (header)")
        return part
    lines = whole.read_bytes().splitlines(keepends=True)
    part.write_bytes(b"".join(lines[: ROWS + 1]))
    return part
