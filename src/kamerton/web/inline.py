"""A value that becomes its field where it stands: click or Enter, save, Escape.

A room describes the value with Editable, shows it with `cell` (a list) or {% inline %} (a page), and gives it an
address whose view loads the record through policy.scope and calls `answer`. Without a script the address is a
small page of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString

from kamerton.core import clock
from kamerton.web import edits, leaves
from kamerton.web.context import wants_part
from kamerton.web.gates import person
from kamerton.web.parts import Inline, Text


@dataclass(frozen=True, kw_only=True)
class Editable:
    """One value of a record. `save(actor=…, record=…, opened=…, submitted=…, now=…)` is the room's action;

    it locks, and calls concurrency.apply. `shown` is the value as text.
    """

    name: str  # of the model's field
    label: Text
    field: Callable[[Any], forms.Field]
    shown: Callable[[Any], Text]
    save: Callable[..., Any]
    url: Callable[[Any], str]
    back: Callable[[Any], str]  # the page of the record, for those without a script


def value(editable: Editable, record: Model) -> Inline:
    return Inline(editable.shown(record), editable.url(record), editable.label)


def cell(editable: Editable, record: Model, *, may: bool = True) -> Text | SafeString:
    """For a column of a list: the value that opens, or, for who may not change it, the value."""
    return leaves.inline(value(editable, record)) if may else editable.shown(record)


class _Form(edits.Versioned, forms.Form):
    """The one field, and the version it was opened with."""


def answer(request: HttpRequest, record: Model, editable: Editable) -> HttpResponse:
    """GET: the field (with ?show the value again). POST: saves; errors and conflicts stand beside the field."""
    if request.method == "GET" and "show" in request.GET:
        return _value(request, record, editable)
    if request.method not in ("GET", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    form = _form(editable, record)(request.POST if request.method == "POST" else None, record=record)
    if request.method == "POST":
        act = partial(editable.save, actor=person(request), record=record, now=clock.now())
        if edits.saved(form, act):
            record.refresh_from_db()
            return (
                _value(request, record, editable) if wants_part(request) else redirect(editable.back(record))
            )
    context = {"form": form, "bound": form[editable.name], "editable": editable, "url": editable.url(record),
               "back_url": editable.back(record)}  # fmt: skip
    template = "ui/inline_form.html" if wants_part(request) else "ui/inline_page.html"
    return render(request, template, context, status=form.status)


def _value(request: HttpRequest, record: Model, editable: Editable) -> HttpResponse:
    if not wants_part(request):
        return redirect(editable.back(record))
    return HttpResponse(leaves.inline(value(editable, record)))


def _form(editable: Editable, record: Model) -> type[_Form]:
    field = editable.field(record)
    field.label = field.label or str(editable.label)
    return type("InlineForm", (_Form,), {editable.name: field})
