"""A form that is sent twice counts once: a double click, a reload, an impatient finger."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from kamerton.core.models import Submission

_KEPT_FOR = dt.timedelta(days=1)


def new_key() -> str:
    """What a form carries in a hidden field, new each time that it is shown."""
    return secrets.token_urlsafe(12)


def is_first(*, actor: AbstractBaseUser, key: str, content: str, now: dt.datetime) -> bool:
    """Whether this form with this content comes for the first time. Two or three queries.

    Called inside the transaction of the action: a second one waits for the first to end, and where the first
    was refused and rolled back, the form may come again.
    """
    told = "\x1f".join((str(actor.pk), key, content))
    name = hashlib.sha256(told.encode()).hexdigest()
    Submission.objects.filter(at__lt=now - _KEPT_FOR).delete()
    try:
        with transaction.atomic():
            Submission(key=name, at=now).save(force_insert=True)
    except IntegrityError:
        return False
    return True
