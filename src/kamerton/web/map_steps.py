"""Drawing: the steps that the map sends, and the page of one person, where the same is done by forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import choices, map_queries, map_reading
from kamerton.accounts import decision_unit as du
from kamerton.accounts.actions import map as actions
from kamerton.accounts.models import Account, Contact, PowerChange, Relation
from kamerton.accounts.strength import WEIGHTS, Strength, strengths
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.web import formats, map_forms, map_words
from kamerton.web.account_frame import found
from kamerton.web.gates import gate, person
from kamerton.web.parts import Cell, Column, Link, Row, Table
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url

EDIT = "accounts.edit"


# --- steps of the picture ----------------------------------------------------------------------------------


@gate(EDIT)
@require_POST
def step(request: HttpRequest, account: str) -> JsonResponse:
    """POST act=place|line|relate|end|arrange; answers {text, undo_url}, or 409 {text} where it is refused."""
    at = found(request, account, EDIT)
    act = _STEPS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    try:
        text, token = act(person(request), at, request.POST)
    except Refused as reason:
        return JsonResponse({"text": str(reason)}, status=409)
    return JsonResponse({"text": text, "undo_url": undo_url(token)})


Told = tuple[str, str]


def _place(actor: User, at: Account, post: QueryDict) -> Told:
    contact = _contact(actor, at, post.get("id"))
    token = actions.place(actor=actor, contact=contact, x=_number(post.get("x")), y=_number(post.get("y")),
                          now=clock.now())  # fmt: skip
    return _("%(name)s was moved.") % {"name": contact.display_name}, token


def _arrange(actor: User, at: Account, _post: QueryDict) -> Told:
    return _("Everybody is back in the tree."), actions.arrange(actor=actor, account=at, now=clock.now())


def _line(actor: User, at: Account, post: QueryDict) -> Told:
    contact = _contact(actor, at, post.get("id"))
    superior = _contact(actor, at, post.get("superior")) if post.get("superior") else None
    token = actions.put_under(actor=actor, contact=contact, superior=superior, now=clock.now())
    return line_text(contact, superior), token


def line_text(contact: Contact, superior: Contact | None) -> str:
    told = {"name": contact.display_name, "above": superior.display_name if superior else ""}
    if superior is None:
        return _("%(name)s reports to nobody here.") % told
    return _("%(name)s reports to %(above)s.") % told


def _relate(actor: User, at: Account, post: QueryDict) -> Told:
    of, to = _contact(actor, at, post.get("of")), _contact(actor, at, post.get("to"))
    kind = post.get("kind", "")
    token = actions.relate(actor=actor, of=of, to=to, kind=kind, now=clock.now())
    return relation_text(of, to, kind), token


def relation_text(of: Contact, to: Contact, kind: str) -> str:
    link = du.Link(0, of.pk, to.pk, kind)
    return f"{map_words.relation(link, {of.pk: of.display_name, to.pk: to.display_name})}."


def _end(actor: User, at: Account, post: QueryDict) -> Told:
    rows = policy.scope(Relation.objects.filter(account=at), actor, EDIT)
    row = get_object_or_404(rows, pk=_whole(post.get("relation")))
    return _("The relation has ended."), actions.end_relation(actor=actor, relation=row, now=clock.now())


_STEPS: dict[str, Callable[[User, Account, QueryDict], Told]] = {
    "place": _place,
    "arrange": _arrange,
    "line": _line,
    "relate": _relate,
    "end": _end,
}


def _contact(actor: User, at: Account, number: str | None) -> Contact:
    rows = policy.scope(Contact.objects.present().filter(account=at), actor, EDIT)
    return get_object_or_404(rows.select_related("account"), pk=_whole(number))


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _number(text: str | None) -> float | None:
    """None for nothing; what is no number is no place either."""
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        return float("nan")


# --- the page of one person --------------------------------------------------------------------------------


@gate("accounts.view")
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, known(request, pk, "accounts.view"))


@gate(EDIT)
@require_POST
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """POST of one of the forms of the page; back to it, with the form where something is wrong with it."""
    contact, actor = known(request, pk, EDIT), person(request)
    form_class, save = map_forms.FORMS.get(act), SAVES.get(act)
    if save is None:
        raise Http404
    form = form_class(request.POST, actor=actor, contact=contact) if form_class else None
    if form is not None and not form.is_valid():
        return _page(request, contact, {act: form})
    try:
        text, token = save(actor, contact, form.cleaned_data if form else request.POST)
    except Refused as reason:
        if form is None:
            toast(request, str(reason), level="warn")
            return redirect("map_person", pk)
        form.add_error(None, str(reason))
        return _page(request, contact, {act: form})
    toast(request, text, undo_url=undo_url(token))
    return redirect("map_person", pk)


def known(request: HttpRequest, pk: int, right: str) -> Contact:
    rows = Contact.objects.present().select_related("account")
    return get_object_or_404(policy.scope(rows, request.user, right), pk=pk)


def _save_line(actor: User, contact: Contact, told: Any) -> Told:
    token = actions.put_under(actor=actor, contact=contact, superior=told["superior"], now=clock.now())
    return line_text(contact, told["superior"]), token


def _save_relation(actor: User, contact: Contact, told: Any) -> Told:
    token = actions.relate(actor=actor, of=contact, now=clock.now(), **told)
    return relation_text(contact, told["to"], told["kind"]), token


def _save_opinion(actor: User, contact: Contact, told: Any) -> Told:
    token = actions.opine(actor=actor, contact=contact, now=clock.now(), **told)
    return _("Your opinion of %(name)s is written down.") % {"name": contact.display_name}, token


def _save_tie(actor: User, contact: Contact, told: Any) -> Told:
    token = actions.tie(actor=actor, contact=contact, now=clock.now(), **told)
    names = {"ours": told["person"].display_name, "name": contact.display_name}
    return _("Written down how well %(ours)s knows %(name)s.") % names, token


def _save_change(actor: User, contact: Contact, told: Any) -> Told:
    return _("The expected change is written down."), actions.expect_change(
        actor=actor, contact=contact, now=clock.now(), **told
    )


def _settle(actor: User, contact: Contact, post: Any) -> Told:
    rows = policy.scope(PowerChange.objects.filter(contact=contact).select_related("contact"), actor, EDIT)
    change = get_object_or_404(rows, pk=_whole(post.get("change")))
    return _("The change is expected no longer."), actions.settle_change(
        actor=actor, change=change, now=clock.now()
    )


def _end_from_page(actor: User, contact: Contact, post: Any) -> Told:
    return _end(actor, contact.account, post)


#: What each form of map_forms.FORMS writes, and what is done without one; the page of a contact does it too.
SAVES: dict[str, Callable[[User, Contact, Any], Told]] = {
    "line": _save_line,
    "relate": _save_relation,
    "opinion": _save_opinion,
    "tie": _save_tie,
    "change": _save_change,
    "settle": _settle,
    "end": _end_from_page,
}


def _page(request: HttpRequest, contact: Contact, bound: dict[str, Any] | None = None) -> HttpResponse:
    actor, today = person(request), clock.today()
    unit = map_queries.unit_of(contact.account, actor, today, today=today)
    map_reading.trace(actor, contact.account, [unit], clock.now())
    may = policy.can(actor, EDIT, contact)
    forms = {
        key: (bound or {}).get(key)
        or form(actor=actor, contact=contact, **initial(key, unit, contact, actor))
        for key, form in (map_forms.FORMS.items() if may else ())
    }
    context = _told(unit, contact, actor) | {
        "contact": contact,
        "may": may,
        "forms": forms,
        "crumbs": _crumbs(contact),
    }
    return render(request, "accounts/people_person.html", context, status=422 if bound else 200)


def initial(key: str, unit: du.Unit, contact: Contact, actor: User) -> dict[str, Any]:
    """One's own opinion is where the form begins."""
    if key != "opinion":
        return {}
    own = [view for view in du.combined(unit)[contact.pk].views if view.rater == actor.pk]
    if not own:
        return {}
    return {
        "initial": {"support": str(own[0].support), "influence": str(own[0].influence), "why": own[0].why}
    }


def _crumbs(contact: Contact) -> list[Link]:
    return [Link(contact.account.name, reverse("account_people", args=[contact.account.number]))]


def _told(unit: du.Unit, contact: Contact, actor: User) -> dict[str, Any]:
    names, ours = map_words.names_of(unit)
    this = {each.id: each for each in unit.people}[contact.pk]
    opinion, strong = du.combined(unit)[this.id], strengths(unit)[this.id]
    return {
        "lead": _lead(this, opinion),
        "facts": _facts(this, names),
        "opinions": _opinions(opinion, ours, actor),
        "ties": [
            (ours.get(tie.ours, "?"), map_words.label(choices.tie_depths, tie.depth), tie.is_mutual)
            for tie in unit.ties
            if tie.person == this.id
        ],
        "relations": [
            (link, map_words.relation(link, names))
            for link in unit.links
            if this.id in (link.of, link.to) and link.of in names and link.to in names
        ],
        "changes": [(change, formats.date(change.on)) for change in unit.changes if change.person == this.id],
        "strength": _strength(strong),
        "strength_note": _strength_note(strong),
        "contact_url": reverse("contact", args=[contact.pk]),
        "marks": map_words.marks(this),
    }


def _lead(this: du.Person, opinion: du.Combined) -> str:
    if not this.is_found:
        return _("Nobody knows yet who holds this post. It stands on the map so that it is not forgotten.")
    roles = map_words.roles(this.roles)
    part = (
        _("Part in decisions: %(roles)s.") % {"roles": roles}
        if roles
        else _("What part in decisions is not known.")
    )
    if not opinion.views:
        unseen = _("Nobody has said yet how this person sees us.")
        return f"{part} {unseen}"
    count = len(opinion.views)
    text = ngettext(
        "%(n)s of us says: %(word)s.",
        "Together, %(n)s of us say: %(word)s, with a spread of %(spread)s.",
        count,
    )
    told = {
        "n": formats.number(count),
        "word": map_words.label(choices.supports, opinion.standing).lower(),
        "spread": formats.number(opinion.spread),
    }
    return f"{part} {text % told}"


def _facts(this: du.Person, names: dict[int, str]) -> list[tuple[str, Any]]:
    told = [
        (_("Post"), this.post),
        (_("Function"), map_words.label(choices.contact_functions, this.function)),
        (_("Level"), map_words.label(choices.contact_levels, this.level)),
        (_("Reports to"), names.get(this.reports_to or 0, "")),
        (_("Relationship"), map_words.label(choices.ladder_stages, this.stage)),
        (_("Territory"), this.territory),
    ]
    return [(term, text) for term, text in told if text]


def _opinions(opinion: du.Combined, ours: dict[int, str], actor: User) -> Table | None:
    """Kept apart, the reader's own first."""
    if not opinion.views:
        return None
    columns = (Column(_("Who")), Column(_("Support")), Column(_("Influence"), numeric=True), Column(_("Why")))
    views = sorted(opinion.views, key=lambda view: (view.rater != actor.pk, ours.get(view.rater, "")))
    rows = [
        Row(
            (
                Cell(
                    _("You") if view.rater == actor.pk else ours.get(view.rater, "?"),
                    sub=formats.date(view.on),
                ),
                Cell(badges=tuple(filter(None, (map_words.support(view.support),)))),
                formats.number(view.influence),
                Cell(view.why, sub=_("Secret") if view.is_secret else ""),
            )
        )
        for view in views
    ]
    return Table(columns, rows, _("Opinions"))


def _strength(strong: Strength) -> Table | None:
    if strong.last is None:
        return None
    labels = {
        "recency": _("How lately"),
        "frequency": _("How often in 90 days"),
        "two_way": _("Whether they begin it too"),
        "depth": _("How deep it goes"),
        "seniority": _("How high they stand"),
    }
    rows = [
        Row((label, formats.number(getattr(strong, key), decimals=1), formats.number(WEIGHTS[key])))
        for key, label in labels.items()
    ]
    foot = Row((_("Strength"), formats.number(strong.total, decimals=1), formats.number(100)), strong=True)
    columns = (Column(_("Part")), Column(_("Points"), numeric=True), Column(_("Of"), numeric=True))
    return Table(columns, rows, _("Strength of contact"), foot=foot)


def _strength_note(strong: Strength) -> str:
    if strong.last is None:
        return _("No contact that took place is written down.")
    return _("Last contact on %(day)s. Every part fades by the day.") % {"day": formats.date(strong.last)}
