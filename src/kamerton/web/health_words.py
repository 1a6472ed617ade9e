"""Health and risk in words: what each part says, what pushes a risk up or down."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from kamerton.portfolio.models import AccountFigure, Snapshot
from kamerton.web import formats
from kamerton.web.parts import Badge, Text

PARTS: Mapping[str, Text] = {
    "growth": pgettext_lazy("part of health", "Growth"),
    "payment": pgettext_lazy("part of health", "Payment"),
    "service": pgettext_lazy("part of health", "Service"),
    "relationship": pgettext_lazy("part of health", "Relationship"),
    "plan": pgettext_lazy("part of health", "Progress of the plan"),
}
STANDINGS: Mapping[str, Badge] = {
    "good": Badge("good", pgettext_lazy("health", "Good")),
    "middling": Badge("warn", pgettext_lazy("health", "Middling")),
    "poor": Badge("bad", pgettext_lazy("health", "Poor")),
}
_OF: Mapping[str, Text] = {
    "service": gettext_lazy("returns against those of all accounts, requests that are overdue"),
    "relationship": gettext_lazy("strength of the strongest contacts, decision roles we know"),
}


def made_of(kept: Mapping[str, Any]) -> list[str]:
    """What each part that counts is made of, with its own points where it has several."""
    return [f"{PARTS[name]}: {_of(name, kept)}." for name in PARTS if name in kept.get("parts", {})]


def _of(name: str, kept: Mapping[str, Any]) -> str:
    if name != "growth":
        return str(_OF[name])
    names = {
        "rhythm": _("buying rhythm %(n)s"), "quarter": _("last 13 weeks %(n)s"), "year": _("last 12 months %(n)s"),
    }  # fmt: skip
    told = kept.get("growth", {})
    return ", ".join(text % {"n": points(told[key])} for key, text in names.items() if key in told)


def points(value: float) -> str:
    """Whole points of a hundred."""
    return formats.number(int(value + 0.5))


def reason(each: Mapping[str, Any], currency: str) -> str:
    """One reason in money, days or times."""
    now, before = each.get("now"), each.get("before")
    return _REASONS[each["measure"]](now, before, currency)


def _amount(value: float | None, currency: str) -> str:
    if value is None:
        return formats.MISSING
    return formats.money(Decimal(str(round(value, 2))), currency, compact=True)


def _days(value: float | None) -> str:
    days = round(value or 0)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": formats.number(days)}


def _silence(now: float | None, _before: float | None, _currency: str) -> str:
    return _("Last bought %(days)s ago") % {"days": _days(now)} if now else _("Bought on the last day")


def _rhythm(now: float | None, before: float | None, _currency: str) -> str:
    told = {"usual": _days(before), "times": formats.number((now or 0) / max(before or 1, 1), decimals=1)}
    return _("Usually %(usual)s between purchases; %(times)s times that have passed") % told


def _purchases(now: float | None, _before: float | None, _currency: str) -> str:
    return _("By how often and how lately it bought, %(chance)s for no purchase in 12 months") % {
        "chance": formats.share(now, decimals=0)
    }


def _frequency(now: float | None, before: float | None, _currency: str) -> str:
    told = {"now": formats.number(now), "usual": formats.number(before)}
    return _("%(now)s purchase days in 12 months; %(usual)s is the middle of all accounts") % told


def _trend(now: float | None, before: float | None, currency: str) -> str:
    told = {"now": _amount(now, currency), "before": _amount(before, currency)}
    return _("%(now)s of turnover in the last six months, %(before)s in the six before") % told


def _season(now: float | None, before: float | None, _currency: str) -> str:
    told = {"now": formats.number(now), "before": formats.number(before)}
    return _("%(now)s purchase days in three months, %(before)s in the same three a year before") % told


def _level(now: float | None, before: float | None, currency: str) -> str:
    told = {"now": _amount(now, currency), "usual": _amount(before, currency)}
    return _("%(now)s of turnover in 12 months, where %(usual)s would be usual") % told


def _basket(now: float | None, before: float | None, _currency: str) -> str:
    told = {"now": formats.number(now, decimals=1), "before": formats.number(before, decimals=1)}
    return _("%(now)s lines a purchase in the last six months, %(before)s before") % told


def _margin(now: float | None, _before: float | None, _currency: str) -> str:
    return _("Margin of %(rate)s") % {"rate": formats.share(now)}


def _returns(now: float | None, _before: float | None, _currency: str) -> str:
    return _("Returns of %(rate)s") % {"rate": formats.share(now)}


def _tenure(now: float | None, _before: float | None, _currency: str) -> str:
    return _("A customer for %(days)s") % {"days": _days(now)}


_REASONS = {
    "silence": _silence,
    "rhythm": _rhythm,
    "purchases": _purchases,
    "frequency": _frequency,
    "trend": _trend,
    "season": _season,
    "level": _level,
    "basket": _basket,
    "margin": _margin,
    "returns": _returns,
    "tenure": _tenure,
}


# --- sentences -------------------------------------------------------------------------------------------


def health_sentence(row: AccountFigure) -> str:
    if row.health is None:
        return _("Nothing is known yet that tells how healthy this account is.")
    told = {"n": formats.number(row.health), "change": formats.number(abs(row.health_change or 0))}
    texts = {
        "good": _("%(n)s of 100: good."),
        "middling": _("%(n)s of 100: neither good nor poor."),
        "poor": _("%(n)s of 100: poor."),
    }
    return f"{texts[row.health_standing] % told} {_moved(row.health_change or 0) % told}"


def _moved(change: int) -> str:
    if not change:
        return _("The same as four weeks ago.")
    if change > 0:
        return ngettext(
            "%(change)s point more than four weeks ago.",
            "%(change)s points more than four weeks ago.",
            change,
        )
    return ngettext(
        "%(change)s point less than four weeks ago.", "%(change)s points less than four weeks ago.", -change
    )


def risk_sentence(row: AccountFigure, snapshot: Snapshot) -> str:
    if row.risk is None:
        return _("It has bought nothing for 12 months: it counts as lost already.")
    told = {
        "risk": formats.share(row.risk, decimals=0),
        "lost": formats.share(row.risk_lost, decimals=0),
        "amount": formats.money(row.at_risk, snapshot.currency, compact=True),
    }
    chance = (
        _("%(risk)s that within 12 months it buys less than half, %(lost)s that it buys nothing any more.")
        % told
    )
    if not row.at_risk:
        return chance
    if snapshot.basis == "income":
        return f"{chance} {_('At least %(amount)s of income a year are at risk.') % told}"
    return f"{chance} {_('At least %(amount)s of turnover a year are at risk.') % told}"


def method(told: Mapping[str, Any]) -> str:
    """How the risk was learned. `told`: a snapshot's figures["outlook"], or the model of a year ago."""
    if told.get("method") != "own_past":
        return _(
            "The ledger is too short to learn from: the weights are those that hold for most companies, "
            "and the chances are only rough."
        )
    return _(
        "Learned from what became of our own accounts: %(rows)s observations at earlier dates, of which %(events)s "
        "were lost or shrank to less than half."
    ) % {"rows": formats.number(told["rows"]), "events": formats.number(told["events"])}


def absent(kept: Mapping[str, Any]) -> str:
    """Which parts have no data and therefore do not count."""
    names = [str(label) for name, label in PARTS.items() if name not in kept.get("parts", {})]
    if not names:
        return ""
    listed = pgettext("list of parts", ", ").join(names)
    return _("Not known yet, and not counted: %(parts)s.") % {"parts": listed}
