"""The map of who decides, the page of one person on it, VIPs by territory."""

from __future__ import annotations

from django.urls import path

from kamerton.web import account_people, map_steps, vips

urlpatterns = [
    path("account-people/<account:account>/", account_people.people, name="account_people"),
    path("account-map/<account:account>/", account_people.map_picture, name="account_map"),
    path("account-people-slide/<account:account>/", account_people.slide, name="account_people_slide"),
    path("account-map-export/<account:account>/", account_people.image, name="account_map_export"),
    path("map-step/<account:account>/", map_steps.step, name="map_step"),
    path("map-person/<int:pk>/", map_steps.one, name="map_person"),
    path("map-person/<int:pk>/<slug:act>/", map_steps.act, name="map_act"),
    path("vips/", vips.vips, name="vips"),
]
