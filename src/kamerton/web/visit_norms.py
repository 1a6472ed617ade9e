"""Norms of visits and calls by role, and why key account managers have none (MGT-01)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.engagements.actions import norms
from kamerton.engagements.models import VisitNorm, normed_roles
from kamerton.web import formats, trail_words
from kamerton.web.gates import gate, person
from kamerton.web.parts import Link
from kamerton.web.settings_tabs import settings_tabs
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url

trail_words.register(
    {
        "engagements.norm": gettext_lazy("%(person)s set how many visits a role should make"),
        "engagements.norm_drop": gettext_lazy("%(person)s took a norm of visits away"),
    }
)


class NormForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("role"), choices=normed_roles)
    a_week = forms.IntegerField(label=gettext_lazy("visits and calls a week"), min_value=1, max_value=200)


@gate(norms.RIGHT)
@require_http_methods(["GET", "POST"])
def visit_norms(request: HttpRequest) -> HttpResponse:
    form = NormForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            norms.set_norm(actor=person(request), now=clock.now(), **form.cleaned_data)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            toast(request, _("The norm is set."))
            return redirect("visit_norms")
    rows: list[tuple[str, Any, str]] = [
        (row.get_role_display(), formats.number(row.a_week), reverse("visit_norm_drop", args=[row.pk]))
        for row in VisitNorm.objects.all()
    ]
    context = {
        "form": form, "rows": rows, "tabs": settings_tabs(person(request), "visit_norms"),
        "crumbs": [Link(_("Settings"), reverse("settings"))],
    }  # fmt: skip
    return render(request, "engagements/norms.html", context, status=422 if form.errors else 200)


@gate(norms.RIGHT)
@require_POST
def visit_norm_drop(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(VisitNorm, pk=pk)
    token = norms.drop_norm(actor=person(request), norm=row, now=clock.now())
    toast(request, _("The norm is gone."), undo_url=undo_url(token))
    return redirect("visit_norms")
