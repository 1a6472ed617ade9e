"""What the pages of an account or a contact show of its assessments: the last of each kind, and where one begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import ladder
from kamerton.accounts.models import Contact
from kamerton.instruments import actions, queries, rules
from kamerton.instruments.models import Assessment
from kamerton.web import formats
from kamerton.web.assessments import history_url, start_url
from kamerton.web.instrument_words import result_badge, said, score_words
from kamerton.web.parts import Badge


@dataclass(frozen=True, slots=True)
class Assessed:
    """One questionnaire about a subject. `words`: the last score, by whom and when; empty before the first."""

    title: str
    history_url: str
    start_url: str = ""  # empty for those who may not fill it in
    url: str = ""
    badge: Badge | None = None
    words: str = ""


def beside(
    actor: User, kind: str, number: int, last: Mapping[str, Assessment] | None = None, *, apart: str = ""
) -> list[Assessed]:
    """Every questionnaire about subjects of `kind` but `apart`, those that were used first. Two queries."""
    if not policy.can(actor, queries.VIEW):
        return []
    latest = queries.latest_of(actor, kind, number) if last is None else last
    may = policy.can(actor, actions.ASSESS)
    found = [
        _assessed(one.key, said(definition.title), number, latest.get(one.key), may=may)
        for one in queries.all_active()
        if one.key != apart and (definition := queries.definition_of(one)).about == kind
    ]
    return sorted(found, key=lambda each: (not each.url, each.title.casefold()))


def _assessed(key: str, title: str, number: int, last: Assessment | None, *, may: bool) -> Assessed:
    told: dict[str, Any] = {"history_url": history_url(key, number)}
    if may:
        told["start_url"] = start_url(key, number)
    if last is not None:
        told |= {"url": reverse("assessment", args=[last.pk]), "words": f"{_score(last)}, {_by(last)}",
                 "badge": result_badge(queries.definition_of(last.instrument), last.result)}  # fmt: skip
    return Assessed(title, **told)


def _score(one: Assessment) -> str:
    return score_words(rules.score_from_json(one.parts) if one.parts else None)


def _by(one: Assessment) -> str:
    assert one.finished_at is not None  # noqa: S101 - only finished ones are asked for
    return f"{one.rater.display_name}, {formats.date(timezone.localdate(one.finished_at), short=True)}"


def rungs(actor: User, contact: Contact, last: Mapping[str, Assessment]) -> dict[str, Any]:
    """The ladder of a contact: the rung that lists and the map show, with the criteria of the look it comes from."""
    look = last.get(ladder.KEY)
    active = look.instrument if look else queries.active(ladder.KEY)
    definition = queries.definition_of(active) if active else ladder.shipped()
    answers = queries.answers_of(look) if look else {}
    may = policy.can(actor, actions.ASSESS) and active is not None and contact.erased_at is None
    return {
        "stages": [
            {
                "name": said(section.title),
                "reached": contact.ladder_stage >= stage,
                "criteria": [
                    (
                        said(item.text),
                        (given := answers.get(item.key)) is not None and given.value == item.counts,
                    )
                    for item in section.items
                ],
            }
            for stage, section in enumerate(definition.sections, 1)
        ],
        "words": f"{_score(look)}, {_by(look)}" if look else "",
        "url": reverse("assessment", args=[look.pk]) if look else "",
        "history_url": history_url(ladder.KEY, contact.pk),
        "start_url": start_url(ladder.KEY, contact.pk) if may else "",
    }
