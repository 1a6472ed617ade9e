"""The two decisions about key status, and what a proposal shows to who decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.accounts.queries import load_of, responsible_for
from kamerton.core.models import Company
from kamerton.portfolio import status_queries, status_sources
from kamerton.portfolio.models import KeyProfile
from kamerton.portfolio.models.status import key_levels
from kamerton.work.kinds import By, Kind, register

#: The director decides; where the director asks or there is none, the head of sales, else an administrator.
_DECIDERS = (By("role", ("director", "head_of_sales", "administrator")),)

GIVE = register(
    Kind(
        key="key_status",
        name=gettext_lazy("Key status"),
        right="work.propose",
        steps=_DECIDERS,
        reason_label=gettext_lazy("Why it is key for us"),
        approved=gettext_lazy("Key account"),
        rejected=gettext_lazy("Not key"),
        more=(
            ("level_text", gettext_lazy("Level")),
            ("reasons_text", gettext_lazy("Which of the six, and the evidence")),
            ("counter_text", gettext_lazy("What speaks against it")),
            ("benefit", gettext_lazy("What we gain by the dependence")),
            ("risk", gettext_lazy("What the dependence endangers")),
            ("load_text", gettext_lazy("Who looks after it")),
            ("package_text", gettext_lazy("What the service package costs")),
        ),
    )
)
END = register(
    Kind(
        key="key_status_end",
        name=gettext_lazy("End of key status"),
        right="work.propose",
        steps=_DECIDERS,
        reason_label=gettext_lazy("Why it is no longer key"),
        approved=gettext_lazy("No longer key"),
        rejected=gettext_lazy("Stays key"),
    )
)


def told(
    account: Account, profile: KeyProfile, details: Mapping[str, Any], receiver: User | None, today: dt.date
) -> dict[str, str]:
    """The texts that the page of the decision shows, in the language of who asks; kept as they were."""
    words = status_queries.definition_words(profile)
    level = str(dict(key_levels())[details["level"]])
    return {
        "level_text": f"{level}: {details['of']}" if details["of"] else level,
        "reasons_text": "\n".join(f"{words[name]}: {text}" for name, text in details["reasons"].items()),
        "counter_text": "\n".join(details["counter"]),
        "load_text": load_text(account, receiver, today),
        "package_text": package_text(account),
    }


def load_text(account: Account, receiver: User | None, today: dt.date) -> str:
    """Who is to look after it and whether that is too much; it warns and never refuses (SEL-21)."""
    responsible = responsible_for(account, today)
    person = receiver or responsible
    if person is None:
        return _("Nobody is responsible yet.")
    load = load_of(person, today)
    comes = 0 if responsible is not None and responsible.pk == person.pk else 1
    count = load.accounts + comes
    known = {"person": person.display_name, "n": number_format(count), "limit": number_format(load.limit)}
    if count > load.limit:
        return _("%(person)s would be responsible for %(n)s accounts; %(limit)s is the limit.") % known
    return _("%(person)s would be responsible for %(n)s accounts, within the limit of %(limit)s.") % known


def package_text(account: Account) -> str:
    cost = status_sources.package_cost(account)
    if cost is None:
        return ""
    company = Company.objects.filter(pk=1).first()
    amount = (
        f"{number_format(cost, decimal_pos=0, force_grouping=True)} {company.currency if company else ''}"
    )
    return _("%(amount)s a year") % {"amount": amount.strip()}
