"""How many visits and calls a week a role should make; refused for key account managers, with the reason (MGT-01)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.queries import KAM_ROLES
from kamerton.core import audit, undo
from kamerton.core.refused import Refused
from kamerton.engagements.models import VisitNorm, normed_roles

RIGHT = "portfolio.configure"


class NotForKeyAccounts(Refused):
    """Nothing was set."""

    def __init__(self) -> None:
        super().__init__(
            _("A norm of visits cannot be set for key account managers. Nothing was set."), code="norm",
            hint=_(
                "They are measured by what their accounts bring and by how they are looked after. Who has to reach a number "
                "of visits makes visits that the customer did not need."
            ),
        )  # fmt: skip


@transaction.atomic
def set_norm(*, actor: User, role: str, a_week: int, now: dt.datetime) -> VisitNorm:
    policy.require(actor, RIGHT)
    if role in KAM_ROLES:
        raise NotForKeyAccounts
    if role not in dict(normed_roles()) or not 1 <= a_week <= 200:
        raise Refused(_("A norm is for a role, and from 1 to 200 a week. Nothing was set."), code="norm")
    before = VisitNorm.objects.select_for_update().filter(role=role).first()
    row, _made = VisitNorm.objects.update_or_create(
        role=role, defaults={"a_week": a_week, "set_at": now, "set_by": actor}
    )
    audit.record(
        actor=actor, action="engagements.norm", subject=row, now=now,
        before={"a_week": before.a_week} if before else None, after={"role": role, "a_week": a_week},
    )  # fmt: skip
    return row


@transaction.atomic
def drop_norm(*, actor: User, norm: VisitNorm, now: dt.datetime) -> str:
    policy.require(actor, RIGHT)
    row = VisitNorm.objects.select_for_update().get(pk=norm.pk)
    told = {"role": row.role, "a_week": row.a_week}
    audit.record(actor=actor, action="engagements.norm_drop", subject=row, now=now, before=told)
    row.delete()
    return undo.offer(actor=actor, kind="engagements.norm", parameters=told, now=now)


@undo.register("engagements.norm")
def _norm_back(*, actor: User, parameters: dict[str, int | str], now: dt.datetime) -> str:
    set_norm(actor=actor, role=str(parameters["role"]), a_week=int(parameters["a_week"]), now=now)
    return _("The norm is set again.")
