"""The parts of the company: a tree without circles, each with its head."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import OrgUnit, User
from kamerton.core import audit, concurrency
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused

#: What is told of a unit.
TOLD = ("name", "kind", "function", "parent", "head")


@transaction.atomic
def create_unit(
    *,
    actor: User,
    name: str,
    now: dt.datetime,
    kind: str = "department",
    function: str = "",
    parent: OrgUnit | None = None,
    head: User | None = None,
) -> OrgUnit:
    policy.require(actor, "people.manage")
    unit = OrgUnit(name=" ".join(name.split()), kind=kind, function=function, parent=parent, head=head)
    _check(unit)
    unit.save(force_insert=True)
    audit.record(actor=actor, action="access.create_unit", subject=unit, now=now, after=_told(unit, TOLD))
    return unit


@transaction.atomic
def edit_unit(
    *, actor: User, unit: OrgUnit, opened: Mapping[str, Plain], submitted: Mapping[str, Any], now: dt.datetime
) -> OrgUnit:
    """Rename, move, give another head. The line of report follows at once."""
    policy.require(actor, "people.manage")
    rows = {
        each.pk: each for each in OrgUnit.objects.select_for_update()
    }  # all: two moves could make a circle
    found = rows[unit.pk]
    was = _told(found, TOLD)
    told = {name: submitted[name] for name in TOLD if name in submitted}
    if "name" in told:
        told["name"] = " ".join(told["name"].split())
    written = concurrency.apply(found, opened=opened, submitted=told)
    if not written:
        return found
    _check(found)
    _refuse_circle(found, rows)
    found.version += 1
    found.save(update_fields=[*written, "version"])
    audit.record(
        actor=actor, action="access.edit_unit", subject=found, now=now,
        before={name: was[name] for name in written}, after=_told(found, written),
    )  # fmt: skip
    return found


@transaction.atomic
def remove_unit(*, actor: User, unit: OrgUnit, now: dt.datetime) -> None:
    """Only one in which nothing is: no people, no parts, no requests."""
    policy.require(actor, "people.manage")
    found = OrgUnit.objects.select_for_update().get(pk=unit.pk)
    told = _told(found, TOLD)
    if found.people.exists():
        raise _in_use(found)
    audit.record(actor=actor, action="access.remove_unit", subject=found, now=now, before=told)
    try:
        with transaction.atomic():
            found.delete()
    except ProtectedError as error:
        raise _in_use(found) from error


def _in_use(unit: OrgUnit) -> Refused:
    return Refused(
        _("%(unit)s has people, parts or requests. Nothing was removed.") % {"unit": unit.name},
        code="in_use",
        hint=_("Move them first."),
    )


def _told(unit: OrgUnit, names: Any) -> dict[str, Plain]:
    return {name: concurrency.plain(value) for name, value in concurrency.values_of(unit, names).items()}


def _check(unit: OrgUnit) -> None:
    if not unit.name:
        raise Refused(_("A unit has a name. Nothing was saved."))
    same = OrgUnit.objects.filter(parent=unit.parent, name__iexact=unit.name).exclude(pk=unit.pk)
    if same.exists():
        raise Refused(
            _("There is a unit %(name)s in the same place already. Nothing was saved.") % {"name": unit.name},
            code="taken",
        )
    if unit.head is not None and not unit.head.is_active:
        raise Refused(
            _("%(name)s has left. Nothing was saved.") % {"name": unit.head.display_name},
            hint=_("Choose somebody else."),
        )


def _refuse_circle(unit: OrgUnit, rows: Mapping[int, OrgUnit]) -> None:
    at, seen = unit.parent_id, set[int]()
    while at is not None and at not in seen:
        if at == unit.pk:
            raise Refused(
                _("%(unit)s cannot be a part of itself. Nothing was saved.") % {"unit": unit.name},
                code="circle",
                hint=_("Choose a unit that does not lie in it."),
            )
        seen.add(at)
        at = rows[at].parent_id if at in rows else None
