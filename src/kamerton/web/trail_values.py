"""Before and after in the trail: fields by the names that forms give them, values as people write them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, Field, TextField
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kamerton.accounts import choices
from kamerton.web import country_words, formats

#: What entries name beside the fields of their record.
_LABELS: Mapping[str, str | Promise] = {
    "added": gettext_lazy("added"),
    "answer": gettext_lazy("answer"),
    "by": gettext_lazy("by"),
    "change": gettext_lazy("change"),
    "columns": gettext_lazy("columns"),
    "decider": gettext_lazy("decided by"),
    "deciders": gettext_lazy("to be decided by"),
    "division": gettext_lazy("division"),
    "driver": gettext_lazy("activity"),
    "escalated_to": gettext_lazy("went up to"),
    "escalations": gettext_lazy("steps up"),
    "families": gettext_lazy("families"),
    "fields": gettext_lazy("fields"),
    "from": gettext_lazy("from"),
    "grade": gettext_lazy("dependence"),
    "level": gettext_lazy("level"),
    "mentions": gettext_lazy("mentioned"),
    "of": gettext_lazy("of"),
    "on": gettext_lazy("on"),
    "owner_id": gettext_lazy("owner"),
    "rate": gettext_lazy("rate"),
    "read": gettext_lazy("read"),
    "reasons": gettext_lazy("reasons"),
    "refused": gettext_lazy("lines refused"),
    "removed": gettext_lazy("removed"),
    "result": gettext_lazy("result"),
    "rows": gettext_lazy("rows"),
    "score": gettext_lazy("score"),
    "share": gettext_lazy("share"),
    "stands": gettext_lazy("stands at"),
    "standing": gettext_lazy("how sure"),
    "step": gettext_lazy("step"),
    "task": gettext_lazy("task"),
    "topic": gettext_lazy("about"),
    "unassigned": gettext_lazy("lines without an account"),
    "used": gettext_lazy("lines used"),
    "years": gettext_lazy("by year"),
}
_STANDINGS: Mapping[str, str | Promise] = {
    "assumption": gettext_lazy("Assumption"),
    "likely": gettext_lazy("Likely"),
    "verified": gettext_lazy("Verified"),
    "assumed": gettext_lazy("Assumed"),
}
_STATES: Mapping[str, str | Promise] = {
    "critical": gettext_lazy("Critical"),
    "mono": gettext_lazy("Mono client"),
    "company": gettext_lazy("Company"),
    "department": gettext_lazy("Department"),
    "seller": gettext_lazy("Seller"),
    "cost": gettext_lazy("Cost"),
    "promote": gettext_lazy("Make key"),
    "demote": gettext_lazy("End key status"),
    "accepted": gettext_lazy("Accepted"),
    "declined": gettext_lazy("Declined"),
    "open": gettext_lazy("Open"),
    "done": gettext_lazy("Done"),
    "partial": gettext_lazy("In part"),
}
#: Kinds of records, in the user's words.
_KINDS: Mapping[str, str | Promise] = {
    "access.user": pgettext_lazy("kind of record", "person"),
    "access.orgunit": pgettext_lazy("kind of record", "unit"),
    "access.ownrole": pgettext_lazy("kind of record", "role"),
    "access.delegation": pgettext_lazy("kind of record", "absence"),
    "access.invitation": pgettext_lazy("kind of record", "invitation"),
    "accounts.account": pgettext_lazy("kind of record", "account"),
    "accounts.contact": pgettext_lazy("kind of record", "contact"),
    "accounts.coverage": pgettext_lazy("kind of record", "place in a team"),
    "accounts.address": pgettext_lazy("kind of record", "address"),
    "accounts.industry": pgettext_lazy("kind of record", "industry"),
    "accounts.limits": pgettext_lazy("kind of record", "limits"),
    "accounts.fact": pgettext_lazy("kind of record", "fact"),
    "accounts.need": pgettext_lazy("kind of record", "need"),
    "accounts.note": pgettext_lazy("kind of record", "note"),
    "accounts.personalnote": pgettext_lazy("kind of record", "personal note"),
    "accounts.attachment": pgettext_lazy("kind of record", "file"),
    "accounts.budgetmovement": pgettext_lazy("kind of record", "money that moves"),
    "accounts.relation": pgettext_lazy("kind of record", "relation"),
    "accounts.event": pgettext_lazy("kind of record", "event"),
    "accounts.participation": pgettext_lazy("kind of record", "part in an event"),
    "accounts.presentation": pgettext_lazy("kind of record", "presentation"),
    "accounts.act": pgettext_lazy("kind of record", "act of a contact"),
    "accounts.powerchange": pgettext_lazy("kind of record", "expected change"),
    "instruments.assessment": pgettext_lazy("kind of record", "assessment"),
    "instruments.instrument": pgettext_lazy("kind of record", "questionnaire"),
    "work.task": pgettext_lazy("kind of record", "task"),
    "work.request": pgettext_lazy("kind of record", "request"),
    "work.approval": pgettext_lazy("kind of record", "decision"),
    "work.approvalstep": pgettext_lazy("kind of record", "step of a decision"),
    "work.consultation": pgettext_lazy("kind of record", "consultation"),
    "work.handover": pgettext_lazy("kind of record", "hand-over"),
    "work.managementdecision": pgettext_lazy("kind of record", "decision of the management"),
    "ledger.batch": pgettext_lazy("kind of record", "import"),
    "ledger.rate": pgettext_lazy("kind of record", "exchange rate"),
    "exchange.run": pgettext_lazy("kind of record", "import of contacts"),
    "core.company": pgettext_lazy("kind of record", "our company"),
    "portfolio.profile": pgettext_lazy("kind of record", "thresholds"),
    "portfolio.keystatus": pgettext_lazy("kind of record", "key status"),
    "portfolio.keyprofile": pgettext_lazy("kind of record", "profile of key accounts"),
    "portfolio.division": pgettext_lazy("kind of record", "division"),
    "portfolio.opportunity": pgettext_lazy("kind of record", "opportunity"),
    "portfolio.estimate": pgettext_lazy("kind of record", "estimate"),
    "portfolio.sheet": pgettext_lazy("kind of record", "sheet of needs"),
    "portfolio.whynot": pgettext_lazy("kind of record", "reason for a gap"),
    "portfolio.protection": pgettext_lazy("kind of record", "plan against loss"),
    "portfolio.barrier": pgettext_lazy("kind of record", "barrier"),
    "portfolio.reference": pgettext_lazy("kind of record", "reference"),
    "portfolio.supplierstage": pgettext_lazy("kind of record", "stage as a supplier"),
    "portfolio.review": pgettext_lazy("kind of record", "review"),
    "portfolio.reviewitem": pgettext_lazy("kind of record", "proposal of a review"),
    "portfolio.segmentnote": pgettext_lazy("kind of record", "segment"),
    "portfolio.programme": pgettext_lazy("kind of record", "programme"),
    "portfolio.programmeitem": pgettext_lazy("kind of record", "row of the programme"),
    "portfolio.caseline": pgettext_lazy("kind of record", "line of the business case"),
    "portfolio.servicetarget": pgettext_lazy("kind of record", "promise"),
    "portfolio.standardpackage": pgettext_lazy("kind of record", "standard package"),
    "portfolio.servicepackage": pgettext_lazy("kind of record", "service package"),
    "portfolio.promiseactual": pgettext_lazy("kind of record", "how a promise was kept"),
    "portfolio.errorimpact": pgettext_lazy("kind of record", "mistake"),
    "portfolio.activityrate": pgettext_lazy("kind of record", "cost of an activity"),
    "portfolio.servingcost": pgettext_lazy("kind of record", "cost of serving"),
    "portfolio.economics": pgettext_lazy("kind of record", "own costs"),
    "portfolio.valueplan": pgettext_lazy("kind of record", "assumptions of value"),
    "portfolio.mapplacement": pgettext_lazy("kind of record", "place on a map"),
    "portfolio.mapweights": pgettext_lazy("kind of record", "weights of the maps"),
    "signals.signal": pgettext_lazy("kind of record", "signal"),
    "signals.rulesetting": pgettext_lazy("kind of record", "rule of the signals"),
}
#: Fields whose numbers are parts of a whole.
_SHARES = frozenset({"share", "share_lost", "supply"})
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")
_RECORD = re.compile(r"[a-z]+\.[a-z]+:\d+\Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")


def label(model: str, name: str) -> str:
    """The name of a field of a record of `model` ("accounts.need")."""
    field = _field(model, name)
    if field is not None:
        return str(field.verbose_name)
    return str(_LABELS.get(name, name.replace("_", " ")))


def value(model: str, name: str, told: Any) -> str:
    if told in (None, "", [], {}):
        return formats.MISSING
    if isinstance(told, list):
        shown = ", ".join(value(model, name, each) for each in told[:5])
        return f"{shown} …" if len(told) > 5 else shown
    if isinstance(told, dict):
        return ", ".join(
            f"{label(model, key)}: {value(model, key, each)}" for key, each in list(told.items())[:5]
        )
    if isinstance(told, bool):
        return _("Yes") if told else _("No")
    return _chosen(model, name, told) or (str(told)[:120] if _is_text(model, name) else _plain(name, told))


@lru_cache(maxsize=1024)
def _field(model: str, name: str) -> Field[Any, Any] | None:
    try:
        found = apps.get_model(model)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None
    return found if isinstance(found, Field) else None


def _is_text(model: str, name: str) -> bool:
    """Numbers of companies, years and names stay as they were written."""
    return name != "years" and (name == "year" or isinstance(_field(model, name), CharField | TextField))


def _chosen(model: str, name: str, told: Any) -> str:
    """The word of a choice."""
    if name == "fields":
        return capfirst(label(model, str(told)))
    if name == "country":
        return country_words.name(str(told))
    field = _field(model, name)
    options = dict(field.flatchoices) if field is not None and field.choices else _OPTIONS.get(name, dict)()
    word = options.get(told) or (_STATES.get(told, "") if isinstance(told, str) else "")
    return str(word)


#: Choices that are no field's.
_OPTIONS: Mapping[str, Callable[[], Mapping[Any, str | Promise]]] = {
    "kind": lambda: dict(choices.address_kinds()),
    "newcomer_kind": lambda: dict(choices.newcomer_kinds()),
    "decision_roles": lambda: dict(choices.decision_roles()),
    "standing": lambda: _STANDINGS,
}


def _plain(name: str, told: Any) -> str:
    text = str(told)
    if isinstance(told, float) or _NUMBER.match(text):
        return _number(name, Decimal(text))
    if _RECORD.match(text):
        return record(text)
    if _DAY.match(text):
        return formats.date(dt.date.fromisoformat(text), short=True)
    if _MOMENT.match(text):
        return _moment(text)
    if name == "years":
        return " / ".join(_plain("", each) for each in text.split())
    return text[:120]


def _number(name: str, told: Decimal) -> str:
    if name in _SHARES and abs(told) <= 1:
        return formats.share(float(told))
    whole = told == told.to_integral_value()
    return formats.number(told, decimals=0 if whole else 2)


def _moment(text: str) -> str:
    try:
        return formats.moment(timezone.localtime(dt.datetime.fromisoformat(text)))
    except ValueError:
        return text[:120]


def record(subject: str) -> str:
    """contact 17: the kind in the user's word, and which one."""
    model, _colon, number = subject.partition(":")
    if model in _KINDS:
        return f"{_KINDS[model]} {number}".strip()
    try:
        return f"{apps.get_model(model)._meta.verbose_name} {number}".strip()
    except (LookupError, ValueError):
        return subject
