"""The picture of who decides, read for one actor as of a day: what secrecy or reach hides is not in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import decision_unit as du
from kamerton.accounts import strength
from kamerton.accounts.models import (
    Account,
    Contact,
    Coverage,
    Interaction,
    Opinion,
    PowerChange,
    Relation,
    Tie,
)
from kamerton.core.models import AuditEntry

VIEW = "accounts.view"


def unit_of(account: Account, actor: User, day: dt.date, *, today: dt.date) -> du.Unit:
    """The decision-making unit of `account` as `actor` may see it. As many queries for one person as for thirty."""
    rows = _seen(Contact.objects.filter(account=account, erased_at=None), actor)
    return _unit(rows, actor, day, today, account)


def people_of(account: Account, actor: User, day: dt.date) -> du.Unit:
    """Of that unit the people of today, and who of ours knows them: nothing in it is secret. Three queries."""
    rows = _seen(Contact.objects.filter(account=account, erased_at=None), actor).select_related("account")
    ties = list(_seen(Tie.objects.filter(contact__account=account), actor).select_related("person"))
    touches = _seen(Interaction.objects.filter(contact__account=account, on__lte=day), actor).order_by()
    ours = {tie.person_id: du.Ours(tie.person_id, tie.person.display_name) for tie in ties}
    return du.Unit(
        on=day,
        people=tuple(_person(each, day, {}) for each in rows),
        ties=tuple(
            du.Knows(tie.person_id, tie.contact_id, tie.depth, tie.known_by_them)
            for tie in ties
            if tie.since is None or tie.since <= day
        ),
        touches=tuple(du.Touch(*told) for told in touches.values_list("contact").annotate(last=Max("on"))),
        ours=tuple(ours.values()),
    )


def vips(actor: User, day: dt.date, *, territory: str | None = None) -> du.Unit:
    """VIPs and opinion leaders of every account in reach, as of today. As many queries for one as for thirty."""
    rows = _seen(Contact.objects.filter(Q(is_vip=True) | Q(is_opinion_leader=True), erased_at=None), actor)
    if territory is not None:
        rows = rows.filter(territory=territory)
    return _unit(rows, actor, day, day, None)


def _seen(rows: QuerySet[Any], actor: User) -> QuerySet[Any]:
    return policy.scope(rows, actor, VIEW)


def end_of(day: dt.date) -> dt.datetime:
    """The first moment after `day`, in the time zone in force."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))


def _unit(
    contacts: QuerySet[Contact], actor: User, day: dt.date, today: dt.date, account: Account | None
) -> du.Unit:
    moment = end_of(day)
    then = _values_then(account, moment) if account and day < today else {}
    found = list(contacts.filter(created_at__lt=moment).select_related("account__industry"))
    kams = {} if account else _responsible({each.account_id for each in found}, day)
    people = tuple(_person(each, day, then.get(each.pk, {}), kams.get(each.account_id)) for each in found)
    where: dict[str, Any] = (
        {"contact__account": account} if account else {"contact__in": [each.pk for each in found]}
    )
    ties = list(_seen(Tie.objects.filter(**where), actor).select_related("person"))
    views = list(_seen(Opinion.objects.filter(at__lt=moment, **where), actor).select_related("rater"))
    return du.Unit(
        on=day,
        people=people,
        links=tuple(_links(_relations(account, found), actor, moment)),
        views=tuple(_views(views)),
        ties=tuple(
            du.Knows(tie.person_id, tie.contact_id, tie.depth, tie.known_by_them)
            for tie in ties if tie.since is None or tie.since <= day
        ),
        touches=tuple(_touches(_seen(Interaction.objects.filter(on__lte=day, **where), actor), day)),
        changes=tuple(_changes(_seen(PowerChange.objects.filter(**where), actor), moment)),
        ours=tuple(_ours(account, day, [tie.person for tie in ties], [view.rater for view in views])),
    )  # fmt: skip


def _relations(account: Account | None, found: Iterable[Contact]) -> QuerySet[Relation]:
    if account:
        return Relation.objects.filter(account=account, to__account=account)
    numbers = [each.pk for each in found]
    return Relation.objects.filter(of__in=numbers, to__in=numbers)


def _responsible(accounts: Iterable[int], day: dt.date) -> dict[int, int]:
    """Who is responsible for each account that day. One query."""
    rows = Coverage.objects.on(day).filter(account__in=accounts, role="responsible", person__isnull=False)
    return dict(rows.order_by("from_date").values_list("account", "person"))


def _person(row: Contact, day: dt.date, then: Mapping[str, Any], kam: int | None = None) -> du.Person:
    """`then`: values that the trail says were others on that day."""
    return du.Person(
        id=row.pk,
        name=row.display_name,
        post=row.post,
        is_found=bool(then.get("is_found", row.is_found)),
        present=row.left_on is None or row.left_on > day,
        function=then.get("function", row.function) or "",
        level=then.get("level", row.level) or "",
        roles=tuple(then.get("decision_roles", row.decision_roles) or ()),
        reports_to=then.get("reports_to", row.reports_to_id),
        stage=then.get("ladder_stage", row.ladder_stage) or 0,
        is_vip=row.is_vip,
        is_opinion_leader=row.is_opinion_leader,
        has_plan=bool(row.long_term_plan.strip()),
        territory=row.territory,
        account=row.account.name,
        kam=kam,
        pack=row.account.industry.pack if row.account.industry else "",
        x=row.x,
        y=row.y,
    )


def _values_then(account: Account, moment: dt.datetime) -> dict[int, dict[str, Any]]:
    """What the trail says that contacts of the account were at `moment`: the oldest `before` after it. One query."""
    entries = AuditEntry.objects.filter(
        account_id=account.pk, at__gte=moment, subject__startswith="accounts.contact:", before__isnull=False
    )
    then: dict[int, dict[str, Any]] = {}
    for subject, before in entries.order_by("-at", "-pk").values_list("subject", "before"):
        then.setdefault(int(subject.rpartition(":")[2]), {}).update(before or {})
    return then


def _links(rows: QuerySet[Relation], actor: User, moment: dt.datetime) -> Iterable[du.Link]:
    rows = rows.filter(Q(ended_at=None) | Q(ended_at__gte=moment), created_at__lt=moment)
    for row in _seen(rows, actor).order_by("pk"):
        yield du.Link(
            row.pk, row.of_id, row.to_id, row.kind, row.strength, row.secrecy == Secrecy.SECRET, row.note
        )


def _views(rows: Iterable[Opinion]) -> Iterable[du.View]:
    """Oldest first, so that of two on one day the later one counts."""
    for row in sorted(rows, key=lambda each: (each.at, each.pk)):
        yield du.View(
            rater=row.rater_id,
            person=row.contact_id,
            support=row.support,
            influence=row.influence,
            on=timezone.localdate(row.at),
            why=row.note,
            is_secret=row.secrecy == Secrecy.SECRET,
            id=row.pk,
        )


def _touches(rows: QuerySet[Interaction], day: dt.date) -> Iterable[du.Touch]:
    """Those of the days in which strength fades, and the last one of whoever has only older ones. Two queries."""
    since = day - dt.timedelta(days=strength.FADES_DAYS)
    told = rows.filter(on__gt=since).exclude(contact=None)
    for contact, on, from_them, in_depth in told.values_list("contact", "on", "from_them", "in_depth"):
        yield du.Touch(contact, on, from_them, in_depth)
    older = rows.filter(on__lte=since).exclude(contact=None).order_by()
    for contact, on in older.values_list("contact").annotate(last=Max("on")):
        yield du.Touch(contact, on)


def _changes(rows: QuerySet[PowerChange], moment: dt.datetime) -> Iterable[du.Change]:
    rows = rows.filter(Q(settled_at=None) | Q(settled_at__gte=moment), created_at__lt=moment)
    for row in rows.order_by("expected_on", "pk"):
        yield du.Change(
            row.pk, row.contact_id, row.expected_on, row.what, row.source, row.secrecy == Secrecy.SECRET
        )


def _ours(
    account: Account | None, day: dt.date, knowing: Iterable[User], rating: Iterable[User]
) -> Iterable[du.Ours]:
    """Who looks after the account that day, then whoever else knows or rates somebody there."""
    team: dict[int, tuple[User, list[str]]] = {}
    covering = Coverage.objects.on(day).filter(account=account).exclude(person=None).select_related("person")
    for row in covering.order_by("pk") if account else ():
        if row.person:
            team.setdefault(row.person.pk, (row.person, []))[1].append(row.role)
    for person in (*knowing, *rating):
        team.setdefault(person.pk, (person, []))
    for number, (person, roles) in sorted(team.items()):
        yield du.Ours(number, person.display_name, tuple(roles))
