"""Contacts: adding, changing, leaving, moving to another account; marks, the ladder, contacts that took place.

The trail names the fields that changed and the contents of those alone that say nothing personal (_TOLD).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import choices, ladder, rules
from kamerton.accounts.models import Account, Contact, Interaction, Relation
from kamerton.core import audit, concurrency, undo
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.instruments.models import Assessment

#: What a person may write of a contact.
FIELDS = (
    "name", "salutation", "post", "is_found", "function", "level", "decision_roles", "reports_to", "languages",
    "email", "phone", "mobile", "territory", "is_vip", "is_opinion_leader", "is_helper", "long_term_plan",
)  # fmt: skip
MARKS = ("is_vip", "is_opinion_leader", "is_helper")
_CLEANED = set(FIELDS) - {"reports_to", "decision_roles", "languages"}
_TOLD = frozenset({"is_found", "function", "level", "decision_roles", "reports_to", *MARKS})


@transaction.atomic
def create(*, actor: User, account: Account, values: Mapping[str, Any], now: dt.datetime) -> Contact:
    """A person at the account; with is_found False a post whose holder is not found yet."""
    policy.require(actor, "accounts.edit", account)
    account = _locked_account(account)
    told = {name: value for name, value in values.items() if name in FIELDS}
    contact = Contact(account=account, created_at=now, created_by=actor, **told)
    _checked(contact)
    contact.search_text = search_text(contact)
    contact.save(force_insert=True)
    _tell(actor, contact, "accounts.contact", now, after=_telling(contact, told))
    return contact


def _locked_account(account: Account) -> Account:
    """Held while lines of report are looked at: two writers together could close a circle."""
    found = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    if found.merged_into_id:
        raise Refused(_("This account was merged into another. Nothing was changed."), code="merged")
    return found


def _locked(contact: Contact) -> Contact:
    found = Contact.objects.select_for_update().get(pk=contact.pk)
    if found.erased_at:
        raise Refused(_("What was kept of this person is erased. Nothing was changed."), code="erased")
    return found


@transaction.atomic
def edit(
    *,
    actor: User,
    contact: Contact,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> Contact:
    """Change what `submitted` names. Conflict where somebody else changed the same meanwhile."""
    policy.require(actor, "accounts.edit", contact)
    told = {name: value for name, value in submitted.items() if name in FIELDS}
    if "reports_to" in told:
        _locked_account(contact.account)
    contact = _locked(contact)
    before = {name: getattr(contact, name) for name in told}
    written = concurrency.apply(contact, opened=opened, submitted=told)
    if not written:
        return contact
    _checked(contact)
    contact.search_text = search_text(contact)
    _save(contact, [*written, "search_text"])
    _tell(actor, contact, "accounts.contact_edit", now,
          before=_telling(before, written), after=_telling(contact, written))  # fmt: skip
    return contact


def _save(contact: Contact, names: Iterable[str]) -> None:
    contact.version = F("version") + 1
    contact.save(update_fields=[*names, "version"])
    contact.refresh_from_db(fields=["version"])


def _telling(row: Contact | Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """What the trail says: {"fields": names, and the contents of those that are not personal}."""
    value = row.__getitem__ if isinstance(row, Mapping) else (lambda name: getattr(row, name))
    told = {name: concurrency.plain(value(name)) for name in names if name in _TOLD}
    return {"fields": sorted(names), **told}


def _tell(actor: User, contact: Contact, action: str, now: dt.datetime, **told: Any) -> None:
    audit.record(actor=actor, action=action, subject=contact, now=now, account_id=contact.account_id, **told)


def search_text(contact: Contact) -> str:
    return rules.search_text(
        contact.name, contact.post, contact.email, contact.phone, contact.mobile, contact.territory
    )


# --- what is refused -----------------------------------------------------------------------------------------


def _checked(contact: Contact) -> None:
    """The row's own fields, its superior, its lists; in words for the user."""
    contact.name, contact.post = " ".join(contact.name.split()), " ".join(contact.post.split())
    contact.is_found = bool(contact.is_found)
    if contact.is_found and not contact.name:
        raise Refused(_("A contact needs a name. Nothing was changed."), code="name",
                      hint=_("Not found yet? Then say so and name the post."))  # fmt: skip
    if not contact.is_found and not contact.post:
        raise Refused(_("Name the post whose holder is not found yet. Nothing was changed."), code="post")
    contact.decision_roles = _known_roles(contact.decision_roles)
    contact.languages = _known_languages(contact.languages)
    _refuse_superior(contact)
    try:
        contact.clean_fields(exclude={field.name for field in Contact._meta.fields} - _CLEANED)
    except ValidationError as error:
        raise Refused(_in_words(error), code="invalid", hint=_("Nothing was changed.")) from error


def _in_words(error: ValidationError) -> str:
    return " ".join(
        f"{Contact._meta.get_field(name).verbose_name}: {' '.join(messages)}"  # type: ignore[union-attr]
        for name, messages in error.message_dict.items()
    )


def _known_roles(told: Iterable[str]) -> list[str]:
    order = [key for key, _label in choices.decision_roles()]
    if unknown := set(told) - set(order):
        raise Refused(_("%(role)s is no part in a decision. Nothing was changed.") % {"role": min(unknown)})
    return [key for key in order if key in set(told)]


def _known_languages(told: Iterable[str]) -> list[str]:
    try:
        return rules.languages(told)
    except ValueError as error:
        raise Refused(
            _("%(word)s is no language that is known. Nothing was changed.") % {"word": error},
            hint=_("Write its name, or its code of two letters: Italian, it."),
        ) from error


def _refuse_superior(contact: Contact) -> None:
    """A superior is at the same account, and not below."""
    if contact.reports_to_id is None:
        return
    above = dict(Contact.objects.filter(account=contact.account_id).values_list("pk", "reports_to_id"))
    if contact.reports_to_id not in above:
        raise Refused(_("There is no such contact at this account. Nothing was changed."), code="superior")
    at: int | None = contact.reports_to_id
    seen: set[int] = set()
    while at is not None and at not in seen:
        if at == contact.pk:
            raise Refused(_("Nobody reports to somebody below them. Nothing was changed."), code="cycle")
        seen.add(at)
        at = above.get(at)


# --- coming and going ----------------------------------------------------------------------------------------


@transaction.atomic
def leave(*, actor: User, contact: Contact, on: dt.date, now: dt.datetime) -> str:
    """The person no longer works there; everything known stays. Returns the token that takes it back."""
    policy.require(actor, "accounts.edit", contact)
    contact = _locked(contact)
    if contact.left_on:
        raise Refused(_("This contact has left already. Nothing was changed."), code="left")
    if on > timezone.localdate(now):
        raise Refused(_("That day is still to come. Nothing was changed."), code="days",
                      hint=_("Write it down as an expected change of power."))  # fmt: skip
    ended = _end_relations(contact, now)
    contact.left_on = on
    _save(contact, ["left_on"])
    _tell(actor, contact, "accounts.contact_left", now, after={"on": on.isoformat()})
    return undo.offer(actor=actor, kind="accounts.contact_left", now=now,
                      parameters={"contact": contact.pk, "relations": ended})  # fmt: skip


def _end_relations(contact: Contact, now: dt.datetime) -> list[int]:
    rows = Relation.objects.filter(of=contact) | Relation.objects.filter(to=contact)
    open_rows = list(rows.filter(ended_at=None).values_list("pk", flat=True))
    Relation.objects.filter(pk__in=open_rows).update(ended_at=now)
    return open_rows


@undo.register("accounts.contact_left")
def _return(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    contact = _again(actor, parameters["contact"])
    contact.left_on = None
    _save(contact, ["left_on"])
    _reopen(parameters["relations"])
    _tell(actor, contact, "accounts.contact_back", now)
    return _("The contact is there again.")


def _again(actor: User, number: int) -> Contact:
    contact = Contact.objects.filter(pk=number).first()
    if contact is None:
        raise Refused(_("The contact is gone. Nothing was changed."), code="gone")
    policy.require(actor, "accounts.edit", contact)
    return _locked(contact)


def _reopen(numbers: Iterable[int]) -> None:
    """Those that nobody has drawn anew meanwhile."""
    for row in Relation.objects.filter(pk__in=numbers):
        if not Relation.objects.filter(of=row.of_id, to=row.to_id, kind=row.kind, ended_at=None).exists():
            Relation.objects.filter(pk=row.pk).update(ended_at=None)


@transaction.atomic
def move(*, actor: User, contact: Contact, account: Account, now: dt.datetime) -> str:
    """The person changed companies. What took place and what was stated stays with the account of then.

    Who they report to, who reports to them and their relations there end. Returns the token that takes it back.
    """
    policy.require(actor, "accounts.edit", contact)
    policy.require(actor, "accounts.edit", account)
    former = contact.account
    for each in sorted([former, account], key=lambda row: row.pk):
        _locked_account(each)
    contact = _locked(contact)
    if contact.account_id == account.pk:
        raise Refused(_("The contact is at this account already. Nothing was changed."), code="already")
    reports = list(contact.reports.values_list("pk", flat=True))
    told = {
        "contact": contact.pk, "account": contact.account_id, "reports_to": contact.reports_to_id,
        "left_on": contact.left_on.isoformat() if contact.left_on else None,
        "reports": reports, "relations": _end_relations(contact, now),
        "assessments": _assessments_follow(contact, account),
    }  # fmt: skip
    Contact.objects.filter(pk__in=reports).update(reports_to=None)
    contact.account, contact.reports_to, contact.left_on = account, None, None
    _save(contact, ["account", "reports_to", "left_on"])
    _tell_move(actor, contact, former.pk, account.pk, now)
    return undo.offer(actor=actor, kind="accounts.contact_move", parameters=told, now=now)


def _assessments_follow(contact: Contact, account: Account) -> dict[str, int | None]:
    """What was answered about the person goes along, so that who looks after the new account can read it.

    Returns where each stood before.
    """
    rows = Assessment.objects.filter(subject_kind="contact", subject_id=contact.pk)
    before = {str(pk): was for pk, was in rows.values_list("pk", "account_id")}
    rows.update(account_id=account.pk)
    return before


def _assessments_back(contact: Contact, before: Mapping[str, int | None]) -> None:
    for pk, account in before.items():
        Assessment.objects.filter(pk=pk, subject_kind="contact", subject_id=contact.pk).update(
            account_id=account
        )


def _tell_move(actor: User, contact: Contact, former: int, account: int, now: dt.datetime) -> None:
    """Both accounts learn of it."""
    for number in (former, account):
        audit.record(actor=actor, action="accounts.contact_move", subject=contact, now=now, account_id=number,
                     before={"account": former}, after={"account": account})  # fmt: skip


@undo.register("accounts.contact_move")
def _move_back(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    contact = _again(actor, parameters["contact"])
    account = Account.objects.get(pk=parameters["account"])
    policy.require(actor, "accounts.edit", account)
    there = contact.account_id
    contact.account = account
    contact.reports_to = Contact.objects.filter(pk=parameters["reports_to"], account=account).first()
    contact.left_on = dt.date.fromisoformat(parameters["left_on"]) if parameters["left_on"] else None
    _save(contact, ["account", "reports_to", "left_on"])
    Contact.objects.filter(pk__in=parameters["reports"], account=account, reports_to=None).update(
        reports_to=contact
    )
    _reopen(parameters["relations"])
    _assessments_back(contact, parameters.get("assessments", {}))
    _tell_move(actor, contact, there, account.pk, now)
    return _("The contact is back at %(account)s.") % {"account": account.name}


# --- marks and the ladder ----------------------------------------------------------------------------------


@transaction.atomic
def mark(*, actor: User, contact: Contact, name: str, on: bool, now: dt.datetime) -> bool:
    """Set or take a mark (MARKS); whether anything changed."""
    if name not in MARKS:
        raise Refused(_("There is no such mark. Nothing was changed."), code="mark")
    before = getattr(contact, name)
    edit(actor=actor, contact=contact, opened={}, submitted={name: on}, now=now)
    return bool(before) != on


@undo.register("accounts.contact_fields")
def _fields_back(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    """Parameters: {"contacts": {pk: {field: value of before}}}."""
    rows = Contact.objects.in_bulk([int(number) for number in parameters["contacts"]])
    for number, values in parameters["contacts"].items():
        if int(number) in rows:
            edit(actor=actor, contact=rows[int(number)], opened={}, submitted=values, now=now)
    return _("The contacts are as they were before.")


@transaction.atomic
def assessed(actor: User, assessment: Assessment, now: dt.datetime) -> None:
    """The rung of a contact is that of the latest finished look at it, whoever looked (REL-06).

    One that is secret tells nothing here: the rung stands in lists that people without clearance read.
    """
    if assessment.instrument.key != ladder.KEY or assessment.secrecy >= Secrecy.SECRET:
        return
    contact = Contact.objects.select_for_update(of=("self",)).filter(pk=assessment.subject_id).first()
    reached = int(assessment.score or 0)
    if contact is None or contact.erased_at or contact.ladder_stage == reached:
        return
    before, contact.ladder_stage = contact.ladder_stage, reached
    _save(contact, ["ladder_stage"])
    _tell(actor, contact, "accounts.ladder", now,
          before={"ladder_stage": before}, after={"ladder_stage": reached})  # fmt: skip


# --- contacts that took place ----------------------------------------------------------------------------------


@transaction.atomic
def log_interaction(
    *,
    actor: User,
    account: Account,
    kind: str,
    on: dt.date,
    now: dt.datetime,
    contact: Contact | None = None,
    from_them: bool = False,
    in_depth: bool = False,
    summary: str = "",
) -> Interaction:
    """One contact that took place. Information, never an achievement: nothing counts towards a norm."""
    policy.require(actor, "accounts.edit", account)
    if kind not in {key for key, _label in choices.interaction_kinds()}:
        raise Refused(_("There is no such kind of contact. Nothing was written."), code="kind")
    if on > timezone.localdate(now):
        raise Refused(_("That day is still to come. Nothing was written."), code="days")
    if contact is not None and _locked(contact).account_id != account.pk:
        raise Refused(_("There is no such contact at this account. Nothing was written."), code="elsewhere")
    return Interaction.objects.create(
        account=account, contact=contact, person=actor, kind=kind, on=on, from_them=from_them,
        in_depth=in_depth, summary=" ".join(summary.split())[:300], created_at=now,
    )  # fmt: skip
