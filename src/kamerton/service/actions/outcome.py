"""How a claim ends, opens again, and what is learned from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.core.refused import Refused
from kamerton.portfolio.actions import errors
from kamerton.portfolio.models import ErrorImpact
from kamerton.service import queries, rules
from kamerton.service.actions import trail
from kamerton.service.models import Claim

_OUTCOME = (
    "state", "closed_at", "cause", "cause_text", "solution", "satisfied", "lesson", "credit", "acknowledged_at",
    "answered_at",
)  # fmt: skip
Ending = Literal["settled", "rejected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How it ended (CLM-02). `cause`, `satisfied`: of the closed lists; `credit` in the currency of the claim."""

    cause: str
    solution: str
    satisfied: str
    lesson: str
    cause_text: str = ""
    credit: Decimal | None = None


class OutcomeMissing(Refused):
    """Closing asks for cause, solution, satisfaction and lesson. Nothing was changed."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(
            _("A claim is closed with its cause, the agreed solution, whether the customer is satisfied, and a lesson."),
            code="outcome", hint=_("Fill in what is missing; nothing was changed."),
        )  # fmt: skip
        self.missing = missing


@transaction.atomic
def close_claim(*, actor: User, claim: Claim, ending: Ending, outcome: Outcome, now: dt.datetime) -> Claim:
    """Settled, or rejected with the same four things said."""
    found = trail.held_open(actor, claim)
    missing = rules.missing_outcome(
        cause=outcome.cause, solution=outcome.solution, satisfied=outcome.satisfied, lesson=outcome.lesson
    )
    if missing:
        raise OutcomeMissing(missing)
    if outcome.credit is not None and outcome.credit < 0:
        raise Refused(_("A credit is not negative. Nothing was changed."), code="credit")
    before = {"state": found.state}
    found.state, found.closed_at = ending, now
    found.cause, found.satisfied, found.credit = outcome.cause, outcome.satisfied, outcome.credit
    found.cause_text, found.solution = outcome.cause_text.strip(), outcome.solution.strip()
    found.lesson = outcome.lesson.strip()
    found.acknowledged_at, found.answered_at = found.acknowledged_at or now, found.answered_at or now
    trail.save(found, *_OUTCOME)
    verb = "settle_claim" if ending == "settled" else "reject_claim"
    trail.write(actor, found, verb, now, before=before, after={"state": ending, "satisfied": found.satisfied})
    return found


@transaction.atomic
def reopen_claim(*, actor: User, claim: Claim, reason: str, now: dt.datetime) -> Claim:
    """It is in hand again; its deadlines stay, its outcome stays to be corrected at the next closing."""
    found = trail.held(actor, claim)
    if found.is_open:
        return found
    if not reason.strip():
        raise Refused(_("Say why it is opened again."), code="reason")
    before = {"state": found.state, "closed_at": found.closed_at.isoformat() if found.closed_at else None}
    found.state, found.closed_at = "in_hand", None
    found.reopenings += 1
    trail.save(found, "state", "closed_at", "reopenings")
    trail.write(actor, found, "reopen_claim", now, before=before, reason=reason.strip()[:300])
    return found


@transaction.atomic
def log_mistake(*, actor: User, claim: Claim, told: Mapping[str, Any], now: dt.datetime) -> ErrorImpact:
    """The lesson goes to the log of mistakes (MGT-10), linked to the claim, not copied from it a second time.

    `told`: what, loss, lesson. What is secret does not go there: everybody who reaches the account reads the log.
    """
    found = trail.held(actor, claim)
    if found.error_id is not None:
        raise Refused(_("It stands in the log already. Nothing was changed."), code="logged")
    on = timezone.localdate(found.received_at)
    found.error = errors.write_error(actor=actor, told={"on": on, **told}, account=found.account, now=now)
    trail.save(found, "error")
    trail.write(actor, found, "log_claim", now, after={"error": found.error.pk})
    return found.error


def suggested(claim: Claim) -> dict[str, Any]:
    """With what the form for the log begins: of a secret claim no word of what it says."""
    is_secret = claim.secrecy == Secrecy.SECRET
    same = claim.currency == queries.company_currency()
    return {
        "what": "" if is_secret else claim.subject,
        "lesson": "" if is_secret else claim.lesson,
        "loss": claim.credit if same else None,
    }
