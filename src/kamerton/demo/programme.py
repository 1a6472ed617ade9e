"""The fictional company half-way to key account management: what is said of the programme, what it costs, what is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal

from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.instruments import actions as instruments
from kamerton.instruments.actions import Reply
from kamerton.instruments.queries import active
from kamerton.instruments.subjects import NOTHING
from kamerton.portfolio.actions import errors, programme, service_package
from kamerton.portfolio.models import ServicePackage

#: Condition -> yes or no, and how it is known; the others are told by figures.
_ANSWERS = {
    "few-clients": ("yes", "The export of last year"),
    "differentiation": ("yes", "Commissioning on site: two of three tenders were won by it"),
    "complex-buying": ("yes", "Purchasing, engineering and production sign together"),
    "multi-level": ("yes", "Plant managers and the board ask for different things"),
    "agreements": ("no", ""),
    "overlapping-sellers": ("no", ""),
    "communication": ("yes", "Forecasts reach us by telephone and too late"),
    "concentrating": ("no", ""),
    "competitors": ("no", ""),
}
#: Area, row -> what is said of it, how long ago.
_ROWS = (
    ("condition", "integration", "Key accounts have their own line in the sales plan and the weekly meeting", 70, True),
    ("condition", "support", "The board decided the budget of two years", 120, True),
    ("condition", "communication", "Service sits in the weekly meeting; the answer times are still too long", 40, False),
    ("condition", "objectives", "Missions are written for three of the key account managers", 30, False),
    ("condition", "definition", "The profile is written and every key account was decided by it", 65, True),
    ("advantage", "penetration", "At the largest accounts we now meet production and quality, not only purchasing", 45, True),
    ("advantage", "volumes", "Framework orders since spring", 60, True),
    ("advantage", "careers", "Two sellers became key account managers", 90, False),
    ("risk", "dependence", "Each of the largest has a plan for the loss, and two prospects are followed", 60, True),
    ("risk", "service", "What is free and what is paid is written into every offer", 50, True),
    ("risk", "small", "Sales support calls every small account once a quarter", 80, True),
    ("risk", "team", "Service and sales share the goal of answers in time", 35, True),
    ("risk", "margin", "To be discussed: discounts of the largest accounts grow faster than their orders", 20, False),
)  # fmt: skip
_STANDS = (
    ("competences", "between", "Half of the sellers have been trained"),
    ("seller_goal", "between", "Pay still follows orders"),
)
_LINES = (
    ("cost", "Two key account managers", 148_000, "Finance"),
    ("cost", "Travel and meetings with key accounts", 32_000, "Head of sales"),
    ("cost", "Stock held for key accounts", 41_000, "Logistics"),
    ("benefit", "Income kept at accounts that were about to leave", 175_000, "Head of sales"),
    ("benefit", "Further product families at key accounts", 96_000, "Key account managers"),
    ("benefit", "Deliveries planned together", 28_000, "Logistics"),
)


def tell(*, users: Mapping[str, User], at: Callable[[int], dt.datetime]) -> None:
    """Marco directs; Anna decides what he asks for."""
    marco = users["marco"]
    _answer(users["helena"], at(110))
    programme.name_sponsor(actor=marco, sponsor=marco, now=at(120))
    owners = {"dependence": "helena", "service": "irina", "small": "helena", "team": "irina"}
    for area, key, note, ago, done in _ROWS:
        told = {"note": note, "is_met": done}
        if key in owners:
            told["owner"] = users[owners[key]]
        programme.say(actor=marco, area=area, key=key, told=told, now=at(ago))
    for key, stands, note in _STANDS:
        programme.say(
            actor=marco, area="practice", key=key, told={"stands": stands, "note": note}, now=at(50)
        )
    for side, what, amount, who in _LINES:
        programme.add_line(
            actor=marco,
            side=side,
            what=what,
            amount=Decimal(amount),
            said_by=who,
            on=at(95).date(),
            now=at(95),
        )
    programme.ask_case(actor=marco, why="The figures of the first two years pay for it", now=at(9))


def promise(*, users: Mapping[str, User], at: Callable[[int], dt.datetime]) -> None:
    """Before anybody is decided to be key: with what their packages begin."""
    told = {
        "cost": Decimal(14_500),
        "resources": "A named engineer and one contact in sales support",
        "marketing": "New products are shown to them first; joint stand at the trade fair",
        "administrative": "One invoice a month, 45 days",
        "service": "Answer of engineering within one working day, spare parts held in stock",
    }
    service_package.set_standard(actor=users["marco"], opened={}, submitted=told, now=at(525))


#: Account, promise -> value, how long ago, where it is from.
_ACTUALS = (
    ("Oravin Elektro", "supply", 0.91, 12, "Delivery notes of the quarter"),
    ("Brassmoor Engineering", "supply", 0.97, 30, "Delivery notes of the quarter"),
)
#: What happened, account, loss, points of market share, lesson, task that follows, how long ago, by whom.
_MISTAKES = (
    ("Wrong bearings shipped before the summer stop", "Oravin Elektro", 18_400, None,
     "Orders for a stop are read back by telephone", "Read back every order for a stop", 64, "helena"),
    ("The tender of a hospital group was seen two days late", "", 0, 0.004, "", "", 33, "helena"),
)  # fmt: skip


def lately(
    *, users: Mapping[str, User], account: Callable[[str], Account], at: Callable[[int], dt.datetime]
) -> None:  # fmt: skip
    """How promises were kept, and what mistakes have cost."""
    for name, key, value, ago, source in _ACTUALS:
        if ServicePackage.objects.filter(account=account(name), until=None).exists():
            service_package.record_actual(
                actor=users["marco"],
                account=account(name),
                key=key,
                value=value,
                on=at(ago).date(),
                source=source,
                now=at(ago),
            )
    for what, name, loss, points, lesson, task, ago, by in _MISTAKES:
        told = {"what": what, "on": at(ago).date(), "loss": Decimal(loss) if loss else None, "share_lost": points,
                "lesson": lesson}  # fmt: skip
        follow = errors.Follow(title=task, due_on=at(ago - 90).date()) if task else None
        errors.write_error(
            actor=users[by], told=told, account=account(name) if name else None, follow=follow, now=at(ago)
        )


def _answer(actor: User, now: dt.datetime) -> None:
    instrument = active("programme-conditions")
    if instrument is None:
        return
    made = instruments.start_assessment(actor=actor, instrument=instrument, subject=NOTHING, now=now)
    for item, (value, evidence) in _ANSWERS.items():
        instruments.answer(actor=actor, assessment=made, item=item, reply=Reply(value, evidence), now=now)
    instruments.finish(actor=actor, assessment=made, now=now)
