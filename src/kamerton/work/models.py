"""What must be done, by whom, by when; what must be decided; what was asked of whom."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kamerton.access.models import OrgUnit
from kamerton.access.secrecy import Secrecy, secrecy_choices
from kamerton.accounts.models import Account, Contact
from kamerton.work import choices
from kamerton.work.report_models import ReportDue, ReportDuty  # noqa: F401 - models of this app

_USER = settings.AUTH_USER_MODEL


class Task(models.Model):
    """Something to do. Reached by its owner and author whatever the account; by others through the account."""

    account_path = "account"
    is_internal = True
    owner_paths = ("owner", "created_by")
    duty_paths = ("owner",)

    title = models.CharField(_("what"), max_length=300)
    text = models.TextField(_("more"), blank=True)
    owner = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="tasks", verbose_name=_("owner"))
    account = models.ForeignKey(
        Account,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="tasks",
        verbose_name=_("account"),
    )
    contact = models.ForeignKey(
        Contact,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="tasks",
        verbose_name=_("contact"),
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=choices.task_states, default="open")
    priority = models.PositiveSmallIntegerField(default=2)  # rules.priority: 1 key account, 2 any other
    origin = models.CharField(_("origin"), max_length=14, choices=choices.task_origins, default="own")
    origin_ref = models.CharField(max_length=120, blank=True)  # model:pk of what it came from
    checklist = models.JSONField(_("checklist"), default=list, blank=True)  # [{"text": str, "done": bool}]
    repeats = models.CharField(
        _("repeats"), max_length=12, choices=choices.recurrences, blank=True, default=""
    )
    repeats_day = models.PositiveSmallIntegerField(null=True, blank=True)  # of the month, as first set
    snoozed_until = models.DateField(_("put off until"), null=True, blank=True)
    snooze_reason = models.CharField(_("why it is put off"), max_length=200, blank=True)
    outcome = models.CharField(_("what came of it"), max_length=300, blank=True)
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["state", "priority", F("due_on").asc(nulls_last=True), "pk"]
        indexes = [
            models.Index(fields=["owner", "state", "due_on"], name="work_task_owner"),
            models.Index(fields=["account", "state"], name="work_task_account"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="work_task_titled"),
            models.CheckConstraint(
                condition=Q(snoozed_until__isnull=True) | ~Q(snooze_reason=""),
                name="work_task_snoozed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Request(models.Model):
    """Something asked of a department, with a day by which it is answered; then it goes up the line (RGT-04)."""

    account_path = "account"
    is_internal = True
    owner_paths = ("asked_by", "taken_by", "escalated_to", "unit__people", "unit__head")
    duty_paths = ("taken_by", "escalated_to", "unit__head")

    title = models.CharField(_("what"), max_length=300)
    text = models.TextField(_("more"), blank=True)
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="requests", verbose_name=_("department")
    )
    account = models.ForeignKey(
        Account,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="requests",
        verbose_name=_("account"),
    )
    asked_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="requests_made")
    on_behalf_of = models.ForeignKey(
        _USER,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("on behalf of"),
    )
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=10, choices=choices.request_states, default="open")
    priority = models.PositiveSmallIntegerField(default=2)
    taken_by = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.SET_NULL, related_name="requests_taken"
    )
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    escalated_to = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.SET_NULL, related_name="requests_escalated"
    )
    escalated_at = models.DateTimeField(null=True, blank=True)
    escalations = models.PositiveSmallIntegerField(default=0)  # steps up the line of report
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["priority", "due_on", "pk"]
        indexes = [models.Index(fields=["unit", "state", "due_on"], name="work_request_unit")]

    def __str__(self) -> str:
        return self.title


class Approval(models.Model):
    """A decision that somebody with authority must take. One mechanism for every kind (kinds.py)."""

    account_path = "account"
    is_internal = True
    owner_paths = ("asked_by", "steps__decider", "steps__decided_by")
    duty_paths = ("steps__decider",)

    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("what"), max_length=300)
    reason = models.TextField(_("reasons"))
    details = models.JSONField(default=dict, blank=True)  # what the kind shows beside the reasons
    subject = models.CharField(max_length=120, blank=True)  # model:pk that it is about
    account = models.ForeignKey(
        Account,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="approvals",
        verbose_name=_("account"),
    )
    asked_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="approvals_asked")
    asked_at = models.DateTimeField()
    due_on = models.DateField(_("due on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=choices.approval_states, default="waiting")
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["state", "kind", "asked_at"], name="work_approval_state")]

    def __str__(self) -> str:
        return self.title


class ApprovalStep(models.Model):
    """One decision of an approval; steps are taken in their order. A deputy decides by an absence order."""

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    decider = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="decisions")  # who is to decide
    state = models.CharField(max_length=10, choices=choices.approval_states, default="waiting")
    decided_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        ordering = ["approval", "order"]
        constraints = [models.UniqueConstraint(fields=["approval", "order"], name="work_step_order")]

    def __str__(self) -> str:
        return f"{self.approval_id} {self.order}"


class Consultation(models.Model):
    """A question about products, services or orders, or advice asked of a customer, and what came of it."""

    account_path = "account"
    secrecy_path = "secrecy"

    kind = models.CharField(_("kind"), max_length=10, choices=choices.consultation_kinds, default="asked_us")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="consultations")
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="consultations"
    )
    question = models.TextField(_("question, or what was shown"))
    asked_on = models.DateField(_("asked on"))
    advice = models.TextField(_("answer, or advice received"), blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    action = models.TextField(_("what was done"), blank=True)
    result = models.TextField(_("what came of it"), blank=True)
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    secrecy = models.PositiveSmallIntegerField(
        _("secrecy"), choices=secrecy_choices, default=Secrecy.INTERNAL
    )
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-asked_on", "-pk"]

    def __str__(self) -> str:
        return self.question[:80]


class Handover(models.Model):
    """An account goes from one person to another: what is open, whom to introduce. Its history stays (SEL-20)."""

    account_path = "account"
    is_internal = True
    owner_paths = ("giver", "receiver")

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="handovers")
    giver = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.PROTECT, related_name="handovers_given"
    )
    receiver = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="handovers_received")
    reason = models.CharField(_("reason"), max_length=14, choices=choices.handover_reasons)
    on = models.DateField(_("on"))  # from this day the receiver is responsible
    note = models.TextField(_("what the next one should know"), blank=True)
    introductions = models.JSONField(default=list, blank=True)  # [{"contact": pk, "name": str, "done": bool}]
    state = models.CharField(_("state"), max_length=6, choices=choices.handover_states, default="open")
    created_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="open"), name="work_handover_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.giver_id} -> {self.receiver_id}"


class ManagementDecision(models.Model):
    """What the management decided about purchasing and selling, for those who sell to read (RGT-02)."""

    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what was decided"))
    decided_on = models.DateField(_("decided on"))
    published_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["-decided_on", "-pk"]

    def __str__(self) -> str:
        return self.title


class ReadReceipt(models.Model):
    decision = models.ForeignKey(ManagementDecision, on_delete=models.CASCADE, related_name="receipts")
    reader = models.ForeignKey(_USER, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "reader"], name="work_receipt_once")]

    def __str__(self) -> str:
        return f"{self.reader_id} read {self.decision_id}"
