"""The map of who decides: places, lines of report, relations, opinions, ties, expected changes of power.

Every step that is drawn offers its undo and returns the token. The trail names what was done to whom; of what is
secret, and of what somebody thinks of a person, it names that it was done and not what.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import choices
from kamerton.accounts.actions import contacts
from kamerton.accounts.models import Account, Contact, Opinion, PowerChange, Relation, Tie
from kamerton.core import audit, undo
from kamerton.core.refused import Refused

EDIT = "accounts.edit"
#: Nobody draws farther; a place outside of it is a mistake of the hand.
FARTHEST = 20_000.0


def _require(actor: User, contact: Contact) -> None:
    """The right on this contact, who must be there."""
    policy.require(actor, EDIT, contact)
    if contact.erased_at:
        raise Refused(_("What was kept of this person is erased. Nothing was changed."), code="erased")


def _refuse_unclear(actor: User, secrecy: int) -> None:
    """Nobody writes what they could not read afterwards."""
    if secrecy not in Secrecy.values:
        raise Refused(_("There is no such secrecy. Nothing was written."), code="secrecy")
    if secrecy > policy.clearance(actor):
        raise Refused(_("You cannot write down what you may not read. Nothing was written."), code="secrecy")


def _tell(actor: User, contact: Contact, action: str, now: dt.datetime, after: Mapping[str, Any]) -> None:
    audit.record(
        actor=actor, action=action, subject=contact, now=now, account_id=contact.account_id, after=dict(after)
    )


def _known(key: object, listed: Iterable[tuple[Any, object]], text: str) -> None:
    if key not in {known for known, _label in listed}:
        raise Refused(text, code="unknown")


# --- places and lines of report ------------------------------------------------------------------------------


@transaction.atomic
def place(*, actor: User, contact: Contact, x: float | None, y: float | None, now: dt.datetime) -> str:
    """Put a card where somebody dragged it; None and None: where the tree has it."""
    _require(actor, contact)
    if (x is None) != (y is None) or any(
        value is not None and not abs(value) <= FARTHEST for value in (x, y)
    ):
        raise Refused(_("There is no such place on the map. Nothing was moved."), code="place")
    before = {str(contact.pk): [contact.x, contact.y]}
    Contact.objects.filter(pk=contact.pk).update(x=x, y=y)
    contact.x, contact.y = x, y
    return undo.offer(actor=actor, kind="accounts.map_places", parameters={"places": before}, now=now)


@transaction.atomic
def arrange(*, actor: User, account: Account, now: dt.datetime) -> str:
    """Every card of the account goes back to where the tree has it."""
    policy.require(actor, EDIT, account)
    moved = Contact.objects.filter(account=account).exclude(x=None, y=None)
    before = {str(pk): [x, y] for pk, x, y in moved.values_list("pk", "x", "y")}
    moved.update(x=None, y=None)
    return undo.offer(actor=actor, kind="accounts.map_places", parameters={"places": before}, now=now)


@undo.register("accounts.map_places")
def _places_back(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:  # noqa: ARG001
    rows = Contact.objects.in_bulk([int(number) for number in parameters["places"]])
    for number, (x, y) in parameters["places"].items():
        if int(number) in rows:
            _require(actor, rows[int(number)])
            Contact.objects.filter(pk=int(number)).update(x=x, y=y)
    return _("The map is arranged as before.")


@transaction.atomic
def put_under(*, actor: User, contact: Contact, superior: Contact | None, now: dt.datetime) -> str:
    """Say to whom a contact reports; a card that was dragged goes back into the tree."""
    before = {str(contact.pk): {"reports_to": contact.reports_to_id}}
    contacts.edit(actor=actor, contact=contact, opened={}, submitted={"reports_to": superior}, now=now)
    return undo.offer(actor=actor, kind="accounts.map_lines", parameters={"contacts": before}, now=now)


@undo.register("accounts.map_lines")
def _line_back(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    for number, values in parameters["contacts"].items():
        contact = Contact.objects.filter(pk=int(number)).first()
        if contact is None:
            raise Refused(_("The contact is gone. Nothing was changed."), code="gone")
        superior = Contact.objects.filter(pk=values["reports_to"]).first()
        contacts.edit(actor=actor, contact=contact, opened={}, submitted={"reports_to": superior}, now=now)
    return _("The line of report is as before.")


# --- relations -----------------------------------------------------------------------------------------------


@transaction.atomic
def relate(
    *,
    actor: User,
    of: Contact,
    to: Contact,
    kind: str,
    now: dt.datetime,
    strength: int = 2,
    note: str = "",
    secrecy: int = Secrecy.INTERNAL,
) -> str:
    """Draw what one contact is to another. Drawn again with another strength or note, the earlier one ends."""
    _require(actor, of)
    _require(actor, to)
    _known(kind, choices.relation_kinds(), _("There is no such relation. Nothing was drawn."))
    _refuse_unclear(actor, secrecy)
    if of.pk == to.pk or not (of.account_id == to.account_id or _are_powers(of, to)):
        raise Refused(_("A relation needs two people of one account. Nothing was drawn."), code="two_people",
                      hint=_("VIPs and opinion leaders are related across accounts too."))  # fmt: skip
    if strength not in (1, 2, 3):
        raise Refused(_("The strength of a relation is 1, 2 or 3. Nothing was drawn."), code="strength")
    ended = _end_same(actor, of, to, kind, now)
    row = Relation.objects.create(
        account_id=of.account_id, of=of, to=to, kind=kind, strength=strength, note=" ".join(note.split())[:300],
        secrecy=secrecy, created_at=now, created_by=actor,
    )  # fmt: skip
    _tell(actor, of, "accounts.relation", now, _relation_told(row))
    return undo.offer(actor=actor, kind="accounts.relation", now=now,
                      parameters={"begun": [row.pk], "ended": ended})  # fmt: skip


def _are_powers(*people: Contact) -> bool:
    """VIPs and opinion leaders of a territory are allies and rivals across accounts (REL-05)."""
    return all(each.is_vip or each.is_opinion_leader for each in people)


def _end_same(actor: User, of: Contact, to: Contact, kind: str, now: dt.datetime) -> list[int]:
    """The same relation, either way round where it holds both ways. One that is out of the actor's sight stays."""
    Account.objects.select_for_update().get(pk=of.account_id)
    there = Relation.objects.filter(of=of, to=to, kind=kind, ended_at=None)
    if kind in ("ally", "rival", "knows"):
        there |= Relation.objects.filter(of=to, to=of, kind=kind, ended_at=None)
    numbers = list(there.values_list("pk", flat=True))
    seen = policy.scope(Relation.objects.filter(pk__in=numbers), actor, EDIT)
    if len(numbers) != seen.count():
        raise Refused(
            _("This cannot be drawn between these two people. Nothing was changed."), code="hidden",
            hint=_("Ask whoever is responsible for the account."),
        )  # fmt: skip
    Relation.objects.filter(pk__in=numbers).update(ended_at=now)
    return numbers


def _relation_told(row: Relation) -> dict[str, Any]:
    if row.secrecy == Secrecy.SECRET:
        return {"relation": row.pk}
    return {"relation": row.pk, "to": row.to_id, "kind": row.kind}


@transaction.atomic
def end_relation(*, actor: User, relation: Relation, now: dt.datetime) -> str:
    """It ends and is not deleted: the map of a past day can be drawn."""
    policy.require(actor, EDIT, relation)
    if relation.ended_at or not Relation.objects.filter(pk=relation.pk, ended_at=None).update(ended_at=now):
        raise Refused(_("This relation has ended already. Nothing was changed."), code="ended")
    _tell(actor, relation.of, "accounts.relation_end", now, _relation_told(relation))
    return undo.offer(actor=actor, kind="accounts.relation", now=now,
                      parameters={"begun": [], "ended": [relation.pk]})  # fmt: skip


@undo.register("accounts.relation")
def _relation_back(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    """What was begun ends at once, what was ended goes on, unless it was drawn anew meanwhile."""
    for row in _relations(actor, parameters["begun"]):
        Relation.objects.filter(pk=row.pk, ended_at=None).update(ended_at=now)
        _tell(actor, row.of, "accounts.relation_end", now, _relation_told(row))
    for row in _relations(actor, parameters["ended"]):
        if not Relation.objects.filter(of=row.of_id, to=row.to_id, kind=row.kind, ended_at=None).exists():
            Relation.objects.filter(pk=row.pk).update(ended_at=None)
            _tell(actor, row.of, "accounts.relation", now, _relation_told(row))
    return _("The relations are as before.")


def _relations(actor: User, numbers: Iterable[int]) -> Iterable[Relation]:
    for row in Relation.objects.filter(pk__in=list(numbers)).select_related("of"):
        policy.require(actor, EDIT, row)
        yield row


# --- what we think, whom we know, what will change ------------------------------------------------------------


@transaction.atomic
def opine(
    *,
    actor: User,
    contact: Contact,
    support: int,
    influence: int,
    now: dt.datetime,
    why: str = "",
    secrecy: int = Secrecy.INTERNAL,
) -> str:
    """Say how one sees a contact. Earlier ones stay; the latest of each rater counts."""
    _require(actor, contact)
    _known(support, choices.supports(), _("There is no such support. Nothing was written."))
    _refuse_unclear(actor, secrecy)
    if influence not in range(1, 6):
        raise Refused(_("Influence is a number from 1 to 5. Nothing was written."), code="influence")
    row = Opinion.objects.create(
        contact=contact, rater=actor, support=support, influence=influence, note=" ".join(why.split())[:300],
        secrecy=secrecy, at=now,
    )  # fmt: skip
    _tell(actor, contact, "accounts.opinion", now, {"opinion": row.pk})
    return undo.offer(actor=actor, kind="accounts.opinion", parameters={"opinion": row.pk}, now=now)


@undo.register("accounts.opinion")
def _opinion_back(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    """The one thing that is deleted: it was said within the last minutes and taken back by who said it."""
    row = Opinion.objects.select_related("contact").filter(pk=parameters["opinion"], rater=actor).first()
    if row is None:
        raise Refused(_("Nobody says so any more. Nothing was changed."), code="gone")
    _require(actor, row.contact)
    row.delete()
    _tell(actor, row.contact, "accounts.opinion", now, {"opinion": parameters["opinion"], "undone": True})
    return _("Your opinion is as before.")


@transaction.atomic
def tie(
    *,
    actor: User,
    contact: Contact,
    person: User,
    depth: str,
    now: dt.datetime,
    known_by_them: bool = True,
) -> str:
    """Say how well one of ours knows a contact."""
    _require(actor, contact)
    _known(depth, choices.tie_depths(), _("There is no such coverage. Nothing was written."))
    if not person.is_active or person.is_external:
        raise Refused(
            _("Only people of ours who work here know contacts. Nothing was written."), code="person"
        )
    row = Tie.objects.select_for_update().filter(contact=contact, person=person).first()
    before = [row.depth, row.known_by_them] if row else None
    today = timezone.localdate(now)
    Tie.objects.update_or_create(
        contact=contact, person=person,
        defaults={"depth": depth, "known_by_them": known_by_them}, create_defaults={
            "depth": depth, "known_by_them": known_by_them, "since": today,
        },
    )  # fmt: skip
    _tell(actor, contact, "accounts.tie", now, {"person": person.pk, "depth": depth})
    return undo.offer(
        actor=actor, kind="accounts.tie", now=now,
        parameters={"contact": contact.pk, "person": person.pk, "before": before},
    )  # fmt: skip


@undo.register("accounts.tie")
def _tie_back(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    row = Tie.objects.select_related("contact").filter(
        contact=parameters["contact"], person=parameters["person"]
    ).first()  # fmt: skip
    if row is None:
        raise Refused(_("Nobody says so any more. Nothing was changed."), code="gone")
    _require(actor, row.contact)
    if parameters["before"] is None:
        row.delete()
    else:
        row.depth, row.known_by_them = parameters["before"]
        row.save(update_fields=["depth", "known_by_them"])
    _tell(actor, row.contact, "accounts.tie", now, {"person": parameters["person"], "undone": True})
    return _("Who knows this contact is as before.")


@transaction.atomic
def expect_change(
    *,
    actor: User,
    contact: Contact,
    expected_on: dt.date,
    what: str,
    now: dt.datetime,
    source: str = "",
    secrecy: int = Secrecy.INTERNAL,
) -> str:
    """Write down a change of power that is expected, with its day (REL-05)."""
    _require(actor, contact)
    _refuse_unclear(actor, secrecy)
    what = " ".join(what.split())[:300]
    if not what:
        raise Refused(_("Say what is expected to change. Nothing was written."), code="what")
    row = PowerChange.objects.create(
        contact=contact, expected_on=expected_on, what=what, source=" ".join(source.split())[:200], secrecy=secrecy,
        created_at=now, created_by=actor,
    )  # fmt: skip
    _tell(actor, contact, "accounts.power_change", now, {"change": row.pk})
    return undo.offer(
        actor=actor, kind="accounts.power_change", parameters={"change": row.pk, "settle": True}, now=now
    )


@transaction.atomic
def settle_change(*, actor: User, change: PowerChange, now: dt.datetime) -> str:
    """It happened, or it will not: it is expected no longer."""
    policy.require(actor, EDIT, change)
    if change.settled_at or not PowerChange.objects.filter(pk=change.pk, settled_at=None).update(
        settled_at=now
    ):
        raise Refused(_("This change is settled already. Nothing was changed."), code="settled")
    _tell(actor, change.contact, "accounts.power_change_settled", now, {"change": change.pk})
    return undo.offer(actor=actor, kind="accounts.power_change", parameters={"change": change.pk}, now=now)


@undo.register("accounts.power_change")
def _change_back(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    change = PowerChange.objects.select_related("contact").get(pk=parameters["change"])
    policy.require(actor, EDIT, change)
    settled = parameters.get("settle", False)
    PowerChange.objects.filter(pk=change.pk).update(settled_at=now if settled else None)
    action = "accounts.power_change_settled" if settled else "accounts.power_change"
    _tell(actor, change.contact, action, now, {"change": change.pk})
    return _("The change is expected no longer.") if settled else _("The change is expected again.")
