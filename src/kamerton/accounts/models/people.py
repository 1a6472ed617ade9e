"""Contacts, and the picture of who decides: relations, opinions, who of ours knows whom."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kamerton.access.secrecy import Secrecy, secrecy_choices
from kamerton.accounts import choices
from kamerton.accounts.models.companies import Account


class ContactQuerySet(models.QuerySet["Contact"]):
    def present(self) -> ContactQuerySet:
        """Who works there, as far as we know."""
        return self.filter(left_on=None, erased_at=None)

    def search(self, text: str) -> ContactQuerySet:
        found = self
        for word in text.casefold().split():
            found = found.filter(search_text__contains=word)
        return found


class Contact(models.Model):
    """A person at an account; or, with `is_found` False, a post whose holder we have not met yet."""

    account_path = "account"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=200, blank=True)  # "" only while is_found is False
    salutation = models.CharField(_("salutation"), max_length=40, blank=True)
    post = models.CharField(_("post"), max_length=200, blank=True)
    is_found = models.BooleanField(_("found"), default=True)
    function = models.CharField(_("function"), max_length=20, choices=choices.contact_functions, blank=True)
    level = models.CharField(_("level"), max_length=12, choices=choices.contact_levels, blank=True)
    decision_roles = models.JSONField(_("part in decisions"), default=list, blank=True)  # decision_roles keys
    reports_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports",
        verbose_name=_("reports to"),
    )  # fmt: skip
    languages = models.JSONField(_("languages"), default=list, blank=True)  # ISO 639-1, preferred first
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    mobile = models.CharField(_("mobile"), max_length=60, blank=True)
    territory = models.CharField(_("territory"), max_length=120, blank=True)
    is_vip = models.BooleanField(_("VIP"), default=False)
    is_opinion_leader = models.BooleanField(_("opinion leader"), default=False)
    is_helper = models.BooleanField(_("helps us"), default=False)  # REL-12: our network outside
    ladder_stage = models.PositiveSmallIntegerField(
        _("relationship"), choices=choices.ladder_stages, default=0
    )  # a copy: that of the latest finished assessment (accounts.ladder)
    long_term_plan = models.TextField(_("long-term plan for the relationship"), blank=True)  # REL-08
    x = models.FloatField(null=True, blank=True)  # place on the map, where somebody dragged it
    y = models.FloatField(null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    erased_at = models.DateTimeField(
        null=True
    )  # REL-15: the row stays so that history adds up, the person not
    search_text = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["account", "name"], name="accounts_contact_account"),
            models.Index(fields=["name", "id"], name="accounts_contact_name"),
            models.Index(fields=["email"], name="accounts_contact_email"),
            # Counts who is known at each account without reading the rows.
            models.Index(
                fields=["account", "id"],
                condition=Q(left_on__isnull=True, erased_at__isnull=True, is_found=True),
                name="accounts_contact_present",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") | Q(is_found=False) | Q(erased_at__isnull=False),
                name="accounts_contact_named",
            ),
            models.CheckConstraint(
                condition=Q(reports_to__isnull=True) | ~Q(reports_to=F("id")),
                name="accounts_contact_not_own_superior",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.post

    @property
    def display_name(self) -> str:
        if self.erased_at:
            return str(_("Erased person"))
        return self.name or str(_("Not found yet: %(post)s") % {"post": self.post or _("somebody")})


class Relation(models.Model):
    """What one contact is to another. It ends, it is not deleted: the map of a past day can be drawn."""

    account_path = "account"
    secrecy_path = "secrecy"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="relations")
    of = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="relations_from")
    to = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="relations_to")
    kind = models.CharField(_("kind"), max_length=12, choices=choices.relation_kinds, default="influences")
    strength = models.PositiveSmallIntegerField(
        _("strength"), default=2, validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    secrecy = models.PositiveSmallIntegerField(
        _("secrecy"), choices=secrecy_choices, default=Secrecy.INTERNAL
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["account", "ended_at"], name="accounts_relation_account")]
        constraints = [
            models.UniqueConstraint(
                fields=["of", "to", "kind"], condition=Q(ended_at__isnull=True), name="accounts_relation_once"
            ),
            models.CheckConstraint(condition=~Q(of=F("to")), name="accounts_relation_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.of_id} {self.kind} {self.to_id}"


class Opinion(models.Model):
    """How one of ours sees a contact. The latest of each rater counts; opinions are kept apart."""

    account_path = "contact__account"
    secrecy_path = "secrecy"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="opinions")
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    support = models.SmallIntegerField(_("support"), choices=choices.supports)
    influence = models.PositiveSmallIntegerField(
        _("influence"), default=3, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    note = models.CharField(_("why"), max_length=300, blank=True)
    secrecy = models.PositiveSmallIntegerField(
        _("secrecy"), choices=secrecy_choices, default=Secrecy.INTERNAL
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["contact", "rater", "at"], name="accounts_opinion_contact")]
        constraints = [
            models.CheckConstraint(
                condition=Q(support__gte=-2, support__lte=2, influence__gte=1, influence__lte=5),
                name="accounts_opinion_scales",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rater_id} of {self.contact_id}: {self.support}"


class Tie(models.Model):
    """How well one of ours knows a contact: the coverage that the map colours."""

    account_path = "contact__account"
    is_internal = True

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="ties")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ties")
    depth = models.CharField(_("how well"), max_length=8, choices=choices.tie_depths, default="brief")
    since = models.DateField(_("since"), null=True, blank=True)
    known_by_them = models.BooleanField(_("they know this person too"), default=True)

    class Meta:
        ordering = ["contact", "pk"]
        constraints = [models.UniqueConstraint(fields=["contact", "person"], name="accounts_tie_once")]

    def __str__(self) -> str:
        return f"{self.person_id} knows {self.contact_id}"


class Interaction(models.Model):
    """One contact that took place. Counted as information, never as an achievement (MGT-08)."""

    account_path = "account"
    is_internal = True

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="interactions")
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="interactions"
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=choices.interaction_kinds, default="call")
    on = models.DateField(_("on"))
    from_them = models.BooleanField(_("they began it"), default=False)
    in_depth = models.BooleanField(_("went into depth"), default=False)
    summary = models.CharField(_("about"), max_length=300, blank=True)
    #: model:pk of the visit or call in a room above that it follows; "" where it was written down here.
    origin_ref = models.CharField(max_length=80, blank=True, db_index=True)
    is_main = models.BooleanField(default=True)  # of several people met at once, the one that is counted
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [
            models.Index(fields=["account", "on"], name="accounts_interaction_account"),
            models.Index(fields=["contact", "on"], name="accounts_interaction_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class PowerChange(models.Model):
    """A change of power that is expected: who comes, goes or rises, and when (REL-05)."""

    account_path = "contact__account"
    secrecy_path = "secrecy"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="power_changes")
    expected_on = models.DateField(_("expected on"))
    what = models.CharField(_("what changes"), max_length=300)
    source = models.CharField(_("source"), max_length=200, blank=True)
    secrecy = models.PositiveSmallIntegerField(
        _("secrecy"), choices=secrecy_choices, default=Secrecy.INTERNAL
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)  # it happened, or will not

    class Meta:
        ordering = ["expected_on", "pk"]

    def __str__(self) -> str:
        return f"{self.expected_on}: {self.what}"


class ContactMerge(models.Model):
    """Two contacts made one. The row of the other is gone; `kept` is what it takes to part them again.

    {"merged", "was", "is": rows as serialized; "moved": {place: keys}, "dropped": rows, "told": by rooms above};
    {} once it is undone.
    """

    account_path = "survivor__account"
    is_internal = True

    survivor = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="merges")
    merged = models.BigIntegerField()  # the key it had, and has again when they are parted
    kept = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("merged contact")
        verbose_name_plural = _("merged contacts")

    def __str__(self) -> str:
        return f"{self.merged} into {self.survivor_id}"
