"""A small company with three years of sales, imported as its people would import them."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from kamerton.access.models import User
from kamerton.core.models import Company
from kamerton.ledger import actions
from tests.work.conftest import firm  # noqa: F401 - a small company with its people, for the pages of work

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
HEAD = ["account", "account_name", "group", "date", "document", "product", "product_name", "quantity", "amount",
        "cost", "seller"]  # fmt: skip
#: Number -> (name, group, seller, amount a month, cost a month, first month, last month); months from January 2023.
ACCOUNTS = {
    "H-1": ("Helios Tarvia", "", "Adler", 6000, 3500, 0, 35),
    "N-1": ("Nordelma", "North Group", "Adler", 420, 200, 0, 35),
    "N-2": ("Nordika", "North Group", "Berti", 410, 200, 0, 35),
    "a/b%?ü": ("Odd & Sons", "", "Berti", 400, 210, 0, 35),
    "..": ("Dots", "", "Berti", 390, 200, 0, 35),
    "=1+1": ("=cmd|' /C calc'!A0", "", "Berti", 380, 190, 0, 35),
    "S-1": ("<script>alert(1)</script>", "", "Berti", 370, 180, 0, 35),
    "L-1": ("Lost & Gone", "", "Adler", 800, 400, 0, 19),
    "F-1": ("Fresh Start", "", "Adler", 350, 150, 28, 35),
    **{f"M-{at:02d}": (f"Middling {at:02d}", "", "Berti", 300 + at, 150, 0, 35) for at in range(6)},
}


def monthly_sales() -> Iterator[list[object]]:
    """Rows of HEAD: one document an account and month, and one return of Helios."""
    for number, (name, group, seller, amount, cost, first, last) in ACCOUNTS.items():
        for month in range(first, last + 1):
            day = dt.date(2023 + month // 12, month % 12 + 1, 5)
            product = f"P{month % 3}"
            yield [number, name, group, day, f"{number}/{month}", product, f"Product {product}", 10, f"{amount}.00",
                   f"{cost}.00", seller]  # fmt: skip
    yield [
        "H-1",
        "Helios Tarvia",
        "",
        "2025-11-20",
        "R-1",
        "P0",
        "Product P0",
        -1,
        "-600.00",
        "-350.00",
        "Adler",
    ]


def written(path: Path, rows: Iterable[Iterable[object]], head: Iterable[str] = HEAD) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)
    return path


def _import(path: Path) -> None:
    Company.objects.update_or_create(pk=1, defaults={"name": "Nordwind Supplies", "currency": "EUR"})
    actor = User.objects.filter(username="importer").first() or User.objects.create_user(
        "importer", role="administrator"
    )
    done = actions.import_files(actor=actor, paths=[path], now=NOW)
    assert "problem" not in done.told, done.told


@pytest.fixture(scope="module")
def imported_once(
    django_db_setup, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The company's sales, imported once for the tests of a module; the folder of a copy of its ledger.

    Every test of the module finds them in the database: tests of other companies belong in other modules.
    """
    folder = tmp_path_factory.mktemp("book")
    with django_db_blocker.unblock(), transaction.atomic():
        _import(written(folder / "book.csv", monthly_sales()))
        shutil.copytree(settings.LEDGER_DIR, folder / "ledger")
        yield folder / "ledger"
        transaction.set_rollback(True)
    shutil.rmtree(settings.LEDGER_DIR, ignore_errors=True)


@pytest.fixture
def book(imported_once: Path, db) -> None:
    """The ledger and the figures of ACCOUNTS."""
    shutil.copytree(imported_once, settings.LEDGER_DIR, dirs_exist_ok=True)


@pytest.fixture
def import_rows(db, tmp_path: Path) -> Callable[..., None]:
    """import_rows(rows, head): one more import."""

    def load(rows: Iterable[Iterable[object]], head: Iterable[str] = HEAD) -> None:
        _import(written(tmp_path / "more.csv", rows, head))

    return load


@pytest.fixture
def director(make_user, client: Client) -> Client:
    """A client signed in as the commercial director, who sees all figures and imports nothing."""
    client.force_login(make_user("director"))
    return client
