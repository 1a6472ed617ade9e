"""Forms of what serving costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kamerton.access.models import User
from kamerton.core import clock
from kamerton.portfolio.models.serving import drivers, kinds
from kamerton.web.account_forms import people
from kamerton.web.knowledge_forms import date_input


class RateForm(forms.Form):
    driver = forms.ChoiceField(label=_("activity"), choices=drivers)
    rate = forms.DecimalField(label=_("cost of one"), max_digits=14, decimal_places=2, min_value=Decimal(0))
    from_date = forms.DateField(label=_("from"), widget=date_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_date"].initial = clock.today().replace(month=1, day=1)


class CostForm(forms.Form):
    kind = forms.ChoiceField(label=_("kind"), choices=kinds, initial="service")
    amount = forms.DecimalField(
        label=_("amount"), max_digits=14, decimal_places=2, min_value=Decimal("0.01"),
        help_text=_("In the company's currency."),
    )  # fmt: skip
    on = forms.DateField(label=_("on"), widget=date_input())
    what = forms.CharField(label=_("what for"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today()


class PersonCostForm(CostForm):
    person = forms.ModelChoiceField(label=_("person"), queryset=User.objects.none())
    field_order = ("person", "kind", "amount", "on", "what")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people()  # type: ignore[attr-defined]
        self.fields["person"].label_from_instance = lambda each: each.display_name  # type: ignore[attr-defined]
        self.fields["kind"].initial = "people"
