"""The trace of reading a map that holds something secret: once for a while, however often the picture is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from kamerton.access import secrets
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.decision_unit import Unit
from kamerton.accounts.models import Account, Opinion, PowerChange, Relation
from kamerton.core.models import AuditEntry

#: A picture is drawn again with every step; within this the same reading is one.
ONE_READING = dt.timedelta(minutes=10)


def is_secret(unit: Unit) -> bool:
    """Whether anything that its reader sees on it is secret."""
    return any(True for _row in _secret(unit))


def trace(actor: User, account: Account | None, units: Iterable[Unit], now: dt.datetime) -> None:
    """One entry that names the secret rows of the map; nothing where there are none. A query and the entry.

    `account` None: what is shown is of several accounts.
    """
    units = [unit for unit in units if is_secret(unit)]
    if not units:
        return
    rows = _rows(account, units)
    told = [secrets.ref(row) for row in rows]
    lately = AuditEntry.objects.filter(actor=actor, action="secrets.read", at__gt=now - ONE_READING)
    if not any(after and after.get("read") == told for after in lately.values_list("after", flat=True)):
        secrets.reading(actor, rows, now)


def _rows(account: Account | None, units: Iterable[Unit]) -> list[Relation | Opinion | PowerChange]:
    """The secret rows, as far as a trace needs them: what they are and where they belong."""
    found: dict[str, Relation | Opinion | PowerChange] = {}
    for unit in units:
        for model, number in _secret(unit):
            row = model(pk=number, secrecy=Secrecy.SECRET)
            setattr(row, "account_id", account.pk if account else None)  # noqa: B010 - opinions have none of their own
            found[secrets.ref(row)] = row
    return [found[key] for key in sorted(found)]


def _secret(unit: Unit) -> Iterable[tuple[type[Relation | Opinion | PowerChange], int]]:
    yield from ((Relation, each.id) for each in unit.links if each.is_secret)
    yield from ((Opinion, each.id) for each in unit.views if each.is_secret)
    yield from ((PowerChange, each.id) for each in unit.changes if each.is_secret)
