"""The forms beside one person of the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import choices
from kamerton.accounts.models import Contact


def _numbered(listed: Sequence[tuple[Any, object]]) -> list[tuple[str, object]]:
    return [(str(key), label) for key, label in listed]


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.display_name)


def _secrecies(actor: User) -> list[tuple[str, object]]:
    """Nobody writes what they could not read."""
    return [(str(value), word) for value, word in Secrecy.choices if value <= policy.clearance(actor)]


class _Form(forms.Form):
    def __init__(self, *args: Any, actor: User, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.contact = actor, contact
        if "secrecy" in self.fields:
            self.fields["secrecy"] = forms.TypedChoiceField(
                label=_("Secrecy"), choices=_secrecies(actor), coerce=int, initial=str(int(Secrecy.INTERNAL))
            )
        self.prepare()

    def prepare(self) -> None:
        """What a form needs of its contact."""

    def others(self, *, across: bool = False) -> Any:
        """Who else is there; `across`: of a VIP or opinion leader also those of other accounts."""
        wanted = Q(account=self.contact.account_id)
        if across and (self.contact.is_vip or self.contact.is_opinion_leader):
            wanted |= Q(is_vip=True) | Q(is_opinion_leader=True)
        there = Contact.objects.present().filter(wanted).exclude(pk=self.contact.pk)
        return policy.scope(there, self.actor, "accounts.view")


class LineForm(_Form):
    superior = PersonField(
        Contact.objects.none(), label=_("Reports to"), required=False, empty_label=_("nobody here")
    )

    def prepare(self) -> None:
        field = self.fields["superior"]
        field.queryset = self.others()  # type: ignore[attr-defined]
        field.initial = self.contact.reports_to_id


class RelationForm(_Form):
    kind = forms.ChoiceField(label=_("What this person is to another"), choices=choices.relation_kinds)
    to = PersonField(Contact.objects.none(), label=_("To whom"))
    strength = forms.TypedChoiceField(
        label=_("Strength"),
        coerce=int,
        initial="2",
        choices=[("1", _("Weak")), ("2", _("Usual")), ("3", _("Strong"))],
    )
    note = forms.CharField(label=_("How we know"), max_length=300, required=False)
    secrecy = forms.Field()

    def prepare(self) -> None:
        self.fields["to"].queryset = self.others(across=True)  # type: ignore[attr-defined]


class OpinionForm(_Form):
    support = forms.TypedChoiceField(
        label=_("Support"), coerce=int, initial="0", choices=lambda: _numbered(choices.supports())
    )
    influence = forms.TypedChoiceField(
        label=_("Influence, 1 to 5"),
        coerce=int,
        initial="3",
        choices=[(str(at), str(at)) for at in range(1, 6)],
    )
    why = forms.CharField(label=_("Why you think so"), max_length=300)
    secrecy = forms.Field()


class TieForm(_Form):
    person = PersonField(User.objects.none(), label=_("Who of ours"))
    depth = forms.ChoiceField(label=_("How well"), choices=choices.tie_depths, initial="brief")
    known_by_them = forms.BooleanField(label=_("They know this person too"), required=False, initial=True)

    def prepare(self) -> None:
        people = User.objects.filter(is_active=True, is_external=False).order_by(
            "last_name", "first_name", "username"
        )
        field = self.fields["person"]
        field.queryset = policy.scope(people, self.actor, "people.view")  # type: ignore[attr-defined]
        field.initial = self.actor.pk


class ChangeForm(_Form):
    what = forms.CharField(label=_("What is expected to change"), max_length=300)
    expected_on = forms.DateField(label=_("When"), widget=forms.DateInput(attrs={"type": "date"}))
    source = forms.CharField(label=_("How we know"), max_length=200, required=False)
    secrecy = forms.Field()


#: Act in the address -> form.
FORMS: dict[str, type[_Form]] = {
    "line": LineForm,
    "relate": RelationForm,
    "opinion": OpinionForm,
    "tie": TieForm,
    "change": ChangeForm,
}
