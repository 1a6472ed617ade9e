"""Plans are found by their words: the title, and what is said of the account as a whole."""

from __future__ import annotations

from kamerton.accounts import search
from kamerton.plans.models import Plan

_BODY = ("why", "agreement", "effective", "loyalty")


def register() -> None:
    search.register(
        search.Kind(
            key="plan",
            model=Plan,
            rows=Plan.objects.all,
            name=lambda row: (row.title,),
            body=lambda row: [getattr(row, name) for name in _BODY],
            weight=lambda row: -row.starts_on.toordinal(),
            right="portfolio.view",
        )
    )
