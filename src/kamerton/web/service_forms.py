"""Forms of what is promised to key accounts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kamerton.core import clock
from kamerton.portfolio.service_rules import PROMISES
from kamerton.web import edits
from kamerton.web.work_fields import Day


def _text(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class PackageForm(edits.Versioned, forms.Form):
    cost = forms.DecimalField(
        label=_("Cost a year"), max_digits=14, decimal_places=2, min_value=Decimal(0), required=False,
        help_text=_("In the company's currency. It stands in each proposal of a key account."),
    )  # fmt: skip
    resources = _text(_("Dedicated resources"))
    marketing = _text(_("Special treatment in marketing"))
    administrative = _text(_("Special treatment in administration"))
    service = _text(_("Special treatment in service"))


def value_field(key: str, label: Any) -> forms.FloatField:
    """A share is entered in per cent, days as they are."""
    if PROMISES[key].unit == "share":
        return forms.FloatField(label=label, min_value=0, max_value=100, help_text=_("In %."))
    return forms.FloatField(label=label, min_value=0, help_text=_("In days."))


def stored(key: str, entered: float) -> float:
    return entered / 100 if PROMISES[key].unit == "share" else entered


def shown(key: str, value: float) -> float:
    return round(value * 100, 4) if PROMISES[key].unit == "share" else value


class TargetForm(forms.Form):
    def __init__(self, *args: Any, key: str, target: float, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"] = value_field(key, _("Target"))
        self.fields["target"].initial = shown(key, target)


class ActualForm(forms.Form):
    on = Day(label=_("As of"))
    source = forms.CharField(label=_("Where it is from"), max_length=200)
    field_order = ("value", "on", "source")

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = value_field(key, _("Actual"))
        self.fields["on"].initial = clock.today()
        self.order_fields(self.field_order)
