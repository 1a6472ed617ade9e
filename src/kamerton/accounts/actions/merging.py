"""Two accounts made one, and parted again. Everything that points to the one goes to the other (accounts.everything)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import everything, queries, regrouping, search
from kamerton.accounts.actions.companies import lock_company, search_text
from kamerton.accounts.actions.pointing import Place, point
from kamerton.accounts.models import Account, Coverage, ExternalId, Merge
from kamerton.core import audit, undo
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.instruments.models import Assessment

#: What the survivor takes over where it has nothing of its own.
_FILLED = (
    "segment", "legal_name", "legal_form", "registration_number", "tax_number", "country", "website", "email", "phone",
    "description", "newcomer_kind",
)  # fmt: skip


def _places() -> Iterator[Place]:
    for through in everything.of_accounts():
        if through.model is not Merge and through.key != "accounts.account.merged_into":
            yield Place(through.key, through.model, through.field.attname, {})
    yield Place("accounts.account.merged_into", Account, "merged_into_id", {})
    yield Place("core.auditentry.account_id", AuditEntry, "account_id", {})
    yield Place("instruments.assessment.account_id", Assessment, "account_id", {})
    yield Place("instruments.assessment.subject", Assessment, "subject_id", {"subject_kind": "account"})


@transaction.atomic
def merge(*, actor: User, survivor: Account, merged: Account, now: dt.datetime) -> Merge:
    """`merged` goes into `survivor`: all its rows, of whatever room, and its lines in the figures.

    A row that cannot stand beside one of the survivor's (the same tag, a second responsible person at one time)
    stays with the merged account, which stays too, behind its survivor. All of it is remembered.
    """
    for each in (survivor, merged):
        policy.require(actor, "accounts.merge", each)
    lock_company()
    survivor, merged = _both(survivor, merged)
    _refuse(survivor, merged)
    filled = _fill(survivor, merged)
    moved = {place.key: _move(place, merged, survivor) for place in _places()}
    Account.objects.filter(pk=merged.pk).update(merged_into=survivor)
    told = {"rows": {key: rows for key, rows in moved.items() if rows}, "filled": filled}
    row = Merge.objects.create(survivor=survivor, merged=merged, moved=told, at=now, by=actor)
    ExternalId.objects.update_or_create(system="ledger", value=merged.number, defaults={"account": survivor})
    _found_again(survivor)
    search.remove(merged)
    for account, action in ((survivor, "accounts.merge"), (merged, "accounts.merged")):
        audit.record(actor=actor, action=action, subject=account, now=now, account_id=survivor.pk,
                     after={"survivor": survivor.number, "merged": merged.number})  # fmt: skip
    regrouping.tell(actor=actor, now=now)
    return row


def _both(one: Account, other: Account) -> tuple[Account, Account]:
    rows = {row.pk: row for row in Account.objects.select_for_update(of=("self",))
            .filter(pk__in=[one.pk, other.pk]).order_by("pk")}  # fmt: skip
    return rows[one.pk], rows[other.pk]


def _refuse(survivor: Account, merged: Account) -> None:
    nothing = _("Nothing was changed.")
    if survivor.pk == merged.pk:
        raise Refused(_("An account cannot be merged with itself."), code="same", hint=nothing)
    if survivor.merged_into_id or merged.merged_into_id:
        raise Refused(_("One of the two was merged already."), code="merged", hint=nothing)
    if merged.in_ledger and not survivor.in_ledger:
        raise Refused(
            _("%(merged)s buys from us and %(survivor)s does not yet: keep %(merged)s.")
            % {"merged": merged.name, "survivor": survivor.name},
            code="ledger",
            hint=nothing,
        )
    if merged.pk in {each.pk for each in queries.above(survivor)}:
        raise Refused(
            _("%(survivor)s belongs to %(merged)s: keep the parent company.")
            % {"merged": merged.name, "survivor": survivor.name},
            code="parent",
            hint=nothing,
        )


def _fill(survivor: Account, merged: Account) -> dict[str, Any]:
    """Fields that only the merged account had; returns what they are now."""
    names = [name for name in _FILLED if not getattr(survivor, name) and getattr(merged, name)]
    for name in ("industry_id", "parent_id"):
        value = getattr(merged, name)
        if (
            value
            and not getattr(survivor, name)
            and value != survivor.pk
            and not _below(survivor, value, name)
        ):
            names.append(name)
    filled = {name: getattr(merged, name) for name in names}
    for name, value in filled.items():
        setattr(survivor, name, value)
    if names:
        survivor.version += 1
        survivor.save(update_fields=[*(name.removesuffix("_id") for name in names), "version"])
    return filled


def _below(survivor: Account, number: int, name: str) -> bool:
    return name == "parent_id" and number in queries.below(survivor)


def _move(place: Place, merged: Account, survivor: Account) -> list[int]:
    """The keys of the rows that now point to the survivor."""
    rows = place.rows(merged.pk)
    if place.model is Account:  # the survivor itself may stand under the merged one
        rows = rows.exclude(pk=survivor.pk)
    if place.model is Coverage:
        rows = rows.exclude(pk__in=_beside(survivor, merged))
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    return point(place, keys, merged.pk, survivor.pk)


def _beside(survivor: Account, merged: Account) -> list[int]:
    """Responsible people of the merged account on days on which the survivor has one."""
    held = list(survivor.coverage.filter(role="responsible"))
    return [
        row.pk
        for row in merged.coverage.filter(role="responsible")
        if any(
            (row.to_date is None or each.from_date <= row.to_date)
            and (each.to_date is None or row.from_date <= each.to_date)
            for each in held
        )
    ]


def _found_again(account: Account) -> None:
    account.search_text = search_text(account)
    account.save(update_fields=["search_text"])
    search.index(account)


# --- parting ---------------------------------------------------------------------------------------------------


@transaction.atomic
def part(*, actor: User, merge: Merge, now: dt.datetime) -> Account:
    """Undo a merge, whenever: what was moved goes back, what came since stays with the survivor."""
    policy.require(actor, "accounts.merge", merge)
    lock_company()
    row = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    survivor, merged = _both(row.survivor, row.merged)
    if row.undone_at or merged.merged_into_id != survivor.pk:
        raise Refused(_("This merge was undone already. Nothing was changed."), code="undone")
    if survivor.merged_into_id:
        raise Refused(
            _("%(survivor)s was merged into another account since. Nothing was changed.")
            % {"survivor": survivor.name},
            code="merged",
            hint=_("Undo that merge first."),
        )
    for place in _places():
        point(place, row.moved["rows"].get(place.key, []), survivor.pk, merged.pk)
    _empty(survivor, row.moved["filled"])
    Account.objects.filter(pk=merged.pk).update(merged_into=None)
    ExternalId.objects.filter(system="ledger", value=merged.number, account=survivor).delete()
    for account in _both(survivor, merged):
        _found_again(account)
    row.undone_at, row.undone_by = now, actor
    row.save(update_fields=["undone_at", "undone_by"])
    audit.record(actor=actor, action="accounts.part", subject=survivor, now=now, account_id=survivor.pk,
                 after={"survivor": survivor.number, "merged": merged.number})  # fmt: skip
    regrouping.tell(actor=actor, now=now)
    return merged


def _empty(survivor: Account, filled: Mapping[str, Any]) -> None:
    """Take back what was filled in, unless somebody has changed it since."""
    names = [name for name, value in filled.items() if getattr(survivor, name) == value]
    for name in names:
        setattr(survivor, name, None if name.endswith("_id") else "")
    if names:
        survivor.version += 1
        survivor.save(update_fields=[*(name.removesuffix("_id") for name in names), "version"])


def offer_back(*, actor: User, merges: list[Merge], now: dt.datetime) -> str:
    """The token that parts them again, the last one first."""
    numbers = [row.pk for row in reversed(merges)]
    return undo.offer(actor=actor, kind="accounts.merge", parameters={"merges": numbers}, now=now)


@undo.register("accounts.merge")
def _parted(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    for number in parameters["merges"]:
        part(actor=actor, merge=Merge.objects.get(pk=number), now=now)
    return _("The accounts are two again; the figures follow in a moment.")
