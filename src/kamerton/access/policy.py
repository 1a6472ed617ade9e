"""The one door: what an actor may see and do. Nothing else in the house decides about access.

Reach of a right = the accounts that one covers, those of the people in one's line of report (roles of breadth
"all": every account), and the same of everybody one stands in for today. Secrecy narrows it. A model says where
its rows belong:

- `account_path`: lookup of the account's id, e.g. "account" or "order__account"; "pk" for the account itself;
- `free_without_account` True: rows of no account are everybody's who holds the right;
- `account_number_path`: the same by the account's number, for figures that know no more;
- `secrecy_path`: lookup of its Secrecy; `owner_paths` (or `owner_path`): people to whom a row belongs whatever
  else; rows of one's own are reached without a right;
- `duty_paths`: those of them that are duties, and so pass to whoever stands in for that person today;
- `personal_path`: lookup of an account's id for what only its responsible person and the owner may read;
- `is_internal` True: nobody from outside reaches a row that is not their own.

Somebody from outside (`is_external`) holds the few rights of EXTERNAL_RIGHTS, on the accounts whose team they belong
to, reads what is open, and stands in for nobody. Absence orders are not followed any further: a substitute of a
substitute gets nothing. Whoever has left (inactive, or past the last day) has no rights and passes none on.

Who looks after which account is told by the room above that knows accounts: it registers with `register_reach`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeGuard, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from kamerton.access import line
from kamerton.access.models import Delegation, OrgUnit, User
from kamerton.access.rights import (
    EXTERNAL_RIGHTS,
    NEVER_OWNED,
    NOT_DELEGATED,
    RIGHTS,
    Breadth,
)
from kamerton.access.secrecy import Secrecy
from kamerton.core import clock
from kamerton.core.refused import Refused

Rows = TypeVar("Rows", bound=QuerySet[Any])
Actor = User | AnonymousUser

#: (ids of people, day, only where they are responsible) -> the accounts that they cover that day.
ReachOf = Callable[[Collection[int], dt.date, bool], QuerySet[Any]]
_reach_of: list[ReachOf] = []


def register_reach(reach_of: ReachOf) -> ReachOf:
    """Called once by the room that knows accounts."""
    _reach_of[:] = [reach_of]
    return reach_of


class Forbidden(Refused):
    """The actor may see the thing and may not do this with it."""

    def __init__(self, right: str) -> None:
        super().__init__(
            _("You do not have the right to do this: %(right)s.") % {"right": RIGHTS[right]},
            code="forbidden",
            hint=_("Ask an administrator for it."),
        )
        self.right = right


class SignedOut(Refused):
    """Nobody is signed in, or the sign-in was closed meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("You are not signed in."), code="signed_out", hint=_("Sign in and try again."))


def can(actor: Actor, right: str, subject: Model | None = None, *, on: dt.date | None = None) -> bool:
    """Whether `actor` holds `right`, on `subject` where that belongs somewhere. KeyError: no such right."""
    if right not in RIGHTS:
        raise KeyError(right)
    if not is_here(actor):
        return False
    if subject is not None and _belongs(type(subject)) and subject.pk is not None:
        rows = type(subject)._base_manager.filter(pk=subject.pk)  # noqa: SLF001 - Django's own way to all rows
        return scope(rows, actor, right, on=on).exists()
    return right in _rights(actor) or bool(_holders(actor, right, on))  # most need no look at absences


def require(actor: Actor, right: str, subject: Model | None = None, *, on: dt.date | None = None) -> None:
    if not can(actor, right, subject, on=on):
        raise Forbidden(right)


def require_self(actor: Actor) -> None:
    """For one's own name, address and sessions: a signed-in person whose sign-in is open."""
    if not is_here(actor):
        raise SignedOut


def is_here(actor: Actor, on: dt.date | None = None) -> TypeGuard[User]:
    """Signed in, open, and not past the last day: that closes by itself, whether or not a job has run."""
    return isinstance(actor, User) and not has_left(actor, on or clock.today())


def has_left(person: User, day: dt.date) -> bool:
    """`leaving_on` is the last day on which a person is with us."""
    return not person.is_active or (person.leaving_on is not None and person.leaving_on < day)


def scope(queryset: Rows, actor: Actor, right: str, *, on: dt.date | None = None) -> Rows:
    """The rows of `queryset` that `actor` may reach with `right` on that day (default: today)."""
    if right not in RIGHTS:
        raise KeyError(right)
    if not is_here(actor):
        return queryset.none()
    if right in _rights(actor) and _reaches_everything(queryset.model, actor):
        return queryset
    day = on or clock.today()
    holders = _holders(actor, right, day)
    if any(_reaches_everything(queryset.model, holder) for holder in holders):
        return queryset
    parts = [_reached(queryset.model, holder, day) for holder in holders if _is_open(queryset.model, holder)]
    if holders or right not in NEVER_OWNED:
        parts += _owned(queryset.model, actor) + _duties(queryset.model, actor, day)
    if not parts:
        return queryset.none()
    wanted = parts[0]
    for part in parts[1:]:
        wanted |= part
    return queryset.filter(wanted)


def clearance(actor: Actor) -> Secrecy:
    """The highest secrecy that `actor` may read on accounts in reach."""
    if not is_here(actor) or actor.is_external:
        return Secrecy.OPEN
    return Secrecy.SECRET if "secrets.read" in _rights(actor) else Secrecy.INTERNAL


def people_in_reach(actor: User, *, on: dt.date | None = None) -> frozenset[int]:
    """The actor, whoever reports to them, and the same of those they stand in for today."""
    day = on or clock.today()
    everybody = [actor, *represented(actor, day)]
    return frozenset(number for person in everybody for number in (person.pk, *_below(person)))


def represented(actor: User, on: dt.date | None = None) -> list[User]:
    """The absent people for whom `actor` stands in on that day. Asked once for an actor and day."""
    day = on or clock.today()
    if actor.is_external or has_left(actor, day):
        return []
    known: dict[dt.date, list[User]] = actor.__dict__.setdefault("_represented", {})
    if day not in known:
        holding = Delegation.objects.filter(
            substitute=actor.pk, revoked_at=None, from_date__lte=day, to_date__gte=day
        )
        absent = holding.select_related("absent__own_role").order_by("absent_id")
        people = {each.absent_id: each.absent for each in absent}.values()
        known[day] = [person for person in people if not has_left(person, day)]
    return known[day]


def below(person: User) -> frozenset[int]:
    """Everybody who reports to `person`, however far. Two queries, once for each person object."""
    if "_line_below" not in person.__dict__:
        people, units = company()
        person.__dict__["_line_below"] = line.below(person.pk, people, units)
    found: frozenset[int] = person.__dict__["_line_below"]
    return found


def superiors(person: User) -> list[User]:
    """Who stands above `person` in the line of report, nearest first. Two queries, and one for the people."""
    people, units = company()
    numbers = line.above(person.pk, {each.id: each for each in people}, units)
    found = User.objects.in_bulk(numbers)
    return [found[number] for number in numbers]


def company() -> tuple[list[line.Person], dict[int, line.Unit]]:
    """Everybody and every unit, as the rules of the line want them. Two queries."""
    people = [line.Person(*row) for row in User.objects.values_list("pk", "reports_to_id", "unit_id")]
    units = [line.Unit(*row) for row in OrgUnit.objects.values_list("pk", "parent_id", "head_id")]
    return people, {unit.id: unit for unit in units}


# --- how it is decided -----------------------------------------------------------------------------------


def _holders(actor: User, right: str, on: dt.date | None) -> list[User]:
    """Those whose role gives `actor` this right: the actor, and whoever the actor stands in for."""
    own = [actor] if right in _rights(actor) else []
    if right in NOT_DELEGATED or (right == "export" and actor.leaving_on):
        return own
    return own + [absent for absent in represented(actor, on) if right in _rights(absent)]


def _rights(person: User) -> frozenset[str]:
    """Who is about to leave takes nothing out any more (CNF-02)."""
    held = person.held_role.rights
    if person.is_external:
        held &= EXTERNAL_RIGHTS
    return held - {"export"} if person.leaving_on else held


def _breadth(person: User) -> Breadth:
    return "line" if person.is_external else person.held_role.breadth


_PATHS = ("account_path", "account_number_path", "personal_path", "secrecy_path", "owner_path", "owner_paths")


def _belongs(model: type[Model]) -> bool:
    """Whether rows of `model` belong to accounts, people or the house; others are reached with the right alone."""
    return getattr(model, "is_internal", False) or any(hasattr(model, path) for path in _PATHS)


def _reaches_everything(model: type[Model], holder: User) -> bool:
    """Rows that belong to nobody and to no account are reached with the right alone."""
    if getattr(model, "personal_path", "") or not _is_open(model, holder):
        return False
    far = _breadth(holder) == "all" or not _account_paths(model)
    return far and (not getattr(model, "secrecy_path", "") or clearance(holder) is Secrecy.SECRET)


def _account_paths(model: type[Model]) -> bool:
    return bool(getattr(model, "account_path", "") or getattr(model, "account_number_path", ""))


def _is_open(model: type[Model], holder: User) -> bool:
    """Whether rows of `model` that are not one's own may be reached at all."""
    return not (
        holder.is_external and (getattr(model, "is_internal", False) or hasattr(model, "personal_path"))
    )


def _reached(model: type[Model], holder: User, day: dt.date) -> Q:
    """The rows that one holder of the right brings, as a condition."""
    wanted = Q()
    personal = getattr(model, "personal_path", "")
    if personal:
        return Q(**{f"{personal}__in": _accounts([holder.pk], day, responsible=True).values("pk")})
    if _breadth(holder) != "all":
        wanted &= _in_reach(model, [holder.pk, *_below(holder)], day)
    secrecy = getattr(model, "secrecy_path", "")
    if secrecy:
        wanted &= Q(**{f"{secrecy}__lte": int(clearance(holder))})
    return wanted


def _in_reach(model: type[Model], people: Collection[int], day: dt.date) -> Q:
    accounts = _accounts(people, day, responsible=False)
    path, number = getattr(model, "account_path", ""), getattr(model, "account_number_path", "")
    if path:
        free = Q(**{f"{path}__isnull": True}) if getattr(model, "free_without_account", False) else Q()
        return Q(**{f"{path}__in": accounts.values("pk")}) | free
    if number:
        return Q(**{f"{number}__in": accounts.values("number")})
    return Q()


def _accounts(people: Collection[int], day: dt.date, *, responsible: bool) -> QuerySet[Any]:
    if not _reach_of:
        raise RuntimeError("No room has registered who looks after which account.")
    return _reach_of[0](people, day, responsible)


def _owned(model: type[Model], actor: User) -> list[Q]:
    single = getattr(model, "owner_path", "")
    paths: Iterable[str] = (*getattr(model, "owner_paths", ()), *([single] if single else []))
    return [_owned_by(model, path, [actor.pk]) for path in paths]


def _duties(model: type[Model], actor: User, day: dt.date) -> list[Q]:
    """What waits for the people for whom `actor` stands in that day."""
    paths: Iterable[str] = getattr(model, "duty_paths", ())
    people = [absent.pk for absent in represented(actor, day)] if paths else []
    return [_owned_by(model, path, people) for path in paths] if people else []


def _owned_by(model: type[Model], path: str, people: Collection[int]) -> Q:
    """A path through other rows is asked apart: joined, it would bring a row once for each of them."""
    wanted = {f"{path}__in": list(people)}
    if "__" not in path:
        return Q(**wanted)
    return Q(pk__in=model._base_manager.filter(**wanted).values("pk"))  # noqa: SLF001


def _below(person: User) -> frozenset[int]:
    """Of no account to whoever reaches everything."""
    return frozenset() if _breadth(person) == "all" else below(person)
