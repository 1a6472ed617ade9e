"""Who may sign in, where they stand in the company, and who stands in for whom."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kamerton.access.invitations import Invitation  # noqa: F401 - a model of this app
from kamerton.access.rights import ROLES, Role, breadth_choices, in_own_role, rights_of, role_choices


def unit_kinds() -> list[tuple[str, object]]:
    return [
        ("company", _("Company")),
        ("department", _("Department")),
        ("team", _("Team")),
        ("region", _("Region")),
    ]


def department_functions() -> list[tuple[str, object]]:
    """What a department does for key accounts: where a request to it is sent (TEAM-03)."""
    return [
        ("sales", _("Sales")),
        ("customer_service", _("Customer service")),
        ("technical_support", _("Technical support")),
        ("logistics", _("Logistics")),
        ("marketing", _("Marketing")),
        ("design", _("Design")),
        ("advertising", _("Advertising")),
        ("finance", _("Finance")),
        ("production", _("Production")),
        ("administration", _("Administration")),
    ]


class OrgUnit(models.Model):
    """A part of the company. The tree has no cycle: actions.save_unit sees to it."""

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=unit_kinds, default="department")
    function = models.CharField(_("function"), max_length=20, choices=department_functions, blank=True)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("part of"),
    )
    head = models.ForeignKey(
        "access.User",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="heads",
        verbose_name=_("head"),
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="access_unit_name_once"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(parent=None), name="access_unit_top_name_once"
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="access_unit_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name


class OwnRole(models.Model):
    """A role under a name of the company's own: copied from one of rights.ROLES, with another set of rights.

    Where a rule names a role (who decides, how many accounts), whoever holds this one counts as `base`.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    base = models.CharField(_("copied from"), max_length=40, choices=role_choices)
    breadth = models.CharField(_("reaches"), max_length=4, choices=breadth_choices, default="line")
    rights = models.JSONField(_("rights"), default=list)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def as_role(self) -> Role:
        return Role(self.name, in_own_role(self.rights), "all" if self.breadth == "all" else "line")


class User(AbstractUser):
    """A person of the supplier. What they may do follows from the role (rights.py, OwnRole), not from flags."""

    role = models.CharField(_("role"), max_length=40, choices=role_choices, default="reader")
    #: Takes the place of the rights of `role`, which is then its base.
    own_role = models.ForeignKey(
        OwnRole,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
        verbose_name=_("own role"),
    )
    language = models.CharField(_("language"), max_length=8, blank=True)
    title = models.CharField(_("title"), max_length=120, blank=True)  # as the company calls the post
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    spoken = models.JSONField(_("spoken languages"), default=list, blank=True)  # ISO 639-1 codes
    function = models.CharField(_("function"), max_length=20, choices=department_functions, blank=True)
    unit = models.ForeignKey(
        OrgUnit,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="people",
        verbose_name=_("unit"),
    )
    #: Empty: the head of the unit, or of the nearest unit above it that has one.
    reports_to = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reports",
        verbose_name=_("reports to"),
    )
    #: What the sales files call this person where that is not the name above (sellers.py).
    sales_name = models.CharField(_("name in sales files"), max_length=200, blank=True)
    is_external = models.BooleanField(_("external"), default=False)  # sees what is open, nothing internal
    leaving_on = models.DateField(
        _("leaves on"), null=True, blank=True
    )  # from the day it is said, no exports
    version = models.PositiveIntegerField(default=1)

    class Meta(AbstractUser.Meta):
        swappable = "AUTH_USER_MODEL"
        constraints = [
            models.CheckConstraint(
                condition=Q(reports_to__isnull=True) | ~Q(reports_to=F("id")),
                name="access_user_not_own_superior",
            )
        ]

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username

    @property
    def held_role(self) -> Role:
        """What the person may do and how far; one query where it is an own role that was not selected."""
        if self.own_role is not None:
            return self.own_role.as_role()
        return Role(
            self.role, rights_of(self.role), ROLES[self.role].breadth if self.role in ROLES else "line"
        )

    def get_role_display(self) -> str:  # type: ignore[no-redef]
        """In the company's own word where it has one."""
        return str(
            self.own_role.name
            if self.own_role is not None
            else dict(role_choices()).get(self.role, self.role)
        )


class Delegation(models.Model):
    """Rights and duties of somebody absent, passed to a substitute by an order, for days (ABS-01).

    Opens and closes by itself: whether it holds is asked of its dates, never stored.
    """

    order_number = models.CharField(_("number of the order"), max_length=60)
    absent = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="absences", verbose_name=_("absent person")
    )
    substitute = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="substitutions", verbose_name=_("substitute")
    )
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"))  # inclusive
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-from_date", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["order_number"], name="access_delegation_order_once"),
            models.CheckConstraint(condition=~Q(order_number=""), name="access_delegation_numbered"),
            models.CheckConstraint(condition=Q(to_date__gte=F("from_date")), name="access_delegation_days"),
            models.CheckConstraint(condition=~Q(absent=F("substitute")), name="access_delegation_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.order_number}: {self.absent_id} -> {self.substitute_id}"

    def holds_on(self, day: dt.date) -> bool:
        return self.revoked_at is None and self.from_date <= day <= self.to_date
