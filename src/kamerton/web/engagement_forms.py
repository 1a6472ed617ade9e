"""Forms over a visit or call, over its outcome, and over what is agreed for a week."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import choices as account_choices
from kamerton.accounts.models import Account, Contact, Coverage
from kamerton.core import clock, concurrency
from kamerton.core.concurrency import Difference, Plain
from kamerton.engagements import choices
from kamerton.engagements.models import Engagement, WeekBrief
from kamerton.web import edits, formats
from kamerton.web.knowledge_forms import secrecy_options
from kamerton.web.work_fields import AccountField, Day, Offering, PersonField, contacts_of

_MINUTES = (15, 30, 45, 60, 90, 120, 180, 240, 480)
_AREA = forms.Textarea(attrs={"rows": 3})
_TIME = {"starts_at": _("begin"), "ends_at": _("end")}
#: Offered below the line; any other of the IANA's names is taken too.
_ZONES = (
    "Europe/London", "Europe/Paris", "Europe/Berlin", "Europe/Rome", "Europe/Warsaw", "Europe/Helsinki",
    "Europe/Kyiv", "Europe/Moscow", "Europe/Istanbul", "Asia/Dubai", "Asia/Almaty", "Asia/Shanghai", "America/New_York",
    "America/Chicago", "America/Los_Angeles", "America/Sao_Paulo", "UTC",
)  # fmt: skip
#: Offered below the line, anything else is taken too.
_PURPOSES = (
    _("Terms of sale"), _("Procedure of payment"), _("Offer"), _("Negotiation"), _("Delivery and service"), _("Claim"),
    _("Training"), _("First talk"), _("Renewal of the contract"),
)  # fmt: skip


def default_zone() -> str:
    return str(timezone.get_default_timezone())


class PeopleField(forms.ModelMultipleChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.CheckboxSelectMultiple, required=False, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.display_name)


class WhichAccountForm(forms.Form):
    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"] = AccountField(actor=actor, day=clock.today(), right="accounts.edit")


class OutcomeForm(forms.Form):
    """Two taps and a sentence."""

    outcome = forms.CharField(
        label=_("what came of it"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was said and agreed, for whoever goes there next."),
    )
    from_them = forms.BooleanField(label=_("they began it"), required=False)
    in_depth = forms.BooleanField(label=_("went into depth"), required=False)


class EngagementForm(edits.Versioned, forms.Form):
    """Day, begin and length as people say them; begin and end as moments in the time zone of the place."""

    purpose = forms.CharField(label=_("what it is for"), max_length=300, widget=Offering())
    place = forms.CharField(label=_("place"), max_length=200, required=False)
    day = Day(label=_("day"))
    at = forms.TimeField(label=_("from"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.TypedChoiceField(label=_("how long"), coerce=int)
    time_zone = forms.CharField(label=_("time zone of the place"), max_length=64, widget=Offering())
    channel = forms.ChoiceField(label=_("how"), choices=choices.channels, widget=forms.RadioSelect)
    contacts = PeopleField(queryset=Contact.objects.none(), label=_("whom we meet"))
    division = forms.CharField(label=_("division of the customer"), max_length=120, required=False)
    function = forms.ChoiceField(label=_("function of the customer"), required=False)
    helpers = forms.CharField(label=_("helpers from outside"), max_length=300, required=False)
    owner = PersonField(label=_("whose week"), queryset=User.objects.none())
    colleagues = PeopleField(queryset=User.objects.none(), label=_("who comes along"))
    questions = forms.CharField(
        label=_("what we ask"), required=False, widget=_AREA, help_text=_("One question a line.")
    )
    offers = forms.CharField(label=_("what we propose"), required=False, widget=_AREA)
    products = forms.CharField(label=_("what our products can do for them"), required=False, widget=_AREA)
    etiquette = forms.CharField(label=_("how to behave there"), required=False, widget=_AREA)
    is_informal = forms.BooleanField(label=_("informal"), required=False)
    is_unplanned = forms.BooleanField(
        label=_("outside the plan"),
        required=False,
        help_text=_("It takes nothing away from anybody: a contact is a contact."),
    )

    record: Engagement

    def __init__(self, *args: Any, actor: User, account: Account, **kwargs: Any) -> None:
        record: Engagement = kwargs["record"]
        kwargs["initial"] = (kwargs.get("initial") or {}) | _said(record)
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["function"].choices = [("", "–"), *account_choices.contact_functions()]
        fields["minutes"].choices = _lengths(record)
        fields["time_zone"].widget.offered = list(_ZONES)
        fields["purpose"].widget.offered = [str(each) for each in _PURPOSES]
        fields["contacts"].queryset = _contacts(actor, account, record)
        fields["colleagues"].queryset = _colleagues(account, record)
        fields["owner"].queryset = _owners(actor, record)
        if len(fields["owner"].queryset) < 2:
            fields["owner"].widget = forms.HiddenInput()
        self._keep_times(record)

    def _keep_times(self, record: Engagement) -> None:
        self._stored |= {name: concurrency.plain(getattr(record, name)) for name in _TIME}
        self.fields["version"].initial = edits.signed(self._stored)

    def clean_time_zone(self) -> str:
        told = str(self.cleaned_data["time_zone"]).strip()
        if told not in zoneinfo.available_timezones():
            raise forms.ValidationError(_("There is no such time zone. Choose one of the list."), "unknown")
        return told

    @property
    def submitted(self) -> dict[str, Any]:
        told = super().submitted
        zone = zoneinfo.ZoneInfo(self.cleaned_data["time_zone"])
        starts = dt.datetime.combine(self.cleaned_data["day"], self.cleaned_data["at"], zone)
        ends = starts.astimezone(dt.UTC) + dt.timedelta(minutes=self.cleaned_data["minutes"])
        both = {"starts_at": starts, "ends_at": ends}
        return told | {
            name: value for name, value in both.items() if self.data.get(f"keep-{name}") != "theirs"
        }

    @property
    def people(self) -> dict[str, list[Any]]:
        """Whom we meet and who comes along, for the action."""
        return {name: list(self.cleaned_data[name]) for name in ("contacts", "colleagues")}

    def _clash(self, each: Difference) -> edits.Clash:
        if each.name not in _TIME:
            return super()._clash(each)
        shown = [_moment(value, self.record) for value in (each.base, each.mine, each.theirs)]
        return edits.Clash(f"keep-{each.name}", _TIME[each.name], *shown)


class RecordForm(EngagementForm):
    """Of what took place already and was in no plan."""

    outcome = OutcomeForm.base_fields["outcome"]
    from_them = OutcomeForm.base_fields["from_them"]
    in_depth = OutcomeForm.base_fields["in_depth"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("is_unplanned", "questions", "offers", "products", "etiquette"):
            del self.fields[name]
            self._names.remove(name)


def _said(record: Engagement) -> dict[str, Any]:
    zone = zoneinfo.ZoneInfo(record.time_zone)
    told: dict[str, Any] = {
        "day": record.starts_at.astimezone(zone).date(), "at": record.starts_at.astimezone(zone).time(),
        "minutes": _length(record),
    }  # fmt: skip
    if record.pk:
        told["contacts"] = [each.pk for each in record.contacts.all()]
        told["colleagues"] = [each.person_id for each in record.companions.all()]
    return told


def _length(record: Engagement) -> int:
    return int((record.ends_at - record.starts_at).total_seconds() // 60)


def _lengths(record: Engagement) -> list[tuple[int, str]]:
    return [(each, length_words(each)) for each in sorted({*_MINUTES, _length(record)})]


def length_words(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    told = []
    if hours:
        told.append(ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": formats.number(hours)})
    if rest or not hours:
        told.append(ngettext("%(n)s minute", "%(n)s minutes", rest) % {"n": formats.number(rest)})
    return " ".join(told)


def _moment(value: Plain | dt.datetime, record: Engagement) -> str:
    found = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    zone = zoneinfo.ZoneInfo(record.time_zone)
    return formats.moment(found.astimezone(zone)) if isinstance(found, dt.datetime) else ""


def _contacts(actor: User, account: Account, record: Engagement) -> Any:
    """Who is there, and whoever was met and has left since."""
    there = contacts_of(actor, account).filter(is_found=True)
    before = record.contacts.values("pk") if record.pk else Contact.objects.none().values("pk")
    return (there | policy.scope(Contact.objects.filter(pk__in=before), actor, "accounts.view")).distinct()


def _colleagues(account: Account, record: Engagement) -> Any:
    """Everybody of ours who works here; of a large company the team of the account alone, and who is there already."""
    people = User.objects.filter(is_active=True, is_external=False)
    if people.count() > 40:
        team = Coverage.objects.on(clock.today()).filter(account=account, person__isnull=False)
        along = [each.person_id for each in record.companions.all()] if record.pk else []
        people = people.filter(pk__in=team.values("person")) | people.filter(pk__in=along)
    return people.exclude(pk=record.owner_id).order_by("first_name", "last_name", "username")


def _owners(actor: User, record: Engagement) -> Any:
    mine = policy.people_in_reach(actor) if policy.can(actor, "work.assign") else {actor.pk}
    people = User.objects.filter(pk__in={*mine, record.owner_id}, is_external=False)
    return (people.filter(is_active=True) | people.filter(pk=record.owner_id)).order_by(
        "first_name", "last_name"
    )


class CallOffForm(forms.Form):
    why = forms.CharField(label=_("why"), max_length=300, required=False)


class MoveForm(forms.Form):
    day = Day(label=_("to which day"))
    at = forms.TimeField(
        label=_("from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class WeekBriefForm(edits.Versioned, forms.Form):
    say = forms.CharField(
        label=_("what all of us say"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    avoid = forms.CharField(
        label=_("what none of us says"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    secrecy = forms.TypedChoiceField(label=_("secrecy"), coerce=int)

    record: WeekBrief

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["secrecy"].choices = secrecy_options(actor)  # type: ignore[attr-defined]
