"""Two events of the fictional company, one past and one ahead, and what five VIPs did for us and for competitors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from kamerton.access.models import User
from kamerton.accounts.actions import events, keeping
from kamerton.accounts.actions.acts import ACT
from kamerton.accounts.models import Contact, Event

People = Mapping[tuple[str, str], Contact]
At = Callable[[int], dt.datetime]

_HELIOS, _BRASSMOOR, _ORAVIN = "Helios Tarvia", "Brassmoor Engineering", "Oravin Elektro"
_QUELLMARK, _VELMORA = "Quellmark Anlagenbau", "Velmora Distribuzione"

#: account, contact, invited by, accompanied by, came, follow-up, by, days until it is due (from today)
_CAME = (
    (_HELIOS, "bertini", "irina", "irina", True, "Send the figures of the energy audit", "irina", 6),
    (_HELIOS, "conti", "lena", "lena", True, "Ask for his measurements of line 4", "lena", 9),
    (_BRASSMOOR, "hollis", "claire", "claire", True, "Show the counting of consignment stock", "claire", 12),
    (_ORAVIN, "nowicz", "irina", "tomas", True, "", "", 0),
    (_QUELLMARK, "krane", "claire", "", False, "Call about the talk that was missed", "claire", 4),
)  # fmt: skip
#: account, contact, invited by, their answer, accompanied by
_INVITED = (
    (_HELIOS, "ferri", "marco", "yes", "marco"), (_HELIOS, "bertini", "irina", "yes", "irina"),
    (_HELIOS, "conti", "irina", "yes", "lena"), (_ORAVIN, "nowicz", "irina", "", ""),
    (_VELMORA, "lodi", "irina", "no", ""),
)  # fmt: skip
#: account, contact, days ago, side, kind, competitor, weight, what, to whom, what came of it, what we do, by, due in
_ACTS = (
    (_HELIOS, "bertini", 520, "competitor", "preferred", "Norvane Supply", 2, "Gave the switchgear of line 2 to Norvane", "", "", "", "", 0),
    (_HELIOS, "bertini", 330, "us", "preferred", "", 2, "Kept us in the tender for spare parts", "", "Two years", "", "", 0),
    (_HELIOS, "bertini", 140, "us", "recommended", "", 3, "Named us to the holding as supplier of drives", "Buyers of the group in Milan", "Milan asked for an offer", "", "", 0),
    (_HELIOS, "bertini", 25, "us", "recommended", "", 2, "Recommended our consignment stock", "Head of inbound at a dairy", "A first talk", "", "", 0),
    (_HELIOS, "ferri", 400, "us", "spoke", "", 1, "Thanked us in the annual report", "", "", "", "", 0),
    (_HELIOS, "ferri", 60, "competitor", "spoke", "Norvane Supply", 2, "Opened the house fair of Norvane", "", "", "Ask him to open our open day", "marco", 10),
    (_BRASSMOOR, "hollis", 450, "us", "opened", "", 1, "Let us meet her engineers", "", "", "", "", 0),
    (_BRASSMOOR, "hollis", 95, "us", "recommended", "", 3, "Recommended us at the chamber of industry", "Three pump makers", "One became a prospect", "", "", 0),
    (_ORAVIN, "nowicz", 600, "us", "recommended", "", 2, "Praised our delivery to the guild", "Fitters of the region", "", "", "", 0),
    (_ORAVIN, "nowicz", 180, "competitor", "spoke", "Ostrava Direct", 2, "Showed the manufacturer's price at the guild", "", "", "", "", 0),
    (_ORAVIN, "nowicz", 45, "competitor", "recommended", "Ostrava Direct", 3, "Advised two fitters to buy directly", "Two fitters", "Both left us for cables", "Offer the guild a training day", "tomas", 14),
    (_VELMORA, "lodi", 300, "competitor", "preferred", "Corventis", 2, "Gave the end of the shelf to Corventis", "", "", "", "", 0),
    (_VELMORA, "lodi", 50, "us", "preferred", "", 1, "Took our range back into six shops", "", "", "", "", 0),
)  # fmt: skip


def tell(*, users: Mapping[str, User], people: People, at: At) -> None:
    """`at(days ago)`: the morning of that day; below zero, of a day to come."""
    _past(users, people, at)
    _ahead(users, people, at)
    for account, contact, ago, side, kind, competitor, weight, what, whom, outcome, answer, by, due in _ACTS:
        values: dict[str, Any] = {
            "contact": people[account, contact], "on": _day(at, ago), "side": side, "kind": kind, "weight": weight,
            "competitor": competitor, "what": what, "to_whom": whom, "outcome": outcome, "source_kind": "contact",
            "answer": answer, "answer_by": users.get(by), "answer_due": _day(at, -due) if answer else None,
        }  # fmt: skip
        keeping.add(ACT, actor=users["marco"], values=values, now=at(min(ago, 30)))


def _day(at: At, ago: int) -> dt.date:
    return at(0).date() - dt.timedelta(days=ago)


def _event(users: Mapping[str, User], now: dt.datetime, **values: Any) -> Event:
    row: Event = keeping.add(events.EVENT, actor=users["marco"], values=values, now=now)
    return row


def _past(users: Mapping[str, User], people: People, at: At) -> None:
    event = _event(users, at(70), name="Day of energy", kind="company", place="Our technical centre", is_ours=True,
                   starts_on=_day(at, 16), ends_on=None)  # fmt: skip
    for account, contact, by, along, came, follow, who, due in _CAME:
        values = {
            "event": event, "contact": people[account, contact], "invited_on": _day(at, 60), "invited_by": users[by],
            "answer": "yes", "accompanied_by": users.get(along), "attended": came, "follow_up": follow,
            "follow_up_by": users.get(who), "follow_up_due": _day(at, -due) if follow else None,
        }  # fmt: skip
        keeping.add(events.PART, actor=users["marco"], values=values, now=at(15))
    talk = {"event": event, "prepared_by": users["lena"], "due_on": _day(at, 20), "ready_on": _day(at, 22)}
    ours = {**talk, "title": "What a stop costs", "speaker": users["lena"]}
    keeping.add(events.TALK, actor=users["marco"], values=ours, now=at(21))


def _ahead(users: Mapping[str, User], people: People, at: At) -> None:
    event = _event(users, at(20), name="Spring fair of drives", kind="fair", place="Milan", is_ours=False,
                   starts_on=_day(at, -33), ends_on=_day(at, -35))  # fmt: skip
    for account, contact, by, answer, along in _INVITED:
        values = {
            "event": event, "contact": people[account, contact], "invited_on": _day(at, 9), "invited_by": users[by],
            "answer": answer, "accompanied_by": users.get(along),
        }  # fmt: skip
        keeping.add(events.PART, actor=users["marco"], values=values, now=at(9))
    talk = {
        "event": event, "contact": people[_HELIOS, "conti"], "title": "A filling line that never stops",
        "prepared_by": users["lena"], "due_on": _day(at, -21),
    }  # fmt: skip
    keeping.add(events.TALK, actor=users["marco"], values=talk, now=at(8))
