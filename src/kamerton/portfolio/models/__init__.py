"""What is kept of the figures: the company's rules, what was found by them, who is key and why."""

from kamerton.portfolio.models.economics import Economics
from kamerton.portfolio.models.errors import ErrorImpact
from kamerton.portfolio.models.key_status import KeyReason, KeyStatus
from kamerton.portfolio.models.levels import SellerAmount
from kamerton.portfolio.models.maps import MapPlacement, MapWeights
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
from kamerton.portfolio.models.programme import CaseLine, Programme, ProgrammeItem
from kamerton.portfolio.models.protection import Barrier, Dependence, Protection
from kamerton.portfolio.models.references import Reference, SupplierStage
from kamerton.portfolio.models.review import Review, ReviewItem, SegmentNote
from kamerton.portfolio.models.service import PromiseActual, ServicePackage, ServiceTarget, StandardPackage
from kamerton.portfolio.models.serving import ActivityRate, ServingCost
from kamerton.portfolio.models.snapshots import AccountFigure, AccountFigureQuerySet, AccountSeries, Snapshot
from kamerton.portfolio.models.status import KeyProfile
from kamerton.portfolio.models.value import ValuePlan

__all__ = [
    "OPEN_STAGES",
    "AccountFigure",
    "AccountFigureQuerySet",
    "AccountSeries",
    "ActivityRate",
    "Barrier",
    "CaseLine",
    "Dependence",
    "Division",
    "Economics",
    "ErrorImpact",
    "Estimate",
    "KeyProfile",
    "KeyReason",
    "KeyStatus",
    "MapPlacement",
    "MapWeights",
    "Opportunity",
    "Profile",
    "Programme",
    "ProgrammeItem",
    "PromiseActual",
    "Protection",
    "Reference",
    "Review",
    "ReviewItem",
    "SegmentNote",
    "SellerAmount",
    "ServicePackage",
    "ServiceTarget",
    "ServingCost",
    "Sheet",
    "Snapshot",
    "StandardPackage",
    "SupplierStage",
    "ValuePlan",
    "Wallet",
    "WhyNot",
]
