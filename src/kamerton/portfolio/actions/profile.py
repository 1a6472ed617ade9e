"""Changing the profile: the basis and every threshold."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.analytics import health
from kamerton.core import audit, jobs
from kamerton.core.refused import Refused
from kamerton.portfolio import queries, rules
from kamerton.portfolio.models import Profile


def set_profile(*, actor: User, now: dt.datetime, **changes: Any) -> Profile:
    """Change the basis or thresholds (columns of Profile); figures follow in a job where they rest on them.

    Raises Refused naming the column that cannot have that value; then nothing is changed.
    """
    policy.require(actor, "portfolio.configure")
    unknown = set(changes) - queries.settings_columns()
    if unknown:
        raise TypeError(f"Profile has no {', '.join(sorted(unknown))}.")
    with transaction.atomic():
        Profile.objects.get_or_create(pk=1)
        profile = Profile.objects.select_for_update().get(pk=1)
        before = {name: getattr(profile, name) for name in changes}
        changed = {name: value for name, value in changes.items() if value != before[name]}
        for name, value in changed.items():
            setattr(profile, name, value)
        _check(profile)
        if not changed:
            return profile
        profile.save(update_fields=list(changed))
        audit.record(
            actor=actor,
            action="portfolio.set_profile",
            subject=profile,
            now=now,
            before=rules.plain({name: before[name] for name in changed}),
            after=rules.plain(changed),
        )
        if changed.keys() & queries.profile_columns():
            jobs.start(actor=actor, kind="portfolio.snapshot", parameters={"as_of": None}, now=now)
    return profile


def _check(profile: Profile) -> None:
    try:
        profile.full_clean()
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise Refused(f"{_label(name)}: {messages[0]}", code="bad_profile") from error
    wrong = rules.disorder({name: getattr(profile, name) for name in queries.settings_columns()})
    if wrong:
        raise Refused(
            _("“%(low)s” must not lie above “%(high)s”. Nothing was changed.")
            % {"low": _label(wrong[0]), "high": _label(wrong[1])},
            code="bad_profile",
        )
    weights = [getattr(profile, f"health_{name}") for name in health.PARTS]
    if not health.sums_to_one(weights):
        raise Refused(
            _("The weights of health have to sum to 1; these sum to %(sum)s. Nothing was changed.")
            % {"sum": number_format(round(sum(weights), 4), force_grouping=True)},
            code="bad_profile",
        )


def _label(name: str) -> str:
    """What a form calls a column of Profile."""
    labels = {field.name: str(field.verbose_name) for field in Profile._meta.fields}
    return capfirst(labels.get(name, name))
