"""The programme in words: measures with their unit and trend, conditions, verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kamerton.portfolio.programme_measures import NAMES
from kamerton.portfolio.programme_queries import Verdict
from kamerton.portfolio.programme_rules import Case, Finding, Measure, Unit, trend
from kamerton.web import formats
from kamerton.web.instrument_words import said
from kamerton.web.parts import Badge

#: Outcome -> the figure that tells it, what brings that figure, and where (ADP-08).
OUTCOMES = (
    (gettext_lazy("Profit"), "key_income", gettext_lazy("Import costs with the sales, and decide who is key."), "imports"),
    (gettext_lazy("Market position"), "share_of_wallet", gettext_lazy("Estimate what key accounts need."), "potential"),
    (gettext_lazy("Loyalty"), "retention", gettext_lazy("Import sales of two years."), "imports"),
    (gettext_lazy("Churn"), "churn", gettext_lazy("Import sales of two years."), "imports"),
    (gettext_lazy("Feedback used"), "advice_used", gettext_lazy("Ask customers for advice and write down what was done."),
     "consultations"),
    (gettext_lazy("Margin"), "key_margin", gettext_lazy("Import costs with the sales, and decide who is key."), "imports"),
    (gettext_lazy("Competitive advantage"), "preferred", gettext_lazy("Write down how far you are as a supplier."),
     "key_accounts"),
)  # fmt: skip


def value(unit: Unit, number: float | None, currency: str) -> str:
    if number is None:
        return formats.MISSING
    if unit == "share":
        return formats.share(number)
    if unit == "money":
        return formats.money(Decimal(str(round(number, 2))), currency, decimals=0)
    if unit == "days":
        return _("%(n)s days") % {"n": formats.number(number, decimals=1)}
    return formats.number(number, decimals=0 if unit == "count" or number >= 100 else 1)


def trend_badge(before: float | None, measure: Measure) -> tuple[Badge, ...]:
    """Shape, word and colour; nothing where there is nothing to compare with."""
    way = trend(before, measure.now, measure.better)
    words = {
        "better": ("good", _("Better")),
        "worse": ("bad", _("Worse")),
        "same": ("neutral", _("Unchanged")),
    }
    return (Badge(words[way][0], words[way][1], soft=True),) if way else ()  # type: ignore[arg-type]


def measure_name(key: str) -> str:
    return str(NAMES[key]) if key in NAMES else ""


def condition_badge(each: Finding) -> Badge:
    if each.met is None:
        return Badge("off", _("Nobody has said"), soft=True)
    return (
        Badge("good", _("Verified"), soft=True)
        if each.met
        else Badge("neutral", _("Not verified"), soft=True)
    )


def basis(each: Finding) -> str:
    """Whether figures or a person tell it, and of which day."""
    if each.source == "figures":
        told = _("From figures, %(day)s") % {"day": formats.date(each.dated)}
        return f"{told}. {_('%(person)s says otherwise.') % {'person': each.other}}" if each.other else told
    if each.source == "person":
        return _("%(person)s, %(day)s") % {"person": each.who, "day": formats.date(each.dated)}
    return ""


def lead(found: Verdict | None) -> str:
    """The verdict in one sentence, with what it rests on."""
    if found is None or not any(each.source for each in found.findings):
        return _("Nothing tells yet whether key account management is worth it here.")
    title = said(found.result.title) if found.result else ""
    figures = sum(each.met is True and each.source == "figures" for each in found.findings)
    people = found.verified - figures
    count = ngettext(
        "%(n)s of %(of)s conditions is verified", "%(n)s of %(of)s conditions are verified", found.verified
    ) % {"n": formats.number(found.verified), "of": formats.number(len(found.findings))}
    parts = _("%(figures)s by figures, %(people)s by people") % {
        "figures": formats.number(figures), "people": formats.number(people),
    }  # fmt: skip
    told = {"verdict": title, "count": count, "parts": parts}
    return _("Key account management here: %(verdict)s. %(count)s, %(parts)s.") % {
        **told,
        "verdict": title.lower(),
    }


def case_lead(case: Case, currency: str) -> str:
    if not (case.has_cost or case.has_benefit):
        return _("Nobody has written down yet what the programme costs more and brings.")
    told = {"cost": formats.money(case.cost, currency, decimals=0), "benefit": formats.money(case.benefit, currency, decimals=0),
            "left": formats.money(abs(case.left), currency, decimals=0)}  # fmt: skip
    if case.is_justified is None:
        return _("Extra cost %(cost)s a year, benefit %(benefit)s: one side is still missing.") % told
    if case.is_justified:
        return (
            _("Justified: it costs %(cost)s more a year and brings %(benefit)s, so %(left)s is left.") % told
        )
    return (
        _("Not justified: it costs %(cost)s more a year and brings %(benefit)s, %(left)s too little.") % told
    )


def outcomes_lead(found: Mapping[str, Measure]) -> str:
    ways = [found[key].trend for _name, key, _bring, _where in OUTCOMES]
    known = sum(found[key].now is not None for _name, key, _bring, _where in OUTCOMES)
    if not known:
        return _("Nothing tells yet what the programme brings.")
    told = {"known": formats.number(known), "of": formats.number(len(OUTCOMES)),
            "better": formats.number(ways.count("better")), "worse": formats.number(ways.count("worse"))}  # fmt: skip
    return (
        _("%(known)s of %(of)s outcomes are known: %(better)s better than a year before, %(worse)s worse.")
        % told
    )
