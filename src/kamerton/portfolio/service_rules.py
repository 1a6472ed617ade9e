"""The five benefits promised to key accounts, and whether they are kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Promise:
    """`target`: the usual one, in the unit; `better`: the side of it that keeps the promise."""

    name: str | Words
    how: str | Words
    unit: Literal["share", "days"]
    better: Literal["up", "down"]
    target: float


#: ADP-07, in the order of the source.
PROMISES: Mapping[str, Promise] = {
    "supply": Promise(_("Reliable supply"), _("deliveries in full and on the day"), "share", "up", 0.95),
    "risk": Promise(_("Lower risk"), _("part of the goods that comes back"), "share", "down", 0.02),
    "problems": Promise(_("Faster problem solving"), _("days until a request to a department is answered"), "days", "down", 3),
    "communication": Promise(_("Better communication"), _("days since we last spoke"), "days", "down", 30),
    "level": Promise(_("Higher service level"), _("requests answered by the day agreed"), "share", "up", 0.9),
}  # fmt: skip


def is_broken(promise: Promise, target: float, actual: float | None) -> bool:
    """Nothing known breaks nothing; the target itself keeps the promise."""
    if actual is None:
        return False
    return actual < target if promise.better == "up" else actual > target
