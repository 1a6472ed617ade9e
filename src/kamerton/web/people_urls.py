"""Addresses of the people, their units, absences and leaving, hand-overs, invitations, and the trail."""

from __future__ import annotations

from django.urls import path

from kamerton.web import (
    absences,
    colleagues,
    handovers,
    invitation,
    lists,
    offboarding,
    people,
    roles,
    trail_list,
    units,
)

urlpatterns = [
    path("people/sign-ins/", people.sign_ins, name="sign_ins"),
    *lists.urlpatterns(colleagues.PEOPLE, "people/"),
    path("people/<int:pk>/", colleagues.one, name="person"),
    path("people/<int:pk>/edit/", colleagues.edit, name="person_edit"),
    path("people/<int:pk>/authority/", colleagues.authority, name="person_authority"),
    path("people/<int:pk>/email/confirm/", people.confirm_email, name="person_confirm_email"),
    path(
        "people/<int:pk>/second-factor/remove/",
        people.forget_second_factor,
        name="person_forget_second_factor",
    ),
    path("people/invitations/<int:pk>/revoke/", people.revoke, name="invitation_revoke"),
    path("invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("roles/", roles.roles, name="roles"),
    path("roles/new/", roles.new, name="role_new"),
    path("roles/<int:pk>/", roles.edit, name="role_edit"),
    path("roles/<int:pk>/remove/", roles.remove, name="role_remove"),
    path("units/", units.units, name="units"),
    path("units/new/", units.new, name="unit_new"),
    path("units/<int:pk>/edit/", units.edit, name="unit_edit"),
    path("units/<int:pk>/remove/", units.remove, name="unit_remove"),
    *lists.urlpatterns(absences.ABSENCES, "absences/"),
    path("absences/new/", absences.new, name="absence_new"),
    path("absences/<int:pk>/", absences.one, name="absence"),
    path("absences/<int:pk>/revoke/", absences.revoke, name="absence_revoke"),
    path("offboarding/<int:pk>/", offboarding.page, name="offboarding"),
    path("offboarding/<int:pk>/begin/", offboarding.begin, name="offboarding_begin"),
    path("offboarding/<int:pk>/stay/", offboarding.stay, name="offboarding_stay"),
    path("offboarding/<int:pk>/hand-on/", offboarding.hand_on, name="offboarding_hand_on"),
    path("offboarding/<int:pk>/tasks/", offboarding.hand_matters_on, name="offboarding_tasks"),
    *lists.urlpatterns(trail_list.TRAIL, "trail/"),
    *lists.urlpatterns(handovers.HANDOVERS, "handovers/"),
    path("handovers/new/", handovers.new, name="handover_new"),
    path("handovers/<int:pk>/", handovers.one, name="handover"),
    path("handovers/<int:pk>/introduce/", handovers.introduce, name="handover_introduce"),
    path("handovers/<int:pk>/finish/", handovers.finish, name="handover_finish"),
    path("handovers/<int:pk>/withdraw/", handovers.withdraw, name="handover_withdraw"),
    path("handovers/<int:pk>/briefing/", handovers.pack, name="handover_pack"),
]
