"""Snapshot and signals of 20,000 accounts, and signals after an edit or an import that touches a hundred of them.

`python -m benchmarks.signals FOLDER EXPORT SMALL` does the work in a process whose home is FOLDER, and prints JSON;
`measure` starts it. What other work on the machine hides, processor seconds show: both are told.
"""

from __future__ import annotations

import csv
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

_PEOPLE = 400
_CONTACTS_EACH = 3
_TOUCHED = 100
_TIMES = 5


@dataclass(frozen=True, kw_only=True)
class Measured:
    """`whole`: a snapshot of the accounts and every signal. `again`: every rule over every account, little to write.

    `some`: rules over a hundred accounts. `imported`: an import that touches a hundred, figures and signals included.
    """

    accounts: int
    signals: int
    queries: int
    whole: Sample
    again: Sample
    some: Sample
    imported: Sample


def measure(*, folder: Path, lines: int, exports: Path | None = None) -> Measured:
    """Import an export of 20,000 accounts into an empty home below `folder`, with people, contacts and needs."""
    export = sales_csv(lines, exports)
    small = folder / "touches.csv"
    _touching(export, small)
    command = [sys.executable, "-m", "benchmarks.signals", str(folder / "signals"), str(export), str(small)]
    told = json.loads(run(command).output.splitlines()[-1])
    samples = {
        name: Sample(
            seconds=tuple(told[name]["seconds"]), processor_seconds=tuple(told[name]["processor_seconds"])
        )
        for name in ("whole", "again", "some", "imported")
    }
    return Measured(accounts=told["accounts"], signals=told["signals"], queries=told["queries"], **samples)


def _touching(export: Path, small: Path) -> None:
    """The head, and one line of each of a hundred accounts under documents of their own."""
    with (
        export.open(newline="", encoding="utf-8") as source,
        small.open("w", newline="", encoding="utf-8") as made,
    ):
        dialect = csv.Sniffer().sniff(source.readline())
        source.seek(0)
        rows, out = csv.DictReader(source, dialect=dialect), None
        seen: set[str] = set()
        for row in rows:
            names = list(row)
            account, document = _column(names, "account"), _column(names, "document")
            out = out or csv.DictWriter(made, names, dialect=dialect)
            if not seen:
                out.writeheader()
            if row[account] in seen:
                continue
            seen.add(row[account])
            out.writerow(row | {document: f"{row[document]}-again"})
            if len(seen) == _TOUCHED:
                return


def _column(names: list[str], word: str) -> str:
    return next(name for name in names if word in name.casefold())


def main() -> None:
    home, export, small = (Path(told) for told in sys.argv[1:4])
    os.environ.update(
        KAMERTON_HOME=str(home), KAMERTON_JOBS_IN_PLACE="1", DJANGO_SETTINGS_MODULE="kamerton.settings"
    )
    import django

    django.setup()
    print(json.dumps(_measured(export, small)))


def _measured(export: Path, small: Path) -> dict[str, Any]:
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from kamerton.access.models import User
    from kamerton.accounts.models import Account
    from kamerton.ledger import actions
    from kamerton.ledger.company import set_company
    from kamerton.portfolio.actions import snapshots
    from kamerton.portfolio.models import Snapshot
    from kamerton.signals.actions.evaluate import evaluate
    from kamerton.signals.models import Signal

    call_command("migrate", verbosity=0)
    now = timezone.now()
    user = User.objects.create_user("bench", role="administrator")
    set_company(actor=user, name="Bench", currency="EUR", now=now)
    actions.import_files(actor=user, paths=[export], now=now)
    accounts = list(Account.objects.order_by("pk").values_list("pk", flat=True))
    _write_down(accounts, now)
    Snapshot.objects.all().delete()
    Signal.objects.all().delete()
    whole = _timed(lambda: snapshots.take_snapshot(actor=user, now=now), times=1)
    signals = Signal.objects.count()
    again = _timed(lambda: evaluate(now=now), times=_TIMES)
    some = _timed(lambda: evaluate(now=now, accounts=accounts[:_TOUCHED]), times=_TIMES)
    with CaptureQueriesContext(connection) as captured:
        evaluate(now=now, accounts=accounts[:_TOUCHED])
    imported = _timed(lambda: actions.import_files(actor=user, paths=[small], now=now), times=1)
    return {
        "accounts": len(accounts), "signals": signals, "queries": len(captured), "whole": whole, "again": again,
        "some": some, "imported": imported,
    }  # fmt: skip


def _write_down(accounts: list[int], now: Any) -> None:
    """Somebody responsible for every account, three contacts and a need at each."""
    import datetime as dt

    from kamerton.access.models import User
    from kamerton.accounts.models import Contact, Coverage, Need

    people = User.objects.bulk_create(
        User(username=f"person{at}", role="sales_manager") for at in range(_PEOPLE)
    )
    day = now.date()
    Coverage.objects.bulk_create(
        (Coverage(account_id=pk, person=people[at % _PEOPLE], from_date=day, created_at=now)
         for at, pk in enumerate(accounts)), batch_size=2000,
    )  # fmt: skip
    Contact.objects.bulk_create(
        (Contact(account_id=pk, name=f"Contact {at}", created_at=now)
         for pk in accounts for at in range(_CONTACTS_EACH)), batch_size=2000,
    )  # fmt: skip
    Need.objects.bulk_create(
        (Need(account_id=pk, what="Something", raised_on=day - dt.timedelta(days=at % 40), created_at=now)
         for at, pk in enumerate(accounts)), batch_size=2000,
    )  # fmt: skip


def _timed(work: Callable[[], object], *, times: int) -> dict[str, list[float]]:
    seconds, processor = [], []
    for _ in range(times):
        start, busy = time.perf_counter(), time.process_time()
        work()
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    return {"seconds": seconds, "processor_seconds": processor}


if __name__ == "__main__":
    main()
