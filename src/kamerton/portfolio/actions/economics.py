"""What the company says of its own costs."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import audit
from kamerton.core.refused import Refused
from kamerton.portfolio import rules
from kamerton.portfolio.models import Economics


@transaction.atomic
def set_fixed_cost(*, actor: User, fixed_cost: Decimal | None, now: dt.datetime) -> Economics:
    """Rent, salaries and all that is paid whatever is sold, a year, in the company's currency; None: not told."""
    policy.require(actor, "portfolio.configure")
    if fixed_cost is not None and fixed_cost < 0:
        raise Refused(_("A fixed cost is not negative. Nothing was changed."), code="negative")
    Economics.objects.get_or_create(pk=1)
    row = Economics.objects.select_for_update().get(pk=1)
    before = row.fixed_cost
    if before == fixed_cost:
        return row
    row.fixed_cost = fixed_cost
    row.save(update_fields=["fixed_cost"])
    audit.record(
        actor=actor, action="portfolio.fixed_cost", subject=row, now=now,
        before=rules.plain({"fixed_cost": before}), after=rules.plain({"fixed_cost": fixed_cost}),
    )  # fmt: skip
    return row
