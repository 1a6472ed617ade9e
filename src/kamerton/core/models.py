"""Records that every room shares: the company, the trail of what was done, jobs, saved views."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def job_states() -> list[tuple[str, object]]:
    return [
        ("waiting", _("Waiting")),
        ("running", _("Running")),
        ("done", _("Done")),
        ("failed", _("Failed")),
        ("cancelled", _("Cancelled")),
    ]


class Company(models.Model):
    """The supplier whose books these are. One row."""

    name = models.CharField(_("name"), max_length=200, default="")
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="core_company_one_row")]

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """One thing that somebody did. Written by actions, never changed, never deleted."""

    account_path = "account_id"
    is_internal = True

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=80)  # room.verb, e.g. ledger.withdraw
    subject = models.CharField(max_length=200, db_index=True)  # model:pk
    #: The account that it touches, where it touches one; no foreign key, as accounts is a room above.
    account_id = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "at"], name="core_audit_subject_at"),
            models.Index(fields=["account_id", "at"], name="core_audit_account_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"


class Job(models.Model):
    """A long piece of work: the row is the truth, whoever runs it."""

    owner_path = "actor"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs")
    kind = models.CharField(max_length=80)
    parameters = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=job_states, default="waiting")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)  # 0: not known
    note = models.CharField(max_length=200, blank=True)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)  # the sentence for the user
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "created_at"], name="core_job_state_created")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in {"waiting", "running"}

    @property
    def percent(self) -> int | None:
        """0 to 100; None where the total is not known."""
        return min(100, self.done * 100 // self.total) if self.total else None


class SavedView(models.Model):
    """A list with its filters, order and columns, under a name of its owner's."""

    owner_path = "owner"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=80)  # URL name of the list
    name = models.CharField(_("name"), max_length=80)
    query = models.TextField(blank=True)  # the query string
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "page", "name"], name="core_savedview_name")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UndoStep(models.Model):
    """Something that can be taken back for a while: what to do, as parameters of a registered handler."""

    owner_path = "actor"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=80)  # room.verb, e.g. work.reopen
    parameters = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d %H:%M}"


class Submission(models.Model):
    """A form that was carried out: the same one sent again does nothing."""

    key = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class SharedCacheRow(models.Model):
    """What all processes remember together for a while, above all wrong passwords. Written by Django's cache."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "core_shared_cache"

    def __str__(self) -> str:
        return self.cache_key
