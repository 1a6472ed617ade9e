"""Needs of accounts: divisions, estimates (each a new statement), sheets of templates, notes why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.actions import telling
from kamerton.accounts.models import Account
from kamerton.core import audit, concurrency, undo
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.portfolio import potential_rules as rules
from kamerton.portfolio import potential_sheets as sheets
from kamerton.portfolio.actions import wallets
from kamerton.portfolio.models import Division, Estimate, Sheet, WhyNot

#: What `estimate` takes. `short` alone changes the next 12 months and leaves the later years.
FIELDS = (
    "years", "competitor", "competitors", "ours_typed", "quantity", "unit", "price", "satisfiable", "dated",
    "source_kind", "source", "confidence", "note",
)  # fmt: skip
_SAID = ("dated", "source_kind", "source", "confidence", "note")
_WHENCE = ("source_kind", "source", "confidence")
_LONGEST_FAMILY = 200
_MOST = Decimal("1e13")


class Negative(Refused):
    """An amount is below zero. Nothing was changed."""


class NotThere(Refused):
    """The division belongs to another account, or is gone."""


def years_text(years: Iterable[Decimal]) -> str:
    """As Estimate.years keeps them."""
    return " ".join(format(rules.cents(each), "f") for each in years)


def require(actor: User, account: Account) -> None:
    """Who writes of needs reads them too, which nobody from outside does."""
    policy.require(actor, "portfolio.view", account)
    telling.require_account(actor, account)


# --- estimates -------------------------------------------------------------------------------------------


@transaction.atomic
def estimate(
    *,
    actor: User,
    account: Account,
    family: str,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
    division: Division | None = None,
) -> Estimate:
    """Say what is needed. What was said before stays, as history. Raises concurrency.Conflict.

    Where nothing is said of the source, a new need is an assumption of today.
    """
    require(actor, account)
    _hold(account, division)
    named = family_named(family)
    before = _current(account, division, named)
    base = before or Estimate(account=account, division=division, family=named, years="")
    names = [name for name in (*FIELDS, "short") if name in submitted]
    stored = concurrency.values_of(base, names)
    told = {name: submitted[name] for name in names}
    written = concurrency.merged(opened=opened, stored=stored, submitted=told)
    if before is not None and not written:
        return before
    newer = _next(base, written, actor, now, named=told)
    _check(newer, now)
    _put(newer, before, actor, now)
    wallets.renew(now=now, accounts=[account.pk])
    newer.refresh_from_db()
    return newer


def _next(
    base: Estimate, written: Mapping[str, Any], actor: User, now: dt.datetime, *, named: Iterable[str]
) -> Estimate:
    """A row that says what `base` said, but for what is written.

    `named`: what the writer was asked for. A new need of which nobody said where it is from is an assumption, and
    of today unless a day was named; a competitor added to a need leaves its source and its day.
    """
    kept = {name: getattr(base, name) for name in FIELDS}
    newer = Estimate(account=base.account, division=base.division, family=base.family, **kept)
    if {"short", "years"} & set(written):
        if not set(named) & set(_WHENCE):
            newer.source_kind, newer.source, newer.confidence, newer.note = "", "", "assumed", ""
        newer.dated = base.dated if "dated" in named else timezone.localdate(now)
    newer.dated = newer.dated or timezone.localdate(now)
    for name, value in written.items():
        if name != "short":
            setattr(newer, name, value)
    if "short" in written and "years" not in written:
        later = base.needs[1:] if base.years else ()
        newer.years = years_text((_amount(written["short"]), *later))
    newer.created_at, newer.created_by = now, actor
    return newer


def _amount(value: Any) -> Decimal:
    if value is None:
        raise Refused(_("An estimate says how much is needed."), hint=_("Put 0 where nothing is needed."))
    return Decimal(value)


def _put(newer: Estimate, before: Estimate | None, actor: User, now: dt.datetime) -> None:
    """In the place of `before`; the wallet is for the caller to renew."""
    newer.short, newer.long = newer.needs[0], sum(newer.needs, Decimal(0))
    if before is not None:
        Estimate.objects.filter(pk=before.pk).update(is_current=False)
    newer.save(force_insert=True)
    _trail(actor, "estimate", newer, now, before=_shown(before), after=_shown(newer))


def _shown(row: Estimate | None) -> dict[str, Any] | None:
    if row is None:
        return None
    told = {
        name: concurrency.plain(getattr(row, name)) for name in ("family", "years", "confidence", "dated")
    }
    return told | {"division": row.division_id}


def _check(row: Estimate, now: dt.datetime) -> None:
    amounts = [
        *row.needs,
        *(each for each in (row.competitors, row.ours_typed, row.price) if each is not None),
    ]
    if not row.years:
        _amount(None)
    if len(row.needs) > rules.MOST_YEARS:
        raise Refused(_("An estimate looks at most %(n)s years ahead.") % {"n": rules.MOST_YEARS})
    if any(each < 0 for each in amounts) or (row.quantity is not None and row.quantity < 0):
        raise negative()
    if any(each > _MOST for each in amounts):
        raise Refused(_("That is more than any company needs."), hint=_("Look at the number of zeros."))
    if not 0 <= row.satisfiable <= 100:
        raise Refused(_("We can satisfy from 0 to 100 % of a need."))
    if row.dated > timezone.localdate(now):
        raise Refused(
            _("An estimate cannot be of a day after today."), hint=_("Put the day on which you heard it.")
        )


def negative() -> Negative:
    return Negative(
        _("A need cannot be negative. Nothing was saved."), code="negative",
        hint=_("Put 0 where nothing is needed."),
    )  # fmt: skip


def family_named(family: str) -> str:
    name = " ".join(family.split())
    if not name or len(name) > _LONGEST_FAMILY:
        raise Refused(_("An estimate is of a product family."), hint=_("Choose one, or write its name."))
    return name


def _current(account: Account, division: Division | None, family: str) -> Estimate | None:
    return account.estimates.current().filter(division=division, family=family).first()


def _hold(account: Account, division: Division | None) -> None:
    """One writer at a time for the needs of an account."""
    Account.objects.select_for_update().get(pk=account.pk)
    if division is not None and not Division.objects.filter(pk=division.pk, account=account).exists():
        raise NotThere(
            _("The division is not one of this account. Nothing was saved."), hint=_("Choose another one.")
        )


@undo.register("portfolio.estimates_unsay")
@transaction.atomic
def _unsay(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"estimates": [pk, …], "before": [pk, …]}: what they took the place of counts again."""
    told = Estimate.objects.filter(pk__in=parameters["estimates"])
    list(Account.objects.select_for_update(of=("self",)).filter(pk__in=told.values("account")).order_by("pk"))
    rows = list(told.select_related("account"))
    if len(rows) != len(parameters["estimates"]) or not all(row.is_current for row in rows):
        raise undo.CannotUndo(
            _("Somebody has estimated it anew since. Nothing was changed."), code="undo_over"
        )
    for row in rows:
        require(actor, row.account)
        _trail(actor, "unestimate", row, now, before=_shown(row))
    sheet_ids = {row.sheet_id for row in rows if row.sheet_id}
    accounts = {row.account_id for row in rows}
    Estimate.objects.filter(pk__in=[row.pk for row in rows]).delete()
    Sheet.objects.filter(pk__in=sheet_ids, estimates=None).delete()
    Estimate.objects.filter(pk__in=parameters["before"], account__in=accounts).update(is_current=True)
    wallets.renew(now=now, accounts=accounts)
    return _("As it was.")


# --- sheets ----------------------------------------------------------------------------------------------


@transaction.atomic
def fill_sheet(
    *,
    actor: User,
    account: Account,
    template: sheets.Template,
    inputs: Mapping[str, Any],
    values: Mapping[str, Any],
    stands_on: int,
    now: dt.datetime,
    division: Division | None = None,
) -> tuple[Sheet, list[int]]:
    """Estimate several families by a template; the sheet and the estimates that it took the place of.

    `values`: dated, source_kind, source, confidence, note. `stands_on`: the newest estimate of the account when the
    form was opened; where one of these families was estimated since, nothing is saved.
    """
    require(actor, account)
    _hold(account, division)
    _refuse(sheets.problem(template, inputs))
    needs = sheets.needs_of(template, inputs)
    _refuse_newer(account, division, needs, stands_on)
    said = {name: values[name] for name in _SAID if name in values}
    sheet = Sheet(account=account, division=division, template=template, inputs=dict(inputs), created_at=now,
                  created_by=actor, **said)  # fmt: skip
    sheet.save(force_insert=True)
    _trail(actor, "fill_sheet", sheet, now, after={"template": template, "families": sorted(needs)})
    replaced = []
    for family, years in needs.items():
        before = _current(account, division, family_named(family))
        base = before or Estimate(account=account, division=division, family=family, years="")
        newer = _next(base, {**said, "years": years_text(years)}, actor, now, named=said)
        newer.sheet = sheet
        _check(newer, now)
        _put(newer, before, actor, now)
        replaced += [before.pk] if before else []
    wallets.renew(now=now, accounts=[account.pk])
    return sheet, replaced


def _refuse_newer(
    account: Account, division: Division | None, families: Iterable[str], stands_on: int
) -> None:
    since = account.estimates.current().filter(division=division, family__in=families, pk__gt=stands_on)
    newer = since.select_related("created_by").first()
    if newer is None:
        return
    who = newer.created_by.display_name if newer.created_by else _("Somebody")
    raise Refused(
        _("%(person)s has estimated %(family)s since you opened this. Nothing was saved; what you entered is kept.")
        % {"person": who, "family": newer.family},
        code="conflict", hint=_("Look at that estimate; save again to put yours in its place."),
    )  # fmt: skip


def _refuse(problem: sheets.Problem | None) -> None:
    if problem == "negative":
        raise negative()
    sentences = {
        "nothing": _("Nothing is filled in yet. Fill in at least one line."),
        "family": _("Each line names a product family. Nothing was saved."),
        "early": _("A modernisation counts from one of the later years: what runs now is equipment."),
        "growth": _("A need cannot shrink by more than 100 % a year. Nothing was saved."),
        "years": _("An estimate looks one to %(n)s years ahead. Nothing was saved.")
        % {"n": rules.MOST_YEARS},
    }
    if problem:
        raise Refused(sentences[problem], code=problem)


# --- divisions -------------------------------------------------------------------------------------------


@transaction.atomic
def add_division(*, actor: User, account: Account, name: str, now: dt.datetime) -> Division:
    require(actor, account)
    _hold(account, None)
    division = Division(account=account, name=_division_name(account, name), created_at=now, created_by=actor)
    division.save(force_insert=True)
    _trail(actor, "add_division", division, now, after={"name": division.name})
    return division


@transaction.atomic
def rename_division(
    *,
    actor: User,
    division: Division,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> Division:
    require(actor, division.account)
    _hold(division.account, division)
    found = Division.objects.select_for_update().get(pk=division.pk)
    before = found.name
    if not concurrency.apply(found, opened=opened, submitted={"name": submitted["name"]}):
        return found
    found.name = _division_name(found.account, found.name, but=found)
    found.version += 1
    found.save(update_fields=["name", "version"])
    _trail(actor, "rename_division", found, now, before={"name": before}, after={"name": found.name})
    return found


@undo.register("portfolio.division_unadd")
@transaction.atomic
def _unadd_division(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"division": pk}"""
    remove_division(actor=actor, division=Division.objects.get(pk=parameters["division"]), now=now)
    return _("The division is gone again.")


@transaction.atomic
def remove_division(*, actor: User, division: Division, now: dt.datetime) -> None:
    """Only one of which nothing has been said: what was said keeps its place."""
    require(actor, division.account)
    _hold(division.account, division)
    used = (division.estimates, division.why_nots, division.opportunities)
    if any(rows.exists() for rows in used) or Sheet.objects.filter(division=division).exists():
        raise Refused(
            _("Something has been written of “%(division)s”. Nothing was removed.")
            % {"division": division.name},
            hint=_("Rename it instead."),
        )
    _trail(actor, "remove_division", division, now, before={"name": division.name})
    division.delete()


def _division_name(account: Account, name: str, but: Division | None = None) -> str:
    named = " ".join(name.split())[:120]
    if not named:
        raise Refused(_("A division needs a name."), hint=_("A plant, a site, a business unit."))
    others = account.divisions.exclude(pk=but.pk) if but else account.divisions.all()
    if any(other.name.casefold() == named.casefold() for other in others):
        raise Refused(_("There is a division of that name already."))
    return named


# --- why not ---------------------------------------------------------------------------------------------


@transaction.atomic
def close_cell(
    *,
    actor: User,
    account: Account,
    family: str,
    reason: str,
    now: dt.datetime,
    division: Division | None = None,
) -> WhyNot:
    """No opportunity, and why. What was noted before ends."""
    require(actor, account)
    _hold(account, division)
    if not reason.strip():
        raise Refused(_("A cell is closed only with a reason."), hint=_("A few words will do."))
    named = family_named(family)
    account.why_nots.filter(division=division, family=named, ended_at=None).update(ended_at=now)
    row = WhyNot(account=account, division=division, family=named, reason=reason.strip(), created_at=now,
                 created_by=actor)  # fmt: skip
    row.save(force_insert=True)
    _trail(actor, "close_cell", row, now, after={"family": named, "reason": row.reason})
    return row


@transaction.atomic
def open_cell(*, actor: User, why_not: WhyNot, now: dt.datetime) -> None:
    """The note no longer holds; it stays in the history."""
    require(actor, why_not.account)
    if WhyNot.objects.filter(pk=why_not.pk, ended_at=None).update(ended_at=now):
        _trail(actor, "open_cell", why_not, now, before={"family": why_not.family})


@undo.register("portfolio.cell_unclose")
@transaction.atomic
def _unclose(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"why_not": pk}"""
    open_cell(actor=actor, why_not=WhyNot.objects.get(pk=parameters["why_not"]), now=now)
    return _("The cell is open again.")


def _trail(
    actor: User,
    verb: str,
    row: Any,
    now: dt.datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(actor=actor, action=f"portfolio.{verb}", subject=row, now=now, before=before, after=after,
                 account_id=row.account_id)  # fmt: skip
