"""The company whose ledger this is: its name, and the currency that every amount is kept in."""

from __future__ import annotations

import datetime as dt
import re

from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import audit
from kamerton.core.models import Company
from kamerton.core.refused import Refused
from kamerton.ledger.models import Batch

_CURRENCY = re.compile(r"[A-Z]{3}")


@transaction.atomic
def set_company(*, actor: User | None, name: str, currency: str, now: dt.datetime) -> Company:
    """Name and currency. The currency stays while imports are kept in it: amounts are never relabelled.

    `actor` None: whoever sits at the machine itself.
    """
    if actor is not None:
        policy.require(actor, "portfolio.configure")
    code = currency.strip().upper()
    if not _CURRENCY.fullmatch(code):
        raise Refused(
            _("%(currency)s is no currency code.") % {"currency": currency or "–"},
            hint=_("Three letters, such as EUR, PLN or USD."),
        )
    company = Company.objects.select_for_update().get_or_create(pk=1)[0]
    if code != company.currency and Batch.objects.exclude(state="withdrawn").exists():
        raise Refused(
            _("The ledger is kept in %(currency)s; it stays so while imports count.")
            % {"currency": company.currency},
            hint=_("Withdraw them first, or start with an empty folder."),
        )
    before = {"name": company.name, "currency": company.currency}
    company.name, company.currency = name.strip()[:200], code
    company.save(update_fields=["name", "currency"])
    after = {"name": company.name, "currency": code}
    audit.record(
        actor=actor, action="ledger.set_company", subject=company, now=now, before=before, after=after
    )
    return company
