"""What pages ask of the room, across its models. Rows come through policy.scope, or are the actor's own duties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from kamerton.access import policy
from kamerton.access.models import Delegation, OrgUnit, User
from kamerton.accounts.models import Account, Coverage
from kamerton.work import key_accounts, rules
from kamerton.work.models import ApprovalStep, Consultation, ManagementDecision, ReadReceipt, Request, Task


def duty_holders(actor: User, day: dt.date) -> list[int]:
    """The actor, and those for whom the actor stands in that day: whose decisions and tasks are the actor's now."""
    return [actor.pk, *(absent.pk for absent in policy.represented(actor, day))]


def is_key(account: Account | None) -> bool:
    return account is not None and bool(key_accounts.key_numbers([account.number]))


def leads_everybody(actor: User) -> bool:
    """Whether `actor` gives tasks to anybody: holds work.assign in a role that reaches everything.

    Of one's own: a substitute does not come to lead the company.
    """
    return actor.held_role.breadth == "all" and policy.can(actor, "work.assign")


# --- tasks -----------------------------------------------------------------------------------------------


def tasks(actor: User) -> QuerySet[Task]:
    """Every task in reach, with what lists show of it."""
    rows = Task.objects.select_related("owner", "account", "contact", "created_by")
    return policy.scope(rows, actor, "work.view")


def in_list_order(rows: QuerySet[Task], today: dt.date) -> QuerySet[Task]:
    """rules.in_order, in the database."""
    week = today + dt.timedelta(days=7)
    place = Case(
        When(due_on=None, then=Value(4)),
        When(due_on__lt=today, then=Value(0)),
        When(due_on=today, then=Value(1)),
        When(due_on__lt=week, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return rows.order_by(place, "priority", F("due_on").asc(nulls_last=True), "pk")


def not_put_off(rows: QuerySet[Task], today: dt.date) -> QuerySet[Task]:
    return rows.filter(Q(snoozed_until=None) | Q(snoozed_until__lte=today))


def tasks_for_today(actor: User, today: dt.date) -> QuerySet[Task]:
    """What is overdue, due today or within the week, or has no day: the actor's, and of those stood in for."""
    rows = Task.objects.filter(owner__in=duty_holders(actor, today), state="open")
    soon = Q(due_on=None) | Q(due_on__lt=today + dt.timedelta(days=7))
    found = not_put_off(rows.filter(soon), today).select_related("account", "owner")
    return in_list_order(found, today)


def may_change(actor: User, task: Task, day: dt.date) -> bool:
    """A senior also manages the tasks of the juniors of an account (TEAM-01)."""
    line: set[int] = set(policy.people_in_reach(actor, on=day))
    if task.account_id is not None and task.owner_id not in line and policy.can(actor, "work.assign"):
        line |= juniors_of(actor, [task.account_id], day).get(task.account_id, set())
    return rules.may_change(
        actor=actor.pk,
        owner=task.owner_id,
        author=task.created_by_id,
        line=line,
        leads_all=leads_everybody(actor),
    )


def juniors_of(actor: User, accounts: Collection[int] | None, day: dt.date) -> dict[int, set[int]]:
    """Junior key account managers by account, of the accounts that `actor` reaches. One query."""
    rows = Coverage.objects.on(day).filter(role="junior", person__is_active=True)
    if accounts is not None:
        rows = rows.filter(account__in=accounts)
    found: dict[int, set[int]] = {}
    for account, person in policy.scope(rows, actor, "work.assign").values_list("account_id", "person_id"):
        found.setdefault(account, set()).add(person)
    return found


def giving(actor: User, to: User, account: Account | None, day: dt.date) -> rules.Giving | None:
    """What it is when `actor` gives a task of `account` to `to`; None: it is not allowed (TEAM-01)."""
    may_assign = policy.can(actor, "work.assign")
    juniors = juniors_of(actor, [account.pk], day) if account is not None and may_assign else {}
    return rules.giving(
        actor=actor.pk,
        to=to.pk,
        may_assign=may_assign and to.is_active,
        leads_all=leads_everybody(actor),
        line=policy.people_in_reach(actor),
        juniors=juniors.get(account.pk, set()) if account is not None else set(),
    )


def assignable(actor: User, day: dt.date, account: Account | None = None) -> QuerySet[User]:
    """To whom `actor` may give a task: the actor alone, without the right to give."""
    people = User.objects.filter(is_active=True, is_external=False).order_by(
        "first_name", "last_name", "username"
    )
    if not policy.can(actor, "work.assign"):
        return people.filter(pk=actor.pk)
    if leads_everybody(actor):
        return people
    juniors = juniors_of(actor, [account.pk] if account else None, day)
    wanted = {actor.pk} | policy.people_in_reach(actor) | {each for some in juniors.values() for each in some}
    return people.filter(pk__in=wanted)


# --- requests --------------------------------------------------------------------------------------------


def requests(actor: User) -> QuerySet[Request]:
    rows = Request.objects.select_related("unit", "account", "asked_by", "taken_by", "escalated_to")
    return policy.scope(rows, actor, "work.view")


def units_of(actor: User, day: dt.date) -> list[int]:
    """The departments whose requests are the actor's to answer: the own one, and those headed."""
    headed = OrgUnit.objects.filter(head__in=duty_holders(actor, day)).values_list("pk", flat=True)
    own = [actor.unit_id] if actor.unit_id and policy.can(actor, "work.answer") else []
    return sorted({*own, *headed})


def requests_for_today(actor: User, today: dt.date) -> QuerySet[Request]:
    """Open ones to the actor's department that nobody else has taken, and those that came up to the actor."""
    people = duty_holders(actor, today)
    to_department = Q(unit__in=units_of(actor, today)) & (Q(taken_by=None) | Q(taken_by__in=people))
    wanted = to_department | Q(taken_by__in=people) | Q(escalated_to__in=people)
    rows = Request.objects.filter(wanted, state="open").exclude(asked_by=actor)
    return rows.select_related("account", "unit", "asked_by", "taken_by").order_by("priority", "due_on", "pk")


def may_answer(actor: User, request: Request, day: dt.date) -> bool:
    """Who took it, to whom it came up, the head, and whoever of the department holds the right to answer."""
    people = set(duty_holders(actor, day))
    named = {request.taken_by_id, request.escalated_to_id, request.unit.head_id}
    return bool(people & named) or (actor.unit_id == request.unit_id and policy.can(actor, "work.answer"))


def department_for(function: str) -> OrgUnit | None:
    """Where a request about this goes (TEAM-03): the first department of that function, else team."""
    found = OrgUnit.objects.filter(function=function).order_by("kind", "name")
    return found.first()


# --- approvals -------------------------------------------------------------------------------------------


def steps_in_turn() -> QuerySet[ApprovalStep]:
    """The steps whose turn it is."""
    earlier = ApprovalStep.objects.filter(
        approval=OuterRef("approval"), order__lt=OuterRef("order"), state="waiting"
    )
    return ApprovalStep.objects.filter(~Exists(earlier), state="waiting", approval__state="waiting")


def decisions_waiting(actor: User, day: dt.date) -> QuerySet[ApprovalStep]:
    """What `actor` is to decide, or may as a substitute; the oldest first."""
    rows = steps_in_turn().filter(decider__in=duty_holders(actor, day)).exclude(approval__asked_by=actor)
    rows = rows.select_related("approval__account", "approval__asked_by", "decider")
    return rows.order_by("approval__due_on", "approval__asked_at", "pk")


# --- consultations ---------------------------------------------------------------------------------------


def consultations(actor: User) -> QuerySet[Consultation]:
    rows = Consultation.objects.select_related("account", "contact", "created_by", "task")
    return policy.scope(rows, actor, "work.view")


def open_questions(actor: User, day: dt.date) -> QuerySet[Consultation]:
    """What customers asked on the accounts that `actor` looks after, not yet answered; the oldest first."""
    covered = Coverage.objects.on(day).filter(person__in=duty_holders(actor, day)).values("account")
    rows = consultations(actor).filter(kind="asked_us", answered_on=None, advice="", account__in=covered)
    return rows.order_by("asked_on", "pk")


# --- management decisions --------------------------------------------------------------------------------


def management_decisions(actor: User) -> QuerySet[ManagementDecision]:
    """What the management decided is internal: nobody from outside reads it."""
    rows = ManagementDecision.objects.select_related("published_by")
    return rows.none() if actor.is_external else policy.scope(rows, actor, "work.view")


def unread(actor: User) -> QuerySet[ManagementDecision]:
    mine = ReadReceipt.objects.filter(reader=actor, decision=OuterRef("pk"))
    return management_decisions(actor).filter(~Exists(mine)).exclude(published_by=actor)


def audience(right: str) -> list[User]:
    """Who is to read what this right shows: everybody whose role holds it and who works here. One query."""
    people = User.objects.filter(is_active=True, is_external=False).select_related("own_role")
    ordered = people.order_by("first_name", "last_name", "username")
    return [person for person in ordered if right in person.held_role.rights]


# --- who is there ----------------------------------------------------------------------------------------


def absences(actor: User, day: dt.date, *, ahead_days: int = 0) -> QuerySet[Delegation]:
    """Who is away on that day or soon, as far as `actor` sees people; one's own standing in always."""
    until = day + dt.timedelta(days=ahead_days)
    rows = Delegation.objects.filter(revoked_at=None, from_date__lte=until, to_date__gte=day)
    if not policy.can(actor, "people.view"):
        rows = rows.filter(Q(substitute=actor) | Q(absent=actor))
    return rows.select_related("absent", "substitute").order_by("from_date", "to_date", "pk")


def leaving(actor: User) -> QuerySet[User]:
    """Who has said to leave and is still here, for those who let people leave."""
    people = User.objects.filter(is_active=True, leaving_on__isnull=False).order_by("leaving_on", "pk")
    return people if policy.can(actor, "people.offboard") else people.none()


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers for an account on a day: the responsible person, or their substitute. None: nobody."""

    person: User | None
    stands_in_for: User | None = None


def answering(accounts: Sequence[int], day: dt.date) -> dict[int, Answering]:
    """OTH-02: somebody can be reached for each account. Two queries, whatever the number."""
    rows = Coverage.objects.on(day).filter(account__in=accounts, role="responsible", person__is_active=True)
    by_account = {row.account_id: row.person for row in rows.select_related("person").order_by("from_date")}
    away = Delegation.objects.filter(revoked_at=None, from_date__lte=day, to_date__gte=day)
    away = away.filter(absent__in=[person.pk for person in by_account.values() if person])
    substitute = {row.absent_id: row.substitute for row in away.select_related("substitute").order_by("pk")}
    return {account: _answering(by_account.get(account), substitute) for account in accounts}


def _answering(person: User | None, substitute: dict[int, User]) -> Answering:
    if person is None or person.pk not in substitute:
        return Answering(person)
    return Answering(substitute[person.pk], stands_in_for=person)


def own_accounts(actor: User, day: dt.date) -> QuerySet[Account]:
    """The accounts that `actor` looks after, in whatever part, and those of the people stood in for."""
    covered = Coverage.objects.on(day).filter(person__in=duty_holders(actor, day)).values("account")
    return policy.scope(Account.objects.current().filter(pk__in=covered), actor, "accounts.view")
