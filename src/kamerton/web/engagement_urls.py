"""The week, visits and calls, and what is agreed before several of us go to one account."""

from __future__ import annotations

from django.urls import path

from kamerton.web import engagement_brief, engagement_lists, engagements, lists, visit_norms, week

urlpatterns = [
    path("week/", week.week, name="week"),
    *lists.urlpatterns(engagement_lists.ENGAGEMENTS, "visits/"),
    path("visits/new/", engagements.engagement_new, name="engagement_new"),
    path("visits/record/", engagements.engagement_record, name="engagement_record"),
    path("settings/visit-norms/", visit_norms.visit_norms, name="visit_norms"),
    path("settings/visit-norms/<int:pk>/remove/", visit_norms.visit_norm_drop, name="visit_norm_drop"),
    path("visits/<int:pk>/", engagements.engagement, name="engagement"),
    path("visits/<int:pk>/brief/", engagement_brief.engagement_brief, name="engagement_brief"),
    path("visits/<int:pk>/edit/", engagements.engagement_edit, name="engagement_edit"),
    path("visits/<int:pk>/move/", week.engagement_move, name="engagement_move"),
    path("visits/<int:pk>/took-place/", engagements.engagement_hold, name="engagement_hold"),
    path("visits/<int:pk>/cancel/", engagements.engagement_off, name="engagement_off"),
    path("account-visits/<account:account>/", engagements.account_visits, name="account_visits"),
    path("week-brief/<account:account>/", engagements.week_brief, name="week_brief"),
]
