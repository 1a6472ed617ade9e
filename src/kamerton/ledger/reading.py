"""From files to staged lines: the reader's answer, with what the ledger wants to know besides."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamerton.core.models import Company
from kamerton.core.money import to_cents
from kamerton.core.refused import Refused
from kamerton.core.telling import day_in_words, told
from kamerton.ledger import masks, rules, store
from kamerton.ledger.models import Batch, LedgerVersion, Rate
from kamerton.ledger.read.model import Choices, Inspection, Limits, Progress, Reading
from kamerton.ledger.read.model import Rate as DatedRate
from kamerton.ledger.rules import Staged
from kamerton.ledger.store import Incoming


def limits() -> Limits:
    return Limits(memory_bytes=settings.LEDGER_MEMORY_BYTES)


def completed(choices: Choices) -> Choices:
    """With the rates, and the currency to convert into: the company's, unless nothing is live yet."""
    rates = tuple(
        DatedRate(currency=rate.currency, date=rate.date, rate=rate.rate) for rate in Rate.objects.all()
    )
    currency = choices.company_currency or None
    if Batch.objects.filter(state="live").exists() or (currency is None and Company.objects.exists()):
        ours = Company.objects.get(pk=1).currency
        if currency not in (None, ours):
            raise Refused(
                _(
                    "The ledger is in %(ours)s; lines in %(theirs)s cannot stand beside it."
                    " Nothing was changed."
                )
                % {"ours": ours, "theirs": currency},
                code="other_currency",
                hint=_("Give the lines a currency column and import dated rates: they are converted."),
            )
        currency = ours
    return replace(choices, company_currency=currency, rates=rates)


def stage(
    paths: Sequence[Path], choices: Choices, folder: Path, progress: Progress
) -> tuple[Staged, Inspection]:
    """Read `paths` into `folder` (lines.parquet, refused.csv). On any failure the folder is gone.

    Raises Unreadable and NeedsAnswer of the reader, store.NoRoom, and Refused when no row is usable.
    """
    from kamerton.ledger.read import read  # noqa: PLC0415 - the reader loads engines

    shutil.rmtree(folder, ignore_errors=True)
    try:
        with store.room_on_disk():
            folder.mkdir(parents=True)
            out = folder / "lines.parquet"
            reading = read(paths, choices=choices, limits=limits(), out=out, progress=progress)
            _gather(reading, folder)
            return _staged(reading), reading.inspection
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _gather(reading: Reading, folder: Path) -> None:
    """Leave exactly the two files that belong to a batch."""
    if reading.refused_csv is not None and reading.refused_total:
        shutil.move(reading.refused_csv, folder / "refused.csv")
    for path in folder.iterdir():
        if path.name not in {"lines.parquet", "refused.csv"}:
            path.unlink()


def _staged(reading: Reading) -> Staged:
    with store.connect() as connection:
        measured = masks.measure(connection, reading.parquet)
    counts = reading.counts
    if measured.lines != counts.used + counts.unassigned:
        raise AssertionError(f"{measured.lines} lines were written and {counts} were counted.")
    if not counts.used:
        raise _nothing_usable(reading)
    return Staged(
        content_hash=hashlib.sha256(measured.content.encode()).hexdigest(),
        counts=counts,
        lines_without_document=measured.lines_without_document,
        lines_without_cost=reading.lines_without_cost,
        has_cost=reading.has_cost,
        first_date=reading.first_date,
        last_date=reading.last_date,
        currency=reading.currency,
        shape=reading.inspection.shape,
        notes=reading.inspection.notes,
        merge_offers=reading.merge_offers[:1000],
        refused_total=reading.refused_total,
        refused_head=tuple(asdict(row) for row in reading.refused_head),
    )


def _nothing_usable(reading: Reading) -> Refused:
    counts = reading.counts
    message = _("None of the %(rows)d rows can be used. Nothing was imported.") % {"rows": counts.read}
    if not counts.read:
        message = _("The file has no rows. Nothing was imported.")
    elif reading.refused_head:
        first = reading.refused_head[0]
        message += " " + _("The first was refused because of its %(column)s %(value)r: %(reason)s") % {
            "column": first.column or _("line"),
            "value": first.value[:60],
            "reason": told(first.reason),
        }
    elif counts.unassigned:
        message += " " + _("None of them names an account.")
    return Refused(message, code="nothing_usable", hint=_("Look at which column has which role."))


# --- the dry run -----------------------------------------------------------------------------------------


def consequences(incoming: Incoming) -> dict[str, Any]:
    """What importing staged lines would do to the ledger; keys beside those of Staged in Draft.result."""
    live = list(Batch.objects.filter(state="live").order_by("sequence"))
    with store.connect() as connection:
        lines = incoming.folder / "lines.parquet"
        accounts, documents = masks.breadth(connection, lines)
        replaced = _replacements(connection, incoming, live)
    overlaps = _overlaps(incoming.staged, live, {found["batch"] for found in replaced})
    return {
        "accounts": accounts,
        "documents": documents,
        "replaces": replaced,
        "overlaps": overlaps,
        "warnings": [*_known(incoming), *map(_replaces, replaced), *map(_adds, overlaps)],
        "has_refused_file": (incoming.folder / "refused.csv").exists(),
    }


def _replacements(connection: Any, incoming: Incoming, live: Sequence[Batch]) -> list[dict[str, Any]]:
    spans = [store.span_of(batch) for batch in live]
    staged = incoming.staged
    new = rules.Span(
        sequence=2**31,
        content_hash=staged.content_hash,
        lines=staged.lines,
        lines_without_document=staged.lines_without_document,
        first_date=staged.first_date,
        last_date=staged.last_date,
    )
    sharing = {span.sequence for span in rules.may_share_documents([*spans, new])}
    if new.sequence not in sharing:
        return []
    paths = {span.sequence: store.batch_path(span.content_hash) for span in spans if span.sequence in sharing}
    hidden = store.masks_path(LedgerVersion.objects.first())
    found = masks.replacements(connection, incoming.folder / "lines.parquet", paths, hidden)
    titles = {batch.sequence: batch.title for batch in live}
    return [
        {
            "batch": one.sequence,
            "title": titles[one.sequence],
            "documents": one.documents,
            "lines": one.lines,
            "amount": str(to_cents(one.amount)),
            "other_account": one.other_account,
        }
        for one in found
    ]


def _overlaps(staged: Staged, live: Sequence[Batch], replaced: set[int]) -> list[dict[str, Any]]:
    """Live batches of the same days where nothing tells which lines are the same: they would add up."""
    found = []
    for batch in live:
        bare = staged.lines_without_document or batch.lines_without_document
        if not bare or batch.sequence in replaced or not staged.first_date or not staged.last_date:
            continue
        if batch.first_date and batch.last_date:
            first, last = max(staged.first_date, batch.first_date), min(staged.last_date, batch.last_date)
            if first <= last:
                days = {"from": first.isoformat(), "to": last.isoformat()}
                found.append({"batch": batch.sequence, "title": batch.title, **days})
    return found


def _known(incoming: Incoming) -> list[str]:
    try:
        store.refuse_known(incoming)
    except store.AlreadyImported as known:
        return [str(known)]
    return []


def _replaces(one: dict[str, Any]) -> str:
    told = ngettext(
        "%(documents)d document of “%(title)s” comes again and is replaced (%(lines)d lines, %(amount)s).",
        "%(documents)d documents of “%(title)s” come again and are replaced (%(lines)d lines, %(amount)s).",
        one["documents"],
    )
    sentence = told % one
    if one["other_account"]:
        sentence += " " + _(
            "%(other_account)d of them belong to another account there:"
            " look whether two series of numbers meet."
        ) % {"other_account": one["other_account"]}
    return sentence


def _adds(one: dict[str, Any]) -> str:
    first, last = (day_in_words(dt.date.fromisoformat(one[key])) for key in ("from", "to"))
    return _(
        "“%(title)s” has lines from %(first)s to %(last)s too. Without document numbers nothing tells"
        " whether they are the same: both will count."
    ) % {"title": one["title"], "first": first, "last": last}
