"""What is planned follows the account, or the person who takes over. The action below has asked for the right."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core import audit, clock
from kamerton.core.models import AuditEntry
from kamerton.engagements.models import Companion, Engagement
from kamerton.work.belongings import Belonging, Belongings

_PASSED = "engagements.pass_on"


def pass_on(
    *, actor: User, account: Account, giver: User, receiver: User, on: dt.date, now: dt.datetime
) -> int:
    """What `giver` has planned there from `on` becomes the receiver's; how many."""
    return _pass(
        actor,
        Engagement.objects.filter(account=account, owner=giver, state="planned", on__gte=on),
        receiver,
        now,
    )


def hand_on(*, actor: User, person: User, to: User, account: Account | None, now: dt.datetime) -> int:
    """What is planned from today on, of somebody who leaves after the last day; at `account`, or wherever it is left."""
    rows = _open(person, timezone.localdate(now))
    return _pass(actor, rows if account is None else rows.filter(account=account), to, now)


def _open(person: User, today: dt.date) -> QuerySet[Engagement]:
    first = max(today, person.leaving_on + dt.timedelta(days=1)) if person.leaving_on else today
    return Engagement.objects.filter(owner=person, state="planned", on__gte=first)


def _open_of(actor: User, person: User) -> list[Belonging]:
    rows = policy.scope(_open(person, clock.today()), actor, "accounts.view").select_related("account")
    return [
        Belonging(f"engagements.engagement:{row.pk}", row.purpose, row.account.name)
        for row in rows.order_by("account__name", "pk")
    ]


def _given(count: int) -> str:
    return ngettext("%(n)s planned visit is handed on.", "%(n)s planned visits are handed on.", count) % {
        "n": count
    }


def give_back(*, actor: User, account: Account, at: dt.datetime, now: dt.datetime) -> None:
    """The change of hands told at `at` is undone: what went with it goes back, unless it was planned anew since."""
    for entry in AuditEntry.objects.filter(account_id=account.pk, action=_PASSED, at=at):
        number, told = int(entry.subject.partition(":")[2]), entry.after or {}
        row = Engagement.objects.select_for_update().filter(pk=number, state="planned").first()
        giver = User.objects.filter(pk__in=[(entry.before or {}).get("owner") or 0]).first()
        if row is not None and giver is not None and row.owner_id == told.get("owner"):
            _give(actor, row, giver, now, "engagements.give_back")


def _pass(actor: User, rows: QuerySet[Engagement], to: User, now: dt.datetime) -> int:
    found = list(rows.select_for_update().order_by("pk"))
    for row in found:
        _give(actor, row, to, now, _PASSED)
    return len(found)


def _give(actor: User, row: Engagement, to: User, now: dt.datetime, action: str) -> None:
    before, row.owner = row.owner_id, to
    row.version += 1
    row.save(update_fields=["owner", "version"])
    Companion.objects.filter(
        engagement=row, person=to
    ).delete()  # who comes along and takes over is the owner now
    audit.record(
        actor=actor, action=action, subject=row, now=now, account_id=row.account_id, before={"owner": before},
        after={"owner": to.pk},
    )  # fmt: skip


BELONGINGS = Belongings(gettext_lazy("Planned visits and calls"), _open_of, hand_on, _given)
