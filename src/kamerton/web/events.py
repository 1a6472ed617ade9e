"""One event: who was invited, who goes with them, who speaks, who came, what follows (REL-09)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.accounts import announcements, event_queries
from kamerton.accounts.actions import events, keeping
from kamerton.accounts.models import Event, Participation, Presentation
from kamerton.core import clock
from kamerton.web import contact as contact_pages
from kamerton.web import edits, event_forms, formats
from kamerton.web.contacts import contact_url
from kamerton.web.form_pages import form_page, form_until_done, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.parts import Badge, Cell, Column, Link, Row, Table
from kamerton.web.records import found
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url
from kamerton.work.models import Task

VIEW, EDIT = event_queries.VIEW, events.RIGHT


def event_url(pk: int) -> str:
    return reverse("event", args=[pk])


def kept(request: HttpRequest, kind: keeping.Kind, values: dict[str, Any]) -> Any:
    """Add a row, and say so with its undo."""
    with transaction.atomic():
        row = keeping.add(kind, actor=person(request), values=values, now=clock.now())
        token = keeping.offer_unadd(kind, actor=person(request), row=row, now=clock.now())
    toast(request, _("Written down."), undo_url=undo_url(token))
    return row


def changing(request: HttpRequest, kind: keeping.Kind, row: Any) -> Callable[..., None]:
    """What `edits.saved` calls."""

    def act(**told: Any) -> None:
        token = keeping.change(kind, actor=person(request), row=row, now=clock.now(), **told)
        toast(request, _("Saved."), undo_url=undo_url(token) if token else "")

    return act


def removing(request: HttpRequest, act: Callable[..., str]) -> None:
    """`act` answers with the token of its undo; a refusal is told in a corner of the page."""

    def run() -> None:
        toast(request, _("Removed."), undo_url=undo_url(act(actor=person(request), now=clock.now())))

    refused_to(request, run)


# --- the page --------------------------------------------------------------------------------------------


@gate(VIEW)
@require_GET
def event(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(request, Event, pk, VIEW)
    parts = list(
        event_queries.participations(person(request)).filter(event=one).order_by("contact__name", "pk")
    )
    talks = list(event_queries.presentations(person(request)).filter(event=one))
    may, over = policy.can(request.user, EDIT), one.starts_on <= clock.today()
    context = {
        "event": one,
        "lead": _lead(one, parts, talks),
        "badges": _badges(one),
        "parts": _parts(request, parts, may=may) if parts else None,
        "unsaid": [(each, each.contact.display_name) for each in parts if over and each.attended is None] if may else [],
        "talks": _talks(talks, may=may) if talks else None,
        "may": may,
        "crumbs": [Link(_("Events"), reverse("events"))],
        "action": Link(_("Invite contacts"), f"{reverse('contacts')}?list=vip", icon="user-plus") if may else None,
        "others": [Link(pgettext("button", "Change"), reverse("event_edit", args=[pk]), "pencil", drawer=True)]
        if may else [],
    }  # fmt: skip
    return render(request, "accounts/event.html", context)


def _badges(one: Event) -> tuple[Badge, ...]:
    whose = Badge("key", _("Ours"), soft=True) if one.is_ours else Badge("neutral", _("Of others"), soft=True)
    return (Badge("info", one.get_kind_display(), soft=True), whose)


def _lead(one: Event, parts: list[Participation], talks: list[Presentation]) -> str:
    days = formats.date(one.starts_on)
    if one.ends_on != one.starts_on:
        days = _("%(from)s to %(to)s") % {"from": days, "to": formats.date(one.ends_on)}
    where = f"{days}, {one.place}." if one.place else f"{days}."
    counts = [
        (sum(each.invited_on is not None for each in parts), "%(n)s invited", "%(n)s invited"),
        (sum(each.accompanied_by_id is not None for each in parts), "%(n)s accompanied", "%(n)s accompanied"),
        (sum(each.attended is True for each in parts), "%(n)s attended", "%(n)s attended"),
        (sum(bool(each.follow_up) for each in parts), "%(n)s follow-up", "%(n)s follow-ups"),
        (len(talks), "%(n)s presentation", "%(n)s presentations"),
    ]
    told = [ngettext(one_of, many, n) % {"n": formats.number(n)} for n, one_of, many in counts if n]
    if not told:
        return _("%(where)s Nobody is invited yet.") % {"where": where}
    return f"{where} {', '.join(told)}."


def _by(day: Any, who: Any) -> Cell:
    name = who.display_name if who else ""
    return Cell(formats.date(day, short=True) if day else name, sub=name if day else "")


def tasks_of(request: HttpRequest, kind: announcements.Kind, rows: Iterable[Any]) -> dict[int, Task]:
    """The task of each row, where one was made of it and the reader may see it. One query."""
    keys = {announcements.key_of(kind, row, row.contact.account_id): row.pk for row in rows}
    tasks = policy.scope(Task.objects.filter(origin_ref__in=keys), request.user, "work.view").order_by("pk")
    return {keys[task.origin_ref]: task for task in tasks}


def _parts(request: HttpRequest, parts: list[Participation], *, may: bool) -> Table:
    tasks = tasks_of(request, "event", parts)
    columns = [
        Column(_("Contact")), Column(_("Invited")), Column(_("Their answer")), Column(_("Accompanied by")),
        Column(_("Attended")), Column(_("Follow-up")),
    ]  # fmt: skip
    return Table(
        columns, [_part(each, tasks.get(each.pk), may=may) for each in parts], _("People at the event")
    )


def _part(row: Participation, task: Task | None, *, may: bool) -> Row:
    url = reverse("event_part", args=[row.pk]) if may else contact_url(row.contact_id)
    came = {True: Badge("good", _("Yes"), soft=True), False: Badge("off", _("No"), soft=True)}
    return Row(
        (
            Cell(row.contact.display_name, url=url, drawer=may, sub=row.contact.account.name),
            _by(row.invited_on, row.invited_by),
            str(row.get_answer_display()) if row.answer else formats.MISSING,
            row.accompanied_by.display_name if row.accompanied_by else formats.MISSING,
            Cell(badges=(came[row.attended],)) if row.attended is not None else formats.MISSING,
            follow_up(row.follow_up, row.follow_up_by, row.follow_up_due, task),
        )
    )


def follow_up(text: str, who: Any, due: Any, task: Task | None) -> Cell:
    """What is to be done, by whom until when; it leads to its task where there is one."""
    if not text:
        return Cell(formats.MISSING, tone="muted")
    told = [who.display_name if who else "", formats.date(due, short=True) if due else "",
            str(task.get_state_display()) if task else ""]  # fmt: skip
    url = reverse("task", args=[task.pk]) if task else ""
    return Cell(text, url=url, drawer=bool(url), sub=" · ".join(each for each in told if each))


def _talks(talks: list[Presentation], *, may: bool) -> Table:
    columns = [Column(_("Presentation")), Column(_("Speaks")), Column(_("Prepared by")), Column(_("To be ready by")),
               Column(_("State"))]  # fmt: skip
    return Table(columns, [_talk(each, may=may) for each in talks], _("Presentations"))


def _talk(row: Presentation, *, may: bool) -> Row:
    if row.contact is not None:
        speaks = Cell(
            row.contact.display_name, url=contact_url(row.contact_id or 0), sub=row.contact.account.name
        )
    else:
        speaks = Cell(row.speaker.display_name if row.speaker else "", sub=_("one of ours"))
    return Row(
        (
            Cell(row.title, url=reverse("event_talk", args=[row.pk]) if may else "", drawer=may),
            speaks,
            row.prepared_by.display_name if row.prepared_by else formats.MISSING,
            formats.date(row.due_on, short=True) if row.due_on else formats.MISSING,
            Cell(badges=(_readiness(row),)),
        )
    )


def _readiness(row: Presentation) -> Badge:
    if row.ready_on:
        return Badge("good", _("Ready"), soft=True)
    late = row.due_on is not None and row.due_on < clock.today()
    return Badge("bad", _("Late"), soft=True) if late else Badge("warn", _("In preparation"), soft=True)


# --- events ----------------------------------------------------------------------------------------------


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def event_new(request: HttpRequest) -> HttpResponse:
    form, rows = event_forms.EventForm(request.POST or None), []
    if request.method == "POST" and form.is_valid() and refused_to(
        form, lambda: rows.append(kept(request, events.EVENT, form.cleaned_data))
    ):  # fmt: skip
        return redirect(event_url(rows[0].pk))
    return form_page(request, form, title=_("New event"), back=reverse("events"), submit=_("Write it down"))


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def event_edit(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(request, Event, pk, EDIT)
    form = event_forms.EventEditForm(request.POST or None, record=one)
    return _edited(request, form, events.EVENT, one, back=event_url(pk), title=one.name,
                   remove=reverse("event_remove", args=[pk]))  # fmt: skip


def _edited(
    request: HttpRequest, form: Any, kind: keeping.Kind, row: Any, *, back: str, **page: Any
) -> HttpResponse:
    if request.method == "POST" and edits.saved(form, changing(request, kind, row)):
        return redirect(back)
    return form_page(request, form, back=back, submit=_("Save"), **page)


@gate(EDIT, VIEW)
@require_POST
def event_remove(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(request, Event, pk, EDIT)
    removing(request, partial(events.remove_event, event=one))
    return redirect(event_url(pk) if Event.objects.filter(pk=pk).exists() else reverse("events"))


# --- people and presentations ----------------------------------------------------------------------------


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def part_new(request: HttpRequest, pk: int) -> HttpResponse:
    """From a contact."""
    one = contact_pages.found(request, pk, EDIT)
    form = event_forms.NewPartForm(request.POST or None, actor=person(request), contact=one)

    def act() -> None:
        kept(request, events.PART, {**form.cleaned_data, "contact": one})

    return form_until_done(request, form, act, back=f"{contact_url(pk)}#events", submit=_("Write it down"),
                           title=_("%(name)s and an event") % {"name": one.display_name})  # fmt: skip


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def part(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, Participation, pk, EDIT, "event", "contact__account")
    form = event_forms.PartEditForm(request.POST or None, record=row)
    return _edited(request, form, events.PART, row, back=event_url(row.event_id), title=row.contact.display_name,
                   lead=row.event.name, remove=reverse("event_part_remove", args=[pk]))  # fmt: skip


@gate(EDIT, VIEW)
@require_POST
def part_attended(request: HttpRequest, pk: int) -> HttpResponse:
    """Two taps on the day itself: `came` yes or no."""
    row = found(request, Participation, pk, EDIT, "event", "contact__account")
    act = changing(request, events.PART, row)
    told = {"attended": request.POST.get("came") == "yes"}
    refused_to(request, lambda: act(opened={}, submitted=told))
    return redirect(event_url(row.event_id))


@gate(EDIT, VIEW)
@require_POST
def part_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, Participation, pk, EDIT, "event", "contact__account")
    removing(request, partial(keeping.remove, events.PART, row=row))
    return redirect(event_url(row.event_id))


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def talk_new(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(request, Event, pk, EDIT)
    form = event_forms.NewTalkForm(request.POST or None, actor=person(request), event=one)

    def act() -> None:
        kept(request, events.TALK, {**form.cleaned_data, "event": one})

    return form_until_done(request, form, act, back=event_url(pk), title=_("New presentation"), lead=one.name,
                           submit=_("Write it down"))  # fmt: skip


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def talk(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, Presentation, pk, EDIT, "event", "contact__account")
    form = event_forms.TalkEditForm(request.POST or None, record=row)
    return _edited(request, form, events.TALK, row, back=event_url(row.event_id), title=row.title,
                   lead=row.event.name, remove=reverse("event_talk_remove", args=[pk]))  # fmt: skip


@gate(EDIT, VIEW)
@require_POST
def talk_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, Presentation, pk, EDIT, "event", "contact__account")
    removing(request, partial(keeping.remove, events.TALK, row=row))
    return redirect(event_url(row.event_id))
