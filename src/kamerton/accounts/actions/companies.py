"""Companies: adding, changing, their parents, addresses, tags, other numbers, stages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import choices, queries, regrouping, rules
from kamerton.accounts.models import Account, Address, Coverage, ExternalId, Industry, Tag
from kamerton.core import audit, concurrency, undo
from kamerton.core.concurrency import Plain
from kamerton.core.models import Company
from kamerton.core.refused import Refused

#: What a person may write of an account.
FIELDS = (
    "name", "stage", "newcomer_kind", "parent", "industry", "segment", "legal_name", "legal_form",
    "registration_number", "tax_number", "country", "website", "email", "phone", "description",
)  # fmt: skip


class PossibleDoubles(Refused):
    """It may be there already: `accounts`, all within the actor's reach. Others are neither named nor counted."""

    def __init__(self, accounts: Collection[Account]) -> None:
        told = ", ".join(f"{each.name} ({each.number})" for each in accounts)
        super().__init__(
            _("This company may be there already: %(accounts)s.") % {"accounts": told},
            code="doubles",
            hint=_("Nothing was added. Open the one that is there, or say that this is another company."),
        )
        self.accounts = tuple(accounts)


@transaction.atomic
def create(
    *,
    actor: User,
    values: Mapping[str, Any],
    now: dt.datetime,
    tags: Iterable[str] = (),
    anyway: bool = False,
) -> Account:
    """A company that the ledger does not know yet. Raises PossibleDoubles unless `anyway`.

    It gets the next number of ours. Whoever reaches no more than the own accounts becomes responsible for it:
    what one writes down stays in sight.
    """
    policy.require(actor, "accounts.create")
    told = {name: value for name, value in values.items() if name in FIELDS}
    account = Account(**{"stage": "prospect", **told}, created_at=now, created_by=actor)
    if not anyway:
        _refuse_doubles(actor, account)
    _require_parent(actor, account)
    lock_company()
    account.number = rules.prospect_number(
        Account.objects.filter(number__startswith="P-").values_list("number", flat=True)
    )
    _checked(account)
    account.search_text = search_text(account)
    account.save(force_insert=True)
    if tags:
        account.tags.set(_tags(tags))
    audit.record(actor=actor, action="accounts.create", subject=account, now=now, account_id=account.pk,
                 after={"name": account.name, "stage": account.stage})  # fmt: skip
    if actor.held_role.breadth != "all":
        _mine(actor, account, now)
    return account


def lock_company() -> None:
    """One at a time, where what is decided depends on all accounts: numbers of ours, the tree of parents."""
    Company.objects.get_or_create(pk=1)
    Company.objects.select_for_update().get(pk=1)


def _mine(actor: User, account: Account, now: dt.datetime) -> None:
    Coverage.objects.create(account=account, person=actor, role="responsible",
                            from_date=timezone.localdate(now), created_by=actor, created_at=now)  # fmt: skip


def _refuse_doubles(actor: User, account: Account) -> None:
    """Within the actor's reach alone: a refusal would tell whose customer a company is. The others come to light

    on the page of possible doubles, for those who may merge them.
    """
    told = queries.Newcomer(
        name=account.name,
        legal_name=account.legal_name,
        tax_number=account.tax_number,
        registration_number=account.registration_number,
        website=account.website,
        email=account.email,
    )
    found = policy.scope(queries.doubles_of(told), actor, "accounts.view").order_by("name", "pk")
    if seen := list(found):
        raise PossibleDoubles(seen)


@transaction.atomic
def edit(
    *,
    actor: User,
    account: Account,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> Account:
    """Change what `submitted` names. Conflict where somebody else changed the same meanwhile."""
    policy.require(actor, "accounts.edit", account)
    told = {name: value for name, value in submitted.items() if name in FIELDS}
    if "parent" in told:
        lock_company()
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    before = concurrency.values_of(account, told)
    written = concurrency.apply(account, opened=opened, submitted=told)
    if not written:
        return account
    if "parent" in written:
        _require_parent(actor, account)
        _refuse_cycle(account)
    _checked(account, before.get("stage", account.stage))
    account.search_text = search_text(account)
    _save(account, [*written, "search_text"])
    audit.record(
        actor=actor, action="accounts.edit", subject=account, now=now, account_id=account.pk,
        before={name: concurrency.plain(before[name]) for name in written},
        after={name: concurrency.plain(getattr(account, name)) for name in written},
    )  # fmt: skip
    if "parent" in written:
        regrouping.tell(actor=actor, now=now)
    return account


def _save(account: Account, names: Iterable[str]) -> None:
    account.version = F("version") + 1
    account.save(update_fields=[*names, "version"])
    account.refresh_from_db(fields=["version"])


def _require_parent(actor: User, account: Account) -> None:
    """A parent out of reach is as if it were not there."""
    if account.parent_id is None:
        return
    parents = policy.scope(Account.objects.current().filter(pk=account.parent_id), actor, "accounts.view")
    if not parents.exists():
        raise Refused(_("There is no such parent company. Nothing was changed."), code="no_parent")


def _refuse_cycle(account: Account) -> None:
    if account.parent_id is None:
        return
    parent = Account.objects.get(pk=account.parent_id)  # as it is now, not as it was handed over
    if account.pk in {parent.pk, *(each.pk for each in queries.above(parent))}:
        raise Refused(
            _("%(parent)s belongs to %(name)s; a company cannot be above and below another.")
            % {"parent": account.parent, "name": account.name},
            code="cycle",
            hint=_("Nothing was changed."),
        )


def _checked(account: Account, before: str = "") -> None:
    """The row's own fields, in words for the user."""
    account.name = " ".join(account.name.split())
    account.country = account.country.upper()
    if account.stage == "newcomer" and not account.newcomer_kind:
        raise Refused(_("Say what kind of newcomer this is. Nothing was changed."), code="newcomer_kind")
    if account.in_ledger and account.stage in ("prospect", "newcomer") and before != account.stage:
        raise Refused(
            _("%(name)s has bought from us: it is a customer, or a former one.") % {"name": account.name},
            code="stage",
        )
    try:
        account.clean_fields(exclude=["created_by", "parent", "industry", "merged_into", "search_text"])
    except ValidationError as error:
        raise Refused(_in_words(error), code="invalid", hint=_("Nothing was changed.")) from error


def _in_words(error: ValidationError) -> str:
    told = []
    for name, messages in error.message_dict.items():
        label = Account._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        told.append(f"{label}: {' '.join(messages)}")
    return " ".join(told)


def search_text(account: Account) -> str:
    """What finds an account: its names and every number it goes by. One query."""
    return rules.account_text(
        account, account.external_ids.values_list("value", flat=True) if account.pk else ()
    )


@transaction.atomic
def convert(*, actor: User, account: Account, stage: str, now: dt.datetime) -> Account:
    """A newcomer becomes a prospect, either becomes a customer, a customer a former one, and back (REL-16)."""
    return edit(actor=actor, account=account, opened={}, submitted={"stage": stage}, now=now)


# --- addresses and numbers ---------------------------------------------------------------------------------

ADDRESS_FIELDS = ("kind", "street", "postcode", "city", "region", "country", "territory")


@transaction.atomic
def save_address(
    *,
    actor: User,
    account: Account,
    values: Mapping[str, Any],
    now: dt.datetime,
    address: Address | None = None,
) -> Address:
    """A new address, or new contents of one of this account."""
    policy.require(actor, "accounts.edit", account)
    if address is not None and address.account_id != account.pk:
        raise Refused(_("This address belongs to another account. Nothing was changed."), code="elsewhere")
    kept = address or Address(account=account)
    for name in ADDRESS_FIELDS:
        if name in values:
            setattr(kept, name, values[name])
    kept.country = kept.country.upper()
    if not any((kept.street, kept.postcode, kept.city, kept.region, kept.country)):
        raise Refused(_("An address needs at least a place. Nothing was changed."), code="empty")
    if kept.kind not in {key for key, _label in choices.address_kinds()}:
        raise Refused(_("There is no such kind of address. Nothing was changed."), code="kind")
    kept.save()
    _tell(actor, account, "accounts.address", now, after={"kind": kept.kind, "city": kept.city})
    return kept


@transaction.atomic
def remove_address(*, actor: User, address: Address, now: dt.datetime) -> str:
    """Returns the token that takes it back."""
    policy.require(actor, "accounts.edit", address)
    values = {name: getattr(address, name) for name in ADDRESS_FIELDS}
    account = address.account
    address.delete()
    _tell(actor, account, "accounts.address_removed", now, before={"kind": values["kind"]})
    told = {"account": account.pk, "values": values}
    return undo.offer(actor=actor, kind="accounts.address", parameters=told, now=now)


@undo.register("accounts.address")
def _address_back(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    account = _again(parameters["account"])
    save_address(actor=actor, account=account, values=parameters["values"], now=now)
    return _("The address is back.")


@transaction.atomic
def add_external_id(
    *, actor: User, account: Account, system: str, value: str, now: dt.datetime
) -> ExternalId:
    """What another system calls the account. Refused where that system calls another one so."""
    policy.require(actor, "accounts.edit", account)
    system, value = " ".join(system.casefold().split()), value.strip()
    if not system or not value or len(system) > 40 or len(value) > 500:
        raise Refused(_("Name the system and the number there. Nothing was added."), code="empty")
    if system == "ledger":
        raise Refused(
            _("Numbers of the ledger come from merging accounts. Nothing was added."), code="ledger"
        )
    try:
        with transaction.atomic():
            made = ExternalId.objects.create(account=account, system=system, value=value)
    except IntegrityError as error:
        raise Refused(
            _("In %(system)s the number %(value)s stands for another account, or for this one already.")
            % {"system": system, "value": value},
            code="taken",
            hint=_("Nothing was added."),
        ) from error
    _found_again(account)
    _tell(actor, account, "accounts.external_id", now, after={"system": system, "value": value})
    return made


@transaction.atomic
def remove_external_id(*, actor: User, external_id: ExternalId, now: dt.datetime) -> str:
    """Returns the token that takes it back. Numbers that came from a merge go with it, not by hand."""
    policy.require(actor, "accounts.edit", external_id)
    if external_id.system == "ledger":
        raise Refused(_("This number came from a merge; undo the merge instead."), code="ledger")
    account = external_id.account
    told = {"account": account.pk, "system": external_id.system, "value": external_id.value}
    external_id.delete()
    _found_again(account)
    _tell(actor, account, "accounts.external_id_removed", now, before={"system": told["system"]})
    return undo.offer(actor=actor, kind="accounts.external_id", parameters=told, now=now)


@undo.register("accounts.external_id")
def _external_id_back(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    account = _again(parameters["account"])
    add_external_id(
        actor=actor, account=account, system=parameters["system"], value=parameters["value"], now=now
    )
    return _("The number is back.")


def _found_again(account: Account) -> None:
    account.search_text = search_text(account)
    account.save(update_fields=["search_text"])


def _again(number: int) -> Account:
    account = Account.objects.filter(pk=number).first()
    if account is None:
        raise Refused(_("The account is gone. Nothing was changed."), code="gone")
    return account


# --- tags and industries -----------------------------------------------------------------------------------


def _tags(names: Iterable[str]) -> list[Tag]:
    """The tags of these names, made where there is none; case tells no two apart."""
    told = (" ".join(name.split())[:60] for name in names)
    clean = {name.casefold(): name for name in told if name}
    known = {tag.name.casefold(): tag for tag in Tag.objects.all()}
    return [known.get(key) or Tag.objects.get_or_create(name=clean[key])[0] for key in sorted(clean)]


@transaction.atomic
def tag(
    *, actor: User, account: Account, now: dt.datetime, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> tuple[list[str], list[str]]:
    """Put tags on and take tags off; (put on, taken off), only what changed."""
    policy.require(actor, "accounts.edit", account)
    there = set(account.tags.values_list("pk", flat=True))
    new = [each for each in _tags(add) if each.pk not in there]
    off = {name.casefold() for name in remove}
    old = [each for each in account.tags.all() if each.name.casefold() in off]
    account.tags.add(*new)
    account.tags.remove(*old)
    if new or old:
        told = {"added": [each.name for each in new], "removed": [each.name for each in old]}
        _tell(actor, account, "accounts.tag", now, after=told)
    return [each.name for each in new], [each.name for each in old]


@undo.register("accounts.tag")
def _untag(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    rows = Account.objects.in_bulk([int(number) for number in parameters["accounts"]])
    for number, names in parameters["accounts"].items():
        if int(number) in rows:
            tag(actor=actor, account=rows[int(number)], remove=names, now=now)
    return _("The tags are off again.")


@transaction.atomic
def save_industry(
    *,
    actor: User,
    values: Mapping[str, Any],
    now: dt.datetime,
    industry: Industry | None = None,
    opened: Mapping[str, Plain] | None = None,
) -> Industry:
    """A trade of customers: its name, vocabulary, how it works. Conflict as for accounts."""
    policy.require(actor, "accounts.create")
    row = Industry.objects.select_for_update().get(pk=industry.pk) if industry else Industry()
    told = {name: values[name] for name in ("name", "pack", "description", "terms") if name in values}
    written = concurrency.apply(row, opened=opened or {}, submitted=told)
    row.name = " ".join(row.name.split())
    if not row.name:
        raise Refused(_("An industry needs a name. Nothing was changed."), code="empty")
    if Industry.objects.filter(name__iexact=row.name).exclude(pk=row.pk).exists():
        raise Refused(_("There is an industry of that name already. Nothing was changed."), code="taken")
    if row.pk:
        row.version += 1
    row.save()
    audit.record(actor=actor, action="accounts.industry", subject=row, now=now, after={"changed": written})
    return row


def _tell(actor: User, account: Account, action: str, now: dt.datetime, **told: Any) -> None:
    audit.record(actor=actor, action=action, subject=account, now=now, account_id=account.pk, **told)
