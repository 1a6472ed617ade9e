"""What a document is about, found by its reference through what somebody may see."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core.refused import Refused
from kamerton.documents.registry import About
from kamerton.plans.models import Plan
from kamerton.work.models import Handover


class NoSubject(Refused):
    """It is not there, or not for this person."""


def rows(about: About) -> QuerySet[Any]:
    return {
        "account": Account.objects.select_related("industry"),
        "handover": Handover.objects.select_related("account", "giver", "receiver"),
        "plan": Plan.objects.select_related("account", "owner"),
        "person": User.objects.filter(is_active=True),
        "portfolio": User.objects.none(),
    }[about]


def find(about: About, pk: int, actor: User, right: str) -> Model | None:
    if about == "person":
        people = rows(about).filter(pk=pk)
        whole = policy.can(actor, "portfolio.view_all")
        return (people if whole else people.filter(pk__in=policy.people_in_reach(actor))).first()
    return policy.scope(rows(about), actor, right).filter(pk=pk).first()


def of_ref(about: About, ref: str, actor: User, right: str) -> Model | None:
    """`ref`: model:pk, as a job keeps it. Raises NoSubject."""
    if about == "portfolio":
        return None
    found = find(about, int(ref.rpartition(":")[2] or 0), actor, right)
    if found is None:
        raise NoSubject(
            _("What this document is about is not there any more, or not for you to see."), code="no_subject"
        )
    return found
