"""When rules are evaluated: after snapshots, after edits, every day. Registered with the rooms below."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction

from kamerton.access.models import User
from kamerton.core import audit, clock
from kamerton.core.models import AuditEntry
from kamerton.portfolio import hooks
from kamerton.signals.actions import evaluate
from kamerton.work.actions import daily

logger = logging.getLogger(__name__)

#: A bulk change touches many accounts: past so many they are looked at by a job.
AT_ONCE = 20
#: What changes nothing that a rule reads.
_SILENT = ("signals.", "secrets.", "export", "access.")
#: What is written down of an industry concerns every account in it; a review, the company.
_OF_ALL = ("accounts.budget", "portfolio.begin_review", "portfolio.close_review", "portfolio.write_profile")


class _Touched:
    """The accounts that a transaction has changed; looked at once, when it has committed."""

    def __init__(self, actor: User | None) -> None:
        self.actor = actor
        self.accounts: set[int] = set()
        self.all = False

    def __call__(self) -> None:
        """The edit stands, whatever happens here: the night finds what was missed."""
        accounts, self.accounts = self.accounts, set()
        try:
            self._look(accounts)
        except Exception:
            logger.exception("Rules were not evaluated for %s accounts", len(accounts))

    def _look(self, accounts: set[int]) -> None:
        now = clock.now()
        if self.all and self.actor is not None:
            evaluate.start(actor=self.actor, now=now)
            return
        if len(accounts) <= AT_ONCE or self.actor is None:
            try:
                evaluate.evaluate(now=now, accounts=accounts, wait=self.actor is None)
            except evaluate.Busy:
                pass
            else:
                return
        assert self.actor is not None  # noqa: S101 - without one it has waited
        evaluate.start(actor=self.actor, now=now, accounts=accounts)


def hear(entry: AuditEntry) -> None:
    """Called for every entry of the trail, inside its transaction."""
    of_all = entry.account_id is None and entry.action.startswith(_OF_ALL)
    if (entry.account_id is None and not of_all) or entry.action.startswith(_SILENT):
        return
    connection = transaction.get_connection()
    waiting = [work for _ids, work, *_robust in connection.run_on_commit if isinstance(work, _Touched)]
    touched = waiting[-1] if waiting else _Touched(entry.actor)
    if not waiting:
        transaction.on_commit(touched)
    touched.all = touched.all or of_all
    if entry.account_id is not None:
        touched.accounts.add(entry.account_id)


def every_day(*, now: dt.datetime, actor: User | None) -> None:
    """Days pass, and with them needs grow old and absences begin. `actor`: who opened the first page of the day."""
    if actor is None:
        evaluate.evaluate(now=now)
    else:
        evaluate.start(actor=actor, now=now)


def register_all() -> None:
    """Once, when the models are ready."""
    hooks.after_snapshot("signals", evaluate.after_snapshot)
    audit.listen("signals", hear)
    daily.also("signals", every_day)
