"""Imports of contacts and accounts: where a run of the wizard stands, and what an import wrote."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kamerton.core.models import Job


def run_states() -> list[tuple[str, object]]:
    return [
        ("uploaded", _("Uploaded")),
        ("inspected", _("Looked at")),
        ("checked", _("Checked")),
        ("importing", _("Being imported")),  # some chunks are written: goes on, or is undone
        ("imported", _("Imported")),
        ("undone", pgettext_lazy("an import", "Undone")),
        ("abandoned", _("Abandoned")),
    ]


class Run(models.Model):
    """One import of contacts, from the upload on. Only its owner sees it: it holds rows of a file."""

    owner_path = "owner"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=run_states, default="uploaded")
    files = models.JSONField()  # [{"name", "size", "sha256"}]
    source_hash = models.CharField(max_length=64, db_index=True, blank=True)  # of the files' contents
    answers = models.JSONField(default=dict)  # rules.answers_to_json
    inspection = models.JSONField(null=True)
    result = models.JSONField(null=True)  # of the dry run: counts, questions, the first rows of each kind
    counts = models.JSONField(default=dict)  # what was written: {"contacts_added": ...}
    done_rows = models.PositiveIntegerField(default=0)  # rows of the file that are dealt with
    total_rows = models.PositiveIntegerField(default=0)
    mapping_name = models.CharField(max_length=200, blank=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["owner", "-created_at"], name="exchange_run_owner")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Nothing of it is written yet and it is not given up."""
        return self.state in {"uploaded", "inspected", "checked"}

    @property
    def size_bytes(self) -> int:
        return sum(file["size"] for file in self.files)


class Chunk(models.Model):
    """What one transaction of an import wrote: keys and names of fields, no contents of anybody's record."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="chunks")
    first_row = models.PositiveIntegerField()
    written = models.JSONField()  # accounts.actions.from_files.Written
    marks = models.JSONField(default=dict)  # {"accounts.contact:7:phone": keyed digest of what was filled in}

    class Meta:
        ordering = ["first_row"]
        constraints = [models.UniqueConstraint(fields=["run", "first_row"], name="exchange_chunk_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.first_row}"


class SavedMapping(models.Model):
    """What the columns of files of one shape mean, found again for the next one."""

    shape = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    mapping = models.JSONField()  # column -> role
    system = models.CharField(max_length=40, blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    last_used_at = models.DateTimeField()

    class Meta:
        ordering = ["-last_used_at"]

    def __str__(self) -> str:
        return self.name
