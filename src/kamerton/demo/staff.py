"""The people of the fictional distributor: units, line of report, who looks after which account.

Names are made up. Days are counted back from today; a negative number lies ahead.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Unit:
    key: str
    name: str
    kind: str
    function: str = ""
    parent: str = ""
    head: str = ""


@dataclass(frozen=True, kw_only=True)
class Post:
    """What is known of a user beside name and role."""

    user: str
    unit: str
    title: str
    reports_to: str = ""
    spoken: tuple[str, ...] = ("en",)
    function: str = ""
    sales_name: str = ""  # in the sales files, where that is another name


@dataclass(frozen=True, kw_only=True)
class Covers:
    account: str  # beginning of its name
    user: str
    role: str = "responsible"
    since: int = 700


UNITS = (
    Unit(key="company", name="Lumaro Technical Supply", kind="company", head="marco"),
    Unit(key="sales", name="Sales", kind="department", function="sales", parent="company", head="helena"),
    Unit(key="key", name="Key accounts", kind="team", function="sales", parent="sales", head="irina"),
    Unit(key="south", name="Southern markets", kind="department", function="sales", parent="sales", head="irina"),
    Unit(key="regions", name="Regional sales", kind="region", function="sales", parent="sales"),
    Unit(
        key="service", name="Customer service", kind="department", function="customer_service",
        parent="company", head="pawel",
    ),
    Unit(key="logistics", name="Logistics", kind="department", function="logistics", parent="company", head="oskar"),
    Unit(
        key="technical", name="Technical support", kind="department", function="technical_support",
        parent="company", head="lena",
    ),
    Unit(key="finance", name="Finance", kind="department", function="finance", parent="company", head="ewa"),
    Unit(key="marketing", name="Marketing", kind="department", function="marketing", parent="company"),
    Unit(key="hr", name="People", kind="department", function="administration", parent="company", head="nadia"),
)  # fmt: skip

POSTS = (
    Post(user="anna", unit="company", title="Systems administrator", reports_to="marco", spoken=("en", "sv")),
    Post(user="marco", unit="company", title="Commercial director", spoken=("it", "en", "de"), function="sales"),
    Post(user="helena", unit="sales", title="Head of sales", reports_to="marco", spoken=("en", "de", "pl")),
    Post(
        user="irina", unit="south", title="Senior key account manager", spoken=("ru", "it", "en"), function="sales",
        sales_name="Luca Ferranti",
    ),
    Post(user="claire", unit="key", title="Senior key account manager", reports_to="helena", spoken=("fr", "en", "de")),
    Post(
        user="tomas", unit="key", title="Junior key account manager", reports_to="irina", spoken=("en",),
        sales_name="Tom Hadlow",
    ),
    Post(user="marta", unit="regions", title="Sales manager", reports_to="helena", spoken=("pl", "en")),
    Post(user="jonas", unit="regions", title="Sales manager", reports_to="helena", spoken=("de", "en")),
    Post(user="pawel", unit="service", title="Head of sales support", spoken=("pl", "en", "it")),
    Post(user="oskar", unit="logistics", title="Logistics planner", spoken=("en", "de")),
    Post(user="lena", unit="technical", title="Application engineer", spoken=("de", "en", "it"), function="technical_support"),
    Post(user="ewa", unit="finance", title="Credit controller", spoken=("pl", "en"), function="finance"),
    Post(user="nadia", unit="hr", title="People partner", spoken=("it", "en")),
    Post(user="victor", unit="company", title="Internal auditor", spoken=("en",)),
    Post(user="greta", unit="company", title="Managing director", spoken=("en", "sv")),
)  # fmt: skip

COVERS = (
    Covers(account="Helios Tarvia", user="irina"),
    Covers(account="Helios Tarvia", user="tomas", role="junior", since=240),
    Covers(account="Helios Tarvia", user="lena", role="technical", since=500),
    Covers(account="Helios Tarvia", user="ewa", role="finance", since=500),
    Covers(account="Helios Tarvia", user="marco", role="sponsor", since=500),
    Covers(account="Oravin Elektro", user="irina", since=620),
    Covers(account="Oravin Elektro", user="tomas", role="junior", since=200),
    Covers(account="Velmora Distribuzione", user="irina", since=400),
    Covers(account="Dornwald Technik", user="irina", since=150),
    Covers(account="Brassmoor Engineering", user="claire"),
    Covers(account="Brassmoor Engineering", user="lena", role="technical", since=300),
    Covers(account="Quellmark Anlagenbau", user="claire", since=650),
    Covers(account="Pelanto Retail", user="claire", since=330),
    Covers(account="Balvano Verpackung", user="jonas"),
    Covers(account="Ardelia Technik", user="jonas"),
    Covers(account="Corvane Mech", user="marta"),
    Covers(account="Estravo Fabrication", user="tomas", since=90),
)

#: Sellers of the ledger who sign in: the rest of their accounts is theirs.
SELLERS = {"Marta Zielewicz": "marta", "Jonas Weidlich": "jonas"}

#: Order number, absent, substitute, first and last day.
ABSENCES = (("2026-117", "claire", "irina", 1, -9), ("2026-098", "irina", "claire", 80, 66))
