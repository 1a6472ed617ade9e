"""What is kept of the figures: the company's rules, what was found by them, who is key and why."""

from kamerton.portfolio.models.economics import Economics
from kamerton.portfolio.models.levels import SellerAmount
from kamerton.portfolio.models.potential import (
    OPEN_STAGES,
    Division,
    Estimate,
    Opportunity,
    Sheet,
    Wallet,
    WhyNot,
)
from kamerton.portfolio.models.profile import Profile
from kamerton.portfolio.models.snapshots import AccountFigure, AccountFigureQuerySet, AccountSeries, Snapshot
from kamerton.portfolio.models.status import KeyProfile

__all__ = [
    "OPEN_STAGES",
    "AccountFigure",
    "AccountFigureQuerySet",
    "AccountSeries",
    "Division",
    "Economics",
    "Estimate",
    "KeyProfile",
    "Opportunity",
    "Profile",
    "SellerAmount",
    "Sheet",
    "Snapshot",
    "Wallet",
    "WhyNot",
]
