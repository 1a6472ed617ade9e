"""Switching a rule on and off, and setting its thresholds."""

from __future__ import annotations

import datetime as dt
import math

from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import audit
from kamerton.core.refused import Refused
from kamerton.portfolio.actions import profile
from kamerton.signals.actions import evaluate
from kamerton.signals.models import RuleSetting
from kamerton.signals.registry import Rule, Threshold

RIGHT = "portfolio.configure"


class BadThreshold(Refused):
    """A rule cannot have that threshold. Nothing was changed."""


def switch(*, actor: User, rule: Rule, on: bool, now: dt.datetime) -> RuleSetting:
    """Off: its signals close, and it opens none. They are looked at in a job."""
    policy.require(actor, RIGHT)
    with transaction.atomic():
        row = _row(rule, now)
        if row.is_on == on:
            return row
        row.is_on = on
        _save(row, actor, now, before={"is_on": not on}, after={"is_on": on})
    return row


def set_threshold(*, actor: User, rule: Rule, threshold: Threshold, value: float, now: dt.datetime) -> None:
    """A share is a part of one. What the profile holds is set there, and figures follow; anything else here."""
    policy.require(actor, RIGHT)
    if threshold.profile:
        profile.set_profile(actor=actor, now=now, **{threshold.profile: _whole(threshold, value)})
        return
    _check(threshold, value)
    with transaction.atomic():
        row = _row(rule, now)
        before = row.thresholds.get(threshold.name, threshold.default)
        if before == value:
            return
        row.thresholds = {**row.thresholds, threshold.name: value}
        _save(row, actor, now, before={threshold.name: before}, after={threshold.name: value})


def _check(threshold: Threshold, value: float) -> None:
    if not math.isfinite(value) or not threshold.low <= value <= threshold.high:
        times = 100 if threshold.unit == "share" else 1
        raise BadThreshold(
            _("“%(label)s” lies between %(low)s and %(high)s. Nothing was changed.")
            % {
                "label": threshold.label,
                "low": f"{threshold.low * times:g}",
                "high": f"{threshold.high * times:g}",
            },
            code="bad_threshold",
        )
    if threshold.unit in ("days", "count") and value != int(value):
        raise BadThreshold(
            _("“%(label)s” is a whole number. Nothing was changed.") % {"label": threshold.label},
            code="bad_threshold",
        )


def _whole(threshold: Threshold, value: float) -> float | int:
    return int(value) if threshold.unit in ("days", "count") and value == int(value) else value


def _row(rule: Rule, now: dt.datetime) -> RuleSetting:
    RuleSetting.objects.get_or_create(rule=rule.key, defaults={"changed_at": now})
    return RuleSetting.objects.select_for_update().get(rule=rule.key)


def _save(
    row: RuleSetting,
    actor: User,
    now: dt.datetime,
    *,
    before: dict[str, bool | float],
    after: dict[str, bool | float],
) -> None:
    row.changed_at, row.changed_by = now, actor
    row.save(update_fields=["is_on", "thresholds", "changed_at", "changed_by"])
    audit.record(
        actor=actor, action="signals.set_rule", subject=row, now=now,
        before={"rule": row.rule, **before}, after={"rule": row.rule, **after},
    )  # fmt: skip
    evaluate.start(actor=actor, now=now)
