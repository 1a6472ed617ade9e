"""The closed lists of the room."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Pairs = list[tuple[str, str | Promise]]


def phases() -> Pairs:
    """In their order; `ended` is no phase, but what comes after the last one."""
    return [
        ("investigation", _("Investigation")),
        ("formalisation", _("Formalisation")),
        ("execution", _("Execution")),
        ("ended", pgettext_lazy("plan", "Ended")),
    ]


def line_kinds() -> Pairs:
    return [
        ("interest", _("Interest of the customer")),
        ("strength", _("Strength")),
        ("weakness", _("Weakness")),
        ("chance", pgettext_lazy("SWOT", "Opportunity")),
        ("threat", _("Threat")),
        ("idea", pgettext_lazy("plan", "Idea")),
        ("design", _("Idea of a product developed together")),
        ("solution", _("Individual solution")),
    ]


#: Made of facts, never retyped.
SWOT = ("strength", "weakness", "chance", "threat")
#: What has a state of its own.
IDEAS = ("idea", "design")


def line_states() -> Pairs:
    return [
        ("new", pgettext_lazy("idea", "New")),
        ("talked", pgettext_lazy("idea", "Talked about with them")),
        ("in_work", pgettext_lazy("idea", "In work")),
        ("done", pgettext_lazy("idea", "Done")),
        ("dropped", pgettext_lazy("idea", "Dropped")),
    ]


def objective_kinds() -> Pairs:
    return [
        ("figure", _("A figure, filled in by itself")),
        ("count", _("A count, written down by us")),
        ("milestone", _("A milestone with its day")),
    ]


def measures() -> Pairs:
    """Figures of the newest snapshot, and what other rooms know by themselves."""
    return [
        ("turnover", _("Turnover, 12 months")),
        ("income", _("Income, 12 months")),
        ("margin", _("Margin, %")),
        ("wallet", _("Share of wallet, %")),
        ("health", _("Health, points")),
        ("families", _("Product families that they buy")),
        ("supplier", _("Preferred supplier, stage of 4")),
    ]


def streams() -> Pairs:
    return [
        ("business", pgettext_lazy("activity", "Business")),
        ("loyalty", pgettext_lazy("activity", "Loyalty")),
    ]


def resource_kinds() -> Pairs:
    return [("inside", _("Our own people and means")), ("outside", _("From outside"))]


def review_states() -> Pairs:
    return [
        ("planned", pgettext_lazy("review", "Planned")),
        ("held", pgettext_lazy("review", "Held")),
        ("cancelled", pgettext_lazy("review", "Cancelled")),
    ]


def version_states() -> Pairs:
    return [
        ("draft", pgettext_lazy("version", "Not sent for approval")),
        ("waiting", pgettext_lazy("version", "Waits for approval")),
        ("approved", pgettext_lazy("version", "Approved")),
        ("rejected", pgettext_lazy("version", "Not approved")),
    ]
