"""Writing what the rows of a file bring, a chunk a transaction, and taking it back.

A chunk is written together with the record of what it wrote and how far the import came. Killed anywhere, an import
stands between two chunks: it goes on from there, or is undone as a whole.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.actions import companies, from_files, taking_back
from kamerton.accounts.actions.from_files import NewContact, Written
from kamerton.accounts.actions.taking_back import TakenBack
from kamerton.core import audit
from kamerton.core.concurrency import plain
from kamerton.core.refused import Refused
from kamerton.exchange import reading, rules
from kamerton.exchange.models import Chunk, Run, SavedMapping
from kamerton.exchange.planning import Planned, Planner
from kamerton.exchange.read.model import Fault, Table, Told
from kamerton.ledger import uploads
from kamerton.ledger.read.model import Progress

RIGHT = "accounts.import"

Confirm = Callable[[], None]


def report_path(run: Run) -> Path:
    """The report of the dry run, then of the import. No upload has a name like this."""
    return uploads.folder_of(run.pk) / ".report.csv"


def silent(done: int, total: int, note: str) -> None:
    """Nobody looks at the progress."""


def always() -> None:
    """Nobody stops it."""


def rows_of(run: Run, progress: Progress) -> list[Told | Fault]:
    """The rows of the files, read again: a file of contacts is small."""
    progress(0, 0, _("Reading the file"))
    return rows_in(reading.contents(uploads.paths_of(run.pk, run.files), run.answers), run)


def rows_in(tables: Sequence[Table], run: Run) -> list[Told | Fault]:
    """Refused where no column tells of people or companies."""
    if reading.missing(reading.mapping_of(tables, run.answers)):
        raise Refused(
            _("No column names people or companies. Nothing was imported."), code="mapping",
            hint=_("Say which column is the name, or the company."),
        )  # fmt: skip
    return reading.rows_of(tables, run.answers)


def import_run(
    *, actor: User, run: Run, now: dt.datetime, progress: Progress = silent, confirm: Confirm = always,
    rows: Sequence[Told | Fault] | None = None,
) -> Run:  # fmt: skip
    """Write what the rows bring, a chunk a transaction. `confirm` is asked inside each and may raise to stop.

    What the rows mean is decided again against what is there by now: a person that somebody added since the dry run
    is found, a field that somebody filled stays. `rows`: those of the files, where they are read already.
    """
    policy.require(actor, RIGHT)
    _require_unfinished(run)
    rows = rows_of(run, progress) if rows is None else rows
    planner = Planner(actor, rules.answers(run.answers), on=timezone.localdate(now))
    planner.hold = from_files.lock
    begins, tally = run.done_rows == 0, reading.Tally()
    for first, part in reading.chunks(rows, run.done_rows):
        planned = _import_chunk(actor, run, planner, first, part, now=now, total=len(rows), confirm=confirm)
        tally.add(planned)
        progress(min(first + len(part), len(rows)), len(rows), _("Writing contacts and accounts"))
    if begins:  # one that goes on keeps the report of the dry run: it tells of all rows
        tally.write(report_path(run))
        run.result = run.result or tally.result()
    return _finish(actor, run, now, confirm)


def _require_unfinished(run: Run) -> None:
    """Two who start it, or go on with it, at once: the second one is told, and nothing is written twice."""
    if run.state not in {"checked", "importing"}:
        raise Refused(_("Somebody else went on with this import, or ended it meanwhile."), code="moved_on")


def _import_chunk(
    actor: User, run: Run, planner: Planner, first: int, part: Sequence[Told | Fault], *, now: dt.datetime,
    total: int, confirm: Confirm,
) -> Planned:  # fmt: skip
    with transaction.atomic():
        confirm()
        companies.lock_company()
        locked = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        _require_at(locked, first)
        planner.refresh()
        planner.forget_people()
        planned = planner.plan(part)
        written, marks = _write(actor, planned, now)
        for row in planned.new_accounts:
            planner.accounts.written(row)
        Chunk.objects.create(run=locked, first_row=first, written=_plain(written), marks=marks)
        locked.counts = dict(Counter(locked.counts) + _counts(planned, written))
        locked.state, locked.done_rows, locked.total_rows, locked.changed_at = (
            "importing",
            first + len(part),
            total,
            now,
        )
        locked.save(update_fields=["counts", "state", "done_rows", "total_rows", "changed_at"])
    run.counts, run.state, run.done_rows = locked.counts, locked.state, locked.done_rows
    return planned


def _require_at(run: Run, first: int) -> None:
    _require_unfinished(run)
    if run.done_rows != first:
        raise Refused(_("Somebody else went on with this import, or ended it meanwhile."), code="moved_on")


def _write(actor: User, planned: Planned, now: dt.datetime) -> tuple[Written, dict[str, str]]:
    """Through the actions of accounts. New accounts first: the rest hangs on them."""
    written = Written()
    written.accounts = from_files.add_accounts(
        actor=actor, rows=[row.values for row in planned.new_accounts], now=now
    )
    for row, pk in zip(planned.new_accounts, written.accounts, strict=True):
        row.pk = pk
    contacts = [NewContact(_pk(row.account), row.values) for row in planned.new_contacts]
    written.contacts = from_files.add_contacts(actor=actor, rows=contacts, now=now)
    for contact, pk in zip(planned.new_contacts, written.contacts, strict=True):
        contact.pk = pk
    account_fills = {_pk(row): told for row, told in planned.account_fills.items()}
    contact_fills = {_pk(row): told for row, told in planned.contact_fills.items()}
    written.account_fills = from_files.fill_accounts(actor=actor, told=account_fills)
    written.contact_fills = from_files.fill_contacts(actor=actor, told=contact_fills)
    written.addresses = from_files.add_addresses(
        actor=actor, told={_pk(row): row.address for row in planned.addresses}
    )
    written.external_ids = from_files.add_external_ids(
        actor=actor, told=[(_pk(row), system, value) for row, system, value in planned.new_ids]
    )
    marks = _marks("accounts.account", written.account_fills, account_fills)
    return written, marks | _marks("accounts.contact", written.contact_fills, contact_fills)


def _pk(row: Any) -> int:
    assert row.pk is not None  # noqa: S101 - written by now, or there before
    return int(row.pk)


def _plain(written: Written) -> dict[str, Any]:
    return asdict(written)


def _counts(planned: Planned, written: Written) -> Counter[str]:
    """What was written, and what became of the rows that wrote nothing."""
    told = rules.counted(planned)
    found = Counter(
        {
            name: told[name]
            for name in (
                "rows",
                "rows_add",
                "rows_fill",
                "rows_same",
                "rows_double",
                "rows_refused",
                "conflicts",
            )
        }
    )
    found["contacts_added"], found["accounts_added"] = len(written.contacts), len(written.accounts)
    found["contacts_filled"], found["accounts_filled"] = len(written.contact_fills), told["accounts_filled"]
    return found


def mark(label: str, key: int, name: str, value: Any) -> str:
    """Tells later whether a field holds what was filled in, without keeping it."""
    return salted_hmac("kamerton.exchange.fill", f"{label}:{key}:{name}:{plain(value)}").hexdigest()[:24]


def _marks(
    label: str, fills: Mapping[int, Sequence[str]], told: Mapping[int, Mapping[str, Any]]
) -> dict[str, str]:
    return {
        f"{label}:{key}:{name}": mark(label, key, name, told[key][name])
        for key, names in fills.items()
        for name in names
    }


@transaction.atomic
def _finish(actor: User, run: Run, now: dt.datetime, confirm: Confirm) -> Run:
    confirm()
    result = run.result
    run = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    _require_unfinished(run)
    run.state, run.imported_at, run.changed_at, run.result = "imported", now, now, run.result or result
    run.save(update_fields=["state", "imported_at", "changed_at", "result"])
    _remember(actor, run, now)
    audit.record(actor=actor, action="exchange.import", subject=run, now=now,
                 after={"files": [file["sha256"] for file in run.files], **run.counts})  # fmt: skip
    return run


def _remember(actor: User, run: Run, now: dt.datetime) -> None:
    """What the columns mean is known for the next file of this shape."""
    shape = (run.inspection or {}).get("shape")
    if shape:
        SavedMapping.objects.update_or_create(
            shape=shape,
            defaults={
                "name": (run.mapping_name or run.title)[:200],
                "mapping": {column["name"]: column["role"] for column in run.inspection["columns"]},  # type: ignore[index]
                "system": run.answers.get("system", ""),
                "saved_by": actor,
                "last_used_at": now,
            },
        )


# --- undoing ---------------------------------------------------------------------------------------------------


@transaction.atomic
def undo(*, actor: User, run: Run, now: dt.datetime) -> TakenBack:
    """Take everything back that the import wrote, but for rows that somebody has worked with since."""
    policy.require(actor, RIGHT)
    companies.lock_company()
    run = Run.objects.select_for_update().get(pk=run.pk)
    if run.state not in {"importing", "imported"}:
        raise Refused(_("There is nothing to undo here. Nothing was changed."), code="nothing")
    if run.job and run.job.is_open:
        raise Refused(_("The import is going on. Nothing was changed."), code="busy", hint=_("Wait for it."))
    written, marks = _all_written(run)

    def same(label: str, key: int, name: str, value: Any) -> bool:
        return bool(value) and marks.get(f"{label}:{key}:{name}") == mark(label, key, name, value)

    done = taking_back.take_back(actor=actor, written=written, same=same)
    run.state, run.changed_at = "undone", now
    run.counts = {**run.counts, "undone": asdict(done)}
    run.save(update_fields=["state", "changed_at", "counts"])
    run.chunks.all().delete()
    audit.record(actor=actor, action="exchange.undo", subject=run, now=now, after=asdict(done))
    return done


def _all_written(run: Run) -> tuple[Written, dict[str, str]]:
    whole = Written()
    marks: dict[str, str] = {}
    for chunk in run.chunks.all():
        for each in fields(Written):
            part, kept = chunk.written[each.name], getattr(whole, each.name)
            if isinstance(kept, list):
                kept += part
            else:
                for key, names in part.items():
                    kept.setdefault(int(key), []).extend(names)
        marks |= chunk.marks
    return whole, marks
