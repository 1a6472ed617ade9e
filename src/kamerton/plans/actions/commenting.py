"""Comments on a plan: notes of the account that the plan points to, with everybody named in them told."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.actions import notes
from kamerton.accounts.models import Note
from kamerton.plans.actions import holding
from kamerton.plans.models import Plan


@transaction.atomic
def comment(*, actor: User, plan: Plan, text: str, on: dt.date, now: dt.datetime) -> Note:
    """Raises what notes.write raises: somebody named with an @ who is unknown, or could not read it."""
    holding.require(actor, plan.account)
    values = {"kind": "note", "title": plan.title[:200], "text": text, "on": on, "secrecy": Secrecy.INTERNAL}
    note = notes.write(actor=actor, account=plan.account, values=values, now=now)
    plan.comments.add(note)
    return note
