"""Forms over companies, their team and their contacts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from kamerton.access.models import User
from kamerton.accounts import choices, vocabulary
from kamerton.accounts.actions import companies, contacts
from kamerton.accounts.models import Account, Address, Contact, Industry
from kamerton.core import clock
from kamerton.exchange.values import language_of
from kamerton.web import country_words, edits, language_words
from kamerton.web.work_fields import AccountField

_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def people() -> Any:
    """Who can look after an account."""
    return User.objects.filter(is_active=True).order_by("first_name", "last_name", "username")


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.display_name)


class ListField(forms.CharField):
    """Words parted by commas <-> a list."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        return [word for each in (value or "").split(",") if (word := " ".join(each.split()))]


class LanguagesField(ListField):
    """Languages by their names, or their codes, in one of ours <-> a list of codes."""

    def __init__(self) -> None:
        super().__init__(
            label=_("languages"), required=False,
            help_text=_("Parted by commas, the preferred one first: Italian, English."),
        )  # fmt: skip

    def prepare_value(self, value: Any) -> Any:
        return language_words.names(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        return [language_of(word) or word for word in super().to_python(value)]


class CompanyForm(edits.Versioned, forms.ModelForm):
    """Everything that a person writes of an account."""

    class Meta:
        model = Account
        fields = companies.FIELDS

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"] = AccountField(
            actor=actor, day=clock.today(), right="accounts.view", whole=True, required=False,
            label=_("Parent company"), help_text=_("By its name or number."),
        )  # fmt: skip
        parent = self.instance.parent_id
        if parent and not self.fields["parent"].queryset.filter(pk=parent).exists():  # type: ignore[attr-defined]
            del self.fields["parent"]  # out of reach: it stays as it is, unnamed
        self.fields["country"] = country_words.field(self.instance.country)
        self.fields["description"].widget.attrs["rows"] = 4

    def _post_clean(self) -> None:
        """The action checks the row; the form must not write on it."""


class NewCompanyForm(forms.ModelForm):
    """As few fields as say who it is; fits a phone."""

    tags = ListField(label=_("tags"), required=False, help_text=_("Parted by commas."))

    class Meta:
        model = Account
        fields = ("name", "stage", "newcomer_kind", "industry", "segment", "country", "website", "email",
                  "phone", "tax_number", "description")  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = [pair for pair in choices.account_stages() if pair[0] != "former"]  # type: ignore[attr-defined]
        self.fields["stage"].initial = "prospect"
        self.fields["country"] = country_words.field()
        self.fields["description"].widget.attrs["rows"] = 3

    def _post_clean(self) -> None:
        """The action checks the row."""


class AddressForm(forms.ModelForm):
    class Meta:
        model = Address
        fields = companies.ADDRESS_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["street"].widget.attrs["rows"] = 2
        self.fields["country"] = country_words.field(self.instance.country)

    def _post_clean(self) -> None:
        """The action checks the row."""


class ExternalIdForm(forms.Form):
    system = forms.CharField(label=_("system"), max_length=40, help_text=_("For example crm or erp."))
    value = forms.CharField(label=_("number there"), max_length=500)


class TagForm(forms.Form):
    tags = ListField(label=_("tags"), help_text=_("Parted by commas."))


class AssignForm(forms.Form):
    """Who becomes responsible, and from when."""

    person = PersonField(queryset=User.objects.none(), label=_("responsible person"))
    from_date = forms.DateField(label=_("from"), widget=_DATE)
    to_date = forms.DateField(label=_("to"), widget=_DATE, required=False)
    guided = forms.BooleanField(
        label=_("begin a guided hand-over"),
        help_text=_("What is open, whom to introduce and a briefing pack; whoever gives gets a task."),
        initial=True,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people().filter(is_external=False)  # type: ignore[attr-defined]


class BulkAssignForm(AssignForm):
    to_date = None  # type: ignore[assignment]


class MemberForm(forms.Form):
    """Somebody of ours, or an outsider by name."""

    role = forms.ChoiceField(label=_("part in the team"))
    person = PersonField(queryset=User.objects.none(), label=_("person"), required=False)
    outsider = forms.CharField(label=_("or an outsider's name"), max_length=200, required=False)
    organisation = forms.CharField(label=_("organisation"), max_length=200, required=False)
    from_date = forms.DateField(label=_("from"), widget=_DATE)
    to_date = forms.DateField(label=_("to"), widget=_DATE, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people()  # type: ignore[attr-defined]
        self.fields["role"].choices = [pair for pair in choices.coverage_roles() if pair[0] != "responsible"]  # type: ignore[attr-defined]


class LimitsForm(forms.Form):
    kam_limit = forms.IntegerField(
        label=_("accounts of a key account manager"), min_value=1, max_value=10_000
    )
    seller_limit = forms.IntegerField(
        label=_("accounts of anybody else who sells"), min_value=1, max_value=10_000
    )
    broad_limit = forms.IntegerField(label=_("accounts of a broad portfolio"), min_value=1, max_value=10_000)
    broad = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(), required=False, label=_("who has a broad portfolio"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["broad"].queryset = people()  # type: ignore[attr-defined]
        self.fields["broad"].label_from_instance = lambda person: person.display_name  # type: ignore[attr-defined]


class IndustryForm(edits.Versioned, forms.ModelForm):
    """`terms` as lines "term: what it means"."""

    terms = forms.CharField(
        label=_("terms"), required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line: the term, a colon, what it means."),
    )  # fmt: skip
    pack = forms.ChoiceField(label=_("vocabulary"), required=False)

    class Meta:
        model = Industry
        fields = ("name", "pack", "description", "terms")

    def __init__(
        self, *args: Any, record: Industry, packs: Iterable[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, record=record, **kwargs)
        self.fields["pack"].choices = [("", _("None")), *packs]  # type: ignore[attr-defined]
        self.fields["description"].widget.attrs["rows"] = 5
        self.initial["terms"] = "\n".join(f"{term}: {text}" for term, text in record.terms.items())

    def clean_terms(self) -> dict[str, str]:
        pairs = (line.partition(":") for line in self.cleaned_data["terms"].splitlines() if line.strip())
        return {term.strip(): text.strip() for term, _colon, text in pairs if term.strip()}

    def _post_clean(self) -> None:
        """The action checks the row."""


class ContactForm(edits.Versioned, forms.ModelForm):
    """Everything that is written of a contact; reports_to is one of the same account."""

    decision_roles = forms.MultipleChoiceField(
        label=_("part in decisions"), required=False, widget=forms.CheckboxSelectMultiple
    )
    languages = LanguagesField()

    class Meta:
        model = Contact
        fields = contacts.FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contact = cast("Contact", self.record)
        self.fields["decision_roles"].choices = choices.decision_roles()  # type: ignore[attr-defined]
        others = Contact.objects.filter(account=contact.account_id).present().exclude(pk=contact.pk)
        self.fields["reports_to"].queryset = others  # type: ignore[attr-defined]
        self.fields["long_term_plan"].widget.attrs["rows"] = 3
        self.fields["is_found"].label = _("We know who it is")

    def _post_clean(self) -> None:
        """The action checks the row."""


class QuickContactForm(forms.ModelForm):
    """The few fields that fit a phone; the rest when it is known."""

    languages = LanguagesField()

    class Meta:
        model = Contact
        fields = ("name", "is_found", "post", "function", "level", "email", "phone", "mobile", "languages")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_found"].label = _("We know who it is")

    def _post_clean(self) -> None:
        """The action checks the row."""


class PickAccountForm(forms.Form):
    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"] = AccountField(
            actor=actor,
            day=clock.today(),
            right="accounts.view",
            whole=True,
            help_text=_("By its name or number."),
        )


class LeaveForm(forms.Form):
    on = forms.DateField(label=_("last day there"), widget=_DATE)


class InteractionForm(forms.Form):
    kind = forms.ChoiceField(label=_("kind"), choices=choices.interaction_kinds)
    on = forms.DateField(label=_("on"), widget=_DATE)
    summary = forms.CharField(label=_("about"), max_length=300, required=False)
    from_them = forms.BooleanField(label=_("They began it"), required=False)
    in_depth = forms.BooleanField(label=_("It went into depth"), required=False)

    def __init__(self, *told: Any, about: Account, **more: Any) -> None:
        super().__init__(*told, **more)
        self.fields["kind"] = forms.ChoiceField(
            label=self.fields["kind"].label, choices=vocabulary.interaction_kinds(about)
        )


class TerritoryForm(forms.Form):
    territory = forms.CharField(label=_("territory"), max_length=120, required=False)


class MarkForm(forms.Form):
    mark = forms.ChoiceField(
        label=_("mark"),
        choices=[
            ("is_vip", _("VIP")),
            ("is_opinion_leader", _("Opinion leader")),
            ("is_helper", _("Helps us")),
        ],
    )
    on = forms.TypedChoiceField(
        label=_("set or take away"),
        coerce=lambda value: value == "1",
        choices=[("1", _("Set")), ("0", _("Take away"))],
    )
