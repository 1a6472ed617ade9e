"""What is known: facts with their sources, needs over time, notes, files, movements of money."""

from __future__ import annotations

import datetime as dt
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kamerton.access.secrecy import Secrecy, secrecy_choices
from kamerton.accounts import choices, dossier
from kamerton.accounts.models.companies import Account, Industry
from kamerton.accounts.models.people import Contact
from kamerton.core.money import MinorUnitsField


class FactQuerySet(models.QuerySet["Fact"]):
    """The same rules as in dossier.py, for the database; a test holds them together."""

    def current(self) -> FactQuerySet:
        """Neither superseded nor found to be wrong."""
        return self.filter(superseded_by=None, withdrawn_at=None)

    def assumptions(self) -> FactQuerySet:
        return self.filter(_ASSUMED)

    def verified(self) -> FactQuerySet:
        return self.filter(~_ASSUMED, confidence="verified")

    def likely(self) -> FactQuerySet:
        return self.filter(~_ASSUMED, confidence="likely")

    def stale(self, today: dt.date) -> FactQuerySet:
        known = [key for key, _label in choices.fact_topics()]
        old = [Q(topic=topic, dated__lt=dossier.stale_before(topic, today)) for topic in known]
        return self.filter(reduce(or_, old))


_ASSUMED = Q(confidence="assumed") | Q(source_kind="", source="")


class Fact(models.Model):
    """A statement about an account or a contact, with source, date, confidence and secrecy (DOS-06).

    A new statement supersedes the old one; nothing is overwritten. Without a source, or assumed, it is shown
    as an assumption (dossier.standing).
    """

    account_path = "account"
    secrecy_path = "secrecy"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="facts")
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="facts"
    )
    topic = models.CharField(_("about"), max_length=20, choices=choices.fact_topics)
    statement = models.TextField(_("statement"))
    source_kind = models.CharField(
        _("source"), max_length=12, choices=choices.fact_sources, blank=True, default=""
    )
    source = models.CharField(_("which source"), max_length=300, blank=True)
    dated = models.DateField(_("as of"))  # the day of which it speaks, not the day it was typed
    confidence = models.CharField(
        _("confidence"), max_length=10, choices=choices.confidences, default="likely"
    )
    secrecy = models.PositiveSmallIntegerField(
        _("secrecy"), choices=secrecy_choices, default=Secrecy.INTERNAL
    )
    answers = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="answered_by"
    )  # a solution answers a goal (DOS-02)
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="supersedes"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # found to be wrong
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects = FactQuerySet.as_manager()

    class Meta:
        ordering = ["-dated", "-pk"]
        indexes = [
            models.Index(fields=["account", "topic", "dated"], name="accounts_fact_account"),
            models.Index(fields=["contact", "topic"], name="accounts_fact_contact"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(statement=""), name="accounts_fact_says_something"),
            models.CheckConstraint(condition=Q(secrecy__lte=2), name="accounts_fact_secrecy"),
        ]

    def __str__(self) -> str:
        return self.statement[:80]


class Need(models.Model):
    """Something an account needs, from when, said by whom, and what we answered (DOS-05)."""

    account_path = "account"
    secrecy_path = "secrecy"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="needs")
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="needs"
    )
    what = models.CharField(_("need"), max_length=300)
    family = models.CharField(_("product family"), max_length=120, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    raised_on = models.DateField(_("raised on"))
    state = models.CharField(_("state"), max_length=10, choices=choices.need_states, default="open")
    answer = models.TextField(_("our answer"), blank=True)
    secrecy = models.PositiveSmallIntegerField(
        _("secrecy"), choices=secrecy_choices, default=Secrecy.INTERNAL
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-raised_on", "-pk"]
        indexes = [models.Index(fields=["account", "state"], name="accounts_need_account")]

    def __str__(self) -> str:
        return self.what


class Note(models.Model):
    """Free words with a date: a note, an interview, research. People in it are mentioned, and told."""

    account_path = "account"
    secrecy_path = "secrecy"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="notes")
    contacts = models.ManyToManyField(Contact, blank=True, related_name="notes")
    kind = models.CharField(_("kind"), max_length=10, choices=choices.note_kinds, default="note")
    title = models.CharField(_("title"), max_length=200, blank=True)
    text = models.TextField(_("text"))
    on = models.DateField(_("on"))
    secrecy = models.PositiveSmallIntegerField(
        _("secrecy"), choices=secrecy_choices, default=Secrecy.INTERNAL
    )
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="mentioned_in")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["account", "on"], name="accounts_note_account")]

    def __str__(self) -> str:
        return self.title or self.text[:80]


class PersonalNote(models.Model):
    """How to be with one person: style, motives, sensitivities. For its author and the responsible alone.

    Kept on a stated lawful basis, for a stated purpose, until a stated day (REL-15).
    """

    personal_path = "contact__account"
    owner_paths = ("author",)

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="personal_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("note"))
    lawful_basis = models.CharField(_("lawful basis"), max_length=12, choices=choices.lawful_bases)
    purpose = models.CharField(_("purpose"), max_length=200)
    keep_until = models.DateField(_("keep until"))
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(lawful_basis="") & ~Q(purpose="") & ~Q(text=""),
                name="accounts_personalnote_lawful",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Attachment(models.Model):
    """A file that belongs to an account, under `folder`/`stored_name` in the home folder."""

    account_path = "account"
    secrecy_path = "secrecy"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="attachments")
    note = models.ForeignKey(
        Note, null=True, blank=True, on_delete=models.SET_NULL, related_name="attachments"
    )
    name = models.CharField(_("name"), max_length=255)
    stored_name = models.CharField(max_length=80, unique=True)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=120, blank=True)
    secrecy = models.PositiveSmallIntegerField(
        _("secrecy"), choices=secrecy_choices, default=Secrecy.INTERNAL
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class BudgetMovement(models.Model):
    """Money that moves in an industry or at an account, at which level (DOS-10)."""

    account_path = "account"
    free_without_account = True  # of an industry: whoever sees accounts at all
    secrecy_path = "secrecy"

    industry = models.ForeignKey(
        Industry, null=True, blank=True, on_delete=models.CASCADE, related_name="budget_movements"
    )
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="budget_movements"
    )
    level = models.CharField(_("level"), max_length=14, choices=choices.budget_levels)
    what = models.CharField(_("what moves"), max_length=300)
    amount = MinorUnitsField(_("amount"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    on = models.DateField(_("on"))
    source = models.CharField(_("source"), max_length=200, blank=True)
    secrecy = models.PositiveSmallIntegerField(
        _("secrecy"), choices=secrecy_choices, default=Secrecy.INTERNAL
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(industry__isnull=False) | Q(account__isnull=False),
                name="accounts_budget_somewhere",
            )
        ]

    def __str__(self) -> str:
        return self.what
