"""Targets of departments and of their people."""

from __future__ import annotations

from django.urls import path

from kamerton.web import department_plans as views

urlpatterns = [
    path("targets/", views.department_plans, name="department_plans"),
    path("targets/new/", views.department_plan_new, name="department_plan_new"),
    path("targets/<int:pk>/", views.department_plan, name="department_plan"),
    path("targets/<int:pk>/divide/", views.department_derive, name="department_derive"),
    path("targets/<int:pk>/people/new/", views.department_person, name="department_person"),
    path(
        "targets/<int:pk>/people/<int:number>/remove/",
        views.department_person_drop,
        name="department_person_drop",
    ),
    path("targets/<int:pk>/export/<slug:kind>/", views.department_export, name="department_export"),
    path("targets/line/<int:pk>/", views.department_target, name="department_target"),
]
