"""The shell around every page: home, theme, language, palette."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kamerton.web.gates import SIGNED_IN, gate


@gate(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")
