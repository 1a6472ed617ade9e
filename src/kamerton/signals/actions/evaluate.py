"""Evaluating the rules: after a snapshot, after an edit, and every night. The one writer of what rules find."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access.models import User
from kamerton.core import bulk, jobs
from kamerton.core.models import Company, Job
from kamerton.portfolio.models import Snapshot
from kamerton.signals import gathering, queries, registry
from kamerton.signals.evaluating import Setting, findings
from kamerton.signals.models import Evaluation, Signal
from kamerton.signals.reconciling import Key, Plan, Shown, Standing, plan
from kamerton.work.models import Task

#: Above so many accounts all are looked at: naming them would cost more.
_SOME = 5_000
_CHUNK = 5_000
#: What the room of accounts announces, by the record (accounts.announcements).
_ANNOUNCED = {"accounts.need": "need", "accounts.budgetmovement": "budget"}
_Each = TypeVar("_Each")
_TOLD = ("said", "severity", "weight", "secrecy", "figures")


@dataclass(frozen=True, slots=True)
class Evaluated:
    opened: int = 0
    changed: int = 0
    closed: int = 0


class Busy(Exception):
    """Another evaluation holds the row; only told where the caller does not wait."""


def evaluate(*, now: dt.datetime, accounts: Collection[int] | None = None, wait: bool = True) -> Evaluated:
    """Bring signals in line with what the rules find now: of every account, or of these (ids) alone.

    Whatever is given, people are looked at; the company as a whole only with every account. Safe to run at any time
    and any number of times; two at once take turns. On behalf of nobody: it tells what is there. Raises Busy where
    another one runs and `wait` is False (SQLite always waits).
    """
    if accounts is not None and len(accounts) > _SOME:
        accounts = None
    with transaction.atomic():
        row = _lock(wait)
        day = timezone.localdate(now)
        settings = queries.settings()
        found = findings(gathering.readings(day, accounts, now=now), registry.all_rules(), settings)
        done = _write(plan(_standing(accounts), found), settings, now)
        if accounts is None:
            Signal.objects.open().filter(snoozed_until__lte=day).update(snoozed_until=None)
            row.full_at = now
        row.last_at = now
        row.save(update_fields=["last_at", "full_at"])
    return done


def _lock(wait: bool) -> Evaluation:
    Evaluation.objects.get_or_create(pk=1)
    row = Evaluation.objects.select_for_update(skip_locked=not wait).filter(pk=1).first()
    if row is None:
        raise Busy
    return row


def _standing(accounts: Collection[int] | None) -> Iterator[Standing]:
    """Every open signal of what is evaluated. One query."""
    rows = Signal.objects.open().order_by("pk")
    if accounts is not None:
        rows = rows.filter(Q(account__in=list(accounts)) | Q(person__isnull=False))
    columns = ("rule", "account_id", "person_id", "about", "said", bulk.minor("severity"), "weight", "secrecy",
               bulk.text("figures"))  # fmt: skip
    for pk, rule, account, person, about, said, severity, weight, secrecy, figures in rows.values_list(
        "pk", *columns
    ).iterator(_CHUNK):
        told = Shown(said, severity, weight, secrecy, bulk.decoded(figures))
        yield Standing(pk, Key(rule, account, person, about), told)


def _write(what: Plan, settings: dict[str, Setting], now: dt.datetime) -> Evaluated:
    """As many statements as there are thousands of rows."""
    _close(what.gone, settings, now)
    for some in _some(what.kept):
        Signal.objects.filter(pk__in=some).update(last_seen_at=now)
    currency = Company.objects.filter(pk=1).values_list("currency", flat=True).first() or ""
    bulk.update(Signal, _TOLD, ((*_stored(told), pk) for pk, told in what.changed.items()))
    _open(what.opened, currency, now)
    _link_tasks(what.opened)
    return Evaluated(len(what.opened), len(what.changed), len(what.gone))


def _close(gone: Sequence[int], settings: dict[str, Setting], now: dt.datetime) -> None:
    """Of a rule that is off, or that no room has any more, it is said so."""
    on = [rule.key for rule in registry.all_rules() if settings[rule.key].is_on]
    for some in _some(gone):
        rows = Signal.objects.filter(pk__in=some)
        rows.exclude(rule__in=on).update(closed_at=now, closed_why="off")
        rows.filter(rule__in=on).update(closed_at=now, closed_why="gone")


def _open(opened: dict[Key, Shown], currency: str, now: dt.datetime) -> None:
    moment = bulk.moment(now)
    columns = (
        "rule", "account", "person", "about", *_TOLD, "currency", "opened_at", "last_seen_at", "closed_why",
        "snooze_reason",
    )  # fmt: skip
    rows = ((*key, *_stored(told), currency, moment, moment, "", "") for key, told in opened.items())
    bulk.insert(Signal, columns, rows)


def _link_tasks(opened: dict[Key, Shown]) -> None:
    """What was announced when it was written down is somebody's task already: the signal is of that task."""
    refs = {
        f"{announced}:{key.about}:{key.account}": key
        for key in opened
        for announced in (_ANNOUNCED.get(key.about.partition(":")[0]),)
        if announced and key.account is not None
    }
    for some in _some(list(refs)):
        tasks = Task.objects.filter(origin_ref__in=some, state="open").order_by("pk")
        for ref, task in tasks.values_list("origin_ref", "pk"):
            key = refs[ref]
            rows = Signal.objects.open().filter(rule=key.rule, account=key.account, about=key.about)
            rows.update(task=task)


def _stored(told: Shown) -> tuple[Any, ...]:
    """In the order of _TOLD, as the columns store it."""
    return told.said, told.severity, told.weight, told.secrecy, json.dumps(told.figures)


def _some(numbers: Sequence[_Each]) -> Iterator[list[_Each]]:
    for at in range(0, len(numbers), _CHUNK):
        yield list(numbers[at : at + _CHUNK])


# --- when ------------------------------------------------------------------------------------------------


def after_snapshot(*, snapshot: Snapshot, actor: User, now: dt.datetime, progress: jobs.Progress) -> None:  # noqa: ARG001
    """Registered with the portfolio: figures of every account may have moved."""
    progress(3, 4, _("Looking for what needs attention"))
    evaluate(now=now)


def start(*, actor: User, now: dt.datetime, accounts: Collection[int] | None = None) -> Job:
    """evaluate as a job."""
    told = None if accounts is None else sorted(accounts)
    return jobs.start(actor=actor, kind="signals.evaluate", parameters={"accounts": told}, now=now)


@jobs.register("signals.evaluate")
def _job(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    assert job.started_at is not None  # noqa: S101 - it runs
    progress(0, 1, _("Looking for what needs attention"))
    done = evaluate(now=job.started_at, accounts=job.parameters.get("accounts"))
    return {"opened": done.opened, "changed": done.changed, "closed": done.closed}
