"""What time it is. Faces and the policy ask here; rules and actions are told.

Tests and demonstrations set the clock to another moment with `set_to`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

_set_to: list[dt.datetime] = []


def now() -> dt.datetime:
    """The moment, aware."""
    return _set_to[-1] if _set_to else timezone.now()


def today() -> dt.date:
    """The day in the time zone in force."""
    return timezone.localdate(now())


@contextmanager
def set_to(moment: dt.datetime) -> Iterator[None]:
    """Every thread of this process takes `moment` for now, until the end of the block."""
    _set_to.append(moment)
    try:
        yield
    finally:
        _set_to.pop()
