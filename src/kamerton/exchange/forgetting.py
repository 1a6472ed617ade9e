"""What imports keep of a person goes with the person (REL-15): the file, its report, what pages show of its rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access.models import User
from kamerton.accounts import erasures, naming
from kamerton.accounts.erasures import Person
from kamerton.core import jobs
from kamerton.core.folding import words
from kamerton.core.refused import Refused
from kamerton.exchange import reading
from kamerton.exchange.models import Run
from kamerton.ledger import uploads
from kamerton.ledger.read.model import NeedsAnswer, Unreadable


@erasures.register
def forget(*, actor: User, person: Person, now: dt.datetime) -> dict[str, int]:
    """Imports whose file tells of the person, or cannot be read to say so, lose their file.

    One that has not begun is discarded; one that stands between two chunks ends there, and can be undone.
    """
    del actor  # whoever may erase a person may, whosever import it is
    held = [run for run in Run.objects.select_for_update() if holds(run, person)]
    for run in held:
        if run.job and run.job.is_open and run.state == "importing":
            raise Refused(
                _("An import that tells of this person is going on. Nothing was erased."), code="busy",
                hint=_("Wait until it is over and try again."),
            )  # fmt: skip
    for run in held:
        _empty(run, now)
        transaction.on_commit(partial(uploads.remove, run.pk))
    return {"exchange.run": len(held)}


def _empty(run: Run, now: dt.datetime) -> None:
    if run.job and run.job.is_open:
        jobs.cancel(job=run.job, now=now)
    if run.is_open:
        run.state = "abandoned"
    elif run.state == "importing":
        run.state, run.imported_at = "imported", now
    run.result, run.inspection = None, None
    run.answers = {name: told for name, told in run.answers.items() if name not in ("people", "companies")}
    run.changed_at = now
    run.save(update_fields=["state", "imported_at", "result", "inspection", "answers", "changed_at"])


def holds(run: Run, person: Person) -> bool:
    """Whether anything of the import that is still there may tell of the person."""
    if not uploads.folder_of(run.pk).exists() and run.result is None and run.inspection is None:
        return False
    told = naming.pattern(person.keys)
    shown = [run.title, run.files, run.answers, run.inspection, run.result]
    if told is not None and naming.without(shown, told, "") != shown:
        return True
    if any(_wrote(chunk.written, person.contact) for chunk in run.chunks.all()):
        return True
    return _in_files(run, person, told)


def _wrote(written: dict[str, object], contact: int) -> bool:
    added, filled = written.get("contacts"), written.get("contact_fills")
    return (isinstance(added, list) and contact in added) or (
        isinstance(filled, dict) and str(contact) in filled
    )


def _in_files(run: Run, person: Person, told: re.Pattern[str] | None) -> bool:
    try:
        tables = reading.contents(uploads.paths_of(run.pk, run.files), run.answers)
    except (NeedsAnswer, Unreadable, OSError):
        return True  # nobody can say what is in it
    parts = frozenset(words(person.name))
    rows = [row.cells for table in tables for row in table.rows]
    rows += [(fault.value,) for table in tables for fault in table.faults]
    return any(_in_row(cells, parts, told) for cells in rows)


def _in_row(cells: Sequence[str], parts: frozenset[str], told: re.Pattern[str] | None) -> bool:
    """First and last name may stand in columns of their own."""
    text = "\n".join(cells)
    if told is not None and told.search(text):
        return True
    return len(parts) > 1 and parts <= set(words(text))
