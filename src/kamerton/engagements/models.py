"""Visits, calls and meetings: what is planned, what took place; and what is agreed before two of us go to one account."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kamerton.access.rights import role_choices
from kamerton.access.secrecy import Secrecy, secrecy_choices
from kamerton.accounts import choices as account_choices
from kamerton.accounts.models import Account, Contact
from kamerton.engagements import choices


def normed_roles() -> list[tuple[str, str | Promise]]:
    """All roles are offered, so that the refusal for key account managers says why."""
    return role_choices()


class EngagementQuerySet(models.QuerySet["Engagement"]):
    def standing(self) -> EngagementQuerySet:
        """Planned or done: not cancelled."""
        return self.exclude(state="cancelled")


class Engagement(models.Model):
    """One visit, call, letter or meeting with people of one account, from plan to outcome.

    It belongs to the week of its owner; colleagues who come along see it whether or not they reach the account.
    Once it took place it is told to accounts (`accounts.actions.meetings`), where last contact and strength are
    reckoned. It is information: nothing counts it towards a norm (MGT-01).
    """

    account_path = "account"
    is_internal = True
    owner_paths = ("owner", "companions__person")
    duty_paths = ("owner",)

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="engagements")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="engagements",
        verbose_name=_("whose"),
    )
    channel = models.CharField(_("how"), max_length=8, choices=choices.channels)
    is_informal = models.BooleanField(_("informal"), default=False)
    is_unplanned = models.BooleanField(_("outside the plan"), default=False)  # MTG-02: takes nothing away
    on = models.DateField(_("day"))  # the day of `starts_at` where it takes place
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    time_zone = models.CharField(_("time zone"), max_length=64)  # of the place, as the IANA calls it
    place = models.CharField(_("place"), max_length=200, blank=True)
    purpose = models.CharField(_("what it is for"), max_length=300)
    division = models.CharField(_("division of the customer"), max_length=120, blank=True)
    function = models.CharField(
        _("function of the customer"), max_length=20, choices=account_choices.contact_functions, blank=True
    )
    contacts = models.ManyToManyField(
        Contact, blank=True, related_name="engagements", verbose_name=_("whom we meet")
    )
    colleagues = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        through="Companion",
        related_name="+",
        verbose_name=_("who comes along"),
    )
    helpers = models.CharField(_("helpers from outside"), max_length=300, blank=True)
    #: What is prepared: a brief without them is not ready (MTG-04).
    questions = models.TextField(_("what we ask"), blank=True)
    offers = models.TextField(_("what we propose"), blank=True)
    products = models.TextField(_("what our products can do for them"), blank=True)
    etiquette = models.TextField(_("how to behave there"), blank=True)  # MTG-15
    state = models.CharField(_("state"), max_length=10, choices=choices.states, default="planned")
    outcome = models.TextField(_("what came of it"), blank=True)
    from_them = models.BooleanField(_("they began it"), default=False)
    in_depth = models.BooleanField(_("went into depth"), default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects = EngagementQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("visit or call")
        verbose_name_plural = _("visits and calls")
        indexes = [
            models.Index(fields=["owner", "on"], name="engagements_engagement_owner"),
            models.Index(fields=["account", "on"], name="engagements_engagement_account"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="engagements_engagement_lasts"
            ),
            models.CheckConstraint(condition=~Q(purpose=""), name="engagements_engagement_has_purpose"),
            models.CheckConstraint(condition=~Q(channel=""), name="engagements_engagement_has_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.on}"


class Companion(models.Model):
    """A colleague who comes along."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="companions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["engagement", "person"], name="engagements_companion_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.engagement_id}"


class WeekBrief(models.Model):
    """What all of us say, and what none of us says, at one account in one week (REL-14).

    Nothing is overwritten: the row with the highest version counts, those before tell who agreed what, and when.
    """

    account_path = "account"
    secrecy_path = "secrecy"
    is_internal = True

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="week_briefs")
    monday = models.DateField(_("week"))
    say = models.TextField(_("what all of us say"), blank=True)
    avoid = models.TextField(_("what none of us says"), blank=True)
    secrecy = models.PositiveSmallIntegerField(
        _("secrecy"), choices=secrecy_choices, default=Secrecy.INTERNAL
    )
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["account", "monday", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "monday", "version"], name="engagements_weekbrief_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.monday} {self.version}"


class VisitNorm(models.Model):
    """How many visits and calls a week a role should make. For key account managers there is none, ever (MGT-01)."""

    role = models.CharField(_("role"), max_length=20, choices=normed_roles, unique=True)
    a_week = models.PositiveSmallIntegerField(_("visits and calls a week"))
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["role"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(role__in=["junior_kam", "senior_kam"]), name="engagements_visitnorm_not_for_kam"
            ),
            models.CheckConstraint(condition=Q(a_week__gte=1), name="engagements_visitnorm_some"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.a_week}"
