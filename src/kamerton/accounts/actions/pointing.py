"""Rows that point to one record, made to point to another: what merging accounts and merging contacts share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, models, transaction


@dataclass(frozen=True, slots=True)
class Place:
    """A column that points to a record, whether the database knows it as a key or not."""

    key: str
    model: type[models.Model]
    column: str
    only: Mapping[str, Any]

    def rows(self, number: int) -> models.QuerySet[Any]:
        manager = self.model._base_manager  # noqa: SLF001 - all rows
        return manager.filter(**{self.column: number}, **self.only)


def point(place: Place, keys: list[Any], former: int, to: int) -> list[Any]:
    """All at once; row by row where some would stand twice: those stay where they are. The keys that moved."""
    rows = place.rows(former).filter(pk__in=keys)
    try:
        with transaction.atomic():
            rows.update(**{place.column: to})
    except IntegrityError:
        return [key for key in keys if _point_one(place, key, former, to)]
    return keys


def _point_one(place: Place, key: Any, former: int, to: int) -> bool:
    try:
        with transaction.atomic():
            return bool(place.rows(former).filter(pk=key).update(**{place.column: to}))
    except IntegrityError:
        return False
