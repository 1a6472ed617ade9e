"""What took place and is kept by a room above becomes contacts that took place: one row for each person met.

The room above names its record (`origin`); told again, the rows follow it. Last contact, strength, maps and the cost
of serving read these rows and nothing else. Of one record one row is the main one: counted, it is one contact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kamerton.access.models import User
from kamerton.accounts.models import Account, Contact, Interaction


def keep(
    *,
    origin: str,
    account: Account,
    contacts: Sequence[Contact],
    person: User,
    kind: str,
    on: dt.date,
    now: dt.datetime,
    from_them: bool = False,
    in_depth: bool = False,
    summary: str = "",
) -> list[Interaction]:
    """Within the transaction of the action above, which has asked for the right and writes the trail."""
    drop(origin=origin)
    met: Sequence[Contact | None] = list(contacts) or [None]
    return Interaction.objects.bulk_create(
        Interaction(
            account=account, contact=contact, person=person, kind=kind, on=on, from_them=from_them,
            in_depth=in_depth, created_at=now, origin_ref=origin,
            summary="" if contact and contact.erased_at else " ".join(summary.split())[:300],
            is_main=rank == 0,
        )
        for rank, contact in enumerate(met)
    )  # fmt: skip


def drop(*, origin: str) -> None:
    """It did not take place after all."""
    Interaction.objects.filter(origin_ref=origin).delete()
