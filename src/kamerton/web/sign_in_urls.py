"""Sign-in and the own password. Accounts are made by an administrator, so there is no sign-up address."""

from __future__ import annotations

from allauth.account import views
from django.urls import path

urlpatterns = [
    path("sign-in/", views.login, name="account_login"),
    path("sign-out/", views.logout, name="account_logout"),
    path("password/", views.password_change, name="account_change_password"),
    path("inactive/", views.account_inactive, name="account_inactive"),
]
