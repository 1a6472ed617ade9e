"""On whom we depend, what is done against losing them."""

from __future__ import annotations

from django.urls import path

from kamerton.web import decision, keeping, lists, protection, protection_lists, risks

urlpatterns = [
    path("portfolio/risk/", risks.risks, name="risks"),
    path("account-decision/<account:account>/", decision.account_decision, name="account_decision"),
    path("account-keep/<account:account>/", keeping.account_keep, name="account_keep"),
    *lists.urlpatterns(protection_lists.PROTECTIONS, "portfolio/plans-against-loss/"),
    *lists.urlpatterns(protection_lists.BARRIERS, "portfolio/barriers/"),
    path("account-risk/<account:account>/", protection.account_risk, name="account_risk"),
    path("account-risk-goal/<account:account>/", protection.protection_goal, name="protection_goal"),
    path("account-barrier/<account:account>/", protection.barrier_new, name="barrier_new"),
    path("barriers/<int:pk>/edit/", protection.barrier_edit, name="barrier_edit"),
    path("barriers/<int:pk>/remove/", protection.barrier_remove, name="barrier_remove"),
]
