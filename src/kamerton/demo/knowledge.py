"""What the fictional distributor knows of its largest accounts, and what it only believes.

Days are counted back from today. Secrecy: 0 open, 1 internal, 2 secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Said:
    """A fact. `contact`: key of the person it is about; `answers`: index of the goal of this account it serves."""

    account: str
    topic: str
    text: str
    kind: str = ""  # of source
    source: str = ""
    ago: int = 30
    confidence: str = "likely"
    secrecy: int = 1
    by: str = "irina"
    contact: str = ""
    key: str = ""
    answers: str = ""  # key of the goal that a solution serves


@dataclass(frozen=True, kw_only=True)
class Needed:
    account: str
    what: str
    family: str
    ago: int
    state: str = "open"
    answer: str = ""
    source: str = ""
    contact: str = ""
    by: str = "irina"


@dataclass(frozen=True, kw_only=True)
class Written:
    account: str
    title: str
    text: str
    kind: str = "note"
    ago: int = 10
    secrecy: int = 1
    by: str = "irina"
    contacts: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()


#: Name, vocabulary, how it works, terms.
INDUSTRIES: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("Machine building", "manufacturing", "Buys for projects of 9 to 14 months; the choice of a component falls in design, long before purchasing asks for a price.",
     {"Frame order": "A yearly quantity at a fixed price, called off in parts", "Bill of materials": "The list in which our article number must stand before the machine is built"}),
    ("Electrical contracting", "construction", "Lives from tender to tender; stock follows the building site, and payment follows the hand-over.",
     {"Retention": "Part of the price that is paid after the warranty ends"}),
    ("Plant construction", "construction", "Few large projects; engineering specifies, procurement splits the lots.", {"Lot": "Part of a project that is bought at once"}),
    ("Technical wholesale", "fmcg", "Buys what turns over; returns what does not. Talks are about price, bonus and shelf.", {"Back margin": "Bonus paid after the year is counted"}),
    ("Packaging", "manufacturing", "Runs around the clock; a missing spare part costs more than a year of price lists.", {}),
    ("Metal working", "manufacturing", "Owner-led shops; one person decides, on the shop floor.", {}),
)  # fmt: skip

FACTS = (
    Said(account="Helios Tarvia", topic="company", text="Builds filling lines in three plants; 640 people; family-owned since 1958, group holding in Milan.", kind="website", source="company site", ago=40, confidence="verified"),
    Said(account="Helios Tarvia", topic="income", text="Turnover of 148 million last year, 6 % up.", kind="document", source="published accounts", ago=200, confidence="verified"),
    Said(account="Helios Tarvia", topic="financials", text="Equity 41 %; pays after 52 days on average.", kind="document", source="credit report", ago=200, confidence="verified", by="ewa"),
    Said(account="Helios Tarvia", topic="history", text="Our customer for eleven years; changed from two suppliers to us in 2021 after a line stop.", kind="interview", source="talk with A. Bertini", ago=150),
    Said(account="Helios Tarvia", topic="plans", text="New plant in spring: 14 drives, 60 cabinets, first orders expected within three months.", kind="contact", source="R. Contarelli", ago=11, confidence="likely", secrecy=2),
    Said(account="Helios Tarvia", topic="goal", text="Line 4 without an unplanned stop for a year.", kind="contact", source="R. Contarelli", ago=48, key="stop"),
    Said(account="Helios Tarvia", topic="goal", text="Inbound stock down by a third.", kind="contact", source="A. Bertini", ago=48, key="stock"),
    Said(account="Helios Tarvia", topic="solution", text="Condition monitoring on the eight oldest drives, spares held here.", kind="observation", ago=40, answers="stop", by="lena"),
    Said(account="Helios Tarvia", topic="process", text="Design freezes components in week 6 of a project; purchasing only negotiates after that.", kind="interview", source="workshop in Tarvia", ago=130, confidence="verified"),
    Said(account="Helios Tarvia", topic="competitor", text="Norvane Supply offers 8 % below us on switchgear, for a two-year contract.", kind="contact", source="A. Bertini", ago=6, secrecy=2),
    Said(account="Helios Tarvia", topic="competitor", text="Norvane’s application engineer visits maintenance every month.", ago=33),
    Said(account="Helios Tarvia", topic="lead", text="A line that is set up in four hours instead of nine would win them the dairy market.", kind="interview", source="R. Contarelli", ago=130),
    Said(account="Helios Tarvia", topic="profitability", text="Scrap at start-up costs about 400,000 a year.", kind="contact", source="P. Gallotti", ago=140),
    Said(account="Helios Tarvia", topic="budget", text="Maintenance budget for next year is frozen until the committee meets.", kind="contact", source="C. Morettani", ago=33, secrecy=2),
    Said(account="Brassmoor Engineering", topic="company", text="Contract manufacturer for pumps; two sites; call-off orders every Monday.", kind="website", source="company site", ago=90, confidence="verified", by="claire"),
    Said(account="Brassmoor Engineering", topic="plans", text="Thinks of a third site in two years.", ago=95, confidence="assumed", by="claire"),
    Said(account="Brassmoor Engineering", topic="history", text="Customer for six years; no claim in the last two.", kind="ledger", ago=60, confidence="verified", by="claire"),
    Said(account="Brassmoor Engineering", topic="goal", text="Stock below four weeks without a missed call-off.", kind="contact", source="M. Hollisway", ago=30, key="stock", by="claire"),
    Said(account="Brassmoor Engineering", topic="solution", text="Consignment stock at their site, counted by us each Friday.", kind="observation", ago=28, answers="stock", by="claire"),
    Said(account="Oravin Elektro", topic="company", text="Installs industrial electrics in the south; 85 fitters; owner-led.", kind="interview", source="T. Nowiczek", ago=300, confidence="verified"),
    Said(account="Oravin Elektro", topic="plans", text="Wants to open a panel shop of its own next year.", kind="contact", source="J. Kalinosz", ago=35, secrecy=2),
    Said(account="Oravin Elektro", topic="needs", text="Faster quotations for projects under 20,000.", kind="contact", source="M. Wronecki", ago=35),
    Said(account="Oravin Elektro", topic="competitor", text="Both rivals in town buy from the manufacturer directly.", ago=100, confidence="assumed"),
    Said(account="Oravin Elektro", topic="position", text="First in the region with new products is what wins them tenders.", kind="contact", source="T. Nowiczek", ago=21),
    Said(account="Quellmark Anlagenbau", topic="company", text="Builds process plants; bought by a group two years ago.", kind="press", source="trade paper", ago=420, confidence="verified", by="claire"),
    Said(account="Quellmark Anlagenbau", topic="competitor", text="Three offers are asked for every lot since spring.", kind="contact", source="J. Abelmann", ago=70, by="claire"),
    Said(account="Quellmark Anlagenbau", topic="goal", text="Buying cost of projects down by 5 %.", kind="contact", source="H. Sturmfels", ago=70, by="claire", key="cost"),
    Said(account="Velmora Distribuzione", topic="company", text="Chain of 22 technical shops.", kind="website", source="company site", ago=380, confidence="verified"),
    Said(account="Velmora Distribuzione", topic="market", text="Private label grows; ours is next to it on the shelf.", kind="observation", ago=90),
    Said(account="Balvano Verpackung", topic="needs", text="Spare parts within a day for night shifts.", kind="contact", source="D. Reuterbach", ago=60, by="jonas"),
    Said(account="Ardelia Technik", topic="company", text="Special machines for foundries; 40 people.", kind="website", source="company site", ago=500, confidence="verified", by="jonas"),
    Said(account="Corvane Mech", topic="plans", text="Second shift from next quarter.", kind="contact", source="R. Bielakowski", ago=28, by="marta"),
    Said(account="Pelanto Retail", topic="process", text="Returns are decided by the warehouse, not by the buyer.", kind="observation", ago=44, by="claire"),
    Said(account="Estravo Fabrication", topic="needs", text="Wants one supplier for cabinets and cable.", ago=32, confidence="assumed", by="tomas"),
)  # fmt: skip

NEEDS = (
    Needed(account="Helios Tarvia", what="Drives for the new plant, 14 pieces", family="Drives", ago=11, source="R. Contarelli", contact="conti"),
    Needed(account="Helios Tarvia", what="Spare parts on site for line 4", family="Spare parts", ago=48, state="answered", answer="Consignment stock offered, prices until month end.", source="P. Gallotti", contact="gallo"),
    Needed(account="Helios Tarvia", what="Training for the night shift", family="Service", ago=130, state="won", answer="Two days in September.", source="S. Villarosa", contact="villa"),
    Needed(account="Brassmoor Engineering", what="Labels with their article number", family="Service", ago=14, source="M. Hollisway", contact="hollis", by="claire"),
    Needed(account="Oravin Elektro", what="Panel shop: first equipment", family="Cabinets", ago=35, source="J. Kalinosz", contact="kalina"),
    Needed(account="Quellmark Anlagenbau", what="Lot 7: 300 m of cable trays", family="Cable management", ago=70, state="lost", answer="Went to the cheapest of three.", source="H. Sturmfels", contact="sturm", by="claire"),
    Needed(account="Pelanto Retail", what="Fewer damaged boxes", family="Packaging", ago=44, source="A. Grochal", contact="groch", by="claire"),
    Needed(account="Estravo Fabrication", what="Cabinets in small numbers", family="Cabinets", ago=32, source="N. Tarrantley", contact="tarrant", by="tomas"),
)  # fmt: skip

NOTES = (
    Written(account="Helios Tarvia", title="Visit in Tarvia", text="Ada showed the offer of Norvane without letting it go. She wants our answer before the committee is in place. Renzo will argue for us if line 4 runs through December.", ago=6, contacts=("bertini", "conti"), mentions=("tomas", "lena")),
    Written(account="Helios Tarvia", title="How they buy", text="Design freezes the list in week 6; after that purchasing only negotiates. We must be in the list.", kind="interview", ago=130, contacts=("conti", "gallo")),
    Written(account="Helios Tarvia", title="Filling lines in Europe", text="The market for mid-size filling lines grows by 4 % a year; dairies pay for short change-overs.", kind="research", ago=95),
    Written(account="Helios Tarvia", title="Terms under discussion", text="Up to 3 % at year end if the frame order covers the new plant. Not to be named before the offer.", ago=5, secrecy=2),
    Written(account="Brassmoor Engineering", title="Renewal of the call-off", text="Renewed for a year. Keith retires; ask who follows.", ago=14, by="claire", contacts=("hollis", "dunmore")),
    Written(account="Oravin Elektro", title="Year end talk", text="They count on the bonus. The panel shop is not public yet.", ago=21, secrecy=2, contacts=("nowicz",)),
    Written(account="Quellmark Anlagenbau", title="Why the margin falls", text="Every lot is asked for three times. Engineering still prefers us, procurement does not say so.", ago=12, by="claire", contacts=("sturm", "abel"), mentions=("helena",)),
    Written(account="Pelanto Retail", title="Returns", text="One in nine lines comes back, mostly damaged boxes.", ago=16, by="claire", contacts=("lisek",), mentions=("pawel",)),
)  # fmt: skip

PERSONAL = (
    (
        "Helios Tarvia",
        "bertini",
        "irina",
        "Direct; wants figures first and small talk afterwards. No calls on Friday afternoon.",
    ),
    ("Helios Tarvia", "conti", "irina", "Loves to be asked for his opinion; send drawings, not slides."),
    ("Brassmoor Engineering", "hollis", "claire", "Keep promises small and exact."),
)

#: Rent, salaries and the rest, a year: a little more than the income without the largest account.
FIXED_COST = Decimal("3800000.00")

#: industry, account, level, what, amount in minor units, days ago
BUDGETS = (
    (
        "Machine building",
        "",
        "top",
        "State subsidy for energy-saving drives, 30 % until next summer",
        None,
        20,
    ),
    ("", "Helios Tarvia", "vip", "Investment for the new plant released by the holding", 420_000_000, 12),
)

#: What one activity costs, from a year and a half ago on.
ACTIVITY_RATES = (
    ("visit", Decimal("260.00")), ("meeting", Decimal("140.00")), ("call", Decimal("18.00")),
    ("message", Decimal("6.00")), ("event", Decimal("420.00")), ("request", Decimal("95.00")),
)  # fmt: skip
#: Account, kind, amount, days ago, what for. The account bought by price costs more than it brings.
SERVING_COSTS = (
    ("Helios Tarvia", "transport", Decimal("18400.00"), 40, "Call-off stock near the plant"),
    ("Helios Tarvia", "service", Decimal("9600.00"), 95, "Commissioning at line 4"),
    ("Brassmoor Engineering", "transport", Decimal("11200.00"), 60, "Consignment stock"),
    ("Velmora Distribuzione", "discounts", Decimal("96000.00"), 30, "Bonus at the end of the year"),
    ("Velmora Distribuzione", "transport", Decimal("44500.00"), 120, "Deliveries of single boxes"),
    ("Pelanto Retail", "service", Decimal("31800.00"), 25, "Returns taken in and sorted"),
    ("Pelanto Retail", "transport", Decimal("52700.00"), 80, "Collecting what comes back"),
    ("Quellmark Anlagenbau", "people", Decimal("24000.00"), 75, "A specialist lent for two months"),
)  # fmt: skip
PERSON_COSTS = (
    ("irina", Decimal("98000.00")), ("claire", Decimal("94000.00")), ("tomas", Decimal("61000.00")),
    ("marta", Decimal("72000.00")), ("jonas", Decimal("74000.00")),
)  # fmt: skip
