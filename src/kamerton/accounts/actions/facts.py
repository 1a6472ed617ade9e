"""Facts: said, corrected by a later one, withdrawn, verified, made more or less secret. Nothing is overwritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import dossier
from kamerton.accounts.actions import telling
from kamerton.accounts.models import Account, Fact
from kamerton.core import concurrency, undo
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused

#: What a person writes of a fact.
FIELDS = (
    "topic", "statement", "source_kind", "source", "dated", "confidence", "secrecy", "contact", "answers",
)  # fmt: skip
#: A chain of corrections longer than this is a fault, not a history.
_LONGEST = 10_000


class NotInForce(Refused):
    """Corrected or withdrawn meanwhile. Nothing was changed."""


@transaction.atomic
def say(*, actor: User, account: Account, values: Mapping[str, Any], now: dt.datetime) -> Fact:
    """A new statement about the account or one of its contacts."""
    telling.require_account(actor, account)
    told = {name: value for name, value in values.items() if name in FIELDS}
    fact = Fact(account=account, created_at=now, created_by=actor, **told)
    _check(actor, fact, now)
    fact.save(force_insert=True)
    telling.write(actor=actor, verb="fact_say", row=fact, now=now, after=_named(fact))
    return fact


@transaction.atomic
def correct(
    *, actor: User, fact: Fact, opened: Mapping[str, Plain], submitted: Mapping[str, Any], now: dt.datetime
) -> Fact:
    """A new statement takes the place of `fact`, which stays readable with its date and author.

    Where somebody corrected it meanwhile, what both changed apart is merged into the newest statement; the same
    field changed to different values raises concurrency.Conflict. Returns the statement in force.
    """
    policy.require(actor, "accounts.edit", fact)
    found = _newest(fact)
    policy.require(actor, "accounts.edit", found)
    _require_in_force(found)
    stored = concurrency.values_of(found, [name for name in FIELDS if name in submitted])
    mine = {name: submitted[name] for name in stored}
    written = concurrency.merged(opened=opened, stored=stored, submitted=mine)
    if not written:
        return found
    newer = _copied(found, actor, now)
    for name, value in written.items():
        setattr(newer, name, value)
    _check(actor, newer, now)
    newer.save(force_insert=True)
    found.superseded_by = newer
    _save(found, "superseded_by")
    telling.write(actor=actor, verb="fact_correct", row=newer, now=now,
                  before={"fact": found.pk}, after=_named(newer) | {"fields": sorted(written)})  # fmt: skip
    Fact.objects.filter(answers=found).exclude(pk=newer.pk).update(
        answers=newer
    )  # solutions follow their goal
    return newer


@transaction.atomic
def withdraw(*, actor: User, fact: Fact, now: dt.datetime, reason: str = "") -> Fact:
    """Found to be wrong: out of the dossier, still readable in the history."""
    found = _held(actor, fact)
    _require_in_force(found)
    found.withdrawn_at = now
    _save(found, "withdrawn_at")
    telling.write(
        actor=actor, verb="fact_withdraw", row=found, now=now, reason=reason[:300], after=_named(found)
    )
    return found


@transaction.atomic
def restore(*, actor: User, fact: Fact, now: dt.datetime) -> Fact:
    """Take a withdrawal back."""
    found = _held(actor, fact)
    if found.withdrawn_at is None:
        raise NotInForce(_("This fact is in the dossier already. Nothing was changed."), code="in_force")
    found.withdrawn_at = None
    _save(found, "withdrawn_at")
    telling.write(actor=actor, verb="fact_restore", row=found, now=now, after=_named(found))
    return found


@transaction.atomic
def verify(*, actor: User, fact: Fact, now: dt.datetime) -> Fact:
    """It was checked today and holds. Refused for what has no source."""
    found = _held(actor, fact)
    _require_in_force(found)
    if not (found.source_kind or found.source):
        raise Refused(
            _("What has no source cannot be verified; it stays an assumption."),
            code="no_source",
            hint=_("Correct it and say where it comes from."),
        )
    before = {"confidence": found.confidence, "dated": found.dated.isoformat()}
    found.confidence, found.dated = "verified", timezone.localdate(now)
    _save(found, "confidence", "dated")
    telling.write(actor=actor, verb="fact_verify", row=found, now=now, before=before,
                  after={"confidence": found.confidence, "dated": found.dated.isoformat()})  # fmt: skip
    return found


@transaction.atomic
def set_secrecy(*, actor: User, fact: Fact, secrecy: int, now: dt.datetime) -> Fact:
    found = _held(actor, fact)
    telling.require_clearance(actor, secrecy)
    before = {"secrecy": int(found.secrecy)}
    found.secrecy = Secrecy(secrecy)
    _save(found, "secrecy")
    telling.write(actor=actor, verb="fact_secrecy", row=found, now=now, before=before,
                  after={"secrecy": int(secrecy)})  # fmt: skip
    return found


# --- taking back -----------------------------------------------------------------------------------------


@undo.register("accounts.fact_unsay")
def _unsay(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"fact": pk}"""
    withdraw(actor=actor, fact=Fact.objects.get(pk=parameters["fact"]), now=now)
    return _("The fact is out of the dossier again.")


@undo.register("accounts.fact_uncorrect")
@transaction.atomic
def _uncorrect(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"old": pk, "new": pk}"""
    newer = withdraw(actor=actor, fact=Fact.objects.get(pk=parameters["new"]), now=now)
    older = _held(actor, Fact.objects.get(pk=parameters["old"]))
    older.superseded_by = None
    _save(older, "superseded_by")
    Fact.objects.filter(answers=newer).update(answers=older)
    telling.write(actor=actor, verb="fact_uncorrect", row=older, now=now, before={"fact": newer.pk})
    return _("The earlier statement is in force again.")


@undo.register("accounts.fact_restore")
@transaction.atomic
def _restore(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"facts": [pk]}"""
    for fact in Fact.objects.filter(pk__in=parameters["facts"]).order_by("pk"):
        restore(actor=actor, fact=fact, now=now)
    return _("Back in the dossier.")


@undo.register("accounts.fact_unverify")
@transaction.atomic
def _unverify(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"facts": [[pk, confidence before, day before]]}"""
    for pk, confidence, day in parameters["facts"]:
        fact = _held(actor, Fact.objects.get(pk=pk))
        _require_in_force(fact)
        fact.confidence, fact.dated = confidence, dt.date.fromisoformat(day)
        _save(fact, "confidence", "dated")
        telling.write(actor=actor, verb="fact_unverify", row=fact, now=now,
                      after={"confidence": confidence, "dated": day})  # fmt: skip
    return _("As sure as before.")


@undo.register("accounts.fact_secrecy")
@transaction.atomic
def _secrecy_back(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"facts": [[pk, level before]]}"""
    for pk, level in parameters["facts"]:
        set_secrecy(actor=actor, fact=Fact.objects.get(pk=pk), secrecy=level, now=now)
    return _("As secret as before.")


# --- shared ----------------------------------------------------------------------------------------------


def _held(actor: User, fact: Fact) -> Fact:
    """The row, locked."""
    policy.require(actor, "accounts.edit", fact)
    return Fact.objects.select_for_update().get(pk=fact.pk)


def _newest(fact: Fact) -> Fact:
    """The statement that took the place of `fact`, through all corrections; locked."""
    found = Fact.objects.select_for_update().get(pk=fact.pk)
    for _step in range(_LONGEST):
        if found.superseded_by_id is None:
            return found
        found = Fact.objects.select_for_update().get(pk=found.superseded_by_id)
    raise RuntimeError(f"The corrections of fact {fact.pk} go round in a circle.")


def _require_in_force(fact: Fact) -> None:
    if fact.superseded_by_id is not None:
        raise NotInForce(
            _("Somebody corrected this fact meanwhile. Nothing was changed."),
            code="superseded",
            hint=_("Look at what it says now."),
        )
    if fact.withdrawn_at is not None:
        raise NotInForce(
            _("This fact was withdrawn. Nothing was changed."),
            code="withdrawn",
            hint=_("Say it again as a new fact, if it holds after all."),
        )


def _copied(fact: Fact, actor: User, now: dt.datetime) -> Fact:
    told = {name: getattr(fact, name) for name in FIELDS}
    return Fact(account_id=fact.account_id, created_at=now, created_by=actor, **told)


def _check(actor: User, fact: Fact, now: dt.datetime) -> None:
    fact.statement, fact.source = fact.statement.strip(), fact.source.strip()
    if not fact.statement:
        raise Refused(_("A fact says something."), hint=_("Write it in a sentence."))
    if fact.dated is None:
        fact.dated = timezone.localdate(now)
    if fact.dated > timezone.localdate(now):
        raise Refused(
            _("A fact cannot be dated after today."), hint=_("A plan is a fact of the day it was told.")
        )
    if fact.topic == "motive" and fact.contact_id is None:
        raise Refused(_("What somebody is rewarded for belongs to a person."), hint=_("Choose the contact."))
    telling.require_clearance(actor, fact.secrecy)
    telling.require_contacts(fact.account, [fact.contact])
    _check_goal(actor, fact)


def _check_goal(actor: User, fact: Fact) -> None:
    goal = fact.answers
    if goal is None:
        return
    if fact.topic != "solution" or goal.topic != "goal" or goal.account_id != fact.account_id:
        raise Refused(
            _("Only a solution answers a goal, and only one of the same account."),
            hint=_("Choose another goal, or none."),
        )
    policy.require(actor, "accounts.view", goal)


def _named(fact: Fact) -> dict[str, Any]:
    """What the trail says of a fact: about what, how sure, how secret; never the statement."""
    standing = dossier.standing(source_kind=fact.source_kind, source=fact.source, confidence=fact.confidence)
    return {"topic": fact.topic, "standing": standing, "secrecy": int(fact.secrecy)}


def _save(fact: Fact, *names: str) -> None:
    fact.save(update_fields=names)
    Fact.objects.filter(pk=fact.pk).update(version=F("version") + 1)
    fact.version += 1
