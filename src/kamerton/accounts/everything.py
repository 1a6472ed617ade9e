"""Every row, of whatever room, that points to an account or a contact: found through the registry of models.

A room that comes later is found the same way; nothing is listed by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from kamerton.accounts.models import Account, Contact

Pointer = models.ForeignKey[Any, Any]


@dataclass(frozen=True, slots=True)
class Through:
    """A field of `model` that points to the target. Rows of hidden models of many-to-many fields count too."""

    model: type[models.Model]
    field: Pointer

    @property
    def key(self) -> str:
        """app.model.field: how it is remembered."""
        return f"{self.model._meta.label_lower}.{self.field.name}"

    def rows(self, number: int) -> models.QuerySet[Any]:
        return self.model._base_manager.filter(**{self.field.attname: number})  # noqa: SLF001 - all rows


def pointers(target: type[models.Model]) -> Iterator[Through]:
    """Every foreign key to `target`, one-to-one ones and those of many-to-many tables included."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is target:
                yield Through(model, field)


def of_accounts() -> list[Through]:
    return sorted(pointers(Account), key=lambda each: each.key)


def of_contacts() -> list[Through]:
    return sorted(pointers(Contact), key=lambda each: each.key)


def texts(model: type[models.Model]) -> list[str]:
    """The fields of `model` in which somebody writes: no choices, no keys."""
    return [
        field.name
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and not field.unique
        and not field.primary_key
    ]


def documents(model: type[models.Model]) -> list[str]:
    """Its JSON fields."""
    return [field.name for field in model._meta.local_concrete_fields if isinstance(field, models.JSONField)]
