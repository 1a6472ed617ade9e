"""What customers of the fictional distributor complained about: late ones, settled ones, one that was rejected.

Days are counted back from today. Each step is written down by the action that people use, on its day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kamerton.access.models import OrgUnit, User
from kamerton.accounts.models import Account, Contact
from kamerton.demo import staff
from kamerton.service.actions import claims, outcome
from kamerton.service.models import Claim


@dataclass(frozen=True, kw_only=True)
class Ended:
    """`ago`: when; `logged`: its lesson stands in the log of mistakes, with what it cost."""

    ago: int
    how: Literal["settled", "rejected"] = "settled"
    cause: str
    solution: str
    satisfied: str
    lesson: str
    credit: int | None = None
    logged: bool = False


@dataclass(frozen=True, kw_only=True)
class Complained:
    account: str
    by: str
    ago: int
    kind: str
    subject: str
    text: str = ""
    contact: str = ""
    channel: str = "phone"
    reference: str = ""
    product: str = ""
    amount: int | None = None
    severity: int = 2
    acknowledged: int | None = None  # days ago
    answered: int | None = None
    answer: str = ""
    first: str = ""  # why it goes before others
    asked: tuple[str, str] | None = None  # unit, what
    ended: Ended | None = None


CLAIMS = (
    Complained(
        account="Helios Tarvia", by="tomas", ago=19, kind="quality", contact="sarti", channel="email", severity=3,
        subject="Contactors of lot 24-118 weld shut",
        text="Three of forty stuck within a week on line 4. They stopped the line for two hours and ask who pays for it.",
        reference="Delivery 48-2217", product="Contactors 95 A", amount=18_400, acknowledged=18, answered=16,
        answer="The lot is blocked; replacements from another lot left the same day. The maker’s report follows.",
        first="Line 4 stops when another one sticks; the frame order is decided next month.",
        asked=("technical", "Test lot 24-118 and say what welds the contacts"),
    ),
    Complained(
        account="Helios Tarvia", by="irina", ago=2, kind="price", contact="bertini", channel="email",
        subject="Invoice without the agreed bonus", reference="Invoice 48-3391", amount=2_150,
    ),
    Complained(
        account="Helios Tarvia", by="tomas", ago=64, kind="shortage", subject="Two pallets of cable missing",
        reference="Delivery 48-1904", amount=3_900, acknowledged=64, answered=63,
        answer="Found at the carrier’s depot; both arrive tomorrow.",
        ended=Ended(
            ago=58, cause="transport", satisfied="yes", credit=200,
            solution="Pallets delivered the next day, freight credited.",
            lesson="Ask the carrier for a count at the depot on every split load.",
        ),
    ),
    Complained(
        account="Pelanto Retail", by="pawel", ago=9, kind="mix_up", subject="Sockets sorted into the wrong boxes",
        text="One box in nine holds another colour; their shops find it at the shelf.", product="Sockets",
        amount=5_300, acknowledged=9, asked=("logistics", "Find out where the boxes are mixed up"),
    ),
    Complained(
        account="Pelanto Retail", by="claire", ago=120, kind="mix_up", subject="Wrong labels on a promotion pallet",
        amount=1_250, acknowledged=120, answered=119, answer="New labels are on their way.",
        ended=Ended(
            ago=108, cause="handling", satisfied="partly", credit=1_250,
            solution="Relabelled at our cost, promotion lengthened by a week.",
            lesson="Promotion pallets are checked by a second person before they leave.", logged=True,
        ),
    ),
    Complained(
        account="Brassmoor Engineering", by="claire", ago=41, kind="delivery", contact="asher",
        subject="Seals came nine days late", reference="Order 48-2011", amount=7_600, acknowledged=40, answered=37,
        answer="The supplier confirmed a wrong date; the rest is flown in.",
        ended=Ended(
            ago=22, cause="supplier", satisfied="yes", credit=900,
            solution="Rest flown in at our cost; a safety stock of two weeks agreed.",
            lesson="Confirm no date that the supplier has not confirmed in writing.", logged=True,
        ),
    ),
    Complained(
        account="Quellmark Anlagenbau", by="claire", ago=75, kind="quality", subject="Paint of cabinets comes off",
        amount=4_100, acknowledged=73, answered=70, answer="We ask for two cabinets to test them.",
        ended=Ended(
            ago=52, how="rejected", cause="theirs", satisfied="no",
            solution="The test shows a solvent that the data sheet rules out; a repair kit is offered at cost.",
            lesson="Say on the offer which cleaners the paint stands.",
        ),
    ),
    Complained(
        account="Oravin Elektro", by="irina", ago=30, kind="service", severity=1,
        subject="Nobody answered the hotline on a Friday", acknowledged=30, answered=29,
        answer="From now on the hotline is staffed until five on Fridays too.",
        ended=Ended(
            ago=27, cause="promise", satisfied="yes", solution="Hours of the hotline lengthened.",
            lesson="What the contract says about hours goes into the roster.",
        ),
    ),
    Complained(
        account="Corvane Mech", by="marta", ago=1, kind="delivery", channel="meeting", severity=1,
        subject="Boxes too heavy to lift alone", acknowledged=0,
    ),
)  # fmt: skip

Accounts = Callable[[str], Account]
At = Callable[[int], dt.datetime]


def tell(
    *, users: Mapping[str, User], people: Mapping[tuple[str, str], Contact], account: Accounts, at: At
) -> None:
    for each in CLAIMS:
        _one(each, users, people, account(each.account), at)


def _one(
    each: Complained,
    users: Mapping[str, User],
    people: Mapping[tuple[str, str], Contact],
    account: Account,
    at: At,
) -> None:
    actor = users[each.by]
    told = {
        "kind": each.kind, "channel": each.channel, "subject": each.subject, "text": each.text,
        "contact": people.get((each.account, each.contact)), "reference": each.reference, "product": each.product,
        "amount": None if each.amount is None else Decimal(each.amount), "severity": each.severity,
    }  # fmt: skip
    row = claims.receive_claim(actor=actor, account=account, told=told, now=at(each.ago))
    if each.acknowledged is not None:
        claims.acknowledge(actor=actor, claim=row, now=at(each.acknowledged))
    if each.asked is not None:
        _asked(each, row, actor, at)
    if each.answered is not None:
        claims.answer(actor=actor, claim=row, text=each.answer, now=at(each.answered))
    if each.first:
        claims.expedite(actor=actor, claim=row, reason=each.first, now=at(each.ago - 5))
    if each.ended is not None:
        _ended(each.ended, row, actor, at)


def _asked(each: Complained, row: Claim, actor: User, at: At) -> None:
    assert each.asked is not None  # noqa: S101 - the caller asks for these only
    unit, title = each.asked
    names = {one.key: one.name for one in staff.UNITS}
    now = at(each.ago - 1)
    claims.ask_department(
        actor=actor, claim=row, unit=OrgUnit.objects.get(name=names[unit]), title=title,
        due_on=now.date() + dt.timedelta(days=4), now=now,
    )  # fmt: skip


def _ended(end: Ended, row: Claim, actor: User, at: At) -> None:
    told = outcome.Outcome(
        cause=end.cause, solution=end.solution, satisfied=end.satisfied, lesson=end.lesson,
        credit=None if end.credit is None else Decimal(end.credit),
    )  # fmt: skip
    found = outcome.close_claim(actor=actor, claim=row, ending=end.how, outcome=told, now=at(end.ago))
    if end.logged:
        outcome.log_mistake(actor=actor, claim=found, told=outcome.suggested(found), now=at(end.ago - 1))
