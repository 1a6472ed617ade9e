"""The rules: each with its sentence, its thresholds, its switch, and how often it fired and was acted on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.core import clock, undo
from kamerton.core.refused import Refused
from kamerton.core.telling import told_refusal
from kamerton.portfolio import queries as portfolio
from kamerton.signals import queries, registry
from kamerton.signals.actions import rule_settings
from kamerton.signals.evaluating import Setting
from kamerton.signals.registry import Rule, Threshold
from kamerton.web import formats, leaves
from kamerton.web.context import wants_part
from kamerton.web.gates import gate, person
from kamerton.web.parts import Inline, Link, Text
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url

_LEVELS = (
    ("account", gettext_lazy("Of accounts")),
    ("person", gettext_lazy("Of people of ours")),
    ("company", gettext_lazy("Of the company")),
)
#: Of what was opened within the year, but for the first two.
_HEADS = (
    gettext_lazy("Open"),
    gettext_lazy("90 days"),
    gettext_lazy("A year"),
    gettext_lazy("Acted on"),
    gettext_lazy("Put off"),
    gettext_lazy("Closed by itself"),
)


@dataclass(frozen=True, slots=True)
class Count:
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    rule: Rule
    is_on: bool
    thresholds: list[tuple[Text, Text]]  # label, the value or what opens it
    counts: list[Count]  # in the order of _HEADS

    @property
    def counted(self) -> list[tuple[Text, Count]]:
        return list(zip(_HEADS, self.counts, strict=True))


@gate(queries.RIGHT)
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    actor = person(request)
    may = policy.can(actor, rule_settings.RIGHT)
    settings, fired = queries.settings(), queries.fired(actor, clock.now())
    profile = portfolio.profile()
    seen = set(queries.rules_seen(actor))
    known = [rule for rule in registry.all_rules() if rule.key in seen]
    lines = {
        rule.key: _line(rule, settings[rule.key], profile, fired.get(rule.key, queries.Fired()), may=may)
        for rule in known
    }
    groups = [(label, [lines[rule.key] for rule in known if rule.level == level]) for level, label in _LEVELS]
    context = {
        "title": _("Rules"),
        "lead": _lead(list(lines.values()), list(fired.values())),
        "note": _note(),
        "crumbs": [Link(_("Signals"), reverse("signals"))],
        "groups": [(label, rows) for label, rows in groups if rows],
        "heads": _HEADS,
        "may": may,
    }
    return render(request, "signals/rules.html", context)


def _lead(lines: list[Line], fired: list[queries.Fired]) -> str:
    on = sum(1 for line in lines if line.is_on)
    opened, acted = sum(each.year for each in fired), sum(each.acted for each in fired)
    told = {"on": formats.number(on), "all": formats.number(len(lines)), "n": formats.number(opened)}
    text = ngettext(
        "%(on)s of %(all)s rules are on; within a year they opened %(n)s signal, ",
        "%(on)s of %(all)s rules are on; within a year they opened %(n)s signals, ",
        opened,
    ) % told  # fmt: skip
    return text + ngettext("%(n)s of which was acted on.", "%(n)s of which were acted on.", acted) % {
        "n": formats.number(acted)
    }


def _note() -> str:
    last = queries.last_evaluation().full_at
    return (
        _("All accounts were last looked at on %(moment)s.") % {"moment": formats.moment(last)}
        if last
        else ""
    )


def _line(rule: Rule, setting: Setting, profile: Any, fired: queries.Fired, *, may: bool) -> Line:
    values = [_value(each, setting, profile) for each in rule.thresholds]
    shown = [
        (each.label, _inline(rule, each, value) if may else words(each, value))
        for each, value in zip(rule.thresholds, values, strict=True)
    ]
    counts = [
        _count(rule, fired.open, state="open"),
        _count(rule, fired.quarter, opened="90"),
        _count(rule, fired.year, opened="365"),
        _count(rule, fired.acted, opened="365", became="acted"),
        _count(rule, fired.snoozed, opened="365", became="put_off"),
        _count(rule, fired.by_itself, opened="365", became="by_itself"),
    ]
    return Line(rule, setting.is_on, shown, counts)


def _count(rule: Rule, count: int, **narrow: str) -> Count:
    query = urlencode({"rule": rule.key, **narrow})
    return Count(formats.number(count), f"{reverse('signals')}?{query}" if count else "")


# --- thresholds ------------------------------------------------------------------------------------------


def _value(threshold: Threshold, setting: Setting, profile: Any) -> float:
    if threshold.profile:
        return float(getattr(profile, threshold.profile))
    return setting.values[threshold.name]


def words(threshold: Threshold, value: float) -> str:
    """10 %, 14 days, 2 times."""
    if threshold.unit == "share":
        return formats.share(value, decimals=_places(value * 100))
    number = formats.number(value, decimals=_places(value))
    if threshold.unit == "days":
        return ngettext("%(n)s day", "%(n)s days", int(value)) % {"n": number}
    return f"{number} ×" if threshold.unit == "times" else number


def _places(value: float) -> int:
    """As many decimals as it has, at most three."""
    return next((places for places in range(3) if abs(round(value, places) - value) < 1e-9), 3)


def _inline(rule: Rule, threshold: Threshold, value: float) -> Any:
    return leaves.inline(Inline(words(threshold, value), _url(rule, threshold), threshold.label))


def _url(rule: Rule, threshold: Threshold) -> str:
    return reverse("signal_rule_threshold", args=[rule.key, threshold.name])


class _Form(forms.Form):
    """In percent, days or whole numbers, as it is shown. `opened`: the value that the person saw."""

    value = forms.FloatField()
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def version(self) -> forms.BoundField:
        return self["opened"]


@dataclass(frozen=True, slots=True)
class _Named:
    """What the part for a value in place says of it."""

    label: Text


@gate(rule_settings.RIGHT)
@require_http_methods(["GET", "POST"])
def threshold(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """GET: the field, with ?show the value again. POST: saves; what cannot be stands beside the field."""
    rule, found = _threshold(key, name)
    value = _value(found, queries.settings()[rule.key], portfolio.profile())
    if request.method == "GET" and "show" in request.GET:
        return _shown(request, rule, found, value)
    times = 100 if found.unit == "share" else 1
    form = _Form(
        request.POST or None, initial={"value": f"{round(value * times, 6):g}", "opened": repr(value)}
    )
    form.fields["value"].label = _label(found)
    if request.method == "POST" and form.is_valid() and _saved(request, rule, found, value, form):
        value = _value(found, queries.settings()[rule.key], portfolio.profile())
        return _shown(request, rule, found, value)
    context = {
        "form": form, "bound": form["value"], "editable": _Named(_label(found)), "url": _url(rule, found),
        "back_url": reverse("signal_rules") + f"#{rule.key}",
    }  # fmt: skip
    template = "ui/inline_form.html" if wants_part(request) else "ui/inline_page.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _threshold(key: str, name: str) -> tuple[Rule, Threshold]:
    rule = registry.find(key)
    found = next((each for each in rule.thresholds if each.name == name), None) if rule else None
    if rule is None or found is None:
        raise Http404
    return rule, found


def _label(found: Threshold) -> str:
    return f"{found.label}, %" if found.unit == "share" else str(found.label)


def _saved(request: HttpRequest, rule: Rule, found: Threshold, value: float, form: _Form) -> bool:
    """Whether it went through. Two who set it at once: the second is told, and sets it again if it is to be."""
    times = 100 if found.unit == "share" else 1
    opened = form.cleaned_data["opened"]
    if opened and opened != repr(value):
        form.data = {**request.POST.dict(), "opened": repr(value)}
        text = _("Somebody else has set this to %(value)s meanwhile. Save again if yours is to stand.")
        form.add_error(None, text % {"value": words(found, value)})
        return False
    try:
        rule_settings.set_threshold(
            actor=person(request), rule=rule, threshold=found, value=round(form.cleaned_data["value"] / times, 9),
            now=clock.now(),
        )  # fmt: skip
    except Refused as refused:
        form.add_error(None, told_refusal(refused))
        return False
    return True


def _shown(request: HttpRequest, rule: Rule, found: Threshold, value: float) -> HttpResponse:
    if not wants_part(request):
        return redirect(reverse("signal_rules") + f"#{rule.key}")
    return HttpResponse(_inline(rule, found, value))


# --- the switch ------------------------------------------------------------------------------------------


@gate(rule_settings.RIGHT)
@require_POST
@transaction.atomic
def switch(request: HttpRequest, key: str) -> HttpResponse:
    """POST on=1 or nothing."""
    rule = registry.find(key)
    if rule is None:
        raise Http404
    actor, now, on = person(request), clock.now(), bool(request.POST.get("on"))
    rule_settings.switch(actor=actor, rule=rule, on=on, now=now)
    text = _("“%(rule)s” is on; it looks at every account in a moment.") if on else _(
        "“%(rule)s” is off; its signals close in a moment."
    )  # fmt: skip
    token = undo.offer(actor=actor, kind="signals.switch", parameters={"rule": key, "on": not on}, now=now)
    toast(request, text % {"rule": rule.name}, undo_url=undo_url(token))
    return redirect(reverse("signal_rules") + f"#{key}")
