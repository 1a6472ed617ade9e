"""Instruments, version by version, and the assessments made with them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def origins() -> list[tuple[str, object]]:
    return [("builtin", _("Built in")), ("adapted", _("Adapted here"))]


class Instrument(models.Model):
    """One version of one instrument. Never changed once written: only `is_active` moves from row to row."""

    key = models.CharField(max_length=60)
    version = models.PositiveIntegerField()  # counted for each key, whatever the origin
    definition = models.JSONField()  # the tables of the file; format.build makes a Definition of them
    source = models.TextField()  # the file as it was written
    digest = models.CharField(max_length=64)  # SHA-256 of the source
    origin = models.CharField(max_length=8, choices=origins)
    adapted_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="adaptations"
    )
    is_active = models.BooleanField(default=False)  # the version that new assessments use
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="instruments_instrument_version"),
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(is_active=True), name="instruments_instrument_one_active"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"


class Assessment(models.Model):
    """One person's answers about one subject, with the exact version that was asked.

    `subject_id` 0: about nothing in particular. `account_id` is the account that the subject belongs to; the
    accounts live in a room above, so it is a number and no foreign key.
    """

    account_path = "account_id"
    free_without_account = True
    secrecy_path = "secrecy"
    owner_paths = ("rater",)

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="assessments")
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField(default=0)
    account_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assessments")
    secrecy = models.PositiveSmallIntegerField(default=1)  # 0 open, 1 internal, 2 secret
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    score = models.FloatField(null=True, blank=True)  # in the units of the method
    result = models.CharField(max_length=60, blank=True)  # key of the named outcome
    parts = models.JSONField(null=True, blank=True)  # rules.Score.as_json, as it was when finished

    class Meta:
        ordering = ["-finished_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "subject_kind", "subject_id", "rater"],
                condition=models.Q(finished_at=None),
                name="instruments_assessment_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(secrecy__in=[0, 1, 2]), name="instruments_assessment_secrecy"
            ),
            models.CheckConstraint(
                condition=models.Q(finished_at=None) | models.Q(finished_at__gte=models.F("started_at")),
                name="instruments_assessment_order",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "finished_at"], name="instruments_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.subject_kind} {self.subject_id}"

    @property
    def is_open(self) -> bool:
        return self.finished_at is None


class Answer(models.Model):
    """One answer. `value` in the stored form of rules.read; `answered_at`: when it was last said to be true."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="answers")
    item = models.CharField(max_length=60)
    value = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "item"], name="instruments_answer_item")]

    def __str__(self) -> str:
        return f"{self.item}: {self.value[:40]}"
