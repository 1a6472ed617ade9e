"""The portfolio page of 20,000 accounts: server time, signed in, against its own SQL run bare."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Sample


class NotBuilt(Exception):
    """The page is not there yet."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """`page`: complete answers through Django's test client. `sql`: the queries of one answer, run bare."""

    page: Sample
    p95_seconds: float
    sql: Sample


def measure(*, accounts: int, folder: Path) -> Page:
    """Set up a database with a snapshot of so many accounts in `folder`, sign in, ask for the page."""
    del folder
    raise NotBuilt(f"the portfolio page of {accounts:,} accounts is not measured yet")
