"""The people at the ten largest accounts: who decides, who stands with us, who knows whom.

All names are made up. Days are counted back from today; a negative number lies ahead.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Person:
    """`support`: rater -> (support -2 to 2, influence 1 to 5, why). `ties`: user -> how well."""

    key: str
    name: str = ""  # "": not found yet
    post: str
    function: str
    level: str = "middle"
    roles: tuple[str, ...] = ()
    over: str = ""  # key of the superior
    languages: tuple[str, ...] = ("en",)
    vip: bool = False
    leader: bool = False  # of opinion
    territory: str = ""
    ladder: int = 1
    support: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    ties: dict[str, str] = field(default_factory=dict)
    motive: str = ""
    seen: tuple[tuple[str, str, int, bool], ...] = ()  # user, kind, days ago, they began it
    left: int | None = None


@dataclass(frozen=True, kw_only=True)
class Circle:
    """The decision-making unit of one account."""

    account: str  # beginning of its name
    industry: str
    people: tuple[Person, ...]
    relations: tuple[tuple[str, str, str, int], ...] = ()  # of, kind, to, strength
    changes: tuple[tuple[str, int, str], ...] = ()  # person, days ahead, what


CIRCLES = (
    Circle(
        account="Helios Tarvia", industry="Machine building",
        people=(
            Person(
                key="ferri", name="Aldo Ferrisi", post="Managing director", function="management", level="top",
                roles=("approver",), languages=("it", "en"), vip=True, territory="Lombardy", ladder=2,
                support={"irina": (1, 5, "Praised the last delivery in the annual talk"), "marco": (0, 5, "Polite; has heard the others too")},
                ties={"marco": "brief", "irina": "brief"}, motive="Return on the new plant; his bonus hangs on its start in spring",
                seen=(("marco", "meeting", 64, False), ("irina", "event", 120, False)),
            ),
            Person(
                key="bertini", name="Ada Bertini", post="Head of purchasing", function="purchasing", level="top",
                roles=("decider", "buyer"), over="ferri", languages=("it", "en"), vip=True, territory="Lombardy", ladder=3,
                support={"irina": (1, 5, "Calls us first, and says so"), "tomas": (0, 4, "Compares every offer"), "marco": (1, 5, "Kept us through the last tender")},
                ties={"irina": "deep", "tomas": "many", "marco": "brief"}, motive="Savings against last year; supply without a stop",
                seen=(("irina", "visit", 6, False), ("irina", "call", 17, True), ("tomas", "message", 3, True), ("irina", "visit", 48, False)),
            ),
            Person(
                key="conti", name="Renzo Contarelli", post="Technical director", function="technical", level="top",
                roles=("influencer", "technical"), over="ferri", languages=("it",), leader=True, territory="Lombardy", ladder=3,
                support={"irina": (2, 4, "Wrote our articles into the new line"), "lena": (2, 4, "Tests with us before he asks others")},
                ties={"lena": "deep", "irina": "many"}, motive="No stop on line 4; publishes papers on drives",
                seen=(("lena", "visit", 11, True), ("lena", "call", 25, True), ("irina", "visit", 48, False)),
            ),
            Person(
                key="moretta", name="Carla Morettani", post="Finance director", function="finance", level="top",
                roles=("approver", "finance"), over="ferri", languages=("it", "en"), ladder=1,
                support={"irina": (-1, 4, "Wants three suppliers, not one")}, ties={"ewa": "brief"},
                seen=(("ewa", "call", 33, True),),
            ),
            Person(
                key="gallo", name="Piero Gallotti", post="Plant manager Tarvia", function="production", roles=("user",), over="conti",
                languages=("it",), ladder=2, support={"lena": (1, 3, "Likes fast answers")}, ties={"lena": "many"},
                motive="Output of the shift", seen=(("lena", "visit", 40, False),),
            ),
            Person(
                key="sarti", name="Elisa Sartorelli", post="Senior buyer", function="purchasing", roles=("buyer",), over="bertini",
                languages=("it", "en"), ladder=2, support={"tomas": (0, 2, "Correct")}, ties={"tomas": "many"},
                motive="Few open orders at month end", seen=(("tomas", "call", 2, True), ("tomas", "call", 9, False)),
            ),
            Person(
                key="villa", name="Sandro Villarosa", post="Head of maintenance", function="technical", level="operational",
                roles=("user", "influencer"), over="gallo", languages=("it",), ladder=1,
                support={"lena": (-1, 3, "Used to the competitor’s tools; sees no reason to change")}, ties={"lena": "brief"},
                seen=(("lena", "visit", 130, False),),
            ),
            Person(key="quality", post="Head of quality", function="quality", roles=("technical",), over="conti", ladder=0),
            Person(key="logistics", post="Head of inbound logistics", function="logistics", roles=("user",), over="bertini", ladder=0),
            Person(
                key="ruggi", name="Bruno Ruggerini", post="Head of purchasing until summer", function="purchasing", over="ferri",
                languages=("it",), left=150, ladder=2,
            ),
        ),
        relations=(
            ("conti", "influences", "bertini", 3), ("villa", "influences", "gallo", 2), ("moretta", "blocks", "bertini", 2),
            ("conti", "ally", "ferri", 3), ("moretta", "rival", "conti", 2), ("gallo", "influences", "conti", 2),
        ),
        changes=(("ferri", 120, "Hands the plant over to a successor from the group"), ("moretta", 45, "A group-wide buying committee begins, with her in the chair")),
    ),
    Circle(
        account="Brassmoor Engineering", industry="Machine building",
        people=(
            Person(
                key="hollis", name="Margaret Hollisway", post="Operations director", function="management", level="top",
                roles=("decider",), vip=True, territory="Midlands", ladder=3, support={"claire": (1, 5, "Renewed the call-off without a tender")},
                ties={"claire": "deep"}, motive="Delivery on the day; stock below four weeks",
                seen=(("claire", "visit", 14, False), ("claire", "call", 30, True)),
            ),
            Person(
                key="dunmore", name="Keith Dunmorrow", post="Purchasing manager", function="purchasing", roles=("buyer",), over="hollis", ladder=2,
                support={"claire": (0, 3, "Neutral")}, ties={"claire": "many"}, seen=(("claire", "call", 8, True),),
            ),
            Person(
                key="asher", name="Priya Ashercroft", post="Chief engineer", function="technical", roles=("technical", "influencer"), over="hollis",
                leader=True, territory="Midlands", ladder=2, support={"lena": (1, 4, "Asks for samples early")}, ties={"lena": "many"},
                motive="Fewer variants in the range", seen=(("lena", "meeting", 27, True),),
            ),
            Person(
                key="finch", name="Owen Finchley-Rae", post="Finance controller", function="finance", roles=("approver", "finance"), over="hollis",
                ladder=1, ties={"claire": "brief"}, seen=(("claire", "message", 95, False),),
            ),
            Person(key="stores", post="Stores supervisor", function="logistics", level="operational", roles=("user",), over="dunmore", ladder=0),
        ),
        relations=(("asher", "influences", "hollis", 3), ("finch", "influences", "dunmore", 1)),
        changes=(("dunmore", 30, "Retires; his deputy is expected to follow"),),
    ),
    Circle(
        account="Oravin Elektro", industry="Electrical contracting",
        people=(
            Person(
                key="nowicz", name="Tadeusz Nowiczek", post="Owner", function="management", level="owner", roles=("decider", "approver"),
                languages=("pl",), vip=True, territory="Silesia", ladder=2, support={"irina": (1, 5, "Wants to be first with every novelty")},
                ties={"irina": "many"}, motive="To be ahead of the two rivals in town", seen=(("irina", "visit", 21, False),),
            ),
            Person(
                key="kalina", name="Joanna Kalinosz", post="Head of purchasing", function="purchasing", roles=("buyer", "influencer"), over="nowicz",
                languages=("pl", "en"), ladder=3, support={"irina": (2, 4, "Tells us what others offer"), "tomas": (1, 4, "Open and quick")},
                ties={"irina": "deep", "tomas": "many"}, motive="Payment terms and bonus at year end",
                seen=(("irina", "call", 5, True), ("tomas", "visit", 35, False)),
            ),
            Person(
                key="wronek", name="Marek Wronecki", post="Head of projects", function="technical", roles=("user", "technical"), over="nowicz",
                languages=("pl",), ladder=1, support={"tomas": (0, 3, "Not sure yet")}, ties={"tomas": "brief"}, seen=(("tomas", "visit", 35, False),),
            ),
            Person(key="books", post="Head of accounting", function="finance", roles=("finance",), over="nowicz", ladder=0),
        ),
        relations=(("kalina", "influences", "nowicz", 3), ("wronek", "ally", "kalina", 2)),
    ),
    Circle(
        account="Quellmark Anlagenbau", industry="Plant construction",
        people=(
            Person(
                key="sturm", name="Henrike Sturmfels", post="Head of procurement", function="purchasing", roles=("decider", "buyer"), languages=("de",),
                ladder=2, support={"claire": (-1, 5, "Plays three offers against each other since spring")}, ties={"claire": "many"},
                motive="Price per kilogram; ranked by savings", seen=(("claire", "call", 12, False), ("claire", "visit", 70, False)),
            ),
            Person(
                key="abel", name="Jörg Abelmann", post="Head of engineering", function="technical", roles=("technical", "influencer"), languages=("de", "en"),
                ladder=3, support={"claire": (1, 3, "Trusts our drawings")}, ties={"claire": "many"}, seen=(("claire", "visit", 70, True),),
            ),
            Person(
                key="krane", name="Ulrich Kranewitz", post="Managing director", function="management", level="top", roles=("approver",),
                languages=("de",), vip=True, territory="Rhine", ladder=0, support={},
            ),
            Person(key="site", post="Site manager North", function="production", roles=("user",), over="abel", ladder=0),
        ),
        relations=(("sturm", "blocks", "abel", 2), ("abel", "influences", "krane", 2), ("sturm", "rival", "abel", 2)),
        changes=(("sturm", 75, "Moves to the parent company; her post is open"),),
    ),
    Circle(
        account="Velmora Distribuzione", industry="Technical wholesale",
        people=(
            Person(
                key="lodi", name="Silvana Lodigiani", post="General manager", function="management", level="top", roles=("decider",),
                languages=("it",), vip=True, territory="Veneto", ladder=2, support={"irina": (0, 4, "Price, price, price")}, ties={"irina": "many"},
                motive="Market share of her chain", seen=(("irina", "visit", 90, False),),
            ),
            Person(
                key="tosi", name="Mirko Tosellato", post="Category buyer", function="purchasing", roles=("buyer",), over="lodi", languages=("it",),
                ladder=2, support={"irina": (-1, 3, "Asks for a rebate at each order")}, ties={"irina": "many"}, seen=(("irina", "call", 19, True),),
            ),
        ),
        relations=(("tosi", "influences", "lodi", 2),),
    ),
    Circle(
        account="Balvano Verpackung", industry="Packaging",
        people=(
            Person(
                key="reuter", name="Dietmar Reuterbach", post="Purchasing", function="purchasing", roles=("buyer",), languages=("de",), ladder=2,
                support={"jonas": (1, 3, "Reliable")}, ties={"jonas": "deep"}, seen=(("jonas", "call", 4, True),),
            ),
        ),
    ),
    Circle(
        account="Ardelia Technik", industry="Machine building",
        people=(
            Person(
                key="vosse", name="Karin Vossebeck", post="Managing director", function="management", level="owner", roles=("decider",),
                languages=("de",), ladder=2, support={"jonas": (1, 5, "Grew up with us")}, ties={"jonas": "many"}, seen=(("jonas", "visit", 60, False),),
            ),
            Person(
                key="menk", name="Lars Menkhausen", post="Technical purchasing", function="purchasing", roles=("buyer", "technical"), over="vosse",
                languages=("de", "en"), ladder=2, ties={"jonas": "many"}, seen=(("jonas", "call", 15, True),),
            ),
        ),
        relations=(("menk", "influences", "vosse", 2),),
    ),
    Circle(
        account="Corvane Mech", industry="Machine building",
        people=(
            Person(
                key="sobol", name="Grażyna Sobolik", post="Head of purchasing", function="purchasing", roles=("buyer", "decider"), languages=("pl",),
                ladder=2, support={"marta": (0, 4, "Fair")}, ties={"marta": "many"}, seen=(("marta", "visit", 28, False),),
            ),
            Person(
                key="bielak", name="Roman Bielakowski", post="Production manager", function="production", roles=("user",), languages=("pl",), ladder=1,
                ties={"marta": "brief"}, seen=(("marta", "visit", 28, False),),
            ),
        ),
    ),
    Circle(
        account="Pelanto Retail", industry="Technical wholesale",
        people=(
            Person(
                key="lisek", name="Iwona Lisewska", post="Category manager", function="purchasing", roles=("decider", "buyer"), languages=("pl", "en"),
                ladder=2, support={"claire": (-1, 4, "Angry about returns")}, ties={"claire": "many"}, seen=(("claire", "call", 16, True),),
            ),
            Person(
                key="groch", name="Adam Grochal", post="Head of warehouse", function="logistics", roles=("user", "influencer"), over="", languages=("pl",),
                ladder=1, ties={"claire": "brief"}, seen=(("claire", "message", 44, True),),
            ),
        ),
        relations=(("groch", "influences", "lisek", 2),),
    ),
    Circle(
        account="Estravo Fabrication", industry="Metal working",
        people=(
            Person(
                key="tarrant", name="Neil Tarrantley", post="Owner", function="management", level="owner", roles=("decider", "approver"), ladder=1,
                support={"tomas": (0, 5, "Has not made up his mind about us")}, ties={"tomas": "brief"}, seen=(("tomas", "visit", 32, False),),
            ),
            Person(
                key="pell", name="Sue Pellingworth", post="Office manager", function="administration", roles=("buyer", "administration"), over="tarrant",
                ladder=2, ties={"tomas": "many"}, seen=(("tomas", "call", 7, True),),
            ),
        ),
    ),
)  # fmt: skip
