"""Reports as a person may see them: the own ones, and those of whoever reports to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import Any

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Interaction
from kamerton.work import report_rules as rules
from kamerton.work.models import Task
from kamerton.work.report_models import ReportDue

#: Texts of these people since a day, as far as the actor may read them. By name: again replaces.
Source = Callable[[User, Collection[int] | None, dt.date], Iterable[rules.Text]]
_sources: dict[str, Source] = {}
LOOK_BACK = dt.timedelta(days=180)


def register(name: str, source: Source) -> None:
    """A room whose people write reports of visits tells them here."""
    _sources[name] = source


def sees_all(actor: User) -> bool:
    """Who publishes for the management sees the reports of everybody."""
    return policy.can(actor, "work.publish")


def people(actor: User) -> frozenset[int] | None:
    """Whose reports the actor sees; None: everybody's."""
    return None if sees_all(actor) else policy.people_in_reach(actor)


def dues(actor: User) -> Any:
    rows = ReportDue.objects.select_related("duty", "person", "judged_by")
    whose = people(actor)
    return rows if whose is None else rows.filter(person__in=whose)


def looks_copied(actor: User, today: dt.date) -> list[rules.Copy]:
    """Reports of the last half year that look like an earlier one of the same person, of the actor's line (RPT-03).

    One's own are left out: whoever wrote them knows.
    """
    whose, since = people(actor), today - LOOK_BACK
    texts = [each for source in _sources.values() for each in source(actor, whose, since)]
    return [each for each in rules.copies(texts) if each.later.person != actor.pk]


def discussed(copies: Iterable[rules.Copy]) -> dict[str, Task]:
    """The tasks to talk about them, by the reference of the later text."""
    refs = {f"copy {each.later.ref}": each.later.ref for each in copies}
    return {refs[task.origin_ref]: task for task in Task.objects.filter(origin_ref__in=refs)}


def _conversations(actor: User, whose: Collection[int] | None, since: dt.date) -> Iterable[rules.Text]:
    rows = policy.scope(Interaction.objects.filter(on__gte=since).exclude(summary=""), actor, "accounts.view")
    if whose is not None:
        rows = rows.filter(person__in=whose)
    return [
        rules.Text(ref=f"accounts.interaction:{pk}", person=person, on=on, text=text)
        for pk, person, on, text in rows.values_list("pk", "person_id", "on", "summary")
    ]


def _reports(actor: User, _whose: Collection[int] | None, since: dt.date) -> Iterable[rules.Text]:
    rows = dues(actor).filter(handed_in_on__gte=since).values_list("pk", "person_id", "handed_in_on", "text")
    return [
        rules.Text(ref=f"work.reportdue:{pk}", person=who, on=on, text=text) for pk, who, on, text in rows
    ]


register("conversations", _conversations)
register("reports", _reports)
