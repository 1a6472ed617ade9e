"""Planning, moving, holding and calling off visits and calls. Every step offers its undo."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.actions import changing, meetings, telling
from kamerton.accounts.models import Account, Contact
from kamerton.core import audit, concurrency, undo
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.engagements import choices, rules
from kamerton.engagements.models import Companion, Engagement

RIGHT = "accounts.edit"
#: What a form may write; the people stand beside them.
FIELDS = (
    "owner", "channel", "is_informal", "is_unplanned", "starts_at", "ends_at", "time_zone", "place", "purpose",
    "division", "function", "helpers", "outcome", "from_them", "in_depth",
    "questions", "offers", "products", "etiquette",
)  # fmt: skip
LONGEST = dt.timedelta(days=7)


@transaction.atomic
def plan(
    *,
    actor: User,
    account: Account,
    values: Mapping[str, Any],
    now: dt.datetime,
    contacts: Sequence[Contact] = (),
    colleagues: Sequence[User] = (),
) -> Engagement:
    """Put a visit or call into the week of `owner` (the actor, where nobody is named)."""
    telling.require_account(actor, account)
    told = {name: value for name, value in values.items() if name in FIELDS}
    told.setdefault("owner", actor)
    row = Engagement(account=account, created_at=now, created_by=actor, **told)
    _check(actor, row, contacts, colleagues)
    row.save(force_insert=True)
    row.contacts.set(contacts)
    _set_colleagues(row, colleagues)
    _tell(actor, row, "plan", now)
    return row


@transaction.atomic
def record(
    *,
    actor: User,
    account: Account,
    values: Mapping[str, Any],
    now: dt.datetime,
    contacts: Sequence[Contact] = (),
    colleagues: Sequence[User] = (),
) -> Engagement:
    """Write down what took place already and was in no plan: it takes nothing away from anybody (MTG-02)."""
    row = plan(
        actor=actor,
        account=account,
        values={**values, "is_unplanned": True},
        now=now,
        contacts=contacts,
        colleagues=colleagues,
    )
    hold(actor=actor, engagement=row, outcome=row.outcome, now=now)
    return Engagement.objects.get(pk=row.pk)


@transaction.atomic
def change(
    *,
    actor: User,
    engagement: Engagement,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
    contacts: Sequence[Contact] | None = None,
    colleagues: Sequence[User] | None = None,
) -> str:
    """Conflict as ever; the token that takes it back, "" where nothing of the row itself was changed."""
    row = _held(actor, engagement)
    before = changing.values(row, FIELDS)
    told = {name: submitted[name] for name in FIELDS if name in submitted}
    written = concurrency.apply(row, opened=opened, submitted=told)
    people = list(row.contacts.all()) if contacts is None else contacts
    along = [] if colleagues is None else colleagues  # those who are there already stay
    _check(actor, row, people, along, owner_too="owner" in written)
    if contacts is not None:
        row.contacts.set(contacts)
    if colleagues is not None:
        _set_colleagues(row, colleagues)
    _save(row, *written, *(["on"] if written else []))
    _follow(row, now)
    _tell(actor, row, "change", now, after={"fields": sorted(written)})
    return changing.offer(actor=actor, kind="engagements.change", row=row, before=before, now=now)


@undo.register("engagements.change")
@transaction.atomic
def _change_back(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    row = _held(actor, Engagement.objects.get(pk=parameters["row"]))
    change(actor=actor, engagement=row, opened={}, submitted=changing.submitted(row, parameters), now=now)
    return _("It is as it was.")


def moved_to(engagement: Engagement, day: dt.date, at: dt.time | None = None) -> dict[str, dt.datetime]:
    """Begin and end on another day of the place where it is, as long as before; its own time unless `at` says another."""
    zone = zoneinfo.ZoneInfo(engagement.time_zone)
    begins = engagement.starts_at.astimezone(zone)
    starts = dt.datetime.combine(day, at or begins.time(), zone)
    lasts = engagement.ends_at - engagement.starts_at
    return {"starts_at": starts, "ends_at": (starts.astimezone(dt.UTC) + lasts).astimezone(zone)}


@transaction.atomic
def move(
    *,
    actor: User,
    engagement: Engagement,
    day: dt.date,
    now: dt.datetime,
    at: dt.time | None = None,
) -> str:
    """To another day, at its own time unless `at` says another; as long as before. What took place stays."""
    row = _held(actor, engagement)
    if row.state != "planned":
        raise Refused(_("Only what is planned is moved. Nothing was changed."), code="state")
    return change(actor=actor, engagement=row, opened={}, submitted=moved_to(row, day, at), now=now)


@transaction.atomic
def hold(
    *,
    actor: User,
    engagement: Engagement,
    outcome: str,
    now: dt.datetime,
    from_them: bool = False,
    in_depth: bool = False,
) -> str:
    """It took place. From now on it is the last contact with everybody who was met; the token of the undo."""
    row = _held(actor, engagement)
    if row.state == "done":
        raise Refused(
            _("It is written down already that this took place. Nothing was changed."), code="state"
        )
    if row.starts_at > now:
        raise Refused(_("It has not begun yet. Nothing was changed."), code="days",
                      hint=_("Move it to the day on which it took place."))  # fmt: skip
    before = {
        "state": row.state,
        "outcome": row.outcome,
        "from_them": row.from_them,
        "in_depth": row.in_depth,
    }
    row.state, row.outcome = "done", outcome.strip()
    row.from_them, row.in_depth = from_them or row.from_them, in_depth or row.in_depth
    return _turn(actor, row, before, "hold", now)


@transaction.atomic
def call_off(*, actor: User, engagement: Engagement, now: dt.datetime, why: str = "") -> str:
    """It will not take place. It stays in the timeline, and is no overlap any more."""
    row = _held(actor, engagement)
    if row.state != "planned":
        raise Refused(_("Only what is planned is cancelled. Nothing was changed."), code="state")
    before = {"state": row.state, "outcome": row.outcome}
    row.state, row.outcome = "cancelled", why.strip() or row.outcome
    return _turn(actor, row, before, "call_off", now)


def _turn(actor: User, row: Engagement, before: dict[str, Any], verb: str, now: dt.datetime) -> str:
    _save(row, *before)
    _follow(row, now)
    _tell(actor, row, verb, now, before={"state": before["state"]}, after={"state": row.state})
    told = {"row": row.pk, "version": row.version, "values": before}
    return undo.offer(actor=actor, kind="engagements.turn", parameters=told, now=now)


@undo.register("engagements.turn")
@transaction.atomic
def _turn_back(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    row = _held(actor, Engagement.objects.get(pk=parameters["row"]))
    state = row.state
    for name, value in changing.submitted(row, parameters).items():
        setattr(row, name, value)
    _save(row, *parameters["values"])
    _follow(row, now)
    _tell(actor, row, "turn_back", now, before={"state": state}, after={"state": row.state})
    return _("It is as it was.")


# --- what the steps share -------------------------------------------------------------------------------------


def _held(actor: User, engagement: Engagement) -> Engagement:
    policy.require(actor, RIGHT, engagement)
    return Engagement.objects.select_for_update(of=("self",)).select_related("account").get(pk=engagement.pk)


def _check(
    actor: User,
    row: Engagement,
    contacts: Sequence[Contact],
    colleagues: Sequence[User],
    *,
    owner_too: bool = True,
) -> None:
    row.purpose = " ".join(row.purpose.split())
    if not row.purpose:
        raise Refused(_("Say what it is for. Nothing was kept."), code="purpose")
    if row.channel not in dict(choices.channels()):
        raise Refused(_("Say how you meet: in person, by phone, by mail or by video. Nothing was kept."),
                      code="channel")  # fmt: skip
    _check_time(row)
    telling.require_contacts(row.account, contacts)
    if owner_too:
        _check_owner(actor, row.owner)
    if any(not each.is_active or each.is_external for each in colleagues):
        raise Refused(
            _("Only people of ours who work here come along."), code="person",
            hint=_("Write helpers from outside by name."),
        )  # fmt: skip


def _check_time(row: Engagement) -> None:
    try:
        zone = zoneinfo.ZoneInfo(row.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as wrong:
        raise Refused(_("There is no such time zone. Nothing was kept."), code="time_zone",
                      hint=_("Choose one of the list, as Europe/Rome.")) from wrong  # fmt: skip
    if row.ends_at <= row.starts_at:
        raise Refused(_("It ends before it begins. Nothing was kept."), code="time")
    if row.ends_at - row.starts_at > LONGEST:
        raise Refused(_("It lasts longer than a week. Nothing was kept."), code="time")
    row.on = row.starts_at.astimezone(zone).date()


def _check_owner(actor: User, owner: User) -> None:
    if owner.is_external or not owner.is_active:
        raise Refused(_("A week is kept for people of ours who work here. Nothing was kept."), code="person")
    if owner.pk != actor.pk and not policy.can(actor, "work.assign"):
        raise Refused(
            _("You keep your own week only. Nothing was kept."), code="person",
            hint=_("Ask your colleague to plan it, or come along."),
        )  # fmt: skip
    if owner.pk != actor.pk and owner.pk not in policy.people_in_reach(actor):
        raise Refused(
            _("%(person)s does not report to you. Nothing was kept.") % {"person": owner.display_name},
            code="person", hint=_("Name them among those who come along."),
        )  # fmt: skip


def _set_colleagues(row: Engagement, people: Sequence[User]) -> None:
    wanted = {person.pk for person in people} - {row.owner_id}
    row.companions.exclude(person__in=wanted).delete()
    there = set(row.companions.values_list("person", flat=True))
    Companion.objects.bulk_create(
        Companion(engagement=row, person_id=number) for number in sorted(wanted - there)
    )


def _save(row: Engagement, *fields: str) -> None:
    row.version += 1
    row.save(update_fields=[*dict.fromkeys(fields), "version"])


def _follow(row: Engagement, now: dt.datetime) -> None:
    """Accounts reckons with it from the moment on at which it took place, and no longer than that stands."""
    origin = f"{row._meta.label_lower}:{row.pk}"
    if row.state != "done":
        meetings.drop(origin=origin)
        return
    meetings.keep(
        origin=origin, account=row.account, contacts=list(row.contacts.order_by("pk")), person=row.owner,
        kind=rules.interaction_kind(row.channel, is_informal=row.is_informal), on=row.on, now=now,
        from_them=row.from_them, in_depth=row.in_depth, summary=row.outcome or row.purpose,
    )  # fmt: skip


def _tell(actor: User, row: Engagement, verb: str, now: dt.datetime, **told: Any) -> None:
    """The trail names states and fields, never what was said."""
    audit.record(
        actor=actor, action=f"engagements.{verb}", subject=row, now=now, account_id=row.account_id, **told
    )


@undo.register("engagements.off_many")
@transaction.atomic
def _off_back(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """What was cancelled together is planned again; what somebody has changed since stays."""
    for pk in parameters["rows"]:
        row = _held(actor, Engagement.objects.get(pk=pk))
        if row.state == "cancelled":
            row.state = "planned"
            _turn(actor, row, {"state": "cancelled"}, "turn_back", now)
    return _("They are planned again.")
