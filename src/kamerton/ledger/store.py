"""How lines become part of the ledger, and leave it: files first, then one short transaction.

    LEDGER_DIR/staging/<name>/   lines that were read and count nowhere yet
    LEDGER_DIR/batches/<content hash>.parquet
    LEDGER_DIR/refused/<content hash>.csv
    LEDGER_DIR/masks/<version digest>.parquet

A file is complete and synced before its rename, and renamed before the transaction that makes it count
commits: whatever dies leaves the old version, at worst with a file that no row names. Those are swept by the
next import. What is hidden (masks.py) is worked out before the transaction, against a version that must
still be the current one when the transaction has the lock; otherwise it is worked out again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from kamerton.access.models import User
from kamerton.accounts.queries import retold
from kamerton.core import audit
from kamerton.core.models import Company
from kamerton.core.money import to_cents
from kamerton.core.refused import Refused
from kamerton.core.telling import day_in_words
from kamerton.ledger import masks, rules
from kamerton.ledger.models import Batch, Draft, LedgerVersion
from kamerton.ledger.rules import Span, Staged
from kamerton.said import to_plain

_ATTEMPTS = 5
_KEPT_STAGING = dt.timedelta(days=1)
_NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})

Confirm = Callable[[], None]


class AlreadyImported(Refused):
    """These lines are in the ledger."""


class NoRoom(Refused):
    """The disk is full."""


class _Moved(Exception):
    """Somebody else changed the ledger between the look and the lock."""


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """Staged lines with what the catalogue will say of them."""

    staged: Staged
    folder: Path  # holds lines.parquet, and refused.csv where rows were refused
    title: str
    files: Sequence[dict[str, object]]
    choices: dict[str, object]

    @property
    def source_hash(self) -> str:
        """Of the files' bytes; "" for a query, whose text says nothing of the data behind it."""
        if any(str(file["name"]).lower().endswith(".sql") for file in self.files):
            return ""
        return rules.source_hash(str(file["sha256"]) for file in self.files)


# --- places ----------------------------------------------------------------------------------------------


def _place(kind: str) -> Path:
    folder = settings.LEDGER_DIR / kind
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def batch_path(content_hash: str) -> Path:
    return _place("batches") / f"{content_hash}.parquet"


def refused_path(batch: Batch) -> Path | None:
    """The refused rows of an import as CSV; None: there are none."""
    return _place("refused") / batch.refused_name if batch.refused_name else None


def masks_path(version: LedgerVersion | None) -> Path | None:
    return _place("masks") / version.masks_name if version and version.masks_name else None


def staging_folder(name: str) -> Path:
    return settings.LEDGER_DIR / "staging" / name


def spill_folder() -> Path:
    """Where engines put what does not fit into memory."""
    return settings.LEDGER_DIR / "spill"


def connect() -> contextlib.AbstractContextManager[masks.duckdb.DuckDBPyConnection]:
    return masks.connect(memory_bytes=settings.LEDGER_MEMORY_BYTES, spill=spill_folder())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _move(source: Path, target: Path) -> None:
    """Rename a synced file and sync the folder, so that the new name outlives a power cut."""
    source.replace(target)
    _sync(target.parent)


@contextlib.contextmanager
def room_on_disk() -> Iterator[None]:
    """Turn "no space left", from the system, DuckDB or SQLite, into a sentence."""
    try:
        yield
    except Refused:
        raise
    except Exception as error:
        if not _is_no_room(error):
            raise
        free = shutil.disk_usage(settings.LEDGER_DIR).free // 2**20
        raise NoRoom(
            _("There is no room left on the disk (%(free)d MB are free). Nothing was imported.")
            % {"free": free},
            code="no_room",
            hint=_(
                "Free some space, or move the ledger to a larger disk (KAMERTON_LEDGER_DIR), and try again."
            ),
        ) from error


def _is_no_room(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return True
    text = str(error).lower()
    signs = ("no space left", "file too large", "disk is full", "disk quota", "could not write all bytes")
    known = isinstance(error, DatabaseError) or type(error).__module__.startswith(
        ("duckdb", "_duckdb", "pyarrow")
    )
    return known and any(sign in text for sign in signs)


# --- becoming part of the ledger -------------------------------------------------------------------------


def publish(*, actor: User, incoming: Incoming, now: dt.datetime, confirm: Confirm = lambda: None) -> Batch:
    """Make staged lines live. Raises AlreadyImported when they are; `confirm` may stop it at the end."""
    with room_on_disk():
        for path in incoming.folder.iterdir():
            _sync(path)
        return _change(_Import(actor=actor, now=now, incoming=incoming, confirm=confirm))


def withdraw(*, actor: User, batch: Batch, reason: str, now: dt.datetime) -> Batch:
    """Take a batch out of every figure. Raises Refused when it is out already."""
    with room_on_disk():
        return _change(_Withdrawal(actor=actor, now=now, batch=batch, reason=reason))


def restore(*, actor: User, batch: Batch, now: dt.datetime) -> Batch:
    """Take a withdrawn batch back in, at its old place in the order. Raises Refused when it cannot."""
    with room_on_disk():
        return _change(_Restoring(actor=actor, now=now, batch=batch))


@dataclass(frozen=True, kw_only=True)
class _Import:
    actor: User
    now: dt.datetime
    incoming: Incoming
    confirm: Confirm

    def spans(self) -> dict[int, tuple[Span, Path]]:
        """Every batch that is not withdrawn, with the new one last."""
        found = _spans(Batch.objects.exclude(state="withdrawn"))
        staged = self.incoming.staged
        span = Span(
            sequence=_next_sequence(),
            content_hash=staged.content_hash,
            lines=staged.lines,
            lines_without_document=staged.lines_without_document,
            first_date=staged.first_date,
            last_date=staged.last_date,
        )
        return {**found, span.sequence: (span, self.incoming.folder / "lines.parquet")}

    def write(self, company: Company) -> Batch:
        """In the transaction: refuse, move the files, write the row."""
        refuse_known(self.incoming)
        _take_currency(company, self.incoming.staged)
        self.confirm()
        refused = self.incoming.folder / "refused.csv"
        refused_name = f"{self.incoming.staged.content_hash}.csv" if refused.exists() else ""
        batch = Batch.objects.create(**_columns(self.incoming, company, refused_name), **self._by())
        if refused_name:
            _move(refused, _place("refused") / refused_name)
        _move(self.incoming.folder / "lines.parquet", batch_path(batch.content_hash))
        counts = {"used": batch.rows_used, "refused": batch.rows_refused, "unassigned": batch.rows_unassigned}
        audit.record(actor=self.actor, action="ledger.import", subject=batch, now=self.now, after=counts)
        return batch

    def _by(self) -> dict[str, object]:
        return {"sequence": _next_sequence(), "imported_by": self.actor, "imported_at": self.now}

    @property
    def why(self) -> str:
        return f"import: {self.incoming.title}"[:200]


@dataclass(frozen=True, kw_only=True)
class _Withdrawal:
    actor: User
    now: dt.datetime
    batch: Batch
    reason: str

    def spans(self) -> dict[int, tuple[Span, Path]]:
        return _spans(Batch.objects.exclude(state="withdrawn").exclude(pk=self.batch.pk))

    def write(self, company: Company) -> Batch:  # noqa: ARG002 - one shape with the others
        batch = Batch.objects.select_for_update().get(pk=self.batch.pk)
        if batch.state == "withdrawn":
            raise Refused(
                _("“%(title)s” is withdrawn already. Nothing was changed.") % {"title": batch.title},
                code="already_withdrawn",
            )
        return _set_state(batch, "withdrawn", actor=self.actor, now=self.now, reason=self.reason)

    @property
    def why(self) -> str:
        return f"withdraw: {self.batch.title}"[:200]


@dataclass(frozen=True, kw_only=True)
class _Restoring:
    actor: User
    now: dt.datetime
    batch: Batch

    def spans(self) -> dict[int, tuple[Span, Path]]:
        found = _spans(Batch.objects.exclude(state="withdrawn") | Batch.objects.filter(pk=self.batch.pk))
        return dict(sorted(found.items()))

    def write(self, company: Company) -> Batch:
        batch = Batch.objects.select_for_update().get(pk=self.batch.pk)
        if batch.state != "withdrawn":
            raise Refused(
                _("“%(title)s” is not withdrawn. Nothing was changed.") % {"title": batch.title},
                code="not_withdrawn",
            )
        _refuse_same_content(batch.content_hash)
        if batch.currency != company.currency and Batch.objects.filter(state="live").exists():
            raise Refused(
                _("“%(title)s” is in %(theirs)s and the ledger is in %(ours)s by now. Nothing was changed.")
                % {"title": batch.title, "theirs": batch.currency, "ours": company.currency},
                code="other_currency",
                hint=_("Import its files again: they are converted with the dated rates."),
            )
        _set_currency(company, batch.currency)
        return _set_state(batch, "live", actor=self.actor, now=self.now, reason="")

    @property
    def why(self) -> str:
        return f"restore: {self.batch.title}"[:200]


_Change = _Import | _Withdrawal | _Restoring


def _change(change: _Change) -> Batch:
    for _attempt in range(_ATTEMPTS):
        with contextlib.suppress(_Moved):
            return _try_change(change)
    raise Refused(
        _("Others are changing the ledger at this moment. Nothing was changed."),
        code="busy",
        hint=_("Try again in a minute."),
    )


def _try_change(change: _Change) -> Batch:
    seen = current_number()
    spans = change.spans()
    scratch = _place("staging") / f"masks-{os.getpid()}-{id(change)}.parquet"
    try:
        with connect() as connection:
            found = masks.write_masks(
                connection,
                [span for span, _path in spans.values()],
                {sequence: path for sequence, (_span, path) in spans.items()},
                scratch,
            )
        if found.path:
            _sync(found.path)
        with transaction.atomic():
            company = lock()
            if current_number() != seen:
                raise _Moved
            batch = change.write(company)
            _advance(change, [span for span, _path in spans.values()], found, company)
    finally:
        scratch.unlink(missing_ok=True)
    batch.refresh_from_db()  # a restored batch may be superseded by now
    return batch


def _advance(change: _Change, spans: Sequence[Span], found: masks.Masks, company: Company) -> LedgerVersion:
    """Write the states that follow and the next version."""
    for sequence, state in rules.states(spans, found.lines).items():
        Batch.objects.filter(sequence=sequence).exclude(state=state).update(state=state)
    live = list(
        Batch.objects.filter(state="live").order_by("sequence").values_list("sequence", "content_hash")
    )
    hashes = [content_hash for _sequence, content_hash in live]
    told = aliases()
    digest = rules.version_digest(hashes, company.currency, told)
    masked = sum(found.lines.get(sequence, 0) for sequence, _hash in live)
    name = f"{digest}.parquet" if masked and found.path else ""
    if name and found.path:
        _move(found.path, _place("masks") / name)
    return LedgerVersion.objects.create(
        number=current_number() + 1,
        digest=digest,
        batches=hashes,
        aliases=told,
        masks_name=name,
        masked_lines=masked,
        reason=change.why,
        created_at=change.now,
        created_by=change.actor,
    )


def aliases() -> list[list[str | None]]:
    """What the accounts say of themselves now: see LedgerVersion.aliases. One query."""
    return [[each.number, each.to, each.name, each.group] for each in retold()]


def lock() -> Company:
    """The company's row, locked: one change of the ledger at a time. Call it inside a transaction."""
    Company.objects.get_or_create(pk=1)
    return Company.objects.select_for_update().get(pk=1)


def current_number() -> int:
    """Of the newest version; 0: nothing was ever imported."""
    return LedgerVersion.objects.order_by("-number").values_list("number", flat=True).first() or 0


def _next_sequence() -> int:
    return (Batch.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0) + 1


def span_of(batch: Batch) -> Span:
    return Span(
        sequence=batch.sequence,
        content_hash=batch.content_hash,
        lines=batch.lines,
        lines_without_document=batch.lines_without_document,
        first_date=batch.first_date,
        last_date=batch.last_date,
    )


def _spans(batches: object) -> dict[int, tuple[Span, Path]]:
    ordered = batches.order_by("sequence")  # type: ignore[attr-defined]
    return {batch.sequence: (span_of(batch), batch_path(batch.content_hash)) for batch in ordered}


def _columns(incoming: Incoming, company: Company, refused_name: str) -> dict[str, object]:
    staged, counts = incoming.staged, incoming.staged.counts
    return {
        "title": incoming.title[:200],
        "content_hash": staged.content_hash,
        "source_hash": incoming.source_hash,
        "files": list(incoming.files),
        "choices": incoming.choices,
        "shape": staged.shape,
        "rows_read": counts.read,
        "rows_used": counts.used,
        "rows_refused": counts.refused,
        "rows_unassigned": counts.unassigned,
        "rows_duplicate": counts.duplicates,
        "rows_dropped": counts.duplicates_dropped,
        "used_turnover": to_cents(counts.used_turnover),
        "unassigned_turnover": to_cents(counts.unassigned_turnover),
        "lines_without_document": staged.lines_without_document,
        "lines_without_cost": staged.lines_without_cost,
        "has_cost": staged.has_cost,
        "first_date": staged.first_date,
        "last_date": staged.last_date,
        "currency": company.currency,
        "parquet_name": f"{staged.content_hash}.parquet",
        "refused_name": refused_name,
        "notes": [to_plain(note) for note in staged.notes],
    }


def _set_state(batch: Batch, state: str, *, actor: User, now: dt.datetime, reason: str) -> Batch:
    before = {"state": batch.state}
    batch.state, batch.changed_by, batch.changed_at, batch.change_reason = state, actor, now, reason
    batch.save(update_fields=["state", "changed_by", "changed_at", "change_reason"])
    action = "ledger.withdraw" if state == "withdrawn" else "ledger.restore"
    after = {"state": state}
    audit.record(
        actor=actor, action=action, subject=batch, now=now, reason=reason, before=before, after=after
    )
    return batch


# --- what is refused -------------------------------------------------------------------------------------


def refuse_known(incoming: Incoming) -> None:
    """Raise AlreadyImported when these lines, or lines of these files that would count twice, are there."""
    _refuse_same_content(incoming.staged.content_hash)
    withdrawn = Batch.objects.filter(content_hash=incoming.staged.content_hash, state="withdrawn").first()
    if withdrawn:
        raise AlreadyImported(
            _("This content was imported as “%(title)s” and withdrawn on %(day)s. Nothing was changed.")
            % {"title": withdrawn.title, "day": _day(withdrawn.changed_at)},
            code="withdrawn_before",
            hint=_("Restore that import instead."),
        )
    if incoming.staged.lines_without_document and incoming.source_hash:
        _refuse_same_files(incoming.source_hash)


def _refuse_same_content(content_hash: str) -> None:
    known = (
        Batch.objects.filter(content_hash=content_hash, state="live").select_related("imported_by").first()
    )
    if known:
        raise AlreadyImported(
            _("This content was already imported on %(day)s by %(who)s, as “%(title)s”. Nothing was changed.")
            % {"day": _day(known.imported_at), "who": known.imported_by.display_name, "title": known.title},
            code="already_imported",
        )


def _refuse_same_files(source_hash: str) -> None:
    """The same bytes, read otherwise: without document numbers nothing tells that they replace the first."""
    known = Batch.objects.filter(source_hash=source_hash, state="live", lines_without_document__gt=0).first()
    if known:
        raise AlreadyImported(
            _(
                "The same file was imported on %(day)s with other choices, as “%(title)s”; its lines carry no"
                " document numbers, so they would count twice. Nothing was changed."
            )
            % {"day": _day(known.imported_at), "title": known.title},
            code="same_file",
            hint=_("Withdraw that import first."),
        )


def _day(moment: dt.datetime | None) -> str:
    return day_in_words(moment) if moment else ""


def _take_currency(company: Company, staged: Staged) -> None:
    """The first import may say what the company's currency is; later ones must be in it."""
    if staged.currency in (None, company.currency):
        return
    if Batch.objects.filter(state="live").exists():
        raise Refused(
            _("These lines are in %(theirs)s and the ledger is in %(ours)s. Nothing was imported.")
            % {"theirs": staged.currency, "ours": company.currency},
            code="other_currency",
            hint=_("Import dated rates and try again: the lines are converted."),
        )
    _set_currency(company, staged.currency or company.currency)


def _set_currency(company: Company, currency: str) -> None:
    if company.currency != currency:
        company.currency = currency
        company.save(update_fields=["currency"])


# --- sweeping --------------------------------------------------------------------------------------------


def sweep(*, now: dt.datetime) -> int:
    """Remove what crashed imports left; returns how many files and folders. Never what a row names."""
    with transaction.atomic():
        lock()  # no import stands between its rename and its row
        batches = set(Batch.objects.values_list("parquet_name", flat=True))
        refused = set(Batch.objects.values_list("refused_name", flat=True))
        hidden = set(LedgerVersion.objects.values_list("masks_name", flat=True))
        gone = [
            path
            for kind, named in (("batches", batches), ("refused", refused), ("masks", hidden))
            for path in _place(kind).iterdir()
            if path.name not in named
        ]
        for path in gone:
            path.unlink(missing_ok=True)
    return len(gone) + _sweep_staging(now)


def _sweep_staging(now: dt.datetime) -> int:
    """Staged lines of open drafts stay; others only while they could belong to an import that runs."""
    open_drafts = Draft.objects.filter(state__in=["uploaded", "inspected", "checked"])
    kept = {str(pk) for pk in open_drafts.values_list("pk", flat=True)}
    old = (now - _KEPT_STAGING).timestamp()
    places = [*_place("staging").iterdir(), *_place("spill").iterdir()]
    gone = [path for path in places if path.name not in kept and path.stat().st_mtime < old]
    for path in gone:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(gone)


def remove_staging(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
