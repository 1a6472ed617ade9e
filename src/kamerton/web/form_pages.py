"""A page that is one form, and refusals told where they belong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kamerton.core.refused import Refused
from kamerton.web.crumbs import crumb
from kamerton.web.toasts import toast


def form_page(
    request: HttpRequest,
    form: Any,
    *,
    title: str,
    back: str,
    submit: str,
    lead: str = "",
    note: str = "",
    tone: str = "",
    template: str = "accounts/form.html",
    **more: Any,
) -> HttpResponse:
    """The form on a page of its own, or at the side; 422 with errors, 409 with a conflict."""
    status = getattr(form, "status", 422 if form.is_bound and form.errors else 200)
    versioned = isinstance(form.fields.get("version"), forms.CharField)
    context = {"form": form, "title": title, "lead": lead, "note": note, "submit": submit, "tone": tone,
               "versioned": versioned, "crumbs": [crumb(back)], "back": back, **more}  # fmt: skip
    return render(request, template, context, status=status)


def form_until_done(
    request: HttpRequest, form: Any, act: Callable[[], object], *, back: str, **page: Any
) -> HttpResponse:
    """The form as long as it is wrong or `act` refuses, then the page that it leads back to."""
    if request.method == "POST" and form.is_valid() and refused_to(form, act):
        return redirect(back)
    return form_page(request, form, back=back, **page)


def refused_to(where: Any, act: Callable[[], object]) -> bool:
    """Whether `act` went through; a refusal becomes an error of the form, or, with a request, a toast."""
    try:
        act()
    except Refused as reason:
        if isinstance(where, HttpRequest):
            toast(where, str(reason), level="warn")
        else:
            where.add_error(None, str(reason))
        return False
    return True
