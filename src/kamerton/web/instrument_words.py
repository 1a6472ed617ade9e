"""How instruments, scores and answers are worded on pages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from kamerton.instruments import rules
from kamerton.instruments.definition import Definition, Item, Words
from kamerton.instruments.outline import Manner
from kamerton.web import formats
from kamerton.web.parts import Badge

ABOUT: Mapping[str, Promise] = {
    "account": gettext_lazy("An account"),
    "contact": gettext_lazy("A contact"),
    "company": gettext_lazy("A company"),
    "user": gettext_lazy("A colleague"),
    "meeting": gettext_lazy("A meeting"),
    "negotiation": gettext_lazy("A negotiation"),
    "candidate": gettext_lazy("A candidate"),
    "competitor": gettext_lazy("A competitor"),
    "none": gettext_lazy("Our company"),
}
KINDS: Mapping[str, Promise] = {
    "yes-no": gettext_lazy("Yes or no"),
    "scale": gettext_lazy("Scale"),
    "choice": gettext_lazy("Choice"),
    "number": gettext_lazy("Number"),
    "text": gettext_lazy("Text"),
    "date": gettext_lazy("Date"),
}
METHODS: Mapping[str, Promise] = {
    "mean": gettext_lazy("Weighted mean"),
    "sum": gettext_lazy("Sum of points"),
    "count": gettext_lazy("Count of what is met"),
    "ladder": gettext_lazy("Ladder of stages"),
}


def said(words: Words | None) -> str:
    """In the language of the request; "" for no text."""
    return words.said(get_language() or "en") if words else ""


def manner() -> Manner:
    return Manner(get_language() or "en", number=_number, date=formats.date)


def _number(value: Decimal) -> str:
    places = max(0, -int(value.normalize().as_tuple().exponent))
    return formats.number(value, decimals=min(places, 6))


def figure(value: float | None) -> str:
    """A score or points: whole where it is, else with one decimal."""
    if value is None:
        return formats.MISSING
    return formats.number(value, decimals=0 if round(value, 1) == round(value) else 1)


def how_it_scores(definition: Definition) -> str:
    """The method in a sentence."""
    method, rebase = definition.scoring.method, definition.scoring.unanswered == "rebase"
    if method == "ladder":
        return _("A stage stands when all its criteria and those of the stages below are met.")
    if method == "count":
        return _("What is met is counted; a question without an answer is not met.")
    if method == "sum":
        return _("The points of all answers are added up; a question without an answer brings none.")
    if rebase:
        return _("A mean of the answers from 0 to 100, by weight; only answered questions are weighed.")
    return _("A mean of the answers from 0 to 100, by weight; a question without an answer brings nothing.")


def score_words(score: rules.Score | None) -> str:
    """ "62 of 100", "stage 2 of 4"; nothing to score: says so."""
    if score is None or score.value is None:
        return _("not scored")
    told = {"value": figure(score.value), "most": figure(score.out_of)}
    return (
        _("stage %(value)s of %(most)s") % told
        if score.method == "ladder"
        else _("%(value)s of %(most)s") % told
    )


def result_badge(definition: Definition, key: str) -> Badge | None:
    named = rules.result_of(definition, key)
    return Badge(named.state, said(named.title)) if named else None


def result_words(definition: Definition, key: str) -> str:
    named = rules.result_of(definition, key)
    return said(named.title) if named else ""


def movement_words(movement: rules.Movement, when: str) -> str:
    """How the score stands against the one of `when`, a date in words."""
    told = {"by": figure(abs(movement.by or 0)), "when": when}
    if movement.by is None:
        return _("It cannot be compared with the one of %(when)s: the rules differ.") % told
    if movement.by > 0:
        return _("%(by)s more than on %(when)s.") % told
    if movement.by < 0:
        return _("%(by)s less than on %(when)s.") % told
    count = len(movement.moved)
    if count:
        text = ngettext(
            "The same score as on %(when)s, with %(count)s other answer.",
            "The same score as on %(when)s, with %(count)s other answers.",
            count,
        )
        return text % (told | {"count": count})
    return _("As on %(when)s.") % told


def needs_words(item: Item) -> str:
    """What must be given: an answer, evidence."""
    told = [_("must be answered")] if item.required else []
    if item.evidence == "always":
        told.append(_("with evidence"))
    if item.evidence == "on-yes":
        told.append(_("a yes needs evidence"))
    return ", ".join(told)


def fresh_words(item: Item) -> str:
    if item.fresh_days is None:
        return ""
    days = item.fresh_days
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": formats.number(days)}
