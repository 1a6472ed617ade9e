"""`kamerton manage work_daily`: for a company whose worker does not run, once a day by the machine's own clock."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from kamerton.core import clock
from kamerton.work.actions.daily import daily, others


class Command(BaseCommand):
    help = "Send unanswered requests up the line of report, put the work of key accounts first, look for signals."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        now = clock.now()
        done = daily(now=now)
        others(now=now)
        self.stdout.write(
            f"Requests sent up the line: {done.escalated}. Priorities changed: {done.moved}. Sign-ins closed: {done.closed}."
        )
