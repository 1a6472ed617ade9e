"""Looking at the whole base again: what the figures and the evidence propose, and what people answer (SEL-19)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kamerton.accounts.models import Account
from kamerton.portfolio.models.status import key_levels
from kamerton.work.models import Approval

_USER = settings.AUTH_USER_MODEL


def changes() -> list[tuple[str, str | Promise]]:
    return [
        ("promote", _("Make it key")),
        ("demote", _("No longer key")),
        ("watch", _("Keep an eye on it")),
    ]


def answers() -> list[tuple[str, str | Promise]]:
    return [
        ("open", pgettext_lazy("review", "Open")),
        ("accepted", pgettext_lazy("review", "Accepted")),
        ("declined", pgettext_lazy("review", "Declined")),
    ]


def segments() -> list[tuple[str, str | Promise]]:
    """By importance: who is key first, then the classes of the rest, then whoever buys nothing."""
    return [
        ("key", _("Key accounts")),
        ("A", _("Large (A)")),
        ("B", _("Middle (B)")),
        ("C", _("Small (C)")),
        ("none", _("Without sales in 12 months")),
    ]


class Review(models.Model):
    """One look at everybody. Closed once every proposal is answered; the next is due so many months later."""

    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField(null=True)  # of the figures; None: there were none
    looked_at = models.PositiveIntegerField()  # accounts
    is_open = models.BooleanField(default=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_open"], condition=Q(is_open=True), name="portfolio_review_one_open"
            ),
            models.CheckConstraint(
                condition=Q(is_open=True, closed_at=None) | Q(is_open=False, closed_at__isnull=False),
                name="portfolio_review_open_or_closed",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("begun_at")), name="portfolio_review_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.begun_at:%Y-%m-%d}"


class ReviewItem(models.Model):
    """One proposal: what should change with an account and why, as it was on the day of the review."""

    account_path = "account"
    is_internal = True

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="items")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="review_items")
    change = models.CharField(_("proposal"), max_length=8, choices=changes)
    definitions = models.JSONField(default=list)  # that hold, or held no longer
    reasons = models.JSONField(default=list)  # sentences
    level = models.CharField(max_length=12, choices=key_levels, default="company")
    of = models.CharField(max_length=500, blank=True)
    rank = models.PositiveIntegerField(default=0)  # most money first
    answer = models.CharField(_("answer"), max_length=8, choices=answers, default="open")
    why = models.CharField(_("reason"), max_length=400, blank=True)
    answered_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    approval = models.ForeignKey(Approval, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["review", "rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "account", "change"], name="portfolio_reviewitem_once"),
            models.CheckConstraint(
                condition=~Q(answer="declined") | ~Q(why=""), name="portfolio_reviewitem_declined_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} {self.account_id} {self.change}"


class SegmentNote(models.Model):
    """What the accounts of one segment need and expect, in the company's words (SEL-19)."""

    segment = models.CharField(_("segment"), max_length=8, choices=segments, unique=True)
    text = models.TextField(_("what they need and expect"), blank=True)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.segment
