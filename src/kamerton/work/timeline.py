"""What this room adds to the timeline of an account: tasks that were finished, decisions, hand-overs."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kamerton.accounts.timeline import Entry, Source, register, start_of
from kamerton.work.models import Approval, Handover, Task


def _task(row: Task) -> Entry:
    assert row.ended_at is not None  # noqa: S101 - the source asks for these only
    return Entry(
        at=row.ended_at, key=row.pk, text=_("Done: %(task)s") % {"task": row.title}, detail=row.outcome,
        who=row.owner.display_name,
    )  # fmt: skip


def _approval(row: Approval) -> Entry:
    told = {"what": row.title, "state": row.get_state_display()}
    return Entry(
        at=row.asked_at, key=row.pk, text=_("Asked to decide: %(what)s") % told, detail=str(told["state"]),
        who=row.asked_by.display_name,
    )  # fmt: skip


def _handover(row: Handover) -> Entry:
    told = {"giver": row.giver.display_name if row.giver else "–", "receiver": row.receiver.display_name}
    text = _("Hand-over: %(giver)s → %(receiver)s") % told
    return Entry(
        at=start_of(row.on), key=row.pk, text=text, detail=str(row.get_reason_display()), dateless=True
    )


def register_all() -> None:
    """Once, when the models are ready."""
    register(
        Source(name="task", kind="work", right="work.view", at="ended_at", person="owner", entry=_task,
               rows=lambda account: Task.objects.filter(account=account, state="done", ended_at__isnull=False)
               .select_related("owner")),
        Source(name="approval", kind="work", right="work.view", at="asked_at", person="asked_by", entry=_approval,
               rows=lambda account: Approval.objects.filter(account=account).select_related("asked_by")),
        Source(name="handover", kind="work", right="work.view", at="on", person="receiver", entry=_handover,
               rows=lambda account: Handover.objects.filter(account=account).select_related("giver", "receiver")),
    )  # fmt: skip
