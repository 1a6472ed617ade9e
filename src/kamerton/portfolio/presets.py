"""Profiles to begin with, by kind of company: values and a first text that the company then makes its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kamerton.analytics.model import Basis


@dataclass(frozen=True, kw_only=True)
class Preset:
    text: str | Promise
    definitions: tuple[str, ...]
    levels: tuple[str, ...]
    basis: Basis = "income"
    share_key: float = 0.10
    review_months: int = 12
    silence_days: int = 90


PRESETS: Mapping[str, Preset] = {
    "small": Preset(
        text=_(
            "A customer without whom we would not pay our people next year, or who could become one. "
            "The owner knows each of them in person."
        ),
        definitions=("contribution", "potential", "known"),
        levels=("company",),
    ),
    "distributor": Preset(
        text=_(
            "A customer who makes a large part of the income of the company, of a department or of one manager, "
            "or who opens their plans to us and could double what they buy. Reselling our goods is no reason."
        ),
        definitions=("contribution", "potential", "partner", "mentor"),
        levels=("company", "department", "manager"),
        share_key=0.05,
        review_months=6,
    ),
    "manufacturer": Preset(
        text=_(
            "A customer around whose production we can plan ours: large income, a plan shared with us, "
            "new products tested together."
        ),
        definitions=("contribution", "potential", "partner", "mentor", "innovator"),
        levels=("company", "department"),
        silence_days=60,
    ),
    "pharma": Preset(
        text=_(
            "An institution or a chain whose choice others follow: large income in its region, a known name, "
            "experts who tell us what they think, early use of new products."
        ),
        definitions=("contribution", "potential", "known", "mentor", "innovator"),
        levels=("company", "department", "manager"),
        share_key=0.05,
        review_months=6,
        silence_days=30,
    ),
}
