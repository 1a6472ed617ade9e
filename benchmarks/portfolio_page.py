"""The portfolio pages of 20,000 accounts: server time, signed in, against their own SQL run bare.

`python -m benchmarks.portfolio_page FOLDER EXPORT` does the work in a process whose home is FOLDER, and
prints JSON; `measure` starts it. Complete answers go through Django's test client: middleware, session,
queries, template, no network.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import Sample, run
from benchmarks.sales import sales_csv

ADDRESSES = {
    "portfolio": "/portfolio/",
    "list of accounts": "/accounts/",
    "search in the list": "/accounts/?q=cedar",
}
_TIMES = 60
_LINES = 1_000_000


class NotBuilt(Exception):
    """The page is not there."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """`page`: complete answers. `sql`: the queries of one answer, run bare on the same connection."""

    name: str
    accounts: int
    queries: int
    page: Sample
    p95_seconds: float
    sql: Sample


def measure(*, folder: Path, exports: Path | None = None) -> list[Page]:
    """Import an export of 20,000 accounts into an empty home below `folder`, and ask for each page."""
    home = folder / "pages"
    command = [sys.executable, "-m", "benchmarks.portfolio_page", str(home), str(sales_csv(_LINES, exports))]
    told = json.loads(run(command).output.splitlines()[-1])
    return [
        Page(
            name=each["name"],
            accounts=each["accounts"],
            queries=each["queries"],
            page=Sample(seconds=tuple(each["page"])),
            p95_seconds=sorted(each["page"])[int(len(each["page"]) * 0.95)],
            sql=Sample(seconds=tuple(each["sql"])),
        )
        for each in told
    ]


def main() -> None:
    home, export = Path(sys.argv[1]), Path(sys.argv[2])
    os.environ.update(
        KAMERTON_HOME=str(home), KAMERTON_JOBS_IN_PLACE="1", DJANGO_SETTINGS_MODULE="kamerton.settings"
    )
    import django

    django.setup()
    client, accounts = _set_up(export)
    print(json.dumps([_measured(client, accounts, name, url) for name, url in ADDRESSES.items()]))


def _set_up(export: Path) -> tuple[Any, int]:
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    from kamerton.access.models import User
    from kamerton.ledger import actions
    from kamerton.ledger.company import set_company
    from kamerton.portfolio import queries

    call_command("migrate", verbosity=0)
    user = User.objects.create_user("bench", role="administrator")
    set_company(actor=user, name="Bench", currency="EUR", now=timezone.now())
    actions.import_files(actor=user, paths=[export], now=timezone.now())
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(user)
    snapshot = queries.latest_snapshot()
    return client, snapshot.accounts if snapshot else 0


def _measured(client: Any, accounts: int, name: str, url: str) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def ask() -> None:
        answer = client.get(url)
        if answer.status_code != 200 or not answer.content:
            raise NotBuilt(f"{url} answers {answer.status_code}")

    ask()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        ask()
    statements = [
        query["sql"] for query in captured.captured_queries if query["sql"].lstrip().startswith("SELECT")
    ]

    def bare() -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                cursor.fetchall()

    return {
        "name": name,
        "accounts": accounts,
        "queries": len(captured.captured_queries),
        "page": _times(ask),
        "sql": _times(bare),
    }


def _times(work: Callable[[], None]) -> list[float]:
    found = []
    for _ in range(_TIMES):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return found


if __name__ == "__main__":
    main()
