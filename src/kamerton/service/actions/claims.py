"""A claim from its receipt to its answer: receive, correct, acknowledge, take in hand, answer, expedite, ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import OrgUnit, User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.models import Account
from kamerton.accounts.queries import responsible_for
from kamerton.core import audit, concurrency
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.service import queries, rules
from kamerton.service.actions import trail
from kamerton.service.models import Claim, ClaimTerms
from kamerton.work.actions import requests
from kamerton.work.models import Request
from kamerton.work.queries import is_key

#: What a person writes on the form of a claim.
EDITED = (
    "contact", "channel", "kind", "subject", "text", "reference", "product", "amount", "currency", "severity",
    "secrecy",
)  # fmt: skip
_LARGEST = Decimal(10) ** 13
_CURRENCY = 3


@transaction.atomic
def receive_claim(
    *,
    actor: User,
    account: Account,
    told: Mapping[str, Any],
    now: dt.datetime,
    received_at: dt.datetime | None = None,
    owner: User | None = None,
) -> Claim:
    """`told`: of EDITED. Without `owner` it goes to the one responsible for the account (REL-13), else to the writer.

    Who stands in for an absent owner has it on Today. Its deadlines follow the terms in force (CLM-01).
    """
    policy.require(actor, "work.edit", account)
    today = timezone.localdate(now)
    key = is_key(account)
    row = Claim(
        account=account, owner=owner or _point_of_contact(account, actor, today), created_by=actor,
        created_at=now, received_at=received_at or now, priority=rules.priority(is_key=key, expedited=False),
        **{name: told[name] for name in EDITED if name in told},
    )  # fmt: skip
    row.currency = row.currency or queries.company_currency()
    _check(row)
    if row.received_at > now:
        raise Refused(_("The day of receipt lies ahead. Nothing was written down."), code="days")
    check_owner(row.owner, today)
    due = rules.deadlines(row.received_at, queries.terms_for(queries.terms(), is_key=key), queries.clock())
    row.acknowledge_by, row.answer_by, row.settle_by = due.acknowledge, due.answer, due.settle
    row.due_at = min(due.acknowledge, due.answer, due.settle)
    row.save(force_insert=True)
    trail.write(actor, row, "receive_claim", now, after={"kind": row.kind, "owner": row.owner_id})
    return row


def _point_of_contact(account: Account, actor: User, today: dt.date) -> User:
    found = responsible_for(account, today)
    return found if found is not None and not policy.has_left(found, today) else actor


@transaction.atomic
def edit_claim(
    *,
    actor: User,
    claim: Claim,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> Claim:
    """A correction; the clock does not move. Raises concurrency.Conflict."""
    found = trail.held(actor, claim)
    told = {name: submitted[name] for name in EDITED if name in submitted}
    written = concurrency.apply(found, opened=opened, submitted=told)
    if written:
        _check(found)
        trail.save(found, *EDITED)
        trail.write(actor, found, "edit_claim", now, after={"fields": sorted(written)})
    return found


@transaction.atomic
def acknowledge(*, actor: User, claim: Claim, now: dt.datetime) -> Claim:
    """The customer was told that we have it. Once; again it stays as it is."""
    found = trail.held_open(actor, claim)
    if found.acknowledged_at is not None:
        return found
    found.acknowledged_at, found.state = now, "acknowledged"
    trail.save(found, "acknowledged_at", "state")
    trail.write(actor, found, "acknowledge_claim", now, before={"state": "received"})
    return found


@transaction.atomic
def take_in_hand(*, actor: User, claim: Claim, now: dt.datetime) -> Claim:
    """Somebody works on it; the customer knows, so it counts as acknowledged."""
    found = trail.held_open(actor, claim)
    if found.state == "in_hand":
        return found
    before, found.state = found.state, "in_hand"
    found.acknowledged_at = found.acknowledged_at or now
    trail.save(found, "state", "acknowledged_at")
    trail.write(actor, found, "take_claim_in_hand", now, before={"state": before})
    return found


@transaction.atomic
def answer(*, actor: User, claim: Claim, text: str, now: dt.datetime) -> Claim:
    """What the customer was told. The first answer stops the clock; a later one replaces its words."""
    found = trail.held_open(actor, claim)
    if not text.strip():
        raise Refused(_("An answer has words."), hint=_("Write what the customer was told."))
    found.answer, found.state = text.strip(), "in_hand"
    found.answered_at, found.acknowledged_at = found.answered_at or now, found.acknowledged_at or now
    trail.save(found, "answer", "answered_at", "acknowledged_at", "state")
    trail.write(actor, found, "answer_claim", now)
    return found


@transaction.atomic
def expedite(*, actor: User, claim: Claim, reason: str, now: dt.datetime) -> Claim:
    """Before everything else, at the terms of key accounts counted from now where those are sooner (CLM-03).

    The requests that departments were sent about it go first in their queues too.
    """
    found = trail.held_open(actor, claim)
    if not reason.strip():
        raise Refused(_("Say why this claim goes before others."), code="reason")
    if found.expedited_at is not None:
        raise Refused(_("It goes first already. Nothing was changed."), code="expedited")
    before = {"priority": found.priority, "settle_by": found.settle_by.isoformat()}
    key = rules.deadlines(now, queries.terms_for(queries.terms(), is_key=True), queries.clock())
    due = rules.sooner(queries.course(found).due, key)
    found.acknowledge_by, found.answer_by, found.settle_by = due.acknowledge, due.answer, due.settle
    found.priority = rules.priority(is_key=False, expedited=True)
    found.expedited_at, found.expedite_reason = now, reason.strip()[:300]
    trail.save(
        found, "acknowledge_by", "answer_by", "settle_by", "priority", "expedited_at", "expedite_reason"
    )
    for request in found.requests.filter(state="open").order_by("pk"):
        requests.hurry_request(actor=actor, request=request, now=now)
    trail.write(
        actor, found, "expedite_claim", now, before=before, reason=found.expedite_reason,
        after={"priority": found.priority, "settle_by": found.settle_by.isoformat()},
    )  # fmt: skip
    return found


@transaction.atomic
def ask_department(
    *, actor: User, claim: Claim, unit: OrgUnit, title: str, due_on: dt.date, now: dt.datetime, text: str = ""
) -> Request:
    """A request to a department, routed, escalated and timed as any other, and linked to the claim (TEAM-03)."""
    found = trail.held_open(actor, claim)
    request = requests.send_request(
        actor=actor, unit=unit, title=title, due_on=due_on, now=now, text=text, account=found.account
    )
    if found.expedited_at is not None:
        requests.hurry_request(actor=actor, request=request, now=now)
    found.requests.add(request)
    if found.state != "in_hand":
        take_in_hand(actor=actor, claim=found, now=now)
    trail.write(actor, found, "ask_about_claim", now, after={"request": request.pk, "unit": unit.pk})
    return request


def check_owner(owner: User, today: dt.date) -> None:
    if owner.is_external or policy.has_left(owner, today):
        raise Refused(_("A claim belongs to one of our own people who is here."), code="owner")


def _check(row: Claim) -> None:
    row.subject, row.text = row.subject.strip()[:200], (row.text or "").strip()
    row.reference, row.product = (row.reference or "").strip()[:120], (row.product or "").strip()[:200]
    row.currency = (row.currency or "").strip().upper()
    if not row.subject:
        raise Refused(_("Say what is wrong. Nothing was written down."), code="subject")
    if row.contact is not None and row.contact.account_id != row.account_id:
        raise Refused(_("That contact belongs to another account. Nothing was changed."), code="contact")
    if row.amount is not None and not 0 <= row.amount < _LARGEST:
        raise Refused(_("An amount is not negative. Nothing was changed."), code="amount")
    if len(row.currency) != _CURRENCY or not row.currency.isalpha():
        raise Refused(_("A currency has three letters, as EUR. Nothing was changed."), code="currency")
    row.secrecy = Secrecy(row.secrecy)


# --- how it is set ---------------------------------------------------------------------------------------------

SET = (
    "acknowledge_hours", "answer_days", "settle_days", "key_acknowledge_hours", "key_answer_days",
    "key_settle_days", "opens", "closes", "saturday", "words",
)  # fmt: skip


@transaction.atomic
def set_terms(*, actor: User, values: Mapping[str, Any], now: dt.datetime) -> ClaimTerms:
    """For claims that come from now on: those that are there keep their deadlines."""
    policy.require(actor, "portfolio.configure")
    ClaimTerms.objects.get_or_create(pk=1)
    row = ClaimTerms.objects.select_for_update().get(pk=1)
    before = {name: getattr(row, name) for name in SET}
    for name in SET:
        setattr(row, name, values.get(name, before[name]))
    if row.closes <= row.opens:
        raise Refused(_("Work ends after it begins. Nothing was changed."), code="hours")
    _sooner_for_key(row)
    if {name: getattr(row, name) for name in SET} == before:
        return row
    row.version += 1
    row.save(update_fields=[*SET, "version"])
    audit.record(actor=actor, action="service.set_terms", subject=row, now=now, before=before,
                 after={name: getattr(row, name) for name in SET})  # fmt: skip
    return row


def _sooner_for_key(row: ClaimTerms) -> None:
    key, others = queries.terms_for(row, is_key=True), queries.terms_for(row, is_key=False)
    pairs: Sequence[tuple[int, int]] = list(zip(asdict(key).values(), asdict(others).values(), strict=True))
    if any(of_key > of_others for of_key, of_others in pairs):
        raise Refused(_("Key accounts do not wait longer than others. Nothing was changed."), code="key")
