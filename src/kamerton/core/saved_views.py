"""Lists with their filters, order and columns, kept under a name of their owner's."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _

from kamerton.core.models import SavedView
from kamerton.core.refused import Refused


def views_of(owner: AbstractBaseUser, page: str) -> list[SavedView]:
    """The owner's views of one list, by name. One query."""
    return list(SavedView.objects.filter(owner=owner.pk, page=page))


def save_view(*, actor: AbstractBaseUser, page: str, name: str, query: str, now: dt.datetime) -> SavedView:
    """Keep `query` under `name`; the same name replaces."""
    named = name.strip()[:80]
    if not named:
        raise Refused(_("A view needs a name."), hint=_("Go back and give it one."), code="nameless")
    kept = {"query": query, "created_at": now}
    return SavedView.objects.update_or_create(owner_id=actor.pk, page=page, name=named, defaults=kept)[0]


def delete_view(*, actor: AbstractBaseUser, view: SavedView) -> None:
    """Only one's own views are ever loaded; the owner is asked again all the same."""
    SavedView.objects.filter(pk=view.pk, owner_id=actor.pk).delete()
