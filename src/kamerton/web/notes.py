"""Notes and files: the composer of the timeline, the page of a note, giving files out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy, secrets
from kamerton.accounts.actions import files, notes
from kamerton.accounts.models import Account, Attachment, Note
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.web import edits, formats, knowledge_forms
from kamerton.web.account_frame import found as found_account
from kamerton.web.form_pages import form_page, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.knowledge_words import secrecy_badge
from kamerton.web.parts import Cell, Link
from kamerton.web.records import found, saving, timeline_url, undoable
from kamerton.web.toasts import toast
from kamerton.web.uploads import require_whole


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def note_new(request: HttpRequest, account: str) -> HttpResponse:
    """The composer of the timeline; a file alone is fine too."""
    of, actor = found_account(request, account, "accounts.edit"), person(request)
    asked = {"kind": request.GET["kind"]} if request.GET.get("kind") else {}
    told = request.POST if request.method == "POST" else None
    broken = _refusal(lambda: require_whole(request)) if told is not None else None
    form = knowledge_forms.NoteForm(
        told, None if broken else request.FILES or None, actor=actor, account=of, initial=asked
    )
    if told is not None and form.is_valid():
        if broken:
            form.add_error(None, str(broken))
        elif refused_to(form, lambda: _write(request, of, form)):
            return redirect(timeline_url(of))
    return form_page(request, form, title=_("New note"), back=timeline_url(of), submit=_("Write it down"),
                     multipart=True)  # fmt: skip


def _refusal(act: Callable[[], object]) -> Refused | None:
    try:
        act()
    except Refused as reason:
        return reason
    return None


@transaction.atomic
def _write(request: HttpRequest, of: Account, form: Any) -> None:
    """The note first: where it is refused, no file is kept either."""
    told, now, actor = form.cleaned_data, clock.now(), person(request)
    note = None
    if told["text"].strip():
        note = notes.write(actor=actor, account=of, values=told, contacts=tuple(told["contacts"]), now=now)
    if told.get("file"):
        sent = told["file"]
        row = files.add(
            actor=actor, account=of, pieces=sent.chunks(), name=sent.name, content_type=sent.content_type or "",
            secrecy=told["secrecy"], note=note, now=now,
        )  # fmt: skip
        if note is None:
            undoable(
                request,
                _("“%(name)s” is kept.") % {"name": row.name},
                "accounts.file_unadd",
                {"file": row.pk},
            )
            return
    assert note is not None  # noqa: S101 - the form has seen to it
    undoable(request, _("Written down."), "accounts.note_unwrite", {"note": note.pk})


@gate("accounts.view")
@require_GET
def note(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(request, Note, pk, "accounts.view", "account", "created_by")
    attached = list(policy.scope(one.attachments.all(), request.user, "accounts.view"))
    secrets.reading(person(request), [one], clock.now())
    context = {
        "note": one,
        "title": one.title or str(one.get_kind_display()),
        "lead": " · ".join([formats.date(one.on), *([one.created_by.display_name] if one.created_by else [])]),
        "badges": secrecy_badge(one.secrecy),
        "contacts": [Cell(each.display_name, url=reverse("contact", args=[each.pk])) for each in one.contacts.all()],
        "attached": [_attached(request, each) for each in attached],
        "may": _may_change(request, one),
        "crumbs": [Link(one.account.name, timeline_url(one.account))],
    }  # fmt: skip
    return render(request, "knowledge/note.html", context)


def _attached(request: HttpRequest, one: Attachment) -> dict[str, str]:
    """A file with the way to take it away, for who may."""
    return {
        "name": one.name,
        "url": reverse("file", args=[one.pk]),
        "remove_url": reverse("file_remove", args=[one.pk]) if _may_change(request, one) else "",
    }


def _may_change(request: HttpRequest, one: Note | Attachment) -> bool:
    right = "accounts.edit" if one.created_by_id == request.user.pk else "accounts.assign"
    return policy.can(request.user, right, one.account)


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def note_edit(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(request, Note, pk, "accounts.edit", "account")
    secrets.reading(person(request), [one], clock.now())
    form = knowledge_forms.NoteEditForm(
        request.POST or None, record=one, actor=person(request), account=one.account
    )
    act = saving(request, partial(notes.change, actor=person(request), note=one, now=clock.now()))
    if request.method == "POST" and edits.saved(form, act):
        return redirect("note", pk=pk)
    return form_page(
        request, form, title=_("Change the note"), back=timeline_url(one.account), submit=_("Save")
    )


@gate("accounts.view")
@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Given out to be kept, never to be shown: whatever it holds, no browser runs it in our name."""
    one = found(request, Attachment, pk, "accounts.view", "account")
    path = files.read(actor=person(request), file=one, now=clock.now())
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=one.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@gate("accounts.edit")
@require_POST
def file_remove(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(request, Attachment, pk, "accounts.edit", "account")
    if refused_to(request, lambda: files.remove(actor=person(request), file=one, now=clock.now())):
        toast(request, _("“%(name)s” is gone.") % {"name": one.name})
    return redirect(timeline_url(one.account))
