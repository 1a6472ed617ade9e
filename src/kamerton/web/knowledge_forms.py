"""Forms over facts, needs, notes, files and movements of money."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import choices
from kamerton.accounts.models import Account, Contact, Fact
from kamerton.core import clock
from kamerton.core.models import Company
from kamerton.web import edits


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def secrecy_options(actor: User) -> list[tuple[int, Any]]:
    """The levels that this person could read afterwards."""
    return [(level.value, level.label) for level in Secrecy if level <= policy.clearance(actor)]


class _ContactField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.display_name)


def _contacts(actor: User, account: Account) -> Any:
    rows = Contact.objects.present().filter(account=account, erased_at=None)
    return policy.scope(rows, actor, "accounts.view").order_by("name", "pk")


def _no_longer(rows: Any) -> Any:
    return rows.order_by("-dated", "-pk")


class _Of(forms.Form):
    """A form about one account, for one person: levels and choices are what both allow."""

    def __init__(self, *args: Any, actor: User, account: Account | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["secrecy"].choices = secrecy_options(actor)  # type: ignore[attr-defined]
        if account is not None and "contact" in self.fields:
            self.fields["contact"].queryset = _contacts(actor, account)  # type: ignore[attr-defined]


def _secrecy_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("secrecy"), coerce=int, choices=list(Secrecy.choices), initial=Secrecy.INTERNAL.value,
        help_text=_("Reading what is secret leaves a trace."),
    )  # fmt: skip


class FactFields(_Of):
    topic = forms.ChoiceField(label=_("about"), choices=choices.fact_topics)
    statement = forms.CharField(label=_("statement"), widget=forms.Textarea(attrs={"rows": 3}))
    source_kind = forms.ChoiceField(
        label=_("source"), choices=choices.fact_sources, required=False,
        help_text=_("Without a source it is shown as an assumption."),
    )  # fmt: skip
    source = forms.CharField(label=_("which source"), max_length=300, required=False)
    dated = forms.DateField(label=_("as of"), widget=date_input())
    confidence = forms.ChoiceField(label=_("confidence"), choices=choices.confidences, initial="likely")
    secrecy = _secrecy_field()
    contact = _ContactField(label=_("about whom"), queryset=Contact.objects.none(), required=False)
    answers = forms.ModelChoiceField(
        label=_("answers the goal"), queryset=Fact.objects.none(), required=False,
        help_text=_("For a solution: the goal that it helps to reach."),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: User, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, account=account, **kwargs)
        goals = policy.scope(
            Fact.objects.current().filter(account=account, topic="goal"), actor, "accounts.view"
        )
        self.fields["answers"].queryset = _no_longer(goals)  # type: ignore[attr-defined]
        self.fields["dated"].initial = clock.today()


class FactForm(edits.Versioned, FactFields):
    """A correction: what is said now takes the place of what was said."""


class NeedFields(_Of):
    what = forms.CharField(label=_("need"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    family = forms.CharField(label=_("product family"), max_length=120, required=False)
    contact = _ContactField(label=_("said by"), queryset=Contact.objects.none(), required=False)
    source = forms.CharField(label=_("source"), max_length=200, required=False)
    raised_on = forms.DateField(label=_("raised on"), widget=date_input())
    state = forms.ChoiceField(label=_("state"), choices=choices.need_states, initial="open")
    answer = forms.CharField(label=_("our answer"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    secrecy = _secrecy_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["raised_on"].initial = clock.today()


class NeedForm(edits.Versioned, NeedFields):
    pass


class BudgetForm(_Of):
    where = forms.ChoiceField(label=_("where"), choices=[])
    level = forms.ChoiceField(label=_("level"), choices=choices.budget_levels)
    what = forms.CharField(label=_("what moves"), max_length=300)
    amount = forms.DecimalField(label=_("amount"), max_digits=16, decimal_places=2, required=False)
    currency = forms.CharField(label=_("currency"), max_length=3, required=False)
    on = forms.DateField(label=_("on"), widget=date_input())
    source = forms.CharField(label=_("source"), max_length=200, required=False)
    secrecy = _secrecy_field()

    def __init__(self, *args: Any, actor: User, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, account=account, **kwargs)
        where: list[tuple[str, Any]] = [("account", account.name)]
        if account.industry is not None:
            where.append(("industry", _("The whole trade: %(name)s") % {"name": account.industry.name}))
        self.fields["where"].choices = where  # type: ignore[attr-defined]
        self.fields["on"].initial = clock.today()
        company = Company.objects.filter(pk=1).first()
        self.fields["currency"].initial = company.currency if company else ""


class NoteFields(_Of):
    text = forms.CharField(
        label=_("text"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Name colleagues with an @, for example @anna.conti: they are told."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("kind"), choices=choices.note_kinds, initial="note")
    title = forms.CharField(label=_("title"), max_length=200, required=False)
    on = forms.DateField(label=_("on"), widget=date_input())
    contacts = forms.ModelMultipleChoiceField(
        label=_("contacts"), queryset=Contact.objects.none(), required=False,
        widget=forms.SelectMultiple(attrs={"size": 4}),
    )  # fmt: skip
    secrecy = _secrecy_field()

    def __init__(self, *args: Any, actor: User, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, account=account, **kwargs)
        self.fields["contacts"].queryset = _contacts(actor, account)  # type: ignore[attr-defined]
        self.fields["on"].initial = clock.today()


class NoteForm(NoteFields):
    """The composer: a note, a file, or both."""

    file = forms.FileField(label=_("file"), required=False, allow_empty_file=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not told.get("text", "").strip() and not told.get("file") and not self.errors:
            self.add_error("text", _("Write a line, or choose a file."))
        return told


class NoteEditForm(edits.Versioned, NoteFields):
    pass
