"""Forms of the programme."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kamerton.core import clock
from kamerton.portfolio.models import ProgrammeItem
from kamerton.portfolio.models.programme import practices, sides
from kamerton.portfolio.programme_measures import NAMES
from kamerton.web.work_fields import Day, PersonField


def _text(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


def _measure() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Followed by"), required=False, choices=lambda: [("", _("No figure")), *NAMES.items()],
        help_text=_("Its value of today is kept and compared with later ones."),
    )  # fmt: skip


class ConditionForm(forms.Form):
    is_met = forms.BooleanField(label=_("It is met"), required=False)
    note = _text(_("How we know"), _("What was decided, by whom, where it stands."))


class AdvantageForm(forms.Form):
    note = _text(_("Evidence"), _("What has changed since, with an example."))
    measure = _measure()
    is_met = forms.BooleanField(label=_("We have this advantage"), required=False)


class RiskForm(forms.Form):
    owner = PersonField(label=_("Who watches it"), required=False)
    measure = _measure()
    note = _text(_("What we do against it"), _("Say what is done, not what is wished."))
    is_met = forms.BooleanField(label=_("It is dealt with"), required=False)


class PracticeForm(forms.Form):
    stands = forms.ChoiceField(
        label=_("Where we stand"), required=False, choices=lambda: [("", _("Nobody has said")), *practices()]
    )
    note = _text(_("Why"), _("What one would see on a day of work."))


FORMS: dict[str, type[forms.Form]] = {
    "condition": ConditionForm, "advantage": AdvantageForm, "risk": RiskForm, "practice": PracticeForm,
}  # fmt: skip


def row_form(area: str, item: ProgrammeItem | None, usual: str, data: Any) -> forms.Form:
    """What was said, ready to be changed; the figure that fits best where nobody has chosen one."""
    told = FORMS[area]
    initial = {name: getattr(item, name) for name in told.base_fields} if item else {"measure": usual}
    return told(data, initial=initial)


class SponsorForm(forms.Form):
    sponsor = PersonField(label=_("Sponsor"), required=False, help_text=_("Somebody of the top management."))


class LineForm(forms.Form):
    side = forms.ChoiceField(label=_("Side"), choices=sides)
    what = forms.CharField(label=_("What"), max_length=200)
    amount = forms.DecimalField(
        label=_("Amount a year"), max_digits=14, decimal_places=2, min_value=Decimal("0.01"),
        help_text=_("In the company's currency."),
    )  # fmt: skip
    said_by = forms.CharField(label=_("Who says so"), max_length=200)
    on = Day(label=_("As of"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today()


class WhyForm(forms.Form):
    why = forms.CharField(label=_("Why we should"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
