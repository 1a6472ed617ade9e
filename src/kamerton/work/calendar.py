"""Tasks with a day, as entries of a calendar."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import calendar
from kamerton.accounts.calendar import Entry, Wanted
from kamerton.work.models import Task
from kamerton.work.queries import duty_holders

_STATES: dict[str, calendar.State] = {"open": "open", "done": "done", "dropped": "cancelled"}


def tasks(actor: User, wanted: Wanted) -> Iterator[Entry]:
    """One's own and those that one stands in for; of an account, all that are in reach. What repeats and is open
    stands there whenever it began.
    """
    days = Q(due_on__gte=wanted.first, due_on__lte=wanted.last)
    returning = Q(due_on__lte=wanted.last, state="open") & ~Q(repeats="")
    rows = Task.objects.filter(days | returning).exclude(origin="mention").select_related("owner", "account")
    if wanted.account is None:
        rows = rows.filter(owner__in=duty_holders(actor, wanted.today))
    else:
        rows = rows.filter(account=wanted.account)
    for row in policy.scope(rows, actor, "work.view").order_by("due_on", "pk"):
        yield _entry(row)


def _entry(row: Task) -> Entry:
    assert row.due_on is not None  # noqa: S101 - asked for
    is_open = row.state == "open"
    return Entry(
        uid=f"task-{row.pk}",
        title=row.title,
        starts=row.due_on,
        text="\n\n".join(text for text in (row.text, row.outcome) if text),
        path=f"/to-do/tasks/{row.pk}/",
        owner=row.owner.display_name,
        account=row.account.name if row.account else "",
        state=_STATES.get(row.state, "open"),
        repeats=row.repeats if is_open else "",  # type: ignore[arg-type]
        repeats_day=row.repeats_day,
        sequence=row.version - 1,
        changed_at=row.ended_at or row.created_at,
    )


def register_all() -> None:
    calendar.register("tasks", tasks)
