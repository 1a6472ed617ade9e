"""An account goes from one person to another: guided, with open matters and introductions (SEL-20)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import choices
from kamerton.accounts import queries as accounts
from kamerton.accounts.actions import coverage
from kamerton.accounts.models import Account, Contact
from kamerton.core import audit, concurrency
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.work import belongings
from kamerton.work.actions import tasks
from kamerton.work.models import Handover, Task


@dataclass(frozen=True, slots=True)
class Begun:
    """The hand-over, and what gives to think; never a refusal (SEL-21, LOC-06)."""

    handover: Handover
    warnings: tuple[str, ...] = ()


@transaction.atomic
def begin(
    *,
    actor: User,
    account: Account,
    receiver: User,
    reason: str,
    on: dt.date,
    now: dt.datetime,
    giver: User | None = None,
) -> Begun:
    """From `on`, `receiver` is responsible once it is finished; whoever gives gets a task until then.

    `giver` empty: who is responsible today. Where somebody leaves, the receiver is planned at once: an account
    is never without a responsible person because a conversation did not take place (OTH-02).
    """
    policy.require(actor, "accounts.assign", account)
    locked = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    today = timezone.localdate(now)
    giver = giver or accounts.responsible_for(locked, today)
    _check(locked, giver, receiver, reason, on, today)
    warnings = _warnings(locked, receiver, on)
    row = _open(actor, locked, giver, receiver, reason, on, now)
    if reason == "leaving":
        _hand_responsibility(actor, row, now)
    return Begun(row, warnings)


def _open(
    actor: User,
    account: Account,
    giver: User | None,
    receiver: User,
    reason: str,
    on: dt.date,
    now: dt.datetime,
) -> Handover:
    row = Handover.objects.create(
        account=account, giver=giver, receiver=receiver, reason=reason, on=on, created_by=actor, created_at=now,
        introductions=introductions(account),
    )  # fmt: skip
    _write_task(actor, row, now)
    _record(actor, row, "begin_handover", now, after={
        "giver": giver.pk if giver else None, "receiver": receiver.pk, "on": on.isoformat(), "reason": reason,
    })  # fmt: skip
    return row


@transaction.atomic
def follow(
    *, actor: User, account: Account, giver: User, receiver: User, on: dt.date, now: dt.datetime
) -> tuple[str, ...]:
    """Somebody else was made responsible already; what is open and whom to introduce is gone through all the same.

    A hand-over that is open goes on. Returns what gives to think.
    """
    policy.require(actor, "accounts.assign", account)
    there = Handover.objects.filter(account=account, state="open").select_related("receiver").first()
    if there is None:
        _open(actor, account, giver, receiver, "changes_hands", max(on, timezone.localdate(now)), now)
        return ()
    if there.receiver_id == receiver.pk:
        return ()
    told = {"account": account.name, "person": there.receiver.display_name}
    return (
        _(
            "%(account)s is still being handed over to %(person)s. Withdraw or finish that hand-over, then begin the next."
        )
        % told,
    )


@transaction.atomic
def unfollow(*, actor: User, account: Account, at: dt.datetime, now: dt.datetime) -> None:
    """The change of hands of that moment is undone: the hand-over that followed it goes with it, if it is open."""
    policy.require(actor, "accounts.assign", account)
    begun = Handover.objects.select_for_update().filter(
        account=account, created_at=at, reason="changes_hands", state="open"
    )
    for row in begun:
        _take_away(actor, row, now)


def introductions(account: Account) -> list[dict[str, Any]]:
    """Whom to introduce: everybody with a part in decisions, who decides first; then the others we know well."""
    order = [key for key, _label in choices.decision_roles()]
    rank = {key: place for place, key in enumerate(["decider", *(key for key in order if key != "decider")])}
    found = [
        each
        for each in Contact.objects.filter(account=account, is_found=True).present()
        if each.decision_roles
    ]
    found.sort(
        key=lambda each: (min(rank.get(role, len(rank)) for role in each.decision_roles), each.name, each.pk)
    )
    return [{"contact": each.pk, "name": each.name, "done": False} for each in found]


@transaction.atomic
def edit_note(
    *,
    actor: User,
    handover: Handover,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> Handover:
    """What the next one should know."""
    found = _held(actor, handover)
    told = {name: submitted[name] for name in ("note",) if name in submitted}
    if concurrency.apply(found, opened=opened, submitted=told):
        _save(found, "note")
        _record(actor, found, "note_handover", now, after={"fields": ["note"]})
    return found


@transaction.atomic
def introduce(*, actor: User, handover: Handover, contact: int, done: bool, now: dt.datetime) -> Handover:
    """Tick, or take the tick away."""
    found = _held(actor, handover)
    item = next((each for each in found.introductions if each["contact"] == contact), None)
    if item is None:
        raise Refused(_("This contact is not on the list of introductions. Nothing was changed."))
    item["done"] = done
    _save(found, "introductions")
    _record(actor, found, "introduce", now, after={"contact": contact, "done": done})
    return found


@transaction.atomic
def finish(*, actor: User, handover: Handover, now: dt.datetime) -> tuple[str, ...]:
    """The receiver is responsible from the day of the hand-over, or from today where that is past.

    What the giver has open at the account goes along: tasks are gone through by hand, offers must not lie.

    Who gives or receives may finish what somebody with the right to assign began; that person's right carries it.
    """
    found = _held(actor, handover)
    warnings = _hand_responsibility(_authority(actor, found), found, now)
    if found.giver is not None:
        belongings.give_all(
            actor=actor, person=found.giver, to=found.receiver, account=found.account, now=now
        )
    found.state, found.done_at = "done", now
    _save(found, "state", "done_at")
    for task in Task.objects.select_for_update().filter(
        origin="handover", origin_ref=_ref(found), state="open"
    ):
        task.state, task.ended_at = "done", now
        tasks.save(task, "state", "ended_at")
    _record(actor, found, "finish_handover", now, before={"state": "open"}, after={"state": "done"})
    return warnings


@transaction.atomic
def withdraw(*, actor: User, handover: Handover, now: dt.datetime) -> None:
    """It was begun by mistake, or is not needed: the account stays with whom it is. The trail keeps that it was."""
    policy.require(actor, "accounts.assign", handover.account)
    found = _held(actor, handover)
    if found.reason == "leaving":
        raise Refused(
            _("The account has been given to %(person)s already. Nothing was changed.")
            % {"person": found.receiver.display_name},
            hint=_("Make somebody else responsible for it instead."),
        )
    _take_away(actor, found, now)


def _take_away(actor: User, row: Handover, now: dt.datetime) -> None:
    _record(actor, row, "withdraw_handover", now, before={"receiver": row.receiver_id})
    Task.objects.filter(origin="handover", origin_ref=_ref(row), state="open").delete()
    row.delete()


# --- two contacts became one ------------------------------------------------------------------------------


def contact_became(former: int, to: int) -> list[dict[str, Any]]:
    """In the introductions of every hand-over; what it takes to put them back."""
    account = Contact.objects.filter(pk=to).values_list("account", flat=True)
    kept = []
    for row in Handover.objects.select_for_update().filter(account__in=account):
        listed = [each["contact"] for each in row.introductions]
        if former not in listed:
            continue
        done = any(each["done"] for each in row.introductions if each["contact"] in (former, to))
        kept.append({"handover": row.pk, "to": to, "items": _items(row, former, to)})
        left = [each for each in row.introductions if to not in listed or each["contact"] != former]
        row.introductions = [
            each | {"contact": to, "done": done} if each["contact"] in (former, to) else each for each in left
        ]
        _save(row, "introductions")
    return kept


def contact_is_again(kept: list[dict[str, Any]]) -> None:
    for told in kept:
        row = Handover.objects.select_for_update().filter(pk=told["handover"]).first()
        if row is None:
            continue
        at = next((at for at, each in enumerate(row.introductions) if each["contact"] == told["to"]), None)
        if at is not None:
            row.introductions = [*row.introductions[:at], *told["items"], *row.introductions[at + 1 :]]
            _save(row, "introductions")


def _items(row: Handover, *contacts: int) -> list[dict[str, Any]]:
    return [each for each in row.introductions if each["contact"] in contacts]


# --- how ---------------------------------------------------------------------------------------------------


def _held(actor: User, handover: Handover) -> Handover:
    """The row, locked and open; only for who gives, who receives, and who assigns."""
    policy.require(actor, "work.view", handover)
    found = (
        Handover.objects.select_for_update(of=("self",))
        .select_related("account", "receiver")
        .get(pk=handover.pk)
    )
    if not may_change(actor, found):
        raise policy.Forbidden("accounts.assign")
    if found.state != "open":
        raise Refused(_("This hand-over is finished. Nothing was changed."), code="not_open")
    return found


def is_planned(handover: Handover, today: dt.date) -> bool:
    """Whether the receiver is responsible on its day whether or not it is finished by then; one query."""
    planned = accounts.responsible_for(handover.account, max(handover.on, today))
    return planned is not None and planned.pk == handover.receiver_id


def may_change(actor: User, handover: Handover) -> bool:
    people = {actor.pk, *(absent.pk for absent in policy.represented(actor))}
    return bool(people & {handover.giver_id, handover.receiver_id}) or policy.can(
        actor, "accounts.assign", handover.account
    )


def _authority(actor: User, handover: Handover) -> User:
    return actor if policy.can(actor, "accounts.assign", handover.account) else handover.created_by


def _hand_responsibility(authority: User, row: Handover, now: dt.datetime) -> tuple[str, ...]:
    today = timezone.localdate(now)
    if is_planned(row, today):
        return ()
    return coverage.assign(
        actor=authority, account=row.account, person=row.receiver, from_date=max(row.on, today), now=now
    ).warnings


def _check(
    account: Account, giver: User | None, receiver: User, reason: str, on: dt.date, today: dt.date
) -> None:
    if reason not in dict(_reasons()):
        raise Refused(_("There is no such reason for a hand-over. Nothing was begun."))
    if account.merged_into_id:
        raise Refused(_("This account was merged into another. Nothing was begun."), code="merged")
    if Handover.objects.filter(account=account, state="open").exists():
        raise Refused(
            _("%(account)s is being handed over already. Nothing was begun.") % {"account": account.name},
            code="open",
            hint=_("Finish that hand-over first."),
        )
    if giver is not None and giver.pk == receiver.pk:
        raise Refused(
            _("%(person)s is responsible already. Nothing was begun.") % {"person": receiver.display_name},
            code="already",
            hint=_("Choose somebody else."),
        )
    if on < today:
        raise Refused(_("The day of the hand-over is past. Nothing was begun."), code="days")
    if policy.has_left(receiver, on) or receiver.leaving_on is not None or receiver.is_external:
        raise Refused(
            _("%(person)s cannot take over accounts. Nothing was begun.") % {"person": receiver.display_name},
            code="gone",
            hint=_("Choose one of your own people who stays."),
        )


def _reasons() -> list[tuple[str, str | Promise]]:
    from kamerton.work.choices import handover_reasons  # noqa: PLC0415 - two rooms have a module of that name

    return handover_reasons()


def _warnings(account: Account, receiver: User, on: dt.date) -> tuple[str, ...]:
    """As if the receiver had the account already."""
    load = accounts.load_of(receiver, on)
    told = coverage.warnings_for(account, receiver, on, load=False)
    if load.accounts + 1 <= load.limit:
        return told
    text = _("%(person)s will be responsible for %(n)s accounts; %(limit)s is the limit.")
    return (text % {"person": receiver.display_name, "n": load.accounts + 1, "limit": load.limit}, *told)


def _write_task(actor: User, row: Handover, now: dt.datetime) -> None:
    giver = (
        row.giver
        if row.giver is not None and not policy.has_left(row.giver, timezone.localdate(now))
        else None
    )
    tasks.put_down(
        actor=actor, owner=giver or row.receiver, account=row.account, due_on=row.on, origin="handover",
        origin_ref=_ref(row), now=now,
        title=_("Hand %(account)s over to %(person)s")
        % {"account": row.account.name[:200], "person": row.receiver.display_name},
    )  # fmt: skip


def _ref(row: Handover) -> str:
    return f"work.handover:{row.pk}"


def _save(row: Handover, *names: str) -> None:
    row.version += 1
    row.save(update_fields=[*names, "version"])


def _record(actor: User, row: Handover, verb: str, now: dt.datetime, **told: Any) -> None:
    audit.record(actor=actor, action=f"work.{verb}", subject=row, now=now, account_id=row.account_id, **told)
