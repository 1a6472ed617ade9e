"""Writing down what a key account is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import audit
from kamerton.core.refused import Refused
from kamerton.portfolio import queries, rules, status_queries
from kamerton.portfolio.actions import profile as thresholds
from kamerton.portfolio.models import KeyProfile, Profile
from kamerton.portfolio.models.status import DEFINITIONS, LEVELS

#: What a version holds beside the thresholds.
WORDS = ("text", "preset", "definitions", "levels", "class_list", "labels", "review_months", "silence_days")


class ProfileMissing(Refused):
    """No key status without a written profile (SEL-17)."""

    def __init__(self) -> None:
        super().__init__(
            _("The company has not written down yet what a key account is. Nothing was changed."),
            code="profile_missing",
            hint=_("The director writes the profile first, in the settings."),
        )


def require_profile() -> KeyProfile:
    found = status_queries.written()
    if found is None:
        raise ProfileMissing
    return found


@transaction.atomic
def write_profile(
    *, actor: User, now: dt.datetime, words: Mapping[str, Any], changes: Mapping[str, Any]
) -> KeyProfile | None:
    """Keep the words as a new version, and the thresholds (`changes`: columns of Profile); figures follow.

    What is the same as before makes no version. Without a text only thresholds are kept, until there is one.
    """
    policy.require(actor, "portfolio.configure")
    before = _locked()
    told = _checked(words, before)
    profile = thresholds.set_profile(actor=actor, now=now, **changes)
    if not told["text"]:
        return None
    told["rules"] = _rules(profile)
    if before is not None and all(getattr(before, name) == value for name, value in told.items()):
        return before
    made = KeyProfile.objects.create(number=before.number + 1 if before else 1, author=actor, at=now, **told)
    audit.record(
        actor=actor, action="portfolio.write_profile", subject=made, now=now,
        before={name: getattr(before, name) for name in WORDS} if before else None,
        after={name: told[name] for name in WORDS},
    )  # fmt: skip
    return made


def _locked() -> KeyProfile | None:
    """The version in force. Of two who write at once the second waits for the row of the thresholds."""
    Profile.objects.get_or_create(pk=1)
    Profile.objects.select_for_update().get(pk=1)
    return status_queries.written()


def _checked(words: Mapping[str, Any], before: KeyProfile | None) -> dict[str, Any]:
    told = {name: words[name] for name in WORDS}
    told["text"] = told["text"].replace("\r\n", "\n").strip()
    told["labels"] = {key: text.strip() for key, text in told["labels"].items() if text.strip()}
    if not told["text"]:
        if before is not None:
            raise Refused(
                _("A written profile is not taken back: key accounts rest on it. Nothing was changed."),
                code="bad_profile",
                hint=_("Write what a key account is for you."),
            )
        return told
    told["definitions"] = [each for each in DEFINITIONS if each in told["definitions"]]
    told["levels"] = [each for each in LEVELS if each in told["levels"]]
    if not told["definitions"]:
        raise Refused(_("At least one definition has to count. Nothing was changed."), code="bad_profile")
    if not told["levels"]:
        raise Refused(_("At least one level has to count. Nothing was changed."), code="bad_profile")
    labels = {field.name: field.verbose_name for field in KeyProfile._meta.fields}
    for name, longest in (("review_months", 60), ("silence_days", 1000)):
        if not 1 <= told[name] <= longest:
            raise Refused(
                _("“%(name)s” is a number from 1 to %(longest)s. Nothing was changed.")
                % {"name": labels[name], "longest": longest},
                code="bad_profile",
            )
    return told


def _rules(profile: Profile) -> dict[str, Any]:
    asked = queries.question(profile)
    return rules.profile_to_json(asked.basis, asked.thresholds)
