"""The lists of accounts and contacts with 20,000 accounts and 60,000 contacts: server time, signed in.

`python -m benchmarks.contacts_page FOLDER [LINES]` works in a home of its own below FOLDER and prints JSON.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.portfolio_page import _set_up
from benchmarks.sales import sales_csv

CONTACTS = 60_000
_TIMES = 20
ADDRESSES = {
    "list of accounts": "/accounts/",
    "with who is responsible, tags, industry": "/accounts/?column=amount&column=responsible&column=tags&column=industry",
    "mine": "/accounts/?list=mine",
    "list of contacts": "/contacts/",
    "search in the contacts": "/contacts/?q=berti",
    "VIPs": "/contacts/?list=vip",
    "only contact of an account": "/contacts/?list=single",
    "no motive known": "/contacts/?list=motive",
    "part in decisions": "/contacts/?role=decider",
    "possible doubles": "/doubles/",
}


def main() -> None:
    home, lines = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    os.environ.update(
        KAMERTON_HOME=str(home), KAMERTON_JOBS_IN_PLACE="1", DJANGO_SETTINGS_MODULE="kamerton.settings"
    )
    import django

    django.setup()
    client, _accounts = _set_up(sales_csv(lines, home.parent))
    _people()
    print(json.dumps([_measured(client, name, url) for name, url in ADDRESSES.items()], indent=1))


def _measured(client: Any, name: str, url: str) -> dict[str, Any]:
    """Wall and processor time of complete answers, after one that warms up."""
    status = client.get(url).status_code
    wall, busy = [], []
    for _time in range(_TIMES):
        started, used = time.perf_counter(), time.process_time()
        client.get(url)
        wall.append(1000 * (time.perf_counter() - started))
        busy.append(1000 * (time.process_time() - used))
    return {"name": name, "status": status, "median_ms": round(statistics.median(wall), 1),
            "p95_ms": round(sorted(wall)[int(_TIMES * 0.95)], 1),
            "processor_median_ms": round(statistics.median(busy), 1)}  # fmt: skip


def _people() -> None:
    """Three contacts an account, who of ours knows them, opinions, what took place; who is responsible."""
    from django.db import transaction
    from django.utils import timezone

    from kamerton.access.models import User
    from kamerton.accounts.models import Account, Contact, Coverage, Interaction, Opinion, Tie

    now = timezone.now()
    sellers = [User.objects.create_user(f"seller{at}", role="sales_manager") for at in range(40)]
    numbers = list(Account.objects.values_list("pk", flat=True))
    every = range(CONTACTS)
    with transaction.atomic():
        contacts = Contact.objects.bulk_create(
            Contact(
                account_id=numbers[at % len(numbers)], name=f"Person {at:05d} Berti"[: 60 - at % 7], post="Buyer",
                decision_roles=["decider"] if at % 5 == 0 else ["user"], is_vip=at % 50 == 0,
                search_text=f"person {at:05d} {'berti' if at % 100 == 0 else 'nowak'} buyer", created_at=now,
            )
            for at in every
        )  # fmt: skip
        Coverage.objects.bulk_create(
            Coverage(account_id=number, person=sellers[at % 40], from_date=now.date(), created_at=now)
            for at, number in enumerate(numbers)
        )
        Tie.objects.bulk_create(Tie(contact=one, person=sellers[one.pk % 40]) for one in contacts[::2])
        Opinion.objects.bulk_create(
            Opinion(contact=one, rater=sellers[one.pk % 40], support=1, at=now) for one in contacts[::3]
        )
        Interaction.objects.bulk_create(
            Interaction(
                account_id=one.account_id, contact=one, person=sellers[0], on=now.date(), created_at=now
            )
            for one in contacts
        )


if __name__ == "__main__":
    main()
