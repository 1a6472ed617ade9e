"""Adding, changing and removing records of a few kinds that all work alike, each with its undo.

A kind says which fields it holds, who may write a row and what is wrong with it; `told` tells rooms above. The trail
names fields, never what stands in them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from kamerton.access.models import User
from kamerton.accounts.actions import changing
from kamerton.core import audit, concurrency, undo
from kamerton.core.concurrency import Plain


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`name`: as the trail's verbs end. `check` cleans a row and raises Refused; `within`: the account's id, or None."""

    name: str
    model: type[Any]
    fields: tuple[str, ...]
    require: Callable[[User, Any], None]
    check: Callable[[User, Any, dt.datetime], None]
    told: Callable[[User, Any, dt.datetime], None]
    within: Callable[[Any], int | None]
    fixed: tuple[str, ...] = ()  # set once, when it is added


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    _kinds[kind.name] = kind
    return kind


@transaction.atomic
def add(kind: Kind, *, actor: User, values: Mapping[str, Any], now: dt.datetime) -> Any:
    told = {name: value for name, value in values.items() if name in (*kind.fixed, *kind.fields)}
    row = kind.model(created_at=now, created_by=actor, **told)
    kind.require(actor, row)
    kind.check(actor, row, now)
    row.save(force_insert=True)
    _trail(kind, "add", actor, row, now)
    kind.told(actor, row, now)
    return row


@transaction.atomic
def change(
    kind: Kind,
    *,
    actor: User,
    row: Any,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> str:
    """The token that takes it back, "" where nothing was changed. Raises concurrency.Conflict."""
    found = _held(kind, actor, row)
    before = changing.values(found, kind.fields)
    if not _write(kind, actor, found, opened, submitted, now):
        return ""
    return changing.offer(actor=actor, kind="accounts.contact_kept_change", row=found, before=before, now=now,
                          kept=kind.name, contact=_contact(found))  # fmt: skip


@transaction.atomic
def put(kind: Kind, *, actor: User, row: Any, values: Mapping[str, Any], now: dt.datetime) -> None:
    """Change it without a form and without an undo of its own: for many at once, which are taken back together."""
    _write(kind, actor, _held(kind, actor, row), {}, values, now)


@transaction.atomic
def remove(kind: Kind, *, actor: User, row: Any, now: dt.datetime) -> str:
    """The token that brings it back."""
    found = _held(kind, actor, row)
    names = ("created_at", "created_by", "version", *kind.fixed, *kind.fields)
    told = {
        "kept": kind.name,
        "row": found.pk,
        "contact": _contact(found),
        "values": changing.values(found, names),
    }
    _trail(kind, "remove", actor, found, now)
    found.delete()
    return undo.offer(actor=actor, kind="accounts.contact_kept_restore", parameters=told, now=now)


def offer_unadd(kind: Kind, *, actor: User, row: Any, now: dt.datetime) -> str:
    """The token that takes an added row back, as long as nobody has changed it."""
    parameters = {"kept": kind.name, "row": row.pk, "contact": _contact(row), "version": row.version}
    return undo.offer(actor=actor, kind="accounts.contact_kept_unadd", parameters=parameters, now=now)


@undo.register("accounts.contact_kept_unadd")
@transaction.atomic
def _unadd(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"kept": name of the kind, "row": pk, "version"}"""
    kind = _kinds[parameters["kept"]]
    row = _held(kind, actor, _there(kind, parameters))
    if row.version != parameters["version"]:
        raise _over()
    _trail(kind, "remove", actor, row, now)
    row.delete()
    return _("It is gone again.")


@undo.register("accounts.contact_kept_change")
@transaction.atomic
def _change_back(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """As `changing.offer` keeps it, and {"kept": name of the kind}."""
    kind = _kinds[parameters["kept"]]
    row = _held(kind, actor, _there(kind, parameters))
    _write(kind, actor, row, {}, changing.submitted(row, parameters), now)
    return _("As it was.")


@undo.register("accounts.contact_kept_restore")
@transaction.atomic
def _restore(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"kept", "row": pk, "values"}: under its own number, so that whatever names it finds it again."""
    kind = _kinds[parameters["kept"]]
    row = kind.model(pk=parameters["row"])
    for name, value in parameters["values"].items():
        setattr(row, name, changing.value(row, name, value))
    if any(
        getattr(row, f"{name}_id", 0) is None and not kind.model._meta.get_field(name).null
        for name in kind.fixed
    ):
        raise _over()  # the contact or the event is gone
    kind.require(actor, row)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as reason:
        raise _over() from reason
    _trail(kind, "add", actor, row, now)
    return _("It is back.")


def _write(
    kind: Kind,
    actor: User,
    row: Any,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> list[str]:
    told = {name: submitted[name] for name in kind.fields if name in submitted}
    written = sorted(concurrency.apply(row, opened=opened, submitted=told))
    if not written:
        return []
    kind.check(actor, row, now)
    row.version += 1
    row.save(update_fields=[*kind.fields, "version"])  # a check may clean other fields than those written
    _trail(kind, "edit", actor, row, now, written)
    kind.told(actor, row, now)
    return written


def _held(kind: Kind, actor: User, row: models.Model) -> Any:
    kind.require(actor, row)
    return kind.model.objects.select_for_update().get(pk=row.pk)


def _contact(row: Any) -> int | None:
    """Kept with every undo: erasing the person takes it away."""
    number: int | None = getattr(row, "contact_id", None)
    return number


def _there(kind: Kind, parameters: Mapping[str, Any]) -> Any:
    row = kind.model.objects.filter(pk=parameters["row"]).first()
    if row is None:
        raise _over()
    return row


def _over() -> undo.CannotUndo:
    return undo.CannotUndo(_("Somebody has changed this since. Nothing was changed."), code="undo_over")


def _trail(
    kind: Kind, verb: str, actor: User, row: Any, now: dt.datetime, fields: list[str] | None = None
) -> None:
    audit.record(
        actor=actor, action=f"accounts.{verb}_{kind.name}", subject=row, now=now, account_id=kind.within(row),
        after={"fields": fields} if fields else None,
    )  # fmt: skip
