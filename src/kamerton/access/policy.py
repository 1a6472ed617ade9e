"""The one door: what an actor may see and do. Nothing else in the house decides about access."""

from __future__ import annotations

from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from kamerton.access.models import User
from kamerton.access.rights import RIGHTS, rights_of
from kamerton.core.refused import Refused

Record = TypeVar("Record", bound=Model)
Actor = User | AnonymousUser


class Forbidden(Refused):
    """The actor may see the thing and may not do this with it."""

    def __init__(self, right: str) -> None:
        super().__init__(
            _("You do not have the right to do this: %(right)s.") % {"right": RIGHTS[right]},
            code="forbidden",
            hint=_("Ask an administrator for it."),
        )
        self.right = right


def can(actor: Actor, right: str, subject: Model | None = None) -> bool:
    """Whether `actor` holds `right`, on `subject` where it has an owner. KeyError: no such right."""
    if right not in RIGHTS:
        raise KeyError(right)
    if not isinstance(actor, User) or not actor.is_active:
        return False
    return right in rights_of(actor.role) or _owns(actor, right, subject)


def _owns(actor: User, right: str, subject: Model | None) -> bool:
    """One's own jobs are visible without the right to see everybody's."""
    return right == "jobs.view_all" and getattr(subject, "actor_id", None) == actor.pk


def require(actor: Actor, right: str, subject: Model | None = None) -> None:
    if not can(actor, right, subject):
        raise Forbidden(right)


def scope(queryset: QuerySet[Record], actor: Actor, right: str) -> QuerySet[Record]:
    """The rows of `queryset` that `actor` may reach with `right`; none where the right is missing.

    A model with an owner names the path in `owner_path`; without the right its rows are the owner's own.
    """
    if can(actor, right):
        return queryset
    owner_path = getattr(queryset.model, "owner_path", None)
    if owner_path and isinstance(actor, User) and actor.is_active:
        return queryset.filter(**{owner_path: actor})
    return queryset.none()
