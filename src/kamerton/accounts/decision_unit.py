"""The picture of who decides at an account: its shapes, who decides, who covers whom, what we think of them. Pure.

`Unit` is the picture as of one day, already narrowed to what its reader may see. Everything that is computed of it
here and beside it (strength, approach, powers, map_changes, map_layout) takes it and gives frozen values.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

#: How well one of ours knows a contact, as a share of knowing in depth.
DEPTHS: Mapping[str, float] = MappingProxyType({"none": 0.0, "brief": 1 / 3, "many": 2 / 3, "deep": 1.0})
#: Levels at which a relation is expected (REL-03); an owner only where the map has one.
LEVELS = ("top", "middle", "operational")
#: Where the way in begins (REL-04).
FIRST_ROLES = frozenset({"user", "influencer", "decider"})
#: Who of ours speaks the language of which of their functions (REL-02): roles of coverage.
COUNTERPARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "management": ("sponsor", "responsible"),
        "purchasing": ("sales", "responsible", "junior", "deputy"),
        "finance": ("finance", "sales", "responsible"),
        "administration": ("sales", "responsible", "customer_service", "junior"),
        "technical": ("technical",),
        "production": ("technical",),
        "quality": ("technical",),
        "it": ("technical",),
        "logistics": ("logistics", "customer_service"),
        "marketing": ("marketing", "design"),
        "sales": ("sales", "responsible", "marketing"),
        "legal": ("responsible", "finance"),
    }
)
_ANYBODY = ("responsible", "deputy", "junior", "sales")


@dataclass(frozen=True, slots=True)
class Person:
    """A contact; with `is_found` False a post whose holder is not known yet. `present` False: left."""

    id: int
    name: str = ""
    post: str = ""
    is_found: bool = True
    present: bool = True
    function: str = ""
    level: str = ""
    roles: tuple[str, ...] = ()
    reports_to: int | None = None
    stage: int = 0
    is_vip: bool = False
    is_opinion_leader: bool = False
    has_plan: bool = False  # a long-term plan for the relationship is written (REL-08)
    territory: str = ""
    account: str = ""
    kam: int | None = None  # who of ours is responsible for the account; of VIPs alone
    pack: str = ""  # of words, of the account's trade
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """What one contact is to another. `strength` 1 to 3."""

    id: int
    of: int
    to: int
    kind: str
    strength: int = 2
    is_secret: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """How one of ours sees a contact: support from -2 (enemy) to 2 (mentor), influence 1 to 5."""

    rater: int
    person: int
    support: int
    influence: int
    on: dt.date
    why: str = ""
    is_secret: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class Knows:
    """How well one of ours knows a contact; `depth` is a key of DEPTHS."""

    ours: int
    person: int
    depth: str
    is_mutual: bool = True


@dataclass(frozen=True, slots=True)
class Touch:
    """One contact that took place."""

    person: int
    on: dt.date
    from_them: bool = False
    in_depth: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A change of power that is expected."""

    id: int
    person: int
    on: dt.date
    what: str
    source: str = ""
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class Ours:
    """One of ours who looks after the account, or knows somebody there. `roles`: what for, empty if for nothing."""

    id: int
    name: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """The picture as of `on`. Links and views of people who are not in it are left out by whoever draws on it."""

    on: dt.date
    people: tuple[Person, ...] = ()
    links: tuple[Link, ...] = ()
    views: tuple[View, ...] = ()
    ties: tuple[Knows, ...] = ()
    touches: tuple[Touch, ...] = ()
    changes: tuple[Change, ...] = ()
    ours: tuple[Ours, ...] = ()

    def present(self) -> tuple[Person, ...]:
        """Who is there, in a stable order."""
        return tuple(sorted((each for each in self.people if each.present), key=lambda each: each.id))


def met(unit: Unit) -> frozenset[int]:
    """Whom we know: found, and somebody of ours knows them, or a contact took place, or the ladder has begun."""
    known = {each.person for each in unit.ties if DEPTHS.get(each.depth, 0.0) > 0}
    known |= {each.person for each in unit.touches if each.on <= unit.on}
    return frozenset(
        each.id for each in unit.present() if each.is_found and (each.id in known or each.stage > 0)
    )


# --- who decides -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who decides, and what is wrong with the picture. `flags` in the order in which they matter."""

    deciders: tuple[int, ...]
    approvers: tuple[int, ...]
    met: frozenset[int]
    unmet: tuple[int, ...]
    uncovered_levels: tuple[str, ...]
    flags: tuple[str, ...]


def deciding(unit: Unit) -> Deciding:
    """Flags: empty, no_decider, no_influencer (REL-01), buyer_only (REL-04), single_contact, levels (REL-03)."""
    people, known = unit.present(), met(unit)
    levels = _uncovered_levels(people, known)
    return Deciding(
        deciders=_with_role(people, "decider"),
        approvers=_with_role(people, "approver"),
        met=known,
        unmet=tuple(each.id for each in people if each.id not in known),
        uncovered_levels=levels,
        flags=tuple(_flags(people, known, levels)),
    )


def _with_role(people: Iterable[Person], role: str) -> tuple[int, ...]:
    """Those who are found before posts without a holder."""
    having = [each for each in people if role in each.roles]
    return tuple(each.id for each in sorted(having, key=lambda each: (not each.is_found, each.id)))


def _flags(people: tuple[Person, ...], known: frozenset[int], levels: tuple[str, ...]) -> Iterable[str]:
    if not people:
        yield "empty"
        return
    if not _with_role(people, "decider"):
        yield "no_decider"
    if not _with_role(people, "influencer"):
        yield "no_influencer"
    if only_buyers(each for each in people if each.id in known):
        yield "buyer_only"
    if len(known) == 1 or sum(each.is_found for each in people) == 1:
        yield "single_contact"
    if levels:
        yield "levels"


def only_buyers(people: Iterable[Person]) -> bool:
    """Whether every way in leads through purchasing: somebody is known, and all of them only buy."""
    told = list(people)
    return bool(told) and all(set(each.roles) == {"buyer"} for each in told)


def _uncovered_levels(people: Iterable[Person], known: frozenset[int]) -> tuple[str, ...]:
    people = tuple(people)
    covered = {each.level for each in people if each.id in known}
    wanted = (("owner",) if any(each.level == "owner" for each in people) else ()) + LEVELS
    return tuple(level for level in wanted if level not in covered)


# --- coverage ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Crossing:
    """How one of ours knows one of their functions: the deepest tie, and how many people."""

    ours: int
    depth: str
    people: int


@dataclass(frozen=True, slots=True)
class FunctionRow:
    """A function of theirs against our people. `gap`: "" covered, "nobody" known to nobody of ours,

    "stranger" known, but not to the specialist who speaks its language. `fitting`: ours who do.
    """

    function: str
    people: tuple[int, ...]
    crossings: tuple[Crossing, ...]
    fitting: tuple[int, ...]
    gap: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Decision roles that have a contact and which of them somebody of ours knows; functions against our people."""

    roles: Mapping[str, tuple[int, ...]]
    roles_known: frozenset[str]
    rows: tuple[FunctionRow, ...]
    ours: tuple[int, ...]  # the columns

    @property
    def gaps(self) -> tuple[str, ...]:
        return tuple(row.function for row in self.rows if row.gap)

    @property
    def functions_share(self) -> float | None:
        """Client functions that have a counterpart of ours; None without any (formulas: coverage)."""
        return sum(not row.gap for row in self.rows) / len(self.rows) if self.rows else None

    @property
    def roles_share(self) -> float | None:
        """Decision roles on the map that have a contact whom we have met."""
        return len(self.roles_known) / len(self.roles) if self.roles else None


def coverage(unit: Unit) -> Coverage:
    people, known = unit.present(), met(unit)
    roles = sorted({role for each in people for role in each.roles})
    functions = sorted({each.function for each in people if each.function})
    return Coverage(
        roles={role: _with_role(people, role) for role in roles},
        roles_known=frozenset(role for each in people if each.id in known for role in each.roles),
        rows=tuple(_row(unit, people, function) for function in functions),
        ours=tuple(
            each.id for each in sorted(unit.ours, key=lambda each: (not each.roles, each.name, each.id))
        ),
    )


def _row(unit: Unit, people: Iterable[Person], function: str) -> FunctionRow:
    there = tuple(each.id for each in people if each.function == function)
    crossings = tuple(_crossings(unit.ties, frozenset(there)))
    fitting = frozenset(COUNTERPARTS.get(function, _ANYBODY))
    speaking = tuple(each.id for each in unit.ours if fitting & set(each.roles))
    gap = (
        "nobody" if not crossings else "" if {each.ours for each in crossings} & set(speaking) else "stranger"
    )
    return FunctionRow(function, there, crossings, speaking, gap)


def _crossings(ties: Iterable[Knows], there: frozenset[int]) -> Iterable[Crossing]:
    best: dict[int, list[Knows]] = {}
    for each in ties:
        if each.person in there and DEPTHS.get(each.depth, 0.0) > 0:
            best.setdefault(each.ours, []).append(each)
    for ours, known in sorted(best.items()):
        yield Crossing(ours, max(known, key=lambda each: DEPTHS[each.depth]).depth, len(known))


def best_tie(unit: Unit, person: int) -> Knows | None:
    """The deepest tie to a person; of several the one with the lowest number. None: nobody knows them."""
    having = [each for each in unit.ties if each.person == person and DEPTHS.get(each.depth, 0.0) > 0]
    return min(having, key=lambda each: (-DEPTHS[each.depth], each.ours), default=None)


# --- what we think of them -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Combined:
    """The opinions on one person, together and apart. `spread`: from the lowest to the highest support."""

    person: int
    views: tuple[View, ...]  # the latest of each rater, by rater
    support: float | None = None  # mean, -2 to 2
    influence: float | None = None  # mean, 1 to 5
    spread: int = 0
    differing: tuple[int, ...] = field(default=())  # raters a whole step or more from the mean

    @property
    def standing(self) -> int | None:
        """The support as one of the five words, half away from neutral; None where nobody has said."""
        if self.support is None:
            return None
        return int(abs(self.support) + 0.5) * (1 if self.support >= 0 else -1)


def combined(unit: Unit) -> dict[int, Combined]:
    """For everybody who is there, by id."""
    latest: dict[int, dict[int, View]] = {}
    for view in sorted(unit.views, key=lambda each: each.on):  # stable: later in the tuple wins on one day
        latest.setdefault(view.person, {})[view.rater] = view
    return {each.id: _combined(each.id, latest.get(each.id, {})) for each in unit.present()}


def _combined(person: int, by_rater: Mapping[int, View]) -> Combined:
    views = tuple(by_rater[rater] for rater in sorted(by_rater))
    if not views:
        return Combined(person, ())
    supports = [view.support for view in views]
    mean = sum(supports) / len(views)
    return Combined(
        person=person,
        views=views,
        support=mean,
        influence=sum(view.influence for view in views) / len(views),
        spread=max(supports) - min(supports),
        differing=tuple(view.rater for view in views if abs(view.support - mean) >= 1),
    )
