"""Whoever is erased is in no file of ours that waits to be fetched: those are taken away, and made again if wanted."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from kamerton.access.models import User
from kamerton.accounts import erasures
from kamerton.accounts.erasures import Person
from kamerton.accounts.models import Contact
from kamerton.documents.actions import make
from kamerton.documents.models import MadeDocument


@erasures.register
def forget(*, actor: User, person: Person, now: dt.datetime) -> dict[str, int]:  # noqa: ARG001 - every room is asked alike
    """Of their account, and of several accounts together."""
    at = Contact.objects.filter(pk=person.contact).values("account")
    kept = MadeDocument.objects.exclude(stored_name="").filter(Q(account__in=at) | Q(account=None))
    count = make.drop_files(list(kept))
    return {"documents.madedocument": count} if count else {}
