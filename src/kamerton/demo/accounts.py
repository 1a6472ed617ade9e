"""Who the fictional distributor sells to, and the story of each account over four years.

All names are made up from invented words. Shares are of the income of the last twelve months, or of the last
twelve months in which a lost account bought.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

SELLERS = (
    "Marta Zielewicz",
    "Luca Ferranti",
    "Anna Sorokina",
    "Jonas Weidlich",
    "Claire Montrel",
    "Piotr Wilgosz",
    "Giulia Castaldi",
    "Tom Hadlow",
)


@dataclass(frozen=True, kw_only=True)
class Account:
    """Months are counted back from the last day; `margin` is income / turnover, first and last."""

    name: str
    id: str = ""
    group: str | None = None
    currency: str = "EUR"
    seller: int = 0
    share: float
    growth: float = 0.03  # a year
    margin: tuple[float, float] = (0.26, 0.26)
    slips_for: float = 48.0  # months over which the margin moves from the one to the other
    documents: float = 2.0  # a month
    lines: float = 3.0  # a document
    seasonal: float = 1.0
    noise: float = 0.35  # standard deviation of the logarithm of a month's amount
    began: float = 60.0
    ended: float = 0.0
    paused: tuple[float, float] | None = None
    returns: float = 0.012  # of lines
    innovator: bool = False
    even: bool = False  # the amounts of its months are held to their plan
    taken_over: int | None = None  # the seller who had it until 15 months ago


#: The accounts that the stories of the demo are about.
PROTAGONISTS = (
    # A dependency that grew unnoticed: above 20 % of income, and still below 15 % three years ago.
    Account(
        name="Helios Tarvia S.p.A.", group="Helios Group", seller=1, share=0.238, growth=0.24,
        margin=(0.24, 0.215), documents=17, lines=6.5, seasonal=0.4, noise=0.08, even=True, returns=0.006,
    ),
    # Two more that are key: one on call-off orders, even from month to month, one that tries what is new.
    Account(
        name="Brassmoor Engineering Ltd", group="Brassmoor Holding", currency="GBP", seller=7, share=0.124,
        growth=0.05, margin=(0.25, 0.25), documents=12, lines=5, seasonal=0.0, noise=0.01, even=True,
    ),
    Account(
        name="Oravin Elektro Sp. z o.o.", group="Grupa Oravin", currency="PLN", seller=0, share=0.115,
        growth=0.09, margin=(0.26, 0.25), documents=11, lines=5, seasonal=0.5, noise=0.12,
        even=True, innovator=True,
    ),
    # Its margin slips quarter by quarter while its turnover looks healthy.
    Account(
        name="Quellmark Anlagenbau GmbH", group="Quellmark Gruppe", seller=4, share=0.043, growth=0.12,
        margin=(0.29, 0.13), slips_for=13, documents=9, lines=5, seasonal=0.6, noise=0.10, even=True,
    ),
    # Bought by price cuts: a large turnover that hardly earns anything.
    Account(
        name="Velmora Distribuzione S.p.A.", group="Velmora Group", seller=1, share=0.029, growth=0.22,
        margin=(0.2, 0.03), slips_for=40, documents=12, lines=5, seasonal=0.5, noise=0.12, even=True,
    ),
    # Sends back one line in nine.
    Account(
        name="Pelanto Retail S.A.", currency="PLN", seller=5, share=0.017, documents=7, lines=4, returns=0.11,
        margin=(0.24, 0.23),
    ),
    # Large once; went silent five months ago without a word.
    Account(
        name="Dornwald Technik AG", group="Dornwald Gruppe", seller=3, share=0.018, growth=-0.06, documents=6,
        lines=4, ended=5.2, even=True, noise=0.15,
    ),
    # Lost to somebody else 15 months ago.
    Account(
        name="Castelvero Impianti S.r.l.", seller=6, share=0.02, growth=0.0, documents=6, lines=4, ended=15.5,
    ),
    # Try new articles before anybody else does.
    Account(
        name="Vistrel Automation SAS", seller=4, share=0.012, growth=0.15, documents=7, lines=3,
        innovator=True, margin=(0.33, 0.33),
    ),
    Account(
        name="Halmira Controls Ltd", currency="GBP", seller=7, share=0.006, growth=0.2, documents=5, lines=3,
        innovator=True, margin=(0.35, 0.35),
    ),
    Account(
        name="Nordwika Laboratorium Sp. z o.o.", currency="PLN", seller=0, share=0.004, growth=0.3,
        documents=4, innovator=True, margin=(0.36, 0.36),
    ),
)  # fmt: skip

_INVENTED = """
Ardelia Balvano Corvane Delmira Estravo Falkomir Gelmont Harvelo Iskandel Jelmara Kelmeto Lomarra Mirvane
Nalvico Orselto Palmora Quorvane Relmonte Salvira Tolmare Ulvenna Varmona Welvane Zelmira Arvento Belmarek
Cindral Dravenna Elmorra Ferveno Galdora Helmvik Indrava Korvessa Lindrava Morvello Nembrio Olvena
Pradello Rasvena Silmaro Tervanto Umbravo Vendelo Wolmira Zorvana Almerra Brunvale Caldovia Dorvella
Estelmo Fornavo Grenvald Holtmar Istrano Kaldora Lunvero Marvolta Nordelma Ostravel Pelvico Rondava
Selvanto Trovelma Vasmira Welkara Anselvo Bravonte Carvenna Doltessa Ervando Fimbrel Garvona Hestola
Imbrano Jorvanne Krasvel Lemvora Montrava Nervolta Obrelmo Pandrova Quendal Rovelmo Sarvento Tandrela
Urvasto Velkora Wandrelo Yelmora Zandrova Albrenna Borvanto Cestravo Dalmevo Eskovar Fandrel Gorvento
Haldrova Ilmesta Jandrelo Kestravo Lorvanda Meldrova Nastrelo Ordavel Prendova Quastel Ruvenda Stelvaro
Torvenna Ulmestra Vordane Westravo Yorvello Zastrela Amberlo Brendova Colvestra Drusvane Endravo Fostrela
Glavona Hordevel
"""
_STEMS = _INVENTED.split()

#: Country: (currency, sellers, (trade and legal form, ...)).
_COUNTRIES = (
    (
        "EUR",
        (1, 6),
        ("Impianti S.r.l.", "Imballaggi S.p.A.", "Meccanica S.r.l.", "Elettra S.n.c.", "Logistica S.p.A."),
    ),
    (
        "PLN",
        (0, 5),
        ("Instal Sp. z o.o.", "Opakowania S.A.", "Mech Sp. z o.o. sp. k.", "Elektro sp. j.", "Hurt S.A."),
    ),
    (
        "EUR",
        (3,),
        ("Technik GmbH", "Verpackung GmbH & Co. KG", "Maschinenbau AG", "Elektro GmbH", "Lager GmbH"),
    ),
    ("GBP", (7,), ("Engineering Ltd", "Packaging Ltd", "Controls plc", "Supplies Ltd", "Fabrication Ltd")),
    ("EUR", (4,), ("Industrie SAS", "Emballage SARL", "Énergie SAS", "Équipement SA", "Atelier SARL")),
    ("EUR", (2,), ("UAB", "SIA", "OÜ", "UAB", "SIA")),
)
_COUNTRY_SHARES = (0.27, 0.27, 0.15, 0.13, 0.10, 0.08)
_SUBSIDIARIES = ("Logistica S.r.l.", "Polska Sp. z o.o.", "Deutschland GmbH", "UK Ltd", "France SAS")
_ORDINARY = 124  # accounts whose story is drawn
_GROUPED = 6  # groups besides those of the protagonists


def build(rng: np.random.Generator) -> tuple[Account, ...]:
    """All accounts with their ids; the same `rng` state gives the same accounts."""
    ordinary = _with_stories(_ordinary(rng))
    everyone = [*PROTAGONISTS, *_subsidiaries(), *ordinary, *_same_name_twice(ordinary)]
    numbers = 101 + np.sort(rng.choice(700, len(everyone), replace=False))
    ids = [f"K-{number:05d}" for number in rng.permutation(numbers)]
    return tuple(replace(account, id=code) for account, code in zip(everyone, ids, strict=True))


def _ordinary(rng: np.random.Generator) -> list[Account]:
    """Accounts in falling size; the first two dozen carry the middle of the Pareto curve."""
    middle = 0.0195 * 0.935 ** np.arange(26)
    small = 0.0046 * 0.978 ** np.arange(_ORDINARY - 26)
    shares = np.concatenate([middle, small]) * rng.uniform(0.92, 1.08, _ORDINARY)
    accounts = []
    for place, share in enumerate(shares):
        stem, pick = _STEMS[place % len(_STEMS)], int(rng.choice(len(_COUNTRIES), p=_COUNTRY_SHARES))
        currency, sellers, forms = _COUNTRIES[pick]
        form = forms[(place // len(_STEMS) * 2 + place) % len(forms)]
        margin = float(0.35 - 0.085 * (share / 0.021) ** 0.4 + rng.uniform(-0.02, 0.02))
        accounts.append(
            Account(
                name=f"{stem} {form}",
                currency=currency,
                seller=sellers[place % len(sellers)],
                share=float(share),
                growth=float(rng.normal(0.03, 0.09)),
                margin=(margin, margin),
                documents=float(0.9 + 5.5 * (share / 0.021) ** 0.6),
                lines=float(rng.uniform(2.0, 3.8)),
                noise=float(rng.uniform(0.15, 0.5)),
                taken_over=2 if pick == 0 and place % 4 == 1 else None,
            )
        )
    return accounts


def _with_stories(accounts: list[Account]) -> list[Account]:
    """Newcomers, growers, the lost, the lapsed, the returned: spread over the small accounts."""
    stories: list[tuple[int, dict[str, object]]] = []
    stories += [(50 + 3 * n, {"began": 1.5 + 1.25 * n}) for n in range(8)]  # new in the last year
    stories += [(51 + 3 * n, {"began": 13.0 + 2.8 * n}) for n in range(8)]  # new before that
    stories += [(52 + 3 * n, {"ended": 13.5 + 3.1 * n}) for n in range(8)]  # lost, one after another
    stories += [(30 + 2 * n, {"ended": 3.8 + 1.1 * n, "documents": 3.2}) for n in range(5)]  # lapsed
    stories += [(80 + 3 * n, {"paused": (38.0 - n, 13.0 - n)}) for n in range(4)]  # came back
    stories += [(76 + 4 * n, {"growth": 1.1 + 0.15 * n, "documents": 2.6}) for n in range(6)]  # small, fast
    stories += [
        (77 + 4 * n, {"growth": 0.9, "documents": 3.4, "ended": 1.55}) for n in range(4)
    ]  # and neglected
    stories += [(10 + 4 * n, {"growth": -0.24}) for n in range(7)]  # shrinking
    stories += [(4 + 9 * n, {"seasonal": 0.0, "noise": 0.02, "even": True}) for n in range(3)]  # even
    told = list(accounts)
    for place, story in stories:
        told[place] = replace(told[place], **story)  # type: ignore[arg-type]
    return [_grouped(account, place) for place, account in enumerate(told)]


def _grouped(account: Account, place: int) -> Account:
    """Every fourth of the larger accounts belongs to a group of its own name."""
    stem = account.name.split()[0]
    return replace(account, group=f"{stem} Group") if place % 4 == 2 and place < 4 * _GROUPED else account


def _subsidiaries() -> list[Account]:
    """One or two small companies of each group, bought from by hand of another seller."""
    parents = [account for account in PROTAGONISTS if account.group]
    own = [
        Account(
            name=f"{parent.name.split()[0]} {form}",
            group=parent.group,
            currency=currency,
            seller=seller,
            share=0.0012 + 0.0009 * place,
            documents=1.6,
        )
        for place, parent in enumerate(parents)
        for form, currency, seller in _others(parent, place)
    ]
    stems = [_STEMS[place] for place in range(4 * _GROUPED) if place % 4 == 2]
    other = [
        Account(name=f"{stem} {_SUBSIDIARIES[n % 2]}", group=f"{stem} Group", seller=n % 2, share=0.0018,
                currency=("EUR", "PLN")[n % 2], documents=1.4)
        for n, stem in enumerate(stems)
    ]  # fmt: skip
    return own + other


def _others(parent: Account, place: int) -> list[tuple[str, str, int]]:
    forms = list(zip(_SUBSIDIARIES, ("EUR", "PLN", "EUR", "GBP", "EUR"), (6, 5, 3, 7, 4), strict=True))
    abroad = [form for form in forms if form[1] != parent.currency or parent.currency == "EUR"]
    return abroad[1 : 3 if place < 2 else 2]


def _same_name_twice(ordinary: list[Account]) -> list[Account]:
    """Two accounts that somebody entered a second time, under another spelling."""
    twice = [next(a for a in ordinary[start:] if " Sp. z o.o." in a.name) for start in (28, 60)]
    return [
        replace(account, name=account.name.replace(" Sp. z o.o.", " sp. z o. o.").upper(), share=0.0006,
                documents=0.8, group=None, began=20.0, ended=0.0, paused=None, growth=0.0)
        for account in twice
    ]  # fmt: skip
