"""Needs: raised, changed, answered. The team learns of each turn (TEAM-04), the trail keeps them all (DOS-05)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import announcements, choices
from kamerton.accounts.actions import changing, telling
from kamerton.accounts.announcements import Announcement
from kamerton.accounts.models import Account, Need
from kamerton.accounts.queries import responsible_for
from kamerton.core import concurrency, undo
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused

FIELDS = ("what", "family", "source", "raised_on", "state", "answer", "secrecy", "contact")
#: States in which nothing of ours answers the need yet.
_WITHOUT_ANSWER = frozenset({"open", "gone"})


@transaction.atomic
def raise_need(*, actor: User, account: Account, values: Mapping[str, Any], now: dt.datetime) -> Need:
    """Somebody at the account needs something. Whoever is responsible is told, by the room above."""
    telling.require_account(actor, account)
    told = {name: value for name, value in values.items() if name in FIELDS}
    need = Need(account=account, created_at=now, created_by=actor, **told)
    _check(actor, need, now)
    need.save(force_insert=True)
    telling.write(actor=actor, verb="need_raise", row=need, now=now, after={"state": need.state})
    _announce("need", need, actor, now)
    return need


@transaction.atomic
def edit_need(
    *, actor: User, need: Need, opened: Mapping[str, Plain], submitted: Mapping[str, Any], now: dt.datetime
) -> Need:
    """Change, answer, close. Raises concurrency.Conflict where two change the same field."""
    found = _held(actor, need)
    before = found.state
    fields = {name: submitted[name] for name in FIELDS if name in submitted}
    written = concurrency.apply(found, opened=opened, submitted=fields)
    if not written:
        return found
    _check(actor, found, now)
    found.changed_at = now
    _save(found, *written, "changed_at")
    state = {"state": found.state} if found.state != before else {}
    telling.write(actor=actor, verb="need_edit", row=found, now=now,
                  before={"state": before} if state else None, after=state | {"fields": sorted(written)})  # fmt: skip
    if state and found.state not in _WITHOUT_ANSWER:
        _announce("need_answered", found, actor, now)
    return found


@transaction.atomic
def change(
    *, actor: User, need: Need, opened: Mapping[str, Plain], submitted: Mapping[str, Any], now: dt.datetime
) -> str:
    """`edit_need`; the token that takes it back, "" where nothing was changed."""
    before = changing.values(_held(actor, need), FIELDS)
    row = edit_need(actor=actor, need=need, opened=opened, submitted=submitted, now=now)
    return changing.offer(actor=actor, kind="accounts.need_change", row=row, before=before, now=now)


@undo.register("accounts.need_change")
@transaction.atomic
def _change_back(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """Parameters: as `changing.offer` keeps them."""
    found = _held(actor, Need.objects.get(pk=parameters["row"]))
    edit_need(actor=actor, need=found, opened={}, submitted=changing.submitted(found, parameters), now=now)
    return _("The need is as it was.")


@transaction.atomic
def set_state(*, actor: User, need: Need, state: str, now: dt.datetime) -> Need:
    """For many at once: the state alone."""
    if state not in dict(choices.need_states()):
        raise Refused(_("A need has no such state."))
    found = _held(actor, need)
    if found.state == state:
        return found
    opened = {"state": concurrency.plain(found.state)}
    return edit_need(actor=actor, need=found, opened=opened, submitted={"state": state}, now=now)


@undo.register("accounts.need_unraise")
@transaction.atomic
def _unraise(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"need": pk}: as if it had never been written, unless somebody has worked on it since."""
    need = _held(actor, Need.objects.get(pk=parameters["need"]))
    if need.version != 1:
        raise undo.CannotUndo(
            _("Somebody has worked on this need since. Nothing was changed."), code="undo_over"
        )
    telling.write(actor=actor, verb="need_unraise", row=need, now=now)
    need.delete()
    return _("The need is gone again.")


@undo.register("accounts.need_states")
@transaction.atomic
def _states_back(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"needs": [[pk, state before]]}"""
    for pk, state in parameters["needs"]:
        set_state(actor=actor, need=Need.objects.get(pk=pk), state=state, now=now)
    return _("As they were.")


def _held(actor: User, need: Need) -> Need:
    policy.require(actor, "accounts.edit", need)
    return Need.objects.select_for_update().get(pk=need.pk)


def _check(actor: User, need: Need, now: dt.datetime) -> None:
    need.what, need.answer = need.what.strip(), need.answer.strip()
    if not need.what:
        raise Refused(_("A need says what is needed."), hint=_("A few words will do."))
    if need.raised_on is None:
        need.raised_on = timezone.localdate(now)
    if need.raised_on > timezone.localdate(now):
        raise Refused(_("A need cannot be raised after today."), hint=_("Put the day on which you heard it."))
    if need.state == "answered" and not need.answer:
        raise Refused(_("An answered need says what the answer was."), hint=_("Write our answer."))
    telling.require_clearance(actor, need.secrecy)
    telling.require_contacts(need.account, [need.contact])


def _announce(kind: announcements.Kind, need: Need, actor: User, now: dt.datetime) -> None:
    responsible = responsible_for(need.account, timezone.localdate(now))
    level = Secrecy(need.secrecy)
    people = (responsible,) if responsible and _may_know(responsible, actor, level) else ()
    announcements.announce(
        Announcement(
            kind=kind, account=need.account, subject=need, people=people, title=_title(kind, need),
            secrecy=level, actor=actor, now=now,
        )
    )  # fmt: skip


def _may_know(person: User, actor: User, secrecy: Secrecy) -> bool:
    """Not the writer, who knows; and nobody who could not read it."""
    return person.pk != actor.pk and person.is_active and policy.clearance(person) >= secrecy


def _title(kind: announcements.Kind, need: Need) -> str:
    told = {"account": need.account.name, "need": need.what}
    if need.secrecy >= Secrecy.SECRET:
        return _("A secret need at %(account)s") % told
    if kind == "need_answered":
        return _("Answered at %(account)s: %(need)s") % told
    return _("New need at %(account)s: %(need)s") % told


def _save(need: Need, *names: str) -> None:
    need.version += 1
    need.save(update_fields=[*dict.fromkeys(names), "version"])
