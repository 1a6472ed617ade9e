"""What the fictional distributor sells: product families, their articles and when these were launched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Family:
    """A product family. `low` and `high` bound list prices in EUR; `cost` is cost of goods / list price."""

    code: str
    name: str
    articles: tuple[str, ...]
    sizes: tuple[str, ...]
    low: float
    high: float
    cost: float
    peak_month: int  # 1 to 12: the month of the year in which most of it is sold
    swing: float  # how much more than in an average month, 0 to 1


FAMILIES = (
    Family(
        code="CB", name="Cables and wires", low=14, high=260, cost=0.64, peak_month=9, swing=0.10,
        articles=("Installation cable", "Control cable", "Flexible wire", "Data cable", "Earthing cable"),
        sizes=("3x1.5 mm²", "5x2.5 mm²", "7x1 mm²", "Cat 6A"),
    ),
    Family(
        code="SW", name="Switchgear", low=9, high=420, cost=0.58, peak_month=10, swing=0.08,
        articles=("Circuit breaker", "Contactor", "Motor protector", "Isolator", "Residual current device"),
        sizes=("10 A", "16 A", "32 A", "63 A"),
    ),
    Family(
        code="LT", name="Lighting", low=8, high=190, cost=0.55, peak_month=11, swing=0.22,
        articles=("LED batten", "High-bay lamp", "Floodlight", "Emergency light", "LED panel"),
        sizes=("20 W", "40 W", "80 W", "150 W"),
    ),
    Family(
        code="SE", name="Sensors and controls", low=26, high=680, cost=0.52, peak_month=5, swing=0.06,
        articles=("Proximity sensor", "Photocell", "Temperature probe", "Pressure gauge", "Level switch"),
        sizes=("M12", "M18", "G1/2", "compact"),
    ),
    Family(
        code="DR", name="Drives and motors", low=120, high=1900, cost=0.66, peak_month=4, swing=0.08,
        articles=("Frequency converter", "Gear motor", "Soft starter", "Servo drive"),
        sizes=("0.75 kW", "2.2 kW", "5.5 kW", "11 kW"),
    ),
    Family(
        code="EN", name="Enclosures", low=12, high=540, cost=0.60, peak_month=6, swing=0.06,
        articles=("Wall enclosure", "Floor cabinet", "Junction box", "Cable duct"),
        sizes=("small", "medium", "large", "stainless"),
    ),
    Family(
        code="FA", name="Fasteners", low=0.4, high=14, cost=0.50, peak_month=3, swing=0.05,
        articles=("Hex bolt, box of 100", "Threaded rod", "Anchor bolt", "Self-locking nut, box of 100"),
        sizes=("M6", "M8", "M10", "M12"),
    ),
    Family(
        code="PK", name="Packaging film", low=6, high=88, cost=0.70, peak_month=11, swing=0.30,
        articles=("Stretch film", "Shrink film", "Bubble wrap", "Film with print"),
        sizes=("17 µm", "20 µm", "23 µm", "30 µm"),
    ),
    Family(
        code="CT", name="Cartons and pallets", low=0.6, high=34, cost=0.72, peak_month=11, swing=0.34,
        articles=("Folding carton", "Pallet box", "Corner guard, bundle", "Carton with print"),
        sizes=("size 1", "size 2", "size 3", "size 4"),
    ),
    Family(
        code="TP", name="Tapes and adhesives", low=1.6, high=46, cost=0.54, peak_month=10, swing=0.12,
        articles=("Packing tape", "Masking tape", "Double-sided tape", "Structural adhesive"),
        sizes=("25 mm", "50 mm", "75 mm", "cartridge"),
    ),
    Family(
        code="SF", name="Safety and workwear", low=3, high=130, cost=0.56, peak_month=1, swing=0.10,
        articles=("Cut-proof gloves", "Safety goggles", "Hearing protection", "Work jacket", "Safety helmet"),
        sizes=("S", "M", "L", "XL"),
    ),
    Family(
        code="LB", name="Lubricants", low=7, high=240, cost=0.62, peak_month=3, swing=0.08,
        articles=("Gear oil", "Hydraulic oil", "Bearing grease", "Cutting fluid"),
        sizes=("1 l", "5 l", "20 l", "60 l"),
    ),
    Family(
        code="TL", name="Tools", low=9, high=360, cost=0.61, peak_month=12, swing=0.16,
        articles=("Torque wrench", "Crimping tool", "Cordless drill", "Insulation tester"),
        sizes=("basic", "pro", "set", "heavy duty"),
    ),
)  # fmt: skip

_LAUNCHES = 26  # articles that did not exist 18 months ago


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """Parallel arrays, one entry an article. `launched_day` counts from the first day; -1: always there."""

    code: tuple[str, ...]
    name: tuple[str, ...]
    family: Integers
    list_price: Floats  # EUR, at the end of the history
    cost_share: Floats  # cost of goods / list price
    launched_day: Integers


def build(rng: np.random.Generator, days: int) -> Catalogue:
    """The catalogue over a history of `days` days; launches fall into its last 18 months."""
    names = [
        (number, family, f"{article} {size}")
        for number, family in enumerate(FAMILIES)
        for article in family.articles
        for size in family.sizes
    ]
    count = len(names)
    low = np.array([family.low for _, family, _ in names])
    high = np.array([family.high for _, family, _ in names])
    base = np.array([family.cost for _, family, _ in names])
    launched = np.full(count, -1, dtype=np.int64)
    new = np.sort(rng.choice(count, _LAUNCHES, replace=False))
    launched[new] = days - rng.permutation(np.linspace(50, 540, _LAUNCHES).astype(np.int64))
    return Catalogue(
        code=tuple(f"{family.code}-{1000 + 7 * place}" for place, (_, family, _) in enumerate(names)),
        name=tuple(name for _, _, name in names),
        family=np.array([number for number, _, _ in names]),
        list_price=np.round(low * (high / low) ** rng.beta(1.6, 2.4, count), 2),
        cost_share=base + rng.uniform(-0.03, 0.03, count),
        launched_day=launched,
    )


def season(months: Integers) -> Floats:
    """Factor on sales, family x entry of `months` (1 to 12); its mean over a year is 1."""
    peak = np.array([family.peak_month for family in FAMILIES])[:, None]
    swing = np.array([family.swing for family in FAMILIES])[:, None]
    return 1 + swing * np.cos((months[None, :] - peak) * 2 * np.pi / 12)
