"""Forms of plans: the plan, a phase, its lines, objectives, activities, reviews, versions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import secrecy_choices
from kamerton.accounts.models import Account, Fact, Industry, Need
from kamerton.plans import choices
from kamerton.plans.models import Activity, Objective, Plan, PlanTemplate, Review
from kamerton.portfolio.models import Opportunity
from kamerton.web import edits
from kamerton.web.potential_forms import amount
from kamerton.web.work_fields import AccountField, ContactField, Day, PersonField, contacts_of


def _text(label: Any, rows: int = 3, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, **{"required": False, "max_length": 4000, **more})


def _secrecy() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("secrecy"), choices=secrecy_choices, coerce=int, initial=1,
        help_text=_("Only what is open goes into the edition for the customer."),
    )  # fmt: skip


class _OfPlan(forms.Form):
    """`actor`: who fills it in; `plan`: of which plan; `people`: who may own something."""

    def __init__(
        self, *args: Any, actor: User, plan: Plan, people: QuerySet[User] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.plan, fields = actor, plan, self.fields
        for name in ("contact", "agreed_with"):
            if name in fields:
                fields[name].queryset = contacts_of(actor, plan.account).order_by("name")  # type: ignore[attr-defined]
        for name in ("owner", "planned_owner", "person", "people"):
            if name in fields and people is not None:
                fields[name].queryset = people.order_by("first_name", "last_name", "username")  # type: ignore[attr-defined]


# --- the plan ------------------------------------------------------------------------------------------------------


class BeginForm(forms.Form):
    title = forms.CharField(label=_("title"), max_length=200)
    starts_on = Day(label=_("from"))
    ends_on = Day(label=_("until"))
    owner = PersonField(label=_("owner"))
    template = forms.ModelChoiceField(
        label=_("begin with a template"), queryset=PlanTemplate.objects.none(), required=False,
        help_text=_("Optional. What the system knows of the account is filled in anyway."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, actor: User, account: Account, people: QuerySet[User], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = people.order_by("first_name", "last_name", "username")
        rows = policy.scope(PlanTemplate.objects.all(), actor, "portfolio.view")
        fitting = (
            Q(account=account)
            | Q(account=None, industry=None)
            | Q(account=None, industry=account.industry_id)
        )
        template: Any = self.fields["template"]
        template.queryset = rows.filter(fitting)
        if not template.queryset.exists():
            del self.fields["template"]


class PlanFields(_OfPlan):
    title = forms.CharField(label=_("title"), max_length=200)
    owner = PersonField(label=_("owner"))
    starts_on = Day(label=_("from"))
    ends_on = Day(label=_("until"))


class PlanForm(edits.Versioned, PlanFields):
    pass


class IdentifyFields(_OfPlan):
    why = _text(
        _("why this account, and not others"), help_text=_("What makes it strategic against the others.")
    )
    potential = amount(_("potential a year"))
    compared = forms.ModelMultipleChoiceField(
        label=_("compared with"), queryset=Account.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, offered: QuerySet[Account], day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        compared: Any = self.fields["compared"]
        compared.queryset = offered
        compared.initial = [
            row.pk for row in offered if row.pk in set(self.plan.compared.values_list("pk", flat=True))
        ]
        self.fields["another"] = AccountField(
            actor=self.actor,
            day=day,
            right="accounts.view",
            required=False,
            label=_("and with another account"),
        )

    def accounts(self) -> list[Account]:
        told = list(self.cleaned_data["compared"])
        another = self.cleaned_data.get("another")
        return [*told, another] if another else told


class IdentifyForm(edits.Versioned, IdentifyFields):
    pass


class AgreementFields(_OfPlan):
    agreement = _text(_("agreement to aim at"), help_text=_("Which commercial agreement serves both."))
    effective = _text(_("how it is made to work"), help_text=_("What each side does so that it holds."))


class AgreementForm(edits.Versioned, AgreementFields):
    pass


class LoyaltyFields(_OfPlan):
    loyalty = _text(
        _("what makes them stay"),
        help_text=_("The loyalty plan of this account in a few words; its activities stand in the plan."),
    )


class LoyaltyForm(edits.Versioned, LoyaltyFields):
    pass


class OpportunitiesForm(forms.Form):
    opportunities = forms.ModelMultipleChoiceField(
        label=_("opportunities of the plan"), queryset=Opportunity.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, offered: QuerySet[Opportunity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["opportunities"]
        chosen.queryset = offered


class ReasonForm(forms.Form):
    reason = _text(_("why"), rows=2, max_length=1000, required=True)


class CloseForm(forms.Form):
    reason = _text(_("why you go on without"), rows=2, max_length=1000)


# --- lines ---------------------------------------------------------------------------------------------------------


class LineFields(_OfPlan):
    text = forms.CharField(label=_("what"), max_length=300)
    detail = _text(_("more"))
    state = forms.ChoiceField(label=_("state"), choices=choices.line_states, required=False)
    need = forms.ModelChoiceField(
        label=_("need that it answers"), queryset=Need.objects.none(), required=False
    )
    contact = ContactField(label=_("contact"), queryset=None, required=False)
    secrecy = _secrecy()

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = policy.scope(Need.objects.filter(account=self.plan.account), self.actor, "accounts.view")
        need: Any = self.fields["need"]
        need.queryset = rows
        if kind == "solution":
            need.required = True
            need.help_text = _("A solution without a need of the customer is not written down.")
        if kind not in choices.IDEAS:
            del self.fields["state"]
        if kind in choices.SWOT:
            del self.fields["text"], self.fields["need"], self.fields["contact"]
        elif kind == "interest" and getattr(self, "record", None) is not None and self.record.fact_id:  # type: ignore[attr-defined]
            self.fields["text"].required = False
        if not rows.exists() and kind != "solution" and "need" in self.fields:
            del self.fields["need"]


class LineForm(edits.Versioned, LineFields):
    pass


class FactsForm(forms.Form):
    facts = forms.ModelMultipleChoiceField(
        label=_("facts of the dossier"), queryset=Fact.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, offered: QuerySet[Fact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        facts: Any = self.fields["facts"]
        facts.queryset = offered
        facts.label_from_instance = lambda row: f"{row.get_topic_display()}: {row.statement}"


# --- objectives ----------------------------------------------------------------------------------------------------


class ObjectiveFields(_OfPlan):
    title = forms.CharField(label=_("what is to be reached"), max_length=300)
    kind = forms.ChoiceField(label=_("measured by"), choices=choices.objective_kinds)
    measure = forms.ChoiceField(
        label=_("figure"), choices=lambda: [("", "–"), *choices.measures()], required=False,
        help_text=_("For a figure: it fills in itself with every import."),
    )  # fmt: skip
    baseline = amount(_("where we begin"), help_text=_("Empty: where the newest figures stand."))
    target = amount(_("target"))
    unit = forms.CharField(label=_("counted in"), max_length=40, required=False, help_text=_("For a count."))
    due_on = Day(label=_("until"), help_text=_("Up to five years ahead."))
    agreed_with = ContactField(
        label=_("agreed with"), queryset=None, required=False, help_text=_("Without contact and day it is proposed."),
    )  # fmt: skip
    agreed_on = Day(label=_("agreed on"), required=False)
    secrecy = _secrecy()


class ObjectiveForm(edits.Versioned, ObjectiveFields):
    pass


class CountForm(forms.Form):
    value = amount(_("where we are"), required=True)
    on = Day(label=_("as of"))


class ReachForm(forms.Form):
    on = Day(label=_("reached on"), required=False, help_text=_("Empty: it is not reached."))


# --- activities ----------------------------------------------------------------------------------------------------


class ActivityFields(_OfPlan):
    title = forms.CharField(label=_("what is done"), max_length=300)
    planned_owner = PersonField(label=_("owner"))
    planned_on = Day(label=_("done by"), required=False)
    days = forms.IntegerField(label=_("working days it takes"), min_value=1, max_value=400, initial=1)
    not_before = Day(label=_("not before"), required=False)
    stream = forms.ChoiceField(label=_("part of"), choices=choices.streams)
    objective = forms.ModelChoiceField(label=_("towards"), queryset=Objective.objects.none(), required=False)
    budget = amount(_("budget"))
    detail = _text(_("more"), rows=2)
    secrecy = _secrecy()
    after = forms.ModelMultipleChoiceField(
        label=_("only after"), queryset=Activity.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clear, record = policy.clearance(self.actor), getattr(self, "record", None)
        objective: Any = self.fields["objective"]
        objective.queryset = self.plan.objectives.filter(secrecy__lte=clear)
        others = self.plan.activities.filter(secrecy__lte=clear)
        if record is not None:
            others = others.exclude(pk=record.pk)
            self.initial["after"] = list(record.after.values_list("pk", flat=True))
        after: Any = self.fields["after"]
        after.queryset = others
        if not others.exists():
            del self.fields["after"]


class ActivityForm(edits.Versioned, ActivityFields):
    pass


class ResourceForm(_OfPlan):
    kind = forms.ChoiceField(label=_("where from"), choices=choices.resource_kinds)
    person = PersonField(label=_("person of ours"), required=False)
    what = forms.CharField(label=_("who or what"), max_length=200, required=False)
    days = forms.IntegerField(label=_("working days"), min_value=0, max_value=400, required=False)
    cost = amount(_("cost"))


# --- living --------------------------------------------------------------------------------------------------------


class ReviewFields(_OfPlan):
    on = Day(label=_("on"))
    time = forms.TimeField(
        label=_("at"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    place = forms.CharField(label=_("where"), max_length=200, required=False)
    people = forms.ModelMultipleChoiceField(
        label=_("who takes part"),
        queryset=User.objects.none(),
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    agenda = _text(_("what is to be decided"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["people"]
        people.label_from_instance = lambda row: row.display_name


class ReviewForm(edits.Versioned, ReviewFields):
    pass


class MinutesForm(forms.Form):
    on = Day(label=_("held on"))
    minutes = _text(_("minutes"), rows=8, max_length=20000, required=True)


class VersionForm(forms.Form):
    reason = forms.CharField(label=_("why"), max_length=300)


class ApprovalForm(forms.Form):
    review = forms.ModelChoiceField(
        label=_("on the minutes of"), queryset=Review.objects.none(), help_text=_("A review that was held and minuted."),
    )  # fmt: skip
    reason = _text(_("why it should be approved"), max_length=300, required=True)

    def __init__(self, *args: Any, offered: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        review: Any = self.fields["review"]
        review.queryset = offered
        review.label_from_instance = lambda row: f"{row.on:%d.%m.%Y} · {row.minutes[:60]}"
        review.initial = offered.first()


class CommentForm(forms.Form):
    text = _text(
        _("comment"), rows=3, required=True, help_text=_("Name somebody with an @ and they are told.")
    )


class TemplateForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=120)
    of = forms.ChoiceField(
        label=_("for"),
        choices=[
            ("all", _("every account")),
            ("industry", _("accounts of its industry")),
            ("account", _("this account")),
        ],
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if account.industry_id is None:
            of: Any = self.fields["of"]
            of.choices = [pair for pair in of.choices if pair[0] != "industry"]

    def chosen(self, account: Account) -> dict[str, Account | Industry | None]:
        of = self.cleaned_data["of"]
        return {
            "industry": account.industry if of == "industry" else None,
            "account": account if of == "account" else None,
        }
