"""Needs, share of wallet, white space, opportunities."""

from __future__ import annotations

from django.urls import path

from kamerton.web import (
    lists,
    opportunity,
    potential,
    potential_figures,
    potential_lists,
    potential_overview,
    potential_write,
)

urlpatterns = [
    path("potential/", potential_overview.potential, name="potential"),
    *lists.urlpatterns(potential_lists.POTENTIALS, "potential/accounts/"),
    *lists.urlpatterns(potential_lists.GAPS, "potential/gaps/"),
    *lists.urlpatterns(potential_lists.OPPORTUNITIES, "opportunities/"),
    path("opportunities/<int:pk>/", opportunity.opportunity, name="opportunity"),
    path("opportunities/<int:pk>/edit/", opportunity.opportunity_edit, name="opportunity_edit"),
    path("account-potential/<account:account>/", potential.account_potential, name="account_potential"),
    path("account-potential-cell/<account:account>/", potential.potential_cell, name="potential_cell"),
    path(
        "account-potential-field/<account:account>/", potential_write.potential_field, name="potential_field"
    ),
    path(
        "account-potential-estimate/<account:account>/",
        potential_write.potential_estimate,
        name="potential_estimate",
    ),
    path(
        "account-potential-sheet/<account:account>/", potential_write.potential_sheet, name="potential_sheet"
    ),
    path(
        "account-potential-why-not/<account:account>/",
        potential_write.potential_why_not,
        name="potential_why_not",
    ),
    path(
        "account-potential-history/<account:account>/",
        potential_figures.potential_history,
        name="potential_history",
    ),
    path(
        "account-potential-rule/<slug:figure>/<account:account>/",
        potential_figures.potential_rule,
        name="potential_rule",
    ),
    path("account-opportunity-new/<account:account>/", opportunity.opportunity_new, name="opportunity_new"),
    path("account-division-new/<account:account>/", potential_write.division_new, name="division_new"),
    path("divisions/<int:pk>/", potential_write.division_edit, name="division_edit"),
    path("divisions/<int:pk>/remove/", potential_write.division_remove, name="division_remove"),
    path("why-nots/<int:pk>/end/", potential_write.why_not_end, name="why_not_end"),
]
