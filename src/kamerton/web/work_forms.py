"""The forms of tasks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.web import edits
from kamerton.web.work_fields import AccountField, Checklist, ContactField, Day, PersonField, contacts_of
from kamerton.work import choices, queries
from kamerton.work.models import Task

#: What stands open in the form; the rest folds.
MAIN = ("title", "account", "due_on", "owner")


class TaskFields(forms.Form):
    title = forms.CharField(label=_("What is to be done"), max_length=300)
    due_on = Day(label=_("Due on"), required=False)
    text = forms.CharField(label=_("More"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    repeats = forms.ChoiceField(label=_("Repeats"), required=False, choices=choices.recurrences)
    checklist = Checklist()

    @property
    def main(self) -> list[forms.BoundField]:
        return [self[name] for name in MAIN if name in self.fields]

    @property
    def rest(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in (*MAIN, "version")]

    @property
    def is_long(self) -> bool:
        """Whether something that folds is filled in, or wrong."""
        return any(bound.errors or bound.value() for bound in self.rest)


class EditFields(edits.Versioned, TaskFields):
    record: Task


def new_task(actor: User, day: dt.date, account: Account | None) -> type[TaskFields]:
    """The form of a task that `actor` writes down, about `account` where that is known already."""
    fields = _chosen(actor, day, account)
    people = queries.assignable(actor, day, account)
    if people.exclude(pk=actor.pk).exists():
        fields["owner"] = PersonField(
            people, label=_("Who does it"), required=False, empty_label=None, initial=actor.pk
        )
    return type("NewTask", (TaskFields,), fields)


def edit_task(actor: User, day: dt.date, task: Task) -> type[EditFields]:
    fields = _chosen(actor, day, task.account) | {"checklist": Checklist(before=task.checklist)}
    return type("EditTask", (EditFields,), fields)


def _chosen(actor: User, day: dt.date, account: Account | None) -> dict[str, Any]:
    """Accounts and contacts that `actor` may choose."""
    found: dict[str, Any] = {"account": AccountField(actor=actor, day=day, required=False, initial=account)}
    contacts = contacts_of(actor, account)
    if account is not None and contacts.exists():
        found["contact"] = ContactField(label=_("Contact"), queryset=contacts, required=False)
    return found


class Outcome(forms.Form):
    outcome = forms.CharField(label=_("What came of it"), max_length=300, required=False)


class PutOff(forms.Form):
    until = Day(label=_("Until"))
    reason = forms.CharField(label=_("Why"), max_length=200)


class HandTo(forms.Form):
    person = PersonField(label=_("To whom"))


class MoveTo(forms.Form):
    due_on = Day(label=_("Due on"))


class Why(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)
