"""What hangs on a person who leaves: every account and every open matter, as far as the reader may see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from kamerton.access import policy
from kamerton.access.models import Delegation, OrgUnit, User
from kamerton.accounts.models import Coverage
from kamerton.work import belongings, queries
from kamerton.work.belongings import Belonging
from kamerton.work.models import Approval, ApprovalStep, Handover, Request, Task


@dataclass(frozen=True, slots=True)
class Matters:
    """`accounts`: where the person is responsible and nobody is planned to follow. `counted`: in all, seen or not."""

    accounts: Sequence[Coverage]
    handed: Sequence[Handover]
    team: Sequence[Coverage]
    tasks: Sequence[Task]
    requests: Sequence[Request]
    steps: Sequence[ApprovalStep]
    orders: Sequence[Delegation]
    reports: Sequence[User]
    units: Sequence[OrgUnit]
    counted: int
    belongings: Sequence[tuple[str, Sequence[Belonging]]] = ()  # of each kind its name and what is open

    @property
    def is_clear(self) -> bool:
        return not (
            self.counted
            or self.tasks
            or self.requests
            or self.steps
            or self.reports
            or self.units
            or self.belongings
        )


def matters(actor: User, person: User, today: dt.date) -> Matters:
    """About a dozen queries, whatever the numbers."""
    after = max(today, person.leaving_on + dt.timedelta(days=1)) if person.leaving_on else today
    held = (
        Coverage.objects.on(today).filter(person=person, account__merged_into=None).select_related("account")
    )
    followed = (
        Coverage.objects.on(after).filter(role="responsible", person__is_active=True).exclude(person=person)
    )
    mine = (
        held.filter(role="responsible")
        .exclude(account__in=followed.values("account"))
        .order_by("account__name")
    )
    tasks = policy.scope(Task.objects.filter(owner=person, state="open"), actor, "work.view")
    open_requests = Request.objects.filter(Q(taken_by=person) | Q(asked_by=person), state="open")
    return Matters(
        accounts=list(policy.scope(mine, actor, "accounts.assign")),
        handed=list(_handed(actor, person)),
        team=list(
            policy.scope(held.exclude(role="responsible"), actor, "accounts.view").order_by("account__name")
        ),
        tasks=list(tasks.select_related("account")),
        requests=list(policy.scope(open_requests, actor, "work.view").select_related("account", "unit")),
        steps=list(_steps(actor, person)),
        orders=list(
            Delegation.objects.filter(
                Q(absent=person) | Q(substitute=person), revoked_at=None, to_date__gte=today
            )
            .select_related("absent", "substitute")
            .order_by("from_date")
        ),
        reports=list(
            User.objects.filter(reports_to=person, is_active=True).order_by("first_name", "last_name")
        ),
        units=list(OrgUnit.objects.filter(head=person)),
        counted=mine.count(),
        belongings=[
            (str(kind.name), found) for kind in belongings.kinds() if (found := kind.open_of(actor, person))
        ],
    )


def _handed(actor: User, person: User) -> QuerySet[Handover]:
    rows = Handover.objects.filter(giver=person, reason="leaving").select_related("account", "receiver")
    return policy.scope(rows, actor, "work.view").order_by("account__name")


def _steps(actor: User, person: User) -> QuerySet[ApprovalStep]:
    rows = queries.steps_in_turn().filter(decider=person).select_related("approval")
    seen = policy.scope(Approval.objects.all(), actor, "work.view")
    return rows.filter(approval__in=seen)
