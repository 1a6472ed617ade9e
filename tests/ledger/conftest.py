"""Canonical lines for tests of the ledger, and of the rooms above it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ledger.factories import write_csv, write_incoming


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    """csv_file("may.csv", [Sale(...), ...]) -> a file that the reader understands without being told anything."""
    return lambda name, sales: write_csv(tmp_path / name, sales)


@pytest.fixture
def incoming(tmp_path: Path) -> Callable[..., object]:
    """incoming([Sale(...), ...], title="May") -> staged lines, ready to be published, without the reader."""
    made = iter(range(1000))
    return lambda sales, title="May", **choices: write_incoming(
        tmp_path / f"staged-{next(made)}", list(sales), title, choices
    )
