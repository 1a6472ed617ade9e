"""Readings out of the database: a constant number of queries, for some accounts or for all."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q
from django.utils import timezone

from kamerton.access.models import Delegation, User
from kamerton.accounts import dossier, strength
from kamerton.accounts.choices import DOSSIER_TOPICS
from kamerton.accounts.decision_unit import DEPTHS, Touch
from kamerton.accounts.models import (
    Account,
    BudgetMovement,
    Contact,
    Coverage,
    Fact,
    Interaction,
    Need,
    PowerChange,
    Tie,
)
from kamerton.accounts.queries import KAM_ROLES, limits
from kamerton.core import bulk
from kamerton.engagements import queries as engagements
from kamerton.plans import queries as plan_queries
from kamerton.plans.models import Plan
from kamerton.portfolio import queries as portfolio
from kamerton.portfolio import review_queries, status_queries
from kamerton.portfolio.models import AccountFigure, KeyStatus, Opportunity, Snapshot, Wallet
from kamerton.service import queries as service
from kamerton.service import rules as clocks
from kamerton.service.models import Claim
from kamerton.signals.evaluating import Readings
from kamerton.signals.reading import (
    AccountReading,
    Care,
    Complaint,
    Figures,
    Going,
    Matter,
    Overlap,
    Person,
    PersonReading,
    PlanState,
    Statement,
    Whole,
)
from kamerton.work import key_accounts
from kamerton.work.models import Handover, Request

#: Up to so many accounts are named in a query; of more, all rows are read, and those of others passed over.
_NAMED = 10_000
_RECENT = dt.timedelta(days=90)
_FIGURES: Mapping[str, str] = {
    "share": "basis_share", "amount": "basis_amount", "before": "basis_before", "growth_rate": "growth_rate",
    "turnover_growth": "turnover_growth", "turnover": "window_turnover", "income": "window_income",
    "turnover_before": "previous_turnover", "income_before": "previous_income",
    "share_turnover": "window_share_turnover", "share_income": "window_share_income", "margin": "margin",
    "returns_rate": "returns_rate", "dependency": "dependency", "margin_falling": "margin_falling",
    "low_income": "low_income", "is_slipping": "is_slipping", "is_lost": "is_lost",
    "is_neglected": "is_neglected", "state": "state", "last_purchase": "last_purchase",
    "silent_days": "silent_days", "usual_gap_days": "usual_gap_days", "abc": "abc", "is_key": "is_key",
    "risk": "risk", "at_risk": "at_risk", "health": "health", "health_standing": "health_standing",
    "health_change": "health_change",
}  # fmt: skip

_Rows = dict[int, list[Any]]
_NOTHING = Decimal(0)
_NO_GAP = (_NOTHING, 1.0)


@dataclass(slots=True)
class _Known:
    """What was read, by account."""

    care: dict[int, Care] = field(default_factory=dict)
    people: _Rows = field(default_factory=dict)
    facts: _Rows = field(default_factory=dict)
    missing: dict[int, int] = field(default_factory=dict)
    needs: _Rows = field(default_factory=dict)
    power_changes: _Rows = field(default_factory=dict)
    requests: _Rows = field(default_factory=dict)
    asked: dict[int, tuple[int, int]] = field(default_factory=dict)
    handovers: _Rows = field(default_factory=dict)
    budgets: _Rows = field(default_factory=dict)
    overlaps: _Rows = field(default_factory=dict)
    reasons: dict[int, frozenset[str]] = field(default_factory=dict)
    gaps: dict[int, tuple[Decimal, float]] = field(default_factory=dict)
    meant: dict[int, Decimal] = field(default_factory=dict)
    opportunities: _Rows = field(default_factory=dict)
    claims: _Rows = field(default_factory=dict)
    complained: dict[int, tuple[int, int]] = field(default_factory=dict)
    visits: _Rows = field(default_factory=dict)
    plans: _Rows = field(default_factory=dict)
    planned: Collection[int] | None = None  # accounts with an open plan; None: the company makes no plans


def readings(
    day: dt.date, only: Collection[int] | None = None, *, now: dt.datetime | None = None
) -> Readings:
    """Of every account, person and the company; `only` (ids): of these accounts, of everybody, and not the company.

    `now`: the hour for clocks that count hours; without it the day has just begun.

    About thirty queries, whatever there is.
    """
    snapshot = portfolio.latest_snapshot()
    company = whole(snapshot, day) if only is None else _beside(snapshot)
    accounts = _accounts(only)
    figures = _figures(snapshot, None if only is None else [number for number, _trade in accounts.values()])
    keys = key_accounts.key_numbers(None if only is None else [n for n, _trade in accounts.values()])
    key = {pk for pk, (number, _trade) in accounts.items() if number in keys}
    watched = key | {
        pk for pk, (number, _t) in accounts.items() if number in figures and figures[number].abc == "A"
    }
    at = now or timezone.make_aware(dt.datetime.combine(day, dt.time()))
    known = _known(day, accounts, key, watched, only)
    known.claims, known.complained = _claims(at, only), service.received_within(day, _RECENT.days, only)
    return Readings(
        accounts=_each(day, accounts, figures, key, known, company),
        people=_people_of_ours(day),
        whole=company if only is None else None,
    )


def _each(
    day: dt.date,
    accounts: Mapping[int, tuple[str, int | None]],
    figures: Mapping[str, Figures],
    key: Collection[int],
    known: _Known,
    company: Whole,
) -> Iterator[AccountReading]:
    none: list[Any] = []
    for pk, (number, _trade) in accounts.items():
        recent, before = known.asked.get(pk, (0, 0))
        claims_recent, claims_before = known.complained.get(pk, (0, 0))
        yield AccountReading(
            account=pk, day=day, whole=company, is_key=pk in key, figures=figures.get(number),
            care=known.care.get(pk, "nobody"), people=tuple(known.people.get(pk, none)),
            facts=tuple(known.facts.get(pk, none)), missing_topics=known.missing.get(pk, len(DOSSIER_TOPICS)),
            topics=len(DOSSIER_TOPICS), needs=tuple(known.needs.get(pk, none)),
            power_changes=tuple(known.power_changes.get(pk, none)), requests=tuple(known.requests.get(pk, none)),
            handovers=tuple(known.handovers.get(pk, none)), budgets=tuple(known.budgets.get(pk, none)),
            overlaps=tuple(known.overlaps.get(pk, none)),
            claims=tuple(known.claims.get(pk, none)), claims_recent=claims_recent,
            claims_before=claims_before, requests_recent=recent, requests_before=before, key_reasons=known.reasons.get(pk),
            gap=known.gaps.get(pk, _NO_GAP)[0], satisfiable=known.gaps.get(pk, _NO_GAP)[1],
            in_opportunities=known.meant.get(pk, _NOTHING),
            opportunities=tuple(known.opportunities.get(pk, none)), visits=tuple(known.visits.get(pk, none)),
            plans=tuple(known.plans.get(pk, none)),
            lacks_plan=known.planned is not None and pk not in known.planned,
        )  # fmt: skip


def _known(
    day: dt.date,
    accounts: Mapping[int, tuple[str, int | None]],
    key: set[int],
    watched: set[int],
    only: Collection[int] | None,
) -> _Known:
    facts, missing = _facts(day, key)
    care = _care(day, only)
    meant, opportunities = _opportunities(only)
    return _Known(
        care=care, people=_people(day, key, watched), facts=facts, missing=missing,
        needs=_needs(only), power_changes=_power_changes(only), requests=_requests(only),
        asked=_asked(day, only), handovers=_handovers(only),
        budgets=_budgets(day, accounts, key | set(care), only), overlaps=_overlaps(only),
        reasons=_reasons(only), gaps=_gaps(only),
        meant=meant, opportunities=opportunities, visits=_visits(day, only),
        plans=_plans(day, only), planned=_planned(),
    )  # fmt: skip


def _among(path: str, numbers: Collection[int] | None) -> Q:
    return Q() if numbers is None or len(numbers) > _NAMED else Q(**{f"{path}__in": list(numbers)})


def _by_account(rows: Iterable[tuple[int, Any]]) -> _Rows:
    found: _Rows = defaultdict(list)
    for account, told in rows:
        found[account].append(told)
    return found


def _visits(day: dt.date, only: Collection[int] | None) -> _Rows:
    """Where several of ours go in one week and nothing is agreed. Two queries."""
    numbers = None if only is None or len(only) > _NAMED else only
    return _by_account(
        (
            each.account,
            Going(ref=f"engagements.engagement:{each.engagement}", monday=each.monday, people=each.people),
        )
        for each in engagements.unagreed(day, numbers)
    )


# --- figures ---------------------------------------------------------------------------------------------


def _accounts(only: Collection[int] | None) -> dict[int, tuple[str, int | None]]:
    """{pk: (number, industry)}"""
    rows = Account.objects.current().filter(_among("pk", only)).order_by()
    found: dict[int, tuple[str, int | None]] = {
        pk: (number, trade) for pk, number, trade in rows.values_list("pk", "number", "industry_id")
    }
    return found if only is None else {pk: found[pk] for pk in only if pk in found}


def _figures(snapshot: Snapshot | None, numbers: Collection[str] | None) -> dict[str, Figures]:
    if snapshot is None:
        return {}
    rows = AccountFigure.objects.filter(snapshot=snapshot).order_by()
    if numbers is not None and len(numbers) <= _NAMED:
        rows = rows.filter(account__in=list(numbers))
    told = rows.values_list("account", *_FIGURES.values())
    return {row[0]: Figures(*row[1:]) for row in told.iterator(5000)}


def _beside(snapshot: Snapshot | None) -> Whole:
    """What accounts are measured against. One query."""
    decides = status_queries.has_decided()
    if snapshot is None:
        return Whole(decides=decides)
    totals = snapshot.figures["totals"]
    turnover, income = _amount(totals["window_turnover"]), _amount(totals["window_income"])
    gross = _amount(totals["gross"]) or _NOTHING
    return Whole(
        basis=snapshot.basis, currency=snapshot.currency, as_of=snapshot.as_of,
        total=(income if snapshot.basis == "income" else turnover) or _NOTHING,
        margin=float(income / turnover) if income is not None and turnover else None,
        returns_rate=float((_amount(totals["returned"]) or _NOTHING) / gross) if gross > 0 else None,
        profile=snapshot.profile, decides=decides,
    )  # fmt: skip


def whole(snapshot: Snapshot | None, day: dt.date) -> Whole:
    """The company's own figures besides. Eight queries."""
    told = _beside(snapshot)
    review = review_queries.due_on(status_queries.written())
    if snapshot is None:
        return replace(told, day=day, review_due=review)
    figures, adoption = snapshot.figures, status_queries.adoption(snapshot)
    decided = status_queries.decided_share(snapshot)
    now, before = _hhi(figures, snapshot.basis)
    return replace(
        told, key_share=figures["key_share"] if decided is None else decided, hhi=now, hhi_before=before,
        accounts=int(figures["totals"]["accounts"]), innovators=adoption.get("innovators", 0),
        too_many_innovators=adoption.get("too_many", False), day=day, review_due=review,
    )  # fmt: skip


def _hhi(figures: Mapping[str, Any], basis: str) -> tuple[float | None, float | None]:
    """Of the 12 months to the snapshot, and of those that ended a year before."""
    name = "income" if basis == "income" else "turnover"
    points = [point for point in figures["concentration_over_time"] if point[name]]
    if not points:
        return None, None
    last = points[-1]
    year = str(int(last["date"][:4]) - 1) + last["date"][4:7]
    before = next((point for point in points if point["date"].startswith(year)), None)
    return last[name]["hhi"], before[name]["hhi"] if before else None


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


# --- who looks after it ----------------------------------------------------------------------------------


def _care(day: dt.date, only: Collection[int] | None) -> dict[int, Care]:
    """Accounts with nobody are left out. Two queries."""
    rows = Coverage.objects.on(day).filter(
        _among("account", only), role="responsible", person__is_active=True
    )
    away: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    orders = Delegation.objects.filter(revoked_at=None, from_date__lte=day, to_date__gte=day)
    for absent, substitute, active in orders.values_list("absent", "substitute", "substitute__is_active"):
        away[absent].append((substitute, active))
    told = rows.order_by().values_list("account", "person")
    return {account: _here(person, away) for account, person in told}


def _here(person: int, away: Mapping[int, list[tuple[int, bool]]]) -> Care:
    if person not in away:
        return "here"
    return "substitute" if any(active and who not in away for who, active in away[person]) else "away"


def _people_of_ours(day: dt.date) -> list[PersonReading]:
    """Four queries."""
    limit = limits()
    broad = set(limit.broad.values_list("pk", flat=True)) if limit.pk else set()
    held = Coverage.objects.on(day).filter(
        role="responsible", person__isnull=False, account__merged_into=None
    )
    counted = held.order_by().values_list("person").annotate(Count("account", distinct=True))
    counts = dict(counted)
    people = User.objects.filter(pk__in=list(counts), is_active=True).values_list("pk", "role")
    found = []
    for pk, role in people:
        most = limit.kam_limit if role in KAM_ROLES else limit.seller_limit
        found.append(
            PersonReading(person=pk, accounts=counts[pk], limit=limit.broad_limit if pk in broad else most)
        )
    return found


# --- people there ----------------------------------------------------------------------------------------


def _people(day: dt.date, key: Collection[int], watched: Collection[int]) -> _Rows:
    """Of `watched` accounts, with the strength of the contact at `key` accounts. Four queries."""
    if not watched:
        return {}
    rows = list(
        Contact.objects.present().filter(_among("account", watched)).order_by("pk")
        .values_list("pk", "account_id", "is_found", bulk.text("decision_roles"), "level", "ladder_stage")
    )  # fmt: skip
    ties: dict[int, str] = {}
    of_key = _among("contact__account", key) if key else Q(pk=None)
    for contact, depth in Tie.objects.filter(of_key).order_by("pk").values_list("contact", "depth"):
        if DEPTHS.get(depth, 0.0) >= DEPTHS.get(ties.get(contact, ""), 0.0):
            ties[contact] = depth
    last, touches = _touches(day, key)
    found: _Rows = defaultdict(list)
    for pk, account, is_found, roles, level, stage in rows:
        if account in watched:
            on = last.get(pk)
            force = strength.strength(touches.get(pk, ()), depth=ties.get(pk, "none"), level=level, on=day)
            found[account].append(
                Person(
                    id=pk, is_found=is_found, roles=bulk.decoded(roles), level=level,
                    met=is_found and (on is not None or stage > 0 or DEPTHS.get(ties.get(pk, ""), 0.0) > 0),
                    last_on=on, strength=force.total if on else None,
                )
            )  # fmt: skip
    return found


def _touches(day: dt.date, key: Collection[int]) -> tuple[dict[int, dt.date], dict[int, list[Touch]]]:
    """The last contact of each person at a key account, and those that still count. Two queries."""
    if not key:
        return {}, {}
    rows = Interaction.objects.filter(_among("account", key), contact__isnull=False, on__lte=day).order_by()
    last = dict(rows.values_list("contact").annotate(Max("on")))
    recent: dict[int, list[Touch]] = defaultdict(list)
    since = day - dt.timedelta(days=strength.FADES_DAYS)
    for contact, on, from_them, in_depth in rows.filter(on__gte=since).values_list(
        "contact", "on", "from_them", "in_depth"
    ):
        recent[contact].append(Touch(contact, on, from_them, in_depth))
    return last, recent


def _facts(day: dt.date, key: Collection[int]) -> tuple[_Rows, dict[int, int]]:
    """Facts in force of key accounts, and how many of the required topics nobody has told of. One query."""
    if not key:
        return {}, {}
    rows = Fact.objects.current().filter(_among("account", key)).order_by()
    told: _Rows = defaultdict(list)
    topics: dict[int, set[str]] = defaultdict(set)
    for account, topic, dated, secrecy in rows.values_list("account", "topic", "dated", "secrecy"):
        if account in key:
            stale = dossier.is_stale(topic, dated, day)
            told[account].append(Statement(topic=topic, stale=stale, secrecy=secrecy))
            topics[account].add(topic)
    return told, {account: len(set(DOSSIER_TOPICS) - known) for account, known in topics.items()}


# --- matters ---------------------------------------------------------------------------------------------


def _needs(only: Collection[int] | None) -> _Rows:
    rows = Need.objects.filter(_among("account", only), state="open", answer="").order_by("pk")
    told = rows.values_list("account", "pk", "raised_on", "secrecy")
    return _by_account((a, Matter(ref=f"accounts.need:{pk}", on=on, secrecy=s)) for a, pk, on, s in told)


def _power_changes(only: Collection[int] | None) -> _Rows:
    rows = PowerChange.objects.filter(
        _among("contact__account", only), settled_at=None, contact__erased_at=None
    ).order_by("pk")
    told = rows.values_list("contact__account", "pk", "expected_on", "secrecy")
    return _by_account(
        (a, Matter(ref=f"accounts.powerchange:{pk}", on=on, secrecy=s)) for a, pk, on, s in told
    )


def _requests(only: Collection[int] | None) -> _Rows:
    rows = Request.objects.filter(_among("account", only), account__isnull=False, state="open").order_by("pk")
    told = rows.values_list("account", "pk", "due_on", "escalations")
    return _by_account((a, Matter(ref=f"work.request:{pk}", on=on, steps=up)) for a, pk, on, up in told)


def _asked(day: dt.date, only: Collection[int] | None) -> dict[int, tuple[int, int]]:
    """Requests within 90 days, and within the 90 before those. One query."""
    recent, before = day - _RECENT, day - 2 * _RECENT
    rows = Request.objects.filter(
        _among("account", only), account__isnull=False, created_at__date__gt=before, created_at__date__lte=day
    ).order_by()
    told = rows.values_list("account").annotate(
        now=Count("pk", filter=Q(created_at__date__gt=recent)),
        then=Count("pk", filter=Q(created_at__date__lte=recent)),
    )
    return {account: (now, then) for account, now, then in told}


def _claims(now: dt.datetime, only: Collection[int] | None) -> _Rows:
    """Open claims with their clocks. Two queries."""
    currency = service.company_currency()
    rows = Claim.objects.filter(_among("account", only), closed_at=None).order_by("pk")
    return _by_account((row.account_id, _complaint(row, currency, now)) for row in rows)


def _complaint(row: Claim, currency: str, now: dt.datetime) -> Complaint:
    acknowledge, _answer, settle = clocks.marks(service.course(row), now)
    return Complaint(
        ref=f"service.claim:{row.pk}", acknowledge_by=timezone.localdate(acknowledge.due),
        settle_by=timezone.localdate(settle.due),
        acknowledge_late=acknowledge.is_late and acknowledge.met is None, settle_late=settle.is_late,
        amount=row.amount if row.currency == currency else None, secrecy=row.secrecy,
    )  # fmt: skip


def _handovers(only: Collection[int] | None) -> _Rows:
    rows = Handover.objects.filter(_among("account", only), state="open").order_by("pk")
    told = rows.values_list("account", "pk", "on", "introductions")
    return _by_account(
        (a, Matter(ref=f"work.handover:{pk}", on=on, left=sum(1 for one in people if not one["done"])))
        for a, pk, on, people in told
    )


def _overlaps(only: Collection[int] | None) -> _Rows:
    """Families of which more than one of ours has something open. One query."""
    rows = Opportunity.objects.open().filter(_among("account", only)).order_by("created_at", "pk")
    cells: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
    for account, family, pk, owner in rows.values_list("account", "family", "pk", "owner"):
        cells[account, family].append((pk, owner))
    return _by_account(
        (account, Overlap(ref=f"portfolio.opportunity:{told[0][0]}", family=family, offers=len(told)))
        for (account, family), told in cells.items()
        if len({owner for _pk, owner in told}) > 1
    )


def _budgets(
    day: dt.date,
    accounts: Mapping[int, tuple[str, int | None]],
    linked: Collection[int],
    only: Collection[int] | None,
) -> _Rows:
    """Of the account, and of its industry where the account is key or somebody is responsible. One query.

    A year back is enough for any threshold that is sensible.
    """
    trades: dict[int, list[int]] = defaultdict(list)
    for pk, (_number, trade) in accounts.items():
        if trade is not None and pk in linked:
            trades[trade].append(pk)
    wanted = Q() if only is None else _among("account", only) | Q(account=None, industry__in=list(trades))
    rows = BudgetMovement.objects.filter(wanted, on__gt=day - dt.timedelta(days=366)).order_by("pk")
    found: _Rows = defaultdict(list)
    for pk, account, industry, on, secrecy, level in rows.values_list(
        "pk", "account", "industry", "on", "secrecy", "level"
    ):
        matter = Matter(ref=f"accounts.budgetmovement:{pk}", on=on, secrecy=secrecy, level=level)
        for each in [account] if account else trades.get(industry, ()):
            found[each].append(matter)
    return found


# --- status and potential --------------------------------------------------------------------------------


def _reasons(only: Collection[int] | None) -> dict[int, frozenset[str]]:
    """Of those who are key by decision: the definitions that still hold. One query."""
    rows = KeyStatus.objects.held().filter(_among("account", only)).order_by()
    found: dict[int, set[str]] = defaultdict(set)
    for account, definition, ended in rows.values_list("account", "reasons__definition", "reasons__ended_at"):
        holding = found[account]  # a status without a reason that holds is one all the same
        if definition is not None and ended is None:
            holding.add(definition)
    return {account: frozenset(holding) for account, holding in found.items()}


def _gaps(only: Collection[int] | None) -> dict[int, tuple[Decimal, float]]:
    """What is not bought from us, and the part of the needs that we can satisfy. One query."""
    rows = Wallet.objects.filter(_among("account", only), gap__gt=0).order_by()
    return {pk: (gap, part) for pk, gap, part in rows.values_list("account", "gap", "satisfiable")}


def _plans(day: dt.date, only: Collection[int] | None) -> _Rows:
    """Open plans that have begun. Five queries."""
    few = None if only is None or len(only) > _NAMED else only
    found: _Rows = defaultdict(list)
    for account, told in plan_queries.standings(day, few).items():
        for each in told:
            found[account].append(
                PlanState(
                    ref=f"plans.plan:{each.plan}", phase=each.phase, late=each.late, worst=each.worst,
                    one_sided=each.one_sided, short_term=each.short_term, has_review=each.last_review is not None,
                    looked_at=max(each.last_review or each.since, each.since),
                )
            )  # fmt: skip
    return found


def _planned() -> Collection[int] | None:
    """One query, two where no plan is open."""
    open_ones = frozenset(Plan.objects.open().order_by().values_list("account_id", flat=True))
    return open_ones if open_ones or Plan.objects.exists() else None


def _opportunities(only: Collection[int] | None) -> tuple[dict[int, Decimal], _Rows]:
    """What open ones come to a year, and each with its day. One query."""
    rows = Opportunity.objects.open().filter(_among("account", only)).order_by("pk")
    meant: dict[int, Decimal] = defaultdict(Decimal)
    found: _Rows = defaultdict(list)
    for account, pk, amount, on in rows.values_list("account", "pk", "amount", "expected_on"):
        meant[account] += amount
        found[account].append(Matter(ref=f"portfolio.opportunity:{pk}", on=on))
    return meant, found
