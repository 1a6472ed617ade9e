"""How freely projects are led: the level of one, another leader, and the rules of the company."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import audit, concurrency
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.plans import project_queries as queries
from kamerton.plans.actions import check_ins
from kamerton.plans.actions import project_rows as rows
from kamerton.plans.models import Autonomy, LevelChange, Project
from kamerton.plans.rules import autonomy as rules
from kamerton.work.actions import tasks


@transaction.atomic
def set_level(*, actor: User, project: Project, level: int, why: str, now: dt.datetime) -> Project:
    """Only who stands above the leader says how freely it is led; with the reason (MGT-04)."""
    row = rows.open_one(project)
    rows.require_superior(actor, row)
    if level not in rules.MATRIX or level == row.level:
        raise Refused(_("Choose another level. Nothing was changed."), code="level")
    if not why.strip():
        raise Refused(_("Say why the level changes. Nothing was changed."), code="why")
    today, before = timezone.localdate(now), row.level
    LevelChange.objects.create(
        project=row, before=before, after=level, why=why.strip()[:300], by=actor, at=now
    )
    row.level, row.level_since = level, today
    rows.save(row, "level", "level_since")
    check_ins.move(row, today, now)
    rows.record(actor, row, "level_project", now, before={"level": before}, after={"level": level})
    return row


@transaction.atomic
def hand_on(*, actor: User, project: Project, leader: User, why: str, now: dt.datetime) -> Project:
    """Another leader. What was settled was settled with the former one, so the new one begins at D1 (MGT-02)."""
    row = rows.open_one(project)
    rows.require_superior(actor, row)
    if leader.pk == row.leader_id:
        raise Refused(_("%(person)s leads it already.") % {"person": leader.display_name}, code="leader")
    if not why.strip():
        raise Refused(_("Say why. Nothing was changed."), code="why")
    before, today = row.leader, timezone.localdate(now)
    if row.level != 1:
        LevelChange.objects.create(
            project=row, before=row.level, after=1, why=why.strip()[:300], by=actor, at=now
        )
    row.leader, row.level, row.level_since = leader, 1, today
    rows.save(row, "leader", "level", "level_since")
    waiting = row.check_ins.filter(held_on=None).select_related("task").first()
    if waiting is not None and waiting.task is not None and waiting.task.state == "open":
        waiting.task.owner = leader
        tasks.save(waiting.task, "owner")
    check_ins.move(row, today, now)
    rows.record(actor, row, "hand_on_project", now, before={"leader": before.pk}, after={"leader": leader.pk})
    return row


@transaction.atomic
def set_autonomy(
    *, actor: User, opened: Mapping[str, Plain], submitted: Mapping[str, Any], now: dt.datetime
) -> Autonomy:
    """How often projects are looked at, for the whole company."""
    policy.require(actor, "portfolio.configure")
    Autonomy.objects.get_or_create(pk=1)
    row = Autonomy.objects.select_for_update().get(pk=1)
    written = concurrency.apply(row, opened=opened, submitted=submitted)
    days = list(queries.days_between(row).values())
    if days != sorted(days) or days[0] < 1:
        raise Refused(
            _("With a higher level check-ins do not come more often. Nothing was saved."), code="order"
        )
    if written:
        row.save(update_fields=written)
        audit.record(actor=actor, action="plans.autonomy", subject=row, now=now,
                     after={name: getattr(row, name) for name in written})  # fmt: skip
    return row
