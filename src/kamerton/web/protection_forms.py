"""Forms of the plan against losing an account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kamerton.access.models import User
from kamerton.portfolio.models.protection import barrier_kinds, barrier_states
from kamerton.web import edits
from kamerton.web.work_fields import Day, PersonField


class BarrierForm(forms.Form):
    what = forms.CharField(
        label=_("What keeps competitors out"), max_length=300,
        help_text=_("From selling there, or even from appearing."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind"), choices=barrier_kinds)
    against = forms.CharField(label=_("Against which competitor"), max_length=200, required=False)
    owner = PersonField(label=_("Owner"))
    state = forms.ChoiceField(label=_("State"), choices=barrier_states)
    since = Day(label=_("Stands since"), required=False)
    evidence = forms.CharField(
        label=_("What shows it"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A barrier that stands is shown: a contract number, a stock list, a name."),
    )  # fmt: skip

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = people.order_by("first_name", "last_name", "username")


class BarrierEdit(edits.Versioned, BarrierForm):
    pass


class GoalEdit(edits.Versioned, forms.Form):
    goal = forms.CharField(
        label=_("What maximum loyalty means here"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What they buy only of us, what they tell others, what they ask us first."),
    )  # fmt: skip
