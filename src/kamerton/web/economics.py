"""What the company says of its own costs."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kamerton.core import clock
from kamerton.portfolio import value_queries
from kamerton.portfolio.actions import economics
from kamerton.web.form_pages import form_page, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.parts import Link
from kamerton.web.settings_tabs import settings_tabs
from kamerton.web.toasts import toast


class CostsForm(forms.Form):
    fixed_cost = forms.DecimalField(
        label=gettext_lazy("fixed cost a year"), max_digits=16, decimal_places=2, required=False,
        help_text=gettext_lazy("Rent, salaries and all that is paid whatever is sold, in the company's currency."),
    )  # fmt: skip


@gate("portfolio.configure")
@require_http_methods(["GET", "POST"])
def costs(request: HttpRequest) -> HttpResponse:
    form = CostsForm(request.POST or None, initial={"fixed_cost": value_queries.economics().fixed_cost})

    def act() -> None:
        economics.set_fixed_cost(
            actor=person(request), fixed_cost=form.cleaned_data["fixed_cost"], now=clock.now()
        )

    if request.method == "POST" and form.is_valid() and refused_to(form, act):
        toast(request, _("Your costs are saved."))
        return redirect("costs")
    return form_page(
        request, form, title=_("Own costs"), back=reverse("settings"), submit=_("Save"),
        lead=_("They tell what losing an account would leave uncovered."),
        others=[Link(_("Costs of activities"), reverse("activity_rates"), icon="receipt")],
        tabs=settings_tabs(person(request), "costs"),
    )  # fmt: skip
