"""Who is told when the ledger has changed. Rooms above register here; the ledger knows none of them."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any, Protocol

from django.utils.translation import gettext as _

from kamerton.access.models import User
from kamerton.core.refused import Refused
from kamerton.core.telling import told_refusal
from kamerton.ledger.models import LedgerVersion
from kamerton.ledger.read.model import Progress

logger = logging.getLogger(__name__)


class Handler(Protocol):
    """Called after the change has committed.

    With `progress` the work is done at once (an import job, the command line); without, it is queued.
    Returns what the result of an import job says of it.
    """

    def __call__(
        self, *, actor: User, version: LedgerVersion, now: dt.datetime, progress: Progress | None
    ) -> dict[str, Any]: ...


_handlers: list[Handler] = []


def register(handler: Handler) -> Handler:
    if handler not in _handlers:
        _handlers.append(handler)
    return handler


def tell(
    *, actor: User, version: LedgerVersion, now: dt.datetime, progress: Progress | None = None
) -> dict[str, Any]:
    """Call every handler in the order of registration; their answers together.

    The change stands whatever they meet: a failure becomes a sentence under "problem".
    """
    told: dict[str, Any] = {}
    for handler in _handlers:
        try:
            told |= handler(actor=actor, version=version, now=now, progress=progress)
        except Refused as refused:
            told["problem"] = told_refusal(refused)
        except Exception:
            logger.exception("The ledger changed to version %s and %s failed", version.number, handler)
            told["problem"] = _("The ledger is changed; the figures could not be renewed. Renew them again.")
    return told
