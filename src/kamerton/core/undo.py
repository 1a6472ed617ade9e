"""Taking back what was just done.

A room registers a handler for a kind; its handler calls an action, which asks for the rights. `offer` keeps the
parameters and gives a token for the address of the undo; `take_back` carries it out once, for the person it
was offered to, within ten minutes. Parameters stay in the database, because those of a bulk action are longer
than an address may be; the token is signed and names the row.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any, cast

from django.contrib.auth.models import AbstractBaseUser
from django.core import signing
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.core.models import UndoStep
from kamerton.core.refused import Refused

OPEN_FOR = dt.timedelta(minutes=10)
_KEPT_FOR = dt.timedelta(days=1)
_SALT = "kamerton.core.undo"


#: handler(actor=…, parameters=…, now=…) does the opposite and returns the sentence that says so.
Handler = Callable[..., str]

_handlers: dict[str, Handler] = {}


class CannotUndo(Refused):
    """The undo is over, used, unknown or somebody else's. Nothing was changed."""


def register(kind: str) -> Callable[[Handler], Handler]:
    """Name the function that takes back what is offered under `kind`."""

    def keep(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return keep


def offer(*, actor: AbstractBaseUser, kind: str, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    """Keep how to take something back; returns the token. KeyError: no handler of that kind.

    Called inside the transaction of the action. Steps older than a day go on the way. Two queries.
    """
    if kind not in _handlers:
        raise KeyError(kind)
    UndoStep.objects.filter(created_at__lt=now - _KEPT_FOR).delete()
    step = UndoStep(actor=cast("Any", actor), kind=kind, parameters=dict(parameters), created_at=now)
    step.save(force_insert=True)
    return signing.Signer(salt=_SALT).sign(step.pk.hex)


@transaction.atomic
def take_back(*, actor: AbstractBaseUser, token: str, now: dt.datetime) -> str:
    """Carry out the undo that `token` names; returns its sentence. A refusal of the handler leaves it open.

    What a handler looks for may be gone meanwhile: then there is nothing to undo.
    """
    number = _step_id(token)
    step = UndoStep.objects.filter(pk=number, actor_id=actor.pk).first() if number else None
    if step is None or step.kind not in _handlers:
        raise CannotUndo(_("There is nothing to undo here. Nothing was changed."), code="undo_unknown")
    if step.created_at < now - OPEN_FOR:
        raise CannotUndo(_("This can no longer be undone. Nothing was changed."), code="undo_over",
                         hint=_("Undo is open for ten minutes: change it by hand."))  # fmt: skip
    if not UndoStep.objects.filter(pk=step.pk, used_at=None).update(used_at=now):
        raise CannotUndo(_("This was undone already. Nothing was changed."), code="undo_used")
    try:
        return _handlers[step.kind](actor=actor, parameters=step.parameters, now=now)
    except ObjectDoesNotExist as gone:
        raise CannotUndo(_("There is nothing to undo here. Nothing was changed."), code="undo_gone") from gone


def _step_id(token: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(hex=signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
