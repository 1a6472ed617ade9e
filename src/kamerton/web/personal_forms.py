"""Forms over what is personal: nothing is kept without a basis, a purpose and a last day."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kamerton.accounts import choices


class PersonalNoteForm(forms.Form):
    text = forms.CharField(label=_("note"), widget=forms.Textarea(attrs={"rows": 4}))
    lawful_basis = forms.ChoiceField(label=_("lawful basis"), choices=[])
    purpose = forms.CharField(label=_("purpose"), max_length=200)
    keep_until = forms.DateField(
        label=_("keep until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["lawful_basis"].choices = [("", "–"), *choices.lawful_bases()]  # type: ignore[attr-defined]


class EraseForm(forms.Form):
    reason = forms.CharField(label=_("why"), max_length=300)
    sure = forms.BooleanField(label=_("I have seen what goes, and that it cannot be undone"))
