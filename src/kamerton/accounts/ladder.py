"""The ladder of a relationship: each rung has its criteria, and needs all of them and those below (REL-06). Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Rung:
    stage: int
    name: str | Promise
    criteria: Mapping[str, str | Promise]


LADDER: tuple[Rung, ...] = (
    Rung(1, _("Contact"), MappingProxyType({"met": _("We have met or spoken")})),
    Rung(
        2,
        _("Acquaintance"),
        MappingProxyType(
            {
                "knows_person": _("Knows our key account manager by name"),
                "knows_company": _("Knows our company"),
                "knows_products": _("Knows our products"),
            }
        ),
    ),
    Rung(
        3,
        _("Loyalty"),
        MappingProxyType(
            {
                "respects": _("Speaks of us with respect"),
                "informs": _("Shares information with us"),
            }
        ),
    ),
    Rung(4, _("Close"), MappingProxyType({"helps": _("Lets us ask for help, and helps")})),
)
CRITERIA: Mapping[str, str | Promise] = MappingProxyType(
    {key: text for rung in LADDER for key, text in rung.criteria.items()}
)


def stage(met: Collection[str]) -> int:
    """The highest rung whose criteria, and those of every rung below, are met; 0: none."""
    reached = 0
    for rung in LADDER:
        if not set(rung.criteria) <= set(met):
            break
        reached = rung.stage
    return reached


def missing(met: Collection[str]) -> tuple[str, ...]:
    """What the next rung still wants, in its order; empty at the top."""
    reached = stage(met)
    if reached == len(LADDER):
        return ()
    return tuple(key for key in LADDER[reached].criteria if key not in met)
