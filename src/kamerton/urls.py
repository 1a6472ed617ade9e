"""Every address of the web face. Each view names the right it needs (web/gates.py); tests walk this table."""

from __future__ import annotations

from django.urls import include, path

from kamerton.web import shell

urlpatterns = [
    path("", shell.home, name="home"),
    path("", include("kamerton.web.sign_in_urls")),
    path("", include("kamerton.web.urls")),
]

handler400 = "kamerton.web.errors.bad_request"
handler403 = "kamerton.web.errors.forbidden"
handler404 = "kamerton.web.errors.not_found"
handler429 = "kamerton.web.errors.too_many"  # asked for by allauth
handler500 = "kamerton.web.errors.server_error"
