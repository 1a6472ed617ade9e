"""Forms of projects."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account, Contact
from kamerton.core import clock
from kamerton.plans.models import levels
from kamerton.web import edits
from kamerton.web.work_fields import ContactField, Day, PersonField


def _long(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=5000, widget=forms.Textarea(attrs={"rows": 4}), **more)


def _amount(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=15, decimal_places=2, **more)


_VISION = _("What you want to reach with this customer, in words that the team can follow.")


class NewProject(forms.Form):
    contact = ContactField(
        label=_("Person"), queryset=Contact.objects.none(), required=False, empty_label=_("The account as a whole")
    )  # fmt: skip
    title = forms.CharField(label=_("Project"), max_length=200)
    leader = PersonField(label=_("Leader"), queryset=User.objects.none())
    vision = _long(_("The leader's vision"), required=False, help_text=_VISION)

    def __init__(self, *args: Any, account: Account, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = policy.scope(account.contacts.present().filter(is_found=True), actor, "accounts.view")
        self.fields["contact"].queryset = people.order_by("name")  # type: ignore[attr-defined]
        may = policy.can(actor, "work.assign")
        everybody = may and actor.held_role.breadth == "all"
        inside = User.objects.filter(is_active=True, is_external=False)
        leaders = (
            inside if everybody else inside.filter(pk__in={actor.pk, *(policy.below(actor) if may else ())})
        )
        self.fields["leader"].queryset = leaders.order_by("first_name", "last_name", "username")  # type: ignore[attr-defined]


class ProjectForm(edits.Versioned, forms.Form):
    title = forms.CharField(label=_("Project"), max_length=200)
    vision = _long(_("The leader's vision"), required=False, help_text=_VISION)


class SettleForm(forms.Form):
    superior = PersonField(label=_("Together with"), queryset=User.objects.none())
    on = Day(label=_("On"))
    text = _long(_("What was settled"))

    def __init__(self, *args: Any, above: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = User.objects.filter(pk__in=[each.pk for each in above])
        self.fields["superior"].queryset = found.order_by("first_name", "username")  # type: ignore[attr-defined]
        self.fields["superior"].initial = above[0].pk if above else None
        self.fields["on"].initial = clock.today()


class GoalsForm(forms.Form):
    goals = _long(_("Goals"))
    why = forms.CharField(label=_("Why"), max_length=300)


class CloseForm(forms.Form):
    outcome = _long(_("What came of it"))
    dropped = forms.BooleanField(label=_("It was given up"), required=False)


class LevelForm(forms.Form):
    level = forms.TypedChoiceField(label=_("Level"), choices=levels, coerce=int)
    why = forms.CharField(label=_("Why"), max_length=300)


class LeaderForm(forms.Form):
    leader = PersonField(label=_("Leader"))
    why = forms.CharField(label=_("Why"), max_length=300)


class CheckInForm(forms.Form):
    on = Day(label=_("On"))
    note = _long(_("What was said"))


class BudgetForm(forms.Form):
    budget = _amount(_("Budget"), min_value=0)
    purpose = forms.CharField(label=_("What the budget is for"), max_length=300)


class SpendForm(forms.Form):
    what = forms.CharField(label=_("What for"), max_length=200)
    amount = _amount(_("Amount"), min_value=0)
    on = Day(label=_("On"))


class AutonomyForm(edits.Versioned, forms.Form):
    days_1 = forms.IntegerField(label=_("Days between check-ins at D1"), min_value=1, max_value=366)
    days_2 = forms.IntegerField(label=_("Days between check-ins at D2"), min_value=1, max_value=366)
    days_3 = forms.IntegerField(label=_("Days between check-ins at D3"), min_value=1, max_value=366)
    days_4 = forms.IntegerField(label=_("Days between check-ins at D4"), min_value=1, max_value=366)
    expected = forms.TypedChoiceField(label=_("Level that is expected"), choices=levels, coerce=int)
    months = forms.IntegerField(label=_("Months in which it is expected"), min_value=1, max_value=60)
