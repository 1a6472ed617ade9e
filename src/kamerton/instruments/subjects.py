"""What an assessment is about. The rooms above know accounts and contacts; they tell this room by a finder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kamerton.access.models import User
from kamerton.core.refused import Refused


@dataclass(frozen=True, slots=True)
class Subject:
    """`pk` 0 with kind "none": nothing in particular. The account is the one it belongs to, if any."""

    kind: str
    pk: int = 0
    name: str = ""
    account_id: int | None = None
    account_number: str = ""


NOTHING = Subject("none")

#: (who asks, numbers) -> those of them that the person may reach, by number. At most a query or two.
Finder = Callable[[User, Collection[int]], Mapping[int, Subject]]

_finders: dict[str, Finder] = {}


class OutOfReach(Refused):
    """There is no such subject, or the person may not see it; the two are not told apart."""

    def __init__(self) -> None:
        super().__init__(
            _("What this would be about was not found."),
            code="not_found",
            hint=_("Start again from its own page."),
        )


def register(kind: str, finder: Finder) -> None:
    """Tell where subjects of `kind` are found. A later call replaces an earlier one."""
    _finders[kind] = finder


def found(actor: User, kind: str, numbers: Collection[int]) -> dict[int, Subject]:
    """The subjects that `actor` may reach. None of a kind whose room is not there."""
    if kind == NOTHING.kind:
        return {0: NOTHING} if 0 in numbers else {}
    finder = _finders.get(kind)
    return dict(finder(actor, numbers)) if finder and numbers else {}


def find(actor: User, kind: str, number: int) -> Subject:
    """One subject. Raises OutOfReach."""
    subject = found(actor, kind, [number]).get(number)
    if subject is None:
        raise OutOfReach
    return subject


def users(_actor: User, numbers: Collection[int]) -> dict[int, Subject]:
    """People of the company. A room that knows whose matter they are replaces this one."""
    people = User.objects.filter(pk__in=numbers, is_active=True)
    return {person.pk: Subject("user", person.pk, person.display_name) for person in people}
