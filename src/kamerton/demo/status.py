"""Who is key at the fictional distributor, who no longer is, and what waits for the director."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kamerton.accounts.actions import companies
from kamerton.accounts.models import Account
from kamerton.demo.assessing import about
from kamerton.instruments import actions as instruments
from kamerton.instruments import queries
from kamerton.instruments.actions import Reply
from kamerton.portfolio import status_evidence
from kamerton.portfolio.actions import key_status, references, review
from kamerton.portfolio.actions import status as profile
from kamerton.portfolio.actions.key_status import Proposal
from kamerton.work.actions import approvals

if TYPE_CHECKING:
    from kamerton.demo.telling import Told

TEXT = (
    "A customer whose loss we would still feel in three years: a large part of the income of the company or of a"
    " department, or a plan that is open to us, or advice that makes us better. Size and a famous name alone are no"
    " reason, and being a reseller never is."
)

#: Account, story, named, days ago, who.
STORIES = (
    ("Helios Tarvia", "Their second line stood still for want of 140 valves. We delivered in nine days from three stocks and keep the set on site since: no stop in 14 months.", True, 410, "irina"),
    ("Brassmoor Engineering", "Seals failed at 140 °C. We found a mixture with the maker, tested it with their people and cut failures from eleven a year to one.", True, 260, "claire"),
    ("Balvano Verpackung", "Fourteen suppliers of small parts became one weekly box, packed in the order of their line.", False, 150, "jonas"),
    ("Pelanto Retail", "", False, 90, "claire"),
)  # fmt: skip

#: The prospect: nothing sold yet, and key all the same.
PROSPECT = "Velantra Marine Systems S.p.A."

#: Account (beginning of its name), who, days ago, evidence of need and budget; the prospect says all five.
NEEDS: tuple[tuple[str, str, int, str, Mapping[str, str]], ...] = (
    ("Dornwald Technik", "irina", 460, "will-grow", {"need": "A new hall", "budget": "Shown to us"}),
    (PROSPECT, "irina", 34, "from-competitors", {
        "need": "Drives and switchgear for eleven ferries until 2030", "budget": "The yard has its loan, 60 million",
        "solvent": "Credit report of last month", "interested": "Asked for a second source at the fair",
    }),
)  # fmt: skip

#: Account, who proposes, days ago, level, of, definitions, why.
GIVEN = (
    ("Helios Tarvia", "irina", 380, "company", "", ("contribution", "known", "partner"), "Nobody else buys a tenth of this from us, and nobody else shows us next year’s plan."),
    ("Brassmoor Engineering", "claire", 365, "company", "", ("contribution",), "One eighth of our income, with good margins."),
    ("Oravin Elektro", "irina", 300, "department", "Sales", ("contribution", "innovator"), "Carries the department, and builds what is new first."),
    ("Dornwald Technik", "irina", 430, "company", "", ("potential",), "A hall for forty machines is being built."),
    (PROSPECT, "irina", 21, "company", "", ("potential",), "Eleven ferries, and they look for a second source."),
)  # fmt: skip

DEMOTED = ("Dornwald Technik", 45, "The hall was given up; they have bought nothing for five months.")
WAITING = ("Balvano Verpackung", "jonas", 3, "department", "Sales", ("known",), "Everybody in packaging knows them, and they let us tell the story.")  # fmt: skip

SUPPLIER = (
    ("Helios Tarvia", "listed", 700, -320, "Approved after the audit"),
    ("Helios Tarvia", "regular", 390, -320, "Frame order over two years"),
    ("Brassmoor Engineering", "preferred", 120, None, "Named so in their purchasing manual"),
    ("Oravin Elektro", "regular", 260, 20, "Second of three"),
)

SEGMENTS = {
    "key": "One person who answers the same day; prices that hold for a year; stock near their line.",
    "A": "Prices by column without asking; deliveries that arrive when they were promised.",
    "B": "An offer within a day; somebody who knows their drawings.",
    "C": "Ordering without a telephone call; small packs.",
}
_DECLINED = "They buy for one project only; look again next year."


def tell_status(told: Told) -> None:
    """The profile first: nobody becomes key before it is written."""
    _profile(told)
    _prospect(told)
    for name, story, named, ago, user in STORIES:
        references.write_reference(
            actor=told.users[user], account=told.account(name), story=story, may_name=named, on=told.day(ago + 20),
            now=told.at(ago),
        )  # fmt: skip
    for name, user, ago, situation, said in NEEDS:
        _ask(told, name, user, ago, situation, said)
    for name, user, ago, level, of, definitions, why in GIVEN:
        _propose(told, name, user, ago, (level, of), definitions, why, decide=True)
    name, ago, why = DEMOTED
    key_status.propose_end(actor=told.users["marco"], account=told.account(name), why=why, now=told.at(ago))
    for name, stage, ago, goal, note in SUPPLIER:
        references.set_supplier_stage(
            actor=told.users["marco"], account=told.account(name), stage=stage, on=told.day(ago), note=note,
            goal_on=None if goal is None else told.day(goal), now=told.at(ago),
        )  # fmt: skip
    _review(told)
    name, user, ago, level, of, definitions, why = WAITING
    _propose(told, name, user, ago, (level, of), definitions, why, decide=False)


def _profile(told: Told) -> None:
    words = {
        "text": TEXT, "preset": "distributor", "levels": ["company", "department"], "class_list": "definitions",
        "definitions": ["contribution", "potential", "known", "partner", "mentor", "innovator"], "labels": {},
        "review_months": 6, "silence_days": 90,
    }  # fmt: skip
    profile.write_profile(actor=told.users["marco"], now=told.at(520), words=words, changes={})


def _prospect(told: Told) -> None:
    values = {"name": PROSPECT, "country": "IT", "segment": "Shipbuilding"}
    made = companies.create(actor=told.users["irina"], values=values, now=told.at(60), anyway=True)
    told.accounts[PROSPECT] = made


def _ask(told: Told, name: str, user: str, ago: int, situation: str, said: Mapping[str, str]) -> None:
    asked = queries.active(status_evidence.POTENTIAL)
    if asked is None:  # an administrator of a test took it away
        return
    actor, now = told.users[user], told.at(ago)
    begun = instruments.start_assessment(
        actor=actor, instrument=asked, subject=about(told.account(name)), now=now
    )
    replies = {item: Reply("yes", said[item]) if item in said else Reply("no")
               for item in ("need", "budget", "solvent", "interested")}  # fmt: skip
    instruments.answer_all(
        actor=actor, assessment=begun, replies={**replies, "situation": Reply(situation)}, now=now
    )
    instruments.finish(actor=actor, assessment=begun, now=now)


def _propose(
    told: Told,
    name: str,
    user: str,
    ago: int,
    place: tuple[str, str],
    definitions: tuple[str, ...],
    why: str,
    *,
    decide: bool,
) -> None:
    """Only what the figures of this day show: a demo of another ledger proposes less."""
    account, actor, now = told.account(name), told.users[user], told.at(ago)
    shown = _shown(told, account, now)
    reasons = {each: "" for each in definitions if each in shown}
    if not reasons:
        return
    share = shown["contribution"].split(";")[0] if "contribution" in reasons else ""
    proposal = Proposal(
        level=place[0], of=place[1], reasons=reasons, why=why,
        benefit=f"{share}: long orders, planned together." if share else "",
        risk=f"{share} would go with them, and they know it." if share else "",
    )  # fmt: skip
    done = key_status.propose(actor=actor, account=account, proposal=proposal, now=now)
    if decide and done.approval is not None:
        approvals.decide(
            actor=told.users["marco"], approval=done.approval, approve=True, now=told.at(ago - 4)
        )


def _shown(told: Told, account: Account, now: dt.datetime) -> dict[str, str]:
    ground = status_evidence.ground_of(account, told.users["marco"], now.date())
    return {each.definition: each.text for each in status_evidence.six(ground, account) if each.holds}


def _review(told: Told) -> None:
    """Begun by the head of sales a week ago; one proposal is declined, the others wait."""
    helena = told.users["helena"]
    made = review.begin(actor=helena, now=told.at(6))
    for segment, text in SEGMENTS.items():
        review.write_segment(actor=helena, segment=segment, text=text, now=told.at(6))
    item = made.items.filter(change="promote").order_by("-rank").first()
    if item is not None:
        review.decline(actor=helena, item=item, why=_DECLINED, now=told.at(5))
