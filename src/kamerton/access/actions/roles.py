"""Roles of the company's own: copied from one of ours, with another name, other rights, another breadth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamerton.access import policy
from kamerton.access.models import OwnRole, User
from kamerton.access.rights import NEVER_IN_OWN_ROLE, RIGHTS, ROLES, completed
from kamerton.core import audit, concurrency
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused

RIGHT = "people.manage"
EDITED = ("name", "breadth", "rights")


@transaction.atomic
def copy_role(
    *, actor: User, base: str, name: str, breadth: str, rights: Iterable[str], now: dt.datetime
) -> OwnRole:
    """Whatever is done to what it was copied from, by a new release, does not change it."""
    policy.require(actor, RIGHT)
    if base not in ROLES or base == "administrator":
        raise Refused(_("This role cannot be copied. Nothing was changed."), code="base")
    row = OwnRole(name=name, base=base, breadth=breadth, rights=list(rights), created_at=now)
    _check(row)
    row.save(force_insert=True)
    audit.record(
        actor=actor, action="access.create_role", subject=row, now=now, after=_told(row) | {"base": base}
    )
    return row


@transaction.atomic
def edit_role(
    *, actor: User, role: OwnRole, opened: Mapping[str, Plain], submitted: Mapping[str, Any], now: dt.datetime
) -> OwnRole:
    """Counts at once for everybody who holds it."""
    policy.require(actor, RIGHT)
    found = OwnRole.objects.select_for_update().get(pk=role.pk)
    was = _told(found)
    told = {name: submitted[name] for name in EDITED if name in submitted}
    written = concurrency.apply(found, opened=opened, submitted=told)
    if not written:
        return found
    _check(found)
    found.version += 1
    found.save(update_fields=[*EDITED, "version"])
    is_ = _told(found)
    changed = [name for name in EDITED if was[name] != is_[name]]
    audit.record(actor=actor, action="access.edit_role", subject=found, now=now,
                 before={name: was[name] for name in changed}, after={name: is_[name] for name in changed})  # fmt: skip
    return found


@transaction.atomic
def remove_role(*, actor: User, role: OwnRole, now: dt.datetime) -> None:
    """Only where nobody holds it any more."""
    policy.require(actor, RIGHT)
    found = OwnRole.objects.select_for_update().get(pk=role.pk)
    held = found.people.count()
    if held:
        text = ngettext(
            "%(n)s person holds this role. Nothing was removed.",
            "%(n)s people hold this role. Nothing was removed.",
            held,
        )
        raise Refused(text % {"n": held}, code="held", hint=_("Give them another role first."))
    audit.record(actor=actor, action="access.remove_role", subject=found, now=now, before=_told(found))
    found.delete()


def _told(row: OwnRole) -> dict[str, Any]:
    return {"name": row.name, "breadth": row.breadth, "rights": list(row.rights)}


def _check(row: OwnRole) -> None:
    row.name = " ".join(row.name.split())
    if not row.name:
        raise Refused(_("A role needs a name. Nothing was saved."), code="name")
    same = OwnRole.objects.exclude(pk=row.pk).filter(name__iexact=row.name).exists()
    if same or row.name.casefold() in {str(each.name).casefold() for each in ROLES.values()}:
        raise Refused(_("There is a role of this name already. Nothing was saved."), code="taken")
    if row.breadth not in ("line", "all"):
        raise Refused(_("Say how far the role reaches. Nothing was saved."), code="breadth")
    told = set(row.rights)
    if not told or told - RIGHTS.keys() or told & NEVER_IN_OWN_ROLE:
        raise Refused(_("Choose what the role may do. Nothing was saved."), code="rights")
    given = completed(told)
    row.rights = [right for right in RIGHTS if right in given]
