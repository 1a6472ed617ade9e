"""Addresses of the shell."""

from __future__ import annotations

from django.urls import path

from kamerton.web import shell, undo

urlpatterns = [
    path("palette/", shell.palette, name="palette"),
    path("preferences/theme/", shell.theme, name="choose_theme"),
    path("preferences/language/", shell.language, name="choose_language"),
    path("undo/<str:token>/", undo.take_back, name="undo"),
    path("ui/", shell.parts, name="ui_parts"),
    path("ui/drawer/", shell.parts_drawer, name="ui_drawer"),
    path("ui/pictures/<slug:kind>.json", shell.parts_picture, name="ui_picture"),
]
