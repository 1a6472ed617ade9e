"""The closed lists of the room. What the kinds are called a company can say itself (models.ClaimTerms.words)."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Choices = list[tuple[str, str | Promise]]


def claim_kinds() -> Choices:
    return [
        ("quality", _("Quality")),
        ("delivery", pgettext_lazy("claim", "Delivery")),
        ("shortage", _("Shortage")),
        ("mix_up", _("Wrong goods or sorting")),
        ("price", _("Price or invoice")),
        ("service", pgettext_lazy("claim", "Service")),
        ("other", pgettext_lazy("claim", "Other")),
    ]


def claim_channels() -> Choices:
    return [
        ("phone", _("Telephone")),
        ("email", _("E-mail")),
        ("meeting", pgettext_lazy("channel", "In person")),
        ("letter", _("Letter")),
        ("portal", _("Their purchasing system")),
        ("other", pgettext_lazy("channel", "Other")),
    ]


def claim_states() -> Choices:
    return [
        ("received", pgettext_lazy("claim", "Received")),
        ("acknowledged", pgettext_lazy("claim", "Acknowledged")),
        ("in_hand", pgettext_lazy("claim", "In hand")),
        ("settled", pgettext_lazy("claim", "Settled")),
        ("rejected", pgettext_lazy("claim", "Rejected")),
    ]


OPEN_STATES = ("received", "acknowledged", "in_hand")
CLOSED_STATES = ("settled", "rejected")


def severities() -> list[tuple[int, str | Promise]]:
    return [
        (1, pgettext_lazy("severity", "Slight")),
        (2, pgettext_lazy("severity", "Considerable")),
        (3, pgettext_lazy("severity", "Grave: their work stands still, or they may leave")),
    ]


def causes() -> Choices:
    """Where it came from; never who."""
    return [
        ("goods", _("Our goods")),
        ("handling", _("Our picking, packing or stock")),
        ("transport", _("Transport")),
        ("supplier", _("Our supplier")),
        ("papers", _("Our prices, papers or data")),
        ("promise", _("What we promised or left unsaid")),
        ("theirs", _("Use or order at the customer’s")),
        ("unknown", pgettext_lazy("cause", "Not found")),
    ]


def satisfactions() -> Choices:
    return [
        ("yes", pgettext_lazy("satisfied", "Yes")),
        ("partly", pgettext_lazy("satisfied", "Partly")),
        ("no", pgettext_lazy("satisfied", "No")),
        ("not_asked", pgettext_lazy("satisfied", "Not asked")),
    ]
