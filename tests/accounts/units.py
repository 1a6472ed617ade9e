"""Decision-making units for tests, and a strategy of any."""

from __future__ import annotations

import datetime as dt

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from kamerton.accounts.decision_unit import Knows, Link, Person, Touch, Unit, View

#: A crowded machine draws slowly; that is no fault of a rule.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAY = dt.date(2026, 3, 2)
ROLES = ("user", "influencer", "decider", "buyer", "approver", "technical", "finance", "administration")
KINDS = ("influences", "blocks", "ally", "rival", "knows")


def person(number: int, *roles: str, **more) -> Person:
    return Person(number, name=f"Person {number}", roles=roles, **more)


def view(rater: int, of: int, support: int, influence: int = 3, on: dt.date = DAY) -> View:
    return View(rater, of, support, influence, on)


def unit(*people: Person, **more) -> Unit:
    return Unit(on=DAY, people=people, **more)


@st.composite
def units(draw: st.DrawFn) -> Unit:
    """Up to twelve people with everything that may stand between them, people outside of the picture too."""
    count = draw(st.integers(0, 12))
    number = st.integers(1, max(1, count) + 1)  # one more than there are: somebody whom secrecy hides
    people = tuple(
        Person(
            at,
            is_found=draw(st.booleans()),
            present=draw(st.sampled_from((True, True, True, False))),
            level=draw(st.sampled_from(("", "top", "middle", "operational", "owner"))),
            function=draw(st.sampled_from(("", "technical", "purchasing", "finance"))),
            roles=tuple(draw(st.lists(st.sampled_from(ROLES), unique=True, max_size=2))),
            reports_to=draw(st.one_of(st.none(), st.integers(1, at - 1))) if at > 1 else None,
            stage=draw(st.integers(0, 4)),
        )
        for at in range(1, count + 1)
    )
    past = st.integers(0, 300).map(lambda days: DAY - dt.timedelta(days=days))
    pairs = st.tuples(number, number).filter(lambda pair: pair[0] != pair[1])
    links = draw(st.lists(st.tuples(pairs, st.sampled_from(KINDS), st.integers(1, 3)), max_size=20))
    ties = draw(
        st.lists(
            st.tuples(st.integers(100, 102), number, st.sampled_from(("none", "brief", "many", "deep"))),
            max_size=10,
        )
    )
    views = draw(
        st.lists(
            st.tuples(st.integers(100, 102), number, st.integers(-2, 2), st.integers(1, 5), past), max_size=10
        )
    )
    touches = draw(st.lists(st.builds(Touch, number, past, st.booleans(), st.booleans()), max_size=12))
    return Unit(
        on=DAY,
        people=people,
        links=tuple(Link(at, of, to, kind, how) for at, ((of, to), kind, how) in enumerate(links, start=1)),
        ties=tuple(Knows(*each) for each in ties),
        views=tuple(View(*each) for each in views),
        touches=tuple(touches),
    )
