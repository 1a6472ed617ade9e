"""Forms over one record that two people may have open at once.

    form = ContactForm(request.POST or None, record=contact)
    if request.method == "POST" and edits.saved(form, partial(actions.edit, actor=…, contact=contact, now=…)):
        return redirect(…)
    return render(request, "…", {"form": form}, status=form.status)

The form carries the values that it was opened with (field `version`, signed). The action takes them as
`opened`, locks the record and calls core.concurrency. On a conflict the template's {% conflict form %} shows both
values of each field beside one another; the next save says which one stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.db.models import Model
from django.forms.models import BaseModelForm, ModelChoiceField
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.core import concurrency
from kamerton.core.concurrency import Conflict, Difference, Plain
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.web import formats
from kamerton.web.parts import Text

_SALT = "kamerton.web.edits"
_KEEP = "keep-"


@dataclass(frozen=True, slots=True)
class Clash:
    """A field in conflict, ready to show."""

    name: str  # of the radio that chooses
    label: Text
    base: str
    mine: str
    theirs: str


class Versioned:
    """Put before forms.Form or forms.ModelForm: Form(data, record=record)."""

    record: Model
    data: Any
    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def __init__(self, *args: Any, record: Model, **kwargs: Any) -> None:
        self.record = record
        self.conflict: Conflict | None = None
        if isinstance(self, BaseModelForm):
            kwargs["instance"] = record
        else:
            names = [name for name in self.base_fields if _is_field(record, name)]  # type: ignore[attr-defined]
            kwargs["initial"] = concurrency.values_of(record, names) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self._names = [name for name in self.fields if _is_field(record, name)]
        stored = concurrency.values_of(record, self._names)
        self._stored = {name: concurrency.plain(value) for name, value in stored.items()}
        self.fields["version"] = forms.CharField(
            widget=forms.HiddenInput, required=False, initial=signed(self._stored)
        )

    @property
    def opened(self) -> Mapping[str, Plain]:
        """The values that the form was opened with. Conflict where it does not say so (or another key signed it):

        then whatever differs from what is stored is for the person to choose.
        """
        told = self._told_version()
        if told is None:
            raise Conflict(
                Difference(name, self._stored[name], mine, self._stored[name])
                for name, mine in self.submitted.items()
                if concurrency.plain(mine) != self._stored[name]
            )
        return told

    def _told_version(self) -> dict[str, Plain] | None:
        try:
            told = signing.loads(self.cleaned_data.get("version") or "", salt=_SALT)
        except signing.BadSignature:
            return None
        return told if isinstance(told, dict) else None

    @property
    def submitted(self) -> dict[str, Any]:
        """What the person entered, without the fields in which the other one's value is to stay."""
        kept = {name for name in self._names if self.data.get(f"{_KEEP}{name}") == "theirs"}
        return {
            name: self.cleaned_data[name]
            for name in self._names
            if name not in kept and name in self.cleaned_data
        }

    @property
    def status(self) -> int:
        """Of the answer that shows this form: 200, 409 with a conflict, 422 with errors."""
        if self.conflict:
            return 409
        return 422 if self.is_bound and self.errors else 200  # type: ignore[attr-defined]

    def show(self, conflict: Conflict) -> None:
        """Show both values; from now on the form stands on what is stored now."""
        self.conflict = conflict
        stored = (
            self._stored
            | (self._told_version() or {})
            | {each.name: concurrency.plain(each.theirs) for each in conflict.differences}
        )
        self.data = self.data.copy()
        self.data["version"] = signed(stored)
        for each in conflict.differences:
            self.data.pop(f"{_KEEP}{each.name}", None)

    @property
    def clashes(self) -> list[Clash]:
        differences = self.conflict.differences if self.conflict else ()
        return [self._clash(each) for each in differences]

    def _clash(self, each: Difference) -> Clash:
        field = self.fields[each.name]
        shown = [_shown(field, value) for value in (each.base, each.mine, each.theirs)]
        return Clash(f"{_KEEP}{each.name}", field.label or each.name, *shown)

    @property
    def changed_by(self) -> str:
        """Who changed the record last, and when, where the trail knows. One query."""
        subject = f"{self.record._meta.label_lower}:{self.record.pk}"
        last = (
            AuditEntry.objects.filter(subject=subject).select_related("actor").order_by("-at", "-pk").first()
        )
        if last is None or last.actor is None:
            return ""
        told = {"person": last.actor.display_name, "moment": formats.moment(timezone.localtime(last.at))}
        return _("Last changed by %(person)s, %(moment)s.") % told


def saved(form: Any, act: Callable[..., object]) -> bool:
    """Whether act(opened=…, submitted=…) went through. Refusals become the form's errors, a conflict its choice."""
    if not form.is_valid():
        return False
    try:
        act(opened=form.opened, submitted=form.submitted)
    except Conflict as conflict:
        form.show(conflict)
    except Refused as reason:
        form.add_error(None, str(reason))
    else:
        return True
    return False


def _is_field(record: Model, name: str) -> bool:
    return name in {field.name for field in record._meta.get_fields() if getattr(field, "concrete", False)}


def signed(values: Mapping[str, Plain]) -> str:
    """What a form carries: the values that it was opened with."""
    return signing.dumps(dict(values), salt=_SALT, compress=True)


def _shown(field: forms.Field, value: Any) -> str:
    """A value as a person reads it: choices by their label, dates with the month's name."""
    if value is None or value in ("", []):
        return _("empty")
    if isinstance(field, ModelChoiceField):
        return _record_shown(field, value)
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field, forms.ChoiceField):
        values = value if isinstance(value, list) else [value]
        labels = dict(field.choices)  # type: ignore[arg-type]
        return ", ".join(str(labels.get(each, each)) for each in values)
    if isinstance(field, forms.DateField):
        return formats.date(field.to_python(value))
    return str(value)


def _record_shown(field: Any, value: Any) -> str:
    keys = [concurrency.plain(each) for each in (value if isinstance(value, list | tuple) else [value])]
    found = field.queryset.filter(pk__in=keys)
    return ", ".join(str(field.label_from_instance(each)) for each in found) or _("empty")
