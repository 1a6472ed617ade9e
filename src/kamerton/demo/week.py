"""Two weeks of visits and calls of the fictional company, with two of ours at Helios in the second one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone

from kamerton.access.models import User
from kamerton.accounts.models import Account, Contact
from kamerton.engagements.actions import briefs, planning
from kamerton.engagements.rules import monday_of

People = Mapping[tuple[str, str], Contact]
_HELIOS, _BRASSMOOR, _ORAVIN = "Helios Tarvia", "Brassmoor Engineering", "Oravin Elektro"
_QUELLMARK, _VELMORA = "Quellmark Anlagenbau", "Velmora Distribuzione"
_ZONE = str(timezone.get_default_timezone())


@dataclass(frozen=True, kw_only=True)
class Going:
    """`day`: 0 is Monday of this week, 7 of the next, below zero before; None: the day of loading."""

    day: int | None
    at: str
    minutes: int
    by: str
    account: str
    purpose: str
    channel: str = "person"
    whom: tuple[str, ...] = ()
    along: tuple[str, ...] = ()
    division: str = ""
    function: str = ""
    place: str = ""
    helpers: str = ""
    is_informal: bool = False
    questions: str = ""
    offers: str = ""
    products: str = ""
    etiquette: str = ""
    is_unplanned: bool = False
    outcome: str = ""  # where the day is past


GOINGS = (
    Going(
        day=None,
        at="17:30",
        minutes=30,
        by="irina",
        account="Dornwald Technik",
        purpose="How the first delivery went",
        channel="phone",
        function="purchasing",
    ),
    Going(
        day=-11,
        at="10:00",
        minutes=60,
        by="irina",
        account=_ORAVIN,
        purpose="Prices of cable for the second half",
        whom=("kalina",),
        function="purchasing",
        place="Oravin",
        outcome="She compares us with the maker's list. Wants the bonus in writing before the month ends.",
    ),
    Going(
        day=-10,
        at="15:00",
        minutes=45,
        by="lena",
        account=_HELIOS,
        purpose="Vibration of line 4",
        whom=("conti", "villa"),
        division="Plant Tarvia",
        function="technical",
        place="Plant Tarvia",
        outcome="Contarelli measures for two weeks. He asked whether the bearings of line 2 will be the same.",
    ),
    Going(
        day=-6,
        at="09:30",
        minutes=20,
        by="irina",
        account=_VELMORA,
        purpose="Shelf of the six shops",
        channel="phone",
        whom=("tosi",),
        function="purchasing",
        is_unplanned=True,
        outcome="Two shops are empty by Friday; he called because logistics did not answer.",
    ),
    Going(
        day=-4,
        at="19:30",
        minutes=120,
        by="irina",
        account=_HELIOS,
        purpose="Dinner after the energy day",
        whom=("ferri",),
        is_informal=True,
        place="Tarvia",
        outcome="Talked of his succession. Nothing to be written down about the contract.",
    ),
    Going(
        day=0,
        at="09:00",
        minutes=60,
        by="irina",
        account=_ORAVIN,
        purpose="Bonus of the year, in writing",
        channel="video",
        whom=("kalina",),
        function="purchasing",
        outcome="Agreed. She sends it to Nowiczek for signing.",
    ),
    Going(
        day=1,
        at="10:00",
        minutes=90,
        by="irina",
        account=_HELIOS,
        purpose="Quarterly talk with purchasing",
        whom=("bertini", "sarti"),
        along=("tomas",),
        division="Purchasing Tarvia",
        function="purchasing",
        place="Head office, room 3",
        outcome="Bertini wants one price for both plants. Sartorelli prepares the list of positions.",
    ),
    Going(
        day=2,
        at="14:00",
        minutes=30,
        by="irina",
        account=_VELMORA,
        purpose="Spring range",
        channel="phone",
        whom=("lodi",),
        function="management",
        outcome="Lodigiani decides after the fair.",
    ),
    Going(
        day=2,
        at="14:15",
        minutes=45,
        by="irina",
        account=_ORAVIN,
        purpose="Training day of the guild",
        channel="video",
        whom=("nowicz",),
        along=("tomas",),
        outcome="Twelve fitters; a date in six weeks.",
    ),
    Going(
        day=3,
        at="11:00",
        minutes=60,
        by="claire",
        account=_BRASSMOOR,
        purpose="Counting of consignment stock",
        whom=("hollis", "dunmore"),
        along=("lena",),
        function="management",
        place="Brassmoor",
        outcome="Hollisway wants to see it at another customer.",
    ),
    Going(
        day=4,
        at="09:00",
        minutes=30,
        by="tomas",
        account=_ORAVIN,
        purpose="Open complaints about drums",
        channel="phone",
        whom=("kalina",),
        function="purchasing",
        outcome="One is settled, one waits for the photo.",
    ),
    Going(
        day=8,
        at="10:00",
        minutes=90,
        by="irina",
        account=_HELIOS,
        purpose="Renewal of the frame contract",
        questions=(
            "Which positions does the list of both plants have?\n"
            "Tell me what your company does in Milan.\nWho signs besides you?"
        ),
        offers="One price list for both plants, with the counting of stock.",
        products="Drives of the second series run in both lines without a change of the bed.",
        etiquette="Ferrisi is addressed first; no word of figures before the coffee.",
        whom=("bertini", "ferri"),
        division="Head office",
        function="purchasing",
        place="Head office, room 3",
    ),
    Going(
        day=9,
        at="14:00",
        minutes=120,
        by="lena",
        account=_HELIOS,
        purpose="Measurements of line 4 and the contract of service",
        whom=("conti", "gallo"),
        division="Plant Tarvia",
        function="technical",
        place="Plant Tarvia",
    ),
    Going(
        day=10,
        at="09:30",
        minutes=45,
        by="marco",
        account=_HELIOS,
        purpose="Renewal of the contract with the holding",
        whom=("ferri",),
        division="Head office",
        function="management",
        channel="video",
    ),
    Going(
        day=8,
        at="15:00",
        minutes=45,
        by="claire",
        account=_QUELLMARK,
        purpose="Missed talk, and what is next",
        whom=("krane",),
        function="management",
        channel="video",
    ),
    Going(
        day=10,
        at="13:00",
        minutes=60,
        by="irina",
        account=_VELMORA,
        purpose="Shelf plan of the autumn",
        whom=("tosi",),
        function="purchasing",
        place="Velmora",
        helpers="Planner of the shelf agency",
    ),
    Going(
        day=9,
        at="11:00",
        minutes=60,
        by="claire",
        account=_BRASSMOOR,
        purpose="Price of pumps",
        channel="phone",
        whom=("dunmore",),
        function="purchasing",
    ),
    Going(
        day=11,
        at="10:00",
        minutes=90,
        by="lena",
        account=_BRASSMOOR,
        purpose="Choice of seals",
        whom=("asher",),
        function="technical",
        place="Brassmoor",
    ),
)
_SAY = (
    "One price for both plants comes with the renewal, not before.\n"
    "The service of line 4 goes on, whatever the contract brings.\n"
    "Questions about terms go to Irina."
)
_AVOID = "No word about the delivery dates of the new bearings until logistics has confirmed them."


def tell(
    *, users: Mapping[str, User], people: People, account: Callable[[str], Account], now: dt.datetime
) -> None:
    """What lies before now took place, what comes is planned; for Helios next week is agreed, for Brassmoor not."""
    monday = monday_of(now.date())
    for each in GOINGS:
        _going(each, users, people, account(each.account), monday, now)
    values = {"say": _SAY, "avoid": _AVOID, "secrecy": 1}
    briefs.agree(
        actor=users["irina"], account=account(_HELIOS), day=monday + dt.timedelta(days=7), opened={},
        submitted=values, now=now,
    )  # fmt: skip


def _going(
    each: Going,
    users: Mapping[str, User],
    people: People,
    account: Account,
    monday: dt.date,
    now: dt.datetime,
) -> None:
    starts = dt.datetime.combine(
        monday + dt.timedelta(days=now.weekday() if each.day is None else each.day),
        dt.time.fromisoformat(each.at),
        ZoneInfo(_ZONE),
    )
    values = {
        "channel": each.channel, "purpose": each.purpose, "starts_at": starts,
        "ends_at": starts + dt.timedelta(minutes=each.minutes), "time_zone": _ZONE, "place": each.place,
        "division": each.division, "function": each.function, "helpers": each.helpers,
        "questions": each.questions, "offers": each.offers, "products": each.products, "etiquette": each.etiquette,
        "is_informal": each.is_informal, "is_unplanned": each.is_unplanned,
    }  # fmt: skip
    actor = users[each.by]
    row = planning.plan(
        actor=actor, account=account, values=values, now=min(now, starts - dt.timedelta(days=7)),
        contacts=[people[each.account, key] for key in each.whom], colleagues=[users[key] for key in each.along],
    )  # fmt: skip
    ends = starts + dt.timedelta(minutes=each.minutes)
    if each.outcome and ends <= now:
        planning.hold(
            actor=actor, engagement=row, outcome=each.outcome, now=min(now, ends + dt.timedelta(hours=1)),
            in_depth=each.minutes >= 60,
        )  # fmt: skip
