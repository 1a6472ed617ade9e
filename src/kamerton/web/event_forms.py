"""Forms over events, parts in them, presentations and acts of a contact."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import event_queries
from kamerton.accounts.actions import acts, events
from kamerton.accounts.models import Act, Contact, Event, Participation, Presentation
from kamerton.core import clock
from kamerton.web import edits
from kamerton.web.account_forms import PersonField, people
from kamerton.web.knowledge_forms import secrecy_options

_PEOPLE = ("invited_by", "accompanied_by", "follow_up_by", "speaker", "prepared_by", "answer_by")
_DAYS = ("starts_on", "ends_on", "invited_on", "follow_up_due", "due_on", "ready_on", "on", "answer_due")

#: Events that ended longer ago are not offered for many at once.
_OFFERED = dt.timedelta(days=365)


def _ours() -> Any:
    return people().filter(is_external=False)


class _Row(forms.ModelForm):
    """Days as days, people of ours as people; whoever has left meanwhile stays where they stand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in list(self.fields.items()):
            if name in _DAYS:
                field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            elif name in _PEOPLE:
                rows = _ours() | User.objects.filter(pk=getattr(self.instance, f"{name}_id"))
                self.fields[name] = PersonField(queryset=rows, label=field.label, required=False)

    def _post_clean(self) -> None:
        """The action checks the row; the form must not write on it."""


class EventForm(_Row):
    class Meta:
        model = Event
        fields = events.EVENT.fields

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].required = False
        self.fields["ends_on"].help_text = _("Empty: one day.")
        self.fields["note"].widget.attrs["rows"] = 3


class EventEditForm(edits.Versioned, EventForm):
    pass


class PartForm(_Row):
    class Meta:
        model = Participation
        fields = events.PART.fields

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["follow_up"].help_text = _(
            "What we do after the event. It becomes a task of whoever does it."
        )
        self.fields["attended"].widget.choices = [
            ("unknown", _("Nobody has said")), ("true", _("Yes")), ("false", _("No")),
        ]  # fmt: skip


class NewPartForm(PartForm):
    """From a contact: which event, then the rest."""

    event = forms.ModelChoiceField(label=_("event"), queryset=Event.objects.none())
    field_order = ("event",)

    def __init__(self, *args: Any, actor: User, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = Participation.objects.filter(contact=contact).values("event")
        rows = event_queries.events(actor).exclude(pk__in=there)
        self.fields["event"].queryset = rows.order_by("-starts_on", "-pk")  # type: ignore[attr-defined]
        self.fields["invited_by"].initial = actor.pk
        self.fields["invited_on"].initial = clock.today()


class PartEditForm(edits.Versioned, PartForm):
    pass


class _SpeakerField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.display_name}, {obj.account.name}"


class TalkForm(_Row):
    class Meta:
        model = Presentation
        fields = events.TALK.fields


class NewTalkForm(TalkForm):
    """By a contact who is on the event's list, or by one of ours."""

    contact = _SpeakerField(
        label=_("contact who speaks"), queryset=Contact.objects.none(), required=False,
        help_text=_("Somebody on the list of this event."),
    )  # fmt: skip
    field_order = ("title", "contact")

    def __init__(self, *args: Any, actor: User, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = event_queries.participations(actor).filter(event=event, contact__erased_at=None)
        rows = Contact.objects.filter(pk__in=parts.order_by().values("contact")).select_related("account")
        self.fields["contact"].queryset = rows.order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["prepared_by"].initial = actor.pk


class TalkEditForm(edits.Versioned, TalkForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.record.contact_id is not None:  # type: ignore[attr-defined]
            del self.fields["speaker"]


class ActForm(_Row):
    class Meta:
        model = Act
        fields = acts.ACT.fields

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [(level, label) for level, label in secrecy_options(actor) if level >= Secrecy.INTERNAL]
        self.fields["secrecy"] = forms.TypedChoiceField(
            label=_("secrecy"), coerce=int, choices=levels, initial=Secrecy.INTERNAL.value,
            help_text=_("Reading what is secret leaves a trace."),
        )  # fmt: skip
        self.fields["what"].help_text = _("What was recommended, preferred or said.")
        self.fields["competitor"].help_text = _("Only where it was for a competitor.")
        self.fields["answer"].help_text = _("What we do about it. It becomes a task of whoever does it.")
        self.fields["on"].initial = clock.today()


class ActEditForm(edits.Versioned, ActForm):
    pass


class ChooseEventForm(forms.Form):
    """For many contacts at once. Events belong to no account: whoever may write is offered all of the last year and ahead."""

    event = forms.ModelChoiceField(label=_("event"), queryset=Event.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        since = clock.today() - _OFFERED
        self.fields["event"].queryset = Event.objects.filter(ends_on__gte=since).order_by("-starts_on", "-pk")  # type: ignore[attr-defined]
