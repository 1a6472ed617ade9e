"""Taking snapshots: of the whole company, at a date, by the profile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.actions.from_ledger import Known, from_ledger
from kamerton.analytics.model import Level, Question
from kamerton.core import bulk, jobs
from kamerton.core.models import Company, Job
from kamerton.core.refused import Refused
from kamerton.ledger.engine import open_ledger
from kamerton.ledger.models import Batch, LedgerVersion
from kamerton.ledger.read.model import Progress
from kamerton.ledger.store import room_on_disk
from kamerton.portfolio import hooks, queries, rules, taking
from kamerton.portfolio.actions import health, wallets
from kamerton.portfolio.models import AccountFigure, AccountSeries, SellerAmount, Snapshot
from kamerton.said import packed
from kamerton.work.actions import priorities

if TYPE_CHECKING:
    from kamerton.analytics.cubes import Scan

_STEPS = 4


class NothingToTell(Refused):
    """The ledger holds no line with an account by the date asked for."""


def _silent(done: int, total: int, note: str) -> None:
    """Nobody looks at the progress."""


def take_snapshot(
    *, actor: User, now: dt.datetime, as_of: dt.date | None = None, progress: Progress = _silent
) -> Snapshot:
    """The snapshot of the accounts at `as_of` (default: the last date of the ledger, today at the latest).

    The one of the groups is taken beside it where the ledger knows groups. What exists already is returned
    as it is. Raises NothingToTell, store.NoRoom.
    """
    _require(actor)
    return _take(actor=actor, now=now, as_of=as_of, progress=progress)


def start_snapshot(*, actor: User, now: dt.datetime, as_of: dt.date | None = None) -> Job:
    """take_snapshot as a job; its result is {"snapshot": pk}."""
    _require(actor)
    parameters = {"as_of": as_of.isoformat() if as_of else None}
    return jobs.start(actor=actor, kind="portfolio.snapshot", parameters=parameters, now=now)


def _require(actor: User) -> None:
    """Who changes what figures are made of may have them made again."""
    if not policy.can(actor, "ledger.import"):
        policy.require(actor, "portfolio.configure")


def _take(*, actor: User, now: dt.datetime, as_of: dt.date | None, progress: Progress) -> Snapshot:
    version = LedgerVersion.objects.first()
    if version is None or not version.batches:
        raise _nothing()
    from kamerton.analytics.account_table import without_collecting  # noqa: PLC0415 - NumPy

    profile = queries.profile()
    asked = queries.question(profile)
    day = rules.as_of_for(as_of, _last_date(version), timezone.localdate(now))
    kept = _kept(version, day, asked, "account")
    if kept:
        return kept
    with without_collecting():
        progress(0, _STEPS, _("Working out the figures"))
        with room_on_disk(), open_ledger(version) as (_connection, lines):
            scan = _scan(lines, day)
            accounts = _analyse(scan, asked, day, "account")
            groups = None
            if accounts.has_groups:
                progress(1, _STEPS, _("Working out the figures of groups"))
                groups = _analyse(scan, asked, day, "group")
        progress(2, _STEPS, _("Writing the figures"))
        found = [(asked, taken) for taken in (accounts, groups) if taken]
        with room_on_disk():
            snapshot = _write(actor=actor, now=now, version=version, found=found)
        hooks.tell(snapshot=snapshot, actor=actor, now=now, progress=progress)
    return snapshot


def _scan(lines: Any, day: dt.date) -> Scan:
    from kamerton.analytics import cubes  # noqa: PLC0415 - Ibis takes half a second

    try:
        return cubes.scan(lines, day)
    except cubes.NothingToAnalyse as nothing:
        raise _nothing() from nothing


def _analyse(scan: Scan, asked: Question, day: dt.date, level: Level) -> taking.Taken:
    return taking.take(scan, queries.with_date(asked, as_of=day, level=level))


def _nothing() -> NothingToTell:
    return NothingToTell(
        _("There are no sales to tell of by that date. Nothing was changed."),
        code="nothing_to_tell",
        hint=_("Import a sales export first, or choose a later date."),
    )


def _last_date(version: LedgerVersion) -> dt.date:
    dates = Batch.objects.filter(content_hash__in=version.batches, last_date__isnull=False)
    last = dates.order_by("-last_date").values_list("last_date", flat=True).first()
    if last is None:
        raise _nothing()
    return last


def _kept(version: LedgerVersion, day: dt.date, asked: Question, level: Level) -> Snapshot | None:
    digest = rules.digest(rules.profile_to_json(asked.basis, asked.thresholds))
    return Snapshot.objects.filter(
        ledger_version=version, as_of=day, profile_digest=digest, level=level
    ).first()


def _write(
    *, actor: User, now: dt.datetime, version: LedgerVersion, found: Sequence[tuple[Question, taking.Taken]]
) -> Snapshot:
    """All levels or none; the snapshot of the accounts is the first.

    What the new ones supersede goes before their rows come: the database then finds room where it was.
    """
    with bulk.roomy(), transaction.atomic():
        Company.objects.select_for_update().filter(pk=1).first()  # one writer: the second finds the first's
        _know_accounts(found[0][1], now)
        written = [_write_one(actor, now, version, asked, taken) for asked, taken in found]
        gone = _prune()
        for (snapshot, is_new), (_asked, taken) in zip(written, found, strict=True):
            if is_new and snapshot.pk not in gone:
                _write_rows(snapshot, taken)
        wallets.renew(now=now)
        health.renew_health(now=now)
        priorities.renew()
    return written[0][0]


def _know_accounts(taken: taking.Taken, now: dt.datetime) -> None:
    """Every account of the figures has its row in the room of accounts, where people write about it."""
    from kamerton.analytics.account_table import column  # noqa: PLC0415

    columns = (column(taken.analysis.accounts, name) for name in ("account", "name", "group"))
    known = (Known(number, name, group or "") for number, name, group in zip(*columns, strict=True))
    from_ledger(known, now=now)


def _write_one(
    actor: User, now: dt.datetime, version: LedgerVersion, asked: Question, taken: taking.Taken
) -> tuple[Snapshot, bool]:
    """The snapshot, and whether it is new: then it has no rows yet."""
    analysis = taken.analysis
    kept = _kept(version, analysis.as_of, asked, analysis.level)
    if kept:
        return kept, False
    profile = rules.profile_to_json(asked.basis, asked.thresholds)
    snapshot = Snapshot.objects.create(
        ledger_version=version,
        as_of=analysis.as_of,
        level=analysis.level,
        basis=analysis.basis,
        basis_asked=asked.basis,
        basis_note=packed(analysis.basis_note),
        currency=analysis.currency,
        profile=profile,
        profile_digest=rules.digest(profile),
        figures=taken.figures,
        views=taken.views,
        accounts=len(taken.rows),
        digest=taken.digest,
        created_at=now,
        created_by=actor,
    )
    return snapshot, True


def _write_rows(snapshot: Snapshot, taken: taking.Taken) -> None:
    rows = ((rules.row_id(snapshot.pk, at), snapshot.pk, *row) for at, row in enumerate(taken.rows, start=1))
    bulk.insert(AccountFigure, ("id", "snapshot", *rules.ROW_COLUMNS), rows)
    told = (
        (rules.row_id(snapshot.pk, at), snapshot.pk, *row) for at, row in enumerate(taken.series, start=1)
    )
    bulk.insert(AccountSeries, ("figure", "snapshot", *rules.SERIES_COLUMNS), told)
    sold = (
        (snapshot.pk, seller[:500], account, turnover, income)
        for seller, account, turnover, income in taken.sellers
    )
    bulk.insert(SellerAmount, ("snapshot", "seller", "account", "turnover", "income"), sold)


def _prune() -> list[int]:
    """Keep the newest snapshot of each level and month of as_of: the trend. Pages need no other. What went."""
    kept = Snapshot.objects.order_by("-ledger_version__number", "-as_of", "-created_at", "-pk")
    gone = rules.superseded(kept.values_list("pk", "level", "as_of"))
    Snapshot.objects.filter(pk__in=gone).delete()
    return gone


# --- when the ledger changes -----------------------------------------------------------------------------


def after_change(
    *, actor: User, version: LedgerVersion, now: dt.datetime, progress: Progress | None
) -> dict[str, Any]:
    """Registered with the ledger: figures follow every change, at once or as a job."""
    if not version.batches:
        return {}
    if progress is None:
        job = jobs.start(actor=actor, kind="portfolio.snapshot", parameters={"as_of": None}, now=now)
        return {"job": str(job.pk)}
    return {"snapshot": _take(actor=actor, now=now, as_of=None, progress=progress).pk}


@jobs.register("portfolio.snapshot")
def _snapshot_job(job: Job, progress: Progress) -> dict[str, Any]:
    """Who caused the change was allowed to: their job is not asked again."""
    assert job.started_at is not None  # noqa: S101 - it runs
    told = job.parameters.get("as_of")
    as_of = dt.date.fromisoformat(told) if told else None
    return {"snapshot": _take(actor=job.actor, now=job.started_at, as_of=as_of, progress=progress).pk}
