"""Error pages: what happened, what was kept, what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kamerton.core.refused import Refused
from kamerton.core.telling import told


def _page(request: HttpRequest, status: int, exception: Exception | None = None) -> HttpResponse:
    reason = exception if isinstance(exception, Refused) else None
    told_reason = {"message": told(reason.message), "hint": told(reason.hint)} if reason else None
    return render(request, f"errors/{status}.html", {"reason": told_reason}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400, exception)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403, exception)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404, exception)


def refused(request: HttpRequest, exception: Refused) -> HttpResponse:
    return _page(request, 409, exception)


def too_many(request: HttpRequest) -> HttpResponse:
    return _page(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, 500)
