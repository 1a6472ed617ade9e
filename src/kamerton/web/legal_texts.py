"""What documents say of the law, by country."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.core import clock
from kamerton.documents import registry
from kamerton.documents.actions import legal as actions
from kamerton.documents.models import LegalText
from kamerton.web import edits
from kamerton.web.document_words import languages, tabs
from kamerton.web.form_pages import form_page
from kamerton.web.gates import gate, person
from kamerton.web.parts import Cell, Column, Link, Row, Table
from kamerton.web.toasts import toast


@gate(actions.RIGHT)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    rows = list(LegalText.objects.all())
    columns = (Column(_("Country")), Column(_("Document")), Column(_("Language")), Column(_("Text")))
    names, kinds = dict(languages()), {each.key: each.name for each in registry.all_kinds()}
    told = [
        Row(
            (
                Cell(each.country or _("Every other country"), url=reverse("legal_text", args=[each.pk])),
                str(kinds.get(each.kind, "") or _("Every document")),
                str(names.get(each.language, "") or _("Every language")),
                each.text,
            )
        )
        for each in rows
    ]
    context = {
        "tabs": tabs(request.user, "legal_texts"),
        "action": Link(_("New text"), reverse("legal_text_new"), "plus", key="n"),
        "table": Table(columns, told, _("Texts of the law")) if told else None,
    }
    return render(request, "documents/legal.html", context)


class LegalForm(edits.Versioned, forms.Form):
    country = forms.CharField(
        label=gettext_lazy("Country"), required=False, min_length=2, max_length=2,
        help_text=gettext_lazy("Two letters, as on the account. Empty: every country that has no text of its own."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Document"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(each.key, each.name) for each in registry.all_kinds() if each.example is not None]
        self.fields["kind"].choices = [("", _("Every document")), *kinds]  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", _("Every language")), *languages()]  # type: ignore[attr-defined]


@gate(actions.RIGHT)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, pk: int = 0) -> HttpResponse:
    row = get_object_or_404(LegalText, pk=pk) if pk else LegalText()
    form = LegalForm(request.POST or None, record=row)
    save = partial(actions.save, actor=person(request), row=row if pk else None, now=clock.now())
    if request.method == "POST" and edits.saved(form, save):
        toast(request, _("Saved."))
        return redirect("legal_texts")
    lead = _("It stands at the end of documents about accounts of that country.")
    return form_page(
        request, form, title=_("Text of the law"), back=reverse("legal_texts"), submit=_("Save"), lead=lead,
        remove=reverse("legal_text_remove", args=[pk]) if pk else "",
    )  # fmt: skip


@gate(actions.RIGHT)
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    actions.remove(actor=person(request), row=get_object_or_404(LegalText, pk=pk), now=clock.now())
    toast(request, _("The text is removed."))
    return redirect("legal_texts")
