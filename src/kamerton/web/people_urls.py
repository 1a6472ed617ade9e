"""Addresses of the people and their invitations."""

from __future__ import annotations

from django.urls import path

from kamerton.web import invitation, people

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", people.one, name="person"),
    path("people/<int:pk>/email/confirm/", people.confirm_email, name="person_confirm_email"),
    path(
        "people/<int:pk>/second-factor/remove/",
        people.forget_second_factor,
        name="person_forget_second_factor",
    ),
    path("people/invitations/<int:pk>/revoke/", people.revoke, name="invitation_revoke"),
    path("invitation/<str:token>/", invitation.invitation, name="invitation"),
]
