"""What the map says of a contact, said from the page of the contact: opinions, ties, relations, the line of report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kamerton.access import policy, secrets
from kamerton.access.models import User
from kamerton.accounts import decision_unit as du
from kamerton.accounts import map_queries
from kamerton.accounts.models import Contact, Relation
from kamerton.core import clock
from kamerton.web import map_forms, map_steps, map_words
from kamerton.web.contacts import contact_url
from kamerton.web.form_pages import form_page, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url

#: Act -> (title, what the button says).
_WORDS: dict[str, tuple[Promise, Promise]] = {
    "opinion": (_("How you see %(name)s"), _("Write down")),
    "tie": (_("Who of ours knows %(name)s"), _("Write down")),
    "relate": (_("What %(name)s is to another"), _("Draw")),
    "line": (_("To whom %(name)s reports"), _("Save")),
}


@gate(map_steps.EDIT)
@require_http_methods(["GET", "POST"])
def say(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """The same forms as beside the map; back to the contact."""
    one, actor = map_steps.known(request, pk, map_steps.EDIT), person(request)
    if act not in _WORDS:
        raise Http404
    form = map_forms.FORMS[act](request.POST or None, actor=actor, contact=one, **_start(act, one, actor))
    done: list[map_steps.Told] = []

    def write() -> None:
        done.append(map_steps.SAVES[act](actor, one, form.cleaned_data))

    if request.method == "POST" and form.is_valid() and refused_to(form, write):
        text, token = done[0]
        toast(request, text, undo_url=undo_url(token))
        return redirect(contact_url(pk))
    title, submit = _WORDS[act]
    return form_page(
        request,
        form,
        title=str(title) % {"name": one.display_name},
        back=contact_url(pk),
        submit=str(submit),
    )


def _start(act: str, one: Contact, actor: User) -> dict[str, Any]:
    if act != "opinion":
        return {}
    today = clock.today()
    return map_steps.initial(act, map_queries.unit_of(one.account, actor, today, today=today), one, actor)


# --- what is drawn -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drawn:
    row: Relation
    text: str
    is_secret: bool


def relations(one: Contact, actor: User) -> list[Drawn]:
    """What the contact is to others, and they to it; those that the reader reaches. Two queries."""
    rows = Relation.objects.filter(Q(of=one) | Q(to=one), ended_at=None).order_by("kind", "pk")
    seen = list(policy.scope(rows, actor, "accounts.view"))
    others = policy.scope(Contact.objects.present(), actor, "accounts.view").in_bulk(
        {number for row in seen for number in (row.of_id, row.to_id)}
    )
    names = {number: other.display_name for number, other in others.items()}
    return [
        Drawn(row, map_words.relation(du.Link(0, row.of_id, row.to_id, row.kind), names), secrets.is_secret(row))
        for row in seen
        if row.of_id in names and row.to_id in names
    ]  # fmt: skip
