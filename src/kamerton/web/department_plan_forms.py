"""Forms of a department's targets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kamerton.access.models import OrgUnit, User
from kamerton.plans.models.department import FIRST_YEAR, LAST_YEAR
from kamerton.plans.rules.department import KINDS, Aim, Kind
from kamerton.web import edits
from kamerton.web.work_fields import PersonField


def _volume(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_digits=15, decimal_places=2, **more)


class AimForm(edits.Versioned, forms.Form):
    volume = _volume(_("Amount in the year"))
    clients = forms.IntegerField(label=_("Customers"), min_value=0, max_value=1_000_000)


class NewPlan(forms.Form):
    unit = forms.ModelChoiceField(label=_("Department"), queryset=OrgUnit.objects.none())
    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    retention_volume = _volume(
        _("Sales to customers we have"), help_text=_("Customers who bought before the year.")
    )
    retention_clients = forms.IntegerField(
        label=_("Customers who keep buying"), min_value=0, max_value=1_000_000
    )
    growth_volume = _volume(
        _("Sales to new customers"), help_text=_("Customers whose first purchase is in the year.")
    )
    growth_clients = forms.IntegerField(label=_("New customers"), min_value=0, max_value=1_000_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = OrgUnit.objects.order_by("name")  # type: ignore[attr-defined]

    @property
    def aims(self) -> dict[Kind, Aim]:
        told = self.cleaned_data
        return {kind: Aim(told[f"{kind}_volume"], told[f"{kind}_clients"]) for kind in KINDS}


class AddPerson(forms.Form):
    person = PersonField(label=_("Person"), queryset=User.objects.none())

    def __init__(self, *args: Any, among: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = among  # type: ignore[attr-defined]
