"""Forms of needs: one cell, a sheet of a template, a division, a note why not, an opportunity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kamerton.access.models import User
from kamerton.accounts import choices
from kamerton.accounts.models import Account
from kamerton.core import clock
from kamerton.portfolio import potential_rules as rules
from kamerton.portfolio import queries
from kamerton.portfolio.actions.potential import years_text
from kamerton.portfolio.models import Division
from kamerton.portfolio.models.potential import stages
from kamerton.web import edits
from kamerton.web.work_fields import Day, Offering, PersonField


def amount(label: Any = "", **more: Any) -> forms.DecimalField:
    """Below zero is refused by the action, in words about needs."""
    return forms.DecimalField(label=label, max_digits=16, decimal_places=2, **{"required": False, **more})


class _YearsWidget(forms.MultiWidget):
    template_name = "portfolio/years.html"

    def __init__(self, years: int) -> None:
        super().__init__([forms.NumberInput(attrs={"step": "any", "class": "form-control"})] * years)

    def decompress(self, value: str | None) -> list[Any]:
        years = len(self.widgets)
        return [*(value or "").split(), *[None] * years][:years]


class YearsField(forms.MultiValueField):
    """Need of the coming years as Estimate.years keeps it. Years without an end are left empty, none between."""

    default_error_messages = {"gap": _("Fill in the years from the first one on, without leaving one out.")}

    def __init__(self, *, years: int, **kwargs: Any) -> None:
        parts = [amount() for _at in range(years)]
        super().__init__(
            parts, widget=_YearsWidget(years), require_all_fields=False, **{"required": True, **kwargs}
        )

    def compress(self, data_list: Sequence[Decimal | None]) -> str:
        told = list(data_list)
        while told and told[-1] is None:
            told.pop()
        if not told or None in told:
            raise forms.ValidationError(self.error_messages["gap"], "gap")
        return years_text(each for each in told if each is not None)


class SaidFields(forms.Form):
    """Who said it, when, how sure."""

    dated = Day(label=_("as of"))
    source_kind = forms.ChoiceField(label=_("source"), choices=choices.fact_sources, required=False)
    source = forms.CharField(label=_("which source"), max_length=300, required=False)
    confidence = forms.ChoiceField(label=_("confidence"), choices=choices.confidences)
    note = forms.CharField(label=_("note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dated"].initial = self.fields["dated"].initial or clock.today()


class EstimateFields(SaidFields):
    years = YearsField(label=_("need of the coming years"), years=rules.MOST_YEARS)
    competitor = forms.CharField(label=_("competitor"), max_length=200, required=False)
    competitors = amount(_("competitors’ sales a year"))
    ours_typed = amount(
        _("our sales to the division a year"), help_text=_("The ledger knows the account only.")
    )
    price = amount(_("price they pay"))
    quantity = forms.DecimalField(label=_("quantity a year"), max_digits=15, decimal_places=3, required=False)
    unit = forms.CharField(label=_("unit"), max_length=20, required=False)
    satisfiable = forms.IntegerField(
        label=_("part that we can satisfy, %"), min_value=0, max_value=100, initial=100
    )

    field_order = (
        "years", "competitor", "competitors", "ours_typed", "price", "quantity", "unit", "satisfiable", "dated",
        "source_kind", "source", "confidence", "note",
    )  # fmt: skip


class EstimateForm(edits.Versioned, EstimateFields):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = len(self.record.needs)  # type: ignore[attr-defined]
        years = max(queries.profile().strategic_years, told)  # nothing that was said is cut off
        self.fields["years"] = YearsField(label=_("need of the coming years"), years=years)
        if self.record.division_id is None:  # type: ignore[attr-defined]
            del self.fields["ours_typed"]
        if self.record.pk is None:
            self.initial = {**self.initial, "dated": clock.today(), "confidence": "likely"}


def _years_to(most: int) -> list[tuple[int, str]]:
    return [(at, str(at)) for at in range(1, most + 1)]


class FamilyLine(forms.Form):
    """A line of a sheet; what is left empty is no line."""

    family = forms.CharField(label=_("Family"), max_length=200, required=False, widget=Offering())

    def __init__(
        self, *args: Any, offered: Sequence[str] = (), sold: Mapping[str, str] | None = None,
        years: int = rules.MOST_YEARS, **kwargs: Any,
    ) -> None:  # fmt: skip
        """`sold`: what we sell of each family, as text; it stands pale where the consumption goes.

        `years`: the horizon of the company.
        """
        super().__init__(*args, **kwargs)
        ours = (sold or {}).get(self.initial.get("family", ""))
        if ours and "now" in self.fields:
            self.fields["now"].widget.attrs["placeholder"] = ours
        if "from_year" in self.fields:
            self.fields["from_year"].choices = _years_to(years)  # type: ignore[attr-defined]
        widget = Offering(attrs={"maxlength": 200})
        widget.offered = list(offered)
        self.fields["family"].widget = widget
        for field in self.fields.values():
            choice = isinstance(field.widget, forms.Select)
            field.widget.attrs |= {
                "aria-label": field.label,
                "class": "form-select" if choice else "form-control",
            }


class FreeLine(FamilyLine):
    now = amount(_("Consumption a year"))
    growth = forms.DecimalField(label=_("Growth a year, %"), max_digits=7, decimal_places=2, required=False)


class ConstructionLine(FamilyLine):
    norm = forms.DecimalField(
        label=_("Amount for a unit built"), max_digits=14, decimal_places=4, required=False
    )
    hand_over_norm = forms.DecimalField(
        label=_("Amount for a unit handed over"), max_digits=14, decimal_places=4, required=False
    )


class ManufacturingLine(FamilyLine):
    kind = forms.ChoiceField(
        label=_("What"),
        choices=[
            ("equipment", _("Equipment")), ("plan", _("Production plan")), ("modernisation", _("Modernisation")),
        ],
    )  # fmt: skip
    what = forms.CharField(label=_("Name"), max_length=120, required=False)
    count = forms.DecimalField(label=_("How many a year"), max_digits=14, decimal_places=3, required=False)
    need = forms.DecimalField(label=_("Amount for one"), max_digits=14, decimal_places=4, required=False)
    from_year = forms.TypedChoiceField(
        label=_("From year"), coerce=int, choices=_years_to(rules.MOST_YEARS), initial=1,
    )  # fmt: skip

    field_order = ("kind", "what", "family", "count", "need", "from_year")

    def has_changed(self) -> bool:
        """Two choices always say something: a line is what was typed into it."""
        return bool({"what", "family", "count", "need"} & set(self.changed_data))


LINES: dict[str, type[FamilyLine]] = {
    "free": FreeLine, "construction": ConstructionLine, "manufacturing": ManufacturingLine,
}  # fmt: skip


def _division(account: Account) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=_("division"), queryset=Division.objects.filter(account=account), required=False,
        empty_label=_("Whole account"),
    )  # fmt: skip


class SheetForm(SaidFields):
    """The head of a sheet. `stands_on`: the newest estimate of the account when it was opened."""

    stands_on = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, account: Account, template: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.template = template
        company = queries.profile()
        self.sector_years = company.sector_years
        self.fields["confidence"].initial = "likely"
        self.fields["division"] = _division(account)
        if template == "construction":
            for name, label in (
                ("volume", _("Volume, year %(n)s")),
                ("hand_over", _("Hand-overs, year %(n)s")),
            ):
                for at in range(1, self.sector_years + 1):
                    self.fields[f"{name}_{at}"] = amount(label % {"n": at})
            self.fields["unit"] = forms.CharField(
                label=_("Unit of the volume"), max_length=20, required=False
            )
            self.fields["hand_over_unit"] = forms.CharField(
                label=_("Unit of the hand-overs"), max_length=20, required=False
            )
        else:
            self.fields["years"] = forms.TypedChoiceField(
                label=_("Years ahead"), coerce=int, initial=company.strategic_years,
                choices=_years_to(company.strategic_years),
            )  # fmt: skip

    @property
    def drivers(self) -> list[forms.BoundField]:
        """What the template asks besides lines, plan, source and day."""
        return [self[name] for name in ("division", "years") if name in self.fields]

    @property
    def plan_years(self) -> range:
        return range(1, self.sector_years + 1)

    @property
    def plan(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Construction: what is built and what is handed over, year by year, and the unit."""
        if self.template != "construction":
            return []
        rows = (("volume", "unit", _("Volume")), ("hand_over", "hand_over_unit", _("Hand-overs")))
        years = range(1, self.sector_years + 1)
        told = [(label, [self[f"{name}_{at}"] for at in years] + [self[unit]]) for name, unit, label in rows]
        for _label, bounds in told:
            for bound in bounds:
                bound.field.widget.attrs |= {"aria-label": bound.label, "class": "form-control"}
        return told

    @property
    def said(self) -> list[forms.BoundField]:
        return [self[name] for name in SaidFields.base_fields]

    def head(self) -> dict[str, Any]:
        """The part of the sheet's inputs that is no line."""
        told = self.cleaned_data
        if self.template != "construction":
            return {"years": told["years"]}
        years = range(1, self.sector_years + 1)
        return {
            "volumes": [_text(told[f"volume_{at}"]) for at in years],
            "hand_overs": [_text(told[f"hand_over_{at}"]) for at in years],
            "unit": told["unit"],
            "hand_over_unit": told["hand_over_unit"],
        }


def line_inputs(line: forms.Form) -> dict[str, Any]:
    return {name: _text(value) for name, value in line.cleaned_data.items()}


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return "" if value is None else str(value)


class DivisionFields(forms.Form):
    name = forms.CharField(
        label=_("name"), max_length=120, help_text=_("A plant, a site, a business unit that buys on its own.")
    )


class DivisionForm(edits.Versioned, DivisionFields):
    pass


class WhyNotForm(forms.Form):
    reason = forms.CharField(
        label=_("why not"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever looks here next is spared the same way."),
    )  # fmt: skip


class OpportunityFields(forms.Form):
    title = forms.CharField(label=_("what"), max_length=300)
    family = forms.CharField(label=_("product family"), max_length=200, widget=Offering())
    amount = amount(_("amount a year"), required=True)
    expected_on = Day(label=_("expected on"))
    owner = PersonField(label=_("owner"))
    stage = forms.ChoiceField(label=_("stage"), choices=stages, initial="found")
    note = forms.CharField(label=_("note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(
        self, *args: Any, account: Account, people: QuerySet[User], offered: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"] = _division(account)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        widget = Offering()
        widget.offered = list(offered)
        self.fields["family"].widget = widget


class NewOpportunity(OpportunityFields):
    step = forms.CharField(
        label=_("next step"), max_length=300, required=False, help_text=_("It becomes a task of the owner.")
    )
    step_due_on = Day(label=_("next step due on"), required=False)


class OpportunityForm(edits.Versioned, OpportunityFields):
    outcome = forms.CharField(label=_("why it was won or lost"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["division"] = self.record.division_id  # type: ignore[attr-defined]
