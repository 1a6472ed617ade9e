"""What a sector template was filled in with, and the needs that follow from it. Pure: values in, values out.

`inputs` are what Sheet keeps, amounts and quantities as text:

- free: {"years": 5, "lines": [{"family", "now", "growth"}]}, growth in percent a year;
- construction: {"volumes": [3], "hand_overs": [3], "unit", "hand_over_unit", "lines": [{"family", "norm",
  "hand_over_norm"}]};
- manufacturing: {"years": 5, "lines": [{"kind", "what", "family", "count", "need", "from_year"}]}, kind being
  equipment, plan or modernisation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from kamerton.portfolio import potential_rules as rules

Template = Literal["free", "construction", "manufacturing"]
Problem = Literal["nothing", "family", "negative", "early", "growth", "years"]

#: From which of the coming years on a modernisation may count: before, it is equipment.
FIRST_MODERNISED_YEAR = 2
_LOWEST_GROWTH = Decimal(-100)


def needs_of(template: Template, inputs: Mapping[str, Any]) -> dict[str, rules.Years]:
    """Family -> need of the coming years. The same inputs give the same needs."""
    return {"free": _free, "construction": _construction, "manufacturing": _manufacturing}[template](inputs)


def problem(template: Template, inputs: Mapping[str, Any]) -> Problem | None:
    """The first thing that is wrong with the inputs, or None."""
    lines = inputs["lines"]
    if not lines:
        return "nothing"
    if not all(line["family"].strip() for line in lines):
        return "family"
    if any(_amount(value) < 0 for value in _amounts(template, inputs)):
        return "negative"
    return None if template == "construction" else _problem_of_years(lines, int(inputs["years"]))


def _problem_of_years(lines: Sequence[Mapping[str, Any]], years: int) -> Problem | None:
    if not 1 <= years <= rules.MOST_YEARS:
        return "years"
    if any(_amount(line.get("growth")) < _LOWEST_GROWTH for line in lines):
        return "growth"
    modern = [int(line["from_year"]) for line in lines if line.get("kind") == "modernisation"]
    return None if all(FIRST_MODERNISED_YEAR <= each <= years for each in modern) else "early"


def _amounts(template: Template, inputs: Mapping[str, Any]) -> Iterable[Any]:
    of_line = {
        "free": ("now",),
        "construction": ("norm", "hand_over_norm"),
        "manufacturing": ("count", "need"),
    }
    yield from (line[name] for line in inputs["lines"] for name in of_line[template])
    if template == "construction":
        yield from (*inputs["volumes"], *inputs["hand_overs"])


def _amount(value: Any) -> Decimal:
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)


def _free(inputs: Mapping[str, Any]) -> dict[str, rules.Years]:
    years = int(inputs["years"])
    return _summed(
        (line["family"], rules.free(_amount(line["now"]), float(_amount(line["growth"])) / 100, years))
        for line in inputs["lines"]
    )


def _construction(inputs: Mapping[str, Any]) -> dict[str, rules.Years]:
    volumes, hand_overs = ([_amount(each) for each in inputs[name]] for name in ("volumes", "hand_overs"))
    return _summed(
        (
            line["family"],
            rules.construction(
                volumes,
                hand_overs,
                norm=_amount(line["norm"]),
                hand_over_norm=_amount(line["hand_over_norm"]),
            ),
        )
        for line in inputs["lines"]
    )


def _manufacturing(inputs: Mapping[str, Any]) -> dict[str, rules.Years]:
    years = int(inputs["years"])
    return _summed((line["family"], rules.manufacturing([_piece(line)], years)) for line in inputs["lines"])


def _piece(line: Mapping[str, Any]) -> rules.Piece:
    later = line["kind"] == "modernisation"
    return rules.Piece(
        count=_amount(line["count"]),
        need=_amount(line["need"]),
        from_year=int(line["from_year"]) if later else 1,
    )


def _summed(told: Iterable[tuple[str, rules.Years]]) -> dict[str, rules.Years]:
    """Lines of one family together."""
    found: dict[str, rules.Years] = {}
    for family, years in told:
        name = " ".join(family.split())
        found[name] = rules.added([found[name], years]) if name in found else years
    return found
