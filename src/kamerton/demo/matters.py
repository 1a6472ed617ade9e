"""What is going on at the fictional distributor: tasks, requests, decisions, questions.

Days are counted from today: `due` ahead is positive, `ago` back is positive.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ToDo:
    title: str
    owner: str
    by: str
    due: int | None
    account: str = ""
    ago: int = 5
    text: str = ""
    checklist: tuple[str, ...] = ()
    repeats: str = ""
    done: bool = False
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    title: str
    unit: str
    by: str
    due: int
    account: str = ""
    ago: int = 4
    text: str = ""
    answer: str = ""
    answered_by: str = ""


@dataclass(frozen=True, kw_only=True)
class ToDecide:
    kind: str
    title: str
    reason: str
    by: str
    ago: int
    account: str = ""
    decided_by: str = ""
    approve: bool = True
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Question:
    account: str
    kind: str
    question: str
    by: str
    ago: int
    contact: str = ""
    advice: str = ""
    answered: int | None = None
    action: str = ""
    result: str = ""


TASKS = (
    ToDo(title="Answer Norvane’s switchgear offer", owner="irina", by="irina", due=2, account="Helios Tarvia", ago=6, checklist=("Ask finance for the floor", "Agree the bonus with Marco", "Send before the committee starts")),
    ToDo(title="Introduce Tomas to Carla Morettani", owner="irina", by="marco", due=12, account="Helios Tarvia", ago=9),
    ToDo(title="Find out who leads quality", owner="tomas", by="irina", due=-3, account="Helios Tarvia", ago=20),
    ToDo(title="Prices for consignment stock, line 4", owner="tomas", by="irina", due=1, account="Helios Tarvia", ago=7),
    ToDo(title="Weekly call with Elisa Sartorelli", owner="tomas", by="tomas", due=0, account="Helios Tarvia", ago=30, repeats="weekly"),
    ToDo(title="Bring line 4 report to Renzo Contarelli", owner="lena", by="irina", due=6, account="Helios Tarvia", ago=8),
    ToDo(title="Panel shop: list of first equipment", owner="irina", by="irina", due=9, account="Oravin Elektro", ago=15),
    ToDo(title="Ask who follows Keith Dunmorrow", owner="claire", by="claire", due=4, account="Brassmoor Engineering", ago=14),
    ToDo(title="Margin of every lot since spring", owner="claire", by="helena", due=-1, account="Quellmark Anlagenbau", ago=12),
    ToDo(title="Meet Ulrich Kranewitz", owner="claire", by="claire", due=25, account="Quellmark Anlagenbau", ago=12),
    ToDo(title="Packaging test with the warehouse", owner="pawel", by="claire", due=8, account="Pelanto Retail", ago=10),
    ToDo(title="Call Dornwald: why silent for five months", owner="irina", by="helena", due=-6, account="Dornwald Technik", ago=25),
    ToDo(title="Second shift at Corvane: what changes for us", owner="marta", by="marta", due=5, account="Corvane Mech", ago=20),
    ToDo(title="First visit report Estravo", owner="tomas", by="irina", due=-20, account="Estravo Fabrication", ago=31, done=True, outcome="Owner decides alone; small numbers matter to him"),
    ToDo(title="Prepare the quarterly review", owner="helena", by="marco", due=14, ago=10),
)  # fmt: skip

REQUESTS = (
    Asked(title="Floor price for switchgear, two years", unit="finance", by="irina", due=1, account="Helios Tarvia", ago=5, text="Frame order over two years; what is the lowest price that still covers freight?"),
    Asked(title="Spare parts that fit line 4", unit="technical", by="tomas", due=-2, account="Helios Tarvia", ago=9),
    Asked(title="Why one line in nine comes back", unit="logistics", by="claire", due=3, account="Pelanto Retail", ago=6),
    Asked(title="Article labels with customer numbers", unit="service", by="claire", due=-5, account="Brassmoor Engineering", ago=13, answer="Possible from next month; layout attached to the order form.", answered_by="pawel"),
)  # fmt: skip

DECISIONS = (
    ToDecide(kind="sales_proposal", title="Consignment stock for two key accounts", reason="Both ask for stock near the line; it ties 90,000 and keeps two competitors out.", by="irina", ago=8, account="Helios Tarvia"),
    ToDecide(kind="sales_proposal", title="Quotations under 20,000 within a day", reason="Oravin loses small projects to faster rivals.", by="irina", ago=40, account="Oravin Elektro", decided_by="marco", approve=True, why="Start with the ten largest accounts."),
    ToDecide(kind="shortcoming", title="Returns are booked weeks late", reason="The customer sees the credit note after his month end. Book on arrival, check afterwards.", by="tomas", ago=6),
)  # fmt: skip

QUESTIONS = (
    Question(account="Helios Tarvia", kind="asked_us", question="Can the 22 kW drive run on 400 Hz?", by="tomas", ago=9, contact="sarti"),
    Question(account="Brassmoor Engineering", kind="asked_us", question="Which seals stand 140 °C?", by="claire", ago=27, contact="asher", advice="The FKM version; samples sent.", answered=25, result="Released for series"),
    Question(account="Helios Tarvia", kind="asked_them", question="Showed the new offer form and the service package", by="irina", ago=48, contact="bertini", advice="Put the price per year first; nobody reads page two.", answered=48, action="Form changed", result="Used for the frame order"),
)  # fmt: skip

MANAGEMENT = (
    ("Price list of the new year", "Prices of switchgear rise by 2.5 % on 1 February. Frame orders signed before keep the old prices for a year.", 18, "marco"),
    ("Two sources for power supplies", "From the coming quarter power supplies are bought from two makers; either may be delivered.", 60, "marco"),
)  # fmt: skip
