"""Rules over the visits and calls to come."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from kamerton.said import Said
from kamerton.signals.reading import AccountReading, Finding
from kamerton.signals.registry import Rule, Values, register


def nothing_agreed(reading: AccountReading, _values: Values) -> Iterator[Finding]:
    """REL-14."""
    for each in reading.visits:
        said = Said(
            "{people} of us go to this account in the week of {day}, and nothing is agreed to be said.",
            people=each.people, day=each.monday,
        )  # fmt: skip
        yield Finding(said=said, weight=2, about=each.ref)


register(
    Rule(
        key="nothing_agreed",
        name=_("Several of us, and nothing agreed"),
        sentence=_(
            "Several of us go to one account in one week, and what all of us say is not written down."
        ),
        reads=_("Visits and calls of this week and the next, and what is agreed for them"),
        level="account",
        find=nothing_agreed,
        todo=_("Agree what all of us say there"),
        offer="record",
        right="accounts.view",
    )
)
