"""Settings of the figures: the basis and every threshold, each with what it does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.core.telling import told_refusal
from kamerton.portfolio import queries
from kamerton.portfolio.actions import profile as profile_actions
from kamerton.portfolio.models import Profile
from kamerton.web.gates import gate, person
from kamerton.web.settings_tabs import settings_tabs
from kamerton.web.toasts import toast


class ProfileForm(forms.ModelForm):
    """Every column of the profile. Shares are parts of one, as everywhere in the formulas."""

    class Meta:
        model = Profile
        fields = [field.name for field in Profile._meta.fields if field.name != "id"]

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under the questions that they answer."""
        named = {
            _("Who is key, and how dangerous"): ("basis", "share_", "amount_key", "key_share"),
            _("Classes"): ("abc_", "xyz_", "pareto_"),
            _("Change"): ("lapsed_", "neglected_", "year_", "alert_", "low_income"),
            _("Value and innovation"): ("ltv_", "innovator", "early_"),
        }
        return [
            (title, [self[name] for name in self.fields if name.startswith(starts)])
            for title, starts in named.items()
        ]


@gate("portfolio.configure")
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    profile = queries.profile()
    form = ProfileForm(request.POST or None, instance=profile)
    if request.method == "POST" and form.is_valid():
        try:
            profile_actions.set_profile(actor=person(request), now=clock.now(), **_changed(form))
        except Refused as refused:
            form.add_error(None, told_refusal(refused))
        else:
            toast(request, _("The settings are saved; the figures follow in a moment."))
            return redirect("portfolio")
    context = {"form": form, "tabs": settings_tabs(person(request), "settings")}
    return render(request, "settings/profile.html", context, status=422 if form.errors else 200)


def _changed(form: ProfileForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in form.changed_data}
