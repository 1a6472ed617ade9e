"""One visit or call: planned, changed, held, called off; and the brief that those share who go there in one week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from kamerton.access import policy, secrets
from kamerton.access.models import User
from kamerton.accounts.models import Account, Contact
from kamerton.accounts.queries import answers_today
from kamerton.core import clock
from kamerton.engagements import choices, queries
from kamerton.engagements.actions import briefs, planning
from kamerton.engagements.models import Engagement, WeekBrief
from kamerton.engagements.queries import Shared
from kamerton.engagements.rules import Overlap, monday_of
from kamerton.web import account_frame, edits, engagement_forms, formats, trail_words
from kamerton.web.addresses import account_url
from kamerton.web.engagement_parts import line, of_week, state_badge, time_words, when
from kamerton.web.form_pages import form_page, form_until_done, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.knowledge import found
from kamerton.web.knowledge_words import secrecy_badge
from kamerton.web.parameters import plain
from kamerton.web.parts import Badge, Cell, Link
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url
from kamerton.web.week import EDIT, VIEW, back, day_asked

trail_words.register(
    {
        "engagements.plan": gettext_lazy("%(person)s planned a visit or call"),
        "engagements.change": gettext_lazy("%(person)s changed a visit or call"),
        "engagements.hold": gettext_lazy("%(person)s wrote down what came of a visit or call"),
        "engagements.call_off": gettext_lazy("%(person)s cancelled a visit or call"),
        "engagements.turn_back": gettext_lazy("%(person)s took back the last step of a visit or call"),
        "engagements.pass_on": gettext_lazy("%(person)s passed a planned visit on with the account"),
        "engagements.give_back": gettext_lazy("%(person)s gave a planned visit back with the account"),
        "engagements.agree": gettext_lazy("%(person)s wrote down what all of us say in a week"),
    }
)


def engagement_url(pk: int) -> str:
    return reverse("engagement", args=[pk])


# --- the page --------------------------------------------------------------------------------------------------


@gate(VIEW)
@require_GET
def engagement(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, Engagement, pk, VIEW, "account", "owner")
    actor = person(request)
    may = policy.can(actor, EDIT, row)
    shared = queries.shared(actor, row, clock.today())
    context = {
        "row": row,
        "lead": _lead(row),
        "badges": _badges(row),
        "terms": _terms(request, row),
        "outcome": row.outcome,
        "may": may,
        "crumbs": [Link(_("Week"), back(request, row)), _account_link(actor, row.account)],
        "action": _action(row, may=may),
        "others": [
            Link(_("Brief"), reverse("engagement_brief", args=[pk]), "clipboard-text"),
            *(_others(row) if may else []),
        ],
        "shared": _shared(request, shared, row) if shared else None,
    }
    return render(request, "engagements/engagement.html", context)


def _account_link(actor: User, account: Account) -> Link:
    return Link(account.name, account_url(account.number) if policy.can(actor, VIEW, account) else "")


def _lead(row: Engagement) -> str:
    told = {"account": row.account.name, "day": formats.date(row.on),
            "time": time_words(row, engagement_forms.default_zone())}  # fmt: skip
    return _("%(account)s, %(day)s, %(time)s.") % told


def _badges(row: Engagement) -> list[Badge]:
    told = [state_badge(row), Badge("info", row.get_channel_display(), soft=True)]
    if row.is_informal:
        told.append(Badge("neutral", _("Informal"), soft=True))
    if row.is_unplanned:
        told.append(Badge("neutral", _("Outside the plan"), soft=True))
    return told


def _terms(request: HttpRequest, row: Engagement) -> list[tuple[str, Any]]:
    actor = person(request)
    account = (
        Cell(row.account.name, url=account_url(row.account.number))
        if policy.can(actor, VIEW, row.account)
        else row.account.name
    )
    along = ", ".join(each.person.display_name for each in row.companions.select_related("person"))
    told: list[tuple[str, Any]] = [
        (_("Account"), account),
        (_("Of ours"), ", ".join(name for name in (row.owner.display_name, along, row.helpers) if name)),
        (_("Division"), row.division),
        (_("Function"), row.get_function_display()),
        (_("Place"), row.place),
    ]
    return [(term, text) for term, text in told if text]


def _action(row: Engagement, *, may: bool) -> Link | None:
    if not may or row.state != "planned":
        return None
    return Link(_("It took place"), reverse("engagement_hold", args=[row.pk]), "check", drawer=True)


def _others(row: Engagement) -> list[Link]:
    told = [
        Link(pgettext("button", "Change"), reverse("engagement_edit", args=[row.pk]), "pencil", drawer=True)
    ]
    if row.state == "planned":
        told.append(Link(_("Move"), reverse("engagement_move", args=[row.pk]), "calendar-event", drawer=True))
        told.append(
            Link(
                _("Cancel it"),
                reverse("engagement_off", args=[row.pk]),
                "calendar-off",
                drawer=True,
                tone="bad",
            )
        )
    return told


# --- what those share who go there in one week (REL-14) ---------------------------------------------------------


def _shared(request: HttpRequest, told: Shared, row: Engagement) -> dict[str, Any]:
    actor, day = person(request), clock.today()
    seen = [told.agreed] if told.agreed else []
    secrets.reading(actor, [*seen, *told.notes, *told.needs], clock.now())
    responsible, substitute = answers_today(told.account, day)
    may = briefs.may_agree(actor, told.account, day)
    zone = engagement_forms.default_zone()
    return {
        "of_week": of_week(told.monday),
        "lines": [
            (formats.date(each.on, short=True), line(each, zone=zone), each.pk == row.pk)
            for each in told.rows
        ],
        "warnings": [_overlap(each, told.rows) for each in told.overlaps],
        "agreed": told.agreed,
        "agreed_badges": secrecy_badge(told.agreed.secrecy) if told.agreed else (),
        "agreed_by": _by(told.agreed),
        "ask": substitute or responsible,
        "edit_url": f"{reverse('week_brief', args=[told.account.number])}?on={told.monday.isoformat()}"
        if may
        else "",
        "promises": _promises(told),
        "needs": told.needs,
        "heard": _heard(told, row),
    }


def _by(agreed: WeekBrief | None) -> str:
    if agreed is None:
        return ""
    who = agreed.by.display_name if agreed.by else ""
    told = {"person": who, "moment": formats.moment(timezone.localtime(agreed.at)), "n": agreed.version}
    return _("%(person)s, %(moment)s; version %(n)s") % told


def _overlap(each: Overlap, rows: Iterable[Engagement]) -> str:
    by_pk = {row.pk: row for row in rows}
    first, second = by_pk[each.first], by_pk[each.second]
    told: dict[str, Any] = {
        "one": first.owner.display_name, "other": second.owner.display_name,
        "when": when(first), "then": when(second),
    }  # fmt: skip
    if each.kind == "contact":
        names = {contact.pk: contact.display_name for contact in first.contacts.all()}
        told["contact"] = names.get(each.contact or 0, "")
        return (
            _(
                "%(one)s (%(when)s) and %(other)s (%(then)s) both meet %(contact)s. Go together, or say who goes first."
            )
            % told
        )
    return (
        _("%(one)s (%(when)s) and %(other)s (%(then)s) come about the same. Agree who speaks of it.") % told
    )


def _promises(told: Shared) -> list[tuple[str, str, str, bool]]:
    """Open tasks and requests: text, address, who and until when, whether late."""
    day = clock.today()
    found_tasks = [
        (each.title, reverse("task", args=[each.pk]), _due(each.owner.display_name, each.due_on),
         bool(each.due_on and each.due_on < day))
        for each in told.tasks
    ]  # fmt: skip
    asked = [
        (each.title, reverse("request", args=[each.pk]), _due(each.unit.name, each.due_on), each.due_on < day)
        for each in told.requests
    ]
    return found_tasks + asked


def _due(who: str, due_on: dt.date | None) -> str:
    if due_on is None:
        return who
    return _("%(who)s, due %(day)s") % {"who": who, "day": formats.date(due_on, short=True)}


def _heard(told: Shared, row: Engagement) -> list[tuple[dt.date, str, str, str]]:
    """What came of the last visits, and the last notes: day, text, who, address; newest first."""
    visits = [
        (each.on, each.outcome, each.owner.display_name, engagement_url(each.pk))
        for each in told.heard
        if each.pk != row.pk
    ]
    notes = [
        (each.on, str(each.title or each.text), each.created_by.display_name if each.created_by else "",
         reverse("note", args=[each.pk]))
        for each in told.notes
    ]  # fmt: skip
    return sorted(visits + notes, key=lambda each: each[0], reverse=True)[:12]


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def week_brief(request: HttpRequest, account: str) -> HttpResponse:
    """What all of us say there that week, by who is responsible."""
    one = account_frame.found(request, account, EDIT)
    actor, first = person(request), monday_of(day_asked(request))
    newest = WeekBrief.objects.filter(account=one, monday=first).order_by("-version").first()
    if newest is not None:
        newest = found(request, WeekBrief, newest.pk, EDIT)  # 404, and a trace, for whoever may not read it
        secrets.reading(actor, [newest], clock.now())
    record = newest or WeekBrief(account=one, monday=first)
    form = engagement_forms.WeekBriefForm(request.POST or None, record=record, actor=actor)
    url = _brief_back(actor, one, first)
    act = partial(briefs.agree, actor=actor, account=one, day=first, now=clock.now())
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Whoever goes there that week reads it."))
        return redirect(url)
    return form_page(
        request, form, title=_("What we say at %(account)s") % {"account": one.name}, lead=of_week(first),
        back=url, submit=_("Save"),
    )  # fmt: skip


def _brief_back(actor: User, account: Account, monday: dt.date) -> str:
    rows = queries.of_account(actor, account).standing()
    first = rows.filter(on__range=(monday, monday + dt.timedelta(days=6))).first()
    return f"{engagement_url(first.pk)}#shared" if first else reverse("account_visits", args=[account.number])


# --- writing ---------------------------------------------------------------------------------------------------


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def engagement_new(request: HttpRequest) -> HttpResponse:
    """Which account first, where none is named; then the rest."""
    number = plain(request.GET.get("account", ""))
    if not number:
        return _which(request)
    account = account_frame.found(request, number, EDIT)
    actor = person(request)
    draft = _draft(request, account)
    form = engagement_forms.EngagementForm(
        request.POST or None, record=draft, actor=actor, account=account, initial=_asked(request, account)
    )
    url = back(request, draft)

    def write() -> None:
        row = planning.plan(
            actor=actor, account=account, values=form.submitted, now=clock.now(), **form.people
        )
        draft.on, draft.owner = row.on, row.owner
        toast(request, _("Planned for %(day)s.") % {"day": formats.date(row.on, short=True)})

    if request.method == "POST" and form.is_valid() and refused_to(form, write):
        return redirect(back(request, draft))
    return form_page(request, form, title=_("Plan a visit or call"), lead=account.name, back=url,
                     submit=_("Plan it"))  # fmt: skip


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def engagement_record(request: HttpRequest) -> HttpResponse:
    """What took place and was in no plan, written down at once (MTG-02)."""
    number = plain(request.GET.get("account", ""))
    if not number:
        return _which(request)
    account = account_frame.found(request, number, EDIT)
    actor, now = person(request), clock.now()
    draft = Engagement(
        account=account, owner=actor, on=clock.today(), starts_at=now - dt.timedelta(minutes=30), ends_at=now,
        time_zone=engagement_forms.default_zone(), channel="phone",
    )  # fmt: skip
    form = engagement_forms.RecordForm(
        request.POST or None, record=draft, actor=actor, account=account, initial=_asked(request, account)
    )

    def write() -> None:
        planning.record(actor=actor, account=account, values=form.submitted, now=now, **form.people)
        toast(request, _("Written down. It takes nothing away from the plan."))

    return form_until_done(
        request, form, write, back=back(request, draft), title=_("Write down what took place"), lead=account.name,
        submit=_("Write it down"),
    )  # fmt: skip


def _which(request: HttpRequest) -> HttpResponse:
    """A form of its own, by address: works without a script, and the next one knows whom one can meet."""
    asked = request.GET.get("which-account")
    data = None if asked is None else {"which-account": plain(asked)}
    form = engagement_forms.WhichAccountForm(data, actor=person(request), prefix="which")
    if form.is_valid():
        told = request.GET.copy()
        told.pop("which-account")
        told["account"] = form.cleaned_data["account"].number
        return redirect(f"{request.path}?{told.urlencode()}")
    kept = [(key, value) for key, value in request.GET.items() if key in ("on", "owner", "contact")]
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "kept": kept, "crumbs": [Link(_("Week"), reverse("week"))]}
    return render(request, "engagements/which.html", context, status=status)


def _owner(request: HttpRequest) -> User:
    name = plain(request.GET.get("owner", ""))
    actor = person(request)
    one = User.objects.filter(username=name, pk__in=policy.people_in_reach(actor)).first() if name else None
    return one if one is not None and policy.can(actor, "work.assign") else actor


def _draft(request: HttpRequest, account: Account) -> Engagement:
    """Not kept: what the form begins with. The next full hour; of another day, nine o'clock."""
    day, now = day_asked(request), timezone.localtime(clock.now())
    at = now.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
    if day != now.date():
        at = timezone.make_aware(dt.datetime.combine(day, dt.time(9)))
    return Engagement(
        account=account, owner=_owner(request), on=day, starts_at=at, ends_at=at + dt.timedelta(hours=1),
        time_zone=engagement_forms.default_zone(), channel="person",
    )  # fmt: skip


def _asked(request: HttpRequest, account: Account) -> dict[str, Any]:
    told = request.GET.get("contact", "")
    contact = (
        Contact.objects.filter(account=account, pk=int(told)).first()
        if told.isdecimal() and len(told) < 12
        else None
    )
    return {"contacts": [contact.pk]} if contact else {}


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def engagement_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, Engagement, pk, EDIT, "account", "owner")
    actor = person(request)
    form = engagement_forms.EngagementForm(request.POST or None, record=row, actor=actor, account=row.account)

    def act(**told: Any) -> None:
        people: dict[str, Any] = {**told, **form.people}
        token = planning.change(actor=actor, engagement=row, now=clock.now(), **people)
        toast(request, _("Saved."), undo_url=undo_url(token) if token else "")

    if request.method == "POST" and edits.saved(form, act):
        return redirect(engagement_url(pk))
    return form_page(request, form, title=row.purpose, lead=row.account.name, back=engagement_url(pk),
                     submit=_("Save"))  # fmt: skip


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def engagement_hold(request: HttpRequest, pk: int) -> HttpResponse:
    """It took place: one press, and what came of it in a sentence."""
    row = found(request, Engagement, pk, EDIT, "account", "owner")
    form = engagement_forms.OutcomeForm(request.POST or None)

    def write() -> None:
        token = planning.hold(actor=person(request), engagement=row, now=clock.now(), **form.cleaned_data)
        toast(request, _("Written down: it took place."), undo_url=undo_url(token))

    return form_until_done(
        request, form, write, back=engagement_url(pk), title=_("What came of it?"), submit=_("It took place"),
        lead=_("%(account)s, %(when)s") % {"account": row.account.name, "when": when(row)},
    )  # fmt: skip


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def engagement_off(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, Engagement, pk, EDIT, "account", "owner")
    form = engagement_forms.CallOffForm(request.POST or None)

    def write() -> None:
        token = planning.call_off(
            actor=person(request), engagement=row, now=clock.now(), why=form.cleaned_data["why"]
        )
        toast(request, _("Cancelled."), undo_url=undo_url(token))

    return form_until_done(
        request, form, write, back=engagement_url(pk), title=_("Cancel: %(what)s") % {"what": row.purpose},
        submit=_("Cancel it"), tone="bad", lead=_("It stays in the timeline of the account."),
    )  # fmt: skip


# --- beside an account and a contact --------------------------------------------------------------------------


@gate(VIEW)
@require_GET
def account_visits(request: HttpRequest, account: str) -> HttpResponse:
    one = account_frame.found(request, account, VIEW)
    actor, day = person(request), clock.today()
    rows = queries.of_account(actor, one)
    coming = list(rows.filter(state="planned", on__gte=day).order_by("starts_at", "pk")[:50])
    past = list(rows.exclude(state="planned", on__gte=day).order_by("-starts_at", "-pk")[:50])
    zone, shared = engagement_forms.default_zone(), queries.shared_weeks(coming + past)
    may, names = policy.can(actor, EDIT, one), dict(choices.channels())
    context = account_frame.frame(request, one, "account_visits") | {
        "coming": [(formats.date(row.on, short=True), line(row, zone=zone, shared=shared)) for row in coming],
        "past": [(formats.date(row.on, short=True), line(row, zone=zone, shared=shared)) for row in past],
        "new_url": f"{reverse('engagement_new')}?account={one.number}" if may else "",
        "record_url": f"{reverse('engagement_record')}?account={one.number}" if may else "",
        "channels": [(names[key], formats.number(n)) for key, n in queries.by_channel(actor, one)],
        "all_url": f"{reverse('engagements')}?account={one.number}",
    }
    return render(request, "engagements/account.html", context)


def beside_contact(actor: User, one: Contact) -> dict[str, Any]:
    """What the page of a contact shows: meetings to come, and that took place here."""
    zone, day = engagement_forms.default_zone(), clock.today()
    rows = queries.of_contact(actor, one).standing()
    coming = rows.filter(state="planned", on__gte=day).order_by("starts_at", "pk")[:10]
    return {"coming": [(formats.date(row.on, short=True), line(row, zone=zone)) for row in coming]}
