"""Promising a package to key accounts, changing it, and saying how a promise was kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core import audit, concurrency
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.portfolio import rules
from kamerton.portfolio.models import PromiseActual, ServicePackage, ServiceTarget, StandardPackage
from kamerton.portfolio.service_rules import PROMISES

EDITED = ("cost", "resources", "marketing", "administrative", "service")
_LARGEST = Decimal(10) ** 13
Row = TypeVar("Row", StandardPackage, ServicePackage)


@transaction.atomic
def set_target(*, actor: User, key: str, target: float, now: dt.datetime) -> ServiceTarget:
    """What the company promises: the same to every key account."""
    policy.require(actor, "portfolio.configure")
    _check_value(key, target)
    row, _made = ServiceTarget.objects.update_or_create(key=key, defaults={"target": target})
    audit.record(
        actor=actor,
        action="portfolio.service_target",
        subject=row,
        now=now,
        after={"key": key, "target": target},
    )
    return row


def _check_value(key: str, value: float) -> None:
    if key not in PROMISES:
        raise Refused(_("There is no such promise. Nothing was changed."), code="promise")
    if value < 0 or (PROMISES[key].unit == "share" and value > 1):
        raise Refused(
            _("A share lies between 0 and 100 %, days are not negative. Nothing was changed."), code="value"
        )


@transaction.atomic
def set_standard(
    *, actor: User, opened: Mapping[str, Plain], submitted: Mapping[str, Any], now: dt.datetime
) -> StandardPackage:
    """With what packages begin from now on; those that run stay as they are."""
    policy.require(actor, "portfolio.configure")
    StandardPackage.objects.get_or_create(pk=1)
    row = StandardPackage.objects.select_for_update().get(pk=1)
    return _written(actor, row, "standard_package", opened, submitted, now)


@transaction.atomic
def edit_package(
    *,
    actor: User,
    package: ServicePackage,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> ServicePackage:
    """What this account gets, and what it costs a year."""
    policy.require(actor, "accounts.edit", package)
    row = ServicePackage.objects.select_for_update(of=("self",)).get(pk=package.pk)
    if row.until is not None:
        raise Refused(_("This package has ended. Nothing was changed."), code="ended")
    return _written(actor, row, "service_package", opened, submitted, now)


def _written(
    actor: User,
    row: Row,
    verb: str,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> Row:
    before = _plain(row)
    told = {name: submitted[name] for name in EDITED if name in submitted}
    if told.get("cost") is not None and not 0 <= told["cost"] < _LARGEST:
        raise Refused(_("A cost is not negative. Nothing was changed."), code="cost")
    written: list[str] = concurrency.apply(row, opened=opened, submitted=told)
    if written:
        row.version += 1
        row.save(update_fields=[*written, "version"])
        audit.record(actor=actor, action=f"portfolio.{verb}", subject=row, now=now, before=before, after=_plain(row),
                     account_id=getattr(row, "account_id", None))  # fmt: skip
    return row


def _plain(row: StandardPackage | ServicePackage) -> dict[str, Any]:
    told: dict[str, Any] = rules.plain({name: getattr(row, name) for name in EDITED})
    return told


def attach(*, actor: User, account: Account, now: dt.datetime) -> ServicePackage:
    """Called by the decision that makes `account` key: the standard package, unless one runs already."""
    running = ServicePackage.objects.filter(account=account, until=None).first()
    if running is not None:
        return running
    begun = StandardPackage.objects.filter(pk=1).first() or StandardPackage(pk=1)
    row = ServicePackage.objects.create(
        account=account, from_date=timezone.localdate(now), by=actor, at=now,
        **{name: getattr(begun, name) for name in EDITED},
    )  # fmt: skip
    audit.record(actor=actor, action="portfolio.attach_package", subject=row, now=now, account_id=account.pk)
    return row


def end(*, actor: User, account: Account, now: dt.datetime) -> None:
    """Called by the decision that ends key status."""
    row = ServicePackage.objects.filter(account=account, until=None).first()
    if row is not None:
        row.until = max(timezone.localdate(now), row.from_date)
        row.save(update_fields=["until"])
        audit.record(actor=actor, action="portfolio.end_package", subject=row, now=now, account_id=account.pk)


@transaction.atomic
def record_actual(
    *, actor: User, account: Account, key: str, value: float, on: dt.date, source: str, now: dt.datetime
) -> PromiseActual:
    """How a promise was kept, where no figure tells it."""
    policy.require(actor, "accounts.edit", account)
    _check_value(key, value)
    if not source.strip():
        raise Refused(_("Say where it is from. Nothing was changed."), code="source")
    if on > timezone.localdate(now):
        raise Refused(_("The day lies ahead. Nothing was changed."), code="days")
    row = PromiseActual.objects.create(
        account=account, key=key, value=value, on=on, source=source.strip()[:200], by=actor, at=now
    )
    audit.record(actor=actor, action="portfolio.promise_actual", subject=row, now=now, account_id=account.pk,
                 after={"key": key, "value": value, "on": on.isoformat()})  # fmt: skip
    return row
