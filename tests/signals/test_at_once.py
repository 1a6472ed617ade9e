"""Two evaluations at one time, each with a connection of its own."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from kamerton.signals.actions.evaluate import evaluate
from kamerton.signals.models import Signal
from tests.signals.factories import NOW, critical, lost, snapshot
from tests.work.conftest import account

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_at_once_open_every_signal_once(db):
    numbers = [f"A-{at}" for at in range(40)]
    accounts = [account(number, number).pk for number in numbers]
    snapshot({number: lost() if at % 2 else critical() for at, number in enumerate(numbers)})
    Signal.objects.create(rule="lapsed", account_id=accounts[0], said="x", opened_at=NOW, last_seen_at=NOW)
    problems: list[Exception] = []

    def run(only: list[int] | None) -> None:
        try:
            evaluate(now=NOW, accounts=only)
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(only,)) for only in (None, accounts[:20], None, accounts[10:])
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert problems == []
    rows = Signal.objects.open().filter(rule__in=["lost", "critical_dependence", "lapsed"])
    assert sorted(rows.values_list("rule", flat=True)) == ["critical_dependence"] * 20 + ["lost"] * 20
