"""Companies and who looks after them."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kamerton.accounts import choices


class Industry(models.Model):
    """A trade of customers, with its words and processes (DOS-09). `pack` changes vocabulary only (LOC-05)."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    pack = models.CharField(_("vocabulary"), max_length=40, blank=True)  # key of a file in accounts/packs
    description = models.TextField(_("how this trade works"), blank=True)
    terms = models.JSONField(_("terms"), default=dict, blank=True)  # {term: what it means}
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    name = models.CharField(_("name"), max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AccountQuerySet(models.QuerySet["Account"]):
    def current(self) -> AccountQuerySet:
        """Without those that were merged into another."""
        return self.filter(merged_into=None)

    def search(self, text: str) -> AccountQuerySet:
        """Every word of `text` stands somewhere in name, number or another id, in any script and case."""
        found = self
        for word in text.casefold().split():
            found = found.filter(search_text__contains=word)
        return found


class Account(models.Model):
    """A company that is, was or may become a customer; the same row from prospect to former customer.

    `number` is the account number of the ledger; whoever is not in it yet has one of ours (P-00017).
    """

    account_path = "pk"

    number = models.CharField(_("account number"), max_length=500, unique=True)
    name = models.CharField(_("name"), max_length=500)
    stage = models.CharField(_("stage"), max_length=12, choices=choices.account_stages, default="customer")
    newcomer_kind = models.CharField(
        _("kind of newcomer"), max_length=20, choices=choices.newcomer_kinds, blank=True
    )
    in_ledger = models.BooleanField(default=False)  # the ledger knows the number
    ledger_name = models.CharField(max_length=500, blank=True)  # as the ledger last spelt it
    ledger_group = models.CharField(max_length=500, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="subsidiaries",
        verbose_name=_("parent company"),
    )  # fmt: skip
    industry = models.ForeignKey(
        Industry, null=True, blank=True, on_delete=models.SET_NULL, related_name="accounts",
        verbose_name=_("industry"),
    )  # fmt: skip
    segment = models.CharField(_("segment"), max_length=80, blank=True)
    legal_name = models.CharField(_("legal name"), max_length=300, blank=True)
    legal_form = models.CharField(_("legal form"), max_length=80, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=80, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)  # ISO 3166-1
    website = models.CharField(_("website"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    description = models.TextField(_("description"), blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="accounts", verbose_name=_("tags"))
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    search_text = models.TextField(blank=True)  # rules.search_text: written with the row
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)  # counts the edits: see core.concurrency

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["stage", "name"], name="accounts_account_stage_name"),
            models.Index(fields=["ledger_group"], name="accounts_account_group"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(number=""), name="accounts_account_numbered"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="accounts_account_not_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="accounts_account_not_merged_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ExternalId(models.Model):
    """What another system calls an account. The number of a merged account stays as one."""

    account_path = "account"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="external_ids")
    system = models.CharField(_("system"), max_length=40)  # erp, crm, ...; "ledger" for merged numbers
    value = models.CharField(_("id there"), max_length=500)

    class Meta:
        ordering = ["system", "value"]
        constraints = [models.UniqueConstraint(fields=["system", "value"], name="accounts_externalid_once")]

    def __str__(self) -> str:
        return f"{self.system}: {self.value}"


class Address(models.Model):
    account_path = "account"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(_("kind"), max_length=10, choices=choices.address_kinds, default="legal")
    street = models.TextField(_("street"), blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    region = models.CharField(_("region"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    territory = models.CharField(_("territory"), max_length=120, blank=True)  # ours, not the post's

    class Meta:
        ordering = ["kind", "pk"]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.street, f"{self.postcode} {self.city}".strip()) if part)


class CoverageQuerySet(models.QuerySet["Coverage"]):
    def on(self, day: dt.date) -> CoverageQuerySet:
        return self.filter(Q(to_date=None) | Q(to_date__gte=day), from_date__lte=day)


class Coverage(models.Model):
    """Who of ours, or of a partner, looks after an account, as what, and from when to when.

    At any moment an account has at most one responsible person: actions.assign holds the row of the account
    while it looks; the database guards the open end.
    """

    account_path = "account"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="coverage")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="coverage",
        verbose_name=_("person"),
    )  # fmt: skip
    outsider = models.CharField(_("name of an outsider"), max_length=200, blank=True)  # without a sign-in
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=choices.coverage_roles, default="responsible")
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)  # inclusive; None: until further notice
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()

    objects = CoverageQuerySet.as_manager()

    class Meta:
        ordering = ["account", "from_date", "pk"]
        indexes = [
            models.Index(fields=["person", "role", "account"], name="accounts_coverage_person"),
            models.Index(fields=["account", "role", "from_date"], name="accounts_coverage_account"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(role="responsible", to_date__isnull=True),
                name="accounts_coverage_one_responsible",
            ),
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="accounts_coverage_days",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, outsider="") | (Q(person__isnull=True) & ~Q(outsider="")),
                name="accounts_coverage_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role} {self.person_id or self.outsider}"


class Merge(models.Model):
    """Two accounts made one: what was moved, so that it can be moved back."""

    account_path = "survivor"
    is_internal = True

    survivor = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    moved = models.JSONField()  # {"accounts.contact": [pk, ...], ...} and what was overwritten
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.survivor_id}"


class Limits(models.Model):
    """How many accounts one person should be responsible for (SEL-21): past it we warn, and never block. One row."""

    kam_limit = models.PositiveSmallIntegerField(_("accounts of a key account manager"), default=3)
    seller_limit = models.PositiveSmallIntegerField(_("accounts of anybody else who sells"), default=25)
    broad_limit = models.PositiveSmallIntegerField(_("accounts of a broad portfolio"), default=30)
    broad = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("who has a broad portfolio")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="accounts_limits_one_row"),
            models.CheckConstraint(
                condition=Q(kam_limit__gte=1, seller_limit__gte=1, broad_limit__gte=1),
                name="accounts_limits_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kam_limit} {self.seller_limit} {self.broad_limit}"
