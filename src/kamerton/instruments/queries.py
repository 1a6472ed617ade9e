"""Reads: instruments, assessments within reach, their answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.instruments import format as files
from kamerton.instruments import rules
from kamerton.instruments.definition import Definition
from kamerton.instruments.models import Answer, Assessment, Instrument

VIEW = "instruments.view"


def active(key: str) -> Instrument | None:
    """The version that new assessments use."""
    return Instrument.objects.filter(key=key, is_active=True).first()


def all_active() -> list[Instrument]:
    """Every instrument in its active version. One query."""
    return list(Instrument.objects.filter(is_active=True).defer("source"))


def versions(key: str) -> list[Instrument]:
    """All versions, newest first, with `uses`: how many assessments were finished with each."""
    counted = Count("assessments", filter=Q(assessments__finished_at__isnull=False))
    found = Instrument.objects.filter(key=key).select_related("created_by").defer("source")
    return list(found.annotate(uses=counted).order_by("-version"))


def definition_of(instrument: Instrument) -> Definition:
    """What the version asks. A version never changes, so it is read once a process (a query where deferred)."""
    known = (instrument.pk, instrument.digest)
    if known not in _definitions:
        tables = {**instrument.definition, "version": instrument.version}
        _definitions[known] = files.build(tables, instrument.key)
    return _definitions[known]


_definitions: dict[tuple[int, str], Definition] = {}


def assessments(actor: User) -> QuerySet[Assessment]:
    """All that `actor` may see, open ones too."""
    found = Assessment.objects.select_related("instrument", "rater")
    found = found.defer("instrument__source", "instrument__definition")  # long, and definition_of remembers
    return policy.scope(found, actor, VIEW)


def finished(actor: User, key: str, kind: str, number: int) -> QuerySet[Assessment]:
    """The finished assessments of one subject with any version, newest first."""
    found = assessments(actor).filter(instrument__key=key, subject_kind=kind, subject_id=number)
    return found.filter(finished_at__isnull=False).order_by("-finished_at", "-pk")


def before(actor: User, assessment: Assessment) -> Assessment | None:
    """The one to compare with: the same rater's last one before it."""
    found = finished(actor, assessment.instrument.key, assessment.subject_kind, assessment.subject_id).filter(
        rater=assessment.rater
    )
    if assessment.finished_at is not None:
        found = found.filter(
            Q(finished_at__lt=assessment.finished_at)
            | Q(finished_at=assessment.finished_at, pk__lt=assessment.pk)
        )
    return found.first()


def latest_by_rater(actor: User, key: str, kind: str, number: int) -> list[Assessment]:
    """Each rater's latest finished assessment of a subject, the newest last. One query."""
    latest: dict[int, Assessment] = {}
    for one in finished(actor, key, kind, number):
        latest.setdefault(one.rater_id, one)
    return sorted(latest.values(), key=lambda one: (one.finished_at, one.pk))


def latest(actor: User, key: str, kind: str, numbers: Collection[int]) -> dict[int, Assessment]:
    """The latest finished assessment of each of many subjects, for lists. One query."""
    found = assessments(actor).filter(
        instrument__key=key, subject_kind=kind, subject_id__in=numbers, finished_at__isnull=False
    )
    return {one.subject_id: one for one in found.order_by("finished_at", "pk")}


def latest_of(actor: User, kind: str, number: int) -> dict[str, Assessment]:
    """The latest finished assessment of one subject with each instrument, by key; no secret ones. One query."""
    found = assessments(actor).filter(
        subject_kind=kind, subject_id=number, finished_at__isnull=False, secrecy__lt=Secrecy.SECRET
    )
    return {one.instrument.key: one for one in found.order_by("finished_at", "pk")}


def answers_of(assessment: Assessment) -> dict[str, rules.Given]:
    """One query."""
    return answers_of_all([assessment])[assessment.pk]


def answers_of_all(found: Collection[Assessment]) -> dict[int, dict[str, rules.Given]]:
    """The answers of several assessments, by number and item. One query."""
    given: dict[int, dict[str, rules.Given]] = {one.pk: {} for one in found}
    for row in Answer.objects.filter(assessment__in=[one.pk for one in found]):
        day = timezone.localdate(row.answered_at)
        given[row.assessment_id][row.item] = rules.Given(row.value, row.evidence, day)
    return given


def use_counts(actor: User) -> dict[str, tuple[int, dt.datetime]]:
    """For each instrument: how many finished assessments are within reach, and when the last one was."""
    rows = (
        policy.scope(Assessment.objects.all(), actor, VIEW)
        .filter(finished_at__isnull=False)
        .order_by()
        .values_list("instrument__key")
        .annotate(Count("pk"), Max("finished_at"))
    )
    return {key: (count, last) for key, count, last in rows}
