"""Readings out of the database: a constant number of queries, for some accounts or for all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone

from kamerton.accounts.choices import DOSSIER_TOPICS
from kamerton.portfolio import queries as portfolio
from kamerton.signals.evaluating import Readings
from kamerton.signals.gathering import figures, matters, people, standing
from kamerton.signals.gathering.rows import Rows
from kamerton.signals.reading import AccountReading, Care, Figures, Matter, Whole
from kamerton.work import key_accounts

_NO_GAP = (Decimal(0), 1.0)


@dataclass(slots=True)
class _Known:
    """What was read, by account."""

    care: dict[int, Care] = field(default_factory=dict)
    people: Rows = field(default_factory=dict)
    facts: Rows = field(default_factory=dict)
    missing: dict[int, int] = field(default_factory=dict)
    needs: Rows = field(default_factory=dict)
    power_changes: Rows = field(default_factory=dict)
    requests: Rows = field(default_factory=dict)
    asked: dict[int, tuple[int, int]] = field(default_factory=dict)
    handovers: Rows = field(default_factory=dict)
    budgets: Rows = field(default_factory=dict)
    overlaps: Rows = field(default_factory=dict)
    reasons: dict[int, frozenset[str]] = field(default_factory=dict)
    gaps: dict[int, tuple[Decimal, float]] = field(default_factory=dict)
    meant: dict[int, Decimal] = field(default_factory=dict)
    opportunities: Rows = field(default_factory=dict)
    unprotected: dict[int, Matter] = field(default_factory=dict)
    claims: Rows = field(default_factory=dict)
    complained: dict[int, tuple[int, int]] = field(default_factory=dict)
    visits: Rows = field(default_factory=dict)
    plans: Rows = field(default_factory=dict)
    analysed: dict[int, dt.date] = field(default_factory=dict)
    planned: Collection[int] | None = None  # accounts with an open plan; None: the company makes no plans


def readings(
    day: dt.date, only: Collection[int] | None = None, *, now: dt.datetime | None = None
) -> Readings:
    """Of every account, person and the company; `only` (ids): of these accounts, of everybody, and not the company.

    `now`: the hour for clocks that count hours; without it the day has just begun.

    About thirty queries, whatever there is.
    """
    snapshot = portfolio.latest_snapshot()
    company = figures.whole(snapshot, day) if only is None else figures.beside(snapshot)
    accounts = figures.accounts(only)
    told = figures.figures(
        snapshot, None if only is None else [number for number, _trade in accounts.values()]
    )
    keys = key_accounts.key_numbers(None if only is None else [n for n, _trade in accounts.values()])
    key = {pk for pk, (number, _trade) in accounts.items() if number in keys}
    watched = key | {
        pk for pk, (number, _t) in accounts.items() if number in told and told[number].abc == "A"
    }
    at = now or timezone.make_aware(dt.datetime.combine(day, dt.time()))
    known = _known(day, accounts, key, watched, only)
    known.claims, known.complained = matters.claims(at, only), matters.complained(day, only)
    return Readings(
        accounts=_each(day, accounts, told, key, known, company),
        people=people.people_of_ours(day),
        whole=company if only is None else None,
    )


def _each(
    day: dt.date,
    accounts: Mapping[int, tuple[str, int | None]],
    told: Mapping[str, Figures],
    key: Collection[int],
    known: _Known,
    company: Whole,
) -> Iterator[AccountReading]:
    none: list[Any] = []
    for pk, (number, _trade) in accounts.items():
        recent, before = known.asked.get(pk, (0, 0))
        claims_recent, claims_before = known.complained.get(pk, (0, 0))
        yield AccountReading(
            account=pk, day=day, whole=company, is_key=pk in key, figures=told.get(number),
            care=known.care.get(pk, "nobody"), people=tuple(known.people.get(pk, none)),
            facts=tuple(known.facts.get(pk, none)), missing_topics=known.missing.get(pk, len(DOSSIER_TOPICS)),
            topics=len(DOSSIER_TOPICS), needs=tuple(known.needs.get(pk, none)),
            power_changes=tuple(known.power_changes.get(pk, none)), requests=tuple(known.requests.get(pk, none)),
            handovers=tuple(known.handovers.get(pk, none)), budgets=tuple(known.budgets.get(pk, none)),
            overlaps=tuple(known.overlaps.get(pk, none)),
            claims=tuple(known.claims.get(pk, none)), claims_recent=claims_recent, claims_before=claims_before,
            requests_recent=recent, requests_before=before, key_reasons=known.reasons.get(pk),
            gap=known.gaps.get(pk, _NO_GAP)[0], satisfiable=known.gaps.get(pk, _NO_GAP)[1],
            in_opportunities=known.meant.get(pk, Decimal(0)),
            opportunities=tuple(known.opportunities.get(pk, none)), unprotected=known.unprotected.get(pk),
            visits=tuple(known.visits.get(pk, none)),
            plans=tuple(known.plans.get(pk, none)),
            analysed_on=known.analysed.get(pk),
            lacks_plan=known.planned is not None and pk not in known.planned,
        )  # fmt: skip


def _known(
    day: dt.date,
    accounts: Mapping[int, tuple[str, int | None]],
    key: set[int],
    watched: set[int],
    only: Collection[int] | None,
) -> _Known:
    told, missing = people.facts(day, key)
    care = people.care(day, only)
    meant, opportunities = standing.opportunities(only)
    return _Known(
        care=care, people=people.people(day, key, watched), facts=told, missing=missing,
        needs=matters.needs(only), power_changes=matters.power_changes(only), requests=matters.requests(only),
        asked=matters.asked(day, only), handovers=matters.handovers(only),
        budgets=matters.budgets(day, accounts, key | set(care), only), overlaps=matters.overlaps(only),
        reasons=standing.reasons(only), gaps=standing.gaps(only),
        meant=meant, opportunities=opportunities, unprotected=standing.unprotected(only),
        visits=matters.visits(day, only),
        plans=standing.plans(day, only), planned=standing.planned(), analysed=people.analysed(key),
    )  # fmt: skip
