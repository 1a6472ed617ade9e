"""Who looks after which account, and from when: one responsible person at any moment, a team beside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import announcements, choices, queries, responsibility, rules
from kamerton.accounts.models import Account, Contact, Coverage, Limits
from kamerton.core import audit, undo
from kamerton.core.refused import Refused
from kamerton.core.telling import day_in_words


@dataclass(frozen=True, slots=True)
class Assigned:
    """The new row, what gives to think (never a refusal), and what takes it back."""

    row: Coverage
    warnings: tuple[str, ...] = ()
    back: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def assign(
    *,
    actor: User,
    account: Account,
    person: User,
    from_date: dt.date,
    now: dt.datetime,
    role: str = "responsible",
    to_date: dt.date | None = None,
    guided: bool = False,
) -> Assigned:
    """`person` becomes `role` for the account. The responsible one of before ends the day before.

    Whoever is planned to be responsible later stays so, and cuts the new one short; a dated one is followed by
    whoever was responsible. Warns of too many accounts (SEL-21) and of no shared language (LOC-06).
    `guided`: where somebody gives the account away, the rooms above are told, and begin the hand-over (SEL-20).
    """
    policy.require(actor, "accounts.assign", account)
    _refuse_days(from_date, to_date)
    _refuse_person(person, from_date)
    locked = _locked(account)
    if role != "responsible":
        row = _member(actor, locked, role, from_date, to_date, now, person=person)
        return Assigned(row, warnings_for(locked, person, from_date, load=False))
    giver = queries.responsible_for(locked, from_date) if guided else None
    made = _make_responsible(actor, locked, person, from_date, to_date, now)
    warnings = (*_cut_short(made.row, to_date), *warnings_for(locked, person, from_date))
    if giver is not None and giver.pk != person.pk:
        warnings += announcements.changed_hands(
            announcements.ChangeOfHands(
                account=locked, giver=giver, receiver=person, on=from_date, actor=actor, now=now
            )
        )
    return Assigned(made.row, warnings, made.back)


def _locked(account: Account) -> Account:
    found = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    if found.merged_into_id:
        raise Refused(_("This account was merged into another. Nothing was changed."), code="merged")
    return found


def _make_responsible(
    actor: User,
    account: Account,
    person: User,
    start: dt.date,
    end: dt.date | None,
    now: dt.datetime,
) -> Assigned:
    rows = {row.pk: row for row in account.coverage.filter(role="responsible")}
    _refuse_same(rows, person, start, end)
    room = responsibility.make_room(
        [responsibility.Span(row.pk, row.from_date, row.to_date) for row in rows.values()], start, end
    )
    _refuse_history(rows, room.replaced, start, now)
    back: dict[str, Any] = {
        "account": account.pk, "at": now.isoformat(), "before": [_as_plain(row) for row in rows.values()]
    }  # fmt: skip
    for span in room.closed:
        rows[span.key].to_date = span.end
        rows[span.key].save(update_fields=["to_date"])
    Coverage.objects.filter(pk__in=[span.key for span in room.replaced]).delete()
    made = _write(actor, account, "responsible", start, room.end, now, person=person)
    for span in room.resumed:
        old = rows[span.key]
        assert span.start is not None  # noqa: S101 - make_room gives it
        _write(actor, account, "responsible", span.start, span.end, now, person=old.person)
    held = [_as_plain(row) for row in account.coverage.filter(role="responsible")]
    before = next((row for row in rows.values() if row.pk in _touched(room)), None)
    audit.record(
        actor=actor, action="accounts.assign", subject=account, now=now, account_id=account.pk,
        before={"responsible": _name(before)}, after={"responsible": person.display_name, "from": start.isoformat()},
    )  # fmt: skip
    return Assigned(made, back=back | {"after": held})


def _touched(room: responsibility.Room) -> set[int]:
    return {span.key for span in (*room.closed, *room.replaced)}


def _name(row: Coverage | None) -> str:
    return row.person.display_name if row and row.person else ""


def _as_plain(row: Coverage) -> dict[str, Any]:
    return {
        "pk": row.pk,
        "person": row.person_id,
        "from": row.from_date.isoformat(),
        "to": row.to_date.isoformat() if row.to_date else None,
        "by": row.created_by_id,
        "at": row.created_at.isoformat(),
    }


def _write(
    actor: User,
    account: Account,
    role: str,
    start: dt.date,
    end: dt.date | None,
    now: dt.datetime,
    *,
    person: User | None = None,
    outsider: str = "",
    organisation: str = "",
) -> Coverage:
    return Coverage.objects.create(
        account=account, person=person, outsider=outsider, organisation=organisation, role=role,
        from_date=start, to_date=end, created_by=actor, created_at=now,
    )  # fmt: skip


# --- what is refused -----------------------------------------------------------------------------------------


def _refuse_days(start: dt.date, end: dt.date | None) -> None:
    if end is not None and end < start:
        raise Refused(_("The last day is before the first. Nothing was changed."), code="days")


def _refuse_person(person: User, start: dt.date) -> None:
    if not person.is_active or (person.leaving_on and person.leaving_on <= start):
        raise Refused(
            _("%(person)s is not with us on that day. Nothing was changed.")
            % {"person": person.display_name},
            code="gone",
            hint=_("Choose somebody else."),
        )


def _refuse_same(rows: Mapping[int, Coverage], person: User, start: dt.date, end: dt.date | None) -> None:
    for row in rows.values():
        holds = row.from_date <= start and (row.to_date is None or start <= row.to_date)
        if holds and row.person_id == person.pk and (row.to_date == end or row.to_date is None):
            raise Refused(
                _("%(person)s is responsible already. Nothing was changed.")
                % {"person": person.display_name},
                code="already",
            )
    if person.is_external:
        raise Refused(
            _("%(person)s is not one of ours and cannot be responsible. Nothing was changed.")
            % {"person": person.display_name},
            code="external",
            hint=_("Add this person to the team instead."),
        )


def _refuse_history(
    rows: Mapping[int, Coverage], replaced: tuple[responsibility.Span, ...], start: dt.date, now: dt.datetime
) -> None:
    """Who began on a day that is past was responsible: that does not give way any more."""
    if replaced and start < timezone.localdate(now):
        raise Refused(
            _("%(person)s has been responsible since that day. Nothing was changed.")
            % {"person": _name(rows[replaced[0].key])},
            code="history",
            hint=_("Choose a later day."),
        )


# --- what gives to think -------------------------------------------------------------------------------------


def warnings_for(account: Account, person: User, day: dt.date, *, load: bool = True) -> tuple[str, ...]:
    """At most five queries."""
    told = [_too_many(person, day)] if load else []
    told.append(_no_language(account, person))
    return tuple(text for text in told if text)


def _too_many(person: User, day: dt.date) -> str:
    load = queries.load_of(person, day)
    if not load.is_over:
        return ""
    text = ngettext(
        "%(person)s is now responsible for %(n)s account; %(limit)s is the limit.",
        "%(person)s is now responsible for %(n)s accounts; %(limit)s is the limit.",
        load.accounts,
    )
    return text % {"person": person.display_name, "n": load.accounts, "limit": load.limit}


def _no_language(account: Account, person: User) -> str:
    present = Contact.objects.filter(account=account).present().exclude(languages=[])
    strangers = [
        contact.display_name
        for contact in present
        if rules.shares_a_language(person.spoken, contact.languages) is False
    ]
    if not strangers:
        return ""
    return _("%(person)s shares no language with %(contacts)s.") % {
        "person": person.display_name,
        "contacts": ", ".join(strangers[:5]),
    }


def _cut_short(row: Coverage, asked: dt.date | None) -> tuple[str, ...]:
    if row.to_date == asked or row.to_date is None:
        return ()
    return (
        _("Until %(day)s only: from then on somebody else is planned.") % {"day": day_in_words(row.to_date)},
    )


# --- taking back -----------------------------------------------------------------------------------------------


def offer_back(*, actor: User, assigned: list[Assigned], now: dt.datetime) -> str:
    """The token that takes these assignments back."""
    told = {"assignments": [dict(each.back) for each in assigned if each.back]}
    return undo.offer(actor=actor, kind="accounts.assign", parameters=told, now=now)


@undo.register("accounts.assign")
def _unassign(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    for back in parameters["assignments"]:
        account = Account.objects.filter(pk=back["account"]).first()
        if account is not None:
            _put_back(actor, account, back, now)
    return _("The accounts are with whom they were before.")


def _put_back(actor: User, account: Account, back: Mapping[str, Any], now: dt.datetime) -> None:
    policy.require(actor, "accounts.assign", account)
    _locked(account)
    held = account.coverage.filter(role="responsible")
    if {row.pk: _as_plain(row) for row in held} != {each["pk"]: each for each in back["after"]}:
        raise Refused(
            _("The responsible person of %(account)s has changed again since. Nothing was undone.")
            % {"account": account.name},
            code="changed",
        )
    held.delete()
    Coverage.objects.bulk_create(_from_plain(account, each) for each in back["before"])
    announcements.taken_back(
        announcements.TakenBack(
            account=account, at=dt.datetime.fromisoformat(back["at"]), actor=actor, now=now
        )
    )
    audit.record(
        actor=actor, action="accounts.assign_undone", subject=account, now=now, account_id=account.pk
    )


def _from_plain(account: Account, told: Mapping[str, Any]) -> Coverage:
    return Coverage(
        pk=told["pk"], account=account, person_id=told["person"], role="responsible",
        from_date=dt.date.fromisoformat(told["from"]),
        to_date=dt.date.fromisoformat(told["to"]) if told["to"] else None,
        created_by_id=told["by"], created_at=dt.datetime.fromisoformat(told["at"]),
    )  # fmt: skip


# --- the team ----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_member(
    *,
    actor: User,
    account: Account,
    role: str,
    from_date: dt.date,
    now: dt.datetime,
    person: User | None = None,
    outsider: str = "",
    organisation: str = "",
    to_date: dt.date | None = None,
) -> Coverage:
    """Somebody of ours, or an outsider by name, joins the team of an account (TEAM-02, REL-12)."""
    policy.require(actor, "accounts.assign", account)
    _refuse_days(from_date, to_date)
    if person is not None:
        _refuse_person(person, from_date)
    return _member(
        actor, _locked(account), role, from_date, to_date, now,
        person=person, outsider=" ".join(outsider.split()), organisation=" ".join(organisation.split()),
    )  # fmt: skip


def _member(
    actor: User,
    account: Account,
    role: str,
    start: dt.date,
    end: dt.date | None,
    now: dt.datetime,
    *,
    person: User | None = None,
    outsider: str = "",
    organisation: str = "",
) -> Coverage:
    if role == "responsible" or role not in {key for key, _label in choices.coverage_roles()}:
        raise Refused(_("There is no such part in a team. Nothing was changed."), code="role")
    if (person is None) == (not outsider):
        raise Refused(_("Choose a person, or name an outsider. Nothing was changed."), code="who")
    there = account.coverage.filter(role=role, person=person, outsider=outsider)
    if any(_overlap(row, start, end) for row in there):
        raise Refused(
            _("This person has that part in the team already. Nothing was changed."), code="already"
        )
    row = _write(
        actor, account, role, start, end, now, person=person, outsider=outsider, organisation=organisation
    )
    audit.record(actor=actor, action="accounts.team", subject=account, now=now, account_id=account.pk,
                 after={"role": role, "person": person.display_name if person else outsider})  # fmt: skip
    return row


def _overlap(row: Coverage, start: dt.date, end: dt.date | None) -> bool:
    return (end is None or row.from_date <= end) and (row.to_date is None or row.to_date >= start)


@transaction.atomic
def end(*, actor: User, coverage: Coverage, on: dt.date, now: dt.datetime) -> Coverage | None:
    """`on` is the last day. One that has not begun by then goes altogether (None).

    A customer is not left without a responsible person: that one ends by assigning the next (OTH-02).
    """
    policy.require(actor, "accounts.assign", coverage)
    account = _locked(coverage.account)
    row = Coverage.objects.filter(pk=coverage.pk).first()
    if row is None:
        raise Refused(_("This was ended already. Nothing was changed."), code="gone")
    if row.to_date is not None and row.to_date <= on and row.from_date <= on:
        raise Refused(_("This has ended by then already. Nothing was changed."), code="ended")
    if row.role == "responsible" and account.stage == "customer" and _leaves_a_gap(row, on):
        raise Refused(
            _("%(account)s would have nobody responsible. Nothing was changed.") % {"account": account.name},
            code="gap",
            hint=_("Say who takes over; then this ends by itself the day before."),
        )
    audit.record(actor=actor, action="accounts.team_end", subject=account, now=now, account_id=account.pk,
                 before={"role": row.role, "person": _name(row) or row.outsider})  # fmt: skip
    if row.from_date > on:
        row.delete()
        return None
    row.to_date = on
    row.save(update_fields=["to_date"])
    return row


def _leaves_a_gap(row: Coverage, on: dt.date) -> bool:
    """Whether the day after the new end, while the row would have held, has nobody else."""
    following = max(on + dt.timedelta(days=1), row.from_date)
    others = Coverage.objects.on(following).filter(account=row.account_id, role="responsible")
    return not others.exclude(pk=row.pk).exists()


@transaction.atomic
def set_limits(*, actor: User, values: Mapping[str, int], broad: list[User], now: dt.datetime) -> Limits:
    """How many accounts one should be responsible for: warnings follow it at once."""
    policy.require(actor, "portfolio.configure")
    if any(not 1 <= values[name] <= 10_000 for name in ("kam_limit", "seller_limit", "broad_limit")):
        raise Refused(_("A limit is a number from 1 to 10 000. Nothing was changed."), code="limit")
    Limits.objects.get_or_create(pk=1)
    row = Limits.objects.select_for_update().get(pk=1)
    names = ("kam_limit", "seller_limit", "broad_limit")
    before = {name: getattr(row, name) for name in names}
    for name in names:
        setattr(row, name, values[name])
    row.save(update_fields=names)
    row.broad.set(broad)
    after = {name: values[name] for name in names} | {"broad": [each.pk for each in broad]}
    audit.record(actor=actor, action="accounts.limits", subject=row, now=now, before=before, after=after)
    return row
