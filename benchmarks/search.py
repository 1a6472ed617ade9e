"""How long a search takes with 20,000 accounts and 60,000 contacts, for who sees all and for who sees a few.

python -m benchmarks.search     # KAMERTON_DATABASE_URL for PostgreSQL; writes into a folder of its own
"""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import time

ACCOUNTS, CONTACTS, ROUNDS = 20_000, 60_000, 30
_SYLLABLES = tuple("ka mer ton sol hel vi nor dra pol ster lu ran mo bel gar tis fen ori zan wex".split())  # noqa: SIM905
_QUERIES = {
    "a name": "helios", "two words": "sol hel", "three letters": "mer", "two letters": "so", "a number": "A-00017",
    "a person": "anna ton", "none": "xyzzyx", "Cyrillic": "солнце",
}  # fmt: skip


def main() -> None:
    os.environ.setdefault("KAMERTON_HOME", tempfile.mkdtemp(prefix="kamerton-search-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kamerton.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    directors, managers = _filled()
    from kamerton.accounts import search

    started = time.process_time()
    counts = search.rebuild()
    print(
        f"index of {sum(counts.values()):,} rows made in {time.process_time() - started:.1f} s of processor time"
    )
    for who, actor in (("director, all accounts", directors), ("key account manager, 20 accounts", managers)):
        for label, words in _QUERIES.items():
            print(f"{who:34} {label:14} {_measured(actor, words)}")


def _measured(actor: object, words: str) -> str:
    from kamerton.access.models import User
    from kamerton.accounts import search

    wall, hits, spent = [], 0, time.process_time()
    for _round in range(ROUNDS):
        person = User.objects.get(pk=actor.pk)  # type: ignore[attr-defined]  # as in a request: nothing remembered
        started = time.perf_counter()
        hits = sum(len(found.rows) for found in search.find(person, words, limit=6))
        wall.append((time.perf_counter() - started) * 1000)
    wall.sort()
    cpu = (time.process_time() - spent) * 1000 / ROUNDS
    return f"{cpu:6.1f} ms processor {statistics.median(wall):6.1f} ms wall  {hits} hits"


def _filled() -> tuple[object, object]:
    import datetime as dt

    from kamerton.access.models import User
    from kamerton.accounts.models import Account, Contact, Coverage

    rng, now = random.Random(1), dt.datetime(2026, 3, 2, tzinfo=dt.UTC)

    def name() -> str:
        return "".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))).capitalize()

    accounts = [
        Account(number=f"A-{n:05d}", name=f"{name()} {name()}", created_at=now) for n in range(ACCOUNTS - 2)
    ]
    accounts += [
        Account(number="A-20001", name="Helios Tarvia", created_at=now),
        Account(number="A-20002", name="Солнце и сыновья", created_at=now),
    ]
    Account.objects.bulk_create(accounts, batch_size=1000)
    first = ["Anna", "Marta", "Piotr", "Lena", "Carlo", "Irina", "Dmitri", "Ola"]
    Contact.objects.bulk_create(
        [
            Contact(account=rng.choice(accounts), name=f"{rng.choice(first)} {name()}", created_at=now)
            for _n in range(CONTACTS)
        ],
        batch_size=1000,
    )
    director = User.objects.create_user("bench-director", role="director")
    manager = User.objects.create_user("bench-kam", role="senior_kam")
    for account in accounts[-20:]:
        Coverage.objects.create(
            account=account, person=manager, from_date=dt.date(2026, 1, 1), created_at=now
        )
    return director, manager


if __name__ == "__main__":
    main()
