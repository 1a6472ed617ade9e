"""Giving and ending key status: proposed with evidence, decided by who may, kept with its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.accounts.queries import responsible_for
from kamerton.core import audit
from kamerton.core.refused import Refused
from kamerton.portfolio import status_evidence, status_kinds, status_queries
from kamerton.portfolio.actions import service_package
from kamerton.portfolio.actions.status import require_profile
from kamerton.portfolio.models import KeyProfile, KeyReason, KeyStatus
from kamerton.portfolio.models.status import DEFINITIONS
from kamerton.portfolio.status_rules import Evidence, KeyAt
from kamerton.work import kinds
from kamerton.work.actions import approvals, handover, priorities
from kamerton.work.models import Approval

#: The hand-over of an account that becomes key has so many days until the new one is responsible.
HANDOVER_DAYS = 14


class NotShown(Refused):
    """A definition is claimed that the evidence does not show."""


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What is asked for. `reasons`: definition -> evidence in words, empty: as the system shows it."""

    level: str
    of: str = ""
    reasons: Mapping[str, str]
    why: str
    benefit: str = ""
    risk: str = ""
    receiver: User | None = None  # who is to look after it; empty: who does


@dataclass(frozen=True, slots=True)
class Outcome:
    """Either it waits for a decision, or who asked may decide and it is done."""

    approval: Approval | None = None
    status: KeyStatus | None = None


@transaction.atomic
def propose(*, actor: User, account: Account, proposal: Proposal, now: dt.datetime) -> Outcome:
    """Propose `account` as key, or another level and other reasons where it is key already.

    Who may decide decides at once. Refused: no written profile, nothing that counts is claimed, a definition is
    not shown by its evidence, a decision is waiting already.
    """
    profile = _may(actor, account)
    today = timezone.localdate(now)
    ground = status_evidence.ground_of(account, actor, today)
    found = {each.definition: each for each in status_evidence.six(ground, account)}
    details = _checked(account, profile, proposal, found)
    _check_money(proposal, ground.key_at.get(account.number, ()))
    days = {name: min(found[name].dated or today, today) for name in details["reasons"]}
    details["at"] = {name: day.isoformat() for name, day in days.items()}
    row = status_queries.figure_of(account, ground.snapshot)
    details["counter"] = status_evidence.counter_arguments(details["reasons"], list(found.values()), row)
    details |= status_kinds.told(account, profile, details, proposal.receiver, today)
    if policy.can(actor, "portfolio.decide"):
        return Outcome(status=_give(actor, actor, account, details, now, None))
    approval = approvals.ask_approval(
        actor=actor, kind=status_kinds.GIVE.key, account=account, details=details, now=now, reason=details["why"],
        title=_("%(account)s as key account") % {"account": account.name[:200]},
    )  # fmt: skip
    return Outcome(approval=approval)


@transaction.atomic
def propose_end(
    *, actor: User, account: Account, why: str, now: dt.datetime, receiver: User | None = None
) -> Outcome:
    """Propose that `account` is no longer key, with the reason (SEL-20). Who may decide decides at once."""
    _may(actor, account)
    held = KeyStatus.objects.held().filter(account=account).first()
    if held is None:
        raise Refused(_("%(account)s is not a key account. Nothing was changed.") % {"account": account.name})
    if not why.strip():
        raise Refused(_("Say why it is no longer key. Nothing was changed."), code="reason")
    details: dict[str, Any] = {
        "status": held.pk,
        "why": why.strip(),
        "receiver": receiver.pk if receiver else None,
    }
    if policy.can(actor, "portfolio.decide"):
        return Outcome(status=_end(actor, held, details["why"], now, receiver))
    approval = approvals.ask_approval(
        actor=actor, kind=status_kinds.END.key, account=account, details=details, now=now, reason=details["why"],
        title=_("%(account)s no longer key") % {"account": account.name[:200]},
    )  # fmt: skip
    return Outcome(approval=approval)


@transaction.atomic
def clear_reason(*, actor: User, reason: KeyReason, why: str, now: dt.datetime) -> KeyStatus:
    """One definition no longer holds. When none is left, the status ends with it (SEL-01)."""
    policy.require(actor, "portfolio.decide")
    policy.require(actor, "portfolio.view", reason)
    status = KeyStatus.objects.select_for_update(of=("self",)).get(pk=reason.status_id)
    found = status.reasons.get(pk=reason.pk)
    if status.until is not None or found.ended_at is not None:
        raise Refused(_("This reason has ended already. Nothing was changed."), code="ended")
    if not why.strip():
        raise Refused(_("Say why it no longer holds. Nothing was changed."), code="reason")
    found.ended_at, found.ended_by, found.end_reason = now, actor, why.strip()[:400]
    found.save(update_fields=["ended_at", "ended_by", "end_reason"])
    _record(actor, status, "clear_key_reason", now, before={"reason": found.definition}, reason=why.strip())
    if not status.reasons.filter(ended_at=None).exists():
        _end(actor, status, _("None of its reasons holds any more."), now, None)
        status.refresh_from_db()
    return status


# --- what is asked of a proposal -----------------------------------------------------------------------------


def _may(actor: User, account: Account) -> KeyProfile:
    policy.require(actor, "work.propose")
    policy.require(actor, "portfolio.view", account)
    profile = require_profile()
    # Of two who propose at once the second finds the first's proposal.
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    if account.merged_into_id:
        raise Refused(_("This account was merged into another. Nothing was changed."), code="merged")
    waiting = status_queries.waiting_for(account)
    if waiting is not None:
        raise Refused(
            _("“%(title)s” waits for a decision already. Nothing was changed.") % {"title": waiting.title},
            code="waiting",
            hint=_("Wait for the decision, or withdraw that proposal."),
        )
    return profile


def _checked(
    account: Account, profile: KeyProfile, proposal: Proposal, found: Mapping[str, Evidence]
) -> dict[str, Any]:
    reasons = {name: proposal.reasons[name] for name in DEFINITIONS if name in proposal.reasons}
    words = status_queries.definition_words(profile)
    if not reasons:
        raise Refused(
            _("A key account needs at least one of the six reasons. Nothing was changed."), code="reason"
        )
    for name in reasons:
        if name not in profile.definitions:
            raise Refused(
                _("“%(reason)s” does not count by your profile. Nothing was changed.")
                % {"reason": words[name]},
                code="not_counted",
            )
        if not found[name].holds:
            raise NotShown(
                _("“%(reason)s” is not shown: %(text)s Nothing was changed.")
                % {"reason": words[name], "text": found[name].text},
                code="not_shown",
            )
    _check_level(profile, proposal)
    why, benefit, risk = (text.strip() for text in (proposal.why, proposal.benefit, proposal.risk))
    if not why:
        raise Refused(_("Write why this account is key for us. Nothing was changed."), code="reason")
    if bool(benefit) != bool(risk) or ("contribution" in reasons and not benefit):
        raise Refused(
            _("A large income is welcome and a danger at once. Nothing was changed."),
            code="benefit_and_risk",
            hint=_("Write down both, what we gain by it and what it endangers."),
        )
    told = {name: text.strip() or found[name].text for name, text in reasons.items()}
    return {
        "level": proposal.level, "of": proposal.of.strip(), "reasons": told, "why": why, "benefit": benefit,
        "risk": risk, "receiver": proposal.receiver.pk if proposal.receiver else None, "account": account.pk,
    }  # fmt: skip


def _check_money(proposal: Proposal, key_at: Sequence[KeyAt]) -> None:
    """Contribution is a share of the level's own base: key for one manager is not key for the company (SEL-13)."""
    places = {(each.level, each.of) for each in key_at}
    if "contribution" in proposal.reasons and (proposal.level, proposal.of.strip()) not in places:
        raise NotShown(
            _("By the figures it is not key at this level. Nothing was changed."),
            code="not_shown",
            hint=_("Choose the level at which it is, or leave contribution out."),
        )


def _check_level(profile: KeyProfile, proposal: Proposal) -> None:
    if proposal.level not in profile.levels:
        raise Refused(_("This level does not count by your profile. Nothing was changed."), code="level")
    if (proposal.level == "company") == bool(proposal.of.strip()):
        raise Refused(
            _(
                "Say for which department or manager it is key; the whole company needs no name. Nothing was changed."
            ),
            code="level",
        )


# --- what a decision does ------------------------------------------------------------------------------------


@kinds.handler(status_kinds.GIVE.key)
def _given(*, approval: Approval, actor: User, now: dt.datetime) -> None:
    if approval.state == "approved" and approval.account is not None:
        _give(actor, approval.asked_by, approval.account, approval.details, now, approval)


@kinds.handler(status_kinds.END.key)
def _ended(*, approval: Approval, actor: User, now: dt.datetime) -> None:
    held = KeyStatus.objects.held().filter(pk=approval.details.get("status")).first()
    if approval.state == "approved" and held is not None:
        _end(actor, held, approval.details["why"], now, _person(approval.details.get("receiver")))


def _person(number: int | None) -> User | None:
    return User.objects.filter(pk=number).first() if number else None


def _give(
    actor: User,
    asker: User,
    account: Account,
    details: Mapping[str, Any],
    now: dt.datetime,
    approval: Approval | None,
) -> KeyStatus:
    locked = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    today = timezone.localdate(now)
    before = KeyStatus.objects.held().filter(account=locked).first()
    if before is not None:
        _close(actor, before, _("Decided anew."), now)
    status = KeyStatus.objects.create(
        account=locked, level=details["level"], of=details["of"], from_date=today, why=details["why"],
        counter=details["counter"], benefit=details["benefit"], risk=details["risk"], approval=approval,
        proposed_by=asker, decided_by=actor, decided_at=now,
    )  # fmt: skip
    KeyReason.objects.bulk_create(
        KeyReason(
            status=status, definition=name, evidence=text, by=asker, at=now,
            dated=dt.date.fromisoformat(details["at"][name]),
        )
        for name, text in details["reasons"].items()
    )  # fmt: skip
    after = {name: details[name] for name in ("level", "of")} | {"reasons": list(details["reasons"])}
    _record(actor, status, "give_key_status", now, reason=details["why"], after=after)
    service_package.attach(actor=actor, account=locked, now=now)
    _hand_over(actor, status, _person(details["receiver"]), "became_key", now)
    priorities.renew()
    return status


def _end(actor: User, status: KeyStatus, why: str, now: dt.datetime, receiver: User | None) -> KeyStatus:
    held = KeyStatus.objects.select_for_update(of=("self",)).get(pk=status.pk)
    if held.until is None:
        _close(actor, held, why, now)
        service_package.end(actor=actor, account=held.account, now=now)
        _hand_over(actor, held, receiver, "demoted", now)
        priorities.renew()
    return held


def _close(actor: User, status: KeyStatus, why: str, now: dt.datetime) -> None:
    status.until = max(timezone.localdate(now), status.from_date)
    status.end_reason, status.ended_by, status.ended_at = why, actor, now
    status.save(update_fields=["until", "end_reason", "ended_by", "ended_at"])
    _record(actor, status, "end_key_status", now, reason=why, before={"level": status.level, "of": status.of})


def _hand_over(actor: User, status: KeyStatus, receiver: User | None, reason: str, now: dt.datetime) -> None:
    """The decision stands also where no hand-over can begin; then the status says why."""
    today = timezone.localdate(now)
    responsible = responsible_for(status.account, today)
    if receiver is None or (responsible is not None and responsible.pk == receiver.pk):
        return
    try:
        handover.begin(
            actor=actor, account=status.account, receiver=receiver, reason=reason, now=now,
            on=today + dt.timedelta(days=HANDOVER_DAYS),
        )  # fmt: skip
    except Refused as refused:
        status.note = str(refused)[:400]
        status.save(update_fields=["note"])


def _record(actor: User, status: KeyStatus, verb: str, now: dt.datetime, **told: Any) -> None:
    audit.record(
        actor=actor, action=f"portfolio.{verb}", subject=status, now=now, account_id=status.account_id, **told
    )
