"""Taking back a change of a record: the values of before, as long as nobody has changed it since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from kamerton.access.models import User
from kamerton.core import concurrency, undo
from kamerton.core.concurrency import Plain


def values(row: models.Model, names: Iterable[str]) -> dict[str, Plain]:
    return {name: concurrency.plain(getattr(row, name)) for name in names}


def offer(
    *, actor: User, kind: str, row: Any, before: Mapping[str, Plain], now: dt.datetime, **more: Any
) -> str:
    """The token that brings back what is otherwise than `before`; "" where nothing is. `more`: kept beside it."""
    changed = {
        name: value for name, value in before.items() if concurrency.plain(getattr(row, name)) != value
    }
    if not changed and not more:
        return ""
    told = {"row": row.pk, "version": row.version, "values": changed, **more}
    return undo.offer(actor=actor, kind=kind, parameters=told, now=now)


def submitted(row: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What to write again into `row`, which is locked. Raises CannotUndo where somebody has changed it since."""
    if row.version != parameters["version"]:
        raise undo.CannotUndo(
            _("Somebody has changed this since. Nothing was changed."), code="undo_over", hint=_("Change it by hand.")
        )  # fmt: skip
    return {name: value(row, name, each) for name, each in parameters["values"].items()}


def value(row: models.Model, name: str, plain: Any) -> Any:
    """As the field holds it. A record that is gone since is none."""
    field: Any = row._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        return field.related_model._base_manager.filter(pk=plain).first() if plain is not None else None  # noqa: SLF001 - of any model
    if plain is None:
        return None if field.null else ""
    return field.to_python(plain)
