"""One entry in the trail for one row of work, with the account that it touches.

Titles, texts, questions and answers may hold what is secret: entries name fields, days, states and people only.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from kamerton.access.models import User
from kamerton.core import audit
from kamerton.work.models import Approval, Consultation, ManagementDecision, Request, Task
from kamerton.work.report_models import ReportDue, ReportDuty

Row = Task | Request | Approval | Consultation | ManagementDecision | ReportDue | ReportDuty


def write(
    *,
    actor: User | None,
    verb: str,
    row: Row,
    now: dt.datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """`verb` without its room: finish_task. Called inside the transaction of the action."""
    audit.record(
        actor=actor,
        action=f"work.{verb}",
        subject=row,
        now=now,
        reason=reason,
        before=before,
        after=after,
        account_id=getattr(row, "account_id", None),
    )
