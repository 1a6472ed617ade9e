"""What pages ask about who is key: the written profile, the bases of shares. Snapshots only, never the ledger."""

from __future__ import annotations

from decimal import Decimal

from django.utils.functional import Promise

from kamerton.portfolio import queries, rules
from kamerton.portfolio.models import AccountFigure, KeyProfile, Profile, Snapshot
from kamerton.portfolio.models import status as vocabulary
from kamerton.portfolio.status_rules import Base, Rules, Weight

Text = str | Promise


def written() -> KeyProfile | None:
    """The profile in force; None: the company has not written down what a key account is. One query."""
    return KeyProfile.objects.select_related("author").first()


def versions() -> list[KeyProfile]:
    """Newest first."""
    return list(KeyProfile.objects.select_related("author"))


def definition_words(profile: KeyProfile | None) -> dict[str, Text]:
    """Definition -> what the company calls it (SEL-16): the six definitions, or the six classes."""
    as_classes = profile is not None and profile.class_list == "classes"
    return dict(vocabulary.six_classes() if as_classes else vocabulary.definitions())


def rules_of(profile: Profile, told: KeyProfile | None) -> Rules:
    """What decides by figures today. Nothing written: every level counts for nothing but the company."""
    columns = {name: getattr(profile, name) for name in queries.profile_columns()}
    return Rules(
        basis=profile.basis,  # type: ignore[arg-type]
        thresholds=rules.thresholds_of(columns),
        levels=tuple(told.levels) if told else ("company",),
        counts_contribution=told is None or "contribution" in told.definitions,
    )


def bases(snapshot: Snapshot | None) -> list[Base]:
    """The bases against which shares are told, the company's first. One query."""
    if snapshot is None:
        return []
    rows = AccountFigure.objects.filter(snapshot=snapshot).order_by()
    told = rows.values_list("account", "name", "window_turnover", "window_income")
    weights = [Weight(number, name, _minor(sold), None if earned is None else _minor(earned))
               for number, name, sold, earned in told]  # fmt: skip
    return [Base("company", "", weights)]


def _minor(amount: Decimal) -> int:
    return int(amount.scaleb(2))
