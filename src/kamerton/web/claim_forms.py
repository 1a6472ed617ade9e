"""The forms of claims. What stands open is what a telephone call tells; the rest folds."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kamerton.access.models import OrgUnit, User
from kamerton.access.secrecy import Secrecy, secrecy_choices
from kamerton.accounts.models import Account
from kamerton.service import choices, queries
from kamerton.service.models import Claim
from kamerton.web import edits
from kamerton.web.work_fields import AccountField, ContactField, Day, PersonField, contacts_of

_MAIN = ("account", "contact", "kind", "subject", "severity", "received_at")


def _area(label: Any, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=8000, widget=forms.Textarea(attrs={"rows": rows}), **more)


def _money(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, max_digits=14, decimal_places=2, min_value=Decimal(0), required=False, **more
    )


class Moment(forms.DateTimeField):
    """A day and an hour, typed or chosen in the browser's calendar."""

    def __init__(self, **kwargs: Any) -> None:
        shape = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=shape, **kwargs)


def kinds() -> list[tuple[str, str]]:
    return [(key, str(label)) for key, label in queries.kind_words().items()]


class ClaimFields(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=kinds)
    subject = forms.CharField(label=_("What is wrong"), max_length=200)
    severity = forms.TypedChoiceField(label=_("How grave"), choices=choices.severities, coerce=int, initial=2)
    text = _area(_("In detail"), required=False)
    channel = forms.ChoiceField(label=_("How it came"), choices=choices.claim_channels)
    reference = forms.CharField(label=_("Order or document"), max_length=120, required=False)
    product = forms.CharField(label=_("Product or family"), max_length=200, required=False)
    amount = _money(_("Amount claimed"))
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3)
    secrecy = forms.TypedChoiceField(
        label=_("Secrecy"), choices=secrecy_choices, coerce=int, initial=Secrecy.INTERNAL
    )

    @property
    def main(self) -> list[forms.BoundField]:
        return [self[name] for name in _MAIN if name in self.fields]

    @property
    def rest(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in (*_MAIN, "version")]

    @property
    def is_long(self) -> bool:
        return any(bound.errors for bound in self.rest)


class EditFields(edits.Versioned, ClaimFields):
    record: Claim


def new_claim(actor: User, day: dt.date, account: Account | None) -> type[ClaimFields]:
    fields: dict[str, Any] = {
        "account": AccountField(actor=actor, day=day, initial=account),
        "received_at": Moment(label=_("Received")),
        "owner": PersonField(
            label=_("Who sees to it"), required=False, empty_label=_("Who is responsible for the account")
        ),
    }
    return type("NewClaim", (ClaimFields,), fields | _contact(actor, account))


def edit_claim(actor: User, claim: Claim) -> type[EditFields]:
    return type("EditClaim", (EditFields,), _contact(actor, claim.account))


def _contact(actor: User, account: Account | None) -> dict[str, Any]:
    rows = contacts_of(actor, account)
    if account is None or not rows.exists():
        return {}
    return {"contact": ContactField(label=_("Who complained"), queryset=rows, required=False)}


class Answer(forms.Form):
    text = _area(_("What the customer was told"), rows=4)


class Reason(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=300)


class HandTo(forms.Form):
    person = PersonField(label=_("To whom"))


class OutcomeFields(forms.Form):
    """All four are asked for (CLM-02)."""

    cause = forms.ChoiceField(label=_("Where it came from"), choices=lambda: [("", ""), *choices.causes()])
    cause_text = _area(_("Cause in words"), rows=2, required=False)
    solution = _area(_("Agreed solution, or why it is rejected"))
    satisfied = forms.ChoiceField(
        label=_("Is the customer satisfied"), choices=lambda: [("", ""), *choices.satisfactions()]
    )
    lesson = _area(
        _("Lesson"), rows=2, help_text=_("What we do differently. Not who it was. “None” is an answer too.")
    )
    credit = _money(_("Credit agreed"))

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credit"].help_text = currency


class AskDepartment(forms.Form):
    title = forms.CharField(label=_("What you ask for"), max_length=300)
    unit = forms.ModelChoiceField(label=_("Department"), queryset=OrgUnit.objects.none())
    due_on = Day(label=_("Needed by"))
    text = _area(_("More"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = OrgUnit.objects.exclude(kind="company").order_by("name")  # type: ignore[attr-defined]


class LogFields(forms.Form):
    what = forms.CharField(label=_("What happened"), max_length=300)
    loss = _money(_("Loss of money"), help_text=_("In the company's currency."))
    lesson = _area(_("Lesson"), required=False)


class TermsForm(forms.Form):
    acknowledge_hours = forms.IntegerField(
        label=_("Working hours to acknowledge"), min_value=1, max_value=200
    )
    key_acknowledge_hours = forms.IntegerField(label=_("The same, key accounts"), min_value=1, max_value=200)
    answer_days = forms.IntegerField(label=_("Working days to answer"), min_value=1, max_value=200)
    key_answer_days = forms.IntegerField(label=_("The same, key accounts"), min_value=1, max_value=200)
    settle_days = forms.IntegerField(label=_("Working days to settle"), min_value=1, max_value=400)
    key_settle_days = forms.IntegerField(label=_("The same, key accounts"), min_value=1, max_value=400)
    opens = forms.IntegerField(label=_("Work begins, hour"), min_value=0, max_value=23)
    closes = forms.IntegerField(label=_("Work ends, hour"), min_value=1, max_value=24)
    saturday = forms.BooleanField(label=_("Saturday is a working day"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = (kwargs.get("initial") or {}).get("words", {})
        for key, label in choices.claim_kinds():
            self.fields[f"word_{key}"] = forms.CharField(
                label=_("Instead of “%(kind)s”") % {"kind": label}, max_length=60, required=False,
                initial=words.get(key, ""),
            )  # fmt: skip

    @property
    def values(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        words = {key: told.pop(f"word_{key}", "").strip() for key, _label in choices.claim_kinds()}
        return told | {"words": {key: text for key, text in words.items() if text}}
