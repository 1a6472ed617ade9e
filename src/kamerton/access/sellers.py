"""Which of our people is which seller of the sales files (SEL-13).

A person has a name there of their own (`sales_name`); where nobody has written one down, equal names are taken to
be the same person. Upper case and blanks make no difference.
"""

from __future__ import annotations

from collections.abc import Iterable

from kamerton.access.models import OrgUnit, User


def folded(name: str) -> str:
    return " ".join(name.casefold().split())


def match(people: Iterable[User]) -> dict[str, User]:
    """Folded name in the sales files -> person. A written name goes before an equal one; the older person first."""
    ordered = sorted(people, key=lambda person: (not person.sales_name, person.pk))
    found: dict[str, User] = {}
    for person in ordered:
        name = folded(person.sales_name or person.get_full_name())
        if name:
            found.setdefault(name, person)
    return found


def by_name() -> dict[str, User]:
    """Everybody, also who has left: what they sold stays where it was sold. One query."""
    return match(User.objects.filter(is_external=False).order_by("pk"))


def departments() -> dict[str, str]:
    """Folded name in the sales files -> name of the department of that person. Two queries.

    The department is the unit itself or the nearest one above that is a department; where none is, the unit.
    """
    units = {unit.pk: unit for unit in OrgUnit.objects.all()}
    return {
        name: department_of(person.unit_id, units).name
        for name, person in by_name().items()
        if person.unit_id in units
    }


def department_of(unit_id: int, units: dict[int, OrgUnit]) -> OrgUnit:
    """KeyError: no such unit."""
    at: int | None = unit_id
    for _step in range(len(units)):
        if at is None:
            break
        if units[at].kind == "department":
            return units[at]
        at = units[at].parent_id
    return units[unit_id]
