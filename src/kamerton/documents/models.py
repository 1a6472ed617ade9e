"""Templates of a company's own, the documents that were made, texts of the law, and addresses of calendars."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kamerton.access.secrecy import Secrecy, secrecy_choices
from kamerton.accounts.models import Account

_USER = settings.AUTH_USER_MODEL


def formats() -> list[tuple[str, object]]:
    return [
        ("docx", pgettext_lazy("file", "Word")),
        ("pptx", pgettext_lazy("file", "PowerPoint")),
        ("pdf", pgettext_lazy("file", "PDF")),
        ("xlsx", pgettext_lazy("file", "Excel")),
        ("ics", pgettext_lazy("file", "Calendar")),
    ]


def template_formats() -> list[tuple[str, object]]:
    return formats()[:2]


class Template(models.Model):
    """A Word or PowerPoint file of the company's own for one kind of document. A new version leaves the old one."""

    kind = models.CharField(_("document"), max_length=40)  # registry key
    format = models.CharField(_("format"), max_length=4, choices=template_formats)
    language = models.CharField(_("language"), max_length=8, blank=True)  # empty: every language
    version = models.PositiveIntegerField(_("version"))
    is_active = models.BooleanField(default=True)
    name = models.CharField(_("file"), max_length=200)  # as it was called
    stored_name = models.CharField(max_length=120, unique=True)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    placeholders = models.JSONField(
        default=list
    )  # [{"key": str, "place": str}], as found when it was checked
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["kind", "format", "language", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "format", "language", "version"], name="documents_template_version"
            ),
            models.UniqueConstraint(
                fields=["kind", "format", "language"],
                condition=Q(is_active=True),
                name="documents_template_one_active",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.format} {self.language} {self.version}"


class MadeDocument(models.Model):
    """A document that somebody took out: what, about whom, when, and whether it held something secret.

    `stored_name`: the file itself, where it was made by a job and waits to be fetched, until `kept_until`.
    """

    account_path = "account"
    is_internal = True
    owner_paths = ("made_by",)
    secrecy_path = "secrecy"

    kind = models.CharField(_("document"), max_length=40)
    format = models.CharField(_("format"), max_length=4, choices=formats)
    language = models.CharField(_("language"), max_length=8)
    title = models.CharField(_("title"), max_length=300)
    subject = models.CharField(max_length=120, blank=True)  # model:pk that it is about
    account = models.ForeignKey(
        Account,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="documents",
        verbose_name=_("account"),
    )
    secrecy = models.PositiveSmallIntegerField(
        _("secrecy"), choices=secrecy_choices, default=Secrecy.INTERNAL
    )
    mark = models.CharField(max_length=300, blank=True)  # what stood on it
    template = models.ForeignKey(
        Template, null=True, blank=True, on_delete=models.SET_NULL, related_name="made"
    )
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_name = models.CharField(max_length=120, blank=True)
    kept_until = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="documents_made")

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["made_by", "-made_at"], name="documents_made_by"),
            models.Index(fields=["account", "kind", "-made_at"], name="documents_made_account"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(stored_name="") | Q(kept_until__isnull=False), name="documents_kept_until"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.format} {self.made_at:%Y-%m-%d}"


class LegalText(models.Model):
    """What documents say of the law, by the country of the account (LOC-04)."""

    country = models.CharField(_("country"), max_length=2, blank=True)  # ISO 3166-1; empty: every other one
    kind = models.CharField(_("document"), max_length=40, blank=True)  # registry key; empty: every document
    language = models.CharField(_("language"), max_length=8, blank=True)  # empty: every language
    text = models.TextField(_("text"))
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["country", "kind", "language"]
        constraints = [
            models.UniqueConstraint(fields=["country", "kind", "language"], name="documents_legal_once"),
            models.CheckConstraint(condition=~Q(text=""), name="documents_legal_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.kind} {self.language}".strip()


class CalendarAddress(models.Model):
    """The private address under which a calendar program reads somebody's activities. Its secret is kept as a digest."""

    owner_path = "owner"

    owner = models.ForeignKey(_USER, on_delete=models.CASCADE, related_name="calendar_addresses")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the secret part of the address
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)  # to the hour
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = [F("revoked_at").asc(nulls_first=True), "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=Q(revoked_at__isnull=True), name="documents_calendar_one_live"
            )
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.created_at:%Y-%m-%d}"
