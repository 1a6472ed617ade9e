"""The catalogue of the ledger: which imports exist, which of them count, and what an import was told.

The lines themselves are Parquet files beside the database (store.py); a row here makes a file count.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kamerton.core.models import Job
from kamerton.core.money import MinorUnitsField, ScaledIntegerField


def batch_states() -> list[tuple[str, object]]:
    return [("live", _("Live")), ("superseded", _("Replaced")), ("withdrawn", _("Withdrawn"))]


def draft_states() -> list[tuple[str, object]]:
    return [
        ("uploaded", _("Uploaded")),
        ("inspected", _("Looked at")),
        ("checked", _("Checked")),
        ("imported", _("Imported")),
        ("abandoned", _("Abandoned")),
    ]


class Batch(models.Model):
    """One import: an immutable Parquet file and what is known of it.

    live: its lines count, less the documents that a later batch brought again. superseded: later batches
    brought every one of its documents again. withdrawn: taken out by a person, can be restored.
    """

    sequence = models.PositiveIntegerField(unique=True)  # 1, 2, 3 ... in the order of becoming live
    state = models.CharField(max_length=12, choices=batch_states, default="live")
    title = models.CharField(_("title"), max_length=200)
    content_hash = models.CharField(max_length=64, db_index=True)  # of the lines, whatever file brought them
    source_hash = models.CharField(max_length=64, db_index=True, blank=True)  # of the files' bytes
    files = models.JSONField()  # [{"name", "size", "sha256"}]
    choices = models.JSONField()
    shape = models.CharField(max_length=64, blank=True)
    rows_read = models.BigIntegerField()
    rows_used = models.BigIntegerField()
    rows_refused = models.BigIntegerField()
    rows_unassigned = models.BigIntegerField()
    rows_duplicate = models.BigIntegerField()
    rows_dropped = models.BigIntegerField()  # duplicates left out because the user said so
    used_turnover = MinorUnitsField()
    unassigned_turnover = MinorUnitsField()
    lines_without_document = models.BigIntegerField()
    lines_without_cost = models.BigIntegerField()
    has_cost = models.BooleanField()
    first_date = models.DateField(null=True)
    last_date = models.DateField(null=True)
    currency = models.CharField(max_length=3)  # the company's at the time
    parquet_name = models.CharField(max_length=100)
    refused_name = models.CharField(max_length=100, blank=True)  # "": no row was refused
    notes = models.JSONField(default=list)  # plain sentences of the reader and of the check
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)  # last withdrawal or restoring
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    change_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["content_hash"], condition=models.Q(state="live"), name="ledger_batch_live_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.title}"

    @property
    def lines(self) -> int:
        """Lines in the Parquet file."""
        return self.rows_used + self.rows_unassigned


class LedgerVersion(models.Model):
    """The ledger as it was between two changes: which batches counted, less which masked documents."""

    number = models.PositiveIntegerField(unique=True)
    digest = models.CharField(max_length=64)  # same digest, same lines
    batches = models.JSONField()  # content hashes of the live batches, in their order
    #: [[number, number it counts under, name or null, group]]: merged accounts, and groups by parents.
    aliases = models.JSONField(default=list)
    masks_name = models.CharField(max_length=100, blank=True)  # "": nothing is masked, the normal case
    masked_lines = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return str(self.number)


class Draft(models.Model):
    """One run of the import wizard, from the upload to the import; survives a reload and a restart."""

    owner_path = "owner"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=draft_states, default="uploaded")
    files = models.JSONField()  # [{"name", "size", "sha256"}]
    choices = models.JSONField(default=dict)  # rules.choices_to_json
    inspection = models.JSONField(null=True)  # rules.inspection_to_json
    result = models.JSONField(null=True)  # of the dry run: rules.reading_to_json and what it would replace
    staged_for = models.CharField(
        max_length=64, blank=True
    )  # choices, rates and currency of the staged lines
    mapping_name = models.CharField(max_length=200, blank=True)  # the saved mapping that was found for it
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state not in {"imported", "abandoned"}

    @property
    def size_bytes(self) -> int:
        return sum(file["size"] for file in self.files)


class SavedMapping(models.Model):
    """What was settled for files of one shape, found again for the next one."""

    shape = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    choices = models.JSONField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    last_used_at = models.DateTimeField()

    class Meta:
        ordering = ["-last_used_at"]

    def __str__(self) -> str:
        return self.name


class Rate(models.Model):
    """One unit of `currency` is `rate` units of the company's from `date` on, until the next rate."""

    currency = models.CharField(_("currency"), max_length=3)
    date = models.DateField(_("from"))
    rate = ScaledIntegerField(_("rate"), places=10)

    class Meta:
        ordering = ["currency", "-date"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "date"], name="ledger_rate_once"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="ledger_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.date} {self.rate}"
