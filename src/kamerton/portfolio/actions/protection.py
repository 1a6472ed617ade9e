"""Plans of accounts on which we depend: begun, followed and ended by the figures; barriers written down by people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access.models import User
from kamerton.accounts.models import Account, Contact, Coverage
from kamerton.core import audit, concurrency, undo
from kamerton.core.concurrency import Plain
from kamerton.core.models import Company
from kamerton.core.refused import Refused
from kamerton.ledger.read.model import Progress
from kamerton.portfolio import protection_queries, protection_rules, queries
from kamerton.portfolio.actions.potential import require
from kamerton.portfolio.models import AccountFigure, Barrier, Dependence, Protection, Snapshot
from kamerton.portfolio.models.protection import barrier_kinds, barrier_states
from kamerton.portfolio.protection_rules import Place
from kamerton.work.actions import tasks
from kamerton.work.models import Task

EDITED = ("kind", "what", "against", "state", "owner", "since", "evidence")
#: Days until each task of a new plan is due.
SERVICE_DAYS, BARRIERS_DAYS, VISIT_DAYS = 14, 21, 30


# --- what the figures do -------------------------------------------------------------------------------------


def after_snapshot(*, snapshot: Snapshot, actor: User, now: dt.datetime, progress: Progress) -> None:  # noqa: ARG001
    """Registered with the hooks of the portfolio."""
    follow(now=now)


def every_day(*, now: dt.datetime, actor: User | None) -> None:  # noqa: ARG001 - on behalf of nobody
    """Who became responsible since gets the tasks; levels that count may have changed."""
    follow(now=now)


@transaction.atomic
def follow(*, now: dt.datetime) -> protection_rules.Moves | None:
    """Plans follow the newest figures (SEL-06): who passed the line gets one, who fell under it needs none any more.

    On behalf of nobody: it is the rule of the company. Of two at once the second waits and finds what the first wrote.
    """
    Company.objects.select_for_update().filter(pk=1).first()
    snapshot = queries.latest_snapshot(with_figures=False)
    if snapshot is None:
        return None
    rules = protection_queries.rules_for(snapshot)
    found = protection_queries.dependent(snapshot, rules)
    spans = Dependence.objects.filter(until=None).select_related("plan__account")
    there = {span.plan.account.number: span for span in spans}
    what = protection_rules.moves(there, found)
    for number in what.over:
        _end(there[number], snapshot, rules.levels, now)
    accounts = {row.number: row for row in Account.objects.filter(number__in=what.begun)}
    for number in what.begun:
        if number in accounts:
            there[number] = _begin(accounts[number], found[number], snapshot.as_of, now)
    for number in what.lasting:
        _go_on(there[number], found[number])
    _give_tasks([there[number] for number in (*what.begun, *what.lasting) if number in there], now)
    return what


def _begin(account: Account, places: tuple[Place, ...], day: dt.date, now: dt.datetime) -> Dependence:
    """The plan of before opens again with its barriers, where there was one."""
    plan, is_new = Protection.objects.get_or_create(account=account, defaults={"created_at": now})
    span = Dependence.objects.create(plan=plan, since=day, **_columns(places))
    audit.record(
        actor=None, action="portfolio.protect" if is_new else "portfolio.protect_again", subject=plan, now=now,
        account_id=account.pk, after={"grade": span.grade, "share": span.share, "level": span.level},
    )  # fmt: skip
    return span


def _columns(places: tuple[Place, ...]) -> dict[str, Any]:
    return {**asdict(places[0]), "places": [asdict(each) for each in places]}


def _go_on(span: Dependence, places: tuple[Place, ...]) -> None:
    told = _columns(places)
    if any(getattr(span, name) != value for name, value in told.items()):
        Dependence.objects.filter(pk=span.pk).update(**told)


def _end(span: Dependence, snapshot: Snapshot, levels: Any, now: dt.datetime) -> None:
    """What is still to be done stays with its owner: loyalty is worth it also below the line."""
    share = AccountFigure.objects.filter(snapshot=snapshot, account=span.plan.account.number)
    now_share = share.values_list("basis_share", flat=True).first()
    span.until = max(snapshot.as_of, span.since)
    span.end_why = protection_rules.why_over(share=now_share, level=span.level, levels=levels)
    span.end_share = now_share if span.level == "company" else None
    span.save(update_fields=["until", "end_why", "end_share"])
    audit.record(
        actor=None, action="portfolio.protect_end", subject=span.plan, now=now, account_id=span.plan.account_id,
        after={"why": span.end_why, "share": now_share},
    )  # fmt: skip


def _give_tasks(spans: Sequence[Dependence], now: dt.datetime) -> None:
    """Once a span, to whoever is responsible; while nobody is, nobody can be asked, and the plan says so."""
    today = timezone.localdate(now)
    refs = {protection_queries.ref(span): span for span in spans}
    given = set(Task.objects.filter(origin_ref__in=refs).values_list("origin_ref", flat=True))
    waiting = {ref: span for ref, span in refs.items() if ref not in given}
    held = Coverage.objects.on(today).filter(
        role="responsible",
        person__is_active=True,
        account__in=[span.plan.account_id for span in waiting.values()],
    )
    people = {row.account_id: row.person for row in held.select_related("person").order_by("from_date")}
    for ref, span in waiting.items():
        person = people.get(span.plan.account_id)
        if person is not None:
            _give(span.plan.account, person, ref, now)


def _give(account: Account, person: User, ref: str, now: dt.datetime) -> None:
    today, told = timezone.localdate(now), {"account": account.name[:200]}
    steps: tuple[tuple[str, int, Contact | None], ...] = (
        (_("Offer %(account)s an extra service before they ask for it") % told, SERVICE_DAYS, None),
        (
            _("Write down what keeps competitors out of %(account)s, and what could") % told,
            BARRIERS_DAYS,
            None,
        ),
        (_("Visit who decides at %(account)s") % told, VISIT_DAYS, _decider(account)),
    )
    for title, days, contact in steps:
        tasks.put_down(
            actor=None, title=title, now=now, owner=person, account=account, contact=contact,
            due_on=today + dt.timedelta(days=days), origin="protection", origin_ref=ref,
        )  # fmt: skip


def _decider(account: Account) -> Contact | None:
    rows = Contact.objects.present().filter(account=account, is_found=True).order_by("pk")
    return next((row for row in rows if "decider" in (row.decision_roles or ())), None)


# --- what people do --------------------------------------------------------------------------------------------


@transaction.atomic
def set_goal(
    *,
    actor: User,
    plan: Protection,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> Protection:
    """What maximum loyalty means here. Raises concurrency.Conflict where two change it."""
    require(actor, plan.account)
    found = Protection.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    told = {name: submitted[name].strip() for name in ("goal",) if name in submitted}
    if not concurrency.apply(found, opened=opened, submitted=told):
        return found
    found.version += 1
    found.save(update_fields=["goal", "version"])
    audit.record(
        actor=actor, action="portfolio.protection_goal", subject=found, now=now, account_id=found.account_id
    )
    return found


@transaction.atomic
def add_barrier(*, actor: User, plan: Protection, values: Mapping[str, Any], now: dt.datetime) -> Barrier:
    require(actor, plan.account)
    told = {name: value for name, value in values.items() if name in EDITED}
    row = Barrier(plan=plan, created_at=now, created_by=actor, **told)
    _check(row, now)
    row.save(force_insert=True)
    _trail(actor, "add_barrier", row, now, after=_shown(row))
    return row


@transaction.atomic
def edit_barrier(
    *,
    actor: User,
    barrier: Barrier,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> Barrier:
    """Change it, or its state. Raises concurrency.Conflict where two change the same field."""
    found = _held(actor, barrier.pk)
    before = _shown(found)
    told = {name: submitted[name] for name in EDITED if name in submitted}
    written = concurrency.apply(found, opened=opened, submitted=told)
    if not written:
        return found
    _check(found, now)
    found.version += 1
    found.save(update_fields=[*EDITED, "version"])
    _trail(actor, "edit_barrier", found, now, before=before, after=_shown(found))
    return found


@transaction.atomic
def remove_barrier(*, actor: User, barrier: Barrier, now: dt.datetime) -> dict[str, Any]:
    """Written down by mistake; one that fell stays as history. Returns what its undo needs."""
    found = _held(actor, barrier.pk)
    kept = _shown(found) | {"plan_id": found.plan_id, "created_by_id": found.created_by_id,
                            "created_at": found.created_at.isoformat()}  # fmt: skip
    _trail(actor, "remove_barrier", found, now, before=_shown(found))
    found.delete()
    return kept


@undo.register("portfolio.barrier_unadd")
@transaction.atomic
def _unadd(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"barrier": pk}"""
    row = _held(actor, parameters["barrier"])
    _untouched(row, 1)
    _trail(actor, "remove_barrier", row, now, before=_shown(row))
    row.delete()
    return _("The barrier is gone again.")


@undo.register("portfolio.barrier_unedit")
@transaction.atomic
def _unedit(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"barrier": pk, "version": after the edit, "before": its values}"""
    row = _held(actor, parameters["barrier"])
    _untouched(row, parameters["version"])
    before = _shown(row)
    for name, value in _stored(parameters["before"]).items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*EDITED, "version"])
    _trail(actor, "edit_barrier", row, now, before=before, after=_shown(row))
    return _("The barrier is as it was.")


@undo.register("portfolio.barrier_back")
@transaction.atomic
def _back(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """What remove_barrier returned."""
    plan = Protection.objects.filter(pk=parameters["plan_id"]).select_related("account").first()
    if plan is None:
        raise undo.CannotUndo(_("The plan is not there any more. Nothing was changed."), code="undo_over")
    require(actor, plan.account)
    row = Barrier.objects.create(
        plan=plan, created_by_id=parameters["created_by_id"],
        created_at=dt.datetime.fromisoformat(parameters["created_at"]), **_stored(parameters),
    )  # fmt: skip
    _trail(actor, "add_barrier", row, now, after=_shown(row))
    return _("The barrier is there again.")


def shown(row: Barrier) -> dict[str, Any]:
    """Its values as JSON keeps them: what the undo of an edit takes."""
    return _shown(row)


def _held(actor: User, number: int) -> Barrier:
    """Locked, for who may write at its account."""
    row = Barrier.objects.select_related("plan__account").filter(pk=number).first()
    if row is None:
        raise undo.CannotUndo(_("The barrier is not there any more. Nothing was changed."), code="gone")
    require(actor, row.plan.account)
    return Barrier.objects.select_for_update(of=("self",)).select_related("plan__account").get(pk=number)


def _untouched(row: Barrier, version: int) -> None:
    if row.version != version:
        raise undo.CannotUndo(
            _("Somebody has worked on this barrier since. Nothing was changed."), code="undo_over"
        )


def _check(row: Barrier, now: dt.datetime) -> None:
    row.what, row.against, row.evidence = row.what.strip(), row.against.strip(), row.evidence.strip()
    nothing = _("Nothing was changed.")
    if not row.what:
        raise Refused(_("A barrier says what keeps a competitor out."), hint=_("A few words will do."))
    if row.kind not in dict(barrier_kinds()) or row.state not in dict(barrier_states()):
        raise Refused(_("There is no such kind or state of a barrier."), hint=nothing)
    if row.owner.is_external or not row.owner.is_active:
        raise Refused(_("A barrier belongs to one of our own people."), hint=_("Choose somebody else."))
    if row.since is not None and row.since > timezone.localdate(now):
        raise Refused(_("The day lies ahead. A barrier that does not stand yet is in work."), hint=nothing)
    if row.state == "stands" and not (row.evidence and row.since):
        raise Refused(
            _("A barrier that stands has a day since when, and something that shows it."),
            hint=_("A contract number, a stock list, a name: what you would show a colleague."),
        )


def _shown(row: Barrier) -> dict[str, Any]:
    told = {name: concurrency.plain(getattr(row, name)) for name in EDITED if name != "owner"}
    return told | {"owner": row.owner_id}


def _stored(told: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: told[name] or "" for name in EDITED if name not in ("owner", "since")}
    since = told.get("since")
    return values | {"owner_id": told["owner"], "since": dt.date.fromisoformat(since) if since else None}


def _trail(actor: User, verb: str, row: Barrier, now: dt.datetime, **told: Any) -> None:
    """Names kind, state and people; what keeps a competitor out is nobody's reading but the account's."""
    plain: dict[str, Any] = {
        key: {name: value[name] for name in ("kind", "state", "owner", "since")}
        for key, value in told.items()
    }
    audit.record(
        actor=actor, action=f"portfolio.{verb}", subject=row, now=now, account_id=row.plan.account_id, **plain
    )
