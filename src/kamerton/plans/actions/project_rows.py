"""A project as its actions hold it: who may, locked, saved, told in the trail."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import audit
from kamerton.core.refused import Refused
from kamerton.plans import project_queries as queries
from kamerton.plans.models import Project

RIGHT = "work.edit"


def held(actor: User, project: Project) -> Project:
    policy.require(actor, RIGHT, project)
    row = open_one(project)
    if actor.pk != row.leader_id and not queries.leads(actor, row.leader):
        stands_in = row.leader_id in {each.pk for each in policy.represented(actor)}
        if not stands_in:
            raise Refused(
                _("%(person)s leads this project. Nothing was changed.")
                % {"person": row.leader.display_name},
                code="leader",
            )
    return row


def open_one(project: Project) -> Project:
    rows = Project.objects.select_for_update(of=("self",)).select_related("leader", "account", "contact")
    row = rows.get(pk=project.pk)
    if not row.is_open:
        raise Refused(_("This project has ended. Nothing was changed."), code="ended")
    return row


def require_superior(actor: User, row: Project) -> None:
    policy.require(actor, "work.view", row)
    if not queries.leads(actor, row.leader):
        raise Refused(
            _("Only who stands above %(person)s may do this. Nothing was changed.")
            % {"person": row.leader.display_name},
            code="superior",
        )


def save(row: Project, *names: str) -> None:
    row.version += 1
    row.save(update_fields=[*names, "version"])


def record(actor: User, row: Project, verb: str, now: dt.datetime, **told: Any) -> None:
    audit.record(actor=actor, action=f"plans.{verb}", subject=row, now=now, account_id=row.account_id, **told)
