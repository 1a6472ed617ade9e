"""Events, what a contact has to do with them, and what a contact did for us or for a competitor."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kamerton.access.secrecy import Secrecy, secrecy_choices
from kamerton.accounts import choices
from kamerton.accounts.models.people import Contact

_USER = settings.AUTH_USER_MODEL


def _one_of_ours(label: Any) -> Any:
    return models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=label
    )


class Event(models.Model):
    """Where people meet: ours, a fair, somebody else's conference. It belongs to no account, and is not secret."""

    is_internal = True

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=choices.event_kinds, default="company")
    is_ours = models.BooleanField(_("ours"), default=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="accounts_event_named"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="accounts_event_days"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_over(self, today: dt.date) -> bool:
        return self.ends_on < today


class Participation(models.Model):
    """One contact and one event: invited, accompanied, attended, followed up (REL-09)."""

    account_path = "contact__account"
    is_internal = True

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="participations")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="participations")
    invited_on = models.DateField(_("invited on"), null=True, blank=True)
    invited_by = _one_of_ours(_("invited by"))
    answer = models.CharField(
        _("their answer"), max_length=4, choices=choices.invitation_answers, blank=True, default=""
    )
    accompanied_by = _one_of_ours(_("accompanied by"))
    attended = models.BooleanField(_("attended"), null=True, blank=True)  # None: nobody has said
    follow_up = models.CharField(_("follow-up"), max_length=300, blank=True)
    follow_up_by = _one_of_ours(_("who follows up"))
    follow_up_due = models.DateField(_("follow up until"), null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["event", "pk"]
        verbose_name = _("part in an event")
        verbose_name_plural = _("parts in events")
        constraints = [
            models.UniqueConstraint(fields=["event", "contact"], name="accounts_participation_once")
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} at {self.event_id}"


class Presentation(models.Model):
    """A talk at an event, by a contact or by one of ours, and who of ours prepares it until when (REL-09)."""

    account_path = "contact__account"
    free_without_account = True  # by one of ours
    is_internal = True

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="presentations")
    title = models.CharField(_("about"), max_length=200)
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="presentations",
        verbose_name=_("contact who speaks"),
    )  # fmt: skip
    speaker = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("one of ours who speaks"),
    )  # fmt: skip
    prepared_by = _one_of_ours(_("prepared by"))
    due_on = models.DateField(_("to be ready by"), null=True, blank=True)
    ready_on = models.DateField(_("ready on"), null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["event", "pk"]
        verbose_name = _("presentation")
        verbose_name_plural = _("presentations")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="accounts_presentation_titled"),
            models.CheckConstraint(
                condition=Q(contact__isnull=True) ^ Q(speaker__isnull=True),
                name="accounts_presentation_one_speaker",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Act(models.Model):
    """What a contact did for us or for a competitor, and what we do about it (REL-10, REL-11). Never open."""

    account_path = "contact__account"
    secrecy_path = "secrecy"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="acts")
    side = models.CharField(_("for whom"), max_length=10, choices=choices.act_sides, default="us")
    kind = models.CharField(_("kind"), max_length=12, choices=choices.act_kinds, default="recommended")
    competitor = models.CharField(_("competitor"), max_length=200, blank=True)
    on = models.DateField(_("on"))
    what = models.CharField(_("what"), max_length=300)
    to_whom = models.CharField(_("to whom"), max_length=200, blank=True)
    weight = models.PositiveSmallIntegerField(
        _("how strongly"), choices=choices.act_weights, default=2,
        validators=[MinValueValidator(1), MaxValueValidator(3)],
    )  # fmt: skip
    source_kind = models.CharField(
        _("source"), max_length=12, choices=choices.fact_sources, blank=True, default=""
    )
    source = models.CharField(_("which source"), max_length=300, blank=True)
    outcome = models.CharField(_("what came of it"), max_length=300, blank=True)
    answer = models.CharField(_("what we do about it"), max_length=300, blank=True)
    answer_by = _one_of_ours(_("who does it"))
    answer_due = models.DateField(_("until"), null=True, blank=True)
    secrecy = models.PositiveSmallIntegerField(
        _("secrecy"), choices=secrecy_choices, default=Secrecy.INTERNAL
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("act of a contact")
        verbose_name_plural = _("acts of a contact")
        indexes = [models.Index(fields=["contact", "on"], name="accounts_act_contact")]
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="accounts_act_says_what"),
            models.CheckConstraint(condition=Q(secrecy__gte=1, secrecy__lte=2), name="accounts_act_secrecy"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=3), name="accounts_act_weight"),
            models.CheckConstraint(
                condition=Q(side="us") | ~Q(competitor=""),
                name="accounts_act_names_the_competitor",
            ),
        ]

    def __str__(self) -> str:
        return self.what
