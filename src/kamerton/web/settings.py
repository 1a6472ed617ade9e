"""The profile of a key account: what it is for us in words, the definitions and levels that count, every threshold.

Before anything is saved the page shows which accounts would come and go: at every change with a script, and
with the button beside "Save" without one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.core.telling import told_refusal
from kamerton.portfolio import queries, rules, status_queries, status_rules
from kamerton.portfolio.actions import status as actions
from kamerton.portfolio.models import KeyProfile, Profile
from kamerton.portfolio.models import status as vocabulary
from kamerton.portfolio.presets import PRESETS
from kamerton.web import formats
from kamerton.web.addresses import account_url
from kamerton.web.gates import gate, person
from kamerton.web.parts import Cell, Column, Row, Tab, Table
from kamerton.web.settings_tabs import settings_tabs
from kamerton.web.toasts import toast

_LABELS = ("key", "critical", "mono")
_SHOWN = 12
_USUAL: dict[str, Any] = {
    "review_months": vocabulary.REVIEW_MONTHS,
    "silence_days": vocabulary.SILENCE_DAYS,
    "class_list": "definitions",
}


class ProfileForm(forms.ModelForm):
    """The words of the profile and every column of the thresholds. Shares are parts of one, as in the formulas."""

    text = forms.CharField(
        label=gettext_lazy("What a key account is for us"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Whom would you not want to lose, and why? No key status is given before this is written."),
    )  # fmt: skip
    preset = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    definitions = forms.MultipleChoiceField(
        label=gettext_lazy("Definitions that count"), required=False, choices=vocabulary.definitions,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("Levels that count"), required=False, choices=vocabulary.key_levels,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    review_months = forms.IntegerField(
        label=gettext_lazy("Review everybody every, months"), required=False, min_value=1, max_value=60
    )
    silence_days = forms.IntegerField(
        label=gettext_lazy("“Without contact for long” from, days"),
        required=False,
        min_value=1,
        max_value=1000,
    )
    class_list = forms.ChoiceField(
        label=gettext_lazy("Call the reasons"), required=False, choices=vocabulary.class_lists,
        help_text=gettext_lazy("Other words for the same six; nothing that is written down changes."),
    )  # fmt: skip
    label_key = forms.CharField(label=gettext_lazy("Word for “Key”"), required=False, max_length=40)
    label_critical = forms.CharField(label=gettext_lazy("Word for “Critical”"), required=False, max_length=40)
    label_mono = forms.CharField(label=gettext_lazy("Word for “Mono client”"), required=False, max_length=40)

    class Meta:
        model = Profile
        fields = [field.name for field in Profile._meta.fields if field.name != "id"]

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The thresholds under the questions that they answer."""
        named = {
            _("By figures"): ("basis", "share_", "amount_key", "key_share"),
            _("Classes"): ("abc_", "xyz_", "pareto_"),
            _("Change"): ("lapsed_", "neglected_", "year_", "alert_", "low_income"),
            _("Value and innovation"): ("ltv_", "innovator", "early_"),
            _("Health"): ("health_",),
            _("Need, portfolios of sellers"): ("sector_", "strategic_", "seller_", "churn_", "protect_"),
            _("Programme"): (
                "few_",
                "concentrating_",
                "overlapping_",
                "wide_",
                "most_",
                "team_",
                "long_",
                "between_",
                "new_way_",
            ),
        }
        return [
            (title, [self[name] for name in self._meta.fields or () if name.startswith(starts)])
            for title, starts in named.items()
        ]

    def words(self) -> dict[str, Any]:
        """What is written, as the action wants it; empty periods are the usual ones."""
        told = self.cleaned_data
        words = {name: told[name] for name in ("text", "preset", "definitions", "levels")}
        words["preset"] = words["preset"] if words["preset"] in PRESETS else ""
        words["class_list"] = told["class_list"] or "definitions"
        words["labels"] = {key: told[f"label_{key}"] for key in _LABELS}
        for name in ("review_months", "silence_days"):
            words[name] = told[name] or _USUAL[name]
        return words

    def rules(self) -> status_rules.Rules:
        """What would decide by figures, were this saved."""
        columns = {name: self.cleaned_data[name] for name in queries.profile_columns()}
        return status_rules.Rules(
            basis=columns["basis"],
            thresholds=rules.thresholds_of(columns),
            levels=tuple(self.cleaned_data["levels"]) or ("company",),
            counts_contribution="contribution" in self.cleaned_data["definitions"]
            or not self.cleaned_data["text"].strip(),
        )


def _initial(written: KeyProfile | None, preset: str) -> dict[str, Any]:
    """What the form begins with: a preset where one was chosen, else what is written."""
    if chosen := PRESETS.get(preset):
        fresh = {"text": str(chosen.text), "preset": preset, "definitions": list(chosen.definitions),
                 "levels": list(chosen.levels), "basis": chosen.basis, "share_key": chosen.share_key,
                 "review_months": chosen.review_months, "silence_days": chosen.silence_days}  # fmt: skip
    else:
        fresh = {}
    if written is None:
        return {"definitions": list(vocabulary.DEFINITIONS), "levels": ["company"]} | _USUAL | fresh
    kept = {name: getattr(written, name) for name in ("text", "preset", "definitions", "levels", "class_list",
                                                      "review_months", "silence_days")}  # fmt: skip
    return kept | {f"label_{key}": written.labels.get(key, "") for key in _LABELS} | fresh


@gate("portfolio.configure")
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """?preset= fills the form for a kind of company; nothing is saved by that."""
    profile, written = queries.profile(), status_queries.written()
    preset = request.GET.get("preset", "")
    form = ProfileForm(request.POST or None, instance=profile, initial=_initial(written, preset))
    looks = "preview" in request.POST
    if request.method == "POST" and form.is_valid() and not looks:
        try:
            actions.write_profile(
                actor=person(request), now=clock.now(), words=form.words(), changes=_changed(form)
            )
        except Refused as refused:
            form.add_error(None, told_refusal(refused))
        else:
            toast(request, _("The settings are saved; the figures follow in a moment."))
            return redirect("portfolio")
    asked = _asked(form, written, preset)
    context = {
        "form": form,
        "lead": _lead(written),
        "note": _written_note(written),
        "tabs": settings_tabs(person(request), "settings"),
        "presets": [
            Tab(
                label,
                f"{reverse('settings')}?preset={key}",
                key == (preset or getattr(written, "preset", "")),
            )
            for key, label in vocabulary.presets()
        ],
        "is_preset": preset in PRESETS,
        "preview": _preview(asked) if asked else None,
        "versions": _versions_table(status_queries.versions()),
    }
    return render(request, "settings/profile.html", context, status=422 if form.errors else 200)


@gate("portfolio.configure")
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What the form would change, were it saved: a part of the settings page. Nothing is written."""
    written = status_queries.written()
    form = ProfileForm(request.POST, instance=queries.profile(), initial=_initial(written, ""))
    asked = form.rules() if form.is_valid() else None
    context = {"preview": _preview(asked) if asked else None, "form": form}
    return render(request, "settings/preview.html", context)


def _changed(form: ProfileForm) -> dict[str, Any]:
    """Against what is stored: a preset stands in the form before it is saved."""
    columns = queries.settings_columns()
    stored = queries.profile()
    return {
        name: form.cleaned_data[name] for name in columns if form.cleaned_data[name] != getattr(stored, name)
    }


def _asked(form: ProfileForm, written: KeyProfile | None, preset: str) -> status_rules.Rules | None:
    """The rules that the page shows: those entered, or those of a preset; as they are where neither is given."""
    if form.is_bound:
        return form.rules() if form.is_valid() else None
    if preset not in PRESETS:
        return status_queries.rules_of(queries.profile(), written)
    chosen, profile = PRESETS[preset], queries.profile()
    profile.basis, profile.share_key = chosen.basis, chosen.share_key
    columns = {name: getattr(profile, name) for name in queries.profile_columns()}
    return status_rules.Rules(
        basis=chosen.basis, thresholds=rules.thresholds_of(columns), levels=chosen.levels,
        counts_contribution="contribution" in chosen.definitions,
    )  # fmt: skip


# --- words -----------------------------------------------------------------------------------------------


def _lead(written: KeyProfile | None) -> str:
    if written is None:
        return _("It is not written down yet what a key account is: until then nobody can be made one.")
    told = {"person": written.author.display_name, "day": formats.date(timezone.localdate(written.at))}
    return _("By this profile the company decides who is key; %(person)s wrote it on %(day)s.") % told


def _written_note(written: KeyProfile | None) -> str:
    return _("Version %(n)s") % {"n": written.number} if written else ""


def _preview(asked: status_rules.Rules) -> dict[str, Any] | None:
    """Ready to show; None: there are no figures to look at."""
    snapshot = queries.latest_snapshot(with_figures=False)
    if snapshot is None:
        return None
    now = status_queries.rules_of(queries.profile(), status_queries.written())
    found = status_rules.preview(status_queries.bases(snapshot), now, asked)
    return {
        "sentence": _preview_sentence(found),
        "money": _money_sentence(found),
        "come": _moves_table(found.come, _("Would become key")) if found.come else None,
        "go": _moves_table(found.go, _("Would no longer be key")) if found.go else None,
        "more_come": max(0, len(found.come) - _SHOWN),
        "more_go": max(0, len(found.go) - _SHOWN),
        "note": _("by the figures of %(day)s") % {"day": formats.date(snapshot.as_of)},
    }


def _preview_sentence(found: status_rules.Preview) -> str:
    accounts = ngettext("%(n)s account is key by figures", "%(n)s accounts are key by figures", found.after)
    told = accounts % {"n": formats.number(found.after)}
    if not found.come and not found.go:
        return _("%(accounts)s, as now.") % {"accounts": told}
    come = ngettext("%(n)s comes", "%(n)s come", len(found.come)) % {"n": formats.number(len(found.come))}
    go = ngettext("%(n)s goes", "%(n)s go", len(found.go)) % {"n": formats.number(len(found.go))}
    return _("%(accounts)s: %(come)s, %(go)s.") % {"accounts": told, "come": come, "go": go}


def _money_sentence(found: status_rules.Preview) -> str:
    if found.share_after is None or found.share_before is None:
        return ""
    told = {"after": formats.share(found.share_after), "before": formats.share(found.share_before)}
    if found.basis == "income":
        return _("They make %(after)s of income; those of today make %(before)s.") % told
    return _("They make %(after)s of turnover; those of today make %(before)s.") % told


def _moves_table(moves: Sequence[status_rules.Moves], title: str) -> Table:
    columns = (Column(_("Account")), Column(_("Level")), Column(_("Share of the company"), numeric=True))
    levels = dict(vocabulary.key_levels())
    rows = [
        Row(
            (
                Cell(each.name, url=account_url(each.account)),
                ", ".join(f"{levels[at.level]} {at.of}".strip() for at in each.where[:3]),
                formats.share(each.share),
            )
        )
        for each in moves[:_SHOWN]
    ]
    return Table(columns, rows, title)


def _versions_table(versions: Sequence[KeyProfile]) -> Table | None:
    if not versions:
        return None
    columns = (Column(_("Version")), Column(_("Written on")), Column(_("By")), Column(_("What it says")),
               Column(pgettext_lazy("profile", "Key above"), numeric=True))  # fmt: skip
    rows = [
        Row((str(each.number), formats.date(timezone.localdate(each.at), short=True), each.author.display_name,
             Cell(each.text[:160], sub=", ".join(str(status_queries.definition_words(each)[d]) for d in each.definitions)),
             formats.share(each.rules["share_key"])))
        for each in versions
    ]  # fmt: skip
    return Table(columns, rows, _("Versions of the profile"))
