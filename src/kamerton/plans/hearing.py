"""What other rooms tell plans: an account changes hands, and its plans with it."""

from __future__ import annotations

from kamerton.accounts import announcements
from kamerton.accounts.announcements import ChangeOfHands, Listener, TakenBack
from kamerton.core import audit
from kamerton.core.models import AuditEntry
from kamerton.plans.models import Activity, Plan

_ACTION = "plans.change_owner"


def hear_change(told: ChangeOfHands) -> tuple[str, ...]:
    """Open plans and what is not started yet go to the receiver; tasks are handed over by the room of work."""
    for plan in Plan.objects.open().filter(account=told.account).order_by("pk"):
        waiting = plan.activities.filter(task=None, planned_owner=told.giver)
        moved = list(waiting.order_by("pk").values_list("pk", flat=True))
        if plan.owner_id != told.giver.pk and not moved:
            continue
        waiting.update(planned_owner=told.receiver)
        before = plan.owner_id
        if before == told.giver.pk:
            _give(plan, told.receiver.pk)
        audit.record(
            actor=told.actor, action=_ACTION, subject=plan, now=told.now, account_id=plan.account_id,
            before={"owner": before, "giver": told.giver.pk},
            after={"owner": plan.owner_id, "receiver": told.receiver.pk, "activities": moved},
        )  # fmt: skip
    return ()


def hear_taken_back(told: TakenBack) -> None:
    """What went with the account comes back, unless somebody has given it to another since."""
    for entry in AuditEntry.objects.filter(action=_ACTION, account_id=told.account.pk, at=told.at).order_by(
        "pk"
    ):
        before, after = entry.before or {}, entry.after or {}
        plan = Plan.objects.filter(pk=int(entry.subject.partition(":")[2])).first()
        if plan is None:
            continue
        if plan.owner_id == after["owner"] != before["owner"]:
            _give(plan, before["owner"])
        back = Activity.objects.filter(pk__in=after["activities"], task=None, planned_owner=after["receiver"])
        back.update(planned_owner=before["giver"])


def _give(plan: Plan, owner: int) -> None:
    plan.owner_id = owner
    plan.version += 1
    plan.save(update_fields=["owner", "version"])


def subscribe() -> None:
    announcements.listen("plans", Listener(changed=hear_change, taken_back=hear_taken_back))
