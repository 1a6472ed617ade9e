"""What a key account is for this company, written down: each version stays."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: The six definitions in their order: what the company may count.
DEFINITIONS = ("contribution", "potential", "known", "partner", "mentor", "innovator")
LEVELS = ("company", "department", "manager")
REVIEW_MONTHS = 12
SILENCE_DAYS = 90


def definitions() -> list[tuple[str, str | Promise]]:
    return [
        ("contribution", _("Contribution")),
        ("potential", _("Potential")),
        ("known", _("Well known")),
        ("partner", _("Partner")),
        ("mentor", _("Mentor")),
        ("innovator", _("Innovator")),
    ]


def six_classes() -> list[tuple[str, str | Promise]]:
    """The other list of six, each the other name of one definition: choosing it changes words and no data."""
    return [
        ("contribution", _("Loyal, brings a large income")),
        ("potential", _("Loyal, with room to grow")),
        ("known", _("An authority, a known brand")),
        ("partner", _("Large and interested in us")),
        ("mentor", _("An expert who shares knowledge")),
        ("innovator", _("Tests new ideas")),
    ]


def class_lists() -> list[tuple[str, str | Promise]]:
    return [("definitions", _("Six definitions")), ("classes", _("Six classes of customers"))]


def key_levels() -> list[tuple[str, str | Promise]]:
    return [("company", _("Company")), ("department", _("Department")), ("manager", _("Manager"))]


def presets() -> list[tuple[str, str | Promise]]:
    return [
        ("small", _("Small supplier")),
        ("distributor", _("Distributor")),
        ("manufacturer", _("Manufacturer")),
        ("pharma", _("Pharmaceutical company")),
    ]


class KeyProfile(models.Model):
    """One version of the written profile: the newest counts, the others are its history (SEL-17).

    `rules`: basis and thresholds as they were when it was written (rules.profile_to_json). `labels`: what the
    company calls key, critical and mono; empty is the usual word (C4).
    """

    number = models.PositiveIntegerField(unique=True)
    text = models.TextField(_("what a key account is for us"))
    preset = models.CharField(_("kind of company"), max_length=20, choices=presets, blank=True)
    definitions = models.JSONField(_("definitions that count"), default=list)
    levels = models.JSONField(_("levels that count"), default=list)
    class_list = models.CharField(_("words"), max_length=12, choices=class_lists, default="definitions")
    labels = models.JSONField(_("labels"), default=dict, blank=True)
    review_months = models.PositiveSmallIntegerField(_("reviewed every, months"), default=REVIEW_MONTHS)
    silence_days = models.PositiveSmallIntegerField(_("without contact for long, days"), default=SILENCE_DAYS)
    rules = models.JSONField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="portfolio_keyprofile_written"),
            models.CheckConstraint(
                condition=models.Q(review_months__gte=1, silence_days__gte=1),
                name="portfolio_keyprofile_periods",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.text[:60]}"
