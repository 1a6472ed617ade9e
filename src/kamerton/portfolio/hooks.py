"""Who is told when new figures are there. Rooms above register here; the portfolio knows none of them."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Protocol

from kamerton.access.models import User
from kamerton.ledger.read.model import Progress
from kamerton.portfolio.models import Snapshot

logger = logging.getLogger(__name__)


class Handler(Protocol):
    """Called after the snapshot of the accounts has committed, in the job that took it."""

    def __call__(self, *, snapshot: Snapshot, actor: User, now: dt.datetime, progress: Progress) -> None: ...


_handlers: dict[str, Handler] = {}


def after_snapshot(name: str, handler: Handler) -> None:
    """`name` of the room: registering again takes the place of what was there."""
    _handlers[name] = handler


def tell(*, snapshot: Snapshot, actor: User, now: dt.datetime, progress: Progress) -> None:
    """The figures stand whatever the handlers meet; what they missed, the next night finds."""
    for name, handler in list(_handlers.items()):
        try:
            handler(snapshot=snapshot, actor=actor, now=now, progress=progress)
        except Exception:
            logger.exception("New figures are there and %s could not follow", name)
