"""Fields of the forms of work: an account by its name, people by theirs, days by the browser's own calendar."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account, Contact
from kamerton.work import queries

_OFFERED = 200
_NUMBERED = re.compile(r"^(?P<name>.*) \((?P<number>[^()]+)\)$")


class Day(forms.DateField):
    """A day, typed or chosen in the browser's calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)


class PersonField(forms.ModelChoiceField):
    def __init__(self, queryset: QuerySet[User] | None = None, **kwargs: Any) -> None:
        people = User.objects.filter(is_active=True, is_external=False) if queryset is None else queryset
        super().__init__(queryset=people.order_by("first_name", "last_name", "username"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.display_name)


class ContactField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.display_name)


class Offering(forms.TextInput):
    """A line of text with what it may be below it."""

    offered: list[str] = []

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        listed = f"{(attrs or {}).get('id', name)}-offered"
        line = super().render(name, value, {**(attrs or {}), "list": listed, "autocomplete": "off"}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((each,) for each in self.offered))
        return format_html('{}<datalist id="{}">{}</datalist>', line, listed, options)


class AccountField(forms.ModelChoiceField):
    """An account in reach, by name or number. A company may have 20,000: a choice of all would be none."""

    default_error_messages = {
        "unknown": gettext_lazy(
            "None of your accounts is called so. Type a part of its name, or its number."
        ),
        "several": gettext_lazy("Several accounts are called so: %(names)s."),
    }

    def __init__(
        self, *, actor: User, day: dt.date, right: str = "work.edit", whole: bool = False, **kwargs: Any
    ) -> None:
        """`whole`: a part of a name is not enough."""
        rows = policy.scope(Account.objects.current(), actor, right, on=day)
        kwargs.setdefault("label", gettext_lazy("Account"))
        super().__init__(queryset=rows, widget=Offering(), **kwargs)
        self.whole = whole
        own = queries.own_accounts(actor, day).order_by("name")[:_OFFERED]
        self.widget.offered = [shown(account) for account in own or rows.order_by("name")[:_OFFERED]]

    def label_from_instance(self, obj: Any) -> str:
        return shown(obj)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            value = Account.objects.filter(pk=value).first()
        return shown(value) if isinstance(value, Account) else value

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if isinstance(value, Account):
            return value
        text = str(value).replace("\x00", "").strip()
        told = _NUMBERED.match(text)
        found = self._exactly(told["number"] if told else text) or self._by_name(text)
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(shown(account) for account in found[:4])
            raise forms.ValidationError(self.error_messages["several"], "several", {"names": names})
        raise forms.ValidationError(self.error_messages["unknown"], "unknown")

    def _exactly(self, number: str) -> list[Account]:
        return list(self.queryset.filter(number=number)[:1])  # type: ignore[union-attr]

    def _by_name(self, text: str) -> list[Account]:
        same = list(self.queryset.filter(name__iexact=text)[:5])  # type: ignore[union-attr]
        if same or self.whole:
            return same
        return list(self.queryset.search(text).order_by("name")[:5])  # type: ignore[union-attr]

    def validate(self, value: Any) -> None:
        if self.required and value is None:
            raise forms.ValidationError(self.error_messages["required"], "required")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "")


def shown(account: Account) -> str:
    return f"{account.name} ({account.number})"


def contacts_of(actor: User, account: Account | None) -> QuerySet[Contact]:
    rows = Contact.objects.present().filter(account=account) if account else Contact.objects.none()
    return policy.scope(rows, actor, "accounts.view")


class Checklist(forms.CharField):
    """A line for each thing to tick; what was ticked stays so while its line stays."""

    def __init__(self, before: Sequence[dict[str, Any]] = (), **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Checklist"))
        kwargs.setdefault("help_text", gettext_lazy("A line for each thing to tick."))
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)
        self.before = before

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(item["text"] for item in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[dict[str, Any]]:
        ticked = {item["text"] for item in self.before if item["done"]}
        lines = [line.strip()[:200] for line in super().clean(value).splitlines() if line.strip()]
        return [{"text": line, "done": line in ticked} for line in lines[:50]]


def next_days(today: dt.date) -> list[tuple[dt.date, str]]:
    """To where something is put off with one press: tomorrow, next Monday, in two weeks."""
    monday = today + dt.timedelta(days=7 - today.weekday())
    told = [(today + dt.timedelta(days=1), _("Tomorrow")), (monday, _("Next Monday")),
            (today + dt.timedelta(days=14), _("In two weeks"))]  # fmt: skip
    return told[1:] if told[0][0] == monday else told
