"""What the fictional distributor knows of its largest accounts' needs: estimates, white space, opportunities.

Sales come from the ledger, which differs from day to day: needs are written as parts of them, so that the gaps are
the same whatever the day. Days are counted back from today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.portfolio import potential_queries as asked
from kamerton.portfolio.actions import opportunities, potential

#: How a day of the story and its people are found: the story itself (telling.Told).
At = Callable[[int], dt.datetime]


@dataclass(frozen=True, kw_only=True)
class Estimated:
    """`share`: of the need of each family, what is ours; families that it buys most of. `white`: needs of its own."""

    account: str
    by: str
    ago: int
    shares: tuple[tuple[str, float], ...]
    white: tuple[tuple[str, int], ...] = ()
    growth: int = 3
    years: int = 5
    confidence: str = "likely"
    source_kind: str = "contact"
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Rival:
    account: str
    family: str
    competitor: str
    part: float  # of the gap, what the competitor sells
    satisfiable: int = 100
    division: str = ""


@dataclass(frozen=True, kw_only=True)
class Chance:
    account: str
    family: str
    title: str
    amount: int
    due: int  # days ahead
    owner: str
    stage: str = "found"
    step: str = ""
    outcome: str = ""
    ago: int = 20


ESTIMATES = (
    Estimated(account="Helios Tarvia", by="irina", ago=40, growth=4, source="R. Contarelli",
              shares=(("Cables and wires", 0.62), ("Drives and motors", 0.38), ("Switchgear", 0.45), ("Lighting", 0.7), ("Lubricants", 0.3)),
              white=(("Fasteners", 240_000), ("Sensors and controls", 900_000))),
    Estimated(account="Velmora Distribuzione", by="irina", ago=210, growth=0, years=1, confidence="assumed", source_kind="", source="",
              shares=(("Cables and wires", 0.5), ("Tools", 0.8), ("Lighting", 0.55)), white=(("Tapes and adhesives", 260_000),)),
    Estimated(account="Brassmoor Engineering", by="claire", ago=75, growth=6, source="M. Hollisway", confidence="verified",
              shares=(("Cables and wires", 0.74), ("Switchgear", 0.4), ("Drives and motors", 0.22), ("Lubricants", 0.2)), white=(("Lighting", 120_000),)),
    Estimated(account="Balvano Verpackung", by="jonas", ago=60, growth=2, source="D. Reuterbach",
              shares=(("Enclosures", 0.8), ("Lubricants", 0.25)), white=(("Packaging film", 480_000), ("Cartons and pallets", 150_000))),
    Estimated(account="Pelanto Retail", by="claire", ago=120, growth=-4, source="A. Grochal", years=3,
              shares=(("Packaging film", 0.3), ("Cartons and pallets", 0.2), ("Safety and workwear", 0.6))),
    Estimated(account="Ardelia Technik", by="jonas", ago=30, source="talk at the fair", source_kind="observation", confidence="assumed",
              shares=(("Switchgear", 0.6), ("Lighting", 0.5)), white=(("Cables and wires", 180_000),)),
    Estimated(account="Estravo Fabrication", by="tomas", ago=31, growth=12, source="N. Tarrantley",
              shares=(("Switchgear", 0.7), ("Enclosures", 0.35)), white=(("Cables and wires", 95_000),)),
    Estimated(account="Dornwald Technik", by="irina", ago=140, growth=0, years=1, confidence="assumed", source_kind="", source="",
              shares=(), white=(("Switchgear", 150_000), ("Sensors and controls", 60_000))),
)  # fmt: skip

RIVALS = (
    Rival(account="Helios Tarvia", family="Switchgear", competitor="Norvane Supply", part=0.9),
    Rival(account="Helios Tarvia", family="Drives and motors", competitor="Norvane Supply", part=0.6, satisfiable=70),
    Rival(account="Helios Tarvia", family="Sensors and controls", competitor="Ostrava Sense", part=0.5, satisfiable=80),
    Rival(account="Brassmoor Engineering", family="Drives and motors", competitor="Halden Motion", part=0.7, satisfiable=60),
    Rival(account="Balvano Verpackung", family="Packaging film", competitor="the film maker itself", part=1.0, satisfiable=40),
    Rival(account="Pelanto Retail", family="Cartons and pallets", competitor="Tarkowo Karton", part=0.8),
    Rival(account="Quellmark Anlagenbau", family="Enclosures", competitor="the cheapest of three", part=0.7),
)  # fmt: skip

DIVISIONS = (("Helios Tarvia", ("Plant Tarvia", "Plant Lodrino")),)

#: Helios by plant: the need of the next years in thousands, what we sell there.
PLANTS = (
    ("Plant Tarvia", "Cables and wires", (1400, 1450, 1500), 1000),
    ("Plant Lodrino", "Cables and wires", (1100, 1300, 1500), 500),
    ("Plant Lodrino", "Drives and motors", (1500, 1800, 1800), 350),
)

CHANCES = (
    Chance(account="Helios Tarvia", family="Drives and motors", title="Drives for the new plant", amount=620_000, due=95, owner="irina", stage="offered", step="Agree delivery weeks with Renzo Contarelli"),
    Chance(account="Helios Tarvia", family="Sensors and controls", title="Condition monitoring on line 4", amount=140_000, due=150, owner="irina", stage="talking"),
    Chance(account="Brassmoor Engineering", family="Switchgear", title="Switchgear in the Monday call-off", amount=210_000, due=60, owner="claire", stage="talking", step="Send the list of equivalents"),
    Chance(account="Oravin Elektro", family="Enclosures", title="Cabinets for their panel shop", amount=180_000, due=120, owner="irina"),
    Chance(account="Estravo Fabrication", family="Cables and wires", title="Cable with the cabinets", amount=60_000, due=40, owner="tomas", stage="offered"),
    Chance(account="Quellmark Anlagenbau", family="Switchgear", title="Lot 7, trays and gear", amount=90_000, due=-30, owner="claire", stage="lost", outcome="Went to the cheapest of three offers", ago=80),
    Chance(account="Corvane Mech", family="Drives and motors", title="Second shift: spare drives on site", amount=35_000, due=75, owner="marta"),
)  # fmt: skip

WHY_NOTS = (
    ("Helios Tarvia", "Cartons and pallets", "irina", "Packed by their logistics partner, who buys for all plants until 2028."),
    ("Brassmoor Engineering", "Cartons and pallets", "claire", "Pumps leave in steel frames that come back."),
    ("Velmora Distribuzione", "Cartons and pallets", "irina", "They sell cartons under their own label."),
)  # fmt: skip

#: Plant construction: thousands of m² of plant floor and plants handed over, three years; amounts for one.
CONSTRUCTION: dict[str, Any] = {
    "volumes": ["42", "55", "38"], "hand_overs": ["3", "5", "4"], "unit": "1,000 m²", "hand_over_unit": "plants",
    "lines": [
        {"family": "Cables and wires", "norm": "5200", "hand_over_norm": "12000"},
        {"family": "Switchgear", "norm": "8400", "hand_over_norm": "20000"},
        {"family": "Enclosures", "norm": "4100", "hand_over_norm": ""},
        {"family": "Lighting", "norm": "2900", "hand_over_norm": ""},
        {"family": "Tapes and adhesives", "norm": "7900", "hand_over_norm": "15000"},
    ],
}  # fmt: skip

#: Machine shop: what runs, what is made, what is to be renewed.
MANUFACTURING: dict[str, Any] = {
    "years": 5,
    "lines": [
        {"kind": "equipment", "what": "Machining centres", "family": "Lubricants", "count": "14", "need": "9500", "from_year": "1"},
        {"kind": "equipment", "what": "Presses", "family": "Sensors and controls", "count": "6", "need": "3200", "from_year": "1"},
        {"kind": "plan", "what": "Gear housings", "family": "Fasteners", "count": "24000", "need": "1.9", "from_year": "1"},
        {"kind": "plan", "what": "Control cabinets", "family": "Switchgear", "count": "310", "need": "260", "from_year": "1"},
        {"kind": "modernisation", "what": "New press line", "family": "Drives and motors", "count": "8", "need": "11500", "from_year": "2"},
        {"kind": "modernisation", "what": "New press line", "family": "Sensors and controls", "count": "8", "need": "4100", "from_year": "2"},
    ],
}  # fmt: skip


def tell(*, users: dict[str, User], account: Callable[[str], Account], at: At) -> None:
    """Through the actions, as people would have done it."""
    _divisions(users, account, at)
    for each in ESTIMATES:
        _estimate(users, account(each.account), at, each)
    _sheet(
        users["claire"], account("Quellmark Anlagenbau"), at(26), "construction", CONSTRUCTION, "H. Sturmfels"
    )
    _sheet(users["marta"], account("Corvane Mech"), at(28), "manufacturing", MANUFACTURING, "R. Bielakowski")
    for rival in RIVALS:
        _rival(users, account(rival.account), at, rival)
    for name, family, by, reason in WHY_NOTS:
        potential.close_cell(actor=users[by], account=account(name), family=family, reason=reason, now=at(33))
    for chance in CHANCES:
        _chance(users, account(chance.account), at, chance)


def _divisions(users: dict[str, User], account: Callable[[str], Account], at: At) -> None:
    irina = users["irina"]
    plants = {
        name: potential.add_division(actor=irina, account=account(of), name=name, now=at(60))
        for of, names in DIVISIONS for name in names
    }  # fmt: skip
    for name, family, thousands, ours in PLANTS:
        plant = plants[name]
        told = {"years": potential.years_text(Decimal(each) * 1000 for each in thousands), "source_kind": "interview",
                "ours_typed": Decimal(ours) * 1000, "source": "plant managers", "confidence": "likely",
                "dated": at(45).date()}  # fmt: skip
        potential.estimate(actor=irina, account=plant.account, division=plant, family=family, opened={},
                           submitted=told, now=at(45))  # fmt: skip


def _estimate(users: dict[str, User], account: Account, at: At, each: Estimated) -> None:
    ground = asked.ground([account.number])
    needs = [
        (family, ground.now(account.number, family) / Decimal(str(share))) for family, share in each.shares
    ]
    needs += [(family, Decimal(amount)) for family, amount in each.white]
    lines = [
        {"family": family, "now": str(round(need, -3)), "growth": str(each.growth)}
        for family, need in needs
        if need > 0
    ]
    values = {"dated": at(each.ago).date(), "confidence": each.confidence, "source_kind": each.source_kind,
              "source": each.source}  # fmt: skip
    potential.fill_sheet(
        actor=users[each.by], account=account, template="free", inputs={"years": each.years, "lines": lines},
        values=values, stands_on=0, now=at(each.ago),
    )  # fmt: skip


def _sheet(
    actor: User, account: Account, now: dt.datetime, template: Any, inputs: dict[str, Any], source: str
) -> None:
    values = {"dated": now.date(), "confidence": "likely", "source_kind": "contact", "source": source}
    potential.fill_sheet(
        actor=actor, account=account, template=template, inputs=inputs, values=values, stands_on=0, now=now
    )


def _rival(users: dict[str, User], account: Account, at: At, rival: Rival) -> None:
    """Added to what was estimated; source and day stay."""
    row = account.estimates.current().get(division=None, family=rival.family)
    sold = (row.gap or Decimal(0)) * Decimal(str(rival.part))
    told = {"competitor": rival.competitor, "competitors": round(sold, -3), "satisfiable": rival.satisfiable,
            "dated": row.dated, "source_kind": row.source_kind, "source": row.source, "confidence": row.confidence}  # fmt: skip
    actor = row.created_by or users["helena"]
    potential.estimate(
        actor=actor, account=account, family=rival.family, opened={}, submitted=told, now=at(25)
    )


def _chance(users: dict[str, User], account: Account, at: At, chance: Chance) -> None:
    owner, now = users[chance.owner], at(chance.ago)
    values = {"family": chance.family, "title": chance.title, "amount": Decimal(chance.amount), "owner": owner,
              "expected_on": at(-chance.due).date() if chance.due < 0 else at(0).date() + dt.timedelta(days=chance.due)}  # fmt: skip
    row = opportunities.add(
        actor=owner, account=account, values=values, step=chance.step,
        step_due_on=at(0).date() + dt.timedelta(days=7), now=now,
    )  # fmt: skip
    if chance.stage != "found":
        opportunities.move(
            actor=owner, opportunity=row, stage=chance.stage, outcome=chance.outcome, now=at(8)
        )
