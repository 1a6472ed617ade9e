"""The one address of every undo: toasts post to it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from kamerton.core import clock, undo
from kamerton.web.gates import SIGNED_IN, gate, person
from kamerton.web.toasts import toast


def undo_url(token: str) -> str:
    """The address for a token of core.undo.offer."""
    return reverse("undo", args=[token])


@gate(SIGNED_IN)
@require_POST
def take_back(request: HttpRequest, token: str) -> HttpResponse:
    """The handler's action asks for the rights; what cannot be undone any more says so."""
    try:
        text = undo.take_back(actor=person(request), token=token, now=clock.now())
    except undo.CannotUndo as reason:
        toast(request, str(reason), level="warn")
    else:
        toast(request, text)
    return redirect(_came_from(request))


def _came_from(request: HttpRequest) -> str:
    """The page whose toast was pressed, as a path of ours; else home."""
    told = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(told, {request.get_host()}, require_https=request.is_secure()):
        return reverse("home")
    parts = urlsplit(told)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
