"""Projects of accounts and people that count."""

from __future__ import annotations

from django.urls import path

from kamerton.web import lists
from kamerton.web import projects as views
from kamerton.web.project_list import PROJECTS

urlpatterns = [
    *lists.urlpatterns(PROJECTS, "projects/"),
    path("projects/<int:pk>/", views.project, name="project"),
    path("projects/<int:pk>/edit/", views.project_edit, name="project_edit"),
    path("projects/<int:pk>/settle/<slug:kind>/", views.project_settle, name="project_settle"),
    path("projects/<int:pk>/start/", views.project_start, name="project_start"),
    path("projects/<int:pk>/goals/", views.project_goals, name="project_goals"),
    path("projects/<int:pk>/end/", views.project_close, name="project_close"),
    path("projects/<int:pk>/level/", views.project_level, name="project_level"),
    path("projects/<int:pk>/leader/", views.project_leader, name="project_leader"),
    path("projects/<int:pk>/check-in/", views.project_check_in, name="project_check_in"),
    path("projects/<int:pk>/budget/", views.project_budget, name="project_budget"),
    path("projects/<int:pk>/spend/", views.project_spend, name="project_spend"),
    path("settings/autonomy/", views.autonomy, name="autonomy"),
    path("account-projects/new/<account:account>/", views.project_new, name="project_new"),
]
