"""The closed lists of the room."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def task_states() -> list[tuple[str, str | Promise]]:
    return [
        ("open", pgettext_lazy("task", "Open")),
        ("done", pgettext_lazy("task", "Done")),
        ("dropped", pgettext_lazy("task", "Dropped")),
    ]


def task_origins() -> list[tuple[str, str | Promise]]:
    """Where a task came from: it says so, and leads back there."""
    return [
        ("own", _("Written by its owner")),
        ("assigned", _("Assigned by a superior")),
        ("distributed", _("Handed on by a senior")),
        ("handover", _("Hand-over")),
        ("request", _("Request")),
        ("approval", _("Decision")),
        ("budget", _("Movement of money")),
        ("mention", _("Mentioned in a note")),
        ("need", _("Need of a customer")),
        ("problem", _("Question, problem or complaint")),
        ("event", _("Event")),
        ("act", _("What a contact did")),
        ("consultation", _("Consultation")),
        ("recurrence", _("Repeats")),
        ("signal", _("Signal")),
        ("protection", _("Protection plan")),
        ("retention", _("Risk of losing an account")),
        ("project", _("Check-in of a project")),
        ("plan", _("Account business plan")),
        ("report", _("Report that is owed")),
    ]


def recurrences() -> list[tuple[str, str | Promise]]:
    return [
        ("", _("Does not repeat")),
        ("weekly", _("Every week")),
        ("fortnightly", _("Every two weeks")),
        ("monthly", _("Every month")),
        ("quarterly", _("Every quarter")),
        ("yearly", _("Every year")),
    ]


def request_states() -> list[tuple[str, str | Promise]]:
    return [
        ("open", pgettext_lazy("request", "Open")),
        ("answered", pgettext_lazy("request", "Answered")),
        ("withdrawn", pgettext_lazy("request", "Withdrawn")),
    ]


def approval_states() -> list[tuple[str, str | Promise]]:
    return [
        ("waiting", pgettext_lazy("approval", "Waiting")),
        ("approved", pgettext_lazy("approval", "Approved")),
        ("rejected", pgettext_lazy("approval", "Rejected")),
        ("withdrawn", pgettext_lazy("approval", "Withdrawn")),
    ]


def handover_reasons() -> list[tuple[str, str | Promise]]:
    return [
        ("became_key", _("Became a key account")),
        ("demoted", _("No longer a key account")),
        ("changes_hands", _("Changes hands")),
        ("leaving", _("Somebody leaves")),
    ]


def handover_states() -> list[tuple[str, str | Promise]]:
    return [("open", pgettext_lazy("hand-over", "Open")), ("done", pgettext_lazy("hand-over", "Done"))]


def consultation_kinds() -> list[tuple[str, str | Promise]]:
    return [
        ("asked_us", _("The customer asked us")),  # OTH-03
        ("asked_them", _("We asked the customer for advice")),  # SEL-11
    ]
