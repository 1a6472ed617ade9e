"""What is kept of the figures: the company's rules, and what was found by them."""

from kamerton.portfolio.models.profile import Profile
from kamerton.portfolio.models.snapshots import AccountFigure, AccountFigureQuerySet, AccountSeries, Snapshot

__all__ = ["AccountFigure", "AccountFigureQuerySet", "AccountSeries", "Profile", "Snapshot"]
