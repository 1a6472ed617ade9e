"""Two contacts of one account made one, and parted again. Whatever points to the one goes to the other."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core import serializers
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import choices, everything, ladder
from kamerton.accounts.actions.contacts import search_text
from kamerton.accounts.actions.pointing import Place, point
from kamerton.accounts.models import Account, Contact, ContactMerge
from kamerton.core import audit, undo
from kamerton.core.refused import Refused
from kamerton.instruments.models import Assessment

RIGHT = "accounts.merge"

#: What the survivor takes over where it has nothing of its own.
_FILLED = (
    "salutation", "post", "function", "level", "languages", "email", "phone", "mobile", "territory", "long_term_plan",
)  # fmt: skip
_MERGES = "accounts.contactmerge.survivor"
_MARKS = ("is_vip", "is_opinion_leader", "is_helper")


@dataclass(frozen=True, slots=True)
class Follower:
    """A room above that keeps numbers of contacts where no key shows them.

    `moved`: (number of before, number from now on) -> what it takes to put them back, ready for JSON.
    """

    moved: Callable[[int, int], Any]
    back: Callable[[Any], None]


_followers: dict[str, Follower] = {}


def follow(name: str, follower: Follower) -> None:
    """`name` of the room: again takes the place of what was there."""
    _followers[name] = follower


def _places() -> Iterator[Place]:
    for through in everything.of_contacts():
        yield Place(through.key, through.model, through.field.attname, {})
    yield Place("instruments.assessment.subject", Assessment, "subject_id", {"subject_kind": "contact"})


@transaction.atomic
def merge(*, actor: User, survivor: Contact, merged: Contact, now: dt.datetime) -> ContactMerge:
    """`merged` goes into `survivor`: all its rows, of whatever room; fields that only it had; its marks.

    A row that cannot stand beside one of the survivor's (the same of ours knows both, a relation between the two)
    goes with the merged one, and comes back with it.
    """
    for each in (survivor, merged):
        policy.require(actor, RIGHT, each)
    survivor, merged = _both(survivor, merged)
    was = _plain(survivor)
    _take_over(survivor, merged)
    moved = {place.key: point(place, _keys(place, merged.pk), merged.pk, survivor.pk) for place in _places()}
    dropped = [row for place in _places() for row in _drop(place, merged.pk)]
    kept = {
        "merged": _plain(merged), "was": was, "is": _plain(survivor), "dropped": dropped,
        "moved": {key: rows for key, rows in moved.items() if rows},
        "told": {name: each.moved(merged.pk, survivor.pk) for name, each in _followers.items()},
    }  # fmt: skip
    row = ContactMerge.objects.create(survivor=survivor, merged=merged.pk, kept=kept, at=now, by=actor)
    merged.delete()
    _tell(actor, row, "accounts.contact_merge", now)
    return row


def _both(one: Contact, other: Contact) -> tuple[Contact, Contact]:
    """Locked: the account first, as whoever changes a line of report does."""
    if one.pk == other.pk:
        raise Refused(_("A contact cannot be merged with itself. Nothing was changed."), code="same")
    for number in sorted({one.account_id, other.account_id}):
        Account.objects.select_for_update(of=("self",)).get(pk=number)
    rows = Contact.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk, other.pk]).order_by("pk")
    found = {row.pk: row for row in rows}
    if len(found) < 2:
        raise Refused(_("One of the two was merged already. Nothing was changed."), code="merged")
    if any(row.erased_at for row in found.values()):
        raise Refused(_("What was kept of this person is erased. Nothing was changed."), code="erased")
    if found[one.pk].account_id != found[other.pk].account_id:
        raise Refused(
            _("The two are at different accounts. Nothing was changed."), code="account",
            hint=_("Move one of them to the account of the other first."),
        )  # fmt: skip
    return found[one.pk], found[other.pk]


# --- what the survivor is afterwards ------------------------------------------------------------------------


def _take_over(survivor: Contact, merged: Contact) -> None:
    for name in _FILLED:
        if not getattr(survivor, name):
            setattr(survivor, name, getattr(merged, name))
    if merged.is_found and not survivor.is_found:  # the holder of a post that was looked for
        survivor.name, survivor.is_found = merged.name, True
    for name in _MARKS:
        setattr(survivor, name, getattr(survivor, name) or getattr(merged, name))
    roles = {*survivor.decision_roles, *merged.decision_roles}
    survivor.decision_roles = [key for key, _label in choices.decision_roles() if key in roles]
    survivor.ladder_stage = _rung(survivor, merged)
    if survivor.left_on and merged.left_on:
        survivor.left_on = max(survivor.left_on, merged.left_on)
    else:
        survivor.left_on = None
    if survivor.x is None and survivor.y is None:
        survivor.x, survivor.y = merged.x, merged.y
    survivor.reports_to_id = _superior(survivor, merged)
    _save(survivor)


def _rung(survivor: Contact, merged: Contact) -> int:
    """That of the latest look at either that is no secret (contacts.assessed); without one the higher."""
    looks = Assessment.objects.filter(
        subject_kind="contact", subject_id__in=[survivor.pk, merged.pk], instrument__key=ladder.KEY,
        secrecy__lt=Secrecy.SECRET, finished_at__isnull=False,
    )  # fmt: skip
    latest = looks.order_by("-finished_at", "-pk").first()
    return int(latest.score or 0) if latest else max(survivor.ladder_stage, merged.ladder_stage)


def _superior(survivor: Contact, merged: Contact) -> int | None:
    """Where the survivor stands; whoever reports to the merged one reports to it from now on, so no circle closes."""
    line = dict(Contact.objects.filter(account=survivor.account_id).values_list("pk", "reports_to_id"))
    if merged.pk in _above(survivor.pk, line):
        return merged.reports_to_id
    if survivor.reports_to_id is None and survivor.pk not in _above(merged.pk, line):
        return merged.reports_to_id
    return survivor.reports_to_id


def _above(number: int, line: Mapping[int, int | None]) -> set[int]:
    found: set[int] = set()
    at = line.get(number)
    while at is not None and at not in found:
        found.add(at)
        at = line.get(at)
    return found


def _save(contact: Contact) -> None:
    contact.search_text = search_text(contact)
    contact.version += 1
    contact.save()


# --- rows ------------------------------------------------------------------------------------------------------


def _keys(place: Place, number: int) -> list[Any]:
    return list(place.rows(number).order_by("pk").values_list("pk", flat=True))


def _drop(place: Place, number: int) -> list[dict[str, Any]]:
    """What could not move, with what belongs to it: first the rows, then theirs."""
    rows = list(place.rows(number))
    told = _serialized([*rows, *(each for row in rows for each in _belonging(row))])
    place.rows(number).delete()
    return told


def _belonging(row: models.Model) -> list[models.Model]:
    """What would go with the row: the answers of an assessment."""
    found: list[models.Model] = []
    for relation in row._meta.related_objects:
        if getattr(relation, "on_delete", None) is models.CASCADE:
            found += Place("", relation.field.model, relation.field.attname, {}).rows(row.pk).order_by("pk")
    return found


def _serialized(rows: list[models.Model]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(serializers.serialize("json", rows))
    return found


def _plain(contact: Contact) -> dict[str, Any]:
    return _serialized([contact])[0]


def _row(told: dict[str, Any]) -> Any:
    return next(iter(serializers.deserialize("json", json.dumps([told])))).object


# --- parting ---------------------------------------------------------------------------------------------------


@transaction.atomic
def part(*, actor: User, merge: ContactMerge, now: dt.datetime) -> Contact:
    """Undo a merge, whenever: what was moved goes back, what came since stays with the survivor."""
    policy.require(actor, RIGHT, merge)
    row = ContactMerge.objects.select_for_update(of=("self",)).select_related("survivor").get(pk=merge.pk)
    if row.undone_at or not row.kept:
        raise Refused(_("This merge was undone already. Nothing was changed."), code="undone")
    _refuse_later(row)
    survivor = Contact.objects.select_for_update(of=("self",)).get(pk=row.survivor_id)
    back = _brought_back(row.kept["merged"], survivor)
    for place in _places():
        point(place, row.kept["moved"].get(place.key, []), survivor.pk, back.pk)
    _as_before(survivor, row.kept["was"], row.kept["is"])
    for told in row.kept["dropped"]:
        _restore(_row(told))
    for name, each in _followers.items():
        if name in row.kept["told"]:
            each.back(row.kept["told"][name])
    row.kept, row.undone_at, row.undone_by = {}, now, actor
    row.save(update_fields=["kept", "undone_at", "undone_by"])
    _tell(actor, row, "accounts.contact_part", now)
    return back


def _refuse_later(row: ContactMerge) -> None:
    """The one that stayed went into another since: the latest merge is undone first."""
    later = ContactMerge.objects.filter(survivor=row.survivor_id, undone_at=None, pk__gt=row.pk)
    if any(row.pk in each.kept["moved"].get(_MERGES, []) for each in later):
        raise Refused(
            _("This contact was merged into another since. Nothing was changed."), code="merged",
            hint=_("Undo that merge first."),
        )  # fmt: skip


def _brought_back(told: dict[str, Any], survivor: Contact) -> Contact:
    """At its own account; where that was merged meanwhile, at the survivor's."""
    found: Contact = _row(told)
    if not Account.objects.current().filter(pk=found.account_id).exists():
        found.account_id = survivor.account_id
    superior = Contact.objects.filter(pk=found.reports_to_id or 0, account=found.account_id)
    found.reports_to_id = superior.values_list("pk", flat=True).first()
    found.version += 1
    found.save(force_insert=True)
    return found


def _as_before(survivor: Contact, was: dict[str, Any], became: dict[str, Any]) -> None:
    """Take back what was taken over, unless somebody has changed it since."""
    before, after = _row(was), _row(became)
    for field in Contact._meta.concrete_fields:
        name = field.attname
        if name in ("version", "search_text") or getattr(before, name) == getattr(after, name):
            continue
        if getattr(survivor, name) == getattr(after, name):
            setattr(survivor, name, getattr(before, name))
    if not Contact.objects.filter(pk=survivor.reports_to_id or 0, account=survivor.account_id).exists():
        survivor.reports_to_id = None
    _save(survivor)


def _restore(row: models.Model) -> None:
    """Unless somebody whom it is about has gone meanwhile, or it is there again."""
    for field in row._meta.concrete_fields:
        number = getattr(row, field.attname)
        if isinstance(field, models.ForeignKey) and number is not None:
            there: QuerySet[Any] = field.remote_field.model._base_manager.filter(pk=number)  # noqa: SLF001
            if not there.exists():
                return
    if not _stands_twice(row):
        row.save(force_insert=True)


def _stands_twice(row: models.Model) -> bool:
    from django.core.exceptions import ValidationError  # noqa: PLC0415

    try:
        row.validate_unique()
        row.validate_constraints()
    except ValidationError:
        return True
    return False


def _tell(actor: User, row: ContactMerge, action: str, now: dt.datetime) -> None:
    audit.record(actor=actor, action=action, subject=row.survivor, now=now, account_id=row.survivor.account_id,
                 after={"contact": row.survivor_id, "merged": row.merged})  # fmt: skip


def offer_back(*, actor: User, merges: list[ContactMerge], now: dt.datetime) -> str:
    """The token that parts them again, the last one first."""
    numbers = [row.pk for row in reversed(merges)]
    return undo.offer(actor=actor, kind="accounts.contact_merge", parameters={"merges": numbers}, now=now)


@undo.register("accounts.contact_merge")
def _parted(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    for number in parameters["merges"]:
        found = ContactMerge.objects.filter(pk=number).first()
        if found is None:
            raise Refused(_("The contact is gone. Nothing was changed."), code="gone")
        part(actor=actor, merge=found, now=now)
    return _("The contacts are two again.")
